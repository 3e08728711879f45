#include "store/records/merge.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "store/ledger/identity.h"
#include "store/records/write_int.h"

/* --- What both need --- */

typedef struct task {
    kept_writing *w;
    kept_store *store;
    kept_arena *arena;
    const kept_record_kind *kind; /* customer */
    const char *why;
} task;

static kept_status begin(task *t, kept_writing *w, kept_arena *arena, const char *why,
                         kept_err *err)
{
    KEPT_TRY(kept_writing__check(w, err));
    *t = (task){.w = w, .store = w->store, .arena = arena, .why = why};
    t->kind = kept_catalogue_record(&w->store->catalogue, KEPT_CUSTOMER);
    if (!t->kind)
        return kept_fail(err, KEPT_EINTERNAL, "This workspace has no kind of record \"%s\".",
                         KEPT_CUSTOMER);
    if (w->scope.sight == KEPT_SEES_ALL)
        return KEPT_OK;
    return kept_fail(err, KEPT_EDENIED,
                     "%s may not merge or split customers: that takes sight of all of them.",
                     w->scope.who);
}

/* What was written before the failure must not be committed. */
static kept_status broken_off(task *t, kept_status status)
{
    if (status != KEPT_OK)
        t->w->done = true;
    return status;
}

static const char *id_text(const task *t, int64_t id)
{
    kept_ref ref = {t->kind, id};
    const char *text = kept_short_id(t->arena, ref);
    return text ? text : "";
}

static kept_status get_standing(const task *t, int64_t id, kept_record *ret, kept_err *err)
{
    KEPT_TRY(kept_record_get(t->store, &t->w->scope, t->kind, id, t->arena, ret, err));
    if (ret->archived_at == 0)
        return KEPT_OK;
    return kept_fail(err, KEPT_EINPUT,
                     "%s is archived; bring it back first: kept %s archive %s --back",
                     id_text(t, id), t->kind->name, id_text(t, id));
}

/* "firm:0012, crm:77" */
static kept_status ids_text(const task *t, const kept_external_id *ids, size_t n, const char **ret,
                            kept_err *err)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    for (size_t i = 0; i < n; i++)
        kept_buf_printf(&text, "%s%s:%s", i ? ", " : "", ids[i].source, ids[i].id);
    *ret = text.failed ? NULL : n ? kept_arena_strdup(t->arena, kept_buf_text(&text)) : "";
    return *ret ? KEPT_OK : kept_nomem(err);
}

/* One row in the log of each record: ids went from one to the other. */
static kept_status log_both(const task *t, const char *action, int64_t from, int64_t to,
                            const char *ids, kept_err *err)
{
    const char *moved = ids[0] ? ids : NULL;
    const char *from_text = id_text(t, from), *to_text = id_text(t, to);
    const kept_log_value lost[] = {{action, from_text, to_text}, {"external_id", moved, NULL}};
    const kept_log_value got[] = {{action, from_text, to_text}, {"external_id", NULL, moved}};
    size_t n = moved ? 2 : 1;
    kept_ref from_ref = {t->kind, from}, to_ref = {t->kind, to};
    KEPT_TRY(kept_writing_log(t->w, from_ref, action, lost, n, t->why, err));
    return kept_writing_log(t->w, to_ref, action, got, n, t->why, err);
}

static kept_status move_ids(const task *t, const kept_external_id *ids, size_t n, int64_t from,
                            int64_t to, kept_err *err)
{
    kept_ledger *ledger = &t->store->ledger;
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(kept_ledger_exec(ledger, err,
                                  "UPDATE customer_id SET record = ?3 WHERE source = ?1"
                                  " AND external_id = ?2",
                                  "tti", ids[i].source, ids[i].id, to));
    t->w->use->sight_filled = false;
    KEPT_TRY(kept_ledger_note_joined(ledger, from, err));
    return kept_ledger_note_joined(ledger, to, err);
}

/* --- Merging: what may be --- */

