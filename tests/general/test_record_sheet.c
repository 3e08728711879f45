/* Sheets there and back: an export that is imported again changes nothing, and one edited cell
 * changes exactly that, as CSV and as a workbook; vCards likewise. */
#include "small_firm.h"

#include "base/array.h"
#include "general/record_parts.h"
#include "op/result.h"
#include "present/csv.h"
#include "present/xlsx.h"
#include "store/records/import.h"

typedef struct sheets {
    small_firm f;
    kept_import import;
    kept_record_import_view view;
    kept_err err;
} sheets;

static void make_sheets(sheets *s)
{
    *s = (sheets){.err = KEPT_ERR_INIT};
    firm_make(&s->f);
    firm_close(&s->f);
    kept_open_opts opts = {.to_write = true, .threads = 1};
    if (kept_store_open(s->f.folder, &opts, &s->f.store, &s->err) != KEPT_OK)
        fail_msg("%s", s->err.msg);
}

static const kept_record_kind *kind_of(const sheets *s, const char *name)
{
    return kept_catalogue_record(kept_store_catalogue(s->f.store), name);
}

static void put(sheets *s, const char *kind, const char *const (*fields)[2], size_t n, bool archive)
{
    kept_set sets[16];
    kept_edited edited;
    KEPT_AUTO_WRITING *w = NULL;
    for (size_t i = 0; i < n; i++)
        sets[i] = (kept_set){fields[i][0], &fields[i][1], 1};
    kept_edit edit = {
        .kind = kind_of(s, kind), .sets = sets, .n_sets = n, .archive = archive ? 1 : 0};
    if (kept_writing_begin(s->f.store, &s->f.scope, "test", &w, &s->err) != KEPT_OK ||
        kept_record_write(w, &edit, &edited, &s->err) != KEPT_OK ||
        kept_writing_commit(w, &s->err) != KEPT_OK)
        fail_msg("%s", s->err.msg);
}

/* Customers with everything that is hard in a sheet. */
static void put_customers(sheets *s)
{
    static const char *const group[][2] = {{"name", "=Group & \"Sons\", Ltd."},
                                           {"started_on", "1898-05-01"},
                                           {"delay_cost", "1234567.8901"},
                                           {"research_days", "3.123456"},
                                           {"place", "-12"},
                                           {"remarks", "first line\n\tsecond; line, \"quoted\""}};
    static const char *const site[][2] = {{"name", "'+site"},
                                          {"part_of", "=Group & \"Sons\", Ltd."},
                                          {"key_account", "yes"},
                                          {"industry", "M\xc3\xbcllerei"}};
    static const char *const away[][2] = {{"name", "Away"}, {"place", "@home"}};
    put(s, "customer", group, KEPT_N(group), false);
    put(s, "customer", site, KEPT_N(site), false);
    put(s, "customer", away, KEPT_N(away), true);
}

static void export(sheets *s, const char *kind, bool cards, kept_result *result)
{
    kept_op op = {.about = kind_of(s, kind)};
    kept_ctx ctx = {.arena = &s->f.arena,
                    .scope = s->f.scope,
                    .op = &op,
                    .store = s->f.store,
                    .store_writes = true,
                    .cards = cards};
    kept_args none = {0};
    kept_result_init(result, &s->f.arena);
    if (kept_record_run_export(&ctx, &none, result, &s->err) != KEPT_OK)
        fail_msg("%s", s->err.msg);
}

