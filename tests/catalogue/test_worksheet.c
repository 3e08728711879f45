#include "own_folder.h"

#define HEAD                                                                                       \
    "worksheet: x_sheet\ntitle: Sheet\nplural: Sheets\nprefix: XS\nstage: know\npack: core\n"      \
    "summary: Some questions.\n"
#define QUESTION "  - {name: reason, type: prose, title: Why?, help: \"Say it: in a word.\"}\n"

/* The sheet as a kind of record, from a workspace that declares it. */
static const kept_record_kind *load(own_folder *f, const char *text)
{
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue catalogue;
    own_put(f, "worksheets/sheet.yaml", text);
    CHECK_OK(kept_catalogue_load(f->root, &f->arena, &catalogue, &err));
    return kept_catalogue_record(&catalogue, "x_sheet");
}

void test_worksheet__is_a_kind_of_record(void **state)
{
    (void)state;
    own_folder f;
    own_make(&f);
    const kept_record_kind *kind = load(&f, HEAD "about: [customer, need]\nquestions:\n" QUESTION);
    assert_true(kind->worksheet);
    assert_true(kind->own);
    assert_string_equal(kind->label, "sheet_title");
    assert_int_equal(kind->n_fields, 3);
    assert_string_equal(kind->fields[0].name, "sheet_title");
    assert_string_equal(kind->fields[1].name, "about");
    assert_int_equal(kind->fields[1].n_to, 2);
    assert_string_equal(kind->fields[2].title, "Why?");
    assert_string_equal(kind->fields[2].help, "Say it: in a word.");
    assert_int_equal(load(&f, HEAD "questions:\n" QUESTION)->n_fields, 2);
    own_remove(&f);
}

void test_worksheet__words_come_through_as_they_are(void **state)
{
    (void)state;
    own_folder f;
    own_make(&f);
    const kept_record_kind *kind =
        load(&f, HEAD "questions:\n"
                      "  - name: pick\n    type: choice\n    title: \"# Which: \\\"one\\\"?\"\n"
                      "    help: |\n      Two\n      lines.\n"
                      "    choices: [\"yes\", \"a: b\", \"- c\", \"null\"]\n");
    const kept_record_field *pick = kept_record_field_find(kind, "pick");
    assert_string_equal(pick->title, "# Which: \"one\"?");
    assert_string_equal(pick->help, "Two\nlines.\n");
    assert_string_equal(pick->choices[0], "yes");
    assert_string_equal(pick->choices[1], "a: b");
    assert_string_equal(pick->choices[2], "- c");
    assert_string_equal(pick->choices[3], "null");
    own_remove(&f);
}

void test_worksheet__says_what_is_wrong_at_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {HEAD, "at least one question"},
        {HEAD "questions: []\n", "at least one question"},
        {HEAD "questions:\n  - {name: reason, type: prose, title: Why, required: yes}\n",
         "sheet.yaml, line 9"},
        {HEAD "questions:\n" QUESTION "  - {name: b, type: prse, title: B}\n",
         "did you mean \"prose\""},
        {HEAD "questions:\n" QUESTION "  - {name: b, type: prse, title: B}\n", "line 10"},
        {HEAD "abot: [need]\nquestions:\n" QUESTION, "did you mean \"about\""},
        {HEAD "about: [neeed]\nquestions:\n" QUESTION, "did you mean \"need\""},
        {"worksheet: sheet\n", "x_"},
        {HEAD "questions:\n" QUESTION QUESTION, "reason"},
    };
    own_folder f;
    own_make(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kept_catalogue catalogue;
        kept_err err = KEPT_ERR_INIT;
        own_put(&f, "worksheets/sheet.yaml", cases[i].text);
        if (kept_catalogue_load(f.root, &f.arena, &catalogue, &err) != KEPT_EINPUT)
            fail_msg("taken: %s", cases[i].text);
        CHECK_CONTAINS(err.msg, cases[i].says);
        CHECK_CONTAINS(err.msg, "sheet.yaml");
    }
    own_remove(&f);
}

/* A no in the wording test is a hint; a yes in the right questions is a wrong start. */
void test_worksheet__answers_that_ask_for_another_look(void **state)
{
    (void)state;
    own_folder f;
    size_t no = 0;
    own_make(&f);
    const kept_record_kind *wording = kept_catalogue_record(&f.catalogue, "promise_wording");
    for (size_t i = 0; i < wording->n_fields; i++)
        no += wording->fields[i].alarm && strcmp(wording->fields[i].alarm, "no") == 0;
    assert_int_equal(no, 11); /* the eleven questions of its summary */
    const kept_record_kind *questions = kept_catalogue_record(&f.catalogue, "right_questions");
    assert_string_equal(kept_record_field_find(questions, "began_with_offer")->alarm, "yes");
    assert_null(kept_record_field_find(questions, "valued")->alarm);
    own_remove(&f);
}
