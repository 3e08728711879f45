/* store/ledger/tables.h - tables, indexes and views of kinds of records, from their declarations.
 *
 * Per kind: a STRICT table of its name with the columns that record_kind.h names; a table
 * KIND__FIELD per REFS field; indexes; a view KIND_in_words, which shows short ids, labels of
 * references, decimals and times to people who open the file with sqlite3.
 *
 * Tables hold no more constraints than any later form of the declaration could keep: types,
 * references, flags, state not null. Choices, limits, required fields and unique names are checked
 * by the one path that writes records. Foreign keys are checked when a transaction ends, so that
 * records may come in any order. */
#ifndef KEPT_STORE_LEDGER_TABLES_H
#define KEPT_STORE_LEDGER_TABLES_H

#include "base/text.h"
#include "catalogue/catalogue.h"

/* A row of the search index has the number record << KEPT_SEARCH_FIELD_BITS | search_field.id. */
enum { KEPT_SEARCH_FIELD_BITS = 20 };

/* SQL that makes everything of all kinds in an empty ledger. */
void kept_tables_sql(const kept_catalogue *catalogue, kept_buf *sql);

/* The table of a kind and its tables of REFS; no indexes, no view. */
void kept_tables_kind_sql(const kept_record_kind *kind, kept_buf *sql);
/* What a field adds to a table that is there: columns, or a table of REFS. */
void kept_tables_field_sql(const kept_record_kind *kind, const kept_record_field *field,
                           kept_buf *sql);
/* ALTER TABLE that adds column i of a field. */
void kept_tables_column_sql(const kept_record_kind *kind, const kept_record_field *field, size_t i,
                            kept_buf *sql);
void kept_tables_state_sql(const kept_record_kind *kind, kept_buf *sql);
void kept_tables_view_sql(const kept_catalogue *catalogue, const kept_record_kind *kind,
                          kept_buf *sql);

/* Columns of a field in the table of its kind: one, for a REF to several kinds one each, for REFS
 * none. */
size_t kept_tables_columns(const kept_record_field *field);
/* Name of column i: FIELD, or FIELD_KIND. Without quotes. */
void kept_tables_column(const kept_record_field *field, size_t i, kept_buf *name);
/* Names of a REFS field's table and of its column that refers to the other record. */
void kept_tables_link(const kept_record_kind *kind, const kept_record_field *field, kept_buf *name);
const char *kept_tables_link_column(const kept_record_kind *kind, const kept_record_field *field);

/* The condition for records that lists show unless asked for others: not archived, in no closed
 * state. The index of this name (printf with the kind) holds just these; SQLite uses it where the
 * condition stands in the same words. */
#define KEPT_OPEN_INDEX "index__%s__open"
void kept_tables_open(const kept_record_kind *kind, kept_buf *sql);

/* Calls give for every index of a kind: name, and the statement that makes it as SQLite writes it
 * into sqlite_schema. false stops. */
typedef bool kept_tables_give(void *context, const char *name, const char *sql);
bool kept_tables_indexes(const kept_record_kind *kind, kept_tables_give *give, void *context);

#endif
