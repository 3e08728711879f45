/* Reads one file of records: a kind with its states and fields, or fields for a kind that is
 * declared elsewhere. What kinds say about each other is checked in catalogue.c. */
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "catalogue/declare.h"
#include "catalogue/names.h"
#include "catalogue/record_parse.h"

enum { PREFIX_MAX = 4, STATES_MAX = 50 };

static const char what_kind[] = "a kind of record";
static const char what_state[] = "a state";

static const char *const kind_keys[] = {
    "kind",      "title",  "plural", "prefix",       "stage",     "pack",   "summary",
    "label",     "unique", "of",     "requirements", "was",       "states", "fields",
    "worksheet", "quick",  "met",    "list",         "settled_in"};
static const char *const extension_keys[] = {"extends", "fields"};
static const char *const state_keys[] = {"title", "help", "closed", "moves", "commands"};

/* --- States --- */

/* States are values, not names in SQL: front-line words such as on-hold are fine. */
static const char *state_name_fault(const char *name)
{
    size_t len = strlen(name);
    if (len > KEPT_NAME_MAX_LEN || name[0] < 'a' || name[0] > 'z' ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") != len)
        return "is not the name of a state: use small letters a to z, digits, _ and -, begin with "
               "a letter, and take at most 48.";
    if (strcmp(name, "all") == 0)
        return "means every state where people look for records; choose another name.";
    return NULL;
}

/* commands: {closed: close}: which of its moves are made by a command of their own alone. */
static kept_status read_commands(const kept_yaml_node *node, kept_arena *arena,
                                 kept_record_state *state, kept_err *err)
{
    const kept_yaml_node *map = kept_yaml_get(node, "commands");
    if (!map)
        return KEPT_OK;
    if (map->type != KEPT_YAML_MAP)
        return kept_yaml_fail(map, err, "\"commands\" takes moves: {STATE: COMMAND}.");
    const char **commands = KEPT_NEW_N(arena, const char *, state->n_moves + 1);
    if (!commands)
        return kept_nomem(err);
    for (const kept_yaml_node *c = map->first; c; c = c->next) {
        size_t i;
        KEPT_TRY(kept_declare_find(c, "a move of this state", c->key, state->moves, state->n_moves,
                                   &i, err));
        KEPT_TRY(kept_yaml_get_text(map, c->key, &commands[i], err));
    }
    state->commands = commands;
    return KEPT_OK;
}

static kept_status read_state(const kept_yaml_node *node, kept_arena *arena,
                              kept_record_state *state, kept_err *err)
{
    const char *fault = state_name_fault(node->key);
    if (fault)
        return kept_yaml_fail_key(node, err, "\"%.*s\" %s", KEPT_SHOWN(node->key, 60), fault);
    KEPT_TRY(kept_yaml_expect_map(node, what_state, state_keys, KEPT_N(state_keys), err));
    state->name = node->key;
    KEPT_TRY(kept_declare_line(node, what_state, "title", &state->title, err));
    state->help = "";
    KEPT_TRY(kept_yaml_get_text(node, "help", &state->help, err));
    KEPT_TRY(kept_yaml_get_flag(node, "closed", &state->closed, err));
    KEPT_TRY(kept_yaml_get_texts(node, "moves", arena, &state->moves, &state->n_moves, err));
    return read_commands(node, arena, state, err);
}

static kept_status check_moves(const kept_yaml_node *node, const char *const *names, size_t n,
                               kept_err *err)
{
    const kept_yaml_node *list = kept_yaml_get(node, "moves");
    for (const kept_yaml_node *c = list ? list->first : NULL; c; c = c->next) {
        size_t i;
        KEPT_TRY(kept_declare_find(c, what_state, c->text, names, n, &i, err));
        KEPT_TRY(kept_declare_once(list, c, err));
        if (strcmp(c->text, node->key) == 0)
            return kept_yaml_fail(c, err, "\"%s\" cannot move to itself.", node->key);
    }
    return KEPT_OK;
}

static kept_status read_settled_in(const kept_yaml_node *root, const char *const *names, size_t n,
                                   kept_arena *arena, kept_record_kind *kind, kept_err *err)
{
    KEPT_TRY(kept_yaml_get_texts(root, "settled_in", arena, &kind->settled_in, &kind->n_settled_in,
                                 err));
    const kept_yaml_node *list = kept_yaml_get(root, "settled_in");
    for (const kept_yaml_node *c = list ? list->first : NULL; c; c = c->next) {
        size_t i;
        KEPT_TRY(kept_declare_find(c, what_state, c->text, names, n, &i, err));
        KEPT_TRY(kept_declare_once(list, c, err));
    }
    return KEPT_OK;
}

/* A kind of a workspace has no commands but those that every kind has. */
static kept_status check_own_commands(const kept_yaml_node *root, kept_err *err)
{
    static const char fault[] = "\"%s\" is for kinds that have commands of their own; a "
                                "workspace's kinds have none.";
    const kept_yaml_node *settled = kept_yaml_get(root, "settled_in");
    const kept_yaml_node *states = kept_yaml_get(root, "states");
    if (settled)
        return kept_yaml_fail_key(settled, err, fault, "settled_in");
    for (const kept_yaml_node *c = states ? states->first : NULL; c; c = c->next)
        if (kept_yaml_get(c, "commands"))
            return kept_yaml_fail_key(kept_yaml_get(c, "commands"), err, fault, "commands");
    return KEPT_OK;
}

static kept_status read_states(const kept_yaml_node *root, kept_arena *arena,
                               kept_record_kind *kind, kept_err *err)
{
    const kept_yaml_node *map = kept_yaml_get(root, "states");
    const kept_yaml_node *settled = kept_yaml_get(root, "settled_in");
    if (!map && settled)
        return kept_yaml_fail_key(settled, err, "\"settled_in\" names states; there are none.");
    if (!map)
        return KEPT_OK;
    if (map->type != KEPT_YAML_MAP || map->n == 0)
        return kept_yaml_fail(map, err,
                              "\"states\" must give at least one state: NAME: {title: ...}.");
    if (map->n > STATES_MAX)
        return kept_yaml_fail(map, err, "More than %d states.", STATES_MAX);
    kept_record_state *states = KEPT_NEW_N(arena, kept_record_state, map->n);
    const char **names = KEPT_NEW_N(arena, const char *, map->n);
    if (!states || !names)
        return kept_nomem(err);
    size_t n = 0;
    for (const kept_yaml_node *c = map->first; c; c = c->next, n++) {
        KEPT_TRY(read_state(c, arena, &states[n], err));
        names[n] = c->key;
    }
    for (const kept_yaml_node *c = map->first; c; c = c->next)
        KEPT_TRY(check_moves(c, names, n, err));
    kind->states = states;
    kind->n_states = n;
    KEPT_TRY(read_settled_in(root, names, n, arena, kind, err));
    if (kind->own)
        KEPT_TRY(check_own_commands(root, err));
    KEPT_TRY(kept_yaml_get_text(root, "met", &kind->met, err));
    size_t i;
    return kind->met ? kept_declare_find(kept_yaml_get(root, "met"), what_state, kind->met, names,
                                         n, &i, err)
                     : KEPT_OK;
}

/* --- Fields --- */

/* Columns of a field, as record_kind.h says: i < n_columns(). REFS have none. */
static size_t n_columns(const kept_record_field *f)
{
    return f->type == KEPT_RECORD_REFS ? 0 : f->n_to > 1 ? f->n_to : 1;
}

static const char *column_name(const kept_record_field *f, size_t i, kept_arena *arena)
{
    return f->n_to > 1 ? kept_arena_printf(arena, "%s_%s", f->name, f->to[i]) : f->name;
}

/* The columns of two fields must differ: "about_need" is a column of a reference "about" to needs
 * and other kinds as well. */
static kept_status check_columns(const kept_record_field *a, const kept_record_field *b,
                                 const kept_yaml_node *at, kept_arena *arena, kept_err *err)
{
    if (a->n_to <= 1 && b->n_to <= 1)
        return KEPT_OK; /* their names differ */
    for (size_t i = 0; i < n_columns(a); i++) {
        for (size_t j = 0; j < n_columns(b); j++) {
            const char *one = column_name(a, i, arena), *other = column_name(b, j, arena);
            if (!one || !other)
                return kept_nomem(err);
            if (strcmp(one, other) == 0)
                return kept_yaml_fail(at, err,
                                      "\"%s\" and \"%s\" would both be stored in a column %s; "
                                      "choose another name.",
                                      b->name, a->name, one);
        }
    }
    return KEPT_OK;
}

/* A column of a reference to several kinds must not be one that every table has. */
static kept_status check_own_columns(const kept_record_field *f, const kept_yaml_node *at,
                                     kept_arena *arena, kept_err *err)
{
    for (size_t i = 0; f->n_to > 1 && i < n_columns(f); i++) {
        const char *column = column_name(f, i, arena);
        if (!column)
            return kept_nomem(err);
        if (kept_record_field_name_fault(column))
            return kept_yaml_fail(at, err,
                                  "\"%s\" would be stored in a column %s, which Kept uses itself; "
                                  "choose another name.",
                                  f->name, column);
    }
    return KEPT_OK;
}

kept_status kept_record__check_field(const kept_record_kind *kind, size_t i,
                                     const kept_yaml_node *node, kept_arena *arena, kept_err *err)
{
    const kept_record_field *f = &kind->fields[i];
    const kept_yaml_node *name = kept_yaml_get(node, "name"), *was = kept_yaml_get(node, "was");
    KEPT_TRY(check_own_columns(f, name, arena, err));
    for (size_t k = 0; k < i; k++) {
        const kept_record_field *before = &kind->fields[k];
        if (strcmp(before->name, f->name) == 0)
            return kept_yaml_fail(name, err, "The field \"%s\" stands in %s, line %zu, already.",
                                  f->name, before->source, before->line);
        if (f->was && before->was && strcmp(before->was, f->was) == 0)
            return kept_yaml_fail(was, err, "\"%s\" says that it was \"%s\" too.", before->name,
                                  f->was);
        if (kept_text_equal(before->was, f->name))
            return kept_yaml_fail(name, err,
                                  "\"%s\" says that it was \"%s\"; a field cannot "
                                  "be both.",
                                  before->name, f->name);
        if (kept_text_equal(f->was, before->name))
            return kept_yaml_fail(was, err,
                                  "There is a field \"%s\" still; it cannot have become "
                                  "\"%s\".",
                                  f->was, f->name);
        if (f->vcard && kept_text_equal(before->vcard, f->vcard))
            return kept_yaml_fail(kept_yaml_get(node, "vcard"), err,
                                  "\"%s\" is the %s of a vCard already.", before->name, f->vcard);
        KEPT_TRY(check_columns(before, f, name, arena, err));
    }
    return KEPT_OK;
}

static kept_status read_fields(const kept_yaml_node *root, kept_arena *arena,
                               kept_record_declaration *d, kept_err *err)
{
    const kept_yaml_node *list = kept_yaml_get(root, "fields");
    if (!list)
        return kept_yaml_fail(root, err, "\"fields\" is missing; %s must have it.", what_kind);
    if (list->type != KEPT_YAML_LIST || list->n == 0)
        return kept_yaml_fail(list, err, "\"fields\" must list at least one field: - name: ...");
    if (list->n > KEPT_RECORD_FIELDS_MAX)
        return kept_yaml_fail(list, err, "More than %d fields.", KEPT_RECORD_FIELDS_MAX);
    kept_record_field *fields = KEPT_NEW_N(arena, kept_record_field, list->n);
    if (!fields)
        return kept_nomem(err);
    d->kind->fields = fields;
    for (const kept_yaml_node *c = list->first; c; c = c->next) {
        size_t i = d->kind->n_fields++;
        KEPT_TRY(kept_record__parse_field(c, d->own, d->extends, arena, &fields[i], err));
        KEPT_TRY(kept_record__check_field(d->kind, i, c, arena, err));
    }
    return KEPT_OK;
}

/* --- Fields that the kind itself names --- */

/* map's key names a field of the kind whose type is among `types` (bits); *ret_name stays as it is
 * when the key is absent. */
static kept_status read_field_name(const kept_yaml_node *root, const char *key, unsigned types,
                                   const char *form, const kept_record_kind *kind,
                                   kept_arena *arena, const char **ret_name, kept_err *err)
{
    const char *name = NULL;
    KEPT_TRY(kept_yaml_get_text(root, key, &name, err));
    if (!name)
        return KEPT_OK;
    const char **names = KEPT_NEW_N(arena, const char *, kind->n_fields);
    const char *what = kept_arena_printf(arena, "a field of %s", kind->name);
    if (!names || !what)
        return kept_nomem(err);
    for (size_t i = 0; i < kind->n_fields; i++)
        names[i] = kind->fields[i].name;
    size_t i;
    const kept_yaml_node *at = kept_yaml_get(root, key);
    KEPT_TRY(kept_declare_find(at, what, name, names, kind->n_fields, &i, err));
    if (!(types & 1u << kind->fields[i].type))
        return kept_yaml_fail(at, err, "\"%s\" must name a field of type %s; \"%s\" is of type %s.",
                              key, form, name, kept_record_type_name(kind->fields[i].type));
    *ret_name = names[i];
    return KEPT_OK;
}

static kept_status read_list(const kept_yaml_node *root, kept_arena *arena, kept_record_kind *kind,
                             kept_err *err)
{
    KEPT_TRY(kept_yaml_get_texts(root, "list", arena, &kind->list, &kind->n_list, err));
    const kept_yaml_node *list = kept_yaml_get(root, "list");
    for (const kept_yaml_node *c = list ? list->first : NULL; c; c = c->next) {
        if (!kept_record_field_find(kind, c->text))
            return kept_yaml_fail(c, err, "\"%.60s\" is no field of %s.", c->text, kind->name);
        KEPT_TRY(kept_declare_once(list, c, err));
    }
    return KEPT_OK;
}

static kept_status read_quick(const kept_yaml_node *root, kept_arena *arena, kept_record_kind *kind,
                              kept_err *err)
{
    KEPT_TRY(kept_yaml_get_texts(root, "quick", arena, &kind->quick, &kind->n_quick, err));
    const kept_yaml_node *list = kept_yaml_get(root, "quick");
    for (const kept_yaml_node *c = list ? list->first : NULL; c; c = c->next) {
        const kept_record_field *field = kept_record_field_find(kind, c->text);
        if (!field || field->type == KEPT_RECORD_REFS)
            return kept_yaml_fail(c, err, "\"%.60s\" is no field that takes one value.", c->text);
        KEPT_TRY(kept_declare_once(list, c, err));
    }
    return KEPT_OK;
}

static kept_status read_field_names(const kept_yaml_node *root, kept_arena *arena,
                                    kept_record_kind *kind, kept_err *err)
{
    const unsigned text = 1u << KEPT_RECORD_TEXT, prose = 1u << KEPT_RECORD_PROSE;
    KEPT_TRY(read_field_name(root, "label", text | prose, "text or prose", kind, arena,
                             &kind->label, err));
    if (!kind->label)
        return kept_yaml_fail(root, err, "\"label\" is missing; %s must have it.", what_kind);
    KEPT_TRY(read_field_name(root, "unique", text, "text", kind, arena, &kind->unique, err));
    KEPT_TRY(read_list(root, arena, kind, err));
    KEPT_TRY(read_quick(root, arena, kind, err));
    return read_field_name(root, "of", 1u << KEPT_RECORD_REF, "ref", kind, arena, &kind->of, err);
}

/* --- The kind --- */

static kept_status read_prefix(const kept_yaml_node *root, bool own, kept_record_kind *kind,
                               kept_err *err)
{
    KEPT_TRY(kept_declare_text(root, what_kind, "prefix", &kind->prefix, err));
    const kept_yaml_node *at = kept_yaml_get(root, "prefix");
    size_t len = strlen(kind->prefix);
    if (len > PREFIX_MAX || strspn(kind->prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != len)
        return kept_yaml_fail(at, err, "A prefix has one to four capital letters A to Z.");
    if (own && kind->prefix[0] != 'X')
        return kept_yaml_fail(at, err, "The prefix of a workspace's own kind begins with X.");
    if (!own && kind->prefix[0] == 'X')
        return kept_yaml_fail(at, err,
                              "Prefixes that begin with X are for a workspace's own "
                              "kinds.");
    return KEPT_OK;
}

static kept_status read_names(const kept_yaml_node *root, bool own, kept_record_kind *kind,
                              kept_err *err)
{
    KEPT_TRY(kept_declare_name(root, what_kind, "kind", own, &kind->name, err));
    const char *fault = kept_record_kind_name_fault(kind->name);
    if (fault)
        return kept_yaml_fail(kept_yaml_get(root, "kind"), err, "\"%s\" %s", kind->name, fault);
    if (kept_yaml_get(root, "was"))
        KEPT_TRY(kept_declare_name(root, what_kind, "was", own, &kind->was, err));
    if (kept_text_equal(kind->was, kind->name))
        return kept_yaml_fail(kept_yaml_get(root, "was"), err,
                              "\"was\" is the name in earlier releases, not the name of now.");
    return KEPT_OK;
}

static kept_status read_head(const kept_yaml_node *root, bool own, kept_arena *arena,
                             kept_record_kind *kind, kept_err *err)
{
    KEPT_TRY(kept_yaml_expect_map(root, what_kind, kind_keys, KEPT_N(kind_keys), err));
    KEPT_TRY(read_names(root, own, kind, err));
    KEPT_TRY(kept_declare_line(root, what_kind, "title", &kind->title, err));
    KEPT_TRY(kept_declare_line(root, what_kind, "plural", &kind->plural, err));
    KEPT_TRY(read_prefix(root, own, kind, err));
    KEPT_TRY(kept_declare_text(root, what_kind, "summary", &kind->summary, err));
    size_t stage;
    KEPT_TRY(
        kept_declare_word(root, what_kind, "stage", kept_stages, KEPT_STAGE_NAMES, &stage, err));
    kind->stage = kept_stages[stage];
    KEPT_TRY(kept_yaml_get_flag(root, "worksheet", &kind->worksheet, err));
    KEPT_TRY(kept_declare_text(root, what_kind, "pack", &kind->pack, err));
    return kept_declare_requirements(root, arena, &kind->ids, err);
}

static kept_status read_extension(const kept_yaml_node *root, bool own, kept_record_kind *kind,
                                  kept_err *err)
{
    static const char what[] = "a file that extends a kind";
    if (!own)
        return kept_yaml_fail_key(kept_yaml_get(root, "extends"), err,
                                  "Only a workspace extends a kind; add the fields to the kind.");
    KEPT_TRY(kept_yaml_expect_map(root, what, extension_keys, KEPT_N(extension_keys), err));
    KEPT_TRY(kept_declare_text(root, what, "extends", &kind->name, err));
    const char *fault = kept_name_fault(kind->name);
    if (fault)
        return kept_yaml_fail(kept_yaml_get(root, "extends"), err, "\"%.*s\" %s",
                              KEPT_SHOWN(kind->name, 60), fault);
    kind->title = kind->plural = kind->prefix = kind->summary = kind->stage = kind->pack =
        kind->ids = "";
    return KEPT_OK;
}

kept_status kept_record__parse(const char *yaml, size_t len, const char *source, bool own,
                               kept_arena *arena, kept_record_declaration *ret_declaration,
                               kept_err *err)
{
    kept_yaml_node *root;
    KEPT_TRY(kept_yaml_parse(yaml, len, source, arena, &root, err));
    kept_record_kind *kind = KEPT_NEW(arena, kept_record_kind);
    if (!kind)
        return kept_nomem(err);
    kind->own = own;
    kind->source = root->source;
    kept_record_declaration d = {.kind = kind, .root = root, .own = own};
    d.extends = kept_yaml_get(root, "extends");
    if (d.extends)
        KEPT_TRY(read_extension(root, own, kind, err));
    else
        KEPT_TRY(read_head(root, own, arena, kind, err));
    KEPT_TRY(read_fields(root, arena, &d, err));
    if (!d.extends) {
        KEPT_TRY(read_states(root, arena, kind, err));
        KEPT_TRY(read_field_names(root, arena, kind, err));
    }
    *ret_declaration = d;
    return KEPT_OK;
}

kept_status kept_record_kind_parse(const char *yaml, size_t len, const char *source, bool own,
                                   kept_arena *arena, kept_record_kind **ret_kind, kept_err *err)
{
    kept_record_declaration d;
    KEPT_TRY(kept_record__parse(yaml, len, source, own, arena, &d, err));
    *ret_kind = d.kind;
    return KEPT_OK;
}
