/* Working time in C and in SQL: the same calendars, zones and moments. */
#include "workspace.h"

#include <stdbool.h>

#include "base/array.h"
#include "kept/random.h"
#include "store/judge/worktable.h"

#define MINUTE INT64_C(60000000)
#define HOUR   (60 * MINUTE)

static kept_day on(int year, int month, int day)
{
    return kept_day_from_civil(year, month, day);
}

/* "2026-03-29T01:00Z" as microseconds. */
static int64_t at(const char *text)
{
    int64_t micros = 0;
    assert_true(kept_time_read(text, false, &micros));
    return micros;
}

static const kept_calendar *parse(kept_arena *arena, const char *hours)
{
    kept_err err = KEPT_ERR_INIT;
    const kept_calendar *calendar = NULL;
    char *text = kept_arena_printf(arena, "calendar: x_test\ntitle: T\nsummary: S.\n%s", hours);
    CHECK_OK(kept_calendar_parse(text, strlen(text), "x.yaml", true, arena, &calendar, &err));
    return calendar;
}

/* The table `work` for one zone. */
static kept_worktime make(workspace *w, const kept_calendar *calendar, const char *zone,
                          kept_day first, kept_day last, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_worktime made = {0};
    CHECK_OK(
        kept_worktable_make(w->store, calendar, zone, first, last, "work", arena, &made, &err));
    return made;
}

static int64_t sql_int(workspace *w, const char *sql)
{
    kept_err err = KEPT_ERR_INIT;
    kept_duck *duck = NULL;
    int64_t value = 0;
    CHECK_OK(kept_store__duck(w->store, &duck, &err));
    CHECK_OK(kept_duck_int(duck, sql, NULL, 0, &value, &err));
    return value;
}

static void sql_run(workspace *w, const char *sql)
{
    kept_err err = KEPT_ERR_INIT;
    kept_duck *duck = NULL;
    CHECK_OK(kept_store__duck(w->store, &duck, &err));
    CHECK_OK(kept_duck_exec(duck, sql, NULL, 0, NULL, &err));
}

/* --- The spans --- */

static const char all_day[] = "week: {monday to sunday: 0:00-24:00}\n";

/* Hours worked of one local day by a calendar that never closes. */
static int64_t hours_of_day(workspace *w, const char *zone, kept_day day)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_worktime made = make(w, parse(&arena, all_day), zone, day, day, &arena);
    return kept_worktime_at(&made, INT64_MAX) / MINUTE;
}

/* Days of 23 and 25 hours, from the laws of these places. Lord Howe moves by half an hour; Apia
 * went over the date line and had no 30 December 2011; Kathmandu added 15 minutes as 1986 began. */
void test_worktable__days_in_which_clocks_change(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    assert_int_equal(hours_of_day(&w, "Europe/Berlin", on(2026, 3, 28)), 24 * 60);
    assert_int_equal(hours_of_day(&w, "Europe/Berlin", on(2026, 3, 29)), 23 * 60);
    assert_int_equal(hours_of_day(&w, "Europe/Berlin", on(2026, 10, 25)), 25 * 60);
    assert_int_equal(hours_of_day(&w, "America/New_York", on(2026, 3, 8)), 23 * 60);
    assert_int_equal(hours_of_day(&w, "America/New_York", on(2026, 11, 1)), 25 * 60);
    assert_int_equal(hours_of_day(&w, "Australia/Lord_Howe", on(2026, 10, 4)), 23 * 60 + 30);
    assert_int_equal(hours_of_day(&w, "Australia/Lord_Howe", on(2026, 4, 5)), 24 * 60 + 30);
    assert_int_equal(hours_of_day(&w, "Asia/Kathmandu", on(1986, 1, 1)), 24 * 60 - 15);
    assert_int_equal(hours_of_day(&w, "Pacific/Apia", on(2011, 12, 29)), 24 * 60);
    assert_int_equal(hours_of_day(&w, "Pacific/Apia", on(2011, 12, 30)), 0);
    assert_int_equal(hours_of_day(&w, "Pacific/Apia", on(2011, 12, 31)), 24 * 60);
    assert_int_equal(hours_of_day(&w, "UTC", on(2026, 3, 29)), 24 * 60);
    remove_workspace(&w);
}

