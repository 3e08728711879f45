/* kept measure show: one measure, what it says and what it came to. */
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "general/measures.h"
#include "general/ops.h"
#include "store/records/record.h"

static const kept_param params[] = {
    {.name = "measure",
     .type = KEPT_P_TEXT,
     .value = "NAME",
     .positional = true,
     .required = true,
     .help = "as kept measures lists them"},
    {.name = "of",
     .type = KEPT_P_TEXT,
     .value = "CUSTOMER",
     .help = "of one customer alone: C-7, an id of your own, or a name"},
    {.name = "limit",
     .type = KEPT_P_INTEGER,
     .value = "N",
     .preset = "20",
     .min = 1,
     .max = 1e9,
     .help = "how many customers to list, the largest values first"},
    {.name = "all", .type = KEPT_P_FLAG, .help = "list all customers"},
};

static const kept_field head_fields[] = {
    {.name = "measure", .title = "Measure", .type = KEPT_TEXT},
    {.name = "about", .title = "What it is", .type = KEPT_TEXT},
    {.name = "summary", .title = "In words", .type = KEPT_TEXT},
    {.name = "computed", .title = "Computed as", .type = KEPT_TEXT},
    {.name = "level",
     .title = "Level",
     .type = KEPT_TEXT,
     .help = "at which level of a customer it tells something"},
    {.name = "unit", .title = "Unit", .type = KEPT_TEXT},
    {.name = "better", .title = "Better", .type = KEPT_TEXT},
    {.name = "sensitive", .title = "Sensitive", .type = KEPT_BOOL},
    {.name = "declared_in", .title = "Declared in", .type = KEPT_TEXT},
    {.name = "state", .title = "State", .type = KEPT_TEXT},
    {.name = "as_of", .title = "Up to", .type = KEPT_DATE},
    {.name = "ran_at", .title = "Last run", .type = KEPT_TIME},
    {.name = "subjects", .title = "Subjects", .type = KEPT_COUNT},
    {.name = "measured", .title = "of these measured", .type = KEPT_COUNT},
    {.name = "coverage", .title = "Coverage", .type = KEPT_SHARE},
};
static const kept_group_def head_group = {"", "Measure", head_fields, KEPT_N(head_fields)};

/* Tables differ in the type of the value alone, because the same number is shown in another way as
 * money, as a share and as a count. */
#define VALUE_FIELDS(value_type)                                                                   \
    {                                                                                              \
        {.name = "customer", .title = "Customer", .type = KEPT_TEXT},                              \
            {.name = "name", .title = "Name", .type = KEPT_TEXT},                                  \
            {.name = "from", .title = "From", .type = KEPT_DATE},                                  \
            {.name = "until", .title = "To", .type = KEPT_DATE},                                   \
            {.name = "value",                                                                      \
             .title = "Value",                                                                     \
             .type = (value_type),                                                                 \
             .help = "empty: not measured, which is not 0"},                                       \
            {.name = "n",                                                                          \
             .title = "Rows",                                                                      \
             .type = KEPT_COUNT,                                                                   \
             .help = "rows of the facts that it rests on"},                                        \
            {.name = "coverage", .title = "Coverage", .type = KEPT_SHARE},                         \
    }

static const kept_field money_fields[] = VALUE_FIELDS(KEPT_MONEY);
static const kept_field share_fields[] = VALUE_FIELDS(KEPT_SHARE);
static const kept_field count_fields[] = VALUE_FIELDS(KEPT_COUNT);
static const kept_field number_fields[] = VALUE_FIELDS(KEPT_REAL);

static const char never[] = "Nothing is stored.";

static const kept_table_def money_table = {"money", "Values", money_fields, KEPT_N(money_fields),
                                           never};
static const kept_table_def share_table = {"shares", "Values", share_fields, KEPT_N(share_fields),
                                           never};
static const kept_table_def count_table = {"counts", "Values", count_fields, KEPT_N(count_fields),
                                           never};
static const kept_table_def number_table = {"numbers", "Values", number_fields,
                                            KEPT_N(number_fields), never};

