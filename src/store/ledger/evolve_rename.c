/* New names for kinds and fields, everywhere but in the change log: its chain covers the names of
 * the time, and rows 'renamed' of declaration lead from them to the new ones. */
#include <string.h>

#include "base/array.h"
#include "store/ledger/evolve.h"
#include "store/ledger/tables.h"

static void add_rename_column(kept_buf *sql, const char *table, const char *from, const char *to)
{
    if (strcmp(from, to) != 0)
        kept_buf_printf(sql, "ALTER TABLE \"%s\" RENAME COLUMN \"%s\" TO \"%s\";\n", table, from,
                        to);
}

static void add_rename_table(kept_buf *sql, const char *from, const char *to)
{
    if (strcmp(from, to) != 0)
        kept_buf_printf(sql, "ALTER TABLE \"%s\" RENAME TO \"%s\";\n", from, to);
}

/* What the names in the log are called now. */
static kept_status note(kept_ledger *ledger, const char *from, const char *to, kept_err *err)
{
    KEPT_TRY(kept_ledger_exec(ledger, err,
                              "UPDATE declaration SET text = ?2"
                              " WHERE what = 'renamed' AND text = ?1",
                              "tt", from, to));
    return kept_ledger_exec(ledger, err,
                            "INSERT OR REPLACE INTO declaration (what, name, text, hash)"
                            " VALUES ('renamed', ?1, ?2, '')",
                            "tt", from, to);
}

/* --- Kinds --- */

/* A table of references between kind and field->to[0], both with the names they have now. */
static void add_link_rename(kept_buf *sql, const kept_record_kind *kind,
                            const kept_record_field *field, const char *old, const char *name)
{
    bool own = strcmp(kind->name, old) == 0;
    const char *kind_name = own ? name : kind->name;
    const char *to = strcmp(field->to[0], old) == 0 ? name : field->to[0];
    KEPT_AUTO_BUF from_table = KEPT_BUF_INIT;
    KEPT_AUTO_BUF to_table = KEPT_BUF_INIT;
    kept_tables_link(kind, field, &from_table);
    kept_buf_printf(&to_table, "%s__%s", kind_name, field->name);
    add_rename_table(sql, kept_buf_text(&from_table), kept_buf_text(&to_table));
    add_rename_column(sql, kept_buf_text(&to_table), kind->name, kind_name);
    add_rename_column(sql, kept_buf_text(&to_table), kept_tables_link_column(kind, field),
                      strcmp(kind_name, to) == 0 ? "other" : to);
}

static bool refers(const kept_record_field *field, const char *kind)
{
    for (size_t i = 0; i < field->n_to; i++)
        if (strcmp(field->to[i], kind) == 0)
            return true;
    return false;
}

static void add_field_rename(kept_buf *sql, const kept_record_kind *kind,
                             const kept_record_field *field, const char *old, const char *name)
{
    if (field->type == KEPT_RECORD_REFS) {
        if (refers(field, old) || strcmp(kind->name, old) == 0)
            add_link_rename(sql, kind, field, old, name);
        return;
    }
    for (size_t i = 0; field->n_to > 1 && i < field->n_to; i++) {
        if (strcmp(field->to[i], old) != 0)
            continue;
        kept_buf_printf(sql, "ALTER TABLE \"%s\" RENAME COLUMN \"%s_%s\" TO \"%s_%s\";\n",
                        kind->name, field->name, old, field->name, name);
    }
}

/* The kind's name in lists of what fields refer to. */
static bool rename_in_field(kept_record_field *field, const char *old, const char *name,
                            kept_arena *arena)
{
    if (!refers(field, old))
        return true;
    const char **to = KEPT_NEW_N(arena, const char *, field->n_to);
    if (!to)
        return false;
    for (size_t i = 0; i < field->n_to; i++)
        to[i] = strcmp(field->to[i], old) == 0 ? name : field->to[i];
    field->to = to;
    return true;
}

