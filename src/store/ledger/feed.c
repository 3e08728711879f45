#include "store/ledger/feed.h"

#include <string.h>

/* What SQLite allocates it must free: its own allocator, not ours. */
typedef struct feed_table {
    sqlite3_vtab base;
    const kept_feed *feed;
} feed_table;

typedef struct feed_cursor {
    sqlite3_vtab_cursor base;
    size_t at;
} feed_cursor;

static const kept_feed *feed_of(const feed_cursor *cursor)
{
    return ((const feed_table *)cursor->base.pVtab)->feed;
}

static int feed_connect(sqlite3 *db, void *context, int n_args, const char *const *args,
                        sqlite3_vtab **ret_table, char **ret_error)
{
    (void)n_args;
    (void)args;
    (void)ret_error;
    int rc =
        sqlite3_declare_vtab(db, "CREATE TABLE feed (id TEXT, customer INTEGER, record INTEGER)");
    if (rc != SQLITE_OK)
        return rc;
    feed_table *table = sqlite3_malloc(sizeof *table);
    if (!table)
        return SQLITE_NOMEM;
    *table = (feed_table){.feed = context};
    *ret_table = &table->base;
    return SQLITE_OK;
}

static int feed_disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

static int feed_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    info->estimatedRows = (sqlite3_int64)((const feed_table *)table)->feed->n;
    return SQLITE_OK;
}

static int feed_open(sqlite3_vtab *table, sqlite3_vtab_cursor **ret_cursor)
{
    (void)table;
    feed_cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (!cursor)
        return SQLITE_NOMEM;
    *cursor = (feed_cursor){0};
    *ret_cursor = &cursor->base;
    return SQLITE_OK;
}

static int feed_close(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int feed_filter(sqlite3_vtab_cursor *cursor, int number, const char *text, int n_args,
                       sqlite3_value **args)
{
    (void)number;
    (void)text;
    (void)n_args;
    (void)args;
    ((feed_cursor *)cursor)->at = 0;
    return SQLITE_OK;
}

static int feed_next(sqlite3_vtab_cursor *cursor)
{
    ((feed_cursor *)cursor)->at++;
    return SQLITE_OK;
}

static int feed_eof(sqlite3_vtab_cursor *cursor)
{
    const feed_cursor *c = (const feed_cursor *)cursor;
    return c->at >= feed_of(c)->n;
}

static int feed_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column)
{
    const feed_cursor *c = (const feed_cursor *)cursor;
    const kept_feed *feed = feed_of(c);
    const kept_feed_row *row = &feed->rows[c->at];
    if (column == 0)
        sqlite3_result_text(context, row->id, (int)row->len, SQLITE_STATIC);
    else if (column == 1)
        sqlite3_result_int64(context, (sqlite3_int64)row->customer);
    else
        sqlite3_result_int64(context, feed->first_record + (sqlite3_int64)c->at);
    return SQLITE_OK;
}

static int feed_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *ret_rowid)
{
    *ret_rowid = (sqlite3_int64)((const feed_cursor *)cursor)->at;
    return SQLITE_OK;
}

/* Without xCreate the module is itself the table. */
static const sqlite3_module feed_module = {
    .xConnect = feed_connect,
    .xBestIndex = feed_best_index,
    .xDisconnect = feed_disconnect,
    .xOpen = feed_open,
    .xClose = feed_close,
    .xFilter = feed_filter,
    .xNext = feed_next,
    .xEof = feed_eof,
    .xColumn = feed_column,
    .xRowid = feed_rowid,
};

kept_status kept_feed_make(kept_ledger *ledger, kept_feed *feed, kept_err *err)
{
    int rc = sqlite3_create_module(ledger->db, "kept_feed", &feed_module, feed);
    return rc == SQLITE_OK ? KEPT_OK : kept_ledger_fail(ledger, rc, err);
}

void kept_feed_drop(kept_ledger *ledger)
{
    (void)sqlite3_create_module(ledger->db, "kept_feed", NULL, NULL);
}
