/* kept simulate orders: a file of orders with known parameters, for trials and benchmarks. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "base/number.h"
#include "kept/bgnbd.h"
#include "kept/gammagamma.h"
#include "know/ops.h"
#include "op/ctx.h"

#define PARAMETER(id, value, text)                                                                 \
    {                                                                                              \
        .name = id, .type = KEPT_P_REAL, .preset = value, .min = 1e-6, .max = 1e9, .help = text    \
    }

/* Presets: the published estimates for the CDNOW 1/10 sample (weeks, dollars). */
static const kept_param params[] = {
    {.name = "file",
     .type = KEPT_P_OUTPUT,
     .value = "FILE",
     .positional = true,
     .required = true,
     .help = "CSV to write: customer, order_id, happened_at, amount"},
    {.name = "customers",
     .type = KEPT_P_INTEGER,
     .value = "N",
     .preset = "1000",
     .min = 1,
     .max = 1e9,
     .help = "how many customers"},
    {.name = "until",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .preset = "2026-06-30",
     .help = "last day"},
    {.name = "weeks",
     .type = KEPT_P_INTEGER,
     .value = "N",
     .preset = "78",
     .min = 1,
     .max = 5200,
     .help = "how many weeks to simulate"},
    {.name = "newcomer-weeks",
     .type = KEPT_P_INTEGER,
     .value = "N",
     .preset = "12",
     .min = 1,
     .max = 5200,
     .help = "first orders fall into this many weeks from the start"},
    PARAMETER("r", "0.243", "BG/NBD r"),
    PARAMETER("alpha", "4.414", "BG/NBD alpha, in weeks"),
    PARAMETER("a", "0.793", "BG/NBD a"),
    PARAMETER("b", "2.426", "BG/NBD b"),
    PARAMETER("p", "6.25", "Gamma-Gamma p"),
    PARAMETER("q", "3.74", "Gamma-Gamma q"),
    PARAMETER("gamma", "15.44", "Gamma-Gamma gamma, in currency"),
};

static const kept_field fields[] = {
    {.name = "file", .title = "File", .type = KEPT_TEXT},
    {.name = "customers", .title = "Customers", .type = KEPT_COUNT},
    {.name = "orders", .title = "Orders", .type = KEPT_COUNT},
    {.name = "from", .title = "From", .type = KEPT_DATE},
    {.name = "until", .title = "To", .type = KEPT_DATE},
    {.name = "seed", .title = "Seed", .type = KEPT_INTEGER},
};
static const kept_group_def group = {"", "Simulated orders", fields, KEPT_N(fields)};

typedef struct simulation {
    kept_bgnbd_par par;
    kept_gammagamma_par gg;
    kept_day start, until;
    double newcomer_days;
    uint64_t seed;
    FILE *out;
    int64_t orders;
} simulation;

static bool write_order(simulation *s, int64_t customer, double day, double spend)
{
    char date[11], amount[32];
    kept_day_write((kept_day)floor(day), date);
    kept_e4_write((int64_t)llround(spend * 100.0) * 100, 2, amount);
    s->orders++;
    return fprintf(s->out, "%" PRId64 ",%" PRId64 ",%s,%s\n", customer, s->orders, date, amount) >
           0;
}

static kept_status one_customer(simulation *s, int64_t customer, kept_arena *arena, bool *ok,
                                kept_err *err)
{
    kept_arena_mark mark = kept_arena_get_mark(arena);
    kept_rng rng = kept_rng_make(s->seed, (uint64_t)customer);
    double first = (double)s->start + kept_rng_uniform(&rng) * s->newcomer_days;
    double weeks = ((double)s->until + 1.0 - first) / 7.0;
    kept_bgnbd_customer c;
    KEPT_TRY(kept_bgnbd_simulate(s->par, weeks, &rng, arena, &c, err));
    double nu, *spend = KEPT_NEW_N(arena, double, c.n + 1);
    if (!spend)
        return kept_nomem(err);
    KEPT_TRY(kept_gammagamma_simulate(s->gg, c.n + 1, &rng, &nu, spend, err));
    *ok = write_order(s, customer, first, spend[0]);
    for (size_t i = 0; *ok && i < c.n; i++)
        *ok = write_order(s, customer, fmin(first + 7.0 * c.times[i], (double)s->until),
                          spend[i + 1]);
    kept_arena_rewind(arena, mark);
    return KEPT_OK;
}

static kept_status write_all(kept_ctx *ctx, simulation *s, int64_t customers, kept_err *err)
{
    enum { LOOK_EVERY = 10000 };
    bool ok = fputs("customer,order_id,happened_at,amount\n", s->out) >= 0;
    for (int64_t i = 1; ok && i <= customers; i++) {
        if (i % LOOK_EVERY == 0) {
            kept_ctx_progress(ctx, "simulating", (double)i / (double)customers);
            KEPT_TRY(kept_ctx_check_cancel(ctx, err));
        }
        KEPT_TRY(one_customer(s, i, ctx->arena, &ok, err));
    }
    if (!ok)
        return kept_fail(err, KEPT_EIO, "Cannot write the orders: %s.", strerror(errno));
    return KEPT_OK;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const char *path = kept_args_text(args, "file");
    int64_t customers = kept_args_get(args, "customers")->integer;
    int64_t weeks = kept_args_get(args, "weeks")->integer;
    simulation s = {
        .par = {kept_args_get(args, "r")->real, kept_args_get(args, "alpha")->real,
                kept_args_get(args, "a")->real, kept_args_get(args, "b")->real},
        .gg = {kept_args_get(args, "p")->real, kept_args_get(args, "q")->real,
               kept_args_get(args, "gamma")->real},
        .until = (kept_day)kept_args_get(args, "until")->integer,
        .seed = ctx->seed,
    };
    int64_t newcomers = kept_args_get(args, "newcomer-weeks")->integer;
    s.start = s.until - (kept_day)(7 * weeks) + 1;
    s.newcomer_days = 7.0 * (double)(newcomers < weeks ? newcomers : weeks);
    s.out = fopen(path, "wb");
    if (!s.out)
        return kept_fail(err, KEPT_EIO, "Cannot write %s: %s.", path, strerror(errno));
    kept_status status = write_all(ctx, &s, customers, err);
    if (fclose(s.out) != 0 && status == KEPT_OK)
        status = kept_fail(err, KEPT_EIO, "Cannot write %s: %s.", path, strerror(errno));
    if (status != KEPT_OK) {
        remove(path); /* half a file would look like a whole one */
        return status;
    }
    kept_group *g = kept_result_group(result, &group);
    kept_group_text(result, g, "file", path);
    kept_group_int(result, g, "customers", customers);
    kept_group_int(result, g, "orders", s.orders);
    kept_group_int(result, g, "from", s.start);
    kept_group_int(result, g, "until", s.until);
    kept_group_int(result, g, "seed", (int64_t)ctx->seed);
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&group, NULL};

const kept_op kept_op_simulate_orders = {
    .name = "simulate orders",
    .stage = KEPT_KNOW,
    .summary = "Write a file of made-up orders with known parameters",
    .detail = "Orders follow the BG/NBD model and spends the Gamma-Gamma model, so that an "
              "estimate can be held against the truth. The same --seed gives the same file.",
    .example = "kept simulate orders orders.csv --customers 100000 --seed 7",
    .ids = "X014",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .access = KEPT_ALONE,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_LONG | KEPT_REPEATABLE,
    .run = run,
};
