#include "catalogue/declare.h"

#include <string.h>

#include "base/text.h"
#include "base/yaml_write.h"
#include "catalogue/names.h"

const char *const kept_stages[KEPT_STAGE_NAMES] = {"know",    "make",  "enable", "keep",
                                                   "realise", "learn", "general"};

kept_status kept_declare_text(const kept_yaml_node *map, const char *what, const char *field,
                              const char **ret_text, kept_err *err)
{
    const char *text = NULL;
    KEPT_TRY(kept_yaml_get_text(map, field, &text, err));
    if (!text)
        return kept_yaml_fail(map, err, "\"%s\" is missing; %s must have it.", field, what);
    *ret_text = text;
    return KEPT_OK;
}

kept_status kept_declare_one_line(const kept_yaml_node *at, const char *text, kept_err *err)
{
    for (size_t len; *text; text += len)
        if (kept_yaml_odd(text, &len))
            return kept_yaml_fail(at, err, "This must be one line of text without tabs.");
    return KEPT_OK;
}

kept_status kept_declare_line(const kept_yaml_node *map, const char *what, const char *field,
                              const char **ret_text, kept_err *err)
{
    const char *text = NULL;
    KEPT_TRY(kept_declare_text(map, what, field, &text, err));
    KEPT_TRY(kept_declare_one_line(kept_yaml_get(map, field), text, err));
    *ret_text = text;
    return KEPT_OK;
}

kept_status kept_declare_find(const kept_yaml_node *at, const char *what, const char *word,
                              const char *const *words, size_t n, size_t *ret_i, kept_err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(words[i], word) == 0) {
            *ret_i = i;
            return KEPT_OK;
        }
    }
    const char *near = kept_text_nearest(word, words, n);
    if (near)
        return kept_yaml_fail(at, err, "\"%.*s\" is not %s; did you mean \"%s\"?",
                              KEPT_SHOWN(word, 60), what, near);
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    for (size_t i = 0; i < n; i++)
        kept_buf_printf(&list, "%s%s", i ? ", " : "", words[i]);
    return kept_yaml_fail(at, err, "\"%.*s\" is not %s; choose one of: %s.", KEPT_SHOWN(word, 60),
                          what, kept_buf_text(&list));
}

kept_status kept_declare_word(const kept_yaml_node *map, const char *what, const char *field,
                              const char *const *words, size_t n, size_t *ret_i, kept_err *err)
{
    const char *word = NULL;
    KEPT_TRY(kept_declare_text(map, what, field, &word, err));
    KEPT_AUTO_BUF a_field = KEPT_BUF_INIT;
    kept_buf_printf(&a_field, "a %s", field);
    return kept_declare_find(kept_yaml_get(map, field), kept_buf_text(&a_field), word, words, n,
                             ret_i, err);
}

kept_status kept_declare_name(const kept_yaml_node *map, const char *what, const char *field,
                              bool own, const char **ret_name, kept_err *err)
{
    const char *name = NULL;
    KEPT_TRY(kept_declare_text(map, what, field, &name, err));
    const kept_yaml_node *at = kept_yaml_get(map, field);
    const char *fault = kept_name_fault(name);
    if (fault)
        return kept_yaml_fail(at, err, "\"%.*s\" %s", KEPT_SHOWN(name, 60), fault);
    bool has_prefix = kept_text_starts(name, KEPT_OWN_PREFIX);
    if (own && !has_prefix)
        return kept_yaml_fail(at, err,
                              "A name that a workspace declares itself begins with %s: %s%s "
                              "instead of %s.",
                              KEPT_OWN_PREFIX, KEPT_OWN_PREFIX, name, name);
    if (!own && has_prefix)
        return kept_yaml_fail(at, err, "\"%s\" begins with %s, as only a workspace's own names do.",
                              name, KEPT_OWN_PREFIX);
    *ret_name = name;
    return KEPT_OK;
}

kept_status kept_declare_once(const kept_yaml_node *list, const kept_yaml_node *item, kept_err *err)
{
    for (const kept_yaml_node *c = list->first; c != item; c = c->next)
        if (strcmp(c->text, item->text) == 0)
            return kept_yaml_fail(item, err, "\"%.*s\" stands twice in the list.",
                                  KEPT_SHOWN(item->text, 60));
    return KEPT_OK;
}

kept_status kept_declare_requirements(const kept_yaml_node *map, kept_arena *arena,
                                      const char **ret_ids, kept_err *err)
{
    static const char field[] = "requirements";
    const kept_yaml_node *node = kept_yaml_get(map, field);
    if (node && node->type == KEPT_YAML_TEXT)
        return kept_yaml_get_text(map, field, ret_ids, err);
    const char *const *ids = NULL;
    size_t n = 0;
    KEPT_TRY(kept_yaml_get_texts(map, field, arena, &ids, &n, err));
    KEPT_AUTO_BUF joined = KEPT_BUF_INIT;
    for (size_t i = 0; i < n; i++)
        kept_buf_printf(&joined, "%s%s", i ? " " : "", ids[i]);
    const char *text = kept_arena_strdup(arena, kept_buf_text(&joined));
    if (!text || joined.failed)
        return kept_nomem(err);
    *ret_ids = text;
    return KEPT_OK;
}
