#include "catalogue/fact_kind.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "catalogue/declare.h"
#include "catalogue/names.h"

const kept_fact_column *kept_fact_column_find(const kept_fact_kind *kind, const char *name)
{
    for (size_t i = 0; i < kind->n_columns; i++)
        if (strcmp(kind->columns[i].name, name) == 0)
            return &kind->columns[i];
    return NULL;
}

static const kept_fact_kind *find(const kept_fact_kind *const *kinds, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

kept_status kept_fact_kinds_find(const kept_fact_kinds *kinds, const char *name,
                                 const kept_fact_kind **ret_kind, kept_err *err)
{
    const kept_fact_kind *kind = find(kinds->kinds, kinds->n, name);
    if (kind) {
        *ret_kind = kind;
        return KEPT_OK;
    }
    KEPT_AUTO_ARENA scratch = KEPT_ARENA_INIT;
    const char **names = KEPT_NEW_N(&scratch, const char *, kinds->n);
    if (!names)
        return kept_nomem(err);
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    for (size_t i = 0; i < kinds->n; i++) {
        names[i] = kinds->kinds[i]->name;
        kept_buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
    }
    const char *near = kept_text_nearest(name, names, kinds->n);
    if (near)
        return kept_fail(err, KEPT_ENOTFOUND,
                         "There is no kind of fact \"%.60s\"; did you mean \"%s\"?", name, near);
    return kept_fail(err, KEPT_ENOTFOUND, "There is no kind of fact \"%.60s\"; there are: %s.",
                     name, kept_buf_text(&list));
}

/* kinds: the n before it, built-in ones first. */
static kept_status check_own(const kept_fact_kind *kind, const kept_fact_kind *const *kinds,
                             size_t n, size_t n_built_in, kept_err *err)
{
    const kept_fact_kind *other = find(kinds, n, kind->name);
    if (find(kinds, n_built_in, kind->name))
        return kept_fail(err, KEPT_EINPUT,
                         "%s: \"%s\" is built in and cannot be declared anew; name your own kind "
                         "%s%s.",
                         kind->source, kind->name, KEPT_OWN_PREFIX, kind->name);
    if (other)
        return kept_fail(err, KEPT_EINPUT, "%s: \"%s\" is declared in %s already.", kind->source,
                         kind->name, other->source);
    if (!kept_text_starts(kind->name, KEPT_OWN_PREFIX))
        return kept_fail(err, KEPT_EINPUT,
                         "%s: The name of a workspace's own kind begins with %s: %s%s instead of "
                         "%s.",
                         kind->source, KEPT_OWN_PREFIX, KEPT_OWN_PREFIX, kind->name, kind->name);
    return KEPT_OK;
}

static int by_name(const void *a, const void *b)
{
    const kept_fact_kind *const *ka = a, *const *kb = b;
    return strcmp((*ka)->name, (*kb)->name);
}

kept_status kept_fact_kinds_load(const char *workspace_folder, kept_arena *arena,
                                 kept_fact_kinds *ret_kinds, kept_err *err)
{
    kept_declared_file *files;
    size_t n_files;
    KEPT_TRY(kept_declared_files(workspace_folder, "facts", arena, &files, &n_files, err));
    const kept_fact_kind **kinds = KEPT_NEW_N(arena, const kept_fact_kind *, n_files);
    if (!kinds)
        return kept_nomem(err);
    size_t n_built_in = 0;
    for (size_t n = 0; n < n_files; n++) {
        const kept_declared_file *file = &files[n];
        kept_fact_kind *kind;
        KEPT_TRY(kept_fact_kind_parse(file->text, file->len, file->name, arena, &kind, err));
        if (file->own)
            KEPT_TRY(check_own(kind, kinds, n, n_built_in, err));
        else
            n_built_in++;
        kinds[n] = kind;
    }
    qsort(kinds, n_files, sizeof *kinds, by_name);
    ret_kinds->kinds = kinds;
    ret_kinds->n = n_files;
    return KEPT_OK;
}
