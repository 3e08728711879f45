/* From rows to records: which record a row is, and writing it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "store/ledger/customers.h"
#include "store/records/import_int.h"

enum { SHOWN = 60, LOOK_EVERY = 64 };

/* Which record a row is. */
typedef struct identity {
    int64_t id;              /* 0: a new one */
    const char *source;      /* of external_id */
    const char *external_id; /* of a new one; NULL: none */
    bool recognised;         /* by id or name, or would be the next time */
} identity;

/* One pass over rows that wait. */
typedef struct passing {
    kept_record_importing *im;
    kept_writing *w;
    kept_arena arena; /* of one row */
    bool last;        /* what is not found now is not there */
    size_t done;
} passing;

static const char *text_of(const kept_record_importing *im, const kept_import_row *row,
                           kept_import_role role)
{
    for (size_t i = 0; i < im->task.kind->n_columns; i++)
        if (im->targets[i].role == role)
            return row->texts[i] && row->texts[i][0] ? row->texts[i] : NULL;
    return NULL;
}

/* --- Which record --- */

/* "kept-PE-3-1790000000000000", as an export of vCards names a record: its short id and when it was
 * made, so that the card of another workspace is not taken for it. */
static kept_status by_own_uid(passing *p, const char *uid, int64_t *ret_id, kept_err *err)
{
    kept_store *store = p->im->task.store;
    const char *dash = strrchr(uid, '-');
    kept_ref ref;
    kept_record record;
    *ret_id = 0;
    if (!kept_text_starts(uid, KEPT_OWN_UID) || dash < uid + strlen(KEPT_OWN_UID))
        return KEPT_OK;
    char *short_id = kept_arena_strndup(&p->arena, uid + strlen(KEPT_OWN_UID),
                                        (size_t)(dash - uid) - strlen(KEPT_OWN_UID));
    if (!short_id)
        return kept_nomem(err);
    if (!kept_record__read_short_id(store, short_id, &ref) || ref.kind != p->im->kind)
        return KEPT_OK;
    kept_status status =
        kept_record_get(store, p->im->task.scope, ref.kind, ref.id, &p->arena, &record, err);
    if (status == KEPT_ENOTFOUND)
        return KEPT_OK;
    KEPT_TRY(status);
    if (record.made_at == strtoll(dash + 1, NULL, 10))
        *ret_id = ref.id;
    return KEPT_OK;
}

static kept_status by_external(passing *p, const char *source, const char *id, identity *ret,
                               kept_err *err)
{
    bool several = false;
    ret->recognised = true;
    KEPT_TRY(kept_record__of_external(p->im->task.store, p->im->kind, source, id, &ret->id,
                                      &several, err));
    if (ret->id == 0) {
        ret->source = source;
        ret->external_id = id;
    }
    return KEPT_OK;
}

static kept_status by_id(passing *p, const kept_import_row *row, const char *id, identity *ret,
                         kept_err *err)
{
    kept_record_importing *im = p->im;
    kept_store *store = im->task.store;
    kept_ref ref;
    bool there = false;
    if (im->is_vcard[row->source]) {
        KEPT_TRY(by_own_uid(p, id, &ret->id, err));
        ret->recognised = true;
        if (ret->id)
            return KEPT_OK;
        return by_external(p, im->source ? im->source : KEPT_SOURCE_VCARD, id, ret, err);
    }
    if (im->source)
        return by_external(p, im->source, id, ret, err);
    if (!kept_record__read_short_id(store, id, &ref) || ref.kind != im->kind)
        return by_external(p, KEPT_SOURCE_FIRM, id, ret, err);
    KEPT_TRY(kept_record__in_sight(store, im->task.scope, ref, &there, err));
    if (!there)
        KEPT_TRY(by_external(p, KEPT_SOURCE_FIRM, id, ret, err));
    if (!there && !ret->id)
        return kept_fail(err, KEPT_EINPUT,
                         "There is no %s %.*s; leave the id empty for a new one, or say --source "
                         "firm when these are ids of your own",
                         im->kind->name, KEPT_SHOWN(id, SHOWN));
    *ret = (identity){.id = there ? ref.id : ret->id, .recognised = true};
    return KEPT_OK;
}

