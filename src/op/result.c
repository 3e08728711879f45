#include "op/result.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "store/scope.h"

void kept_result_init(kept_result *result, kept_arena *arena)
{
    *result = (kept_result){.arena = arena, .currency = ""};
}

/* --- Names --- */

int kept_field_index(const kept_field *fields, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(fields[i].name, name) == 0)
            return (int)i;
    return -1;
}

bool kept_result_name_is_free(const kept_result *result, const char *name)
{
    static const char *const reserved[] = {"title", "notes",  "charts",
                                           "more",  "answer", "document"};
    for (size_t i = 0; i < KEPT_N(reserved); i++)
        if (strcmp(reserved[i], name) == 0)
            return false;
    for (size_t i = 0; i < result->n_tables; i++)
        if (strcmp(result->tables[i].def->name, name) == 0)
            return false;
    for (size_t i = 0; i < result->n_groups; i++) {
        const kept_group_def *def = result->groups[i].def;
        bool taken = def->name[0] ? strcmp(def->name, name) == 0
                                  : kept_field_index(def->fields, def->n_fields, name) >= 0;
        if (taken)
            return false;
    }
    return true;
}

static bool group_fits(const kept_result *result, const kept_group_def *def)
{
    if (def->name[0])
        return kept_result_name_is_free(result, def->name);
    for (size_t i = 0; i < def->n_fields; i++)
        if (!kept_result_name_is_free(result, def->fields[i].name))
            return false;
    return true;
}

const kept_table *kept_result_find_table(const kept_result *result, const char *name)
{
    for (size_t i = 0; i < result->n_tables; i++)
        if (strcmp(result->tables[i].def->name, name) == 0)
            return &result->tables[i];
    return NULL;
}

const kept_group *kept_result_find_group(const kept_result *result, const char *name)
{
    for (size_t i = 0; i < result->n_groups; i++)
        if (strcmp(result->groups[i].def->name, name) == 0)
            return &result->groups[i];
    return NULL;
}

/* --- Groups and tables --- */

/* Both arrays are made at full length once, so that pointers into them stay valid. */
kept_group *kept_result_group(kept_result *result, const kept_group_def *def)
{
    assert(def->n_fields <= KEPT_RESULT_FIELDS);
    assert(group_fits(result, def));
    assert(result->n_groups < KEPT_RESULT_PARTS);
    if (!result->groups)
        result->groups = KEPT_NEW_N(result->arena, kept_group, KEPT_RESULT_PARTS);
    kept_cell *cells = KEPT_NEW_N(result->arena, kept_cell, def->n_fields);
    if (!result->groups || !cells) {
        result->failed = true;
        result->spare_group = (kept_group){def, result->spare_cells};
        return &result->spare_group;
    }
    kept_group *group = &result->groups[result->n_groups++];
    *group = (kept_group){def, cells};
    return group;
}

kept_table *kept_result_table(kept_result *result, const kept_table_def *def)
{
    assert(def->n_fields <= KEPT_RESULT_FIELDS);
    assert(kept_result_name_is_free(result, def->name));
    assert(result->n_tables < KEPT_RESULT_PARTS);
    if (!result->tables)
        result->tables = KEPT_NEW_N(result->arena, kept_table, KEPT_RESULT_PARTS);
    if (!result->tables) {
        result->failed = true;
        result->spare_table = (kept_table){.def = def};
        return &result->spare_table;
    }
    kept_table *table = &result->tables[result->n_tables++];
    *table = (kept_table){.def = def};
    return table;
}

static bool grow(kept_result *result, kept_table *table)
{
    size_t cap = table->cap_rows ? table->cap_rows * 2 : 16;
    size_t n_fields = table->def->n_fields;
    if (cap > SIZE_MAX / sizeof(kept_cell) / (n_fields ? n_fields : 1))
        return false;
    kept_cell *cells = KEPT_NEW_N(result->arena, kept_cell, cap * n_fields);
    if (!cells)
        return false;
    if (table->n_rows)
        memcpy(cells, table->cells, table->n_rows * n_fields * sizeof *cells);
    table->cells = cells;
    table->cap_rows = cap;
    return true;
}

