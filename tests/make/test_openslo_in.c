/* Objectives of OpenSLO, as other programs write them, become promises. The documents are written
 * for these tests after the specification (github.com/OpenSLO/OpenSLO, README, openslo/v1). */
#include "make/openslo_support.h"

static const char TERMS[] = "SELECT id, text, judged, target, target_value, target_is, window_kind,"
                            " window_days, counted_by, period_target FROM promise ORDER BY id";

static bool remarked(const op_run *r, const char *part)
{
    for (size_t i = 0; i < table_rows(r, "remarks"); i++)
        if (strstr(table_text(r, "remarks", i, "remark"), part))
            return true;
    return false;
}

static void import_parts(op_run *r, small_firm *f, const slo_parts *parts)
{
    slo_import(r, f, slo_text(f, parts));
}

/* --- What becomes what --- */

void test_openslo_in__a_ratio_becomes_a_proposed_promise(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    slo_import(&r, &f,
               "apiVersion: openslo/v1\nkind: Service\nmetadata:\n  name: shop\n"
               "  displayName: Web shop\nspec: {}\n"
               "---\n"
               "apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: shop-answers\n"
               "  displayName: The shop answers\n  labels: {team: [a, b]}\nspec:\n"
               "  description: Nearly every request gets an answer\n  service: shop\n"
               "  indicator:\n    metadata:\n      name: answers\n      displayName: Answers\n"
               "    spec:\n      ratioMetric:\n        counter: true\n"
               "        good:\n          metricSource:\n            type: Prometheus\n"
               "            spec:\n              query: |\n                sum(ok)\n"
               "                by (job)\n"
               "        total:\n          metricSource:\n            type: Prometheus\n"
               "            spec:\n              query: sum(all)\n"
               "  timeWindow:\n    - duration: 4w\n      isRolling: true\n"
               "  budgetingMethod: Occurrences\n  objectives:\n    - targetPercent: 99.95\n"
               "  alertPolicies:\n    - alertPolicyRef: fast-burn\n");
    assert_int_equal(op_int(&r, "counts", "added"), 1);
    ROWS(
        &f, TERMS,
        "1|The shop answers: Nearly every request gets an answer|counted|999500|-|at-least|rolling|"
        "28|case|-");
    ROWS(&f, "SELECT measure, source, state, customer FROM promise",
         "Answers (Prometheus: sum(ok) by (job) / sum(all))|"
         "OpenSLO shop-answers of the service Web shop|proposed|-");
    ROWS(&f, "SELECT source, external_id FROM external_id WHERE kind = 'promise'",
         "openslo|shop-answers");
    assert_true(remarked(&r, "Prometheus measures it, so the measure of P-1 is only words: name one"
                             " that Kept counts, with: kept promise edit P-1 --measure NAME"));
    assert_true(remarked(&r, "P-1 names no customer: kept promise edit P-1 --customer NAME"));
    assert_true(remarked(&r, "\"labels\" of metadata has no place in a promise"));
    size_t row =
        table_find(&r, "remarks", "remark",
                   "\"alertPolicies\" of an SLO has no place in a promise and was left out.");
    assert_int_equal(table_cell(&r, "remarks", row, "line").v.i, 42);
    assert_int_equal(table_cell(&r, "remarks", row, "column").v.i, 3);
    assert_string_equal(table_text(&r, "remarks", row, "slo"), "shop-answers");
    run_end(&r);
    firm_remove(&f);
}

