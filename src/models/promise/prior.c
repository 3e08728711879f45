/* The prior of a chance of failure from other subjects: their likelihood on a grid. Means stand
 * symmetrically about 1/2, so that a table of ln(a (a + 1) ... (a + k - 1)) read backwards serves
 * for b. */
#include <math.h>
#include <string.h>

#include "kept/special.h"
#include "models/promise/prior_int.h"

enum {
    MEANS = KEPT_PRIOR__MEANS,
    WEIGHTS = KEPT_PRIOR__WEIGHTS,
    ROWS_MOST = 256, /* of the table; beyond, gamma functions */
};

struct kept_prior_fitted {
    double mean[MEANS], weight[WEIGHTS];
    size_t rows;                      /* of the table: k = 0 .. rows - 1 */
    kept_prior__row (*rise)[WEIGHTS]; /* [k]: of a = mean weight */
    double (*rise_weight)[WEIGHTS];   /* [k]: of the weight */
    kept_prior__row loglik[WEIGHTS];  /* of all subjects */
    int64_t subjects, cases;
};

/* --- The grid --- */

static void lay_out(kept_prior_fitted *f)
{
    for (int i = 0; i < MEANS; i++)
        f->mean[i] = kept_prior__mean_at(i);
    for (int v = 0; v < WEIGHTS; v++)
        f->weight[v] = kept_prior__weight_at(v);
}

static kept_status fill_table(kept_prior_fitted *f, int64_t most, kept_arena *arena, kept_err *err)
{
    f->rows = most < ROWS_MOST ? (size_t)most + 1 : ROWS_MOST;
    f->rise = kept_arena_alloc(arena, f->rows, sizeof *f->rise);
    f->rise_weight = kept_arena_alloc(arena, f->rows, sizeof *f->rise_weight);
    if (!f->rise || !f->rise_weight)
        return kept_nomem(err);
    for (size_t k = 1; k < f->rows; k++)
        for (int v = 0; v < WEIGHTS; v++) {
            double done = (double)(k - 1);
            f->rise_weight[k][v] = f->rise_weight[k - 1][v] + log(f->weight[v] + done);
            for (int i = 0; i < MEANS; i++)
                f->rise[k][v][i] = f->rise[k - 1][v][i] + log(f->mean[i] * f->weight[v] + done);
        }
    return KEPT_OK;
}

/* Adds times ln(x (x + 1) ... (x + k - 1)) for x = a, or for x = b when `backwards`. */
static void add_rise(const kept_prior_fitted *f, int64_t k, bool backwards, double times,
                     kept_prior__row *ret_sum)
{
    size_t row = k < (int64_t)f->rows ? (size_t)k : f->rows - 1;
    double rest = (double)(k - (int64_t)row);
    for (int v = 0; v < WEIGHTS; v++) {
        const double *rise = f->rise[row][v];
        for (int i = 0; i < MEANS; i++) {
            int at = backwards ? MEANS - 1 - i : i;
            double value = rise[at];
            if (rest > 0.0)
                value += kept_lgamma_rise(f->mean[at] * f->weight[v] + (double)row, rest);
            ret_sum[v][i] += times * value;
        }
    }
}

/* Adds `times` the logarithm of the beta-binomial likelihood of one subject. */
static void add_subject(const kept_prior_fitted *f, int64_t n, int64_t failed, double times,
                        kept_prior__row *ret_sum)
{
    size_t row = n < (int64_t)f->rows ? (size_t)n : f->rows - 1;
    double rest = (double)(n - (int64_t)row);
    for (int v = 0; v < WEIGHTS; v++) {
        double all = f->rise_weight[row][v];
        if (rest > 0.0)
            all += kept_lgamma_rise(f->weight[v] + (double)row, rest);
        for (int i = 0; i < MEANS; i++)
            ret_sum[v][i] -= times * all;
    }
    add_rise(f, failed, false, times, ret_sum);
    add_rise(f, n - failed, true, times, ret_sum);
}

/* --- Public --- */

