/* kept documents, document versions, show, diff: which documents there are, and what they said. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/diff.h"
#include "base/text.h"
#include "general/document_ops.h"
#include "general/ops.h"
#include "store/records/documents.h"

/* --- documents --- */

static const kept_field document_fields[] = {
    {.name = "document", .type = KEPT_TEXT, .title = "Document"},
    {.name = "about", .type = KEPT_TEXT, .title = "About"},
    {.name = "summary", .type = KEPT_TEXT, .title = "What it is"},
    {.name = "command", .type = KEPT_TEXT, .title = "Command"},
};
static const kept_table_def document_table = {"documents", "Documents", document_fields,
                                              KEPT_N(document_fields), NULL};

static kept_status load(kept_ctx *ctx, kept_store **ret_store, kept_documents *documents,
                        kept_err *err)
{
    KEPT_TRY(kept_ctx_store(ctx, false, ret_store, err));
    return kept_documents_load(kept_store_folder(*ret_store), kept_store_catalogue(*ret_store),
                               ctx->arena, documents, err);
}

static kept_status run_list(kept_ctx *ctx, const kept_args *args, kept_result *result,
                            kept_err *err)
{
    (void)args;
    kept_store *store;
    kept_documents documents;
    KEPT_TRY(load(ctx, &store, &documents, err));
    kept_table *table = kept_result_table(result, &document_table);
    for (size_t i = 0; i < documents.n; i++) {
        const kept_document *d = &documents.documents[i];
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, d->name);
        row[1] = kept_cell_text(result, d->about ? d->about->name : "firm");
        row[2] = kept_cell_text(result, d->summary);
        char *command = kept_arena_printf(ctx->arena, "kept %s%s", d->name, d->about ? " ID" : "");
        for (char *c = command; c && *c; c++)
            *c = *c == '_' ? '-' : *c;
        row[3] = kept_cell_text(result, command);
    }
    return KEPT_OK;
}

static const kept_table_def *const document_tables[] = {&document_table, NULL};

const kept_op kept_op_documents = {
    .name = "documents",
    .stage = KEPT_GENERAL,
    .summary = "List the documents there are",
    .detail = "A document says what stands in the workspace now. Kept with --keep, it is a version "
              "that stays.",
    .example = "kept documents",
    .ids = "X007 X008",
    .tables = document_tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run_list,
};

/* --- document versions, show, diff --- */

#define DOCUMENT_PARAM                                                                             \
    {                                                                                              \
        .name = "name", .type = KEPT_P_TEXT, .value = "DOCUMENT", .positional = true,              \
        .required = true, .help = "name of the document, as playbook"                              \
    }
#define ID_PARAM                                                                                   \
    {                                                                                              \
        .name = "id", .type = KEPT_P_TEXT, .value = "ID", .positional = true,                      \
        .help = "the record it is about, for one about records"                                    \
    }

static kept_status find(kept_ctx *ctx, const kept_args *args, kept_store **ret_store,
                        const kept_document **ret_document, kept_ref *ret_subject, kept_err *err)
{
    kept_documents documents;
    KEPT_TRY(load(ctx, ret_store, &documents, err));
    KEPT_TRY(kept_documents_find(&documents, kept_args_text(args, "name"), ret_document, err));
    return kept_document_subject(ctx, *ret_store, *ret_document, kept_args_text(args, "id"),
                                 ret_subject, err);
}

static const kept_field version_fields[] = {
    {.name = "version", .type = KEPT_INTEGER, .title = "Version"},
    {.name = "made_at", .type = KEPT_TIME, .title = "Kept"},
    {.name = "made_by", .type = KEPT_TEXT, .title = "by"},
    {.name = "head",
     .type = KEPT_TEXT,
     .title = "Head of the change log",
     .help = "kept verify --head checks the log against it",
     .detail = true},
};
static const kept_table_def version_table = {"versions", "Versions, newest first", version_fields,
                                             KEPT_N(version_fields),
                                             "No version was kept yet; --keep keeps one."};
static const kept_param version_params[] = {DOCUMENT_PARAM, ID_PARAM};

static kept_status run_versions(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                kept_err *err)
{
    kept_store *store;
    const kept_document *document;
    kept_ref subject;
    kept_document_version *versions;
    size_t n;
    KEPT_TRY(find(ctx, args, &store, &document, &subject, err));
    KEPT_TRY(kept_document_versions(store, &ctx->scope, document->name, subject, ctx->arena,
                                    &versions, &n, err));
    kept_table *table = kept_result_table(result, &version_table);
    for (size_t i = 0; i < n; i++) {
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_int(versions[i].version);
        row[1] = kept_cell_int(versions[i].made_at);
        row[2] = kept_cell_text(result, versions[i].made_by);
        row[3] = kept_cell_text(result, versions[i].head);
    }
    return KEPT_OK;
}

