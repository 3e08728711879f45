#include "store/ledger/customers.h"

#include <sodium.h>
#include <string.h>

enum { MANY = 10000 };

static const char create_index[] =
    "CREATE INDEX customer_id_by_customer ON customer_id (customer)";

static kept_status count_ids(kept_ledger *ledger, size_t *ret_n, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err, "SELECT count(*) FROM customer_id", ""));
    bool row = false;
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    *ret_n = row ? (size_t)sqlite3_column_int64(stmt, 0) : 0;
    return KEPT_OK;
}

static kept_status open_book(kept_customer_book *book, size_t expected, kept_err *err)
{
    size_t known = 0;
    KEPT_TRY(count_ids(book->ledger, &known, err));
    book->was_empty = known == 0;
    /* Keys are random, so every insertion would touch another page of the index. */
    book->index_apart = book->keep && expected > MANY && known < expected;
    if (book->index_apart)
        KEPT_TRY(kept_ledger_exec(book->ledger, err, "DROP INDEX customer_id_by_customer", ""));
    KEPT_TRY(kept_ledger_prepare(
        book->ledger, &book->find, err,
        "SELECT customer FROM customer_id WHERE source = '" KEPT_SOURCE_FIRM
        "' AND external_id = ?1",
        ""));
    return kept_ledger_prepare(book->ledger, &book->add, err,
                               "INSERT INTO customer_id (source, external_id, customer)"
                               " VALUES ('" KEPT_SOURCE_FIRM "', ?1, ?2)",
                               "");
}

kept_status kept_customer_book_open(kept_ledger *ledger, bool keep, size_t expected,
                                    kept_customer_book *ret_book, kept_err *err)
{
    if (sodium_init() < 0)
        return kept_fail(err, KEPT_EINTERNAL, "The source of random numbers is not available.");
    *ret_book = (kept_customer_book){.ledger = ledger, .keep = keep};
    kept_status status = open_book(ret_book, expected, err);
    if (status != KEPT_OK)
        kept_customer_book_close(ret_book);
    return status;
}

static uint64_t new_key(kept_customer_book *book)
{
    uint64_t key = 0;
    while (key == 0) {
        if (book->n_keys == 0) {
            randombytes_buf(book->keys, sizeof book->keys);
            book->n_keys = KEPT_KEY_BATCH;
        }
        key = book->keys[--book->n_keys];
    }
    return key;
}

static kept_status find(kept_customer_book *book, const char *id, size_t len, uint64_t *ret_key,
                        kept_err *err)
{
    bool row = false;
    sqlite3_bind_text(book->find, 1, id, (int)len, SQLITE_STATIC);
    kept_status status = kept_ledger_step(book->ledger, book->find, &row, err);
    *ret_key = row ? (uint64_t)sqlite3_column_int64(book->find, 0) : 0;
    sqlite3_reset(book->find);
    return status;
}

kept_status kept_customer_book_key(kept_customer_book *book, const char *id, size_t len,
                                   uint64_t *ret_key, kept_err *err)
{
    uint64_t key = 0;
    if (!book->was_empty)
        KEPT_TRY(find(book, id, len, &key, err));
    if (key) {
        *ret_key = key;
        return KEPT_OK;
    }
    key = new_key(book);
    if (book->keep) {
        bool row = false;
        sqlite3_bind_text(book->add, 1, id, (int)len, SQLITE_STATIC);
        sqlite3_bind_int64(book->add, 2, (int64_t)key);
        kept_status status = kept_ledger_step(book->ledger, book->add, &row, err);
        sqlite3_reset(book->add);
        KEPT_TRY(status);
    }
    book->added++;
    *ret_key = key;
    return KEPT_OK;
}

kept_status kept_customer_book_finish(kept_customer_book *book, kept_err *err)
{
    sqlite3_finalize(book->find);
    sqlite3_finalize(book->add);
    book->find = book->add = NULL;
    if (!book->index_apart)
        return KEPT_OK;
    book->index_apart = false;
    return kept_ledger_exec(book->ledger, err, create_index, "");
}

void kept_customer_book_close(kept_customer_book *book)
{
    sqlite3_finalize(book->find);
    sqlite3_finalize(book->add);
    book->find = book->add = NULL;
}

/* --- One or a few --- */

kept_status kept_ledger_customer_ids(kept_ledger *ledger, const uint64_t *customers, size_t n,
                                     kept_arena *arena, const char **ret_ids, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT external_id FROM customer_id WHERE customer = ?1"
                                 " ORDER BY source, external_id LIMIT 1",
                                 ""));
    bool begun = false, ok = true;
    KEPT_TRY(kept_ledger_read_begin(ledger, &begun, err));
    kept_status status = KEPT_OK;
    for (size_t i = 0; i < n && status == KEPT_OK && ok; i++) {
        bool row = false;
        sqlite3_bind_int64(stmt, 1, (int64_t)customers[i]);
        status = kept_ledger_step(ledger, stmt, &row, err);
        ret_ids[i] = row ? kept_ledger_text(stmt, 0, arena, &ok) : NULL;
        sqlite3_reset(stmt);
    }
    kept_ledger_read_end(ledger, begun);
    KEPT_TRY(status);
    return ok ? KEPT_OK : kept_nomem(err);
}

kept_status kept_ledger_customer_id(kept_ledger *ledger, uint64_t customer, kept_arena *arena,
                                    const char **ret_id, kept_err *err)
{
    return kept_ledger_customer_ids(ledger, &customer, 1, arena, ret_id, err);
}

kept_status kept_ledger_customer_key(kept_ledger *ledger, const char *id, uint64_t *ret_customer,
                                     kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT customer FROM customer_id WHERE source = '" KEPT_SOURCE_FIRM
                                 "' AND external_id = ?1",
                                 "t", id));
    bool row = false;
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    *ret_customer = row ? (uint64_t)sqlite3_column_int64(stmt, 0) : 0;
    return KEPT_OK;
}
