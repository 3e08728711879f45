/* BG/NBD: checks, compression, and the pieces every other file uses. */
#include "models/worth/bgnbd_int.h"

#include <math.h>
#include <string.h>

#include "kept/parallel.h"

const char *const kept_bgnbd_par_name[KEPT_BGNBD_N_PAR] = {"r", "alpha", "a", "b"};

/* ---- Checks ---- */

static kept_status check_row(const kept_bgnbd_data *d, size_t i, kept_err *err)
{
    double t_x = d->t_x[i], T = d->T[i];
    if (!(T >= 0.0) || !isfinite(T))
        return kept_fail(err, KEPT_EARG,
                         "Row %zu has an observed time T of %g; it must be 0 or more.", i, T);
    if (!(t_x >= 0.0) || t_x > T)
        return kept_fail(
            err, KEPT_EARG,
            "Row %zu has its last order at %.10g, outside the observed time 0 to %.10g.", i, t_x,
            T);
    if ((d->x[i] == 0) != (t_x == 0.0))
        return kept_fail(err, KEPT_EARG,
                         "Row %zu has %u repeat orders but the last one at %g; t_x must be 0 "
                         "exactly where x is 0.",
                         i, (unsigned)d->x[i], t_x);
    if (d->w && !(d->w[i] >= 0.0 && isfinite(d->w[i])))
        return kept_fail(err, KEPT_EARG, "Row %zu has a weight of %g; it must be 0 or more.", i,
                         d->w[i]);
    return KEPT_OK;
}

kept_status kept_bgnbd__check_data(const kept_bgnbd_data *data, kept_err *err)
{
    for (size_t i = 0; i < data->n; i++)
        KEPT_TRY(check_row(data, i, err));
    return KEPT_OK;
}

kept_status kept_bgnbd__check_par(kept_bgnbd_par par, kept_err *err)
{
    const double value[] = {par.r, par.alpha, par.a, par.b};
    for (size_t i = 0; i < KEPT_BGNBD_N_PAR; i++)
        if (!(value[i] > 0.0) || !isfinite(value[i]))
            return kept_fail(err, KEPT_EARG,
                             "The BG/NBD parameter %s is %g; it must be above 0 (was the model "
                             "estimated?).",
                             kept_bgnbd_par_name[i], value[i]);
    return KEPT_OK;
}

kept_status kept_bgnbd__check_horizon(double horizon, kept_err *err)
{
    if (!(horizon >= 0.0) || !isfinite(horizon))
        return kept_fail(err, KEPT_EARG, "A horizon of %g is not a time of 0 or more.", horizon);
    return KEPT_OK;
}

kept_status kept_bgnbd__check_probs(size_t n, const double *prob, kept_err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!(prob[i] >= 0.0 && prob[i] < 1.0) || (i > 0 && prob[i] < prob[i - 1]))
            return kept_fail(err, KEPT_EARG,
                             "The probabilities of quantiles must rise and lie in 0 to 1; number "
                             "%zu is %g.",
                             i + 1, prob[i]);
    return KEPT_OK;
}

/* ---- Blocks of rows ---- */

typedef struct row_job {
    size_t n;
    kept_rows_fn fn;
    void *context;
} row_job;

static void run_block(void *context, size_t block)
{
    const row_job *job = context;
    size_t from = block * KEPT_BGNBD_BLOCK;
    size_t to = job->n - from < KEPT_BGNBD_BLOCK ? job->n : from + KEPT_BGNBD_BLOCK;
    job->fn(job->context, from, to);
}

void kept_bgnbd__for_rows(size_t n, size_t n_threads, kept_rows_fn fn, void *context)
{
    row_job job = {n, fn, context};
    size_t blocks = n / KEPT_BGNBD_BLOCK + (n % KEPT_BGNBD_BLOCK != 0);
    kept_parallel_for(blocks, n_threads, run_block, &job);
}

/* ---- One customer ---- */

double kept_bgnbd__alive(const kept_bgnbd_data *data, size_t i, kept_bgnbd_par par)
{
    double x = data->x[i];
    if (data->x[i] == 0)
        return 1.0;
    double d = log(par.a / (par.b + x - 1.0)) +
               (par.r + x) * log1p((data->T[i] - data->t_x[i]) / (par.alpha + data->t_x[i]));
    return 1.0 / (1.0 + exp(d));
}

kept_bgnbd_par kept_bgnbd__update(const kept_bgnbd_data *data, size_t i, kept_bgnbd_par par)
{
    double x = data->x[i];
    return (kept_bgnbd_par){par.r + x, par.alpha + data->T[i], par.a, par.b + x};
}

/* ---- Compression ---- */

