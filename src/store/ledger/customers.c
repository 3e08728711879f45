#include "store/ledger/customers.h"

#include <sodium.h>
#include <string.h>

#include "base/text.h"
#include "store/ledger/identity.h"

enum {
    MANY = 10000, /* new ids from which on the index is made anew */
    WALK_PART = 5 /* asking for more than this part of all ids: walk through all of them */
};

static kept_status open_book(kept_customer_book *book, size_t expected, kept_err *err)
{
    int64_t known = 0;
    KEPT_TRY(kept_ledger_int(book->ledger, "PRAGMA data_version", &book->version, err));
    KEPT_TRY(kept_ledger_int(book->ledger, "SELECT count(*) FROM customer_id", &known, err));
    book->known = (size_t)known;
    book->walks = expected > book->known / WALK_PART;
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
    *ret_book = (kept_customer_book){.ledger = ledger, .keep = keep};
    kept_status status = open_book(ret_book, expected, err);
    if (status != KEPT_OK)
        kept_customer_book_close(ret_book);
    return status;
}

static kept_status fill_random(void *bytes, size_t n, kept_err *err)
{
    if (sodium_init() < 0)
        return kept_fail(err, KEPT_EINTERNAL, "The source of random numbers is not available.");
    randombytes_buf(bytes, n);
    return KEPT_OK;
}

kept_status kept_customer_new_key(uint64_t *ret_key, kept_err *err)
{
    uint64_t key = 0;
    while (key == 0)
        KEPT_TRY(fill_random(&key, sizeof key, err));
    *ret_key = key;
    return KEPT_OK;
}

static kept_status new_key(kept_customer_book *book, uint64_t *ret_key, kept_err *err)
{
    uint64_t key = 0;
    if (book->ledger->passing)
        key = book->known + (uint64_t)book->added + 1;
    while (key == 0) {
        if (book->n_keys == 0) {
            KEPT_TRY(fill_random(book->keys, sizeof book->keys, err));
            book->n_keys = KEPT_KEY_BATCH;
        }
        key = book->keys[--book->n_keys];
    }
    *ret_key = key;
    return KEPT_OK;
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
    KEPT_TRY(new_key(book, &key, err));
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

void kept_customer_book_read(kept_customer_book *book)
{
    sqlite3_finalize(book->find);
    book->find = NULL;
}

void kept_customer_book_close(kept_customer_book *book)
{
    kept_customer_book_read(book);
    kept_arena_free(&book->arena);
}

/* --- Writing what is new --- */

/* Ids that others have given to customers since the book was opened. */
typedef struct met {
    size_t at; /* in added_rows */
    int64_t record;
} met;

static kept_status count_met(kept_customer_book *book, int64_t *ret_n, kept_err *err)
{
    int64_t version = 0;
    *ret_n = 0;
    KEPT_TRY(kept_ledger_int(book->ledger, "PRAGMA data_version", &version, err));
    if (version == book->version)
        return KEPT_OK;
    return kept_ledger_int(book->ledger,
                           "SELECT count(*) FROM kept_feed f CROSS JOIN customer_id c"
                           " ON c.source = '" KEPT_SOURCE_FIRM "' AND c.external_id = f.id",
                           ret_n, err);
}

static kept_status find_met(kept_customer_book *book, met *items, int64_t n, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(book->ledger, &stmt, err,
                                 "SELECT f.rowid, c.record FROM kept_feed f CROSS JOIN customer_id"
                                 " c ON c.source = '" KEPT_SOURCE_FIRM
                                 "' AND c.external_id = f.id ORDER BY f.rowid",
                                 ""));
    for (int64_t i = 0; i < n; i++) {
        bool row = false;
        KEPT_TRY(kept_ledger_step(book->ledger, stmt, &row, err));
        if (!row)
            return kept_fail(err, KEPT_EINTERNAL, "The ledger lost a customer while reading.");
        items[i] = (met){(size_t)sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1)};
    }
    return KEPT_OK;
}

