/* kept worksheets, worksheet show, worksheet print. */
#include "support.h"

#include "general/ops.h"
#include "op_table.h"

static void make(small_firm *f)
{
    firm_make(f);
    PUT(f, "segment", "name=Growers");
    PUT(f, "employee", "name=Jane Wood");
    PUT(f, "right_questions", "sheet_title=Spring", "about=SG-1",
        "target_buyers=Those who grow\nfood", "evidence=direct-talk", "began_with_offer=yes",
        "began_with_features=no", "worked_by=Jane Wood");
    PUT(f, "right_questions", "sheet_title=Autumn");
    firm_close(f);
}

void test_worksheets__how_far_they_are_filled_in(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    ASK(&run, &f, &kept_op_worksheets, NULL);
    assert_int_equal(table_rows(&run, "worksheets"), 3);
    size_t row = table_find(&run, "worksheets", "worksheet", "right_questions");
    assert_int_equal(table_cell(&run, "worksheets", row, "questions").v.i, 9);
    assert_int_equal(table_cell(&run, "worksheets", row, "sheets").v.i, 2);
    /* Five of nine, and none of nine: sheet_title and about are no questions. */
    CHECK_REL(table_cell(&run, "worksheets", row, "filled").v.real, 5.0 / 18, 1e-12);
    assert_string_equal(table_text(&run, "worksheets", row, "command"),
                        "kept right-questions add \"About what\"");
    row = table_find(&run, "worksheets", "worksheet", "value_data");
    assert_int_equal(table_cell(&run, "worksheets", row, "sheets").v.i, 0);
    assert_false(table_cell(&run, "worksheets", row, "filled").known);
    run_end(&run);
    firm_remove(&f);
}

void test_worksheets__one_sheet(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    ASK(&run, &f, &kept_op_worksheet_show, "id", "rq-1");
    assert_string_equal(op_cell(&run, "", "about").v.text, "SG-1 Growers");
    assert_int_equal(op_int(&run, "", "answered"), 5);
    assert_int_equal(op_int(&run, "", "of_questions"), 9);
    CHECK_REL(op_real(&run, "", "filled"), 5.0 / 9, 1e-12);
    assert_int_equal(table_rows(&run, "answers"), 9);
    size_t row = table_find(&run, "answers", "name", "target_buyers");
    assert_string_equal(table_text(&run, "answers", row, "answer"), "Those who grow\nfood");
    row = table_find(&run, "answers", "name", "worked_by");
    assert_string_equal(table_text(&run, "answers", row, "answer"), "E-1 Jane Wood");
    row = table_find(&run, "answers", "name", "valued");
    assert_string_equal(table_text(&run, "answers", row, "answer"), "not answered");
    assert_int_equal(table_cell(&run, "answers", row, "answered").v.i, 0);
    CHECK_CONTAINS(table_text(&run, "answers", row, "help"), "One segment a line");
    /* A wrong start is said; the other answer is none. */
    row = table_find(&run, "answers", "name", "began_with_offer");
    assert_int_equal(table_cell(&run, "answers", row, "another_look").v.i, 1);
    assert_true(has_note(&run, "A wrong start"));
    row = table_find(&run, "answers", "name", "began_with_features");
    assert_int_equal(table_cell(&run, "answers", row, "another_look").v.i, 0);
    assert_false(has_note(&run, "begin again with what buyers"));
    run_end(&run);
    const char *const not_a_sheet[] = {"id", "SG-1", NULL};
    assert_int_equal(run_op(&run, &kept_op_worksheet_show, f.folder, not_a_sheet), KEPT_ENOTFOUND);
    run_end(&run);
    firm_remove(&f);
}

void test_worksheets__printed_blank_and_filled_in(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    make(&f);
    ASK(&run, &f, &kept_op_worksheet_print, "name", "right-questions");
    CHECK_CONTAINS(run.result.document, "# The right questions\n");
    CHECK_CONTAINS(run.result.document, "## 1. Who are the target buyers?\n");
    CHECK_CONTAINS(run.result.document, "## 9. Worked out on\n");
    CHECK_CONTAINS(run.result.document, "- \xe2\x98\x90 direct-talk\n");
    assert_null(strstr(run.result.document, "Those who grow"));
    run_end(&run);
    ASK(&run, &f, &kept_op_worksheet_print, "name", "right_questions", "of", "RQ-1");
    CHECK_CONTAINS(run.result.document, "# The right questions: Spring\n");
    CHECK_CONTAINS(run.result.document, "RQ-1, revision 1, 5 of 9 answered. About: SG-1 Growers");
    CHECK_CONTAINS(run.result.document, "> Those who grow");
    CHECK_CONTAINS(run.result.document, "Not answered.\n");
    run_end(&run);
    const char *const unknown[] = {"name", "right_question", NULL};
    assert_int_equal(run_op(&run, &kept_op_worksheet_print, f.folder, unknown), KEPT_ENOTFOUND);
    CHECK_CONTAINS(run.err.msg, "Did you mean \"right_questions\"");
    run_end(&run);
    const char *const record[] = {"name", "customer", NULL};
    assert_int_equal(run_op(&run, &kept_op_worksheet_print, f.folder, record), KEPT_ENOTFOUND);
    run_end(&run);
    firm_remove(&f);
}

/* A workspace's own: a question that refers to many, and to one of several kinds. */
void test_worksheets__every_type_of_question(void **state)
{
    (void)state;
    small_firm f;
    op_run run;
    firm_make(&f);
    firm_close(&f);
    firm_declare(&f, "worksheets/x.yaml",
                 "worksheet: x_sheet\ntitle: Sheet\nplural: Sheets\nprefix: XS\nstage: know\n"
                 "pack: core\nsummary: Some *questions*.\nquestions:\n"
                 "  - {name: many, type: refs, title: Many?, to: customer}\n"
                 "  - {name: one_of, type: ref, title: One?, to: [customer, segment]}\n"
                 "  - {name: share, type: share, title: Share?}\n"
                 "  - {name: money, type: money, title: Money?}\n");
    firm_open(&f);
    PUT(&f, "customer", "name=Large");
    PUT(&f, "segment", "name=Growers");
    PUT(&f, "x_sheet", "sheet_title=A", "many=C-1", "one_of=SG-1", "share=5%", "money=12.50");
    firm_close(&f);
    ASK(&run, &f, &kept_op_worksheets, NULL);
    size_t row = table_find(&run, "worksheets", "worksheet", "x_sheet");
    CHECK_REL(table_cell(&run, "worksheets", row, "filled").v.real, 1, 1e-12);
    run_end(&run);
    ASK(&run, &f, &kept_op_worksheet_print, "name", "x_sheet", "of", "XS-1");
    CHECK_CONTAINS(run.result.document, "> C-1 Large");
    CHECK_CONTAINS(run.result.document, "> SG-1 Growers");
    CHECK_CONTAINS(run.result.document, "> 5%");
    CHECK_CONTAINS(run.result.document, "Some \\*questions\\*.");
    run_end(&run);
    firm_remove(&f);
}