static kept_status by_name(passing *p, const char *name, identity *ret, kept_err *err)
{
    const kept_record_kind *kind = p->im->kind;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    bool row = false;
    kept_buf_printf(&sql, "SELECT id FROM \"%s\" WHERE \"%s\" = ?1 COLLATE NOCASE", kind->name,
                    kind->unique);
    KEPT_TRY(kept_lend_built(p->im->task.store, &sql, &lent, err));
    sqlite3_bind_text(lent.stmt, 1, name, -1, SQLITE_STATIC);
    KEPT_TRY(kept_ledger_step(&p->im->task.store->ledger, lent.stmt, &row, err));
    ret->id = row ? sqlite3_column_int64(lent.stmt, 0) : 0;
    ret->recognised = true;
    return KEPT_OK;
}

static kept_status find_record(passing *p, const kept_import_row *row, identity *ret, kept_err *err)
{
    kept_record_importing *im = p->im;
    const char *id = text_of(im, row, KEPT_IMPORT_ID);
    *ret = (identity){0};
    if (id)
        return by_id(p, row, id, ret, err);
    for (size_t i = 0; im->kind->unique && i < im->task.kind->n_columns; i++) {
        const kept_record_field *field = im->targets[i].field;
        if (field && strcmp(field->name, im->kind->unique) == 0 && row->texts[i] &&
            row->texts[i][0])
            return by_name(p, row->texts[i], ret, err);
    }
    return KEPT_OK;
}

/* --- What is written --- */

/* Several references stand with ; or line ends between, else with commas. */
static kept_status split(const char *text, kept_arena *arena, kept_set *set, kept_err *err)
{
    const char *between = strpbrk(text, ";\n") ? ";\n" : ",";
    size_t room = 1;
    for (const char *c = text; *c; c++)
        room += strchr(between, *c) != NULL;
    const char **texts = KEPT_NEW_N(arena, const char *, room);
    if (!texts)
        return kept_nomem(err);
    while (*text) {
        size_t len = strcspn(text, between);
        char *one = kept_arena_strndup(arena, text, len);
        if (!one)
            return kept_nomem(err);
        one += strspn(one, " \t");
        if (*one)
            texts[set->n++] = one;
        text += len + (text[len] != '\0');
    }
    set->texts = texts;
    return KEPT_OK;
}

static kept_status add_set(passing *p, const kept_record_field *field, const char *const *text,
                           bool is_new, kept_set *sets, size_t *n, kept_err *err)
{
    bool empty = (*text)[strspn(*text, " \t\n")] == '\0';
    if (empty && is_new) /* the default, if it has one */
        return KEPT_OK;
    kept_set *set = &sets[(*n)++];
    *set = (kept_set){.field = field->name};
    if (empty)
        return KEPT_OK;
    if (field->type == KEPT_RECORD_REFS)
        return split(*text, &p->arena, set, err);
    set->texts = text;
    set->n = 1;
    return KEPT_OK;
}

/* What an undo put away comes back when it is imported again; what people put away does not. */
static kept_status bring_back(passing *p, int64_t id, int *ret_archive, kept_err *err)
{
    kept_record record;
    kept_log_row *rows = NULL;
    size_t n = 0;
    kept_ref ref = {p->im->kind, id};
    const kept_scope *scope = p->im->task.scope;
    kept_store *store = p->im->task.store;
    KEPT_TRY(kept_record_get(store, scope, ref.kind, id, &p->arena, &record, err));
    if (!record.archived_at)
        return KEPT_OK;
    KEPT_TRY(kept_record_history(store, scope, ref, 0, &p->arena, &rows, &n, err));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < rows[i].n_values; k++)
            if (strcmp(rows[i].values[k].field, "archived") == 0) {
                *ret_archive = kept_text_starts(rows[i].through, "undo ") ? -1 : 0;
                return KEPT_OK;
            }
    return KEPT_OK;
}

