#include "op/version.h"

#include "base/array.h"
#include "store/version.h"

static const kept_field fields[] = {
    {.name = "kept", .title = "Kept", .type = KEPT_TEXT},
    {.name = "duckdb", .title = "DuckDB", .type = KEPT_TEXT, .help = "engine over the facts"},
    {.name = "sqlite", .title = "SQLite", .type = KEPT_TEXT, .help = "the ledger"},
};
static const kept_group_def group = {"", NULL, fields, KEPT_N(fields)};
static const kept_group_def *const groups[] = {&group, NULL};

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    (void)ctx;
    (void)args;
    (void)err;
    kept_group *g = kept_result_group(result, &group);
    kept_group_text(result, g, "kept", KEPT_VERSION);
    kept_group_text(result, g, "duckdb", kept_store_duckdb_version());
    kept_group_text(result, g, "sqlite", kept_store_sqlite_version());
    return KEPT_OK;
}

const kept_op kept_op_version = {
    .name = "version",
    .stage = KEPT_GENERAL,
    .summary = "Show the versions of Kept and of its engines",
    .example = "kept version",
    .ids = "X006",
    .groups = groups,
    .access = KEPT_ALONE,
    .role = KEPT_ROLE_NOBODY,
    .run = run,
};
