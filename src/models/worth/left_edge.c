#include "kept/left_edge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double NEAR_USUAL = 1.1;
static const double LEAST_SHARE = 0.05;
static const double LEAST_Z = 4.0;
enum { RUN_WEEKS = 4, LEAST_WEEKS = 8 };

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double median_of_second_half(const int64_t *count, size_t weeks, int64_t *scratch)
{
    size_t half = weeks / 2, n = weeks - half;
    memcpy(scratch, count + half, n * sizeof *scratch);
    qsort(scratch, n, sizeof *scratch, compare);
    return n % 2 ? (double)scratch[n / 2]
                 : 0.5 * ((double)scratch[n / 2 - 1] + (double)scratch[n / 2]);
}

/* Weeks before first orders come down to the usual number; looks no further than half way. */
static size_t early_weeks(const int64_t *count, size_t weeks, double usual)
{
    for (size_t i = 0; i < weeks / 2; i++) {
        int64_t sum = 0;
        for (size_t k = 0; k < RUN_WEEKS; k++)
            sum += count[i + k];
        if ((double)sum / RUN_WEEKS <= NEAR_USUAL * usual)
            return i;
    }
    return weeks / 2;
}

static kept_left_edge estimate(const int64_t *count, size_t weeks, size_t n, int32_t start,
                               int64_t *scratch)
{
    kept_left_edge none = {.before = 0, .from = start};
    if (weeks < LEAST_WEEKS) /* too short to know what is usual */
        return none;
    double usual = median_of_second_half(count, weeks, scratch);
    none.new_per_week = usual;
    size_t early = early_weeks(count, weeks, usual);
    double sum = 0;
    for (size_t i = 0; i < early; i++)
        sum += (double)count[i];
    double expected = usual * (double)early;
    double excess = sum - expected;
    if (excess < LEAST_SHARE * (double)n || excess < LEAST_Z * sqrt(expected + 1.0))
        return none;
    return (kept_left_edge){.before = (int64_t)llround(excess),
                            .from = start + (int32_t)(7 * early),
                            .new_per_week = usual};
}

kept_status kept_left_edge_estimate(const int32_t *first_day, size_t n, int32_t start,
                                    kept_arena *scratch, kept_left_edge *ret_edge, kept_err *err)
{
    int32_t last = start;
    for (size_t i = 0; i < n; i++) {
        if (first_day[i] < start)
            return kept_fail(err, KEPT_EARG, "Customer %zu begins before the start day.", i);
        if (first_day[i] > last)
            last = first_day[i];
    }
    size_t weeks = (size_t)(last - start) / 7 + 1;
    kept_arena_mark mark = kept_arena_get_mark(scratch);
    int64_t *count = KEPT_NEW_N(scratch, int64_t, weeks);
    int64_t *sorted = KEPT_NEW_N(scratch, int64_t, weeks);
    kept_status status = KEPT_OK;
    if (count && sorted) {
        for (size_t i = 0; i < n; i++)
            count[(first_day[i] - start) / 7]++;
        *ret_edge = estimate(count, weeks, n, start, sorted);
    } else {
        status = kept_nomem(err);
    }
    kept_arena_rewind(scratch, mark);
    return status;
}
