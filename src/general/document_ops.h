/* general/document_ops.h - the command of every document: `kept playbook`, `kept account C-7`. */
#ifndef KEPT_GENERAL_DOCUMENT_OPS_H
#define KEPT_GENERAL_DOCUMENT_OPS_H

#include "catalogue/document.h"
#include "op/ctx.h"
#include "op/op.h"
#include "store/records/record.h"

/* One operation per document; about of each is its kept_document. Lives in arena, as long as
 * documents does. */
KEPT_MUST_CHECK kept_status kept_document_ops(const kept_documents *documents, kept_arena *arena,
                                              kept_op_table *ret_table, kept_err *err);

/* Fills result with what the document says now about subject (kind NULL: the firm). */
KEPT_MUST_CHECK kept_status kept_document_fill(kept_ctx *ctx, kept_store *store,
                                               const kept_document *document, kept_ref subject,
                                               kept_result *result, kept_err *err);
/* The record that words name, for a document about records; of the firm for one about the firm,
 * where words must be NULL. */
KEPT_MUST_CHECK kept_status kept_document_subject(kept_ctx *ctx, kept_store *store,
                                                  const kept_document *document, const char *words,
                                                  kept_ref *ret_subject, kept_err *err);

#endif
