#include "support.h"

#include "present/html.h"
#include "xml_support.h"

#define HOSTILE "<script>alert('x')</script>&\"\x07"
#define SAFE    "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;\xef\xbf\xbd"

static const kept_field top[] = {
    {"total", "Value of all", KEPT_MONEY, "in 3 years", "Sum " HOSTILE, false, false, false},
    {"total_low", NULL, KEPT_MONEY, NULL, NULL, false, false, false},
    {"total_high", NULL, KEPT_MONEY, NULL, NULL, false, false, false},
    {"model", "Model", KEPT_TEXT, NULL, NULL, false, false, false},
    {"weeks", "Observed", KEPT_REAL, "weeks", NULL, false, false, false},
    {"unseen", "Margin", KEPT_SHARE, NULL, NULL, false, false, false},
};
static const kept_group_def top_def = {"", NULL, top, 6};
static const kept_field parameters[] = {
    {"r", "r", KEPT_REAL, NULL, "Shape", false, false, false},
    {"alpha", "alpha", KEPT_REAL, "weeks", NULL, false, false, false}};
static const kept_group_def estimate_def = {"parameters", "Estimate", parameters, 2};
static const kept_group_def error_def = {"standard_errors", "Standard error", parameters, 2};
static const kept_field columns[] = {
    {"customer", "Customer", KEPT_TEXT, NULL, "Who " HOSTILE, false, false, false},
    {"orders", "Orders", KEPT_COUNT, NULL, NULL, false, false, false},
    {"rate", NULL, KEPT_REAL, "per year", NULL, false, false, false},
    {"value", "Value", KEPT_MONEY, NULL, NULL, false, false, false},
    {"value_low", NULL, KEPT_MONEY, NULL, NULL, false, false, false},
    {"value_high", NULL, KEPT_MONEY, NULL, NULL, false, false, false},
};
static const kept_table_def customers_def = {"customers", "Customers", columns, 6,
                                             "No customer yet."};
static const kept_table_def weeks_def = {"weekly", "Weeks", columns, 6, NULL};
static const kept_table_def none_def = {"none", "Late", columns, 6, "Nothing is late."};

typedef struct fixture {
    kept_arena arena;
    kept_result result;
    kept_html_section section;
} fixture;

static void add_rows(fixture *f, kept_table *table, int rows)
{
    for (int i = 0; i < rows; i++) {
        kept_cell *c = kept_table_row(&f->result, table);
        c[0] = kept_cell_text(&f->result, i == 1 ? HOSTILE : "Firm");
        c[1] = kept_cell_int(i * 1000);
        if (i != 2)
            c[2] = kept_cell_real(i / 4.0);
        c[3] = kept_cell_int(INT64_C(12345678) * (i + 1));
        c[4] = kept_cell_int(INT64_C(10000000));
        c[5] = kept_cell_int(INT64_C(20000000));
    }
}

static void begin(fixture *f, int rows)
{
    f->arena = (kept_arena)KEPT_ARENA_INIT;
    kept_result *r = &f->result;
    kept_result_init(r, &f->arena);
    r->currency = "EUR";
    r->title = "Worth " HOSTILE;
    kept_group *group = kept_result_group(r, &top_def);
    kept_group_int(r, group, "total", INT64_C(18423551234));
    kept_group_int(r, group, "total_low", INT64_C(16011240000));
    kept_group_int(r, group, "total_high", INT64_C(21350020000));
    kept_group_text(r, group, "model", HOSTILE);
    kept_group_real(r, group, "weeks", 39);
    group = kept_result_group(r, &estimate_def);
    kept_group_real(r, group, "r", 0.2426);
    kept_group_real(r, group, "alpha", 4.4136);
    group = kept_result_group(r, &error_def);
    kept_group_real(r, group, "r", 0.0126);
    kept_result_note(r, KEPT_NOTE, "%s", "Read " HOSTILE);
    kept_result_note(r, KEPT_WARNING, "%s", "Weak.");
    kept_result_note(r, KEPT_ADVICE, "%s", "Call them.");
    add_rows(f, kept_result_table(r, &weeks_def), rows);
    add_rows(f, kept_result_table(r, &customers_def), rows);
    kept_result_table(r, &none_def);
    kept_chart chart = {.name = "one",
                        .title = "Chart " HOSTILE,
                        .summary = "Up " HOSTILE,
                        .kind = KEPT_CHART_LINE,
                        .table = "weekly",
                        .x = "orders",
                        .y = {"rate"}};
    kept_result_chart(r, &chart);
    chart.name = "two";
    chart.kind = KEPT_CHART_BARS;
    chart.x = "customer";
    kept_result_chart(r, &chart);
    f->section = (kept_html_section){.result = r, .lead = "Lead " HOSTILE};
}

static const kept_html_fact facts[] = {{"Firm " HOSTILE, "Acme " HOSTILE}, {"As of", "2024-03-31"}};
static const char *const footer[] = {"Sources " HOSTILE, "Method"};