/* Berlin, 25 October 2026: 3:00 summer time (01:00Z) is 2:00 again. */
void test_worktable__a_repeated_hour_is_worked_twice_in_order(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    make_workspace(&w);
    const kept_calendar *c = parse(&arena, "week: {sunday: \"1:00-2:30, 2:30-4:00\"}\n");
    kept_worktime made = make(&w, c, "Europe/Berlin", on(2026, 10, 25), on(2026, 10, 25), &arena);
    const char *const want[][2] = {
        {"2026-10-24T23:00Z", "2026-10-25T00:30Z"}, /* 1:00 to 2:30 */
        {"2026-10-25T00:30Z", "2026-10-25T01:00Z"}, /* 2:30 to 3:00 */
        {"2026-10-25T01:00Z", "2026-10-25T01:30Z"}, /* 2:00 to 2:30 once more */
        {"2026-10-25T01:30Z", "2026-10-25T03:00Z"}, /* 2:30 to 4:00 */
    };
    assert_int_equal(made.n, KEPT_N(want));
    int64_t before = 0;
    for (size_t i = 0; i < made.n; i++) {
        assert_int_equal(made.spans[i].opens, at(want[i][0]));
        assert_int_equal(made.spans[i].closes, at(want[i][1]));
        assert_int_equal(made.spans[i].before, before);
        before += made.spans[i].closes - made.spans[i].opens;
    }
    assert_int_equal(before, 4 * HOUR);
    assert_int_equal(sql_int(&w, "SELECT sum(closes - opens) FROM work"), 4 * HOUR);
    assert_int_equal(sql_int(&w, "SELECT count(*) FROM work WHERE day = DATE '2026-10-25'"), 4);
    remove_workspace(&w);
}

void test_worktable__whose_zone(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    workspace w;
    make_workspace(&w); /* a firm in UTC */
    const kept_calendar *open = parse(&arena, "week: {monday to friday: 9:00-17:00}\n");
    const kept_calendar *fixed =
        parse(&arena, "zone: America/New_York\nweek: {monday to friday: 9:00-17:00}\n");
    const kept_calendar *wrong =
        parse(&arena, "zone: Europe/Berln\nweek: {monday to friday: 9:00-17:00}\n");
    const kept_day day = on(2026, 1, 15);
    assert_int_equal(make(&w, open, NULL, day, day, &arena).spans[0].opens,
                     at("2026-01-15T09:00Z"));
    assert_int_equal(make(&w, open, "Europe/Berlin", day, day, &arena).spans[0].opens,
                     at("2026-01-15T08:00Z"));
    assert_int_equal(make(&w, fixed, "Europe/Berlin", day, day, &arena).spans[0].opens,
                     at("2026-01-15T14:00Z"));
    kept_worktime made;
    assert_int_equal(
        kept_worktable_make(w.store, wrong, NULL, day, day, "work", &arena, &made, &err),
        KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "Europe/Berlin");
    assert_int_equal(
        kept_worktable_make(w.store, open, NULL, day, day - 1, "work", &arena, &made, &err),
        KEPT_EARG);
    /* Nobody at work on these days: the table is there, and empty. */
    assert_int_equal(make(&w, open, NULL, on(2026, 1, 17), on(2026, 1, 18), &arena).n, 0);
    assert_int_equal(sql_int(&w, "SELECT count(*) FROM work"), 0);
    remove_workspace(&w);
}

/* The example of docs/keep/calendars.md: Friday at 16:00 and four hours lead to Monday at 12:00.
 * The Friday is the one before clocks are set forward. */
void test_worktable__a_deadline_over_a_weekend(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    make_workspace(&w);
    const kept_calendar *office = parse(&arena, "week: {monday to friday: 9:00-17:00}\n");
    kept_worktime made = make(&w, office, "Europe/Berlin", on(2026, 3, 23), on(2026, 4, 3), &arena);
    assert_int_equal(kept_worktime_add(&made, at("2026-03-27T15:00Z"), 4 * HOUR),
                     at("2026-03-30T10:00Z"));
    assert_int_equal(kept_worktime_add(&made, at("2026-03-27T15:00Z"), HOUR),
                     at("2026-03-27T16:00Z"));
    remove_workspace(&w);
}

