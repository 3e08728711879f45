#include "catalogue/packs.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

enum { PACKS_MAX = 200 };

static const char what[] = "a pack";
static const char core[] = "core";
static const char *const keys[] = {"name", "title", "summary", "on"};

static kept_status read_pack(const kept_yaml_node *node, bool own, const kept_pack *before,
                             size_t n_before, kept_pack *pack, kept_err *err)
{
    KEPT_TRY(kept_yaml_expect_map(node, what, keys, KEPT_N(keys), err));
    KEPT_TRY(kept_declare_name(node, what, "name", own, &pack->name, err));
    for (size_t i = 0; i < n_before; i++)
        if (strcmp(before[i].name, pack->name) == 0)
            return kept_yaml_fail(kept_yaml_get(node, "name"), err, "The pack \"%s\" stands twice.",
                                  pack->name);
    KEPT_TRY(kept_declare_line(node, what, "title", &pack->title, err));
    KEPT_TRY(kept_declare_text(node, what, "summary", &pack->summary, err));
    KEPT_TRY(kept_yaml_get_flag(node, "on", &pack->preset, err));
    pack->source = node->source;
    return KEPT_OK;
}

static int by_name(const void *a, const void *b)
{
    const kept_pack *pa = a, *pb = b;
    int core_last = (strcmp(pb->name, core) == 0) - (strcmp(pa->name, core) == 0);
    return core_last ? core_last : strcmp(pa->name, pb->name);
}

static kept_status read_file(const kept_declared_file *file, kept_arena *arena, kept_pack *packs,
                             size_t *n, kept_err *err)
{
    kept_yaml_node *list;
    KEPT_TRY(kept_yaml_parse(file->text, file->len, file->name, arena, &list, err));
    if (list->type != KEPT_YAML_LIST)
        return kept_yaml_fail(list, err, "Expected a list of packs: - name: ...");
    for (const kept_yaml_node *c = list->first; c; c = c->next) {
        if (*n == PACKS_MAX)
            return kept_yaml_fail(c, err, "More than %d packs.", PACKS_MAX);
        KEPT_TRY(read_pack(c, file->own, packs, *n, &packs[*n], err));
        ++*n;
    }
    return KEPT_OK;
}

kept_status kept_packs__read(const kept_declared_file *files, size_t n_files, kept_arena *arena,
                             kept_pack **ret_packs, size_t *ret_n, kept_err *err)
{
    kept_pack *packs = KEPT_NEW_N(arena, kept_pack, PACKS_MAX);
    size_t n = 0;
    if (!packs)
        return kept_nomem(err);
    for (size_t i = 0; i < n_files; i++)
        KEPT_TRY(read_file(&files[i], arena, packs, &n, err));
    qsort(packs, n, sizeof *packs, by_name);
    *ret_packs = packs;
    *ret_n = n;
    return KEPT_OK;
}
