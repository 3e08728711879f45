/* keep/register.h - promises with their last verdict and their outlook, worst first. */
#ifndef KEPT_KEEP_REGISTER_H
#define KEPT_KEEP_REGISTER_H

#include "keep/words.h"
#include "op/result.h"

/* One promise and what was found about it. */
typedef struct kept_registered {
    const kept_promise *promise;
    const kept_judged *last; /* of the window that closed last; NULL: none has */
    const kept_judged *now;  /* of the window that runs; NULL: none does */
    const char *cases;       /* "deliveries" */
    const char *from;        /* "from Northline": promised to us by others; NULL: by us */
    bool has_margin;
    int64_t margin; /* of the customer in the last twelve months, or what is stated as at stake */
    double weight;  /* what it is ordered by: chance of being missed x money */
} kept_registered;

/* What the cases of a measure are called, "deliveries"; "cases" when it is none. */
const char *kept_cases_name(const kept_measures *measures, const char *measure);

/* To whom, by name: the customer, the segment, else "everyone" and so on; of what others promised
 * to us, from whom. */
const char *kept_registered_to(const kept_registered *row);

/* Promises that are agreed or running, worst first: what is broken or at risk by the money that it
 * puts at risk, then what is not measured, then the rest. judged in the order of kept_judged_read.
 */
KEPT_MUST_CHECK kept_status kept_register(kept_ctx *ctx, kept_store *store,
                                          const kept_promise *promises, size_t n_promises,
                                          const kept_judged *judged, size_t n_judged,
                                          kept_registered **ret_rows, size_t *ret_n, kept_err *err);

/* Kept by level, never pooled: of each level how many promises were kept in the window that closed
 * last, how many had a verdict, how many are not measured. */
extern const kept_table_def kept_levels_table;
void kept_levels_add(kept_result *result, const kept_registered *rows, size_t n);

extern const kept_table_def kept_register_table;
void kept_register_add(kept_ctx *ctx, kept_result *result, const kept_registered *rows, size_t n,
                       size_t limit);

#endif
