#include "catalogue/calendar.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "catalogue/declare.h"

enum {
    DAY_MINUTES = 1440,
    RANGE_MAX = 366,  /* days of one line */
    DAYS_MAX = 10000, /* of one calendar, so that a file cannot ask for any amount of memory */
    ZONE_MAX = 64,
};

static const char what[] = "a calendar";
static const char *const keys[] = {"calendar", "title", "summary", "zone", "week", "days"};
static const char *const weekday_names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                            "friday", "saturday", "sunday"};
static const char between[] = " to "; /* first and last of a range */

/* --- Hours: "8:00-12:00, 13:00-17:00" or "closed" --- */

static void skip_blanks(const char **at)
{
    *at += strspn(*at, " ");
}

static bool read_digits(const char **at, size_t most, int *ret_number)
{
    size_t n = strspn(*at, "0123456789");
    if (n == 0 || n > most)
        return false;
    *ret_number = (int)strtol(*at, NULL, 10);
    *at += n;
    return true;
}

/* H:MM or HH:MM, up to 24:00. */
static bool read_clock(const char **at, int *ret_minutes)
{
    int hours, minutes;
    if (!read_digits(at, 2, &hours) || **at != ':')
        return false;
    const char *colon = (*at)++;
    if (!read_digits(at, 2, &minutes) || *at != colon + 3 || minutes > 59)
        return false;
    *ret_minutes = 60 * hours + minutes;
    return *ret_minutes <= DAY_MINUTES;
}

static bool read_shift(const char **at, kept_shift *shift)
{
    skip_blanks(at);
    if (!read_clock(at, &shift->opens))
        return false;
    skip_blanks(at);
    if (*(*at)++ != '-')
        return false;
    skip_blanks(at);
    if (!read_clock(at, &shift->closes))
        return false;
    skip_blanks(at);
    return **at == '\0' || **at == ',';
}

static kept_status check_shift(const kept_yaml_node *node, const kept_weekday *hours,
                               const kept_shift *shift, kept_err *err)
{
    int h = shift->opens / 60, m = shift->opens % 60;
    if (shift->closes <= shift->opens)
        return kept_yaml_fail(node, err,
                              "What opens at %d:%02d closes later on the same day; hours over "
                              "midnight are written as %d:%02d-24:00, and 0:00 to the end on the "
                              "next day.",
                              h, m, h, m);
    if (hours->n && shift->opens < hours->shifts[hours->n - 1].closes)
        return kept_yaml_fail(node, err,
                              "The hours from %d:%02d begin before those that stand before them "
                              "end; write them in order, not overlapping.",
                              h, m);
    if (hours->n == KEPT_SHIFTS_MAX)
        return kept_yaml_fail(node, err, "A day has at most %d times from-to.", KEPT_SHIFTS_MAX);
    return KEPT_OK;
}

static kept_status read_hours(const kept_yaml_node *map, const kept_yaml_node *node,
                              kept_weekday *ret_hours, kept_err *err)
{
    kept_weekday hours = {0};
    const char *text = NULL;
    KEPT_TRY(kept_yaml_get_text(map, node->key, &text, err));
    if (strcmp(text, "closed") == 0) {
        *ret_hours = hours;
        return KEPT_OK;
    }
    for (const char *at = text;; at++) {
        kept_shift shift;
        if (!read_shift(&at, &shift))
            return kept_yaml_fail(node, err,
                                  "\"%.*s\" are no hours; write \"8:00-12:00, 13:00-17:00\", "
                                  "\"0:00-24:00\" or \"closed\".",
                                  KEPT_SHOWN(text, 60));
        KEPT_TRY(check_shift(node, &hours, &shift, err));
        hours.shifts[hours.n++] = shift;
        if (*at == '\0')
            break;
    }
    *ret_hours = hours;
    return KEPT_OK;
}

/* --- The week --- */

/* The node as it is, standing where its key stands: for messages about the key. */
static kept_yaml_node key_of(const kept_yaml_node *node)
{
    kept_yaml_node key = *node;
    key.line = node->key_line;
    key.column = node->key_column;
    return key;
}

/* "a to b" or "a": the two ends, in the arena. */
static kept_status split_range(const char *text, kept_arena *arena, const char **ret_first,
                               const char **ret_last, kept_err *err)
{
    const char *to = strstr(text, between);
    *ret_first = to ? kept_arena_strndup(arena, text, (size_t)(to - text)) : text;
    *ret_last = to ? to + strlen(between) : text;
    return *ret_first ? KEPT_OK : kept_nomem(err);
}