/* --- Against counting minute by minute --- */

enum { BESIDE = 7 }; /* days on both sides of a change of clocks that are looked at */

typedef struct place {
    const char *zone;
    int year, month, day; /* on which clocks change */
} place;

static const place places[] = {
    {"Europe/Berlin", 2026, 3, 29},
    {"Europe/Berlin", 2026, 10, 25},
    {"America/New_York", 2026, 3, 8},
    {"America/New_York", 2026, 11, 1},
    {"Australia/Lord_Howe", 2026, 4, 5},
    {"Australia/Lord_Howe", 2026, 10, 4},
    {"Asia/Kathmandu", 1986, 1, 1},
    {"Pacific/Apia", 2011, 12, 30},
    {"UTC", 2026, 3, 29},
};

static kept_day first_of(const place *p)
{
    return on(p->year, p->month, p->day) - BESIDE;
}

static kept_day last_of(const place *p)
{
    return on(p->year, p->month, p->day) + BESIDE;
}

/* Holidays and half days fall on and beside the changes of clocks. */
static const char *const weeks[] = {
    "week: {monday to friday: \"8:00-12:00, 13:00-17:00\"}\n"
    "days: {2026-03-30: closed, 2026-10-26: 8:00-12:00, 2026-03-09: closed, 2026-11-02: closed,\n"
    "  2026-04-06: 8:00-10:00, 2026-10-05: closed, 1986-01-01: closed, 2011-12-31: 9:00-12:00}\n",
    "week: {monday to sunday: 0:00-24:00}\ndays: {2026-03-28: closed, 2026-10-25: 0:00-2:30}\n",
    "week: {monday to saturday: \"0:00-2:15, 22:00-24:00\", sunday: \"1:45-2:45, 2:45-3:30\"}\n",
};

/* Minutes from first to last, and how many of them before each are worked, by asking the engine for
 * the local time of every single one. */
static int64_t *count_minutes(workspace *w, const place *p, const kept_calendar *calendar,
                              kept_arena *arena, size_t *ret_n)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ROWS *rows = NULL;
    const kept_duck_value values[] = {KEPT_DV_TEXT(p->zone), KEPT_DV_DAY(first_of(p)),
                                      KEPT_DV_DAY(last_of(p))};
    int64_t *counts = KEPT_NEW_N(arena, int64_t, (size_t)(last_of(p) - first_of(p)) * 1440 + 1);
    kept_duck *duck = NULL;
    size_t total = 0;
    CHECK_OK(kept_store__duck(w->store, &duck, &err));
    CHECK_OK(kept_duck_query(duck,
                             "SELECT epoch_us(timezone($1, timezone('UTC', t))) FROM "
                             "range($2::TIMESTAMP, $3::TIMESTAMP, INTERVAL 1 MINUTE) r(t)",
                             values, KEPT_N(values), &rows, &err));
    counts[0] = 0;
    for (size_t n = 1; n;) {
        CHECK_OK(kept_duck_next(rows, &n, &err));
        for (size_t i = 0; i < n; i++, total++) {
            const int64_t local = ((const int64_t *)kept_duck_data(rows, 0))[i];
            const kept_weekday *hours =
                kept_calendar_hours(calendar, (kept_day)(local / KEPT_DAY_MICROS));
            const int64_t minute = local % KEPT_DAY_MICROS / MINUTE;
            bool open = false;
            for (size_t k = 0; k < hours->n; k++)
                open |= hours->shifts[k].opens <= minute && minute < hours->shifts[k].closes;
            counts[total + 1] = counts[total] + open;
        }
    }
    *ret_n = total;
    return counts;
}

