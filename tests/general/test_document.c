/* kept DOCUMENT, documents, document versions, show, diff. */
#include "support.h"

#include "catalogue/document.h"
#include "general/document_ops.h"
#include "general/ops.h"
#include "op_table.h"

/* The command of a document, as the program makes it; lives in the firm's arena. */
static const kept_op *command(small_firm *f, const char *name)
{
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue *catalogue = KEPT_NEW(&f->arena, kept_catalogue);
    kept_documents *documents = KEPT_NEW(&f->arena, kept_documents);
    kept_op_table table;
    CHECK_OK(kept_catalogue_load(f->folder, &f->arena, catalogue, &err));
    CHECK_OK(kept_documents_load(f->folder, catalogue, &f->arena, documents, &err));
    CHECK_OK(kept_document_ops(documents, &f->arena, &table, &err));
    const kept_op *op = kept_op_find(&table, name);
    assert_non_null(op);
    return op;
}

static const char page[] =
    "document: x_page\ntitle: Page\nstage: keep\npack: core\nsummary: What there is.\n"
    "about: customer\nsections:\n"
    "  - {title: Who, as: facts, empty: Nobody.,\n"
    "     sql: \"SELECT name AS Name, place AS Place, :today AS Day FROM customer WHERE id = "
    ":subject\"}\n"
    "  - {title: Actions, as: table, limit: 2, empty: Nothing to do.,\n"
    "     sql: \"SELECT text AS What, id AS No FROM action WHERE customer = :subject ORDER BY "
    "id\"}\n"
    "  - {title: Notes, as: list, empty: Nobody wrote anything.,\n"
    "     sql: \"SELECT text AS Note FROM note WHERE customer = :subject\"}\n";

static void make(small_firm *f)
{
    firm_make(f);
    PUT(f, "customer", "name=Large", "place=Leeds");
    PUT(f, "customer", "name=Small");
    PUT(f, "action", "text=One", "customer=Large");
    PUT(f, "action", "text=Two", "customer=Large");
    PUT(f, "action", "text=Three", "customer=Large");
    firm_close(f);
    firm_declare(f, "documents/page.yaml", page);
}

void test_document__sections_of_one_record(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    const kept_op *op = command(&f, "x-page");
    ASK(&run, &f, op, "id", "Large");
    assert_string_equal(run.result.title, "Page: Large");
    assert_string_equal(op_cell(&run, "who", "name").v.text, "Large");
    assert_string_equal(op_cell(&run, "who", "place").v.text, "Leeds");
    assert_int_equal(op_cell(&run, "who", "day").v.i, kept_day_from_civil(2026, 6, 30));
    assert_int_equal(table_rows(&run, "actions"), 2);
    assert_string_equal(table_text(&run, "actions", 1, "what"), "Two");
    assert_int_equal(table_cell(&run, "actions", 1, "no").v.i, 2);
    assert_int_equal(kept_result_find_table(&run.result, "actions")->more, 1);
    /* "notes" is a word of every result in JSON. */
    assert_string_equal(kept_result_find_table(&run.result, "notes_2")->def->title, "Notes");
    assert_int_equal(table_rows(&run, "notes_2"), 0);
    run_end(&run);
    ASK(&run, &f, op, "id", "C-2");
    assert_false(op_cell(&run, "who", "place").known);
    assert_int_equal(table_rows(&run, "actions"), 0);
    run_end(&run);
    const char *const nobody[] = {"id", "Nobody", NULL};
    assert_int_equal(run_op(&run, op, f.folder, nobody), KEPT_ENOTFOUND);
    run_end(&run);
    firm_remove(&f);
}

