#include "store/ledger/identity.h"

#include <stdlib.h>
#include <string.h>

#include "store/ledger/customers.h"

/* --- Keys that go by another --- */

static int compare_aliases(const void *a, const void *b)
{
    uint64_t x = ((const kept_alias *)a)->customer, y = ((const kept_alias *)b)->customer;
    return (x > y) - (x < y);
}

static int compare_keys(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Gives the keys of one record, items[0..n), the smallest of them to go by. *ret_n 0: they are all
 * the same key, so there is nothing to say. Else how many different ones there are, in front. */
static void settle(kept_alias *items, size_t n, size_t *ret_n)
{
    size_t kept = 0;
    if (n)
        qsort(items, n, sizeof *items, compare_aliases);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || items[i].customer != items[i - 1].customer)
            items[kept++] = (kept_alias){items[i].customer, items[0].customer};
    *ret_n = kept > 1 ? kept : 0;
}

static kept_status count_joined(kept_ledger *ledger, size_t *ret_n, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    bool row = false;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT count(*) FROM customer_joined j"
                                 " JOIN customer_id i ON i.record = j.record",
                                 ""));
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    *ret_n = row ? (size_t)sqlite3_column_int64(stmt, 0) : 0;
    return KEPT_OK;
}

static kept_status read_joined(kept_ledger *ledger, kept_alias *items, size_t *ret_n, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    bool row = true;
    int64_t record = 0;
    size_t n = 0, start = 0, settled = 0;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT j.record, i.customer FROM customer_joined j"
                                 " JOIN customer_id i ON i.record = j.record ORDER BY j.record",
                                 ""));
    for (;;) {
        KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
        if (!row || sqlite3_column_int64(stmt, 0) != record) {
            settle(items + start, n - start, &settled);
            n = start += settled;
        }
        if (!row)
            break;
        record = sqlite3_column_int64(stmt, 0);
        items[n++].customer = (uint64_t)sqlite3_column_int64(stmt, 1);
    }
    *ret_n = n;
    return KEPT_OK;
}

static kept_status load(kept_ledger *ledger, kept_arena *arena, kept_aliases *ret, kept_err *err)
{
    size_t room = 0, n = 0;
    KEPT_TRY(count_joined(ledger, &room, err));
    if (room == 0)
        return KEPT_OK;
    kept_alias *items = KEPT_NEW_N(arena, kept_alias, room);
    if (!items)
        return kept_nomem(err);
    KEPT_TRY(read_joined(ledger, items, &n, err));
    qsort(items, n, sizeof *items, compare_aliases);
    *ret = (kept_aliases){items, n};
    return KEPT_OK;
}

kept_status kept_aliases_load(kept_ledger *ledger, kept_arena *arena, kept_aliases *ret_aliases,
                              kept_err *err)
{
    kept_aliases aliases = {0};
    bool begun = false;
    KEPT_TRY(kept_ledger_read_begin(ledger, &begun, err));
    kept_status status = load(ledger, arena, &aliases, err);
    kept_ledger_read_end(ledger, begun);
    KEPT_TRY(status);
    *ret_aliases = aliases;
    return KEPT_OK;
}

static const kept_alias *find(const kept_aliases *aliases, uint64_t key)
{
    kept_alias wanted = {.customer = key};
    if (aliases->n == 0)
        return NULL;
    return bsearch(&wanted, aliases->items, aliases->n, sizeof wanted, compare_aliases);
}

uint64_t kept_alias_of(const kept_aliases *aliases, uint64_t key)
{
    const kept_alias *found = find(aliases, key);
    return found ? found->as : key;
}

bool kept_is_alias(const kept_aliases *aliases, uint64_t key)
{
    return find(aliases, key) != NULL;
}

kept_status kept_aliases_widen(const kept_aliases *aliases, const uint64_t *keys, size_t n,
                               kept_arena *arena, uint64_t **ret_keys, size_t *ret_n, kept_err *err)
{
    uint64_t *all = KEPT_NEW_N(arena, uint64_t, n + aliases->n);
    uint64_t *named = KEPT_NEW_N(arena, uint64_t, n);
    if (!all || !named)
        return kept_nomem(err);
    size_t n_all = 0, n_kept = 0;
    for (size_t i = 0; i < n; i++) {
        all[n_all++] = keys[i];
        named[i] = kept_alias_of(aliases, keys[i]);
    }
    if (n)
        qsort(named, n, sizeof *named, compare_keys);
    for (size_t i = 0; i < aliases->n && n; i++)
        if (bsearch(&aliases->items[i].as, named, n, sizeof *named, compare_keys))
            all[n_all++] = aliases->items[i].customer;
    if (n_all)
        qsort(all, n_all, sizeof *all, compare_keys);
    for (size_t i = 0; i < n_all; i++)
        if (i == 0 || all[i] != all[i - 1])
            all[n_kept++] = all[i];
    *ret_keys = all;
    *ret_n = n_kept;
    return KEPT_OK;
}