void test_openslo_in__a_threshold_has_a_value(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    const slo_parts parts = {
        .indicator = "  indicator:\n    metadata: {name: delay}\n    spec:\n"
                     "      thresholdMetric:\n        metricSource: {metricSourceRef: house}\n",
        .objectives = "  objectives:\n    - {displayName: Fine, op: lt, value: 2.5e2, target: .9}\n"
                      "    - {op: gte, value: -1, target: 0.99}\n"};
    import_parts(&r, &f, &parts);
    ROWS(&f, TERMS,
         "1|arrivals-slo (Fine)|counted|900000|250000000|at-most|rolling|30|case|-\n"
         "2|arrivals-slo (objective 2)|counted|990000|-1000000|at-least|rolling|30|case|-");
    ROWS(&f, "SELECT external_id FROM external_id WHERE kind = 'promise'",
         "arrivals-slo\narrivals-slo-objective-2");
    ROWS(&f, "SELECT DISTINCT measure FROM promise", "delay (house)");
    assert_true(remarked(&r, "lt was read as lte"));
    run_end(&r);
    import_parts(&r, &f, &parts);
    assert_int_equal(op_int(&r, "counts", "unchanged"), 2);
    run_end(&r);
    firm_remove(&f);
}

/* What a window becomes, from duration to days. */
static const struct {
    const char *window, *want, *remark;
} windows[] = {
    {"{duration: 30d, isRolling: true}", "rolling|30|-|-", NULL},
    {"{duration: 4w}", "rolling|28|-|-", NULL}, /* no calendar: it rolls */
    {"{duration: 1M, isRolling: True}", "rolling|30|-|-", "of 1M was read as 30 days"},
    {"{duration: 1Q, isRolling: true}", "rolling|90|-|-", "of 1Q was read as 90 days"},
    {"{duration: 1Y, isRolling: true}", "rolling|365|-|-", "of 1Y was read as 365 days"},
    {"{duration: 1w, isRolling: false}", "week|-|-|-", NULL},
    {"{duration: 7d, calendar: {startTime: 2026-06-29 00:00:00, timeZone: Asia/Tokyo}}",
     "week|-|Asia/Tokyo|-", NULL},
    {"{duration: 1w, calendar: {startTime: 2022-01-01 12:00:00, timeZone: America/New_York}}",
     "week|-|America/New_York|-", "begins as the calendar has it, on Monday"},
    {"{duration: 1w, calendar: {startTime: 2026-06-29 12:30:00, timeZone: Etc/GMT+3}}",
     "week|-|Etc/GMT+3|-", "Windows of Kept begin with the day, not at 2026-06-29 12:30:00."},
    {"{duration: 1M, calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}}", "month|-|UTC|-",
     NULL},
    {"{duration: 3M, isRolling: false}", "quarter|-|-|-", NULL},
    {"{duration: 1Q, isRolling: false}", "quarter|-|-|-", NULL},
    {"{duration: 2Q, isRolling: false}", "half-year|-|-|-", NULL},
    {"{duration: 6M, isRolling: false}", "half-year|-|-|-", NULL},
    {"{duration: 12M, isRolling: false}", "year|-|-|-", NULL},
    {"{duration: 1Y, calendar: {startTime: 2026-01-01 00:00:00, timeZone: UTC}}", "year|-|UTC|-",
     NULL},
    {"{duration: 1Y, calendar: {startTime: 2024-02-29 00:00:00, timeZone: UTC}}",
     "contract-year|-|UTC|2024-02-29", NULL},
};

void test_openslo_in__windows_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEPT_N(windows); i++) {
        small_firm f;
        op_run r;
        firm_make(&f);
        import_parts(&r, &f,
                     &(slo_parts){.window = kept_arena_printf(&f.arena, "  timeWindow:\n    - %s\n",
                                                              windows[i].window)});
        ROWS(&f, "SELECT window_kind, window_days, zone, starts_on FROM promise", windows[i].want);
        if (windows[i].remark && !remarked(&r, windows[i].remark))
            fail_msg("%s: no remark \"%s\"", windows[i].window, windows[i].remark);
        /* Without one, only measure and customer are left to do. */
        if (!windows[i].remark)
            assert_int_equal(table_rows(&r, "remarks"), 2);
        run_end(&r);
        firm_remove(&f);
    }
}

void test_openslo_in__no_window_is_judged_by_the_quarter(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    import_parts(&r, &f, &(slo_parts){.window = "  timeWindow: []\n"});
    ROWS(&f, "SELECT window_kind FROM promise", "-");
    assert_true(remarked(&r, "judged by the quarter until it says otherwise"));
    run_end(&r);
    firm_remove(&f);
}

