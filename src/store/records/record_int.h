/* store/records/record_int.h - what the files of src/store/records share: names of columns, rows of
 * records, who is in sight. Private to src/store. */
#ifndef KEPT_STORE_RECORDS_RECORD_INT_H
#define KEPT_STORE_RECORDS_RECORD_INT_H

#include "base/text.h"
#include "store/inside.h"
#include "store/ledger/tables.h"
#include "store/records/use.h"

#define KEPT_CUSTOMER "customer" /* the kind to which kept_record_kind.of leads */

/* --- Columns (record_columns.c): names of checked declarations, quoted; see tables.h --- */

void kept_record__add_column(kept_buf *sql, const kept_record_field *field, size_t column);
void kept_record__add_name(kept_buf *sql, const char *name); /* "name" */
/* The table of a REFS field, and its column that holds the other record. */
void kept_record__add_refs_table(kept_buf *sql, const kept_record_kind *kind,
                                 const kept_record_field *field);
void kept_record__add_refs_other(kept_buf *sql, const kept_record_kind *kind,
                                 const kept_record_field *field);
/* Binds the part of a value that stands in the column. */
void kept_record__bind(sqlite3_stmt *stmt, int at, const kept_record_field *field, size_t column,
                       const kept_value *value);
const kept_record_kind *kept_record__to(const kept_store *store, const kept_record_field *field,
                                        size_t column);
/* Index of the field; n_fields when it is none of the kind's. */
size_t kept_record__field_index(const kept_record_kind *kind, const kept_record_field *field);

/* --- Rows (record_read.c) --- */

/* SELECT ... FROM kind t, for kept_record__row. */
void kept_record__add_select(kept_buf *sql, const kept_record_kind *kind);
KEPT_MUST_CHECK kept_status kept_record__row(kept_store *store, const kept_record_kind *kind,
                                             sqlite3_stmt *stmt, kept_arena *arena,
                                             kept_record *ret_record, kept_err *err);
kept_status kept_record__not_found(kept_ref ref, kept_err *err);

/* --- Sight (record_sight.c) --- */

/* Fills temp.kept_sight with the customers in sight, unless it holds them. To be called before a
 * transaction that asks many times; all below call it themselves. */
KEPT_MUST_CHECK kept_status kept_record__need_sight(kept_store *store, const kept_scope *scope,
                                                    kept_err *err);
/* Adds " AND ..." that holds for the records in sight, to a condition over table or alias `name` of
 * the kind; nothing when everything is in sight. */
KEPT_MUST_CHECK kept_status kept_record__add_sight(kept_store *store, const kept_scope *scope,
                                                   const kept_record_kind *kind, const char *name,
                                                   kept_buf *sql, kept_err *err);
/* Whether the record exists and is in sight. */
KEPT_MUST_CHECK kept_status kept_record__in_sight(kept_store *store, const kept_scope *scope,
                                                  kept_ref ref, bool *ret_yes, kept_err *err);

/* --- Finding (record_find.c) --- */

/* Reads "P-12"; false when words have not that form or no kind has the prefix. */
bool kept_record__read_short_id(const kept_store *store, const char *words, kept_ref *ret_ref);
/* The record of the kind, in sight or not, that has the external id. *ret_id 0: none. source NULL:
 * of any source; *ret_several when more than one record has it. */
KEPT_MUST_CHECK kept_status kept_record__of_external(kept_store *store,
                                                     const kept_record_kind *kind,
                                                     const char *source, const char *external_id,
                                                     int64_t *ret_id, bool *ret_several,
                                                     kept_err *err);

/* The record that words mean where the field, a REF or REFS, may hold it. */
KEPT_MUST_CHECK kept_status kept_record__find_to(kept_store *store, const kept_scope *scope,
                                                 const kept_record_field *field, const char *words,
                                                 kept_ref *ret_ref, kept_err *err);
/* KEPT_EARG that names the states there are. */
kept_status kept_record__unknown_state(const kept_record_kind *kind, const char *state,
                                       kept_err *err);

#endif
