#include "catalogue/measure.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "catalogue/declare.h"

static int by_name(const void *a, const void *b)
{
    const kept_measure *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

static kept_status check_names(const kept_measure *const *items, size_t n, kept_err *err)
{
    for (size_t i = 1; i < n; i++)
        if (strcmp(items[i - 1]->name, items[i]->name) == 0)
            return kept_fail(err, KEPT_EINPUT, "%s: the measure \"%s\" is declared in %s already.",
                             items[i]->source, items[i]->name, items[i - 1]->source);
    return KEPT_OK;
}

kept_status kept_measures_load(const char *workspace_folder, const kept_fact_kinds *kinds,
                               kept_arena *arena, kept_measures *ret_measures, kept_err *err)
{
    kept_declared_file *files = NULL;
    size_t n = 0;
    KEPT_TRY(kept_declared_files(workspace_folder, "measures", arena, &files, &n, err));
    const kept_measure **items = KEPT_NEW_N(arena, const kept_measure *, n);
    if (!items)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++) {
        kept_measure *m = NULL;
        KEPT_TRY(kept_measure_parse(files[i].text, files[i].len, files[i].name, files[i].own, kinds,
                                    arena, &m, err));
        items[i] = m;
    }
    if (n)
        qsort(items, n, sizeof *items, by_name);
    KEPT_TRY(check_names(items, n, err));
    *ret_measures = (kept_measures){items, n};
    return KEPT_OK;
}

kept_status kept_measures_find(const kept_measures *measures, const char *name,
                               const kept_measure **ret_measure, kept_err *err)
{
    KEPT_AUTO_ARENA scratch = KEPT_ARENA_INIT;
    const char **names = KEPT_NEW_N(&scratch, const char *, measures->n);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < measures->n; i++) {
        names[i] = measures->items[i]->name;
        if (strcmp(names[i], name) == 0) {
            *ret_measure = measures->items[i];
            return KEPT_OK;
        }
    }
    const char *near = kept_text_nearest(name, names, measures->n);
    if (near)
        return kept_fail(err, KEPT_ENOTFOUND, "There is no measure \"%.*s\"; did you mean \"%s\"?",
                         KEPT_SHOWN(name, 60), near);
    return kept_fail(err, KEPT_ENOTFOUND,
                     "There is no measure \"%.*s\"; \"kept measures\" lists those there are.",
                     KEPT_SHOWN(name, 60));
}
