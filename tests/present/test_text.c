#include "support.h"

#include "../cli/sample_ops.h"
#include "base/array.h"
#include "present/csv.h"
#include "present/text.h"

static const kept_screen plain = {.width = 100, .advice = true};

static void check_width(const char *text, size_t width)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        KEPT_AUTO_BUF line = KEPT_BUF_INIT;
        kept_buf_add_n(&line, text, len);
        if (kept_text_width(kept_buf_text(&line)) > width)
            fail_msg("wider than %zu: %s", width, kept_buf_text(&line));
        text += len + (text[len] == '\n');
    }
}

void test_text__fits_every_width(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    sample_fit_result(&r);
    /* The widest unbreakable value, the estimate of a customer, needs 34 columns. */
    for (size_t width = 40; width < 200; width++) {
        KEPT_AUTO_BUF out = KEPT_BUF_INIT;
        kept_screen screen = {.width = width, .charts = true, .advice = true};
        kept_present_text(&r, &screen, &out);
        assert_false(out.failed);
        check_width(kept_buf_text(&out), width < 60 ? 60 : width);
        CHECK_CONTAINS(kept_buf_text(&out), "12,346 (6,173 to 24,691)");
        CHECK_CONTAINS(kept_buf_text(&out), "99.96%");
    }
}

void test_text__says_what_is_not_known_and_what_is_left_out(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    sample_fit_result(&r);
    kept_present_text(&r, &plain, &out);
    const char *text = kept_buf_text(&out);
    CHECK_CONTAINS(text, "Not measured    –\n");
    CHECK_CONTAINS(text, "… and 2,354 more\n");
    CHECK_CONTAINS(text, "Nothing was left out.\n");
    CHECK_CONTAINS(text, "Careful: Only 14% of the orders have an amount.\n");
    CHECK_CONTAINS(text, "Next:    See each customer");
    assert_null(strchr(text, '\033'));
    assert_null(strstr(text, "█")); /* no chart into a pipe */
    assert_null(strstr(text, " \n"));
}

void test_text__colours_and_charts_only_when_asked(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    sample_fit_result(&r);
    const kept_screen screen = {.width = 80, .colour = true, .charts = true, .advice = false};
    kept_present_text(&r, &screen, &out);
    const char *text = kept_buf_text(&out);
    CHECK_CONTAINS(text, "\033[1mCustomers worth most\033[0m");
    CHECK_CONTAINS(text, "▁▁▃▅█");
    CHECK_CONTAINS(text, "████");
    assert_null(strstr(text, "See each customer"));
}

void test_text__hostile_text_stays_text(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    static const kept_field fields[] = {{.name = "name", .type = KEPT_TEXT}};
    static const kept_table_def def = {"rows", NULL, fields, 1, NULL};
    kept_result r;
    kept_result_init(&r, &arena);
    kept_table *t = kept_result_table(&r, &def);
    kept_table_row(&r, t)[0] = kept_cell_text(&r, "\033]0;owned\a\nnext");
    kept_result_note(&r, KEPT_NOTE, "from \033[31m%s", "file");
    kept_present_text(&r, &plain, &out);
    assert_null(strchr(kept_buf_text(&out), '\033'));
    assert_null(strchr(kept_buf_text(&out), '\a'));
    CHECK_CONTAINS(kept_buf_text(&out), "owned  next\n");
}

/* --- CSV --- */

static void csv_of(const char *table, bool raw, kept_buf *out)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    sample_fit_result(&r);
    const kept_csv_opts opts = {.table = table, .raw = raw};
    CHECK_OK(kept_present_csv(&r, &opts, out, &err));
}

void test_csv__first_table_with_rows(void **state)
{
    (void)state;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    csv_of(NULL, false, &out);
    assert_string_equal(
        kept_buf_text(&out),
        "customer,segment,orders,last_order,worth,worth_low,worth_high,active\r\n"
        "Grüber & Söhne,key,1204,1997-05-19,12345.67,6172.835,24691.34,0.9996\r\n"
        "\"'=HYPERLINK(\"\"http://x\"\")\",-12.5,3,1997-05-20,1.50,,,4e-05\r\n"
        "\"a \"\"quoted\"\", long name that goes on and on until it has to be cut somewhere\","
        "'+49 30,1,,-0.025,,,0.25\r\n");
}