void test_worktable__agrees_with_counting_every_minute(void **state)
{
    (void)state;
    workspace w;
    kept_rng rng = kept_rng_make(6, 0);
    make_workspace(&w);
    for (size_t i = 0; i < KEPT_N(places) * KEPT_N(weeks); i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        const place *p = &places[i / KEPT_N(weeks)];
        const kept_calendar *calendar = parse(&arena, weeks[i % KEPT_N(weeks)]);
        size_t n = 0;
        const int64_t *counts = count_minutes(&w, p, calendar, &arena, &n);
        assert_int_equal(n, 2 * BESIDE * 1440);
        kept_worktime made = make(&w, calendar, p->zone, first_of(p) - 1, last_of(p) + 1, &arena);
        const int64_t start = first_of(p) * KEPT_DAY_MICROS;
        for (int k = 0; k < 300; k++) {
            size_t a = kept_rng_below(&rng, n + 1), b = kept_rng_below(&rng, n + 1);
            int64_t got = kept_worktime_between(&made, start + (int64_t)a * MINUTE,
                                                start + (int64_t)b * MINUTE);
            if (got != (counts[b] - counts[a]) * MINUTE)
                fail_msg("%s, week %zu, minutes %zu to %zu: %lld, counted %lld", p->zone,
                         i % KEPT_N(weeks), a, b, (long long)got,
                         (long long)(counts[b] - counts[a]) * MINUTE);
        }
    }
    remove_workspace(&w);
}

/* --- SQL --- */

enum { PAIRS = 1000000 };

/* A moment: beside a change of clocks, at or beside the edge of a span, or anywhere. */
static int64_t moment(kept_rng *rng, const place *p, const kept_worktime *made)
{
    const int64_t length = (last_of(p) - first_of(p)) * KEPT_DAY_MICROS;
    const int64_t start = first_of(p) * KEPT_DAY_MICROS;
    const kept_span *span = &made->spans[kept_rng_below(rng, made->n)];
    switch (kept_rng_below(rng, 4)) {
    case 0: /* the change is in the middle */
        return start + length / 2 + (int64_t)kept_rng_below(rng, 4 * 1440) * MINUTE -
               2 * KEPT_DAY_MICROS;
    case 1:
        return span->opens + (int64_t)kept_rng_below(rng, 3) - 1;
    case 2:
        return span->closes + (int64_t)kept_rng_below(rng, 3) - 1;
    default:
        return start - KEPT_DAY_MICROS +
               (int64_t)kept_rng_below(rng, (uint64_t)(length + 2 * KEPT_DAY_MICROS));
    }
}

/* The table `pair` (a, b, work): work is at times more than the calendar has. */
static void fill_pairs(workspace *w, const place *p, const kept_worktime *made, size_t n,
                       kept_rng *rng)
{
    kept_err err = KEPT_ERR_INIT;
    kept_duck *duck = NULL;
    duckdb_appender appender = NULL;
    const int64_t most = kept_worktime_at(made, INT64_MAX) + HOUR;
    sql_run(w, "CREATE OR REPLACE TABLE pair (id BIGINT, a BIGINT, b BIGINT, work BIGINT)");
    CHECK_OK(kept_store__duck(w->store, &duck, &err));
    assert_int_equal(duckdb_appender_create(kept_duck_connection(duck), NULL, "pair", &appender),
                     DuckDBSuccess);
    for (size_t i = 0; i < n; i++) {
        const int64_t a = moment(rng, p, made), b = moment(rng, p, made);
        const int64_t work = kept_rng_below(rng, 8) ? (int64_t)kept_rng_below(rng, (uint64_t)most)
                                                    : kept_worktime_between(made, a, b);
        duckdb_append_int64(appender, (int64_t)i);
        duckdb_append_int64(appender, a);
        duckdb_append_int64(appender, b);
        duckdb_append_int64(appender, work);
        assert_int_equal(duckdb_appender_end_row(appender), DuckDBSuccess);
    }
    assert_int_equal(duckdb_appender_close(appender), DuckDBSuccess);
    duckdb_appender_destroy(&appender);
}

