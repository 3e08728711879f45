#include "support.h"

#include <time.h>

#include "base/date.h"

/* Expected days come from the calendar itself; day numbers from `date -d DAY +%s` / 86400. */

static kept_day day(const char *iso)
{
    kept_day d = 0;
    if (!kept_day_read_iso(iso, strlen(iso), &d))
        fail_msg("%s is not an ISO day", iso);
    return d;
}

void test_date__civil_days_go_there_and_back(void **state)
{
    (void)state;
    assert_int_equal(kept_day_from_civil(1970, 1, 1), 0);
    assert_int_equal(kept_day_from_civil(2024, 2, 29), 19782);
    assert_int_equal(kept_day_from_civil(1969, 12, 31), -1);
    assert_int_equal(kept_day_from_civil(1, 1, 1), KEPT_DAY_MIN);
    assert_int_equal(kept_day_from_civil(9999, 12, 31), KEPT_DAY_MAX);
    int last_y = 0, last_m = 12, last_d = 31;
    for (kept_day d = KEPT_DAY_MIN; d <= KEPT_DAY_MAX; d += d > -1000 && d < 30000 ? 1 : 13) {
        int y, m, dd;
        kept_day_to_civil(d, &y, &m, &dd);
        assert_true(kept_civil_valid(y, m, dd));
        assert_int_equal(kept_day_from_civil(y, m, dd), d);
        assert_true(y > last_y || (y == last_y && (m > last_m || (m == last_m && dd > last_d))));
        last_y = y;
        last_m = m;
        last_d = dd;
    }
}

void test_date__knows_leap_years(void **state)
{
    (void)state;
    assert_true(kept_civil_valid(2024, 2, 29));
    assert_true(kept_civil_valid(2000, 2, 29));
    assert_false(kept_civil_valid(1900, 2, 29));
    assert_false(kept_civil_valid(2023, 2, 29));
    assert_false(kept_civil_valid(2024, 2, 30));
    assert_false(kept_civil_valid(2024, 4, 31));
    assert_false(kept_civil_valid(0, 1, 1));
    assert_false(kept_civil_valid(10000, 1, 1));
    assert_false(kept_civil_valid(2024, 13, 1));
    assert_false(kept_civil_valid(2024, 1, 0));
}

