/* Files of OpenSLO: documents, which of them are SLOs, and what the others are. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "make/openslo_int.h"

enum { SHOWN = 60 };

/* --- Documents --- */

/* A file may hold documents, or lists of them. */
static size_t count_docs(const kept_yaml_node *list)
{
    size_t n = 0;
    for (const kept_yaml_node *doc = list->first; doc; doc = doc->next)
        n += doc->type == KEPT_YAML_LIST ? doc->n : 1;
    return n;
}

static void add_docs(kept_openslo_reading *r, const kept_yaml_node *list)
{
    for (const kept_yaml_node *doc = list->first; doc; doc = doc->next) {
        if (doc->type != KEPT_YAML_LIST)
            r->docs[r->n_docs++] = doc;
        for (const kept_yaml_node *d = doc->type == KEPT_YAML_LIST ? doc->first : NULL; d;
             d = d->next)
            r->docs[r->n_docs++] = d;
    }
}

static kept_status read_file(kept_openslo_reading *r, const char *path, kept_yaml_node **ret_list,
                             kept_err *err)
{
    const char *text = NULL;
    size_t len = 0;
    KEPT_TRY(kept_yaml_read_within(path, &kept_yaml_for_records, r->arena, &text, &len, err));
    return kept_yaml_parse_documents(text, len, path, &kept_yaml_for_records, r->arena, ret_list,
                                     err);
}

static kept_status read_files(kept_openslo_reading *r, const char *const *paths, size_t n_paths,
                              kept_err *err)
{
    kept_yaml_node **lists = KEPT_NEW_N(r->arena, kept_yaml_node *, n_paths);
    size_t n = 0;
    if (!lists)
        return kept_nomem(err);
    for (size_t i = 0; i < n_paths; i++) {
        KEPT_TRY(read_file(r, paths[i], &lists[i], err));
        n += count_docs(lists[i]);
    }
    r->docs = KEPT_NEW_N(r->arena, const kept_yaml_node *, n);
    if (!r->docs)
        return kept_nomem(err);
    for (size_t i = 0; i < n_paths; i++)
        add_docs(r, lists[i]);
    return KEPT_OK;
}

/* --- What they are --- */

static const char *word_of(const kept_yaml_node *doc, const char *key)
{
    const kept_yaml_node *node = kept_yaml_get(doc, key);
    return node && node->type == KEPT_YAML_TEXT ? node->text : "";
}

/* *ret_is: it is an object of OpenSLO v1. One of another program is none. */
static kept_status check_version(kept_openslo_reading *r, const kept_yaml_node *doc, bool *ret_is,
                                 kept_err *err)
{
    const kept_yaml_node *node = kept_yaml_get(doc, "apiVersion");
    const char *version = word_of(doc, "apiVersion");
    *ret_is = strcmp(version, KEPT_OPENSLO_VERSION) == 0;
    if (*ret_is)
        return KEPT_OK;
    if (!*version)
        return kept_yaml_fail(node ? node : doc, err,
                              "This is no OpenSLO document: it does not begin with \"apiVersion: "
                              "openslo/v1\".");
    if (kept_text_starts(version, "openslo"))
        return kept_yaml_fail(node, err,
                              "%.*s is not read here, only openslo/v1; convert the file.",
                              KEPT_SHOWN(version, SHOWN));
    return kept_openslo_remark_add(r->file, r->arena, node, NULL,
                                   "%.*s is no OpenSLO v1; the document was left out.",
                                   KEPT_SHOWN(version, SHOWN))
               ? KEPT_OK
               : kept_nomem(err);
}

