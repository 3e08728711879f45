#include "catalogue/names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* Words that DuckDB 1.4 or SQLite 3.40 refuses, unquoted, as the name of a column or table, found
 * by trying each of their keywords as both; oid and rowid because SQLite gives them a meaning of
 * its own. Sorted. */
static const char *const reserved[] = {
    "add",           "all",          "alter",        "analyse",    "analyze",
    "and",           "anti",         "any",          "array",      "as",
    "asc",           "asof",         "asymmetric",   "at",         "authorization",
    "autoincrement", "between",      "binary",       "both",       "by",
    "case",          "cast",         "check",        "collate",    "collation",
    "column",        "commit",       "concurrently", "constraint", "create",
    "cross",         "default",      "deferrable",   "delete",     "desc",
    "describe",      "distinct",     "do",           "drop",       "else",
    "end",           "escape",       "except",       "exists",     "false",
    "fetch",         "for",          "foreign",      "freeze",     "from",
    "full",          "glob",         "group",        "having",     "if",
    "ilike",         "in",           "index",        "initially",  "inner",
    "insert",        "intersect",    "into",         "is",         "isnull",
    "join",          "lambda",       "lateral",      "leading",    "left",
    "like",          "limit",        "natural",      "not",        "nothing",
    "notnull",       "null",         "offset",       "oid",        "on",
    "only",          "or",           "order",        "outer",      "overlaps",
    "pivot",         "pivot_longer", "pivot_wider",  "placing",    "positional",
    "primary",       "qualify",      "raise",        "references", "returning",
    "right",         "rowid",        "select",       "semi",       "set",
    "show",          "similar",      "some",         "summarize",  "symmetric",
    "table",         "tablesample",  "then",         "to",         "trailing",
    "transaction",   "true",         "union",        "unique",     "unpack",
    "unpivot",       "update",       "using",        "values",     "variadic",
    "verbose",       "when",         "where",        "window",     "with",
};

static int compare(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

static bool among(const char *name, const char *const *sorted, size_t n)
{
    return bsearch(name, sorted, n, sizeof *sorted, compare);
}

static bool is_reserved(const char *name)
{
    return among(name, reserved, KEPT_N(reserved));
}

const char *kept_name_fault(const char *name)
{
    size_t len = strlen(name);
    if (len == 0 || len > KEPT_NAME_MAX_LEN)
        return "is not a name: a name has 1 to 48 letters.";
    if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != len || name[0] < 'a')
        return "is not a name: use small letters a to z, digits and _, and begin with a letter.";
    if (is_reserved(name))
        return "is a word of SQL; choose another name.";
    return NULL;
}

const char *kept_column_name_fault(const char *name)
{
    size_t len = strlen(name);
    if (strcmp(name, "row") == 0 || strcmp(name, "import") == 0 || strncmp(name, "kept_", 5) == 0)
        return "is a name that Kept uses itself; choose another name.";
    if (len >= 6 && strcmp(name + len - 6, "_clock") == 0)
        return "ends in _clock, which Kept uses for the time of day of a date; choose another "
               "name.";
    return kept_name_fault(name);
}

/* Tables and views of the ledger (src/store/ledger), and what measures call the firm. */
static const char *const ledger_tables[] = {
    "change_log",
    "customer_id",
    "customer_joined",
    "declaration",
    "document_version",
    "external_id",
    "external_ids",
    "fact_file",
    "firm",
    "import",
    "import_in_words",
    "measure_definition",
    "measure_now",
    "measure_run",
    "measure_series",
    "measure_value",
    "other",
    "pack",
    "profile",
    "search",
    "search_config",
    "search_content",
    "search_data",
    "search_docsize",
    "search_field",
    "search_idx",
    "setting",
    "warning_limit",
    "warning_state",
};

/* Columns of every table of records, names that the change log uses, and the options that every
 * command has (src/op/globals.c) or those of records have (src/general/record_params.c): fields are
 * options of their kind's commands. */
static const char *const record_columns[] = {
    "archived",   "archived_at", "as_of",       "changed_at",   "changed_by", "clear",   "csv",
    "descending", "dry_run",     "external_id", "external_ids", "help",       "html",    "id",
    "json",       "known_at",    "made_at",     "made_by",      "other",      "output",  "quiet",
    "raw",        "revision",    "seed",        "state",        "threads",    "version", "why",
    "without",    "workspace",   "xlsx",
};

const char *kept_record_kind_name_fault(const char *name)
{
    static const char words[] = "_in_words";
    size_t len = strlen(name), words_len = sizeof words - 1;
    if (among(name, ledger_tables, KEPT_N(ledger_tables)) || strncmp(name, "sqlite_", 7) == 0 ||
        strncmp(name, "kept_", 5) == 0)
        return "is a name that Kept uses itself; choose another name.";
    if (strstr(name, "__") || name[len - 1] == '_')
        return "has two _ in a row or one at its end, which Kept uses for tables of references; "
               "choose another name.";
    if (len > words_len && strcmp(name + len - words_len, words) == 0)
        return "ends in _in_words, which Kept uses for views; choose another name.";
    return NULL;
}

const char *kept_record_field_name_fault(const char *name)
{
    if (among(name, record_columns, KEPT_N(record_columns)))
        return "is a name that Kept uses itself; choose another name.";
    return NULL;
}
