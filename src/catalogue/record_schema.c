#include "catalogue/record_schema.h"

#include "base/number.h"
#include "base/yaml_write.h"

/* ,"key": before a value; every object begins with a key that is always there. */
static void add_key(kept_buf *buf, const char *key)
{
    kept_buf_printf(buf, ", \"%s\": ", key);
}

static void add_pair(kept_buf *buf, const char *key, const char *text)
{
    if (!text || !*text)
        return;
    add_key(buf, key);
    kept_yaml_quote(buf, text);
}

static void add_number(kept_buf *buf, int64_t stored, kept_record_type type)
{
    char text[48];
    kept_decimal d = {stored, kept_record_type_scale(type)};
    kept_decimal_write(kept_decimal_shortest(d), text);
    kept_buf_add(buf, text);
}

static void add_limits(kept_buf *buf, const kept_record_field *f)
{
    if (f->has_min) {
        add_key(buf, "minimum");
        add_number(buf, f->min, f->type);
    }
    if (f->has_max) {
        add_key(buf, "maximum");
        add_number(buf, f->max, f->type);
    }
}

static void add_words(kept_buf *buf, const char *const *words, size_t n, bool or_null)
{
    kept_buf_add_char(buf, '[');
    for (size_t i = 0; i < n; i++) {
        kept_buf_add(buf, i ? ", " : "");
        kept_yaml_quote(buf, words[i]);
    }
    kept_buf_add(buf, or_null ? ", null]" : "]");
}

static void add_refs(kept_buf *buf, const kept_record_field *f, const kept_catalogue *catalogue)
{
    add_key(buf, "x-kept-ref");
    kept_buf_add_char(buf, '[');
    for (size_t i = 0; i < f->n_to; i++) {
        const kept_record_kind *to = kept_catalogue_record(catalogue, f->to[i]);
        kept_buf_printf(buf, "%s{\"kind\": \"%s\"", i ? ", " : "", f->to[i]);
        add_pair(buf, "prefix", to ? to->prefix : NULL);
        kept_buf_add_char(buf, '}');
    }
    kept_buf_add_char(buf, ']');
}

/* "type": of a value. A field that is not required may be left empty. */
static void add_types(kept_buf *buf, const kept_record_field *f, const char *types)
{
    kept_buf_printf(buf, f->required ? "\"type\": [%s]" : "\"type\": [%s, \"null\"]", types);
}

/* What values the field takes. */
static void add_type(kept_buf *buf, const kept_record_field *f, const kept_catalogue *catalogue)
{
    switch (f->type) {
    case KEPT_RECORD_TEXT:
        add_types(buf, f, "\"string\"");
        kept_buf_add(buf, ", \"pattern\": \"^[^\\\\n]*$\"");
        return;
    case KEPT_RECORD_PROSE:
        add_types(buf, f, "\"string\"");
        return;
    case KEPT_RECORD_CHOICE:
        kept_buf_add(buf, "\"enum\": ");
        add_words(buf, f->choices, f->n_choices, !f->required);
        return;
    case KEPT_RECORD_FLAG:
        add_types(buf, f, "\"boolean\"");
        return;
    case KEPT_RECORD_INTEGER:
        add_types(buf, f, "\"integer\"");
        add_limits(buf, f);
        return;
    case KEPT_RECORD_NUMBER:
    case KEPT_RECORD_MONEY:
        add_types(buf, f, "\"number\"");
        add_limits(buf, f);
        return;
    case KEPT_RECORD_SHARE: /* limits count for numbers only, the pattern for texts only */
        add_types(buf, f, "\"number\", \"string\"");
        kept_buf_add(buf, ", \"pattern\": \"^[+-]?[0-9]+([.][0-9]+)? ?%$\"");
        add_limits(buf, f);
        return;
    case KEPT_RECORD_DATE:
        add_types(buf, f, "\"string\"");
        add_pair(buf, "format", "date");
        return;
    case KEPT_RECORD_REF: /* by short id, name, or a number in another system */
        add_types(buf, f, "\"string\", \"integer\"");
        add_refs(buf, f, catalogue);
        return;
    case KEPT_RECORD_REFS:
        add_types(buf, f, "\"array\"");
        kept_buf_add(buf, ", \"items\": {\"type\": [\"string\", \"integer\"]}, "
                          "\"uniqueItems\": true");
        kept_buf_add(buf, f->required ? ", \"minItems\": 1" : "");
        add_refs(buf, f, catalogue);
        return;
    }
}

