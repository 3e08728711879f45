/* The warnings of the first screen: those that fire, are not accepted, and cost most. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "general/start_parts.h"
#include "general/warning_parts.h"

enum { WARNINGS_SHOWN = 5 };

static const kept_field fields[] = {
    {.name = "warning", .title = "Name", .type = KEPT_TEXT, .detail = true},
    {.name = "title", .title = "Warning", .type = KEPT_TEXT},
    {.name = "subject", .title = "About", .type = KEPT_TEXT},
    {.name = "label", .title = "Which is", .type = KEPT_TEXT},
    {.name = "money", .title = "At stake", .type = KEPT_MONEY, .estimate = true},
    {.name = "reason", .title = "Why", .type = KEPT_TEXT, .detail = true},
};
const kept_table_def kept_start_warnings_table = {
    "warnings", "What looks wrong, most money first", fields, KEPT_N(fields),
    "Nothing fires, as far as what is written down can tell."};

typedef struct lines {
    kept_warning_look *looks;
    size_t n_looks;
    kept_warning_state *states;
    size_t n_states;
    kept_warning_line *lines;
    size_t n;
} lines;

static kept_status judge(kept_ctx *ctx, kept_store *store, lines *l, kept_err *err)
{
    kept_warnings warnings;
    KEPT_TRY(kept_warnings_of(ctx, store, &warnings, err));
    l->looks = KEPT_NEW_N(ctx->arena, kept_warning_look, warnings.n);
    if (!l->looks)
        return kept_nomem(err);
    for (size_t i = 0; i < warnings.n; i++)
        KEPT_TRY(kept_warning_judge(store, &ctx->scope, warnings.warnings[i], KEPT_WARNING_ALL,
                                    ctx->arena, &l->looks[l->n_looks++], err));
    return kept_warning_states(store, &ctx->scope, NULL, ctx->arena, &l->states, &l->n_states, err);
}

static kept_status collect(kept_ctx *ctx, lines *l, kept_err *err)
{
    size_t room = 0;
    for (size_t i = 0; i < l->n_looks; i++)
        room += l->looks[i].n;
    l->lines = KEPT_NEW_N(ctx->arena, kept_warning_line, room);
    if (!l->lines)
        return kept_nomem(err);
    for (size_t i = 0; i < l->n_looks; i++)
        for (size_t k = 0; k < l->looks[i].n; k++) {
            const kept_warning_case *one = &l->looks[i].cases[k];
            const kept_warning_state *state =
                kept_warning_state_of(l->states, l->n_states, l->looks[i].warning, one->subject);
            if (!state || strcmp(state->state, "accepted") != 0)
                l->lines[l->n++] = (kept_warning_line){&l->looks[i], one, state, one->subject};
        }
    if (l->n > 1)
        qsort(l->lines, l->n, sizeof *l->lines, kept_warning_by_money);
    return KEPT_OK;
}

static kept_status show_line(kept_ctx *ctx, kept_store *store, const kept_warning_line *line,
                             kept_table *table, kept_result *result, kept_err *err)
{
    const kept_warning *w = line->look->warning;
    const char *id, *label, *reason;
    KEPT_TRY(kept_warning_name(ctx, store, w, line->subject, &id, &label, err));
    KEPT_TRY(kept_warning_reason(ctx, store, line->look, line->one, &reason, err));
    kept_cell *row = kept_table_row(result, table);
    row[0] = kept_cell_text(result, w->name);
    row[1] = kept_cell_text(result, w->title);
    row[2] = kept_cell_text(result, id);
    row[3] = kept_cell_text(result, label);
    row[4] = line->one->has_money ? kept_cell_int(line->one->money) : kept_cell_empty();
    row[5] = kept_cell_text(result, reason);
    return KEPT_OK;
}

kept_status kept_start_warnings(kept_ctx *ctx, kept_store *store, kept_result *result,
                                kept_err *err)
{
    lines l = {0};
    KEPT_TRY(judge(ctx, store, &l, err));
    KEPT_TRY(collect(ctx, &l, err));
    kept_table *table = kept_result_table(result, &kept_start_warnings_table);
    size_t n = l.n > WARNINGS_SHOWN ? WARNINGS_SHOWN : l.n;
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(show_line(ctx, store, &l.lines[i], table, result, err));
    table->more = l.n - n;
    if (l.n)
        kept_result_note(result, KEPT_ADVICE, "Why, and what to do: kept warnings");
    return KEPT_OK;
}
