/* How a record of a declared kind stands in a result. */
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "general/record_parts.h"

typedef enum part_kind {
    ID,
    STATE,
    FIELD,
    NAMES,
    REVISION,
    MADE_AT,
    MADE_BY,
    CHANGED_AT,
    CHANGED_BY,
    ARCHIVED_AT,
    ARCHIVED
} part_kind;

typedef struct kept_record_part {
    part_kind what;
    size_t field; /* FIELD, NAMES: of the kind */
} kept_record_part;

/* --- Columns --- */

static kept_type type_of(kept_record_type type)
{
    switch (type) {
    case KEPT_RECORD_FLAG:
        return KEPT_BOOL;
    case KEPT_RECORD_INTEGER:
        return KEPT_COUNT;
    case KEPT_RECORD_NUMBER:
        return KEPT_REAL;
    case KEPT_RECORD_SHARE:
        return KEPT_SHARE;
    case KEPT_RECORD_MONEY:
        return KEPT_MONEY;
    case KEPT_RECORD_DATE:
        return KEPT_DATE;
    default:
        return KEPT_TEXT;
    }
}

static bool refers(const kept_record_field *field)
{
    return field->type == KEPT_RECORD_REF || field->type == KEPT_RECORD_REFS;
}

/* In a list on a terminal there is room for the few fields that tell records apart: the one that
 * names it and those that the kind lists, else what it must have and whose it is. */
static bool matters(const kept_record_kind *kind, const kept_record_field *field)
{
    if (strcmp(field->name, kind->label) == 0)
        return true;
    for (size_t i = 0; i < kind->n_list; i++)
        if (strcmp(kind->list[i], field->name) == 0)
            return true;
    if (kind->n_list)
        return false;
    return field->type != KEPT_RECORD_PROSE &&
           (field->required || (kind->of && strcmp(kind->of, field->name) == 0));
}

typedef struct builder {
    kept_field *fields;
    kept_record_part *parts;
    size_t n;
} builder;

static void add(builder *b, kept_field field, part_kind what, size_t i)
{
    b->fields[b->n] = field;
    b->parts[b->n++] = (kept_record_part){what, i};
}

static bool add_field(builder *b, const kept_record_kind *kind, size_t i, bool table,
                      kept_arena *arena)
{
    const kept_record_field *f = &kind->fields[i];
    bool detail = table ? !matters(kind, f) || refers(f) : true;
    add(b,
        (kept_field){.name = f->name,
                     .title = f->title,
                     .type = type_of(f->type),
                     .unit = f->unit,
                     .help = f->help,
                     .detail = detail},
        FIELD, i);
    if (!refers(f))
        return true;
    const char *name = kept_arena_printf(arena, "%s_name", f->name);
    const char *title = table ? f->title : kept_arena_printf(arena, "%s: name", f->title);
    add(b,
        (kept_field){.name = name,
                     .title = title,
                     .type = KEPT_TEXT,
                     .detail = table ? !matters(kind, f) : true},
        NAMES, i);
    return name && title;
}

static bool build(const kept_record_kind *kind, bool table, kept_arena *arena, builder *b)
{
    size_t room = 2 * kind->n_fields + 8;
    *b = (builder){KEPT_NEW_N(arena, kept_field, room), KEPT_NEW_N(arena, kept_record_part, room),
                   0};
    if (!b->fields || !b->parts)
        return false;
    add(b, (kept_field){.name = "id", .title = "Id", .type = KEPT_TEXT}, ID, 0);
    for (size_t i = 0; i < kind->n_fields; i++)
        if (!add_field(b, kind, i, table, arena))
            return false;
    if (kind->n_states)
        add(b, (kept_field){.name = "state", .title = "State", .type = KEPT_TEXT}, STATE, 0);
    add(b,
        (kept_field){
            .name = "revision", .title = "Revision", .type = KEPT_INTEGER, .detail = table},
        REVISION, 0);
    add(b, (kept_field){.name = "made_at", .title = "Made", .type = KEPT_TIME, .detail = true},
        MADE_AT, 0);
    add(b, (kept_field){.name = "made_by", .title = "by", .type = KEPT_TEXT, .detail = true},
        MADE_BY, 0);
    add(b,
        (kept_field){
            .name = "changed_at", .title = "Last changed", .type = KEPT_TIME, .detail = true},
        CHANGED_AT, 0);
    add(b, (kept_field){.name = "changed_by", .title = "by", .type = KEPT_TEXT, .detail = true},
        CHANGED_BY, 0);
    add(b,
        (kept_field){.name = "archived_at", .title = "Archived", .type = KEPT_TIME, .detail = true},
        ARCHIVED_AT, 0);
    return true;
}