static const struct {
    const char *slice, *want;
} slices[] = {{"1d", "day"}, {"24h", "day"}, {"1440", "day"}, {"1w", "week"}, {"1M", "month"}};

void test_openslo_in__good_days_and_weeks_are_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEPT_N(slices); i++) {
        small_firm f;
        op_run r;
        firm_make(&f);
        import_parts(&r, &f,
                     &(slo_parts){.method = "  budgetingMethod: Timeslices\n",
                                  .objectives = kept_arena_printf(
                                      &f.arena,
                                      "  objectives:\n    - {target: 0.9, timeSliceTarget: 0.75,"
                                      " timeSliceWindow: %s, op: gt}\n",
                                      slices[i].slice)});
        ROWS(&f, "SELECT counted_by, period_target FROM promise",
             kept_arena_printf(&f.arena, "%s|750000", slices[i].want));
        assert_true(remarked(&r, "\"op\" means nothing for a ratioMetric"));
        run_end(&r);
        firm_remove(&f);
    }
}

/* An SLI may stand in another document, or another file. */
void test_openslo_in__an_sli_may_stand_elsewhere(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    const char *slo = slo_file(
        &f, "slo.yaml", slo_text(&f, &(slo_parts){.indicator = "  indicatorRef: on-time\n"}));
    const char *sli =
        slo_file(&f, "sli.yaml",
                 "- apiVersion: openslo/v1\n  kind: SLI\n  metadata: {name: other}\n"
                 "  spec: {}\n"
                 "- apiVersion: openslo/v1\n  kind: SLI\n  metadata: {name: on-time}\n"
                 "  spec:\n    description: Vans on time\n    ratioMetric:\n"
                 "      rawType: success\n      raw:\n"
                 "        metricSource: {type: House, spec: {table: vans}}\n");
    const char *const both[] = {"file", slo, "file", sli, NULL};
    firm_ask(&r, &f, &kept_op_openslo_import, both);
    ROWS(&f, "SELECT measure FROM promise", "Vans on time (House: vans)");
    run_end(&r);
    assert_int_equal(run_op_as(&r, &kept_op_openslo_import, f.folder, f.scope,
                               (const char *const[]){"file", slo, NULL}),
                     KEPT_EINPUT);
    CHECK_CONTAINS(r.err.msg, "slo.yaml, line 7, column 17: There is no SLI \"on-time\" here; name "
                              "the file that has it as well.");
    run_end(&r);
    firm_remove(&f);
}

void test_openslo_in__other_documents_are_noted(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    slo_import(&r, &f,
               kept_arena_printf(&f.arena,
                                 "apiVersion: v1\nkind: ConfigMap\n---\n---\n"
                                 "apiVersion: openslo/v1\nkind: DataSource\nmetadata: {name: d}\n"
                                 "---\napiVersion: openslo/v1\nkind: SLOO\nmetadata: {name: x}\n"
                                 "---\n%s",
                                 slo_text(&f, &(slo_parts){0})));
    assert_true(remarked(&r, "v1 is no OpenSLO v1; the document was left out."));
    assert_true(remarked(&r, "A promise has no DataSource; the document was left out."));
    assert_true(
        remarked(&r, "A promise has no SLOO (did you mean SLO?); the document was left out."));
    assert_int_equal(table_rows(&r, "promises"), 1);
    run_end(&r);
    firm_remove(&f);
}

/* --- A measure of Kept, written by hand --- */

static const char own[] =
    "  indicator:\n    metadata: {name: m}\n    spec:\n      ratioMetric:\n"
    "        good: {metricSource: {type: Kept, spec: {measure: on_time, match: customer "
    "Harrow Mill}}}\n"
    "        total: {metricSource: {type: Kept, spec: {measure: on_time}}}\n";