static bool leads_to(const kept_record_field *field, const char *kind)
{
    for (size_t i = 0; i < field->n_to; i++)
        if (strcmp(field->to[i], kind) == 0)
            return true;
    return false;
}

/* Is `below` part of `above`, over any number of steps of the field? */
static kept_status is_part(const task *t, size_t field, int64_t below, int64_t above, bool *ret,
                           kept_err *err)
{
    enum { STEPS_MAX = 1000 }; /* of a ring that people made by mistake */
    int64_t at = below;
    for (int step = 0; step < STEPS_MAX && at && at != above; step++) {
        kept_record record;
        KEPT_TRY(kept_record_get(t->store, &t->w->scope, t->kind, at, t->arena, &record, err));
        const kept_value *value = &record.values[field];
        at = value->known && value->n_refs ? value->refs[0].id : 0;
    }
    *ret = at == above;
    return KEPT_OK;
}

static kept_status refuse_part(const task *t, const kept_record_field *field, int64_t part,
                               int64_t whole, kept_err *err)
{
    return kept_fail(err, KEPT_EINPUT,
                     "%s is part of %s, and both stay customers of their own; if they are one all "
                     "the same, empty its field %s first.",
                     id_text(t, part), id_text(t, whole), field->name);
}

static kept_status check_parts(const task *t, int64_t into, int64_t from, kept_err *err)
{
    for (size_t i = 0; i < t->kind->n_fields; i++) {
        const kept_record_field *field = &t->kind->fields[i];
        bool part = false, whole = false;
        if (field->type != KEPT_RECORD_REF || !leads_to(field, t->kind->name))
            continue;
        KEPT_TRY(is_part(t, i, from, into, &part, err));
        if (part)
            return refuse_part(t, field, from, into, err);
        KEPT_TRY(is_part(t, i, into, from, &whole, err));
        if (whole)
            return refuse_part(t, field, into, from, err);
    }
    return KEPT_OK;
}

static kept_status check_merge(const task *t, int64_t into, int64_t from, kept_err *err)
{
    kept_record record;
    if (into == from)
        return kept_fail(err, KEPT_EARG, "%s cannot be merged into itself.", id_text(t, into));
    KEPT_TRY(get_standing(t, into, &record, err));
    KEPT_TRY(get_standing(t, from, &record, err));
    return check_parts(t, into, from, err);
}

/* --- Merging: who refers to the customer --- */

/* The list with `from` replaced, each record once; a text per record. */
static kept_status replaced(const task *t, const kept_value *value, int64_t from, int64_t into,
                            const char ***ret_texts, size_t *ret_n, kept_err *err)
{
    const char **texts = KEPT_NEW_N(t->arena, const char *, value->n_refs + 1);
    size_t n = 0;
    if (!texts)
        return kept_nomem(err);
    texts[n++] = id_text(t, into);
    for (size_t i = 0; i < value->n_refs; i++) {
        kept_ref ref = value->refs[i];
        bool customer = strcmp(ref.kind->name, t->kind->name) == 0;
        if (customer && (ref.id == from || ref.id == into))
            continue;
        if (!(texts[n++] = kept_short_id(t->arena, ref)))
            return kept_nomem(err);
    }
    *ret_texts = texts;
    *ret_n = n;
    return KEPT_OK;
}

static kept_status repoint(const task *t, const kept_record *record, size_t field, int64_t into,
                           int64_t from, kept_err *err)
{
    const char **texts = NULL;
    kept_edited edited;
    kept_set set = {.field = record->kind->fields[field].name};
    KEPT_TRY(replaced(t, &record->values[field], from, into, &texts, &set.n, err));
    set.texts = texts;
    kept_edit edit = {
        .kind = record->kind, .id = record->id, .sets = &set, .n_sets = 1, .why = t->why};
    return kept_record_write(t->w, &edit, &edited, err);
}

