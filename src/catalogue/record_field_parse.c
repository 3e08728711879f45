/* Reads one field of a kind of record and checks what can be seen from the field alone. */
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "base/text.h"
#include "catalogue/declare.h"
#include "catalogue/names.h"
#include "catalogue/record_parse.h"

static const char what[] = "a field";

/* In the order of kept_record_type. */
static const char *const types[] = {"text",  "prose", "choice", "flag", "integer", "number",
                                    "share", "money", "date",   "ref",  "refs"};

static const char *const keys[] = {
    "name",  "type", "title", "help",    "required", "sensitive", "personal", "search",
    "unit",  "min",  "max",   "default", "choices",  "to",        "was",      "option",
    "vcard", "due",  "alarm", "settled", "fixed",    "met_by"};

#define BIT(type) (1u << KEPT_RECORD_##type)
#define NUMBERS   (BIT(INTEGER) | BIT(NUMBER) | BIT(SHARE) | BIT(MONEY))

/* Keys that only fields of some types have. */
static const struct {
    const char *key;
    unsigned types;
} only[] = {
    {"choices", BIT(CHOICE)},
    {"to", BIT(REF) | BIT(REFS)},
    {"unit", NUMBERS},
    {"min", NUMBERS},
    {"max", NUMBERS},
    {"search", BIT(TEXT) | BIT(PROSE)},
    {"vcard", BIT(TEXT) | BIT(PROSE) | BIT(REF)},
    {"due", BIT(DATE)},
    {"met_by", BIT(DATE)},
    {"alarm", BIT(FLAG)},
    {"default", BIT(TEXT) | BIT(PROSE) | BIT(CHOICE) | BIT(FLAG) | BIT(DATE) | NUMBERS},
};

static kept_status check_keys(const kept_yaml_node *node, const kept_record_field *field,
                              kept_err *err)
{
    for (size_t i = 0; i < KEPT_N(only); i++) {
        const kept_yaml_node *at = kept_yaml_get(node, only[i].key);
        if (at && !(only[i].types & 1u << field->type))
            return kept_yaml_fail_key(at, err, "\"%s\" is of type %s, which has no \"%s\".",
                                      field->name, types[field->type], only[i].key);
    }
    return KEPT_OK;
}

/* --- Numbers --- */

static const char *number_form(kept_record_type type)
{
    switch (type) {
    case KEPT_RECORD_INTEGER:
        return "a whole number such as 12";
    case KEPT_RECORD_SHARE:
        return "a share such as 95% or 0.95";
    case KEPT_RECORD_MONEY:
        return "an amount such as 12.50, with at most four decimals";
    default:
        return "a number such as 12.5, with at most six decimals";
    }
}

static kept_status need_number(const kept_yaml_node *node, const char *key, const char *text,
                               kept_record_type type, int64_t *ret_number, kept_err *err)
{
    if (kept_record_number(type, text, ret_number))
        return KEPT_OK;
    return kept_yaml_fail(kept_yaml_get(node, key), err, "\"%s\" takes %s; \"%.*s\" is not.", key,
                          number_form(type), KEPT_SHOWN(text, 40));
}

static kept_status read_limit(const kept_yaml_node *node, const char *key, kept_record_type type,
                              bool *ret_has, int64_t *ret_limit, kept_err *err)
{
    const char *text = NULL;
    KEPT_TRY(kept_yaml_get_text(node, key, &text, err));
    if (!text)
        return KEPT_OK;
    KEPT_TRY(need_number(node, key, text, type, ret_limit, err));
    *ret_has = true;
    return KEPT_OK;
}

static kept_status read_limits(const kept_yaml_node *node, kept_record_field *f, kept_err *err)
{
    KEPT_TRY(read_limit(node, "min", f->type, &f->has_min, &f->min, err));
    KEPT_TRY(read_limit(node, "max", f->type, &f->has_max, &f->max, err));
    if (f->has_min && f->has_max && f->min > f->max)
        return kept_yaml_fail(kept_yaml_get(node, "max"), err, "\"max\" is less than \"min\".");
    return KEPT_OK;
}

/* --- Choices, references, default --- */

static kept_status read_choices(const kept_yaml_node *node, kept_arena *arena, kept_record_field *f,
                                kept_err *err)
{
    KEPT_TRY(kept_yaml_get_texts(node, "choices", arena, &f->choices, &f->n_choices, err));
    if (f->n_choices == 0)
        return kept_yaml_fail(node, err, "\"%s\" is of type choice and needs choices: [...].",
                              f->name);
    const kept_yaml_node *list = kept_yaml_get(node, "choices");
    for (const kept_yaml_node *c = list->first; c; c = c->next) {
        KEPT_TRY(kept_declare_one_line(c, c->text, err));
        for (const kept_yaml_node *before = list->first; before != c; before = before->next)
            if (kept_text_equal_nocase(before->text, c->text))
                return kept_yaml_fail(c, err, "\"%.*s\" stands twice in the list.",
                                      KEPT_SHOWN(c->text, 60));
    }
    return KEPT_OK;
}

