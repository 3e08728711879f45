/* Reads one measure from YAML and checks it against the columns of its facts. */
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "base/yaml.h"
#include "catalogue/declare.h"
#include "catalogue/measure_parts.h"
#include "catalogue/names.h"

static const char what[] = "a measure";

/* In the order of their enums. */
static const char *const units[] = {"money", "count", "share", "days", "number", "minutes"};
static const char *const betters[] = {"higher", "lower", "none"};
static const char *const pers[] = {"customer", "firm"};
static const char *const periods[] = {"none", "month", "quarter", "year"};

static const char *const fields[] = {
    "measure",   "title",   "summary", "stage", "pack", "requirements", "unit",    "better",
    "facts",     "per",     "where",   "value", "time", "window",       "periods", "needs",
    "sensitive", "made_by", "start",   "due",   "done", "good",         "excused", "miss",
    "figure",    "newest",  "grain",   "total", "level"};

/* Of these a measure that a model writes has none. */
static const char *const computed[] = {"facts", "where",  "value",  "time",  "window", "periods",
                                       "needs", "start",  "due",    "done",  "good",   "excused",
                                       "miss",  "figure", "newest", "grain", "total",  "level"};

const char *kept_measure_unit_name(kept_measure_unit unit)
{
    return units[unit];
}

const char *kept_measure_better_name(kept_measure_better better)
{
    return betters[better];
}

const char *kept_measure_per_name(kept_measure_per per)
{
    return pers[per];
}

const char *kept_measure_period_name(kept_measure_period period)
{
    return periods[period];
}

int kept_measure_period_months(kept_measure_period period)
{
    static const int months[] = {0, 1, 3, 12};
    return months[period];
}

void kept_measure_window_write(kept_measure_window window, kept_buf *buf)
{
    int n = window.months ? window.months : window.days;
    if (n == 0)
        kept_buf_add(buf, "all");
    else
        kept_buf_printf(buf, "%d %s%s", n, window.months ? "month" : "day", n == 1 ? "" : "s");
}

/* --- The name: words with dots between --- */

static kept_status check_name(const kept_yaml_node *root, const char *name, bool own,
                              kept_arena *arena, kept_err *err)
{
    const kept_yaml_node *at = kept_yaml_get(root, "measure");
    for (const char *word = name;;) {
        size_t len = strcspn(word, ".");
        const char *part = kept_arena_strndup(arena, word, len);
        if (!part)
            return kept_nomem(err);
        /* Words that SQL reserves do no harm here: names of measures are values. */
        if (len == 0 || len > KEPT_NAME_MAX_LEN || part[0] < 'a' || part[0] > 'z' ||
            strspn(part, "abcdefghijklmnopqrstuvwxyz0123456789_") != len)
            return kept_yaml_fail(at, err,
                                  "\"%.*s\" is not a name of a measure: small letters, digits and "
                                  "_, words with dots between, as in sales.last_year.",
                                  KEPT_SHOWN(name, 60));
        if (!word[len])
            break;
        word += len + 1;
    }
    bool prefixed = kept_text_starts(name, KEPT_OWN_PREFIX);
    if (own && !prefixed)
        return kept_yaml_fail(at, err,
                              "The name of a workspace's own measure begins with %s: %s%s instead "
                              "of %s.",
                              KEPT_OWN_PREFIX, KEPT_OWN_PREFIX, name, name);
    if (!own && prefixed)
        return kept_yaml_fail(at, err, "\"%s\" begins with %s, as only a workspace's own names do.",
                              name, KEPT_OWN_PREFIX);
    return KEPT_OK;
}

/* --- Words of closed lists, with what stands when they are left out --- */

static kept_status get_word(const kept_yaml_node *root, const char *field, const char *const *words,
                            size_t n, size_t preset, size_t *ret_i, kept_err *err)
{
    if (!kept_yaml_get(root, field)) {
        *ret_i = preset;
        return KEPT_OK;
    }
    return kept_declare_word(root, what, field, words, n, ret_i, err);
}

