#include "base/yaml.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <yaml.h>

#include "base/text.h"

typedef struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the current one; type YAML_NO_EVENT when there is none */
    const char *source;
    const kept_yaml_limits *limits;
    kept_arena *arena;
    size_t n_nodes;
    kept_err *err;
} reader;

static void reader_done(reader *r)
{
    yaml_event_delete(&r->event);
    yaml_parser_delete(&r->parser);
}

static kept_status fail_at(const char *source, size_t line, size_t column, kept_err *err,
                           const char *fmt, va_list args)
{
    char sentence[sizeof err->msg];
    vsnprintf(sentence, sizeof sentence, fmt, args);
    return kept_fail(err, KEPT_EINPUT, "%s, line %zu, column %zu: %s", source, line, column,
                     sentence);
}

kept_status kept_yaml_fail(const kept_yaml_node *node, kept_err *err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    kept_status status = fail_at(node->source, node->line, node->column, err, fmt, args);
    va_end(args);
    return status;
}

kept_status kept_yaml_fail_key(const kept_yaml_node *node, kept_err *err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    kept_status status = fail_at(node->source, node->key ? node->key_line : node->line,
                                 node->key ? node->key_column : node->column, err, fmt, args);
    va_end(args);
    return status;
}

static kept_status fail_mark(const reader *r, yaml_mark_t mark, const char *fmt, ...)
    KEPT_PRINTF(3, 4);
static kept_status fail_mark(const reader *r, yaml_mark_t mark, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    kept_status status = fail_at(r->source, mark.line + 1, mark.column + 1, r->err, fmt, args);
    va_end(args);
    return status;
}

/* The library's words are about tokens; the hint says what a person can do about them. */
static kept_status fail_syntax(const reader *r)
{
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR)
        return kept_nomem(r->err);
    const char *problem = p->problem ? p->problem : "unreadable";
    const char *hint = "check indentation, colons and quotes";
    if (strstr(problem, "tab character"))
        hint = "indent with blanks";
    else if (strstr(problem, "cannot start any token"))
        hint = "indent with blanks, not tabs, and put texts that begin with @ ` or % in quotes";
    else if (strstr(problem, "mapping values are not allowed"))
        hint = "put texts that contain a colon in quotes";
    return fail_mark(r, p->problem_mark, "This is not valid YAML: %s; %s.", problem, hint);
}

static kept_status next_event(reader *r)
{
    yaml_event_delete(&r->event);
    memset(&r->event, 0, sizeof r->event);
    if (!yaml_parser_parse(&r->parser, &r->event))
        return fail_syntax(r);
    return KEPT_OK;
}

static kept_status check_tag(const reader *r, const yaml_char_t *tag, const char *allowed)
{
    if (!tag || (allowed && strcmp((const char *)tag, allowed) == 0))
        return KEPT_OK;
    return fail_mark(r, r->event.start_mark,
                     "Tags such as %.60s are not read here; write the plain value.",
                     (const char *)tag);
}

static kept_status check_anchor(const reader *r, const yaml_char_t *anchor)
{
    if (!anchor)
        return KEPT_OK;
    return fail_mark(r, r->event.start_mark,
                     "Anchors (&%.60s) and aliases are not read here; write the value out.",
                     (const char *)anchor);
}

static kept_status new_node(reader *r, kept_yaml_type type, kept_yaml_node **ret_node)
{
    if (++r->n_nodes > r->limits->nodes)
        return fail_mark(r, r->event.start_mark,
                         "More than %zu values in one file; split it into several.",
                         r->limits->nodes);
    kept_yaml_node *node = KEPT_NEW(r->arena, kept_yaml_node);
    if (!node)
        return kept_nomem(r->err);
    node->type = type;
    node->source = r->source;
    node->line = r->event.start_mark.line + 1;
    node->column = r->event.start_mark.column + 1;
    *ret_node = node;
    return KEPT_OK;
}

