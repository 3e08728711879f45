/* Declarations that take less than before, held against the records that are there. */
#include <inttypes.h>
#include <string.h>

#include "store/ledger/evolve.h"
#include "store/ledger/tables.h"

enum { SHOWN_ROWS = 10 };

/* "P-1, P-4 and 3 more" */
static kept_status list_rows(kept_ledger *ledger, const kept_record_kind *kind,
                             const char *condition, const char *text, int64_t count, kept_buf *list,
                             kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_STMT *stmt = NULL;
    kept_buf_printf(&sql, "SELECT \"id\" FROM \"%s\" WHERE %s ORDER BY \"id\" LIMIT %d", kind->name,
                    condition, (int)SHOWN_ROWS);
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err, kept_buf_text(&sql), text ? "t" : "", text));
    bool row = false;
    for (int n = 0;; n++) {
        KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
        if (!row)
            break;
        kept_buf_printf(list, "%s%s-%" PRId64, n ? ", " : "", kind->prefix,
                        (int64_t)sqlite3_column_int64(stmt, 0));
    }
    if (count > SHOWN_ROWS)
        kept_buf_printf(list, " and %" PRId64 " more", count - SHOWN_ROWS);
    return list->failed ? kept_nomem(err) : KEPT_OK;
}

static void add_place(const kept_record_kind *kind, const kept_record_field *field, kept_buf *place)
{
    const char *source = field && field->source ? field->source : kind->source;
    if (!source)
        return;
    kept_buf_add(place, source);
    if (field && field->source && field->line)
        kept_buf_printf(place, ", line %zu", field->line);
    kept_buf_add(place, ": ");
}

kept_status kept_evolve__refuse(kept_ledger *ledger, const kept_record_kind *kind,
                                const kept_record_field *field, const char *condition,
                                const char *text, const char *what, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_STMT *stmt = NULL;
    kept_buf_printf(&sql, "SELECT count(*) FROM \"%s\" WHERE %s", kind->name, condition);
    if (sql.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err, kept_buf_text(&sql), text ? "t" : "", text));
    bool row = false;
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    int64_t count = row ? sqlite3_column_int64(stmt, 0) : 0;
    if (count == 0)
        return KEPT_OK;
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    KEPT_AUTO_BUF place = KEPT_BUF_INIT;
    add_place(kind, field, &place);
    KEPT_TRY(list_rows(ledger, kind, condition, text, count, &list, err));
    return kept_fail(err, KEPT_EINPUT,
                     "%s%s %s, but %" PRId64 " %s not fit (%s); take that back, change %s, then "
                     "declare it so.",
                     kept_buf_text(&place), kind->name, what, count,
                     count == 1 ? "record does" : "records do", kept_buf_text(&list),
                     count == 1 ? "this record" : "these records");
}

/* --- Choices and states: words of a list --- */

/* The first value of a column that is not in the list, as JSON; NULL when all are. */
static kept_status find_stranger(kept_ledger *ledger, const char *table, const char *column,
                                 const kept_buf *list, kept_arena *arena, const char **ret_value,
                                 kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_STMT *stmt = NULL;
    kept_buf_printf(&sql,
                    "SELECT \"%s\" FROM \"%s\" WHERE \"%s\" NOT IN"
                    " (SELECT value FROM json_each(?1)) LIMIT 1",
                    column, table, column);
    if (sql.failed || list->failed)
        return kept_nomem(err);
    KEPT_TRY(
        kept_ledger_prepare(ledger, &stmt, err, kept_buf_text(&sql), "t", kept_buf_text(list)));
    bool row = false, ok = true;
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    *ret_value = row ? kept_ledger_text(stmt, 0, arena, &ok) : NULL;
    return ok ? KEPT_OK : kept_nomem(err);
}

static kept_status refuse_strangers(kept_ledger *ledger, const kept_record_kind *kind,
                                    const kept_record_field *field, const char *column,
                                    const kept_buf *list, const char *of, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *value = NULL;
    KEPT_TRY(find_stranger(ledger, kind->name, column, list, &arena, &value, err));
    if (!value)
        return KEPT_OK;
    const char *condition = kept_arena_printf(&arena, "\"%s\" = ?1", column);
    const char *what =
        kept_arena_printf(&arena, "has no \"%.*s\" among %s", KEPT_SHOWN(value, 60), of);
    if (!condition || !what)
        return kept_nomem(err);
    return kept_evolve__refuse(ledger, kind, field, condition, value, what, err);
}

