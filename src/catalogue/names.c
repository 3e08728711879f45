#include "catalogue/names.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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

static bool is_reserved(const char *name)
{
    return bsearch(name, reserved, sizeof reserved / sizeof *reserved, sizeof *reserved, compare);
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