kept_status kept_prior_stated(double mean, double weight, kept_arena *arena, kept_prior *ret_prior,
                              kept_err *err)
{
    if (!(mean > 0.0 && mean < 1.0) || !(weight > 0.0 && isfinite(weight)))
        return kept_fail(err, KEPT_EARG,
                         "A prior of mean %g and weight %g cannot be; the mean must lie between 0 "
                         "and 1, the weight above 0.",
                         mean, weight);
    kept_prior_point *point = KEPT_NEW(arena, kept_prior_point);
    if (!point)
        return kept_nomem(err);
    *point = (kept_prior_point){mean, weight, 1.0};
    *ret_prior = (kept_prior){point, 1, 0, 0};
    return KEPT_OK;
}

static const int64_t COUNT_MOST = 1000000000000; /* 10^12 */

static kept_status check(const kept_record_of *records, size_t n, kept_prior_fitted *f,
                         int64_t *ret_most, kept_err *err)
{
    int64_t most = 0;
    for (size_t i = 0; i < n; i++) {
        const kept_record_of *r = &records[i];
        if (r->failed < 0 || r->failed > r->n || r->n > COUNT_MOST || r->subjects < 1 ||
            r->subjects > COUNT_MOST / (r->n > 0 ? r->n : 1))
            return kept_fail(err, KEPT_EARG,
                             "Record %zu says that %lld of %lld failed, for %lld subjects; give "
                             "counts from 0 to 10^12, of which no more failed than there were, and "
                             "at least one subject, 10^12 cases in all.",
                             i, (long long)r->failed, (long long)r->n, (long long)r->subjects);
        if (r->n == 0)
            continue;
        f->subjects += r->subjects;
        f->cases += r->subjects * r->n;
        most = r->n > most ? r->n : most;
    }
    if (f->subjects == 0)
        return kept_fail(err, KEPT_EARG,
                         "There is no case to learn from; give the records of at least one "
                         "subject with a case, or state a prior.");
    *ret_most = most;
    return KEPT_OK;
}

kept_status kept_prior_fit_grid(const kept_record_of *records, size_t n, kept_arena *arena,
                                kept_prior_fitted **ret_fitted, kept_err *err)
{
    kept_prior_fitted *f = KEPT_NEW(arena, kept_prior_fitted);
    if (!f)
        return kept_nomem(err);
    int64_t most = 0;
    KEPT_TRY(check(records, n, f, &most, err));
    lay_out(f);
    KEPT_TRY(fill_table(f, most, arena, err));
    for (size_t i = 0; i < n; i++)
        if (records[i].n > 0)
            add_subject(f, records[i].n, records[i].failed, (double)records[i].subjects, f->loglik);
    *ret_fitted = f;
    return KEPT_OK;
}

kept_status kept_prior_fit(const kept_record_of *records, size_t n, kept_arena *arena,
                           kept_prior *ret_prior, kept_err *err)
{
    kept_prior_fitted *f;
    KEPT_TRY(kept_prior_fit_grid(records, n, arena, &f, err));
    kept_prior prior = {NULL, 0, f->subjects, f->cases};
    KEPT_TRY(kept_prior__condense((const kept_prior__row *)f->loglik, arena, &prior, err));
    *ret_prior = prior;
    return KEPT_OK;
}

kept_status kept_prior_without(const kept_prior_fitted *f, int64_t subject_n,
                               int64_t subject_failed, kept_arena *arena, kept_prior *ret_prior,
                               kept_err *err)
{
    if (subject_failed < 0 || subject_failed > subject_n || subject_n > f->cases)
        return kept_fail(err, KEPT_EARG,
                         "A subject with %lld failures of %lld cases was not among the records.",
                         (long long)subject_failed, (long long)subject_n);
    kept_prior prior = {NULL, 0, f->subjects - (subject_n > 0), f->cases - subject_n};
    if (prior.subjects == 0)
        return kept_fail(err, KEPT_ENOTFOUND,
                         "No other subject has a case to learn from; widen the group or state a "
                         "prior.");
    kept_prior__row loglik[WEIGHTS];
    memcpy(loglik, f->loglik, sizeof loglik);
    add_subject(f, subject_n, subject_failed, -1.0, loglik);
    KEPT_TRY(kept_prior__condense((const kept_prior__row *)loglik, arena, &prior, err));
    *ret_prior = prior;
    return KEPT_OK;
}
