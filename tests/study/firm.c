#include "firm.h"

#include <math.h>
#include <stdlib.h>

#include "kept/random.h"

static double log_uniform(kept_rng *rng, double low, double high)
{
    return low * pow(high / low, kept_rng_uniform(rng));
}

static int by_due(const void *a, const void *b)
{
    const delivery *x = a, *y = b;
    return (x->due > y->due) - (x->due < y->due);
}

enum { MOST_WEEKS = WEEKS + LONGEST_LEAD / WEEK + 2 };

typedef struct ways { /* of a firm */
    double mean, weight, lead;
    double times[MOST_WEEKS]; /* the chance, in each week */
} ways;

static void set_weather(weather how, kept_rng *rng, ways *w)
{
    const double share = .1, times = 4.0;
    for (int week = 0; week < MOST_WEEKS; week++) {
        bool bad = kept_rng_uniform(rng) < share;
        w->times[week] = bad ? times : (1.0 - share * times) / (1.0 - share);
        if (how == STEADY)
            w->times[week] = 1.0;
    }
}

static int draw_lead(kept_rng *rng, double mean)
{
    int lead = 1 + (int)(mean * kept_rng_gamma(rng, 4.0) / 4.0);
    return lead < LONGEST_LEAD ? lead : LONGEST_LEAD;
}

static kept_status add_customer(const ways *w, kept_rng *rng, kept_arena *arena, firm *f,
                                customer *c, kept_err *err)
{
    double per_year = log_uniform(rng, 5.0, 500.0);
    double chance = kept_rng_beta(rng, w->mean * w->weight, (1.0 - w->mean) * w->weight);
    c->per_year = per_year;
    c->n = (size_t)kept_rng_poisson(rng, per_year * DAYS / 365.25);
    delivery *deliveries = KEPT_NEW_N(arena, delivery, c->n);
    if (!deliveries)
        return kept_nomem(err);
    for (size_t i = 0; i < c->n; i++) {
        int ordered = (int)kept_rng_below(rng, DAYS), lead = draw_lead(rng, w->lead);
        int due = ordered + lead;
        bool failed = kept_rng_uniform(rng) < chance * w->times[due / WEEK];
        deliveries[i] = (delivery){ordered, due, failed};
        c->ordered[ordered / WEEK]++;
        f->leads[ordered / WEEK][lead]++;
    }
    qsort(deliveries, c->n, sizeof *deliveries, by_due);
    c->deliveries = deliveries;
    return KEPT_OK;
}

kept_status firm_make(weather how, uint64_t seed, uint64_t number, kept_arena *arena,
                      firm **ret_firm, kept_err *err)
{
    static const int64_t targets[] = {900000, 950000, 970000};
    kept_rng rng = kept_rng_make(seed, number);
    firm *f = KEPT_NEW(arena, firm);
    if (!f)
        return kept_nomem(err);
    f->allowance = (kept_allowance){.fixed = false, .target = targets[kept_rng_below(&rng, 3)]};
    ways w = {.mean = .01 + .14 * kept_rng_uniform(&rng),
              .weight = log_uniform(&rng, 2.0, 200.0),
              .lead = log_uniform(&rng, 3.0, 30.0)};
    set_weather(how, &rng, &w);
    f->chance = w.mean;
    f->n = 5 + (size_t)kept_rng_below(&rng, 36);
    f->customers = KEPT_NEW_N(arena, customer, f->n);
    if (!f->customers)
        return kept_nomem(err);
    for (size_t i = 0; i < f->n; i++)
        KEPT_TRY(add_customer(&w, &rng, arena, f, &f->customers[i], err));
    *ret_firm = f;
    return KEPT_OK;
}
