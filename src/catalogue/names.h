/* catalogue/names.h - which names a declaration may give to kinds and columns.
 *
 * Names become names of tables and columns, typed by hand in SQL, on the command line and in
 * mappings; so they are plain and need no quotes anywhere. */
#ifndef KEPT_CATALOGUE_NAMES_H
#define KEPT_CATALOGUE_NAMES_H

enum { KEPT_NAME_MAX_LEN = 48 };

#define KEPT_OWN_PREFIX "x_" /* of names that a workspace declares itself */

/* NULL when the name is good, otherwise the rest of a sentence that begins with the name in quotes:
 * "is not a name: ...". Good: [a-z][a-z0-9_]*, at most KEPT_NAME_MAX_LEN letters, and no word that
 * DuckDB or SQLite reserves. */
const char *kept_name_fault(const char *name);

/* The same for a column of a fact kind, which must also keep clear of the columns that Kept adds:
 * row, import, c_clock beside a date c, and everything that begins with kept_. */
const char *kept_column_name_fault(const char *name);

/* The same for a kind of record, beyond kept_name_fault: not the name of a table of the ledger or
 * of one made for another kind (KIND__FIELD, KIND_in_words). */
const char *kept_record_kind_name_fault(const char *name);

/* The same for a field of a record, beyond kept_name_fault: not a column that every table of
 * records has, nor an option that every command has. */
const char *kept_record_field_name_fault(const char *name);

#endif
