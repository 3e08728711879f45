/* store/ledger/customers.h - the firm's own ids of customers and their random keys.
 *
 * Keys are random and 64 bits wide, never 0, so that fact files tell nothing about who a row
 * belongs to; the way back stands in the ledger alone. Which record a key belongs to is told by
 * identity.h. */
#ifndef KEPT_STORE_LEDGER_CUSTOMERS_H
#define KEPT_STORE_LEDGER_CUSTOMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/ledger/feed.h"
#include "store/ledger/ledger.h"

/* The firm's own numbering; further sources get names of their own. */
#define KEPT_SOURCE_FIRM "firm"

enum { KEPT_KEY_BATCH = 512 };

/* Looks many ids up, asked in ascending order (of bytes), and thinks of a key for new ones:
 *
 *     kept_customer_book_open, kept_customer_book_key ..., kept_customer_book_read
 *     then, in a write transaction, kept_customer_book_write;  kept_customer_book_close
 *
 * Reading takes no lock: until the new ids are written others may write records, and ids of
 * customers among them. */
typedef struct kept_customer_book {
    kept_ledger *ledger;
    kept_arena arena;   /* new ids */
    sqlite3_stmt *find; /* one id, or all ids in order when many are asked */
    bool keep;          /* new keys are to be written; false: a dry run */
    bool walks;         /* find goes through all ids, side by side with those asked */
    bool at_end;        /* of the walk */
    size_t known;       /* ids before */
    int64_t version;    /* of the ledger before reading; another one later: others have written */
    kept_feed_row *added_rows;
    size_t room;
    uint64_t keys[KEPT_KEY_BATCH];
    size_t n_keys;
    int64_t added;
} kept_customer_book;

/* expected: how many ids will be asked at most. */
KEPT_MUST_CHECK kept_status kept_customer_book_open(kept_ledger *ledger, bool keep, size_t expected,
                                                    kept_customer_book *ret_book, kept_err *err);
KEPT_MUST_CHECK kept_status kept_customer_book_key(kept_customer_book *book, const char *id,
                                                   size_t len, uint64_t *ret_key, kept_err *err);
void kept_customer_book_read(kept_customer_book *book); /* all ids were asked */

/* What new customers' records say about their making. */
typedef struct kept_customer_birth {
    const char *who;
    int64_t at;     /* microseconds since 1970-01-01T00:00Z */
    int64_t import; /* number of the import that met them */
} kept_customer_birth;

/* Inside a write transaction, all at once: new ids, and a record of each, named by its id (none in
 * a temporary workspace). An id that others gave to a customer since the book was opened stays
 * theirs: the key already in the files becomes one more key of that customer's record, under the
 * source "import N". *ret_new: how many customers are new. */
KEPT_MUST_CHECK kept_status kept_customer_book_write(kept_customer_book *book,
                                                     const kept_customer_birth *birth,
                                                     int64_t *ret_new, kept_err *err);
void kept_customer_book_close(kept_customer_book *book); /* a zeroed book is allowed */

/* A random key that no customer has. */
KEPT_MUST_CHECK kept_status kept_customer_new_key(uint64_t *ret_key, kept_err *err);

/* *ret_id NULL: no such key. */
KEPT_MUST_CHECK kept_status kept_ledger_customer_id(kept_ledger *ledger, uint64_t customer,
                                                    kept_arena *arena, const char **ret_id,
                                                    kept_err *err);
KEPT_MUST_CHECK kept_status kept_ledger_customer_ids(kept_ledger *ledger, const uint64_t *customers,
                                                     size_t n, kept_arena *arena,
                                                     const char **ret_ids, kept_err *err);
/* *ret_customer 0: no such id. */
KEPT_MUST_CHECK kept_status kept_ledger_customer_key(kept_ledger *ledger, const char *id,
                                                     uint64_t *ret_customer, kept_err *err);

#endif