kept_cell *kept_table_row(kept_result *result, kept_table *table)
{
    bool full = table->n_rows == table->cap_rows;
    if (result->failed || (full && !grow(result, table))) {
        result->failed = true;
        memset(result->spare_cells, 0, sizeof result->spare_cells);
        return result->spare_cells;
    }
    return table->cells + table->n_rows++ * table->def->n_fields;
}

void kept_result_note(kept_result *result, kept_note_kind kind, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    kept_note *notes = KEPT_NEW_N(result->arena, kept_note, result->n_notes + 1);
    char *text = len < 0 ? NULL : KEPT_NEW_N(result->arena, char, (size_t)len + 1);
    if (notes && text) {
        vsnprintf(text, (size_t)len + 1, fmt, again);
        if (result->n_notes)
            memcpy(notes, result->notes, result->n_notes * sizeof *notes);
        notes[result->n_notes++] = (kept_note){kind, text};
        result->notes = notes;
    } else {
        result->failed = true;
    }
    va_end(again);
}

/* True when the columns a chart draws exist. Only asserts call it. */
static bool chart_fits(const kept_result *result, const kept_chart *chart)
{
    const kept_table *table = kept_result_find_table(result, chart->table);
    if (!table)
        return result->failed;
    const char *columns[] = {chart->x,    chart->y[0],  chart->y[1], chart->y[2],
                             chart->y[3], chart->value, chart->low,  chart->high};
    for (size_t i = 0; i < KEPT_N(columns); i++)
        if (columns[i] &&
            kept_field_index(table->def->fields, table->def->n_fields, columns[i]) < 0)
            return false;
    return chart->x && chart->y[0];
}

void kept_result_chart(kept_result *result, const kept_chart *chart)
{
    assert(chart_fits(result, chart));
    kept_chart *charts = KEPT_NEW_N(result->arena, kept_chart, result->n_charts + 1);
    if (!charts) {
        result->failed = true;
        return;
    }
    if (result->n_charts)
        memcpy(charts, result->charts, result->n_charts * sizeof *charts);
    charts[result->n_charts++] = *chart;
    result->charts = charts;
}

/* --- Cells --- */

static bool is_real(kept_type type)
{
    return type == KEPT_REAL || type == KEPT_SHARE;
}

static kept_cell *group_cell(kept_group *group, const char *field, kept_type *ret_type)
{
    int i = kept_field_index(group->def->fields, group->def->n_fields, field);
    assert(i >= 0);
    *ret_type = group->def->fields[i].type;
    return &group->cells[i];
}

void kept_group_text(kept_result *result, kept_group *group, const char *field, const char *text)
{
    kept_type type;
    kept_cell *cell = group_cell(group, field, &type);
    assert(type == KEPT_TEXT);
    *cell = kept_cell_text(result, text);
}

void kept_group_int(kept_result *result, kept_group *group, const char *field, int64_t value)
{
    (void)result;
    kept_type type;
    kept_cell *cell = group_cell(group, field, &type);
    assert(type != KEPT_TEXT && !is_real(type));
    *cell = kept_cell_int(value);
}

void kept_group_real(kept_result *result, kept_group *group, const char *field, double value)
{
    (void)result;
    kept_type type;
    kept_cell *cell = group_cell(group, field, &type);
    assert(is_real(type));
    *cell = kept_cell_real(value);
}

kept_cell kept_cell_text(kept_result *result, const char *text)
{
    char *copy = kept_arena_strdup(result->arena, text);
    if (text && !copy)
        result->failed = true;
    return (kept_cell){.known = copy != NULL, .v.text = copy};
}

kept_cell kept_cell_int(int64_t value)
{
    return (kept_cell){.known = true, .v.i = value};
}

kept_cell kept_cell_day(int32_t day)
{
    return day == KEPT_NO_DAY ? kept_cell_empty() : kept_cell_int(day);
}

kept_cell kept_cell_real(double value)
{
    return (kept_cell){.known = !isnan(value), .v.real = value};
}

kept_cell kept_cell_empty(void)
{
    return (kept_cell){.known = false};
}
