#include "support.h"

#include "catalogue/expr.h"

/* The tree of one expression, written back with every pair of parentheses that it needs. */
static void check_tree(const char *text, const char *want)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_expr *expr = NULL;
    CHECK_OK(kept_expr_parse(text, &arena, &expr, &err));
    kept_expr_write(expr, &buf);
    assert_string_equal(kept_buf_text(&buf), want);
    /* Reading what was written gives the same tree again. */
    KEPT_AUTO_BUF again = KEPT_BUF_INIT;
    CHECK_OK(kept_expr_parse(kept_buf_text(&buf), &arena, &expr, &err));
    kept_expr_write(expr, &again);
    assert_string_equal(kept_buf_text(&again), want);
}

static void check_refused(const char *text, const char *part)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_map_item *items = NULL;
    size_t n = 77;
    if (kept_map_parse(text, &arena, &items, &n, &err) != KEPT_EARG)
        fail_msg("\"%s\" was not refused", text);
    CHECK_CONTAINS(err.msg, part);
    assert_null(items);
    assert_int_equal(n, 77);
}

void test_expr__binds_as_in_arithmetic(void **state)
{
    (void)state;
    check_tree("Price * Quantity", "Price*Quantity");
    check_tree("a + b * c", "a+b*c");
    check_tree("(a + b) * c", "(a+b)*c");
    check_tree("a - b - c", "a-b-c");
    check_tree("a - (b - c)", "a-(b-c)");
    check_tree("a / b / c", "a/b/c");
    check_tree("a / (b * c)", "a/(b*c)");
    check_tree("((a))", "a");
    check_tree("-a * b", "-a*b");
    check_tree("-(a * b)", "-(a*b)");
    check_tree("a - -b", "a--b");
    check_tree("a & '-' & b + 1", "a&'-'&b+1");
    check_tree("a & (b & c)", "a&(b&c)");
    check_tree("(a & b) + c", "(a&b)+c");
}

void test_expr__reads_names_texts_and_numbers(void **state)
{
    (void)state;
    check_tree("Customer ID", "\"Customer ID\"");
    check_tree("Customer ID + 2", "\"Customer ID\"+2");
    check_tree("\"Customer ID\"", "\"Customer ID\"");
    check_tree("[Customer ID]", "\"Customer ID\"");
    check_tree("[a \"b\" c]", "\"a \"\"b\"\" c\"");
    check_tree("\"say \"\"so\"\"\"", "\"say \"\"so\"\"\"");
    check_tree("Gr\u00f6\u00dfe", "Gr\u00f6\u00dfe");
    check_tree("order.id", "order.id");
    check_tree("Order#", "Order#");
    check_tree("\"2024\"", "\"2024\"");
    check_tree("\"none\"", "\"none\"");
    check_tree("Umsatz 2024", "\"Umsatz 2024\"");
    check_tree("'web'", "'web'");
    check_tree("'it''s'", "'it''s'");
    check_tree("''", "''");
    check_tree("12.50", "12.50");
    check_tree(".05", "0.05");
    check_tree("007", "7");
    check_tree("12345678901234567890.123456789", "12345678901234567890.123456789");
}

void test_map__reads_items(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_map_item *items;
    size_t n;
    CHECK_OK(
        kept_map_parse(" customer = \"Customer, ID\" ,amount=Price * Quantity ,channel='a,b=c'",
                       &arena, &items, &n, &err));
    assert_int_equal(n, 3);
    assert_string_equal(items[0].target, "customer");
    assert_string_equal(items[0].written, "\"Customer, ID\"");
    assert_string_equal(items[0].expr->name, "Customer, ID");
    assert_true(items[0].expr->column == SIZE_MAX);
    assert_string_equal(items[1].written, "Price * Quantity");
    assert_int_equal(items[1].expr->op, KEPT_EXPR_MUL);
    assert_int_equal(items[2].expr->op, KEPT_EXPR_TEXT);
    assert_string_equal(items[2].expr->text, "a,b=c");
}

void test_map__says_where_and_what(void **state)
{
    (void)state;
    check_refused("", "the name of a target column is expected");
    check_refused("customer", "= is expected");
    check_refused("customer=", "ends too early: a column name");
    check_refused("amount=Price*", "ends too early");
    check_refused("amount=Price**2", "character 14");
    check_refused("amount=(a+b", ")");
    check_refused("amount=a+b)", "character 11");
    check_refused("amount=a,", "ends too early: the name of a target");
    check_refused("amount=a;b", "not \";\"");
    check_refused("\u00fc=a,x=\u00e4\u00f6\u00fc*?", "character 11");
    check_refused("x=\u20ac*\u2603+%", "not \"%\"");
    check_refused("amount='a", "character 8: the ' is never closed");
    check_refused("amount=[a", "the [ is never closed");
    check_refused("amount=\"\"", "a column name is expected");
    check_refused("amount=12abc", "begins with a digit");
    check_refused("amount=1.2.3", "\"1.2.3\" is not a number");
    check_refused("amount=a,day=b,amount=c", "character 16: amount is given twice");
    check_refused("amount='\xff'", "not UTF-8");
    check_refused("1=a", "target column");
}

static const char *repeat(kept_buf *buf, const char *head, const char *part, int times,
                          const char *tail)
{
    kept_buf_clear(buf);
    kept_buf_add(buf, head);
    for (int i = 0; i < times; i++)
        kept_buf_add(buf, part);
    kept_buf_add(buf, tail);
    return kept_buf_text(buf);
}

void test_map__has_limits(void **state)
{
    (void)state;
    KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
    check_refused(repeat(&buf, "x=", "(", 20000, "a"), "50 levels");
    check_refused(repeat(&buf, "x=", "-", 20000, "a"), "50 levels");
    check_refused(repeat(&buf, "x=a", "+a", 50, ""), "50 levels");
    check_refused(repeat(&buf, "x=", "aaaaaaaaaaaaaaaa", 4096, ""), "65538 bytes");
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_map_item *items;
    size_t n;
    CHECK_OK(kept_map_parse(repeat(&buf, "x=a", "+a", 49, ""), &arena, &items, &n, &err));
    CHECK_OK(kept_map_parse(repeat(&buf, "x=", "(", 49,
                                   "a)))))))))))))))))))))))))))))))))))))"
                                   "))))))))))))"),
                            &arena, &items, &n, &err));
    kept_buf_clear(&buf);
    for (int i = 0; i < 200; i++)
        kept_buf_printf(&buf, "%sc%d=a", i ? "," : "", i);
    CHECK_OK(kept_map_parse(kept_buf_text(&buf), &arena, &items, &n, &err));
    assert_int_equal(n, 200);
    kept_buf_add(&buf, ",more=a");
    check_refused(kept_buf_text(&buf), "more than 200 columns");
}

void test_map__survives_without_memory(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_map_item *items;
    size_t n;
    for (size_t nth = 1;; nth++) {
        kept_arena_fail_nth(nth);
        kept_status s = kept_map_parse("a=\"b\"*2,c='d'&(e-f)", &arena, &items, &n, &err);
        kept_arena_fail_nth(0);
        if (s == KEPT_OK) {
            assert_true(nth > 10);
            break;
        }
        assert_int_equal(s, KEPT_ENOMEM);
    }
}
