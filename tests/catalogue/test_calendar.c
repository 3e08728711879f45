#include "own_folder.h"

#include "base/array.h"
#include "catalogue/calendar.h"

#define HEAD "calendar: x_depot\ntitle: Depot\nsummary: Hours of the depot.\n" /* 3 lines */
#define WEEK "week:\n  monday to friday: 8:00-12:00, 13:00-17:00\n"            /* 2 lines */

static const kept_calendar *parse(kept_arena *arena, const char *text)
{
    kept_err err = KEPT_ERR_INIT;
    const kept_calendar *calendar = NULL;
    CHECK_OK(kept_calendar_parse(text, strlen(text), "x.yaml", true, arena, &calendar, &err));
    return calendar;
}

static kept_day on(int year, int month, int day)
{
    return kept_day_from_civil(year, month, day);
}

/* "8:00-12:00 13:00-17:00" of a day. */
static void check_hours(const kept_calendar *calendar, kept_day day, const char *want)
{
    const kept_weekday *hours = kept_calendar_hours(calendar, day);
    char got[200] = "";
    for (size_t i = 0; i < hours->n; i++) {
        size_t len = strlen(got);
        snprintf(got + len, sizeof got - len, "%s%d:%02d-%d:%02d", i ? " " : "",
                 hours->shifts[i].opens / 60, hours->shifts[i].opens % 60,
                 hours->shifts[i].closes / 60, hours->shifts[i].closes % 60);
    }
    assert_string_equal(got, want);
}

static void check_said(const kept_calendar *calendar, const char *want)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_calendar_say(calendar, &out);
    assert_string_equal(kept_buf_text(&out), want);
}

void test_calendar__built_in_ones(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_calendars all;
    const kept_calendar *one = NULL;
    CHECK_OK(kept_calendars_load(NULL, &arena, &all, &err));
    assert_int_equal(all.n, 3);
    CHECK_OK(kept_calendars_find(&all, "office", &one, &err));
    check_said(one, "Mon-Fri 9:00-17:00");
    assert_null(one->zone);
    assert_false(one->own);
    assert_int_equal(one->n_special, 0);
    check_hours(one, on(2026, 11, 20), "9:00-17:00"); /* a Friday */
    check_hours(one, on(2026, 11, 21), "");
    check_hours(one, on(1969, 12, 28), ""); /* a Sunday, before the epoch */
    check_hours(one, on(1969, 12, 29), "9:00-17:00");
    CHECK_OK(kept_calendars_find(&all, "office_lunch", &one, &err));
    check_said(one, "Mon-Fri 8:00-12:00, 13:00-17:00");
    CHECK_OK(kept_calendars_find(&all, "shop", &one, &err));
    check_said(one, "Mon-Sat 9:00-18:00");
    assert_int_equal(kept_calendars_find(&all, "ofice", &one, &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "Did you mean \"office\"?");
}

void test_calendar__holidays_and_half_days(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_calendar *c =
        parse(&arena, HEAD "zone: Europe/Berlin\n" WEEK "  saturday: 09:00 - 13:00\n"
                           "days:\n"
                           "  2026-12-27 to 2026-12-31: closed\n"
                           "  2026-12-24: 8:00-12:00\n"
                           "  2026-12-25: closed\n"
                           "  2026-12-20: 0:00-24:00  # before the feast\n");
    assert_string_equal(c->zone, "Europe/Berlin");
    assert_int_equal(c->n_special, 8);
    check_hours(c, on(2026, 12, 23), "8:00-12:00 13:00-17:00");
    check_hours(c, on(2026, 12, 24), "8:00-12:00");
    check_hours(c, on(2026, 12, 25), "");
    check_hours(c, on(2026, 12, 26), "9:00-13:00"); /* a Saturday nobody took out */
    check_hours(c, on(2026, 12, 27), "");
    check_hours(c, on(2026, 12, 31), "");
    check_hours(c, on(2027, 1, 1), "8:00-12:00 13:00-17:00");
    check_hours(c, on(2026, 12, 20), "0:00-24:00"); /* a Sunday */
    for (size_t i = 1; i < c->n_special; i++)
        assert_true(c->special[i - 1].day < c->special[i].day);
    check_said(c, "Mon-Fri 8:00-12:00, 13:00-17:00; Sat 9:00-13:00");
}

void test_calendar__weeks_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *week, *says;
    } cases[] = {
        {"week: {monday to sunday: 0:00-24:00}\n", "Mon-Sun 0:00-24:00"},
        {"week: {monday: 9:00-10:00, sunday: 9:00-10:00}\n", "Mon 9:00-10:00; Sun 9:00-10:00"},
        {"week: {saturday: 9:00-10:00, sunday: 9:00-10:00}\n", "Sat-Sun 9:00-10:00"},
        {"week: {tuesday: \"6:00-8:00,9:00-10:00,11:30-24:00\"}\n",
         "Tue 6:00-8:00, 9:00-10:00, 11:30-24:00"},
        {"week: {monday: 9:00-10:00, tuesday: 9:00-10:30, wednesday: closed}\n",
         "Mon 9:00-10:00; Tue 9:00-10:30"},
        {"week: {monday to sunday: closed}\ndays: {2026-05-01: 9:00-10:00}\n",
         "on single days only"},
    };
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    for (size_t i = 0; i < KEPT_N(cases); i++) {
        char text[400];
        snprintf(text, sizeof text, HEAD "%s", cases[i].week);
        check_said(parse(&arena, text), cases[i].says);
    }
}

