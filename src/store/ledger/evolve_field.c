/* One field of a kind: added, converted or filled. */
#include <inttypes.h>
#include <string.h>

#include "base/date.h"
#include "store/ledger/evolve.h"
#include "store/ledger/tables.h"
#include "store/records/value.h"

static const int64_t million = 1000000; /* NUMBER is kept in millionths */

static bool is_words(kept_record_type type)
{
    return type == KEPT_RECORD_TEXT || type == KEPT_RECORD_PROSE || type == KEPT_RECORD_CHOICE;
}

/* "c1" IS NOT NULL OR "c2" IS NOT NULL, or its opposite; for REFS over their table. */
static void add_filled(const kept_record_kind *kind, const kept_record_field *field, bool filled,
                       kept_buf *sql)
{
    if (field->type == KEPT_RECORD_REFS) {
        kept_buf_printf(sql, "\"id\" %s (SELECT \"%s\" FROM \"%s__%s\")", filled ? "IN" : "NOT IN",
                        kind->name, kind->name, field->name);
        return;
    }
    for (size_t i = 0; i < kept_tables_columns(field); i++) {
        kept_buf_add(sql, i == 0 ? "\"" : filled ? " OR \"" : " AND \"");
        kept_tables_column(field, i, sql);
        kept_buf_add(sql, filled ? "\" IS NOT NULL" : "\" IS NULL");
    }
}

/* --- Columns away --- */

static kept_status drop_indexes(kept_ledger *ledger, const char *table, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT name FROM sqlite_schema WHERE type = 'index'"
                                 " AND tbl_name = ?1 AND name GLOB 'index__*'",
                                 "t", table));
    bool row = false;
    for (;;) {
        KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
        if (!row)
            break;
        kept_buf_printf(&sql, "DROP INDEX \"%s\";\n", (const char *)sqlite3_column_text(stmt, 0));
    }
    sqlite3_finalize(stmt);
    stmt = NULL;
    return kept_evolve__run(ledger, &sql, err);
}

static kept_status drop_column(kept_ledger *ledger, const kept_record_kind *kind,
                               const kept_record_field *field, size_t i, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_TRY(drop_indexes(ledger, kind->name, err));
    kept_buf_printf(&sql, "ALTER TABLE \"%s\" DROP COLUMN \"", kind->name);
    kept_tables_column(field, i, &sql);
    kept_buf_add(&sql, "\"");
    return kept_evolve__run(ledger, &sql, err);
}

/* --- Another type --- */

/* A field of another type is another field: allowed while no record has a value in the old one. */
static kept_status replace_field(kept_ledger *ledger, const kept_record_kind *kind,
                                 const kept_record_field *field, const kept_record_field *stored,
                                 kept_err *err)
{
    KEPT_AUTO_BUF filled = KEPT_BUF_INIT;
    KEPT_AUTO_BUF what = KEPT_BUF_INIT;
    add_filled(kind, stored, true, &filled);
    if (field->type == stored->type)
        kept_buf_printf(&what, "says that %s refers to %s and no longer to %s", field->name,
                        field->to[0], stored->to[0]);
    else
        kept_buf_printf(&what, "makes %s a field of type %s, which was %s", field->name,
                        kept_record_type_name(field->type), kept_record_type_name(stored->type));
    if (filled.failed || what.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_evolve__refuse(ledger, kind, field, kept_buf_text(&filled), NULL,
                                 kept_buf_text(&what), err));
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    if (stored->type == KEPT_RECORD_REFS)
        kept_buf_printf(&sql, "DROP TABLE \"%s__%s\";\n", kind->name, stored->name);
    for (size_t i = 0; i < kept_tables_columns(stored); i++)
        KEPT_TRY(drop_column(ledger, kind, stored, i, err));
    kept_tables_field_sql(kind, field, &sql);
    return kept_evolve__run(ledger, &sql, err);
}