static kept_status copy_scalar(reader *r, const char **ret_text)
{
    const char *value = (const char *)r->event.data.scalar.value;
    size_t len = r->event.data.scalar.length;
    if (memchr(value, '\0', len))
        return fail_mark(r, r->event.start_mark, "The text contains a NUL character.");
    *ret_text = kept_arena_strndup(r->arena, value, len);
    return *ret_text ? KEPT_OK : kept_nomem(r->err);
}

static kept_status read_scalar(reader *r, kept_yaml_node **ret_node)
{
    KEPT_TRY(check_anchor(r, r->event.data.scalar.anchor));
    KEPT_TRY(check_tag(r, r->event.data.scalar.tag, YAML_STR_TAG));
    kept_yaml_node *node;
    KEPT_TRY(new_node(r, KEPT_YAML_TEXT, &node));
    KEPT_TRY(copy_scalar(r, &node->text));
    node->quoted =
        r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE || r->event.data.scalar.tag;
    *ret_node = node;
    return KEPT_OK;
}

static void append(kept_yaml_node *parent, kept_yaml_node **last, kept_yaml_node *child)
{
    if (*last)
        (*last)->next = child;
    else
        parent->first = child;
    *last = child;
    parent->n++;
}

static kept_status read_node(reader *r, int depth, kept_yaml_node **ret_node);

static kept_status check_depth(const reader *r, int depth)
{
    if (depth <= KEPT_YAML_MAX_DEPTH)
        return KEPT_OK;
    return fail_mark(r, r->event.start_mark, "Lists and maps stand more than %d deep.",
                     KEPT_YAML_MAX_DEPTH);
}

static kept_status read_list(reader *r, int depth, kept_yaml_node **ret_node)
{
    KEPT_TRY(check_depth(r, depth));
    KEPT_TRY(check_anchor(r, r->event.data.sequence_start.anchor));
    KEPT_TRY(check_tag(r, r->event.data.sequence_start.tag, NULL));
    kept_yaml_node *list, *last = NULL;
    KEPT_TRY(new_node(r, KEPT_YAML_LIST, &list));
    for (;;) {
        KEPT_TRY(next_event(r));
        if (r->event.type == YAML_SEQUENCE_END_EVENT)
            break;
        kept_yaml_node *item;
        KEPT_TRY(read_node(r, depth, &item));
        append(list, &last, item);
    }
    *ret_node = list;
    return KEPT_OK;
}

/* Reads the key that is the current event; the node to be read next gets it. */
static kept_status read_key(reader *r, const kept_yaml_node *map, const char **ret_key)
{
    if (r->event.type == YAML_ALIAS_EVENT)
        return check_anchor(r, r->event.data.alias.anchor);
    if (r->event.type != YAML_SCALAR_EVENT)
        return fail_mark(r, r->event.start_mark, "A key must be a word, not a list or a map.");
    KEPT_TRY(check_anchor(r, r->event.data.scalar.anchor));
    KEPT_TRY(check_tag(r, r->event.data.scalar.tag, YAML_STR_TAG));
    const char *key;
    KEPT_TRY(copy_scalar(r, &key));
    if (*key == '\0')
        return fail_mark(r, r->event.start_mark, "A key is missing before the colon.");
    for (const kept_yaml_node *c = map->first; c; c = c->next)
        if (strcmp(c->key, key) == 0)
            return fail_mark(r, r->event.start_mark,
                             "\"%.60s\" stands twice; it was given in line %zu already.", key,
                             c->key_line);
    if (map->n >= KEPT_YAML_MAX_KEYS)
        return fail_mark(r, r->event.start_mark, "More than %d keys in one map.",
                         KEPT_YAML_MAX_KEYS);
    *ret_key = key;
    return KEPT_OK;
}