void test_date__iso_days_are_strict(void **state)
{
    (void)state;
    kept_day d;
    static const char *const bad[] = {"",           "2024-3-31",   "2024-03-32", "24-03-31",
                                      "2024/03/31", "2024-03-31 ", "2023-02-29", "2024-00-10",
                                      "0000-01-01", "+024-01-01",  "2024-03-3a"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (kept_day_read_iso(bad[i], strlen(bad[i]), &d))
            fail_msg("%s was read", bad[i]);
    char out[11];
    kept_day_write(day("2024-02-29"), out);
    assert_string_equal(out, "2024-02-29");
    kept_day_write(day("0001-01-01"), out);
    assert_string_equal(out, "0001-01-01");
}

typedef struct row {
    const char *text;
    /* What the text means under YMD, DMY, MDY; NULL: not a date in that order. */
    const char *want[3];
    const char *clock; /* "HH:MM:SS.ffffff", or NULL */
    bool offset;
} row;

static const row rows[] = {
    /* ISO under any order */
    {"2024-03-31", {"2024-03-31", "2024-03-31", "2024-03-31"}, NULL, false},
    {"  2024-03-31 ", {"2024-03-31", "2024-03-31", "2024-03-31"}, NULL, false},
    {"2024/3/31", {"2024-03-31", "2024-03-31", "2024-03-31"}, NULL, false},
    {"2024.03.04", {"2024-03-04", "2024-03-04", "2024-03-04"}, NULL, false},
    {"20240331", {"2024-03-31", "2024-03-31", "2024-03-31"}, NULL, false},
    {"2024-02-29", {"2024-02-29", "2024-02-29", "2024-02-29"}, NULL, false},
    {"2023-02-29", {NULL, NULL, NULL}, NULL, false},
    {"20230229", {NULL, NULL, NULL}, NULL, false},
    {"2024-31-03", {NULL, NULL, NULL}, NULL, false},
    /* day and month in either order */
    {"03/04/2024", {NULL, "2024-04-03", "2024-03-04"}, NULL, false},
    {"31.03.2024", {NULL, "2024-03-31", NULL}, NULL, false},
    {"31. 3. 2024", {NULL, "2024-03-31", NULL}, NULL, false},
    {"3/31/2024", {NULL, NULL, "2024-03-31"}, NULL, false},
    {"1-2-2024", {NULL, "2024-02-01", "2024-01-02"}, NULL, false},
    {"29.02.2023", {NULL, NULL, NULL}, NULL, false},
    {"31.02.2024", {NULL, NULL, NULL}, NULL, false},
    {"32/13/2024", {NULL, NULL, NULL}, NULL, false},
    /* two-digit years: 00-68 are 20xx, 69-99 are 19xx */
    {"01/02/03", {"2001-02-03", "2003-02-01", "2003-01-02"}, NULL, false},
    {"31/12/68", {NULL, "2068-12-31", NULL}, NULL, false},
    {"31/12/69", {NULL, "1969-12-31", NULL}, NULL, false},
    {"12.31.99", {NULL, NULL, "1999-12-31"}, NULL, false},
    {"99-12-31", {"1999-12-31", NULL, NULL}, NULL, false},
    {"24-3-5", {"2024-03-05", NULL, NULL}, NULL, false},
    {"29.02.00", {NULL, "2000-02-29", NULL}, NULL, false},
    {"1/2/3", {NULL, NULL, NULL}, NULL, false},
    {"1/2/203", {NULL, NULL, NULL}, NULL, false},
    /* month names, whatever the order */
    {"31 March 2024", {"2024-03-31", "2024-03-31", "2024-03-31"}, NULL, false},
    {"March 31, 2024", {"2024-03-31", "2024-03-31", "2024-03-31"}, NULL, false},
    {"31-Mar-24", {"2024-03-31", "2024-03-31", "2024-03-31"}, NULL, false},
    {"05-MAR-06", {"2006-03-05", "2006-03-05", "2006-03-05"}, NULL, false},
    {"31Mar2024", {"2024-03-31", "2024-03-31", "2024-03-31"}, NULL, false},
    {"2024-Mar-31", {"2024-03-31", "2024-03-31", "2024-03-31"}, NULL, false},
    {"March 1st, 2024", {"2024-03-01", "2024-03-01", "2024-03-01"}, NULL, false},
    {"31. M\u00e4rz 2024", {"2024-03-31", "2024-03-31", "2024-03-31"}, NULL, false},
    {"31. M\u00c4RZ 2024", {"2024-03-31", "2024-03-31", "2024-03-31"}, NULL, false},
    {"1er f\u00e9vrier 2024", {"2024-02-01", "2024-02-01", "2024-02-01"}, NULL, false},
    {"15 ao\u00fbt 2024", {"2024-08-15", "2024-08-15", "2024-08-15"}, NULL, false},
    {"15 de enero de 2024", {"2024-01-15", "2024-01-15", "2024-01-15"}, NULL, false},
    {"15 gennaio 2024", {"2024-01-15", "2024-01-15", "2024-01-15"}, NULL, false},
    {"15 mrt. 2024", {"2024-03-15", "2024-03-15", "2024-03-15"}, NULL, false},
    {"15/out/2024", {"2024-10-15", "2024-10-15", "2024-10-15"}, NULL, false},
    {"15 de mar\u00e7o de 2024", {"2024-03-15", "2024-03-15", "2024-03-15"}, NULL, false},
    {"3. Dez. 2024", {"2024-12-03", "2024-12-03", "2024-12-03"}, NULL, false},
    {"31 Marc 2024", {NULL, NULL, NULL}, NULL, false},
    {"30 Feb 2024", {NULL, NULL, NULL}, NULL, false},
    {"March 2024", {NULL, NULL, NULL}, NULL, false},
    {"31 March", {NULL, NULL, NULL}, NULL, false},
    /* times */
    {"2024-03-31T12:30", {"2024-03-31", "2024-03-31", "2024-03-31"}, "12:30:00.000000", false},
    {"2024-03-31 09:05:07.25",
     {"2024-03-31", "2024-03-31", "2024-03-31"},
     "09:05:07.250000",
     false},
    {"2024-03-31 9:05:07,123456789",
     {"2024-03-31", "2024-03-31", "2024-03-31"},
     "09:05:07.123456",
     false},
    {"3/31/2024 0:00", {NULL, NULL, "2024-03-31"}, "00:00:00.000000", false},
    {"31.03.2024, 23:59:59", {NULL, "2024-03-31", NULL}, "23:59:59.000000", false},
    {"3/31/2024 12:00 AM", {NULL, NULL, "2024-03-31"}, "00:00:00.000000", false},
    {"3/31/2024 12:00:01 pm", {NULL, NULL, "2024-03-31"}, "12:00:01.000000", false},
    {"3/31/2024 1:05PM", {NULL, NULL, "2024-03-31"}, "13:05:00.000000", false},
    {"3/31/2024 11:59 p.m.", {NULL, NULL, "2024-03-31"}, "23:59:00.000000", false},
    {"31-Mar-24 10:00", {"2024-03-31", "2024-03-31", "2024-03-31"}, "10:00:00.000000", false},
    {"20240331120005", {"2024-03-31", "2024-03-31", "2024-03-31"}, "12:00:05.000000", false},
    {"20240331T1200", {"2024-03-31", "2024-03-31", "2024-03-31"}, "12:00:00.000000", false},
    {"2024-03-31T24:00:00", {NULL, NULL, NULL}, NULL, false},
    {"2024-03-31T23:60", {NULL, NULL, NULL}, NULL, false},
    {"2024-03-31T23:59:60", {NULL, NULL, NULL}, NULL, false},
    {"3/31/2024 13:00 PM", {NULL, NULL, NULL}, NULL, false},
    {"3/31/2024 0:30 AM", {NULL, NULL, NULL}, NULL, false},
    {"2024-03-31T", {NULL, NULL, NULL}, NULL, false},
    {"2024-03-31 12", {NULL, NULL, NULL}, NULL, false},
    {"2024-03-31 12:3", {NULL, NULL, NULL}, NULL, false},
    {"2024-03-31 12:30:45.", {NULL, NULL, NULL}, NULL, false},
    {"2024-03-31 12:30 x", {NULL, NULL, NULL}, NULL, false},
    {"2024-03-31,", {NULL, NULL, NULL}, NULL, false},
    /* offsets: the result is UTC */
    {"2024-03-31T12:00:00Z", {"2024-03-31", "2024-03-31", "2024-03-31"}, "12:00:00.000000", true},
    {"2024-03-31T01:30:00+02:00",
     {"2024-03-30", "2024-03-30", "2024-03-30"},
     "23:30:00.000000",
     true},
    {"2023-12-31 22:00:00 -0530",
     {"2024-01-01", "2024-01-01", "2024-01-01"},
     "03:30:00.000000",
     true},
    {"2024-03-31 12:00+05", {"2024-03-31", "2024-03-31", "2024-03-31"}, "07:00:00.000000", true},
    {"2024-03-31 12:00 UTC", {"2024-03-31", "2024-03-31", "2024-03-31"}, "12:00:00.000000", true},
    {"2024-03-31T12:00+2", {NULL, NULL, NULL}, NULL, false},
    {"2024-03-31T12:00+19:00", {NULL, NULL, NULL}, NULL, false},
    {"2024-03-31Z", {NULL, NULL, NULL}, NULL, false},
    {"0001-01-01T00:00+01:00", {NULL, NULL, NULL}, NULL, false},
    /* no dates at all */
    {"", {NULL, NULL, NULL}, NULL, false},
    {" ", {NULL, NULL, NULL}, NULL, false},
    {"12", {NULL, NULL, NULL}, NULL, false},
    {"1.234", {NULL, NULL, NULL}, NULL, false},
    {"12345678901", {NULL, NULL, NULL}, NULL, false},
    {"abc", {NULL, NULL, NULL}, NULL, false},
    {"2024-03/31", {NULL, NULL, NULL}, NULL, false},
    {"-2024-03-31", {NULL, NULL, NULL}, NULL, false},
};

void test_date__reads_dates_of_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const row *r = &rows[i];
        unsigned orders = 0;
        for (int order = 0; order < KEPT_N_ORDERS; order++) {
            kept_when when;
            bool ok = kept_when_read(r->text, strlen(r->text), (kept_date_order)order, &when);
            if (ok != (r->want[order] != NULL))
                fail_msg("\"%s\" under order %d: %s", r->text, order, ok ? "read" : "refused");
            if (!ok)
                continue;
            orders |= 1u << order;
            char got[11], clock[32] = "";
            kept_day_write(when.day, got);
            if (when.clock != KEPT_NO_CLOCK)
                snprintf(clock, sizeof clock, "%02d:%02d:%02d.%06d", (int)(when.clock / 3600000000),
                         (int)(when.clock / 60000000 % 60), (int)(when.clock / 1000000 % 60),
                         (int)(when.clock % 1000000));
            if (strcmp(got, r->want[order]) != 0 || strcmp(clock, r->clock ? r->clock : "") != 0 ||
                when.has_offset != r->offset)
                fail_msg("\"%s\" under order %d gave %s %s", r->text, order, got, clock);
        }
        assert_int_equal(kept_when_orders(r->text, strlen(r->text)), orders);
    }
}