/* One statement for all pairs; every row against C. */
static size_t compare_pairs(workspace *w, const kept_worktime *made)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_ROWS *rows = NULL;
    size_t total = 0;
    kept_buf_add(&sql, "SELECT a, b, work, ");
    kept_worktable_at_sql(&sql, "work", "a");
    kept_buf_add(&sql, ", ");
    kept_worktable_between_sql(&sql, "work", "a", "b");
    kept_buf_add(&sql, ", coalesce(");
    kept_worktable_add_sql(&sql, "work", "a", "pair.work");
    kept_buf_add(&sql, ", 9223372036854775807) FROM pair");
    CHECK_OK(kept_facts_query(w->store, kept_buf_text(&sql), NULL, 0, &rows, &err));
    for (size_t n = 1; n;) {
        CHECK_OK(kept_duck_next(rows, &n, &err));
        const int64_t *column[6];
        for (size_t c = 0; c < KEPT_N(column) && n; c++)
            column[c] = kept_duck_data(rows, c);
        for (size_t i = 0; i < n; i++) {
            const int64_t a = column[0][i], b = column[1][i], work = column[2][i];
            if (column[3][i] != kept_worktime_at(made, a) ||
                column[4][i] != kept_worktime_between(made, a, b) ||
                column[5][i] != kept_worktime_add(made, a, work))
                fail_msg("%lld to %lld, %lld: SQL %lld %lld %lld, C %lld %lld %lld", (long long)a,
                         (long long)b, (long long)work, (long long)column[3][i],
                         (long long)column[4][i], (long long)column[5][i],
                         (long long)kept_worktime_at(made, a),
                         (long long)kept_worktime_between(made, a, b),
                         (long long)kept_worktime_add(made, a, work));
        }
        total += n;
    }
    return total;
}

void test_worktable__c_and_sql_agree_on_a_million_pairs(void **state)
{
    (void)state;
    workspace w;
    kept_rng rng = kept_rng_make(7, 0);
    const size_t tables = KEPT_N(places) * KEPT_N(weeks), each = PAIRS / tables + 1;
    size_t total = 0;
    make_workspace(&w);
    for (size_t i = 0; i < tables; i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        const place *p = &places[i / KEPT_N(weeks)];
        kept_worktime made = make(&w, parse(&arena, weeks[i % KEPT_N(weeks)]), p->zone, first_of(p),
                                  last_of(p), &arena);
        fill_pairs(&w, p, &made, each, &rng);
        total += compare_pairs(&w, &made);
    }
    assert_true(total >= PAIRS);
    remove_workspace(&w);
}
void test_worktable__nothing_from_nothing(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    make_workspace(&w);
    make(&w, parse(&arena, all_day), NULL, on(2026, 1, 15), on(2026, 1, 16), &arena);
    static const struct {
        const char *from, *work, *want;
    } cases[] = {
        {"NULL", "5", "NULL"},
        {"5", "NULL", "NULL"},
        {"5", "0", "5"},
        {"epoch_us(TIMESTAMP '2026-01-16 23:00:00')", "3600000000", "1768608000000000"},
        {"epoch_us(TIMESTAMP '2026-01-16 23:00:00')", "3600000001", "NULL"},
        {"5", "9223372036854775807", "NULL"},
    };
    for (size_t i = 0; i < KEPT_N(cases); i++) {
        KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
        kept_buf_add(&sql, "SELECT coalesce(");
        kept_worktable_add_sql(&sql, "work", cases[i].from, cases[i].work);
        kept_buf_add(&sql, "::VARCHAR, 'NULL')");
        assert_string_equal(text_of(&w, kept_buf_text(&sql), &arena), cases[i].want);
    }
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "SELECT coalesce(");
    kept_worktable_at_sql(&sql, "work", "NULL");
    kept_buf_add(&sql, "::VARCHAR, 'NULL')");
    assert_string_equal(text_of(&w, kept_buf_text(&sql), &arena), "NULL");
    remove_workspace(&w);
}

/* --- Pauses --- */

#ifdef KEPT_ARENA_DEBUG /* under the sanitizers */
enum { PAUSED_PAIRS = PAIRS / 10 };
#else
enum { PAUSED_PAIRS = PAIRS };
#endif
enum { PAUSES = 4 };

