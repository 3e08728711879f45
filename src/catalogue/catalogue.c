/* Brings the declarations together: kinds and their extensions, packs, and what kinds say about
 * each other. */
#include "catalogue/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "catalogue/packs.h"
#include "catalogue/record_check.h"
#include "catalogue/worksheet.h"

/* --- Finding --- */

static int compare_name(const void *name, const void *item)
{
    const kept_record_kind *const *kind = item;
    return strcmp(name, (*kind)->name);
}

const kept_record_kind *kept_catalogue_record(const kept_catalogue *catalogue, const char *name)
{
    if (catalogue->n_records == 0)
        return NULL;
    const kept_record_kind *const *found = bsearch(name, catalogue->records, catalogue->n_records,
                                                   sizeof(*catalogue->records), compare_name);
    return found ? *found : NULL;
}

/* Commands have - where names have _. */
static bool is_called(const char *name, const char *words)
{
    while (*name && (*name == *words || (*name == '_' && *words == '-'))) {
        name++;
        words++;
    }
    return *name == *words;
}

kept_status kept_catalogue_need(const kept_catalogue *catalogue, const char *name,
                                const kept_record_kind **ret_kind, kept_err *err)
{
    KEPT_AUTO_ARENA scratch = KEPT_ARENA_INIT;
    const char **names = KEPT_NEW_N(&scratch, const char *, catalogue->n_records);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < catalogue->n_records; i++) {
        names[i] = catalogue->records[i]->name;
        if (!is_called(names[i], name))
            continue;
        *ret_kind = catalogue->records[i];
        return KEPT_OK;
    }
    const char *near = kept_text_nearest(name, names, catalogue->n_records);
    return kept_fail(err, KEPT_ENOTFOUND, "There is no kind of record \"%.*s\".%s%s%s",
                     KEPT_SHOWN(name, 60), near ? " Did you mean \"" : "", near ? near : "",
                     near ? "\"?" : "");
}

const kept_record_kind *kept_catalogue_prefix(const kept_catalogue *catalogue, const char *prefix,
                                              size_t len)
{
    for (size_t i = 0; i < catalogue->n_records; i++) {
        const char *own = catalogue->records[i]->prefix;
        size_t k = 0;
        while (k < len && own[k] && (own[k] == prefix[k] || own[k] == prefix[k] - 'a' + 'A'))
            k++;
        if (len > 0 && k == len && own[k] == '\0')
            return catalogue->records[i];
    }
    return NULL;
}

const kept_pack *kept_catalogue_pack(const kept_catalogue *catalogue, const char *name)
{
    for (size_t i = 0; i < catalogue->n_packs; i++)
        if (strcmp(catalogue->packs[i].name, name) == 0)
            return &catalogue->packs[i];
    return NULL;
}

/* --- Putting together --- */

static int by_name(const void *a, const void *b)
{
    const kept_record_kind *const *ka = a, *const *kb = b;
    return strcmp((*ka)->name, (*kb)->name);
}

/* The kinds among n declarations, by name; every name stands once. */
static kept_status gather_kinds(const kept_record_declaration *ds, size_t n, kept_arena *arena,
                                kept_catalogue *catalogue, kept_err *err)
{
    const kept_record_kind **kinds = KEPT_NEW_N(arena, const kept_record_kind *, n);
    size_t n_kinds = 0;
    if (!kinds)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        if (!ds[i].extends)
            kinds[n_kinds++] = ds[i].kind;
    if (n_kinds > KEPT_RECORD_KINDS_MAX)
        return kept_fail(err, KEPT_EINPUT, "%s: There are more than %d kinds of records.",
                         kinds[n_kinds - 1]->source, KEPT_RECORD_KINDS_MAX);
    if (n_kinds > 1)
        qsort(kinds, n_kinds, sizeof *kinds, by_name);
    catalogue->records = kinds;
    catalogue->n_records = n_kinds;
    return kept_record__check_names(ds, n, err);
}