void test_csv__raw_and_named_tables(void **state)
{
    (void)state;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    csv_of("customers", true, &out);
    CHECK_CONTAINS(kept_buf_text(&out), "\r\n\"=HYPERLINK(");
    CHECK_CONTAINS(kept_buf_text(&out), ",+49 30,");
    kept_buf_clear(&out);
    csv_of("left_out", false, &out);
    assert_string_equal(kept_buf_text(&out), "what\r\n");
    kept_buf_clear(&out);
    csv_of("scalars", false, &out);
    CHECK_CONTAINS(kept_buf_text(&out), "not_measured,parameters_r,parameters_alpha,");
    CHECK_CONTAINS(kept_buf_text(&out), "\r\nbg-nbd,2357,-9582.42");
}

void test_csv__guards_text_only(void **state)
{
    (void)state;
    static const kept_field fields[] = {{.name = "t", .type = KEPT_TEXT},
                                        {.name = "r", .type = KEPT_REAL}};
    static const kept_table_def def = {"rows", NULL, fields, 2, NULL};
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"=1+1", "'=1+1"}, {"+1+1", "'+1+1"},   {"-cmd", "'-cmd"}, {"@SUM(A1)", "'@SUM(A1)"},
        {"\tx", "'\tx"},   {"\rx", "\"'\rx\""}, {"-12", "-12"},    {"+.5", "+.5"},
        {"-1e5", "-1e5"},  {"-1e", "'-1e"},     {"-", "'-"},       {"a=b", "a=b"},
        {"", ""},          {"1.2.3", "1.2.3"},  {"-1.", "'-1."},
    };
    for (size_t i = 0; i < KEPT_N(cases); i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        KEPT_AUTO_BUF out = KEPT_BUF_INIT;
        KEPT_AUTO_BUF want = KEPT_BUF_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_result r;
        kept_result_init(&r, &arena);
        kept_cell *row = kept_table_row(&r, kept_result_table(&r, &def));
        row[0] = kept_cell_text(&r, cases[i].text);
        row[1] = kept_cell_real(-1);
        const kept_csv_opts opts = {0};
        CHECK_OK(kept_present_csv(&r, &opts, &out, &err));
        kept_buf_printf(&want, "t,r\r\n%s,-1\r\n", cases[i].want);
        assert_string_equal(kept_buf_text(&out), kept_buf_text(&want));
    }
}

void test_csv__unknown_table(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    sample_fit_result(&r);
    const kept_csv_opts opts = {.table = "custommers"};
    assert_int_equal(kept_present_csv(&r, &opts, &out, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "Did you mean customers?");
    assert_int_equal(out.len, 0);
}

/* A sentence goes on below; the cells beside it stay where they are. */
void test_text__sentences_go_on_below(void **state)
{
    (void)state;
    static const kept_field fields[] = {
        {.name = "id", .type = KEPT_TEXT, .title = "Id"},
        {.name = "why", .type = KEPT_TEXT, .title = "Why", .folds = true},
        {.name = "n", .type = KEPT_COUNT, .title = "How many"},
    };
    static const kept_table_def def = {"rows", "Rows", fields, KEPT_N(fields), NULL};
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    kept_table *table = kept_result_table(&r, &def);
    kept_cell *row = kept_table_row(&r, table);
    row[0] = kept_cell_text(&r, "P-1");
    row[1] = kept_cell_text(&r, "two of eighteen deliveries failed; at most one may");
    row[2] = kept_cell_int(7);
    const kept_screen narrow = {.width = 40, .advice = true};
    kept_present_text(&r, &narrow, &out);
    CHECK_CONTAINS(kept_buf_text(&out), "  P-1  two of eighteen         ");
    CHECK_CONTAINS(kept_buf_text(&out), "7\n       deliveries failed; at\n       most one may\n");
}
