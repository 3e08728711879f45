#include "op/import_tables.h"

#include "base/array.h"
#include "base/text.h"

static const kept_field mapping_fields[] = {
    {.name = "file", .type = KEPT_TEXT, .title = "File"},
    {.name = "column", .type = KEPT_TEXT, .title = "Fills"},
    {.name = "from",
     .type = KEPT_TEXT,
     .title = "From",
     .help = "column of the file, or the expression over its columns"},
    {.name = "how", .type = KEPT_TEXT, .title = "Found by"},
    {.name = "filled",
     .type = KEPT_SHARE,
     .title = "Filled",
     .help = "share of the rows looked at that are not empty"},
    {.name = "samples", .type = KEPT_TEXT, .title = "Samples"},
};
const kept_table_def kept_import_mapping_table = {"mapping", "Which column fills which",
                                                  mapping_fields, KEPT_N(mapping_fields), NULL};

static const kept_field reason_fields[] = {
    {.name = "rows", .type = KEPT_COUNT, .title = "Rows"},
    {.name = "reason", .type = KEPT_TEXT, .title = "Set aside because"},
};
const kept_table_def kept_import_reason_table = {"reasons", "Rows set aside, by reason",
                                                 reason_fields, KEPT_N(reason_fields), NULL};

static const kept_field reject_fields[] = {
    {.name = "file", .type = KEPT_TEXT, .title = "File"},
    {.name = "line", .type = KEPT_INTEGER, .title = "Line"},
    {.name = "column", .type = KEPT_TEXT, .title = "Column"},
    {.name = "value", .type = KEPT_TEXT, .title = "Value"},
    {.name = "reason", .type = KEPT_TEXT, .title = "Reason"},
};
const kept_table_def kept_import_reject_table = {"rejects", "First rows set aside", reject_fields,
                                                 KEPT_N(reject_fields), NULL};
enum { REJECTS_SHOWN = 10 };

static const kept_source_column *source_column(const kept_source *source, const kept_expr *expr)
{
    if (expr->op != KEPT_EXPR_COLUMN || expr->column >= source->n_columns)
        return NULL;
    return &source->columns[expr->column];
}

static const char *join_samples(kept_result *result, const kept_source_column *column)
{
    const char *text = NULL;
    for (size_t i = 0; i < KEPT_SAMPLES && column->samples[i]; i++) {
        const char *longer =
            text ? kept_arena_printf(result->arena, "%s, %s", text, column->samples[i])
                 : column->samples[i];
        text = longer ? longer : text;
    }
    return text;
}

void kept_import_show_mapping(kept_result *result, const kept_import_view *view)
{
    kept_table *table = kept_result_table(result, &kept_import_mapping_table);
    for (size_t s = 0; s < view->n_sources; s++) {
        const kept_source *source = view->sources[s];
        for (size_t i = 0; i < view->mappings[s]->n; i++) {
            const kept_mapped *m = &view->mappings[s]->mapped[i];
            const kept_source_column *from = source_column(source, m->expr);
            kept_cell *row = kept_table_row(result, table);
            row[0] = kept_cell_text(result, source->path);
            row[1] = kept_cell_text(result, m->column->name);
            row[2] = kept_cell_text(result, m->written);
            row[3] = kept_cell_text(result, m->guessed ? "guess" : "--map");
            if (from && source->looked_at)
                row[4] = kept_cell_real((double)from->filled / (double)source->looked_at);
            if (from)
                row[5] = kept_cell_text(result, join_samples(result, from));
        }
        for (size_t i = 0; i < view->mappings[s]->n_unused; i++) {
            if (kept_text_starts(view->mappings[s]->unused[i], "kept_"))
                continue; /* what a rejects file says about its rows */
            kept_cell *row = kept_table_row(result, table);
            row[0] = kept_cell_text(result, source->path);
            row[2] = kept_cell_text(result, view->mappings[s]->unused[i]);
            row[3] = kept_cell_text(result, "not used");
        }
    }
}

void kept_import_show_rejects(kept_result *result, const kept_staged *stage)
{
    if (stage->set_aside == 0)
        return;
    kept_table *reasons = kept_result_table(result, &kept_import_reason_table);
    for (size_t i = 0; i < stage->n_reasons; i++) {
        kept_cell *row = kept_table_row(result, reasons);
        row[0] = kept_cell_int((int64_t)stage->reasons[i].n);
        row[1] = kept_cell_text(result, stage->reasons[i].reason);
    }
    kept_table *rejects = kept_result_table(result, &kept_import_reject_table);
    for (size_t i = 0; i < stage->n_rejects && i < REJECTS_SHOWN; i++) {
        const kept_reject *r = &stage->rejects[i];
        kept_cell *row = kept_table_row(result, rejects);
        row[0] = kept_cell_text(result, r->path);
        row[1] = kept_cell_int((int64_t)r->line);
        row[2] = kept_cell_text(result, r->column);
        row[3] = kept_cell_text(result, r->value);
        row[4] = kept_cell_text(result, r->reason);
    }
    rejects->more = stage->set_aside - rejects->n_rows;
}