static kept_status make_edit(passing *p, const kept_import_row *row, const identity *whose,
                             kept_edit *edit, kept_err *err)
{
    kept_record_importing *im = p->im;
    kept_set *sets = KEPT_NEW_N(&p->arena, kept_set, im->task.kind->n_columns);
    const char *archived = text_of(im, row, KEPT_IMPORT_ARCHIVED);
    const char *revision = text_of(im, row, KEPT_IMPORT_REVISION);
    if (!sets)
        return kept_nomem(err);
    *edit = (kept_edit){.kind = im->kind,
                        .id = whose->id,
                        .sets = sets,
                        .source = whose->source,
                        .external_id = whose->external_id,
                        .state = text_of(im, row, KEPT_IMPORT_STATE)};
    for (size_t i = 0; i < im->task.kind->n_columns; i++)
        if (im->targets[i].role == KEPT_IMPORT_FIELD && row->texts[i])
            KEPT_TRY(add_set(p, im->targets[i].field, &row->texts[i], whose->id == 0, sets,
                             &edit->n_sets, err));
    if (archived)
        edit->archive = strcmp(archived, "yes") == 0 ? 1 : -1;
    else if (whose->id)
        KEPT_TRY(bring_back(p, whose->id, &edit->archive, err));
    if (revision && whose->id)
        edit->revision = strtoll(revision, NULL, 10);
    return KEPT_OK;
}

/* A row written before somebody else changed the record may say what is so all the same. */
static kept_status write_stale(passing *p, const kept_edit *edit, kept_edited *ret, kept_err *err)
{
    kept_save save;
    kept_edit any = *edit;
    any.revision = 0;
    KEPT_TRY(kept_writing__save(p->w, &save, err));
    kept_status status = kept_record_write(p->w, &any, ret, NULL);
    bool same = status == KEPT_OK && ret->n_changes == 0;
    (void)!kept_writing__end_save(p->w, &save, same ? KEPT_OK : KEPT_EINPUT, NULL);
    return same ? KEPT_OK : KEPT_EBUSY;
}

static kept_status write_edit(passing *p, const kept_edit *edit, kept_edited *ret, kept_err *err)
{
    kept_status status = kept_record_write(p->w, edit, ret, err);
    if (status == KEPT_EBUSY && edit->revision)
        return write_stale(p, edit, ret, err);
    return status;
}

/* --- Rows that are refused --- */

/* Said of the row, not of the ledger. */
static bool is_refusal(kept_status status)
{
    return status == KEPT_EINPUT || status == KEPT_EARG || status == KEPT_ENOTFOUND ||
           status == KEPT_EDENIED || status == KEPT_EBUSY;
}

static size_t blamed_target(const passing *p)
{
    const kept_record_importing *im = p->im;
    const char *blamed = kept_writing_blames(p->w);
    size_t found = SIZE_MAX;
    for (size_t i = 0; blamed && i < im->task.kind->n_columns; i++)
        if (strcmp(im->task.kind->columns[i].name, blamed) == 0)
            found = i;
    return found;
}

static kept_status set_aside(passing *p, const kept_import_row *row, bool found, const char *why,
                             kept_err *err)
{
    kept_record_importing *im = p->im;
    kept_arena *arena = im->task.arena;
    size_t target = found ? blamed_target(p) : 0; /* the id is the first of the targets */
    size_t len = strlen(why);
    bool known = target != SIZE_MAX;
    kept_import_fault fault = {
        .source = row->source,
        .record = row->record,
        .column = known ? kept_record_import__column(im, row->source, target) : "",
        .value = known && row->texts[target] ? row->texts[target] : "",
        .example = true,
        .reason = kept_arena_strndup(arena, why, len && why[len - 1] == '.' ? len - 1 : len)};
    fault.group =
        known ? kept_arena_printf(arena, "%s was refused", im->task.kind->columns[target].name)
              : fault.reason;
    if (!fault.reason || !fault.group)
        return kept_nomem(err);
    return kept_record_import__fault(im, &fault, err);
}