static kept_status read_week(const kept_yaml_node *root, kept_arena *arena, kept_calendar *calendar,
                             kept_err *err)
{
    const kept_yaml_node *map = kept_yaml_get(root, "week");
    bool given[7] = {false};
    if (!map)
        return kept_yaml_fail(root, err, "\"week\" is missing; %s must have it.", what);
    if (map->type != KEPT_YAML_MAP)
        return kept_yaml_fail(map, err,
                              "\"week\" names weekdays and their hours: {monday to friday: "
                              "9:00-17:00}.");
    for (const kept_yaml_node *c = map->first; c; c = c->next) {
        const kept_yaml_node key = key_of(c);
        const char *first, *last;
        size_t from, to;
        KEPT_TRY(split_range(c->key, arena, &first, &last, err));
        KEPT_TRY(
            kept_declare_find(&key, "a weekday", first, weekday_names, KEPT_N(given), &from, err));
        KEPT_TRY(
            kept_declare_find(&key, "a weekday", last, weekday_names, KEPT_N(given), &to, err));
        if (from > to)
            return kept_yaml_fail(&key, err, "The week begins on monday: %s comes before %s.", last,
                                  first);
        for (size_t i = from; i <= to; i++) {
            if (given[i])
                return kept_yaml_fail(&key, err, "The hours of %s stand here twice.",
                                      weekday_names[i]);
            given[i] = true;
            KEPT_TRY(read_hours(map, c, &calendar->weekdays[i], err));
        }
    }
    return KEPT_OK;
}

/* --- Days with hours of their own --- */

typedef struct special {
    kept_special_day day;
    const kept_yaml_node *node;
} special;

static kept_status read_day(const kept_yaml_node *key, const char *text, kept_day *ret_day,
                            kept_err *err)
{
    if (kept_day_read_iso(text, strlen(text), ret_day))
        return KEPT_OK;
    return kept_yaml_fail(key, err,
                          "\"%.*s\" is no day; write 2026-12-24, or 2026-12-24 to 2026-12-31.",
                          KEPT_SHOWN(text, 60));
}

static kept_status read_range(const kept_yaml_node *node, kept_arena *arena, kept_day *ret_first,
                              kept_day *ret_last, kept_err *err)
{
    const kept_yaml_node key = key_of(node);
    const char *first, *last;
    KEPT_TRY(split_range(node->key, arena, &first, &last, err));
    KEPT_TRY(read_day(&key, first, ret_first, err));
    KEPT_TRY(read_day(&key, last, ret_last, err));
    if (*ret_first > *ret_last)
        return kept_yaml_fail(&key, err, "%s comes after %s.", first, last);
    if (*ret_last - *ret_first >= RANGE_MAX)
        return kept_yaml_fail(&key, err, "One line is for at most %d days.", RANGE_MAX);
    return KEPT_OK;
}

static int by_day(const void *a, const void *b)
{
    const special *x = a, *y = b;
    if (x->day.day != y->day.day)
        return x->day.day < y->day.day ? -1 : 1;
    return x->node->key_line < y->node->key_line ? -1 : x->node->key_line > y->node->key_line;
}

static kept_status count_days(const kept_yaml_node *map, kept_arena *arena, size_t *ret_n,
                              kept_err *err)
{
    size_t n = 0;
    for (const kept_yaml_node *c = map->first; c; c = c->next) {
        kept_day first, last;
        KEPT_TRY(read_range(c, arena, &first, &last, err));
        n += (size_t)(last - first) + 1;
        if (n > DAYS_MAX)
            return kept_yaml_fail(c, err, "A calendar has at most %d days of its own.", DAYS_MAX);
    }
    *ret_n = n;
    return KEPT_OK;
}

static kept_status fill_days(const kept_yaml_node *map, kept_arena *arena, special *days,
                             kept_err *err)
{
    size_t n = 0;
    for (const kept_yaml_node *c = map->first; c; c = c->next) {
        kept_day first, last;
        special one = {.node = c};
        KEPT_TRY(read_range(c, arena, &first, &last, err));
        KEPT_TRY(read_hours(map, c, &one.day.hours, err));
        for (kept_day day = first; day <= last; day++) {
            one.day.day = day;
            days[n++] = one;
        }
    }
    return KEPT_OK;
}

static kept_status read_days(const kept_yaml_node *root, kept_arena *arena, kept_calendar *calendar,
                             kept_err *err)
{
    const kept_yaml_node *map = kept_yaml_get(root, "days");
    size_t n = 0;
    if (!map)
        return KEPT_OK;
    if (map->type != KEPT_YAML_MAP)
        return kept_yaml_fail(map, err,
                              "\"days\" names days and their hours: {2026-12-24: 9:00-12:00, "
                              "2026-12-25: closed}.");
    KEPT_TRY(count_days(map, arena, &n, err));
    special *days = KEPT_NEW_N(arena, special, n);
    kept_special_day *sorted = KEPT_NEW_N(arena, kept_special_day, n);
    if (!days || !sorted)
        return kept_nomem(err);
    KEPT_TRY(fill_days(map, arena, days, err));
    if (n > 1)
        qsort(days, n, sizeof *days, by_day);
    for (size_t i = 0; i < n; i++) {
        sorted[i] = days[i].day;
        if (i && sorted[i].day == sorted[i - 1].day) {
            const kept_yaml_node key = key_of(days[i].node);
            char day[11];
            kept_day_write(sorted[i].day, day);
            return kept_yaml_fail(&key, err, "The hours of %s stand here twice; see line %zu.", day,
                                  days[i - 1].node->key_line);
        }
    }
    calendar->special = sorted;
    calendar->n_special = n;
    return KEPT_OK;
}

