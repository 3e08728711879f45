/* catalogue/document.h - documents, declared in catalogue/documents/NAME.yaml: what is printed,
 * from which rows. A section is SQL over the ledger (store/records/rule.h). */
#ifndef KEPT_CATALOGUE_DOCUMENT_H
#define KEPT_CATALOGUE_DOCUMENT_H

#include <stddef.h>

#include "catalogue/catalogue.h"
#include "kept/arena.h"
#include "kept/err.h"

typedef enum kept_section_form {
    KEPT_SECTION_TABLE, /* one row each */
    KEPT_SECTION_FACTS, /* one row: its columns as lines */
    KEPT_SECTION_LIST,  /* one column: a list */
} kept_section_form;

typedef struct kept_section {
    const char *title;
    kept_section_form form;
    const char *sql;   /* SELECT with :subject and :today */
    const char *empty; /* said when there is no row */
    size_t limit;      /* most rows; 0: all */
} kept_section;

typedef struct kept_document {
    const char *name; /* also its command */
    const char *title;
    const char *stage;
    const char *pack;
    const char *ids;
    const char *summary;
    const kept_record_kind *about; /* NULL: the firm */
    const kept_section *sections;
    size_t n_sections;
    bool sheet; /* is to fit one sheet of paper */
    const char *source;
    bool own;
} kept_document;

typedef struct kept_documents {
    const kept_document *documents; /* by name */
    size_t n;
} kept_documents;

/* Built-in documents plus those of workspace_folder/catalogue/documents (NULL: built-in only).
 * KEPT_EINPUT names file, line, column, field and the nearest valid word. Points into catalogue. */
KEPT_MUST_CHECK kept_status kept_documents_load(const char *workspace_folder,
                                                const kept_catalogue *catalogue, kept_arena *arena,
                                                kept_documents *ret_documents, kept_err *err);
/* KEPT_ENOTFOUND with the nearest name. */
KEPT_MUST_CHECK kept_status kept_documents_find(const kept_documents *documents, const char *name,
                                                const kept_document **ret_document, kept_err *err);

#endif
