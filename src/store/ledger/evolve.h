/* store/ledger/evolve.h - brings the tables of records from the declarations that the ledger has to
 * those of the catalogue, inside a write transaction.
 *
 * New kinds and fields are added; those with `was` are renamed with all that names them, but for
 * the change log, whose rows keep the names of their time; what is no longer declared is hidden and
 * comes back, values and all, when it is declared again. A declaration that some records would not
 * keep is refused with these records. */
#ifndef KEPT_STORE_LEDGER_EVOLVE_H
#define KEPT_STORE_LEDGER_EVOLVE_H

#include "store/ledger/declared.h"

/* KEPT_EINPUT: refused, the transaction is to be rolled back. */
KEPT_MUST_CHECK kept_status kept_evolve(kept_ledger *ledger, const kept_catalogue *catalogue,
                                        kept_err *err);

/* Gives every id of a customer that has no record one: a customer of that name, made by `made_by`
 * at the time `at`. */
KEPT_MUST_CHECK kept_status kept_evolve_adopt(kept_ledger *ledger, const kept_catalogue *catalogue,
                                              const char *made_by, int64_t at, kept_err *err);

/* --- Between the files of it --- */

/* evolve_rename.c: changes d too. All kinds of the ledger, because they may refer to the one. */
KEPT_MUST_CHECK kept_status kept_evolve__rename_kind(kept_ledger *ledger, kept_declared *all,
                                                     size_t n_all, kept_declared *d,
                                                     const char *name, kept_arena *arena,
                                                     kept_err *err);
KEPT_MUST_CHECK kept_status kept_evolve__rename_field(kept_ledger *ledger, kept_declared *d,
                                                      size_t field, const char *name,
                                                      kept_err *err);

/* evolve_field.c: a field as it is declared, and as the ledger has it (NULL: it has none). was_on:
 * it was declared before. */
KEPT_MUST_CHECK kept_status kept_evolve__field(kept_ledger *ledger, const kept_record_kind *kind,
                                               const kept_record_field *field,
                                               const kept_record_field *stored, bool was_on,
                                               kept_err *err);
/* Nobody finds the words of a field any more; field NULL: of the whole kind. */
KEPT_MUST_CHECK kept_status kept_evolve__unsearch(kept_ledger *ledger, const char *kind,
                                                  const char *field, kept_err *err);

/* evolve_narrow.c: does what a declaration now says leave out values that are there? */
KEPT_MUST_CHECK kept_status kept_evolve__narrow_field(kept_ledger *ledger,
                                                      const kept_record_kind *kind,
                                                      const kept_record_field *field,
                                                      const kept_record_field *stored,
                                                      kept_err *err);
KEPT_MUST_CHECK kept_status kept_evolve__narrow_states(kept_ledger *ledger,
                                                       const kept_record_kind *kind, kept_err *err);
KEPT_MUST_CHECK kept_status kept_evolve__narrow_unique(kept_ledger *ledger,
                                                       const kept_record_kind *kind, kept_err *err);
/* Fails when records meet the condition (SQL over the table; ?1 is text): "FILE, line N: KIND WHAT,
 * but 3 records do not fit (P-1, P-4, P-9); ...". field NULL: of the kind. */
KEPT_MUST_CHECK kept_status kept_evolve__refuse(kept_ledger *ledger, const kept_record_kind *kind,
                                                const kept_record_field *field,
                                                const char *condition, const char *text,
                                                const char *what, kept_err *err);

/* Runs the text of a buffer. */
KEPT_MUST_CHECK kept_status kept_evolve__run(kept_ledger *ledger, const kept_buf *sql,
                                             kept_err *err);

#endif
