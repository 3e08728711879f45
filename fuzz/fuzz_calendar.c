/* Any bytes as a declaration of a working calendar: refused with a sentence, or read. Also a check
 * of what a parsed calendar promises to its readers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue/calendar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

static void check_hours(const kept_weekday *hours)
{
    int closed = 0;
    check(hours->n <= KEPT_SHIFTS_MAX);
    for (size_t i = 0; i < hours->n; i++) {
        check(hours->shifts[i].opens >= closed);
        check(hours->shifts[i].opens < hours->shifts[i].closes);
        closed = hours->shifts[i].closes;
    }
    check(closed <= 24 * 60);
}

static void check_calendar(const kept_calendar *c)
{
    KEPT_AUTO_BUF words = KEPT_BUF_INIT;
    check(c->name && c->title && c->summary && !c->own);
    check(!c->zone || c->zone[0]);
    for (size_t i = 0; i < 7; i++)
        check_hours(&c->weekdays[i]);
    for (size_t i = 0; i < c->n_special; i++) {
        check(i == 0 || c->special[i - 1].day < c->special[i].day);
        check_hours(&c->special[i].hours);
        check(kept_calendar_hours(c, c->special[i].day) == &c->special[i].hours);
    }
    check(kept_calendar_hours(c, KEPT_DAY_MIN) && kept_calendar_hours(c, KEPT_DAY_MAX));
    kept_calendar_say(c, &words);
    check(!words.failed && words.len > 10);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    const kept_calendar *calendar = NULL;
    kept_status status =
        kept_calendar_parse((const char *)data, size, "input.yaml", false, &arena, &calendar, &err);
    if (status == KEPT_OK) {
        check_calendar(calendar);
    } else {
        check(calendar == NULL);
        check(strlen(err.msg) > 10);
    }
    return 0;
}