/* --- A calendar --- */

static kept_status read_zone(const kept_yaml_node *root, kept_calendar *calendar, kept_err *err)
{
    KEPT_TRY(kept_yaml_get_text(root, "zone", &calendar->zone, err));
    const char *zone = calendar->zone;
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    if (zone && (strlen(zone) > ZONE_MAX || strspn(zone, letters) != strlen(zone)))
        return kept_yaml_fail(kept_yaml_get(root, "zone"), err,
                              "\"%.*s\" is no time zone; write it as in Europe/Berlin or UTC.",
                              KEPT_SHOWN(zone, 60));
    return KEPT_OK;
}

static bool is_ever_open(const kept_calendar *calendar)
{
    size_t shifts = 0;
    for (size_t i = 0; i < KEPT_N(calendar->weekdays); i++)
        shifts += calendar->weekdays[i].n;
    for (size_t i = 0; i < calendar->n_special; i++)
        shifts += calendar->special[i].hours.n;
    return shifts > 0;
}

kept_status kept_calendar_parse(const char *yaml, size_t len, const char *source, bool own,
                                kept_arena *arena, const kept_calendar **ret_calendar,
                                kept_err *err)
{
    kept_yaml_node *root;
    KEPT_TRY(kept_yaml_parse(yaml, len, source, arena, &root, err));
    KEPT_TRY(kept_yaml_expect_map(root, what, keys, KEPT_N(keys), err));
    kept_calendar *calendar = KEPT_NEW(arena, kept_calendar);
    if (!calendar)
        return kept_nomem(err);
    *calendar = (kept_calendar){.source = source, .own = own};
    KEPT_TRY(kept_declare_name(root, what, "calendar", own, &calendar->name, err));
    KEPT_TRY(kept_declare_line(root, what, "title", &calendar->title, err));
    KEPT_TRY(kept_declare_text(root, what, "summary", &calendar->summary, err));
    KEPT_TRY(read_zone(root, calendar, err));
    KEPT_TRY(read_week(root, arena, calendar, err));
    KEPT_TRY(read_days(root, arena, calendar, err));
    if (!is_ever_open(calendar))
        return kept_yaml_fail(root, err, "Nobody is ever at work by this calendar.");
    *ret_calendar = calendar;
    return KEPT_OK;
}

/* --- All calendars --- */

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const kept_calendar *const *)a)->name,
                  (*(const kept_calendar *const *)b)->name);
}

kept_status kept_calendars_load(const char *workspace_folder, kept_arena *arena,
                                kept_calendars *ret_calendars, kept_err *err)
{
    kept_declared_file *files;
    size_t n;
    KEPT_TRY(kept_declared_files(workspace_folder, "calendars", arena, &files, &n, err));
    const kept_calendar **items = KEPT_NEW_N(arena, const kept_calendar *, n);
    if (!items)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const kept_declared_file *f = &files[i];
        KEPT_TRY(kept_calendar_parse(f->text, f->len, f->name, f->own, arena, &items[i], err));
        for (size_t k = 0; k < i; k++)
            if (strcmp(items[k]->name, items[i]->name) == 0)
                return kept_fail(err, KEPT_EINPUT, "%s: The calendar \"%s\" is declared in %s too.",
                                 f->name, items[i]->name, items[k]->source);
    }
    if (n > 1)
        qsort(items, n, sizeof *items, by_name);
    *ret_calendars = (kept_calendars){items, n};
    return KEPT_OK;
}

kept_status kept_calendars_find(const kept_calendars *calendars, const char *name,
                                const kept_calendar **ret_calendar, kept_err *err)
{
    KEPT_AUTO_ARENA scratch = KEPT_ARENA_INIT;
    const char **names = KEPT_NEW_N(&scratch, const char *, calendars->n);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < calendars->n; i++) {
        names[i] = calendars->items[i]->name;
        if (strcmp(names[i], name) != 0)
            continue;
        *ret_calendar = calendars->items[i];
        return KEPT_OK;
    }
    const char *near = kept_text_nearest(name, names, calendars->n);
    return kept_fail(err, KEPT_ENOTFOUND,
                     "There is no working calendar \"%.*s\".%s%s%s Those there are: kept calendars",
                     KEPT_SHOWN(name, 60), near ? " Did you mean \"" : "", near ? near : "",
                     near ? "\"?" : "");
}

const kept_weekday *kept_calendar_hours(const kept_calendar *calendar, kept_day day)
{
    size_t low = 0, high = calendar->n_special;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        kept_day there = calendar->special[middle].day;
        if (there == day)
            return &calendar->special[middle].hours;
        if (there < day)
            low = middle + 1;
        else
            high = middle;
    }
    /* 1970-01-01 was a Thursday. */
    return &calendar->weekdays[((day % 7) + 7 + 3) % 7];
}