static kept_status read_map(reader *r, int depth, kept_yaml_node **ret_node)
{
    KEPT_TRY(check_depth(r, depth));
    KEPT_TRY(check_anchor(r, r->event.data.mapping_start.anchor));
    KEPT_TRY(check_tag(r, r->event.data.mapping_start.tag, NULL));
    kept_yaml_node *map, *last = NULL;
    KEPT_TRY(new_node(r, KEPT_YAML_MAP, &map));
    for (;;) {
        KEPT_TRY(next_event(r));
        if (r->event.type == YAML_MAPPING_END_EVENT)
            break;
        const char *key = NULL;
        KEPT_TRY(read_key(r, map, &key));
        yaml_mark_t mark = r->event.start_mark;
        kept_yaml_node *value;
        KEPT_TRY(next_event(r));
        KEPT_TRY(read_node(r, depth, &value));
        value->key = key;
        value->key_line = mark.line + 1;
        value->key_column = mark.column + 1;
        append(map, &last, value);
    }
    *ret_node = map;
    return KEPT_OK;
}

/* Recursion is bounded by check_depth. */
static kept_status read_node(reader *r, int depth, kept_yaml_node **ret_node)
{
    switch (r->event.type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(r, ret_node);
    case YAML_SEQUENCE_START_EVENT:
        return read_list(r, depth + 1, ret_node);
    case YAML_MAPPING_START_EVENT:
        return read_map(r, depth + 1, ret_node);
    case YAML_ALIAS_EVENT:
        return check_anchor(r, r->event.data.alias.anchor);
    default:
        return kept_fail(r->err, KEPT_EINTERNAL, "%s: unexpected YAML event %d.", r->source,
                         (int)r->event.type);
    }
}

static kept_status fail_empty(const reader *r)
{
    return kept_fail(r->err, KEPT_EINPUT, "%s is empty.", r->source);
}

/* The document whose start is the current event; afterwards that is what follows it. */
static kept_status read_root(reader *r, kept_yaml_node **ret_root)
{
    KEPT_TRY(next_event(r)); /* past the document start */
    KEPT_TRY(read_node(r, 0, ret_root));
    KEPT_TRY(next_event(r)); /* document end */
    return next_event(r);
}

static kept_status read_document(reader *r, kept_yaml_node **ret_root)
{
    KEPT_TRY(next_event(r)); /* stream start */
    KEPT_TRY(next_event(r));
    if (r->event.type == YAML_STREAM_END_EVENT)
        return fail_empty(r);
    kept_yaml_node *root;
    KEPT_TRY(read_root(r, &root));
    if (r->event.type != YAML_STREAM_END_EVENT)
        return fail_mark(r, r->event.start_mark,
                         "A second document begins here; write one document per file.");
    *ret_root = root;
    return KEPT_OK;
}

static kept_status read_documents(reader *r, kept_yaml_node **ret_list)
{
    kept_yaml_node *list, *root, *last = NULL;
    KEPT_TRY(next_event(r)); /* stream start */
    KEPT_TRY(new_node(r, KEPT_YAML_LIST, &list));
    KEPT_TRY(next_event(r));
    while (r->event.type != YAML_STREAM_END_EVENT) {
        KEPT_TRY(read_root(r, &root));
        if (!kept_yaml_is_empty(root))
            append(list, &last, root);
    }
    if (list->n == 0)
        return fail_empty(r);
    *ret_list = list;
    return KEPT_OK;
}

/* The library reports unreadable bytes by offset only; people need the line. */
static kept_status check_utf8(const char *text, size_t len, const char *source, kept_err *err)
{
    if (kept_text_utf8(text, len))
        return KEPT_OK;
    size_t line = 1, start = 0, i = 0;
    while (i < len) {
        size_t end = i;
        while (end < len && text[end] != '\n')
            end++;
        if (!kept_text_utf8(text + i, end - i))
            break;
        i = start = end + 1;
        line++;
    }
    size_t column = 1;
    for (size_t k = start; k < len;) { /* whole characters that are still well-formed */
        size_t step = 1;
        while (step <= 4 && k + step <= len && !kept_text_utf8(text + k, step))
            step++;
        if (step > 4 || k + step > len)
            break;
        k += step;
        column++;
    }
    return kept_fail(err, KEPT_EINPUT,
                     "%s, line %zu, column %zu: This is not UTF-8 text; save the file as UTF-8.",
                     source, line, column);
}