void test_openslo_in__a_measure_of_kept_is_named(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    PUT(&f, "customer", "name=Harrow Mill");
    import_parts(&r, &f,
                 &(slo_parts){.indicator = own,
                              .metadata = "  name: arrivals-slo\n  annotations:\n"
                                          "    kept.dev/within: \"4\"\n"
                                          "    kept.dev/within_unit: hours\n"
                                          "    kept.dev/allowance: count\n"
                                          "    kept.dev/allowed: \"3\"\n"
                                          "    kept.dev/wihtin: \"5\"\n"
                                          "    example.com/page: \"1\"\n"});
    ROWS(&f, "SELECT measure, customer, within, within_unit, allowance, allowed FROM promise",
         "on_time|1|4000000|hours|count|3");
    assert_int_equal(table_rows(&r, "remarks"), 2);
    assert_true(remarked(&r, "A promise has no field \"wihtin\" here; it was left out."));
    assert_true(remarked(&r, "Annotations of other programs were left out."));
    run_end(&r);
    firm_remove(&f);
}

/* --- Once more --- */

/* A measure that somebody named since is not turned into words again. */
void test_openslo_in__the_same_file_again_changes_nothing(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    PUT(&f, "customer", "name=Harrow Mill");
    import_parts(&r, &f, &(slo_parts){0});
    run_end(&r);
    PUT(&f, "promise", "id=1", "measure=on_time", "customer=C-1", "source=Clause 4");
    import_parts(&r, &f, &(slo_parts){0});
    assert_int_equal(op_int(&r, "counts", "unchanged"), 1);
    assert_int_equal(table_rows(&r, "remarks"), 0);
    run_end(&r);
    ROWS(&f, "SELECT measure, source FROM promise", "on_time|Clause 4");
    import_parts(&r, &f, &(slo_parts){.objectives = "  objectives: [{target: 0.9}]\n"});
    assert_int_equal(op_int(&r, "counts", "changed"), 1);
    run_end(&r);
    ROWS(&f, "SELECT id, target FROM promise", "1|900000");
    firm_remove(&f);
}

static void refuse_file(small_firm *f, const char *path, const char *customer, const char *says)
{
    op_run r;
    const char *const words[] = {"file", path, customer ? "customer" : NULL, customer, NULL};
    kept_status status = run_op_as(&r, &kept_op_openslo_import, f->folder, f->scope, words);
    if (status != KEPT_EINPUT)
        fail_msg("status %d for \"%s\"", status, says);
    CHECK_CONTAINS(r.err.msg, says);
    run_end(&r);
}

/* What was agreed changes by an amendment alone. */
void test_openslo_in__what_was_agreed_stands(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    import_parts(&r, &f, &(slo_parts){0});
    run_end(&r);
    PUT(&f, "promise", "id=1", "state=agreed");
    import_parts(&r, &f, &(slo_parts){0});
    assert_int_equal(op_int(&r, "counts", "unchanged"), 1);
    run_end(&r);
    const char *path =
        slo_file(&f, "slo.yaml",
                 slo_text(&f, &(slo_parts){.objectives = "  objectives: [{target: 0.9}]\n"}));
    refuse_file(&f, path, NULL, "slo.yaml, line 16, column 25: ");
    refuse_file(&f, path, NULL, "amend");
    ROWS(&f, "SELECT target, state FROM promise", "950000|agreed");
    firm_remove(&f);
}

/* --- Whose --- */

void test_openslo_in__all_of_it_may_be_for_one_customer(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    PUT(&f, "customer", "name=Other");
    PUT(&f, "customer", "name=Harrow Mill");
    const char *path = slo_file(&f, "slo.yaml", slo_text(&f, &(slo_parts){.indicator = own}));
    const char *const words[] = {"file", path, "customer", "Other", NULL};
    firm_ask(&r, &f, &kept_op_openslo_import, words);
    ROWS(&f, "SELECT customer FROM promise", "1");
    assert_true(remarked(&r, "The customer of the file gave way to C-1."));
    run_end(&r);
    refuse_file(&f, path, "C-2",
                "slo.yaml, line 4, column 9: \"arrivals-slo\" is P-1 already, a promise about C-1; "
                "give the SLO another name to promise the same to C-2.");
    refuse_file(&f, path, NULL, "is P-1 already, a promise about C-1");
    firm_remove(&f);
}

