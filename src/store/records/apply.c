/* Records may refer to each other in any order: what refers to a record still to come waits; where
 * records refer to each other in a circle, the fields that may be empty are filled in a second
 * change. */
#include "store/records/apply.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/text.h"
#include "base/yaml.h"

/* One record of a file. */
typedef struct item {
    const kept_yaml_node *node;
    const kept_record_kind *kind;
    kept_edit edit;
    kept_set *sets;        /* those of edit; those put off stand behind the others */
    size_t n_put_off;      /* references in a circle, written when all records are there */
    const char *id;        /* as the file calls it; NULL: it does not */
    const char **external; /* further external ids, "source:id" */
    size_t n_external;
    enum { WAITING, OPEN, WRITTEN } state;
    kept_edited edited;
} item;

/* What a record may be called by in the same files. */
typedef struct name {
    const kept_record_kind *kind;
    const char *words;
    size_t item;
} name;

typedef struct task {
    kept_store *store;
    const kept_scope *scope;
    kept_writing *writing;
    const kept_apply_opts *opts;
    kept_arena *arena;
    item *items;
    size_t n, room;
    name *names; /* sorted */
    size_t n_names;
} task;

/* --- Reading --- */

static kept_status unknown_key(const kept_yaml_node *node, const kept_record_kind *kind,
                               kept_arena *arena, kept_err *err)
{
    static const char *const common[] = {"id", "external_ids", "state", "archived"};
    const char **names = KEPT_NEW_N(arena, const char *, kind->n_fields + KEPT_N(common));
    if (!names)
        return kept_nomem(err);
    memcpy(names, common, sizeof common);
    for (size_t i = 0; i < kind->n_fields; i++)
        names[KEPT_N(common) + i] = kind->fields[i].name;
    const char *near = kept_text_nearest(node->key, names, kind->n_fields + KEPT_N(common));
    return kept_yaml_fail_key(node, err, "A %s has no field \"%.60s\".%s%s%s", kind->name,
                              node->key, near ? " Did you mean \"" : "", near ? near : "",
                              near ? "\"?" : "");
}

static kept_status read_texts(const kept_yaml_node *node, kept_arena *arena,
                              const char *const **ret_texts, size_t *ret_n, kept_err *err)
{
    size_t n = node->type == KEPT_YAML_LIST ? node->n : 1;
    const char **texts = KEPT_NEW_N(arena, const char *, n);
    if (!texts)
        return kept_nomem(err);
    const kept_yaml_node *one = node->type == KEPT_YAML_LIST ? node->first : node;
    for (size_t i = 0; i < n; i++, one = one->next) {
        if (one->type != KEPT_YAML_TEXT)
            return kept_yaml_fail(one, err, "Expected a text or a list of texts.");
        texts[i] = one->text;
    }
    *ret_texts = texts;
    *ret_n = kept_yaml_is_empty(node) ? 0 : n;
    return KEPT_OK;
}

static kept_status read_text(const kept_yaml_node *node, const char **ret_text, kept_err *err)
{
    if (node->type != KEPT_YAML_TEXT || kept_yaml_is_empty(node))
        return kept_yaml_fail(node, err, "Expected a text.");
    *ret_text = node->text;
    return KEPT_OK;
}

/* "P-12" of the kind with the prefix P. */
static bool is_short_id(const kept_record_kind *kind, const char *text, int64_t *ret_id)
{
    size_t len = strlen(kind->prefix);
    char *end;
    if (strncmp(text, kind->prefix, len) != 0 || text[len] != '-')
        return false;
    const char *digits = text + len + 1;
    if (strspn(digits, "0123456789") != strlen(digits) || !*digits || strlen(digits) > 15)
        return false;
    *ret_id = strtoll(digits, &end, 10);
    return *ret_id > 0;
}

static kept_status read_id(task *t, item *it, const kept_yaml_node *node, kept_err *err)
{
    const char *text = NULL;
    int64_t id;
    kept_record record;
    KEPT_TRY(read_text(node, &text, err));
    it->id = text;
    if (!is_short_id(it->kind, text, &id)) {
        it->edit.external_id = text;
        return KEPT_OK;
    }
    kept_status status = kept_record_get(t->store, t->scope, it->kind, id, t->arena, &record, NULL);
    if (status == KEPT_OK)
        it->edit.id = id;
    else if (status == KEPT_ENOTFOUND)
        it->edit.new_id = id;
    else
        return kept_yaml_fail(node, err, "%.60s could not be looked up.", text);
    return KEPT_OK;
}

