/* store/measures/measures.h - running measures and reading what they gave.
 *
 * A run computes one measure as of one day and writes a row of measure_run and one of measure_value
 * per subject, for the whole window and for each calendar period of it. The window ends with the
 * day of --as-of, else with the last day of that kind of facts (not later than today). With
 * periods it ends with the last whole one; without --as-of a period is whole from three days
 * before its end on, because facts seldom have a row on its very last day.
 *
 * A value is NULL, not 0, when nothing was measured: no row counts, or of no row in the window is
 * known what must be. A customer of whom there are no such facts at all has no row. */
#ifndef KEPT_STORE_MEASURES_MEASURES_H
#define KEPT_STORE_MEASURES_MEASURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalogue/measure.h"
#include "kept/arena.h"
#include "kept/err.h"
#include "store/scope.h"
#include "store/store.h"

/* Kinds of subjects; the firm is subject 0. */
#define KEPT_SUBJECT_CUSTOMER "customer"
#define KEPT_SUBJECT_FIRM     "firm"

/* The measures of the workspace, built in and its own. Lives in arena. */
KEPT_MUST_CHECK kept_status kept_store_measures(kept_store *store, kept_arena *arena,
                                                kept_measures *ret_measures, kept_err *err);

/* --- Running --- */

typedef struct kept_measure_run_opts {
    void (*progress)(void *who, const char *what, double part); /* NULL: nobody watches */
    void *progress_who;
} kept_measure_run_opts;

typedef struct kept_measure_done {
    const kept_measure *measure;
    bool ran; /* false: there are no such facts */
    int32_t as_of;
    int32_t start, end; /* the whole window; start KEPT_DAY_MIN: since ever */
    int64_t subjects;   /* with a value or without */
    int64_t measured;   /* with a value */
    int64_t unmatched;  /* keys of customers without a record: left out */
} kept_measure_done;

/* Runs the measures named, or all that have a value computed from facts (n 0), one short
 * transaction each; what an earlier run wrote for the same day is replaced, and so are runs for
 * later days when as_of is not set. KEPT_ENOTFOUND for an unknown name, KEPT_EARG for one that a
 * model writes or that judges promises, KEPT_EDENIED when scope does not see all customers,
 * KEPT_EINPUT when a number does not fit. */
KEPT_MUST_CHECK kept_status kept_measures_run(kept_store *store, const kept_scope *scope,
                                              const char *const *names, size_t n,
                                              const kept_measure_run_opts *opts, kept_arena *arena,
                                              kept_measure_done **ret_done, size_t *ret_n,
                                              kept_err *err);

typedef struct kept_measure_given {
    uint64_t customer;
    double value; /* money in the currency */
    int64_t n;    /* rows it rests on */
} kept_measure_given;

/* Writes a measure that a model makes. Customers of one record are added up. *ret_subjects: how
 * many were written; a customer without a record is left out. */
KEPT_MUST_CHECK kept_status kept_measure_put(kept_store *store, const kept_scope *scope,
                                             const char *name, int32_t as_of, int32_t start,
                                             int32_t end, const kept_measure_given *given, size_t n,
                                             int64_t *ret_subjects, kept_err *err);

/* --- Reading --- */

typedef struct kept_measure_state {
    const kept_measure *measure;
    bool has_run;
    int32_t as_of;
    int64_t ran_at;
    int64_t subjects, measured; /* of the whole window */
    double coverage;            /* mean over the subjects; NaN: none has one */
    bool has_facts;             /* an import of its kind is in force */
    bool behind;                /* facts came or went since */
    bool redefined;             /* the declaration has changed since */
} kept_measure_state;

/* One for each of measures, of the newest run that scope may know of: the latest day not after
 * as_of, run not after known_at. */
KEPT_MUST_CHECK kept_status kept_measure_states(kept_store *store, const kept_scope *scope,
                                                const kept_measures *measures, kept_arena *arena,
                                                kept_measure_state **ret_states, kept_err *err);

typedef struct kept_measure_value {
    int64_t subject;
    int32_t start, end; /* start KEPT_DAY_MIN: since ever */
    bool known;
    double value;
    bool exact;
    int64_t units; /* exact: ten-thousandths of money, whole counts */
    int64_t n;
    double coverage; /* NaN: nothing in the window */
} kept_measure_value;

typedef struct kept_measure_ask {
    int64_t subject; /* -1: all in sight */
    bool series;     /* the calendar periods rather than the whole window */
    size_t limit;    /* the largest first; 0: all, by subject and period */
} kept_measure_ask;

/* Values of the newest run, as for kept_measure_states. n 0: never run. */
KEPT_MUST_CHECK kept_status kept_measure_values(kept_store *store, const kept_scope *scope,
                                                const kept_measure *measure,
                                                const kept_measure_ask *ask, kept_arena *arena,
                                                kept_measure_value **ret_values, size_t *ret_n,
                                                kept_err *err);

#endif
