#include "catalogue/record_kind.h"

#include <string.h>

#include "base/number.h"

const kept_record_field *kept_record_field_find(const kept_record_kind *kind, const char *name)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (strcmp(kind->fields[i].name, name) == 0)
            return &kind->fields[i];
    return NULL;
}

const kept_record_state *kept_record_state_find(const kept_record_kind *kind, const char *name)
{
    for (size_t i = 0; i < kind->n_states; i++)
        if (strcmp(kind->states[i].name, name) == 0)
            return &kind->states[i];
    return NULL;
}

bool kept_record_settled(const kept_record_kind *kind, const char *state)
{
    for (size_t i = 0; state && i < kind->n_settled_in; i++)
        if (strcmp(kind->settled_in[i], state) == 0)
            return true;
    return false;
}

const kept_record_field *kept_record_ref_to(const kept_record_kind *kind, const char *to)
{
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *field = &kind->fields[i];
        if (field->type == KEPT_RECORD_REF && field->n_to == 1 && strcmp(field->to[0], to) == 0)
            return field;
    }
    return NULL;
}

const char *kept_record_type_name(kept_record_type type)
{
    switch (type) {
    case KEPT_RECORD_TEXT:
        return "text";
    case KEPT_RECORD_PROSE:
        return "prose";
    case KEPT_RECORD_CHOICE:
        return "choice";
    case KEPT_RECORD_FLAG:
        return "flag";
    case KEPT_RECORD_INTEGER:
        return "integer";
    case KEPT_RECORD_NUMBER:
        return "number";
    case KEPT_RECORD_SHARE:
        return "share";
    case KEPT_RECORD_MONEY:
        return "money";
    case KEPT_RECORD_DATE:
        return "date";
    case KEPT_RECORD_REF:
        return "ref";
    case KEPT_RECORD_REFS:
        return "refs";
    }
    return "";
}

int kept_record_type_scale(kept_record_type type)
{
    switch (type) {
    case KEPT_RECORD_INTEGER:
        return 0;
    case KEPT_RECORD_NUMBER:
    case KEPT_RECORD_SHARE:
        return 6;
    case KEPT_RECORD_MONEY:
        return 4;
    default:
        return -1;
    }
}

bool kept_record_number(kept_record_type type, const char *text, int64_t *ret_number)
{
    size_t len = strlen(text);
    bool percent = type == KEPT_RECORD_SHARE && len > 0 && text[len - 1] == '%';
    for (len -= percent; percent && len > 0 && text[len - 1] == ' ';)
        len--;
    kept_decimal d;
    if (strspn(text, "+-.0123456789") < len || !kept_number_read(text, len, KEPT_MARK_POINT, &d))
        return false;
    kept_decimal hundred = {100, 0};
    if (percent && !kept_decimal_div(d, hundred, &d))
        return false;
    d = kept_decimal_shortest(d);
    int scale = kept_record_type_scale(type);
    if (d.scale > scale)
        return false;
    kept_i128 v = d.v, most = type == KEPT_RECORD_MONEY ? KEPT_MONEY_MAX : INT64_MAX;
    for (int i = d.scale; i < scale && v <= most && v >= -most; i++)
        v *= 10;
    if (v > most || v < -most)
        return false;
    *ret_number = (int64_t)v;
    return true;
}

const char *kept_record_name_field(const kept_record_kind *kind)
{
    const kept_record_field *label = kind->label ? kept_record_field_find(kind, kind->label) : NULL;
    if (kind->unique)
        return kind->unique;
    return label && label->type == KEPT_RECORD_TEXT ? kind->label : NULL;
}
