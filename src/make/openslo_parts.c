/* Parts of OpenSLO documents: texts, maps, numbers, and what is said of a field. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "make/openslo_int.h"

enum { SHOWN = 60, PLACES = 6 };

/* --- Remarks --- */

bool kept_openslo_remark_add(kept_openslo *file, kept_arena *arena, const kept_yaml_node *at,
                             const char *slo, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    kept_openslo_remark *remark = KEPT_NEW(arena, kept_openslo_remark);
    if (!remark)
        return false;
    *remark = (kept_openslo_remark){
        at, slo, kept_arena_strndup(arena, text, kept_text_cut(text, strlen(text))), NULL};
    *file->last = remark;
    file->last = &remark->next;
    return remark->text;
}

/* --- Texts and maps --- */

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

kept_status kept_openslo__text(const kept_yaml_node *map, const char *key, const char **ret_text,
                               kept_err *err)
{
    const kept_yaml_node *node = kept_yaml_get(map, key);
    if (!node || kept_yaml_is_empty(node)) {
        *ret_text = NULL;
        return KEPT_OK;
    }
    if (node->type != KEPT_YAML_TEXT)
        return kept_yaml_fail(node, err, "\"%s\" must be one text, not a %s.", key,
                              node->type == KEPT_YAML_LIST ? "list" : "map");
    *ret_text = is_blank(node->text) ? NULL : node->text;
    return KEPT_OK;
}

kept_status kept_openslo__need_text(const kept_yaml_node *map, const char *key, const char *what,
                                    const char **ret_text, kept_err *err)
{
    KEPT_TRY(kept_openslo__text(map, key, ret_text, err));
    return *ret_text ? KEPT_OK
                     : kept_yaml_fail_key(map, err, "%s needs \"%s\"; add a line \"%s: ...\".",
                                          what, key, key);
}

kept_status kept_openslo__map(const kept_yaml_node *map, const char *key,
                              const kept_yaml_node **ret_map, kept_err *err)
{
    const kept_yaml_node *node = kept_yaml_get(map, key);
    *ret_map = node && !kept_yaml_is_empty(node) ? node : NULL;
    return !*ret_map || node->type == KEPT_YAML_MAP
               ? KEPT_OK
               : kept_yaml_fail(node, err, "\"%s\" must be a map: lines of the form \"key: ...\".",
                                key);
}

kept_status kept_openslo__flag(const kept_yaml_node *map, const char *key, bool *ret_flag,
                               kept_err *err)
{
    const char *text = NULL;
    KEPT_TRY(kept_openslo__text(map, key, &text, err));
    if (!text)
        return KEPT_OK;
    *ret_flag = kept_text_equal_nocase(text, "true");
    return *ret_flag || kept_text_equal_nocase(text, "false")
               ? KEPT_OK
               : kept_yaml_fail(kept_yaml_get(map, key), err, "\"%s\" must be true or false.", key);
}

kept_status kept_openslo__others(kept_openslo_slo *s, const kept_yaml_node *map, const char *what,
                                 const char *const *words, kept_err *err)
{
    for (const kept_yaml_node *node = map->first; node; node = node->next) {
        size_t i = 0;
        while (words[i] && strcmp(words[i], node->key) != 0)
            i++;
        if (!words[i])
            KEPT_OPENSLO_REMARK(s, node,
                                "\"%.*s\" of %s has no place in a promise and was left out.",
                                KEPT_SHOWN(node->key, SHOWN), what);
    }
    return KEPT_OK;
}

char *kept_openslo__line(kept_arena *arena, const char *text)
{
    KEPT_AUTO_BUF line = KEPT_BUF_INIT;
    bool gap = false;
    for (const char *c = text; *c; c++) {
        bool blank = (unsigned char)*c <= ' ' || *c == 0x7f;
        if (!blank && gap && line.len)
            kept_buf_add_char(&line, ' ');
        if (!blank)
            kept_buf_add_char(&line, *c);
        gap = blank;
    }
    return line.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&line));
}

/* --- Numbers --- */

static bool is_plain(const char *text)
{
    return strspn(text, "0123456789.eE+-") == strlen(text) && strlen(text) <= 40;
}

kept_status kept_openslo__number(const kept_yaml_node *node, const char *what,
                                 int64_t *ret_millionths, kept_err *err)
{
    kept_decimal number;
    if (node->type != KEPT_YAML_TEXT || !is_plain(node->text) ||
        !kept_number_read(node->text, strlen(node->text), KEPT_MARK_POINT, &number))
        return kept_yaml_fail(node, err, "%s must be a number, as 0.95.", what);
    number = kept_decimal_shortest(number);
    if (number.scale > PLACES)
        return kept_yaml_fail(node, err, "%s has more than %d decimals; round it.", what, PLACES);
    for (; number.scale < PLACES; number.scale++) {
        if (number.v > INT64_MAX || number.v < -INT64_MAX)
            break;
        number.v *= 10;
    }
    if (number.v > INT64_MAX || number.v < -INT64_MAX)
        return kept_yaml_fail(node, err, "%s is too large.", what);
    *ret_millionths = (int64_t)number.v;
    return KEPT_OK;
}

/* --- What is said --- */

static size_t field_index(const kept_record_kind *kind, const char *name)
{
    size_t i = 0;
    while (i < kind->n_fields && strcmp(kind->fields[i].name, name) != 0)
        i++;
    return i;
}

kept_openslo_value *kept_openslo__value(const kept_openslo_slo *s, kept_openslo_promise *promise,
                                        const char *field)
{
    size_t i = field_index(s->reading->file->kind, field);
    return i < s->reading->file->kind->n_fields ? &promise->values[i] : NULL;
}

void kept_openslo__say(kept_openslo_slo *s, kept_openslo_promise *promise, const char *field,
                       const char *text, const kept_yaml_node *at)
{
    kept_openslo_value *value = kept_openslo__value(s, promise, field);
    if (value)
        *value = (kept_openslo_value){.at = at, .text = text};
}

const kept_yaml_node *kept_openslo__annotation(const kept_openslo_slo *s, const char *field)
{
    const size_t prefix = strlen(KEPT_OPENSLO_PREFIX);
    for (const kept_yaml_node *n = s->annotations ? s->annotations->first : NULL; n; n = n->next)
        if (strncmp(n->key, KEPT_OPENSLO_PREFIX, prefix) == 0 &&
            strcmp(n->key + prefix, field) == 0)
            return n;
    return NULL;
}
