/* Reads one kind of fact from YAML and checks that it makes sense. The checks are the ones whose
 * failure would surface much later, in SQL or in a wrong as-of answer. */
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "base/yaml.h"
#include "catalogue/declare.h"
#include "catalogue/fact_kind.h"
#include "catalogue/names.h"

enum { MAX_COLUMNS = 200 };

static const size_t n_stages = KEPT_STAGE_NAMES - 1; /* no facts of stage general */

/* In the order of kept_column_type. */
static const char *const types[] = {"customer", "when", "money", "number",
                                    "integer",  "flag", "text",  "choice"};

static const char *const kind_fields[] = {"kind", "title", "summary",  "stage",  "requirements",
                                          "time", "key",   "numbered", "columns"};

static const char *const column_fields[] = {"name",     "type",  "title", "help",
                                            "required", "known", "guess", "choices"};

/* --- One column --- */

static kept_status read_choices(const kept_yaml_node *node, kept_arena *arena,
                                kept_fact_column *column, kept_err *err)
{
    const kept_yaml_node *list = kept_yaml_get(node, "choices");
    if (column->type != KEPT_COL_CHOICE) {
        if (list)
            return kept_yaml_fail_key(list, err,
                                      "Only a column of type choice has choices; \"%s\" is of type "
                                      "%s.",
                                      column->name, types[column->type]);
        return KEPT_OK;
    }
    KEPT_TRY(
        kept_yaml_get_texts(node, "choices", arena, &column->choices, &column->n_choices, err));
    if (column->n_choices == 0)
        return kept_yaml_fail(node, err, "\"%s\" is of type choice and needs choices: [...].",
                              column->name);
    for (const kept_yaml_node *c = list->first; c; c = c->next)
        KEPT_TRY(kept_declare_once(list, c, err));
    return KEPT_OK;
}

/* The column's own name always counts as a guess and comes first. */
static kept_status read_guesses(const kept_yaml_node *node, kept_arena *arena,
                                kept_fact_column *column, kept_err *err)
{
    const char *const *written = NULL;
    size_t n = 0;
    KEPT_TRY(kept_yaml_get_texts(node, "guess", arena, &written, &n, err));
    const char **all = KEPT_NEW_N(arena, const char *, n + 1);
    if (!all)
        return kept_nomem(err);
    all[0] = kept_text_squash(arena, column->name);
    if (!all[0])
        return kept_nomem(err);
    const kept_yaml_node *list = kept_yaml_get(node, "guess");
    const kept_yaml_node *item = list ? list->first : NULL;
    for (size_t i = 0; i < n; i++, item = item->next) {
        const char *squashed = kept_text_squash(arena, written[i]);
        if (!squashed)
            return kept_nomem(err);
        if (strcmp(squashed, written[i]) != 0)
            return kept_yaml_fail(
                item, err,
                "A guess is written without blanks, signs and capitals: \"%.60s\" "
                "for \"%.60s\".",
                squashed, written[i]);
        if (strcmp(squashed, all[0]) == 0)
            return kept_yaml_fail(item, err,
                                  "\"%.60s\" is the column's own name, which always counts; leave "
                                  "it out.",
                                  squashed);
        KEPT_TRY(kept_declare_once(list, item, err));
        all[i + 1] = squashed;
    }
    column->guess = all;
    column->n_guess = n + 1;
    return KEPT_OK;
}

static kept_status read_column(const kept_yaml_node *node, kept_arena *arena,
                               kept_fact_column *column, kept_err *err)
{
    KEPT_TRY(kept_yaml_expect_map(node, "a column", column_fields, KEPT_N(column_fields), err));
    KEPT_TRY(kept_declare_text(node, "a column", "name", &column->name, err));
    const char *fault = kept_column_name_fault(column->name);
    if (fault)
        return kept_yaml_fail(kept_yaml_get(node, "name"), err, "\"%.60s\" %s", column->name,
                              fault);
    size_t type_i;
    KEPT_TRY(kept_declare_word(node, "a column", "type", types, KEPT_N(types), &type_i, err));
    column->type = (kept_column_type)type_i;
    KEPT_TRY(kept_declare_text(node, "a column", "title", &column->title, err));
    column->help = "";
    KEPT_TRY(kept_yaml_get_text(node, "help", &column->help, err));
    KEPT_TRY(kept_yaml_get_flag(node, "required", &column->required, err));
    KEPT_TRY(kept_yaml_get_text(node, "known", &column->known, err));
    KEPT_TRY(read_choices(node, arena, column, err));
    return read_guesses(node, arena, column, err);
}

