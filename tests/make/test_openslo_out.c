/* Promises as OpenSLO, and that reading them back gives the same ones. */
#include "make/openslo_support.h"

/* C-1, C-2, PE-1, E-1 and E-2, a supplier, a process: what references may name. */
static void add_others(small_firm *f)
{
    PUT(f, "customer", "name=Harrow Mill");
    PUT(f, "customer", "name=Other; C-9 of them");
    PUT(f, "person", "name=Moira", "customer=C-1");
    PUT(f, "employee", "name=Jo");
    PUT(f, "employee", "name=Ann; of sales");
    PUT(f, "supplier", "name=Northline");
    PUT(f, "process", "name=Delivering");
}

static void make_firm(small_firm *f)
{
    firm_make(f);
    add_others(f);
}

/* Every column of the kind promise but those that say when and by whom, and what is not for
 * everybody. */
static const char *promises_of(small_firm *f)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    const kept_record_kind *kind = kept_catalogue_record(kept_store_catalogue(f->store), "promise");
    kept_buf_add(&sql, "SELECT id");
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *field = &kind->fields[i];
        if (field->sensitive)
            continue;
        if (field->type == KEPT_RECORD_REFS)
            kept_buf_printf(&sql,
                            ", (SELECT group_concat(\"%s\") FROM \"promise__%s\" x WHERE x.promise "
                            "= promise.id)",
                            field->to[0], field->name);
        else if (field->type == KEPT_RECORD_REF && field->n_to > 1)
            for (size_t k = 0; k < field->n_to; k++)
                kept_buf_printf(&sql, ", \"%s_%s\"", field->name, field->to[k]);
        else
            kept_buf_printf(&sql, ", \"%s\"", field->name);
    }
    kept_buf_add(&sql, " FROM promise ORDER BY id");
    return slo_rows(f, kept_buf_text(&sql));
}

/* Both firms hold the same promises afterwards, and reading once more changes neither. */
static void there_and_back(small_firm *f)
{
    small_firm g;
    op_run r;
    const char *text = slo_export(f, NULL), *were = promises_of(f);
    slo_import(&r, f, text);
    assert_int_equal(op_int(&r, "counts", "added"), 0);
    assert_int_equal(op_int(&r, "counts", "changed"), 0);
    run_end(&r);
    make_firm(&g);
    for (int pass = 0; pass < 2; pass++) {
        slo_import(&r, &g, text);
        assert_int_equal(op_int(&r, "counts", "changed"), 0);
        assert_int_equal(op_int(&r, "counts", pass ? "added" : "unchanged"), 0);
        run_end(&r);
        assert_string_equal(promises_of(&g), were);
    }
    ROWS(&g, "SELECT DISTINCT state FROM promise", "proposed");
    firm_remove(&g);
}

/* --- Every field --- */

static const char *ref_of(const kept_record_field *field)
{
    static const struct {
        const char *kind, *id;
    } records[] = {{"customer", "C-1"},
                   {"person", "PE-1"},
                   {"employee", "E-2"},
                   {"supplier", "SU-1"},
                   {"process", "PR-1"}};
    for (size_t i = 0; i < field->n_to; i++)
        for (size_t k = 0; k < KEPT_N(records); k++)
            if (strcmp(field->to[i], records[k].kind) == 0)
                return records[k].id;
    return NULL;
}

enum { SAMPLES = 16 };

/* Values that a field may have; NULL ends them. */
static void samples(const kept_record_field *field, const char *list[SAMPLES])
{
    static const char *const texts[] = {"A \"B\": {c} # d", "yes", "2026-01-01"};
    static const char *const shares[] = {"0%", "12.3456%", "99.9999%", "100%"};
    size_t n = 0;
    for (size_t i = 0; i < field->n_choices && n < SAMPLES / 2; i++)
        list[n++] = field->choices[i];
    if (strcmp(field->name, "zone") == 0)
        list[n++] = "Asia/Tokyo";
    for (size_t i = 0; n == 0 && field->type == KEPT_RECORD_TEXT && i < KEPT_N(texts); i++)
        list[n++] = texts[i];
    for (size_t i = 0; field->type == KEPT_RECORD_SHARE && i < KEPT_N(shares); i++)
        list[n++] = shares[i];
    if (field->type == KEPT_RECORD_PROSE)
        list[n++] = "Two lines:\n\t- of \\ prose";
    if (field->type == KEPT_RECORD_NUMBER)
        list[n++] = "0.000001";
    if (field->type == KEPT_RECORD_INTEGER)
        list[n++] = "3660";
    if (field->type == KEPT_RECORD_DATE)
        list[n++] = "2026-02-28";
    if ((field->type == KEPT_RECORD_REF || field->type == KEPT_RECORD_REFS) && ref_of(field))
        list[n++] = ref_of(field);
    if (field->preset)
        list[n++] = ""; /* emptied */
    list[n] = NULL;
}