static kept_status integer_to_number(kept_ledger *ledger, const kept_record_kind *kind,
                                     const kept_record_field *field, kept_err *err)
{
    KEPT_AUTO_BUF large = KEPT_BUF_INIT;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&large, "\"%s\" NOT BETWEEN %" PRId64 " AND %" PRId64, field->name,
                    -(INT64_MAX / million), INT64_MAX / million);
    kept_buf_printf(&sql, "UPDATE \"%s\" SET \"%s\" = \"%s\" * %" PRId64, kind->name, field->name,
                    field->name, million);
    if (large.failed)
        return kept_nomem(err);
    KEPT_AUTO_BUF what = KEPT_BUF_INIT;
    kept_buf_printf(&what, "makes %s a number, for which it is too large", field->name);
    KEPT_TRY(kept_evolve__refuse(ledger, kind, field, kept_buf_text(&large), NULL,
                                 kept_buf_text(&what), err));
    return kept_evolve__run(ledger, &sql, err);
}

/* --- References to other kinds than before --- */

static size_t find_to(const kept_record_field *field, const char *kind)
{
    size_t i = 0;
    while (i < field->n_to && strcmp(field->to[i], kind) != 0)
        i++;
    return i;
}

static kept_status drop_target(kept_ledger *ledger, const kept_record_kind *kind,
                               const kept_record_field *field, const kept_record_field *stored,
                               size_t i, kept_err *err)
{
    KEPT_AUTO_BUF filled = KEPT_BUF_INIT;
    KEPT_AUTO_BUF what = KEPT_BUF_INIT;
    kept_buf_add(&filled, "\"");
    kept_tables_column(stored, i, &filled);
    kept_buf_add(&filled, "\" IS NOT NULL");
    kept_buf_printf(&what, "says that %s no longer refers to %s", field->name, stored->to[i]);
    if (filled.failed || what.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_evolve__refuse(ledger, kind, field, kept_buf_text(&filled), NULL,
                                 kept_buf_text(&what), err));
    return drop_column(ledger, kind, stored, i, err);
}

static kept_status change_targets(kept_ledger *ledger, const kept_record_kind *kind,
                                  const kept_record_field *field, const kept_record_field *stored,
                                  kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    for (size_t i = 0; i < stored->n_to; i++) {
        size_t at = find_to(field, stored->to[i]);
        KEPT_AUTO_BUF old = KEPT_BUF_INIT;
        KEPT_AUTO_BUF new = KEPT_BUF_INIT;
        if (at == field->n_to) {
            KEPT_TRY(drop_target(ledger, kind, field, stored, i, err));
            continue;
        }
        kept_tables_column(stored, i, &old);
        kept_tables_column(field, at, &new);
        if (!kept_text_equal(kept_buf_text(&old), kept_buf_text(&new)))
            kept_buf_printf(&sql, "ALTER TABLE \"%s\" RENAME COLUMN \"%s\" TO \"%s\";\n",
                            kind->name, kept_buf_text(&old), kept_buf_text(&new));
    }
    for (size_t i = 0; i < field->n_to; i++)
        if (find_to(stored, field->to[i]) == stored->n_to)
            kept_tables_column_sql(kind, field, i, &sql);
    return kept_evolve__run(ledger, &sql, err);
}

/* The field's columns as declared now, values taken along. */
static kept_status convert(kept_ledger *ledger, const kept_record_kind *kind,
                           const kept_record_field *field, const kept_record_field *stored,
                           kept_err *err)
{
    if (field->type == KEPT_RECORD_REF && stored->type == KEPT_RECORD_REF)
        return change_targets(ledger, kind, field, stored, err);
    bool same_to = field->type != KEPT_RECORD_REFS || stored->type != KEPT_RECORD_REFS ||
                   strcmp(field->to[0], stored->to[0]) == 0;
    if ((field->type == stored->type && same_to) ||
        (is_words(field->type) && is_words(stored->type)))
        return KEPT_OK;
    if (stored->type == KEPT_RECORD_INTEGER && field->type == KEPT_RECORD_NUMBER)
        return integer_to_number(ledger, kind, field, err);
    return replace_field(ledger, kind, field, stored, err);
}

/* --- Required fields, search --- */