/* --- What columns say about each other --- */

/* A name that stands in `field` must be a column of the kind. */
static kept_status find_column(const kept_fact_kind *kind, const char *name,
                               const kept_yaml_node *at, kept_arena *arena,
                               const kept_fact_column **ret_column, kept_err *err)
{
    const kept_fact_column *column = kept_fact_column_find(kind, name);
    if (column) {
        *ret_column = column;
        return KEPT_OK;
    }
    const char **names = KEPT_NEW_N(arena, const char *, kind->n_columns);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < kind->n_columns; i++)
        names[i] = kind->columns[i].name;
    const char *near = kept_text_nearest(name, names, kind->n_columns);
    if (near)
        return kept_yaml_fail(at, err, "\"%s\" has no column \"%.60s\"; did you mean \"%s\"?",
                              kind->name, name, near);
    return kept_yaml_fail(at, err, "\"%s\" has no column \"%.60s\".", kind->name, name);
}

static kept_status need_when(const kept_fact_kind *kind, const char *name, const char *field,
                             const kept_yaml_node *at, kept_arena *arena, kept_err *err)
{
    const kept_fact_column *column = NULL;
    KEPT_TRY(find_column(kind, name, at, arena, &column, err));
    if (column->type != KEPT_COL_WHEN)
        return kept_yaml_fail(at, err,
                              "\"%s\" must name a column of type when; \"%s\" is of type %s.",
                              field, name, types[column->type]);
    return KEPT_OK;
}

/* Every command reads the kinds of facts: most words differ in the first letter already. */
static kept_status check_guess_free(const kept_fact_kind *kind, size_t column, size_t guess,
                                    const kept_yaml_node *at, kept_err *err)
{
    const char *word = kind->columns[column].guess[guess];
    for (size_t i = 0; i < column; i++)
        for (size_t j = 0; j < kind->columns[i].n_guess; j++)
            if (kind->columns[i].guess[j][0] == word[0] &&
                strcmp(kind->columns[i].guess[j], word) == 0)
                return kept_yaml_fail(
                    at, err,
                    "\"%.60s\" is a guess for \"%s\" already; one header cannot mean "
                    "two columns.",
                    word, kind->columns[i].name);
    return KEPT_OK;
}

/* Column i against those before it, and its references to others. */
static kept_status check_column(const kept_fact_kind *kind, size_t i, const kept_yaml_node *node,
                                kept_arena *arena, kept_err *err)
{
    const kept_fact_column *column = &kind->columns[i];
    const kept_yaml_node *name = kept_yaml_get(node, "name");
    for (size_t j = 0; j < i; j++)
        if (strcmp(kind->columns[j].name, column->name) == 0)
            return kept_yaml_fail(name, err, "The column \"%s\" stands twice.", column->name);
    if ((column->type == KEPT_COL_CUSTOMER) != (strcmp(column->name, "customer") == 0))
        return kept_yaml_fail(name, err,
                              "A column of type customer is named customer, and no other is.");
    const kept_yaml_node *guesses = kept_yaml_get(node, "guess");
    KEPT_TRY(check_guess_free(kind, i, 0, name, err));
    const kept_yaml_node *item = guesses ? guesses->first : NULL;
    for (size_t g = 1; g < column->n_guess; g++, item = item->next)
        KEPT_TRY(check_guess_free(kind, i, g, item, err));
    if (column->known)
        return need_when(kind, column->known, "known", kept_yaml_get(node, "known"), arena, err);
    return KEPT_OK;
}

static kept_status read_columns(const kept_yaml_node *root, kept_arena *arena, kept_fact_kind *kind,
                                kept_err *err)
{
    const kept_yaml_node *list = kept_yaml_get(root, "columns");
    if (!list)
        return kept_yaml_fail(root, err, "\"columns\" is missing; a kind of fact must have it.");
    if (list->type != KEPT_YAML_LIST || list->n == 0)
        return kept_yaml_fail(list, err, "\"columns\" must list at least one column: - name: ...");
    if (list->n > MAX_COLUMNS)
        return kept_yaml_fail(list, err, "More than %d columns.", MAX_COLUMNS);
    kept_fact_column *columns = KEPT_NEW_N(arena, kept_fact_column, list->n);
    if (!columns)
        return kept_nomem(err);
    size_t n = 0;
    for (const kept_yaml_node *c = list->first; c; c = c->next)
        KEPT_TRY(read_column(c, arena, &columns[n++], err));
    kind->columns = columns;
    kind->n_columns = n;
    size_t i = 0;
    for (const kept_yaml_node *c = list->first; c; c = c->next)
        KEPT_TRY(check_column(kind, i++, c, arena, err));
    return KEPT_OK;
}

