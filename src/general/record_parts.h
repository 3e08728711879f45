/* general/record_parts.h - what the operations on records share. Not for others. */
#ifndef KEPT_GENERAL_RECORD_PARTS_H
#define KEPT_GENERAL_RECORD_PARTS_H

#include "op/ctx.h"
#include "op/field_param.h"
#include "op/op.h"
#include "store/records/record.h"
#include "store/records/write.h"

/* --- What one command of a kind does (record_ops.c has the list) --- */

typedef struct kept_record_verb {
    const char *name;    /* "add" */
    const char *summary; /* "Add %s": with an article; "List %S": several */
    const char *detail;  /* NULL for none; no placeholders */
    const char *example; /* what stands behind the command: "%s-12"; with the prefix of the kind */
    kept_access access;
    kept_role role;
    unsigned flags;
    /* Adds the parameters to list, which has room for KEPT_RECORD_PARAMS. NULL memory: fails. */
    bool (*params)(const kept_record_kind *kind, kept_arena *arena, kept_param *list, size_t *n);
    kept_status (*run)(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err);
    bool answers_record, answers_table; /* the record itself; a table of records */
    bool answers_sheet, answers_import; /* a table to import again; counts */
} kept_record_verb;

enum { KEPT_RECORD_PARAMS = KEPT_RECORD_FIELDS_MAX + 16 };

/* --- Parameters (record_params.c) --- */

bool kept_record_params_add(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                            size_t *n);
bool kept_record_params_edit(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                             size_t *n);
bool kept_record_params_list(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                             size_t *n);
bool kept_record_params_id(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                           size_t *n);
bool kept_record_params_move(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                             size_t *n);
bool kept_record_params_link(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                             size_t *n);
bool kept_record_params_archive(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                                size_t *n);
bool kept_record_params_revert(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                               size_t *n);
bool kept_record_params_none(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                             size_t *n);

bool kept_record_params_quick(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                              size_t *n);

bool kept_record_params_import(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                               size_t *n);

/* The fields alone, as options. */
bool kept_record_params_fields(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                               size_t *n);

/* --- Running --- */

kept_status kept_record_run_add(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                kept_err *err);
kept_status kept_record_run_edit(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_err *err);
kept_status kept_record_run_move(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_err *err);
kept_status kept_record_run_link(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_err *err);
kept_status kept_record_run_archive(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                    kept_err *err);
kept_status kept_record_run_revert(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                   kept_err *err);
kept_status kept_record_run_list(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_err *err);
kept_status kept_record_run_show(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_err *err);
kept_status kept_record_run_history(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                    kept_err *err);
kept_status kept_record_run_form(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_err *err);

kept_status kept_record_run_import(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                   kept_err *err);
kept_status kept_record_run_export(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                   kept_err *err);

/* What an import shows (record_import.c). */
extern const kept_group_def *const *const kept_record_import_groups;
extern const kept_table_def *const *const kept_record_import_tables;
/* Fields of the kind are properties of a vCard (record_export.c). */
bool kept_record_has_cards(const kept_record_kind *kind);

/* The kind the running operation is about, as this store has it. */
KEPT_MUST_CHECK kept_status kept_record_kind_of(const kept_ctx *ctx, const kept_store *store,
                                                const kept_record_kind **ret_kind, kept_err *err);
/* The record that the argument "id" names, among those of the kind. */
KEPT_MUST_CHECK kept_status kept_record_named(kept_ctx *ctx, kept_store *store,
                                              const kept_record_kind *kind, const kept_args *args,
                                              kept_ref *ret_ref, kept_err *err);

/* --- Results (record_shape.c) --- */

/* The columns of a kind in results: id, state, fields (references also with the names of what they
 * refer to, in a column FIELD_name), revision, who and when. */
typedef struct kept_record_shape {
    const kept_record_kind *kind;
    kept_group_def group; /* "record" */
    kept_table_def table; /* "records" */
    kept_table_def sheet; /* "records", as they are exported and imported again */
    const struct kept_record_part *parts, *sheet_parts;
} kept_record_shape;

KEPT_MUST_CHECK kept_status kept_record_shape_make(const kept_record_kind *kind, kept_arena *arena,
                                                   kept_record_shape **ret_shape, kept_err *err);
/* Adds one record as the group "record". */
KEPT_MUST_CHECK kept_status kept_record_show(kept_ctx *ctx, kept_store *store,
                                             const kept_record *record, kept_result *result,
                                             kept_err *err);
/* Adds records as the table "records". */
KEPT_MUST_CHECK kept_status kept_records_show(kept_ctx *ctx, kept_store *store,
                                              const kept_record_kind *kind,
                                              const kept_record *records, size_t n, size_t total,
                                              kept_result *result, kept_err *err);

/* Adds records as a table that can be imported again. */
kept_status kept_records_sheet(kept_ctx *ctx, kept_store *store, const kept_record_kind *kind,
                               const kept_record *records, size_t n, kept_result *result,
                               kept_err *err) KEPT_MUST_CHECK;

extern const kept_table_def kept_record_history_table; /* "changes" */

#endif
