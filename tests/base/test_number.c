#include "support.h"

#include "base/number.h"

/* Expected values are the numbers themselves, written with a point. */

static kept_decimal number(const char *text)
{
    kept_decimal a = {0, 0};
    if (!kept_number_read(text, strlen(text), KEPT_MARK_POINT, &a))
        fail_msg("%s is not a number", text);
    return a;
}

typedef struct row {
    const char *text;
    const char *point, *comma; /* value under each mark; NULL: not a number */
} row;

static const row rows[] = {
    {"0", "0", "0"},
    {"12", "12", "12"},
    {"-12", "-12", "-12"},
    {"+12", "12", "12"},
    {"007", "7", "7"},
    {"-0", "0", "0"},
    {"-0.00", "0.00", NULL},
    {"12.5", "12.5", NULL},
    {"12,5", NULL, "12.5"},
    {".5", "0.5", NULL},
    {"5.", "5", NULL},
    {"-.5", "-0.5", NULL},
    {",5", NULL, "0.5"},
    /* groups */
    {"1,234", "1234", "1.234"},
    {"1.234", "1.234", "1234"},
    {"0,123", NULL, "0.123"},
    {"1,234.50", "1234.50", NULL},
    {"1.234,50", NULL, "1234.50"},
    {"1'234.50", "1234.50", NULL},
    {"1\u2019234.50", "1234.50", NULL},
    {"1 234,50", NULL, "1234.50"},
    {"1\u00a0234\u00a0567,50", NULL, "1234567.50"},
    {"1\u202f234", "1234", "1234"},
    {"12,345,678", "12345678", NULL},
    {"1,23", NULL, "1.23"},
    {"1,2345", NULL, "1.2345"},
    {"1234,567.00", NULL, NULL},
    {"1,234'567", NULL, NULL},
    {"1,,234", NULL, NULL},
    {",234", NULL, "0.234"},
    {"1,234,56", NULL, NULL},
    {"1 23", NULL, NULL},
    {"1.234.567", NULL, "1234567"},
    {"1.2.3", NULL, NULL},
    /* signs */
    {"(12.00)", "-12.00", NULL},
    {"(1.234,00)", NULL, "-1234.00"},
    {"12-", "-12", "-12"},
    {"12 -", "-12", "-12"},
    {"- 12", "-12", "-12"},
    {"\u221212", "-12", "-12"},
    {"-12-", NULL, NULL},
    {"--12", NULL, NULL},
    {"-(12)", NULL, NULL},
    {"(-12)", NULL, NULL},
    {"(12", NULL, NULL},
    {"12)", NULL, NULL},
    {"()", NULL, NULL},
    {"-", NULL, NULL},
    /* currencies */
    {"$12.00", "12.00", NULL},
    {"-$12.00", "-12.00", NULL},
    {"$-12.00", "-12.00", NULL},
    {"($12.00)", "-12.00", NULL},
    {"$(12.00)", "-12.00", NULL},
    {"12,00 \u20ac", NULL, "12.00"},
    {"\u20ac 1.234,50", NULL, "1234.50"},
    {"EUR 12.5", "12.5", NULL},
    {"12.5EUR", "12.5", NULL},
    {"R$ 1.234,50", NULL, "1234.50"},
    {"1 234,50 kr.", NULL, "1234.50"},
    {"CHF 1'234.50", "1234.50", NULL},
    {"12.-", "12", NULL},
    {"12,--", NULL, "12"},
    {"CHF 12.\u2013", "12", NULL},
    {"-12.-", "-12", NULL},
    {"$12$", NULL, NULL},
    {"ABC 12", NULL, NULL},
    {"eur 12", NULL, NULL},
    {"EUR", NULL, NULL},
    /* exponents */
    {"1.2e3", "1200", NULL},
    {"1.2E+3", "1200", NULL},
    {"12e-1", "1.2", "1.2"},
    {"1,2e1", NULL, "12"},
    {"5e-324", "0.000000000000000000", "0.000000000000000000"},
    {"0e9999999999", "0", "0"},
    {"1e40", NULL, NULL},
    {"1e", NULL, NULL},
    {"e5", NULL, NULL},
    {"1e+", NULL, NULL},
    /* long ones */
    {"999999999999999999", "999999999999999999", "999999999999999999"},
    {"-9999999999999999999", "-9999999999999999999", "-9999999999999999999"},
    {"123456789012345678901234567890", "123456789012345678901234567890",
     "123456789012345678901234567890"},
    {"123456789012345678.901234567890", "123456789012345678.901234567890", NULL},
    {"170141183460469231731687303715884105727", "170141183460469231731687303715884105727",
     "170141183460469231731687303715884105727"},
    {"170141183460469231731687303715884105728", NULL, NULL},
    {"0.1234567890123456785", "0.123456789012345678", NULL},     /* tie to even */
    {"0.1234567890123456775", "0.123456789012345678", NULL},     /* tie to even */
    {"0.12345678901234567850001", "0.123456789012345679", NULL}, /* above the tie */
    {"-0.1234567890123456785", "-0.123456789012345678", NULL},
    {"0.00000000000000000051", "0.000000000000000001", NULL},
    {"0.9999999999999999999", "1.000000000000000000", NULL},
    /* no numbers */
    {"", NULL, NULL},
    {" ", NULL, NULL},
    {".", NULL, NULL},
    {",", NULL, NULL},
    {"abc", NULL, NULL},
    {"12a", NULL, NULL},
    {"1/2", NULL, NULL},
    {"12%", NULL, NULL},
    {"0x10", NULL, NULL},
    {"NaN", NULL, NULL},
    {"inf", NULL, NULL},
    {"2024-03-31", NULL, NULL},
};

