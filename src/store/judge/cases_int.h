/* store/judge/cases_int.h - the statement of the cases of a group of promises, shared by the files
 * that count them, show them and look back at them. Not for others.
 *
 * A statement is nested: rows of facts with what the measure asks of them; moments and days in the
 * zone of the promise; the state of each. Around it comes what is asked, over a join with the
 * windows. Names that begin with kept_ are no columns' names. Columns of a case:
 *
 *   kept_customer UBIGINT   kept_party VARCHAR    kept_term INTEGER    kept_import BIGINT
 *   kept_day      DATE, the day by which it belongs to a window
 *   kept_known    DATE, the day of the kind: since when the case was known
 *   kept_due, kept_done     DATE;  kept_due_at, kept_done_at  TIMESTAMP where a time is known
 *   kept_state    INTEGER, below
 *   kept_missed   DOUBLE;  kept_overdue BOOLEAN;  kept_figure DECIMAL;  kept_key, kept_what VARCHAR
 */
#ifndef KEPT_STORE_JUDGE_CASES_INT_H
#define KEPT_STORE_JUDGE_CASES_INT_H

#include "store/inside.h"
#include "store/judge/cases.h"
#include "store/measures/emit_expr.h"

/* What kept_state holds. In the order in which rows are shown but for the first. */
typedef enum kept_case_state {
    KEPT_CASE_GOOD,
    KEPT_CASE_BAD,
    KEPT_CASE_LATE, /* open, past its day but within what it may miss */
    KEPT_CASE_OPEN,
    KEPT_CASE_UNKNOWN,
    KEPT_CASE_EXCUSED,
    KEPT_CASE_CHANCE, /* an opportunity among which failures are counted (total) */
    KEPT_N_CASE_STATES,
} kept_case_state;

/* What windows of a group may differ in, as far as the measure asks for it. */
typedef struct kept_case_terms {
    int64_t within; /* minutes; -1: none */
    int64_t tolerance, target_value;
} kept_case_terms;

typedef struct kept_case_query {
    kept_store *store;
    kept_duck *duck;
    const kept_scope *scope;
    const kept_case_ask *ask;
    const kept_measure *measure;
    const kept_judge *judge;
    kept_arena *arena;
    kept_buf sql;
    kept_emitter em; /* writes into sql */
    kept_expr *only;
    const char *firm_zone, *zone; /* of the facts; of the promise */
    const char *party;            /* column that names it; NULL */
    /* Tables in the engine, NULL until they are made: (w, term, "set", party, first, last,
     * period_target), (term, within, tolerance, target), ("set", customer). */
    const char *windows, *terms, *members;
    const char *worktable; /* working calendar of a measure with a start; NULL: every hour counts */
    const kept_case_terms *all_terms;
    size_t n_terms;
    int32_t first, last; /* days that any window has */
    bool timed;          /* times of day may stand beside the days that are compared */
    bool compressed;     /* cases of a day and state go together into the windows */
    bool everyone;       /* cases of all customers, whatever the windows are */
    int figure_places;
} kept_case_query;

/* Checks what is asked, makes the views of the facts and the tables. everyone: look at the cases of
 * all, on the terms of the first window. Close it in any case. */
KEPT_MUST_CHECK kept_status kept_cases__open(kept_store *store, const kept_scope *scope,
                                             const kept_case_ask *ask, bool everyone,
                                             kept_arena *arena, kept_case_query *ret_query,
                                             kept_err *err);
void kept_cases__close(kept_case_query *query);
#define KEPT_AUTO_CASES __attribute__((cleanup(kept_cases__close))) kept_case_query

/* "(SELECT ...) name": the cases. */
void kept_cases__add(kept_case_query *query, const char *name);
void kept_cases__add_periods(
    kept_case_query *query); /* of measures with a grain; inside the above */
/* "(cases) c JOIN (windows) w ON ...": each case with each window (w.w) that it belongs to. */
void kept_cases__add_windowed(kept_case_query *query);
/* The same to be counted: where many customers or windows are asked for, cases that go together are
 * one row. kept_figure is a sum then. */
void kept_cases__add_counted(kept_case_query *query);
typedef enum kept_case_sum { KEPT_SUM_CASES, KEPT_SUM_FIGURES } kept_case_sum;
/* How many cases, or figures known, there are in states from..to of what add_counted gives. */
void kept_cases__add_sum(kept_case_query *query, kept_case_sum what, kept_case_state from,
                         kept_case_state to);

/* What the statement is put together from, the innermost first. "customer" or a typed NULL, as a
 * kind has it, AS kept_customer; likewise kept_party. */
void kept_cases__add_customer(kept_case_query *query, const kept_fact_kind *kind);
void kept_cases__add_party(kept_case_query *query);
/* " FROM (...) kept_source": rows of a kind with the terms that are asked of them. */
void kept_cases__add_source(kept_case_query *query, const kept_fact_kind *kind);
/* " WHERE ..." of the measure and of the promises. */
void kept_cases__add_filter(kept_case_query *query);
/* "SELECT ...": what the measure asks of each row (cases_asked.c). */
void kept_cases__add_rows(kept_case_query *query);
/* "SELECT ...": the same with kept_due, kept_done, kept_due_at, kept_done_at; kept_late, from due
 * to done in microseconds; kept_in_time; and kept_passed, its day and what it may miss by have
 * passed (cases_moment.c). */
void kept_cases__add_timed(kept_case_query *query);
/* By how much it missed, in the unit of the measure. */
void kept_cases__add_missed(kept_case_query *query);
/* Of these, what periods need too: "SELECT ..." of the rows that count with all their columns and
 * kept_customer, kept_party, kept_term, kept_target, kept_covered, and kept_d0 and kept_d1, the
 * days of the promise on which they begin and end; and "(SELECT ...)" of kept_term, kept_target. */
void kept_cases__add_row_days(kept_case_query *query);
void kept_cases__add_terms(kept_case_query *query);

/* Runs what was written. */
KEPT_MUST_CHECK kept_status kept_cases__run(kept_case_query *query, kept_duck_rows **ret_rows,
                                            kept_err *err);

#endif
