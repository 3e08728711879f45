#include "store/ledger/customers.h"

#include <sodium.h>
#include <string.h>

enum {
    MANY = 10000, /* new ids from which on the index is made anew */
    WALK_PART = 5 /* asking for more than this part of all ids: walk through all of them */
};

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
    book->known = known;
    book->walks = expected > known / WALK_PART;
    book->added_rows = KEPT_NEW_N(&book->arena, kept_feed_row, expected);
    book->room = expected;
    if (!book->added_rows)
        return kept_nomem(err);
    KEPT_TRY(kept_ledger_prepare(
        book->ledger, &book->find, err,
        book->walks
            ? "SELECT customer, external_id FROM customer_id WHERE source = '" KEPT_SOURCE_FIRM
              "' ORDER BY external_id"
            : "SELECT customer FROM customer_id WHERE source = '" KEPT_SOURCE_FIRM
              "' AND external_id = ?1",
        ""));
    if (!book->walks)
        return KEPT_OK;
    bool row = false;
    KEPT_TRY(kept_ledger_step(book->ledger, book->find, &row, err));
    book->at_end = !row;
    return KEPT_OK;
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
    if (book->ledger->passing)
        return book->known + (uint64_t)book->added + 1;
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

static kept_status look_up(kept_customer_book *book, const char *id, size_t len, uint64_t *ret_key,
                           kept_err *err)
{
    bool row = false;
    sqlite3_bind_text(book->find, 1, id, (int)len, SQLITE_STATIC);
    kept_status status = kept_ledger_step(book->ledger, book->find, &row, err);
    *ret_key = row ? (uint64_t)sqlite3_column_int64(book->find, 0) : 0;
    sqlite3_reset(book->find);
    return status;
}

/* Order of bytes, as both SQLite and the engine sort. */
static int compare_ids(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);
    return order ? order : (a_len > b_len) - (a_len < b_len);
}

static kept_status walk_to(kept_customer_book *book, const char *id, size_t len, uint64_t *ret_key,
                           kept_err *err)
{
    *ret_key = 0;
    while (!book->at_end) {
        const char *known = (const char *)sqlite3_column_text(book->find, 1);
        size_t known_len = (size_t)sqlite3_column_bytes(book->find, 1);
        int order = known ? compare_ids(known, known_len, id, len) : -1;
        if (order == 0)
            *ret_key = (uint64_t)sqlite3_column_int64(book->find, 0);
        if (order >= 0)
            return KEPT_OK;
        bool row = false;
        KEPT_TRY(kept_ledger_step(book->ledger, book->find, &row, err));
        book->at_end = !row;
    }
    return KEPT_OK;
}

kept_status kept_customer_book_key(kept_customer_book *book, const char *id, size_t len,
                                   uint64_t *ret_key, kept_err *err)
{
    uint64_t key = 0;
    KEPT_TRY(book->walks ? walk_to(book, id, len, &key, err) : look_up(book, id, len, &key, err));
    if (key) {
        *ret_key = key;
        return KEPT_OK;
    }
    if ((size_t)book->added == book->room)
        return kept_fail(err, KEPT_EINTERNAL, "More customers than expected.");
    key = new_key(book);
    if (book->keep) {
        const char *copy = kept_arena_strndup(&book->arena, id, len);
        if (!copy)
            return kept_nomem(err);
        book->added_rows[book->added] = (kept_feed_row){copy, len, key};
    }
    book->added++;
    *ret_key = key;
    return KEPT_OK;
}

static kept_status write_added(kept_customer_book *book, kept_err *err)
{
    /* Keys are random, so every insertion would touch another page of the index. */
    size_t added = (size_t)book->added;
    bool index_apart = added > MANY && added > book->known / 4;
    if (index_apart)
        KEPT_TRY(kept_ledger_exec(book->ledger, err, "DROP INDEX customer_id_by_customer", ""));
    KEPT_TRY(kept_ledger_exec(book->ledger, err,
                              "INSERT INTO customer_id (source, external_id, customer)"
                              " SELECT '" KEPT_SOURCE_FIRM "', id, customer FROM kept_feed",
                              ""));
    if (!index_apart)
        return KEPT_OK;
    return kept_ledger_exec(book->ledger, err,
                            "CREATE INDEX customer_id_by_customer ON customer_id (customer)", "");
}

kept_status kept_customer_book_finish(kept_customer_book *book, kept_err *err)
{
    sqlite3_finalize(book->find);
    book->find = NULL;
    if (!book->keep || book->added == 0)
        return KEPT_OK;
    kept_feed feed = {book->added_rows, (size_t)book->added};
    KEPT_TRY(kept_feed_make(book->ledger, &feed, err));
    kept_status status = write_added(book, err);
    kept_feed_drop(book->ledger);
    return status;
}

void kept_customer_book_close(kept_customer_book *book)
{
    sqlite3_finalize(book->find);
    book->find = NULL;
    kept_arena_free(&book->arena);
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
    KEPT_TRY(
        kept_ledger_prepare(ledger, &stmt, err,
                            "SELECT customer FROM customer_id WHERE source = '" KEPT_SOURCE_FIRM
                            "' AND external_id = ?1",
                            "t", id));
    bool row = false;
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    *ret_customer = row ? (uint64_t)sqlite3_column_int64(stmt, 0) : 0;
    return KEPT_OK;
}