void test_number__reads_numbers_of_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned marks = 0;
        for (int mark = 0; mark < 2; mark++) {
            const char *want = mark == KEPT_MARK_POINT ? rows[i].point : rows[i].comma;
            kept_decimal a;
            bool ok = kept_number_read(rows[i].text, strlen(rows[i].text), (kept_mark)mark, &a);
            if (ok != (want != NULL))
                fail_msg("\"%s\" under mark %d: %s", rows[i].text, mark, ok ? "read" : "refused");
            if (!ok)
                continue;
            marks |= 1u << mark;
            char got[48];
            kept_decimal_write(a, got);
            if (strcmp(got, want) != 0)
                fail_msg("\"%s\" under mark %d gave %s, want %s", rows[i].text, mark, got, want);
        }
        assert_int_equal(kept_number_marks(rows[i].text, strlen(rows[i].text)), marks);
    }
}

void test_number__says_when_the_mark_matters(void **state)
{
    (void)state;
    assert_true(kept_number_same("12", 2));
    assert_true(kept_number_same("1 234", 5));
    assert_false(kept_number_same("1,234", 5));
    assert_false(kept_number_same("1.5", 3));
    assert_false(kept_number_same("abc", 3));
}

void test_number__reads_only_len_bytes(void **state)
{
    (void)state;
    kept_decimal a;
    assert_true(kept_number_read("12.345", 4, KEPT_MARK_POINT, &a));
    assert_int_equal(kept_decimal_compare(a, number("12.3")), 0);
    const char *full = "- \u20ac 1\u202f234\u202f567.50e-2 \u00a0";
    for (size_t n = 0; n <= strlen(full); n++) {
        char *copy = malloc(n ? n : 1);
        assert_non_null(copy);
        memcpy(copy, full, n);
        kept_number_marks(copy, n);
        free(copy);
    }
    static char long_text[2000];
    memset(long_text, '0', sizeof long_text);
    assert_false(kept_number_read(long_text, sizeof long_text, KEPT_MARK_POINT, &a));
    assert_true(kept_number_read(long_text, 900, KEPT_MARK_POINT, &a));
    assert_true(a.v == 0);
}

void test_number__rounds_half_to_even(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t e4;
    } cases[] = {
        {"1.00005", 10000},   {"1.00015", 10002},  {"1.00025", 10002},    {"-1.00005", -10000},
        {"-1.00015", -10002}, {"1.000051", 10001}, {"1.0000499", 10000},  {"0.00005", 0},
        {"-0.00005", 0},      {"0.00006", 1},      {"99.99995", 1000000}, {"3", 30000},
        {"3.1", 31000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t e4 = 0;
        assert_true(kept_decimal_to_e4(number(cases[i].text), &e4));
        if (e4 != cases[i].e4)
            fail_msg("%s gave %lld", cases[i].text, (long long)e4);
    }
}

void test_number__money_has_limits(void **state)
{
    (void)state;
    int64_t e4;
    assert_true(kept_decimal_to_e4(number("99999999999999.9999"), &e4));
    assert_int_equal(e4, KEPT_MONEY_MAX);
    assert_true(kept_decimal_to_e4(number("-99999999999999.9999"), &e4));
    assert_int_equal(e4, -KEPT_MONEY_MAX);
    assert_false(kept_decimal_to_e4(number("99999999999999.99995"), &e4));
    assert_false(kept_decimal_to_e4(number("100000000000000"), &e4));
    assert_false(kept_decimal_to_e4(number("123456789012345678901234567890"), &e4));
    assert_false(kept_decimal_to_e4(number("170141183460469231731687303715884105727"), &e4));
}

