#include "support.h"

#include "keep/plan.h"

static kept_day day(const char *iso)
{
    kept_day d = 0;
    assert_true(kept_day_read_iso(iso, 10, &d));
    return d;
}

static kept_terms terms(kept_window_kind window)
{
    return (kept_terms){.from = KEPT_DAY_MIN,
                        .version = 1,
                        .how = KEPT_HOW_COUNTED,
                        .window = window,
                        .length = 90,
                        .due_on = KEPT_NO_DAY};
}

static kept_promise promise(const kept_terms *t, size_t n, const char *starts)
{
    return (kept_promise){.id = 1,
                          .state = "active",
                          .starts = starts ? day(starts) : KEPT_DAY_MIN,
                          .ends = KEPT_NO_DAY,
                          .terms = t,
                          .n_terms = n};
}

typedef struct plan {
    kept_arena arena;
    kept_planned *items;
    size_t n;
} plan;

static plan make(const kept_promise *p, const char *as_of, const char *over)
{
    plan made = {0};
    kept_err err = KEPT_ERR_INIT;
    assert_int_equal(kept_plan(p, day(as_of), day(over), &made.arena, &made.items, &made.n, &err),
                     KEPT_OK);
    return made;
}

static void check(const kept_planned *w, const char *start, const char *end, bool running)
{
    assert_int_equal(w->days.start, day(start));
    assert_int_equal(w->days.end, day(end));
    assert_int_equal(w->running, running);
}

/* The first window is cut to the day on which the promise began; the last one runs. */
void test_plan__from_the_first_day(void **state)
{
    (void)state;
    kept_terms t = terms(KEPT_WINDOW_QUARTER);
    kept_promise p = promise(&t, 1, "2026-02-10");
    plan made = make(&p, "2026-07-15", "2026-07-14");
    assert_int_equal(made.n, 3);
    check(&made.items[0], "2026-02-10", "2026-03-31", false);
    check(&made.items[1], "2026-04-01", "2026-06-30", false);
    check(&made.items[2], "2026-07-01", "2026-09-30", true);
    kept_arena_free(&made.arena);
}

/* On its last day a window still runs, unless that day is over. */
void test_plan__last_day(void **state)
{
    (void)state;
    kept_terms t = terms(KEPT_WINDOW_QUARTER);
    kept_promise p = promise(&t, 1, "2026-04-01");
    plan made = make(&p, "2026-06-30", "2026-06-29");
    assert_int_equal(made.n, 1);
    assert_true(made.items[0].running);
    kept_arena_free(&made.arena);
    made = make(&p, "2026-06-30", "2026-06-30");
    assert_false(made.items[0].running);
    kept_arena_free(&made.arena);
}

void test_plan__without_a_first_day(void **state)
{
    (void)state;
    kept_terms t = terms(KEPT_WINDOW_MONTH);
    kept_promise p = promise(&t, 1, NULL);
    plan made = make(&p, "2026-07-15", "2026-07-14");
    assert_int_equal(made.n, KEPT_PLAN_PRESET + 1);
    check(&made.items[0], "2025-11-01", "2025-11-30", false);
    kept_arena_free(&made.arena);
}

/* An amendment in the middle of a window holds from the next one on. */
void test_plan__terms_of_the_day_it_begins(void **state)
{
    (void)state;
    kept_terms both[2] = {terms(KEPT_WINDOW_MONTH), terms(KEPT_WINDOW_QUARTER)};
    both[1].from = day("2026-03-10");
    both[1].version = 2;
    kept_promise p = promise(both, 2, "2026-02-01");
    plan made = make(&p, "2026-08-01", "2026-07-31");
    assert_int_equal(made.n, 4);
    check(&made.items[0], "2026-02-01", "2026-02-28", false);
    check(&made.items[1], "2026-03-01", "2026-03-31", false);
    assert_int_equal(made.items[1].terms->version, 1);
    check(&made.items[2], "2026-04-01", "2026-06-30", false);
    assert_int_equal(made.items[2].terms->version, 2);
    check(&made.items[3], "2026-07-01", "2026-09-30", true);
    kept_arena_free(&made.arena);
}

void test_plan__until_it_ends(void **state)
{
    (void)state;
    kept_terms t = terms(KEPT_WINDOW_QUARTER);
    kept_promise p = promise(&t, 1, "2026-01-01");
    p.ends = day("2026-05-15");
    p.state = "closed";
    plan made = make(&p, "2026-07-15", "2026-07-14");
    assert_int_equal(made.n, 2);
    check(&made.items[1], "2026-04-01", "2026-05-15", false);
    kept_arena_free(&made.arena);
}

/* What is only proposed, void, archived, or judged in no way is not judged. */
void test_plan__none(void **state)
{
    (void)state;
    kept_terms t = terms(KEPT_WINDOW_QUARTER);
    kept_promise p = promise(&t, 1, "2026-01-01");
    static const char *const states[] = {"proposed", "agreed", "void"};
    for (size_t i = 0; i < 3; i++) {
        p.state = states[i];
        plan made = make(&p, "2026-07-15", "2026-07-14");
        assert_int_equal(made.n, 0);
        kept_arena_free(&made.arena);
    }
    p.state = "active";
    p.archived = true;
    plan made = make(&p, "2026-07-15", "2026-07-14");
    assert_int_equal(made.n, 0);
    kept_arena_free(&made.arena);
    p.archived = false;
    t.how = KEPT_HOW_NONE;
    made = make(&p, "2026-07-15", "2026-07-14");
    assert_int_equal(made.n, 0);
    kept_arena_free(&made.arena);
}

void test_plan__rolling(void **state)
{
    (void)state;
    kept_terms t = terms(KEPT_WINDOW_ROLLING);
    kept_promise p = promise(&t, 1, "2026-01-01");
    plan made = make(&p, "2026-07-15", "2026-07-14");
    assert_int_equal(made.n, 2);
    check(&made.items[0], "2026-04-16", "2026-07-14", false);
    check(&made.items[1], "2026-04-17", "2026-07-15", true);
    kept_arena_free(&made.arena);
    made = make(&p, "2026-07-15", "2026-07-15");
    assert_int_equal(made.n, 2);
    check(&made.items[0], "2026-04-17", "2026-07-15", false);
    check(&made.items[1], "2026-04-17", "2026-07-15", true);
    kept_arena_free(&made.arena);
    made = make(&p, "2026-01-01", "2025-12-31"); /* on its first day nothing is over */
    assert_int_equal(made.n, 1);
    check(&made.items[0], "2026-01-01", "2026-01-01", true);
    kept_arena_free(&made.arena);
}

void test_plan__acts(void **state)
{
    (void)state;
    kept_terms t = terms(KEPT_WINDOW_QUARTER);
    t.how = KEPT_HOW_DONE;
    t.due_on = day("2026-09-30");
    kept_promise p = promise(&t, 1, "2026-05-13");
    plan made = make(&p, "2026-07-15", "2026-07-14");
    assert_int_equal(made.n, 1);
    check(&made.items[0], "2026-05-13", "2026-09-30", true);
    kept_arena_free(&made.arena);
    made = make(&p, "2026-10-01", "2026-09-30");
    assert_false(made.items[0].running);
    kept_arena_free(&made.arena);
    /* Every month anew. */
    t.rhythm = "monthly";
    t.due_on = KEPT_NO_DAY;
    made = make(&p, "2026-07-15", "2026-07-14");
    assert_int_equal(made.n, 3);
    check(&made.items[0], "2026-05-13", "2026-05-31", false);
    check(&made.items[2], "2026-07-01", "2026-07-31", true);
    kept_arena_free(&made.arena);
}