void test_date__reads_only_len_bytes(void **state)
{
    (void)state;
    kept_when when;
    assert_true(kept_when_read("2024-03-3199", 10, KEPT_YMD, &when));
    assert_int_equal(when.day, day("2024-03-31"));
    assert_true(kept_when_read("1/2/20245", 8, KEPT_DMY, &when));
    assert_int_equal(when.day, day("2024-02-01"));
    /* Every cut of a long date, in a block of its own, so that a sanitizer sees a read too far. */
    const char *full = "31. M\u00e4rz 2024, 11:59:59.123 p.m. +02:00";
    for (size_t n = 0; n <= strlen(full); n++) {
        char *copy = malloc(n ? n : 1);
        assert_non_null(copy);
        memcpy(copy, full, n);
        kept_when_orders(copy, n);
        free(copy);
    }
}

void test_date__month_names_of_seven_languages(void **state)
{
    (void)state;
    static const char *const names[7][12] = {
        {"January", "February", "March", "April", "May", "June", "July", "August", "September",
         "October", "November", "December"},
        {"Januar", "Februar", "M\u00e4rz", "April", "Mai", "Juni", "Juli", "August", "September",
         "Oktober", "November", "Dezember"},
        {"janvier", "f\u00e9vrier", "mars", "avril", "mai", "juin", "juillet", "ao\u00fbt",
         "septembre", "octobre", "novembre", "d\u00e9cembre"},
        {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
         "octubre", "noviembre", "diciembre"},
        {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto",
         "settembre", "ottobre", "novembre", "dicembre"},
        {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
         "oktober", "november", "december"},
        {"janeiro", "fevereiro", "mar\u00e7o", "abril", "maio", "junho", "julho", "agosto",
         "setembro", "outubro", "novembro", "dezembro"},
    };
    for (size_t l = 0; l < 7; l++)
        for (int m = 0; m < 12; m++) {
            char text[64];
            snprintf(text, sizeof text, "15 %s 2024", names[l][m]);
            kept_when when;
            if (!kept_when_read(text, strlen(text), KEPT_YMD, &when))
                fail_msg("%s was not read", text);
            assert_int_equal(when.day, kept_day_from_civil(2024, m + 1, 15));
        }
}

