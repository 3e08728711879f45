#include "op/ctx.h"

#include <assert.h>

#include "store/store.h"

static kept_status open_store(kept_ctx *ctx, bool to_write, bool records, kept_err *err)
{
    kept_open_opts opts = {.to_write = to_write,
                           .records = records,
                           .threads = ctx->threads,
                           .cancel = ctx->cancel,
                           .allow = ctx->allow,
                           .n_allow = ctx->n_allow};
    if (ctx->transient) {
        opts.to_write = true;
        KEPT_TRY(kept_store_open_temporary(NULL, &opts, &ctx->store, err));
    } else if (ctx->workspace) {
        KEPT_TRY(kept_store_open(ctx->workspace, &opts, &ctx->store, err));
    } else {
        return kept_fail(err, KEPT_ENOTFOUND,
                         "There is no workspace here. Make one with \"kept init DIR\", or say "
                         "which one with -w DIR.");
    }
    ctx->store_writes = opts.to_write || opts.records;
    if (!ctx->scope.today)
        ctx->scope.today = kept_store_today(ctx->store);
    return KEPT_OK;
}

static kept_status get_store(kept_ctx *ctx, bool to_write, bool records, kept_store **ret_store,
                             kept_err *err)
{
    if ((to_write || records) && ctx->scope.sight == KEPT_SEES_NOTHING)
        return kept_fail(err, KEPT_EDENIED,
                         "Nobody is signed in, so nothing can be changed in this workspace.");
    if (!ctx->store)
        KEPT_TRY(open_store(ctx, to_write, records, err));
    assert(ctx->store_writes || !(to_write || records));
    *ret_store = ctx->store;
    return KEPT_OK;
}

kept_status kept_ctx_store(kept_ctx *ctx, bool to_write, kept_store **ret_store, kept_err *err)
{
    return get_store(ctx, to_write, false, ret_store, err);
}

kept_status kept_ctx_records(kept_ctx *ctx, kept_store **ret_store, kept_err *err)
{
    return get_store(ctx, false, true, ret_store, err);
}

void kept_ctx_close(kept_ctx *ctx)
{
    kept_store_close(ctx->store);
    ctx->store = NULL;
    ctx->store_writes = false;
}

void kept_ctx_progress(kept_ctx *ctx, const char *what, double part)
{
    if (ctx->progress)
        ctx->progress(ctx->progress_who, what, part);
}

kept_status kept_ctx_check_cancel(kept_ctx *ctx, kept_err *err)
{
    if (ctx->cancel && *ctx->cancel)
        return kept_fail(err, KEPT_ECANCELLED, "Stopped; nothing was changed.");
    return KEPT_OK;
}
