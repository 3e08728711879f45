#include "catalogue/rhythm.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "catalogue/declare.h"
#include "catalogue/document.h"

enum { GRACE_MAX = 366 };

static const char what[] = "a rhythm";
static const char *const keys[] = {"rhythm",       "title",      "stage",   "pack",
                                   "requirements", "summary",    "per",     "where",
                                   "every",        "grace_days", "done_by", "advice"};
static const char *const done_keys[] = {"record", "worksheet", "document", "date", "of", "where"};

typedef struct reader {
    const kept_catalogue *catalogue;
    kept_documents documents;
    kept_arena *arena;
    kept_err *err;
} reader;

/* --- Kinds and fields --- */

static kept_status find_kind(reader *r, const kept_yaml_node *at, const char *name,
                             const kept_record_kind **ret_kind)
{
    const char **names = KEPT_NEW_N(r->arena, const char *, r->catalogue->n_records);
    size_t i;
    if (!names)
        return kept_nomem(r->err);
    for (i = 0; i < r->catalogue->n_records; i++)
        names[i] = r->catalogue->records[i]->name;
    KEPT_TRY(kept_declare_find(at, "a kind of record", name, names, r->catalogue->n_records, &i,
                               r->err));
    *ret_kind = r->catalogue->records[i];
    return KEPT_OK;
}

static kept_status find_field(reader *r, const kept_yaml_node *at, const kept_record_kind *kind,
                              const char *name, const kept_record_field **ret_field)
{
    const char **names = KEPT_NEW_N(r->arena, const char *, kind->n_fields);
    const char *field_of = kept_arena_printf(r->arena, "a field of %s", kind->name);
    size_t i;
    if (!names || !field_of)
        return kept_nomem(r->err);
    for (i = 0; i < kind->n_fields; i++)
        names[i] = kind->fields[i].name;
    KEPT_TRY(kept_declare_find(at, field_of, name, names, kind->n_fields, &i, r->err));
    *ret_field = &kind->fields[i];
    return KEPT_OK;
}

/* A word that no record can have would make a rhythm that is silently never done. */
static kept_status check_value(const kept_yaml_node *at, const kept_record_field *field,
                               const char *text, kept_err *err)
{
    static const char *const answers[] = {"yes", "no"};
    size_t i;
    if (field->type == KEPT_RECORD_CHOICE)
        return kept_declare_find(at, "a choice", text, field->choices, field->n_choices, &i, err);
    if (field->type == KEPT_RECORD_FLAG)
        return kept_declare_find(at, "yes or no", text, answers, KEPT_N(answers), &i, err);
    return kept_yaml_fail(
        at, err, "\"where\" takes fields of type choice and flag; \"%s\" is neither.", field->name);
}

static kept_status read_where(reader *r, const kept_yaml_node *map, const kept_record_kind *kind,
                              const kept_rhythm_where **ret_where, size_t *ret_n)
{
    const kept_yaml_node *node = kept_yaml_get(map, "where");
    if (!node)
        return KEPT_OK;
    if (node->type != KEPT_YAML_MAP || !kind)
        return kept_yaml_fail(node, r->err,
                              "\"where\" names fields of a kind and their values: {FIELD: value}.");
    kept_rhythm_where *where = KEPT_NEW_N(r->arena, kept_rhythm_where, node->n);
    size_t n = 0;
    if (!where)
        return kept_nomem(r->err);
    for (const kept_yaml_node *c = node->first; c; c = c->next, n++) {
        KEPT_TRY(find_field(r, c, kind, c->key, &where[n].field));
        KEPT_TRY(kept_yaml_get_text(node, c->key, &where[n].text, r->err));
        KEPT_TRY(check_value(c, where[n].field, where[n].text, r->err));
    }
    *ret_where = where;
    *ret_n = n;
    return KEPT_OK;
}

/* --- done_by --- */

static bool refers_to(const kept_record_field *field, const kept_record_kind *kind)
{
    if (field->type != KEPT_RECORD_REF || !kind)
        return false;
    for (size_t i = 0; i < field->n_to; i++)
        if (strcmp(field->to[i], kind->name) == 0)
            return true;
    return false;
}

