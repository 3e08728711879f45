/* kept clv fit: how often customers order, when they stop, what they spend. */
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "realise/base.h"
#include "realise/ops.h"

static const kept_param params[] = {
    KEPT_PARAMS_BASE,
    {.name = "model",
     .type = KEPT_P_CHOICE,
     .choices = "bg-nbd|gamma-gamma",
     .preset = "bg-nbd",
     .help = "bg-nbd: how often customers order and when they stop (with the spends, when there "
             "are amounts); gamma-gamma: the spends alone"},
};

/* What show_summary fills, for both models. */
#define SUMMARY_FIELDS                                                                             \
    {.name = "log_likelihood", .title = "Log-likelihood", .type = KEPT_REAL},                      \
        {.name = "aic", .title = "AIC", .type = KEPT_REAL},                                        \
        {.name = "bic", .title = "BIC", .type = KEPT_REAL},                                        \
        {.name = "converged", .title = "Converged", .type = KEPT_BOOL},                            \
    {                                                                                              \
        .name = "stop", .title = "Stopped", .type = KEPT_TEXT                                      \
    }

static const kept_field top_fields[] = {
    {.name = "model", .title = "Model", .type = KEPT_TEXT},
    {.name = "unit", .title = "Unit of time", .type = KEPT_TEXT},
    {.name = "from", .title = "First day", .type = KEPT_DATE},
    {.name = "until", .title = "Last day", .type = KEPT_DATE},
    {.name = "acquired_from",
     .title = "Customers acquired from",
     .type = KEPT_DATE,
     .help = "the fit rests on customers whose first order is on this day or later"},
    {.name = "customers", .title = "Customers fitted", .type = KEPT_COUNT},
    {.name = "customers_all", .title = "Customers in all", .type = KEPT_COUNT},
    {.name = "active_before", .title = "Probably active before the first row", .type = KEPT_COUNT},
    {.name = "repeat_orders",
     .title = "Repeat orders",
     .type = KEPT_COUNT,
     .help = "order days after each customer's first"},
    {.name = "distinct_rows",
     .title = "Distinct histories",
     .type = KEPT_COUNT,
     .help = "customers with the same x, t_x and T are one weighted row"},
    SUMMARY_FIELDS,
    {.name = "stop_reason", .title = "because", .type = KEPT_TEXT},
    {.name = "evaluations", .title = "Evaluations", .type = KEPT_COUNT},
    {.name = "gradient_norm",
     .title = "Largest gradient",
     .type = KEPT_REAL,
     .help = "largest derivative of the log-likelihood by the log of a parameter"},
};
static const kept_group_def top_group = {"", "Fit", top_fields, KEPT_N(top_fields)};

static const kept_field bgnbd_fields[] = {
    {.name = "r",
     .title = "r",
     .type = KEPT_REAL,
     .help = "order rates: shape of their gamma distribution"},
    {.name = "alpha",
     .title = "alpha",
     .type = KEPT_REAL,
     .help = "order rates: in units of time; mean rate r/alpha"},
    {.name = "a",
     .title = "a",
     .type = KEPT_REAL,
     .help = "chance to stop after an order: Beta(a, b)"},
    {.name = "b",
     .title = "b",
     .type = KEPT_REAL,
     .help = "chance to stop after an order: mean a/(a+b)"},
};
static const kept_field spend_fields[] = {
    {.name = "p", .title = "p", .type = KEPT_REAL, .help = "shape of the spends of one customer"},
    {.name = "q",
     .title = "q",
     .type = KEPT_REAL,
     .help = "shape of the differences between customers"},
    {.name = "gamma", .title = "gamma", .type = KEPT_REAL, .help = "scale, in currency"},
};

