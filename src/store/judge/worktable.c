/* Spans of a working calendar: laid out in C along the zone's stretches of one offset each, within
 * which local time and UTC run alike. */
#include "store/judge/worktable.h"

#include "base/array.h"
#include "store/facts/sql.h"
#include "store/facts/stage_int.h"
#include "store/inside.h"

#define MINUTE_MICROS INT64_C(60000000)

/* --- The zone --- */

static kept_status nearest_zone(kept_duck *duck, const char *zone, kept_arena *arena,
                                const char **ret_near, kept_err *err)
{
    KEPT_AUTO_ROWS *rows = NULL;
    *ret_near = NULL;
    KEPT_TRY(kept_duck_query(duck, "SELECT name FROM pg_timezone_names() ORDER BY name", NULL, 0,
                             &rows, err));
    for (size_t n = 1; n;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        const char **names = KEPT_NEW_N(arena, const char *, n + 1);
        if (!names)
            return kept_nomem(err);
        size_t found = 0;
        if (*ret_near)
            names[found++] = *ret_near;
        for (size_t i = 0; i < n; i++) {
            size_t len = 0;
            const char *name = kept_duck_text(rows, 0, i, &len);
            names[found] = kept_arena_strndup(arena, name ? name : "", len);
            if (!names[found++])
                return kept_nomem(err);
        }
        *ret_near = kept_text_nearest(zone, names, found);
    }
    return KEPT_OK;
}

/* The engine says what it knows by doing it: its list of names leaves out some that it takes. */
static kept_status check_zone(kept_duck *duck, const char *zone, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *near = NULL;
    const kept_duck_value name = KEPT_DV_TEXT(zone);
    int64_t local;
    kept_err why = KEPT_ERR_INIT;
    kept_status status = kept_duck_int(
        duck, "SELECT epoch_us(timezone($1, timezone('UTC', TIMESTAMP '2000-01-01')))", &name, 1,
        &local, &why);
    if (status == KEPT_OK)
        return KEPT_OK;
    if (status != KEPT_EINTERNAL)
        return kept_fail(err, status, "%s", why.msg);
    KEPT_TRY(nearest_zone(duck, zone, &arena, &near, err));
    return kept_fail(err, KEPT_EINPUT,
                     "There is no time zone \"%.*s\"%s%s%s; write it as in Europe/Berlin or UTC.",
                     KEPT_SHOWN(zone, 60), near ? " (did you mean \"" : "", near ? near : "",
                     near ? "\"?)" : "");
}

kept_status kept_zone_check(kept_store *store, const char *zone, kept_err *err)
{
    kept_duck *duck;
    KEPT_TRY(kept_store__duck(store, &duck, err));
    return check_zone(duck, zone, err);
}

/* --- Spans --- */

typedef struct layout {
    const kept_calendar *calendar;
    kept_day first, last;
    kept_span *spans; /* NULL: they are counted only */
    kept_day *days;   /* of each span */
    size_t n;
    int64_t work;
} layout;

static void add_span(layout *l, kept_day day, int64_t opens, int64_t closes)
{
    if (opens >= closes)
        return;
    if (l->spans) {
        l->spans[l->n] = (kept_span){opens, closes, l->work};
        l->days[l->n] = day;
    }
    l->n++;
    l->work += closes - opens;
}

static kept_day day_of(int64_t local)
{
    return (kept_day)((local - (local < 0 ? KEPT_DAY_MICROS - 1 : 0)) / KEPT_DAY_MICROS);
}

/* From `from` to `until` (UTC) clocks stand `offset` before UTC: days in order give spans in order,
 * each cut where the stretch begins and ends. A shift in which clocks are set back so comes twice,
 * once in each stretch, and one in which they are set forward without what they skip. */
