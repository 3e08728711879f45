#include "store/facts/mapping.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "store/facts/mapping_parts.h"

/* Where a mapping was written, for messages. */
typedef struct origin {
    const char *name;   /* "--map" */
    kept_status absent; /* a column that the file lacks: wrong usage, or the wrong file */
} origin;

static const origin from_map = {"--map", KEPT_EARG};
static const origin from_profile = {"the saved mapping", KEPT_EINPUT};

/* --- Finding columns --- */

static size_t slot_of(const kept_fact_kind *kind, const char *name)
{
    for (size_t i = 0; i < kind->n_columns; i++)
        if (strcmp(kind->columns[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

/* The column as written; else the only one that differs in case, or in signs and blanks. */
static kept_status find_column(const kept_mapping_draft *draft, const char *name, size_t *ret,
                               kept_err *err)
{
    const kept_source *source = draft->source;
    size_t nocase = SIZE_MAX, squashed = SIZE_MAX, n_nocase = 0, n_squashed = 0;
    char *wanted = kept_text_squash(draft->arena, name);
    if (!wanted)
        return kept_nomem(err);
    *ret = SIZE_MAX;
    for (size_t c = 0; c < source->n_columns; c++) {
        if (strcmp(source->columns[c].name, name) == 0) {
            *ret = c;
            return KEPT_OK;
        }
        if (kept_text_equal_nocase(source->columns[c].name, name)) {
            nocase = c;
            n_nocase++;
        }
        char *other = kept_text_squash(draft->arena, source->columns[c].name);
        if (!other)
            return kept_nomem(err);
        if (wanted[0] && strcmp(other, wanted) == 0) {
            squashed = c;
            n_squashed++;
        }
    }
    if (n_nocase == 1)
        *ret = nocase;
    else if (n_squashed == 1)
        *ret = squashed;
    return KEPT_OK;
}

static kept_status no_column(const kept_mapping_draft *draft, const char *name, origin where,
                             kept_err *err)
{
    const kept_source *source = draft->source;
    const char **names = KEPT_NEW_N(draft->arena, const char *, source->n_columns);
    if (!names)
        return kept_nomem(err);
    KEPT_AUTO_BUF has = KEPT_BUF_INIT;
    size_t shown = 0;
    for (size_t c = 0; c < source->n_columns; c++) {
        names[c] = source->columns[c].name;
        if (has.len < 180) {
            kept_buf_printf(&has, "%s%.*s", c ? ", " : "", KEPT_SHOWN(names[c], 40));
            shown++;
        }
    }
    const char *nearest = kept_text_nearest(name, names, source->n_columns);
    if (nearest)
        return kept_fail(err, where.absent,
                         "%s names the column \"%.*s\", which %.*s does not have; did you mean "
                         "\"%.*s\"?",
                         where.name, KEPT_SHOWN(name, 80), KEPT_SHOWN(source->path, 150),
                         KEPT_SHOWN(nearest, 80));
    return kept_fail(err, where.absent,
                     "%s names the column \"%.*s\", which %.*s does not have; it has %s%s.",
                     where.name, KEPT_SHOWN(name, 80), KEPT_SHOWN(source->path, 100),
                     kept_buf_text(&has), shown < source->n_columns ? ", ..." : "");
}

/* *ret_missing: the first name that the source does not have, NULL when all were bound. */
static kept_status bind(const kept_mapping_draft *draft, kept_expr *expr, const char **ret_missing,
                        kept_err *err)
{
    if (!expr)
        return KEPT_OK;
    if (expr->op == KEPT_EXPR_COLUMN) {
        KEPT_TRY(find_column(draft, expr->name, &expr->column, err));
        if (expr->column == SIZE_MAX && !*ret_missing)
            *ret_missing = expr->name;
        return KEPT_OK;
    }
    KEPT_TRY(bind(draft, expr->left, ret_missing, err));
    return bind(draft, expr->right, ret_missing, err);
}

/* --- Checking what was written against the kind --- */

static bool is_arithmetic(const kept_expr *expr)
{
    return expr->op >= KEPT_EXPR_ADD && expr->op <= KEPT_EXPR_NEGATE;
}

/* A joined text, or a text that is no number, where a number is computed. */
static bool has_text(const kept_expr *expr)
{
    kept_decimal ignored;
    if (!expr)
        return false;
    if (expr->op == KEPT_EXPR_JOIN)
        return true;
    if (expr->op == KEPT_EXPR_TEXT && expr->text[0])
        return !kept_number_read(expr->text, strlen(expr->text), KEPT_MARK_POINT, &ignored);
    return has_text(expr->left) || has_text(expr->right);
}

static bool computes_with_text(const kept_expr *expr)
{
    if (!expr)
        return false;
    if (is_arithmetic(expr))
        return has_text(expr);
    return computes_with_text(expr->left) || computes_with_text(expr->right);
}

static kept_status check_constant(const kept_fact_column *column, const char *text, origin where,
                                  kept_err *err)
{
    kept_when when;
    if (column->required && !text[0])
        return kept_fail(err, KEPT_EARG, "%s: %s is required and cannot be left empty.", where.name,
                         column->name);
    if (!text[0])
        return KEPT_OK;
    if (column->type == KEPT_COL_WHEN && !kept_when_read(text, strlen(text), KEPT_YMD, &when))
        return kept_fail(err, KEPT_EARG,
                         "%s: %s is a date, and '%.*s' is not one such as '2024-03-31'; column "
                         "names stand bare or in double quotes.",
                         where.name, column->name, KEPT_SHOWN(text, 60));
    for (size_t i = 0; i < column->n_choices; i++)
        if (kept_text_equal_nocase(column->choices[i], text))
            return KEPT_OK;
    if (column->type != KEPT_COL_CHOICE)
        return KEPT_OK;
    const char *nearest = kept_text_nearest(text, column->choices, column->n_choices);
    return kept_fail(err, KEPT_EARG, "%s: '%.*s' is not a choice of %s; try '%s'.", where.name,
                     KEPT_SHOWN(text, 60), column->name,
                     nearest             ? nearest
                     : column->n_choices ? column->choices[0]
                                         : "");
}

static kept_status check(const kept_fact_column *column, const kept_map_item *item, origin where,
                         kept_err *err)
{
    bool number = kept_mapping__is_number(column->type);
    if (number ? has_text(item->expr) : computes_with_text(item->expr))
        return kept_fail(err, KEPT_EARG,
                         "%s: %s=%.*s computes with a text; + - * / take columns and numbers, & "
                         "joins texts.",
                         where.name, item->target, KEPT_SHOWN(item->written, 120));
    if (column->type == KEPT_COL_WHEN &&
        (is_arithmetic(item->expr) || item->expr->op == KEPT_EXPR_NUMBER))
        return kept_fail(err, KEPT_EARG,
                         "%s: %s is a date and cannot be computed with + - * /; name a column, or "
                         "join two (Day & ' ' & Time).",
                         where.name, item->target);
    if (item->expr->op == KEPT_EXPR_TEXT)
        return check_constant(column, item->expr->text, where, err);
    return KEPT_OK;
}

/* --- Taking what was written --- */

static kept_status no_target(const kept_mapping_draft *draft, const char *target, origin where,
                             kept_err *err)
{
    const kept_fact_kind *kind = draft->kind;
    const char **names = KEPT_NEW_N(draft->arena, const char *, kind->n_columns);
    if (!names)
        return kept_nomem(err);
    KEPT_AUTO_BUF has = KEPT_BUF_INIT;
    for (size_t i = 0; i < kind->n_columns; i++) {
        names[i] = kind->columns[i].name;
        kept_buf_printf(&has, "%s%s", i ? ", " : "", names[i]);
    }
    const char *nearest = kept_text_nearest(target, names, kind->n_columns);
    return kept_fail(err, KEPT_EARG, "%s fills \"%.*s\", which is no column of %s; %s%s%s%s.",
                     where.name, KEPT_SHOWN(target, 60), kind->name,
                     nearest ? "did you mean " : "its columns are ",
                     nearest ? nearest : kept_buf_text(&has), nearest ? "?" : "",
                     nearest ? " Write column=expression" : "");
}

static kept_status take_item(kept_mapping_draft *draft, const kept_map_item *item, origin where,
                             kept_err *err)
{
    size_t slot = slot_of(draft->kind, item->target);
    if (slot == SIZE_MAX)
        return no_target(draft, item->target, where, err);
    const kept_fact_column *column = &draft->kind->columns[slot];
    kept_mapped *mapped = &draft->slots[slot];
    if (mapped->expr || draft->none[slot])
        return KEPT_OK; /* --map was here before the profile */
    if (strcmp(item->written, "none") == 0) {
        if (column->required)
            return kept_fail(err, KEPT_EARG,
                             "%s: %s is required and cannot be left out (a column that is really "
                             "called none is written \"none\").",
                             where.name, column->name);
        draft->none[slot] = true;
        return KEPT_OK;
    }
    const char *missing = NULL;
    mapped->expr = item->expr;
    mapped->written = item->written;
    KEPT_TRY(bind(draft, item->expr, &missing, err));
    if (missing) {
        /* "Price-EUR" may be the name of one column rather than a difference. */
        size_t whole;
        KEPT_TRY(find_column(draft, item->written, &whole, err));
        if (whole == SIZE_MAX)
            return no_column(draft, missing, where, err);
        KEPT_AUTO_BUF name = KEPT_BUF_INIT;
        kept_expr_write_name(draft->source->columns[whole].name, &name);
        *item->expr = (kept_expr){
            .op = KEPT_EXPR_COLUMN, .name = draft->source->columns[whole].name, .column = whole};
        mapped->written = kept_arena_strdup(draft->arena, kept_buf_text(&name));
        if (!mapped->written)
            return kept_nomem(err);
    }
    KEPT_TRY(check(column, item, where, err));
    kept_mapping__columns(item->expr, false, false, draft->used);
    if (!is_arithmetic(item->expr)) /* the price in Price*Quantity is still to be had */
        kept_mapping__columns(item->expr, false, false, draft->taken);
    return KEPT_OK;
}

static kept_status take(kept_mapping_draft *draft, const char *text, origin where, kept_err *err)
{
    kept_map_item *items;
    size_t n;
    if (!text || !text[0])
        return KEPT_OK;
    KEPT_TRY(kept_map_parse(text, draft->arena, &items, &n, err));
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(take_item(draft, &items[i], where, err));
    return KEPT_OK;
}

/* --- Putting it together --- */

static void strip_ids(const kept_mapping_draft *draft, kept_mapped *mapped)
{
    kept_column_type type = mapped->column->type;
    if (mapped->expr->op != KEPT_EXPR_COLUMN ||
        !(type == KEPT_COL_CUSTOMER || type == KEPT_COL_TEXT || type == KEPT_COL_CHOICE))
        return;
    const kept_column_look *look = &draft->look[mapped->expr->column];
    mapped->strip_point_zero = look->filled > 0 && look->point_zero == look->filled;
}

static void show_mark(const kept_mark *marks, size_t n_columns, bool *columns, kept_mapped *mapped)
{
    if (!kept_mapping__is_number(mapped->column->type))
        return;
    memset(columns, 0, n_columns * sizeof *columns);
    kept_mapping__columns(mapped->expr, true, true, columns);
    for (size_t c = 0; c < n_columns; c++)
        if (columns[c]) {
            mapped->mark = marks[c];
            return;
        }
}

static kept_status list_unused(const kept_mapping_draft *draft, kept_mapping *mapping,
                               kept_err *err)
{
    const char **unused = KEPT_NEW_N(draft->arena, const char *, draft->source->n_columns);
    if (!unused)
        return kept_nomem(err);
    for (size_t c = 0; c < draft->source->n_columns; c++)
        if (!draft->used[c])
            unused[mapping->n_unused++] = draft->source->columns[c].name;
    mapping->unused = unused;
    return KEPT_OK;
}

static kept_status finish(const kept_mapping_draft *draft, const kept_mark *marks,
                          kept_mapping *mapping, kept_err *err)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    size_t n_columns = draft->source->n_columns;
    bool *columns = KEPT_NEW_N(draft->arena, bool, n_columns);
    mapping->kind = draft->kind;
    mapping->marks = marks;
    mapping->mapped = KEPT_NEW_N(draft->arena, kept_mapped, draft->kind->n_columns);
    if (!columns || !mapping->mapped)
        return kept_nomem(err);
    for (size_t i = 0; i < draft->kind->n_columns; i++) {
        kept_mapped *mapped = &draft->slots[i];
        const char *name = draft->kind->columns[i].name;
        if (draft->none[i])
            kept_buf_printf(&text, "%s%s=none", text.len ? "," : "", name);
        if (!mapped->expr)
            continue;
        strip_ids(draft, mapped);
        show_mark(marks, n_columns, columns, mapped);
        kept_buf_printf(&text, "%s%s=%s", text.len ? "," : "", name, mapped->written);
        mapping->mapped[mapping->n++] = *mapped;
    }
    mapping->as_text = kept_arena_strdup(draft->arena, kept_buf_text(&text));
    if (!mapping->as_text || text.failed)
        return kept_nomem(err);
    return list_unused(draft, mapping, err);
}

kept_status kept_mapping_make(kept_duck *duck, const kept_fact_kind *kind,
                              const kept_source *source, const kept_mapping_opts *opts,
                              kept_arena *arena, kept_mapping **ret_mapping, kept_err *err)
{
    static const kept_mapping_opts defaults = {0};
    kept_mapping_draft draft = {.duck = duck,
                                .kind = kind,
                                .source = source,
                                .opts = opts ? opts : &defaults,
                                .arena = arena};
    kept_mapping *mapping = KEPT_NEW(arena, kept_mapping);
    kept_mark *marks = KEPT_NEW_N(arena, kept_mark, source->n_columns);
    draft.slots = KEPT_NEW_N(arena, kept_mapped, kind->n_columns);
    draft.none = KEPT_NEW_N(arena, bool, kind->n_columns);
    draft.used = KEPT_NEW_N(arena, bool, source->n_columns);
    draft.taken = KEPT_NEW_N(arena, bool, source->n_columns);
    if (!mapping || !marks || !draft.slots || !draft.none || !draft.used || !draft.taken)
        return kept_nomem(err);
    for (size_t i = 0; i < kind->n_columns; i++)
        draft.slots[i].column = &kind->columns[i];
    KEPT_TRY(take(&draft, draft.opts->map, from_map, err));
    KEPT_TRY(take(&draft, draft.opts->profile, from_profile, err));
    KEPT_TRY(kept_mapping__look(&draft, err));
    KEPT_TRY(kept_mapping__guess(&draft, err));
    KEPT_TRY(kept_mapping__decide(&draft, marks, err));
    KEPT_TRY(finish(&draft, marks, mapping, err));
    *ret_mapping = mapping;
    return KEPT_OK;
}