void test_date__instants(void **state)
{
    (void)state;
    int64_t t;
    char out[32];
    assert_true(kept_time_read("2024-03-31", false, &t));
    assert_int_equal(t, day("2024-03-31") * KEPT_DAY_MICROS);
    assert_true(kept_time_read("2024-03-31", true, &t));
    assert_int_equal(t, (day("2024-03-31") + 1) * KEPT_DAY_MICROS - 1);
    kept_time_write(t, out);
    assert_string_equal(out, "2024-03-31T23:59:59.999999Z");
    assert_true(kept_time_read("2024-03-31T14:00:00+02:00", true, &t));
    kept_time_write(t, out);
    assert_string_equal(out, "2024-03-31T12:00:00Z");
    assert_true(kept_time_read("1969-12-31 23:59:59.5", false, &t));
    assert_int_equal(t, -500000);
    kept_time_write(t, out);
    assert_string_equal(out, "1969-12-31T23:59:59.500000Z");
    assert_false(kept_time_read("31.03.2024", false, &t));
    assert_false(kept_time_read("2024-03-31T", false, &t));
    assert_false(kept_time_read("2024-03-31T25:00", false, &t));
    assert_false(kept_time_read("", false, &t));
    /* Extremes are cut to the calendar, never overrun. */
    kept_time_write(INT64_MAX, out);
    assert_int_equal(strlen(out), 27);
    kept_time_write(INT64_MIN, out);
    assert_int_equal(strlen(out), 27);
    int64_t now = kept_time_now();
    assert_true(now / 1000000 >= (int64_t)time(NULL) - 2);
}
