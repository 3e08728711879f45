#include "support.h"

#include <math.h>

#include "keep/words.h"

static kept_judged running(int64_t good, int64_t bad, int64_t open, int64_t allowed)
{
    return (kept_judged){.running = true,
                         .outlook = KEPT_AT_RISK,
                         .how = "counted",
                         .counts = {.good = good, .bad = bad, .open = open},
                         .allowed = allowed,
                         .figure = NAN,
                         .p = 0.6,
                         .volume = (double)(good + bad + open)};
}

void test_words__chances(void **state)
{
    (void)state;
    assert_null(kept_chance_words(NAN));
    assert_string_equal(kept_chance_words(1), "is broken");
    assert_string_equal(kept_chance_words(0.7), "will probably be broken");
    assert_string_equal(kept_chance_words(0.69), "more likely to be broken than kept");
    assert_string_equal(kept_chance_words(0.3), "may well be broken");
    assert_string_equal(kept_chance_words(0.1), "could be broken");
    assert_string_equal(kept_chance_words(0.09), "will probably be kept");
}

void test_words__why(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_judged j = running(16, 2, 3, 3);
    assert_string_equal(kept_judged_why(&j, NULL, "deliveries", &arena),
                        "2 of 18 deliveries failed; at most 3 may; 3 are still open");
    j.tripwire = KEPT_TRIP_ACT;
    j.allowed = 2;
    j.counts.open = 1;
    assert_string_equal(kept_judged_why(&j, NULL, "deliveries", &arena),
                        "2 of 18 deliveries failed; at most 2 may, which are used up: the next one "
                        "breaks it; 1 is still open");
    j = running(14, 0, 0, 0);
    j.counts.unknown = 6;
    assert_string_equal(kept_judged_why(&j, NULL, "tickets", &arena),
                        "none of 14 tickets failed; none may; judged on 14 of 20 tickets");
}

/* What was not measured gives its cause, never a count that looks good. */
void test_words__not_measured(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_promise p = {.id = 7};
    kept_judged j = running(5, 0, 0, 1);
    j.outlook = KEPT_OUTLOOK_NOT_MEASURED;
    j.cause = "of 20 cases only 5 could be judged";
    j.remedy = "fill in what is missing";
    assert_string_equal(kept_judged_why(&j, NULL, "tickets", &arena), j.cause);
    assert_string_equal(kept_judged_next(&j, &p, "Ann", &arena), j.remedy);
}

void test_words__next(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_promise p = {.id = 7};
    kept_judged j = running(16, 2, 3, 3);
    j.overdue = 1;
    assert_string_equal(kept_judged_next(&j, &p, "Ann", &arena),
                        "tell Ann about the 1 that is overdue");
    j.overdue = 2;
    assert_string_equal(kept_judged_next(&j, &p, NULL, &arena),
                        "tell the customer about the 2 that are overdue");
    j.overdue = 0;
    assert_string_equal(kept_judged_next(&j, &p, "Ann", &arena),
                        "ring Ann before the next one is due");
    assert_string_equal(kept_judged_next(&j, &p, NULL, &arena),
                        "look at what failed: kept promise show P-7 --rows");
    j.outlook = KEPT_ON_TRACK;
    assert_string_equal(kept_judged_next(&j, &p, "Ann", &arena), "");
    /* What others promised is asked for, not told. */
    const kept_promise theirs = {.id = 8, .giver = "supplier", .party = "Northline"};
    j.outlook = KEPT_AT_RISK;
    j.overdue = 1;
    assert_string_equal(kept_judged_next(&j, &theirs, NULL, &arena),
                        "ask Northline about the 1 that is overdue");
}

/* What is done every time is counted in times; a figure says how far it has come. */
void test_words__times_and_figures(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_judged j = running(1, 1, 0, 0);
    j.how = "done";
    assert_string_equal(kept_judged_why(&j, NULL, "cases", &arena), "failed 1 of 2 times");
    j.counts.bad = 0;
    assert_string_equal(kept_judged_why(&j, NULL, "cases", &arena), "");
    j = running(6, 0, 0, 0);
    j.has_target_value = true;
    j.cause = "3.9 so far; at least 5 was promised";
    assert_string_equal(kept_judged_why(&j, NULL, "outcomes", &arena), j.cause);
}

/* Words of people about a cause are read where they were written, and nowhere else. */
void test_words__cause_of_an_act(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_fulfilment acts[] = {
        {.id = 1, .due = 100, .done = 105, .verdict = "late", .cause = "The van broke down."},
        {.id = 2, .due = 200, .done = KEPT_NO_DAY, .verdict = "broken", .cause = "Forgotten."},
    };
    const kept_promise p = {.id = 7, .fulfilments = acts, .n_fulfilments = 2};
    kept_judged j = {.how = "done",
                     .verdict = KEPT_VERDICT_PARTLY,
                     .start = 90,
                     .end = 100,
                     .counts = {.bad = 1},
                     .figure = NAN};
    assert_string_equal(kept_judged_why(&j, &p, "cases", &arena), "The van broke down.");
    j.start = 101;
    j.end = 200;
    assert_string_equal(kept_judged_why(&j, &p, "cases", &arena), "Forgotten.");
}
