#include "support.h"

#include "base/rrule.h"

static kept_day day_of(const char *iso)
{
    kept_day day = 0;
    assert_true(kept_day_read_iso(iso, 10, &day));
    return day;
}

static kept_rrule rule_of(const char *text)
{
    kept_err err = KEPT_ERR_INIT;
    kept_rrule rule;
    CHECK_OK(kept_rrule_parse(text, &rule, &err));
    return rule;
}

/* The first n occurrences, as "1997-09-02 ...", and "." behind when there are no more. */
static void list(const kept_rrule *rule, kept_day start, size_t n, kept_buf *out)
{
    kept_day day = start - 1;
    char iso[11];
    for (size_t i = 0; i < n; i++) {
        if (!kept_rrule_next(rule, start, day, &day)) {
            kept_buf_add(out, ".");
            return;
        }
        kept_day_write(day, iso);
        kept_buf_printf(out, "%s%s", i ? " " : "", iso);
    }
}

typedef struct example {
    const char *start, *rule;
    size_t n;
    const char *days;
} example;

/* RFC 5545, section 3.8.5.3, "Recurrence Rule", its examples in order (those with parts that are
 * not taken here are below). Where an example ends UNTIL a moment, the last day before it stands
 * here: "19971224T000000Z" is the end of December 23. */