static kept_status repoint_field(const task *t, const kept_record_kind *kind, size_t field,
                                 int64_t into, int64_t from, size_t *n_repointed, kept_err *err)
{
    kept_record_filter filter = {.field = &kind->fields[field], .text = id_text(t, from)};
    kept_record_query query = {
        .kind = kind, .state = "all", .archived = true, .filters = &filter, .n_filters = 1};
    kept_record *records = NULL;
    size_t n = 0, total = 0;
    KEPT_TRY(kept_record_list(t->store, &t->w->scope, &query, t->arena, &records, &n, &total, err));
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(repoint(t, &records[i], field, into, from, err));
    *n_repointed += n;
    return KEPT_OK;
}

static kept_status repoint_all(const task *t, int64_t into, int64_t from, size_t *ret_n,
                               kept_err *err)
{
    const kept_catalogue *catalogue = &t->store->catalogue;
    *ret_n = 0;
    for (size_t k = 0; k < catalogue->n_records; k++) {
        const kept_record_kind *kind = catalogue->records[k];
        for (size_t f = 0; f < kind->n_fields; f++) {
            kept_record_type type = kind->fields[f].type;
            if ((type == KEPT_RECORD_REF || type == KEPT_RECORD_REFS) &&
                leads_to(&kind->fields[f], t->kind->name))
                KEPT_TRY(repoint_field(t, kind, f, into, from, ret_n, err));
        }
    }
    return KEPT_OK;
}

static kept_status archive(const task *t, int64_t id, kept_err *err)
{
    kept_edited edited;
    kept_edit edit = {.kind = t->kind, .id = id, .archive = 1, .why = t->why};
    return kept_record_write(t->w, &edit, &edited, err);
}

static kept_status merge(const task *t, int64_t into, int64_t from, kept_merged *merged,
                         kept_err *err)
{
    kept_ref ref = {t->kind, from};
    kept_external_id *ids = NULL;
    const char *text = NULL;
    KEPT_TRY(
        kept_record_external_ids(t->store, &t->w->scope, ref, t->arena, &ids, &merged->ids, err));
    KEPT_TRY(ids_text(t, ids, merged->ids, &text, err));
    KEPT_TRY(repoint_all(t, into, from, &merged->records, err));
    KEPT_TRY(move_ids(t, ids, merged->ids, from, into, err));
    KEPT_TRY(log_both(t, "merge", from, into, text, err));
    return archive(t, from, err);
}

kept_status kept_customer_merge(kept_writing *writing, int64_t into, int64_t from, const char *why,
                                kept_merged *ret_merged, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_merged merged = {0};
    task t;
    KEPT_TRY(begin(&t, writing, &arena, why, err));
    KEPT_TRY(check_merge(&t, into, from, err));
    KEPT_TRY(broken_off(&t, merge(&t, into, from, &merged, err)));
    *ret_merged = merged;
    return KEPT_OK;
}

/* --- Splitting --- */

/* "0012" is that id of any source, "crm:0012" of the one. */
static bool is_meant(const kept_external_id *id, const char *words)
{
    size_t len = strlen(id->source);
    return strcmp(id->id, words) == 0 ||
           (strncmp(words, id->source, len) == 0 && words[len] == ':' &&
            strcmp(words + len + 1, id->id) == 0);
}

static kept_status refuse_id(const task *t, int64_t record, const char *words,
                             const kept_external_id *ids, size_t n, kept_err *err)
{
    enum { SHOWN = 5 };
    const char *text = NULL;
    if (n == 0)
        return kept_fail(err, KEPT_EARG, "%s has no external ids to split off.",
                         id_text(t, record));
    KEPT_TRY(ids_text(t, ids, n < SHOWN ? n : SHOWN, &text, err));
    return kept_fail(err, KEPT_EARG, "%s has no external id \"%s\"; it has %s%s.",
                     id_text(t, record), words, text, n > SHOWN ? " and more" : "");
}

