#include "support.h"

#include "catalogue/warning.h"

static const char good[] = "warning: late\n"
                           "number: 77\n"
                           "title: Late\n"
                           "stage: keep\n"
                           "pack: core\n"
                           "requirements: X002\n"
                           "weight: 5\n"
                           "about: promise\n"
                           "limits:\n"
                           "  - name: share\n"
                           "    title: Share that may be late\n"
                           "    default: 25%\n"
                           "    unit: share\n"
                           "    max: 50%\n"
                           "rows: SELECT id AS subject FROM promise\n"
                           "fires: subject > :share\n"
                           "reason: \"{subject:promise}: {n:one|many} of {share:%}\"\n"
                           "evidence: SELECT 1\n"
                           "missing: nothing\n"
                           "source: nobody\n"
                           "advice: none\n";

typedef struct parsed {
    kept_arena arena;
    kept_catalogue catalogue;
    kept_warning *warning;
    kept_err err;
} parsed;

/* The good declaration with `from` replaced by `to`. */
static kept_status parse(parsed *p, const char *from, const char *to)
{
    *p = (parsed){.err = KEPT_ERR_INIT};
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_catalogue_load(NULL, &p->arena, &p->catalogue, &err));
    const char *at = strstr(good, from);
    assert_non_null(at);
    char *text =
        kept_arena_printf(&p->arena, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
    return kept_warning_parse(text, strlen(text), "warnings/late.yaml", false, &p->catalogue,
                              &p->arena, &p->warning, &p->err);
}

void test_warning__reads_a_declaration(void **state)
{
    (void)state;
    parsed p;
    assert_int_equal(parse(&p, "", ""), KEPT_OK);
    const kept_warning *w = p.warning;
    assert_string_equal(w->name, "late");
    assert_int_equal(w->number, 77);
    assert_int_equal(w->weight, 5);
    assert_string_equal(w->about->name, "promise");
    assert_false(w->key_accounts_only);
    assert_null(w->enough);
    assert_int_equal(w->n_limits, 1);
    assert_true(w->limits[0].preset == 0.25 && w->limits[0].min == 0 && w->limits[0].max == 0.5);
    assert_int_equal(w->reason.n, 5);
    assert_int_equal(w->reason.parts[0].figure.form, KEPT_FIGURE_RECORD);
    assert_string_equal(w->reason.parts[0].figure.kind->name, "promise");
    assert_string_equal(w->reason.parts[1].text, ": ");
    assert_string_equal(w->reason.parts[2].figure.one, "one");
    assert_string_equal(w->reason.parts[2].figure.many, "many");
    assert_int_equal(w->reason.parts[4].figure.form, KEPT_FIGURE_SHARE);
    kept_arena_free(&p.arena);
}

void test_warning__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const char *const faults[][3] = {
        {"warning: late", "warning: x_late", "line 1, column 10: \"x_late\" begins with x_"},
        {"number: 77", "number: seven", "line 2, column 9: \"number\" is a whole number"},
        {"title: Late", "titel: Late", "\"title\""},
        {"stage: keep", "stage: keeping", "line 4, column 8: \"keeping\" is not a stage"},
        {"pack: core", "pack: cores", "did you mean \"core\""},
        {"weight: 5", "weight: 6", "from 1 to 5"},
        {"about: promise", "about: promises", "did you mean \"promise\""},
        {"about: promise", "about: firm\nkey_accounts_only: yes", "looks at no key account"},
        {"- name: share", "- name: today", "Kept gives itself"},
        {"default: 25%", "default: 60%", "goes from 0% to 50%"},
        {"default: 25%", "default: lots", "takes a share, as 25%"},
        {"unit: share", "unit: shares", "did you mean \"share\""},
        {"{share:%}", "{share", "A brace has no partner"},
        {"{share:%}", "{share:percent}", "is no figure"},
        {"{share:%}", "{:%}", "is no figure"},
        {"rows: SELECT id AS subject FROM promise\n", "", "\"rows\" is missing"},
        {"fires: subject > :share\n", "", "\"fires\" is missing"},
        {"advice: none\n", "", "\"advice\" is missing"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        parsed p;
        if (parse(&p, faults[i][0], faults[i][1]) != KEPT_EINPUT)
            fail_msg("not refused: %s", faults[i][1]);
        CHECK_CONTAINS(p.err.msg, "warnings/late.yaml, line ");
        CHECK_CONTAINS(p.err.msg, faults[i][2]);
        assert_null(p.warning);
        kept_arena_free(&p.arena);
    }
}

void test_warning__limits_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const kept_warning_limit share = {"a", "A", KEPT_LIMIT_SHARE, 0, 0, 1};
    static const kept_warning_limit days = {"b", "B", KEPT_LIMIT_DAYS, 0, 0, 400};
    static const struct {
        const kept_warning_limit *limit;
        const char *text;
        double value; /* negative: refused */
    } cases[] = {{&share, "25%", 0.25},    {&share, "0.25", 0.25}, {&share, "12.5 %", 0.125},
                 {&share, "120%", -1},     {&share, "x", -1},      {&days, "180", 180},
                 {&days, "180 days", 180}, {&days, "1.5", -1},     {&days, "20%", -1},
                 {&days, "401", -1},       {&days, "", -1},        {&days, "7 dogs", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kept_err err = KEPT_ERR_INIT;
        double value = -1;
        kept_status status = kept_warning_limit_read(cases[i].limit, cases[i].text, &value, &err);
        if ((status == KEPT_OK) != (cases[i].value >= 0) || value != cases[i].value)
            fail_msg("\"%s\": %g", cases[i].text, value);
    }
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    assert_string_equal(kept_warning_limit_text(&share, 0.25, &arena), "25%");
    assert_string_equal(kept_warning_limit_text(&days, 1, &arena), "1 day");
    assert_string_equal(kept_warning_limit_text(&days, 180, &arena), "180 days");
}

void test_warning__is_found_by_name_or_number(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue catalogue;
    kept_warnings all;
    const kept_warning *w = NULL;
    CHECK_OK(kept_catalogue_load(NULL, &arena, &catalogue, &err));
    CHECK_OK(kept_warnings_load(NULL, &catalogue, &arena, &all, &err));
    CHECK_OK(kept_warnings_find(&all, "14", &w, &err));
    assert_string_equal(w->name, "concentration");
    CHECK_OK(kept_warnings_find(&all, "sudden_drop", &w, &err));
    assert_true(w->late_sign);
    assert_int_equal(kept_warnings_find(&all, "30", &w, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "no_owner, no_promise");
    assert_int_equal(kept_warnings_find(&all, "0", &w, &err), KEPT_ENOTFOUND);
    assert_int_equal(kept_warnings_find(&all, "concentraton", &w, &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "did you mean \"concentration\"");
    /* By number; those without one come last. */
    assert_int_equal(all.warnings[0]->number, 1);
    assert_string_equal(all.warnings[all.n - 1]->name, "overdue_action");
}
