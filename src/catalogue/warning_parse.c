/* One warning from YAML, with every check that needs no database. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "base/yaml.h"
#include "catalogue/declare.h"
#include "catalogue/names.h"
#include "catalogue/warning.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char what[] = "a warning";

static const char *const warning_fields[] = {"warning",   "number",   "title",
                                             "stage",     "pack",     "requirements",
                                             "weight",    "about",    "key_accounts_only",
                                             "late_sign", "limits",   "measures",
                                             "rows",      "enough",   "fires",
                                             "money",     "evidence", "reason",
                                             "missing",   "source",   "advice"};
static const char *const limit_fields[] = {"name", "title", "default", "unit", "min", "max"};
static const char *const units[] = {"share", "days", "count", "number"};
static const char firm[] = "firm";

enum { MOST_LIMITS = 20, MOST_PARTS = 200, MOST_NUMBER = 9999 };

/* --- Sentences --- */

static kept_status bad_form(const char *text, size_t len, kept_err *err)
{
    return kept_fail(err, KEPT_EINPUT,
                     "\"%.*s\" is no figure; write the name of a column or limit, and behind a "
                     "colon %%, day, money, number, one|many, or a kind of record.",
                     (int)(len > 80 ? 80 : len), text);
}

static kept_status parse_form(const char *form, const kept_catalogue *catalogue, kept_arena *arena,
                              kept_figure *figure, bool *ret_known, kept_err *err)
{
    static const char *const forms[] = {"", "%", "day", "money", "number"};
    *ret_known = true;
    for (size_t i = 0; i < COUNT(forms); i++) {
        if (strcmp(form, forms[i]) == 0) {
            figure->form = (kept_figure_form)i;
            return KEPT_OK;
        }
    }
    const char *bar = strchr(form, '|');
    if (bar) {
        figure->form = KEPT_FIGURE_WORDS;
        figure->one = kept_arena_strndup(arena, form, (size_t)(bar - form));
        figure->many = bar + 1;
        return figure->one ? KEPT_OK : kept_nomem(err);
    }
    figure->form = KEPT_FIGURE_RECORD;
    figure->kind = kept_catalogue_record(catalogue, form);
    *ret_known = figure->kind != NULL;
    return KEPT_OK;
}

kept_status kept_figure_parse(const char *text, size_t len, const kept_catalogue *catalogue,
                              kept_arena *arena, kept_figure *ret_figure, kept_err *err)
{
    kept_figure figure = {0};
    char *name = kept_arena_strndup(arena, text, len);
    if (!name)
        return kept_nomem(err);
    char *colon = strchr(name, ':');
    const char *form = colon ? colon + 1 : "";
    if (colon)
        *colon = '\0';
    figure.name = name;
    bool known = false;
    KEPT_TRY(parse_form(form, catalogue, arena, &figure, &known, err));
    if (!known || (colon && !form[0]) || !name[0])
        return bad_form(text, len, err);
    *ret_figure = figure;
    return KEPT_OK;
}

static kept_status parse_brace(const kept_yaml_node *at, const char *open, const char *close,
                               const kept_catalogue *catalogue, kept_arena *arena,
                               kept_figure *ret_figure, kept_err *err)
{
    kept_err inner = KEPT_ERR_INIT;
    kept_status status = kept_figure_parse(open + 1, (size_t)(close - open - 1), catalogue, arena,
                                           ret_figure, &inner);
    if (status == KEPT_EINPUT)
        return kept_yaml_fail(at, err, "%s", inner.msg);
    return status == KEPT_OK ? KEPT_OK : kept_nomem(err);
}

static kept_status parse_sentence(const kept_yaml_node *at, const char *text,
                                  const kept_catalogue *catalogue, kept_arena *arena,
                                  kept_sentence *ret_sentence, kept_err *err)
{
    kept_sentence_part *parts = KEPT_NEW_N(arena, kept_sentence_part, MOST_PARTS);
    if (!parts)
        return kept_nomem(err);
    size_t n = 0;
    for (const char *c = text; *c;) {
        if (n == MOST_PARTS)
            return kept_yaml_fail(at, err, "More than %d pieces.", MOST_PARTS);
        size_t words = strcspn(c, "{}");
        const char *close = c[0] == '{' ? strchr(c, '}') : NULL;
        if (words) {
            parts[n].text = kept_arena_strndup(arena, c, words);
            if (!parts[n++].text)
                return kept_nomem(err);
            c += words;
        } else if (close) {
            KEPT_TRY(parse_brace(at, c, close, catalogue, arena, &parts[n++].figure, err));
            c = close + 1;
        } else {
            return kept_yaml_fail(at, err, "A brace has no partner; figures stand in {name}.");
        }
    }
    *ret_sentence = (kept_sentence){parts, n};
    return KEPT_OK;
}

