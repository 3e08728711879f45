#include "support.h"

#include <xlsxwriter.h>
#include <zip.h>

#include "source_support.h"

static const kept_source_opts plain = {0};

static const char *new_path(bench *b)
{
    return kept_arena_printf(&b->arena, "%s/in-%u.xlsx", b->folder, ++b->files);
}

/* An orders sheet as a person keeps it: titles above, a blank row, merged cells, formulas. */
static const char *write_orders(bench *b)
{
    const char *path = new_path(b);
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *empty = workbook_add_worksheet(book, "Cover");
    (void)empty;
    lxw_worksheet *sheet = workbook_add_worksheet(book, "Orders");
    lxw_worksheet *other = workbook_add_worksheet(book, "Other");
    lxw_format *day = workbook_add_format(book), *moment = workbook_add_format(book);
    lxw_format *builtin = workbook_add_format(book), *red = workbook_add_format(book);
    format_set_num_format(day, "dd\\.mm\\.yyyy;@");
    format_set_num_format(moment, "yyyy-mm-dd hh:mm:ss");
    format_set_num_format_index(builtin, 14);
    format_set_num_format(red, "[Red]#,##0.00 \"days\"");
    worksheet_merge_range(sheet, 0, 0, 0, 4, "Orders of spring", NULL);
    const char *header[] = {"Customer", "Date", "Seen", "Amount", "Paid", "Note"};
    for (lxw_col_t c = 0; c < 6; c++)
        worksheet_write_string(sheet, 2, c, header[c], NULL);
    lxw_datetime when = {2024, 3, 31, 14, 5, 9.25}, only_day = {2024, 3, 31, 0, 0, 0};
    worksheet_write_string(sheet, 3, 0, "M\xc3\xbcller, \"the\" & <co>", NULL);
    worksheet_write_datetime(sheet, 3, 1, &only_day, day);
    worksheet_write_datetime(sheet, 3, 2, &when, moment);
    worksheet_write_number(sheet, 3, 3, 29.33, red);
    worksheet_write_boolean(sheet, 3, 4, 1, NULL);
    worksheet_write_string(sheet, 3, 5, "two\nlines", NULL);
    /* row 5 of the sheet is empty */
    worksheet_write_number(sheet, 5, 0, 10017, NULL);
    worksheet_write_number(sheet, 5, 1, 45382, builtin); /* 2024-03-31 */
    worksheet_write_formula_num(sheet, 5, 3, "=0.1+0.2", NULL, 0.1 + 0.2);
    worksheet_write_formula_str(sheet, 6, 0, "=\"C\"&3", NULL, "C3");
    worksheet_write_datetime(sheet, 6, 1, &only_day, moment);
    worksheet_write_number(sheet, 6, 3, 1e20, NULL);
    worksheet_write_number(sheet, 6, 5, 45382, NULL); /* no date format: a number */
    worksheet_write_string(other, 0, 0, "x", NULL);
    worksheet_write_string(other, 1, 0, "y", NULL);
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
    return path;
}

void test_xlsx__reads_the_first_sheet_with_rows(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *path = write_orders(&b);
    kept_source *s = bench_source(&b, path, plain);
    assert_int_equal(s->format, KEPT_FORMAT_XLSX);
    assert_string_equal(s->sheet, "Orders");
    assert_string_equal(bench_names(&b, s), "Customer|Date|Seen|Amount|Paid|Note");
    assert_string_equal(
        bench_rows(&b, s),
        "M\xc3\xbcller, \"the\" & <co>|2024-03-31|2024-03-31 14:05:09.250|29.33|true|"
        "two\nlines\n"
        "10017|2024-03-31|-|0.3|-|-\n"
        "C3|2024-03-31 00:00:00|-|1e+20|-|45382\n");
    assert_int_equal(s->first_line, 4);
    s = bench_source(&b, path, (kept_source_opts){.sheet = "Other"});
    assert_string_equal(bench_rows(&b, s), "y\n");
    CHECK_CONTAINS(bench_refused(&b, path, (kept_source_opts){.sheet = "Oders"}), "\"Orders\"");
    CHECK_CONTAINS(bench_refused(&b, path, (kept_source_opts){.sheet = "Cover"}), "empty");
    bench_close(&b);
}