/* Gives a kind the fields of one file that extends it behind those it has. */
static kept_status extend(kept_record_kind *kind, kept_record_declaration *d, kept_arena *arena,
                          kept_err *err)
{
    size_t n = kind->n_fields + d->kind->n_fields;
    const kept_yaml_node *list = kept_yaml_get(d->root, "fields");
    if (n > KEPT_RECORD_FIELDS_MAX)
        return kept_yaml_fail(list, err, "%s would have more than %d fields.", kind->name,
                              KEPT_RECORD_FIELDS_MAX);
    kept_record_field *fields = KEPT_NEW_N(arena, kept_record_field, n);
    if (!fields)
        return kept_nomem(err);
    memcpy(fields, kind->fields, kind->n_fields * sizeof *fields);
    memcpy(fields + kind->n_fields, d->kind->fields, d->kind->n_fields * sizeof *fields);
    d->first = kind->n_fields;
    kind->fields = fields;
    kind->n_fields = n;
    size_t i = d->first;
    for (const kept_yaml_node *c = list->first; c; c = c->next)
        KEPT_TRY(kept_record__check_field(kind, i++, c, arena, err));
    return KEPT_OK;
}

static kept_status extend_all(kept_record_declaration *ds, size_t n, kept_catalogue *catalogue,
                              kept_arena *arena, kept_err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!ds[i].extends)
            continue;
        const char *name = NULL;
        KEPT_TRY(kept_record__need_kind(catalogue, kept_yaml_get(ds[i].root, "extends"),
                                        ds[i].kind->name, arena, &name, err));
        for (size_t k = 0; k < n; k++)
            if (!ds[k].extends && strcmp(ds[k].kind->name, name) == 0)
                KEPT_TRY(extend(ds[k].kind, &ds[i], arena, err));
    }
    return KEPT_OK;
}

kept_status kept_catalogue_build(const kept_declared_file *records, size_t n_records,
                                 const kept_declared_file *packs, size_t n_packs, kept_arena *arena,
                                 kept_catalogue *ret_catalogue, kept_err *err)
{
    kept_catalogue catalogue = {0};
    kept_pack *read_packs;
    KEPT_TRY(kept_packs__read(packs, n_packs, arena, &read_packs, &catalogue.n_packs, err));
    catalogue.packs = read_packs;
    kept_record_declaration *ds = KEPT_NEW_N(arena, kept_record_declaration, n_records);
    if (!ds)
        return kept_nomem(err);
    for (size_t i = 0; i < n_records; i++)
        KEPT_TRY(kept_record__parse(records[i].text, records[i].len, records[i].name,
                                    records[i].own, arena, &ds[i], err));
    KEPT_TRY(gather_kinds(ds, n_records, arena, &catalogue, err));
    KEPT_TRY(extend_all(ds, n_records, &catalogue, arena, err));
    KEPT_TRY(kept_record__check_all(&catalogue, ds, n_records, arena, err));
    *ret_catalogue = catalogue;
    return KEPT_OK;
}

/* Worksheets stand among the kinds of records, behind those of the same origin: built-in files come
 * first. */
static kept_status add_worksheets(const char *workspace_folder, kept_arena *arena,
                                  kept_declared_file **records, size_t *n_records, kept_err *err)
{
    kept_declared_file *sheets;
    size_t n_sheets, n = 0;
    KEPT_TRY(kept_declared_files(workspace_folder, "worksheets", arena, &sheets, &n_sheets, err));
    kept_declared_file *all = KEPT_NEW_N(arena, kept_declared_file, *n_records + n_sheets);
    if (!all)
        return kept_nomem(err);
    for (int own = 0; own <= 1; own++) {
        for (size_t i = 0; i < *n_records; i++)
            if ((*records)[i].own == own)
                all[n++] = (*records)[i];
        for (size_t i = 0; i < n_sheets; i++)
            if (sheets[i].own == own)
                KEPT_TRY(kept_worksheet__as_record(&sheets[i], arena, &all[n++], err));
    }
    *records = all;
    *n_records = n;
    return KEPT_OK;
}

kept_status kept_catalogue_load(const char *workspace_folder, kept_arena *arena,
                                kept_catalogue *ret_catalogue, kept_err *err)
{
    kept_declared_file *records, *packs;
    size_t n_records, n_packs;
    KEPT_TRY(kept_declared_files(workspace_folder, "records", arena, &records, &n_records, err));
    KEPT_TRY(add_worksheets(workspace_folder, arena, &records, &n_records, err));
    KEPT_TRY(kept_declared_file_of(workspace_folder, "packs.yaml", arena, &packs, &n_packs, err));
    return kept_catalogue_build(records, n_records, packs, n_packs, arena, ret_catalogue, err);
}
