#include "support.h"

#include <sys/stat.h>

#include "store/records/warnings.h"
#include "warning_fixtures.h"

/* --- The three answers of every warning --- */

static const kept_warning *find_warning(small_firm *f, const char *name)
{
    kept_err err = KEPT_ERR_INIT;
    kept_warnings warnings;
    const kept_warning *w = NULL;
    CHECK_OK(
        kept_warnings_load(f->folder, kept_store_catalogue(f->store), &f->arena, &warnings, &err));
    CHECK_OK(kept_warnings_find(&warnings, name, &w, &err));
    return w;
}

static kept_warning_look judge(small_firm *f, const kept_warning *w)
{
    kept_err err = KEPT_ERR_INIT;
    kept_warning_look look;
    CHECK_OK(kept_warning_judge(f->store, &f->scope, w, KEPT_WARNING_ALL, &f->arena, &look, &err));
    return look;
}

static void check_answer(const warning_fixture *wf, fixture *build, kept_warning_answer want)
{
    small_firm f;
    firm_make(&f);
    build(&f);
    kept_warning_look look = judge(&f, find_warning(&f, wf->warning));
    if (look.answer != want)
        fail_msg("%s answers %d instead of %d", wf->warning, (int)look.answer, (int)want);
    assert_int_equal(look.why != NULL, want == KEPT_WARNING_UNSURE);
    assert_int_equal(look.n > 0, want == KEPT_WARNING_FIRES);
    firm_remove(&f);
}

void test_warnings__fires_just_misses_or_cannot_tell(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_warning_fixtures; i++) {
        const warning_fixture *wf = &warning_fixtures[i];
        check_answer(wf, wf->fires, KEPT_WARNING_FIRES);
        check_answer(wf, wf->near_miss, KEPT_WARNING_QUIET);
        check_answer(wf, wf->no_data, KEPT_WARNING_UNSURE);
    }
}

void test_warnings__every_built_in_one_has_fixtures(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue catalogue;
    kept_warnings warnings;
    CHECK_OK(kept_catalogue_load(NULL, &arena, &catalogue, &err));
    CHECK_OK(kept_warnings_load(NULL, &catalogue, &arena, &warnings, &err));
    for (size_t i = 0; i < warnings.n; i++) {
        bool found = false;
        for (size_t k = 0; k < n_warning_fixtures; k++)
            found = found || strcmp(warning_fixtures[k].warning, warnings.warnings[i]->name) == 0;
        if (!found)
            fail_msg("%s has no fixtures", warnings.warnings[i]->name);
    }
}

/* --- Mutations: every comparison turned round must be noticed --- */

static const char *const flips[][2] = {{"IS NOT NULL", "IS NULL"},
                                       {"IS NULL", "IS NOT NULL"},
                                       {"<=", ">"},
                                       {">=", "<"},
                                       {"<>", "="},
                                       {"<", ">="},
                                       {">", "<="},
                                       {"=", "<>"}};
enum { N_FLIPS = sizeof flips / sizeof *flips };

/* The condition with its n-th comparison turned round; NULL: it has fewer. */
static char *flip(kept_arena *arena, const char *sql, size_t n)
{
    bool quoted = false;
    for (const char *c = sql; *c; c++) {
        quoted ^= *c == '\'';
        for (size_t i = 0; i < N_FLIPS && !quoted; i++) {
            size_t len = strlen(flips[i][0]);
            if (strncmp(c, flips[i][0], len) != 0)
                continue;
            if (n-- == 0)
                return kept_arena_printf(arena, "%.*s%s%s", (int)(c - sql), sql, flips[i][1],
                                         c + len);
            c += len - 1;
            break;
        }
    }
    return NULL;
}

void test_warnings__flip_turns_one_comparison_round(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *sql = "a IS NULL OR b <= ':=' AND c IS NOT NULL";
    assert_string_equal(flip(&arena, sql, 0), "a IS NOT NULL OR b <= ':=' AND c IS NOT NULL");
    assert_string_equal(flip(&arena, sql, 1), "a IS NULL OR b > ':=' AND c IS NOT NULL");
    assert_string_equal(flip(&arena, sql, 2), "a IS NULL OR b <= ':=' AND c IS NULL");
    assert_null(flip(&arena, sql, 3));
}