static kept_status check_document(reader *r, const kept_yaml_node *at, const kept_rhythm *rhythm)
{
    const kept_document *document = NULL;
    kept_err inner = KEPT_ERR_INIT;
    if (kept_documents_find(&r->documents, rhythm->document, &document, &inner) != KEPT_OK)
        return kept_yaml_fail(at, r->err, "%s", inner.msg);
    if (document->about != rhythm->per)
        return kept_yaml_fail(at, r->err, "The document \"%s\" is about %s, the rhythm is per %s.",
                              document->name, document->about ? document->about->name : "the firm",
                              rhythm->per ? rhythm->per->name : "firm");
    return KEPT_OK;
}

static kept_status read_done_record(reader *r, const kept_yaml_node *map, const char *name,
                                    const kept_yaml_node *at, kept_rhythm *rhythm)
{
    const char *date = NULL, *of = NULL;
    KEPT_TRY(find_kind(r, at, name, &rhythm->done_by));
    KEPT_TRY(kept_declare_text(map, "\"done_by\"", "date", &date, r->err));
    KEPT_TRY(find_field(r, kept_yaml_get(map, "date"), rhythm->done_by, date, &rhythm->date));
    if (rhythm->date->type != KEPT_RECORD_DATE)
        return kept_yaml_fail(kept_yaml_get(map, "date"), r->err, "\"%s\" is no date.", date);
    KEPT_TRY(kept_yaml_get_text(map, "of", &of, r->err));
    if (of) {
        KEPT_TRY(find_field(r, kept_yaml_get(map, "of"), rhythm->done_by, of, &rhythm->of));
        if (!refers_to(rhythm->of, rhythm->per))
            return kept_yaml_fail(kept_yaml_get(map, "of"), r->err,
                                  "\"%s\" does not refer to what this rhythm is per.", of);
    } else if (rhythm->per) {
        return kept_yaml_fail(map, r->err,
                              "\"of\" is missing: which field says for which %s it was "
                              "done.",
                              rhythm->per->name);
    }
    return read_where(r, map, rhythm->done_by, &rhythm->done_where, &rhythm->n_done_where);
}

static kept_status read_done(reader *r, const kept_yaml_node *root, kept_rhythm *rhythm)
{
    const kept_yaml_node *map = kept_yaml_get(root, "done_by");
    const char *record = NULL, *sheet = NULL;
    if (!map)
        return kept_yaml_fail(root, r->err, "\"done_by\" is missing; %s must have it.", what);
    KEPT_TRY(kept_yaml_expect_map(map, "what shows that it was done", done_keys, KEPT_N(done_keys),
                                  r->err));
    KEPT_TRY(kept_yaml_get_text(map, "record", &record, r->err));
    KEPT_TRY(kept_yaml_get_text(map, "worksheet", &sheet, r->err));
    KEPT_TRY(kept_yaml_get_text(map, "document", &rhythm->document, r->err));
    if ((record != NULL) + (sheet != NULL) + (rhythm->document != NULL) != 1)
        return kept_yaml_fail(map, r->err,
                              "\"done_by\" names one of record, worksheet and document.");
    if (rhythm->document)
        return check_document(r, kept_yaml_get(map, "document"), rhythm);
    return read_done_record(r, map, record ? record : sheet,
                            kept_yaml_get(map, record ? "record" : "worksheet"), rhythm);
}

/* --- The rest --- */

static kept_status read_per(reader *r, const kept_yaml_node *root, kept_rhythm *rhythm)
{
    const char *per = NULL;
    KEPT_TRY(kept_declare_text(root, what, "per", &per, r->err));
    if (strcmp(per, "firm") != 0)
        KEPT_TRY(find_kind(r, kept_yaml_get(root, "per"), per, &rhythm->per));
    return read_where(r, root, rhythm->per, &rhythm->where, &rhythm->n_where);
}

