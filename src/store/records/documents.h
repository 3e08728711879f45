/* store/records/documents.h - versions of documents that were kept: what was printed, when, by
 * whom, and the head of the change log then. */
#ifndef KEPT_STORE_RECORDS_DOCUMENTS_H
#define KEPT_STORE_RECORDS_DOCUMENTS_H

#include "store/records/log.h"
#include "store/records/write.h"

typedef struct kept_document_version {
    int64_t version; /* 1, 2, ... of one document and subject */
    int64_t made_at;
    const char *made_by;
    const char *text; /* Markdown */
    const char *head; /* of the change log, hexadecimal */
} kept_document_version;

/* Keeps text as the next version, unless it is what the last one says: then *ret_version is that
 * one. subject: kind NULL for the firm. Logged. */
KEPT_MUST_CHECK kept_status kept_document_keep(kept_writing *writing, const char *document,
                                               kept_ref subject, const char *text, const char *why,
                                               int64_t *ret_version, bool *ret_new, kept_err *err);
/* All versions of a document and subject, newest first, without their texts. */
KEPT_MUST_CHECK kept_status kept_document_versions(kept_store *store, const kept_scope *scope,
                                                   const char *document, kept_ref subject,
                                                   kept_arena *arena,
                                                   kept_document_version **ret_versions,
                                                   size_t *ret_n, kept_err *err);
/* One version with its text; version 0: the newest. KEPT_ENOTFOUND. */
KEPT_MUST_CHECK kept_status kept_document_version_get(kept_store *store, const kept_scope *scope,
                                                      const char *document, kept_ref subject,
                                                      int64_t version, kept_arena *arena,
                                                      kept_document_version *ret_version,
                                                      kept_err *err);

#endif
