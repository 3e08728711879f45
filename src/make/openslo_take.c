/* Promises read from OpenSLO, into the ledger: through the one path that writes records. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "make/openslo_int.h"
#include "store/records/import.h"

enum { SHOWN = 80 };

typedef struct taking {
    kept_writing *writing;
    kept_store *store;
    const kept_scope *scope;
    kept_openslo *file;
    const kept_openslo_opts *opts;
    kept_arena *arena;
    const char *customer; /* short id of opts->customer; NULL: none */
} taking;

/* What is taken at the moment. */
typedef struct item {
    const kept_openslo_promise *promise;
    kept_record was; /* id 0: it is new */
    bool by_uid;
    const char *customer; /* short id; NULL: none is named */
} item;

/* A refusal with the place it is about; faults of other kinds pass as they are. */
static kept_status at_place(const kept_yaml_node *at, kept_status status, const kept_err *why,
                            kept_err *err)
{
    if (status != KEPT_EARG && status != KEPT_EINPUT && status != KEPT_ENOTFOUND) {
        if (err)
            *err = *why;
        return status;
    }
    return kept_yaml_fail(at, err, "%s", why->msg);
}

static const kept_value *value_of(const kept_record *record, const char *field)
{
    for (size_t i = 0; record->id && i < record->kind->n_fields; i++)
        if (strcmp(record->kind->fields[i].name, field) == 0)
            return record->values[i].known ? &record->values[i] : NULL;
    return NULL;
}

static const kept_openslo_value *said(const taking *t, const item *it, const char *field)
{
    for (size_t i = 0; i < t->file->kind->n_fields; i++)
        if (strcmp(t->file->kind->fields[i].name, field) == 0)
            return &it->promise->values[i];
    return NULL;
}

/* --- Which promise --- */

static kept_status get_promise(const taking *t, int64_t id, kept_record *ret, kept_err *err)
{
    return kept_record_get(t->store, t->scope, t->file->kind, id, t->arena, ret, err);
}

static kept_status by_name(const taking *t, item *it, kept_err *err)
{
    kept_ref ref;
    kept_err why = KEPT_ERR_INIT;
    const char *words = kept_arena_printf(t->arena, KEPT_OPENSLO_SOURCE ":%s", it->promise->name);
    if (!words)
        return kept_nomem(err);
    kept_status status = kept_record_find(t->store, t->scope, &t->file->kind, 1, words, &ref, &why);
    if (status == KEPT_ENOTFOUND)
        return KEPT_OK;
    return status == KEPT_OK ? get_promise(t, ref.id, &it->was, err)
                             : at_place(it->promise->at, status, &why, err);
}

/* "kept-P-12-1790000000000000": its short id and when it was made, so that the promise of another
 * workspace is not taken for it. */
static kept_status by_uid(const taking *t, item *it, kept_err *err)
{
    const char *uid = it->promise->uid, *start = uid ? uid + strlen(KEPT_OWN_UID) : NULL;
    const char *dash = uid ? strrchr(uid, '-') : NULL;
    kept_ref ref;
    kept_record record;
    if (!uid || !kept_text_starts(uid, KEPT_OWN_UID) || dash < start)
        return KEPT_OK;
    const char *words = kept_arena_strndup(t->arena, start, (size_t)(dash - start));
    if (!words)
        return kept_nomem(err);
    kept_status status = kept_record_find(t->store, t->scope, &t->file->kind, 1, words, &ref, NULL);
    if (status != KEPT_OK)
        return status == KEPT_ENOMEM ? kept_nomem(err) : KEPT_OK;
    KEPT_TRY(get_promise(t, ref.id, &record, err));
    if (record.made_at != strtoll(dash + 1, NULL, 10))
        return KEPT_OK;
    it->was = record;
    it->by_uid = true;
    return KEPT_OK;
}

/* --- Whose --- */