static const kept_yaml_limits for_declarations = {KEPT_YAML_MAX_BYTES, KEPT_YAML_MAX_NODES};
const kept_yaml_limits kept_yaml_for_records = {(size_t)256 << 20, 10000000};

static kept_status too_large(const char *source, const kept_yaml_limits *limits, kept_err *err)
{
    return kept_fail(err, KEPT_EINPUT, "%s is larger than %zu KiB; split it into several files.",
                     source, limits->bytes / 1024);
}

static kept_status parse(const char *text, size_t len, const char *source,
                         const kept_yaml_limits *limits,
                         kept_status (*read)(reader *r, kept_yaml_node **ret_root),
                         kept_arena *arena, kept_yaml_node **ret_root, kept_err *err)
{
    if (len > limits->bytes)
        return too_large(source, limits, err);
    KEPT_TRY(check_utf8(text, len, source, err));
    const char *name = kept_arena_strdup(arena, source);
    if (!name)
        return kept_nomem(err);
    __attribute__((cleanup(reader_done)))
    reader r = {.source = name, .limits = limits, .arena = arena, .err = err};
    if (!yaml_parser_initialize(&r.parser))
        return kept_nomem(err);
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
    return read(&r, ret_root);
}

kept_status kept_yaml_parse_within(const char *text, size_t len, const char *source,
                                   const kept_yaml_limits *limits, kept_arena *arena,
                                   kept_yaml_node **ret_root, kept_err *err)
{
    return parse(text, len, source, limits, read_document, arena, ret_root, err);
}

kept_status kept_yaml_parse_documents(const char *text, size_t len, const char *source,
                                      const kept_yaml_limits *limits, kept_arena *arena,
                                      kept_yaml_node **ret_list, kept_err *err)
{
    return parse(text, len, source, limits, read_documents, arena, ret_list, err);
}

kept_status kept_yaml_parse(const char *text, size_t len, const char *source, kept_arena *arena,
                            kept_yaml_node **ret_root, kept_err *err)
{
    return kept_yaml_parse_within(text, len, source, &for_declarations, arena, ret_root, err);
}

static void close_file(FILE **f)
{
    if (*f)
        fclose(*f);
}

kept_status kept_yaml_read_file(const char *path, kept_arena *arena, const char **ret_text,
                                size_t *ret_len, kept_err *err)
{
    return kept_yaml_read_within(path, &for_declarations, arena, ret_text, ret_len, err);
}

kept_status kept_yaml_read_within(const char *path, const kept_yaml_limits *limits,
                                  kept_arena *arena, const char **ret_text, size_t *ret_len,
                                  kept_err *err)
{
    __attribute__((cleanup(close_file))) FILE *f = fopen(path, "rb");
    if (!f)
        return kept_fail(err, errno == ENOENT ? KEPT_ENOTFOUND : KEPT_EIO, "Cannot open %s: %s.",
                         path, strerror(errno));
    KEPT_AUTO_BUF all = {.limit = limits->bytes};
    char part[8192];
    size_t n;
    while (!all.failed && (n = fread(part, 1, sizeof part, f)) > 0)
        kept_buf_add_n(&all, part, n);
    if (ferror(f))
        return kept_fail(err, KEPT_EIO, "Cannot read %s: %s.", path, strerror(errno));
    if (all.failed)
        return too_large(path, limits, err);
    const char *text = kept_arena_strndup(arena, kept_buf_text(&all), all.len);
    if (!text)
        return kept_nomem(err);
    *ret_text = text;
    *ret_len = all.len;
    return KEPT_OK;
}

const kept_yaml_node *kept_yaml_get(const kept_yaml_node *map, const char *key)
{
    for (const kept_yaml_node *c = map->type == KEPT_YAML_MAP ? map->first : NULL; c; c = c->next)
        if (strcmp(c->key, key) == 0)
            return c;
    return NULL;
}