static kept_status read_words(const kept_yaml_node *root, kept_measure *m, kept_err *err)
{
    size_t i;
    KEPT_TRY(kept_declare_word(root, what, "stage", kept_stages, KEPT_STAGE_NAMES, &i, err));
    m->stage = kept_stages[i];
    KEPT_TRY(kept_declare_word(root, what, "unit", units, KEPT_N(units), &i, err));
    m->unit = (kept_measure_unit)i;
    KEPT_TRY(kept_declare_word(root, what, "better", betters, KEPT_N(betters), &i, err));
    m->better = (kept_measure_better)i;
    KEPT_TRY(get_word(root, "per", pers, KEPT_N(pers), KEPT_PER_CUSTOMER, &i, err));
    m->per = (kept_measure_per)i;
    KEPT_TRY(get_word(root, "periods", periods, KEPT_N(periods), KEPT_PERIOD_NONE, &i, err));
    m->periods = (kept_measure_period)i;
    return KEPT_OK;
}

static kept_status read_window(const kept_yaml_node *root, kept_measure *m, kept_err *err)
{
    const char *text = NULL;
    KEPT_TRY(kept_declare_text(root, what, "window", &text, err));
    const kept_yaml_node *at = kept_yaml_get(root, "window");
    if (strcmp(text, "all") == 0) {
        if (m->periods)
            return kept_yaml_fail(at, err,
                                  "A measure with periods has a window that ends, as in "
                                  "\"24 months\".");
        return KEPT_OK;
    }
    int n = 0;
    const char *c = text;
    for (; *c >= '0' && *c <= '9' && n < 100000; c++)
        n = n * 10 + (*c - '0');
    bool months = strcmp(c, " months") == 0 || strcmp(c, " month") == 0;
    bool days = strcmp(c, " days") == 0 || strcmp(c, " day") == 0;
    if (n < 1 || !(months || days) || n > (months ? 1200 : 36600))
        return kept_yaml_fail(at, err,
                              "\"%.*s\" is no window; write \"12 months\", \"90 days\" or \"all\".",
                              KEPT_SHOWN(text, 60));
    int whole = kept_measure_period_months(m->periods);
    if (whole && (!months || n % whole))
        return kept_yaml_fail(at, err,
                              "A window with periods has whole ones: a number of months that %d "
                              "divides.",
                              whole);
    if (months)
        m->window.months = n;
    else
        m->window.days = n;
    return KEPT_OK;
}

/* --- Formulas --- */

kept_status kept_measure__formula(const kept_yaml_node *root, const char *field,
                                  kept_formula_rules rules, kept_arena *arena,
                                  const char **ret_text, kept_expr **ret_expr, kept_err *err)
{
    const char *text = NULL;
    kept_expr *expr = NULL;
    kept_err inner = KEPT_ERR_INIT;
    KEPT_TRY(kept_yaml_get_text(root, field, &text, err));
    if (!text)
        return KEPT_OK;
    rules.what = field;
    kept_status status = kept_formula_parse(text, field, arena, &expr, &inner);
    if (status == KEPT_OK)
        status = kept_formula_check(expr, &rules, &inner);
    if (status == KEPT_EARG)
        return kept_yaml_fail(kept_yaml_get(root, field), err, "%s", inner.msg);
    if (status != KEPT_OK)
        return kept_nomem(err);
    *ret_text = text;
    *ret_expr = expr;
    return KEPT_OK;
}

kept_status kept_measure__need_type(const kept_yaml_node *root, const char *field,
                                    const kept_expr *expr, bool fits, const char *needed,
                                    kept_err *err)
{
    if (fits)
        return KEPT_OK;
    return kept_yaml_fail(kept_yaml_get(root, field), err, "\"%s\" must be %s; this is %s.", field,
                          needed, kept_expr_type_words(expr->type));
}

