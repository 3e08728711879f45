#include "support.h"

#include "present/format.h"
#include "present/wrap.h"

static void check_cell(kept_type type, kept_cell cell, const char *screen, const char *exact)
{
    const kept_field field = {.name = "x", .type = type};
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_format_cell(&out, &field, &cell, KEPT_SCREEN);
    assert_string_equal(kept_buf_text(&out), screen);
    kept_buf_clear(&out);
    kept_format_cell(&out, &field, &cell, KEPT_EXACT);
    assert_string_equal(kept_buf_text(&out), exact);
}

static void check_real(double value, const char *screen, const char *exact)
{
    check_cell(KEPT_REAL, kept_cell_real(value), screen, exact);
}

/* An estimate is rounded on screen and whole in exact form. */
void test_format__estimates_do_not_look_exact(void **state)
{
    (void)state;
    static const struct {
        kept_type type;
        double real;
        int64_t e4;
        const char *screen, *exact;
    } cases[] = {
        {KEPT_REAL, 31.8551, 0, "31.9", "31.8551"},
        {KEPT_REAL, 664.594, 0, "665", "664.594"},
        {KEPT_REAL, 17322.4, 0, "17,322", "17322.4"},
        {KEPT_REAL, 0.012345, 0, "0.0123", "0.012345"},
        {KEPT_REAL, 0, 0, "0", "0"},
        {KEPT_MONEY, 0, 1475874400, "147,587", "147587.44"},
        {KEPT_MONEY, 0, 9994400, "999.44", "999.44"},
        {KEPT_MONEY, 0, 0, "0", "0.00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept_field field = {.name = "x", .type = cases[i].type, .estimate = true};
        kept_cell cell =
            cases[i].type == KEPT_REAL ? kept_cell_real(cases[i].real) : kept_cell_int(cases[i].e4);
        KEPT_AUTO_BUF out = KEPT_BUF_INIT;
        kept_format_cell(&out, &field, &cell, KEPT_SCREEN);
        assert_string_equal(kept_buf_text(&out), cases[i].screen);
        kept_buf_clear(&out);
        kept_format_cell(&out, &field, &cell, KEPT_EXACT);
        assert_string_equal(kept_buf_text(&out), cases[i].exact);
    }
}

void test_format__reals(void **state)
{
    (void)state;
    check_real(0, "0", "0");
    check_real(-0.0, "0", "0");
    check_real(0.1, "0.1", "0.1");
    check_real(0.242593952, "0.24259", "0.242593952");
    check_real(-9582.4292, "-9582.4", "-9582.4292");
    check_real(1234567.89, "1234568", "1234567.89");
    check_real(99999.96, "100000", "99999.96");
    check_real(0.00012345, "0.00012345", "0.00012345");
    check_real(0.0000123456, "1.2346e-05", "1.23456e-05");
    check_real(1e300, "1.0000e+300", "1e+300");
    check_real(0.1 + 0.2, "0.3", "0.30000000000000004");
    check_real((double)INFINITY, "infinite", "inf");
    check_real(-(double)INFINITY, "-infinite", "-inf");
    check_real((double)NAN, "–", "");
}

/* Every double comes back from its exact form as the same double. */
void test_format__exact_is_exact(void **state)
{
    (void)state;
    uint64_t bits = 12345;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (int i = 0; i < 20000; i++) {
        bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        kept_buf_clear(&out);
        kept_format_real(&out, value, KEPT_EXACT);
        assert_true(strtod(kept_buf_text(&out), NULL) == value);
    }
}

void test_format__counts_money_shares(void **state)
{
    (void)state;
    check_cell(KEPT_COUNT, kept_cell_int(0), "0", "0");
    check_cell(KEPT_COUNT, kept_cell_int(999), "999", "999");
    check_cell(KEPT_COUNT, kept_cell_int(-1000), "-1,000", "-1000");
    check_cell(KEPT_COUNT, kept_cell_int(INT64_MIN), "-9,223,372,036,854,775,808",
               "-9223372036854775808");
    check_cell(KEPT_INTEGER, kept_cell_int(20240331), "20240331", "20240331");
    check_cell(KEPT_MONEY, kept_cell_int(12345000), "1,234.50", "1234.50");
    check_cell(KEPT_MONEY, kept_cell_int(12345678), "1,234.57", "1234.5678");
    check_cell(KEPT_MONEY, kept_cell_int(10050), "1.00", "1.005"); /* half to even */
    check_cell(KEPT_MONEY, kept_cell_int(10150), "1.02", "1.015");
    check_cell(KEPT_MONEY, kept_cell_int(-10150), "-1.02", "-1.015");
    check_cell(KEPT_MONEY, kept_cell_int(125), "0.0125", "0.0125");
    check_cell(KEPT_MONEY, kept_cell_int(0), "0.00", "0.00");
    check_cell(KEPT_SHARE, kept_cell_real(0.1), "10.0%", "0.1");
    check_cell(KEPT_SHARE, kept_cell_real(1), "100.0%", "1");
    check_cell(KEPT_SHARE, kept_cell_real(0), "0.0%", "0");
    check_cell(KEPT_SHARE, kept_cell_real(0.99964), "99.96%", "0.99964");
    check_cell(KEPT_SHARE, kept_cell_real(0.00004), "0.004%", "4e-05");
    check_cell(KEPT_SHARE, kept_cell_real(0.9999999), ">99.99%", "0.9999999");
    check_cell(KEPT_SHARE, kept_cell_real(-0.5), "-50.0%", "-0.5");
}

void test_format__dates_and_words(void **state)
{
    (void)state;
    kept_cell text = {.known = true, .v.text = "as it is"};
    check_cell(KEPT_DATE, kept_cell_day(10134), "1997-09-30", "1997-09-30");
    check_cell(KEPT_DATE, kept_cell_int(INT64_C(1) << 40), "day 1099511627776",
               "day 1099511627776");
    check_cell(KEPT_TIME, kept_cell_int(1500000), "1970-01-01T00:00:01Z",
               "1970-01-01T00:00:01.500000Z");
    check_cell(KEPT_TIME, kept_cell_int(-1), "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.999999Z");
    check_cell(KEPT_BOOL, kept_cell_int(1), "yes", "true");
    check_cell(KEPT_BOOL, kept_cell_int(0), "no", "false");
    check_cell(KEPT_TEXT, text, "as it is", "as it is");
    check_cell(KEPT_MONEY, kept_cell_empty(), "–", "");
}

void test_format__titles_units_estimates(void **state)
{
    (void)state;
    const kept_field fields[] = {
        {.name = "net_worth", .type = KEPT_MONEY, .unit = "per year"},
        {.name = "net_worth_low", .type = KEPT_MONEY},
        {.name = "net_worth_high", .type = KEPT_MONEY},
        {.name = "net_worth_other", .type = KEPT_MONEY},
    };
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_format_title(&out, "net_worth", NULL);
    kept_buf_add(&out, "|");
    kept_format_unit(&out, &fields[0], "EUR");
    kept_buf_add(&out, "|");
    kept_format_unit(&out, &fields[0], "");
    assert_string_equal(kept_buf_text(&out), "Net worth|EUR per year|per year");
    assert_int_equal(kept_format_interval(fields, 4, 0), 3);
    assert_int_equal(kept_format_interval(fields, 4, 1), 1);
    assert_int_equal(kept_format_interval(fields, 2, 0), 1);
    kept_cell cells[3] = {kept_cell_int(10000000), kept_cell_int(9000000), kept_cell_int(16000000)};
    kept_buf_clear(&out);
    kept_format_estimate(&out, &fields[0], cells, KEPT_SCREEN);
    assert_string_equal(kept_buf_text(&out), "1,000 (900 to 1,600)");
    kept_buf_clear(&out);
    kept_format_estimate(&out, &fields[0], cells, KEPT_EXACT);
    assert_string_equal(kept_buf_text(&out), "1000.00 (900.00 to 1600.00)");
    kept_cell small[3] = {kept_cell_int(125000), kept_cell_int(-5000), kept_cell_int(9990000)};
    kept_buf_clear(&out);
    kept_format_estimate(&out, &fields[0], small, KEPT_SCREEN);
    assert_string_equal(kept_buf_text(&out), "12.50 (-0.50 to 999.00)");
    cells[1] = cells[2] = kept_cell_empty();
    kept_buf_clear(&out);
    kept_format_estimate(&out, &fields[0], cells, KEPT_SCREEN);
    assert_string_equal(kept_buf_text(&out), "1,000.00");
}

/* A name from a file must not command the terminal. */
void test_format__cleans_control_characters(void **state)
{
    (void)state;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_format_clean(&out, "a\033[2Jb\nc\x7f"
                            "d\xc2\x9b"
                            "e\xff"
                            "f\xe2\x82");
    assert_string_equal(kept_buf_text(&out), "a [2Jb c d e\xef\xbf\xbd"
                                             "f\xef\xbf\xbd\xef\xbf\xbd");
}

void test_wrap__breaks_between_words(void **state)
{
    (void)state;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_wrap(&out, "one two three\n\n  four averyveryverylongword x", 10, 2, 0);
    assert_string_equal(kept_buf_text(&out),
                        "  one two\n  three\n\n    four\n  averyveryverylongword\n  x\n");
    kept_buf_clear(&out);
    kept_buf_add(&out, "Note: ");
    kept_wrap(&out, "ä b cc", 10, 6, 6);
    assert_string_equal(kept_buf_text(&out), "Note: ä b\n      cc\n");
    kept_buf_clear(&out);
    kept_fit(&out, "Grüße aus Köln", 8, false);
    kept_fit(&out, "日本語", 5, true);
    kept_fit(&out, "x", 3, true);
    assert_string_equal(kept_buf_text(&out), "Grüße a…日本…  x");
}