/* Puts the ids that are meant in front. */
static kept_status pick_ids(const task *t, int64_t record, const char *const *words, size_t n_words,
                            kept_external_id *ids, size_t n, size_t *ret_picked, kept_err *err)
{
    size_t picked = 0;
    for (size_t w = 0; w < n_words; w++) {
        bool found = false;
        for (size_t i = 0; i < n; i++) {
            if (!is_meant(&ids[i], words[w]))
                continue;
            found = true;
            if (i < picked)
                continue;
            kept_external_id swap = ids[picked];
            ids[picked++] = ids[i];
            ids[i] = swap;
        }
        if (!found)
            return refuse_id(t, record, words[w], ids, n, err);
    }
    *ret_picked = picked;
    return KEPT_OK;
}

/* Facts are told apart by keys: ids with one key stay together. */
static kept_status check_keys(const task *t, int64_t record, const kept_external_id *ids,
                              size_t n_picked, kept_err *err)
{
    for (size_t i = 0; i < n_picked; i++) {
        KEPT_AUTO_STMT *stmt = NULL;
        KEPT_TRY(kept_ledger_prepare(&t->store->ledger, &stmt, err,
                                     "SELECT b.source, b.external_id FROM customer_id a"
                                     " JOIN customer_id b ON b.customer = a.customer"
                                     " AND b.record = ?3"
                                     " WHERE a.source = ?1 AND a.external_id = ?2",
                                     "tti", ids[i].source, ids[i].id, record));
        for (bool row = true;;) {
            KEPT_TRY(kept_ledger_step(&t->store->ledger, stmt, &row, err));
            if (!row)
                break;
            kept_external_id other = {(const char *)sqlite3_column_text(stmt, 0),
                                      (const char *)sqlite3_column_text(stmt, 1)};
            bool goes = false;
            for (size_t p = 0; p < n_picked && !goes; p++)
                goes = kept_text_equal(ids[p].source, other.source) &&
                       kept_text_equal(ids[p].id, other.id);
            if (!goes)
                return kept_fail(err, KEPT_EINPUT,
                                 "The ids %s and %s share their facts; split both off or none.",
                                 ids[i].id, other.id ? other.id : "");
        }
    }
    return KEPT_OK;
}

static kept_status add_record(const task *t, const char *name, int64_t *ret_id, kept_err *err)
{
    kept_edited edited;
    const kept_set set = {t->kind->label, &name, 1};
    kept_edit edit = {.kind = t->kind, .sets = &set, .n_sets = 1, .why = t->why};
    KEPT_TRY(kept_record_write(t->w, &edit, &edited, err));
    *ret_id = edited.ref.id;
    return KEPT_OK;
}

static kept_status split(const task *t, int64_t record, const kept_external_id *ids, size_t n,
                         const char *name, int64_t *ret_new, kept_err *err)
{
    const char *text = NULL;
    KEPT_TRY(ids_text(t, ids, n, &text, err));
    KEPT_TRY(add_record(t, name, ret_new, err));
    KEPT_TRY(move_ids(t, ids, n, record, *ret_new, err));
    return log_both(t, "split", record, *ret_new, text, err);
}

kept_status kept_customer_split(kept_writing *writing, int64_t record,
                                const char *const *external_ids, size_t n_ids, const char *name,
                                const char *why, int64_t *ret_new, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    task t;
    kept_record standing;
    kept_external_id *ids = NULL;
    size_t n = 0, picked = 0;
    int64_t id = 0;
    KEPT_TRY(begin(&t, writing, &arena, why, err));
    KEPT_TRY(get_standing(&t, record, &standing, err));
    if (n_ids == 0)
        return kept_fail(err, KEPT_EARG, "No external id was named.");
    kept_ref ref = {t.kind, record};
    KEPT_TRY(kept_record_external_ids(t.store, &writing->scope, ref, &arena, &ids, &n, err));
    KEPT_TRY(pick_ids(&t, record, external_ids, n_ids, ids, n, &picked, err));
    KEPT_TRY(check_keys(&t, record, ids, picked, err));
    KEPT_TRY(broken_off(&t, split(&t, record, ids, picked, name, &id, err)));
    *ret_new = id;
    return KEPT_OK;
}
