/* docs/know/facts.md is written for people, yet its tables must say what the declarations say. */
#include "support.h"

#include "base/text.h"
#include "catalogue/fact_kind.h"

static const char *const types[] = {"customer", "when", "money", "number",
                                    "integer",  "flag", "text",  "choice"};

static void read_file(const char *name, kept_buf *doc)
{
    const char *source = getenv("KEPT_SOURCE");
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", source ? source : ".", name);
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("cannot open %s", path);
    char part[4096];
    size_t n;
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        kept_buf_add_n(doc, part, n);
    fclose(f);
    assert_false(doc->failed);
}

static void add_type(const kept_fact_kind *kind, const kept_fact_column *c, kept_buf *row)
{
    kept_buf_add(row, types[c->type]);
    for (size_t i = 0; i < c->n_choices; i++)
        kept_buf_printf(row, "%s%s%s", i ? ", " : " (", c->choices[i],
                        i + 1 == c->n_choices ? ")" : "");
    kept_buf_add(row, c->required ? ", required" : "");
    for (size_t i = 0; i < kind->n_key; i++)
        kept_buf_add(row, strcmp(kind->key[i], c->name) == 0 ? ", key" : "");
    if (c->known)
        kept_buf_printf(row, ", known at %s", c->known);
}

void test_fact_docs__tables_say_what_the_declarations_say(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_fact_kinds kinds;
    CHECK_OK(kept_fact_kinds_load(NULL, &arena, &kinds, &err));
    KEPT_AUTO_BUF doc = KEPT_BUF_INIT;
    read_file("docs/know/facts.md", &doc);
    for (size_t k = 0; k < kinds.n; k++) {
        const kept_fact_kind *kind = kinds.kinds[k];
        KEPT_AUTO_BUF table = KEPT_BUF_INIT;
        kept_buf_printf(&table, "\n### %s\n\n%s\n\nDated by %s. ", kind->name, kind->summary,
                        kind->time);
        kept_buf_add(&table, kind->n_key ? "Key: " : "No key: every row is added.");
        for (size_t i = 0; i < kind->n_key; i++)
            kept_buf_printf(&table, "%s%s", i ? ", " : "", kind->key[i]);
        if (kind->numbered)
            kept_buf_printf(&table, "; %s is numbered when the file has none", kind->numbered);
        kept_buf_add(&table, kind->n_key ? "." : "");
        kept_buf_add(&table, "\n\n| column | type | meaning |\n|---|---|---|\n");
        for (size_t i = 0; i < kind->n_columns; i++) {
            const kept_fact_column *c = &kind->columns[i];
            kept_buf_printf(&table, "| %s | ", c->name);
            add_type(kind, c, &table);
            kept_buf_printf(&table, " | %s |\n", c->help);
        }
        if (!strstr(kept_buf_text(&doc), kept_buf_text(&table)))
            fail_msg("docs/know/facts.md does not have this table:\n%s", kept_buf_text(&table));
    }
}

/* The example of the page is a whole declaration that works. */
void test_fact_docs__example_is_a_valid_kind(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_BUF doc = KEPT_BUF_INIT;
    read_file("docs/know/facts.md", &doc);
    const char *mark = "```yaml\n";
    const char *start = strstr(kept_buf_text(&doc), mark);
    assert_non_null(start);
    start += strlen(mark);
    const char *end = strstr(start, "```");
    assert_non_null(end);
    kept_fact_kind *kind;
    CHECK_OK(kept_fact_kind_parse(start, (size_t)(end - start), "facts.md", &arena, &kind, &err));
    assert_string_equal(kind->name, "x_visits");
    assert_string_equal(kept_fact_column_find(kind, "mood")->known, "left_at");
}

/* Every header of the examples is guessed, and each means another column. */
static void check_example(const char *file, const char *kind_name, size_t n_rows)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_fact_kinds kinds;
    const kept_fact_kind *kind;
    CHECK_OK(kept_fact_kinds_load(NULL, &arena, &kinds, &err));
    CHECK_OK(kept_fact_kinds_find(&kinds, kind_name, &kind, &err));
    KEPT_AUTO_BUF csv = KEPT_BUF_INIT;
    read_file(file, &csv);
    bool *used = KEPT_NEW_N(&arena, bool, kind->n_columns);
    const char *p = kept_buf_text(&csv);
    size_t line_len = strcspn(p, "\n");
    for (const char *end = p + line_len; p < end; p++) {
        size_t len = strcspn(p, ",\n");
        const char *header = kept_arena_strndup(&arena, p, len);
        const char *squashed = kept_text_squash(&arena, header);
        size_t found = kind->n_columns;
        for (size_t i = 0; i < kind->n_columns; i++)
            for (size_t g = 0; g < kind->columns[i].n_guess; g++)
                if (strcmp(kind->columns[i].guess[g], squashed) == 0)
                    found = i;
        if (found == kind->n_columns || used[found])
            fail_msg("%s: \"%s\" is not guessed, or means a column that is taken", file, header);
        used[found] = true;
        p += len;
    }
    size_t rows = 0;
    for (; *p; p++)
        rows += *p == '\n';
    assert_int_equal(rows, n_rows);
}

void test_fact_docs__examples_need_no_mapping(void **state)
{
    (void)state;
    /* The counts that examples/README.md states. */
    check_example("examples/orders.csv", "orders", 41);
    check_example("examples/deliveries.csv", "deliveries", 25);
}
