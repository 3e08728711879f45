/* Formulas of measures: read, written back, checked against the columns of a kind of facts. */
#include "support.h"

#include "catalogue/expr_type.h"

static const kept_fact_kind *orders(kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_fact_kinds kinds;
    const kept_fact_kind *kind = NULL;
    CHECK_OK(kept_fact_kinds_load(NULL, arena, &kinds, &err));
    CHECK_OK(kept_fact_kinds_find(&kinds, "orders", &kind, &err));
    return kind;
}

static kept_status parse(const char *text, kept_arena *arena, kept_expr **ret, kept_err *err)
{
    return kept_formula_parse(text, "value", arena, ret, err);
}

static kept_status check(const char *text, bool over_rows, kept_arena *arena, kept_expr **ret,
                         kept_err *err)
{
    kept_formula_rules rules = {.what = "value", .kind = orders(arena), .over_rows = over_rows};
    KEPT_TRY(parse(text, arena, ret, err));
    return kept_formula_check(*ret, &rules, err);
}

static void check_written(const char *text, const char *want)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF once = KEPT_BUF_INIT;
    KEPT_AUTO_BUF twice = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_expr *expr = NULL;
    CHECK_OK(parse(text, &arena, &expr, &err));
    kept_formula_write(expr, &once);
    assert_string_equal(kept_buf_text(&once), want);
    CHECK_OK(parse(kept_buf_text(&once), &arena, &expr, &err));
    kept_formula_write(expr, &twice);
    assert_string_equal(kept_buf_text(&twice), want);
}

void test_formula__binding(void **state)
{
    (void)state;
    check_written("a or b and not c = 1", "a or b and not c = 1");
    check_written("(a or b) and c", "(a or b) and c");
    check_written("not (a and b)", "not (a and b)");
    check_written("NOT a AND b", "not a and b");
    check_written("a + b * 2 <= -c", "a+b*2 <= -c");
    check_written("(a = b) = yes", "(a = b) = yes");
    check_written("a & 'x' = b", "a&'x' = b");
    check_written("a is unknown or b is not known", "not a is known or not b is known");
    check_written("a is known", "a is known");
    check_written("a not in ('x', 'it''s')", "not a in ('x', 'it''s')");
    check_written("if( a , b,\n c )", "if(a, b, c)");
    check_written("count()", "count()");
    check_written("first_known(a, b, 0) / ratio(sum(a), count())",
                  "first_known(a, b, 0)/ratio(sum(a), count())");
    check_written("\"and\" = \"as_of\"", "\"and\" = \"as_of\"");
    check_written("as_of", "as_of");
    /* Only a word before a parenthesis is a function. */
    check_written("count + month", "count+month");
}

void test_formula__refused_by_the_parser(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"", "ends too early"},
        {"a b", "character 3"},
        {"a = b = c", "character 7"},
        {"summ(a)", "there is no function summ(); did you mean sum()?"},
        {"frobnicate(a)", "there are: days_between"},
        {"if(a, b)", "if() takes 3 values, not 2"},
        {"count(a, b)", "count() takes 0 or 1 values, not 2"},
        {"sum()", "sum() takes 1 value, not 0"},
        {"first_known(a)", "at least 2"},
        {"sum(a", "a comma or )"},
        {"sum(a,)", "a value after the comma"},
        {"a is b", "known or unknown"},
        {"a in b", "a list such as"},
        {"a in ()", "at least one value"},
        {"a not b", "in after not"},
        {"and", "double quotes"},
        {"a and", "ends too early"},
        {"1x", "cannot go on with a letter"},
        {"'abc", "never closed"},
        {"a < ", "ends too early"},
        {"a; b", "character 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept_err err = KEPT_ERR_INIT;
        kept_expr *expr = NULL;
        assert_int_equal(parse(cases[i].text, &arena, &expr, &err), KEPT_EARG);
        CHECK_CONTAINS(err.msg, "value");
        CHECK_CONTAINS(err.msg, cases[i].part);
    }
}

