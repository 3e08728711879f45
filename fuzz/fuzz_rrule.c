/* Any text as a repetition: refused with a sentence, or read; then its own form reads back the
 * same, and the days it gives grow and end where it says. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/rrule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

static void check_days(const kept_rrule *rule)
{
    const kept_day start = 20454; /* 2026-01-01 */
    kept_day day = start - 1, next = 0;
    for (int i = 0; i < 20; i++) {
        if (!kept_rrule_next(rule, start, day, &next)) {
            check(!kept_rrule_next(rule, start, KEPT_DAY_MAX, &next));
            return;
        }
        check(next > day && next >= start && next <= KEPT_DAY_MAX);
        check(!rule->has_until || next <= rule->until);
        check(!rule->count || i < rule->count);
        day = next;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[512], once[8192];
    kept_rrule rule;
    kept_err err = KEPT_ERR_INIT;
    if (size >= sizeof text)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    if (kept_rrule_parse(text, &rule, &err) != KEPT_OK) {
        check(strlen(err.msg) > 10);
        return 0;
    }
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_rrule_write(&rule, &out);
    check(!out.failed && out.len < sizeof once);
    memcpy(once, kept_buf_text(&out), out.len + 1);
    kept_buf_clear(&out);
    check(kept_rrule_parse(once, &rule, &err) == KEPT_OK);
    kept_rrule_write(&rule, &out);
    check(strcmp(once, kept_buf_text(&out)) == 0);
    check_days(&rule);
    return 0;
}