/* A sheet to be filled in and imported again: columns under the names of the fields, without units,
 * and the names of what they refer to only to be read. */
static bool build_sheet(const kept_record_kind *kind, kept_arena *arena, builder *b)
{
    size_t room = 2 * kind->n_fields + 8;
    *b = (builder){KEPT_NEW_N(arena, kept_field, room), KEPT_NEW_N(arena, kept_record_part, room),
                   0};
    if (!b->fields || !b->parts)
        return false;
    add(b, (kept_field){.name = "id", .type = KEPT_TEXT}, ID, 0);
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *f = &kind->fields[i];
        add(b, (kept_field){.name = f->name, .type = type_of(f->type), .help = f->help}, FIELD, i);
        if (!refers(f))
            continue;
        const char *name = kept_arena_printf(arena, "%s_name", f->name);
        if (!name)
            return false;
        if (!kept_record_field_find(kind, name))
            add(b, (kept_field){.name = name, .type = KEPT_TEXT}, NAMES, i);
    }
    if (kind->n_states)
        add(b, (kept_field){.name = "state", .type = KEPT_TEXT}, STATE, 0);
    if (!kept_record_field_find(kind, "archived"))
        add(b, (kept_field){.name = "archived", .type = KEPT_BOOL}, ARCHIVED, 0);
    add(b, (kept_field){.name = "kept_revision", .type = KEPT_INTEGER}, REVISION, 0);
    return true;
}

static bool make_group(kept_record_shape *shape, kept_arena *arena)
{
    builder b;
    if (!build(shape->kind, false, arena, &b))
        return false;
    shape->group = (kept_group_def){"record", shape->kind->title, b.fields, b.n};
    shape->parts = b.parts;
    return true;
}

static const char *none_yet(const kept_record_kind *kind, kept_arena *arena)
{
    return kept_arena_printf(arena, "There is none. Add one with: kept %s add",
                             kept_record_option(arena, kind->name));
}

/* Its parts are those of the group. */
static bool make_table(kept_record_shape *shape, kept_arena *arena)
{
    builder b;
    const char *none = none_yet(shape->kind, arena);
    if (!none || !build(shape->kind, true, arena, &b))
        return false;
    shape->table = (kept_table_def){"records", shape->kind->plural, b.fields, b.n, none};
    shape->parts = b.parts;
    return true;
}

static bool make_sheet(kept_record_shape *shape, kept_arena *arena)
{
    builder b;
    const char *none = none_yet(shape->kind, arena);
    if (!none || !build_sheet(shape->kind, arena, &b))
        return false;
    shape->sheet = (kept_table_def){"records", shape->kind->plural, b.fields, b.n, none};
    shape->sheet_parts = b.parts;
    return true;
}

/* A shape of which nothing is made yet: showing needs one of the three. */
static kept_record_shape *new_shape(const kept_record_kind *kind, kept_arena *arena)
{
    kept_record_shape *shape = KEPT_NEW(arena, kept_record_shape);
    if (shape)
        shape->kind = kind;
    return shape;
}

kept_status kept_record_shape_make(const kept_record_kind *kind, kept_arena *arena,
                                   kept_record_shape **ret_shape, kept_err *err)
{
    kept_record_shape *shape = new_shape(kind, arena);
    if (!shape || !make_group(shape, arena) || !make_table(shape, arena) ||
        !make_sheet(shape, arena))
        return kept_nomem(err);
    *ret_shape = shape;
    return KEPT_OK;
}

/* --- Cells --- */

static kept_cell value_cell(kept_result *result, const kept_record_field *field,
                            const kept_value *value)
{
    if (!value->known)
        return kept_cell_empty();
    bool ok = true;
    switch (type_of(field->type)) {
    case KEPT_BOOL:
    case KEPT_COUNT:
    case KEPT_MONEY:
        return kept_cell_int(value->i);
    case KEPT_DATE:
        return kept_cell_day((int32_t)value->i);
    case KEPT_REAL:
    case KEPT_SHARE:
        return kept_cell_real((double)value->i / 1e6);
    default:
        return kept_cell_text(result, kept_value_text(field, value, result->arena, &ok));
    }
}

static kept_cell names_cell(kept_result *result, const kept_value *value, const char *const *labels)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (size_t i = 0; i < value->n_refs; i++)
        kept_buf_printf(&out, "%s%s", i ? ", " : "", labels[i]);
    return value->n_refs ? kept_cell_text(result, kept_buf_text(&out)) : kept_cell_empty();
}

static kept_cell time_cell(int64_t at)
{
    return at ? kept_cell_int(at) : kept_cell_empty();
}

static size_t first_ref(const kept_record *record, size_t field)
{
    size_t n = 0;
    for (size_t i = 0; i < field; i++)
        n += record->values[i].n_refs;
    return n;
}