static const kept_table_def *const version_tables[] = {&version_table, NULL};

const kept_op kept_op_document_versions = {
    .name = "document versions",
    .stage = KEPT_GENERAL,
    .summary = "List the versions of a document that were kept",
    .example = "kept document versions playbook",
    .ids = "X007",
    .params = version_params,
    .n_params = KEPT_N(version_params),
    .tables = version_tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run_versions,
};

static const kept_param show_params[] = {
    DOCUMENT_PARAM,
    ID_PARAM,
    {.name = "number",
     .type = KEPT_P_INTEGER,
     .value = "N",
     .preset = "0",
     .max = 1e15,
     .help = "which version; 0 for the newest"},
};

static kept_status run_show(kept_ctx *ctx, const kept_args *args, kept_result *result,
                            kept_err *err)
{
    kept_store *store;
    const kept_document *document;
    kept_ref subject;
    kept_document_version version;
    KEPT_TRY(find(ctx, args, &store, &document, &subject, err));
    KEPT_TRY(kept_document_version_get(store, &ctx->scope, document->name, subject,
                                       kept_args_get(args, "number")->integer, ctx->arena, &version,
                                       err));
    result->document = version.text;
    return KEPT_OK;
}

const kept_op kept_op_document_show = {
    .name = "document show",
    .stage = KEPT_GENERAL,
    .summary = "Show a version of a document as it was kept",
    .example = "kept document show playbook --number 2",
    .ids = "X007",
    .params = show_params,
    .n_params = KEPT_N(show_params),
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE | KEPT_DOCUMENT,
    .run = run_show,
};

static const kept_param diff_params[] = {
    DOCUMENT_PARAM,
    ID_PARAM,
    {.name = "from",
     .type = KEPT_P_INTEGER,
     .value = "N",
     .min = 1,
     .max = 1e15,
     .help = "older version; the one before the newer when not given"},
    {.name = "to",
     .type = KEPT_P_INTEGER,
     .value = "N",
     .min = 1,
     .max = 1e15,
     .help = "newer version; the newest when not given"},
};

static kept_status run_diff(kept_ctx *ctx, const kept_args *args, kept_result *result,
                            kept_err *err)
{
    enum { CONTEXT = 3 };
    const kept_arg *from = kept_args_get(args, "from"), *to = kept_args_get(args, "to");
    kept_store *store;
    const kept_document *document;
    kept_ref subject;
    kept_document_version newer, older;
    kept_diff diff;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    KEPT_TRY(find(ctx, args, &store, &document, &subject, err));
    KEPT_TRY(kept_document_version_get(store, &ctx->scope, document->name, subject, to->integer,
                                       ctx->arena, &newer, err));
    if (!from->given && newer.version == 1)
        return kept_fail(err, KEPT_ENOTFOUND, "There is only one version of \"%s\" yet.",
                         document->name);
    KEPT_TRY(kept_document_version_get(store, &ctx->scope, document->name, subject,
                                       from->given ? from->integer : newer.version - 1, ctx->arena,
                                       &older, err));
    KEPT_TRY(kept_diff_texts(older.text, newer.text, 0, ctx->arena, &diff, err));
    const char *old_name =
        kept_arena_printf(ctx->arena, "%s, version %" PRId64, document->name, older.version);
    const char *new_name =
        kept_arena_printf(ctx->arena, "%s, version %" PRId64, document->name, newer.version);
    if (!old_name || !new_name)
        return kept_nomem(err);
    kept_diff_unified(&diff, old_name, new_name, CONTEXT, &out);
    if (out.len == 0)
        kept_buf_add(&out, "The versions are equal.\n");
    result->document = out.failed ? NULL : kept_arena_strdup(ctx->arena, kept_buf_text(&out));
    return result->document ? KEPT_OK : kept_nomem(err);
}

const kept_op kept_op_document_diff = {
    .name = "document diff",
    .stage = KEPT_GENERAL,
    .summary = "Show what differs between two versions of a document",
    .example = "kept document diff playbook --from 1 --to 2",
    .ids = "X007",
    .params = diff_params,
    .n_params = KEPT_N(diff_params),
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE | KEPT_DOCUMENT,
    .run = run_diff,
};
