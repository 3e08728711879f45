#include "op/on_files.h"

#include <inttypes.h>

void kept_columns_from_args(const kept_args *args, kept_import_opts *opts)
{
    opts->map = kept_args_text(args, "map");
    opts->date_format = kept_args_text(args, "date-format");
    opts->decimal = kept_args_text(args, "decimal");
    opts->delimiter = kept_args_text(args, "delimiter");
    opts->encoding = kept_args_text(args, "encoding");
    opts->sheet = kept_args_text(args, "sheet");
}

void kept_reading_from_args(const kept_args *args, kept_import_opts *opts)
{
    kept_columns_from_args(args, opts);
    opts->rates_path = kept_args_text(args, "rates");
}

static void note_import(kept_result *result, const kept_import *import,
                        const kept_import_view *view)
{
    for (size_t i = 0; i < view->n_sources; i++)
        kept_result_note(result, KEPT_NOTE, "Read %s as %s.", view->sources[i]->path,
                         view->mappings[i]->as_text);
    if (import->set_aside == 0)
        return;
    kept_result_note(result, KEPT_WARNING,
                     "%" PRId64 " of %" PRId64 " rows were set aside: %zu because %s%s. To see "
                     "them, import the file into a workspace.",
                     import->set_aside, import->read, view->stage->reasons[0].n,
                     view->stage->reasons[0].reason,
                     view->stage->n_reasons > 1 ? ", and other reasons" : "");
}

static kept_status open_files(kept_ctx *ctx, const kept_args *args, const kept_arg *orders,
                              bool money_needed, kept_result *result, kept_err *err)
{
    kept_store_opts settings = {.name = "files", .currency = kept_args_text(args, "currency")};
    kept_open_opts open = {.to_write = true,
                           .threads = ctx->threads,
                           .cancel = ctx->cancel,
                           .allow = ctx->allow,
                           .n_allow = ctx->n_allow};
    kept_import_opts opts = {
        .money_needed = money_needed, .progress = ctx->progress, .progress_who = ctx->progress_who};
    kept_reading_from_args(args, &opts);
    kept_store *store;
    KEPT_TRY(kept_store_open_temporary(&settings, &open, &store, err));
    /* Closed with the context from here on, whatever comes. */
    ctx->store = store;
    ctx->store_writes = true;
    ctx->transient = true;
    kept_import import;
    kept_import_view view;
    KEPT_TRY(kept_import_files(store, &ctx->scope, "orders", orders->list, orders->n_list, &opts,
                               ctx->arena, &import, &view, err));
    note_import(result, &import, &view);
    return KEPT_OK;
}

kept_status kept_ctx_facts(kept_ctx *ctx, const kept_args *args, bool money_needed,
                           kept_result *result, kept_store **ret_store, kept_err *err)
{
    const kept_arg *orders = kept_args_get(args, "orders");
    if (orders->given && !ctx->transient)
        KEPT_TRY(open_files(ctx, args, orders, money_needed, result, err));
    KEPT_TRY(kept_ctx_store(ctx, false, ret_store, err));
    result->currency = kept_store_currency(*ret_store);
    return KEPT_OK;
}
