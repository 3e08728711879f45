#include "catalogue/fact_kind.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/yaml.h"
#include "catalogue/files.h"

enum { MAX_OWN_KINDS = 500 };

static const char facts_folder[] = "facts/";
static const char own_prefix[] = "x_";

/* Kinds as they are gathered; entries beyond n are free. */
typedef struct gathering {
    const kept_fact_kind **kinds;
    size_t n;
    size_t n_built_in;
} gathering;

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

static kept_status add_built_in(kept_arena *arena, gathering *g, kept_err *err)
{
    for (size_t i = 0; i < kept_catalogue_n; i++) {
        const kept_embedded *file = &kept_catalogue[i];
        if (!kept_text_starts(file->name, facts_folder))
            continue;
        kept_fact_kind *kind;
        KEPT_TRY(kept_fact_kind_parse(file->data, file->len, file->name, arena, &kind, err));
        g->kinds[g->n++] = kind;
    }
    g->n_built_in = g->n;
    return KEPT_OK;
}

/* --- The workspace's own kinds --- */

static void close_dir(DIR **dir)
{
    if (*dir)
        closedir(*dir);
}

static bool ends_in(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n > m && strcmp(name + n - m, ending) == 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of the declarations in a folder, sorted, so that messages do not depend on the file
 * system. Other files may lie beside them; "x.yml" is refused because it looks like one and would
 * silently not count. */
static kept_status list_folder(const char *folder, kept_arena *arena, const char **names,
                               size_t *ret_n, kept_err *err)
{
    __attribute__((cleanup(close_dir))) DIR *dir = opendir(folder);
    if (!dir && errno == ENOENT) {
        *ret_n = 0;
        return KEPT_OK;
    }
    if (!dir)
        return kept_fail(err, KEPT_EIO, "Cannot open the folder %s: %s.", folder, strerror(errno));
    size_t n = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (!entry)
            break;
        if (entry->d_name[0] == '.')
            continue;
        if (ends_in(entry->d_name, ".yml"))
            return kept_fail(err, KEPT_EINPUT, "%s/%s: name the file .yaml to have it read.",
                             folder, entry->d_name);
        if (!ends_in(entry->d_name, ".yaml"))
            continue;
        if (n == MAX_OWN_KINDS)
            return kept_fail(err, KEPT_EINPUT, "%s holds more than %d kinds.", folder,
                             MAX_OWN_KINDS);
        names[n] = kept_arena_strdup(arena, entry->d_name);
        if (!names[n++])
            return kept_nomem(err);
    }
    if (errno)
        return kept_fail(err, KEPT_EIO, "Cannot read the folder %s: %s.", folder, strerror(errno));
    qsort(names, n, sizeof *names, by_text);
    *ret_n = n;
    return KEPT_OK;
}

static kept_status check_own(const kept_fact_kind *kind, const gathering *g, kept_err *err)
{
    const kept_fact_kind *other = find(g->kinds, g->n, kind->name);
    if (find(g->kinds, g->n_built_in, kind->name))
        return kept_fail(err, KEPT_EINPUT,
                         "%s: \"%s\" is built in and cannot be declared anew; name your own kind "
                         "%s%s.",
                         kind->source, kind->name, own_prefix, kind->name);
    if (other)
        return kept_fail(err, KEPT_EINPUT, "%s: \"%s\" is declared in %s already.", kind->source,
                         kind->name, other->source);
    if (!kept_text_starts(kind->name, own_prefix))
        return kept_fail(err, KEPT_EINPUT,
                         "%s: The name of a workspace's own kind begins with %s: %s%s instead of "
                         "%s.",
                         kind->source, own_prefix, own_prefix, kind->name, kind->name);
    return KEPT_OK;
}

static kept_status add_own(const char *folder, const char *const *names, size_t n,
                           kept_arena *arena, gathering *g, kept_err *err)
{
    for (size_t i = 0; i < n; i++) {
        const char *path = kept_arena_printf(arena, "%s/%s", folder, names[i]);
        if (!path)
            return kept_nomem(err);
        const char *text;
        size_t len;
        kept_fact_kind *kind;
        KEPT_TRY(kept_yaml_read_file(path, arena, &text, &len, err));
        KEPT_TRY(kept_fact_kind_parse(text, len, path, arena, &kind, err));
        KEPT_TRY(check_own(kind, g, err));
        g->kinds[g->n++] = kind;
    }
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
    const char *folder = NULL;
    const char **names = KEPT_NEW_N(arena, const char *, MAX_OWN_KINDS);
    size_t n_own = 0;
    if (!names)
        return kept_nomem(err);
    if (workspace_folder) {
        folder = kept_arena_printf(arena, "%s/catalogue/facts", workspace_folder);
        if (!folder)
            return kept_nomem(err);
        KEPT_TRY(list_folder(folder, arena, names, &n_own, err));
    }
    gathering g = {.kinds = KEPT_NEW_N(arena, const kept_fact_kind *, kept_catalogue_n + n_own)};
    if (!g.kinds)
        return kept_nomem(err);
    KEPT_TRY(add_built_in(arena, &g, err));
    KEPT_TRY(add_own(folder, names, n_own, arena, &g, err));
    qsort(g.kinds, g.n, sizeof *g.kinds, by_name);
    ret_kinds->kinds = g.kinds;
    ret_kinds->n = g.n;
    return KEPT_OK;
}