static kept_status check_target(const kept_yaml_node *at, const char *name, kept_err *err)
{
    const char *fault = kept_name_fault(name);
    if (fault)
        return kept_yaml_fail(at, err, "\"%.*s\" %s", KEPT_SHOWN(name, 60), fault);
    return KEPT_OK;
}

/* `to` is one name or a list of names. */
static kept_status read_targets(const kept_yaml_node *node, kept_arena *arena, kept_record_field *f,
                                kept_err *err)
{
    const kept_yaml_node *at = kept_yaml_get(node, "to");
    if (!at)
        return kept_yaml_fail(node, err, "\"%s\" is of type %s and needs to: KIND.", f->name,
                              types[f->type]);
    if (at->type == KEPT_YAML_LIST) {
        KEPT_TRY(kept_yaml_get_texts(node, "to", arena, &f->to, &f->n_to, err));
    } else {
        const char **one = KEPT_NEW_N(arena, const char *, 1);
        if (!one)
            return kept_nomem(err);
        KEPT_TRY(kept_yaml_get_text(node, "to", one, err));
        KEPT_TRY(check_target(at, *one, err));
        f->to = one;
        f->n_to = 1;
    }
    if (f->n_to == 0)
        return kept_yaml_fail(at, err, "\"to\" must name at least one kind.");
    if (f->type == KEPT_RECORD_REFS && f->n_to > 1)
        return kept_yaml_fail(at, err,
                              "A field of type refs leads to one kind; make a field for each.");
    for (const kept_yaml_node *c = at->first; c; c = c->next) {
        KEPT_TRY(check_target(c, c->text, err));
        KEPT_TRY(kept_declare_once(at, c, err));
    }
    return KEPT_OK;
}

static kept_status check_default_number(const kept_yaml_node *node, const kept_record_field *f,
                                        kept_err *err)
{
    int64_t number;
    KEPT_TRY(need_number(node, "default", f->preset, f->type, &number, err));
    bool low = f->has_min && number < f->min, high = f->has_max && number > f->max;
    if (low || high)
        return kept_yaml_fail(kept_yaml_get(node, "default"), err, "\"default\" is %s than \"%s\".",
                              low ? "less" : "more", low ? "min" : "max");
    return KEPT_OK;
}

static kept_status read_default(const kept_yaml_node *node, kept_record_field *f, kept_err *err)
{
    static const char *const flags[] = {"yes", "no", "true", "false", "1", "0"};
    KEPT_TRY(kept_yaml_get_text(node, "default", &f->preset, err));
    if (!f->preset)
        return KEPT_OK;
    const kept_yaml_node *at = kept_yaml_get(node, "default");
    size_t i;
    kept_day day;
    switch (f->type) {
    case KEPT_RECORD_TEXT:
        return kept_declare_one_line(at, f->preset, err);
    case KEPT_RECORD_CHOICE:
        return kept_declare_find(at, "a choice", f->preset, f->choices, f->n_choices, &i, err);
    case KEPT_RECORD_FLAG:
        return kept_declare_find(at, "yes or no", f->preset, flags, KEPT_N(flags), &i, err);
    case KEPT_RECORD_DATE:
        if (!kept_day_read_iso(f->preset, strlen(f->preset), &day))
            return kept_yaml_fail(at, err, "\"default\" takes a day such as 2026-03-31.");
        return KEPT_OK;
    case KEPT_RECORD_PROSE:
    case KEPT_RECORD_REF:
    case KEPT_RECORD_REFS:
        return KEPT_OK;
    default:
        return check_default_number(node, f, err);
    }
}

/* --- The field --- */

/* Fields of a workspace's own kind may have any names: no release will add to that kind. */
static kept_status read_name(const kept_yaml_node *node, bool own, bool extends,
                             kept_record_field *f, kept_err *err)
{
    KEPT_TRY(kept_declare_text(node, what, "name", &f->name, err));
    bool own_name = extends || (own && kept_text_starts(f->name, KEPT_OWN_PREFIX));
    KEPT_TRY(kept_declare_name(node, what, "name", own_name, &f->name, err));
    const char *fault = kept_record_field_name_fault(f->name);
    if (fault)
        return kept_yaml_fail(kept_yaml_get(node, "name"), err, "\"%s\" %s", f->name, fault);
    KEPT_TRY(kept_yaml_get_text(node, "was", &f->was, err));
    if (f->was)
        KEPT_TRY(kept_declare_name(node, what, "was", own_name, &f->was, err));
    if (kept_text_equal(f->was, f->name))
        return kept_yaml_fail(kept_yaml_get(node, "was"), err,
                              "\"was\" is the name in earlier releases, not the name of now.");
    return KEPT_OK;
}

