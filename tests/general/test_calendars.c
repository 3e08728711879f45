/* kept calendars. */
#include "op_table.h"

#include "general/ops.h"

static const char own_calendar[] = "calendar: x_desk\n"
                                   "title: Service desk\n"
                                   "summary: Hours of the desk.\n"
                                   "zone: Europe/Berlin\n"
                                   "week:\n"
                                   "  monday to friday: 8:00-12:00, 13:00-17:00\n"
                                   "days:\n"
                                   "  2026-12-24: 8:00-12:00\n"
                                   "  2026-12-25 to 2026-12-27: closed\n";

void test_calendars__built_in_and_own(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    firm_close(&f);
    ASK(&run, &f, &kept_op_calendars, NULL);
    assert_int_equal(table_rows(&run, "calendars"), 3);
    size_t row = table_find(&run, "calendars", "calendar", "office");
    assert_string_equal(table_text(&run, "calendars", row, "hours"), "Mon-Fri 9:00-17:00");
    assert_string_equal(table_text(&run, "calendars", row, "zone"), "");
    assert_string_equal(table_text(&run, "calendars", row, "source"), "built in");
    assert_int_equal(table_cell(&run, "calendars", row, "holidays").v.i, 0);
    assert_false(table_cell(&run, "calendars", row, "until").known);
    assert_true(has_note(&run, "know no holidays"));
    run_end(&run);

    firm_declare(&f, "calendars/desk.yaml", own_calendar);
    ASK(&run, &f, &kept_op_calendars, NULL);
    assert_int_equal(table_rows(&run, "calendars"), 4);
    row = table_find(&run, "calendars", "calendar", "x_desk");
    assert_string_equal(table_text(&run, "calendars", row, "title"), "Service desk");
    assert_string_equal(table_text(&run, "calendars", row, "zone"), "Europe/Berlin");
    assert_int_equal(table_cell(&run, "calendars", row, "holidays").v.i, 3);
    assert_int_equal(table_cell(&run, "calendars", row, "other_days").v.i, 1);
    assert_int_equal(table_cell(&run, "calendars", row, "until").v.i,
                     kept_day_from_civil(2026, 12, 27));
    CHECK_CONTAINS(table_text(&run, "calendars", row, "source"), "calendars/desk.yaml");
    assert_false(has_note(&run, "know no holidays"));
    run_end(&run);
    firm_remove(&f);
}

void test_calendars__a_zone_that_is_none(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    firm_close(&f);
    firm_declare(&f, "calendars/desk.yaml",
                 "calendar: x_desk\ntitle: Desk\nsummary: S.\nzone: Europe/Berln\n"
                 "week: {monday: 9:00-17:00}\n");
    assert_int_equal(run_op_as(&run, &kept_op_calendars, f.folder, f.scope, NULL), KEPT_EINPUT);
    CHECK_CONTAINS(run.err.msg, "calendars/desk.yaml");
    CHECK_CONTAINS(run.err.msg, "did you mean \"Europe/Berlin\"?");
    run_end(&run);
    firm_remove(&f);
}