void test_document__versions_and_what_differs(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    const kept_op *op = command(&f, "x-page");
    const char *const none[] = {"name", "x_page", "id", "C-1", NULL};
    assert_int_equal(run_op(&run, &kept_op_document_show, f.folder, none), KEPT_ENOTFOUND);
    run_end(&run);
    ASK(&run, &f, op, "id", "C-1", "keep", "yes", "why", "Before the visit");
    assert_true(has_note(&run, "Kept as version 1."));
    run_end(&run);
    ASK(&run, &f, op, "id", "C-1", "keep", "yes");
    assert_true(has_note(&run, "no new version was kept"));
    run_end(&run);
    assert_int_equal(run_op(&run, &kept_op_document_diff, f.folder, none), KEPT_ENOTFOUND);
    CHECK_CONTAINS(run.err.msg, "only one version");
    run_end(&run);
    firm_open(&f);
    PUT(&f, "customer", "id=1", "place=York");
    firm_close(&f);
    ASK(&run, &f, op, "id", "C-1", "keep", "yes");
    assert_true(has_note(&run, "Kept as version 2."));
    run_end(&run);
    ASK(&run, &f, &kept_op_document_versions, "name", "x_page", "id", "C-1");
    assert_int_equal(table_rows(&run, "versions"), 2);
    assert_int_equal(table_cell(&run, "versions", 0, "version").v.i, 2);
    assert_int_equal(strlen(table_text(&run, "versions", 0, "head")), 64);
    run_end(&run);
    ASK(&run, &f, &kept_op_document_show, "name", "x_page", "id", "C-1", "number", "1");
    CHECK_CONTAINS(run.result.document, "Leeds");
    run_end(&run);
    ASK(&run, &f, &kept_op_document_diff, "name", "x_page", "id", "C-1");
    CHECK_CONTAINS(run.result.document, "\n-");
    CHECK_CONTAINS(run.result.document, "Leeds");
    CHECK_CONTAINS(run.result.document, "York");
    run_end(&run);
    ASK(&run, &f, &kept_op_document_diff, "name", "x_page", "id", "C-1", "from", "2", "to", "2");
    assert_string_equal(run.result.document, "The versions are equal.\n");
    run_end(&run);
    /* Of another record there is none. */
    ASK(&run, &f, &kept_op_document_versions, "name", "x_page", "id", "C-2");
    assert_int_equal(table_rows(&run, "versions"), 0);
    run_end(&run);
    firm_remove(&f);
}

void test_document__lists_and_says_what_it_is_about(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    ASK(&run, &f, &kept_op_documents, NULL);
    size_t row = table_find(&run, "documents", "document", "account");
    assert_string_equal(table_text(&run, "documents", row, "about"), "customer");
    assert_string_equal(table_text(&run, "documents", row, "command"), "kept account ID");
    row = table_find(&run, "documents", "document", "x_page");
    assert_string_equal(table_text(&run, "documents", row, "command"), "kept x-page ID");
    run_end(&run);
    static const struct {
        const char *words[5];
        kept_status status;
        const char *says;
    } cases[] = {
        {{"name", "playbook", "id", "C-1", NULL}, KEPT_EARG, "about the firm"},
        {{"name", "account", NULL}, KEPT_EARG, "about one customer"},
        {{"name", "acount", NULL}, KEPT_ENOTFOUND, "Did you mean \"account\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(run_op(&run, &kept_op_document_versions, f.folder, cases[i].words),
                         cases[i].status);
        CHECK_CONTAINS(run.err.msg, cases[i].says);
        run_end(&run);
    }
    firm_remove(&f);
}

void test_document__a_wrong_section_names_its_file(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    firm_declare(&f, "documents/page.yaml",
                 "document: x_page\ntitle: Page\nstage: keep\npack: core\nsummary: None.\n"
                 "about: firm\nsections:\n"
                 "  - {title: Who, as: table, empty: Nobody., sql: SELECT nme FROM customer}\n");
    assert_int_equal(run_op(&run, command(&f, "x-page"), f.folder, NULL), KEPT_EINPUT);
    CHECK_CONTAINS(run.err.msg, "page.yaml");
    CHECK_CONTAINS(run.err.msg, "nme");
    run_end(&run);
    firm_remove(&f);
}

/* Both built-in documents of a firm with nothing in it say what is missing. */
void test_document__built_in_ones_of_an_empty_firm(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    PUT(&f, "customer", "name=Large");
    firm_close(&f);
    ASK(&run, &f, command(&f, "playbook"), NULL);
    assert_true(run.result.n_tables > 0);
    run_end(&run);
    ASK(&run, &f, command(&f, "account"), "id", "C-1");
    assert_string_equal(run.result.title, "Account page: Large");
    for (size_t i = 0; i < run.result.n_tables; i++)
        if (run.result.tables[i].n_rows == 0)
            assert_non_null(run.result.tables[i].def->empty);
    run_end(&run);
    firm_remove(&f);
}