typedef struct pausing {
    int64_t a, b;
    kept_span pauses[PAUSES];
    size_t n;
} pausing;

/* The table `pause` (id, a, b, opens, closes); each begins where the moments are, so that some
 * overlap, touch, lie outside of hours or before a and after b, and some are back to front. */
static pausing *fill_pauses(workspace *w, const place *p, const kept_worktime *made, size_t n,
                            kept_rng *rng, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_duck *duck = NULL;
    duckdb_appender appender = NULL;
    pausing *all = KEPT_NEW_N(arena, pausing, n);
    sql_run(w, "CREATE OR REPLACE TABLE pause (id BIGINT, a BIGINT, b BIGINT, opens BIGINT, closes"
               " BIGINT)");
    CHECK_OK(kept_store__duck(w->store, &duck, &err));
    assert_int_equal(duckdb_appender_create(kept_duck_connection(duck), NULL, "pause", &appender),
                     DuckDBSuccess);
    for (size_t i = 0; i < n; i++) {
        pausing *one = &all[i];
        one->a = moment(rng, p, made);
        one->b = moment(rng, p, made);
        one->n = 1 + kept_rng_below(rng, PAUSES);
        for (size_t k = 0; k < one->n; k++) {
            kept_span *pause = &one->pauses[k];
            pause->opens =
                k && kept_rng_below(rng, 4) == 0 ? one->pauses[k - 1].closes : moment(rng, p, made);
            pause->closes = pause->opens + (int64_t)kept_rng_below(rng, 50) * HOUR - HOUR;
            const int64_t row[] = {(int64_t)i, one->a, one->b, pause->opens, pause->closes};
            for (size_t c = 0; c < KEPT_N(row); c++)
                duckdb_append_int64(appender, row[c]);
            assert_int_equal(duckdb_appender_end_row(appender), DuckDBSuccess);
        }
    }
    assert_int_equal(duckdb_appender_close(appender), DuckDBSuccess);
    duckdb_appender_destroy(&appender);
    return all;
}

static void compare_pauses(workspace *w, const kept_worktime *made, const pausing *all, size_t n)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_ROWS *rows = NULL;
    int64_t *paused = KEPT_NEW_N(&arena, int64_t, n);
    memset(paused, 0, n * sizeof *paused);
    kept_worktable_paused_sql(&sql, "work", "pause");
    CHECK_OK(kept_facts_query(w->store, kept_buf_text(&sql), NULL, 0, &rows, &err));
    for (size_t got = 1; got;) {
        CHECK_OK(kept_duck_next(rows, &got, &err));
        for (size_t i = 0; i < got; i++)
            paused[((const int64_t *)kept_duck_data(rows, 0))[i]] =
                ((const int64_t *)kept_duck_data(rows, 1))[i];
    }
    for (size_t i = 0; i < n; i++) {
        const pausing *one = &all[i];
        int64_t whole = one->a < one->b ? kept_worktime_between(made, one->a, one->b) : 0;
        int64_t want = kept_worktime_without(made, one->a, one->b, one->pauses, one->n);
        if (whole - paused[i] != want)
            fail_msg("%lld to %lld: SQL %lld, C %lld", (long long)one->a, (long long)one->b,
                     (long long)(whole - paused[i]), (long long)want);
    }
}

void test_worktable__c_and_sql_agree_on_pauses(void **state)
{
    (void)state;
    workspace w;
    kept_rng rng = kept_rng_make(8, 0);
    const size_t tables = KEPT_N(places) * KEPT_N(weeks), each = PAUSED_PAIRS / tables + 1;
    make_workspace(&w);
    for (size_t i = 0; i < tables; i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        const place *p = &places[i / KEPT_N(weeks)];
        kept_worktime made = make(&w, parse(&arena, weeks[i % KEPT_N(weeks)]), p->zone, first_of(p),
                                  last_of(p), &arena);
        const pausing *all = fill_pauses(&w, p, &made, each, &rng, &arena);
        compare_pauses(&w, &made, all, each);
    }
    remove_workspace(&w);
}
