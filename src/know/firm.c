#include "know/firm.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "kept/random.h"

const kept_firm_truth kept_firm_true = {
    .r = 1.2,
    .alpha = 6.0,
    .a = 0.8,
    .b = 6.0,
    .p = 6.0,
    .q = 4.0,
    .gamma = 1500.0,
    .late_share = 0.05,
    .late_share_worse = 0.22,
    .wrong_invoices = 0.03,
    .tickets_per_order = 0.25,
};

enum { YEARS = 5, YEARS_OF_NEWCOMERS = 4, KEY_ACCOUNTS = 18, WORSE_ACCOUNTS = 4, FIRST_ID = 10001 };

typedef struct order_list {
    kept_firm_order *items;
    size_t n, cap;
} order_list;

static bool push(order_list *list, kept_firm_order order)
{
    if (list->n == list->cap) {
        size_t cap = list->cap ? 2 * list->cap : 1024;
        kept_firm_order *items = kept_mem_realloc(list->items, cap * sizeof *items);
        if (!items)
            return false;
        list->items = items;
        list->cap = cap;
    }
    list->items[list->n++] = order;
    return true;
}

static int64_t draw_amount(double rate, kept_rng *rng)
{
    double spend = kept_rng_gamma(rng, kept_firm_true.p) / rate;
    int64_t cents = (int64_t)llround(spend * 100.0);
    return (cents < 100 ? 100 : cents) * 100;
}

/* One customer's life: purchase times are exponential with rate lambda, and after every purchase
 * the customer stops with chance drop_out. */
static bool live(kept_firm *firm, size_t index, uint64_t seed, order_list *orders)
{
    kept_firm_customer *c = &firm->customers[index];
    kept_rng rng = kept_rng_make(seed, index);
    const kept_firm_truth *truth = &kept_firm_true;
    snprintf(c->id, sizeof c->id, "%zu", (size_t)FIRST_ID + index);
    c->lambda = kept_rng_gamma(&rng, truth->r) / truth->alpha;
    c->drop_out = kept_rng_beta(&rng, truth->a, truth->b);
    double spend_rate = kept_rng_gamma(&rng, truth->q) / truth->gamma;
    c->mean_spend = truth->p / spend_rate;
    double newcomers = (double)(firm->end - firm->start + 1) * YEARS_OF_NEWCOMERS / YEARS;
    double day = (double)firm->start + kept_rng_uniform(&rng) * newcomers;
    c->first_day = (kept_day)floor(day);
    c->active = true;
    while (day < (double)firm->end + 1.0) {
        kept_firm_order order = {index, (kept_day)floor(day), draw_amount(spend_rate, &rng),
                                 kept_rng_u64(&rng)};
        if (!push(orders, order))
            return false;
        c->n_orders++;
        /* The first order does not end a relation: BG/NBD counts chances to stop from the first
         * repeat order on. */
        if (c->n_orders > 1 && kept_rng_uniform(&rng) < c->drop_out) {
            c->active = false;
            break;
        }
        day += 7.0 * kept_rng_exponential(&rng) / c->lambda;
    }
    return true;
}

static int by_day(const void *a, const void *b)
{
    const kept_firm_order *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->customer != y->customer)
        return x->customer < y->customer ? -1 : 1;
    return (x->luck > y->luck) - (x->luck < y->luck);
}

static double worth(const kept_firm_customer *c)
{
    return c->active ? c->lambda * c->mean_spend : 0.0;
}

/* Key accounts are the active customers with the highest yearly spend; the partner is the one that
 * orders most often. */
static void name_key_accounts(kept_firm *firm)
{
    for (size_t k = 0; k < KEY_ACCOUNTS && k < firm->n_customers; k++) {
        kept_firm_customer *best = NULL;
        for (size_t i = 0; i < firm->n_customers; i++) {
            kept_firm_customer *c = &firm->customers[i];
            if (!c->key && (!best || worth(c) > worth(best)))
                best = c;
        }
        best->key = true;
        best->worse = k >= 2 && k < 2 + WORSE_ACCOUNTS;
    }
    kept_firm_customer *partner = &firm->customers[0];
    for (size_t i = 1; i < firm->n_customers; i++)
        if (firm->customers[i].n_orders > partner->n_orders)
            partner = &firm->customers[i];
    partner->partner = true;
}

kept_status kept_firm_simulate(size_t n_customers, kept_day end, uint64_t seed, kept_arena *arena,
                               kept_firm *ret_firm, kept_err *err)
{
    if (n_customers == 0)
        return kept_fail(err, KEPT_EARG, "A firm needs at least one customer.");
    kept_firm firm = {.start = end - (kept_day)lround(365.25 * YEARS) + 1,
                      .end = end,
                      .n_customers = n_customers};
    firm.customers = KEPT_NEW_N(arena, kept_firm_customer, n_customers);
    if (!firm.customers)
        return kept_nomem(err);
    order_list orders = {NULL, 0, 0};
    bool ok = true;
    for (size_t i = 0; ok && i < n_customers; i++)
        ok = live(&firm, i, seed, &orders);
    firm.orders = ok ? KEPT_NEW_N(arena, kept_firm_order, orders.n) : NULL;
    if (firm.orders) {
        firm.n_orders = orders.n;
        for (size_t i = 0; i < orders.n; i++)
            firm.orders[i] = orders.items[i];
        qsort(firm.orders, firm.n_orders, sizeof *firm.orders, by_day);
    }
    kept_mem_free(orders.items);
    if (!firm.orders)
        return kept_nomem(err);
    name_key_accounts(&firm);
    *ret_firm = firm;
    return KEPT_OK;
}