static const char *path_of(sheets *s, const char *name)
{
    return kept_arena_printf(&s->f.arena, "%s/%s", s->f.root, name);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void import(sheets *s, const char *kind, const char *path)
{
    if (kept_record_import_files(s->f.store, &s->f.scope, kind_of(s, kind), &path, 1, NULL,
                                 &s->f.arena, &s->import, &s->view, &s->err) != KEPT_OK)
        fail_msg("%s", s->err.msg);
}

static void check_counts(const sheets *s, int64_t added, int64_t changed, int64_t unchanged)
{
    if (s->import.set_aside)
        fail_msg("%s", s->view.files.stage->rejects[0].reason);
    assert_int_equal(s->import.taken, added);
    assert_int_equal(s->import.superseded, changed);
    assert_int_equal(s->import.unchanged, unchanged);
}

static char *csv_of(sheets *s, const char *kind)
{
    kept_result result;
    kept_csv_opts opts = {0};
    KEPT_AUTO_BUF csv = KEPT_BUF_INIT;
    export(s, kind, false, &result);
    if (kept_present_csv(&result, &opts, &csv, &s->err) != KEPT_OK)
        fail_msg("%s", s->err.msg);
    return kept_arena_strdup(&s->f.arena, kept_buf_text(&csv));
}

void test_record_sheet__csv_there_and_back(void **state)
{
    (void)state;
    sheets s;
    make_sheets(&s);
    put_customers(&s);
    const char *path = path_of(&s, "c.csv");
    char *csv = csv_of(&s, "customer");
    write_text(path, csv);
    import(&s, "customer", path);
    check_counts(&s, 0, 0, 3);
    firm_remove(&s.f);
}

void test_record_sheet__one_edited_cell(void **state)
{
    (void)state;
    sheets s;
    make_sheets(&s);
    put_customers(&s);
    char *csv = csv_of(&s, "customer");
    char *cell = strstr(csv, "1898-05-01");
    assert_non_null(cell);
    memcpy(cell, "1899-05-01", 10);
    write_text(path_of(&s, "c.csv"), csv);
    int64_t before = 0;
    kept_log_row *rows = NULL;
    size_t n = 0;
    assert_int_equal(kept_log_last(s.f.store, &before, &s.err), KEPT_OK);
    import(&s, "customer", path_of(&s, "c.csv"));
    check_counts(&s, 0, 1, 2);
    assert_int_equal(
        kept_log_since(s.f.store, &s.f.scope, before, 0, &s.f.arena, &rows, &n, &s.err), KEPT_OK);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].ref.id, 1);
    assert_int_equal(rows[0].n_values, 1);
    assert_string_equal(rows[0].values[0].field, "started_on");
    assert_string_equal(rows[0].values[0].old, "1898-05-01");
    assert_string_equal(rows[0].values[0].now, "1899-05-01");
    char through[32];
    snprintf(through, sizeof through, "import %lld", (long long)s.import.id);
    assert_string_equal(rows[0].through, through);
    firm_remove(&s.f);
}

void test_record_sheet__workbook_there_and_back(void **state)
{
    (void)state;
    sheets s;
    make_sheets(&s);
    put_customers(&s);
    kept_result result;
    export(&s, "customer", false, &result);
    result.currency = "EUR";
    const char *path = path_of(&s, "c.xlsx");
    if (kept_present_xlsx(&result, path, &s.err) != KEPT_OK)
        fail_msg("%s", s.err.msg);
    import(&s, "customer", path);
    check_counts(&s, 0, 0, 3);
    firm_remove(&s.f);
}

/* Every kind that is declared, empty as it is: all its columns find their fields again. */
void test_record_sheet__columns_of_every_kind(void **state)
{
    (void)state;
    sheets s;
    make_sheets(&s);
    const kept_catalogue *catalogue = kept_store_catalogue(s.f.store);
    for (size_t k = 0; k < catalogue->n_records; k++) {
        const kept_record_kind *kind = catalogue->records[k];
        char *csv = csv_of(&s, kind->name);
        size_t columns = 1;
        for (const char *c = csv; *c && *c != '\r'; c++)
            columns += *c == ',';
        KEPT_AUTO_BUF text = KEPT_BUF_INIT;
        kept_buf_add_n(&text, csv, strcspn(csv, "\r"));
        kept_buf_add(&text, "\nnothing");
        for (size_t i = 1; i < columns; i++)
            kept_buf_add(&text, ",");
        kept_buf_add(&text, "\n");
        const char *path = path_of(&s, "k.csv");
        write_text(path, kept_buf_text(&text));
        kept_record_import_opts dry = {.reading = {.dry_run = true}};
        kept_status status = kept_record_import_files(s.f.store, &s.f.scope, kind, &path, 1, &dry,
                                                      &s.f.arena, &s.import, &s.view, &s.err);
        bool needs = false;
        for (size_t i = 0; i < kind->n_fields; i++)
            needs |= kind->fields[i].required;
        assert_int_equal(status, needs ? KEPT_EINPUT : KEPT_OK);
        if (needs && !strstr(s.err.msg, "needs"))
            fail_msg("%s: %s", kind->name, s.err.msg);
        if (!needs)
            assert_true(s.view.files.mappings[0]->n >= kind->n_fields);
    }
    firm_remove(&s.f);
}

void test_record_sheet__cards_there_and_back(void **state)
{
    (void)state;
    static const char *const firm[][2] = {{"name", "Acme, Inc.; North"}};
    static const char *const anna[][2] = {{"name", "Anna \\ M\xc3\xbcller, Dr."},
                                          {"customer", "C-1"},
                                          {"job", "Head of; purchasing"},
                                          {"email", "anna@acme.example"},
                                          {"phone", "+49 30 1234"}};
    sheets s;
    make_sheets(&s);
    put(&s, "customer", firm, KEPT_N(firm), false);
    put(&s, "person", anna, KEPT_N(anna), false);
    kept_result result;
    export(&s, "person", true, &result);
    const char *path = path_of(&s, "p.vcf");
    write_text(path, result.document);
    import(&s, "person", path);
    check_counts(&s, 0, 0, 1);
    firm_remove(&s.f);
}
