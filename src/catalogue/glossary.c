#include "catalogue/glossary.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/text.h"
#include "catalogue/declare.h"

static const char *const keys[] = {"term", "also", "meaning", "source"};

static int by_term(const void *a, const void *b)
{
    return strcasecmp(((const kept_term *)a)->term, ((const kept_term *)b)->term);
}

static kept_status read_term(const kept_yaml_node *node, kept_arena *arena, kept_term *ret_term,
                             kept_err *err)
{
    kept_term term = {.source = ""};
    KEPT_TRY(kept_yaml_expect_map(node, "a term", keys, KEPT_N(keys), err));
    KEPT_TRY(kept_declare_line(node, "a term", "term", &term.term, err));
    KEPT_TRY(kept_declare_text(node, "a term", "meaning", &term.meaning, err));
    KEPT_TRY(kept_yaml_get_text(node, "source", &term.source, err));
    KEPT_TRY(kept_yaml_get_texts(node, "also", arena, &term.also, &term.n_also, err));
    *ret_term = term;
    return KEPT_OK;
}

/* Adds the terms of one file; those of a workspace replace. */
static kept_status add_file(const kept_declared_file *file, kept_arena *arena, kept_term **terms,
                            size_t *n, kept_err *err)
{
    kept_yaml_node *root;
    KEPT_TRY(kept_yaml_parse(file->text, file->len, file->name, arena, &root, err));
    if (root->type != KEPT_YAML_LIST)
        return kept_yaml_fail(root, err, "Expected a list of terms, each begun with \"- term:\".");
    kept_term *all = KEPT_NEW_N(arena, kept_term, *n + root->n);
    if (!all)
        return kept_nomem(err);
    if (*n)
        memcpy(all, *terms, *n * sizeof *all);
    size_t before = *n, count = *n;
    for (const kept_yaml_node *node = root->first; node; node = node->next) {
        kept_term term;
        KEPT_TRY(read_term(node, arena, &term, err));
        size_t at = count;
        for (size_t i = 0; i < count; i++)
            if (kept_text_equal_nocase(all[i].term, term.term))
                at = i;
        if (at < count && at >= before)
            return kept_yaml_fail(node, err, "\"%.60s\" stands twice in this file.", term.term);
        all[at] = term;
        count += at == count;
    }
    *terms = all;
    *n = count;
    return KEPT_OK;
}

kept_status kept_glossary_load(const char *workspace_folder, kept_arena *arena,
                               kept_term **ret_terms, size_t *ret_n, kept_err *err)
{
    kept_declared_file *files;
    size_t n_files, n = 0;
    kept_term *terms = NULL;
    KEPT_TRY(
        kept_declared_file_of(workspace_folder, "glossary.yaml", arena, &files, &n_files, err));
    for (size_t i = 0; i < n_files; i++)
        KEPT_TRY(add_file(&files[i], arena, &terms, &n, err));
    if (n > 1)
        qsort(terms, n, sizeof *terms, by_term);
    *ret_terms = terms;
    *ret_n = n;
    return KEPT_OK;
}