kept_status kept_measure__unit_fits(const kept_yaml_node *root, const char *field,
                                    const kept_expr *expr, kept_measure_unit unit, kept_err *err)
{
    bool number = expr->type == KEPT_TYPE_NUMBER || expr->type == KEPT_TYPE_INTEGER;
    switch (unit) {
    case KEPT_UNIT_MONEY:
        return kept_measure__need_type(root, field, expr, expr->type == KEPT_TYPE_MONEY,
                                       "money, as its unit says", err);
    case KEPT_UNIT_COUNT:
        return kept_measure__need_type(root, field, expr, expr->type == KEPT_TYPE_INTEGER,
                                       "a whole number, as its unit says", err);
    default:
        return kept_measure__need_type(root, field, expr, number, "a number, as its unit says",
                                       err);
    }
}

/* About one row, of a number and of cases alike. */
static kept_status read_where(const kept_yaml_node *root, kept_arena *arena, kept_measure *m,
                              kept_err *err)
{
    kept_formula_rules rules = {.kind = m->facts};
    KEPT_TRY(kept_measure__formula(root, "where", rules, arena, &m->where_text, &m->where, err));
    if (!m->where)
        return KEPT_OK;
    return kept_measure__need_type(root, "where", m->where, m->where->type == KEPT_TYPE_FLAG,
                                   "a condition", err);
}

static kept_status read_formulas(const kept_yaml_node *root, kept_arena *arena, kept_measure *m,
                                 kept_err *err)
{
    const char *text = NULL;
    KEPT_TRY(kept_declare_text(root, what, "value", &text, err));
    kept_formula_rules over_rows = {.kind = m->facts, .over_rows = true};
    kept_formula_rules of_row = {.kind = m->facts};
    KEPT_TRY(
        kept_measure__formula(root, "value", over_rows, arena, &m->value_text, &m->value, err));
    KEPT_TRY(kept_measure__formula(root, "time", of_row, arena, &m->time_text, &m->time, err));
    KEPT_TRY(kept_measure__unit_fits(root, "value", m->value, m->unit, err));
    KEPT_TRY(read_where(root, arena, m, err));
    if (m->time)
        KEPT_TRY(kept_measure__need_type(root, "time", m->time, m->time->type == KEPT_TYPE_DATE,
                                         "a date", err));
    else if (!m->facts->time && (m->window.months || m->window.days))
        return kept_yaml_fail(root, err,
                              "%s have no day of their own; say with \"time\" which one counts.",
                              m->facts->name);
    return KEPT_OK;
}

static kept_status read_needs(const kept_yaml_node *root, kept_arena *arena, kept_measure *m,
                              kept_err *err)
{
    const kept_yaml_node *list = kept_yaml_get(root, "needs");
    const kept_fact_kind *kind = m->facts;
    const kept_fact_column **columns = KEPT_NEW_N(arena, const kept_fact_column *, kind->n_columns);
    const char **names = KEPT_NEW_N(arena, const char *, kind->n_columns);
    const char *const *words = NULL;
    size_t n = 0, n_words = 0;
    if (!columns || !names)
        return kept_nomem(err);
    for (size_t i = 0; i < kind->n_columns; i++)
        names[i] = kind->columns[i].name;
    if (!list && m->value)
        kept_formula_columns(m->value, columns, &n);
    else if (list && (list->type != KEPT_YAML_LIST || list->n)) /* an empty list is an answer too */
        KEPT_TRY(kept_yaml_get_texts(root, "needs", arena, &words, &n_words, err));
    for (const kept_yaml_node *c = n_words ? list->first : NULL; c; c = c->next) {
        size_t i;
        KEPT_AUTO_BUF a_column = KEPT_BUF_INIT;
        kept_buf_printf(&a_column, "a column of %s", kind->name);
        KEPT_TRY(kept_declare_find(c, kept_buf_text(&a_column), c->text, names, kind->n_columns, &i,
                                   err));
        KEPT_TRY(kept_declare_once(list, c, err));
        columns[n++] = &kind->columns[i];
    }
    m->needs = columns;
    m->n_needs = n;
    return KEPT_OK;
}

/* --- The measure --- */

