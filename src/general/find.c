/* kept find: words in records of every kind. */
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "general/ops.h"
#include "op/ctx.h"
#include "store/records/record.h"

static const kept_param params[] = {
    {.name = "words",
     .type = KEPT_P_TEXT,
     .value = "WORDS",
     .positional = true,
     .required = true,
     .repeated = true,
     .help = "words to look for; the last may be the beginning of one"},
    {.name = "kind",
     .type = KEPT_P_TEXT,
     .value = "KIND",
     .repeated = true,
     .help = "only in records of this kind"},
    {.name = "limit",
     .type = KEPT_P_INTEGER,
     .value = "N",
     .preset = "20",
     .min = 1,
     .max = 10000,
     .help = "at most so many"},
};

static const kept_field fields[] = {
    {.name = "id", .type = KEPT_TEXT, .title = "Id"},
    {.name = "kind", .type = KEPT_TEXT, .title = "Kind"},
    {.name = "label", .type = KEPT_TEXT, .title = "What"},
    {.name = "field", .type = KEPT_TEXT, .title = "In"},
    {.name = "excerpt", .type = KEPT_TEXT, .title = "Words"},
};
static const kept_table_def table_def = {"hits", "Found, best first", fields, KEPT_N(fields),
                                         "No record has these words."};

static kept_status read_kinds(kept_ctx *ctx, kept_store *store, const kept_arg *named,
                              const kept_record_kind ***ret_kinds, kept_err *err)
{
    *ret_kinds = KEPT_NEW_N(ctx->arena, const kept_record_kind *, named->n_list);
    if (!*ret_kinds)
        return kept_nomem(err);
    for (size_t i = 0; i < named->n_list; i++)
        KEPT_TRY(kept_catalogue_need(kept_store_catalogue(store), named->list[i], &(*ret_kinds)[i],
                                     err));
    return KEPT_OK;
}

/* What was found stands between square brackets. */
static const char *bracketed(kept_arena *arena, const char *excerpt)
{
    char *text = kept_arena_strdup(arena, excerpt);
    for (char *c = text; c && *c; c++)
        *c = *c == '\x02' ? '[' : *c == '\x03' ? ']' : *c;
    return text;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const kept_arg *named = kept_args_get(args, "kind"), *words = kept_args_get(args, "words");
    KEPT_AUTO_BUF all = KEPT_BUF_INIT;
    kept_store *store;
    const kept_record_kind **kinds;
    kept_hit *hits;
    size_t n;
    for (size_t i = 0; i < words->n_list; i++)
        kept_buf_printf(&all, "%s%s", i ? " " : "", words->list[i]);
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(read_kinds(ctx, store, named, &kinds, err));
    KEPT_TRY(kept_record_search(store, &ctx->scope, kept_buf_text(&all), kinds, named->n_list,
                                (size_t)kept_args_get(args, "limit")->integer, ctx->arena, &hits,
                                &n, err));
    kept_table *table = kept_result_table(result, &table_def);
    for (size_t i = 0; i < n; i++) {
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, kept_short_id(ctx->arena, hits[i].ref));
        row[1] = kept_cell_text(result, hits[i].ref.kind->title);
        row[2] = kept_cell_text(result, hits[i].label);
        row[3] = kept_cell_text(result, hits[i].field);
        row[4] = kept_cell_text(result, bracketed(ctx->arena, hits[i].excerpt));
    }
    return KEPT_OK;
}

static const kept_table_def *const tables[] = {&table_def, NULL};

const kept_op kept_op_find_words = {
    .name = "find",
    .stage = KEPT_GENERAL,
    .summary = "Find words in promises, notes, needs and all other records",
    .detail = "A record is found when one of its fields has all the words. Accents and capitals do "
              "not matter.",
    .example = "kept find late deliveries",
    .ids = "X018",
    .params = params,
    .n_params = KEPT_N(params),
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run,
};
