/* kept warning show NAME [SUBJECT]: the rule, its limits, what it looked at, and what set it off.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "general/ops.h"
#include "general/warning_parts.h"

static const kept_param params[] = {
    {.name = "warning",
     .type = KEPT_P_TEXT,
     .value = "NAME",
     .positional = true,
     .required = true,
     .help = "name or number of the warning"},
    {.name = "subject",
     .type = KEPT_P_TEXT,
     .value = "SUBJECT",
     .positional = true,
     .help = "one record it looks at; what it says in general when not given"},
};

static const kept_field rule_fields[] = {
    {.name = "warning", .title = "Name", .type = KEPT_TEXT},
    {.name = "number", .title = "No.", .type = KEPT_INTEGER, .detail = true},
    {.name = "means", .title = "Warning", .type = KEPT_TEXT},
    {.name = "about", .title = "Looks at", .type = KEPT_TEXT},
    {.name = "stage", .title = "Stage", .type = KEPT_TEXT},
    {.name = "pack", .title = "Pack", .type = KEPT_TEXT},
    {.name = "weight", .title = "Weight", .type = KEPT_INTEGER, .help = "1 to 5: act now"},
    {.name = "late_sign", .title = "Late sign", .type = KEPT_BOOL},
    {.name = "says", .title = "Answer", .type = KEPT_TEXT},
    {.name = "looked", .title = "Subjects looked at", .type = KEPT_COUNT, .detail = true},
    {.name = "firing", .title = "Firing", .type = KEPT_COUNT, .detail = true},
    {.name = "not_enough", .title = "Not enough data", .type = KEPT_COUNT, .detail = true},
    {.name = "advice", .title = "What to do", .type = KEPT_TEXT},
    {.name = "source", .title = "Source", .type = KEPT_TEXT},
    {.name = "requirements", .title = "Requirements", .type = KEPT_TEXT},
    {.name = "declared_in", .title = "Declared in", .type = KEPT_TEXT},
    {.name = "fires_when", .title = "Fires when", .type = KEPT_TEXT},
    {.name = "enough_when", .title = "Enough data when", .type = KEPT_TEXT, .detail = true},
    {.name = "rows_sql", .title = "Over the rows of", .type = KEPT_TEXT},
};
static const kept_group_def rule_group = {"", "Rule", rule_fields, KEPT_N(rule_fields)};

static const kept_field subject_fields[] = {
    {.name = "subject", .title = "About", .type = KEPT_TEXT},
    {.name = "label", .title = "Which is", .type = KEPT_TEXT},
    {.name = "answer", .title = "Answer", .type = KEPT_TEXT},
    {.name = "reason", .title = "Why", .type = KEPT_TEXT, .detail = true},
    {.name = "money", .title = "At stake", .type = KEPT_MONEY, .detail = true, .estimate = true},
    {.name = "state", .title = "State", .type = KEPT_TEXT, .detail = true},
    {.name = "first_seen", .title = "First seen", .type = KEPT_TEXT, .detail = true},
    {.name = "last_seen", .title = "Last seen", .type = KEPT_TEXT, .detail = true},
    {.name = "until", .title = "Accepted until", .type = KEPT_TEXT, .detail = true},
    {.name = "accepted_by", .title = "Accepted by", .type = KEPT_TEXT, .detail = true},
    {.name = "accepted_because", .title = "Because", .type = KEPT_TEXT, .detail = true},
};
static const kept_group_def subject_group = {"subject", "Subject", subject_fields,
                                             KEPT_N(subject_fields)};

static const kept_field limit_fields[] = {
    {.name = "limit", .title = "Limit", .type = KEPT_TEXT},
    {.name = "means", .title = "Means", .type = KEPT_TEXT},
    {.name = "value", .title = "In force", .type = KEPT_TEXT},
    {.name = "default", .title = "Default", .type = KEPT_TEXT},
};
static const kept_table_def limit_table = {"limits", "Limits", limit_fields, KEPT_N(limit_fields),
                                           NULL};

static const kept_field input_fields[] = {
    {.name = "input", .title = "Figure", .type = KEPT_TEXT},
    {.name = "value", .title = "Value", .type = KEPT_TEXT},
};
static const kept_table_def input_table = {"inputs", "What it looked at", input_fields,
                                           KEPT_N(input_fields), NULL};

/* Shown in the documentation of the operation; the columns are those of the rule's own SELECT. */
static const kept_field evidence_fields[] = {
    {.name = "record", .title = "Record", .type = KEPT_TEXT}};
