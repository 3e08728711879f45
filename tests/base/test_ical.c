#include "support.h"

#include "base/ical.h"

/* The form is that of RFC 5545: sections 3.6.1 (events, an anniversary of one day has DTSTART as a
 * DATE and no DTEND), 3.3.11 (TEXT), 3.1 (folding), 3.8.7.2 (DTSTAMP in UTC). */
void test_ical__one_event(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    kept_rrule rule;
    CHECK_OK(kept_rrule_parse("FREQ=MONTHLY;BYDAY=-1FR", &rule, &err));
    const kept_ical_event event = {.uid = "review-12@acme",
                                   .stamp = INT64_C(1767225599999999), /* 2025-12-31T23:59:59.99Z */
                                   .day = kept_day_from_civil(2026, 1, 30),
                                   .summary = "Review; Acme, Bolts \\ Nuts",
                                   .description = "first\r\nsecond\x01\ttab",
                                   .categories = "REVIEW,KEY ACCOUNT",
                                   .rule = &rule};
    kept_buf out = KEPT_BUF_INIT;
    kept_ical_begin(&out, "Acme");
    kept_ical_event_add(&out, &event);
    kept_ical_end(&out);
    assert_string_equal(kept_buf_text(&out),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kept//Kept//EN\r\n"
                        "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\nNAME:Acme\r\nX-WR-CALNAME:Acme\r\n"
                        "BEGIN:VEVENT\r\nUID:review-12@acme\r\nDTSTAMP:20251231T235959Z\r\n"
                        "DTSTART;VALUE=DATE:20260130\r\nRRULE:FREQ=MONTHLY;BYDAY=-1FR\r\n"
                        "SUMMARY:Review\\; Acme\\, Bolts \\\\ Nuts\r\n"
                        "DESCRIPTION:first\\nsecond tab\r\nCATEGORIES:REVIEW,KEY ACCOUNT\r\n"
                        "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    kept_buf_free(&out);
}

void test_ical__several_days(void **state)
{
    (void)state;
    const kept_ical_event event = {
        .uid = "x", .day = kept_day_from_civil(2026, 12, 30), .n_days = 3, .summary = "Fair"};
    kept_buf out = KEPT_BUF_INIT;
    kept_ical_event_add(&out, &event);
    CHECK_CONTAINS(kept_buf_text(&out), "DTSTAMP:19700101T000000Z\r\n");
    CHECK_CONTAINS(kept_buf_text(&out), "DTSTART;VALUE=DATE:20261230\r\n");
    CHECK_CONTAINS(kept_buf_text(&out), "DTEND;VALUE=DATE:20270102\r\n"); /* not included */
    kept_buf_free(&out);
}

/* No line over 75 octets, none broken inside a character, and unfolded it is what went in. */
void test_ical__folds_between_characters(void **state)
{
    (void)state;
    for (size_t lead = 60; lead < 80; lead++) {
        kept_buf text = KEPT_BUF_INIT, out = KEPT_BUF_INIT, plain = KEPT_BUF_INIT;
        for (size_t i = 0; i < lead; i++)
            kept_buf_add_char(&text, 'a');
        for (int i = 0; i < 60; i++)
            kept_buf_add(&text, i % 3 == 0 ? "\u00e9" : i % 3 == 1 ? "\u20ac" : "\U0001f4c5");
        const kept_ical_event event = {.uid = "x", .summary = kept_buf_text(&text)};
        kept_ical_event_add(&out, &event);
        size_t lines = 0;
        for (const char *p = kept_buf_text(&out); *p; lines++) {
            const char *end = strstr(p, "\r\n");
            assert_non_null(end);
            assert_true(end - p <= 75);
            assert_true(kept_text_utf8(p, (size_t)(end - p)));
            bool folded = end[2] == ' ';
            kept_buf_add_n(&plain, p, (size_t)(end - p));
            kept_buf_add(&plain, folded ? "" : "\n");
            p = end + (folded ? 3 : 2);
        }
        assert_true(lines > 7);
        CHECK_CONTAINS(kept_buf_text(&plain), kept_buf_text(&text));
        kept_buf_free(&text);
        kept_buf_free(&out);
        kept_buf_free(&plain);
    }
}

void test_ical__bytes_that_are_no_text(void **state)
{
    (void)state;
    const kept_ical_event event = {.uid = "x", .summary = "a\xff\xe2\x82z\x7f"};
    kept_buf out = KEPT_BUF_INIT;
    kept_ical_event_add(&out, &event);
    CHECK_CONTAINS(kept_buf_text(&out), "SUMMARY:a\ufffd\ufffd\ufffdz\r\n");
    kept_buf_free(&out);
}