#define GROUPS(prefix, id, fields)                                                                 \
    static const kept_group_def id##_parameters = {prefix "parameters", "Parameters", fields,      \
                                                   KEPT_N(fields)};                                \
    static const kept_group_def id##_errors = {prefix "standard_errors", "Standard errors",        \
                                               fields, KEPT_N(fields)};                            \
    static const kept_group_def id##_low = {prefix "parameters_low", "95 % interval, from",        \
                                            fields, KEPT_N(fields)};                               \
    static const kept_group_def id##_high = {prefix "parameters_high", "95 % interval, to",        \
                                             fields, KEPT_N(fields)}
GROUPS("", bgnbd, bgnbd_fields);
GROUPS("", gg, spend_fields);
GROUPS("spend_", spend, spend_fields);

static const kept_field spend_top_fields[] = {
    {.name = "model", .title = "Model", .type = KEPT_TEXT},
    {.name = "customers",
     .title = "Customers fitted",
     .type = KEPT_COUNT,
     .help = "with a repeat order and a spend above 0"},
    {.name = "population_mean",
     .title = "Mean spend per order",
     .type = KEPT_REAL,
     .help = "expected for a customer of whom nothing is known: p gamma / (q - 1)"},
    SUMMARY_FIELDS,
    {.name = "correlation",
     .title = "Correlation of frequency and spend",
     .type = KEPT_REAL,
     .help = "the model assumes none"},
    {.name = "correlation_low", .title = "from", .type = KEPT_REAL},
    {.name = "correlation_high", .title = "to", .type = KEPT_REAL},
};
static const kept_group_def spend_group = {"spend", "Spend per order", spend_top_fields,
                                           KEPT_N(spend_top_fields)};

static void set_values(kept_result *result, const kept_group_def *def, const double *values)
{
    kept_group *g = kept_result_group(result, def);
    for (size_t i = 0; i < def->n_fields; i++)
        kept_group_real(result, g, def->fields[i].name, values[i]);
}

/* What both models' fits say of themselves. */
typedef struct fit_summary {
    double customers, distinct_rows, loglik, aic, bic, gradient_norm;
    int n_eval;
    kept_stop stop;
} fit_summary;

static void show_summary(kept_result *result, kept_group *g, const fit_summary *f)
{
    kept_group_int(result, g, "customers", (int64_t)f->customers);
    kept_group_real(result, g, "log_likelihood", f->loglik);
    kept_group_real(result, g, "aic", f->aic);
    kept_group_real(result, g, "bic", f->bic);
    kept_group_int(result, g, "converged", kept_stop_converged(f->stop));
    kept_group_text(result, g, "stop", kept_stop_name(f->stop));
}

static void show_main(kept_result *result, const kept_base *base, const char *model,
                      const fit_summary *f)
{
    kept_group *g = kept_result_group(result, &top_group);
    kept_group_text(result, g, "model", model);
    kept_group_text(result, g, "unit", kept_unit_name(base->unit));
    kept_group_int(result, g, "from", base->orders.from);
    kept_group_int(result, g, "until", base->orders.until);
    kept_group_int(result, g, "acquired_from", base->acquired_from);
    kept_group_int(result, g, "customers_all", (int64_t)base->orders.n);
    kept_group_int(result, g, "active_before", base->edge.before);
    kept_group_int(result, g, "repeat_orders", base->repeat_orders);
    show_summary(result, g, f);
    kept_group_int(result, g, "distinct_rows", (int64_t)f->distinct_rows);
    kept_group_text(result, g, "stop_reason", kept_stop_text(f->stop));
    kept_group_int(result, g, "evaluations", f->n_eval);
    kept_group_real(result, g, "gradient_norm", f->gradient_norm);
}

static void show_orders_model(kept_result *result, const kept_base *base)
{
    const kept_bgnbd_fit *f = &base->fit;
    fit_summary summary = {.customers = (double)base->n_fitted,
                           .distinct_rows = (double)f->distinct_rows,
                           .loglik = f->loglik,
                           .aic = f->aic,
                           .bic = f->bic,
                           .gradient_norm = f->gradient_norm,
                           .n_eval = f->n_eval,
                           .stop = f->stop};
    show_main(result, base, "bg-nbd", &summary);
    double par[] = {f->par.r, f->par.alpha, f->par.a, f->par.b};
    set_values(result, &bgnbd_parameters, par);
    set_values(result, &bgnbd_errors, f->se);
    set_values(result, &bgnbd_low, f->low);
    set_values(result, &bgnbd_high, f->high);
}

