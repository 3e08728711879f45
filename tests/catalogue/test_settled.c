/* Fields that stand once something was agreed, and moves left to a command of their own. */
#include "support.h"

#include "base/array.h"
#include "catalogue/catalogue.h"

#define HEAD                                                                                       \
    "kind: pact\ntitle: Pact\nplural: Pacts\nprefix: PT\nstage: make\npack: core\n"                \
    "summary: What two agree.\nlabel: name\n" /* 8 lines */
#define STATES                                                                                     \
    "states:\n  open: {title: Open, moves: [held]}\n"                                              \
    "  held: {title: Held, moves: [over], commands: {over: end}}\n"                                \
    "  over: {title: Over, closed: yes}\n"
#define FIELDS                                                                                     \
    "fields:\n  - {name: name, type: text, title: Name, settled: yes}\n"                           \
    "  - {name: how, type: text, title: How, settled: yes, fixed: yes}\n"                          \
    "  - {name: note, type: text, title: Note}\n"

void test_settled__reads_fields_states_and_commands(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_record_kind *kind = NULL;
    static const char text[] = HEAD "settled_in: [held, over]\n" STATES FIELDS;
    CHECK_OK(kept_record_kind_parse(text, strlen(text), "t.yaml", false, &arena, &kind, &err));
    assert_false(kept_record_settled(kind, "open"));
    assert_true(kept_record_settled(kind, "held"));
    assert_true(kept_record_settled(kind, "over"));
    assert_false(kept_record_settled(kind, NULL));
    assert_true(kind->fields[0].settled && !kind->fields[0].fixed);
    assert_true(kind->fields[1].settled && kind->fields[1].fixed);
    assert_false(kind->fields[2].settled || kind->fields[2].fixed);
    assert_null(kind->states[0].commands);
    assert_string_equal(kind->states[1].commands[0], "end");
}

void test_settled__faults_are_named_with_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool own;
        const char *says;
    } cases[] = {
        {HEAD "settled_in: [held, gone]\n" STATES FIELDS, false,
         "line 9, column 20: \"gone\" is not a state"},
        {HEAD "settled_in: [held, held]\n" STATES FIELDS, false, "stands twice"},
        {HEAD "settled_in: [held]\n" FIELDS, false, "\"settled_in\" names states; there are none"},
        {HEAD "states: {a: {title: A, moves: [b], commands: {c: end}}, b: {title: B}}\n" FIELDS,
         false, "\"c\" is not a move of this state"},
        {HEAD "states: {a: {title: A, moves: [b], commands: end}, b: {title: B}}\n" FIELDS, false,
         "\"commands\" takes moves: {STATE: COMMAND}"},
        {HEAD "fields:\n  - {name: name, type: text, title: N, settled: perhaps}\n", false,
         "\"settled\" must be yes or no"},
        {"kind: x_pact\ntitle: P\nplural: P\nprefix: XP\nstage: make\npack: core\nsummary: S\n"
         "label: name\nsettled_in: [held]\n" STATES FIELDS,
         true, "\"settled_in\" is for kinds that have commands of their own"},
        {"kind: x_pact\ntitle: P\nplural: P\nprefix: XP\nstage: make\npack: core\nsummary: S\n"
         "label: name\n" STATES FIELDS,
         true, "\"commands\" is for kinds that have commands of their own"},
    };
    for (size_t i = 0; i < KEPT_N(cases); i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_record_kind *kind = NULL;
        assert_int_equal(kept_record_kind_parse(cases[i].text, strlen(cases[i].text), "t.yaml",
                                                cases[i].own, &arena, &kind, &err),
                         KEPT_EINPUT);
        CHECK_CONTAINS(err.msg, cases[i].says);
    }
}

/* Built-in kinds, and one more file. */
static kept_status build_with(const char *text, kept_arena *arena, kept_catalogue *catalogue,
                              kept_err *err)
{
    kept_declared_file *records, *packs;
    size_t n = 0, n_packs = 0;
    KEPT_TRY(kept_declared_files(NULL, "records", arena, &records, &n, err));
    KEPT_TRY(kept_declared_file_of(NULL, "packs.yaml", arena, &packs, &n_packs, err));
    kept_declared_file *all = KEPT_NEW_N(arena, kept_declared_file, n + 1);
    assert_non_null(all);
    memcpy(all, records, n * sizeof *all);
    all[n] = (kept_declared_file){.name = "x.yaml", .text = text, .len = strlen(text), .own = true};
    return kept_catalogue_build(all, n + 1, packs, n_packs, arena, catalogue, err);
}

/* A firm's own field of a promise may be settled, one of a kind without settled states may not. */
void test_settled__own_fields_of_a_kind(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue catalogue;
    CHECK_OK(build_with("extends: promise\nfields:\n"
                        "  - {name: x_clause, type: text, title: Clause, settled: yes}\n",
                        &arena, &catalogue, &err));
    const kept_record_kind *promise = kept_catalogue_record(&catalogue, "promise");
    assert_true(kept_record_field_find(promise, "x_clause")->settled);
    assert_int_equal(build_with("extends: need\nfields:\n"
                                "  - {name: x_clause, type: text, title: Clause, settled: yes}\n",
                                &arena, &catalogue, &err),
                     KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "the kind need does not");
}

void test_settled__what_meets_a_day_must_bear_it(void **state)
{
    (void)state;
    static const struct {
        const char *by, *says;
    } cases[] = {
        {"fulfilmant", "\"fulfilmant\" is not a kind of record; did you mean \"fulfilment\"?"},
        {"fulfilment", "The kind fulfilment needs a field that leads to promise, and a day called "
                       "x_by."},
        {"person", "The kind person needs a field"},
    };
    for (size_t i = 0; i < KEPT_N(cases); i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_catalogue catalogue;
        const char *text = kept_arena_printf(&arena,
                                             "extends: promise\nfields:\n  - {name: x_by, type: "
                                             "date, title: By, due: yes, met_by: %s}\n",
                                             cases[i].by);
        assert_int_equal(build_with(text, &arena, &catalogue, &err), KEPT_EINPUT);
        CHECK_CONTAINS(err.msg, cases[i].says);
    }
}

/* An amendment can hold everything that it may change. */
void test_settled__amendments_hold_every_settled_field(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue catalogue;
    size_t n = 0;
    CHECK_OK(kept_catalogue_load(NULL, &arena, &catalogue, &err));
    const kept_record_kind *promise = kept_catalogue_record(&catalogue, "promise");
    const kept_record_kind *amendment = kept_catalogue_record(&catalogue, "amendment");
    for (size_t i = 0; i < promise->n_fields; i++) {
        const kept_record_field *field = &promise->fields[i];
        const kept_record_field *before = kept_record_field_find(amendment, field->name);
        if (!field->settled)
            continue;
        if (!before)
            fail_msg("amendment has no field %s", field->name);
        assert_int_equal(before->type, field->type);
        assert_int_equal(before->n_choices, field->n_choices);
        for (size_t k = 0; k < field->n_choices; k++)
            assert_string_equal(before->choices[k], field->choices[k]);
        assert_true(before->fixed);
        assert_false(before->has_min || before->has_max || before->required || before->preset);
        n++;
    }
    assert_int_equal(n, 23);
    assert_true(kept_record_field_find(promise, "judged")->fixed);
    for (size_t i = 0; i < promise->n_states; i++)
        assert_int_equal(kept_record_settled(promise, promise->states[i].name),
                         strcmp(promise->states[i].name, "proposed") != 0 &&
                             strcmp(promise->states[i].name, "void") != 0);
}