/* The keys of this import stand in its files: they become further keys of those customers. */
static kept_status link_met(kept_customer_book *book, const kept_customer_birth *birth,
                            const met *items, int64_t n, kept_err *err)
{
    KEPT_AUTO_BUF source = KEPT_BUF_INIT;
    kept_buf_printf(&source, "import %lld", (long long)birth->import);
    if (source.failed)
        return kept_nomem(err);
    for (int64_t i = 0; i < n; i++) {
        const kept_feed_row *row = &book->added_rows[items[i].at];
        KEPT_TRY(kept_ledger_exec(book->ledger, err,
                                  "INSERT INTO customer_id (source, external_id, customer, record)"
                                  " VALUES (?1, ?2, ?3, nullif(?4, 0))",
                                  "ttii", kept_buf_text(&source), row->id, (int64_t)row->customer,
                                  items[i].record));
        KEPT_TRY(kept_ledger_note_joined(book->ledger, items[i].record, err));
    }
    return KEPT_OK;
}

static void leave_out(kept_customer_book *book, const met *items, int64_t n)
{
    size_t kept = 0;
    int64_t next = 0;
    for (size_t i = 0; i < (size_t)book->added; i++) {
        if (next < n && items[next].at == i)
            next++;
        else
            book->added_rows[kept++] = book->added_rows[i];
    }
    book->added = (int64_t)kept;
}

static kept_status set_met_apart(kept_customer_book *book, const kept_customer_birth *birth,
                                 kept_err *err)
{
    int64_t n = 0;
    KEPT_TRY(count_met(book, &n, err));
    if (n == 0)
        return KEPT_OK;
    met *items = KEPT_NEW_N(&book->arena, met, (size_t)n);
    if (!items)
        return kept_nomem(err);
    KEPT_TRY(find_met(book, items, n, err));
    KEPT_TRY(link_met(book, birth, items, n, err));
    leave_out(book, items, n);
    return KEPT_OK;
}

static kept_status next_record(kept_ledger *ledger, int64_t *ret_id, kept_err *err)
{
    return kept_ledger_int(ledger, "SELECT coalesce(max(id), 0) + 1 FROM customer", ret_id, err);
}

static kept_status write_records(kept_ledger *ledger, const kept_customer_birth *birth,
                                 kept_err *err)
{
    return kept_ledger_exec(
        ledger, err,
        "INSERT INTO customer (id, name, revision, made_at, made_by, changed_at, changed_by)"
        " SELECT record, id, 1, ?1, ?2, ?1, ?2 FROM kept_feed",
        "it", birth->at, birth->who);
}

/* Keys are random, so every insertion would touch another page of their index: with many it is made
 * anew. */
static kept_status write_ids(kept_customer_book *book, kept_err *err)
{
    size_t added = (size_t)book->added;
    bool index_apart = added > MANY && added > book->known / 4;
    if (index_apart)
        KEPT_TRY(kept_ledger_exec(book->ledger, err, "DROP INDEX customer_id_by_customer", ""));
    KEPT_TRY(kept_ledger_exec(
        book->ledger, err,
        book->ledger->passing ? "INSERT INTO customer_id (source, external_id, customer)"
                                " SELECT '" KEPT_SOURCE_FIRM "', id, customer FROM kept_feed"
                              : "INSERT INTO customer_id (source, external_id, customer, record)"
                                " SELECT '" KEPT_SOURCE_FIRM
                                "', id, customer, record FROM kept_feed",
        ""));
    if (!index_apart)
        return KEPT_OK;
    return kept_ledger_exec(book->ledger, err,
                            "CREATE INDEX customer_id_by_customer ON customer_id (customer)", "");
}

static kept_status write_new(kept_customer_book *book, kept_feed *feed,
                             const kept_customer_birth *birth, kept_err *err)
{
    if (book->ledger->passing)
        return write_ids(book, err);
    KEPT_TRY(set_met_apart(book, birth, err));
    feed->n = (size_t)book->added;
    KEPT_TRY(next_record(book->ledger, &feed->first_record, err));
    KEPT_TRY(write_records(book->ledger, birth, err));
    return write_ids(book, err);
}

kept_status kept_customer_book_write(kept_customer_book *book, const kept_customer_birth *birth,
                                     int64_t *ret_new, kept_err *err)
{
    if (book->keep && book->added) {
        kept_feed feed = {.rows = book->added_rows, .n = (size_t)book->added};
        KEPT_TRY(kept_feed_make(book->ledger, &feed, err));
        kept_status status = write_new(book, &feed, birth, err);
        kept_feed_drop(book->ledger);
        KEPT_TRY(status);
    }
    *ret_new = book->added;
    return KEPT_OK;
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
