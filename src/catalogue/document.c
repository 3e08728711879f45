#include "catalogue/document.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "catalogue/declare.h"

enum { LIMIT_MAX = 10000, SECTIONS_MAX = 20 };

static const char what[] = "a document";
static const char what_section[] = "a section";
static const char *const keys[] = {"document", "title", "stage",    "pack", "requirements",
                                   "summary",  "about", "sections", "sheet"};
static const char *const section_keys[] = {"title", "as", "sql", "empty", "limit"};
static const char *const forms[] = {"table", "facts", "list"}; /* as kept_section_form */

static kept_status read_limit(const kept_yaml_node *node, size_t *ret_limit, kept_err *err)
{
    const char *text = NULL;
    KEPT_TRY(kept_yaml_get_text(node, "limit", &text, err));
    if (!text)
        return KEPT_OK;
    long limit =
        strlen(text) < 6 && strspn(text, "0123456789") == strlen(text) ? strtol(text, NULL, 10) : 0;
    if (limit < 1 || limit > LIMIT_MAX)
        return kept_yaml_fail(kept_yaml_get(node, "limit"), err,
                              "\"limit\" is a number of rows from 1 to %d.", (int)LIMIT_MAX);
    *ret_limit = (size_t)limit;
    return KEPT_OK;
}

static kept_status read_section(const kept_yaml_node *node, kept_section *section, kept_err *err)
{
    size_t form = 0;
    section->empty = "";
    KEPT_TRY(kept_yaml_expect_map(node, what_section, section_keys, KEPT_N(section_keys), err));
    KEPT_TRY(kept_declare_line(node, what_section, "title", &section->title, err));
    KEPT_TRY(kept_declare_word(node, what_section, "as", forms, KEPT_N(forms), &form, err));
    KEPT_TRY(kept_declare_text(node, what_section, "sql", &section->sql, err));
    KEPT_TRY(kept_yaml_get_text(node, "empty", &section->empty, err));
    section->form = (kept_section_form)form;
    return read_limit(node, &section->limit, err);
}

static kept_status read_sections(const kept_yaml_node *root, kept_arena *arena,
                                 kept_document *document, kept_err *err)
{
    const kept_yaml_node *list = kept_yaml_get(root, "sections");
    if (!list || list->type != KEPT_YAML_LIST || list->n == 0)
        return kept_yaml_fail(list ? list : root, err,
                              "\"sections\" must be a list with at least one section, each begun "
                              "with \"- title:\".");
    if (list->n > SECTIONS_MAX)
        return kept_yaml_fail(list, err, "More than %d sections; make two documents of it.",
                              (int)SECTIONS_MAX);
    kept_section *sections = KEPT_NEW_N(arena, kept_section, list->n);
    if (!sections)
        return kept_nomem(err);
    size_t n = 0;
    for (const kept_yaml_node *c = list->first; c; c = c->next, n++) {
        KEPT_TRY(read_section(c, &sections[n], err));
        for (size_t i = 0; i < n; i++)
            if (kept_text_equal_nocase(sections[i].title, sections[n].title))
                return kept_yaml_fail(c, err, "Two sections have the title \"%.80s\".",
                                      sections[n].title);
    }
    document->sections = sections;
    document->n_sections = n;
    return KEPT_OK;
}

static kept_status read_about(const kept_yaml_node *root, const kept_catalogue *catalogue,
                              kept_arena *arena, kept_document *document, kept_err *err)
{
    const char *about = NULL;
    KEPT_TRY(kept_declare_text(root, what, "about", &about, err));
    if (strcmp(about, "firm") == 0)
        return KEPT_OK;
    const char **names = KEPT_NEW_N(arena, const char *, catalogue->n_records + 1);
    size_t i;
    if (!names)
        return kept_nomem(err);
    for (i = 0; i < catalogue->n_records; i++)
        names[i] = catalogue->records[i]->name;
    names[i] = "firm";
    KEPT_TRY(kept_declare_find(kept_yaml_get(root, "about"), "a kind of record", about, names,
                               catalogue->n_records + 1, &i, err));
    document->about = catalogue->records[i];
    return KEPT_OK;
}

static kept_status read_document(const kept_declared_file *file, const kept_catalogue *catalogue,
                                 kept_arena *arena, kept_document *document, kept_err *err)
{
    kept_yaml_node *root;
    size_t stage;
    *document = (kept_document){.source = file->name, .own = file->own};
    KEPT_TRY(kept_yaml_parse(file->text, file->len, file->name, arena, &root, err));
    KEPT_TRY(kept_yaml_expect_map(root, what, keys, KEPT_N(keys), err));
    KEPT_TRY(kept_declare_name(root, what, "document", file->own, &document->name, err));
    KEPT_TRY(kept_declare_line(root, what, "title", &document->title, err));
    KEPT_TRY(kept_declare_text(root, what, "summary", &document->summary, err));
    KEPT_TRY(kept_declare_word(root, what, "stage", kept_stages, KEPT_STAGE_NAMES, &stage, err));
    document->stage = kept_stages[stage];
    KEPT_TRY(kept_declare_text(root, what, "pack", &document->pack, err));
    if (!kept_catalogue_pack(catalogue, document->pack))
        return kept_yaml_fail(kept_yaml_get(root, "pack"), err, "There is no pack \"%.60s\".",
                              document->pack);
    KEPT_TRY(kept_declare_requirements(root, arena, &document->ids, err));
    if (kept_catalogue_record(catalogue, document->name))
        return kept_yaml_fail(kept_yaml_get(root, "document"), err,
                              "\"%s\" is a kind of record; choose another name.", document->name);
    KEPT_TRY(kept_yaml_get_flag(root, "sheet", &document->sheet, err));
    KEPT_TRY(read_about(root, catalogue, arena, document, err));
    return read_sections(root, arena, document, err);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const kept_document *)a)->name, ((const kept_document *)b)->name);
}

kept_status kept_documents_load(const char *workspace_folder, const kept_catalogue *catalogue,
                                kept_arena *arena, kept_documents *ret_documents, kept_err *err)
{
    kept_declared_file *files;
    size_t n;
    KEPT_TRY(kept_declared_files(workspace_folder, "documents", arena, &files, &n, err));
    kept_document *documents = KEPT_NEW_N(arena, kept_document, n);
    if (!documents)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++) {
        KEPT_TRY(read_document(&files[i], catalogue, arena, &documents[i], err));
        for (size_t k = 0; k < i; k++)
            if (strcmp(documents[k].name, documents[i].name) == 0)
                return kept_fail(err, KEPT_EINPUT, "%s: The document \"%s\" is declared in %s too.",
                                 files[i].name, documents[i].name, documents[k].source);
    }
    if (n > 1)
        qsort(documents, n, sizeof *documents, by_name);
    *ret_documents = (kept_documents){documents, n};
    return KEPT_OK;
}

kept_status kept_documents_find(const kept_documents *documents, const char *name,
                                const kept_document **ret_document, kept_err *err)
{
    KEPT_AUTO_ARENA scratch = KEPT_ARENA_INIT;
    const char **names = KEPT_NEW_N(&scratch, const char *, documents->n);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < documents->n; i++) {
        names[i] = documents->documents[i].name;
        if (strcmp(names[i], name) != 0)
            continue;
        *ret_document = &documents->documents[i];
        return KEPT_OK;
    }
    const char *near = kept_text_nearest(name, names, documents->n);
    return kept_fail(err, KEPT_ENOTFOUND, "There is no document \"%.60s\".%s%s%s", name,
                     near ? " Did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}
