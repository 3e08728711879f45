#include "own_folder.h"

#include <strings.h>

#include "catalogue/glossary.h"

static const kept_term *find(const kept_term *terms, size_t n, const char *term)
{
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(terms[i].term, term) == 0)
            return &terms[i];
    return NULL;
}

void test_glossary__by_term_and_each_once(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_term *terms;
    size_t n;
    CHECK_OK(kept_glossary_load(NULL, &arena, &terms, &n, &err));
    assert_true(n > 30);
    for (size_t i = 0; i < n; i++) {
        assert_true(terms[i].meaning[0] != '\0');
        assert_true(i == 0 || strcasecmp(terms[i - 1].term, terms[i].term) < 0);
    }
}

void test_glossary__a_workspace_adds_and_replaces(void **state)
{
    (void)state;
    own_folder f;
    kept_err err = KEPT_ERR_INIT;
    kept_term *terms, *all;
    size_t n, n_all;
    own_make(&f);
    CHECK_OK(kept_glossary_load(NULL, &f.arena, &terms, &n, &err));
    assert_non_null(find(terms, n, "promise"));
    own_put(&f, "glossary.yaml",
            "- {term: PROMISE, meaning: Ours is a handshake.}\n"
            "- {term: Widget, also: [gadget, gizmo], meaning: What we make., source: the boss}\n");
    CHECK_OK(kept_glossary_load(f.root, &f.arena, &all, &n_all, &err));
    assert_int_equal(n_all, n + 1);
    assert_string_equal(find(all, n_all, "promise")->meaning, "Ours is a handshake.");
    const kept_term *widget = find(all, n_all, "widget");
    assert_int_equal(widget->n_also, 2);
    assert_string_equal(widget->also[1], "gizmo");
    assert_string_equal(widget->source, "the boss");
    own_remove(&f);
}

void test_glossary__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"term: a\n", "list of terms"},
        {"- {term: a}\n", "\"meaning\""},
        {"- {meaning: a}\n", "\"term\""},
        {"- {term: a, meaning: b, sorce: c}\n", "did you mean \"source\""},
        {"- {term: a, meaning: b}\n- {term: A, meaning: c}\n", "stands twice"},
    };
    own_folder f;
    own_make(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kept_term *terms;
        size_t n;
        kept_err err = KEPT_ERR_INIT;
        own_put(&f, "glossary.yaml", cases[i].text);
        if (kept_glossary_load(f.root, &f.arena, &terms, &n, &err) != KEPT_EINPUT)
            fail_msg("taken: %s", cases[i].text);
        CHECK_CONTAINS(err.msg, cases[i].says);
        CHECK_CONTAINS(err.msg, "glossary.yaml");
    }
    own_remove(&f);
}