static const kept_table_def evidence_table = {"evidence", "What set it off", evidence_fields,
                                              KEPT_N(evidence_fields), NULL};

/* --- In general --- */

static const char *answer_word(kept_warning_answer answer)
{
    static const char *const words[] = {"its pack is off", "not enough data to tell",
                                        "looked and found nothing", "fires"};
    return words[answer];
}

/* SQL as one line. */
static const char *one_line(kept_arena *arena, const char *sql)
{
    if (!sql)
        return NULL;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (const char *c = sql; *c;) {
        size_t blank = strspn(c, " \t\r\n");
        c += blank;
        if (blank && *c && out.len)
            kept_buf_add_char(&out, ' ');
        size_t n = strcspn(c, " \t\r\n");
        kept_buf_add_n(&out, c, n);
        c += n;
    }
    return out.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&out));
}

static void show_rule(kept_ctx *ctx, const kept_warning_look *look, bool one, kept_result *result)
{
    const kept_warning *w = look->warning;
    kept_group *g = kept_result_group(result, &rule_group);
    kept_group_text(result, g, "warning", w->name);
    if (w->number)
        kept_group_int(result, g, "number", w->number);
    kept_group_text(result, g, "means", w->title);
    kept_group_text(result, g, "about",
                    !w->about ? "the firm as a whole"
                    : w->key_accounts_only
                        ? kept_arena_printf(ctx->arena, "%s, key accounts only", w->about->plural)
                        : w->about->plural);
    kept_group_text(result, g, "stage", w->stage);
    kept_group_text(result, g, "pack", w->pack);
    kept_group_int(result, g, "weight", w->weight);
    kept_group_int(result, g, "late_sign", w->late_sign);
    kept_group_text(result, g, "says", answer_word(look->answer));
    if (!one) {
        kept_group_int(result, g, "looked", (int64_t)look->n_looked);
        kept_group_int(result, g, "firing", (int64_t)look->n);
        kept_group_int(result, g, "not_enough", (int64_t)look->n_unsure);
    }
    kept_group_text(result, g, "advice", w->advice);
    kept_group_text(result, g, "source", w->source);
    kept_group_text(result, g, "requirements", w->ids);
    kept_group_text(result, g, "declared_in", w->file);
    kept_group_text(result, g, "fires_when", one_line(ctx->arena, w->fires));
    kept_group_text(result, g, "enough_when", one_line(ctx->arena, w->enough));
    kept_group_text(result, g, "rows_sql", one_line(ctx->arena, w->rows));
    if (look->why)
        kept_result_note(result, KEPT_ADVICE, "%s", look->why);
}

static void show_limits(kept_ctx *ctx, const kept_warning_look *look, kept_result *result)
{
    if (look->warning->n_limits == 0)
        return;
    kept_table *table = kept_result_table(result, &limit_table);
    for (size_t i = 0; i < look->warning->n_limits; i++) {
        const kept_warning_limit *limit = &look->warning->limits[i];
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, limit->name);
        row[1] = kept_cell_text(result, limit->title);
        row[2] =
            kept_cell_text(result, kept_warning_limit_text(limit, look->limits[i], ctx->arena));
        row[3] = kept_cell_text(result, kept_warning_limit_text(limit, limit->preset, ctx->arena));
    }
}

/* --- One subject --- */

