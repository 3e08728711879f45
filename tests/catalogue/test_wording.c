#include "own_folder.h"

#include "base/array.h"
#include "catalogue/wording.h"

void test_wording__every_check_has_a_question_of_the_worksheet(void **state)
{
    (void)state;
    own_folder f;
    kept_err err = KEPT_ERR_INIT;
    kept_wording w;
    own_make(&f);
    CHECK_OK(kept_wording_load(NULL, &f.arena, &w, &err));
    const kept_record_kind *sheet = kept_catalogue_record(&f.catalogue, "promise_wording");
    for (size_t i = 0; i < KEPT_N_WORDINGS; i++) {
        bool found = false;
        assert_true(w.checks[i].title && w.checks[i].advice && w.checks[i].question);
        for (size_t k = 0; k < sheet->n_fields; k++)
            found = found || strcmp(sheet->fields[k].name, w.checks[i].question) == 0;
        if (!found)
            fail_msg("%s: no question %s", w.checks[i].title, w.checks[i].question);
    }
    assert_true(w.checks[KEPT_WORDING_THEIRS].n_against > 0);
    own_remove(&f);
}

void test_wording__a_workspace_adds_and_drops_words(void **state)
{
    (void)state;
    own_folder f;
    kept_err err = KEPT_ERR_INIT;
    kept_wording before, w;
    own_make(&f);
    CHECK_OK(kept_wording_load(NULL, &f.arena, &before, &err));
    own_put(&f, "wording.yaml",
            "checks:\n- {check: vague, words: [zeitnah, in Bälde], drop: [should, Best-Effort]}\n"
            "- {check: one, title: Nur eins}\n");
    CHECK_OK(kept_wording_load(f.root, &f.arena, &w, &err));
    assert_int_equal(w.checks[KEPT_WORDING_VAGUE].n_words,
                     before.checks[KEPT_WORDING_VAGUE].n_words);
    assert_string_equal(w.checks[KEPT_WORDING_ONE].title, "Nur eins");
    assert_string_equal(w.checks[KEPT_WORDING_ONE].advice, before.checks[KEPT_WORDING_ONE].advice);
    bool added = false;
    for (size_t i = 0; i < w.checks[KEPT_WORDING_VAGUE].n_words; i++) {
        assert_string_not_equal(w.checks[KEPT_WORDING_VAGUE].words[i], "should");
        added = added || strcmp(w.checks[KEPT_WORDING_VAGUE].words[i], "in Bälde") == 0;
    }
    assert_true(added);
    own_remove(&f);
}

void test_wording__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"- vague\n", "the wording test"},
        {"words: [x]\n", "\"words\""},
        {"checks: x\n", "must be a list"},
        {"checks:\n- {check: vage}\n", "did you mean \"vague\""},
        {"checks:\n- {check: one, words: [should, should]}\n", "stands in this list already"},
        {"checks:\n- {check: vague, words: [as soon as Possible]}\n", "already"},
        {"checks:\n- {check: vague, drop: [never heard]}\n", "is not among the words"},
        {"checks:\n- {check: vague, words: ['']}\n", "must list texts"},
        {"checks:\n- check: one\n- check: one\n", "stands twice"},
    };
    own_folder f;
    own_make(&f);
    for (size_t i = 0; i < KEPT_N(cases); i++) {
        kept_err err = KEPT_ERR_INIT;
        kept_wording w;
        own_put(&f, "wording.yaml", cases[i].text);
        assert_int_equal(kept_wording_load(f.root, &f.arena, &w, &err), KEPT_EINPUT);
        if (!strstr(err.msg, cases[i].says))
            fail_msg("\"%s\" does not say %s", err.msg, cases[i].says);
        CHECK_CONTAINS(err.msg, "wording.yaml, line");
    }
    own_remove(&f);
}

static void check_found(const char *text, const char *word, int at, size_t want)
{
    size_t len = 0;
    const char *found = kept_wording_find(text, word, &len);
    assert_int_equal(found ? found - text : -1, at);
    if (found)
        assert_int_equal(len, want);
}

void test_wording__words_are_matched_whole(void **state)
{
    (void)state;
    check_found("We should", "should", 3, 6);
    check_found("We shoulder", "should", -1, 0);
    check_found("WORLD-CLASS goods", "world class", 0, 11);
    check_found("as  soon\nas possible.", "as soon as possible", 0, 20);
    check_found("100% of you", "100%", 0, 4);
    check_found("nous été", "t", -1, 0); /* é is a letter */
    check_found("", "x", -1, 0);
    check_found("best", "best effort", -1, 0);
}