void test_formula__depth_is_limited(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    static const char *const openings[] = {"(", "not ", "-", "first_known(1, ", "1 + ("};
    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
        kept_err err = KEPT_ERR_INIT;
        kept_expr *expr = NULL;
        kept_buf_clear(&text);
        for (int n = 0; n < 300; n++)
            kept_buf_add(&text, openings[i]);
        assert_int_equal(parse(kept_buf_text(&text), &arena, &expr, &err), KEPT_EARG);
        CHECK_CONTAINS(err.msg, "levels");
    }
}

void test_formula__types(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static const struct {
        const char *text;
        bool over_rows;
        kept_expr_type type;
        int places;
    } cases[] = {
        {"amount - cost", false, KEPT_TYPE_MONEY, 4},
        {"amount - 0.125", false, KEPT_TYPE_MONEY, 4},
        {"amount * quantity", false, KEPT_TYPE_MONEY, 8},
        {"amount / cost", false, KEPT_TYPE_NUMBER, 8},
        {"amount / quantity", false, KEPT_TYPE_MONEY, 8},
        {"quantity * quantity * quantity", false, KEPT_TYPE_NUMBER, 8},
        {"2 * 3", false, KEPT_TYPE_INTEGER, 0},
        {"amount > 0 and channel = 'web'", false, KEPT_TYPE_FLAG, 0},
        {"happened_at >= '2024-01-01'", false, KEPT_TYPE_FLAG, 0},
        {"'2024-01-01' < happened_at", false, KEPT_TYPE_FLAG, 0},
        {"first_known(paid_at, '2024-01-01')", false, KEPT_TYPE_DATE, 0},
        {"if(paid_at is known, paid_at, as_of)", false, KEPT_TYPE_DATE, 0},
        {"days_between(due_at, as_of)", false, KEPT_TYPE_INTEGER, 0},
        {"customer", false, KEPT_TYPE_CUSTOMER, 0},
        {"sum(amount)", true, KEPT_TYPE_MONEY, 4},
        {"ratio(sum(amount), sum(cost))", true, KEPT_TYPE_NUMBER, 8},
        {"count(customer)", true, KEPT_TYPE_INTEGER, 0},
        {"max(happened_at)", true, KEPT_TYPE_DATE, 0},
        {"if(count() = 0, 0, sum(amount))", true, KEPT_TYPE_MONEY, 4},
        {"mean(days_between(happened_at, paid_at))", true, KEPT_TYPE_NUMBER, 8},
        {"share(paid_at is known)", true, KEPT_TYPE_NUMBER, 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept_err err = KEPT_ERR_INIT;
        kept_expr *expr = NULL;
        CHECK_OK(check(cases[i].text, cases[i].over_rows, &arena, &expr, &err));
        assert_int_equal(expr->type, cases[i].type);
        if (kept_expr_is_number(expr))
            assert_int_equal(expr->places, cases[i].places);
    }
}

void test_formula__refused_by_the_checker(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static const struct {
        const char *text;
        bool over_rows;
        const char *part;
    } cases[] = {
        {"amont > 0", false,
         "value, character 1: orders has no column \"amont\"; did you mean \"amount\"?"},
        {"amount + quantity", false, "money and a number"},
        {"amount * cost", false, "money cannot be multiplied by money"},
        {"quantity / amount", false, "/ needs"},
        {"amount + product", false, "character 10: + needs a number, and product is a text"},
        {"amount and channel = 'web'", false, "and needs a condition, and amount is money"},
        {"not amount", false, "not needs a condition"},
        {"channel > 'a'", false, "< <= > >= needs numbers or dates"},
        {"happened_at = 'yesterday'", false, "'yesterday' is no date"},
        {"happened_at = 5", false, "a date and a whole number"},
        {"customer = customer", false, "customers cannot be compared"},
        {"channel in (product)", false, "written out"},
        {"channel in ('web', 3)", false, "a text and a whole number"},
        {"if(amount, 1, 2)", false, "if() needs a condition"},
        {"if(amount > 1, amount, channel)", false, "money and a text"},
        {"lower(amount)", false, "lower() needs a text"},
        {"month(amount)", false, "month() needs a date"},
        {"channel & amount", false, "& needs a text"},
        {"sum(amount)", false, "sum() looks at all rows and cannot stand where one row"},
        {"ratio(amount, cost)", false, "ratio() is of two numbers over all rows"},
        {"amount", true, "say which number of all rows is meant, as in sum(amount)"},
        {"sum(amount) / cost", true, "as in sum(cost)"},
        {"sum(sum(amount))", true, "cannot stand inside another function"},
        {"sum(channel)", true, "sum() needs a number, and channel is a text"},
        {"sum(happened_at)", true, "sum() needs a number, and happened_at is a date"},
        {"max(channel)", true, "a number or a date"},
        {"share(amount)", true, "share() needs a condition"},
        {"if('a' = 'a', count(), 0)", true, "a text can only stand inside"},
        {"amount > 0.000000001", false, "decimal places"},
        {"amount > 99999999999999999999", false, "too large"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept_err err = KEPT_ERR_INIT;
        kept_expr *expr = NULL;
        if (check(cases[i].text, cases[i].over_rows, &arena, &expr, &err) != KEPT_EARG)
            fail_msg("%s is accepted", cases[i].text);
        CHECK_CONTAINS(err.msg, cases[i].part);
    }
}

void test_formula__choices(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_fact_kinds kinds;
    kept_formula_rules rules = {.what = "where"};
    kept_expr *expr = NULL;
    CHECK_OK(kept_fact_kinds_load(NULL, &arena, &kinds, &err));
    CHECK_OK(kept_fact_kinds_find(&kinds, "quotes", &rules.kind, &err));
    CHECK_OK(kept_formula_parse("result = 'lost'", "where", &arena, &expr, &err));
    CHECK_OK(kept_formula_check(expr, &rules, &err));
    CHECK_OK(kept_formula_parse("result in ('won', 'lots')", "where", &arena, &expr, &err));
    assert_int_equal(kept_formula_check(expr, &rules, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "'lots' is never a value of result; did you mean 'lost'?");
}

/* Columns that are only asked about need not be known. */
void test_formula__columns_needed(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_expr *expr = NULL;
    const kept_fact_column *columns[64];
    size_t n = 0;
    CHECK_OK(check("sum(if(paid_at is known, amount - cost, first_known(discount, amount)))", true,
                   &arena, &expr, &err));
    kept_formula_columns(expr, columns, &n);
    assert_int_equal(n, 2);
    assert_string_equal(columns[0]->name, "amount");
    assert_string_equal(columns[1]->name, "cost");
}

/* What mappings cannot do they say. */
void test_formula__mappings_refuse(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"amount=if(a, b, c)", "character 8: functions belong to measures"},
        {"amount=Price < 3", "comparisons belong to measures"},
        {"amount=a >= b", "comparisons belong to measures"},
        {"amount=a = b", "a comma or the end is expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept_err err = KEPT_ERR_INIT;
        kept_map_item *items = NULL;
        size_t n = 0;
        assert_int_equal(kept_map_parse(cases[i].text, &arena, &items, &n, &err), KEPT_EARG);
        CHECK_CONTAINS(err.msg, cases[i].part);
    }
    /* There "a and b" is the name of a column. */
    kept_err err = KEPT_ERR_INIT;
    kept_expr *expr = NULL;
    CHECK_OK(kept_expr_parse("Price and tax", &arena, &expr, &err));
    assert_int_equal(expr->op, KEPT_EXPR_COLUMN);
    assert_string_equal(expr->name, "Price and tax");
}