bool kept_yaml_is_empty(const kept_yaml_node *node)
{
    if (node->type != KEPT_YAML_TEXT || node->quoted)
        return false;
    return *node->text == '\0' || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0;
}

kept_status kept_yaml_expect_map(const kept_yaml_node *node, const char *what,
                                 const char *const *words, size_t n_words, kept_err *err)
{
    if (node->type != KEPT_YAML_MAP)
        return kept_yaml_fail(node, err, "Expected %s: lines of the form \"%s: ...\".", what,
                              words[0]);
    for (const kept_yaml_node *c = node->first; c; c = c->next) {
        bool known = false;
        for (size_t i = 0; i < n_words && !known; i++)
            known = strcmp(words[i], c->key) == 0;
        if (known)
            continue;
        const char *near = kept_text_nearest(c->key, words, n_words);
        if (near)
            return kept_yaml_fail_key(
                c, err, "\"%.60s\" is not a field of %s; did you mean \"%s\"?", c->key, what, near);
        KEPT_AUTO_BUF list = KEPT_BUF_INIT;
        for (size_t i = 0; i < n_words; i++)
            kept_buf_printf(&list, "%s%s", i ? ", " : "", words[i]);
        return kept_yaml_fail_key(c, err, "\"%.60s\" is not a field of %s; the fields are: %s.",
                                  c->key, what, kept_buf_text(&list));
    }
    return KEPT_OK;
}

kept_status kept_yaml_get_text(const kept_yaml_node *map, const char *key, const char **ret_text,
                               kept_err *err)
{
    const kept_yaml_node *c = kept_yaml_get(map, key);
    if (!c)
        return KEPT_OK;
    if (c->type != KEPT_YAML_TEXT)
        return kept_yaml_fail(c, err, "\"%s\" must be one text, not a %s.", key,
                              c->type == KEPT_YAML_LIST ? "list" : "map");
    if (kept_yaml_is_empty(c) || *c->text == '\0')
        return kept_yaml_fail_key(c, err, "\"%s\" has no value; give one or leave the line out.",
                                  key);
    *ret_text = c->text;
    return KEPT_OK;
}

kept_status kept_yaml_get_flag(const kept_yaml_node *map, const char *key, bool *ret_flag,
                               kept_err *err)
{
    const kept_yaml_node *c = kept_yaml_get(map, key);
    if (!c)
        return KEPT_OK;
    const char *words[] = {"yes", "no", "true", "false"};
    for (size_t i = 0; i < 4; i++) {
        if (c->type == KEPT_YAML_TEXT && !c->quoted && strcmp(c->text, words[i]) == 0) {
            *ret_flag = i % 2 == 0;
            return KEPT_OK;
        }
    }
    return kept_yaml_fail(c, err, "\"%s\" must be yes or no.", key);
}

kept_status kept_yaml_get_texts(const kept_yaml_node *map, const char *key, kept_arena *arena,
                                const char *const **ret_texts, size_t *ret_n, kept_err *err)
{
    const kept_yaml_node *c = kept_yaml_get(map, key);
    if (!c)
        return KEPT_OK;
    if (c->type != KEPT_YAML_LIST)
        return kept_yaml_fail(c, err, "\"%s\" must be a list, for example [one, two].", key);
    const char **texts = KEPT_NEW_N(arena, const char *, c->n);
    if (!texts)
        return kept_nomem(err);
    size_t n = 0;
    for (const kept_yaml_node *item = c->first; item; item = item->next) {
        if (item->type != KEPT_YAML_TEXT || kept_yaml_is_empty(item) || *item->text == '\0')
            return kept_yaml_fail(item, err, "\"%s\" must list texts; this is none.", key);
        texts[n++] = item->text;
    }
    *ret_texts = texts;
    *ret_n = n;
    return KEPT_OK;
}