static kept_status read_flags(const kept_yaml_node *node, kept_record_field *f, kept_err *err)
{
    f->search = f->type == KEPT_RECORD_TEXT || f->type == KEPT_RECORD_PROSE;
    KEPT_TRY(kept_yaml_get_flag(node, "search", &f->search, err));
    KEPT_TRY(kept_yaml_get_flag(node, "required", &f->required, err));
    KEPT_TRY(kept_yaml_get_flag(node, "sensitive", &f->sensitive, err));
    KEPT_TRY(kept_yaml_get_flag(node, "settled", &f->settled, err));
    KEPT_TRY(kept_yaml_get_flag(node, "fixed", &f->fixed, err));
    return kept_yaml_get_flag(node, "personal", &f->personal, err);
}

/* Only for words that SQL keeps for itself, as "from": everything else is called by its name. */
static kept_status read_option(const kept_yaml_node *node, kept_record_field *f, kept_err *err)
{
    KEPT_TRY(kept_declare_line(node, what, "option", &f->option, err));
    size_t len = strlen(f->option);
    if (len == 0 || len > 30 || f->option[0] == '-' ||
        strspn(f->option, "abcdefghijklmnopqrstuvwxyz-") != len)
        return kept_yaml_fail(kept_yaml_get(node, "option"), err,
                              "An option is a word of small letters and -, as from.");
    return KEPT_OK;
}

/* Properties that hold one text. */
static kept_status read_vcard(const kept_yaml_node *node, kept_record_field *f, kept_err *err)
{
    static const char *const properties[] = {"FN",  "NICKNAME", "ORG",  "TITLE", "ROLE",
                                             "TEL", "EMAIL",    "NOTE", "URL"};
    size_t i;
    KEPT_TRY(kept_declare_word(node, what, "vcard", properties, KEPT_N(properties), &i, err));
    f->vcard = properties[i];
    return KEPT_OK;
}

/* `due` is yes, no, or a list of the states in which the day counts. */
static kept_status read_due(const kept_yaml_node *node, kept_arena *arena, kept_record_field *f,
                            kept_err *err)
{
    const kept_yaml_node *at = kept_yaml_get(node, "due");
    if (at->type != KEPT_YAML_LIST)
        return kept_yaml_get_flag(node, "due", &f->due, err);
    KEPT_TRY(kept_yaml_get_texts(node, "due", arena, &f->due_in, &f->n_due_in, err));
    if (f->n_due_in == 0)
        return kept_yaml_fail(at, err, "\"due\" names at least one state, or is yes.");
    for (const kept_yaml_node *c = at->first; c; c = c->next)
        KEPT_TRY(kept_declare_once(at, c, err));
    f->due = true;
    return KEPT_OK;
}

static kept_status read_alarm(const kept_yaml_node *node, kept_record_field *f, kept_err *err)
{
    static const char *const answers[] = {"yes", "no"};
    const char *text = NULL;
    size_t i;
    KEPT_TRY(kept_declare_text(node, what, "alarm", &text, err));
    KEPT_TRY(kept_declare_find(kept_yaml_get(node, "alarm"), "yes or no", text, answers,
                               KEPT_N(answers), &i, err));
    f->alarm = answers[i];
    return KEPT_OK;
}

kept_status kept_record__parse_field(const kept_yaml_node *node, bool own, bool extends,
                                     kept_arena *arena, kept_record_field *field, kept_err *err)
{
    KEPT_TRY(kept_yaml_expect_map(node, what, keys, KEPT_N(keys), err));
    kept_record_field f = {.help = "", .own = own, .source = node->source, .line = node->line};
    KEPT_TRY(read_name(node, own, extends, &f, err));
    size_t type;
    KEPT_TRY(kept_declare_word(node, what, "type", types, KEPT_N(types), &type, err));
    f.type = (kept_record_type)type;
    KEPT_TRY(kept_declare_line(node, what, "title", &f.title, err));
    KEPT_TRY(kept_yaml_get_text(node, "help", &f.help, err));
    KEPT_TRY(check_keys(node, &f, err));
    KEPT_TRY(read_flags(node, &f, err));
    if (kept_yaml_get(node, "option"))
        KEPT_TRY(read_option(node, &f, err));
    if (kept_yaml_get(node, "vcard"))
        KEPT_TRY(read_vcard(node, &f, err));
    if (kept_yaml_get(node, "due"))
        KEPT_TRY(read_due(node, arena, &f, err));
    KEPT_TRY(kept_yaml_get_text(node, "met_by", &f.met_by, err));
    if (kept_yaml_get(node, "alarm"))
        KEPT_TRY(read_alarm(node, &f, err));
    if (kept_yaml_get(node, "unit"))
        KEPT_TRY(kept_declare_line(node, what, "unit", &f.unit, err));
    KEPT_TRY(read_limits(node, &f, err));
    if (f.type == KEPT_RECORD_CHOICE)
        KEPT_TRY(read_choices(node, arena, &f, err));
    if (f.type == KEPT_RECORD_REF || f.type == KEPT_RECORD_REFS)
        KEPT_TRY(read_targets(node, arena, &f, err));
    KEPT_TRY(read_default(node, &f, err));
    *field = f;
    return KEPT_OK;
}