/* --- Passes --- */

static void count(kept_record_importing *im, const identity *whose, const kept_edited *edited)
{
    if (edited->added)
        im->result.taken++;
    else if (edited->n_changes)
        im->result.superseded++;
    else
        im->result.unchanged++;
    if (edited->added && !whose->recognised)
        im->result.no_key++;
    if (edited->added && strcmp(im->kind->name, KEPT_CUSTOMER) == 0)
        im->result.new_customers++;
}

/* *ret_waits: the row refers to something that is not there yet. */
static kept_status try_row(passing *p, const kept_import_row *row, bool *ret_waits, kept_err *err)
{
    kept_err why = KEPT_ERR_INIT;
    identity whose;
    kept_edit edit;
    kept_edited edited;
    *ret_waits = false;
    kept_status status = find_record(p, row, &whose, &why);
    bool found = status == KEPT_OK;
    if (found)
        status = make_edit(p, row, &whose, &edit, &why);
    if (status == KEPT_OK)
        status = write_edit(p, &edit, &edited, &why);
    if (status == KEPT_OK) {
        count(p->im, &whose, &edited);
        p->done++;
        return KEPT_OK;
    }
    if (status == KEPT_ENOTFOUND && !p->last) {
        *ret_waits = true;
        return KEPT_OK;
    }
    if (is_refusal(status)) {
        p->done++;
        return set_aside(p, row, found, why.msg, err);
    }
    if (err)
        *err = why;
    return status;
}

static kept_status look_up(passing *p, kept_err *err)
{
    const kept_import_task *t = &p->im->task;
    if (t->store->cancel && *t->store->cancel)
        return kept_fail(err, KEPT_ECANCELLED, "Stopped; nothing was changed.");
    if (t->opts->progress)
        t->opts->progress(t->opts->progress_who, "writing records",
                          (double)p->done / (double)p->im->n_rows);
    return KEPT_OK;
}

/* Tries the rows that wait; *n: how many go on waiting. Every other pass goes backwards, so that
 * long chains of references come apart in two. */
static kept_status pass(passing *p, const kept_import_row **waiting, size_t *n, kept_err *err)
{
    size_t left = 0, total = *n;
    for (size_t i = 0; i < total; i++) {
        const kept_import_row *row = waiting[i];
        bool waits = false;
        if (i % LOOK_EVERY == 0)
            KEPT_TRY(look_up(p, err));
        kept_arena_mark mark = kept_arena_get_mark(&p->arena);
        KEPT_TRY(try_row(p, row, &waits, err));
        kept_arena_rewind(&p->arena, mark);
        if (waits)
            waiting[left++] = row;
    }
    for (size_t i = 0; i < left / 2; i++) {
        const kept_import_row *row = waiting[i];
        waiting[i] = waiting[left - 1 - i];
        waiting[left - 1 - i] = row;
    }
    *n = left;
    return KEPT_OK;
}

kept_status kept_record_import__write(kept_record_importing *im, kept_writing *w, kept_err *err)
{
    const kept_import_row **waiting =
        KEPT_NEW_N(im->task.arena, const kept_import_row *, im->n_rows);
    passing p = {.im = im, .w = w};
    kept_status status = waiting ? KEPT_OK : kept_nomem(err);
    size_t n = im->n_rows;
    for (size_t i = 0; waiting && i < n; i++)
        waiting[i] = &im->rows[i];
    while (status == KEPT_OK && n) {
        size_t before = n;
        status = pass(&p, waiting, &n, err);
        p.last = n == before;
    }
    kept_arena_free(&p.arena);
    return status;
}