static kept_status read_flag(const kept_yaml_node *map, int *ret_archive, kept_err *err)
{
    bool on = false;
    KEPT_TRY(kept_yaml_get_flag(map, "archived", &on, err));
    *ret_archive = on ? 1 : -1;
    return KEPT_OK;
}

static kept_status read_external(task *t, item *it, const kept_yaml_node *node, kept_err *err)
{
    const char *const *texts;
    size_t n;
    KEPT_TRY(read_texts(node, t->arena, &texts, &n, err));
    it->external = KEPT_NEW_N(t->arena, const char *, n);
    if (!it->external)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        it->external[it->n_external++] = texts[i];
    return KEPT_OK;
}

static kept_status read_key(task *t, item *it, const kept_yaml_node *node, kept_set *sets,
                            kept_err *err)
{
    if (strcmp(node->key, "id") == 0)
        return read_id(t, it, node, err);
    if (strcmp(node->key, "state") == 0)
        return read_text(node, &it->edit.state, err);
    if (strcmp(node->key, "archived") == 0)
        return read_flag(it->node, &it->edit.archive, err);
    if (strcmp(node->key, "external_ids") == 0)
        return read_external(t, it, node, err);
    if (!kept_record_field_find(it->kind, node->key))
        return unknown_key(node, it->kind, t->arena, err);
    kept_set *set = &sets[it->edit.n_sets++];
    set->field = node->key;
    return read_texts(node, t->arena, &set->texts, &set->n, err);
}

static kept_status read_item(task *t, const kept_record_kind *kind, const kept_yaml_node *node,
                             kept_err *err)
{
    if (node->type != KEPT_YAML_MAP)
        return kept_yaml_fail(node, err, "Expected a %s: lines of the form \"FIELD: value\".",
                              kind->name);
    item *it = &t->items[t->n++];
    kept_set *sets = KEPT_NEW_N(t->arena, kept_set, node->n);
    if (!sets)
        return kept_nomem(err);
    *it = (item){.node = node,
                 .kind = kind,
                 .sets = sets,
                 .edit = {.kind = kind, .sets = sets, .why = t->opts->why}};
    for (const kept_yaml_node *c = node->first; c; c = c->next)
        KEPT_TRY(read_key(t, it, c, sets, err));
    return KEPT_OK;
}

static kept_status grow(task *t, size_t more, kept_err *err)
{
    if (t->n + more <= t->room)
        return KEPT_OK;
    size_t room = 2 * t->room + more;
    item *items = KEPT_NEW_N(t->arena, item, room);
    if (!items)
        return kept_nomem(err);
    if (t->n)
        memcpy(items, t->items, t->n * sizeof *items);
    t->items = items;
    t->room = room;
    return KEPT_OK;
}

static kept_status find_kind(const task *t, const kept_yaml_node *list,
                             const kept_record_kind **ret_kind, kept_err *err)
{
    kept_err why = KEPT_ERR_INIT;
    kept_status status =
        kept_catalogue_need(kept_store_catalogue(t->store), list->key, ret_kind, &why);
    return status == KEPT_OK ? KEPT_OK : kept_yaml_fail_key(list, err, "%s", why.msg);
}

static kept_status read_file(task *t, const char *path, kept_err *err)
{
    const char *text;
    size_t len;
    kept_yaml_node *root;
    kept_arena *arena = t->arena;
    KEPT_TRY(kept_yaml_read_within(path, &kept_yaml_for_records, arena, &text, &len, err));
    KEPT_TRY(kept_yaml_parse_within(text, len, path, &kept_yaml_for_records, arena, &root, err));
    if (root->type != KEPT_YAML_MAP)
        return kept_yaml_fail(root, err,
                              "Expected kinds of records: \"promise:\", and below it a list.");
    for (const kept_yaml_node *list = root->first; list; list = list->next) {
        const kept_record_kind *kind;
        KEPT_TRY(find_kind(t, list, &kind, err));
        if (kept_yaml_is_empty(list))
            continue;
        if (list->type != KEPT_YAML_LIST)
            return kept_yaml_fail(list, err, "Expected a list of records, each begun with \"- \".");
        KEPT_TRY(grow(t, list->n, err));
        for (const kept_yaml_node *node = list->first; node; node = node->next)
            KEPT_TRY(read_item(t, kind, node, err));
    }
    return KEPT_OK;
}

