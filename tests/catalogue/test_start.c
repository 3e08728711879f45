#include "own_folder.h"

#include "catalogue/start.h"

#define STEP(name)                                                                                 \
    "  - step: " name "\n    stage: know\n    say: Do it.\n    command: kept doctor\n"

void test_start__own_steps_come_first(void **state)
{
    (void)state;
    own_folder f;
    kept_start start, built_in;
    kept_err err = KEPT_ERR_INIT;
    own_make(&f);
    CHECK_OK(kept_start_load(NULL, &f.catalogue, &f.arena, &built_in, &err));
    assert_true(built_in.n > 10);
    assert_string_equal(built_in.steps[0].name, "import_orders");
    assert_string_equal(built_in.measures[0], "sales.last_year");
    own_put(&f, "start.yaml", "steps:\n" STEP("x_first") "    when: 1 = 1\n");
    CHECK_OK(kept_start_load(f.root, &f.catalogue, &f.arena, &start, &err));
    assert_int_equal(start.n, built_in.n + 1);
    assert_string_equal(start.steps[0].name, "x_first");
    assert_string_equal(start.steps[0].pack, "core");
    CHECK_CONTAINS(start.steps[0].find, "1 = 1");
    assert_string_equal(start.steps[1].name, "import_orders");
    /* The measures stay those built in until others are named. */
    assert_int_equal(start.n_measures, built_in.n_measures);
    own_put(&f, "start.yaml", "measures: [x_mine]\n");
    CHECK_OK(kept_start_load(f.root, &f.catalogue, &f.arena, &start, &err));
    assert_int_equal(start.n, built_in.n);
    assert_int_equal(start.n_measures, 1);
    own_remove(&f);
}

void test_start__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"steps: none\n", "must be a list"},
        {"stps: []\n", "did you mean \"steps\""},
        {"steps:\n" STEP("first") "    when: 1\n", "x_"},
        {"steps:\n" STEP("x_a"), "one of \"when\""},
        {"steps:\n" STEP("x_a") "    when: 1\n    find: SELECT 1\n", "one of \"when\""},
        {"steps:\n" STEP("x_a") "    when: 1\n    pack: other\n", "no pack \"other\""},
        {"steps:\n" STEP("x_a") "    when: 1\n" STEP("x_a") "    when: 1\n", "already"},
        {"steps:\n  - {step: x_a, stage: knw, when: 1, say: Do., command: kept doctor}\n",
         "did you mean \"know\""},
        {"steps:\n  - {step: x_a, stage: know, when: 1, say: Do., command: doctor}\n",
         "written out"},
    };
    own_folder f;
    own_make(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kept_start start;
        kept_err err = KEPT_ERR_INIT;
        own_put(&f, "start.yaml", cases[i].text);
        if (kept_start_load(f.root, &f.catalogue, &f.arena, &start, &err) != KEPT_EINPUT)
            fail_msg("taken: %s", cases[i].text);
        CHECK_CONTAINS(err.msg, cases[i].says);
        CHECK_CONTAINS(err.msg, "start.yaml");
    }
    own_remove(&f);
}