/* --- Keys and records --- */

kept_status kept_ledger_records_of_keys(kept_ledger *ledger, const uint64_t *customers, size_t n,
                                        int64_t *ret_records, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT record FROM customer_id WHERE customer = ?1"
                                 " AND record IS NOT NULL LIMIT 1",
                                 ""));
    bool begun = false;
    KEPT_TRY(kept_ledger_read_begin(ledger, &begun, err));
    kept_status status = KEPT_OK;
    for (size_t i = 0; i < n && status == KEPT_OK; i++) {
        bool row = false;
        sqlite3_bind_int64(stmt, 1, (int64_t)customers[i]);
        status = kept_ledger_step(ledger, stmt, &row, err);
        ret_records[i] = row ? sqlite3_column_int64(stmt, 0) : 0;
        sqlite3_reset(stmt);
    }
    kept_ledger_read_end(ledger, begun);
    return status;
}

kept_status kept_ledger_keys_of_records(kept_ledger *ledger, const int64_t *records, size_t n,
                                        uint64_t *ret_customers, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    bool begun = false, row = true;
    /* Not min(): keys are unsigned. */
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT customer FROM customer_id WHERE record = ?1", ""));
    KEPT_TRY(kept_ledger_read_begin(ledger, &begun, err));
    kept_status status = KEPT_OK;
    for (size_t i = 0; i < n && status == KEPT_OK; i++) {
        ret_customers[i] = 0;
        sqlite3_bind_int64(stmt, 1, records[i]);
        while ((status = kept_ledger_step(ledger, stmt, &row, err)) == KEPT_OK && row) {
            uint64_t key = (uint64_t)sqlite3_column_int64(stmt, 0);
            if (ret_customers[i] == 0 || key < ret_customers[i])
                ret_customers[i] = key;
        }
        sqlite3_reset(stmt);
    }
    kept_ledger_read_end(ledger, begun);
    return status;
}

kept_status kept_ledger_key_of_record(kept_ledger *ledger, int64_t record, uint64_t *ret_customer,
                                      kept_err *err)
{
    return kept_ledger_keys_of_records(ledger, &record, 1, ret_customer, err);
}

/* --- Changes --- */

kept_status kept_ledger_note_joined(kept_ledger *ledger, int64_t record, kept_err *err)
{
    KEPT_TRY(kept_ledger_exec(ledger, err, "DELETE FROM customer_joined WHERE record = ?1", "i",
                              record));
    return kept_ledger_exec(ledger, err,
                            "INSERT INTO customer_joined (record) SELECT ?1 WHERE"
                            " (SELECT count(DISTINCT customer) FROM customer_id"
                            "  WHERE record = ?1) > 1",
                            "i", record);
}

/* Random; in a temporary workspace the next one (see ledger.h). */
static kept_status new_key(kept_ledger *ledger, uint64_t *ret_key, kept_err *err)
{
    if (!ledger->passing)
        return kept_customer_new_key(ret_key, err);
    int64_t next = 0;
    KEPT_TRY(kept_ledger_int(ledger, "SELECT coalesce(max(customer), 0) + 1 FROM customer_id",
                             &next, err));
    *ret_key = (uint64_t)next;
    return KEPT_OK;
}

static kept_status add_id(kept_ledger *ledger, const char *source, const char *external_id,
                          int64_t record, kept_err *err)
{
    uint64_t key = 0;
    KEPT_TRY(new_key(ledger, &key, err));
    return kept_ledger_exec(ledger, err,
                            "INSERT INTO customer_id (source, external_id, customer, record)"
                            " VALUES (?1, ?2, ?3, ?4)",
                            "ttii", source, external_id, (int64_t)key, record);
}

kept_status kept_ledger_customer_link(kept_ledger *ledger, const char *source,
                                      const char *external_id, int64_t record, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    bool row = false;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT record FROM customer_id WHERE source = ?1"
                                 " AND external_id = ?2",
                                 "tt", source, external_id));
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    int64_t has = row ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_reset(stmt);
    if (has == record)
        return KEPT_OK;
    if (has != 0)
        return kept_fail(err, KEPT_EINPUT,
                         "The id \"%s\" belongs to another customer; merge the two when they are "
                         "one.",
                         external_id);
    if (row)
        KEPT_TRY(kept_ledger_exec(ledger, err,
                                  "UPDATE customer_id SET record = ?3 WHERE source = ?1"
                                  " AND external_id = ?2",
                                  "tti", source, external_id, record));
    else
        KEPT_TRY(add_id(ledger, source, external_id, record, err));
    return kept_ledger_note_joined(ledger, record, err);
}