static kept_status show_state(kept_ctx *ctx, kept_store *store, const kept_warning_look *look,
                              int64_t subject, bool fires, kept_result *result, kept_group *g,
                              kept_err *err)
{
    kept_warning_state *states = NULL;
    size_t n = 0;
    KEPT_TRY(kept_warning_states(store, &ctx->scope, look->warning, ctx->arena, &states, &n, err));
    const kept_warning_state *s = kept_warning_state_of(states, n, look->warning, subject);
    const char *word = kept_warning_state_word(s);
    if (fires)
        kept_group_text(result, g, "state", strcmp(word, "fixed") == 0 ? "new" : word);
    if (!s)
        return KEPT_OK;
    if (!fires)
        kept_group_text(result, g, "state", word);
    kept_group_text(result, g, "first_seen", s->first_seen);
    kept_group_text(result, g, "last_seen", s->last_seen);
    if (strcmp(s->state, "accepted") != 0)
        return KEPT_OK;
    kept_group_text(result, g, "until", s->until);
    kept_group_text(result, g, "accepted_by", s->who);
    kept_group_text(result, g, "accepted_because", s->reason);
    return KEPT_OK;
}

static kept_status show_inputs(kept_ctx *ctx, kept_store *store, const kept_warning_look *look,
                               const kept_warning_case *one, kept_result *result, kept_err *err)
{
    kept_table *table = kept_result_table(result, &input_table);
    for (size_t i = 0; i < look->n_columns; i++) {
        KEPT_AUTO_BUF text = KEPT_BUF_INIT;
        kept_figure figure = {.name = look->columns[i]};
        /* The reason knows how its figures are written. */
        for (size_t p = 0; p < look->warning->reason.n; p++) {
            const kept_sentence_part *part = &look->warning->reason.parts[p];
            if (!part->text && strcmp(part->figure.name, figure.name) == 0)
                figure = part->figure;
        }
        KEPT_TRY(kept_figure_write(ctx, store, &figure, one->cells[i], &text, err));
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, look->columns[i]);
        row[1] = kept_cell_text(result, kept_buf_text(&text));
    }
    return KEPT_OK;
}

/* The columns of the rule's own SELECT, "margin:money" in the form it asks for. */
static kept_status evidence_shape(kept_ctx *ctx, kept_store *store, const kept_warning *w,
                                  const kept_rule_rows *rows, kept_figure *figures,
                                  kept_table_def *def, kept_err *err)
{
    kept_field *fields = KEPT_NEW_N(ctx->arena, kept_field, rows->n_columns);
    if (!fields)
        return kept_nomem(err);
    if (rows->n_columns > KEPT_RESULT_FIELDS)
        return kept_fail(err, KEPT_EINPUT, "%s: its evidence has more than %d columns.", w->file,
                         (int)KEPT_RESULT_FIELDS);
    for (size_t i = 0; i < rows->n_columns; i++) {
        kept_err inner = KEPT_ERR_INIT;
        const char *name = rows->columns[i];
        if (kept_figure_parse(name, strlen(name), kept_store_catalogue(store), ctx->arena,
                              &figures[i], &inner) != KEPT_OK)
            return kept_fail(err, KEPT_EINPUT, "%s: in its evidence, %s", w->file, inner.msg);
        fields[i] = (kept_field){.name = figures[i].name, .type = KEPT_TEXT};
    }
    *def = evidence_table;
    def->fields = fields;
    def->n_fields = rows->n_columns;
    return KEPT_OK;
}