/* --- Limits --- */

static kept_status limit_value(const kept_yaml_node *node, const char *field,
                               const kept_warning_limit *limit, double missing, double *ret_value,
                               kept_err *err)
{
    const char *text = NULL;
    KEPT_TRY(kept_yaml_get_text(node, field, &text, err));
    if (!text) {
        *ret_value = missing;
        return KEPT_OK;
    }
    kept_err inner = KEPT_ERR_INIT;
    if (kept_warning_limit_read(limit, text, ret_value, &inner) != KEPT_OK)
        return kept_yaml_fail(kept_yaml_get(node, field), err, "%s", inner.msg);
    return KEPT_OK;
}

static kept_status read_limit(const kept_yaml_node *node, kept_warning_limit *limit, kept_err *err)
{
    KEPT_TRY(kept_yaml_expect_map(node, "a limit", limit_fields, COUNT(limit_fields), err));
    KEPT_TRY(kept_declare_text(node, "a limit", "name", &limit->name, err));
    const char *fault = kept_name_fault(limit->name);
    if (!fault && (strcmp(limit->name, "today") == 0 || strcmp(limit->name, "subject") == 0))
        fault = "is a value that Kept gives itself; choose another name.";
    if (fault)
        return kept_yaml_fail(kept_yaml_get(node, "name"), err, "\"%.60s\" %s", limit->name, fault);
    KEPT_TRY(kept_declare_text(node, "a limit", "title", &limit->title, err));
    size_t unit = 0;
    KEPT_TRY(kept_declare_word(node, "a limit", "unit", units, COUNT(units), &unit, err));
    limit->unit = (kept_limit_unit)unit;
    limit->min = 0;
    limit->max = HUGE_VAL;
    double least = 0, most = limit->unit == KEPT_LIMIT_SHARE ? 1 : 1e6, preset = NAN;
    KEPT_TRY(limit_value(node, "min", limit, least, &least, err));
    KEPT_TRY(limit_value(node, "max", limit, most, &most, err));
    limit->min = least;
    limit->max = most;
    KEPT_TRY(limit_value(node, "default", limit, NAN, &preset, err));
    if (isnan(preset))
        return kept_yaml_fail(node, err, "\"default\" is missing; a limit must have it.");
    limit->preset = preset;
    return KEPT_OK;
}

static kept_status read_limits(const kept_yaml_node *root, kept_arena *arena, kept_warning *w,
                               kept_err *err)
{
    const kept_yaml_node *list = kept_yaml_get(root, "limits");
    if (!list)
        return KEPT_OK;
    if (list->type != KEPT_YAML_LIST || list->n == 0 || list->n > MOST_LIMITS)
        return kept_yaml_fail(list, err, "\"limits\" must list 1 to %d limits: - name: ...",
                              MOST_LIMITS);
    kept_warning_limit *limits = KEPT_NEW_N(arena, kept_warning_limit, list->n);
    if (!limits)
        return kept_nomem(err);
    size_t n = 0;
    for (const kept_yaml_node *c = list->first; c; c = c->next) {
        KEPT_TRY(read_limit(c, &limits[n], err));
        for (size_t i = 0; i < n; i++)
            if (strcmp(limits[i].name, limits[n].name) == 0)
                return kept_yaml_fail(kept_yaml_get(c, "name"), err,
                                      "The limit \"%s\" stands twice.", limits[n].name);
        n++;
    }
    w->limits = limits;
    w->n_limits = n;
    return KEPT_OK;
}

/* --- The warning --- */

static kept_status read_integer(const kept_yaml_node *root, const char *field, int min, int max,
                                int *ret_value, kept_err *err)
{
    const char *text = NULL;
    KEPT_TRY(kept_yaml_get_text(root, field, &text, err));
    if (!text)
        return KEPT_OK;
    int value = 0;
    size_t digits = strspn(text, "0123456789");
    for (size_t i = 0; i < digits && value <= max; i++)
        value = value * 10 + (text[i] - '0');
    if (digits == 0 || text[digits] || value < min || value > max)
        return kept_yaml_fail(kept_yaml_get(root, field), err,
                              "\"%s\" is a whole number from %d to %d.", field, min, max);
    *ret_value = value;
    return KEPT_OK;
}

