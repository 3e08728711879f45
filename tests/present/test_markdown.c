#include "support.h"

#include "present/markdown.h"

static void check_text(const char *text, bool lines, const char *want)
{
    kept_buf out = KEPT_BUF_INIT;
    kept_markdown_text(&out, text, lines);
    assert_string_equal(kept_buf_text(&out), want);
    kept_buf_free(&out);
}

/* Escapes are those of CommonMark 0.31, section 2.4 (a backslash before punctuation), and entities
 * for what could begin HTML; "www." and "://" begin links in GitHub's form (GFM 6.9). */
void test_markdown__text_stays_text(void **state)
{
    (void)state;
    check_text("plain words, 12.50 - and (brackets)!", false,
               "plain words, 12.50 - and (brackets)!");
    check_text("<script>alert('x')</script> & co", false,
               "&lt;script&gt;alert('x')&lt;/script&gt; &amp; co");
    check_text("*a* _b_ `c` ~~d~~ [e](f) ![g](h) a|b \\|", false,
               "\\*a\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~ \\[e\\](f) !\\[g\\](h) a\\|b \\\\\\|");
    check_text("http://a.b www.a.b WWW.a.b ww.a :smile: at: 12:30", false,
               "http\\://a.b www\\.a.b WWW\\.a.b ww.a \\:smile: at: 12\\:30");
    check_text("# no heading, #12, $x$", false, "\\# no heading, \\#12, \\$x\\$");
    check_text("&amp; stays", false, "&amp;amp; stays");
    check_text("one\ntwo\r\nthree\tfour\x1b[31m", true, "one<br>two <br>three four \\[31m");
    check_text("one\ntwo", false, "one two");
    check_text("bad \xff byte", false, "bad \ufffd byte");
    check_text(NULL, false, "");
    check_text("", true, "");
}

static const kept_field group_fields[] = {
    {.name = "customers", .type = KEPT_COUNT},
    {.name = "value", .title = "Value", .type = KEPT_MONEY, .estimate = true},
    {.name = "value_low", .title = "from", .type = KEPT_MONEY, .estimate = true},
    {.name = "value_high", .title = "to", .type = KEPT_MONEY, .estimate = true},
    {.name = "nothing", .type = KEPT_TEXT, .detail = true},
};
static const kept_group_def group_def = {"", NULL, group_fields, 5};
static const kept_field table_fields[] = {
    {.name = "name", .title = "Name", .type = KEPT_TEXT},
    {.name = "days", .title = "Late", .type = KEPT_REAL, .unit = "days"},
    {.name = "day", .title = "Day", .type = KEPT_DATE},
};
static const kept_table_def table_def = {"late", "What was late", table_fields, 3, "Nothing."};
static const kept_table_def empty_def = {"early", "What was early", table_fields, 3,
                                         "Nothing was early."};

void test_markdown__a_result(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_result result;
    kept_result_init(&result, &arena);
    result.title = "Late | orders";
    result.currency = "EUR";
    kept_group *g = kept_result_group(&result, &group_def);
    kept_group_int(&result, g, "customers", 12345);
    kept_group_int(&result, g, "value", 120000);
    kept_group_int(&result, g, "value_low", 100000);
    kept_group_int(&result, g, "value_high", 150000);
    kept_table *t = kept_result_table(&result, &table_def);
    kept_cell *row = kept_table_row(&result, t);
    row[0] = kept_cell_text(&result, "A|B\n<b>");
    row[1] = kept_cell_real(1.5);
    row[2] = kept_cell_day(0);
    row = kept_table_row(&result, t);
    row[0] = kept_cell_text(&result, "C");
    t->more = 1200;
    (void)kept_result_table(&result, &empty_def);
    const kept_chart chart = {.name = "c",
                              .title = "Days late",
                              .summary = "Most were on time.",
                              .kind = KEPT_CHART_BARS,
                              .table = "late",
                              .x = "name",
                              .y = {"days"}};
    kept_result_chart(&result, &chart);
    kept_result_note(&result, KEPT_NOTE, "Counted in *days*.");
    kept_result_note(&result, KEPT_ADVICE, "Look at them: kept late");
    kept_buf out = KEPT_BUF_INIT;
    kept_present_markdown(&result, &out);
    assert_string_equal(kept_buf_text(&out), "# Late \\| orders\n"
                                             "\n"
                                             "| | |\n"
                                             "|---|---:|\n"
                                             "| Customers | 12,345 |\n"
                                             "| Value (EUR) | 12.00 (10.00 to 15.00) |\n"
                                             "\n"
                                             "## What was late\n"
                                             "\n"
                                             "| Name | Late (days) | Day |\n"
                                             "|---|---:|---|\n"
                                             "| A\\|B<br>&lt;b&gt; | 1.5 | 1970-01-01 |\n"
                                             "| C | – | – |\n"
                                             "\n"
                                             "and 1,200 more\n"
                                             "\n"
                                             "Most were on time.\n"
                                             "\n"
                                             "## What was early\n"
                                             "\n"
                                             "Nothing was early.\n"
                                             "\n"
                                             "> **Note:** Counted in \\*days\\*.\n"
                                             "\n"
                                             "> **Next:** Look at them: kept late\n");
    kept_buf_free(&out);
}