void test_xlsx__constant_memory_mode_writes_inline_texts(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *path = new_path(&b);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = b.folder};
    lxw_workbook *book = workbook_new_opt(path, &options);
    lxw_worksheet *sheet = workbook_add_worksheet(book, NULL);
    worksheet_write_string(sheet, 0, 0, "customer", NULL);
    worksheet_write_string(sheet, 0, 1, "amount", NULL);
    for (lxw_row_t r = 1; r <= 20000; r++) {
        char text[32];
        snprintf(text, sizeof text, " C%u", (unsigned)r); /* blanks are kept in the workbook */
        worksheet_write_string(sheet, r, 0, text, NULL);
        worksheet_write_number(sheet, r, 1, r / 100.0, NULL);
    }
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
    kept_source *s = bench_source(&b, path, plain);
    int64_t right = 0;
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_duck_int(
        b.duck,
        kept_arena_printf(
            &b.arena,
            "SELECT count(*) FROM (SELECT "
            "substr(trim(customer), 2)::INT AS i, amount::DECIMAL(18,4) AS a FROM %s) "
            "WHERE a * 100 = i",
            s->relation),
        NULL, 0, &right, &err));
    assert_int_equal(right, 20000);
    bench_close(&b);
}

/* A workbook made by hand of the given parts. */
static const char *write_parts(bench *b, const char *workbook, const char *styles,
                               const char *sheet)
{
    const char *path = new_path(b);
    const struct {
        const char *name, *text;
    } parts[] = {
        {"xl/workbook.xml", workbook},
        {"xl/_rels/workbook.xml.rels",
         "<Relationships><Relationship Id='r1' Target='worksheets/sheet1.xml'/></Relationships>"},
        {"xl/styles.xml", styles},
        {"xl/worksheets/sheet1.xml", sheet},
    };
    int code = 0;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_EXCL, &code);
    assert_non_null(zip);
    for (size_t i = 0; i < 4; i++)
        zip_file_add(zip, parts[i].name,
                     zip_source_buffer(zip, parts[i].text, strlen(parts[i].text), 0), 0);
    assert_int_equal(zip_close(zip), 0);
    return path;
}

static const char book_1900[] =
    "<workbook><sheets><sheet name='A' sheetId='1' r:id='r1' xmlns:r='x'/></sheets></workbook>";
static const char book_1904[] = "<workbook><workbookPr date1904='1'/><sheets><sheet name='A' "
                                "sheetId='1' r:id='r1' xmlns:r='x'/></sheets></workbook>";
static const char styles[] =
    "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='[$-407]d. mmmm yyyy'/>"
    "<numFmt numFmtId='165' formatCode='0.00\"d\"'/><numFmt numFmtId='166' formatCode='[h]:mm'/>"
    "<numFmt numFmtId='167' formatCode='[Black]0'/><numFmt numFmtId='168' formatCode='mmm\\-yy'/>"
    "</numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/>"
    "<xf numFmtId='164'/><xf numFmtId='165'/><xf numFmtId='166'/><xf numFmtId='167'/>"
    "<xf numFmtId='168'/><xf numFmtId='22'/></cellXfs></styleSheet>";

/* Serial 1 is 1900-01-01 and 61 is 1900-03-01 because of the 29 February 1900 that Excel counts;
 * 45382 is 2024-03-31 (25569 is 1970-01-01, plus 19813 days). In the 1904 system day 0 is
 * 1904-01-01 and 43920 the same 2024-03-31 (1462 less). */