static kept_status check_made_by(const kept_yaml_node *root, const kept_measure *m, kept_err *err)
{
    for (size_t i = 0; i < KEPT_N(computed); i++) {
        const kept_yaml_node *node = kept_yaml_get(root, computed[i]);
        if (node)
            return kept_yaml_fail_key(node, err,
                                      "\"%s\" is written by kept %s, so it has no \"%s\".", m->name,
                                      m->made_by, computed[i]);
    }
    return KEPT_OK;
}

kept_status kept_measure__kind(const kept_yaml_node *root, const char *field,
                               const kept_fact_kinds *kinds, kept_arena *arena,
                               const kept_fact_kind **ret_kind, kept_err *err)
{
    const char *name = NULL;
    const char **names = KEPT_NEW_N(arena, const char *, kinds->n);
    size_t i;
    if (!names)
        return kept_nomem(err);
    for (i = 0; i < kinds->n; i++)
        names[i] = kinds->kinds[i]->name;
    KEPT_TRY(kept_declare_text(root, what, field, &name, err));
    KEPT_TRY(kept_declare_find(kept_yaml_get(root, field), "a kind of facts", name, names, kinds->n,
                               &i, err));
    *ret_kind = kinds->kinds[i];
    return KEPT_OK;
}

static kept_status read_facts(const kept_yaml_node *root, const kept_fact_kinds *kinds,
                              kept_arena *arena, kept_measure *m, kept_err *err)
{
    KEPT_TRY(kept_measure__kind(root, "facts", kinds, arena, &m->facts, err));
    if (m->per == KEPT_PER_CUSTOMER && !kept_fact_column_find(m->facts, "customer"))
        return kept_yaml_fail(kept_yaml_get(root, "facts"), err,
                              "%s are of no customer; write \"per: firm\".", m->facts->name);
    return KEPT_OK;
}

static kept_status read_head(const kept_yaml_node *root, bool own, kept_arena *arena,
                             kept_measure *m, kept_err *err)
{
    KEPT_TRY(kept_yaml_expect_map(root, what, fields, KEPT_N(fields), err));
    KEPT_TRY(kept_declare_text(root, what, "measure", &m->name, err));
    KEPT_TRY(check_name(root, m->name, own, arena, err));
    KEPT_TRY(kept_declare_line(root, what, "title", &m->title, err));
    KEPT_TRY(kept_declare_text(root, what, "summary", &m->summary, err));
    KEPT_TRY(kept_declare_text(root, what, "pack", &m->pack, err));
    KEPT_TRY(kept_declare_requirements(root, arena, &m->ids, err));
    KEPT_TRY(kept_yaml_get_flag(root, "sensitive", &m->sensitive, err));
    KEPT_TRY(kept_yaml_get_text(root, "made_by", &m->made_by, err));
    return read_words(root, m, err);
}

kept_status kept_measure_parse(const char *yaml, size_t len, const char *source, bool own,
                               const kept_fact_kinds *kinds, kept_arena *arena,
                               kept_measure **ret_measure, kept_err *err)
{
    kept_yaml_node *root = NULL;
    KEPT_TRY(kept_yaml_parse(yaml, len, source, arena, &root, err));
    kept_measure *m = KEPT_NEW(arena, kept_measure);
    if (!m)
        return kept_nomem(err);
    *m = (kept_measure){.own = own, .text = yaml, .len = len, .source = source, .ids = ""};
    KEPT_TRY(read_head(root, own, arena, m, err));
    if (m->made_by) {
        KEPT_TRY(check_made_by(root, m, err));
    } else if (kept_measure__judges(root)) {
        KEPT_TRY(read_facts(root, kinds, arena, m, err));
        KEPT_TRY(read_where(root, arena, m, err));
        KEPT_TRY(kept_measure__judge(root, kinds, arena, m, err));
        KEPT_TRY(read_needs(root, arena, m, err));
    } else {
        KEPT_TRY(read_facts(root, kinds, arena, m, err));
        KEPT_TRY(read_window(root, m, err));
        KEPT_TRY(read_formulas(root, arena, m, err));
        KEPT_TRY(read_needs(root, arena, m, err));
    }
    *ret_measure = m;
    return KEPT_OK;
}
