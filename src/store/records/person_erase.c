#include <inttypes.h>
#include <string.h>

#include "store/ledger/identity.h"
#include "store/records/person_int.h"

enum { NAME_MIN = 3 }; /* bytes; shorter names would hit parts of other words in documents */

static const char erased_word[] = "erased";

typedef struct erasing {
    kept_writing *w;
    kept_ref ref; /* the person or customer */
    kept_arena *arena;
    kept_buf seqs, records; /* JSON lists without brackets */
    kept_erased counts;
} erasing;

/* --- What goes --- */

static bool is_name(const kept_record_kind *kind, const kept_record_field *field)
{
    return kept_text_equal(field->name, kind->label) || kept_text_equal(field->name, kind->unique);
}

static bool is_customer(kept_ref ref)
{
    return strcmp(ref.kind->name, KEPT_CUSTOMER) == 0;
}

static bool is_self(const erasing *e, kept_ref ref)
{
    return ref.kind == e->ref.kind && ref.id == e->ref.id;
}

static bool goes(const erasing *e, kept_ref ref, const kept_record_field *field)
{
    bool words = field->type == KEPT_RECORD_TEXT || field->type == KEPT_RECORD_PROSE;
    if (field->personal)
        return true;
    return is_self(e, ref) && (is_name(ref.kind, field) || (is_customer(ref) && words));
}

/* Another person's record, which has a name of its own, is about them and not about who is erased.
 * A note has words for a label, no name. */
static bool names_somebody(kept_ref ref)
{
    const kept_record_field *label =
        ref.kind->label ? kept_record_field_find(ref.kind, ref.kind->label) : NULL;
    return label && label->personal && label->type == KEPT_RECORD_TEXT;
}

static bool name_goes(const erasing *e, kept_ref ref, const char *name)
{
    for (size_t i = 0; i < ref.kind->n_fields; i++) {
        const kept_record_field *field = &ref.kind->fields[i];
        if (kept_text_equal(field->name, name) && goes(e, ref, field))
            return true;
    }
    return is_self(e, ref) && kept_text_equal(name, "external_id");
}

/* --- Words elsewhere --- */

static kept_status run_on(erasing *e, const char *sql, const char *text, kept_ref ref,
                          int64_t *ret_changed, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    KEPT_TRY(kept_lend(e->w->store, sql, &lent, err));
    sqlite3_bind_text(lent.stmt, 1, text, -1, SQLITE_STATIC);
    if (sqlite3_bind_parameter_count(lent.stmt) > 1)
        sqlite3_bind_int64(lent.stmt, 2, ref.id);
    KEPT_TRY(kept_lent_finish(e->w->store, &lent, err));
    *ret_changed += sqlite3_changes64(e->w->store->ledger.db);
    return KEPT_OK;
}

/* A name, in documents made earlier and in reasons given for warnings. */
static kept_status replace_name(erasing *e, const char *name, kept_err *err)
{
    int64_t others = 0;
    if (!name || strlen(name) < NAME_MIN || strcmp(name, erased_word) == 0)
        return KEPT_OK;
    KEPT_TRY(run_on(e,
                    "UPDATE document_version SET text = replace(text, ?1, 'erased')"
                    " WHERE instr(text, ?1) > 0",
                    name, e->ref, &e->counts.documents, err));
    return run_on(e,
                  "UPDATE warning_state SET reason = replace(reason, ?1, 'erased')"
                  " WHERE instr(reason, ?1) > 0",
                  name, e->ref, &others, err);
}

static kept_status erase_ids(erasing *e, kept_err *err)
{
    const char *kind = e->ref.kind->name;
    KEPT_TRY(run_on(e,
                    "UPDATE document_version SET text = 'erased' WHERE subject_kind = ?1 AND"
                    " subject = ?2",
                    kind, e->ref, &e->counts.documents, err));
    if (!is_customer(e->ref))
        return run_on(e, "DELETE FROM external_id WHERE kind = ?1 AND record = ?2", kind, e->ref,
                      &e->counts.ids, err);
    KEPT_TRY(run_on(e, "DELETE FROM customer_id WHERE ?1 IS NOT NULL AND record = ?2", kind, e->ref,
                    &e->counts.ids, err));
    e->w->use->sight_filled = false;
    return kept_ledger_note_joined(&e->w->store->ledger, e->ref.id, err);
}