void test_calendar__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"calendar: depot\n", "line 1, column 11: A name that a workspace declares"},
        {HEAD, "\"week\" is missing"},
        {HEAD "wek: {monday: closed}\n", "line 4, column 1"},
        {HEAD "wek: {monday: closed}\n", "week"},
        {HEAD "week: always\n", "names weekdays"},
        {HEAD "week:\n  munday: closed\n",
         "line 5, column 3: \"munday\" is not a weekday; did you mean \"monday\"?"},
        {HEAD "week:\n  monday to fryday: closed\n", "did you mean \"friday\"?"},
        {HEAD "week:\n  friday to monday: closed\n", "monday comes before friday"},
        {HEAD WEEK "  friday: closed\n", "line 6, column 3: The hours of friday stand here twice"},
        {HEAD "week: {monday: 9-17}\n", "\"9-17\" are no hours"},
        {HEAD "week:\n  monday: 9:00-25:00\n", "line 5, column 11: \"9:00-25:00\" are no hours"},
        {HEAD "week: {monday: 24:01-24:30}\n", "are no hours"},
        {HEAD "week: {monday: 9:60-10:00}\n", "are no hours"},
        {HEAD "week: {monday: 9:0-10:00}\n", "are no hours"},
        {HEAD "week: {monday: 9:00-10:00 h}\n", "are no hours"},
        {HEAD "week: {monday: \"9:00-10:00,\"}\n", "are no hours"},
        {HEAD "week: {monday: \"\"}\n", "\"monday\" has no value"},
        {HEAD "week: {monday: }\n", "\"monday\" has no value"},
        {HEAD "week: {monday: [9:00-10:00]}\n", "monday"},
        {HEAD "week: {monday: 22:00-6:00}\n", "written as 22:00-24:00"},
        {HEAD "week: {monday: 9:00-9:00}\n", "closes later"},
        {HEAD "week: {monday: \"8:00-12:00, 11:00-13:00\"}\n", "from 11:00 begin before"},
        {HEAD "week: {monday: \"13:00-17:00, 8:00-12:00\"}\n", "from 8:00 begin before"},
        {HEAD "week: {monday: \"1:00-2:00,2:00-3:00,3:00-4:00,4:00-5:00,5:00-6:00,6:00-7:00,"
              "7:00-8:00\"}\n",
         "at most 6"},
        {HEAD "week: {monday: closed}\n", "Nobody is ever at work"},
        {HEAD WEEK "days: []\n", "names days"},
        {HEAD WEEK "days:\n  2026-02-29: closed\n", "line 7, column 3: \"2026-02-29\" is no day"},
        {HEAD WEEK "days:\n  24.12.2026: closed\n", "is no day"},
        {HEAD WEEK "days:\n  2026-12-24: open\n", "line 7, column 15: \"open\" are no hours"},
        {HEAD WEEK "days:\n  2026-12-24 to 2026-12-20: closed\n", "2026-12-24 comes after"},
        {HEAD WEEK "days:\n  2026-01-01 to 2027-01-02: closed\n", "at most 366 days"},
        {HEAD WEEK "days:\n  2026-08-01 to 2026-08-14: closed\n  2026-08-14: 8:00-12:00\n",
         "line 8, column 3: The hours of 2026-08-14 stand here twice; see line 7"},
        {HEAD "zone: Europe Berlin\n" WEEK, "line 4, column 7: \"Europe Berlin\" is no time zone"},
    };
    for (size_t i = 0; i < KEPT_N(cases); i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        const kept_calendar *calendar = NULL;
        if (kept_calendar_parse(cases[i].text, strlen(cases[i].text), "x.yaml", true, &arena,
                                &calendar, &err) != KEPT_EINPUT)
            fail_msg("taken: %s", cases[i].text);
        assert_null(calendar);
        CHECK_CONTAINS(err.msg, cases[i].says);
        CHECK_CONTAINS(err.msg, "x.yaml, line ");
    }
}

void test_calendar__not_more_days_than_there_is_room_for(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    const kept_calendar *calendar = NULL;
    kept_buf_add(&text, HEAD WEEK "days:\n");
    for (int year = 2000; year < 2028; year++)
        kept_buf_printf(&text, "  %d-01-01 to %d-12-31: closed\n", year, year);
    assert_int_equal(kept_calendar_parse(kept_buf_text(&text), text.len, "x.yaml", true, &arena,
                                         &calendar, &err),
                     KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "line 34, column 29: A calendar has at most 10000 days");
}

void test_calendar__a_workspace_adds_its_own(void **state)
{
    (void)state;
    own_folder f;
    kept_calendars all;
    const kept_calendar *one = NULL;
    kept_err err = KEPT_ERR_INIT;
    own_make(&f);
    own_put(&f, "calendars/depot.yaml", HEAD WEEK);
    CHECK_OK(kept_calendars_load(f.root, &f.arena, &all, &err));
    assert_int_equal(all.n, 4);
    CHECK_OK(kept_calendars_find(&all, "x_depot", &one, &err));
    assert_true(one->own);
    CHECK_CONTAINS(one->source, "calendars/depot.yaml");
    own_put(&f, "calendars/other.yaml", HEAD WEEK);
    assert_int_equal(kept_calendars_load(f.root, &f.arena, &all, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "depot.yaml");
    CHECK_CONTAINS(err.msg, "other.yaml");
    own_remove(&f);
}