static kept_html_opts options(void)
{
    kept_html_opts opts = KEPT_HTML_OPTS_INIT;
    opts.title = "Report " HOSTILE;
    opts.facts = facts;
    opts.n_facts = 2;
    opts.footer = footer;
    opts.n_footer = 2;
    opts.interval = "95% interval";
    opts.more = "kept customers --csv";
    return opts;
}

static void write_one(fixture *f, int rows, kept_buf *out)
{
    begin(f, rows);
    kept_html_opts opts = options();
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_html_write(&f->section, 1, &opts, out, &err));
}

void test_html__is_well_formed_and_self_contained(void **state)
{
    (void)state;
    fixture f;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    write_one(&f, 5, &out);
    /* xml_count fails on scripts, links to outside, repeated ids, and names that lead nowhere. */
    assert_int_equal(xml_count(out.data, "h1", NULL, NULL), 1);
    assert_int_equal(xml_count(out.data, "main", NULL, NULL), 1);
    assert_int_equal(xml_count(out.data, "section", NULL, NULL), 1);
    assert_int_equal(xml_count(out.data, "figure", NULL, NULL), 2);
    assert_int_equal(xml_count(out.data, "svg", "wide", NULL), 2);
    assert_int_equal(xml_count(out.data, "svg", "narrow", NULL), 2);
    assert_int_equal(xml_count(out.data, "details", NULL, NULL), 1);
    assert_int_equal(xml_count(out.data, "dl", "key", NULL), 1);
    assert_int_equal(xml_count(out.data, "footer", NULL, NULL), 1);
    assert_null(strstr(out.data, "url("));
    assert_null(strstr(out.data, "@import"));
    CHECK_CONTAINS(out.data, "<!DOCTYPE html>\n<html lang=\"en\"");
    CHECK_CONTAINS(out.data, "default-src 'none'");
    CHECK_CONTAINS(out.data, "prefers-color-scheme: dark");
    CHECK_CONTAINS(out.data, "@media print");
    kept_arena_free(&f.arena);
}

void test_html__escapes_every_text(void **state)
{
    (void)state;
    fixture f;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT, text = KEPT_BUF_INIT;
    write_one(&f, 5, &out);
    assert_null(strstr(out.data, "<script"));
    assert_null(strchr(out.data, '\x07'));
    static const char *const places[] = {"<title>Report " SAFE,    "<h1>Report " SAFE,
                                         "<dt>Firm " SAFE,         "<dd>Acme " SAFE,
                                         "<h2>Worth " SAFE,        "<p class=\"lead\">Lead " SAFE,
                                         "title=\"Sum " SAFE,      "title=\"Who " SAFE,
                                         "<h3>Chart " SAFE,        "<p class=\"summary\">Up " SAFE,
                                         "<b>Note</b> Read " SAFE, "<p>Sources " SAFE};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        CHECK_CONTAINS(out.data, places[i]);
    /* What a reader gets is what was written, the bell apart. */
    xml_count(out.data, "td", NULL, &text);
    CHECK_CONTAINS(text.data, "<script>alert('x')</script>&\"\xef\xbf\xbd");
    kept_arena_free(&f.arena);
}

void test_html__shows_key_figures_with_their_interval(void **state)
{
    (void)state;
    fixture f;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    write_one(&f, 5, &out);
    CHECK_CONTAINS(out.data, "<dd class=\"figure\"><span class=\"unit\">EUR</span> 1,842,355</dd>");
    CHECK_CONTAINS(out.data, "95% interval <span class=\"together\">1,601,124 to 2,135,002</span>");
    CHECK_CONTAINS(out.data, "</span>, in 3 years</dt>");
    CHECK_CONTAINS(out.data, "<dd>39 <span class=\"unit\">weeks</span></dd>");
    CHECK_CONTAINS(out.data, "<dd class=\"none\" title=\"not known\">–</dd>");
    /* Named figures take their place. */
    static const char *const key[] = {"weeks", NULL};
    f.section.key = key;
    kept_buf_clear(&out);
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_html_write(&f.section, 1, NULL, &out, &err));
    CHECK_CONTAINS(out.data, "<dd class=\"figure\">39</dd>");
    CHECK_CONTAINS(out.data, "<dd>1,842,355.12 <span class=\"unit\">EUR in 3 years</span>");
    kept_arena_free(&f.arena);
}

void test_html__sets_parallel_groups_side_by_side(void **state)
{
    (void)state;
    fixture f;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    write_one(&f, 5, &out);
    CHECK_CONTAINS(out.data, "<th scope=\"col\" class=\"n\">Estimate</th>"
                             "<th scope=\"col\" class=\"n\">Standard error</th>");
    CHECK_CONTAINS(out.data, "<td class=\"n\">0.2426</td><td class=\"n\">0.0126</td>");
    CHECK_CONTAINS(out.data,
                   "<td class=\"n\">4.4136</td><td class=\"n none\" title=\"not known\">–");
    kept_arena_free(&f.arena);
}

void test_html__calls_out_notes_by_word(void **state)
{
    (void)state;
    fixture f;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    write_one(&f, 5, &out);
    CHECK_CONTAINS(out.data, "<p class=\"note careful\"><b>Careful</b> Weak.</p>");
    CHECK_CONTAINS(out.data, "<p class=\"note next\"><b>Next</b> Call them.</p>");
    kept_arena_free(&f.arena);
}