void test_openslo_out__every_field_comes_back(void **state)
{
    (void)state;
    small_firm f;
    size_t n = 0;
    make_firm(&f);
    const kept_record_kind *kind = kept_catalogue_record(kept_store_catalogue(f.store), "promise");
    for (size_t i = 0; i < kind->n_fields; i++) {
        const char *list[SAMPLES];
        if (strcmp(kind->fields[i].name, "judged") == 0)
            continue;
        samples(&kind->fields[i], list);
        for (size_t k = 0; list[k]; k++, n++)
            PUT(&f, "promise", "text=On the day", "judged=counted",
                kept_arena_printf(&f.arena, "%s=%s", kind->fields[i].name, list[k]));
    }
    assert_true(n > 100);
    there_and_back(&f);
    firm_remove(&f);
}

/* --- Everything that decides the verdict, together --- */

static void put_terms(small_firm *f, const char *window, const char *target, const char *period,
                      unsigned bits)
{
    const char *words[16] = {"text=On the day", "judged=counted", "customer=C-1"};
    size_t n = 3;
    if (*window)
        words[n++] = window;
    if (*target)
        words[n++] = target;
    if (*period)
        words[n++] = period;
    if (bits & 1)
        words[n++] = "zone=Europe/Berlin";
    if (bits & 2)
        words[n++] = "starts_on=2026-01-01";
    if (bits & 4)
        words[n++] = "promised_on=2025-11-15";
    if (bits & 8)
        words[n++] = "target_value=-2.5";
    if (bits & 16)
        words[n++] = "target_is=at-most";
    if (bits & 32)
        words[n++] = "period_target=100%";
    words[n] = NULL;
    firm_put(f, "promise", words);
}

void test_openslo_out__terms_come_back_in_every_combination(void **state)
{
    (void)state;
    static const char *const windows[] = {"",
                                          "window_kind=week",
                                          "window_kind=month",
                                          "window_kind=quarter",
                                          "window_kind=half-year",
                                          "window_kind=year",
                                          "window_kind=contract-year",
                                          "window_kind=rolling",
                                          "window_days=30"};
    static const char *const targets[] = {"", "target=95%", "target=100%"};
    static const char *const periods[] = {"", "counted_by=day", "counted_by="};
    small_firm f;
    make_firm(&f);
    for (size_t w = 0; w < KEPT_N(windows); w++)
        for (unsigned bits = 0; bits < 64; bits++)
            put_terms(&f, windows[w], targets[(w + bits) % 3], periods[(w + bits / 3) % 3], bits);
    there_and_back(&f);
    firm_remove(&f);
}

/* --- What others read --- */

static void has(const char *text, const char *part)
{
    CHECK_CONTAINS(text, part);
}

void test_openslo_out__shares_become_ratios(void **state)
{
    (void)state;
    small_firm f;
    make_firm(&f);
    PUT(&f, "promise", "text=On the day", "customer=C-1", "judged=counted", "measure=on_time",
        "only_where=product = 'P-20'", "target=95%", "window_kind=quarter", "starts_on=2026-05-20",
        "zone=Europe/Berlin");
    const char *text = slo_export(&f, NULL);
    has(text, "kind: Service\nmetadata:\n  name: c-1-on-time\n");
    has(text, "kind: SLO\nmetadata:\n  name: acme-p-1\n  displayName: \"On the day\"\n");
    has(text, "  service: c-1-on-time\n");
    has(text, "      ratioMetric:\n        counter: false\n        good:\n");
    has(text, "              only_where: \"product = 'P-20'\"\n"
              "              match: \"customer C-1 Harrow Mill\"\n"
              "              count: \"total\"\n");
    has(text, "  timeWindow:\n    - duration: 1Q\n      isRolling: false\n      calendar:\n"
              "        startTime: 2026-04-01 00:00:00\n        timeZone: Europe/Berlin\n");
    has(text, "  budgetingMethod: Occurrences\n  objectives:\n    - target: 0.95\n");
    firm_remove(&f);
}

void test_openslo_out__values_become_thresholds(void **state)
{
    (void)state;
    small_firm f;
    make_firm(&f);
    PUT(&f, "promise", "text=Four and more", "judged=counted", "measure=ticket_satisfaction",
        "target=90%", "target_value=4", "window_kind=rolling", "window_days=28", "counted_by=week",
        "period_target=80%", "receiver=everyone");
    const char *text = slo_export(&f, NULL);
    has(text, "      thresholdMetric:\n        metricSource:\n          type: kept\n");
    has(text, "    - duration: 28d\n      isRolling: true\n  budgetingMethod: Timeslices\n");
    has(text, "    - op: gte\n      value: 4\n      target: 0.9\n      timeSliceTarget: 0.8\n"
              "      timeSliceWindow: 1w\n");
    has(text, "  name: everyone-ticket-satisfaction\n");
    firm_remove(&f);
}

