/* Declarations as the ledger has them, read back from their text. */
#include <string.h>

#include <jansson.h>

#include "store/ledger/declared.h"

typedef struct reading {
    kept_ledger *ledger;
    kept_arena *arena;
    bool ok; /* memory was enough and the text was ours */
} reading;

static const char *member_text(reading *r, const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    const char *copy = text ? kept_arena_strdup(r->arena, text) : NULL;
    if (text && !copy)
        r->ok = false;
    return copy;
}

static const char *const *member_list(reading *r, const json_t *object, const char *name,
                                      size_t *ret_n)
{
    const json_t *array = json_object_get(object, name);
    size_t n = json_array_size(array);
    const char **items = KEPT_NEW_N(r->arena, const char *, n);
    if (!items) {
        r->ok = false;
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_array_get(array, i));
        items[i] = text ? kept_arena_strdup(r->arena, text) : NULL;
        if (!items[i])
            r->ok = false;
    }
    *ret_n = n;
    return items;
}

static bool member_number(const json_t *object, const char *name, int64_t *ret)
{
    const json_t *value = json_object_get(object, name);
    *ret = json_integer_value(value);
    return json_is_integer(value);
}

static kept_record_type type_of(reading *r, const char *name)
{
    for (int type = KEPT_RECORD_TEXT; type <= KEPT_RECORD_REFS; type++)
        if (kept_text_equal(name, kept_record_type_name((kept_record_type)type)))
            return (kept_record_type)type;
    r->ok = false;
    return KEPT_RECORD_TEXT;
}

static kept_record_field read_field(reading *r, const json_t *object)
{
    kept_record_field field = {.name = member_text(r, object, "name"),
                               .preset = member_text(r, object, "preset"),
                               .required = json_is_true(json_object_get(object, "required")),
                               .personal = json_is_true(json_object_get(object, "personal")),
                               .sensitive = json_is_true(json_object_get(object, "sensitive")),
                               .search = json_is_true(json_object_get(object, "search"))};
    field.type = type_of(r, json_string_value(json_object_get(object, "type")));
    field.choices = member_list(r, object, "choices", &field.n_choices);
    field.to = member_list(r, object, "to", &field.n_to);
    field.has_min = member_number(object, "min", &field.min);
    field.has_max = member_number(object, "max", &field.max);
    bool refers = field.type == KEPT_RECORD_REF || field.type == KEPT_RECORD_REFS;
    if (!field.name || refers != (field.n_to > 0))
        r->ok = false;
    return field;
}

static json_t *load_text(reading *r, const char *text)
{
    json_t *object = text ? json_loads(text, 0, NULL) : NULL;
    if (!object)
        r->ok = false;
    return object;
}

static void read_states(reading *r, const json_t *object, kept_record_kind *kind)
{
    const char *const *names = member_list(r, object, "states", &kind->n_states);
    kept_record_state *states = KEPT_NEW_N(r->arena, kept_record_state, kind->n_states);
    if (!names || !states) {
        r->ok = false;
        return;
    }
    for (size_t i = 0; i < kind->n_states; i++)
        states[i].name = names[i];
    kind->states = states;
}

/* Room for n_more fields behind. */
static bool make_room(reading *r, kept_declared *kind, size_t n, size_t n_more)
{
    kept_record_field *fields = KEPT_NEW_N(r->arena, kept_record_field, n + n_more);
    bool *hidden = KEPT_NEW_N(r->arena, bool, n + n_more);
    if (!fields || !hidden)
        return r->ok = false;
    for (size_t i = 0; i < kind->kind.n_fields; i++) {
        fields[i] = kind->fields[i];
        hidden[i] = kind->field_hidden[i];
    }
    kind->kind.fields = kind->fields = fields;
    kind->field_hidden = hidden;
    return true;
}

static void read_kind(reading *r, const char *text, kept_declared *ret)
{
    json_t *object = load_text(r, text);
    kept_declared d = {.kind = {.name = member_text(r, object, "name"),
                                .prefix = member_text(r, object, "prefix"),
                                .label = member_text(r, object, "label"),
                                .unique = member_text(r, object, "unique"),
                                .of = member_text(r, object, "of")}};
    const json_t *fields = json_object_get(object, "fields");
    size_t n = json_array_size(fields);
    if (make_room(r, &d, n, 0))
        for (size_t i = 0; i < n; i++)
            d.fields[d.kind.n_fields++] = read_field(r, json_array_get(fields, i));
    read_states(r, object, &d.kind);
    if (!d.kind.name || !d.kind.prefix)
        r->ok = false;
    json_decref(object);
    *ret = d;
}

static void read_hidden_field(reading *r, const char *name, const char *text, kept_declared *kinds,
                              size_t n)
{
    const char *dot = name ? strchr(name, '.') : NULL;
    for (size_t i = 0; dot && i < n; i++) {
        kept_declared *d = &kinds[i];
        size_t len = strlen(d->kind.name);
        if (len != (size_t)(dot - name) || memcmp(d->kind.name, name, len) != 0)
            continue;
        json_t *object = load_text(r, text);
        if (object && make_room(r, d, d->kind.n_fields, 1)) {
            d->field_hidden[d->kind.n_fields] = true;
            d->fields[d->kind.n_fields++] = read_field(r, object);
        }
        json_decref(object);
        return;
    }
    r->ok = false;
}

static kept_status read_rows(reading *r, bool fields, kept_declared *kinds, size_t room,
                             size_t *n_kinds, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(r->ledger, &stmt, err,
                                 "SELECT name, text, hidden FROM declaration WHERE what = ?1"
                                 " ORDER BY name",
                                 "t", fields ? "field" : "record"));
    bool row = false;
    for (;;) {
        KEPT_TRY(kept_ledger_step(r->ledger, stmt, &row, err));
        if (!row || !r->ok)
            return KEPT_OK;
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        const char *text = (const char *)sqlite3_column_text(stmt, 1);
        if (fields) {
            read_hidden_field(r, name, text, kinds, *n_kinds);
        } else if (*n_kinds < room) {
            read_kind(r, text, &kinds[*n_kinds]);
            kinds[(*n_kinds)++].hidden = sqlite3_column_int(stmt, 2) != 0;
        }
    }
}

kept_status kept_declared_read(kept_ledger *ledger, kept_arena *arena, kept_declared **ret_kinds,
                               size_t *ret_n, kept_err *err)
{
    int64_t count = 0;
    KEPT_TRY(kept_ledger_int(ledger, "SELECT count(*) FROM declaration WHERE what = 'record'",
                             &count, err));
    size_t n = 0;
    reading r = {ledger, arena, true};
    kept_declared *kinds = KEPT_NEW_N(arena, kept_declared, (size_t)count);
    if (!kinds)
        return kept_nomem(err);
    KEPT_TRY(read_rows(&r, false, kinds, (size_t)count, &n, err));
    KEPT_TRY(read_rows(&r, true, kinds, (size_t)count, &n, err));
    if (!r.ok)
        return kept_fail(err, KEPT_ECORRUPT,
                         "The declarations in %s cannot be read; restore it from a backup.",
                         ledger->path);
    *ret_kinds = kinds;
    *ret_n = n;
    return KEPT_OK;
}
