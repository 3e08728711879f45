/* kept start: the first screen of a workspace: what is there, and what to do next. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "general/due_parts.h"
#include "general/ops.h"
#include "general/start_parts.h"
#include "store/facts/import.h"
#include "store/measures/measures.h"
#include "store/records/count.h"
#include "store/records/packs.h"
#include "store/records/rule.h"

enum { DAYS_OF_A_WEEK = 7, KINDS_SHOWN = 12 };

static const kept_param params[] = {
    {.name = "need",
     .type = KEPT_P_CHOICE,
     .value = "STAGE",
     .choices = "know|make|enable|keep|realise|learn",
     .help = "next steps of this stage alone: what you need most"},
};

static const kept_field fields[] = {
    {.name = "firm", .title = "Firm", .type = KEPT_TEXT},
    {.name = "workspace", .title = "Workspace", .type = KEPT_TEXT},
    {.name = "currency", .title = "Currency", .type = KEPT_TEXT},
    {.name = "overdue", .title = "Overdue", .type = KEPT_COUNT},
    {.name = "due_this_week",
     .title = "Due this week",
     .type = KEPT_COUNT,
     .help = "from today on, seven days"},
};
static const kept_group_def group = {"", "Workspace", fields, KEPT_N(fields)};

static const kept_field kind_fields[] = {
    {.name = "kind", .type = KEPT_TEXT, .title = "Facts"},
    {.name = "imports", .type = KEPT_COUNT, .title = "Imports"},
    {.name = "rows",
     .type = KEPT_COUNT,
     .title = "Rows stored",
     .help = "rows taken by imports in force, those superseded later included"},
    {.name = "first_day", .type = KEPT_DATE, .title = "From"},
    {.name = "last_day", .type = KEPT_DATE, .title = "To"},
    {.name = "last_import", .type = KEPT_TIME, .title = "Last import"},
};
static const kept_table_def kind_table = {
    "facts", "What has been loaded", kind_fields, KEPT_N(kind_fields),
    "Nothing has been loaded yet. One file of orders is enough to begin."};

static void add_kind(kept_result *result, kept_table *table, const char *kind,
                     const kept_import *imports, size_t n)
{
    int64_t count = 0, rows = 0, newest = 0;
    int32_t first = KEPT_NO_DAY, last = -KEPT_NO_DAY;
    for (size_t i = 0; i < n; i++) {
        const kept_import *m = &imports[i];
        if (m->undone_at || m->records || strcmp(m->kind, kind) != 0)
            continue;
        count++;
        rows += m->taken + m->superseded;
        newest = m->imported_at > newest ? m->imported_at : newest;
        if (m->first_day == KEPT_NO_DAY)
            continue;
        first = m->first_day < first ? m->first_day : first;
        last = m->last_day > last ? m->last_day : last;
    }
    if (count == 0)
        return;
    kept_cell *row = kept_table_row(result, table);
    row[0] = kept_cell_text(result, kind);
    row[1] = kept_cell_int(count);
    row[2] = kept_cell_int(rows);
    if (first != KEPT_NO_DAY) {
        row[3] = kept_cell_int(first);
        row[4] = kept_cell_int(last);
    }
    row[5] = kept_cell_int(newest);
}

/* --- Facts --- */

static kept_status show_facts(kept_ctx *ctx, kept_store *store, kept_start_facts *ret_facts,
                              kept_result *result, kept_err *err)
{
    kept_import *imports;
    size_t n;
    KEPT_TRY(kept_import_list(store, &ctx->scope, ctx->arena, &imports, &n, err));
    kept_table *table = kept_result_table(result, &kind_table);
    const kept_fact_kinds *kinds = kept_store_kinds(store);
    for (size_t i = 0; i < kinds->n; i++)
        add_kind(result, table, kinds->kinds[i]->name, imports, n);
    *ret_facts = (kept_start_facts){0};
    for (size_t i = 0; i < n; i++) {
        bool counts = !imports[i].undone_at && !imports[i].records;
        ret_facts->imports += counts;
        ret_facts->order_imports += counts && strcmp(imports[i].kind, "orders") == 0;
    }
    return KEPT_OK;
}

