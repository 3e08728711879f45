/* How suppliers fared, and what hangs on one of them. */
#include "cases_support.h"

#include "store/judge/parties.h"

/* (id, customer, due, delivered, product, supplier) */
static void plant_supplied(workspace *w, const char *values)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    plant(w, "deliveries",
          kept_arena_printf(&arena,
                            "SELECT row_number() OVER () AS \"row\", c::VARCHAR AS customer,"
                            " i::VARCHAR AS delivery_id, DATE '2024-01-02' AS requested_at,"
                            " f::DATE AS first_promised_at, d::DATE AS delivered_at,"
                            " p::VARCHAR AS product, s::VARCHAR AS supplier"
                            " FROM (VALUES %s) v(i, c, f, d, p, s)",
                            values));
}

static const char supplied[] =
    /* C1: bolts from two, nuts from one */
    "('1', 'C1', '2024-01-10', '2024-01-10', 'bolt', 'Ann'),"
    "('2', 'C1', '2024-01-11', '2024-01-13', 'nut', 'Ann'),"
    "('3', 'C1', '2024-01-12', '2024-01-12', 'bolt', 'Bob'),"
    "('4', 'C1', '2024-01-12', '2024-01-12', 'bolt', 'Ann'),"
    /* another customer: gears come from Cy alone */
    "('5', 'C2', '2024-01-10', NULL, 'bolt', 'Ann'),"
    "('6', 'C2', '2024-01-10', '2024-01-10', 'gear', 'Cy'),"
    /* not of these days; without a supplier; not decided */
    "('7', 'C1', '2023-12-30', '2024-01-10', 'bolt', 'Dee'),"
    "('8', 'C1', '2024-01-14', '2024-01-14', 'bolt', NULL),"
    "('9', 'C1', '2024-03-01', NULL, 'nut', 'Bob')";

static const char *parties(workspace *w, bool of_c1, const char *column, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_case_party *list = NULL;
    size_t n = 0;
    kept_case_group group = {.measure = measure_named(w, "on_time", arena),
                             .match = of_c1 ? KEPT_MATCH_CUSTOMERS : KEPT_MATCH_ALL};
    kept_case_window window = window_of(on(2024, 1, 1), on(2024, 1, 31));
    const kept_case_member member = {1, customer_of(w, "C1")};
    const kept_case_ask ask = {.group = &group,
                               .windows = &window,
                               .n_windows = 1,
                               .members = &member,
                               .n_members = of_c1,
                               .seen = on(2024, 1, 31)};
    CHECK_OK(kept_cases_parties(w->store, everyone(), &ask, column, arena, &list, &n, &err));
    for (size_t i = 0; i < n; i++)
        kept_buf_printf(&out, "%s%s %d/%d own %d, %d of %d", i ? "; " : "", list[i].name,
                        (int)list[i].failed, (int)list[i].n, (int)list[i].own,
                        (int)list[i].only_here, (int)list[i].things);
    return kept_arena_strdup(arena, kept_buf_text(&out));
}

void test_parties__fare_by_all_their_cases_and_are_those_of_the_customer(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    make_workspace(&w);
    plant_supplied(&w, supplied);
    assert_string_equal(parties(&w, true, "supplier", &arena),
                        "Ann 2/4 own 3, 1 of 2; Bob 0/1 own 1, 0 of 1");
    assert_string_equal(parties(&w, false, "supplier", &arena),
                        "Ann 2/4 own 4, 1 of 2; Bob 0/1 own 1, 0 of 1; Cy 0/1 own 1, 1 of 1");
    assert_string_equal(parties(&w, true, "carrier", &arena), "");
    assert_string_equal(parties(&w, true, "no_such_column", &arena), "");
    remove_workspace(&w);
}