static kept_status rename_in_rows(kept_ledger *ledger, const char *old, const char *name,
                                  kept_err *err)
{
    static const char *const updates[] = {
        "UPDATE search SET kind = ?2 WHERE kind = ?1",
        "UPDATE search_field SET kind = ?2 WHERE kind = ?1",
        "UPDATE external_id SET kind = ?2 WHERE kind = ?1",
        /* Imports of records; a kind of facts may have the same name. */
        "UPDATE import SET kind = ?2 WHERE kind = ?1 AND first_change IS NOT NULL",
        "UPDATE OR REPLACE profile SET kind = ?2 WHERE kind = ?1"
        " AND NOT EXISTS (SELECT * FROM import WHERE kind = ?1)",
        "UPDATE measure_value SET subject_kind = ?2 WHERE subject_kind = ?1",
        "UPDATE warning_state SET subject_kind = ?2 WHERE subject_kind = ?1",
        "UPDATE document_version SET subject_kind = ?2 WHERE subject_kind = ?1",
        "UPDATE declaration SET name = ?2 || substr(name, length(?1) + 1),"
        " text = ?2 || substr(text, length(?1) + 1)"
        " WHERE what = 'renamed' AND substr(name, 1, length(?1) + 1) = ?1 || '.'",
    };
    for (size_t i = 0; i < KEPT_N(updates); i++)
        KEPT_TRY(kept_ledger_exec(ledger, err, updates[i], "tt", old, name));
    return note(ledger, old, name, err);
}

kept_status kept_evolve__rename_kind(kept_ledger *ledger, kept_declared *all, size_t n_all,
                                     kept_declared *d, const char *name, kept_arena *arena,
                                     kept_err *err)
{
    const char *old = d->kind.name;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    for (size_t k = 0; k < n_all; k++)
        for (size_t f = 0; f < all[k].kind.n_fields; f++)
            add_field_rename(&sql, &all[k].kind, &all[k].fields[f], old, name);
    add_rename_table(&sql, old, name);
    KEPT_TRY(kept_evolve__run(ledger, &sql, err));
    for (size_t k = 0; k < n_all; k++)
        for (size_t f = 0; f < all[k].kind.n_fields; f++)
            if (!rename_in_field(&all[k].fields[f], old, name, arena))
                return kept_nomem(err);
    d->kind.name = name;
    return rename_in_rows(ledger, old, name, err);
}

/* --- Fields --- */

static void add_column_renames(kept_buf *sql, const kept_record_kind *kind,
                               const kept_record_field *from, const kept_record_field *to)
{
    for (size_t i = 0; i < kept_tables_columns(from); i++) {
        KEPT_AUTO_BUF old = KEPT_BUF_INIT;
        KEPT_AUTO_BUF new = KEPT_BUF_INIT;
        kept_tables_column(from, i, &old);
        kept_tables_column(to, i, &new);
        add_rename_column(sql, kind->name, kept_buf_text(&old), kept_buf_text(&new));
    }
}

kept_status kept_evolve__rename_field(kept_ledger *ledger, kept_declared *d, size_t field,
                                      const char *name, kept_err *err)
{
    const kept_record_field from = d->fields[field];
    kept_record_field to = from;
    to.name = name;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    if (from.type == KEPT_RECORD_REFS)
        kept_buf_printf(&sql, "ALTER TABLE \"%s__%s\" RENAME TO \"%s__%s\";\n", d->kind.name,
                        from.name, d->kind.name, name);
    else
        add_column_renames(&sql, &d->kind, &from, &to);
    KEPT_TRY(kept_evolve__run(ledger, &sql, err));
    d->fields[field].name = name;
    static const char *const updates[] = {
        "UPDATE search SET field = ?3 WHERE kind = ?1 AND field = ?2",
        "UPDATE search_field SET field = ?3 WHERE kind = ?1 AND field = ?2"};
    for (size_t i = 0; i < KEPT_N(updates); i++)
        KEPT_TRY(kept_ledger_exec(ledger, err, updates[i], "ttt", d->kind.name, from.name, name));
    KEPT_AUTO_BUF old_name = KEPT_BUF_INIT;
    KEPT_AUTO_BUF new_name = KEPT_BUF_INIT;
    kept_buf_printf(&old_name, "%s.%s", d->kind.name, from.name);
    kept_buf_printf(&new_name, "%s.%s", d->kind.name, name);
    if (old_name.failed || new_name.failed)
        return kept_nomem(err);
    return note(ledger, kept_buf_text(&old_name), kept_buf_text(&new_name), err);
}
