#include "store/records/person.h"

#include <string.h>

#include "store/records/person_int.h"

/* --- Records that refer to one --- */

static kept_status add_ref(kept_refs *refs, kept_ref ref, kept_err *err)
{
    for (size_t i = 0; i < refs->n; i++)
        if (refs->items[i].kind == ref.kind && refs->items[i].id == ref.id)
            return KEPT_OK;
    if (refs->n == refs->room) {
        kept_ref *more =
            KEPT_NEW_N(refs->arena, kept_ref, refs->room = refs->room ? 2 * refs->room : 16);
        if (!more)
            return kept_nomem(err);
        if (refs->n)
            memcpy(more, refs->items, refs->n * sizeof *more);
        refs->items = more;
    }
    refs->items[refs->n++] = ref;
    return KEPT_OK;
}

static void add_holds(kept_buf *sql, const kept_record_kind *kind, const kept_record_field *field,
                      size_t to)
{
    if (field->type == KEPT_RECORD_REF) {
        kept_buf_add(sql, "t.");
        kept_record__add_column(sql, field, kept_tables_columns(field) > 1 ? to : 0);
        kept_buf_add(sql, " = ?1");
        return;
    }
    kept_buf_printf(sql, "t.id IN (SELECT \"%s\" FROM ", kind->name);
    kept_record__add_refs_table(sql, kind, field);
    kept_buf_add(sql, " WHERE ");
    kept_record__add_refs_other(sql, kind, field);
    kept_buf_add(sql, " = ?1)");
}

static kept_status referring_by(kept_store *store, const kept_scope *scope, kept_ref ref,
                                const kept_record_kind *kind, const kept_record_field *field,
                                size_t to, kept_refs *refs, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    kept_buf_printf(&sql, "SELECT t.id FROM \"%s\" t WHERE ", kind->name);
    add_holds(&sql, kind, field, to);
    KEPT_TRY(kept_record__add_sight(store, scope, kind, "t", &sql, err));
    kept_buf_add(&sql, " ORDER BY t.id");
    KEPT_TRY(kept_lend_built(store, &sql, &lent, err));
    sqlite3_bind_int64(lent.stmt, 1, ref.id);
    for (bool row = true; row;) {
        KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &row, err));
        if (row)
            KEPT_TRY(add_ref(refs, (kept_ref){kind, sqlite3_column_int64(lent.stmt, 0)}, err));
    }
    return KEPT_OK;
}

static kept_status referring_in(kept_store *store, const kept_scope *scope, kept_ref ref,
                                const kept_record_kind *kind, kept_refs *refs, kept_err *err)
{
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *field = &kind->fields[i];
        bool refers = field->type == KEPT_RECORD_REF || field->type == KEPT_RECORD_REFS;
        for (size_t to = 0; refers && to < field->n_to; to++)
            if (strcmp(field->to[to], ref.kind->name) == 0)
                KEPT_TRY(referring_by(store, scope, ref, kind, field, to, refs, err));
    }
    return KEPT_OK;
}

kept_status kept_person__referring(kept_store *store, const kept_scope *scope, kept_ref ref,
                                   kept_refs *refs, kept_err *err)
{
    for (size_t i = 0; i < store->catalogue.n_records; i++)
        KEPT_TRY(referring_in(store, scope, ref, store->catalogue.records[i], refs, err));
    return KEPT_OK;
}

/* --- Giving out --- */

static kept_status read_records(kept_store *store, const kept_scope *scope, const kept_refs *refs,
                                kept_person_data *data, kept_err *err)
{
    data->records = KEPT_NEW_N(refs->arena, kept_record, refs->n);
    if (!data->records)
        return kept_nomem(err);
    data->n_records = refs->n;
    for (size_t i = 0; i < refs->n; i++)
        KEPT_TRY(kept_record_get(store, scope, refs->items[i].kind, refs->items[i].id, refs->arena,
                                 &data->records[i], err));
    return KEPT_OK;
}

static kept_status read_changes(kept_store *store, const kept_scope *scope, const kept_refs *refs,
                                kept_person_data *data, kept_err *err)
{
    size_t room = 0;
    for (size_t i = 0; i < refs->n; i++) {
        kept_log_row *rows = NULL;
        size_t n = 0;
        KEPT_TRY(kept_record_history(store, scope, refs->items[i], 0, refs->arena, &rows, &n, err));
        if (data->n_changes + n > room) {
            room = 2 * room + n;
            kept_log_row *more = KEPT_NEW_N(refs->arena, kept_log_row, room);
            if (!more)
                return kept_nomem(err);
            if (data->n_changes)
                memcpy(more, data->changes, data->n_changes * sizeof *more);
            data->changes = more;
        }
        if (n)
            memcpy(data->changes + data->n_changes, rows, n * sizeof *rows);
        data->n_changes += n;
    }
    return KEPT_OK;
}

static kept_status read_all(kept_store *store, const kept_scope *scope, kept_ref ref,
                            kept_arena *arena, kept_person_data *data, kept_err *err)
{
    kept_refs refs = {.arena = arena};
    KEPT_TRY(kept_record_external_ids(store, scope, ref, arena, &data->ids, &data->n_ids, err));
    KEPT_TRY(add_ref(&refs, ref, err));
    KEPT_TRY(kept_person__referring(store, scope, ref, &refs, err));
    KEPT_TRY(read_records(store, scope, &refs, data, err));
    return read_changes(store, scope, &refs, data, err);
}

kept_status kept_person_export(kept_store *store, const kept_scope *scope, kept_ref ref,
                               kept_arena *arena, kept_person_data *ret_data, kept_err *err)
{
    kept_person_data data = {0};
    bool begun = false;
    KEPT_TRY(kept_record__need_sight(store, scope, err));
    KEPT_TRY(kept_ledger_read_begin(&store->ledger, &begun, err));
    kept_status status = read_all(store, scope, ref, arena, &data, err);
    kept_ledger_read_end(&store->ledger, begun);
    KEPT_TRY(status);
    *ret_data = data;
    return KEPT_OK;
}
