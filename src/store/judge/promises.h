/* store/judge/promises.h - promises as they are judged: to whom, in which windows, by which terms.
 *
 * The record says what holds now; amendments say what held before, so that a window is judged by
 * the terms in force when it began. Exemptions and fulfilments are records too. */
#ifndef KEPT_STORE_JUDGE_PROMISES_H
#define KEPT_STORE_JUDGE_PROMISES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/window.h"
#include "kept/allowance.h"
#include "kept/arena.h"
#include "kept/err.h"
#include "store/scope.h"
#include "store/store.h"

typedef enum kept_how {
    KEPT_HOW_NONE, /* not said how it is judged */
    KEPT_HOW_COUNTED,
    KEPT_HOW_DONE,
    KEPT_HOW_SAID,
} kept_how;

/* The terms that hold for windows which begin on `from` or later, up to the next terms. */
typedef struct kept_terms {
    int32_t from;    /* KEPT_DAY_MIN: since ever */
    int64_t version; /* 1, 2, ... of its promise */
    kept_how how;
    const char *measure;                /* NULL: none */
    const char *zone, *calendar, *only; /* NULL: not given */
    kept_window_kind window;
    int length; /* of a rolling window, days */
    bool has_target;
    int64_t target; /* millionths */
    bool has_target_value;
    int64_t target_value; /* millionths */
    bool at_most;
    int64_t tolerance;      /* millionths, 0: none */
    int64_t within;         /* minutes; -1: not given */
    bool working;           /* within is working time */
    bool working_days;      /* within is days of 24 hours that stand for working days */
    const char *counted_by; /* case, day, week, month */
    int64_t period_target;  /* millionths */
    kept_allowance allowance;
    int64_t partly_from, min_coverage; /* millionths */
    const char *rhythm;                /* NULL: for one day, or always */
    int32_t due_on;                    /* KEPT_NO_DAY: none */
} kept_terms;

typedef struct kept_exemption {
    int32_t from, until; /* both counted */
    int64_t cases;       /* failures that do not count; -1: no case of these days counts */
} kept_exemption;

/* Somebody said that it was done, or how it was. */
typedef struct kept_fulfilment {
    int64_t id;
    int32_t due, done; /* KEPT_NO_DAY: not given */
    const char *verdict;
    const char *cause, *remedy, *words; /* NULL: not given */
    bool has_value;
    int64_t value; /* millionths */
    const char *level;
    int64_t said_by; /* person; 0: not given */
} kept_fulfilment;

/* While it rested, by agreement. */
typedef struct kept_rest {
    int32_t from, until; /* until KEPT_NO_DAY: it still rests */
} kept_rest;

typedef struct kept_promise {
    int64_t id;
    const char *text, *state, *level, *measure_level, *giver, *receiver;
    int64_t customer;  /* record; 0: none */
    int64_t segment;   /* receiver; 0: none */
    const char *party; /* name of the supplier or channel that gives it; NULL: none */
    bool carrier;      /* that supplier carries goods */
    const char *segment_name, *customer_name, *person_name; /* NULL: none */
    int64_t person, owner;                                  /* 0: none */
    bool has_stake;
    int64_t stake; /* money a year */
    bool archived;
    int32_t starts, ends;    /* the days it holds, both counted; ends KEPT_NO_DAY: no end */
    const kept_terms *terms; /* by from; the last holds now. At least one */
    size_t n_terms;
    const kept_exemption *exemptions;
    size_t n_exemptions;
    const kept_fulfilment *fulfilments; /* by due, then id */
    size_t n_fulfilments;
    const kept_rest *rests;
    size_t n_rests;
} kept_promise;

/* All promises in sight by id, archived and closed ones too; only one when id is not 0. What was
 * recorded after scope.known_at is not there, nor what was done, said or exempted after
 * scope.as_of. */
KEPT_MUST_CHECK kept_status kept_promises_load(kept_store *store, const kept_scope *scope,
                                               int64_t id, kept_arena *arena,
                                               kept_promise **ret_promises, size_t *ret_n,
                                               kept_err *err);
/* The terms for a window that begins on the day. */
const kept_terms *kept_promise_terms(const kept_promise *promise, int32_t day);

#endif