static kept_status read_every(reader *r, const kept_yaml_node *root, kept_rhythm *rhythm)
{
    kept_err inner = KEPT_ERR_INIT;
    const char *grace = NULL;
    KEPT_TRY(kept_declare_text(root, what, "every", &rhythm->every_text, r->err));
    if (kept_rrule_parse(rhythm->every_text, &rhythm->every, &inner) != KEPT_OK)
        return kept_yaml_fail(kept_yaml_get(root, "every"), r->err, "%s", inner.msg);
    if (rhythm->every.count)
        return kept_yaml_fail(kept_yaml_get(root, "every"), r->err,
                              "A rhythm is counted anew from each time it was done, so that it has "
                              "no COUNT.");
    KEPT_TRY(kept_yaml_get_text(root, "grace_days", &grace, r->err));
    if (!grace)
        return KEPT_OK;
    if (strlen(grace) > 3 || strspn(grace, "0123456789") != strlen(grace) ||
        strtol(grace, NULL, 10) > GRACE_MAX)
        return kept_yaml_fail(kept_yaml_get(root, "grace_days"), r->err,
                              "\"grace_days\" is a number of days from 0 to %d.", (int)GRACE_MAX);
    rhythm->grace_days = (int)strtol(grace, NULL, 10);
    return KEPT_OK;
}

static kept_status read_rhythm(reader *r, const kept_declared_file *file, kept_rhythm *rhythm)
{
    kept_yaml_node *root;
    size_t stage;
    *rhythm = (kept_rhythm){.source = file->name, .own = file->own, .advice = ""};
    KEPT_TRY(kept_yaml_parse(file->text, file->len, file->name, r->arena, &root, r->err));
    KEPT_TRY(kept_yaml_expect_map(root, what, keys, KEPT_N(keys), r->err));
    KEPT_TRY(kept_declare_name(root, what, "rhythm", file->own, &rhythm->name, r->err));
    KEPT_TRY(kept_declare_line(root, what, "title", &rhythm->title, r->err));
    KEPT_TRY(kept_declare_text(root, what, "summary", &rhythm->summary, r->err));
    KEPT_TRY(kept_declare_word(root, what, "stage", kept_stages, KEPT_STAGE_NAMES, &stage, r->err));
    rhythm->stage = kept_stages[stage];
    KEPT_TRY(kept_declare_text(root, what, "pack", &rhythm->pack, r->err));
    if (!kept_catalogue_pack(r->catalogue, rhythm->pack))
        return kept_yaml_fail(kept_yaml_get(root, "pack"), r->err, "There is no pack \"%.60s\".",
                              rhythm->pack);
    KEPT_TRY(kept_declare_requirements(root, r->arena, &rhythm->ids, r->err));
    KEPT_TRY(read_per(r, root, rhythm));
    KEPT_TRY(read_every(r, root, rhythm));
    KEPT_TRY(read_done(r, root, rhythm));
    return kept_yaml_get_text(root, "advice", &rhythm->advice, r->err);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const kept_rhythm *)a)->name, ((const kept_rhythm *)b)->name);
}

kept_status kept_rhythms_load(const char *workspace_folder, const kept_catalogue *catalogue,
                              kept_arena *arena, kept_rhythms *ret_rhythms, kept_err *err)
{
    reader r = {.catalogue = catalogue, .arena = arena, .err = err};
    kept_declared_file *files;
    size_t n;
    KEPT_TRY(kept_documents_load(workspace_folder, catalogue, arena, &r.documents, err));
    KEPT_TRY(kept_declared_files(workspace_folder, "rhythms", arena, &files, &n, err));
    kept_rhythm *rhythms = KEPT_NEW_N(arena, kept_rhythm, n);
    if (!rhythms)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++) {
        KEPT_TRY(read_rhythm(&r, &files[i], &rhythms[i]));
        for (size_t k = 0; k < i; k++)
            if (strcmp(rhythms[k].name, rhythms[i].name) == 0)
                return kept_fail(err, KEPT_EINPUT, "%s: The rhythm \"%s\" is declared in %s too.",
                                 files[i].name, rhythms[i].name, rhythms[k].source);
    }
    if (n > 1)
        qsort(rhythms, n, sizeof *rhythms, by_name);
    *ret_rhythms = (kept_rhythms){rhythms, n};
    return KEPT_OK;
}