typedef struct slot { /* one distinct row while it is being collected */
    double t_x, T, w;
    uint32_t x;
    uint32_t id; /* order of first appearance */
} slot;

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9e3779b97f4a7c15u;
    return h ^ (h >> 29);
}

static uint64_t hash_row(uint32_t x, double t_x, double T)
{
    uint64_t bits[2];
    double times[2] = {t_x + 0.0, T + 0.0}; /* -0 and 0 are one time */
    memcpy(bits, times, sizeof bits);
    uint64_t h = mix(mix(mix(0x51ed270b, x), bits[0]), bits[1]);
    return h ^ (h >> 32);
}

static int compare_slots(const slot *a, const slot *b)
{
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    if (a->T != b->T)
        return a->T < b->T ? -1 : 1;
    return (a->t_x > b->t_x) - (a->t_x < b->t_x);
}

/* Bottom-up merge sort between two buffers; the sorted rows end in the one returned. */
static slot *sort_slots(slot *items, slot *spare, size_t n)
{
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t from = 0; from < n; from += 2 * width) {
            size_t mid = from + width < n ? from + width : n;
            size_t end = mid + width < n ? mid + width : n;
            size_t i = from, j = mid;
            for (size_t k = from; k < end; k++)
                spare[k] = j >= end || (i < mid && compare_slots(&items[i], &items[j]) <= 0)
                               ? items[i++]
                               : items[j++];
        }
        slot *swap = items;
        items = spare;
        spare = swap;
    }
    return items;
}

/* Collects distinct rows by open addressing; row_id[i] is the id of input row i. */
static size_t collect(const kept_bgnbd_data *d, uint32_t *table, size_t mask, slot *slots,
                      uint32_t *row_id)
{
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++) {
        size_t at = hash_row(d->x[i], d->t_x[i], d->T[i]) & mask;
        while (table[at] != 0) {
            const slot *s = &slots[table[at] - 1];
            if (s->x == d->x[i] && s->t_x == d->t_x[i] && s->T == d->T[i])
                break;
            at = (at + 1) & mask;
        }
        if (table[at] == 0) {
            slots[n] = (slot){d->t_x[i], d->T[i], 0.0, d->x[i], (uint32_t)n};
            table[at] = (uint32_t)++n;
        }
        slots[table[at] - 1].w += d->w ? d->w[i] : 1.0;
        row_id[i] = table[at] - 1;
    }
    return n;
}

kept_status kept_bgnbd_compress(const kept_bgnbd_data *data, kept_arena *arena,
                                kept_bgnbd_rows *ret_rows, kept_err *err)
{
    if (data->n >= UINT32_MAX - 1)
        return kept_fail(err, KEPT_EARG, "%zu rows are more than can be grouped at once.", data->n);
    KEPT_TRY(kept_bgnbd__check_data(data, err));
    size_t capacity = 16;
    while (capacity < 2 * data->n)
        capacity *= 2;
    kept_bgnbd_rows rows = {.n_input = data->n, .row = KEPT_NEW_N(arena, uint32_t, data->n)};
    /* The working tables live in an arena of their own: the results must stay in the caller's. */
    KEPT_AUTO_ARENA work = KEPT_ARENA_INIT;
    uint32_t *table = KEPT_NEW_N(&work, uint32_t, capacity);
    slot *slots = KEPT_NEW_N(&work, slot, data->n), *spare = KEPT_NEW_N(&work, slot, data->n);
    if (!rows.row || !table || !slots || !spare)
        return kept_nomem(err);
    rows.n = collect(data, table, capacity - 1, slots, rows.row);
    const slot *sorted = sort_slots(slots, spare, rows.n);
    rows.x = KEPT_NEW_N(arena, uint32_t, rows.n);
    rows.t_x = KEPT_NEW_N(arena, double, rows.n);
    rows.T = KEPT_NEW_N(arena, double, rows.n);
    rows.w = KEPT_NEW_N(arena, double, rows.n);
    if (!rows.x || !rows.t_x || !rows.T || !rows.w)
        return kept_nomem(err);
    for (size_t i = 0; i < rows.n; i++) {
        rows.x[i] = sorted[i].x;
        rows.t_x[i] = sorted[i].t_x;
        rows.T[i] = sorted[i].T;
        rows.w[i] = sorted[i].w;
        table[sorted[i].id] = (uint32_t)i; /* the table has done its work: id to place */
    }
    for (size_t i = 0; i < data->n; i++)
        rows.row[i] = table[rows.row[i]];
    *ret_rows = rows;
    return KEPT_OK;
}

kept_bgnbd_data kept_bgnbd_rows_view(const kept_bgnbd_rows *rows)
{
    return (kept_bgnbd_data){rows->n, rows->x, rows->t_x, rows->T, rows->w};
}