/* --- What refers to what within the files --- */

static int compare_names(const void *a, const void *b)
{
    const name *x = a, *y = b;
    int order = strcmp(x->kind->name, y->kind->name);
    return order ? order : strcasecmp(x->words, y->words);
}

static const char *unique_name(const item *it)
{
    for (size_t i = 0; it->kind->unique && i < it->edit.n_sets; i++)
        if (strcmp(it->sets[i].field, it->kind->unique) == 0 && it->sets[i].n == 1)
            return it->sets[i].texts[0];
    return NULL;
}

static kept_status list_names(task *t, kept_err *err)
{
    t->names = KEPT_NEW_N(t->arena, name, 2 * t->n);
    if (!t->names)
        return kept_nomem(err);
    for (size_t i = 0; i < t->n; i++) {
        const char *unique = unique_name(&t->items[i]);
        if (t->items[i].id)
            t->names[t->n_names++] = (name){t->items[i].kind, t->items[i].id, i};
        if (unique)
            t->names[t->n_names++] = (name){t->items[i].kind, unique, i};
    }
    if (t->n_names > 1)
        qsort(t->names, t->n_names, sizeof *t->names, compare_names);
    return KEPT_OK;
}

/* The item of the files that words may mean as a value of the field; NULL: none of them. */
static item *named(const task *t, const kept_record_field *field, const char *words)
{
    for (size_t k = 0; k < field->n_to; k++) {
        const name key = {kept_catalogue_record(kept_store_catalogue(t->store), field->to[k]),
                          words, 0};
        const name *found =
            t->n_names ? bsearch(&key, t->names, t->n_names, sizeof key, compare_names) : NULL;
        if (found)
            return &t->items[found->item];
    }
    return NULL;
}

/* --- Writing --- */

static kept_status refused(const item *it, const kept_err *why, kept_err *err)
{
    kept_status status = why->code == KEPT_ENOTFOUND ? KEPT_EINPUT : why->code;
    return kept_err_set(err, status, why->file, why->line, "%s, line %zu: %s", it->node->source,
                        it->node->line, why->msg);
}

static kept_status write_externals(task *t, item *it, kept_err *err)
{
    for (size_t i = 0; i < it->n_external; i++) {
        const char *colon = strchr(it->external[i], ':');
        kept_edit edit = {.kind = it->kind, .id = it->edited.ref.id, .why = it->edit.why};
        kept_edited edited;
        edit.external_id = colon ? colon + 1 : it->external[i];
        if (colon && !(edit.source = kept_arena_strndup(t->arena, it->external[i],
                                                        (size_t)(colon - it->external[i]))))
            return kept_nomem(err);
        KEPT_TRY(kept_record_write(t->writing, &edit, &edited, err));
        it->edited.n_changes += edited.n_changes;
    }
    return KEPT_OK;
}

static kept_status write_item(task *t, item *it, kept_err *err)
{
    kept_err why = KEPT_ERR_INIT;
    if (t->opts->cancel && *t->opts->cancel)
        return kept_fail(err, KEPT_ECANCELLED, "Stopped; nothing was changed.");
    kept_status status = kept_record_write(t->writing, &it->edit, &it->edited, &why);
    if (status == KEPT_OK)
        status = write_externals(t, it, &why);
    it->state = WRITTEN;
    return status == KEPT_OK ? KEPT_OK : refused(it, &why, err);
}

/* References that were put off. */
static kept_status write_rest(task *t, item *it, kept_err *err)
{
    kept_err why = KEPT_ERR_INIT;
    kept_edit edit = {.kind = it->kind,
                      .id = it->edited.ref.id,
                      .sets = it->sets + it->edit.n_sets,
                      .n_sets = it->n_put_off,
                      .why = it->edit.why};
    kept_edited edited;
    if (kept_record_write(t->writing, &edit, &edited, &why) != KEPT_OK)
        return refused(it, &why, err);
    it->edited.n_changes += edited.n_changes;
    return KEPT_OK;
}