static const example examples[] = {
    /* Daily for 10 occurrences */
    {"1997-09-02", "FREQ=DAILY;COUNT=10", 20,
     "1997-09-02 1997-09-03 1997-09-04 1997-09-05 1997-09-06 1997-09-07 1997-09-08 1997-09-09 "
     "1997-09-10 1997-09-11."},
    /* Every other day - forever */
    {"1997-09-02", "FREQ=DAILY;INTERVAL=2", 5,
     "1997-09-02 1997-09-04 1997-09-06 1997-09-08 1997-09-10"},
    /* Every 10 days, 5 occurrences */
    {"1997-09-02", "FREQ=DAILY;INTERVAL=10;COUNT=5", 20,
     "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12."},
    /* Weekly for 10 occurrences */
    {"1997-09-02", "FREQ=WEEKLY;COUNT=10", 20,
     "1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30 1997-10-07 1997-10-14 1997-10-21 "
     "1997-10-28 1997-11-04."},
    /* Every other week - forever */
    {"1997-09-02", "FREQ=WEEKLY;INTERVAL=2;WKST=SU", 6,
     "1997-09-02 1997-09-16 1997-09-30 1997-10-14 1997-10-28 1997-11-11"},
    /* Weekly on Tuesday and Thursday for five weeks: until October 7, and by count */
    {"1997-09-02", "FREQ=WEEKLY;UNTIL=19971006;WKST=SU;BYDAY=TU,TH", 20,
     "1997-09-02 1997-09-04 1997-09-09 1997-09-11 1997-09-16 1997-09-18 1997-09-23 1997-09-25 "
     "1997-09-30 1997-10-02."},
    {"1997-09-02", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", 20,
     "1997-09-02 1997-09-04 1997-09-09 1997-09-11 1997-09-16 1997-09-18 1997-09-23 1997-09-25 "
     "1997-09-30 1997-10-02."},
    /* Every other week on Monday, Wednesday, and Friday until December 24, 1997, starting on
     * Monday, September 1 */
    {"1997-09-01", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971223;WKST=SU;BYDAY=MO,WE,FR", 40,
     "1997-09-01 1997-09-03 1997-09-05 1997-09-15 1997-09-17 1997-09-19 1997-09-29 1997-10-01 "
     "1997-10-03 1997-10-13 1997-10-15 1997-10-17 1997-10-27 1997-10-29 1997-10-31 1997-11-10 "
     "1997-11-12 1997-11-14 1997-11-24 1997-11-26 1997-11-28 1997-12-08 1997-12-10 1997-12-12 "
     "1997-12-22."},
    /* Every other week on Tuesday and Thursday, for 8 occurrences */
    {"1997-09-02", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", 20,
     "1997-09-02 1997-09-04 1997-09-16 1997-09-18 1997-09-30 1997-10-02 1997-10-14 1997-10-16."},
    /* Monthly on the first Friday for 10 occurrences; the same until December 24 */
    {"1997-09-05", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR", 20,
     "1997-09-05 1997-10-03 1997-11-07 1997-12-05 1998-01-02 1998-02-06 1998-03-06 1998-04-03 "
     "1998-05-01 1998-06-05."},
    {"1997-09-05", "FREQ=MONTHLY;UNTIL=19971223;BYDAY=1FR", 20,
     "1997-09-05 1997-10-03 1997-11-07 1997-12-05."},
    /* Every other month on the first and last Sunday of the month for 10 occurrences */
    {"1997-09-07", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", 20,
     "1997-09-07 1997-09-28 1997-11-02 1997-11-30 1998-01-04 1998-01-25 1998-03-01 1998-03-29 "
     "1998-05-03 1998-05-31."},
    /* Monthly on the second-to-last Monday of the month for 6 months */
    {"1997-09-22", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", 20,
     "1997-09-22 1997-10-20 1997-11-17 1997-12-22 1998-01-19 1998-02-16."},
    /* Monthly on the third-to-the-last day of the month, forever */
    {"1997-09-28", "FREQ=MONTHLY;BYMONTHDAY=-3", 6,
     "1997-09-28 1997-10-29 1997-11-28 1997-12-29 1998-01-29 1998-02-26"},
    /* Monthly on the 2nd and 15th of the month for 10 occurrences */
    {"1997-09-02", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", 20,
     "1997-09-02 1997-09-15 1997-10-02 1997-10-15 1997-11-02 1997-11-15 1997-12-02 1997-12-15 "
     "1998-01-02 1998-01-15."},
    /* Monthly on the first and last day of the month for 10 occurrences */
    {"1997-09-30", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", 20,
     "1997-09-30 1997-10-01 1997-10-31 1997-11-01 1997-11-30 1997-12-01 1997-12-31 1998-01-01 "
     "1998-01-31 1998-02-01."},
    /* Every 18 months on the 10th thru 15th of the month for 10 occurrences */
    {"1997-09-10", "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", 20,
     "1997-09-10 1997-09-11 1997-09-12 1997-09-13 1997-09-14 1997-09-15 1999-03-10 1999-03-11 "
     "1999-03-12 1999-03-13."},
    /* Every Tuesday, every other month */
    {"1997-09-02", "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", 10,
     "1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30 1997-11-04 1997-11-11 1997-11-18 "
     "1997-11-25 1998-01-06"},
    /* Yearly in June and July for 10 occurrences: the day of the month is that of the start */
    {"1997-06-10", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7", 20,
     "1997-06-10 1997-07-10 1998-06-10 1998-07-10 1999-06-10 1999-07-10 2000-06-10 2000-07-10 "
     "2001-06-10 2001-07-10."},
    /* Every other year on January, February, and March for 10 occurrences */
    {"1997-03-10", "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", 20,
     "1997-03-10 1999-01-10 1999-02-10 1999-03-10 2001-01-10 2001-02-10 2001-03-10 2003-01-10 "
     "2003-02-10 2003-03-10."},
    /* Every 20th Monday of the year, forever */
    {"1997-05-19", "FREQ=YEARLY;BYDAY=20MO", 3, "1997-05-19 1998-05-18 1999-05-17"},
    /* Every Thursday in March, forever */
    {"1997-03-13", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH", 11,
     "1997-03-13 1997-03-20 1997-03-27 1998-03-05 1998-03-12 1998-03-19 1998-03-26 1999-03-04 "
     "1999-03-11 1999-03-18 1999-03-25"},
    /* Every Thursday, but only during June, July, and August, forever */
    {"1997-06-05", "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8", 14,
     "1997-06-05 1997-06-12 1997-06-19 1997-06-26 1997-07-03 1997-07-10 1997-07-17 1997-07-24 "
     "1997-07-31 1997-08-07 1997-08-14 1997-08-21 1997-08-28 1998-06-04"},
    /* Every Friday the 13th, forever; the start itself is excluded there by EXDATE, and does not
     * fit the rule */
    {"1997-09-02", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", 5,
     "1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13"},
    /* The first Saturday that follows the first Sunday of the month, forever */
    {"1997-09-13", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", 10,
     "1997-09-13 1997-10-11 1997-11-08 1997-12-13 1998-01-10 1998-02-07 1998-03-07 1998-04-11 "
     "1998-05-09 1998-06-13"},
    /* Every 4 years, the first Tuesday after a Monday in November, forever (U.S. Presidential
     * Election day) */
    {"1996-11-05", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", 3,
     "1996-11-05 2000-11-07 2004-11-02"},
    /* An example where the days generated makes a difference because of WKST */
    {"1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", 20,
     "1997-08-05 1997-08-10 1997-08-19 1997-08-24."},
    {"1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", 20,
     "1997-08-05 1997-08-17 1997-08-19 1997-08-31."},
    /* An example where an invalid date (i.e., February 30) is ignored */
    {"2007-01-15", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", 20,
     "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30."},
};

