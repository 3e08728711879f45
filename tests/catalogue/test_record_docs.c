/* The examples of docs/catalogue.md are whole declarations that work together. */
#include "support.h"

#include "base/text.h"
#include "catalogue/catalogue.h"

static void read_page(kept_buf *page)
{
    const char *source = getenv("KEPT_SOURCE");
    char path[4096], part[4096];
    snprintf(path, sizeof path, "%s/docs/catalogue.md", source ? source : ".");
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("cannot open %s", path);
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        kept_buf_add_n(page, part, n);
    fclose(f);
    assert_false(page->failed);
}

/* The next code block in YAML, as a file of a workspace; *p moves behind it. */
static kept_declared_file next_block(const char **p, const char *name)
{
    static const char mark[] = "```yaml\n";
    const char *start = strstr(*p, mark);
    assert_non_null(start);
    start += strlen(mark);
    *p = strstr(start, "```");
    assert_non_null(*p);
    return (kept_declared_file){
        .name = name, .text = start, .len = (size_t)(*p - start), .own = true};
}

/* n built-in files, and one more behind them. */
static kept_declared_file *with_own(const kept_declared_file *files, size_t n,
                                    const kept_declared_file *own, size_t n_own, kept_arena *arena)
{
    kept_declared_file *all = KEPT_NEW_N(arena, kept_declared_file, n + n_own);
    assert_non_null(all);
    if (n > 0)
        memcpy(all, files, n * sizeof *all);
    memcpy(all + n, own, n_own * sizeof *all);
    return all;
}

void test_record_docs__examples_work(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF page = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue catalogue;
    read_page(&page);
    const char *p = kept_buf_text(&page);
    kept_declared_file own[2], pack;
    own[0] = next_block(&p, "x_visit.yaml");
    own[1] = next_block(&p, "promise.yaml");
    pack = next_block(&p, "packs.yaml");
    kept_declared_file *records, *packs;
    size_t n_records, n_packs;
    CHECK_OK(kept_declared_files(NULL, "records", &arena, &records, &n_records, &err));
    CHECK_OK(kept_declared_file_of(NULL, "packs.yaml", &arena, &packs, &n_packs, &err));
    CHECK_OK(kept_catalogue_build(with_own(records, n_records, own, 2, &arena), n_records + 2,
                                  with_own(packs, n_packs, &pack, 1, &arena), n_packs + 1, &arena,
                                  &catalogue, &err));
    const kept_record_kind *visit = kept_catalogue_prefix(&catalogue, "XV", 2);
    assert_string_equal(visit->name, "x_visit");
    assert_int_equal(visit->n_fields, 9);
    assert_int_equal(visit->n_states, 3);
    const kept_record_kind *promise = kept_catalogue_record(&catalogue, "promise");
    assert_true(kept_record_field_find(promise, "x_contract_page")->own);
    assert_true(kept_catalogue_pack(&catalogue, "x_field_work")->preset);
}

/* The table of types names every type, in the order of the program. */
void test_record_docs__every_type_has_a_row(void **state)
{
    (void)state;
    KEPT_AUTO_BUF page = KEPT_BUF_INIT;
    read_page(&page);
    const char *p = kept_buf_text(&page);
    for (int type = KEPT_RECORD_TEXT; type <= KEPT_RECORD_REFS; type++) {
        char row[32];
        snprintf(row, sizeof row, "\n| %s | ", kept_record_type_name((kept_record_type)type));
        p = strstr(p, row);
        if (!p)
            fail_msg("docs/catalogue.md has no row for %s in its place", row);
    }
}
