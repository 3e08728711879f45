#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/records/write_int.h"

/* Numbers of rows are those of ledger/tables.h: new records come behind. Rows are written at the
 * end of a writing, all at once and in order: the index would start a new segment at every
 * savepoint between. */
enum { FIELD_BITS = KEPT_SEARCH_FIELD_BITS };

static kept_status field_number(kept_writing *w, const char *kind, const char *field,
                                int64_t *ret_number, kept_err *err)
{
    KEPT_AUTO_LENT find = {0}, add = {0};
    bool row = false;
    KEPT_TRY(kept_lend(w->store, "SELECT id FROM search_field WHERE kind = ?1 AND field = ?2",
                       &find, err));
    sqlite3_bind_text(find.stmt, 1, kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(find.stmt, 2, field, -1, SQLITE_STATIC);
    KEPT_TRY(kept_ledger_step(&w->store->ledger, find.stmt, &row, err));
    if (row) {
        *ret_number = sqlite3_column_int64(find.stmt, 0);
        return KEPT_OK;
    }
    KEPT_TRY(
        kept_lend(w->store, "INSERT INTO search_field (kind, field) VALUES (?1, ?2)", &add, err));
    sqlite3_bind_text(add.stmt, 1, kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(add.stmt, 2, field, -1, SQLITE_STATIC);
    KEPT_TRY(kept_lent_finish(w->store, &add, err));
    *ret_number = sqlite3_last_insert_rowid(w->store->ledger.db);
    if (*ret_number >= 1 << FIELD_BITS)
        return kept_fail(err, KEPT_EINTERNAL, "Too many fields for the search.");
    return KEPT_OK;
}

kept_status kept_search__changed(kept_writing *w, const kept_record_kind *kind,
                                 const kept_record_field *field, int64_t id, kept_err *err)
{
    int64_t number = 0;
    KEPT_TRY(field_number(w, kind->name, field->name, &number, err));
    if (w->n_search == w->room_search) {
        size_t room = w->room_search ? 2 * w->room_search : 64;
        int64_t *more = kept_mem_realloc(w->search, room * sizeof *more);
        if (!more)
            return kept_nomem(err);
        w->search = more;
        w->room_search = room;
    }
    w->search[w->n_search++] = id << FIELD_BITS | number;
    return KEPT_OK;
}

/* --- Writing the rows --- */

/* The field a row stands for; *ret_field NULL: no longer declared. */
static kept_status field_of_number(kept_writing *w, int64_t number,
                                   const kept_record_kind **ret_kind,
                                   const kept_record_field **ret_field, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    bool row = false;
    *ret_field = NULL;
    KEPT_TRY(kept_lend(w->store, "SELECT kind, field FROM search_field WHERE id = ?1", &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, number);
    KEPT_TRY(kept_ledger_step(&w->store->ledger, lent.stmt, &row, err));
    const char *kind = row ? (const char *)sqlite3_column_text(lent.stmt, 0) : NULL;
    const char *field = row ? (const char *)sqlite3_column_text(lent.stmt, 1) : NULL;
    *ret_kind = kind ? kept_catalogue_record(&w->store->catalogue, kind) : NULL;
    if (*ret_kind && field)
        *ret_field = kept_record_field_find(*ret_kind, field);
    return KEPT_OK;
}

static kept_status delete_row(kept_writing *w, int64_t rowid, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    KEPT_TRY(kept_lend(w->store, "DELETE FROM search WHERE rowid = ?1", &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, rowid);
    return kept_lent_finish(w->store, &lent, err);
}

static kept_status insert_row(kept_writing *w, int64_t rowid, const kept_record_kind *kind,
                              const kept_record_field *field, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT read = {0}, add = {0};
    bool row = false;
    kept_buf_printf(&sql, "SELECT \"%s\" FROM \"%s\" WHERE id = ?1 AND \"%s\" IS NOT NULL",
                    field->name, kind->name, field->name);
    KEPT_TRY(kept_lend_built(w->store, &sql, &read, err));
    sqlite3_bind_int64(read.stmt, 1, rowid >> FIELD_BITS);
    KEPT_TRY(kept_ledger_step(&w->store->ledger, read.stmt, &row, err));
    if (!row)
        return KEPT_OK;
    KEPT_TRY(kept_lend(w->store,
                       "INSERT INTO search (rowid, kind, record, field, words)"
                       " VALUES (?1, ?2, ?3, ?4, ?5)",
                       &add, err));
    sqlite3_bind_int64(add.stmt, 1, rowid);
    sqlite3_bind_text(add.stmt, 2, kind->name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(add.stmt, 3, rowid >> FIELD_BITS);
    sqlite3_bind_text(add.stmt, 4, field->name, -1, SQLITE_STATIC);
    sqlite3_bind_value(add.stmt, 5, sqlite3_column_value(read.stmt, 0));
    return kept_lent_finish(w->store, &add, err);
}

static int compare_rows(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

kept_status kept_search__flush(kept_writing *w, kept_err *err)
{
    const int64_t field_mask = (INT64_C(1) << FIELD_BITS) - 1;
    if (w->n_search)
        qsort(w->search, w->n_search, sizeof *w->search, compare_rows);
    for (size_t i = 0; i < w->n_search; i++) {
        const kept_record_kind *kind = NULL;
        const kept_record_field *field = NULL;
        if (i && w->search[i] == w->search[i - 1])
            continue;
        KEPT_TRY(field_of_number(w, w->search[i] & field_mask, &kind, &field, err));
        KEPT_TRY(delete_row(w, w->search[i], err));
        if (field)
            KEPT_TRY(insert_row(w, w->search[i], kind, field, err));
    }
    w->n_search = 0;
    return KEPT_OK;
}