/* A Service is written once, whatever its number of promises. */
void test_openslo_out__a_service_stands_once(void **state)
{
    (void)state;
    small_firm f;
    make_firm(&f);
    for (int i = 0; i < 3; i++)
        PUT(&f, "promise", "text=On the day", "customer=C-1", "judged=counted", "measure=on_time");
    const char *text = slo_export(&f, NULL), *first = strstr(text, "kind: Service");
    assert_non_null(first);
    assert_null(strstr(first + 1, "kind: Service"));
    firm_remove(&f);
}

void test_openslo_out__notes_say_what_has_no_place(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    make_firm(&f);
    PUT(&f, "promise", "text=Always", "judged=counted", "measure=on_time", "target=100%");
    PUT(&f, "promise", "text=Figure", "judged=counted", "measure=days_late", "target_value=2");
    PUT(&f, "promise", "text=Three", "judged=counted", "measure=on_time", "allowance=count",
        "allowed=3");
    PUT(&f, "promise", "text=Soon", "judged=counted", "measure=what they say", "target=90%",
        "within=4", "within_unit=working-hours", "value_at_stake=1000");
    PUT(&f, "promise", "text=Once", "judged=done");
    firm_ask(&r, &f, &kept_op_openslo_export, NULL);
    assert_true(has_note(&r, "Where every failure breaks the promise it says 0.999999: P-1."));
    assert_true(has_note(&r, "one figure of the whole window"));
    assert_true(has_note(&r, "with the target 0.999999: P-2."));
    assert_true(has_note(&r, "or 0.999999: P-3."));
    assert_true(has_note(&r, "that others do not read: P-4."));
    assert_true(has_note(&r, "the value at stake of P-4."));
    assert_true(has_note(&r, "Left out: 1 promise that is not counted"));
    assert_null(strstr(r.result.document, "1000"));
    assert_null(strstr(r.result.document, "Once"));
    run_end(&r);
    firm_remove(&f);
}

void test_openslo_out__a_long_text_is_cut_and_comes_back(void **state)
{
    (void)state;
    enum { LONG = 1060 };
    small_firm f;
    char text[16 + 2 * LONG] = "text=";
    size_t len = strlen(text);
    for (int i = 0; i < LONG; i++, len += 2)
        memcpy(text + len, "\xc3\xa9", 2); /* one letter of two bytes */
    text[len] = '\0';
    make_firm(&f);
    PUT(&f, "promise", text, "judged=counted", "measure=on_time", "target=90%");
    const char *line = strstr(slo_export(&f, NULL), "\n  description: \"\xc3") + 17;
    assert_int_equal(strchr(line, '"') - line, 2 * KEPT_OPENSLO_DESCRIPTION);
    there_and_back(&f);
    firm_remove(&f);
}

void test_openslo_out__only_what_is_counted_may_be_named(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    make_firm(&f);
    PUT(&f, "promise", "text=Once", "judged=done");
    assert_int_equal(run_op_as(&r, &kept_op_openslo_export, f.folder, f.scope,
                               (const char *const[]){"promise", "P-1", NULL}),
                     KEPT_EARG);
    CHECK_CONTAINS(r.err.msg, "P-1 is not counted (judged: done)");
    run_end(&r);
    assert_int_equal(run_op_as(&r, &kept_op_openslo_export, f.folder, f.scope, NULL),
                     KEPT_ENOTFOUND);
    CHECK_CONTAINS(r.err.msg, "kept promise add");
    run_end(&r);
    PUT(&f, "promise", "text=On the day", "judged=counted", "state=void");
    PUT(&f, "promise", "text=On the day", "judged=counted");
    assert_null(strstr(slo_export(&f, NULL), "acme-p-2"));
    has(slo_export(&f, "P-2"), "acme-p-2"); /* one that is over, named */
    firm_remove(&f);
}

/* Who sees nothing is told of nothing. */
void test_openslo_out__only_what_is_in_sight(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    make_firm(&f);
    PUT(&f, "promise", "text=Secret", "customer=C-1", "judged=counted");
    kept_scope none = f.scope;
    none.sight = KEPT_SEES_NOTHING;
    assert_int_equal(run_op_as(&r, &kept_op_openslo_export, f.folder, none, NULL), KEPT_ENOTFOUND);
    run_end(&r);
    firm_remove(&f);
}