void test_rrule__rfc_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        const example *e = &examples[i];
        kept_buf out = KEPT_BUF_INIT;
        kept_rrule rule = rule_of(e->rule), again;
        list(&rule, day_of(e->start), e->n, &out);
        if (strcmp(kept_buf_text(&out), e->days) != 0)
            fail_msg("%s: %s, want %s", e->rule, kept_buf_text(&out), e->days);
        /* And so from its own text. */
        kept_buf_clear(&out);
        kept_rrule_write(&rule, &out);
        again = rule_of(kept_buf_text(&out));
        kept_buf_clear(&out);
        list(&again, day_of(e->start), e->n, &out);
        assert_string_equal(kept_buf_text(&out), e->days);
        kept_buf_free(&out);
    }
}

/* RFC 5545, the same section: "Daily until December 24, 1997" and "Every day in January, for 3
 * years", told as a count of days, their first and last one. */
void test_rrule__rfc_long_examples(void **state)
{
    (void)state;
    static const struct {
        const char *start, *rule;
        int n;
        const char *last;
    } cases[] = {
        {"1997-09-02", "FREQ=DAILY;UNTIL=19971223", 113, "1997-12-23"},
        {"1998-01-01", "FREQ=YEARLY;UNTIL=20000131;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", 93,
         "2000-01-31"},
        {"1998-01-01", "FREQ=DAILY;UNTIL=20000131;BYMONTH=1", 93, "2000-01-31"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept_rrule rule = rule_of(cases[i].rule);
        kept_day start = day_of(cases[i].start), day = start - 1;
        int n = 0;
        while (kept_rrule_next(&rule, start, day, &day))
            n++;
        assert_int_equal(n, cases[i].n);
        assert_int_equal(day, day_of(cases[i].last));
    }
}

void test_rrule__next_from_anywhere(void **state)
{
    (void)state;
    kept_day day = 0;
    kept_rrule rule = rule_of("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR");
    kept_day start = day_of("2026-01-05"); /* a Monday */
    assert_true(kept_rrule_next(&rule, start, day_of("2026-01-09"), &day));
    assert_int_equal(day, day_of("2026-01-19"));
    assert_true(kept_rrule_next(&rule, start, day_of("2020-01-01"), &day));
    assert_int_equal(day, start);
    /* Going on from each day gives what jumping gives. */
    static const char *const rules[] = {
        "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,SU;WKST=SU",
        "FREQ=MONTHLY;INTERVAL=5;BYDAY=-1FR", "FREQ=YEARLY;INTERVAL=2;BYDAY=-1MO,10WE"};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        rule = rule_of(rules[i]);
        kept_day next = start - 1, jump = 0;
        for (kept_day after = start - 1; after < start + 2000; after++) {
            if (after >= next)
                assert_true(kept_rrule_next(&rule, start, next, &next));
            assert_true(kept_rrule_next(&rule, start, after, &jump));
            assert_int_equal(jump, next);
        }
    }
    /* The 29th of February comes every four years, but not in 2100. */
    rule = rule_of("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29");
    assert_true(kept_rrule_next(&rule, start, day_of("2096-02-29"), &day));
    assert_int_equal(day, day_of("2104-02-29"));
    /* A day that never comes. */
    rule = rule_of("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30");
    assert_false(kept_rrule_next(&rule, start, start, &day));
    rule = rule_of("FREQ=DAILY");
    assert_false(kept_rrule_next(&rule, start, KEPT_DAY_MAX, &day));
    assert_true(kept_rrule_next(&rule, start, KEPT_DAY_MAX - 1, &day));
    assert_int_equal(day, KEPT_DAY_MAX);
}

