/* store/ledger/declared.h - the declarations of records that the ledger's tables were built from.
 *
 * The table `declaration` holds, by `what`:
 *   form     'records'    the form of these rows and of the tables they describe
 *   release  'kept'       the release of Kept that wrote them
 *   records  'all'        hash: one for all that follows, compared when a workspace is opened
 *   record   KIND         one kind as text: what matters for its tables, as JSON
 *   field    KIND.FIELD   hidden = 1: a field that is no longer declared, whose values are kept
 *   renamed  OLD          text: what kind OLD, or field KIND.OLD, is called now; the change log
 *                         keeps the names of its time
 * Other parts of the program may add rows under other words. */
#ifndef KEPT_STORE_LEDGER_DECLARED_H
#define KEPT_STORE_LEDGER_DECLARED_H

#include "base/text.h"
#include "catalogue/catalogue.h"
#include "store/ledger/ledger.h"

/* Grows when the same declarations give other tables or views than before. */
enum { KEPT_DECLARED_FORM = 1, KEPT_DECLARED_HASH = 65 };

/* A kind or field as text: equal declarations give equal text. */
void kept_declared_kind_text(const kept_record_kind *kind, kept_buf *text);
void kept_declared_field_text(const kept_record_field *field, kept_buf *text);
/* ["a", "b"] */
void kept_declared_list_text(const char *const *items, size_t n, kept_buf *text);

/* Of all kinds of the catalogue. */
KEPT_MUST_CHECK kept_status kept_declared_hash(const kept_catalogue *catalogue,
                                               char ret_hash[static KEPT_DECLARED_HASH],
                                               kept_err *err);

/* A kind as the ledger has it. Fields that are no longer declared stand behind the others. */
typedef struct kept_declared {
    kept_record_kind kind; /* fields point to `fields` */
    kept_record_field *fields;
    bool *field_hidden; /* one per field */
    bool hidden;        /* the whole kind */
} kept_declared;

/* By name, hidden ones too. */
KEPT_MUST_CHECK kept_status kept_declared_read(kept_ledger *ledger, kept_arena *arena,
                                               kept_declared **ret_kinds, size_t *ret_n,
                                               kept_err *err);

/* True when the tables are not those of the catalogue, or the ledger has an older form. When they
 * are, the ledger remembers it for its transactions (ledger->declared).
 * KEPT_EINPUT: a newer Kept made them. */
KEPT_MUST_CHECK kept_status kept_declared_differ(kept_ledger *ledger,
                                                 const kept_catalogue *catalogue, bool *ret_differ,
                                                 kept_err *err);
/* Writes form, release, hash and a row for each kind of the catalogue. */
KEPT_MUST_CHECK kept_status kept_declared_write(kept_ledger *ledger,
                                                const kept_catalogue *catalogue, kept_err *err);

#endif
