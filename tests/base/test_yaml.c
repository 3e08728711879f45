#include "support.h"

#include <unistd.h>

#include "base/text.h"
#include "base/yaml.h"
#include "kept/arena.h"

static kept_yaml_node *parse(const char *text, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_yaml_node *root;
    CHECK_OK(kept_yaml_parse(text, strlen(text), "t.yaml", arena, &root, &err));
    return root;
}

void test_yaml__tree_knows_where_everything_stands(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_yaml_node *root = parse("# orders\n"
                                       "kind: orders\n"
                                       "key: [order_id, 'line id']\n"
                                       "columns:\n"
                                       "  - name: customer\n"
                                       "    help: >-\n"
                                       "      two\n"
                                       "      lines\n"
                                       "  - größe: 1\n",
                                       &arena);
    assert_int_equal(root->type, KEPT_YAML_MAP);
    assert_int_equal(root->n, 3);
    assert_int_equal(root->line, 2);
    assert_null(root->key);
    const kept_yaml_node *key = kept_yaml_get(root, "key");
    assert_int_equal(key->type, KEPT_YAML_LIST);
    assert_int_equal(key->n, 2);
    assert_int_equal(key->key_line, 3);
    assert_int_equal(key->key_column, 1);
    assert_int_equal(key->column, 6);
    assert_string_equal(key->first->text, "order_id");
    assert_false(key->first->quoted);
    assert_string_equal(key->first->next->text, "line id");
    assert_true(key->first->next->quoted);
    assert_int_equal(key->first->next->column, 17);
    assert_null(key->first->next->next);
    const kept_yaml_node *column = kept_yaml_get(root, "columns")->first;
    assert_int_equal(column->line, 5);
    assert_int_equal(column->column, 5);
    assert_string_equal(kept_yaml_get(column, "help")->text, "two lines");
    /* Columns count characters: the value stands after "größe: ", seven of them. */
    const kept_yaml_node *size = kept_yaml_get(column->next, "größe");
    assert_int_equal(size->line, 9);
    assert_int_equal(size->column, 12);
    assert_null(kept_yaml_get(root, "colums"));
    assert_null(kept_yaml_get(key, "order_id"));
}

void test_yaml__nothing_is_not_an_empty_text(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_yaml_node *root =
        parse("a:\nb: ~\nc: null\nd: ''\ne: \"null\"\nf: !!str null\ng: []\n", &arena);
    const bool want[] = {true, true, true, false, false, false, false};
    size_t i = 0;
    for (const kept_yaml_node *c = root->first; c; c = c->next)
        assert_int_equal(kept_yaml_is_empty(c), want[i++]);
    assert_int_equal(i, 7);
}

void test_yaml__byte_order_mark_and_document_marks_are_allowed(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    assert_string_equal(parse("\xEF\xBB\xBF"
                              "a: 1\n",
                              &arena)
                            ->first->key,
                        "a");
    assert_int_equal(parse("---\r\na: 1\r\nb: 2\r\n...\r\n", &arena)->n, 2);
}

static const char *const refused[][2] = {
    {"", "t.yaml is empty."},
    {"# only a comment\n", "t.yaml is empty."},
    {"a: &x 1\nb: *x\n",
     "t.yaml, line 1, column 4: Anchors (&x) and aliases are not read here; write "
     "the value out."},
    {"a: [&list b]\n",
     "t.yaml, line 1, column 5: Anchors (&list) and aliases are not read here; write "
     "the value out."},
    {"a: &m {b: 1}\n",
     "t.yaml, line 1, column 4: Anchors (&m) and aliases are not read here; write the value out."},
    {"&k a: 1\n",
     "t.yaml, line 1, column 1: Anchors (&k) and aliases are not read here; write the value out."},
    {"a: *x\n",
     "t.yaml, line 1, column 4: Anchors (&x) and aliases are not read here; write the value "
     "out."},
    {"a: !!int 1\n",
     "t.yaml, line 1, column 4: Tags such as tag:yaml.org,2002:int are not read here; "
     "write the plain value."},
    {"a: !money 1\n",
     "t.yaml, line 1, column 4: Tags such as !money are not read here; write the plain value."},
    {"a: !!map {b: 1}\n",
     "t.yaml, line 1, column 4: Tags such as tag:yaml.org,2002:map are not read "
     "here; write the plain value."},
    {"a: 1\nb:\n  c: 1\n  c: 2\n",
     "t.yaml, line 4, column 3: \"c\" stands twice; it was given in line 3 already."},
    {"a: 1\n\"a\": 2\n",
     "t.yaml, line 2, column 1: \"a\" stands twice; it was given in line 1 already."},
    {"? [a, b]\n: 1\n", "t.yaml, line 1, column 3: A key must be a word, not a list or a map."},
    {"'': 1\n", "t.yaml, line 1, column 1: A key is missing before the colon."},
    {"a: 1\n---\nb: 2\n",
     "t.yaml, line 2, column 1: A second document begins here; write one document per file."},
    {"a: \"x\\0y\"\n", "t.yaml, line 1, column 4: The text contains a NUL character."},
    {"help: This: that\n", "t.yaml, line 1, column 11: This is not valid YAML: mapping values are "
                           "not allowed in this context; "
                           "put texts that contain a colon in quotes."},
    {"a: [1, 2\nb: 3\n",
     "t.yaml, line 2, column 2: This is not valid YAML: did not find expected ',' or "
     "']'; check indentation, colons and quotes."},
    {"a: @home\n",
     "t.yaml, line 1, column 4: This is not valid YAML: found character that cannot start "
     "any token; indent with blanks, not tabs, and put texts that begin with @ ` or % in "
     "quotes."},
    {"a: 1\nb: gr\xfc\xdf"
     "e\n",
     "t.yaml, line 2, column 6: This is not UTF-8 text; save the file as UTF-8."},
    {"ä: ä\xe4\n", "t.yaml, line 1, column 5: This is not UTF-8 text; save the file as UTF-8."},
    {"a: \xe2\x82", "t.yaml, line 1, column 4: This is not UTF-8 text; save the file as UTF-8."},
};

