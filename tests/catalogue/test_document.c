#include "own_folder.h"

#include "catalogue/document.h"
#include "catalogue/measure.h"
#include "catalogue/trace.h"
#include "catalogue/warning.h"

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

/* --- Measures that SQL asks for --- */

static size_t check_name(const kept_measures *measures, const char *source, const char *quote)
{
    char name[64];
    size_t len = strcspn(quote + 1, "'");
    snprintf(name, sizeof name, "%.*s", (int)len, quote + 1);
    for (size_t i = 0; i < measures->n; i++)
        if (strcmp(measures->items[i]->name, name) == 0)
            return 1;
    fail_msg("%s asks for a measure \"%s\" that nobody declares", source, name);
    return 0;
}

/* Names behind "measure =" and "measure IN (": a misspelt one would be an empty line for ever. */
static size_t check_sql(const kept_measures *measures, const char *source, const char *sql)
{
    size_t n = 0;
    for (const char *p = sql; p && (p = strstr(p, "measure ")); p++) {
        const char *next = p + strlen("measure ");
        if (strncmp(next, "= '", 3) == 0)
            n += check_name(measures, source, next + 2);
        if (strncmp(next, "IN (", 4) != 0)
            continue;
        const char *end = strchr(next, ')');
        for (const char *q = strchr(next, '\''); q && q < end;
             q = strchr(strchr(q + 1, '\'') + 1, '\''))
            n += check_name(measures, source, q);
    }
    return n;
}

void test_document__asks_for_measures_that_are_declared(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue c;
    kept_fact_kinds kinds;
    kept_measures measures;
    kept_documents documents;
    kept_warnings warnings;
    kept_thread thread;
    CHECK_OK(kept_catalogue_load(NULL, &arena, &c, &err));
    CHECK_OK(kept_fact_kinds_load(NULL, &arena, &kinds, &err));
    CHECK_OK(kept_measures_load(NULL, &kinds, &arena, &measures, &err));
    CHECK_OK(kept_documents_load(NULL, &c, &arena, &documents, &err));
    CHECK_OK(kept_warnings_load(NULL, &c, &arena, &warnings, &err));
    CHECK_OK(kept_thread_load(NULL, &c, &arena, &thread, &err));
    size_t in_documents = 0, in_warnings = 0, in_thread = 0;
    for (size_t i = 0; i < documents.n; i++)
        for (size_t k = 0; k < documents.documents[i].n_sections; k++)
            in_documents += check_sql(&measures, documents.documents[i].name,
                                      documents.documents[i].sections[k].sql);
    for (size_t i = 0; i < warnings.n; i++) {
        const kept_warning *w = warnings.warnings[i];
        in_warnings += check_sql(&measures, w->name, w->rows) +
                       check_sql(&measures, w->name, w->evidence) +
                       check_sql(&measures, w->name, w->money);
    }
    for (size_t i = 0; i < thread.n; i++)
        in_thread += check_sql(&measures, "trace", thread.joints[i].sql);
    assert_true(in_documents >= 4 && in_warnings >= 4 && in_thread >= 2);
}