static const kept_table_def *table_of(const kept_measure *m)
{
    bool whole = m->value && m->value->type == KEPT_TYPE_INTEGER;
    switch (m->unit) {
    case KEPT_UNIT_MONEY:
        return &money_table;
    case KEPT_UNIT_SHARE:
        return &share_table;
    case KEPT_UNIT_COUNT:
        return &count_table;
    case KEPT_UNIT_DAYS:
        return whole ? &count_table : &number_table;
    case KEPT_UNIT_MINUTES:
    case KEPT_UNIT_NUMBER:
        break;
    }
    return &number_table;
}

static kept_cell value_cell(const kept_measure *m, const kept_measure_value *v)
{
    if (!v->known)
        return kept_cell_empty();
    if (m->unit == KEPT_UNIT_MONEY)
        return kept_cell_int(v->exact ? v->units : llround(v->value * 10000));
    return v->exact ? kept_cell_int(v->units) : kept_cell_real(v->value);
}

static void show_head(kept_ctx *ctx, const kept_measure *m, const kept_measure_state *s,
                      kept_result *result)
{
    kept_group *g = kept_result_group(result, &head_group);
    kept_group_text(result, g, "measure", m->name);
    kept_group_text(result, g, "about", m->title);
    kept_group_text(result, g, "summary", m->summary);
    kept_group_text(result, g, "computed", kept_measure_words(m, ctx->arena));
    if (m->judge && m->judge->level)
        kept_group_text(result, g, "level", m->judge->level);
    kept_group_text(result, g, "unit", kept_measure_unit_name(m->unit));
    kept_group_text(result, g, "better", kept_measure_better_name(m->better));
    kept_group_int(result, g, "sensitive", m->sensitive);
    kept_group_text(result, g, "declared_in", m->source);
    kept_group_text(result, g, "state", kept_measure_state_words(s));
    if (!s->has_run)
        return;
    kept_group_int(result, g, "as_of", s->as_of);
    kept_group_int(result, g, "ran_at", s->ran_at);
    kept_group_int(result, g, "subjects", s->subjects);
    kept_group_int(result, g, "measured", s->measured);
    kept_group_real(result, g, "coverage", s->coverage);
}

/* --- Values --- */

typedef struct showing {
    kept_ctx *ctx;
    kept_store *store;
    const kept_measure *measure;
    const kept_record_kind *customer;
    kept_result *result;
} showing;

static kept_status labels(const showing *s, const kept_measure_value *values, size_t n,
                          kept_ref **ret_refs, const char ***ret_labels, kept_err *err)
{
    kept_ref *refs = KEPT_NEW_N(s->ctx->arena, kept_ref, n);
    const char **names = KEPT_NEW_N(s->ctx->arena, const char *, n);
    if (!refs || !names)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        refs[i] = (kept_ref){s->customer, values[i].subject};
    if (s->measure->per == KEPT_PER_CUSTOMER)
        KEPT_TRY(kept_record_labels(s->store, &s->ctx->scope, refs, n, s->ctx->arena, names, err));
    *ret_refs = refs;
    *ret_labels = names;
    return KEPT_OK;
}

static kept_status add_values(const showing *s, const kept_measure_value *values, size_t n,
                              kept_err *err)
{
    kept_ref *refs = NULL;
    const char **names = NULL;
    bool firm = s->measure->per == KEPT_PER_FIRM;
    KEPT_TRY(labels(s, values, n, &refs, &names, err));
    kept_table *table = kept_result_table(s->result, table_of(s->measure));
    for (size_t i = 0; i < n; i++) {
        const kept_measure_value *v = &values[i];
        kept_cell *row = kept_table_row(s->result, table);
        if (!firm) {
            row[0] = kept_cell_text(s->result, kept_short_id(s->ctx->arena, refs[i]));
            row[1] = kept_cell_text(s->result, names[i]);
        }
        if (v->start != KEPT_DAY_MIN)
            row[2] = kept_cell_int(v->start);
        row[3] = kept_cell_int(v->end);
        row[4] = value_cell(s->measure, v);
        row[5] = kept_cell_int(v->n);
        row[6] = kept_cell_real(v->coverage);
    }
    return KEPT_OK;
}