static void lay_stretch(layout *l, int64_t from, int64_t until, int64_t offset)
{
    kept_day first = day_of(from + offset), last = day_of(until - 1 + offset);
    if (first < l->first)
        first = l->first;
    if (last > l->last)
        last = l->last;
    for (kept_day day = first; day <= last; day++) {
        const kept_weekday *hours = kept_calendar_hours(l->calendar, day);
        const int64_t midnight = day * KEPT_DAY_MICROS - offset;
        for (size_t i = 0; i < hours->n; i++) {
            int64_t opens = midnight + hours->shifts[i].opens * MINUTE_MICROS;
            int64_t closes = midnight + hours->shifts[i].closes * MINUTE_MICROS;
            add_span(l, day, opens > from ? opens : from, closes < until ? closes : until);
        }
    }
}

static void lay(layout *l, const kept__zone *zone)
{
    const int64_t *from, *offset;
    size_t n = kept__zone_stretches(zone, &from, &offset);
    /* No zone is more than a day from UTC; the first stretch begins as far before. */
    const int64_t end = (l->last + INT64_C(3)) * KEPT_DAY_MICROS;
    l->n = 0;
    l->work = 0;
    for (size_t i = 0; i < n; i++)
        lay_stretch(l, from[i], i + 1 < n ? from[i + 1] : end, offset[i]);
}

/* --- The table --- */

static bool append(duckdb_appender appender, const layout *l)
{
    bool ok = true;
    for (size_t i = 0; ok && i < l->n; i++)
        ok = duckdb_append_date(appender, (duckdb_date){l->days[i]}) == DuckDBSuccess &&
             duckdb_append_int64(appender, l->spans[i].opens) == DuckDBSuccess &&
             duckdb_append_int64(appender, l->spans[i].closes) == DuckDBSuccess &&
             duckdb_append_int64(appender, l->spans[i].before) == DuckDBSuccess &&
             duckdb_appender_end_row(appender) == DuckDBSuccess;
    return ok && duckdb_appender_close(appender) == DuckDBSuccess;
}

static kept_status fill_table(kept_duck *duck, const char *name, const layout *l, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_sql_name(&sql, "CREATE OR REPLACE TABLE ", name,
                  " (day DATE, opens BIGINT, closes BIGINT, before BIGINT)");
    KEPT_TRY(kept_sql_run(duck, &sql, NULL, err));
    duckdb_appender appender = NULL;
    bool ok = duckdb_appender_create(kept_duck_connection(duck), NULL, name, &appender) ==
                  DuckDBSuccess &&
              append(appender, l);
    duckdb_appender_destroy(&appender);
    return ok ? KEPT_OK : kept_nomem(err);
}

kept_status kept_worktable_make(kept_store *store, const kept_calendar *calendar, const char *zone,
                                kept_day first, kept_day last, const char *name, kept_arena *arena,
                                kept_worktime *ret_worktime, kept_err *err)
{
    kept_duck *duck;
    kept__zone *stretches;
    layout l = {.calendar = calendar, .first = first, .last = last};
    if (first > last || (int64_t)last - first >= KEPT_WORKTABLE_DAYS_MAX)
        return kept_fail(err, KEPT_EARG, "A table of working time is for 1 to %d days.",
                         KEPT_WORKTABLE_DAYS_MAX);
    if (calendar->zone)
        zone = calendar->zone;
    else if (!zone)
        zone = kept_store_timezone(store);
    KEPT_TRY(kept_store__duck(store, &duck, err));
    KEPT_TRY(check_zone(duck, zone, err));
    KEPT_TRY(kept__zone_read_days(duck, zone, first - 2, last + 3, arena, &stretches, err));
    lay(&l, stretches);
    l.spans = KEPT_NEW_N(arena, kept_span, l.n);
    l.days = KEPT_NEW_N(arena, kept_day, l.n);
    if (!l.spans || !l.days)
        return kept_nomem(err);
    lay(&l, stretches);
    KEPT_TRY(fill_table(duck, name, &l, err));
    *ret_worktime = (kept_worktime){l.spans, l.n};
    return KEPT_OK;
}