void test_rrule__one_form(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"rrule:byday=fr,MO,+1tu,mo;freq=monthly;interval=1", "FREQ=MONTHLY;BYDAY=MO,1TU,FR"},
        {"FREQ=YEARLY;BYMONTHDAY=-1,31,1,1;BYMONTH=12,3;UNTIL=20301231;INTERVAL=2",
         "FREQ=YEARLY;INTERVAL=2;UNTIL=20301231;BYMONTH=3,12;BYMONTHDAY=1,31,-1"},
        {"FREQ=WEEKLY;WKST=SU", "FREQ=WEEKLY"},
        {"FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=SU,MO",
         "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU"},
        {"FREQ=YEARLY;BYDAY=-1FR,2FR,FR", "FREQ=YEARLY;BYDAY=FR,2FR,-1FR"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept_buf out = KEPT_BUF_INIT;
        kept_rrule rule = rule_of(cases[i][0]);
        kept_rrule_write(&rule, &out);
        assert_string_equal(kept_buf_text(&out), cases[i][1]);
        kept_buf_free(&out);
    }
}

void test_rrule__refusals(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "no part \"\""},
        {"INTERVAL=2", "needs FREQ"},
        {"FREQ=HOURLY",
         "FREQ of a repetition takes DAILY, WEEKLY, MONTHLY or YEARLY, not \"HOURLY\""},
        {"FREQ=DAILY;", "no part \"\""},
        {"FREQ=DAILY;FREQ=DAILY", "FREQ stands twice"},
        {"FREQ", "FREQ of a repetition takes a value"},
        {"FREQ=DAILY;INTERVAL=0", "INTERVAL of a repetition"},
        {"FREQ=DAILY;INTERVAL=-1", "INTERVAL of a repetition"},
        {"FREQ=DAILY;INTERVAL=99999999999", "INTERVAL of a repetition"},
        {"FREQ=DAILY;COUNT=3;UNTIL=20260101", "by COUNT or by UNTIL"},
        {"FREQ=DAILY;UNTIL=19971224T000000Z", "a day as 20261231"},
        {"FREQ=DAILY;UNTIL=20260230", "a day as 20261231"},
        {"FREQ=DAILY;BYMONTH=13", "months from 1 to 12, not \"13\""},
        {"FREQ=MONTHLY;BYMONTHDAY=1,,2", "not \"\""},
        {"FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY of a repetition"},
        {"FREQ=WEEKLY;BYMONTHDAY=1", "does not go with FREQ=WEEKLY"},
        {"FREQ=WEEKLY;BYDAY=1MO", "need FREQ=MONTHLY"},
        {"FREQ=MONTHLY;BYDAY=6MO", "more than five times"},
        {"FREQ=YEARLY;BYDAY=54MO", "weekdays as MO"},
        {"FREQ=YEARLY;BYDAY=0MO", "weekdays as MO"},
        {"FREQ=MONTHLY;BYDAY=XX", "weekdays as MO"},
        {"FREQ=DAILY;BYSETPOS=1", "no part \"BYSETPOS\""},
        {"FREQ=YEARLY;BYWEEKNO=20", "no part \"BYWEEKNO\""},
        {"FREQ=DAILY; COUNT=2", "no part \" COUNT\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept_err err = KEPT_ERR_INIT;
        kept_rrule rule;
        assert_int_equal(kept_rrule_parse(cases[i][0], &rule, &err), KEPT_EINPUT);
        CHECK_CONTAINS(err.msg, cases[i][1]);
    }
}