static void add_chart(const showing *s, size_t n)
{
    if (n < 2)
        return;
    kept_result_chart(s->result, &(kept_chart){.name = "periods",
                                               .title = s->measure->title,
                                               .summary = "One point per calendar period; "
                                                          "periods not measured have none.",
                                               .kind = KEPT_CHART_LINE,
                                               .table = table_of(s->measure)->name,
                                               .x = "until",
                                               .y = {"value"}});
}

static kept_status show_values(const showing *s, const kept_args *args, kept_err *err)
{
    const char *of = kept_args_text(args, "of");
    bool all = kept_args_flag(args, "all"), firm = s->measure->per == KEPT_PER_FIRM;
    kept_measure_ask ask = {.subject = -1};
    kept_measure_value *values;
    size_t n;
    if (of && firm)
        return kept_fail(err, KEPT_EARG, "%s is a measure of the whole firm; leave --of out.",
                         s->measure->name);
    if (of) {
        kept_ref ref;
        KEPT_TRY(kept_record_find(s->store, &s->ctx->scope, &s->customer, 1, of, &ref, err));
        ask.subject = ref.id;
    } else if (!all && !firm) {
        ask.limit = (size_t)kept_args_get(args, "limit")->integer;
    }
    ask.series = s->measure->periods && (of || firm);
    KEPT_TRY(kept_measure_values(s->store, &s->ctx->scope, s->measure, &ask, s->ctx->arena, &values,
                                 &n, err));
    KEPT_TRY(add_values(s, values, n, err));
    if (ask.series)
        add_chart(s, n);
    else if (s->measure->periods && n)
        kept_result_note(s->result, KEPT_NOTE,
                         "These are the whole windows; for each %s of one customer: kept measure "
                         "show %s --of CUSTOMER",
                         kept_measure_period_name(s->measure->periods), s->measure->name);
    return KEPT_OK;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    kept_store *store;
    kept_measures all;
    const kept_measure *m = NULL;
    kept_measure_state *state;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    result->currency = kept_store_currency(store);
    KEPT_TRY(kept_store_measures(store, ctx->arena, &all, err));
    KEPT_TRY(kept_measures_find(&all, kept_args_text(args, "measure"), &m, err));
    kept_measures one = {&m, 1};
    KEPT_TRY(kept_measure_states(store, &ctx->scope, &one, ctx->arena, &state, err));
    result->title = m->title;
    show_head(ctx, m, state, result);
    if (m->judge) {
        kept_result_note(result, KEPT_NOTE,
                         "It judges promises and has no value of its own: a promise names it as "
                         "its measure.");
        return KEPT_OK;
    }
    if (!state->has_run || state->behind || state->redefined)
        kept_result_note(result, KEPT_ADVICE, "Compute it: kept %s%s",
                         m->made_by ? m->made_by : "measures run ", m->made_by ? "" : m->name);
    if (kept_measure_hidden(ctx, m)) {
        kept_result_note(result, KEPT_WARNING,
                         "The values of %s are sensitive; they are shown to managers only.",
                         m->name);
        return KEPT_OK;
    }
    showing s = {.ctx = ctx,
                 .store = store,
                 .measure = m,
                 .customer = kept_catalogue_record(kept_store_catalogue(store), "customer"),
                 .result = result};
    return show_values(&s, args, err);
}

static const kept_group_def *const groups[] = {&head_group, NULL};
static const kept_table_def *const tables[] = {&money_table, &share_table, &count_table,
                                               &number_table, NULL};

const kept_op kept_op_measure_show = {
    .name = "measure show",
    .stage = KEPT_GENERAL,
    .summary = "Show one measure: how it is computed, and its values",
    .example = "kept measure show sales.per_quarter --of C-7",
    .ids = "X019",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run,
};