static kept_status note_other(kept_openslo_reading *r, const kept_yaml_node *doc, kept_err *err)
{
    static const char *const meant[] = {"SLO", "SLI", "Service"};
    static const char *const known[] = {"DataSource", "AlertPolicy", "AlertCondition",
                                        "AlertNotificationTarget"};
    const char *kind = word_of(doc, "kind"), *near = kept_text_nearest(kind, meant, KEPT_N(meant));
    const kept_yaml_node *node = kept_yaml_get(doc, "kind");
    bool ok = true;
    for (size_t i = 0; i < KEPT_N(meant); i++)
        if (strcmp(kind, meant[i]) == 0)
            return KEPT_OK;
    for (size_t i = 0; i < KEPT_N(known); i++)
        if (strcmp(kind, known[i]) == 0)
            near = NULL;
    if (!*kind)
        return kept_yaml_fail(doc, err, "The document needs \"kind\"; that of a promise is SLO.");
    ok = kept_openslo_remark_add(
        r->file, r->arena, node, NULL, "A promise has no %.*s%s%s%s; the document was left out.",
        KEPT_SHOWN(kind, SHOWN), near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    return ok ? KEPT_OK : kept_nomem(err);
}

/* Leaves the objects of OpenSLO v1; *ret_objectives: how many objectives they may have. */
static kept_status sort_docs(kept_openslo_reading *r, size_t *ret_objectives, kept_err *err)
{
    size_t n = 0;
    *ret_objectives = 0;
    for (size_t i = 0; i < r->n_docs; i++) {
        const kept_yaml_node *doc = r->docs[i];
        bool is = false;
        if (doc->type != KEPT_YAML_MAP)
            return kept_yaml_fail(doc, err,
                                  "An OpenSLO document is a map that begins with \"apiVersion: "
                                  "openslo/v1\".");
        KEPT_TRY(check_version(r, doc, &is, err));
        if (!is)
            continue;
        KEPT_TRY(note_other(r, doc, err));
        const kept_yaml_node *spec = kept_yaml_get(doc, "spec");
        const kept_yaml_node *objectives = spec ? kept_yaml_get(spec, "objectives") : NULL;
        if (objectives)
            *ret_objectives += objectives->n;
        r->docs[n++] = doc;
    }
    r->n_docs = n;
    return KEPT_OK;
}

/* --- Their names --- */

static int compare_names(const void *a, const void *b)
{
    const kept_openslo_name *x = a, *y = b;
    int by_kind = strcmp(x->kind, y->kind), by_name = by_kind ? 0 : strcmp(x->name, y->name);
    return by_kind ? by_kind : by_name ? by_name : (x->doc > y->doc) - (x->doc < y->doc);
}

static kept_status sort_names(kept_openslo_reading *r, kept_err *err)
{
    r->names = KEPT_NEW_N(r->arena, kept_openslo_name, r->n_docs);
    if (!r->names)
        return kept_nomem(err);
    for (size_t i = 0; i < r->n_docs; i++) {
        const kept_yaml_node *metadata = kept_yaml_get(r->docs[i], "metadata");
        const char *name = metadata ? word_of(metadata, "name") : "";
        if (*name)
            r->names[r->n_names++] = (kept_openslo_name){word_of(r->docs[i], "kind"), name, i};
    }
    qsort(r->names, r->n_names, sizeof *r->names, compare_names);
    return KEPT_OK;
}

const kept_yaml_node *kept_openslo__named(const kept_openslo_reading *r, const char *kind,
                                          const char *name)
{
    const kept_openslo_name wanted = {kind, name, 0};
    size_t low = 0, high = r->n_names;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_names(&r->names[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const kept_openslo_name *found = low < r->n_names ? &r->names[low] : NULL;
    return found && strcmp(found->kind, kind) == 0 && strcmp(found->name, name) == 0
               ? r->docs[found->doc]
               : NULL;
}

/* --- The files --- */

static kept_status read_slos(kept_openslo_reading *r, const char *path, kept_err *err)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_docs; i++) {
        if (strcmp(word_of(r->docs[i], "kind"), "SLO") != 0)
            continue;
        KEPT_TRY(kept_openslo__slo(r, r->docs[i], err));
        n++;
    }
    return n ? KEPT_OK
             : kept_fail(
                   err, KEPT_EINPUT,
                   "%s, line 1, column 1: There is no SLO of openslo/v1 here; nothing else is "
                   "a promise.",
                   path);
}

kept_status kept_openslo_read(const char *const *paths, size_t n_paths,
                              const kept_record_kind *promise, const char *firm_zone,
                              kept_arena *arena, kept_openslo **ret_file, kept_err *err)
{
    kept_openslo *file = KEPT_NEW(arena, kept_openslo);
    size_t n_objectives = 0;
    if (!file)
        return kept_nomem(err);
    file->kind = promise;
    file->last = &file->remarks;
    kept_openslo_reading r = {.file = file, .arena = arena, .firm_zone = firm_zone};
    KEPT_TRY(read_files(&r, paths, n_paths, err));
    KEPT_TRY(sort_docs(&r, &n_objectives, err));
    KEPT_TRY(sort_names(&r, err));
    file->promises = KEPT_NEW_N(arena, kept_openslo_promise, n_objectives);
    if (!file->promises)
        return kept_nomem(err);
    KEPT_TRY(read_slos(&r, paths[0], err));
    *ret_file = file;
    return KEPT_OK;
}
