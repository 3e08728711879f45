/* What the tests of judged cases share: planted facts, a group of promises, counts as text. */
#ifndef KEPT_TESTS_STORE_CASES_SUPPORT_H
#define KEPT_TESTS_STORE_CASES_SUPPORT_H

#include "workspace.h"

#include <math.h>

#include "base/date.h"
#include "store/judge/cases.h"
#include "store/measures/measures.h"

static inline int32_t on(int year, int month, int day)
{
    return kept_day_from_civil(year, month, day);
}

static inline void plant(workspace *w, const char *kind, const char *select)
{
    kept_err err = KEPT_ERR_INIT;
    kept_import import = {0};
    CHECK_OK(import_sql(w, kind, select, false, &import, &err));
}

/* Rows (id, customer, requested, first promised, its time, delivered, its time, cancelled, promised
 * quantity, delivered quantity, supplier). */
static inline void plant_deliveries(workspace *w, const char *values)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    plant(w, "deliveries",
          kept_arena_printf(&arena,
                            "SELECT row_number() OVER () AS \"row\", c::VARCHAR AS customer,"
                            " i::VARCHAR AS delivery_id, r::DATE AS requested_at,"
                            " f::DATE AS first_promised_at, ft::TIME AS first_promised_at_clock,"
                            " d::DATE AS delivered_at, dt::TIME AS delivered_at_clock,"
                            " x::DATE AS cancelled_at, p::DECIMAL(18,4) AS promised_quantity,"
                            " q::DECIMAL(18,4) AS delivered_quantity, s::VARCHAR AS supplier"
                            " FROM (VALUES %s) v(i, c, r, f, ft, d, dt, x, p, q, s)",
                            values));
}

static inline const kept_measure *measure_named(workspace *w, const char *name, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_measures all;
    const kept_measure *m = NULL;
    CHECK_OK(kept_store_measures(w->store, arena, &all, &err));
    CHECK_OK(kept_measures_find(&all, name, &m, &err));
    return m;
}

/* A measure of the test's own, from the lines that say how it judges. */
static inline const kept_measure *measure_of(workspace *w, const char *lines, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_measure *m = NULL;
    const char *yaml = kept_arena_printf(arena,
                                         "measure: x_m\ntitle: T\nsummary: S\nstage: keep\n"
                                         "pack: core\nbetter: higher\n%s\n",
                                         lines);
    CHECK_OK(kept_measure_parse(yaml, strlen(yaml), "x_m.yaml", true, kept_store_kinds(w->store),
                                arena, &m, &err));
    return m;
}

static inline uint64_t customer_of(workspace *w, const char *id)
{
    kept_err err = KEPT_ERR_INIT;
    uint64_t key = 0;
    CHECK_OK(kept_customer_find(w->store, everyone(), id, &key, &err));
    return key;
}

static inline kept_case_window window_of(int32_t start, int32_t end)
{
    return (kept_case_window){.promise = 1, .start = start, .end = end, .set = 1, .within = -1};
}

/* "good bad excused unknown open+ahead" */
static inline const char *count_text(const kept_case_count *c, kept_arena *arena)
{
    return kept_arena_printf(arena, "%d %d %d %d %d+%d", (int)c->counts.good, (int)c->counts.bad,
                             (int)c->counts.excused, (int)c->counts.unknown, (int)c->counts.open,
                             (int)c->open_ahead);
}

static inline void check_counts(workspace *w, const kept_scope *scope, const kept_case_ask *ask,
                                const char *const *want)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_case_count *counts = KEPT_NEW_N(&arena, kept_case_count, ask->n_windows);
    CHECK_OK(kept_cases_count(w->store, scope, ask, &arena, counts, &err));
    for (size_t i = 0; i < ask->n_windows; i++)
        assert_string_equal(count_text(&counts[i], &arena), want[i]);
}

/* "key:state due done miss; ..." of one window, in the order shown. */
static inline const char *rows_text(workspace *w, const kept_scope *scope, const kept_case_ask *ask,
                                    size_t window, kept_arena *arena)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_case_row *rows = NULL;
    size_t n = 0, more = 0;
    CHECK_OK(kept_cases_rows(w->store, scope, ask, window, 0, arena, &rows, &n, &more, &err));
    assert_int_equal(more, 0);
    for (size_t i = 0; i < n; i++) {
        kept_buf_printf(&out, "%s%s:%s%s", i ? "; " : "", rows[i].key ? rows[i].key : "-",
                        rows[i].state, rows[i].overdue ? "!" : "");
        if (!isnan(rows[i].miss))
            kept_buf_printf(&out, " %.4g", rows[i].miss);
    }
    return kept_arena_strdup(arena, kept_buf_text(&out));
}

#endif
