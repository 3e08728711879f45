#include "store/ledger/ledger.h"

/* Times are microseconds since 1970-01-01T00:00Z, days are days since 1970-01-01; the views at the
 * end show both in words for people who open the file with sqlite3. */
static const char schema_1[] =
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

/* The newest run of each measure and the ends of its whole window, the longest period it has.
 * Newest is the one that saw the latest day, because a run for a day of the past (--as-of) may come
 * last. Days are found at the ends of measure_value_by_run, once per run and not per value. */
#define FIRST_DAY "(SELECT min(period_start) FROM measure_value WHERE run = r.id)"
#define OF_FIRST  "FROM measure_value WHERE run = r.id AND period_start = " FIRST_DAY
#define NEWEST                                                                                     \
    "WITH newest AS MATERIALIZED (SELECT r.id AS id, r.measure AS measure,"                        \
    "    " FIRST_DAY " AS first, (SELECT max(period_end) " OF_FIRST ") AS last,"                   \
    "    (SELECT max(period_start) FROM measure_value WHERE run = r.id) AS last_start,"            \
    "    (SELECT min(period_end) " OF_FIRST ") AS first_end"                                       \
    "  FROM measure_run r WHERE NOT EXISTS (SELECT 1 FROM measure_run o"                           \
    "    WHERE o.measure = r.measure AND (o.as_of, o.id) > (r.as_of, r.id)))"                      \
    " SELECT v.* FROM newest n JOIN measure_value v ON v.run = n.id AND v.measure = n.measure"

/* What form 2 adds: records, their log, search, measures, warnings, documents. Tables of the kinds
 * themselves come from their declarations (tables.h). A new ledger is made by both texts, as an
 * older one is brought up by the second, so there is one form and not two. */
static const char records_2[] =
    /* Which customer record an id, and with it a key of facts, belongs to. Several ids may belong
     * to one record, which then counts as one customer. */
    "ALTER TABLE customer_id ADD COLUMN record INTEGER"
    "  REFERENCES customer (id) DEFERRABLE INITIALLY DEFERRED;"
    "CREATE INDEX customer_id_by_record ON customer_id (record) WHERE record IS NOT NULL;"

    /* Of an import of records: its rows of the change log. NULL: an import of facts. */
    "ALTER TABLE import ADD COLUMN first_change INTEGER;"
    "ALTER TABLE import ADD COLUMN last_change INTEGER;"

    /* Records to which several keys belong (identity.h). */
    "CREATE TABLE customer_joined (record INTEGER PRIMARY KEY) STRICT;"

    /* One row per change, chained by hashes (records/log.h). kind is the name at the time of the
     * change, which the chain covers; later names stand in declaration, what = 'renamed'. */
    "CREATE TABLE change_log ("
    "  seq     INTEGER PRIMARY KEY,"
    "  at      INTEGER NOT NULL,"
    "  who     TEXT NOT NULL,"
    "  through TEXT NOT NULL,"
    "  kind    TEXT," /* NULL: of the whole ledger */
    "  record  INTEGER,"
    "  action  TEXT NOT NULL,"
    "  why     TEXT,"
    "  payload TEXT," /* JSON {field: [old, new]}; NULL: erased */
    "  salt    BLOB," /* NULL: erased */
    "  digest  BLOB NOT NULL,"
    "  chain   BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX change_log_by_record ON change_log (kind, record, seq);"
    "CREATE VIEW change_log_in_words AS SELECT seq,"
    "  strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000000, 'unixepoch') AS at,"
    "  who, through, kind, record, action, why, payload FROM change_log;"

    /* Ids of records in other systems. Those of customers stand in customer_id. */
    "CREATE TABLE external_id ("
    "  kind        TEXT NOT NULL,"
    "  source      TEXT NOT NULL,"
    "  external_id TEXT NOT NULL,"
    "  record      INTEGER NOT NULL,"
    "  PRIMARY KEY (kind, source, external_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX external_id_by_record ON external_id (kind, record);"

    /* The declarations that the tables were built from (declared.h). */
    "CREATE TABLE declaration ("
    "  what   TEXT NOT NULL,"
    "  name   TEXT NOT NULL,"
    "  text   TEXT NOT NULL,"
    "  hash   TEXT NOT NULL,"
    "  hidden INTEGER NOT NULL DEFAULT 0," /* 1: no longer declared; what was written is kept */
    "  PRIMARY KEY (what, name)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE pack ("
    "  name  TEXT PRIMARY KEY,"
    "  is_on INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    /* Words of records, one row per filled field that is searched. Its rowid is the record times
     * 2^20 plus the number of the field, so that a record's rows are found without a search. */
    "CREATE TABLE search_field ("
    "  id    INTEGER PRIMARY KEY,"
    "  kind  TEXT NOT NULL,"
    "  field TEXT NOT NULL,"
    "  UNIQUE (kind, field)"
    ") STRICT;"
    "CREATE VIRTUAL TABLE search USING fts5 ("
    "  kind UNINDEXED, record UNINDEXED, field UNINDEXED, words,"
    "  tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');";

