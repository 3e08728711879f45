/* What a document says: its sections as groups and tables of a result. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "base/text.h"
#include "general/document_ops.h"
#include "store/records/rule.h"
#include "store/store.h"

enum { ROWS_MOST = 10000 };

/* "Who they are" becomes who_they_are; taken: names that are used already. */
static char *slug(kept_arena *arena, const char *title)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (const char *c = title; *c; c++) {
        if (isalnum((unsigned char)*c))
            kept_buf_add_char(&out, (char)tolower((unsigned char)*c));
        else if (out.len && out.data[out.len - 1] != '_')
            kept_buf_add_char(&out, '_');
    }
    while (out.len && out.data[out.len - 1] == '_')
        out.data[--out.len] = '\0';
    if (!out.len || isdigit((unsigned char)out.data[0]))
        return kept_arena_printf(arena, "part_%s", kept_buf_text(&out));
    return kept_arena_strdup(arena, kept_buf_text(&out));
}

/* Names at the top level of the JSON are taken once. */
static char *free_name(const kept_result *result, kept_arena *arena, const char *title)
{
    char *base = slug(arena, title), *name = base;
    for (size_t i = 2; name && i < 1000; i++) {
        /* The currency of a result stands there too. */
        if (kept_result_name_is_free(result, name) && strcmp(name, "currency") != 0)
            return name;
        name = kept_arena_printf(arena, "%s_%zu", base, i);
    }
    return name;
}

static bool read_day(const kept_rule_cell *cell, kept_day *ret_day)
{
    return cell->type == KEPT_RULE_TEXT &&
           kept_day_read_iso(cell->text, strlen(cell->text), ret_day);
}

/* A column is of the one type that its cells have; a mixture is text. */
static kept_type column_type(const kept_rule_rows *rows, size_t column)
{
    bool integer = true, real = true, day = true, any = false;
    kept_day unused;
    for (size_t i = 0; i < rows->n; i++) {
        const kept_rule_cell *cell = &rows->cells[i * rows->n_columns + column];
        kept_rule_type type = cell->type;
        any = any || type != KEPT_RULE_NULL;
        day = day && (type == KEPT_RULE_NULL || read_day(cell, &unused));
        integer = integer && (type == KEPT_RULE_INT || type == KEPT_RULE_NULL);
        real = real && type != KEPT_RULE_TEXT;
    }
    if (!any || day)
        return any ? KEPT_DATE : KEPT_TEXT;
    return !real ? KEPT_TEXT : integer ? KEPT_COUNT : KEPT_REAL;
}

static kept_status make_fields(const kept_rule_rows *rows, kept_arena *arena,
                               kept_field **ret_fields, kept_err *err)
{
    kept_field *fields = KEPT_NEW_N(arena, kept_field, rows->n_columns);
    if (!fields)
        return kept_nomem(err);
    for (size_t c = 0; c < rows->n_columns; c++) {
        char *name = slug(arena, rows->columns[c]);
        for (size_t k = 0; name && k < c; k++)
            if (strcmp(fields[k].name, name) == 0)
                name = kept_arena_printf(arena, "%s_%zu", name, c + 1);
        if (!name)
            return kept_nomem(err);
        fields[c] =
            (kept_field){.name = name, .title = rows->columns[c], .type = column_type(rows, c)};
    }
    *ret_fields = fields;
    return KEPT_OK;
}

static kept_cell make_cell(kept_result *result, kept_type type, const kept_rule_cell *cell)
{
    if (cell->type == KEPT_RULE_NULL)
        return kept_cell_empty();
    if (type == KEPT_COUNT)
        return kept_cell_int(cell->i);
    if (type == KEPT_REAL)
        return kept_cell_real(cell->real);
    kept_day day;
    if (type == KEPT_DATE && read_day(cell, &day))
        return kept_cell_day(day);
    if (cell->type == KEPT_RULE_TEXT)
        return kept_cell_text(result, cell->text);
    const char *text = cell->type == KEPT_RULE_INT
                           ? kept_arena_printf(result->arena, "%" PRId64, cell->i)
                           : kept_arena_printf(result->arena, "%.15g", cell->real);
    return kept_cell_text(result, text);
}

static kept_status add_table(const kept_section *section, const kept_rule_rows *rows,
                             const kept_field *fields, kept_result *result, kept_err *err)
{
    kept_table_def *def = KEPT_NEW(result->arena, kept_table_def);
    if (!def)
        return kept_nomem(err);
    *def = (kept_table_def){free_name(result, result->arena, section->title), section->title,
                            fields, rows->n_columns, section->empty};
    if (!def->name)
        return kept_nomem(err);
    kept_table *table = kept_result_table(result, def);
    size_t n = section->limit && section->limit < rows->n ? section->limit : rows->n;
    table->more = rows->n - n;
    for (size_t i = 0; i < n; i++) {
        kept_cell *row = kept_table_row(result, table);
        for (size_t c = 0; c < rows->n_columns; c++)
            row[c] = make_cell(result, fields[c].type, &rows->cells[i * rows->n_columns + c]);
    }
    return KEPT_OK;
}

