/* What a rule may do and see. Everything that is not listed here is refused. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "catalogue/catalogue.h"
#include "catalogue/names.h"
#include "store/records/rule_int.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { STEPS_BETWEEN = 1000 }; /* how often SQLite asks whether to go on */

/* Tables and views beside those of record kinds. */
static const char *const tables[] = {
    "measure_definition", "measure_run", "measure_value", "measure_now",
    "measure_series",     "external_id", "change_log",    "verdict",
    "verdict_now",        "outlook",     "prediction",    "open_case"};

/* Of the log: that something changed, not what was said; who changed it is nobody's league table.
 */
static const char *const log_columns[] = {"seq", "at", "kind", "record", "action", "ROWID", ""};

/* Functions that give the same for the same rows, reach nothing outside and make no large values.
 */
static const char *const functions[] = {
    "abs",       "avg",     "ceil",         "ceiling",    "char",   "coalesce",    "count",
    "cume_dist", "date",    "datetime",     "dense_rank", "exp",    "first_value", "floor",
    "format",    "glob",    "group_concat", "hex",        "ifnull", "iif",         "instr",
    "julianday", "lag",     "last_value",   "lead",       "length", "like",        "ln",
    "log",       "lower",   "ltrim",        "max",        "min",    "mod",         "nth_value",
    "ntile",     "nullif",  "percent_rank", "pow",        "power",  "printf",      "quote",
    "rank",      "replace", "round",        "row_number", "rtrim",  "sign",        "sqrt",
    "strftime",  "substr",  "substring",    "sum",        "time",   "total",       "trim",
    "typeof",    "unicode", "unixepoch",    "upper",
};

static bool in_list(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (kept_text_equal_nocase(name, list[i]))
            return true;
    return false;
}

/* The kind of a table KIND__FIELD or a view KIND_in_words: what stands before `tail`. */
static const kept_record_kind *kind_before(const kept_catalogue *catalogue, const char *table,
                                           const char *tail)
{
    char name[KEPT_NAME_MAX_LEN + 1];
    size_t len = (size_t)(tail - table);
    if (len >= sizeof name)
        return NULL;
    memcpy(name, table, len);
    name[len] = '\0';
    return kept_catalogue_record(catalogue, name);
}

bool kept_rule__is_open(const kept_catalogue *catalogue, const char *table)
{
    static const char in_words[] = "_in_words";
    if (in_list(table, tables, COUNT(tables)) || kept_catalogue_record(catalogue, table))
        return true;
    const char *link = strstr(table, "__");
    if (link) {
        const kept_record_kind *kind = kind_before(catalogue, table, link);
        const kept_record_field *field = kind ? kept_record_field_find(kind, link + 2) : NULL;
        return field && field->type == KEPT_RECORD_REFS;
    }
    size_t len = strlen(table), tail = sizeof in_words - 1;
    return len > tail && strcmp(table + len - tail, in_words) == 0 &&
           kind_before(catalogue, table, table + len - tail);
}

/* --- SQLite's questions --- */

static int refuse(kept_rule_guard *guard, const char *what, const char *name, const char *rest)
{
    if (!guard->why[0])
        snprintf(guard->why, sizeof guard->why, "%s%s%.*s%s%s", what, name[0] ? " \"" : "",
                 KEPT_SHOWN(name, 80), name[0] ? "\"" : "", rest);
    return SQLITE_DENY;
}

static int refuse_table(kept_rule_guard *guard, const char *table)
{
    return refuse(guard, "it asks for the table", table,
                  ", which is not for rules: they see records, links between them, measure_now and "
                  "measure_series");
}

static int note_name(kept_rule_guard *guard, const char *name)
{
    size_t len = strlen(name);
    if (guard->n_names == KEPT_RULE_NAMES || len >= KEPT_RULE_NAME_ROOM)
        return refuse_table(guard, name);
    memcpy(guard->names[guard->n_names++], name, len + 1);
    return SQLITE_OK;
}

static int may_read(kept_rule_guard *guard, const char *table, const char *column, const char *db)
{
    if (guard->hidden && kept_text_starts(table, guard->hidden))
        return SQLITE_OK; /* the customers in sight, asked for by our own views */
    if (!kept_rule__is_open(guard->catalogue, table))
        return column[0] || db[0] ? refuse_table(guard, table) : note_name(guard, table);
    if (guard->hidden && strcmp(db, "main") == 0)
        return refuse(guard, "it asks for", table, " beyond what the asker may see");
    if (strcmp(table, "change_log") == 0 && !in_list(column, log_columns, COUNT(log_columns)))
        return refuse(guard, "it asks for the column", column,
                      " of change_log; rules see " KEPT_RULE_LOG_COLUMNS);
    return SQLITE_OK;
}

static const char *verb(int action)
{
    switch (action) {
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        return "it writes";
    case SQLITE_PRAGMA:
        return "it asks for the pragma";
    case SQLITE_ATTACH:
        return "it attaches another file";
    case SQLITE_DETACH:
        return "it detaches a file";
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return "it begins or ends a transaction";
    default:
        return "it changes what the ledger consists of";
    }
}

static int answer(void *asked, int action, const char *a, const char *b, const char *db,
                  const char *source)
{
    (void)source;
    kept_rule_guard *guard = asked;
    if (guard->looks_up)
        return SQLITE_OK;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_READ:
        return may_read(guard, a ? a : "", b ? b : "", db ? db : "");
    case SQLITE_FUNCTION:
        if (b && in_list(b, functions, COUNT(functions)))
            return SQLITE_OK;
        return refuse(guard, "it calls the function", b ? b : "", ", which is not for rules");
    case SQLITE_PRAGMA:
        return refuse(guard, verb(action), a ? a : "", "; a rule is one SELECT");
    default:
        return refuse(guard, verb(action), "", "; a rule is one SELECT and only reads");
    }
}

bool kept_rule__guard_names(sqlite3 *db, kept_rule_guard *guard)
{
    guard->looks_up = true;
    for (size_t i = 0; i < guard->n_names && !guard->why[0]; i++) {
        char *sql = sqlite3_mprintf("SELECT 1 FROM \"%w\"", guard->names[i]);
        sqlite3_stmt *stmt = NULL;
        if (!sql || sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK)
            refuse_table(guard, guard->names[i]);
        sqlite3_finalize(stmt);
        sqlite3_free(sql);
    }
    guard->looks_up = false;
    return !guard->why[0];
}

static int go_on(void *asked)
{
    kept_rule_guard *guard = asked;
    if (guard->cancel && *guard->cancel)
        guard->cancelled = true;
    else if (guard->steps_left < STEPS_BETWEEN)
        guard->spent = true;
    else
        guard->steps_left -= STEPS_BETWEEN;
    return guard->cancelled || guard->spent;
}

void kept_rule__guard_on(sqlite3 *db, kept_rule_guard *guard)
{
    sqlite3_set_authorizer(db, answer, guard);
    sqlite3_progress_handler(db, STEPS_BETWEEN, go_on, guard);
}

void kept_rule__guard_off(sqlite3 *db)
{
    sqlite3_set_authorizer(db, NULL, NULL);
    sqlite3_progress_handler(db, 0, NULL, NULL);
}