static kept_status read_customer(const taking *t, item *it, kept_err *err)
{
    const kept_openslo_value *value = said(t, it, "customer");
    const kept_record_field *field = kept_record_field_find(t->file->kind, "customer");
    kept_err why = KEPT_ERR_INIT;
    const char *const *ids = NULL;
    size_t n = 0;
    it->customer = t->customer;
    if (t->customer && value->at &&
        !kept_openslo_remark_add(t->file, t->arena, value->at, it->promise->slo,
                                 "The customer of the file gave way to %s.", t->customer))
        return kept_nomem(err);
    if (t->customer || !value->at || !value->text)
        return KEPT_OK;
    kept_status status =
        kept_openslo__read_refs(t->store, t->scope, field, value->text, t->arena, &ids, &n, &why);
    it->customer = status == KEPT_OK ? ids[0] : NULL;
    return status == KEPT_OK ? KEPT_OK : at_place(value->at, status, &why, err);
}

/* A promise does not change hands by a file. */
static kept_status check_customer(const taking *t, item *it, kept_err *err)
{
    const kept_value *has = value_of(&it->was, "customer");
    const char *id = has ? kept_short_id(t->arena, has->refs[0]) : NULL;
    if (has && !id)
        return kept_nomem(err);
    if (!has || !it->customer || strcmp(id, it->customer) == 0)
        return KEPT_OK;
    if (it->by_uid) { /* written for one customer, taken for another: a promise of its own */
        it->was = (kept_record){0};
        it->by_uid = false;
        return KEPT_OK;
    }
    return kept_yaml_fail(it->promise->at, err,
                          "\"%.*s\" is %s-%" PRId64 " already, a promise about %s; give the SLO "
                          "another name to promise the same to %s.",
                          KEPT_SHOWN(it->promise->name, SHOWN), t->file->kind->prefix, it->was.id,
                          id, it->customer);
}

static kept_status identify(const taking *t, item *it, kept_err *err)
{
    KEPT_TRY(read_customer(t, it, err));
    KEPT_TRY(by_name(t, it, err));
    if (!it->was.id)
        KEPT_TRY(by_uid(t, it, err));
    return check_customer(t, it, err);
}

/* --- What it says --- */

static kept_status set_of(const taking *t, const item *it, size_t field, kept_set *set,
                          kept_err *err)
{
    const kept_openslo_value *value = &it->promise->values[field];
    const kept_record_field *f = &t->file->kind->fields[field];
    kept_err why = KEPT_ERR_INIT;
    *set = (kept_set){f->name, &value->text, value->text != NULL};
    if (!value->text || (f->type != KEPT_RECORD_REF && f->type != KEPT_RECORD_REFS))
        return KEPT_OK;
    kept_status status = kept_openslo__read_refs(t->store, t->scope, f, value->text, t->arena,
                                                 &set->texts, &set->n, &why);
    return status == KEPT_OK ? KEPT_OK : at_place(value->at, status, &why, err);
}

static kept_status sets_of(const taking *t, const item *it, kept_set *sets, size_t *ret_n,
                           kept_err *err)
{
    const kept_record_kind *kind = t->file->kind;
    size_t n = 0;
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_openslo_value *value = &it->promise->values[i];
        bool stays = value->weak && value_of(&it->was, kind->fields[i].name);
        if (strcmp(kind->fields[i].name, "customer") == 0) {
            if (it->customer)
                sets[n++] = (kept_set){"customer", &it->customer, 1};
        } else if (value->at && !stays) {
            KEPT_TRY(set_of(t, it, i, &sets[n++], err));
        }
    }
    *ret_n = n;
    return KEPT_OK;
}

/* --- Writing --- */

static const kept_yaml_node *blamed(const taking *t, const item *it)
{
    const char *field = kept_writing_blames(t->writing);
    const kept_openslo_value *value = field ? said(t, it, field) : NULL;
    return value && value->at ? value->at : it->promise->at;
}