/* --- The kind --- */

static kept_status read_key_columns(const kept_yaml_node *root, kept_arena *arena,
                                    kept_fact_kind *kind, kept_err *err)
{
    KEPT_TRY(kept_yaml_get_texts(root, "key", arena, &kind->key, &kind->n_key, err));
    const kept_yaml_node *list = kept_yaml_get(root, "key");
    for (const kept_yaml_node *c = list ? list->first : NULL; c; c = c->next) {
        const kept_fact_column *column = NULL;
        KEPT_TRY(find_column(kind, c->text, c, arena, &column, err));
        KEPT_TRY(kept_declare_once(list, c, err));
        /* Key columns are compared without the time of day that stands beside a day. */
        if (column->type == KEPT_COL_WHEN)
            return kept_yaml_fail(
                c, err,
                "\"%s\" is of type when and cannot be part of the key, because "
                "times of one day would count as the same; use a number of the row.",
                column->name);
        if (column->known)
            return kept_yaml_fail(
                c, err, "\"%s\" becomes known later (at %s), so it cannot identify a row.",
                column->name, column->known);
    }
    return KEPT_OK;
}

static kept_status read_numbered(const kept_yaml_node *root, kept_fact_kind *kind, kept_err *err)
{
    KEPT_TRY(kept_yaml_get_text(root, "numbered", &kind->numbered, err));
    if (!kind->numbered)
        return KEPT_OK;
    const kept_yaml_node *at = kept_yaml_get(root, "numbered");
    bool in_key = false;
    for (size_t i = 0; i < kind->n_key; i++)
        in_key = in_key || strcmp(kind->key[i], kind->numbered) == 0;
    if (!in_key || kind->n_key < 2)
        return kept_yaml_fail(at, err,
                              "\"numbered\" must name one of at least two key columns; rows are "
                              "numbered within the others.");
    kept_column_type type = kept_fact_column_find(kind, kind->numbered)->type;
    if (type != KEPT_COL_TEXT && type != KEPT_COL_INTEGER)
        return kept_yaml_fail(at, err,
                              "\"numbered\" must name a column of type text or integer; "
                              "\"%s\" is of type %s.",
                              kind->numbered, types[type]);
    return KEPT_OK;
}

static kept_status read_head(const kept_yaml_node *root, kept_arena *arena, kept_fact_kind *kind,
                             kept_err *err)
{
    const char *what = "a kind of fact";
    KEPT_TRY(kept_yaml_expect_map(root, what, kind_fields, KEPT_N(kind_fields), err));
    kind->source = root->source;
    KEPT_TRY(kept_declare_text(root, what, "kind", &kind->name, err));
    const char *fault = kept_name_fault(kind->name);
    if (fault)
        return kept_yaml_fail(kept_yaml_get(root, "kind"), err, "\"%.60s\" %s", kind->name, fault);
    KEPT_TRY(kept_declare_text(root, what, "title", &kind->title, err));
    KEPT_TRY(kept_declare_text(root, what, "summary", &kind->summary, err));
    size_t stage_i;
    KEPT_TRY(kept_declare_word(root, what, "stage", kept_stages, n_stages, &stage_i, err));
    kind->stage = kept_stages[stage_i];
    return kept_declare_requirements(root, arena, &kind->ids, err);
}

kept_status kept_fact_kind_parse(const char *yaml, size_t len, const char *source,
                                 kept_arena *arena, kept_fact_kind **ret_kind, kept_err *err)
{
    kept_yaml_node *root;
    KEPT_TRY(kept_yaml_parse(yaml, len, source, arena, &root, err));
    kept_fact_kind *kind = KEPT_NEW(arena, kept_fact_kind);
    if (!kind)
        return kept_nomem(err);
    KEPT_TRY(read_head(root, arena, kind, err));
    KEPT_TRY(read_columns(root, arena, kind, err));
    KEPT_TRY(kept_yaml_get_text(root, "time", &kind->time, err));
    if (kind->time)
        KEPT_TRY(need_when(kind, kind->time, "time", kept_yaml_get(root, "time"), arena, err));
    KEPT_TRY(read_key_columns(root, arena, kind, err));
    KEPT_TRY(read_numbered(root, kind, err));
    *ret_kind = kind;
    return KEPT_OK;
}
