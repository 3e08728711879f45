/* Formulas of measures: refused with a sentence, or read into a tree that reads back from what is
 * written, and emitted as SQL when it fits the columns. The first byte chooses the kind of formula;
 * tests/store/test_emit.c has the engine prepare what the corpus gives. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "catalogue/expr_type.h"
#include "store/measures/emit_expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_written(const kept_expr *expr, kept_arena *arena)
{
    KEPT_AUTO_BUF once = KEPT_BUF_INIT;
    KEPT_AUTO_BUF twice = KEPT_BUF_INIT;
    kept_expr *again = NULL;
    kept_err err = KEPT_ERR_INIT;
    kept_formula_write(expr, &once);
    /* Quotes and parentheses may take it over the limit of a text. */
    if (once.len > KEPT_FORMULA_BYTES_MAX)
        return;
    kept_status status = kept_formula_parse(kept_buf_text(&once), "value", arena, &again, &err);
    assert(status == KEPT_OK);
    kept_formula_write(again, &twice);
    assert(strcmp(kept_buf_text(&once), kept_buf_text(&twice)) == 0);
}

/* As a condition on a case, or on a period: within a row, or over the rows of a group. */
static void check_judged(const kept_expr *expr, kept_arena *arena)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_emitter em = {.dialect = &kept_dialect_duck, .sql = &sql, .arena = arena, .as_of = 19500};
    kept_emit_expr(&em, expr);
    assert(!strchr(kept_buf_text(&sql), ';') && !strstr(kept_buf_text(&sql), "--"));
}

static void check_emitted(kept_expr *expr, bool over_rows, const kept_fact_kind *kind,
                          kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_formula_rules rules = {
        .what = "value", .kind = kind, .over_rows = over_rows, .target = true};
    kept_expr count = {.op = KEPT_EXPR_CALL, .fn = KEPT_FN_COUNT, .type = KEPT_TYPE_INTEGER};
    kept_measure measure = {.name = "m", .facts = kind, .value = over_rows ? expr : &count};
    kept_emit_ask ask = {.start = 19000, .end = 19400, .as_of = 19500};
    kept_emitted emitted;
    kept_status status = kept_formula_check(expr, &rules, &err);
    if (status != KEPT_OK) {
        assert(status == KEPT_EARG && err.msg[0] && kept_text_utf8(err.msg, strlen(err.msg)));
        return;
    }
    check_judged(expr, arena);
    if (!over_rows && expr->type == KEPT_TYPE_FLAG)
        measure.where = expr;
    else if (!over_rows && expr->type == KEPT_TYPE_DATE)
        measure.time = expr;
    status = kept_measure_emit(&kept_dialect_duck, &measure, &ask, arena, &emitted, &err);
    assert(status == KEPT_OK);
    /* No text of the formula gets into the statement but names of columns. */
    assert(!strchr(emitted.sql, ';') && !strstr(emitted.sql, "--"));
}

/* Read once: it takes longer than all the rest. */
static const kept_fact_kinds *all_kinds(void)
{
    static kept_arena arena;
    static kept_fact_kinds kinds;
    kept_err err = KEPT_ERR_INIT;
    if (kinds.n == 0) {
        kept_status status = kept_fact_kinds_load(NULL, &arena, &kinds, &err);
        assert(status == KEPT_OK);
    }
    return &kinds;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    const kept_fact_kinds *kinds = all_kinds();
    kept_expr *expr = NULL;
    if (size == 0)
        return 0;
    char *text = kept_arena_strndup(&arena, (const char *)data + 1, size - 1);
    assert(text);
    kept_status status = kept_formula_parse(text, "value", &arena, &expr, &err);
    if (status != KEPT_OK) {
        assert(status == KEPT_EARG && err.msg[0] && kept_text_utf8(err.msg, strlen(err.msg)));
        return 0;
    }
    check_written(expr, &arena);
    check_emitted(expr, data[0] % 2 == 0, kinds->kinds[data[0] / 2 % kinds->n], &arena);
    return 0;
}