static kept_status narrow_choices(kept_ledger *ledger, const kept_record_kind *kind,
                                  const kept_record_field *field, kept_err *err)
{
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    KEPT_AUTO_BUF of = KEPT_BUF_INIT;
    kept_declared_list_text(field->choices, field->n_choices, &list);
    kept_buf_printf(&of, "the choices of %s any more", field->name);
    return refuse_strangers(ledger, kind, field, field->name, &list, kept_buf_text(&of), err);
}

kept_status kept_evolve__narrow_states(kept_ledger *ledger, const kept_record_kind *kind,
                                       kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    const char **names = KEPT_NEW_N(&arena, const char *, kind->n_states);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < kind->n_states; i++)
        names[i] = kind->states[i].name;
    kept_declared_list_text(names, kind->n_states, &list);
    return refuse_strangers(ledger, kind, NULL, "state", &list, "its states any more", err);
}

static bool lost_choice(const kept_record_field *field, const kept_record_field *stored)
{
    if (stored->type != KEPT_RECORD_CHOICE)
        return true;
    for (size_t i = 0; i < stored->n_choices; i++) {
        size_t k = 0;
        while (k < field->n_choices && strcmp(stored->choices[i], field->choices[k]) != 0)
            k++;
        if (k == field->n_choices)
            return true;
    }
    return false;
}

/* --- Limits and names --- */

static kept_status narrow_limit(kept_ledger *ledger, const kept_record_kind *kind,
                                const kept_record_field *field, bool is_min, kept_err *err)
{
    KEPT_AUTO_BUF condition = KEPT_BUF_INIT;
    KEPT_AUTO_BUF what = KEPT_BUF_INIT;
    kept_buf_printf(&condition, "\"%s\" %s %" PRId64, field->name, is_min ? "<" : ">",
                    is_min ? field->min : field->max);
    kept_buf_printf(&what, "has another %s for %s", is_min ? "minimum" : "maximum", field->name);
    if (condition.failed || what.failed)
        return kept_nomem(err);
    return kept_evolve__refuse(ledger, kind, field, kept_buf_text(&condition), NULL,
                               kept_buf_text(&what), err);
}

kept_status kept_evolve__narrow_field(kept_ledger *ledger, const kept_record_kind *kind,
                                      const kept_record_field *field,
                                      const kept_record_field *stored, kept_err *err)
{
    bool same_type = field->type == stored->type;
    if (field->type == KEPT_RECORD_CHOICE && lost_choice(field, stored))
        KEPT_TRY(narrow_choices(ledger, kind, field, err));
    if (field->has_min && !(same_type && stored->has_min && stored->min >= field->min))
        KEPT_TRY(narrow_limit(ledger, kind, field, true, err));
    if (field->has_max && !(same_type && stored->has_max && stored->max <= field->max))
        KEPT_TRY(narrow_limit(ledger, kind, field, false, err));
    return KEPT_OK;
}

kept_status kept_evolve__narrow_unique(kept_ledger *ledger, const kept_record_kind *kind,
                                       kept_err *err)
{
    KEPT_AUTO_BUF condition = KEPT_BUF_INIT;
    KEPT_AUTO_BUF what = KEPT_BUF_INIT;
    const char *name = kind->unique;
    kept_buf_printf(&condition,
                    "\"archived_at\" = 0 AND \"%s\" COLLATE NOCASE IN (SELECT \"%s\" FROM \"%s\""
                    " WHERE \"archived_at\" = 0 AND \"%s\" IS NOT NULL"
                    " GROUP BY \"%s\" COLLATE NOCASE HAVING count(*) > 1)",
                    name, name, kind->name, name, name);
    kept_buf_printf(&what, "says that %s is unique", name);
    if (condition.failed || what.failed)
        return kept_nomem(err);
    return kept_evolve__refuse(ledger, kind, kept_record_field_find(kind, name),
                               kept_buf_text(&condition), NULL, kept_buf_text(&what), err);
}