void test_xlsx__date_systems(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *sheet =
        "<x:worksheet xmlns:x='y'><x:sheetData>"
        "<x:row><x:c t='inlineStr'><x:is><x:t>what</x:t></x:is></x:c>"
        "<x:c t='inlineStr'><x:is><x:r><x:t>va</x:t></x:r><x:r><x:t>lue_x0041_</x:t></x:r><x:rPh>"
        "<x:t>no</x:t></x:rPh></x:is></x:c></x:row>"
        "<x:row><x:c t='str'><x:v>first</x:v></x:c><x:c s='1'><x:v>1</x:v></x:c></x:row>"
        "<x:row><x:c t='str'><x:v>59</x:v></x:c><x:c s='1'><x:v>59</x:v></x:c></x:row>"
        "<x:row><x:c t='str'><x:v>60</x:v></x:c><x:c s='1'><x:v>60</x:v></x:c></x:row>"
        "<x:row><x:c t='str'><x:v>61</x:v></x:c><x:c s='1'><x:v>61</x:v></x:c></x:row>"
        "<x:row><x:c t='str'><x:v>text d</x:v></x:c><x:c s='2'><x:v>45382</x:v></x:c></x:row>"
        "<x:row><x:c t='str'><x:v>time</x:v></x:c><x:c s='3'><x:v>0.75</x:v></x:c></x:row>"
        "<x:row><x:c t='str'><x:v>colour</x:v></x:c><x:c s='4'><x:v>45382</x:v></x:c></x:row>"
        "<x:row><x:c t='str'><x:v>month</x:v></x:c><x:c s='5'><x:v>45382</x:v></x:c></x:row>"
        "<x:row><x:c t='str'><x:v>almost</x:v></x:c><x:c s='6'><x:v>45381.9999999999</x:v></x:c>"
        "</x:row>"
        "<x:row><x:c t='str'><x:v>error</x:v></x:c><x:c t='e'><x:v>#N/A</x:v></x:c></x:row>"
        "<x:row><x:c t='str'><x:v>float</x:v></x:c><x:c><x:v>29.329999999999998</x:v></x:c></x:row>"
        "<x:row><x:c t='str'><x:v>iso</x:v></x:c><x:c t='d'><x:v>2024-03-31</x:v></x:c></x:row>"
        "</x:sheetData></x:worksheet>";
    kept_source *s = bench_source(&b, write_parts(&b, book_1900, styles, sheet), plain);
    assert_string_equal(bench_names(&b, s), "what|valueA");
    assert_string_equal(bench_rows(&b, s),
                        "first|1900-01-01\n59|1900-02-28\n60|60\n61|1900-03-01\ntext d|45382\n"
                        "time|18:00:00\ncolour|45382\nmonth|2024-03-31\n"
                        "almost|2024-03-31 00:00:00\nerror|-\nfloat|29.33\niso|2024-03-31\n");
    const char *later =
        "<worksheet><sheetData><row r='1'><c r='A1' t='str'><v>a</v></c><c r='B1' "
        "t='str'><v>b</v></c></row><row r='2'><c r='A2' s='1'><v>0</v></c><c r='B2' "
        "s='1'><v>43920</v></c></row></sheetData></worksheet>";
    s = bench_source(&b, write_parts(&b, book_1904, styles, later), plain);
    assert_string_equal(bench_rows(&b, s), "1904-01-01|2024-03-31\n");
    bench_close(&b);
}

void test_xlsx__refuses_what_it_cannot_trust(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *bomb = "<!DOCTYPE a [<!ENTITY x 'xxxx'>]><worksheet><sheetData><row><c t='str'><v>"
                       "&x;</v></c></row></sheetData></worksheet>";
    CHECK_CONTAINS(bench_refused(&b, write_parts(&b, book_1900, styles, bomb), plain), "entities");
    const char *cut = "<worksheet><sheetData><row><c t='str'><v>a</v></c>";
    CHECK_CONTAINS(bench_refused(&b, write_parts(&b, book_1900, styles, cut), plain), "damaged");
    const char *index = "<worksheet><sheetData><row><c t='s'><v>7</v></c></row></sheetData>"
                        "</worksheet>";
    CHECK_CONTAINS(bench_refused(&b, write_parts(&b, book_1900, styles, index), plain), "damaged");
    const char *none = "<worksheet><sheetData/></worksheet>";
    CHECK_CONTAINS(bench_refused(&b, write_parts(&b, book_1900, styles, none), plain), "no sheet");
    const char *path = write_orders(&b);
    assert_int_equal(truncate(path, 4000), 0);
    CHECK_CONTAINS(bench_refused(&b, path, plain), "cut off or damaged");
    path = new_path(&b);
    int code = 0;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_EXCL, &code);
    zip_file_add(zip, "orders.csv", zip_source_buffer(zip, "a,b\n1,2\n", 8, 0), 0);
    assert_int_equal(zip_close(zip), 0);
    CHECK_CONTAINS(bench_refused(&b, path, plain), "zip archive");
    bench_close(&b);
}

void test_xlsx__real_workbooks_open(void **state)
{
    (void)state;
    const char *name = "proctoring_survey/qualitative-data/Qualitative_Responses_Q3_Q5.xlsx";
    const char *folder = data_folder(name);
    if (!folder)
        return;
    bench b;
    bench_open(&b);
    kept_source *s = bench_source(&b, kept_arena_printf(&b.arena, "%s/%s", folder, name), plain);
    assert_true(s->n_columns > 1 && s->looked_at > 50);
    print_message("# sheet %s: %s\n", s->sheet, bench_names(&b, s));
    bench_close(&b);
}