static kept_status read_pack(const kept_yaml_node *root, const kept_catalogue *catalogue,
                             kept_arena *arena, kept_warning *w, kept_err *err)
{
    const char **names = KEPT_NEW_N(arena, const char *, catalogue->n_packs);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < catalogue->n_packs; i++)
        names[i] = catalogue->packs[i].name;
    size_t at = 0;
    KEPT_TRY(kept_declare_word(root, what, "pack", names, catalogue->n_packs, &at, err));
    w->pack = names[at];
    return KEPT_OK;
}

static kept_status read_about(const kept_yaml_node *root, const kept_catalogue *catalogue,
                              kept_arena *arena, kept_warning *w, kept_err *err)
{
    const char **names = KEPT_NEW_N(arena, const char *, catalogue->n_records + 1);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < catalogue->n_records; i++)
        names[i] = catalogue->records[i]->name;
    names[catalogue->n_records] = firm;
    const char *name = NULL;
    KEPT_TRY(kept_declare_text(root, what, "about", &name, err));
    size_t at = 0;
    KEPT_TRY(kept_declare_find(kept_yaml_get(root, "about"), "a kind of record or firm", name,
                               names, catalogue->n_records + 1, &at, err));
    w->about = at < catalogue->n_records ? catalogue->records[at] : NULL;
    if (w->key_accounts_only && !w->about)
        return kept_yaml_fail_key(kept_yaml_get(root, "key_accounts_only"), err,
                                  "A warning about the firm looks at no key account.");
    return KEPT_OK;
}

static kept_status read_head(const kept_yaml_node *root, bool own, const kept_catalogue *catalogue,
                             kept_arena *arena, kept_warning *w, kept_err *err)
{
    KEPT_TRY(kept_declare_name(root, what, "warning", own, &w->name, err));
    KEPT_TRY(read_integer(root, "number", 1, MOST_NUMBER, &w->number, err));
    KEPT_TRY(kept_declare_text(root, what, "title", &w->title, err));
    size_t stage = 0;
    KEPT_TRY(kept_declare_word(root, what, "stage", kept_stages, KEPT_STAGE_NAMES, &stage, err));
    w->stage = kept_stages[stage];
    KEPT_TRY(read_pack(root, catalogue, arena, w, err));
    KEPT_TRY(kept_declare_requirements(root, arena, &w->ids, err));
    w->weight = 3;
    KEPT_TRY(read_integer(root, "weight", 1, 5, &w->weight, err));
    KEPT_TRY(kept_yaml_get_flag(root, "key_accounts_only", &w->key_accounts_only, err));
    KEPT_TRY(kept_yaml_get_flag(root, "late_sign", &w->late_sign, err));
    return read_about(root, catalogue, arena, w, err);
}

static kept_status read_rule(const kept_yaml_node *root, const kept_catalogue *catalogue,
                             kept_arena *arena, kept_warning *w, kept_err *err)
{
    KEPT_TRY(kept_yaml_get_texts(root, "measures", arena, &w->measures, &w->n_measures, err));
    KEPT_TRY(kept_declare_text(root, what, "rows", &w->rows, err));
    KEPT_TRY(kept_yaml_get_text(root, "enough", &w->enough, err));
    KEPT_TRY(kept_declare_text(root, what, "fires", &w->fires, err));
    KEPT_TRY(kept_yaml_get_text(root, "money", &w->money, err));
    KEPT_TRY(kept_declare_text(root, what, "evidence", &w->evidence, err));
    const char *reason = NULL;
    KEPT_TRY(kept_declare_text(root, what, "reason", &reason, err));
    KEPT_TRY(
        parse_sentence(kept_yaml_get(root, "reason"), reason, catalogue, arena, &w->reason, err));
    KEPT_TRY(kept_declare_text(root, what, "missing", &w->missing, err));
    KEPT_TRY(kept_declare_text(root, what, "source", &w->source, err));
    return kept_declare_text(root, what, "advice", &w->advice, err);
}

kept_status kept_warning_parse(const char *yaml, size_t len, const char *source, bool own,
                               const kept_catalogue *catalogue, kept_arena *arena,
                               kept_warning **ret_warning, kept_err *err)
{
    kept_yaml_node *root = NULL;
    KEPT_TRY(kept_yaml_parse(yaml, len, source, arena, &root, err));
    KEPT_TRY(kept_yaml_expect_map(root, what, warning_fields, COUNT(warning_fields), err));
    kept_warning *w = KEPT_NEW(arena, kept_warning);
    if (!w)
        return kept_nomem(err);
    w->file = source;
    w->own = own;
    KEPT_TRY(read_head(root, own, catalogue, arena, w, err));
    KEPT_TRY(read_limits(root, arena, w, err));
    KEPT_TRY(read_rule(root, catalogue, arena, w, err));
    *ret_warning = w;
    return KEPT_OK;
}
