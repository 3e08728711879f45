#include <inttypes.h>
#include <string.h>

#include "base/date.h"
#include "store/records/record_int.h"

kept_status kept_record__not_found(kept_ref ref, kept_err *err)
{
    return kept_fail(err, KEPT_ENOTFOUND, "There is no %s %s-%" PRId64 ".", ref.kind->name,
                     ref.kind->prefix, ref.id);
}

kept_status kept_records_read_begin(kept_store *store, const kept_scope *scope, bool *ret_begun,
                                    kept_err *err)
{
    KEPT_TRY(kept_record__need_sight(store, scope, err));
    return kept_ledger_read_begin(&store->ledger, ret_begun, err);
}

void kept_records_read_end(kept_store *store, bool begun)
{
    kept_ledger_read_end(&store->ledger, begun);
}

/* --- One row --- */

enum { COLUMN_STATE = 7, COLUMN_FIELDS = 8 }; /* before: see kept_record__add_select */

void kept_record__add_select(kept_buf *sql, const kept_record_kind *kind)
{
    kept_buf_printf(sql,
                    "SELECT t.id, t.revision, t.made_at, t.changed_at, t.archived_at, t.made_by,"
                    " t.changed_by, %s",
                    kind->n_states ? "t.state" : "NULL");
    for (size_t i = 0; i < kind->n_fields; i++)
        for (size_t c = 0; c < kept_tables_columns(&kind->fields[i]); c++) {
            kept_buf_add(sql, ", t.");
            kept_record__add_column(sql, &kind->fields[i], c);
        }
    kept_buf_printf(sql, " FROM \"%s\" t", kind->name);
}

static kept_status read_refs(kept_store *store, const kept_record_kind *kind,
                             const kept_record_field *field, int64_t id, kept_arena *arena,
                             kept_value *value, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    kept_buf_add(&sql, "SELECT ");
    kept_record__add_refs_other(&sql, kind, field);
    kept_buf_add(&sql, " FROM ");
    kept_record__add_refs_table(&sql, kind, field);
    kept_buf_printf(&sql, " WHERE \"%s\" = ?1 ORDER BY 1", kind->name);
    KEPT_TRY(kept_lend_built(store, &sql, &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, id);
    const kept_record_kind *to = kept_record__to(store, field, 0);
    kept_ref *refs = NULL;
    size_t n = 0, room = 0;
    for (;;) {
        bool row = false;
        KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &row, err));
        if (!row)
            break;
        if (n == room) {
            kept_ref *more = KEPT_NEW_N(arena, kept_ref, room = room ? 2 * room : 4);
            if (!more)
                return kept_nomem(err);
            if (n)
                memcpy(more, refs, n * sizeof *refs);
            refs = more;
        }
        refs[n++] = (kept_ref){to, sqlite3_column_int64(lent.stmt, 0)};
    }
    *value = (kept_value){.known = n > 0, .refs = refs, .n_refs = n};
    return KEPT_OK;
}

static kept_status read_ref(kept_store *store, const kept_record_field *field, sqlite3_stmt *stmt,
                            int at, kept_arena *arena, kept_value *value, kept_err *err)
{
    for (size_t c = 0; c < kept_tables_columns(field); c++) {
        if (sqlite3_column_type(stmt, at + (int)c) == SQLITE_NULL)
            continue;
        kept_ref *ref = KEPT_NEW(arena, kept_ref);
        if (!ref)
            return kept_nomem(err);
        *ref =
            (kept_ref){kept_record__to(store, field, c), sqlite3_column_int64(stmt, at + (int)c)};
        *value = (kept_value){.known = true, .refs = ref, .n_refs = 1};
        return KEPT_OK;
    }
    return KEPT_OK;
}

static kept_status read_plain(const kept_record_field *field, sqlite3_stmt *stmt, int at,
                              kept_arena *arena, kept_value *value, kept_err *err)
{
    if (sqlite3_column_type(stmt, at) == SQLITE_NULL)
        return KEPT_OK;
    bool ok = true;
    kept_day day = 0;
    const char *text;
    switch (field->type) {
    case KEPT_RECORD_DATE:
        text = (const char *)sqlite3_column_text(stmt, at);
        if (!text || !kept_day_read_iso(text, strlen(text), &day))
            return KEPT_OK; /* somebody wrote it with another program */
        value->i = day;
        break;
    case KEPT_RECORD_TEXT:
    case KEPT_RECORD_PROSE:
    case KEPT_RECORD_CHOICE:
        value->text = kept_ledger_text(stmt, at, arena, &ok);
        if (!ok)
            return kept_nomem(err);
        break;
    default:
        value->i = sqlite3_column_int64(stmt, at);
        break;
    }
    value->known = true;
    return KEPT_OK;
}

static kept_status read_values(kept_store *store, const kept_record_kind *kind, sqlite3_stmt *stmt,
                               kept_arena *arena, kept_value *values, kept_err *err)
{
    int64_t id = sqlite3_column_int64(stmt, 0);
    int at = COLUMN_FIELDS;
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *field = &kind->fields[i];
        if (field->type == KEPT_RECORD_REFS)
            KEPT_TRY(read_refs(store, kind, field, id, arena, &values[i], err));
        else if (field->type == KEPT_RECORD_REF)
            KEPT_TRY(read_ref(store, field, stmt, at, arena, &values[i], err));
        else
            KEPT_TRY(read_plain(field, stmt, at, arena, &values[i], err));
        at += (int)kept_tables_columns(field);
    }
    return KEPT_OK;
}