void test_yaml__refuses_with_the_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_yaml_node *root = NULL;
        kept_status status =
            kept_yaml_parse(refused[i][0], strlen(refused[i][0]), "t.yaml", &arena, &root, &err);
        assert_string_equal(err.msg, refused[i][1]);
        assert_int_equal(status, KEPT_EINPUT);
        assert_null(root);
    }
}

/* The library's words about tabs differ between its versions; ours do not. */
void test_yaml__says_what_to_do_about_tabs(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_yaml_node *root;
    const char *text = "a:\n\tb: 1\n";
    assert_int_equal(kept_yaml_parse(text, strlen(text), "t.yaml", &arena, &root, &err),
                     KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "t.yaml, line 2, column 1: This is not valid YAML: ");
    CHECK_CONTAINS(err.msg, "indent with blanks");
}

/* Parses text and returns the status; the sentence is in err. */
static kept_status try_parse(const kept_buf *text, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_yaml_node *root;
    assert_false(text->failed);
    return kept_yaml_parse(kept_buf_text(text), text->len, "t.yaml", &arena, &root, err);
}

static void nest(kept_buf *text, int depth, char open, char close)
{
    kept_buf_clear(text);
    for (int i = 0; i < depth; i++)
        kept_buf_add_char(text, open);
    for (int i = 0; i < depth; i++)
        kept_buf_add_char(text, close);
}

void test_yaml__limits_hold_at_the_limit_and_not_past_it(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    nest(&text, KEPT_YAML_MAX_DEPTH, '[', ']');
    CHECK_OK(try_parse(&text, &err));
    nest(&text, KEPT_YAML_MAX_DEPTH + 1, '[', ']');
    assert_int_equal(try_parse(&text, &err), KEPT_EINPUT);
    assert_string_equal(err.msg,
                        "t.yaml, line 1, column 33: Lists and maps stand more than 32 deep.");

    kept_buf_clear(&text);
    for (int i = 1; i < KEPT_YAML_MAX_NODES; i++) /* the list itself is the first */
        kept_buf_add(&text, "- a\n");
    CHECK_OK(try_parse(&text, &err));
    kept_buf_add(&text, "- a\n");
    assert_int_equal(try_parse(&text, &err), KEPT_EINPUT);
    assert_string_equal(err.msg,
                        "t.yaml, line 100000, column 3: More than 100000 values in one file; "
                        "split it into several.");

    kept_buf_clear(&text);
    for (int i = 0; i < KEPT_YAML_MAX_KEYS; i++)
        kept_buf_printf(&text, "k%d: 1\n", i);
    CHECK_OK(try_parse(&text, &err));
    kept_buf_add(&text, "last: 1\n");
    assert_int_equal(try_parse(&text, &err), KEPT_EINPUT);
    assert_string_equal(err.msg, "t.yaml, line 1001, column 1: More than 1000 keys in one map.");

    kept_buf_clear(&text);
    kept_buf_add(&text, "a: 1\n#");
    while (text.len < KEPT_YAML_MAX_BYTES)
        kept_buf_add_char(&text, '-');
    CHECK_OK(try_parse(&text, &err));
    kept_buf_add_char(&text, '-');
    assert_int_equal(try_parse(&text, &err), KEPT_EINPUT);
    assert_string_equal(err.msg, "t.yaml is larger than 1024 KiB; split it into several files.");
}

