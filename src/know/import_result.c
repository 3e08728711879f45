#include "know/import_result.h"

#include "base/array.h"

static const kept_field fields[] = {
    {.name = "import",
     .title = "Import",
     .type = KEPT_INTEGER,
     .help = "number of the import, for facts show and undo; empty for a dry run"},
    {.name = "kind", .title = "Kind", .type = KEPT_TEXT},
    {.name = "files", .title = "Files", .type = KEPT_TEXT},
    {.name = "imported_at", .title = "Imported at", .type = KEPT_TIME},
    {.name = "undone_at", .title = "Undone at", .type = KEPT_TIME, .detail = true},
    {.name = "by", .title = "By", .type = KEPT_TEXT},
    {.name = "map", .title = "Mapping", .type = KEPT_TEXT},
    {.name = "profile", .title = "Profile", .type = KEPT_TEXT, .detail = true},
    {.name = "read",
     .title = "Rows read",
     .type = KEPT_COUNT,
     .help = "read = taken + superseded + unchanged + set_aside"},
    {.name = "taken", .title = "New", .type = KEPT_COUNT},
    {.name = "superseded",
     .title = "Changed",
     .type = KEPT_COUNT,
     .help = "rows whose key was known with other values: the earlier row is superseded"},
    {.name = "unchanged", .title = "Unchanged", .type = KEPT_COUNT},
    {.name = "set_aside",
     .title = "Set aside",
     .type = KEPT_COUNT,
     .help = "rows that cannot be read, in the rejects file"},
    {.name = "no_key",
     .title = "New, without a key",
     .type = KEPT_COUNT,
     .detail = true,
     .help = "rows that nothing identifies: a later import cannot recognise them"},
    {.name = "equal",
     .title = "of these equal to another",
     .type = KEPT_COUNT,
     .detail = true,
     .help = "equal in every column to an earlier row without a key; kept all the same"},
    {.name = "negative",
     .title = "Returns and cancellations",
     .type = KEPT_COUNT,
     .detail = true,
     .help = "rows with a negative amount; netted when the orders are read"},
    {.name = "new_customers", .title = "New customers", .type = KEPT_COUNT, .detail = true},
    {.name = "first_day", .title = "First day", .type = KEPT_DATE, .detail = true},
    {.name = "last_day", .title = "Last day", .type = KEPT_DATE, .detail = true},
    {.name = "rejects_file", .title = "Rejects file", .type = KEPT_TEXT, .detail = true},
};

const kept_group_def kept_import_group = {"", "Import", fields, KEPT_N(fields)};

static void set_time(kept_result *result, kept_group *g, const char *field, int64_t micros)
{
    if (micros)
        kept_group_int(result, g, field, micros);
}

static void set_day(kept_result *result, kept_group *g, const char *field, int32_t day)
{
    if (day != KEPT_NO_DAY)
        kept_group_int(result, g, field, day);
}

void kept_import_show(kept_result *result, const kept_import *import)
{
    kept_group *g = kept_result_group(result, &kept_import_group);
    if (import->id)
        kept_group_int(result, g, "import", import->id);
    kept_group_text(result, g, "kind", import->kind);
    kept_group_text(result, g, "files", import->files);
    set_time(result, g, "imported_at", import->imported_at);
    set_time(result, g, "undone_at", import->undone_at);
    kept_group_text(result, g, "by", import->who);
    kept_group_text(result, g, "map", import->mapping);
    kept_group_text(result, g, "profile", import->profile);
    kept_group_int(result, g, "read", import->read);
    kept_group_int(result, g, "taken", import->taken);
    kept_group_int(result, g, "superseded", import->superseded);
    kept_group_int(result, g, "unchanged", import->unchanged);
    kept_group_int(result, g, "set_aside", import->set_aside);
    if (!import->records) {
        kept_group_int(result, g, "no_key", import->no_key);
        kept_group_int(result, g, "equal", import->equal);
        kept_group_int(result, g, "negative", import->negative);
        kept_group_int(result, g, "new_customers", import->new_customers);
    }
    set_day(result, g, "first_day", import->first_day);
    set_day(result, g, "last_day", import->last_day);
    kept_group_text(result, g, "rejects_file", import->rejects_path);
}
