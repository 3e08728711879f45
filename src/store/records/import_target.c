/* What the columns of a file may fill, as a kind of facts, so that files of records are mapped as
 * those of facts are. */
#include <string.h>

#include "base/array.h"
#include "store/records/import_int.h"

enum { GUESSES = 16, BESIDE = 4 }; /* BESIDE: id, state, archived, kept_revision */

typedef struct builder {
    kept_arena *arena;
    const kept_record_kind *kind;
    const char *currency;
    kept_fact_column *columns;
    kept_import_target *targets;
    size_t n;
    bool failed;
} builder;

typedef struct guesses {
    builder *b;
    const char **names;
    size_t n;
} guesses;

/* A header, in the form in which headers are compared; b behind a. */
static void guess(guesses *g, const char *a, const char *b)
{
    char *both = a ? kept_arena_printf(g->b->arena, "%s %s", a, b) : NULL;
    char *name = both ? kept_text_squash(g->b->arena, both) : NULL;
    if (!a)
        return;
    if (!name)
        g->b->failed = true;
    else if (name[0] && g->n < GUESSES)
        g->names[g->n++] = name;
}

static guesses begin(builder *b)
{
    guesses g = {b, KEPT_NEW_N(b->arena, const char *, GUESSES), 0};
    b->failed |= !g.names;
    return g;
}

static void add(builder *b, kept_fact_column column, const guesses *g, kept_import_target target)
{
    column.guess = g->names;
    column.n_guess = g->n;
    column.known = NULL;
    b->columns[b->n] = column;
    b->targets[b->n++] = target;
}

static void add_id(builder *b)
{
    guesses g = begin(b);
    const char *name = b->kind->name, *title = b->kind->title;
    if (b->failed)
        return;
    guess(&g, "id", "");
    guess(&g, name, "id");
    guess(&g, title, "id");
    guess(&g, name, "number");
    guess(&g, title, "number");
    guess(&g, name, "no");
    guess(&g, "external id", "");
    guess(&g, "uid", "");
    add(b, (kept_fact_column){.name = "id", .title = "Id", .type = KEPT_COL_TEXT}, &g,
        (kept_import_target){KEPT_IMPORT_ID, NULL});
}

/* Shares are read by the field itself: 95% is no number. A word that is none of a field's choices
 * is refused row by row, rather than that a column is taken for another. */
static kept_column_type type_of(kept_record_type type)
{
    switch (type) {
    case KEPT_RECORD_FLAG:
        return KEPT_COL_FLAG;
    case KEPT_RECORD_INTEGER:
        return KEPT_COL_INTEGER;
    case KEPT_RECORD_NUMBER:
        return KEPT_COL_NUMBER;
    case KEPT_RECORD_MONEY:
        return KEPT_COL_MONEY;
    case KEPT_RECORD_DATE:
        return KEPT_COL_WHEN;
    default:
        return KEPT_COL_TEXT;
    }
}

static void guess_field(guesses *g, const kept_record_kind *kind, const kept_record_field *f,
                        const char *currency)
{
    guess(g, f->name, "");
    guess(g, f->title, "");
    guess(g, f->option, "");
    guess(g, f->was, "");
    if (f->type == KEPT_RECORD_MONEY) { /* as a workbook heads the column */
        guess(g, f->name, currency);
        guess(g, f->title, currency);
    }
    if (f->unit) {
        guess(g, f->name, f->unit);
        guess(g, f->title, f->unit);
    }
    if (f->type == KEPT_RECORD_REF) {
        guess(g, f->name, "id");
        guess(g, f->title, "id");
        guess(g, f->name, "number");
        guess(g, f->name, "name");
    }
    if (strcmp(f->name, kind->label) == 0) {
        guess(g, kind->name, f->name);
        guess(g, kind->title, f->name);
        guess(g, kind->name, "");
        guess(g, kind->title, "");
    }
}

static void add_fields(builder *b)
{
    for (size_t i = 0; i < b->kind->n_fields && !b->failed; i++) {
        const kept_record_field *f = &b->kind->fields[i];
        guesses g = begin(b);
        if (b->failed)
            return;
        guess_field(&g, b->kind, f, b->currency);
        add(b,
            (kept_fact_column){
                .name = f->name, .title = f->title, .help = f->help, .type = type_of(f->type)},
            &g, (kept_import_target){KEPT_IMPORT_FIELD, f});
    }
}

static void add_state(builder *b)
{
    const kept_record_kind *kind = b->kind;
    guesses g = begin(b);
    const char **names = KEPT_NEW_N(b->arena, const char *, 2 * kind->n_states);
    b->failed |= !names;
    if (b->failed || kind->n_states == 0)
        return;
    for (size_t i = 0; i < kind->n_states; i++) {
        names[i] = kind->states[i].name;
        names[kind->n_states + i] = kind->states[i].title;
    }
    guess(&g, "state", "");
    guess(&g, "status", "");
    add(b,
        (kept_fact_column){.name = "state",
                           .title = "State",
                           .type = KEPT_COL_CHOICE,
                           .choices = names,
                           .n_choices = 2 * kind->n_states},
        &g, (kept_import_target){KEPT_IMPORT_STATE, NULL});
}

/* Columns that only an export writes; a field of the kind that is called so goes before. */
static void add_beside(builder *b, const char *name, kept_column_type type, kept_import_role role)
{
    guesses g = begin(b);
    if (b->failed || kept_record_field_find(b->kind, name))
        return;
    guess(&g, name, "");
    add(b, (kept_fact_column){.name = name, .title = name, .type = type}, &g,
        (kept_import_target){role, NULL});
}

kept_status kept_record_import__targets(kept_record_importing *im, kept_err *err)
{
    const kept_record_kind *kind = im->kind;
    kept_arena *arena = im->task.arena;
    kept_fact_kind *made = KEPT_NEW(arena, kept_fact_kind);
    builder b = {.arena = arena,
                 .kind = kind,
                 .currency = im->task.store->currency ? im->task.store->currency : "",
                 .columns = KEPT_NEW_N(arena, kept_fact_column, kind->n_fields + BESIDE),
                 .targets = KEPT_NEW_N(arena, kept_import_target, kind->n_fields + BESIDE)};
    if (!made || !b.columns || !b.targets)
        return kept_nomem(err);
    add_id(&b);
    add_fields(&b);
    add_state(&b);
    add_beside(&b, "archived", KEPT_COL_FLAG, KEPT_IMPORT_ARCHIVED);
    add_beside(&b, "kept_revision", KEPT_COL_INTEGER, KEPT_IMPORT_REVISION);
    if (b.failed)
        return kept_nomem(err);
    *made = (kept_fact_kind){.name = kind->name,
                             .title = kind->title,
                             .summary = kind->summary,
                             .stage = kind->stage,
                             .ids = kind->ids,
                             .columns = b.columns,
                             .n_columns = b.n,
                             .source = kind->source};
    im->task.kind = made;
    im->targets = b.targets;
    return KEPT_OK;
}