/* An export of one workspace taken for another customer of it is another promise. */
void test_openslo_in__an_export_may_be_promised_to_another(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    PUT(&f, "customer", "name=Harrow Mill");
    PUT(&f, "customer", "name=Other");
    PUT(&f, "promise", "text=On the day", "customer=C-1", "judged=counted", "target=95%");
    const char *path = slo_file(&f, "slo.yaml", slo_export(&f, NULL));
    const char *const words[] = {"file", path, "customer", "C-2", NULL};
    for (int i = 0; i < 2; i++) {
        firm_ask(&r, &f, &kept_op_openslo_import, words);
        run_end(&r);
        ROWS(&f, "SELECT id, customer FROM promise", "1|1\n2|2");
    }
    firm_remove(&f);
}

/* Another workspace gives its own numbers; the name says who is meant. */
void test_openslo_in__references_go_by_name_where_numbers_differ(void **state)
{
    (void)state;
    small_firm f, g;
    op_run r;
    firm_make(&f);
    PUT(&f, "customer", "name=Harrow Mill");
    PUT(&f, "employee", "name=Jo");
    PUT(&f, "employee", "name=Ann");
    PUT(&f, "promise", "text=On the day", "customer=C-1", "judged=counted", "target=95%",
        "owner=E-2", "helpers=E-1", "helpers=E-2");
    const char *text = slo_export(&f, NULL);
    firm_make(&g);
    PUT(&g, "customer", "name=Other");
    PUT(&g, "customer", "name=Harrow Mill");
    PUT(&g, "employee", "name=Ann");
    PUT(&g, "employee", "name=Jo");
    slo_import(&r, &g, text);
    run_end(&r);
    ROWS(&g, "SELECT customer, owner FROM promise", "2|1");
    ROWS(&g, "SELECT count(*) FROM promise__helpers", "2");
    PUT(&g, "customer", "id=2", "name=Harrow and Sons");
    refuse_file(&g, slo_file(&g, "slo.yaml", text), NULL,
                "C-1 is not \"Harrow Mill\" here but \"Other\"; write the id alone, or another "
                "name.");
    firm_remove(&g);
    firm_remove(&f);
}

/* --- All or nothing --- */

void test_openslo_in__a_trial_and_a_refusal_leave_nothing(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    firm_make(&f);
    const char *good = slo_text(&f, &(slo_parts){0});
    const char *path = slo_file(&f, "slo.yaml", good);
    const char *const words[] = {"file", path, "dry-run", "yes", NULL};
    firm_ask(&r, &f, &kept_op_openslo_import, words);
    assert_int_equal(op_int(&r, "counts", "added"), 1);
    assert_string_equal(table_text(&r, "promises", 0, "id"), "P-1");
    run_end(&r);
    ROWS(&f, "SELECT count(*) FROM promise", "0");
    const char *other = slo_text(
        &f, &(slo_parts){.metadata = "  name: b\n  annotations:\n    kept.dev/level: x\n"});
    refuse_file(&f, slo_file(&f, "slo.yaml", kept_arena_printf(&f.arena, "%s---\n%s", good, other)),
                NULL, "slo.yaml, line 23, column 21: \"x\" is no level");
    ROWS(&f, "SELECT count(*) FROM promise", "0");
    ROWS(&f, "SELECT count(*) FROM external_id", "0");
    firm_remove(&f);
}

/* --- Refusals --- */

