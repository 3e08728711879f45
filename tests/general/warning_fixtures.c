#include "warning_fixtures.h"

static void nothing(small_firm *f)
{
    (void)f;
}

/* --- level_mismatch --- */

static void mismatch_fires(small_firm *f)
{
    PUT(f, "customer", "name=Hanley", "key_account=yes");
    PUT(f, "promise", "text=Growth through uptime", "customer=C-1", "level=strategic",
        "judged=counted", "measure_level=front-line", "state=active");
}

static void mismatch_near_miss(small_firm *f)
{
    PUT(f, "customer", "name=Hanley", "key_account=yes");
    PUT(f, "promise", "text=Growth through uptime", "customer=C-1", "level=strategic",
        "judged=counted", "measure_level=strategic", "state=active");
}

static void mismatch_no_data(small_firm *f)
{
    PUT(f, "customer", "name=Hanley", "key_account=yes");
    PUT(f, "promise", "text=Growth through uptime", "customer=C-1", "judged=counted",
        "state=active");
}

/* --- no_owner --- */

static void owner_fires(small_firm *f)
{
    PUT(f, "promise", "text=Parts within a day", "judged=said", "state=active");
}

static void owner_near_miss(small_firm *f)
{
    PUT(f, "employee", "name=Ann");
    PUT(f, "promise", "text=Parts within a day", "judged=said", "owner=E-1", "state=active");
}

/* --- no_promise --- */

static void department(small_firm *f, bool people)
{
    PUT(f, "department", "name=Stores");
    if (people)
        PUT(f, "employee", "name=Bob", "department=D-1");
    else
        PUT(f, "employee", "name=Bob");
}

static void promise_fires(small_firm *f)
{
    department(f, true);
    PUT(f, "employee", "name=Ann");
    PUT(f, "promise", "text=Parts within a day", "owner=Ann", "state=active");
}

static void promise_near_miss(small_firm *f)
{
    department(f, true);
    PUT(f, "employee", "name=Ann");
    PUT(f, "promise", "text=Parts within a day", "owner=Ann", "helpers=Bob", "state=active");
}

static void promise_no_data(small_firm *f)
{
    department(f, false);
    PUT(f, "promise", "text=Parts within a day", "owner=Bob", "state=active");
}

/* --- survey_only: 120 days before 2026-06-30 is 2026-03-02 --- */

static void talk(small_firm *f, const char *on)
{
    char heard[40];
    snprintf(heard, sizeof heard, "heard_on=%s", on);
    PUT(f, "customer", "name=Hanley", "key_account=yes");
    PUT(f, "voice", "verbatim=Fine so far", "source=survey", "customer=C-1", "heard_on=2026-06-01");
    PUT(f, "voice", "verbatim=It took long", "source=call", "customer=C-1", heard);
}

static void survey_fires(small_firm *f)
{
    talk(f, "2026-03-01");
}

static void survey_near_miss(small_firm *f)
{
    talk(f, "2026-03-02");
}

static void survey_no_data(small_firm *f)
{
    PUT(f, "customer", "name=Hanley", "key_account=yes");
}

/* --- concentration: ten customers who bring 100 together --- */

static void shares(small_firm *f, const int64_t *units, size_t n)
{
    firm_run(f, "margin.last_year");
    for (size_t i = 0; i < n; i++) {
        char name[40];
        snprintf(name, sizeof name, "name=Firm %zu", i + 1);
        int64_t id = PUT(f, "customer", name);
        firm_year(f, "margin.last_year", id, units[i]);
    }
}

static void few_fires(small_firm *f)
{
    static const int64_t units[] = {26, 14, 10, 10, 10, 6, 6, 6, 6, 6};
    shares(f, units, 10);
}

static void few_near_miss(small_firm *f)
{
    static const int64_t units[] = {25, 15, 10, 10, 10, 6, 6, 6, 6, 6};
    shares(f, units, 10);
}

/* --- sudden_drop: four quarters of 100 on average, standard deviation 8.2 --- */

static void quarters(small_firm *f, const int64_t *units, size_t n)
{
    static const char *const periods[][2] = {{"2025-04-01", "2025-06-30"},
                                             {"2025-07-01", "2025-09-30"},
                                             {"2025-10-01", "2025-12-31"},
                                             {"2026-01-01", "2026-03-31"},
                                             {"2026-04-01", "2026-06-30"}};
    PUT(f, "customer", "name=Hanley");
    firm_run(f, "sales.per_quarter");
    firm_measure(f, "sales.per_quarter", 1, "2024-07-01", "2026-06-30", 999); /* whole window */
    for (size_t i = 0; i < n; i++) {
        const char *const *period = periods[5 - n + i];
        firm_measure(f, "sales.per_quarter", 1, period[0], period[1], units[i]);
    }
}

static void drop_fires(small_firm *f)
{
    static const int64_t units[] = {100, 110, 90, 100, 69};
    quarters(f, units, 5);
}

static void drop_near_miss(small_firm *f)
{
    static const int64_t units[] = {100, 110, 90, 100, 70};
    quarters(f, units, 5);
}

static void drop_no_data(small_firm *f)
{
    static const int64_t units[] = {110, 90, 100, 10};
    quarters(f, units, 4);
}

/* --- overdue_action --- */

static void action_fires(small_firm *f)
{
    PUT(f, "action", "text=Send the drawing", "due_on=2026-06-29");
}

static void action_near_miss(small_firm *f)
{
    PUT(f, "action", "text=Send the drawing", "due_on=2026-06-30");
}

