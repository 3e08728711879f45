#include "own_folder.h"

#include "catalogue/document.h"

#define HEAD                                                                                       \
    "document: x_page\ntitle: Page\nstage: keep\npack: core\nsummary: What there is.\n" /* 5 */
#define SECTION "sections:\n  - {title: Who, as: table, sql: SELECT 1 AS a, empty: Nobody.}\n"

void test_document__built_in_ones(void **state)
{
    (void)state;
    own_folder f;
    kept_documents documents;
    const kept_document *found;
    kept_err err = KEPT_ERR_INIT;
    own_make(&f);
    CHECK_OK(kept_documents_load(NULL, &f.catalogue, &f.arena, &documents, &err));
    CHECK_OK(kept_documents_find(&documents, "account", &found, &err));
    assert_string_equal(found->about->name, "customer");
    assert_true(found->n_sections > 3);
    CHECK_OK(kept_documents_find(&documents, "playbook", &found, &err));
    assert_null(found->about);
    assert_int_equal(kept_documents_find(&documents, "acount", &found, &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "Did you mean \"account\"");
    own_remove(&f);
}

void test_document__a_workspace_adds_its_own(void **state)
{
    (void)state;
    own_folder f;
    kept_documents documents;
    const kept_document *found;
    kept_err err = KEPT_ERR_INIT;
    own_make(&f);
    own_put(&f, "documents/page.yaml",
            HEAD "about: promise\nsections:\n"
                 "  - {title: Who, as: facts, sql: SELECT 1 AS a, empty: Nobody., limit: 4}\n"
                 "  - {title: Rest, as: list, sql: SELECT 2 AS b, empty: Nothing.}\n");
    CHECK_OK(kept_documents_load(f.root, &f.catalogue, &f.arena, &documents, &err));
    CHECK_OK(kept_documents_find(&documents, "x_page", &found, &err));
    assert_true(found->own);
    assert_string_equal(found->about->name, "promise");
    assert_int_equal(found->n_sections, 2);
    assert_int_equal(found->sections[0].form, KEPT_SECTION_FACTS);
    assert_int_equal(found->sections[0].limit, 4);
    assert_int_equal(found->sections[1].form, KEPT_SECTION_LIST);
    assert_string_equal(found->sections[1].empty, "Nothing.");
    own_remove(&f);
}

void test_document__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"document: page\n", "x_"},
        {HEAD SECTION, "\"about\""},
        {HEAD "about: promis\n" SECTION, "did you mean \"promise\""},
        {HEAD "about: firm\n", "at least one section"},
        {HEAD "about: firm\nsections: []\n", "at least one section"},
        {HEAD "about: firm\nsections:\n  - {title: Who, as: tabel, sql: SELECT 1}\n",
         "did you mean \"table\""},
        {HEAD "about: firm\nsections:\n  - {title: Who, as: table, empty: None.}\n", "\"sql\""},
        {HEAD "about: firm\n" SECTION
              "  - {title: who, as: table, sql: SELECT 1 AS a, empty: Nobody.}\n",
         "Two sections"},
        {HEAD "about: firm\n" SECTION "packk: x\n", "pack"},
    };
    own_folder f;
    own_make(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kept_documents documents;
        kept_err err = KEPT_ERR_INIT;
        own_put(&f, "documents/page.yaml", cases[i].text);
        if (kept_documents_load(f.root, &f.catalogue, &f.arena, &documents, &err) != KEPT_EINPUT)
            fail_msg("taken: %s", cases[i].text);
        CHECK_CONTAINS(err.msg, cases[i].says);
        CHECK_CONTAINS(err.msg, "page.yaml");
    }
    own_remove(&f);
}