static kept_status show_evidence(kept_ctx *ctx, kept_store *store, const kept_warning_look *look,
                                 int64_t subject, kept_result *result, kept_err *err)
{
    kept_rule_rows rows;
    KEPT_TRY(kept_warning_evidence(store, &ctx->scope, look, subject, ctx->arena, &rows, err));
    kept_figure *figures = KEPT_NEW_N(ctx->arena, kept_figure, rows.n_columns);
    kept_table_def *def = KEPT_NEW(ctx->arena, kept_table_def);
    if (!figures || !def)
        return kept_nomem(err);
    KEPT_TRY(evidence_shape(ctx, store, look->warning, &rows, figures, def, err));
    kept_table *table = kept_result_table(result, def);
    for (size_t r = 0; r < rows.n; r++) {
        kept_cell *row = kept_table_row(result, table);
        for (size_t c = 0; c < rows.n_columns; c++) {
            KEPT_AUTO_BUF text = KEPT_BUF_INIT;
            kept_rule_cell cell = rows.cells[r * rows.n_columns + c];
            if (cell.type == KEPT_RULE_NULL)
                continue;
            KEPT_TRY(kept_figure_write(ctx, store, &figures[c], cell, &text, err));
            row[c] = kept_cell_text(result, kept_buf_text(&text));
        }
    }
    if (rows.cut)
        kept_result_note(result, KEPT_NOTE, "There are more rows than the %zu shown.", rows.n);
    return KEPT_OK;
}

static kept_status show_subject(kept_ctx *ctx, kept_store *store, const kept_warning_look *look,
                                int64_t subject, kept_result *result, kept_err *err)
{
    const char *id, *label, *reason;
    const kept_warning_case *one = look->n ? &look->cases[0] : NULL;
    KEPT_TRY(kept_warning_name(ctx, store, look->warning, subject, &id, &label, err));
    kept_group *g = kept_result_group(result, &subject_group);
    kept_group_text(result, g, "subject", id);
    kept_group_text(result, g, "label", label);
    kept_group_text(result, g, "answer",
                    !one && !look->why ? "not looked at"
                    : !one             ? answer_word(look->answer)
                    : !one->enough     ? "not enough data to tell"
                    : one->fires       ? "fires"
                                       : "does not fire");
    KEPT_TRY(show_state(ctx, store, look, subject, one && one->fires, result, g, err));
    if (!one)
        return KEPT_OK;
    if (one->fires) {
        KEPT_TRY(kept_warning_reason(ctx, store, look, one, &reason, err));
        kept_group_text(result, g, "reason", reason);
    }
    if (one->has_money)
        kept_group_int(result, g, "money", one->money);
    KEPT_TRY(show_inputs(ctx, store, look, one, result, err));
    return show_evidence(ctx, store, look, subject, result, err);
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    kept_store *store;
    kept_warnings warnings;
    const kept_warning *w;
    const char *words = kept_args_text(args, "subject");
    int64_t subject = KEPT_WARNING_ALL;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(kept_warnings_of(ctx, store, &warnings, err));
    KEPT_TRY(kept_warnings_find(&warnings, kept_args_text(args, "warning"), &w, err));
    if (words || !w->about)
        KEPT_TRY(kept_warning_subject(ctx, store, w, words, &subject, err));
    kept_warning_look look;
    KEPT_TRY(kept_warning_judge(store, &ctx->scope, w, subject, ctx->arena, &look, err));
    result->title = w->title;
    if (subject != KEPT_WARNING_ALL)
        KEPT_TRY(show_subject(ctx, store, &look, subject, result, err));
    show_rule(ctx, &look, subject != KEPT_WARNING_ALL, result);
    show_limits(ctx, &look, result);
    if (subject == KEPT_WARNING_ALL && look.n)
        kept_result_note(result, KEPT_ADVICE, "What fires: kept warnings --warning %s --all",
                         w->name);
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&subject_group, &rule_group, NULL};
static const kept_table_def *const tables[] = {&limit_table, &input_table, &evidence_table, NULL};

const kept_op kept_op_warning_show = {
    .name = "warning show",
    .stage = KEPT_GENERAL,
    .summary = "Explain a warning: rule, limits, figures, and the rows that set it off",
    .example = "kept warning show sudden_drop C-7\nkept warning show 14",
    .ids = "X002",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run,
};