static void show_spend_model(kept_result *result, const kept_base *base, bool alone)
{
    const kept_gammagamma_fit *f = &base->spend;
    fit_summary summary = {.customers = f->customers,
                           .distinct_rows = (double)f->distinct_rows,
                           .loglik = f->loglik,
                           .aic = f->aic,
                           .bic = f->bic,
                           .gradient_norm = f->gradient_norm,
                           .n_eval = f->n_eval,
                           .stop = f->stop};
    if (alone) {
        show_main(result, base, "gamma-gamma", &summary);
    } else {
        kept_group *g = kept_result_group(result, &spend_group);
        kept_group_text(result, g, "model", "gamma-gamma");
        show_summary(result, g, &summary);
        kept_group_real(result, g, "population_mean", kept_gammagamma_population_mean(f->par));
        kept_group_real(result, g, "correlation", base->correlation.r);
        kept_group_real(result, g, "correlation_low", base->correlation.low);
        kept_group_real(result, g, "correlation_high", base->correlation.high);
    }
    double par[] = {f->par.p, f->par.q, f->par.gamma};
    set_values(result, alone ? &gg_parameters : &spend_parameters, par);
    set_values(result, alone ? &gg_errors : &spend_errors, f->se);
    set_values(result, alone ? &gg_low : &spend_low, f->low);
    set_values(result, alone ? &gg_high : &spend_high, f->high);
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    bool spend_only = strcmp(kept_args_text(args, "model"), "gamma-gamma") == 0;
    kept_base base;
    KEPT_TRY(kept_base_read(ctx, args, spend_only, result, &base, err));
    KEPT_TRY(kept_base_fit_spend(ctx, &base, err));
    if (spend_only && !base.has_spend)
        return kept_fail(err, KEPT_EINPUT,
                         "The orders have no amounts, so there is no spend to model. Name the "
                         "column: --map amount=COLUMN");
    if (spend_only) {
        result->title = "Spend per order: Gamma-Gamma model";
        show_spend_model(result, &base, true);
        return KEPT_OK;
    }
    KEPT_TRY(kept_base_fit_orders(ctx, &base, err));
    result->title = "Orders and drop-out: BG/NBD model";
    show_orders_model(result, &base);
    if (base.has_spend && base.spend.stop != KEPT_STOP_NOT_IDENTIFIED)
        show_spend_model(result, &base, false);
    kept_base_notes(&base, result);
    kept_result_note(result, KEPT_ADVICE, "What each customer is worth: kept clv predict");
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {
    &top_group,        &bgnbd_parameters, &bgnbd_errors, &bgnbd_low,  &bgnbd_high, &spend_group,
    &spend_parameters, &spend_errors,     &spend_low,    &spend_high, NULL};

const kept_op kept_op_clv_fit = {
    .name = "clv fit",
    .stage = KEPT_REALISE,
    .summary = "Fit the models behind customer lifetime value",
    .detail =
        "BG/NBD (Fader, Hardie & Lee 2005): customers order at their own rate and may stop for "
        "good after any repeat order. Gamma-Gamma (Fader & Hardie 2013): spends vary around each "
        "customer's own mean. Orders of one customer on one day are one order; T is the last day "
        "minus the first order, in calendar days.\n\n"
        "With --model gamma-gamma the parameters are p, q and gamma.",
    .example = "kept clv fit --orders cdnow.csv --map customer=sample_id,happened_at=date,"
               "amount=dollars --until 1997-09-30 --unit week --json",
    .ids = "R004",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .access = KEPT_READS,
    .role = KEPT_ROLE_MANAGER,
    .flags = KEPT_LONG | KEPT_REPEATABLE | KEPT_ON_FILES,
    .run = run,
};
