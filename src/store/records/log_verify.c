#include <ctype.h>
#include <sodium.h>
#include <string.h>

#include "base/mem.h"
#include "store/records/write_int.h"

enum { CHECK_CANCEL = 1000 };

typedef struct verifying {
    kept_store *store;
    unsigned char head[KEPT_HASH]; /* of the row before */
    unsigned char asked[KEPT_HASH];
    bool asks;
    /* Rows without payload that no row `erase` has named yet, ascending. Named: negative. */
    int64_t *empty;
    size_t n_empty, room;
    kept_log_check check;
} verifying;

void kept_log_check_init(kept_log_check *check)
{
    *check = (kept_log_check){.head_found = -1};
    memset(check->head, '0', KEPT_HEAD_TEXT - 1);
}

static kept_status read_head(const char *head, unsigned char out[KEPT_HASH], kept_err *err)
{
    size_t len = 0;
    if (strlen(head) != KEPT_HEAD_TEXT - 1 ||
        sodium_hex2bin(out, KEPT_HASH, head, KEPT_HEAD_TEXT - 1, NULL, &len, NULL) != 0 ||
        len != KEPT_HASH)
        return kept_fail(err, KEPT_EARG,
                         "\"%.*s\" is no head of a log: it has 64 digits and letters a to f.",
                         KEPT_SHOWN(head, 70));
    return KEPT_OK;
}

/* --- Rows whose payload was removed --- */

static kept_status add_empty(verifying *v, int64_t seq, kept_err *err)
{
    if (v->n_empty == v->room) {
        size_t room = v->room ? 2 * v->room : 64;
        int64_t *more = kept_mem_realloc(v->empty, room * sizeof *more);
        if (!more)
            return kept_nomem(err);
        v->empty = more;
        v->room = room;
    }
    v->empty[v->n_empty++] = seq;
    return KEPT_OK;
}

static void name_empty(verifying *v, int64_t seq)
{
    size_t low = 0, high = v->n_empty;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int64_t at = v->empty[middle] < 0 ? -v->empty[middle] : v->empty[middle];
        if (at < seq)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < v->n_empty && v->empty[low] == seq)
        v->empty[low] = -seq;
}

static kept_status take_erasure(verifying *v, const char *payload, int64_t seq, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    int64_t *seqs = NULL;
    size_t n = 0;
    KEPT_TRY(kept_payload__erased(payload, seq, &arena, &seqs, &n, err));
    for (size_t i = 0; i < n; i++)
        name_empty(v, seqs[i]);
    return KEPT_OK;
}

/* --- One row --- */

enum { SEQ, AT, WHO, THROUGH, KIND, RECORD, ACTION, WHY, PAYLOAD, SALT, DIGEST, CHAIN };

static bool blob(sqlite3_stmt *stmt, int column, unsigned char *out, int len)
{
    const void *data = sqlite3_column_blob(stmt, column);
    if (!data || sqlite3_column_bytes(stmt, column) != len)
        return false;
    memcpy(out, data, (size_t)len);
    return true;
}

/* NULL: the row follows from the one before. */
static const char *fault_of(const verifying *v, sqlite3_stmt *stmt, const kept_link *link,
                            unsigned char chain[KEPT_HASH])
{
    unsigned char salt[KEPT_SALT], digest[KEPT_HASH], want[KEPT_HASH];
    const char *payload = (const char *)sqlite3_column_text(stmt, PAYLOAD);
    const char *why = (const char *)sqlite3_column_text(stmt, WHY);
    bool has_salt = sqlite3_column_type(stmt, SALT) != SQLITE_NULL;
    if (link->seq != v->check.rows + 1)
        return "a row before it is missing";
    if (!blob(stmt, CHAIN, chain, KEPT_HASH))
        return "its chain is no hash";
    kept_chain__next(v->head, link, want);
    if (memcmp(want, chain, KEPT_HASH) != 0)
        return "it does not follow from the row before: who, when, what or the chain was changed";
    if (!payload)
        return has_salt || why ? "a part of its values is missing" : NULL;
    if (!blob(stmt, SALT, salt, KEPT_SALT))
        return "its salt is missing";
    kept_chain__digest(salt, payload, (size_t)sqlite3_column_bytes(stmt, PAYLOAD), digest);
    if (memcmp(digest, link->digest, KEPT_HASH) != 0)
        return "its values were changed";
    return kept_payload__has_why(payload, why) ? NULL : "its reason was changed";
}

