#include "kept/score.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static const double Z95 = 1.959963984540054; /* 97.5 % quantile of the standard normal */

/* One forecast's part in up to two means, kept together by subject. */
typedef struct residual {
    int64_t subject;
    size_t index;
    double of[2];
} residual;

static int by_subject(const void *a, const void *b)
{
    const residual *x = a, *y = b;
    if (x->subject != y->subject)
        return x->subject < y->subject ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* Standard errors of means from their residuals: sums within a cluster are independent. NaN below
 * two clusters. Returns the number of clusters. */
static size_t clustered(residual *residuals, size_t n, double ret_se[2])
{
    qsort(residuals, n, sizeof *residuals, by_subject);
    size_t clusters = 0;
    double squares[2] = {0}, sum[2] = {0};
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < 2; k++)
            sum[k] += residuals[i].of[k];
        if (i + 1 < n && residuals[i + 1].subject == residuals[i].subject)
            continue;
        clusters++;
        for (int k = 0; k < 2; k++) {
            squares[k] += sum[k] * sum[k];
            sum[k] = 0.0;
        }
    }
    double groups = (double)clusters;
    for (int k = 0; k < 2; k++)
        ret_se[k] = clusters < 2 ? NAN : sqrt(groups / (groups - 1.0) * squares[k]) / (double)n;
    return clusters;
}

static kept_status check(const kept_forecast *forecasts, size_t n, kept_err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!(forecasts[i].p >= 0.0 && forecasts[i].p <= 1.0))
            return kept_fail(err, KEPT_EARG, "Prediction %zu is %g: a chance lies in 0 to 1.", i,
                             forecasts[i].p);
        if (forecasts[i].happened != 0 && forecasts[i].happened != 1)
            return kept_fail(err, KEPT_EARG,
                             "What prediction %zu was about is %d: 0 (did not happen) or 1.", i,
                             forecasts[i].happened);
    }
    return KEPT_OK;
}

static double squared_error(const kept_forecast *f)
{
    double error = f->p - f->happened;
    return error * error;
}

/* --- Bins --- */

static double edge(size_t i)
{
    return (double)i / KEPT_SCORE_BINS;
}

/* By comparing with the edges themselves: p x 10 may round across one. */
static size_t bin_of(double p)
{
    size_t i = (size_t)(p * KEPT_SCORE_BINS);
    if (i >= KEPT_SCORE_BINS)
        i = KEPT_SCORE_BINS - 1;
    if (p < edge(i))
        return i - 1;
    return i + 1 < KEPT_SCORE_BINS && p >= edge(i + 1) ? i + 1 : i;
}

static void wilson(kept_bin *bin)
{
    double n = (double)bin->n, rate = bin->rate, z2 = Z95 * Z95;
    double middle = (rate + z2 / (2.0 * n)) / (1.0 + z2 / n);
    double half = Z95 * sqrt(rate * (1.0 - rate) / n + z2 / (4.0 * n * n)) / (1.0 + z2 / n);
    bin->low = bin->happened == 0 ? 0.0 : middle - half;
    bin->high = bin->happened == bin->n ? 1.0 : middle + half;
}

static void fill_bins(const kept_forecast *forecasts, size_t n, kept_bin bins[KEPT_SCORE_BINS])
{
    for (size_t k = 0; k < KEPT_SCORE_BINS; k++)
        bins[k] = (kept_bin){.from = edge(k), .to = edge(k + 1), .mean_p = 0.0};
    for (size_t i = 0; i < n; i++) {
        kept_bin *bin = &bins[bin_of(forecasts[i].p)];
        bin->n++;
        bin->happened += (size_t)forecasts[i].happened;
        bin->mean_p += forecasts[i].p;
    }
    for (size_t k = 0; k < KEPT_SCORE_BINS; k++) {
        kept_bin *bin = &bins[k];
        if (bin->n == 0) {
            bin->mean_p = bin->rate = bin->low = bin->high = NAN;
            continue;
        }
        bin->mean_p /= (double)bin->n;
        bin->rate = (double)bin->happened / (double)bin->n;
        wilson(bin);
    }
}

/* --- The score --- */

static void decompose(const kept_bin bins[KEPT_SCORE_BINS], kept_scored *scored)
{
    double n = (double)scored->n;
    for (size_t k = 0; k < KEPT_SCORE_BINS; k++) {
        if (bins[k].n == 0)
            continue;
        double share = (double)bins[k].n / n, off = bins[k].mean_p - bins[k].rate,
               apart = bins[k].rate - scored->base_rate;
        scored->reliability += share * off * off;
        scored->resolution += share * apart * apart;
    }
    scored->uncertainty = scored->base_brier;
}