/* --- Records --- */

static const kept_field record_fields[] = {
    {.name = "kind", .type = KEPT_TEXT, .title = "Records"},
    {.name = "records", .type = KEPT_COUNT, .title = "How many", .help = "those put away left out"},
    {.name = "command", .type = KEPT_TEXT, .title = "Command"},
};
static const kept_table_def record_table = {"records", "What has been written down", record_fields,
                                            KEPT_N(record_fields),
                                            "Nothing has been written down yet."};

typedef struct counted {
    const kept_record_kind *kind;
    int64_t n;
} counted;

static int by_count(const void *a, const void *b)
{
    const counted *p = a, *q = b;
    if (p->n != q->n)
        return p->n > q->n ? -1 : 1;
    return strcmp(p->kind->name, q->kind->name);
}

static kept_status count_records(kept_ctx *ctx, kept_store *store, counted **ret_kinds,
                                 size_t *ret_n, kept_err *err)
{
    const kept_catalogue *catalogue = kept_store_catalogue(store);
    const kept_record_kind **kinds =
        KEPT_NEW_N(ctx->arena, const kept_record_kind *, catalogue->n_records);
    int64_t *counts = KEPT_NEW_N(ctx->arena, int64_t, catalogue->n_records);
    counted *list = KEPT_NEW_N(ctx->arena, counted, catalogue->n_records);
    size_t n = 0;
    if (!kinds || !counts || !list)
        return kept_nomem(err);
    for (size_t i = 0; i < catalogue->n_records; i++) {
        bool on;
        KEPT_TRY(kept_pack_is_on(store, catalogue->records[i]->pack, &on, err));
        if (on)
            kinds[n++] = catalogue->records[i];
    }
    KEPT_TRY(kept_records_count(store, &ctx->scope, kinds, n, counts, err));
    for (size_t i = 0; i < n; i++)
        list[i] = (counted){kinds[i], counts[i]};
    if (n > 1)
        qsort(list, n, sizeof *list, by_count);
    *ret_kinds = list;
    *ret_n = n;
    return KEPT_OK;
}

static kept_status show_records(kept_ctx *ctx, kept_store *store, kept_result *result,
                                kept_err *err)
{
    counted *kinds = NULL;
    size_t n = 0, filled = 0;
    KEPT_TRY(count_records(ctx, store, &kinds, &n, err));
    kept_table *table = kept_result_table(result, &record_table);
    while (filled < n && kinds[filled].n)
        filled++;
    for (size_t i = 0; i < filled && i < KINDS_SHOWN; i++) {
        char *command = kept_arena_printf(ctx->arena, "kept %s list", kinds[i].kind->name);
        for (char *c = command; c && *c; c++)
            *c = *c == '_' ? '-' : *c;
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, kinds[i].kind->plural);
        row[1] = kept_cell_int(kinds[i].n);
        row[2] = kept_cell_text(result, command);
    }
    table->more = filled > KINDS_SHOWN ? filled - KINDS_SHOWN : 0;
    return KEPT_OK;
}

/* --- What the customers are worth --- */

static const kept_field worth_fields[] = {
    {.name = "measure", .type = KEPT_TEXT, .title = "Measure", .detail = true},
    {.name = "title", .type = KEPT_TEXT, .title = "What"},
    {.name = "total", .type = KEPT_MONEY, .title = "Together", .estimate = true},
    {.name = "customers", .type = KEPT_COUNT, .title = "Customers"},
    {.name = "as_of", .type = KEPT_TEXT, .title = "As of"},
};
static const kept_table_def worth_table = {"worth", "What the customers are worth", worth_fields,
                                           KEPT_N(worth_fields), NULL};