static const char measures_2[] =
    "CREATE TABLE measure_definition ("
    "  id      INTEGER PRIMARY KEY,"
    "  measure TEXT NOT NULL,"
    "  text    TEXT NOT NULL,"
    "  hash    TEXT NOT NULL,"
    "  since   INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX measure_definition_by_measure ON measure_definition (measure, id);"
    "CREATE TABLE measure_run ("
    "  id         INTEGER PRIMARY KEY,"
    "  measure    TEXT NOT NULL,"
    "  definition INTEGER NOT NULL REFERENCES measure_definition (id),"
    "  as_of      TEXT NOT NULL,"
    "  known_at   INTEGER NOT NULL,"
    "  ran_at     INTEGER NOT NULL,"
    "  imports    INTEGER NOT NULL," /* last import seen */
    "  who        TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX measure_run_by_measure ON measure_run (measure, id);"
    "CREATE TABLE measure_value ("
    "  measure      TEXT NOT NULL,"
    "  subject_kind TEXT NOT NULL,"    /* 'firm', or a kind of record */
    "  subject      INTEGER NOT NULL," /* record; 0: the firm */
    "  period_start TEXT NOT NULL,"
    "  period_end   TEXT NOT NULL,"
    "  value        REAL,"    /* NULL: not measured */
    "  exact        INTEGER," /* ten-thousandths of money, whole counts; else NULL */
    "  n            INTEGER NOT NULL,"
    "  coverage     REAL,"
    "  as_of        TEXT NOT NULL,"
    "  run          INTEGER NOT NULL REFERENCES measure_run (id)"
    ") STRICT;"
    "CREATE INDEX measure_value_by_subject"
    "  ON measure_value (measure, subject_kind, subject, period_end);"
    "CREATE INDEX measure_value_by_run ON measure_value (run, period_start, period_end);"
    /* Of the newest run of each measure the whole window, and its calendar periods. A run that has
     * one period only gives the same row in both. */
    "CREATE VIEW measure_now AS " NEWEST "  AND v.period_start = n.first AND v.period_end = n.last;"
    "CREATE VIEW measure_series AS " NEWEST
    "  AND (v.period_start > n.first OR v.period_end < n.last"
    "    OR (n.last_start = n.first AND n.first_end = n.last));"

    "CREATE TABLE warning_state ("
    "  warning      TEXT NOT NULL,"
    "  subject_kind TEXT NOT NULL,"
    "  subject      INTEGER NOT NULL,"
    "  state        TEXT NOT NULL," /* open, accepted, fixed */
    "  first_seen   TEXT NOT NULL,"
    "  last_seen    TEXT NOT NULL,"
    "  until        TEXT,"
    "  reason       TEXT,"
    "  who          TEXT,"
    "  at           INTEGER NOT NULL,"
    "  PRIMARY KEY (warning, subject_kind, subject)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE warning_limit ("
    "  warning TEXT NOT NULL,"
    "  name    TEXT NOT NULL,"
    "  value   REAL NOT NULL,"
    "  who     TEXT NOT NULL,"
    "  at      INTEGER NOT NULL,"
    "  PRIMARY KEY (warning, name)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE document_version ("
    "  id           INTEGER PRIMARY KEY,"
    "  document     TEXT NOT NULL,"
    "  subject_kind TEXT NOT NULL,"
    "  subject      INTEGER NOT NULL,"
    "  version      INTEGER NOT NULL,"
    "  made_at      INTEGER NOT NULL,"
    "  made_by      TEXT NOT NULL,"
    "  text         TEXT NOT NULL," /* Markdown */
    "  head         TEXT NOT NULL," /* of the change log when it was made */
    "  UNIQUE (document, subject_kind, subject, version)"
    ") STRICT;";

/* What form 3 adds: what judging promises gave. A verdict is of a window that has closed and is
 * never changed: when facts, terms or rules give another one, the earlier row stays and says in
 * which run it was replaced. All that the verdict was made from stands beside it, so that it can be
 * made again from its row. An outlook is of the window that runs, one per promise; a prediction is
 * what it said on a day, kept to be scored. */