static kept_status fill(kept_ledger *ledger, const kept_record_kind *kind,
                        const kept_record_field *field, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_value value = {0};
    KEPT_TRY(kept_value_read(field, field->preset, &arena, &value, err));
    kept_buf_printf(&sql, "UPDATE \"%s\" SET \"%s\" = ?1 WHERE \"%s\" IS NULL", kind->name,
                    field->name, field->name);
    if (sql.failed)
        return kept_nomem(err);
    if (is_words(field->type))
        return kept_ledger_exec(ledger, err, kept_buf_text(&sql), "t", value.text);
    char day[11];
    if (field->type == KEPT_RECORD_DATE) {
        kept_day_write((kept_day)value.i, day);
        return kept_ledger_exec(ledger, err, kept_buf_text(&sql), "t", day);
    }
    return kept_ledger_exec(ledger, err, kept_buf_text(&sql), "i", value.i);
}

static kept_status require(kept_ledger *ledger, const kept_record_kind *kind,
                           const kept_record_field *field, kept_err *err)
{
    bool refers = field->type == KEPT_RECORD_REF || field->type == KEPT_RECORD_REFS;
    if (field->preset && !refers)
        return fill(ledger, kind, field, err);
    KEPT_AUTO_BUF empty = KEPT_BUF_INIT;
    KEPT_AUTO_BUF what = KEPT_BUF_INIT;
    add_filled(kind, field, false, &empty);
    kept_buf_printf(&what, "requires %s (without a default)", field->name);
    if (empty.failed || what.failed)
        return kept_nomem(err);
    return kept_evolve__refuse(ledger, kind, field, kept_buf_text(&empty), NULL,
                               kept_buf_text(&what), err);
}

kept_status kept_evolve__unsearch(kept_ledger *ledger, const char *kind, const char *field,
                                  kept_err *err)
{
    return kept_ledger_exec(ledger, err,
                            "DELETE FROM search WHERE kind = ?1 AND (?2 IS NULL OR field = ?2)",
                            "tt", kind, field);
}

static kept_status search_anew(kept_ledger *ledger, const kept_record_kind *kind,
                               const kept_record_field *field, kept_err *err)
{
    KEPT_TRY(kept_evolve__unsearch(ledger, kind->name, field->name, err));
    KEPT_TRY(kept_ledger_exec(ledger, err,
                              "INSERT OR IGNORE INTO search_field (kind, field) VALUES (?1, ?2)",
                              "tt", kind->name, field->name));
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql,
                    "INSERT INTO search (rowid, kind, record, field, words)"
                    " SELECT t.\"id\" << %d | f.id, f.kind, t.\"id\", f.field, t.\"%s\""
                    " FROM \"%s\" t, search_field f WHERE f.kind = '%s' AND f.field = '%s'"
                    " AND t.\"%s\" IS NOT NULL ORDER BY 1",
                    (int)KEPT_SEARCH_FIELD_BITS, field->name, kind->name, kind->name, field->name,
                    field->name);
    return kept_evolve__run(ledger, &sql, err);
}

kept_status kept_evolve__field(kept_ledger *ledger, const kept_record_kind *kind,
                               const kept_record_field *field, const kept_record_field *stored,
                               bool was_on, kept_err *err)
{
    if (stored) {
        KEPT_TRY(convert(ledger, kind, field, stored, err));
        KEPT_TRY(kept_evolve__narrow_field(ledger, kind, field, stored, err));
    } else {
        KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
        kept_tables_field_sql(kind, field, &sql);
        KEPT_TRY(kept_evolve__run(ledger, &sql, err));
    }
    bool newly_required = field->required && !(was_on && stored->required);
    if (newly_required)
        KEPT_TRY(require(ledger, kind, field, err));
    bool words = field->search && is_words(field->type);
    bool had_words = was_on && stored->search && is_words(stored->type);
    if (words && (!had_words || newly_required))
        return search_anew(ledger, kind, field, err);
    if (had_words && !words)
        return kept_evolve__unsearch(ledger, kind->name, field->name, err);
    return KEPT_OK;
}
