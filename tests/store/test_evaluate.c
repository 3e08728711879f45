#include "support.h"

#include "store/facts/evaluate.h"

static const char *const names[] = {"Price", "Quantity", "Shop", "Receipt"};

typedef struct sheet {
    kept_arena arena;
    kept_buf scratch;
    kept_cell cells[4];
    kept_mark marks[4];
} sheet;

static sheet sheet_of(const char *price, const char *quantity, const char *shop,
                      const char *receipt)
{
    const char *texts[] = {price, quantity, shop, receipt};
    sheet s = {.arena = KEPT_ARENA_INIT, .scratch = KEPT_BUF_INIT};
    for (size_t i = 0; i < 4; i++)
        s.cells[i] = (kept_cell){texts[i], texts[i] ? strlen(texts[i]) : 0};
    return s;
}

static void sheet_done(sheet *s)
{
    kept_arena_free(&s->arena);
    kept_buf_free(&s->scratch);
}

static void bind(kept_expr *e)
{
    if (!e)
        return;
    for (size_t i = 0; e->op == KEPT_EXPR_COLUMN && i < 4; i++)
        if (strcmp(e->name, names[i]) == 0)
            e->column = i;
    bind(e->left);
    bind(e->right);
}

static kept_expr *expr_of(sheet *s, const char *text)
{
    kept_err err = KEPT_ERR_INIT;
    kept_expr *e = NULL;
    CHECK_OK(kept_expr_parse(text, &s->arena, &e, &err));
    bind(e);
    return e;
}

static void check_number(sheet *s, const char *text, const char *want)
{
    kept_decimal got;
    kept_eval_fault fault = {KEPT_FAULT_NONE, 0, {NULL, 0}};
    kept_eval e = kept_evaluate_number(expr_of(s, text), s->cells, s->marks, &got, &fault);
    char out[48] = "empty";
    if (e == KEPT_EVAL_BAD) {
        kept_buf_clear(&s->scratch);
        kept_eval_reason(&fault, fault.column < 4 ? names[fault.column] : "", &s->scratch);
        assert_string_equal(kept_buf_text(&s->scratch), want);
        return;
    }
    if (e == KEPT_EVAL_VALUE)
        kept_decimal_write(got, out);
    assert_string_equal(out, want);
}

static void check_text(sheet *s, const char *text, const char *want)
{
    kept_cell got = {"empty", 5};
    kept_eval_fault fault = {KEPT_FAULT_NONE, 0, {NULL, 0}};
    kept_eval e =
        kept_evaluate_text(expr_of(s, text), s->cells, s->marks, &s->scratch, &got, &fault);
    assert_true(e != KEPT_EVAL_BAD);
    if (got.len != strlen(want) || memcmp(got.text, want, got.len) != 0)
        fail_msg("%s gave \"%.*s\", want \"%s\"", text, (int)got.len, got.text, want);
}

void test_evaluate__computes_exactly(void **state)
{
    (void)state;
    sheet s = sheet_of(" 2.10", "3 ", "", NULL);
    check_number(&s, "Price*Quantity", "6.30");
    check_number(&s, "Price", "2.10");
    check_number(&s, "-(Price-Quantity)", "0.90");
    check_number(&s, "0.1*3", "0.3");
    check_number(&s, "1/3", "0.333333333333333333");
    check_number(&s, "Quantity/2+1", "2.5");
    check_number(&s, "'12.5'+1", "13.5");
    s.marks[0] = KEPT_MARK_COMMA;
    s.cells[0] = (kept_cell){"1.234,50", 8};
    check_number(&s, "Price*Quantity", "3703.50");
    sheet_done(&s);
}

void test_evaluate__empty_and_bad(void **state)
{
    (void)state;
    sheet s = sheet_of("", "3", " ", NULL);
    check_number(&s, "Price*Quantity", "empty");
    check_number(&s, "Quantity-Receipt", "empty");
    check_number(&s, "-Shop", "empty");
    check_number(&s, "''", "empty");
    check_number(&s, "Quantity/(Quantity-3)", "division by zero");
    check_number(&s, "Quantity/(Quantity-3)*Price", "division by zero");
    check_number(&s, "Shop&Quantity", "the text of the mapping is not a number");
    s.cells[0] = (kept_cell){"abc", 3};
    check_number(&s, "Price*Quantity", "'abc' in column Price is not a number");
    /* A bad cell is not hidden by an empty one beside it. */
    check_number(&s, "Receipt*Price", "'abc' in column Price is not a number");
    s.cells[1] = (kept_cell){"99999999999999999999999999", 26};
    check_number(&s, "Quantity*Quantity", "the computed value is too large");
    /* Long cells are cut between characters: 59 letters, then one of two bytes. */
    const char *tall = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\u00e9zzz";
    s.cells[0] = (kept_cell){tall, strlen(tall)};
    check_number(&s, "Price",
                 "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...' in column "
                 "Price is not a number");
    sheet_done(&s);
}

void test_evaluate__joins_texts(void **state)
{
    (void)state;
    sheet s = sheet_of("2.50", "10", " S1 ", "77");
    check_text(&s, "Shop", "S1");
    check_text(&s, "Shop & '-' & Receipt", "S1-77");
    check_text(&s, "'web'", "web");
    check_text(&s, "Shop & Quantity*Price", "S125");
    check_text(&s, "Quantity+1", "11");
    check_text(&s, "''", "empty");
    check_text(&s, "Shop & ''", "S1"); /* only a cell can be missing */
    s.cells[3] = (kept_cell){"  ", 2};
    check_text(&s, "Receipt", "empty");
    check_text(&s, "Shop & '-' & Receipt", "empty"); /* half a key is no key */
    check_text(&s, "Receipt & '-' & Shop", "empty");
    s.scratch.limit = 100;
    static char tall[90];
    memset(tall, 'x', sizeof tall);
    s.cells[3] = (kept_cell){tall, sizeof tall};
    kept_cell got;
    kept_eval_fault fault;
    assert_int_equal(kept_evaluate_text(expr_of(&s, "Receipt&Receipt"), s.cells, s.marks,
                                        &s.scratch, &got, &fault),
                     KEPT_EVAL_BAD);
    assert_int_equal(fault.fault, KEPT_FAULT_TOO_LONG);
    check_text(&s, "Shop & 'a'", "S1a"); /* and the next row is well again */
    sheet_done(&s);
}

void test_evaluate__strips_point_zero(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {{"17850.0", "17850"}, {"-5.0", "-5"},   {"17850.00", "17850.00"},
                 {"1.5", "1.5"},       {"A1.0", "A1.0"}, {".0", ".0"},
                 {"-.0", "-.0"},       {"", ""},         {"1.2.0", "1.2.0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kept_cell got =
            kept_cell_strip_point_zero((kept_cell){cases[i].text, strlen(cases[i].text)});
        assert_int_equal(got.len, strlen(cases[i].want));
    }
}
