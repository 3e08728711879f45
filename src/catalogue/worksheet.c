#include "catalogue/worksheet.h"

#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "base/yaml_write.h"
#include "catalogue/record_parse.h"

static const char what[] = "a worksheet";
static const char *const keys[] = {"worksheet", "title",     "plural",  "prefix",
                                   "stage",     "pack",      "summary", "requirements",
                                   "about",     "questions", "was"};

/* A node again as YAML, in one line. */
static void add_node(kept_buf *out, const kept_yaml_node *node)
{
    if (node->type == KEPT_YAML_TEXT) {
        kept_yaml_write(out, node->text);
        return;
    }
    bool map = node->type == KEPT_YAML_MAP;
    kept_buf_add_char(out, map ? '{' : '[');
    for (const kept_yaml_node *c = node->first; c; c = c->next) {
        kept_buf_add(out, c == node->first ? "" : ", ");
        if (map) {
            kept_yaml_write(out, c->key);
            kept_buf_add(out, ": ");
        }
        add_node(out, c);
    }
    kept_buf_add_char(out, map ? '}' : ']');
}

/* Said at their place here: in the text made below nobody would find it. */
static kept_status check_questions(const kept_yaml_node *root, bool own, kept_arena *arena,
                                   kept_err *err)
{
    const kept_yaml_node *list = kept_yaml_get(root, "questions");
    if (!list || list->type != KEPT_YAML_LIST || list->n == 0)
        return kept_yaml_fail(list ? list : root, err,
                              "\"questions\" must be a list with at least one question, each begun "
                              "with \"- name:\".");
    for (const kept_yaml_node *node = list->first; node; node = node->next) {
        kept_record_field field;
        KEPT_TRY(kept_record__parse_field(node, own, false, arena, &field, err));
        if (field.required)
            return kept_yaml_fail(node, err,
                                  "No question must be answered: a sheet that is partly filled in "
                                  "is normal. Leave \"required\" out.");
    }
    return KEPT_OK;
}

static void add_key(kept_buf *out, const kept_yaml_node *root, const char *key, const char *as)
{
    const kept_yaml_node *node = kept_yaml_get(root, key);
    if (!node)
        return;
    kept_buf_printf(out, "%s: ", as);
    add_node(out, node);
    kept_buf_add_char(out, '\n');
}

static void add_record(kept_buf *out, const kept_yaml_node *root)
{
    static const char *const same[] = {"title", "plural",  "prefix",       "stage",
                                       "pack",  "summary", "requirements", "was"};
    const kept_yaml_node *about = kept_yaml_get(root, "about");
    add_key(out, root, "worksheet", "kind");
    kept_buf_add(out, "worksheet: yes\nlabel: sheet_title\n");
    for (size_t i = 0; i < KEPT_N(same); i++)
        add_key(out, root, same[i], same[i]);
    kept_buf_add(out, "fields:\n"
                      "  - {name: sheet_title, type: text, title: Sheet,"
                      " help: \"What this sheet is about, in a few words.\"}\n");
    if (about) {
        kept_buf_add(out, "  - {name: about, type: ref, title: About,"
                          " help: \"The record this sheet is about.\", to: ");
        add_node(out, about);
        kept_buf_add(out, "}\n");
    }
    for (const kept_yaml_node *q = kept_yaml_get(root, "questions")->first; q; q = q->next) {
        kept_buf_add(out, "  - ");
        add_node(out, q);
        kept_buf_add_char(out, '\n');
    }
}

kept_status kept_worksheet__as_record(const kept_declared_file *sheet, kept_arena *arena,
                                      kept_declared_file *ret_record, kept_err *err)
{
    kept_yaml_node *root;
    const char *text = NULL;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    KEPT_TRY(kept_yaml_parse(sheet->text, sheet->len, sheet->name, arena, &root, err));
    KEPT_TRY(kept_yaml_expect_map(root, what, keys, KEPT_N(keys), err));
    KEPT_TRY(kept_declare_name(root, what, "worksheet", sheet->own, &text, err));
    KEPT_TRY(kept_declare_line(root, what, "title", &text, err));
    KEPT_TRY(check_questions(root, sheet->own, arena, err));
    add_record(&out, root);
    text = out.failed ? NULL : kept_arena_strndup(arena, kept_buf_text(&out), out.len);
    if (!text)
        return kept_nomem(err);
    *ret_record = (kept_declared_file){sheet->name, text, out.len, sheet->own};
    return KEPT_OK;
}