/* Errors of the Brier score and of skill = 1 - brier / (b (1 - b)), whose derivatives by brier and
 * by the base rate b are -1 / (b (1 - b)) and brier (1 - 2 b) / (b (1 - b))^2. */
static void add_errors(const kept_forecast *forecasts, residual *residuals, kept_scored *scored)
{
    double base = scored->base_rate, spread = scored->base_brier;
    bool both = spread > 0.0;
    for (size_t i = 0; i < scored->n; i++) {
        double off = squared_error(&forecasts[i]) - scored->brier;
        double of_base = both ? scored->brier * (1.0 - 2.0 * base) / (spread * spread) : 0.0;
        double of_skill = both ? -off / spread + of_base * (forecasts[i].happened - base) : 0.0;
        residuals[i] = (residual){forecasts[i].subject, i, {off, of_skill}};
    }
    double se[2];
    scored->clusters = clustered(residuals, scored->n, se);
    scored->brier_se = se[0];
    scored->skill = both ? 1.0 - scored->brier / spread : NAN;
    scored->skill_low = scored->skill - Z95 * se[1];
    /* Not fmin, which would make 1 of NaN. */
    scored->skill_high = scored->skill + Z95 * se[1];
    if (scored->skill_high > 1.0)
        scored->skill_high = 1.0;
}

static kept_scored score(const kept_forecast *forecasts, size_t n,
                         const kept_bin bins[KEPT_SCORE_BINS], residual *residuals)
{
    kept_scored scored = {.n = n};
    double happened = 0.0;
    for (size_t i = 0; i < n; i++) {
        scored.brier += squared_error(&forecasts[i]);
        scored.mean_p += forecasts[i].p;
        happened += forecasts[i].happened;
    }
    scored.brier /= (double)n;
    scored.mean_p /= (double)n;
    scored.base_rate = happened / (double)n;
    scored.base_brier = scored.base_rate * (1.0 - scored.base_rate);
    decompose(bins, &scored);
    add_errors(forecasts, residuals, &scored);
    return scored;
}

kept_status kept_score(const kept_forecast *forecasts, size_t n, kept_arena *arena,
                       kept_scored *ret_scored, kept_bin ret_bins[KEPT_SCORE_BINS], kept_err *err)
{
    KEPT_TRY(check(forecasts, n, err));
    kept_arena_mark mark = kept_arena_get_mark(arena);
    residual *residuals = KEPT_NEW_N(arena, residual, n);
    if (!residuals)
        return kept_nomem(err);
    fill_bins(forecasts, n, ret_bins);
    if (n > 0)
        *ret_scored = score(forecasts, n, ret_bins, residuals);
    else
        *ret_scored = (kept_scored){0, 0, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    kept_arena_rewind(arena, mark);
    return KEPT_OK;
}

/* --- Two forecasters --- */

static kept_status check_pairs(const kept_forecast *a, const kept_forecast *b, size_t n,
                               kept_err *err)
{
    KEPT_TRY(check(a, n, err));
    KEPT_TRY(check(b, n, err));
    for (size_t i = 0; i < n; i++) {
        if (a[i].happened != b[i].happened || a[i].subject != b[i].subject)
            return kept_fail(err, KEPT_EARG,
                             "Predictions %zu of the two are not about the same thing.", i);
    }
    return KEPT_OK;
}

kept_status kept_score_compare(const kept_forecast *a, const kept_forecast *b, size_t n,
                               kept_arena *arena, kept_brier_difference *ret_difference,
                               kept_err *err)
{
    KEPT_TRY(check_pairs(a, b, n, err));
    if (n == 0) {
        *ret_difference = (kept_brier_difference){NAN, NAN, NAN, NAN};
        return KEPT_OK;
    }
    kept_arena_mark mark = kept_arena_get_mark(arena);
    residual *residuals = KEPT_NEW_N(arena, residual, n);
    if (!residuals)
        return kept_nomem(err);
    double mean = 0.0, se[2];
    for (size_t i = 0; i < n; i++)
        mean += squared_error(&a[i]) - squared_error(&b[i]);
    mean /= (double)n;
    for (size_t i = 0; i < n; i++) {
        double off = squared_error(&a[i]) - squared_error(&b[i]) - mean;
        residuals[i] = (residual){a[i].subject, i, {off, 0.0}};
    }
    (void)clustered(residuals, n, se);
    kept_arena_rewind(arena, mark);
    *ret_difference = (kept_brier_difference){
        .difference = mean, .se = se[0], .low = mean - Z95 * se[0], .high = mean + Z95 * se[0]};
    return KEPT_OK;
}
