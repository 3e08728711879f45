/* The next steps: the first of those declared whose condition holds. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "base/text.h"
#include "general/start_parts.h"
#include "store/records/packs.h"
#include "store/records/rule.h"

enum { STEPS_SHOWN = 3 };

static const kept_field fields[] = {
    {.name = "step", .title = "Step", .type = KEPT_TEXT, .detail = true},
    {.name = "stage", .title = "Stage", .type = KEPT_TEXT, .detail = true},
    {.name = "say", .title = "What", .type = KEPT_TEXT},
    {.name = "command", .title = "Command", .type = KEPT_TEXT},
};
const kept_table_def kept_start_steps_table = {"next", "Next steps", fields, KEPT_N(fields),
                                               "None of those we know of is left to do."};

/* --- Filling in --- */

static void add_cell(kept_buf *out, const kept_rule_cell *cell)
{
    if (cell->type == KEPT_RULE_INT)
        kept_buf_printf(out, "%" PRId64, cell->i);
    else if (cell->type == KEPT_RULE_REAL)
        kept_buf_printf(out, "%.15g", cell->real);
    else
        kept_buf_add(out, cell->text);
}

/* {column} becomes what stands there in the first row. */
static kept_status fill(const kept_step *step, const char *text, const kept_rule_rows *rows,
                        kept_arena *arena, const char **ret_text, kept_err *err)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (const char *p = text; *p;) {
        const char *end = *p == '{' ? strchr(p, '}') : NULL;
        if (!end) {
            kept_buf_add_char(&out, *p++);
            continue;
        }
        const char *name = kept_arena_strndup(arena, p + 1, (size_t)(end - p - 1));
        int column = name ? kept_rule_column(rows, name) : 0;
        if (!name)
            return kept_nomem(err);
        if (column < 0)
            return kept_fail(err, KEPT_EINPUT, "%s: The step %s has no column {%s} in \"find\".",
                             step->source, step->name, name);
        add_cell(&out, &rows->cells[column]);
        p = end + 1;
    }
    *ret_text = out.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&out));
    return *ret_text ? KEPT_OK : kept_nomem(err);
}

/* --- Choosing --- */

static kept_rule_cell whole(int64_t i)
{
    return (kept_rule_cell){.type = KEPT_RULE_INT, .i = i, .real = (double)i};
}

static kept_status firm_age(kept_ctx *ctx, kept_store *store, int64_t *ret_days, kept_err *err)
{
    kept_rule_rows rows;
    KEPT_TRY(kept_rule_run(store, &ctx->scope, "SELECT at FROM change_log ORDER BY seq LIMIT 1",
                           "the age of the firm", NULL, 0, 1, ctx->arena, &rows, err));
    *ret_days = rows.n ? (kept_time_now() - rows.cells[0].i) / KEPT_DAY_MICROS + 1 : 0;
    return KEPT_OK;
}

static kept_status try_step(kept_ctx *ctx, kept_store *store, const kept_step *step,
                            const kept_rule_param *params, size_t n_params, kept_table *table,
                            kept_result *result, kept_err *err)
{
    kept_rule_rows rows;
    const char *say, *command;
    KEPT_TRY(kept_rule_run(store, &ctx->scope, step->find, step->source, params, n_params, 1,
                           ctx->arena, &rows, err));
    if (rows.n == 0)
        return KEPT_OK;
    KEPT_TRY(fill(step, step->say, &rows, ctx->arena, &say, err));
    KEPT_TRY(fill(step, step->command, &rows, ctx->arena, &command, err));
    kept_cell *row = kept_table_row(result, table);
    row[0] = kept_cell_text(result, step->name);
    row[1] = kept_cell_text(result, step->stage);
    row[2] = kept_cell_text(result, say);
    row[3] = kept_cell_text(result, command);
    return KEPT_OK;
}

kept_status kept_start_steps(kept_ctx *ctx, kept_store *store, const kept_start *start,
                             kept_start_facts facts, const char *stage, kept_result *result,
                             kept_err *err)
{
    int64_t age;
    KEPT_TRY(firm_age(ctx, store, &age, err));
    const kept_rule_param params[] = {{"imports", whole(facts.imports)},
                                      {"order_imports", whole(facts.order_imports)},
                                      {"firm_age", whole(age)}};
    kept_table *table = kept_result_table(result, &kept_start_steps_table);
    for (size_t i = 0; i < start->n && table->n_rows < STEPS_SHOWN; i++) {
        const kept_step *step = &start->steps[i];
        bool on = false;
        if (!stage || strcmp(stage, step->stage) == 0)
            KEPT_TRY(kept_pack_is_on(store, step->pack, &on, err));
        if (on)
            KEPT_TRY(try_step(ctx, store, step, params, KEPT_N(params), table, result, err));
    }
    return KEPT_OK;
}