/* --- The record --- */

/* "erased" where there must be a text, with the short id where no other may have the same. */
static const char *instead(const erasing *e, kept_ref ref, const kept_record_field *field)
{
    bool words = field->type == KEPT_RECORD_TEXT || field->type == KEPT_RECORD_PROSE;
    if (kept_text_equal(field->name, ref.kind->unique))
        return kept_arena_printf(e->arena, "%s %s-%" PRId64, erased_word, ref.kind->prefix, ref.id);
    return field->required && words ? erased_word : NULL;
}

static kept_status clear_refs(erasing *e, kept_ref ref, const kept_record_field *field,
                              kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    kept_buf_add(&sql, "DELETE FROM ");
    kept_record__add_refs_table(&sql, ref.kind, field);
    kept_buf_printf(&sql, " WHERE \"%s\" = ?1", ref.kind->name);
    KEPT_TRY(kept_lend_built(e->w->store, &sql, &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, ref.id);
    return kept_lent_finish(e->w->store, &lent, err);
}

static kept_status clear_field(erasing *e, kept_ref ref, const kept_record_field *field,
                               kept_err *err)
{
    if (field->type == KEPT_RECORD_REFS)
        return clear_refs(e, ref, field, err);
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    kept_buf_printf(&sql, "UPDATE \"%s\" SET ", ref.kind->name);
    for (size_t c = 0; c < kept_tables_columns(field); c++) {
        kept_buf_add(&sql, c ? ", " : "");
        kept_record__add_column(&sql, field, c);
        kept_buf_add(&sql, " = ?2");
    }
    kept_buf_add(&sql, " WHERE id = ?1");
    KEPT_TRY(kept_lend_built(e->w->store, &sql, &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, ref.id);
    sqlite3_bind_text(lent.stmt, 2, instead(e, ref, field), -1, SQLITE_STATIC);
    KEPT_TRY(kept_lent_finish(e->w->store, &lent, err));
    return field->search ? kept_search__changed(e->w, ref.kind, field, ref.id, err) : KEPT_OK;
}

static kept_status mark_changed(erasing *e, kept_ref ref, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    kept_buf_printf(&sql,
                    "UPDATE \"%s\" SET revision = revision + 1, changed_at = ?2, changed_by = ?3,"
                    " archived_at = CASE WHEN ?4 AND archived_at = 0 THEN ?2 ELSE archived_at END"
                    " WHERE id = ?1",
                    ref.kind->name);
    KEPT_TRY(kept_lend_built(e->w->store, &sql, &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, ref.id);
    sqlite3_bind_int64(lent.stmt, 2, e->w->now);
    sqlite3_bind_text(lent.stmt, 3, e->w->scope.who, -1, SQLITE_STATIC);
    sqlite3_bind_int(lent.stmt, 4, is_self(e, ref));
    return kept_lent_finish(e->w->store, &lent, err);
}

static kept_status erase_record(erasing *e, kept_ref ref, kept_err *err)
{
    kept_record record;
    int64_t before = e->counts.values;
    KEPT_TRY(kept_record_get(e->w->store, &e->w->scope, ref.kind, ref.id, e->arena, &record, err));
    for (size_t i = 0; i < ref.kind->n_fields; i++) {
        const kept_record_field *field = &ref.kind->fields[i];
        if (!record.values[i].known || !goes(e, ref, field))
            continue;
        if (is_name(ref.kind, field))
            KEPT_TRY(replace_name(e, record.values[i].text, err));
        KEPT_TRY(clear_field(e, ref, field, err));
        e->counts.values++;
    }
    if (e->counts.values == before && !is_self(e, ref))
        return KEPT_OK;
    e->counts.records++;
    if (!is_self(e, ref))
        kept_buf_printf(&e->records, "%s\"%s-%" PRId64 "\"", e->records.len ? "," : "",
                        ref.kind->prefix, ref.id);
    return mark_changed(e, ref, err);
}

/* --- The log --- */

/* Reasons given for changes of the record itself may speak of them too. */
static bool row_goes(const erasing *e, kept_ref ref, const kept_log_row *row)
{
    if (row->erased || kept_text_equal(row->action, "erase"))
        return false;
    for (size_t i = 0; i < row->n_values; i++)
        if (name_goes(e, ref, row->values[i].field))
            return true;
    return is_self(e, ref) && row->why;
}

static kept_status replace_old_names(erasing *e, kept_ref ref, const kept_log_row *row,
                                     kept_err *err)
{
    for (size_t i = 0; i < row->n_values; i++) {
        const kept_record_field *field = kept_record_field_find(ref.kind, row->values[i].field);
        if (!field || !is_name(ref.kind, field) || !goes(e, ref, field))
            continue;
        KEPT_TRY(replace_name(e, row->values[i].old, err));
        KEPT_TRY(replace_name(e, row->values[i].now, err));
    }
    return KEPT_OK;
}

static kept_status erase_row(erasing *e, int64_t seq, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    KEPT_TRY(kept_lend(e->w->store,
                       "UPDATE change_log SET payload = NULL, salt = NULL, why = NULL"
                       " WHERE seq = ?1",
                       &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, seq);
    KEPT_TRY(kept_lent_finish(e->w->store, &lent, err));
    kept_buf_printf(&e->seqs, "%s%" PRId64, e->seqs.len ? "," : "", seq);
    e->counts.changes++;
    return KEPT_OK;
}

static kept_status erase_history(erasing *e, kept_ref ref, kept_err *err)
{
    kept_log_row *rows = NULL;
    size_t n = 0;
    KEPT_TRY(kept_record_history(e->w->store, &e->w->scope, ref, 0, e->arena, &rows, &n, err));
    for (size_t i = 0; i < n; i++) {
        if (!row_goes(e, ref, &rows[i]))
            continue;
        KEPT_TRY(replace_old_names(e, ref, &rows[i], err));
        KEPT_TRY(erase_row(e, rows[i].seq, err));
    }
    return KEPT_OK;
}

static kept_status log_erasure(erasing *e, const char *why, kept_err *err)
{
    KEPT_AUTO_BUF payload = KEPT_BUF_INIT;
    if (e->seqs.failed || e->records.failed)
        return kept_nomem(err);
    kept_buf_printf(&payload, "{\"_records\":[%s],\"_erased\":[%s]", kept_buf_text(&e->records),
                    kept_buf_text(&e->seqs));
    kept_payload__end(&payload, why);
    return kept_writing__append(e->w, e->ref, "erase", &payload, why, err);
}

/* --- All of it --- */

static kept_status erase_one(erasing *e, kept_ref ref, kept_err *err)
{
    kept_arena_mark mark = kept_arena_get_mark(e->arena);
    kept_status status = erase_record(e, ref, err);
    if (status == KEPT_OK)
        status = erase_history(e, ref, err);
    kept_arena_rewind(e->arena, mark);
    return status;
}

static kept_status erase(erasing *e, const kept_refs *refs, const char *why, kept_err *err)
{
    KEPT_TRY(erase_one(e, e->ref, err));
    for (size_t i = 0; i < refs->n; i++)
        if (!is_self(e, refs->items[i]) && (is_customer(e->ref) || !names_somebody(refs->items[i])))
            KEPT_TRY(erase_one(e, refs->items[i], err));
    KEPT_TRY(erase_ids(e, err));
    return log_erasure(e, why, err);
}

kept_status kept_person_erase(kept_writing *writing, kept_ref ref, const char *why,
                              kept_erased *ret_erased, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT, found = KEPT_ARENA_INIT;
    kept_refs refs = {.arena = &found};
    erasing e = {.w = writing, .ref = ref, .arena = &arena};
    bool there = false;
    KEPT_TRY(kept_writing__check(writing, err));
    if (writing->scope.sight != KEPT_SEES_ALL)
        return kept_fail(err, KEPT_EDENIED,
                         "%s may not erase a person: that takes sight of all "
                         "customers.",
                         writing->scope.who);
    KEPT_TRY(kept_record__in_sight(writing->store, &writing->scope, ref, &there, err));
    if (!there)
        return kept_record__not_found(ref, err);
    KEPT_TRY(kept_person__referring(writing->store, &writing->scope, ref, &refs, err));
    kept_save save;
    KEPT_TRY(kept_writing__save(writing, &save, err));
    kept_status status = erase(&e, &refs, why, err);
    status = kept_writing__end_save(writing, &save, status, err);
    kept_buf_free(&e.seqs);
    kept_buf_free(&e.records);
    KEPT_TRY(status);
    writing->erases = true;
    *ret_erased = e.counts;
    return KEPT_OK;
}
