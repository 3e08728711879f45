/* kept start: the first screen of a workspace: what is there, and what to do next. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "general/ops.h"
#include "op/ctx.h"
#include "store/facts/import.h"
#include "store/store.h"

static const kept_field fields[] = {
    {.name = "firm", .title = "Firm", .type = KEPT_TEXT},
    {.name = "workspace", .title = "Workspace", .type = KEPT_TEXT},
    {.name = "currency", .title = "Currency", .type = KEPT_TEXT},
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

static bool add_kind(kept_result *result, kept_table *table, const char *kind,
                     const kept_import *imports, size_t n)
{
    int64_t count = 0, rows = 0, newest = 0;
    int32_t first = KEPT_NO_DAY, last = -KEPT_NO_DAY;
    for (size_t i = 0; i < n; i++) {
        const kept_import *m = &imports[i];
        if (m->undone_at || strcmp(m->kind, kind) != 0)
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
        return false;
    kept_cell *row = kept_table_row(result, table);
    row[0] = kept_cell_text(result, kind);
    row[1] = kept_cell_int(count);
    row[2] = kept_cell_int(rows);
    if (first != KEPT_NO_DAY) {
        row[3] = kept_cell_int(first);
        row[4] = kept_cell_int(last);
    }
    row[5] = kept_cell_int(newest);
    return true;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    (void)args;
    kept_store *store;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    kept_import *imports;
    size_t n;
    KEPT_TRY(kept_import_list(store, &ctx->scope, ctx->arena, &imports, &n, err));
    kept_group *g = kept_result_group(result, &group);
    kept_group_text(result, g, "firm", kept_store_name(store));
    kept_group_text(result, g, "workspace", kept_store_folder(store));
    const char *currency = kept_store_currency(store);
    kept_group_text(result, g, "currency", currency[0] ? currency : NULL);
    kept_table *table = kept_result_table(result, &kind_table);
    const kept_fact_kinds *kinds = kept_store_kinds(store);
    bool orders = false;
    for (size_t i = 0; i < kinds->n; i++) {
        bool any = add_kind(result, table, kinds->kinds[i]->name, imports, n);
        orders = orders || (any && strcmp(kinds->kinds[i]->name, "orders") == 0);
    }
    if (orders) {
        kept_result_note(result, KEPT_ADVICE, "What customers are worth: kept clv predict");
        kept_result_note(result, KEPT_ADVICE, "Who they are: kept customers");
        kept_result_note(result, KEPT_ADVICE, "A page to send on: kept report -o report.html");
    } else {
        kept_result_note(result, KEPT_ADVICE, "Load your orders: kept import orders FILE");
        kept_result_note(result, KEPT_ADVICE,
                         "Look first, change nothing: kept import orders FILE --dry-run");
    }
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&group, NULL};
static const kept_table_def *const tables[] = {&kind_table, NULL};

const kept_op kept_op_start = {
    .name = "start",
    .stage = KEPT_GENERAL,
    .summary = "Show what is in the workspace and what to do next",
    .example = "kept",
    .ids = "X017",
    .groups = groups,
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run,
};
