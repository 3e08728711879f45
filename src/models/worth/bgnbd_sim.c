/* BG/NBD: simulation, exact. */
#include <math.h>

#include "models/worth/bgnbd_int.h"

typedef struct life { /* one customer while time runs */
    double lambda, p;
    double at; /* time of the last event */
    bool alive;
    kept_rng rng;
} life;

static life begin(kept_bgnbd_par par, kept_rng rng)
{
    life l = {.alive = true, .rng = rng};
    l.lambda = kept_rng_gamma(&l.rng, par.r) / par.alpha;
    l.p = kept_rng_beta(&l.rng, par.a, par.b);
    return l;
}

/* Moves to the next order and decides whether it was the last; false when there is none up to
 * end. */
static bool next_order(life *l, double end)
{
    if (!l->alive)
        return false;
    l->at += kept_rng_exponential(&l->rng) / l->lambda; /* a rate of 0 gives infinity: never */
    if (!(l->at <= end))
        return false;
    l->alive = kept_rng_uniform(&l->rng) >= l->p;
    return true;
}

kept_status kept_bgnbd_simulate(kept_bgnbd_par par, double duration, kept_rng *rng,
                                kept_arena *arena, kept_bgnbd_customer *ret_customer, kept_err *err)
{
    KEPT_TRY(kept_bgnbd__check_par(par, err));
    KEPT_TRY(kept_bgnbd__check_horizon(duration, err));
    /* The same life is lived twice: once to count its orders, once to write them down. */
    life l = begin(par, *rng);
    kept_bgnbd_customer c = {.lambda = l.lambda, .p = l.p};
    while (next_order(&l, duration))
        c.n++;
    c.alive = l.alive;
    c.times = KEPT_NEW_N(arena, double, c.n);
    if (!c.times)
        return kept_nomem(err);
    life again = begin(par, *rng);
    for (size_t i = 0; i < c.n && next_order(&again, duration); i++)
        c.times[i] = again.at;
    *rng = l.rng;
    *ret_customer = c;
    return KEPT_OK;
}

typedef struct sim_job {
    kept_bgnbd_par par;
    const double *T;
    double horizon;
    uint64_t seed;
    const kept_bgnbd_sim *out;
} sim_job;

static void simulate_row(const sim_job *job, size_t i)
{
    const kept_bgnbd_sim *out = job->out;
    life l = begin(job->par, kept_rng_make(job->seed, i));
    uint32_t x = 0, future = 0;
    double t_x = 0.0;
    for (; x < UINT32_MAX && next_order(&l, job->T[i]); x++)
        t_x = l.at;
    bool alive = l.alive;
    /* The order that fell beyond T has already been drawn: it is the first of the future. */
    double end = job->T[i] + job->horizon;
    if (out->future && l.alive && l.at <= end) {
        future = 1;
        l.alive = kept_rng_uniform(&l.rng) >= l.p;
        while (future < UINT32_MAX && next_order(&l, end))
            future++;
    }
    if (out->x)
        out->x[i] = x;
    if (out->t_x)
        out->t_x[i] = t_x;
    if (out->lambda)
        out->lambda[i] = l.lambda;
    if (out->p)
        out->p[i] = l.p;
    if (out->alive)
        out->alive[i] = alive;
    if (out->future)
        out->future[i] = future;
}

static void simulate_block(void *context, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        simulate_row(context, i);
}

kept_status kept_bgnbd_simulate_rows(kept_bgnbd_par par, size_t n, const double *T, double horizon,
                                     uint64_t seed, size_t threads, const kept_bgnbd_sim *ret_sim,
                                     kept_err *err)
{
    KEPT_TRY(kept_bgnbd__check_par(par, err));
    KEPT_TRY(kept_bgnbd__check_horizon(horizon, err));
    for (size_t i = 0; i < n; i++)
        if (!(T[i] >= 0.0) || !isfinite(T[i]))
            return kept_fail(err, KEPT_EARG,
                             "Row %zu has an observed time T of %g; it must be 0 or more.", i,
                             T[i]);
    sim_job job = {par, T, horizon, seed, ret_sim};
    kept_bgnbd__for_rows(n, threads, simulate_block, &job);
    return KEPT_OK;
}
