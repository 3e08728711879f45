#include "support.h"

#include "base/date.h"
#include "present/markup.h"
#include "present/scale.h"
#include "present/svg.h"
#include "xml_support.h"

/* --- Text and numbers in markup --- */

void test_markup__escapes_whatever_comes(void **state)
{
    (void)state;
    static const struct {
        const char *in, *want;
    } cases[] = {
        {"a<b>&\"'c", "a&lt;b&gt;&amp;&quot;&#39;c"},
        {"Łódź 東京", "Łódź 東京"},
        {"\x01\x1b[31m\x7f", "\xef\xbf\xbd\xef\xbf\xbd[31m\xef\xbf\xbd"},
        {"tab\there", "tab\there"},
        {"bad \xff\xc3", "bad \xef\xbf\xbd\xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* a surrogate */
        {"\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* U+FFFF */
        {"]]>", "]]&gt;"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        KEPT_AUTO_BUF out = KEPT_BUF_INIT;
        kept_markup_text(&out, cases[i].in);
        assert_string_equal(kept_buf_text(&out), cases[i].want);
    }
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_markup_text(&out, NULL);
    assert_int_equal(out.len, 0);
}

void test_markup__writes_coordinates(void **state)
{
    (void)state;
    static const struct {
        double in;
        const char *want;
    } cases[] = {{12.34, "12.3"}, {40, "40"},  {-0.04, "0"},      {-0.26, "-0.3"},
                 {9.96, "10"},    {1e20, "0"}, {(double)NAN, "0"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        KEPT_AUTO_BUF out = KEPT_BUF_INIT;
        kept_markup_coord(&out, cases[i].in);
        assert_string_equal(kept_buf_text(&out), cases[i].want);
    }
}

void test_markup__writes_fixed_decimals(void **state)
{
    (void)state;
    static const struct {
        double in;
        int places;
        bool grouped, typographic;
        const char *want;
    } cases[] = {
        {1234567.891, 2, true, false, "1,234,567.89"},
        {1234567.891, 0, false, false, "1234568"},
        {-1234.5, 1, true, true, "−1,234.5"},
        {-0.001, 2, true, true, "0.00"},
        {999, 0, true, false, "999"},
        {1000, 0, true, false, "1,000"},
        {1.25e18, 2, true, false, "1.3e18"},
        {9.99e20, 0, true, false, "1.0e21"},
        {-INFINITY, 0, true, false, "minus infinite"},
        {123456789012.0, 9, false, false, "123456789012.000"}, /* no more than fits exactly */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[KEPT_FIXED_TEXT];
        kept_markup_fixed(cases[i].in, cases[i].places, cases[i].grouped, cases[i].typographic,
                          text);
        assert_string_equal(text, cases[i].want);
    }
}

/* --- Ticks --- */

void test_ticks__stand_at_round_numbers(void **state)
{
    (void)state;
    static const struct {
        double lo, hi;
        kept_ticks_opts opts;
        double step;
        size_t n;
        const char *first, *last;
    } cases[] = {
        {0, 100, {.want = 5, .extend = true}, 20, 6, "0", "100"},
        {0, 4321, {.want = 5, .extend = true}, 1000, 6, "0", "5,000"},
        {0, 48000, {.want = 5, .extend = true}, 10000, 6, "0", "50k"},
        {0, 2.1e6, {.want = 5, .extend = true}, 5e5, 6, "0", "2.5M"},
        {-3, 7, {.want = 5, .extend = true}, 2, 7, "−4", "8"},
        {0.12, 0.31, {.want = 4, .extend = true}, 0.05, 6, "0.10", "0.35"},
        {0, 1, {.want = 5, .extend = true, .share = true}, 0.2, 6, "0%", "100%"},
        {0, 0.012, {.want = 4, .extend = true, .share = true}, 0.0025, 0, NULL, NULL},
        {0, 3, {.want = 10, .extend = true, .whole = true}, 1, 4, "0", "3"},
        {3, 97, {.want = 5}, 20, 4, "20", "80"}, /* ends at the data: ticks inside */
        {1990, 2024, {.want = 4, .whole = true, .plain = true}, 10, 4, "1990", "2020"},
        {0, 3e-12, {.want = 3, .extend = true}, 1e-12, 4, "0", "3e-12"},
        {1e9, 5e9, {.want = 4, .extend = true}, 1e9, 5, "1B", "5B"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept_ticks t;
        kept_ticks_number(cases[i].lo, cases[i].hi, cases[i].opts, &t);
        if (cases[i].n == 0) { /* only 1, 2, 5 */
            assert_true(fabs(t.step - 0.002) < 1e-12 || fabs(t.step - 0.005) < 1e-12);
            continue;
        }
        CHECK_REL(t.step, cases[i].step, 1e-12);
        assert_int_equal(t.n, cases[i].n);
        assert_string_equal(t.text[0], cases[i].first);
        assert_string_equal(t.text[t.n - 1], cases[i].last);
        for (size_t k = 0; k < t.n; k++)
            assert_true(t.at[k] >= t.lo - 1e-9 * t.step && t.at[k] <= t.hi + 1e-9 * t.step);
    }
}

void test_ticks__survive_odd_ranges(void **state)
{
    (void)state;
    static const double ends[][2] = {
        {0, 0},        {5, 5},          {-5, -5},         {10, 3},          {(double)NAN, 4},
        {1, INFINITY}, {-1e299, 1e299}, {1e15, 1e15 + 1}, {1e-300, 2e-300}, {0.1, 0.1 + 1e-17},
    };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        for (int extend = 0; extend < 2; extend++)
            for (int want = -1; want < 40; want += 8) {
                kept_ticks t;
                kept_ticks_number(ends[i][0], ends[i][1],
                                  (kept_ticks_opts){.want = want, .extend = extend}, &t);
                assert_true(isfinite(t.lo) && isfinite(t.hi) && t.lo < t.hi);
                assert_true(t.n <= KEPT_TICKS_MAX);
                for (size_t k = 1; k < t.n; k++)
                    assert_true(t.at[k] > t.at[k - 1]);
            }
}

static kept_ticks date_ticks(const char *from, const char *to, int want)
{
    kept_day lo = 0, hi = 0;
    assert_true(kept_day_read_iso(from, 10, &lo));
    assert_true(kept_day_read_iso(to, 10, &hi));
    kept_ticks t;
    kept_ticks_date(lo, hi, want, &t);
    return t;
}

void test_ticks__follow_the_calendar(void **state)
{
    (void)state;
    kept_ticks t = date_ticks("2023-11-10", "2024-04-20", 6);
    assert_int_equal(t.n, 5);
    assert_string_equal(t.text[0], "Dec");
    assert_string_equal(t.below[0], "2023");
    assert_string_equal(t.text[1], "Jan");
    assert_string_equal(t.below[1], "2024");
    assert_string_equal(t.below[2], "");
    CHECK_ABS(t.at[1], kept_day_from_civil(2024, 1, 1), 0);

    t = date_ticks("2024-02-25", "2024-03-25", 6); /* weeks begin on Mondays */
    assert_string_equal(t.text[0], "26 Feb");
    CHECK_ABS(t.at[0], kept_day_from_civil(2024, 2, 26), 0);
    CHECK_ABS(t.at[1] - t.at[0], 7, 0);

    t = date_ticks("1990-06-01", "2024-06-01", 7);
    assert_string_equal(t.text[0], "1995");
    assert_string_equal(t.text[t.n - 1], "2020");

    t = date_ticks("2024-05-05", "2024-05-05", 5); /* one day */
    assert_true(t.n >= 1 && t.lo < t.hi);
    kept_ticks_date(-1e12, 1e12, 5, &t); /* beyond the calendar: cut to it */
    assert_true(t.n >= 2 && t.n <= KEPT_TICKS_MAX);
    kept_ticks_date(KEPT_DAY_MIN, KEPT_DAY_MIN + 40, 5, &t);
    assert_true(t.n >= 1);
}

/* --- Charts --- */

static const kept_field fields[] = {
    {"x", "Week", KEPT_REAL, "weeks", NULL, false, false, false},
    {"a", "Actual", KEPT_REAL, "orders", NULL, false, false, false},
    {"b", "Expected", KEPT_REAL, "orders", NULL, false, false, false},
    {"low", "Low", KEPT_REAL, NULL, NULL, false, false, false},
    {"high", "High", KEPT_REAL, NULL, NULL, false, false, false},
    {"name", "Name <&>", KEPT_TEXT, NULL, NULL, false, false, false},
    {"day", "Day", KEPT_DATE, NULL, NULL, false, false, false},
    {"p", "P(alive)", KEPT_SHARE, NULL, NULL, false, false, false},
    {"money", "Value", KEPT_MONEY, NULL, NULL, false, false, false},
};
enum { X, A, B, LOW, HIGH, NAME, DAY, P, MONEY, N_FIELDS };
static const kept_table_def def = {"rows", "Rows", fields, N_FIELDS, NULL};
static const kept_table_def def_empty = {"none", "None", fields, N_FIELDS,
                                         "No order has been imported <yet>."};

typedef struct fixture {
    kept_arena arena;
    kept_result result;
    kept_table *table;
} fixture;

static void begin(fixture *f)
{
    f->arena = (kept_arena)KEPT_ARENA_INIT;
    kept_result_init(&f->result, &f->arena);
    f->result.currency = "EUR";
    f->table = kept_result_table(&f->result, &def);
    kept_result_table(&f->result, &def_empty);
}

static kept_cell *row(fixture *f, double x, double a)
{
    kept_cell *cells = kept_table_row(&f->result, f->table);
    cells[X] = kept_cell_real(x);
    cells[A] = kept_cell_real(a);
    return cells;
}

static const kept_chart line = {.name = "line",
                                .title = "Orders <script>",
                                .summary = "It rises & falls.",
                                .kind = KEPT_CHART_LINE,
                                .table = "rows",
                                .x = "x",
                                .y = {"a"}};

/* Draws at both widths a page uses; the wide one is returned after both were checked. */
static void draw(fixture *f, const kept_chart *chart, kept_buf *out)
{
    kept_err err = KEPT_ERR_INIT;
    kept_svg_opts opts = KEPT_SVG_OPTS_INIT;
    opts.width = 360;
    CHECK_OK(kept_svg_write(&f->result, chart, &opts, out, &err));
    assert_int_equal(xml_count(kept_buf_text(out), "svg", NULL, NULL), 1);
    kept_buf_clear(out);
    CHECK_OK(kept_svg_write(&f->result, chart, NULL, out, &err));
    assert_int_equal(xml_count(kept_buf_text(out), "svg", "chart", NULL), 1);
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, part)) != NULL; p += strlen(part))
        n++;
    return n;
}

/* The path data of the first element of that class. */
static const char *path_of(const char *svg, const char *class)
{
    static char data[200000];
    char start[64];
    snprintf(start, sizeof start, "<path class=\"%s\" d=\"", class);
    const char *from = strstr(svg, start);
    if (!from)
        fail_msg("no path of class %s", class);
    else
        from += strlen(start);
    size_t len = strcspn(from, "\"");
    assert_true(len < sizeof data);
    memcpy(data, from, len);
    data[len] = 0;
    return data;
}

void test_svg__names_itself_for_readers(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    row(&f, 0, 1);
    row(&f, 1, 2);
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    draw(&f, &line, &out);
    CHECK_CONTAINS(out.data, "role=\"img\" aria-labelledby=\"line-t line-d\"");
    CHECK_CONTAINS(out.data, "<title id=\"line-t\">Orders &lt;script&gt;</title>");
    CHECK_CONTAINS(out.data, "<desc id=\"line-d\">It rises &amp; falls.</desc>");
    CHECK_CONTAINS(out.data, ">Actual (orders)</text>");
    CHECK_CONTAINS(out.data, ">Week</text>"); /* the unit, weeks, is in the title */
    assert_null(strstr(out.data, "#0072b2")); /* colours only by class */
    kept_arena_free(&f.arena);
}

void test_svg__line_breaks_at_gaps(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (int i = 0; i < 40; i++)
        row(&f, i, i == 7 || i == 8 || i == 30 ? (double)NAN : i);
    row(&f, (double)NAN, 5); /* no place on the axis */
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    draw(&f, &line, &out);
    const char *path = path_of(out.data, "line s1");
    assert_int_equal(count(path, "M"), 3);
    assert_int_equal(count(path, "M") + count(path, "L"), 37);
    kept_arena_free(&f.arena);
}

void test_svg__line_takes_rows_in_any_order(void **state)
{
    (void)state;
    fixture f, g;
    begin(&f);
    begin(&g);
    for (int i = 0; i < 30; i++) {
        row(&f, i, i * i);
        row(&g, (i * 7) % 30, ((i * 7) % 30) * ((i * 7) % 30));
    }
    KEPT_AUTO_BUF a = KEPT_BUF_INIT, b = KEPT_BUF_INIT;
    draw(&f, &line, &a);
    draw(&g, &line, &b);
    assert_string_equal(a.data, b.data);
    kept_arena_free(&f.arena);
    kept_arena_free(&g.arena);
}

void test_svg__line_has_band_mark_and_names(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (int i = 0; i < 40; i++) {
        kept_cell *c = row(&f, i, i);
        c[B] = kept_cell_real(40 - i);
        if (i >= 20) {
            c[LOW] = kept_cell_real(i - 3);
            c[HIGH] = kept_cell_real(i + 3);
        }
    }
    kept_chart chart = line;
    chart.y[1] = "b";
    chart.low = "low";
    chart.high = "high";
    chart.mark_x = "x=19.5 end of the <fit>";
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    draw(&f, &chart, &out);
    CHECK_CONTAINS(out.data, "class=\"line s2\"");
    CHECK_CONTAINS(out.data, ">end of the &lt;fit&gt;</text>");
    CHECK_CONTAINS(out.data, ">Low to High</text>");
    CHECK_CONTAINS(out.data, ">Expected</text>"); /* each line carries its name */
    CHECK_CONTAINS(out.data, ">Orders</text>");   /* the unit both share names the axis */
    assert_int_equal(count(out.data, "class=\"mark\""), 1);
    assert_int_equal(count(path_of(out.data, "band"), "M"), 1);
    kept_arena_free(&f.arena);
}

void test_svg__mark_lies_at_its_value(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (int i = 0; i < 11; i++)
        row(&f, i, 3)[DAY] = kept_cell_int(kept_day_from_civil(2024, 1, 1) + i);
    kept_chart chart = line;
    chart.x = "day";
    chart.mark_x = "x=2024-01-06 half";
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    draw(&f, &chart, &out);
    double mark = 0, at = 0;
    assert_int_equal(sscanf(path_of(out.data, "mark"), "M%lf", &mark), 1);
    const char *path = path_of(out.data, "line s1"); /* the sixth point is in the middle */
    for (int i = 0; i < 6; i++) {
        path += strspn(path, "ML");
        assert_int_equal(sscanf(path, "%lf", &at), 1);
        path += strcspn(path, "L");
    }
    CHECK_ABS(mark, at, 0.11);
    kept_err err = KEPT_ERR_INIT;
    chart.mark_x = "x=soon";
    assert_int_equal(kept_svg_write(&f.result, &chart, NULL, &out, &err), KEPT_EINTERNAL);
    CHECK_CONTAINS(err.msg, "x=soon");
    kept_arena_free(&f.arena);
}

void test_svg__thousands_of_points_are_thinned_with_their_peaks(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (int i = 0; i < 10000; i++)
        row(&f, i, i == 6001 ? 100 : i % 7);
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    draw(&f, &line, &out);
    const char *path = path_of(out.data, "line s1");
    size_t points = count(path, "M") + count(path, "L");
    assert_true(points > 500 && points < 4 * 800);
    /* The one high point is still the top of the line: the axis ends at 100, the plot's top. */
    double top = 1e9, x, y;
    for (const char *p = path; sscanf(p, "%*c%lf %lf", &x, &y) == 2;) {
        top = fmin(top, y);
        p += 1 + strcspn(p + 1, "ML");
        if (!*p)
            break;
    }
    double grid = 0;
    const char *last = NULL;
    for (const char *p = out.data; (p = strstr(p, "<path class=\"grid\" d=\"M")) != NULL; p++)
        last = p;
    assert_non_null(last);
    assert_int_equal(sscanf(last, "<path class=\"grid\" d=\"M%*f %lf", &grid), 1);
    CHECK_ABS(top, grid, 0.11);
    kept_arena_free(&f.arena);
}

void test_svg__one_point_and_equal_values_are_drawn(void **state)
{
    (void)state;
    static const kept_chart_kind kinds[] = {KEPT_CHART_LINE, KEPT_CHART_BARS, KEPT_CHART_HEAT,
                                            KEPT_CHART_SCATTER};
    static const double values[] = {0, 5, -5, 1e12, 1e-12};
    for (size_t k = 0; k < 4; k++)
        for (size_t v = 0; v < 5; v++)
            for (int rows = 1; rows <= 3; rows++) {
                fixture f;
                begin(&f);
                for (int i = 0; i < rows; i++)
                    row(&f, i, values[v])[B] = kept_cell_real(values[v]);
                kept_chart chart = line;
                chart.kind = kinds[k];
                chart.value = kinds[k] == KEPT_CHART_HEAT ? "b" : NULL;
                KEPT_AUTO_BUF out = KEPT_BUF_INIT;
                draw(&f, &chart, &out);
                kept_arena_free(&f.arena);
            }
}

void test_svg__bars_are_as_long_as_their_values(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    double values[] = {10, 20, (double)NAN, -5};
    for (int i = 0; i < 4; i++)
        row(&f, i, values[i])[NAME] = kept_cell_text(&f.result, &"ABCD"[i]);
    kept_chart chart = line;
    chart.kind = KEPT_CHART_BARS;
    chart.x = "name";
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    draw(&f, &chart, &out);
    assert_int_equal(xml_count(out.data, "rect", "bar", NULL), 3);
    double height[3], y[3];
    const char *p = out.data;
    for (int i = 0; i < 3; i++) {
        p = strstr(p, "<rect class=\"bar s1\"");
        assert_non_null(p);
        assert_int_equal(sscanf(p,
                                "<rect class=\"bar s1\" x=\"%*f\" y=\"%lf\" width=\"%*f\" "
                                "height=\"%lf\"",
                                &y[i], &height[i]),
                         2);
        p++;
    }
    CHECK_ABS(height[1] / height[0], 2, 0.01);
    CHECK_ABS(height[0] / height[2], 2, 0.02);
    CHECK_ABS(y[0] + height[0], y[2], 0.11); /* the negative one hangs from zero */
    kept_arena_free(&f.arena);
}

void test_svg__long_names_lie_beside_their_bars(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (int i = 0; i < 12; i++) {
        char name[80];
        snprintf(name, sizeof name, "Customer %d with a name that does not fit <below> a bar", i);
        row(&f, i, i)[NAME] = kept_cell_text(&f.result, name);
    }
    kept_chart chart = line;
    chart.kind = KEPT_CHART_BARS;
    chart.x = "name";
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    draw(&f, &chart, &out);
    CHECK_CONTAINS(out.data, "text-anchor=\"end\">Customer 0 with");
    CHECK_CONTAINS(out.data, "…</text>");
    /* The whole name is in the tip of the bar. */
    CHECK_CONTAINS(out.data, "does not fit &lt;below&gt; a bar: 11</title>");
    kept_arena_free(&f.arena);
}

void test_svg__too_many_bars_are_counted_in_words(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (int i = 0; i < 5000; i++)
        row(&f, i, i % 50);
    kept_chart chart = line;
    chart.kind = KEPT_CHART_BARS;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    draw(&f, &chart, &out);
    CHECK_CONTAINS(out.data, "The first 200 of 5000 rows are drawn.");
    assert_int_equal(xml_count(out.data, "rect", "bar", NULL), 200);
    kept_arena_free(&f.arena);
}

/* Area of all cells of one colour. */
static double area_of(const char *svg, const char *class)
{
    double area = 0, x1, y1, x2, y2;
    for (const char *p = path_of(svg, class);
         sscanf(p, "M%lf %lfH%lfV%lf", &x1, &y1, &x2, &y2) == 4; p = strchr(p, 'z') + 1)
        area += fabs((x2 - x1) * (y2 - y1));
    return area;
}

void test_svg__heat_colours_every_known_cell(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (int x = 0; x < 10; x++)
        for (int y = 0; y < 10; y++) {
            kept_cell *c = row(&f, x, y);
            if (x != y) /* ten gaps */
                c[P] = kept_cell_real(y < 5 ? 0.05 : 0.95);
        }
    kept_chart chart = line;
    chart.kind = KEPT_CHART_HEAT;
    chart.value = "p";
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    draw(&f, &chart, &out);
    double low = area_of(out.data, "cell h0"), high = area_of(out.data, "cell h9");
    CHECK_ABS(low / high, 1, 0.03); /* 45 cells each, edges on whole units */
    CHECK_CONTAINS(out.data, ">no data</text>");
    CHECK_CONTAINS(out.data, ">P(alive)</text>");
    CHECK_CONTAINS(out.data, ">0%</text>");
    CHECK_CONTAINS(out.data, ">100%</text>");
    kept_arena_free(&f.arena);
}

void test_svg__heat_averages_when_cells_would_vanish(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (int i = 0; i < 10000; i++)
        row(&f, i * 0.37, (i * 7919) % 10007)[MONEY] = kept_cell_int(INT64_C(10000) * i);
    kept_chart chart = line;
    chart.kind = KEPT_CHART_HEAT;
    chart.value = "money";
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    draw(&f, &chart, &out);
    CHECK_CONTAINS(out.data, "Neighbouring values are averaged: 150 × 150 cells");
    CHECK_CONTAINS(out.data, ">Value (EUR)</text>");
    assert_true(out.len < 600000);
    kept_arena_free(&f.arena);
}

void test_svg__scatter_marks_differ_in_shape_and_are_thinned(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (int i = 0; i < 10000; i++)
        row(&f, i % 100, (i * 31) % 97)[i % 2 ? A : B] = kept_cell_real((i * 31) % 97);
    kept_chart chart = line;
    chart.kind = KEPT_CHART_SCATTER;
    chart.y[1] = "b";
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    draw(&f, &chart, &out);
    CHECK_CONTAINS(out.data, "class=\"dots many s1\"");
    CHECK_CONTAINS(out.data, "class=\"dots many s2\"");
    CHECK_CONTAINS(out.data, "points, thinned out");
    assert_true(out.len < 400000);
    kept_arena_free(&f.arena);
}

void test_svg__says_what_is_missing(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    kept_chart chart = line;
    chart.table = "none";
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    draw(&f, &chart, &out);
    CHECK_CONTAINS(out.data, ">No order has been imported &lt;yet&gt;.</text>");
    chart.table = "rows";
    row(&f, 1, (double)NAN);
    row(&f, 2, INFINITY);
    kept_buf_clear(&out);
    draw(&f, &chart, &out);
    CHECK_CONTAINS(out.data, "no value of “Actual” is known.</text>");
    kept_arena_free(&f.arena);
}

void test_svg__refuses_what_is_not_there(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    row(&f, 1, 1);
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_chart chart = line;
    chart.y[0] = "nowhere";
    assert_int_equal(kept_svg_write(&f.result, &chart, NULL, &out, &err), KEPT_EINTERNAL);
    CHECK_CONTAINS(err.msg, "nowhere");
    chart = line;
    chart.table = "absent";
    assert_int_equal(kept_svg_write(&f.result, &chart, NULL, &out, &err), KEPT_EINTERNAL);
    CHECK_CONTAINS(err.msg, "absent");
    chart = line;
    chart.y[0] = NULL;
    assert_int_equal(kept_svg_write(&f.result, &chart, NULL, &out, &err), KEPT_EINTERNAL);
    kept_svg_opts opts = KEPT_SVG_OPTS_INIT;
    opts.width = 10;
    assert_int_equal(kept_svg_write(&f.result, &line, &opts, &out, &err), KEPT_EARG);
    assert_int_equal(out.len, 0);
    kept_arena_free(&f.arena);
}

void test_svg__standalone_file_carries_its_style(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    row(&f, 1, 1);
    row(&f, 2, 3);
    kept_err err = KEPT_ERR_INIT;
    kept_svg_opts opts = KEPT_SVG_OPTS_INIT;
    opts.standalone = true;
    opts.id = "odd id\"<";
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    CHECK_OK(kept_svg_write(&f.result, &line, &opts, &out, &err));
    assert_int_equal(xml_count(out.data, "style", NULL, NULL), 1);
    CHECK_CONTAINS(out.data, "id=\"odd_id__-t\"");
    CHECK_CONTAINS(out.data, "prefers-color-scheme: dark");
    CHECK_CONTAINS(out.data, "Orders &lt;script&gt;</text>");
    kept_arena_free(&f.arena);
}

void test_svg__same_input_same_bytes_and_memory_may_run_out(void **state)
{
    (void)state;
    fixture f;
    begin(&f);
    for (int i = 0; i < 50; i++) {
        kept_cell *c = row(&f, i % 10, i / 10.0);
        c[B] = kept_cell_real(i);
        c[P] = kept_cell_real(i / 50.0);
        c[NAME] = kept_cell_text(&f.result, "a name that is long");
    }
    static const kept_chart_kind kinds[] = {KEPT_CHART_LINE, KEPT_CHART_BARS, KEPT_CHART_HEAT,
                                            KEPT_CHART_SCATTER};
    for (size_t k = 0; k < 4; k++) {
        kept_chart chart = line;
        chart.kind = kinds[k];
        chart.x = kinds[k] == KEPT_CHART_BARS ? "name" : "x";
        chart.value = kinds[k] == KEPT_CHART_HEAT ? "p" : NULL;
        KEPT_AUTO_BUF once = KEPT_BUF_INIT, again = KEPT_BUF_INIT;
        draw(&f, &chart, &once);
        draw(&f, &chart, &again);
        assert_string_equal(once.data, again.data);
        for (size_t n = 1; n < 60; n++) {
            KEPT_AUTO_BUF out = KEPT_BUF_INIT;
            kept_err err = KEPT_ERR_INIT;
            kept_arena_fail_nth(n);
            kept_status status = kept_svg_write(&f.result, &chart, NULL, &out, &err);
            kept_arena_fail_nth(0);
            assert_true(status == KEPT_OK || status == KEPT_ENOMEM);
            if (status == KEPT_OK) /* nothing was left out */
                assert_string_equal(out.data, once.data);
            else
                assert_int_equal(out.len, 0);
        }
    }
    kept_arena_free(&f.arena);
}

/* --- Colours: contrast as WCAG 2.2 defines it --- */

static double channel(const char *hex)
{
    unsigned value = 0;
    assert_int_equal(sscanf(hex, "%2x", &value), 1);
    double c = value / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Luminance of --name in colours.css: its first value (light) or its second (dark). */
static double luminance(const char *name, bool dark)
{
    char key[32];
    snprintf(key, sizeof key, "--%s: #", name);
    const char *at = strstr(kept_markup_file("colours.css"), key);
    if (at && dark)
        at = strstr(at + 1, key);
    if (!at) {
        fail_msg("no colour %s", name);
        return 0;
    }
    at += strlen(key);
    return 0.2126 * channel(at) + 0.7152 * channel(at + 2) + 0.0722 * channel(at + 4);
}

static double contrast(const char *a, const char *b, bool dark)
{
    double x = luminance(a, dark), y = luminance(b, dark);
    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

void test_colours__have_the_contrast_that_readers_need(void **state)
{
    (void)state;
    static const struct {
        const char *front, *back;
        double least;
    } pairs[] = {
        {"ink", "paper", 7},     {"ink", "ground", 7},   {"soft", "paper", 4.5},
        {"soft", "ground", 4.5}, {"link", "paper", 4.5}, {"careful", "ground", 4.5},
        {"next", "ground", 4.5}, {"axis", "paper", 3},   {"s1", "paper", 3},
        {"s2", "paper", 3},      {"s3", "paper", 3},     {"s4", "paper", 3},
        {"edge", "paper", 3},    {"s1", "band", 3},      {"s2", "band", 3},
        {"h9", "paper", 3},
    };
    for (int dark = 0; dark < 2; dark++)
        for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
            double got = contrast(pairs[i].front, pairs[i].back, dark);
            if (got < pairs[i].least)
                fail_msg("%s on %s (%s): %.2f, want %.1f", pairs[i].front, pairs[i].back,
                         dark ? "dark" : "light", got, pairs[i].least);
        }
}

void test_colours__of_the_heat_map_rise_evenly(void **state)
{
    (void)state;
    for (int dark = 0; dark < 2; dark++)
        for (int i = 0; i < 9; i++) {
            char a[4], b[4];
            snprintf(a, sizeof a, "h%d", i);
            snprintf(b, sizeof b, "h%d", i + 1);
            bool rises = luminance(b, dark) > luminance(a, dark);
            assert_true(rises == (dark == 1)); /* high values stand out from the ground */
            assert_true(contrast(a, b, dark) >= 1.15);
        }
}