/* One row as lines of its own: a fact and its value. Sections keep their order so, where a group
 * would stand before all tables. */
static kept_status add_lines(const kept_section *section, const kept_rule_rows *rows,
                             const kept_field *fields, kept_result *result, kept_err *err)
{
    static const kept_field line_fields[] = {
        {.name = "what", .type = KEPT_TEXT, .title = "What"},
        {.name = "value", .type = KEPT_TEXT, .title = "Value"},
    };
    kept_table_def *def = KEPT_NEW(result->arena, kept_table_def);
    if (!def)
        return kept_nomem(err);
    *def = (kept_table_def){free_name(result, result->arena, section->title), section->title,
                            line_fields, KEPT_N(line_fields), section->empty};
    if (!def->name)
        return kept_nomem(err);
    kept_table *table = kept_result_table(result, def);
    for (size_t c = 0; c < rows->n_columns; c++) {
        if (rows->cells[c].type == KEPT_RULE_NULL)
            continue;
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, fields[c].title);
        row[1] = make_cell(result, KEPT_TEXT, &rows->cells[c]);
    }
    return KEPT_OK;
}

static kept_status add_facts(const kept_section *section, const kept_rule_rows *rows,
                             kept_field *fields, kept_result *result, kept_err *err)
{
    kept_group_def *def = KEPT_NEW(result->arena, kept_group_def);
    if (!def)
        return kept_nomem(err);
    *def = (kept_group_def){free_name(result, result->arena, section->title), section->title,
                            fields, rows->n_columns};
    if (!def->name)
        return kept_nomem(err);
    for (size_t c = 0; c < rows->n_columns; c++)
        fields[c].detail = true; /* what is empty takes no line */
    kept_group *group = kept_result_group(result, def);
    for (size_t c = 0; c < rows->n_columns; c++)
        group->cells[c] = make_cell(result, fields[c].type, &rows->cells[c]);
    return KEPT_OK;
}

static kept_status add_section(kept_ctx *ctx, kept_store *store, const kept_document *document,
                               const kept_section *section, kept_ref subject, kept_result *result,
                               kept_err *err)
{
    const kept_rule_param params[] = {
        {"subject", {.type = KEPT_RULE_INT, .i = subject.id, .real = (double)subject.id}}};
    kept_rule_rows rows;
    kept_field *fields = NULL;
    KEPT_TRY(kept_rule_run(store, &ctx->scope, section->sql, document->source, params,
                           subject.kind ? KEPT_N(params) : 0, ROWS_MOST, ctx->arena, &rows, err));
    if (rows.n_columns > KEPT_RESULT_FIELDS)
        return kept_fail(err, KEPT_EINPUT, "%s: The section \"%s\" has more than %d columns.",
                         document->source, section->title, (int)KEPT_RESULT_FIELDS);
    KEPT_TRY(make_fields(&rows, ctx->arena, &fields, err));
    if (section->form == KEPT_SECTION_FACTS && rows.n > 0)
        return result->n_tables == 0 ? add_facts(section, &rows, fields, result, err)
                                     : add_lines(section, &rows, fields, result, err);
    return add_table(section, &rows, fields, result, err);
}

kept_status kept_document_subject(kept_ctx *ctx, kept_store *store, const kept_document *document,
                                  const char *words, kept_ref *ret_subject, kept_err *err)
{
    *ret_subject = (kept_ref){NULL, 0};
    if (!document->about && words)
        return kept_fail(err, KEPT_EARG, "The document \"%s\" is about the firm; it takes no id.",
                         document->name);
    if (!document->about)
        return KEPT_OK;
    if (!words)
        return kept_fail(err, KEPT_EARG, "The document \"%s\" is about one %s; name it.",
                         document->name, document->about->name);
    const kept_record_kind *kind =
        kept_catalogue_record(kept_store_catalogue(store), document->about->name);
    return kept_record_find(store, &ctx->scope, &kind, 1, words, ret_subject, err);
}

kept_status kept_document_fill(kept_ctx *ctx, kept_store *store, const kept_document *document,
                               kept_ref subject, kept_result *result, kept_err *err)
{
    const char *label = kept_store_name(store);
    if (subject.kind)
        KEPT_TRY(kept_record_labels(store, &ctx->scope, &subject, 1, ctx->arena, &label, err));
    result->currency = kept_store_currency(store);
    result->title = kept_arena_printf(ctx->arena, "%s: %s", document->title, label);
    for (size_t i = 0; i < document->n_sections; i++)
        KEPT_TRY(add_section(ctx, store, document, &document->sections[i], subject, result, err));
    return KEPT_OK;
}