void test_html__tables_align_and_fold(void **state)
{
    (void)state;
    fixture f;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    write_one(&f, 5, &out);
    /* Decimals of a column stand below each other: 0, 0.25, unknown, 0.75, 1. */
    CHECK_CONTAINS(out.data, "<td class=\"n\">0.00</td>");
    CHECK_CONTAINS(out.data, "<td class=\"n\">0.25</td>");
    CHECK_CONTAINS(out.data, "<td class=\"n none\" title=\"not known\">–</td>");
    CHECK_CONTAINS(out.data, "<td class=\"n\">1.00</td>");
    CHECK_CONTAINS(out.data, "<td class=\"n\">4,000</td>");
    CHECK_CONTAINS(out.data, "1,234.57<span class=\"range\">1,000.00 to 2,000.00</span>");
    CHECK_CONTAINS(out.data,
                   "<span class=\"term\">Rate</span> <span class=\"unit\">per year</span>");
    CHECK_CONTAINS(out.data, "<th scope=\"row\" class=\"t\">Firm</th>");
    /* The drawn table stands behind its first chart only; the second points there. */
    CHECK_CONTAINS(out.data, "<summary>The numbers behind this chart (5 rows)</summary>");
    CHECK_CONTAINS(out.data, "The numbers stand below the chart <a href=\"#s1-c1\">");
    assert_int_equal(xml_count(out.data, "table", NULL, NULL),
                     3); /* parameters, weeks, customers */
    CHECK_CONTAINS(out.data, "<h3>Late</h3>\n<p class=\"rest\">Nothing is late.</p>");
    kept_arena_free(&f.arena);
}

void test_html__counts_rows_that_are_left_out(void **state)
{
    (void)state;
    fixture f;
    begin(&f, 1300);
    f.result.tables[1].more = 200;
    kept_html_opts opts = options();
    opts.max_rows = 30;
    opts.max_chart_rows = 10;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_html_write(&f.section, 1, &opts, &out, &err));
    CHECK_CONTAINS(out.data,
                   "The first 30 of 1,500 rows; 1,470 more are not shown here. All of them: "
                   "kept customers --csv</p>");
    CHECK_CONTAINS(out.data, "The first 10 of 1,300 rows; 1,290 more are not shown here.");
    assert_int_equal(xml_count(out.data, "tr", NULL, NULL), 3 + 31 + 11);
    kept_arena_free(&f.arena);
}

void test_html__joins_results_into_one_report(void **state)
{
    (void)state;
    fixture f, g, h;
    begin(&f, 5);
    begin(&g, 0);
    begin(&h, 1);
    g.section.title = "Second";
    kept_html_section sections[] = {f.section, g.section, h.section};
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_html_write(sections, 3, NULL, &out, &err));
    assert_int_equal(xml_count(out.data, "section", NULL, NULL), 3);
    assert_int_equal(xml_count(out.data, "li", NULL, NULL), 3); /* contents */
    CHECK_CONTAINS(out.data, "<li><a href=\"#s2\">Second</a></li>");
    CHECK_CONTAINS(out.data, "There are no rows to draw.");
    kept_arena_free(&f.arena);
    kept_arena_free(&g.arena);
    kept_arena_free(&h.arena);
}

void test_html__without_results_says_so(void **state)
{
    (void)state;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_html_write(NULL, 0, NULL, &out, &err));
    assert_int_equal(xml_count(out.data, "section", NULL, NULL), 0);
    CHECK_CONTAINS(out.data, "There is nothing to show yet.");
}

void test_html__same_input_same_bytes_and_faults_leave_nothing(void **state)
{
    (void)state;
    fixture f, g;
    KEPT_AUTO_BUF once = KEPT_BUF_INIT, again = KEPT_BUF_INIT;
    write_one(&f, 40, &once);
    write_one(&g, 40, &again);
    assert_string_equal(once.data, again.data);
    kept_html_opts opts = options();
    for (size_t n = 1; n < 200; n += 7) {
        KEPT_AUTO_BUF out = KEPT_BUF_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_arena_fail_nth(n);
        kept_status status = kept_html_write(&f.section, 1, &opts, &out, &err);
        kept_arena_fail_nth(0);
        assert_true(status == KEPT_OK || status == KEPT_ENOMEM);
        if (status == KEPT_OK)
            assert_string_equal(out.data, once.data);
        else
            assert_int_equal(out.len, 0);
    }
    KEPT_AUTO_BUF small = {.limit = 1000}; /* a full buffer is an error, not half a report */
    kept_err err = KEPT_ERR_INIT;
    assert_int_equal(kept_html_write(&f.section, 1, &opts, &small, &err), KEPT_ENOMEM);
    f.result.charts[0].table = "absent";
    kept_buf_clear(&again);
    assert_int_equal(kept_html_write(&f.section, 1, &opts, &again, &err), KEPT_EINTERNAL);
    assert_int_equal(again.len, 0);
    kept_arena_free(&f.arena);
    kept_arena_free(&g.arena);
}
