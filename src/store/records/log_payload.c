#include <inttypes.h>
#include <string.h>

#include <jansson.h>

#include "store/records/write_int.h"

/* --- Writing --- */

void kept_payload__add_text(kept_buf *json, const char *text)
{
    if (!text) {
        kept_buf_add(json, "null");
        return;
    }
    kept_buf_add_char(json, '"');
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            kept_buf_printf(json, "\\%c", *c);
        else if (*c == '\n')
            kept_buf_add(json, "\\n");
        else if ((unsigned char)*c < ' ')
            kept_buf_printf(json, "\\u%04x", (unsigned)(unsigned char)*c);
        else
            kept_buf_add_char(json, *c);
    }
    kept_buf_add_char(json, '"');
}

void kept_payload__end(kept_buf *json, const char *why)
{
    if (why) {
        kept_buf_add(json, json->len > 1 ? ",\"_why\":" : "\"_why\":");
        kept_payload__add_text(json, why);
    }
    kept_buf_add_char(json, '}');
}

bool kept_payload__has_why(const char *json, const char *why)
{
    /* Within texts quotes are written \", so this can only be the name. */
    static const char name[] = "\"_why\":";
    const char *at = strstr(json, name);
    if (!why || !at)
        return !why && !at;
    KEPT_AUTO_BUF end = KEPT_BUF_INIT;
    kept_payload__add_text(&end, why);
    kept_buf_add_char(&end, '}');
    return !end.failed && strcmp(at + sizeof name - 1, kept_buf_text(&end)) == 0;
}

/* --- Reading --- */

static json_t *load(const char *json, int64_t seq, kept_err *err)
{
    json_t *root = json_loads(json, 0, NULL);
    if (root && json_is_object(root))
        return root;
    json_decref(root);
    (void)kept_fail(err, KEPT_ECORRUPT, "Row %" PRId64 " of the change log cannot be read.", seq);
    return NULL;
}

/* A text, or a list of texts with ", " between; NULL for null and an empty list. */
static const char *side_text(const json_t *side, kept_arena *arena, bool *ok)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    if (json_is_string(side))
        kept_buf_add(&text, json_string_value(side));
    else if (!json_is_array(side) || json_array_size(side) == 0)
        return NULL;
    for (size_t i = 0; json_is_array(side) && i < json_array_size(side); i++) {
        kept_buf_add(&text, i ? ", " : "");
        kept_buf_add(&text, json_string_value(json_array_get(side, i)));
    }
    const char *copy = text.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&text));
    *ok = *ok && copy;
    return copy;
}

static kept_status read_values(json_t *root, kept_arena *arena, kept_log_value **ret_values,
                               size_t *ret_n, kept_err *err)
{
    kept_log_value *values = KEPT_NEW_N(arena, kept_log_value, json_object_size(root));
    size_t n = 0;
    bool ok = values != NULL;
    const char *name;
    json_t *pair;
    json_object_foreach(root, name, pair)
    {
        if (!ok || name[0] == '_' || !json_is_array(pair))
            continue;
        const char *field = kept_arena_strdup(arena, name);
        ok = field != NULL;
        values[n++] = (kept_log_value){field, side_text(json_array_get(pair, 0), arena, &ok),
                                       side_text(json_array_get(pair, 1), arena, &ok)};
    }
    if (!ok)
        return kept_nomem(err);
    *ret_values = values;
    *ret_n = n;
    return KEPT_OK;
}

kept_status kept_payload__read(const char *json, int64_t seq, kept_arena *arena,
                               kept_log_value **ret_values, size_t *ret_n, kept_err *err)
{
    json_t *root = load(json, seq, err);
    if (!root)
        return KEPT_ECORRUPT;
    kept_status status = read_values(root, arena, ret_values, ret_n, err);
    json_decref(root);
    return status;
}

kept_status kept_payload__erased(const char *json, int64_t seq, kept_arena *arena,
                                 int64_t **ret_seqs, size_t *ret_n, kept_err *err)
{
    json_t *root = load(json, seq, err);
    if (!root)
        return KEPT_ECORRUPT;
    json_t *list = json_object_get(root, "_erased");
    size_t n = json_array_size(list);
    int64_t *seqs = KEPT_NEW_N(arena, int64_t, n);
    for (size_t i = 0; seqs && i < n; i++)
        seqs[i] = json_integer_value(json_array_get(list, i));
    json_decref(root);
    if (!seqs)
        return kept_nomem(err);
    *ret_seqs = seqs;
    *ret_n = n;
    return KEPT_OK;
}
