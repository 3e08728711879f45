/* op/ctx.h - the context of every operation: who asks, what they may see, as of when.
 *
 * Store and engine are reached only through kept_ctx_store, which carries the scope along, so an
 * operation that runs as nobody sees no row: permission is not something a caller adds later. */
#ifndef KEPT_OP_CTX_H
#define KEPT_OP_CTX_H

#include <stdbool.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "op/op.h"
#include "store/scope.h"

typedef struct kept_store kept_store;

typedef struct kept_ctx {
    kept_arena *arena; /* for the length of the operation */
    kept_scope scope;  /* who asks, which customers, the two clocks */
    kept_role role;
    const char *workspace; /* folder, NULL when none was found or asked for */
    const kept_op *op;     /* what runs; set by kept_op_run */
    uint64_t seed;
    size_t threads;    /* 0: one per core */
    kept_store *store; /* opened on first use by kept_ctx_store; closed by kept_ctx_close */
    bool store_writes; /* store was opened for writing */
    bool cards;        /* -o FILE.vcf or .ics: not a table (KEPT_CARDS, KEPT_CALENDAR) */
    bool transient;    /* store is a private temporary one, made from files given on the line */
    /* Files the caller named as parameters: the engine may read them besides the workspace. Set by
     * kept_op_run. */
    const char *const *allow;
    size_t n_allow;
    /* Progress on anything over two seconds: called from the operation's thread; part in 0..1 or
     * negative when unknown. NULL: nobody watches. */
    void (*progress)(void *who, const char *what, double part);
    void *progress_who;
    const volatile int *cancel; /* non-zero: stop cleanly with KEPT_ECANCELLED; NULL: cannot */
} kept_ctx;

/* The store of the workspace, opened for reading or writing. KEPT_ENOTFOUND with advice when there
 * is no workspace; KEPT_EDENIED when nobody asks to write. An operation that writes asks for
 * writing first: a store once opened for reading stays so. Borrowed: closed by kept_ctx_close. */
KEPT_MUST_CHECK kept_status kept_ctx_store(kept_ctx *ctx, bool to_write, kept_store **ret_store,
                                           kept_err *err);
/* The same for an operation that changes records and no facts: others may be doing so too. */
KEPT_MUST_CHECK kept_status kept_ctx_records(kept_ctx *ctx, kept_store **ret_store, kept_err *err);
void kept_ctx_close(kept_ctx *ctx);

void kept_ctx_progress(kept_ctx *ctx, const char *what, double part);
KEPT_MUST_CHECK kept_status kept_ctx_check_cancel(kept_ctx *ctx, kept_err *err);

#endif