/* --- Words, and doing again --- */

void test_rrule__in_words(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"FREQ=DAILY", "every day"},
        {"FREQ=DAILY;INTERVAL=180", "every 180 days"},
        {"FREQ=MONTHLY;INTERVAL=3", "every 3 months"},
        {"FREQ=YEARLY", "every year"},
        {"FREQ=WEEKLY;BYDAY=MO,WE,FR", "every week, on Monday, Wednesday and Friday"},
        {"FREQ=MONTHLY;BYDAY=-1FR", "every month, on the last Friday"},
        {"FREQ=MONTHLY;BYDAY=2TU", "every month, on the 2nd Tuesday"},
        {"FREQ=MONTHLY;BYDAY=-2TH", "every month, on the 2nd last Thursday"},
        {"FREQ=MONTHLY;BYMONTHDAY=1,22,-1",
         "every month, on the 1st, 22nd and last day of the month"},
        {"FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=11",
         "every year, on the 11th day of the month, in March and September"},
        {"FREQ=DAILY;UNTIL=20261231", "every day, until 2026-12-31"},
        {"FREQ=DAILY;COUNT=5", "every day, 5 times"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        KEPT_AUTO_BUF words = KEPT_BUF_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_rrule rule;
        CHECK_OK(kept_rrule_parse(cases[i][0], &rule, &err));
        kept_rrule_say(&rule, &words);
        assert_string_equal(kept_buf_text(&words), cases[i][1]);
    }
}

static void check_again(const char *text, const char *done, const char *want)
{
    kept_err err = KEPT_ERR_INIT;
    kept_rrule rule;
    kept_day day, again;
    char got[11];
    CHECK_OK(kept_rrule_parse(text, &rule, &err));
    assert_true(kept_day_read_iso(done, strlen(done), &day));
    assert_int_equal(kept_rrule_again(&rule, day, &again), want != NULL);
    if (!want)
        return;
    kept_day_write(again, got);
    assert_string_equal(got, want);
}

void test_rrule__done_again(void **state)
{
    (void)state;
    check_again("FREQ=DAILY;INTERVAL=180", "2026-01-01", "2026-06-30");
    check_again("FREQ=MONTHLY;INTERVAL=3", "2026-03-21", "2026-06-21");
    /* A month without the day: its last one, where a calendar waits for the next month with it. */
    check_again("FREQ=MONTHLY;INTERVAL=3", "2026-01-31", "2026-04-30");
    check_again("FREQ=MONTHLY", "2026-01-31", "2026-02-28");
    check_again("FREQ=MONTHLY", "2026-01-30", "2026-02-28");
    check_again("FREQ=MONTHLY", "2024-01-31", "2024-02-29");
    check_again("FREQ=MONTHLY", "2026-02-28", "2026-03-28");
    check_again("FREQ=MONTHLY;INTERVAL=2", "2026-07-31", "2026-09-30");
    check_again("FREQ=YEARLY", "2024-02-29", "2025-02-28");
    check_again("FREQ=YEARLY", "2026-06-30", "2027-06-30");
    /* A rule that says which day keeps to it. */
    check_again("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-31", "2026-02-27");
    check_again("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", "2026-03-31");
    check_again("FREQ=MONTHLY;UNTIL=20260215", "2026-01-31", NULL);
}