/* Moves a set behind those that are written first. */
static void put_off(item *it, size_t set)
{
    kept_set moved = it->sets[set];
    it->edit.n_sets--;
    memmove(&it->sets[set], &it->sets[set + 1], (it->edit.n_sets - set) * sizeof moved);
    it->sets[it->edit.n_sets] = moved;
    it->n_put_off++;
}

/* An item whose references are looked at: set and text are where. */
typedef struct open_item {
    item *it;
    size_t set, text;
} open_item;

static bool refers(const kept_record_field *field)
{
    return field->type == KEPT_RECORD_REF || field->type == KEPT_RECORD_REFS;
}

/* The next item that must be there before this one; NULL: all are. A reference back to an item that
 * is open closes a circle and is put off when the field may be empty; when it may not, writing will
 * say what is missing. */
static item *next_needed(const task *t, open_item *open)
{
    item *it = open->it;
    while (open->set < it->edit.n_sets) {
        const kept_set *set = &it->sets[open->set];
        const kept_record_field *field = kept_record_field_find(it->kind, set->field);
        if (!refers(field) || open->text == set->n) {
            open->set++;
            open->text = 0;
            continue;
        }
        item *needed = named(t, field, set->texts[open->text++]);
        if (!needed || needed->state == WRITTEN)
            continue;
        if (needed->state == WAITING)
            return needed;
        if (!field->required) {
            put_off(it, open->set);
            open->text = 0;
        }
    }
    return NULL;
}

/* Writes the item after everything it refers to. */
static kept_status write_after_needed(task *t, item *first, open_item *stack, kept_err *err)
{
    size_t depth = 0;
    first->state = OPEN;
    stack[depth++] = (open_item){.it = first};
    while (depth) {
        item *needed = next_needed(t, &stack[depth - 1]);
        if (needed) {
            needed->state = OPEN;
            stack[depth++] = (open_item){.it = needed};
            continue;
        }
        KEPT_TRY(write_item(t, stack[--depth].it, err));
    }
    return KEPT_OK;
}

static kept_status write_all(task *t, kept_err *err)
{
    open_item *stack = KEPT_NEW_N(t->arena, open_item, t->n + 1);
    if (!stack)
        return kept_nomem(err);
    KEPT_TRY(list_names(t, err));
    for (size_t i = 0; i < t->n; i++)
        if (t->items[i].state == WAITING)
            KEPT_TRY(write_after_needed(t, &t->items[i], stack, err));
    for (size_t i = 0; i < t->n; i++)
        if (t->items[i].n_put_off)
            KEPT_TRY(write_rest(t, &t->items[i], err));
    return KEPT_OK;
}

/* --- The whole --- */

static void count(const task *t, kept_applied *applied)
{
    const kept_catalogue *catalogue = kept_store_catalogue(t->store);
    for (size_t k = 0; k < catalogue->n_records; k++) {
        kept_applied_kind *kind = &applied->kinds[applied->n];
        *kind = (kept_applied_kind){.kind = catalogue->records[k]};
        for (size_t i = 0; i < t->n; i++) {
            if (t->items[i].kind != kind->kind)
                continue;
            kind->added += t->items[i].edited.added;
            kind->changed += !t->items[i].edited.added && t->items[i].edited.n_changes > 0;
            kind->unchanged += !t->items[i].edited.added && t->items[i].edited.n_changes == 0;
        }
        applied->n += kind->added + kind->changed + kind->unchanged > 0;
    }
}

kept_status kept_apply_files(kept_writing *writing, kept_store *store, const kept_scope *scope,
                             const char *const *paths, size_t n_paths, const kept_apply_opts *opts,
                             kept_arena *arena, kept_applied *ret_applied, kept_err *err)
{
    static const kept_apply_opts defaults = {0};
    task t = {.store = store,
              .scope = scope,
              .writing = writing,
              .opts = opts ? opts : &defaults,
              .arena = arena};
    kept_applied applied = {
        .kinds = KEPT_NEW_N(arena, kept_applied_kind, kept_store_catalogue(store)->n_records + 1)};
    if (!applied.kinds)
        return kept_nomem(err);
    for (size_t i = 0; i < n_paths; i++)
        KEPT_TRY(read_file(&t, paths[i], err));
    KEPT_TRY(write_all(&t, err));
    count(&t, &applied);
    *ret_applied = applied;
    return KEPT_OK;
}