static const struct {
    slo_parts parts;
    const char *says;
} refusals[] = {
    {{.version = "openslo/v1alpha"},
     "line 1, column 13: openslo/v1alpha is not read here, only openslo/v1; convert the file."},
    {{.version = "n9/v1alpha"}, "line 1, column 1: There is no SLO of openslo/v1 here"},
    {{.version = "\"\""}, "line 1, column 13: This is no OpenSLO document"},
    {{.kind = "\"\""}, "line 1, column 1: The document needs \"kind\""},
    {{.metadata = "  displayName: x\n"},
     "line 3, column 1: The metadata of an SLO needs \"name\"; add a line \"name: ...\"."},
    {{.metadata = "  name: [x]\n"}, "line 4, column 9: \"name\" must be one text, not a list."},
    {{.metadata = "  name: x\n  annotations: {kept.dev/level: [x]}\n"},
     "line 5, column 33: An annotation is one text"},
    {{.metadata = "  name: x\n  annotations: {kept.dev/customer: Nobody}\n"},
     "line 5, column 36: There is no customer \"Nobody\"."},
    {{.metadata = "  name: x\n  annotations: {kept.dev/person: PE-1 Moira}\n"},
     "line 5, column 34: Neither PE-1 nor \"Moira\" is here; add it first, or take the line out."},
    {{.indicator = ""}, "line 5, column 1: The SLO names no indicator"},
    {{.indicator = "  indicator: {spec: {}}\n"}, "column 15: An SLI has either a \"ratioMetric\""},
    {{.indicator = "  indicator: {spec: {ratioMetric: {good: {}, bad: {}, total: {}}}}\n"},
     "column 46: A ratioMetric has \"good\" or \"bad\", not both."},
    {{.indicator = "  indicator: {spec: {ratioMetric: {good: {}}}}\n"},
     "column 22: A ratioMetric needs \"total\" with \"good\" or \"bad\", or \"raw\"."},
    {{.indicator = "  indicator: {spec: {ratioMetric: {raw: {}, total: {}}}}\n"},
     "column 36: A ratioMetric has \"raw\""},
    {{.indicator = "  indicator: {spec: {thresholdMetric: {metricSource: {type: kept, spec: "
                   "{mesure: x}}}}}\n"},
     "line 7, column 74: \"mesure\" is not a field of a metricSource of Kept; did you mean "
     "\"measure\"?"},
    {{.window = "  timeWindow:\n    - duration: 12h\n      isRolling: true\n"},
     "line 15, column 17: 12h is too short: promises are judged over days and more"},
    {{.window = "  timeWindow: [{duration: 5m}]\n"}, "5m is too short"},
    {{.window = "  timeWindow: [{duration: 30}]\n"}, "\"30\" is no duration"},
    {{.window = "  timeWindow: [{duration: 0d}]\n"}, "\"0d\" is no duration"},
    {{.window = "  timeWindow: [{duration: 20Y}]\n"}, "20Y is too long"},
    {{.window = "  timeWindow: [{isRolling: true}]\n"}, "A time window needs \"duration\""},
    {{.window = "  timeWindow: [{duration: 30d, isRolling: maybe}]\n"}, "must be true or false"},
    {{.window = "  timeWindow: [{duration: 30d, isRolling: false}]\n"},
     "Kept has no calendar windows of 30d; take 1w, 1M, 1Q, 2Q or 1Y, or make it rolling"},
    {{.window = "  timeWindow: [{duration: 1M, isRolling: true, calendar: {}}]\n"},
     "A window that rolls has no calendar"},
    {{.window = "  timeWindow: [{duration: 1M, calendar: {startTime: soon}}]\n"},
     "\"startTime\" must be a day and a time"},
    {{.window = "  timeWindow: [{duration: 1M, calendar: {timeZone: over there}}]\n"},
     "\"over there\" is no time zone"},
    {{.window = "  timeWindow: [{duration: 1M}, {duration: 1Q}]\n"},
     "line 14, column 32: An SLO has one time window"},
    {{.window = "  timeWindow: {duration: 1M}\n"}, "\"timeWindow\" must be a list"},
    {{.method = "  budgetingMethod: RatioTimeslices\n"},
     "line 15, column 20: Kept does not average the ratios of time slices; take Occurrences, or "
     "Timeslices with a timeSliceTarget."},
    {{.method = "  budgetingMethod: Sometimes\n"}, "is Occurrences or Timeslices"},
    {{.method = ""}, "An SLO needs \"budgetingMethod\""},
    {{.method = "  budgetingMethod: Timeslices\n"}, "needs \"timeSliceWindow\""},
    {{.method = "  budgetingMethod: Timeslices\n",
      .objectives = "  objectives: [{target: 0.9, timeSliceTarget: 0.9, timeSliceWindow: 5m}]\n"},
     "line 16, column 69: Kept counts good days, weeks or months, not slices of 5m"},
    {{.method = "  budgetingMethod: Timeslices\n",
      .objectives = "  objectives: [{target: 0.9, timeSliceTarget: 0, timeSliceWindow: 1d}]\n"},
     "A timeSliceTarget lies above 0"},
    {{.objectives = "  objectives: []\n"}, "An SLO needs \"objectives\", a list"},
    {{.objectives = "  objectives: [0.9]\n"}, "line 16, column 16: An objective must be a map"},
    {{.objectives = "  objectives: [{displayName: x}]\n"}, "An objective needs \"target\""},
    {{.objectives = "  objectives: [{target: 99.5}]\n"},
     "line 16, column 25: A target is a share below 1; write 99.5 % as targetPercent."},
    {{.objectives = "  objectives: [{target: -0.1}]\n"}, "A target lies between 0 and 1"},
    {{.objectives = "  objectives: [{targetPercent: 101}]\n"}, "A target lies between 0 and 1"},
    {{.objectives = "  objectives: [{target: 0.9, targetPercent: 90}]\n"}, "not both"},
    {{.objectives = "  objectives:\n    - target: 0,9\n"}, "line 17, column 15: A target must be"},
    {{.objectives = "  objectives: [{target: high}]\n"}, "A target must be a number, as 0.95."},
    {{.objectives = "  objectives: [{target: 0.9999999}]\n"}, "has more than 6 decimals"},
    {{.objectives = "  objectives: [{target: 0.9, compositeWeight: 2}]\n"},
     "line 16, column 30: A composite SLO is no one promise; make an SLO of its own of each part"},
    {{.objectives = "  objectives: [{target: 0.9, indicatorRef: part}]\n"}, "A composite SLO"},
    {{.indicator = "  indicator: {spec: {thresholdMetric: {}}}\n"},
     "An objective of a thresholdMetric needs \"value\""},
    {{.indicator = "  indicator: {spec: {thresholdMetric: {}}}\n",
      .objectives = "  objectives: [{target: 0.9, value: 3}]\n"},
     "An objective of a thresholdMetric needs \"op\""},
    {{.indicator = "  indicator: {spec: {thresholdMetric: {}}}\n",
      .objectives = "  objectives: [{target: 0.9, value: 3, op: eq}]\n"},
     "\"op\" is one of lte, gte, lt and gt, not \"eq\"."},
    {{.indicator = "  indicator: {spec: {thresholdMetric: {}}}\n",
      .objectives = "  objectives: [{target: 0.9, value: 1e30, op: lt}]\n"},
     "A value "},
    {{.more = "---\napiVersion: openslo/v1\nkind: SLO\nmetadata: {name: arrivals-slo}\nspec: {}\n"},
     "line 20, column 18: There is another SLO \"arrivals-slo\" before it"},
    {{.more = "---\n- 5\n"}, "line 18, column 3: An OpenSLO document is a map"},
    {{.more = "x: &a 1\n"}, "Anchors"},
};

void test_openslo_in__refusals_name_the_place_and_what_to_do(void **state)
{
    (void)state;
    small_firm f;
    firm_make(&f);
    for (size_t i = 0; i < KEPT_N(refusals); i++) {
        const char *path = slo_file(&f, "slo.yaml", slo_text(&f, &refusals[i].parts));
        refuse_file(&f, path, NULL, refusals[i].says);
        refuse_file(&f, path, NULL, "slo.yaml, line ");
    }
    ROWS(&f, "SELECT count(*) FROM promise", "0");
    firm_remove(&f);
}
