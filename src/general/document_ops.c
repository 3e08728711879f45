/* kept DOCUMENT: a declared document, printed and kept. */
#include "general/document_ops.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "present/markdown.h"
#include "store/records/documents.h"

static const kept_param keep_param = {
    .name = "keep", .type = KEPT_P_FLAG, .help = "keep what it says now as a version"};
static const kept_param why_param = {
    .name = "why", .type = KEPT_P_TEXT, .value = "WORDS", .help = "reason for keeping a version"};

static kept_status open_store(kept_ctx *ctx, bool keep, kept_store **ret_store, kept_err *err)
{
    return keep ? kept_ctx_records(ctx, ret_store, err)
                : kept_ctx_store(ctx, false, ret_store, err);
}

static kept_status keep_version(kept_ctx *ctx, kept_store *store, const kept_document *document,
                                kept_ref subject, const char *why, kept_result *result,
                                kept_err *err)
{
    KEPT_AUTO_WRITING *writing = NULL;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    int64_t version;
    bool is_new;
    kept_present_markdown(result, &text);
    if (text.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_writing_begin(store, &ctx->scope, "command", &writing, err));
    KEPT_TRY(kept_document_keep(writing, document->name, subject, kept_buf_text(&text), why,
                                &version, &is_new, err));
    KEPT_TRY(kept_writing_commit(writing, err));
    kept_result_note(result, KEPT_NOTE,
                     is_new ? "Kept as version %" PRId64 "."
                            : "It says what version %" PRId64 " says; no new version was kept.",
                     version);
    return KEPT_OK;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const kept_document *document = ctx->op->about;
    bool keep = kept_args_flag(args, "keep");
    const char *words = document->about ? kept_args_text(args, "id") : NULL;
    kept_store *store;
    kept_ref subject;
    KEPT_TRY(open_store(ctx, keep, &store, err));
    KEPT_TRY(kept_document_subject(ctx, store, document, words, &subject, err));
    KEPT_TRY(kept_document_fill(ctx, store, document, subject, result, err));
    return keep ? keep_version(ctx, store, document, subject, kept_args_text(args, "why"), result,
                               err)
                : KEPT_OK;
}

static bool add_params(const kept_document *document, kept_arena *arena, kept_op *op)
{
    kept_param *params = KEPT_NEW_N(arena, kept_param, 3);
    size_t n = 0;
    if (!params)
        return false;
    if (document->about)
        params[n++] = (kept_param){.name = "id",
                                   .type = KEPT_P_TEXT,
                                   .value = "ID",
                                   .positional = true,
                                   .required = true,
                                   .help = "short id, external id or unambiguous name"};
    params[n++] = keep_param;
    params[n++] = why_param;
    op->params = params;
    op->n_params = n;
    return true;
}

/* Without its full stop. */
static const char *first_sentence(const char *text, kept_arena *arena)
{
    const char *stop = strstr(text, ". ");
    size_t len = stop ? (size_t)(stop - text) : strlen(text);
    if (len && text[len - 1] == '.')
        len--;
    return kept_arena_strndup(arena, text, len);
}

static kept_op *make_op(const kept_document *document, kept_arena *arena)
{
    kept_op *op = KEPT_NEW(arena, kept_op);
    kept_stage stage = KEPT_GENERAL;
    if (!op)
        return NULL;
    (void)kept_stage_find(document->stage, &stage);
    *op = (kept_op){.stage = stage,
                    .summary = first_sentence(document->summary, arena),
                    .flags = document->sheet ? KEPT_SHEET : 0,
                    .detail = document->summary,
                    .ids = document->ids,
                    .access = KEPT_READS,
                    .role = KEPT_ROLE_VIEWER,
                    .about = document,
                    .run = run};
    char *name = kept_arena_strdup(arena, document->name);
    for (char *c = name; c && *c; c++)
        *c = *c == '_' ? '-' : *c;
    op->name = name;
    op->example = document->about ? kept_arena_printf(arena, "kept %s %s-7 -o %s.html", name,
                                                      document->about->prefix, name)
                                  : kept_arena_printf(arena, "kept %s -o %s.html", name, name);
    return name && op->summary && op->example && add_params(document, arena, op) ? op : NULL;
}

kept_status kept_document_ops(const kept_documents *documents, kept_arena *arena,
                              kept_op_table *ret_table, kept_err *err)
{
    const kept_op **ops = KEPT_NEW_N(arena, const kept_op *, documents->n);
    if (!ops)
        return kept_nomem(err);
    for (size_t i = 0; i < documents->n; i++)
        if (!(ops[i] = make_op(&documents->documents[i], arena)))
            return kept_nomem(err);
    *ret_table = (kept_op_table){ops, documents->n};
    return KEPT_OK;
}
