#include "own_folder.h"

#include "catalogue/rhythm.h"

#define HEAD                                                                                       \
    "rhythm: x_visit\ntitle: Visits\nstage: keep\npack: core\nsummary: We go there.\n" /* 5 lines  \
                                                                                        */
#define PER   "per: customer\nevery: FREQ=MONTHLY;INTERVAL=3\n"
#define DONE  "done_by: {record: review, date: held_on, of: customer}\n"
#define WHOLE HEAD PER DONE

static const kept_rhythm *find(const kept_rhythms *rhythms, const char *name)
{
    for (size_t i = 0; i < rhythms->n; i++)
        if (strcmp(rhythms->rhythms[i].name, name) == 0)
            return &rhythms->rhythms[i];
    fail_msg("no rhythm %s", name);
    return NULL;
}

void test_rhythm__built_in_ones(void **state)
{
    (void)state;
    own_folder f;
    kept_rhythms rhythms;
    kept_err err = KEPT_ERR_INIT;
    own_make(&f);
    CHECK_OK(kept_rhythms_load(NULL, &f.catalogue, &f.arena, &rhythms, &err));
    assert_int_equal(rhythms.n, 8);
    const kept_rhythm *review = find(&rhythms, "quarterly_review");
    assert_string_equal(review->per->name, "customer");
    assert_int_equal(review->n_where, 1);
    assert_string_equal(review->where[0].field->name, "key_account");
    assert_string_equal(review->where[0].text, "yes");
    assert_int_equal(review->every.freq, KEPT_RRULE_MONTHLY);
    assert_int_equal(review->every.interval, 3);
    assert_int_equal(review->grace_days, 10);
    assert_string_equal(review->done_by->name, "review");
    assert_string_equal(review->date->name, "held_on");
    assert_string_equal(review->of->name, "customer");
    const kept_rhythm *audit = find(&rhythms, "promise_audit");
    assert_null(audit->per);
    assert_null(audit->of);
    assert_string_equal(audit->done_where[0].text, "promise-audit");
    const kept_rhythm *playbook = find(&rhythms, "playbook");
    assert_string_equal(playbook->document, "playbook");
    assert_null(playbook->done_by);
    /* A worksheet is a kind of record too. */
    assert_true(find(&rhythms, "value_and_satisfaction")->done_by->worksheet);
    own_remove(&f);
}

void test_rhythm__a_workspace_adds_its_own(void **state)
{
    (void)state;
    own_folder f;
    kept_rhythms rhythms;
    kept_err err = KEPT_ERR_INIT;
    own_make(&f);
    own_put(&f, "rhythms/visit.yaml", WHOLE "advice: kept review add --customer {customer}\n");
    CHECK_OK(kept_rhythms_load(f.root, &f.catalogue, &f.arena, &rhythms, &err));
    assert_int_equal(rhythms.n, 9);
    assert_true(find(&rhythms, "x_visit")->own);
    assert_int_equal(find(&rhythms, "x_visit")->grace_days, 0);
    /* A reference to several kinds of which one is what the rhythm is per. */
    own_put(&f, "rhythms/visit.yaml",
            HEAD PER "done_by: {worksheet: value_data, date: asked_on, of: about}\n");
    CHECK_OK(kept_rhythms_load(f.root, &f.catalogue, &f.arena, &rhythms, &err));
    assert_string_equal(find(&rhythms, "x_visit")->of->name, "about");
    own_remove(&f);
}

void test_rhythm__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"rhythm: visit\n", "x_"},
        {HEAD "per: custmer\nevery: FREQ=DAILY\n" DONE, "did you mean \"customer\""},
        {HEAD "per: customer\nwhere: {key_acount: yes}\nevery: FREQ=DAILY\n" DONE,
         "did you mean \"key_account\""},
        {HEAD "per: customer\nwhere: {key_account: perhaps}\nevery: FREQ=DAILY\n" DONE,
         "\"perhaps\" is not yes or no"},
        {HEAD "per: customer\nwhere: {name: Acme}\nevery: FREQ=DAILY\n" DONE,
         "takes fields of type choice and flag"},
        {HEAD "per: firm\nwhere: {name: Acme}\nevery: FREQ=DAILY\n" DONE, "fields of a kind"},
        {HEAD "per: customer\nevery: FREQ=HOURLY\n" DONE, "HOURLY"},
        {HEAD "per: customer\nevery: FREQ=DAILY;COUNT=3\n" DONE, "has no COUNT"},
        {WHOLE "grace_days: 400\n", "from 0 to 366"},
        {WHOLE "grace_days: a week\n", "from 0 to 366"},
        {HEAD PER, "\"done_by\" is missing"},
        {HEAD PER "done_by: {record: review, document: playbook, date: held_on}\n", "names one of"},
        {HEAD PER "done_by: {record: review, date: held_at, of: customer}\n",
         "did you mean \"held_on\""},
        {HEAD PER "done_by: {record: review, date: title, of: customer}\n", "is no date"},
        {HEAD PER "done_by: {record: review, date: held_on}\n", "\"of\" is missing"},
        {HEAD PER "done_by: {record: review, date: held_on, of: title}\n", "does not refer"},
        {HEAD PER "done_by: {record: review, date: held_on, of: customer, where: {kind: audit}}\n",
         "\"audit\" is not a choice"},
        {HEAD PER "done_by: {document: playbok}\n", "Did you mean \"playbook\""},
        {HEAD PER "done_by: {document: playbook}\n", "is about the firm"},
        {WHOLE "pack: other\n", "pack"},
        {WHOLE "evry: x\n", "every"},
    };
    own_folder f;
    own_make(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kept_rhythms rhythms;
        kept_err err = KEPT_ERR_INIT;
        own_put(&f, "rhythms/visit.yaml", cases[i].text);
        if (kept_rhythms_load(f.root, &f.catalogue, &f.arena, &rhythms, &err) != KEPT_EINPUT)
            fail_msg("taken: %s", cases[i].text);
        CHECK_CONTAINS(err.msg, cases[i].says);
        CHECK_CONTAINS(err.msg, "visit.yaml");
    }
    own_remove(&f);
}

void test_rhythm__one_name_once(void **state)
{
    (void)state;
    own_folder f;
    kept_rhythms rhythms;
    kept_err err = KEPT_ERR_INIT;
    own_make(&f);
    own_put(&f, "rhythms/a.yaml", WHOLE);
    own_put(&f, "rhythms/b.yaml", WHOLE);
    assert_int_equal(kept_rhythms_load(f.root, &f.catalogue, &f.arena, &rhythms, &err),
                     KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "a.yaml");
    CHECK_CONTAINS(err.msg, "b.yaml");
    own_remove(&f);
}