static void add_default(kept_buf *buf, const kept_record_field *f)
{
    if (!f->preset)
        return;
    char first = f->preset[0];
    if (f->type == KEPT_RECORD_FLAG) {
        add_key(buf, "default");
        kept_buf_add(buf, first == 'y' || first == 't' || first == '1' ? "true" : "false");
    } else if (kept_record_type_scale(f->type) >= 0) {
        int64_t stored;
        if (!kept_record_number(f->type, f->preset, &stored))
            return; /* it was checked when the declaration was read */
        add_key(buf, "default");
        add_number(buf, stored, f->type);
    } else {
        add_pair(buf, "default", f->preset);
    }
}

static void add_field(kept_buf *buf, const kept_record_field *f, const kept_catalogue *catalogue)
{
    kept_buf_printf(buf, ",\n    \"%s\": {", f->name);
    add_type(buf, f, catalogue);
    add_pair(buf, "title", f->title);
    add_pair(buf, "description", f->help);
    add_default(buf, f);
    add_pair(buf, "x-kept-type", kept_record_type_name(f->type));
    add_pair(buf, "x-kept-unit", f->unit);
    kept_buf_add(buf, f->sensitive ? ", \"x-kept-sensitive\": true" : "");
    kept_buf_add(buf, f->personal ? ", \"x-kept-personal\": true" : "");
    kept_buf_add_char(buf, '}');
}

/* What a record has beside its fields. */
static void add_common(kept_buf *buf, const kept_record_kind *kind)
{
    kept_buf_printf(buf,
                    "    \"id\": {\"type\": [\"string\", \"integer\"], \"description\": \"Short id "
                    "such as %s-12, or the record's id in another system.\"},\n",
                    kind->prefix);
    kept_buf_add(buf,
                 "    \"external_ids\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}, "
                 "\"description\": \"Ids in other systems, SOURCE:ID.\"},\n");
    kept_buf_add(buf, "    \"archived\": {\"type\": \"boolean\"}");
    if (kind->n_states == 0)
        return;
    kept_buf_add(buf, ",\n    \"state\": {\"enum\": [");
    for (size_t i = 0; i < kind->n_states; i++) {
        kept_buf_add(buf, i ? ", " : "");
        kept_yaml_quote(buf, kind->states[i].name);
    }
    kept_buf_add_char(buf, ']');
    add_pair(buf, "default", kind->states[0].name);
    kept_buf_add_char(buf, '}');
}

/* A field with a default need not be given. */
static void add_required(kept_buf *buf, const kept_record_kind *kind)
{
    size_t n = 0;
    kept_buf_add(buf, ",\n  \"required\": [");
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].required && !kind->fields[i].preset)
            kept_buf_printf(buf, "%s\"%s\"", n++ ? ", " : "", kind->fields[i].name);
    kept_buf_add_char(buf, ']');
}

void kept_record_schema(const kept_record_kind *kind, const kept_catalogue *catalogue,
                        kept_buf *buf)
{
    kept_buf_add(buf, "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n");
    kept_buf_add(buf, "  \"title\": ");
    kept_yaml_quote(buf, kind->title);
    kept_buf_add(buf, ",\n  \"description\": ");
    kept_yaml_quote(buf, kind->summary);
    kept_buf_add(buf, ",\n  \"type\": \"object\",\n  \"properties\": {\n");
    add_common(buf, kind);
    for (size_t i = 0; i < kind->n_fields; i++)
        add_field(buf, &kind->fields[i], catalogue);
    kept_buf_add(buf, "\n  },\n  \"additionalProperties\": false");
    add_required(buf, kind);
    kept_buf_add(buf, "\n}\n");
}
