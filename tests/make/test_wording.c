/* The words of promises. */
#include "support.h"

#include "make/wording.h"

typedef struct tested {
    kept_arena arena;
    kept_wording_finding findings[KEPT_N_WORDINGS];
} tested;

static tested test(kept_wording_ask ask)
{
    tested t = {0};
    kept_err err = KEPT_ERR_INIT;
    kept_wording wording;
    CHECK_OK(kept_wording_load(NULL, &t.arena, &wording, &err));
    CHECK_OK(kept_wording_test(&wording, &ask, &t.arena, t.findings, &err));
    return t;
}

static tested test_words(const char *text)
{
    return test((kept_wording_ask){.text = text});
}

static void check(const char *text, kept_wording_name name, kept_wording_stands want)
{
    tested t = test_words(text);
    if (t.findings[name].stands != want)
        fail_msg("\"%s\": check %d stands %d, not %d (%s)", text, (int)name,
                 (int)t.findings[name].stands, (int)want, t.findings[name].found);
    kept_arena_free(&t.arena);
}
#define FINE(text, name)  check((text), KEPT_WORDING_##name, KEPT_WORDING_FINE)
#define AGAIN(text, name) check((text), KEPT_WORDING_##name, KEPT_WORDING_AGAIN)

void test_wording__says_who_what_when_and_a_number(void **state)
{
    (void)state;
    FINE("You reach a person within one minute", WHO);
    FINE("At noon Jane rings back with a price", WHO);
    AGAIN("Deliveries arrive within two days", WHO);
    AGAIN("Fast service", WHAT);
    FINE("Your pump runs on Monday", WHAT);
    FINE("Your pump runs by Monday", WHEN);
    AGAIN("Your pump runs well for you", WHEN);
    FINE("Your stock lasts 14 shifts", NUMBER);
    FINE("You hear from us within an hour", NUMBER);
    AGAIN("You hear from us", NUMBER);
}

void test_wording__vague_words_are_named_as_they_stand(void **state)
{
    (void)state;
    tested t = test_words("You get World-Class  service as soon as possible");
    assert_int_equal(t.findings[KEPT_WORDING_VAGUE].stands, KEPT_WORDING_AGAIN);
    CHECK_CONTAINS(t.findings[KEPT_WORDING_VAGUE].found, "\"World-Class\"");
    CHECK_CONTAINS(t.findings[KEPT_WORDING_VAGUE].found, "\"as soon as possible\"");
    kept_arena_free(&t.arena);
    AGAIN("Your parts usually come on Friday", VAGUE);
    AGAIN("Your parts should come on Friday", VAGUE);
    AGAIN("You have our best effort", VAGUE);
    FINE("You shoulder nothing: we carry it in on Friday", VAGUE); /* whole words alone */
}

void test_wording__theirs_outweighs_ours(void **state)
{
    (void)state;
    AGAIN("We deliver our goods in two days", THEIRS);
    AGAIN("We ring you and we bring our tools", THEIRS);
    FINE("You have it in two days, and we carry it in", THEIRS);
    FINE("Deliveries arrive within two days", THEIRS);
}

void test_wording__several_promises_in_one(void **state)
{
    (void)state;
    AGAIN("We deliver in two days and we install it", ONE);
    AGAIN("You have it in two days; a fitter comes on the third", ONE);
    FINE("You reach a person day and night", ONE);
}

void test_wording__always_is_too_much_where_some_may_fail(void **state)
{
    (void)state;
    const char *text = "Your goods always come on the day";
    tested t =
        test((kept_wording_ask){.text = text, .allowance_known = true, .allows_failures = true});
    assert_int_equal(t.findings[KEPT_WORDING_ABSOLUTE].stands, KEPT_WORDING_AGAIN);
    CHECK_CONTAINS(t.findings[KEPT_WORDING_ABSOLUTE].found, "\"always\"");
    kept_arena_free(&t.arena);
    t = test((kept_wording_ask){.text = text, .allowance_known = true});
    assert_int_equal(t.findings[KEPT_WORDING_ABSOLUTE].stands, KEPT_WORDING_FINE);
    kept_arena_free(&t.arena);
    check(text, KEPT_WORDING_ABSOLUTE, KEPT_WORDING_UNKNOWN); /* nobody says what share */
    FINE("Your goods come on the day", ABSOLUTE);
    FINE("An unguaranteed thing", ABSOLUTE);
}

void test_wording__the_record_speaks_beside_the_words(void **state)
{
    (void)state;
    tested t = test((kept_wording_ask){.text = "Your pump runs",
                                       .when = "due on 2026-12-31",
                                       .seen = "done, with a proof",
                                       .recorded = true});
    assert_int_equal(t.findings[KEPT_WORDING_WHEN].stands, KEPT_WORDING_FINE);
    CHECK_CONTAINS(t.findings[KEPT_WORDING_WHEN].found, "only in the record");
    assert_int_equal(t.findings[KEPT_WORDING_SEEN].stands, KEPT_WORDING_FINE);
    kept_arena_free(&t.arena);
    t = test((kept_wording_ask){.text = "Your pump runs", .recorded = true});
    assert_int_equal(t.findings[KEPT_WORDING_SEEN].stands, KEPT_WORDING_AGAIN);
    kept_arena_free(&t.arena);
    check("Your pump runs", KEPT_WORDING_SEEN, KEPT_WORDING_UNKNOWN);
}