static void action_no_data(small_firm *f)
{
    PUT(f, "action", "text=Send the drawing");
}

/* --- stale_knowledge: 180 days before is 2026-01-01, 365 days before is 2025-06-30 --- */

static void stale_fires(small_firm *f)
{
    PUT(f, "customer", "name=Hanley", "key_account=yes");
    PUT(f, "need", "text=Less stock", "customer=C-1", "heard_on=2025-12-31");
}

static void stale_near_miss(small_firm *f)
{
    PUT(f, "customer", "name=Hanley", "key_account=yes");
    PUT(f, "need", "text=Less stock", "customer=C-1", "heard_on=2026-01-01");
    PUT(f, "dossier", "text=Two plants", "customer=C-1", "area=operations", "known_on=2025-06-30");
}

static void stale_no_data(small_firm *f)
{
    PUT(f, "customer", "name=Hanley", "key_account=yes");
    PUT(f, "need", "text=Less stock", "customer=C-1");
}

/* --- unclear_goal --- */

static void goal_fires(small_firm *f)
{
    PUT(f, "goal", "text=Fewer complaints", "baseline=20", "target=10", "due_on=2026-12-31");
}

static void goal_near_miss(small_firm *f)
{
    PUT(f, "goal", "text=Fewer complaints", "baseline=20", "target=10", "due_on=2026-12-31",
        "attribution=Compare with the plants that change nothing");
}

/* --- nothing_after_sale: three promises whose phase is known --- */

static void phases(small_firm *f, const char *last)
{
    PUT(f, "promise", "text=A quote within a day", "phase=before", "judged=said", "state=active");
    PUT(f, "promise", "text=One price for all", "phase=before", "judged=said", "state=active");
    PUT(f, "promise", "text=We unpack it for you", last, "judged=said", "state=active");
}

static void after_fires(small_firm *f)
{
    phases(f, "phase=during");
    PUT(f, "promise", "text=Help for ten years", "phase=after", "judged=said", "state=proposed");
}

static void after_near_miss(small_firm *f)
{
    phases(f, "phase=after");
}

static void after_no_data(small_firm *f)
{
    PUT(f, "promise", "text=A quote within a day", "phase=before", "judged=said", "state=active");
    PUT(f, "promise", "text=One price for all", "phase=before", "judged=said", "state=active");
}

/* --- not_adopted: fewer than five days of the last 90 --- */

static void use(small_firm *f, int64_t in_quarter, int64_t in_year)
{
    PUT(f, "customer", "name=Hanley");
    firm_run(f, "usage.days_last_quarter");
    firm_run(f, "usage.days_last_year");
    firm_measure(f, "usage.days_last_quarter", 1, "2026-04-02", "2026-06-30", in_quarter);
    firm_year(f, "usage.days_last_year", 1, in_year);
}

static void use_fires(small_firm *f)
{
    use(f, 4, 100);
}

static void use_near_miss(small_firm *f)
{
    use(f, 5, 100);
}

static void use_no_data(small_firm *f)
{
    use(f, 0, 0);
    PUT(f, "promise", "text=You use it every week", "customer=C-1", "judged=counted",
        "measure=adoption", "state=active");
}

/* --- unpromised_expectation: from an importance of seven on --- */

static void expect_fires(small_firm *f)
{
    PUT(f, "expectation", "text=Spares for ten years", "importance=7", "state=confirmed");
}

static void expect_near_miss(small_firm *f)
{
    PUT(f, "promise", "text=Spares for ten years", "judged=said", "state=active");
    PUT(f, "expectation", "text=Spares for ten years", "importance=7", "state=confirmed",
        "promise=P-1");
    PUT(f, "expectation", "text=A card at Christmas", "importance=6", "state=confirmed");
}

static void expect_no_data(small_firm *f)
{
    PUT(f, "expectation", "text=Spares for ten years", "importance=9");
}

/* --- unfunded_promise --- */

static void funded_fires(small_firm *f)
{
    PUT(f, "promise", "text=Parts within a day", "judged=said", "funded=missing", "state=active");
}

static void funded_near_miss(small_firm *f)
{
    PUT(f, "promise", "text=Parts within a day", "judged=said", "funded=partly", "state=active");
    PUT(f, "promise", "text=Parts within an hour", "judged=said", "funded=missing",
        "state=proposed");
}

static void funded_no_data(small_firm *f)
{
    PUT(f, "promise", "text=Parts within a day", "judged=said", "state=active");
}

const warning_fixture warning_fixtures[] = {
    {"level_mismatch", mismatch_fires, mismatch_near_miss, mismatch_no_data},
    {"no_owner", owner_fires, owner_near_miss, nothing},
    {"no_promise", promise_fires, promise_near_miss, promise_no_data},
    {"survey_only", survey_fires, survey_near_miss, survey_no_data},
    {"concentration", few_fires, few_near_miss, nothing},
    {"sudden_drop", drop_fires, drop_near_miss, drop_no_data},
    {"overdue_action", action_fires, action_near_miss, action_no_data},
    {"stale_knowledge", stale_fires, stale_near_miss, stale_no_data},
    {"unclear_goal", goal_fires, goal_near_miss, nothing},
    {"nothing_after_sale", after_fires, after_near_miss, after_no_data},
    {"not_adopted", use_fires, use_near_miss, use_no_data},
    {"unpromised_expectation", expect_fires, expect_near_miss, expect_no_data},
    {"unfunded_promise", funded_fires, funded_near_miss, funded_no_data},
};
const size_t n_warning_fixtures = sizeof warning_fixtures / sizeof *warning_fixtures;