void test_yaml__fields_are_read_by_type(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    const kept_yaml_node *root =
        parse("t: text\ny: yes\nn: false\nq: 'yes'\nl: [a, b]\ne:\nm: {a: 1}\nb: [a, ~]\n", &arena);
    const char *text = "as before";
    CHECK_OK(kept_yaml_get_text(root, "absent", &text, &err));
    assert_string_equal(text, "as before");
    CHECK_OK(kept_yaml_get_text(root, "t", &text, &err));
    assert_string_equal(text, "text");
    assert_int_equal(kept_yaml_get_text(root, "e", &text, &err), KEPT_EINPUT);
    assert_string_equal(
        err.msg, "t.yaml, line 6, column 1: \"e\" has no value; give one or leave the line out.");
    assert_int_equal(kept_yaml_get_text(root, "m", &text, &err), KEPT_EINPUT);
    assert_string_equal(err.msg, "t.yaml, line 7, column 4: \"m\" must be one text, not a map.");
    bool flag = false;
    CHECK_OK(kept_yaml_get_flag(root, "y", &flag, &err));
    assert_true(flag);
    CHECK_OK(kept_yaml_get_flag(root, "n", &flag, &err));
    assert_false(flag);
    assert_int_equal(kept_yaml_get_flag(root, "q", &flag, &err), KEPT_EINPUT);
    assert_string_equal(err.msg, "t.yaml, line 4, column 4: \"q\" must be yes or no.");
    const char *const *texts;
    size_t n = 0;
    CHECK_OK(kept_yaml_get_texts(root, "l", &arena, &texts, &n, &err));
    assert_int_equal(n, 2);
    assert_string_equal(texts[1], "b");
    assert_int_equal(kept_yaml_get_texts(root, "t", &arena, &texts, &n, &err), KEPT_EINPUT);
    assert_int_equal(kept_yaml_get_texts(root, "b", &arena, &texts, &n, &err), KEPT_EINPUT);
    assert_string_equal(err.msg, "t.yaml, line 8, column 8: \"b\" must list texts; this is none.");
    assert_int_equal(n, 2);
}

void test_yaml__reads_files(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    char path[] = "/tmp/kept-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    const char *const written = "a: 1\n";
    assert_int_equal(write(fd, written, strlen(written)), strlen(written));
    close(fd);
    const char *text = NULL;
    size_t len = 0;
    CHECK_OK(kept_yaml_read_file(path, &arena, &text, &len, &err));
    assert_string_equal(text, written);
    assert_int_equal(len, strlen(written));
    assert_int_equal(truncate(path, KEPT_YAML_MAX_BYTES + 1), 0);
    assert_int_equal(kept_yaml_read_file(path, &arena, &text, &len, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "is larger than 1024 KiB");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(kept_yaml_read_file(path, &arena, &text, &len, &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "No such file or directory.");
}

void test_yaml__out_of_memory_anywhere_is_an_error(void **state)
{
    (void)state;
    const char *text = "a: 1\nb: [c, {d: e}]\n";
    for (size_t nth = 1;; nth++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_yaml_node *root = NULL;
        kept_arena_fail_nth(nth);
        kept_status status = kept_yaml_parse(text, strlen(text), "t.yaml", &arena, &root, NULL);
        kept_arena_fail_nth(0);
        if (status == KEPT_OK) {
            assert_true(nth > 8);
            return;
        }
        assert_int_equal(status, KEPT_ENOMEM);
        assert_null(root);
    }
}

void test_yaml__several_documents_where_they_are_asked_for(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_yaml_node *list;
    const char *text = "a: 1\n---\n---\n- b\n...\n# end\n---\nc\n";
    CHECK_OK(kept_yaml_parse_documents(text, strlen(text), "t.yaml", &kept_yaml_for_records, &arena,
                                       &list, &err));
    assert_int_equal(list->type, KEPT_YAML_LIST);
    assert_int_equal(list->n, 3); /* the empty one is left out */
    assert_int_equal(list->first->type, KEPT_YAML_MAP);
    assert_int_equal(list->first->next->line, 4);
    assert_string_equal(list->first->next->next->text, "c");
    static const char *const bad[] = {"", "---\n---\n", "a: 1\n---\nb: [\n"};
    static const char *const says[] = {"t.yaml is empty.", "t.yaml is empty.", "t.yaml, line 4"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(kept_yaml_parse_documents(bad[i], strlen(bad[i]), "t.yaml",
                                                   &kept_yaml_for_records, &arena, &list, &err),
                         KEPT_EINPUT);
        CHECK_CONTAINS(err.msg, says[i]);
    }
}