static kept_status verify_row(verifying *v, sqlite3_stmt *stmt, kept_err *err)
{
    unsigned char chain[KEPT_HASH];
    kept_link link = {.seq = sqlite3_column_int64(stmt, SEQ),
                      .at = sqlite3_column_int64(stmt, AT),
                      .record = sqlite3_column_int64(stmt, RECORD),
                      .who = (const char *)sqlite3_column_text(stmt, WHO),
                      .through = (const char *)sqlite3_column_text(stmt, THROUGH),
                      .kind = (const char *)sqlite3_column_text(stmt, KIND),
                      .action = (const char *)sqlite3_column_text(stmt, ACTION)};
    const char *fault = blob(stmt, DIGEST, link.digest, KEPT_HASH) ? fault_of(v, stmt, &link, chain)
                                                                   : "its digest is no hash";
    if (fault) {
        v->check.broken = link.seq;
        v->check.why = fault;
        return KEPT_OK;
    }
    const char *payload = (const char *)sqlite3_column_text(stmt, PAYLOAD);
    if (!payload) {
        v->check.erased++;
        KEPT_TRY(add_empty(v, link.seq, err));
    } else if (kept_text_equal(link.action, "erase")) {
        KEPT_TRY(take_erasure(v, payload, link.seq, err));
    }
    if (v->asks && memcmp(chain, v->asked, KEPT_HASH) == 0)
        v->check.head_found = link.seq;
    memcpy(v->head, chain, KEPT_HASH);
    v->check.rows++;
    return KEPT_OK;
}

/* --- All rows --- */

static kept_status verify(verifying *v, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    KEPT_TRY(kept_lend(v->store,
                       "SELECT seq, at, who, through, kind, record, action, why, payload, salt,"
                       " digest, chain FROM change_log ORDER BY seq",
                       &lent, err));
    for (bool row = true; row && !v->check.broken;) {
        KEPT_TRY(kept_ledger_step(&v->store->ledger, lent.stmt, &row, err));
        if (v->check.rows % CHECK_CANCEL == 0 && v->store->cancel && *v->store->cancel)
            return kept_fail(err, KEPT_ECANCELLED, "Cancelled.");
        if (row)
            KEPT_TRY(verify_row(v, lent.stmt, err));
    }
    for (size_t i = 0; i < v->n_empty && !v->check.broken; i++)
        if (v->empty[i] > 0) {
            v->check.broken = v->empty[i];
            v->check.why = "its values were removed, and no erasure says so";
        }
    return KEPT_OK;
}

kept_status kept_log_verify(kept_store *store, const kept_scope *scope, const char *head,
                            kept_log_check *ret_check, kept_err *err)
{
    verifying v = {.store = store, .asks = head != NULL};
    if (!scope || scope->sight != KEPT_SEES_ALL)
        return kept_fail(err, KEPT_EDENIED,
                         "Checking the change log takes sight of all customers.");
    if (sodium_init() < 0)
        return kept_fail(err, KEPT_EINTERNAL, "The library of hashes is not available.");
    if (head)
        KEPT_TRY(read_head(head, v.asked, err));
    kept_log_check_init(&v.check);
    if (head && sodium_is_zero(v.asked, KEPT_HASH))
        v.check.head_found = 0; /* the head of an empty log is that of every log's beginning */
    kept_status status = verify(&v, err);
    kept_mem_free(v.empty);
    KEPT_TRY(status);
    sodium_bin2hex(v.check.head, sizeof v.check.head, v.head, KEPT_HASH);
    *ret_check = v.check;
    return KEPT_OK;
}
