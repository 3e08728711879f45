#include <string.h>

#include "store/ledger/identity.h"
#include "store/records/value.h"
#include "store/records/write_int.h"

/* --- The row --- */

static bool differs(const kept_change *c, size_t at)
{
    return !kept_value_equal(&c->now[at], &c->old.values[at]);
}

static kept_status step(const kept_change *c, kept_lent *lent, kept_err *err)
{
    return kept_lent_finish(c->w->store, lent, err);
}

/* Columns that change with every change, in the order ?1 to ?6. */
static void bind_common(const kept_change *c, sqlite3_stmt *stmt)
{
    if (c->added && !c->edit->new_id)
        sqlite3_bind_null(stmt, 1);
    else
        sqlite3_bind_int64(stmt, 1, c->added ? c->edit->new_id : c->old.id);
    sqlite3_bind_int64(stmt, 2, c->old.revision + 1);
    sqlite3_bind_int64(stmt, 3, c->w->now);
    sqlite3_bind_text(stmt, 4, c->w->scope.who, -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 5, c->archived_at);
    if (c->edit->kind->n_states)
        sqlite3_bind_text(stmt, 6, c->state, -1, SQLITE_STATIC);
}

static kept_status insert_row(kept_change *c, int64_t *ret_id, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT, marks = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    int at = 7;
    kept_buf_printf(&sql,
                    "INSERT INTO \"%s\" (id, revision, made_at, changed_at, made_by, changed_by,"
                    " archived_at%s",
                    kind->name, kind->n_states ? ", state" : "");
    for (size_t i = 0; i < kind->n_fields; i++)
        for (size_t col = 0; col < kept_tables_columns(&kind->fields[i]); col++) {
            kept_buf_add(&sql, ", ");
            kept_record__add_column(&sql, &kind->fields[i], col);
            kept_buf_printf(&marks, ", ?%d", at++);
        }
    kept_buf_printf(&sql, ") VALUES (?1, ?2, ?3, ?3, ?4, ?4, ?5%s%s)", kind->n_states ? ", ?6" : "",
                    kept_buf_text(&marks));
    KEPT_TRY(kept_lend_built(c->w->store, &sql, &lent, err));
    bind_common(c, lent.stmt);
    at = 7;
    for (size_t i = 0; i < kind->n_fields; i++)
        for (size_t col = 0; col < kept_tables_columns(&kind->fields[i]); col++)
            kept_record__bind(lent.stmt, at++, &kind->fields[i], col, &c->now[i]);
    KEPT_TRY(step(c, &lent, err));
    *ret_id = sqlite3_last_insert_rowid(c->w->store->ledger.db);
    return KEPT_OK;
}

static kept_status update_row(kept_change *c, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    bool moved = !kept_text_equal(c->state, c->old.state);
    int at = 7;
    kept_buf_printf(&sql, "UPDATE \"%s\" SET revision = ?2, changed_at = ?3, changed_by = ?4%s%s",
                    kind->name, c->archived_at != c->old.archived_at ? ", archived_at = ?5" : "",
                    moved ? ", state = ?6" : "");
    for (size_t i = 0; i < kind->n_fields; i++)
        for (size_t col = 0; differs(c, i) && col < kept_tables_columns(&kind->fields[i]); col++) {
            kept_buf_add(&sql, ", ");
            kept_record__add_column(&sql, &kind->fields[i], col);
            kept_buf_printf(&sql, " = ?%d", at++);
        }
    kept_buf_add(&sql, " WHERE id = ?1");
    KEPT_TRY(kept_lend_built(c->w->store, &sql, &lent, err));
    bind_common(c, lent.stmt);
    at = 7;
    for (size_t i = 0; i < kind->n_fields; i++)
        for (size_t col = 0; differs(c, i) && col < kept_tables_columns(&kind->fields[i]); col++)
            kept_record__bind(lent.stmt, at++, &kind->fields[i], col, &c->now[i]);
    return step(c, &lent, err);
}

/* --- Lists of references --- */

static kept_status write_refs(kept_change *c, size_t at, int64_t id, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    const kept_record_field *field = &kind->fields[at];
    KEPT_AUTO_BUF clear = KEPT_BUF_INIT, add = KEPT_BUF_INIT;
    KEPT_AUTO_LENT clears = {0}, adds = {0};
    kept_buf_add(&clear, "DELETE FROM ");
    kept_record__add_refs_table(&clear, kind, field);
    kept_buf_printf(&clear, " WHERE \"%s\" = ?1", kind->name);
    KEPT_TRY(kept_lend_built(c->w->store, &clear, &clears, err));
    sqlite3_bind_int64(clears.stmt, 1, id);
    KEPT_TRY(step(c, &clears, err));
    kept_buf_add(&add, "INSERT INTO ");
    kept_record__add_refs_table(&add, kind, field);
    kept_buf_printf(&add, " (\"%s\", ", kind->name);
    kept_record__add_refs_other(&add, kind, field);
    kept_buf_add(&add, ") VALUES (?1, ?2)");
    KEPT_TRY(kept_lend_built(c->w->store, &add, &adds, err));
    for (size_t i = 0; i < c->now[at].n_refs; i++) {
        sqlite3_bind_int64(adds.stmt, 1, id);
        sqlite3_bind_int64(adds.stmt, 2, c->now[at].refs[i].id);
        KEPT_TRY(step(c, &adds, err));
        sqlite3_reset(adds.stmt);
    }
    return KEPT_OK;
}

kept_status kept_change__row(kept_change *c, int64_t *ret_id, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    int64_t id = c->old.id;
    if (c->added)
        KEPT_TRY(insert_row(c, &id, err));
    else
        KEPT_TRY(update_row(c, err));
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *field = &kind->fields[i];
        if (!differs(c, i))
            continue;
        if (field->type == KEPT_RECORD_REFS)
            KEPT_TRY(write_refs(c, i, id, err));
        if (field->search)
            KEPT_TRY(kept_search__changed(c->w, kind, field, id, err));
    }
    *ret_id = id;
    return KEPT_OK;
}

/* --- External ids --- */

kept_status kept_change__external(kept_change *c, int64_t id, kept_err *err)
{
    if (!c->external_id)
        return KEPT_OK;
    if (strcmp(c->edit->kind->name, KEPT_CUSTOMER) == 0) {
        c->w->use->sight_filled = false;
        return kept_ledger_customer_link(&c->w->store->ledger, c->source, c->external_id, id, err);
    }
    KEPT_AUTO_LENT lent = {0};
    KEPT_TRY(kept_lend(c->w->store,
                       "INSERT INTO external_id (kind, source, external_id, record)"
                       " VALUES (?1, ?2, ?3, ?4)",
                       &lent, err));
    sqlite3_bind_text(lent.stmt, 1, c->edit->kind->name, -1, SQLITE_STATIC);
    sqlite3_bind_text(lent.stmt, 2, c->source, -1, SQLITE_STATIC);
    sqlite3_bind_text(lent.stmt, 3, c->external_id, -1, SQLITE_STATIC);
    sqlite3_bind_int64(lent.stmt, 4, id);
    return step(c, &lent, err);
}
