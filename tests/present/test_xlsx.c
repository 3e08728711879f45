#include "support.h"

#include <unistd.h>
#include <zip.h>

#include "../cli/sample_ops.h"
#include "base/text.h"
#include "present/xlsx.h"

static void read_part(const char *path, const char *part, kept_buf *out)
{
    int fault = 0;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &fault);
    assert_non_null(zip);
    zip_file_t *file = zip_fopen(zip, part, 0);
    assert_non_null(file);
    char bytes[4096];
    for (zip_int64_t n; (n = zip_fread(file, bytes, sizeof bytes)) > 0;)
        kept_buf_add_n(out, bytes, (size_t)n);
    zip_fclose(file);
    zip_close(zip);
}

static void write_sample(const char *path)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    sample_fit_result(&r);
    CHECK_OK(kept_present_xlsx(&r, path, &err));
}

void test_xlsx__cells_are_of_their_kind(void **state)
{
    (void)state;
    char path[] = "/tmp/kept-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    write_sample(path);
    KEPT_AUTO_BUF book = KEPT_BUF_INIT;
    KEPT_AUTO_BUF sheet = KEPT_BUF_INIT;
    KEPT_AUTO_BUF strings = KEPT_BUF_INIT;
    read_part(path, "xl/workbook.xml", &book);
    read_part(path, "xl/worksheets/sheet2.xml", &sheet);
    read_part(path, "xl/sharedStrings.xml", &strings);
    CHECK_CONTAINS(kept_buf_text(&book), "name=\"Summary\"");
    CHECK_CONTAINS(kept_buf_text(&book), "name=\"Customers worth most\"");
    const char *text = kept_buf_text(&sheet);
    CHECK_CONTAINS(text, "<v>12345.67</v>");
    CHECK_CONTAINS(text, "<v>35569</v>"); /* 1997-05-19: 10000 + 25569 */
    CHECK_CONTAINS(text, "<v>0.9996</v>");
    assert_null(strstr(text, "<f>")); /* never a formula */
    assert_null(strstr(text, "hyperlink"));
    CHECK_CONTAINS(kept_buf_text(&strings), "<t>=HYPERLINK(\"http://x\")</t>");
    CHECK_CONTAINS(kept_buf_text(&strings), "Only 14% of the orders have an amount.");
    unlink(path);
}

void test_xlsx__names_of_sheets_are_made_valid(void **state)
{
    (void)state;
    char path[] = "/tmp/kept-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    static const kept_field fields[] = {{.name = "x", .type = KEPT_INTEGER},
                                        {.name = "t", .type = KEPT_TEXT}};
    static const kept_table_def defs[] = {
        {"a", "Orders: by week/month [all] and a very long rest", fields, 2, NULL},
        {"b", "Orders: by week/month [all] and another rest", fields, 2, NULL},
        {"c", "summary", fields, 2, NULL},
    };
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF book = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    for (size_t i = 0; i < 3; i++) {
        kept_cell *row = kept_table_row(&r, kept_result_table(&r, &defs[i]));
        row[0] = kept_cell_int(INT64_MAX); /* more digits than a cell's double holds: as text */
        char *text = kept_arena_alloc(&arena, 40001, 1);
        memset(text, 'x', 40000);
        row[1] = kept_cell_text(&r, text); /* longer than a cell may be: cut */
    }
    CHECK_OK(kept_present_xlsx(&r, path, &err));
    read_part(path, "xl/workbook.xml", &book);
    CHECK_CONTAINS(kept_buf_text(&book), "name=\"Orders by week month all\"");
    CHECK_CONTAINS(kept_buf_text(&book), "name=\"Orders by week month all 2\"");
    CHECK_CONTAINS(kept_buf_text(&book), "name=\"summary 2\"");
    kept_buf_clear(&book);
    read_part(path, "xl/sharedStrings.xml", &book);
    CHECK_CONTAINS(kept_buf_text(&book), "<t>9223372036854775807</t>");
    unlink(path);
}

void test_xlsx__a_failed_write_leaves_nothing(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    sample_fit_result(&r);
    assert_int_equal(kept_present_xlsx(&r, "/no/such/folder/a.xlsx", &err), KEPT_EIO);
    CHECK_CONTAINS(err.msg, "/no/such/folder/a.xlsx");
    CHECK_CONTAINS(err.msg, "No such file or directory");
}

void test_xlsx__too_many_rows(void **state)
{
    (void)state;
    static const kept_field fields[] = {{.name = "x", .type = KEPT_INTEGER}};
    static const kept_table_def def = {"many", NULL, fields, 1, NULL};
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    kept_table *t = kept_result_table(&r, &def);
    for (int i = 0; i < 1048576; i++)
        kept_table_row(&r, t);
    assert_int_equal(kept_present_xlsx(&r, "/tmp/kept-never.xlsx", &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "--csv --table many");
    assert_int_equal(access("/tmp/kept-never.xlsx", F_OK), -1);
}