static const char *label_of(const kept_record_kind *kind, const kept_value *values)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kept_text_equal(kind->fields[i].name, kind->label) && values[i].known && values[i].text)
            return values[i].text;
    return "";
}

kept_status kept_record__row(kept_store *store, const kept_record_kind *kind, sqlite3_stmt *stmt,
                             kept_arena *arena, kept_record *ret_record, kept_err *err)
{
    bool ok = true;
    kept_value *values = KEPT_NEW_N(arena, kept_value, kind->n_fields);
    if (!values)
        return kept_nomem(err);
    kept_record record = {.kind = kind,
                          .id = sqlite3_column_int64(stmt, 0),
                          .revision = sqlite3_column_int64(stmt, 1),
                          .made_at = sqlite3_column_int64(stmt, 2),
                          .changed_at = sqlite3_column_int64(stmt, 3),
                          .archived_at = sqlite3_column_int64(stmt, 4),
                          .made_by = kept_ledger_text(stmt, 5, arena, &ok),
                          .changed_by = kept_ledger_text(stmt, 6, arena, &ok),
                          .state = kept_ledger_text(stmt, COLUMN_STATE, arena, &ok),
                          .values = values};
    if (!ok)
        return kept_nomem(err);
    KEPT_TRY(read_values(store, kind, stmt, arena, values, err));
    record.label = label_of(kind, values);
    *ret_record = record;
    return KEPT_OK;
}

/* --- One record --- */

kept_status kept_record_get(kept_store *store, const kept_scope *scope,
                            const kept_record_kind *kind, int64_t id, kept_arena *arena,
                            kept_record *ret_record, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    kept_record__add_select(&sql, kind);
    kept_buf_add(&sql, " WHERE t.id = ?1");
    KEPT_TRY(kept_record__add_sight(store, scope, kind, "t", &sql, err));
    KEPT_TRY(kept_lend_built(store, &sql, &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, id);
    bool row = false;
    KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &row, err));
    if (!row)
        return kept_record__not_found((kept_ref){kind, id}, err);
    return kept_record__row(store, kind, lent.stmt, arena, ret_record, err);
}

static kept_status read_label(kept_store *store, const kept_scope *scope, kept_ref ref,
                              kept_arena *arena, const char **ret_label, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    *ret_label = "";
    if (!ref.kind || !ref.kind->label)
        return KEPT_OK;
    kept_buf_printf(&sql, "SELECT t.\"%s\" FROM \"%s\" t WHERE t.id = ?1", ref.kind->label,
                    ref.kind->name);
    KEPT_TRY(kept_record__add_sight(store, scope, ref.kind, "t", &sql, err));
    KEPT_TRY(kept_lend_built(store, &sql, &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, ref.id);
    bool row = false, ok = true;
    KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &row, err));
    const char *label = row ? kept_ledger_text(lent.stmt, 0, arena, &ok) : NULL;
    if (!ok)
        return kept_nomem(err);
    if (label)
        *ret_label = label;
    return KEPT_OK;
}

kept_status kept_record_labels(kept_store *store, const kept_scope *scope, const kept_ref *refs,
                               size_t n, kept_arena *arena, const char **ret_labels, kept_err *err)
{
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(read_label(store, scope, refs[i], arena, &ret_labels[i], err));
    return KEPT_OK;
}

/* --- External ids --- */

kept_status kept_record_external_ids(kept_store *store, const kept_scope *scope, kept_ref ref,
                                     kept_arena *arena, kept_external_id **ret_ids, size_t *ret_n,
                                     kept_err *err)
{
    bool in_sight = false, customer = strcmp(ref.kind->name, KEPT_CUSTOMER) == 0;
    KEPT_TRY(kept_record__in_sight(store, scope, ref, &in_sight, err));
    if (!in_sight)
        return kept_record__not_found(ref, err);
    KEPT_AUTO_LENT lent = {0};
    KEPT_TRY(kept_lend(store,
                       customer ? "SELECT source, external_id FROM customer_id WHERE record = ?1"
                                  " ORDER BY source, external_id"
                                : "SELECT source, external_id FROM external_id WHERE record = ?1"
                                  " AND kind = ?2 ORDER BY source, external_id",
                       &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, ref.id);
    if (!customer)
        sqlite3_bind_text(lent.stmt, 2, ref.kind->name, -1, SQLITE_STATIC);
    kept_external_id *ids = NULL;
    size_t n = 0, room = 0;
    for (;;) {
        bool row = false, ok = true;
        KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &row, err));
        if (!row)
            break;
        if (n == room) {
            kept_external_id *more =
                KEPT_NEW_N(arena, kept_external_id, room = room ? 2 * room : 4);
            if (!more)
                return kept_nomem(err);
            if (n)
                memcpy(more, ids, n * sizeof *ids);
            ids = more;
        }
        ids[n++] = (kept_external_id){kept_ledger_text(lent.stmt, 0, arena, &ok),
                                      kept_ledger_text(lent.stmt, 1, arena, &ok)};
        if (!ok)
            return kept_nomem(err);
    }
    *ret_ids = ids;
    *ret_n = n;
    return KEPT_OK;
}