static void check_decimal(bool ok, kept_decimal got, const char *want)
{
    if (!ok)
        fail_msg("overflow, want %s", want);
    if (kept_decimal_compare(got, number(want)) != 0) {
        char text[48];
        kept_decimal_write(got, text);
        fail_msg("got %s, want %s", text, want);
    }
}

void test_number__arithmetic_is_exact(void **state)
{
    (void)state;
    kept_decimal r;
    check_decimal(kept_decimal_mul(number("0.1"), number("3"), &r), r, "0.3");
    check_decimal(kept_decimal_add(number("0.1"), number("0.2"), &r), r, "0.3");
    check_decimal(kept_decimal_sub(number("0.3"), number("0.1"), &r), r, "0.2");
    /* 2.55 x -80995, the largest return of Online Retail's kind, and eight places on both sides */
    check_decimal(kept_decimal_mul(number("2.08"), number("-80995"), &r), r, "-168469.6");
    check_decimal(kept_decimal_mul(number("12345.00000001"), number("2.00000003"), &r), r,
                  "24690.0003703700000003");
    /* 20 places are rounded to 18, half to even */
    check_decimal(kept_decimal_mul(number("0.0000000005"), number("0.000000001"), &r), r, "0");
    check_decimal(kept_decimal_mul(number("0.0000000015"), number("0.000000001"), &r), r,
                  "0.000000000000000002");
    check_decimal(kept_decimal_div(number("1"), number("3"), &r), r, "0.333333333333333333");
    check_decimal(kept_decimal_div(number("2"), number("-3"), &r), r, "-0.666666666666666667");
    check_decimal(kept_decimal_div(number("6"), number("2"), &r), r, "3");
    assert_int_equal(r.scale, 0);
    check_decimal(kept_decimal_div(number("1"), number("8"), &r), r, "0.125");
    check_decimal(kept_decimal_div(number("99999999999999.9999"), number("0.0001"), &r), r,
                  "999999999999999999");
    /* Too large for 18 places: fewer places, still right. 1e28 / 3 */
    check_decimal(kept_decimal_div(number("1e28"), number("3"), &r), r,
                  "3333333333333333333333333333.3333333333");
}

void test_number__overflow_is_reported(void **state)
{
    (void)state;
    kept_decimal r = {0, 0};
    kept_decimal most = number("170141183460469231731687303715884105727");
    kept_decimal least;
    assert_true(
        kept_decimal_sub(number("-170141183460469231731687303715884105727"), number("1"), &least));
    assert_false(kept_decimal_add(most, number("1"), &r));
    assert_false(kept_decimal_sub(least, number("1"), &r));
    assert_false(kept_decimal_mul(most, number("2"), &r));
    assert_false(kept_decimal_mul(least, number("-1"), &r));
    assert_false(kept_decimal_add(most, number("0.1"), &r));
    assert_false(kept_decimal_div(number("1"), number("0"), &r));
    assert_false(kept_decimal_div(number("0"), number("0.00"), &r));
    assert_false(kept_decimal_div(most, number("0.000001"), &r));
    assert_false(kept_decimal_div(least, number("-1"), &r));
    assert_true(r.v == 0 && r.scale == 0); /* untouched */
    /* Zeros at the end are no reason to overflow. */
    check_decimal(kept_decimal_add(most, number("0.000"), &r), r,
                  "170141183460469231731687303715884105727");
    assert_true(kept_decimal_compare(least, most) < 0);
    assert_true(kept_decimal_compare(number("1.5"), number("1.50")) == 0);
    assert_true(kept_decimal_compare(number("-1.5"), number("-1.49")) < 0);
    assert_true(kept_decimal_compare(most, number("0.000000000000000001")) > 0);
}

void test_number__writes_ten_thousandths(void **state)
{
    (void)state;
    static const struct {
        int64_t e4;
        int places;
        const char *want;
    } cases[] = {
        {0, 0, "0"},
        {0, 2, "0.00"},
        {123400, 2, "12.34"},
        {-123400, 2, "-12.34"},
        {123400, 0, "12.34"},
        {123456, 2, "12.3456"},
        {120000, 0, "12"},
        {120000, 2, "12.00"},
        {-1, 2, "-0.0001"},
        {500, 0, "0.05"},
        {KEPT_MONEY_MAX, 2, "99999999999999.9999"},
        {INT64_MIN, 4, "-922337203685477.5808"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[32];
        kept_e4_write(cases[i].e4, cases[i].places, out);
        assert_string_equal(out, cases[i].want);
        kept_decimal a = kept_decimal_from_e4(cases[i].e4);
        assert_int_equal(kept_decimal_compare(a, number(out)), 0);
    }
}