/* labels: of all references of the record, field by field. */
static void fill(kept_result *result, const kept_record_part *parts, size_t n,
                 const kept_record *record, const char *const *labels, kept_cell *cells)
{
    const kept_record_kind *kind = record->kind;
    for (size_t i = 0; i < n; i++) {
        const kept_record_part *part = &parts[i];
        const kept_value *value = &record->values[part->field];
        switch (part->what) {
        case ID:
            cells[i] =
                kept_cell_text(result, kept_short_id(result->arena, (kept_ref){kind, record->id}));
            break;
        case STATE:
            cells[i] = kept_cell_text(result, record->state);
            break;
        case FIELD:
            cells[i] = value_cell(result, &kind->fields[part->field], value);
            break;
        case NAMES:
            cells[i] = names_cell(result, value, labels + first_ref(record, part->field));
            break;
        case REVISION:
            cells[i] = kept_cell_int(record->revision);
            break;
        case MADE_AT:
            cells[i] = time_cell(record->made_at);
            break;
        case MADE_BY:
            cells[i] = kept_cell_text(result, record->made_by);
            break;
        case CHANGED_AT:
            cells[i] = time_cell(record->changed_at);
            break;
        case CHANGED_BY:
            cells[i] = kept_cell_text(result, record->changed_by);
            break;
        case ARCHIVED_AT:
            cells[i] = time_cell(record->archived_at);
            break;
        case ARCHIVED:
            cells[i] = kept_cell_int(record->archived_at != 0);
            break;
        }
    }
}

static size_t count_refs(const kept_record *record)
{
    return first_ref(record, record->kind->n_fields);
}

/* The labels of everything that the records refer to, asked for at once. */
static kept_status load_labels(kept_ctx *ctx, kept_store *store, const kept_record *records,
                               size_t n, const char ***ret_labels, kept_err *err)
{
    size_t total = 0, at = 0;
    for (size_t i = 0; i < n; i++)
        total += count_refs(&records[i]);
    kept_ref *refs = KEPT_NEW_N(ctx->arena, kept_ref, total);
    const char **labels = KEPT_NEW_N(ctx->arena, const char *, total);
    if (!refs || !labels)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        for (size_t f = 0; f < records[i].kind->n_fields; f++)
            for (size_t r = 0; r < records[i].values[f].n_refs; r++)
                refs[at++] = records[i].values[f].refs[r];
    KEPT_TRY(kept_record_labels(store, &ctx->scope, refs, total, ctx->arena, labels, err));
    *ret_labels = labels;
    return KEPT_OK;
}

kept_status kept_record_show(kept_ctx *ctx, kept_store *store, const kept_record *record,
                             kept_result *result, kept_err *err)
{
    kept_record_shape *shape;
    const char **labels;
    KEPT_TRY(kept_record_shape_make(record->kind, ctx->arena, &shape, err));
    KEPT_TRY(load_labels(ctx, store, record, 1, &labels, err));
    kept_group *group = kept_result_group(result, &shape->group);
    fill(result, shape->parts, shape->group.n_fields, record, labels, group->cells);
    return KEPT_OK;
}

static kept_status show_rows(kept_ctx *ctx, kept_store *store, const kept_table_def *def,
                             const kept_record_part *parts, const kept_record *records, size_t n,
                             size_t total, kept_result *result, kept_err *err)
{
    const char **labels;
    KEPT_TRY(load_labels(ctx, store, records, n, &labels, err));
    kept_table *table = kept_result_table(result, def);
    for (size_t i = 0; i < n; i++) {
        fill(result, parts, def->n_fields, &records[i], labels, kept_table_row(result, table));
        labels += count_refs(&records[i]);
    }
    table->more = total > n ? total - n : 0;
    return KEPT_OK;
}

kept_status kept_records_show(kept_ctx *ctx, kept_store *store, const kept_record_kind *kind,
                              const kept_record *records, size_t n, size_t total,
                              kept_result *result, kept_err *err)
{
    kept_record_shape *shape = new_shape(kind, ctx->arena);
    if (!shape || !make_table(shape, ctx->arena))
        return kept_nomem(err);
    return show_rows(ctx, store, &shape->table, shape->parts, records, n, total, result, err);
}

kept_status kept_records_sheet(kept_ctx *ctx, kept_store *store, const kept_record_kind *kind,
                               const kept_record *records, size_t n, kept_result *result,
                               kept_err *err)
{
    kept_record_shape *shape = new_shape(kind, ctx->arena);
    if (!shape || !make_sheet(shape, ctx->arena))
        return kept_nomem(err);
    return show_rows(ctx, store, &shape->sheet, shape->sheet_parts, records, n, n, result, err);
}