static kept_status add_worth(kept_ctx *ctx, kept_store *store, const char *name, const char *title,
                             kept_table **table, kept_result *result, kept_err *err)
{
    static const char sql[] =
        "SELECT sum(exact), count(exact), max(as_of) FROM measure_now"
        " WHERE measure = :measure AND subject_kind = '" KEPT_SUBJECT_CUSTOMER "'";
    const kept_rule_param param = {"measure", {.type = KEPT_RULE_TEXT, .text = name}};
    kept_rule_rows rows;
    KEPT_TRY(kept_rule_run(store, &ctx->scope, sql, name, &param, 1, 1, ctx->arena, &rows, err));
    /* A sum of nothing: no cost, say, stands in the orders. */
    if (rows.n == 0 || rows.cells[0].type != KEPT_RULE_INT || rows.cells[0].i == 0)
        return KEPT_OK;
    if (!*table)
        *table = kept_result_table(result, &worth_table);
    kept_cell *row = kept_table_row(result, *table);
    row[0] = kept_cell_text(result, name);
    row[1] = kept_cell_text(result, title);
    row[2] = kept_cell_int(rows.cells[0].i);
    row[3] = kept_cell_int(rows.cells[1].i);
    row[4] = kept_cell_text(result, rows.cells[2].text);
    return KEPT_OK;
}

/* Without measures there is no such table: a step says what to do. */
static kept_status show_worth(kept_ctx *ctx, kept_store *store, const kept_start *start,
                              kept_result *result, kept_err *err)
{
    kept_measures measures;
    kept_table *table = NULL;
    KEPT_TRY(kept_store_measures(store, ctx->arena, &measures, err));
    for (size_t i = 0; i < start->n_measures; i++)
        for (size_t k = 0; k < measures.n; k++)
            if (strcmp(measures.items[k]->name, start->measures[i]) == 0)
                KEPT_TRY(add_worth(ctx, store, start->measures[i], measures.items[k]->title, &table,
                                   result, err));
    return KEPT_OK;
}

/* --- The screen --- */

static kept_status show_head(kept_ctx *ctx, kept_store *store, kept_result *result, kept_err *err)
{
    kept_day today = kept_rule_today(&ctx->scope);
    const kept_due_ask ask = {.until = today + DAYS_OF_A_WEEK - 1};
    kept_due_list due;
    int64_t week = 0;
    KEPT_TRY(kept_due_find(ctx, store, &ask, &due, err));
    for (size_t i = 0; i < due.n; i++)
        week += due.items[i].day >= today;
    kept_group *g = kept_result_group(result, &group);
    kept_group_text(result, g, "firm", kept_store_name(store));
    kept_group_text(result, g, "workspace", kept_store_folder(store));
    const char *currency = kept_store_currency(store);
    kept_group_text(result, g, "currency", currency[0] ? currency : NULL);
    kept_group_int(result, g, "overdue", (int64_t)due.n - week);
    kept_group_int(result, g, "due_this_week", week);
    if (due.n)
        kept_result_note(result, KEPT_ADVICE, "What is due: kept due");
    result->currency = currency;
    return KEPT_OK;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    kept_store *store;
    kept_start start;
    kept_start_facts facts;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(kept_start_load(kept_store_folder(store), kept_store_catalogue(store), ctx->arena,
                             &start, err));
    KEPT_TRY(show_head(ctx, store, result, err));
    KEPT_TRY(show_worth(ctx, store, &start, result, err));
    KEPT_TRY(show_facts(ctx, store, &facts, result, err));
    KEPT_TRY(show_records(ctx, store, result, err));
    if (facts.imports || kept_result_find_table(result, "records")->n_rows)
        KEPT_TRY(kept_start_warnings(ctx, store, result, err));
    return kept_start_steps(ctx, store, &start, facts, kept_args_text(args, "need"), result, err);
}

static const kept_group_def *const groups[] = {&group, NULL};
static const kept_table_def *const tables[] = {
    &worth_table, &kind_table, &record_table, &kept_start_warnings_table, &kept_start_steps_table,
    NULL};

const kept_op kept_op_start = {
    .name = "start",
    .stage = KEPT_GENERAL,
    .summary = "Show what is in the workspace and what to do next",
    .detail = "The next three steps follow from what is there and what is missing. kept without a "
              "command shows the same.",
    .example = "kept\nkept start --need keep",
    .ids = "X011 X017",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run,
};