static kept_status write(const taking *t, const item *it, kept_edited *ret_edited, kept_err *err)
{
    kept_set *sets = KEPT_NEW_N(t->arena, kept_set, t->file->kind->n_fields);
    kept_err why = KEPT_ERR_INIT;
    size_t n = 0;
    if (!sets)
        return kept_nomem(err);
    KEPT_TRY(sets_of(t, it, sets, &n, err));
    kept_edit edit = {
        .kind = t->file->kind, .id = it->was.id, .sets = sets, .n_sets = n, .why = t->opts->why};
    if (!it->was.id) {
        edit.source = KEPT_OPENSLO_SOURCE;
        edit.external_id = it->promise->name;
    }
    kept_status status = kept_record_write(t->writing, &edit, ret_edited, &why);
    return status == KEPT_OK ? KEPT_OK : at_place(blamed(t, it), status, &why, err);
}

/* --- What is left to do --- */

#define REMARK(at, ...)                                                                            \
    do {                                                                                           \
        if (!kept_openslo_remark_add(t->file, t->arena, (at), it->promise->slo, __VA_ARGS__))      \
            return kept_nomem(err);                                                                \
    } while (0)

static kept_status note_measure(const taking *t, const item *it, const kept_record *now,
                                const char *id, kept_err *err)
{
    const kept_value *measure = value_of(now, "measure");
    const kept_openslo_value *value = said(t, it, "measure");
    const kept_measure *known = NULL;
    if (measure && t->opts->measures) {
        kept_status status = kept_measures_find(t->opts->measures, measure->text, &known, NULL);
        if (status == KEPT_ENOMEM)
            return kept_nomem(err);
    }
    if (known && known->judge)
        return KEPT_OK;
    if (it->promise->source)
        REMARK(value->at ? value->at : it->promise->at,
               "%.*s measures it, so the measure of %s is only words: name one that Kept counts, "
               "with: kept promise edit %s --measure NAME",
               KEPT_SHOWN(it->promise->source, SHOWN), id, id);
    else if (known)
        REMARK(value->at ? value->at : it->promise->at,
               "%s is a number, no measure by which cases are judged; name one for %s, see: kept "
               "measures",
               known->name, id);
    else if (measure)
        REMARK(value->at ? value->at : it->promise->at,
               "Kept has no measure \"%.*s\" here, so that of %s is only words; see: kept measures",
               KEPT_SHOWN(measure->text, SHOWN), id);
    else
        REMARK(it->promise->at, "%s has no measure yet: kept promise edit %s --measure NAME", id,
               id);
    return KEPT_OK;
}

static kept_status note_open(const taking *t, const item *it, kept_ref ref, kept_err *err)
{
    kept_record now;
    const char *id = kept_short_id(t->arena, ref);
    if (!id)
        return kept_nomem(err);
    KEPT_TRY(get_promise(t, ref.id, &now, err));
    KEPT_TRY(note_measure(t, it, &now, id, err));
    const kept_value *receiver = value_of(&now, "receiver"), *giver = value_of(&now, "giver");
    bool to_customer = (receiver && strcmp(receiver->text, "customer") == 0) ||
                       (giver && strcmp(giver->text, "customer") == 0);
    if (to_customer && !value_of(&now, "customer"))
        REMARK(it->promise->at,
               "%s names no customer: kept promise edit %s --customer NAME, or import with "
               "--customer.",
               id, id);
    return KEPT_OK;
}

kept_status kept_openslo_take(kept_writing *writing, kept_store *store, const kept_scope *scope,
                              kept_openslo *file, const kept_openslo_opts *opts, kept_arena *arena,
                              kept_edited *ret_edited, kept_err *err)
{
    taking t = {writing, store, scope, file, opts, arena, NULL};
    if (opts->customer.kind && !(t.customer = kept_short_id(arena, opts->customer)))
        return kept_nomem(err);
    for (size_t i = 0; i < file->n; i++) {
        item it = {.promise = &file->promises[i]};
        KEPT_TRY(identify(&t, &it, err));
        KEPT_TRY(write(&t, &it, &ret_edited[i], err));
        KEPT_TRY(note_open(&t, &it, ret_edited[i].ref, err));
    }
    return KEPT_OK;
}