static void check_mutations(const warning_fixture *wf)
{
    fixture *const builds[] = {wf->fires, wf->near_miss, wf->no_data};
    static const kept_warning_answer right[] = {KEPT_WARNING_FIRES, KEPT_WARNING_QUIET,
                                                KEPT_WARNING_UNSURE};
    small_firm firms[3];
    for (size_t i = 0; i < 3; i++) {
        firm_make(&firms[i]);
        builds[i](&firms[i]);
    }
    const kept_warning *w = find_warning(&firms[0], wf->warning);
    size_t n = 0;
    for (char *sql; (sql = flip(&firms[0].arena, w->fires, n)) != NULL; n++) {
        kept_warning mutant = *w;
        mutant.fires = sql;
        bool noticed = false;
        for (size_t i = 0; i < 3; i++)
            noticed = noticed || judge(&firms[i], &mutant).answer != right[i];
        if (!noticed)
            fail_msg("%s: nobody notices %s", wf->warning, sql);
    }
    assert_true(n > 0);
    for (size_t i = 0; i < 3; i++)
        firm_remove(&firms[i]);
}

void test_warnings__a_comparison_turned_round_is_noticed(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_warning_fixtures; i++)
        check_mutations(&warning_fixtures[i]);
}

/* --- What single rules take into account --- */

static size_t count_firing(small_firm *f, const char *name)
{
    return judge(f, find_warning(f, name)).n;
}

void test_warnings__a_promise_without_any_way_to_be_judged(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    PUT(&f, "customer", "name=Small");
    PUT(&f, "promise", "text=Fast", "customer=C-1", "state=active");
    PUT(&f, "promise", "text=Only proposed", "customer=C-1");
    PUT(&f, "promise", "text=Somebody will say", "customer=C-1", "measure=they say so",
        "state=agreed");
    kept_warning_look look = judge(&f, find_warning(&f, "level_mismatch"));
    assert_int_equal(look.n, 1);
    assert_int_equal(look.cases[0].subject, 1);
    firm_remove(&f);
}

void test_warnings__levels_are_asked_of_key_accounts_only(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    PUT(&f, "customer", "name=Small");
    PUT(&f, "promise", "text=Growth", "customer=C-1", "level=strategic", "judged=counted",
        "state=active");
    assert_int_equal(count_firing(&f, "level_mismatch"), 0);
    PUT(&f, "customer", "id=1", "key_account=yes");
    assert_int_equal(count_firing(&f, "level_mismatch"), 1);
    PUT(&f, "promise", "id=1", "level=whole");
    assert_int_equal(count_firing(&f, "level_mismatch"), 0);
    firm_remove(&f);
}

void test_warnings__an_owner_who_left_is_no_owner(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    PUT(&f, "employee", "name=Ann");
    PUT(&f, "promise", "text=Fast", "judged=said", "owner=Ann", "state=active");
    assert_int_equal(count_firing(&f, "no_owner"), 0);
    PUT(&f, "employee", "id=1", "state=left");
    assert_int_equal(count_firing(&f, "no_owner"), 1);
    firm_remove(&f);
}

void test_warnings__talk_at_a_site_counts_for_the_group(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    PUT(&f, "customer", "name=Group", "key_account=yes");
    PUT(&f, "customer", "name=Site", "part_of=Group");
    PUT(&f, "voice", "verbatim=Hm", "source=survey", "customer=Group", "heard_on=2026-06-01");
    assert_int_equal(count_firing(&f, "survey_only"), 1);
    PUT(&f, "review", "title=Q2", "customer=Site", "held_on=2026-06-15");
    assert_int_equal(count_firing(&f, "survey_only"), 0);
    firm_remove(&f);
}

void test_warnings__sites_are_one_customer_and_sales_stand_in_for_margin(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    firm_run(&f, "sales.last_year");
    for (int i = 1; i <= 10; i++) {
        char name[32];
        snprintf(name, sizeof name, "name=Firm %d", i);
        firm_year(&f, "sales.last_year", PUT(&f, "customer", name), 10);
    }
    assert_int_equal(count_firing(&f, "concentration"), 0);
    PUT(&f, "customer", "id=2", "part_of=C-1");
    PUT(&f, "customer", "id=3", "part_of=C-2");
    kept_warning_look look = judge(&f, find_warning(&f, "concentration"));
    assert_int_equal(look.n, 1);
    assert_true(look.cases[0].has_money);
    assert_int_equal(look.cases[0].money, 300000);
    firm_remove(&f);
}

/* Orders without costs: margins of nothing are worked out for those who ordered earlier. */
void test_warnings__margins_of_nothing_leave_the_word_to_sales(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    int64_t large = PUT(&f, "customer", "name=Large"), small = PUT(&f, "customer", "name=Small");
    firm_run(&f, "margin.last_year");
    firm_year(&f, "margin.last_year", small, 0);
    firm_run(&f, "sales.last_year");
    firm_year(&f, "sales.last_year", large, 90);
    firm_year(&f, "sales.last_year", small, 10);
    kept_warning_look look = judge(&f, find_warning(&f, "concentration"));
    assert_int_equal(look.answer, KEPT_WARNING_FIRES);
    firm_remove(&f);
}