static const char judging_3[] =
    "CREATE TABLE judge_run ("
    "  id      INTEGER PRIMARY KEY,"
    "  as_of   TEXT NOT NULL,"
    "  ran_at  INTEGER NOT NULL,"
    "  imports INTEGER NOT NULL," /* last import seen */
    "  changes INTEGER NOT NULL," /* last change of records seen */
    "  who     TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE verdict ("
    "  id           INTEGER PRIMARY KEY,"
    "  promise      INTEGER NOT NULL,"
    "  window_start TEXT NOT NULL,"
    "  window_end   TEXT NOT NULL,"
    "  verdict      TEXT NOT NULL," /* kept, partly, broken, excused, not_measured */
    "  cause        TEXT,"
    "  remedy       TEXT,"
    "  judged       TEXT NOT NULL," /* counted, done, said */
    "  measure      TEXT,"
    "  good         INTEGER NOT NULL,"
    "  bad          INTEGER NOT NULL,"
    "  excused      INTEGER NOT NULL,"
    "  unknown      INTEGER NOT NULL,"
    "  open         INTEGER NOT NULL,"
    "  figure       REAL,"
    "  allowed      INTEGER,"
    "  fixed        INTEGER NOT NULL," /* 1: a fixed count was allowed */
    "  target       INTEGER,"          /* millionths: share, or of target_value */
    "  at_most      INTEGER NOT NULL," /* 1: the figure was not to pass the target */
    "  exempted     INTEGER NOT NULL,"
    "  partly_from  INTEGER NOT NULL," /* millionths */
    "  min_coverage INTEGER NOT NULL,"
    "  terms        INTEGER NOT NULL," /* which version of its terms: 1, 2, ... */
    "  as_of        TEXT NOT NULL,"
    "  run          INTEGER NOT NULL REFERENCES judge_run (id),"
    "  replaced     INTEGER REFERENCES judge_run (id)" /* NULL: it stands */
    ") STRICT;"
    "CREATE UNIQUE INDEX verdict_stands ON verdict (promise, window_start, window_end)"
    "  WHERE replaced IS NULL;"
    "CREATE INDEX verdict_by_promise ON verdict (promise, window_end, id);"
    "CREATE VIEW verdict_now AS SELECT * FROM verdict WHERE replaced IS NULL;"

    "CREATE TABLE outlook ("
    "  promise      INTEGER PRIMARY KEY,"
    "  window_start TEXT NOT NULL,"
    "  window_end   TEXT NOT NULL,"
    "  outlook      TEXT NOT NULL," /* on_track, at_risk, broken, not_measured */
    "  cause        TEXT,"
    "  remedy       TEXT,"
    "  judged       TEXT NOT NULL,"
    "  measure      TEXT,"
    "  good         INTEGER NOT NULL,"
    "  bad          INTEGER NOT NULL,"
    "  excused      INTEGER NOT NULL,"
    "  unknown      INTEGER NOT NULL,"
    "  open         INTEGER NOT NULL,"
    "  overdue      INTEGER NOT NULL," /* of bad: not done to this day */
    "  figure       REAL,"
    "  allowed      INTEGER," /* at the volume expected */
    "  volume       REAL,"    /* cases expected by the end */
    "  p_missed     REAL,"    /* 0 to 1; NULL: not to be had */
    "  p_low        REAL,"
    "  p_high       REAL,"
    "  tripwire     TEXT," /* warn, act */
    "  alarm        TEXT," /* what the order of failures says */
    "  as_of        TEXT NOT NULL,"
    "  run          INTEGER NOT NULL REFERENCES judge_run (id)"
    ") STRICT;"

    "CREATE TABLE prediction ("
    "  promise      INTEGER NOT NULL,"
    "  window_start TEXT NOT NULL,"
    "  window_end   TEXT NOT NULL,"
    "  day          TEXT NOT NULL,"
    "  p            REAL NOT NULL,"
    "  p_low        REAL NOT NULL,"
    "  p_high       REAL NOT NULL,"
    "  run          INTEGER NOT NULL REFERENCES judge_run (id),"
    "  PRIMARY KEY (promise, window_start, window_end, day)"
    ") STRICT, WITHOUT ROWID;"

    /* Cases that are open and due soon, or overdue, as of the last run: the week's work. */
    "CREATE TABLE open_case ("
    "  promise  INTEGER NOT NULL,"
    "  customer INTEGER," /* record; NULL: none */
    "  about    TEXT,"
    "  due_on   TEXT NOT NULL,"
    "  overdue  INTEGER NOT NULL,"
    "  what     TEXT,"
    "  run      INTEGER NOT NULL REFERENCES judge_run (id)"
    ") STRICT;"
    "CREATE INDEX open_case_by_promise ON open_case (promise, due_on);";

kept_status kept_ledger__make_form_1(kept_ledger *ledger, kept_err *err)
{
    return kept_ledger_run(ledger, schema_1, err);
}

kept_status kept_ledger__make_form_2(kept_ledger *ledger, kept_err *err)
{
    KEPT_TRY(kept_ledger_run(ledger, records_2, err));
    return kept_ledger_run(ledger, measures_2, err);
}

kept_status kept_ledger__make_form_3(kept_ledger *ledger, kept_err *err)
{
    return kept_ledger_run(ledger, judging_3, err);
}
