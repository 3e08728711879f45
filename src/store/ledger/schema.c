#include "store/ledger/ledger.h"

/* Times are microseconds since 1970-01-01T00:00Z, days are days since 1970-01-01; the views at the
 * end show both in words for people who open the file with sqlite3. */
static const char schema[] =
    "CREATE TABLE setting ("
    "  name  TEXT PRIMARY KEY,"
    "  value TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE import ("
    "  id            INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  kind          TEXT NOT NULL,"
    "  imported_at   INTEGER NOT NULL,"
    "  undone_at     INTEGER NOT NULL DEFAULT 0," /* 0: in force */
    "  who           TEXT NOT NULL,"
    "  undone_by     TEXT,"
    "  files         TEXT NOT NULL," /* as the user wrote them, one a line */
    "  file_hashes   TEXT NOT NULL," /* BLAKE2b-256 of each, one a line */
    "  mapping       TEXT NOT NULL," /* as --map would write it */
    "  profile       TEXT,"
    "  rows_read     INTEGER NOT NULL,"
    "  taken         INTEGER NOT NULL,"
    "  superseded    INTEGER NOT NULL,"
    "  unchanged     INTEGER NOT NULL,"
    "  set_aside     INTEGER NOT NULL,"
    "  no_key        INTEGER NOT NULL,"
    "  equal_rows    INTEGER NOT NULL,"
    "  negative      INTEGER NOT NULL,"
    "  new_customers INTEGER NOT NULL,"
    "  first_day     INTEGER,"
    "  last_day      INTEGER,"
    "  rejects_path  TEXT,"
    "  columns       TEXT NOT NULL," /* stored columns, separated by commas */
    "  CHECK (rows_read = taken + superseded + unchanged + set_aside)"
    ") STRICT;"

    /* role 'rows': facts of imports first_import..last_import of the kind. role 'over': which rows
     * of which files those imports supersede or confirm. A joined file says in its column import
     * where each row came from. */
    "CREATE TABLE fact_file ("
    "  id            INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  kind          TEXT NOT NULL,"
    "  role          TEXT NOT NULL CHECK (role IN ('rows', 'over')),"
    "  path          TEXT NOT NULL UNIQUE," /* below the workspace */
    "  first_import  INTEGER NOT NULL REFERENCES import (id),"
    "  last_import   INTEGER NOT NULL REFERENCES import (id),"
    "  joined        INTEGER NOT NULL,"
    "  hash          TEXT NOT NULL," /* BLAKE2b-256 */
    "  bytes         INTEGER NOT NULL,"
    "  row_count     INTEGER NOT NULL,"
    "  columns       TEXT NOT NULL," /* separated by commas */
    "  key_min       TEXT,"          /* first key column as text, to skip files */
    "  key_max       TEXT,"
    "  customer_min  INTEGER," /* bit patterns of the 64-bit keys */
    "  customer_max  INTEGER,"
    "  negative      INTEGER NOT NULL," /* rows with a negative amount (or quantity without one) */
    "  superseding   INTEGER NOT NULL," /* role 'over': rows that supersede ... */
    "  confirming    INTEGER NOT NULL"  /* ... and rows that confirm */
    ") STRICT;"
    "CREATE INDEX fact_file_by_kind ON fact_file (kind, role, first_import);"

    "CREATE TABLE profile ("
    "  kind    TEXT NOT NULL,"
    "  name    TEXT NOT NULL,"
    "  mapping TEXT NOT NULL,"
    "  PRIMARY KEY (kind, name)"
    ") STRICT, WITHOUT ROWID;"

    /* The only place where a firm's own ids stand; fact files hold the random key alone. The key is
     * unsigned; SQLite shows its bit pattern. */
    "CREATE TABLE customer_id ("
    "  source      TEXT NOT NULL,"
    "  external_id TEXT NOT NULL,"
    "  customer    INTEGER NOT NULL,"
    "  PRIMARY KEY (source, external_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX customer_id_by_customer ON customer_id (customer);"

    "CREATE VIEW import_in_words AS SELECT id, kind,"
    "  strftime('%Y-%m-%dT%H:%M:%SZ', imported_at / 1000000, 'unixepoch') AS imported_at,"
    "  CASE WHEN undone_at > 0 THEN strftime('%Y-%m-%dT%H:%M:%SZ', undone_at / 1000000,"
    "    'unixepoch') END AS undone_at,"
    "  who, files, rows_read, taken, superseded, unchanged, set_aside,"
    "  date(first_day * 86400, 'unixepoch') AS first_day,"
    "  date(last_day * 86400, 'unixepoch') AS last_day FROM import;";

const char *kept_ledger__schema(void)
{
    return schema;
}
