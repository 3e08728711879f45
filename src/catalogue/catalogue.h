/* catalogue/catalogue.h - everything that is declared, built in and of a workspace, checked. */
#ifndef KEPT_CATALOGUE_CATALOGUE_H
#define KEPT_CATALOGUE_CATALOGUE_H

#include <stddef.h>

#include "catalogue/declare.h"
#include "catalogue/record_kind.h"
#include "kept/arena.h"
#include "kept/err.h"

typedef struct kept_catalogue {
    const kept_record_kind *const *records; /* by name; worksheets too */
    size_t n_records;
    const kept_pack *packs; /* core first, then by name */
    size_t n_packs;
} kept_catalogue;

/* Built-in declarations plus those of workspace_folder/catalogue (NULL: built-in only). Everything
 * that one declaration says about another is checked: kinds and fields that exist, prefixes and
 * names used once, fields whose names are free in SQL. KEPT_EINPUT names file, line, column, field
 * and the nearest valid word. Lives in arena. */
KEPT_MUST_CHECK kept_status kept_catalogue_load(const char *workspace_folder, kept_arena *arena,
                                                kept_catalogue *ret_catalogue, kept_err *err);

/* The same from files that are at hand, as those a ledger keeps of the catalogue it was built from:
 * the files of the folder "records" and those named packs.yaml, built-in ones first. */
KEPT_MUST_CHECK kept_status kept_catalogue_build(const kept_declared_file *records,
                                                 size_t n_records, const kept_declared_file *packs,
                                                 size_t n_packs, kept_arena *arena,
                                                 kept_catalogue *ret_catalogue, kept_err *err);

/* NULL: none of that name. A prefix is found in small letters too. */
const kept_record_kind *kept_catalogue_record(const kept_catalogue *catalogue, const char *name);
/* The same for a name that people wrote, with - or _ between words: KEPT_ENOTFOUND with the
 * nearest. */
KEPT_MUST_CHECK kept_status kept_catalogue_need(const kept_catalogue *catalogue, const char *name,
                                                const kept_record_kind **ret_kind, kept_err *err);
const kept_record_kind *kept_catalogue_prefix(const kept_catalogue *catalogue, const char *prefix,
                                              size_t len);
const kept_pack *kept_catalogue_pack(const kept_catalogue *catalogue, const char *name);

/* One file of records alone, for tests and fuzzing: checks what can be checked without the other
 * kinds. own: as a file of a workspace, in which names begin with x_ and `extends: KIND` adds
 * fields to a kind (then ret_kind->name is KIND and only own fields are given). */
KEPT_MUST_CHECK kept_status kept_record_kind_parse(const char *yaml, size_t len, const char *source,
                                                   bool own, kept_arena *arena,
                                                   kept_record_kind **ret_kind, kept_err *err);

#endif