void test_warnings__wild_quarters_hide_no_drop_and_silence_is_one(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    static const char *const periods[][2] = {{"2025-04-01", "2025-06-30"},
                                             {"2025-07-01", "2025-09-30"},
                                             {"2025-10-01", "2025-12-31"},
                                             {"2026-01-01", "2026-03-31"},
                                             {"2026-04-01", "2026-06-30"}};
    static const int64_t wild[] = {100, 20, 180, 100, 60};
    PUT(&f, "customer", "name=Wild");
    PUT(&f, "customer", "name=Silent");
    firm_run(&f, "sales.per_quarter");
    firm_measure(&f, "sales.per_quarter", 1, "2024-07-01", "2026-06-30", 999); /* whole window */
    for (size_t i = 0; i < 5; i++)
        firm_measure(&f, "sales.per_quarter", 1, periods[i][0], periods[i][1], wild[i]);
    assert_int_equal(count_firing(&f, "sudden_drop"), 0);
    /* Bought nothing at all in the last quarter: there is no row, and that is a zero. */
    for (size_t i = 0; i < 4; i++)
        firm_measure(&f, "sales.per_quarter", 2, periods[i][0], periods[i][1], 100);
    kept_warning_look look = judge(&f, find_warning(&f, "sudden_drop"));
    assert_int_equal(look.n, 1);
    assert_int_equal(look.cases[0].subject, 2);
    firm_remove(&f);
}

/* --- Around the rules --- */

void test_warnings__a_measure_never_worked_out_is_said(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    kept_warning_look look = judge(&f, find_warning(&f, "sudden_drop"));
    assert_int_equal(look.answer, KEPT_WARNING_UNSURE);
    CHECK_CONTAINS(look.why, "kept measures run");
    CHECK_CONTAINS(look.why, "sales.per_quarter");
    firm_remove(&f);
}

void test_warnings__a_pack_that_is_off_is_said(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    PUT(&f, "promise", "text=Fast", "state=active");
    assert_int_equal(count_firing(&f, "no_owner"), 1);
    firm_sql(&f, "INSERT OR REPLACE INTO pack (name, is_on) VALUES ('core', 0)");
    kept_warning_look look = judge(&f, find_warning(&f, "no_owner"));
    assert_int_equal(look.answer, KEPT_WARNING_PACK_OFF);
    CHECK_CONTAINS(look.why, "kept pack on core");
    firm_remove(&f);
}

void test_warnings__a_limit_of_the_workspace_counts(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    kept_err err = KEPT_ERR_INIT;
    PUT(&f, "action", "text=Send", "due_on=2026-06-29");
    const kept_warning *w = find_warning(&f, "overdue_action");
    const kept_warning_limit *grace = NULL;
    double one = 1;
    CHECK_OK(kept_warning_limit_find(w, "grace", &grace, &err));
    CHECK_OK(kept_warning_set_limit(f.store, &f.scope, w, grace, &one, &err));
    assert_int_equal(judge(&f, w).n, 0);
    CHECK_OK(kept_warning_set_limit(f.store, &f.scope, w, grace, NULL, &err));
    assert_int_equal(judge(&f, w).n, 1);
    firm_remove(&f);
}

void test_warnings__who_sees_nothing_is_warned_of_nothing(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    PUT(&f, "action", "text=Send", "due_on=2026-06-29");
    f.scope.sight = KEPT_SEES_NOTHING;
    kept_warning_look look = judge(&f, find_warning(&f, "overdue_action"));
    assert_int_equal(look.n, 0);
    assert_int_equal(look.n_looked, 0);
    firm_remove(&f);
}

void test_warnings__a_workspace_declares_its_own(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    char path[400];
    snprintf(path, sizeof path, "%s/catalogue", f.folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/catalogue/warnings", f.folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/catalogue/warnings/x_many.yaml", f.folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("warning: x_many\ntitle: Many customers\nstage: know\npack: core\nabout: firm\n"
          "rows: SELECT 0 AS subject, count(*) AS n FROM customer\nfires: n > 1\n"
          "reason: \"{n:customer|customers}\"\nevidence: SELECT name FROM customer\n"
          "missing: nothing\nsource: ours\nadvice: none\n",
          file);
    fclose(file);
    const kept_warning *w = find_warning(&f, "x_many");
    PUT(&f, "customer", "name=A");
    assert_int_equal(judge(&f, w).answer, KEPT_WARNING_QUIET);
    PUT(&f, "customer", "name=B");
    assert_int_equal(judge(&f, w).answer, KEPT_WARNING_FIRES);
    firm_remove(&f);
}
