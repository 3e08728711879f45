/* store/judge/verdicts.h - what judging gave, in the ledger: verdicts, outlooks, predictions, the
 * week's open cases. All of one run is written in one transaction.
 *
 * A verdict is of a window that has closed. It is never changed: another one for the same window is
 * another row, and the earlier says which run replaced it. All that it was made from stands in its
 * row. An outlook is of the window that runs, one per promise. */
#ifndef KEPT_STORE_JUDGE_VERDICTS_H
#define KEPT_STORE_JUDGE_VERDICTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/allowance.h"
#include "kept/arena.h"
#include "kept/err.h"
#include "store/scope.h"
#include "store/store.h"

typedef enum kept_outlook {
    KEPT_OUTLOOK_NOT_MEASURED,
    KEPT_ON_TRACK,
    KEPT_AT_RISK,
    KEPT_ALREADY_BROKEN,
    KEPT_N_OUTLOOKS,
} kept_outlook;

/* "on track"; "on_track" as stored and in JSON. */
const char *kept_outlook_words(kept_outlook outlook);
const char *kept_outlook_name(kept_outlook outlook);
bool kept_outlook_find(const char *name, kept_outlook *ret_outlook);

/* One window of one promise as judged. */
typedef struct kept_judged {
    int64_t promise;
    int32_t start, end; /* both counted */
    bool running;       /* outlook holds; else verdict */
    bool rolling;       /* running: the last so many days; its chance is of the next as many */
    kept_verdict verdict;
    kept_outlook outlook;
    const char *cause, *remedy; /* not measured: why, and what helps; NULL */
    const char *how;            /* counted, done, said */
    const char *measure;        /* NULL: none */
    kept_counts counts;
    int64_t overdue; /* of bad: not done to this day */
    double figure;   /* NaN: none */
    kept_verdict_rule rule;
    bool has_target_value; /* judged by the figure rather than by counts */
    int64_t target_value;  /* millionths */
    bool at_most;
    int64_t allowed; /* at the volume there was, or that is expected */
    int64_t terms;   /* which version of the promise's terms: 1, 2, ... */
    /* Running. */
    double volume;           /* cases expected by the end; NaN: not known */
    double p, p_low, p_high; /* chance of being missed; NaN: not to be had */
    kept_tripwire tripwire;
    const char *alarm; /* NULL: none */
} kept_judged;

/* A case that is open and due soon, or overdue. */
typedef struct kept_open_case {
    int64_t promise;
    int64_t customer;  /* record; 0: none */
    const char *about; /* the case's key, as a delivery number; NULL: none */
    int32_t due;
    bool overdue;
    const char *what; /* NULL: not known */
} kept_open_case;

typedef struct kept_judge_write {
    int32_t as_of;
    const int64_t *promises; /* that were judged; what stands of them and is not in judged goes */
    size_t n_promises;
    const kept_judged *judged;
    size_t n;
    const kept_open_case *open;
    size_t n_open;
} kept_judge_write;

typedef struct kept_judge_written {
    int64_t run;
    int64_t added;    /* verdicts that are new */
    int64_t replaced; /* that are other than before */
    int64_t same;
    int64_t predictions;
} kept_judge_written;

/* KEPT_EDENIED unless scope sees everything; KEPT_EINTERNAL when the store is not open for writing
 * or scope has a clock set: as-of runs are shown, not stored. */
KEPT_MUST_CHECK kept_status kept_judge_store(kept_store *store, const kept_scope *scope,
                                             const kept_judge_write *what,
                                             kept_judge_written *ret_written, kept_err *err);

/* The verdict that a row's own columns give: what is stored in it must be this. */
kept_verdict kept_judged_verdict(const kept_judged *judged);

/* Reads rows of verdict (closed) and outlook (running) in sight: of one promise or of all (0), by
 * promise and window; history: replaced ones too. */
KEPT_MUST_CHECK kept_status kept_judged_read(kept_store *store, const kept_scope *scope,
                                             int64_t promise, bool history, kept_arena *arena,
                                             kept_judged **ret_judged, size_t *ret_n,
                                             kept_err *err);

#endif
