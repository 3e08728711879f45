/* Names in the SQL are those of checked declarations, and quoted. */
#include "store/records/loose.h"

#include <string.h>

#include "base/text.h"
#include "store/records/rule.h"

static void add_name(kept_buf *sql, const char *name)
{
    kept_buf_printf(sql, "\"%s\"", name);
}

/* The table and column in which the joint's field holds a record of `kind`. */
static void add_column(kept_buf *sql, const kept_record_field *field, const kept_record_kind *kind)
{
    if (field->n_to > 1)
        kept_buf_printf(sql, "\"%s_%s\"", field->name, kind->name);
    else
        add_name(sql, field->name);
}

/* Whether a record x of the other end is joined to r. */
static void add_joined(kept_buf *sql, const kept_joint *joint, bool back)
{
    const kept_record_kind *here = back ? joint->to : joint->from;
    const kept_record_kind *other = back ? joint->from : joint->to;
    const kept_record_kind *holder = joint->field_of_from ? joint->from : joint->to;
    const kept_record_kind *held = joint->field_of_from ? joint->to : joint->from;
    const char *holder_alias = holder == here ? "r" : "x", *held_alias = held == here ? "r" : "x";
    kept_buf_add(sql, "EXISTS (SELECT 1 FROM ");
    add_name(sql, other->name);
    kept_buf_add(sql, " x WHERE x.archived_at = 0 AND ");
    if (joint->field->type != KEPT_RECORD_REFS) {
        kept_buf_printf(sql, "%s.", holder_alias);
        add_column(sql, joint->field, held);
        kept_buf_printf(sql, " = %s.id)", held_alias);
        return;
    }
    kept_buf_printf(sql,
                    "EXISTS (SELECT 1 FROM \"%s__%s\" l WHERE l.\"%s\" = %s.id AND l.\"%s\" = "
                    "%s.id))",
                    holder->name, joint->field->name, holder->name, holder_alias,
                    holder == held ? "other" : held->name, held_alias);
}

/* The SQL of the joint with the column r.id where :from stood. */
static void add_sql_of(kept_buf *sql, const char *text)
{
    kept_buf_add(sql, "EXISTS (");
    while (*text) {
        if (strncmp(text, ":from", 5) == 0) {
            kept_buf_add(sql, "r.id");
            text += 5;
        } else {
            kept_buf_add_char(sql, *text++);
        }
    }
    kept_buf_add_char(sql, ')');
}

static void add_open(kept_buf *sql, const kept_record_kind *kind)
{
    kept_buf_add(sql, " r WHERE r.archived_at = 0");
    for (size_t i = 0; i < kind->n_states; i++)
        if (kind->states[i].closed)
            kept_buf_printf(sql, " AND r.state <> '%s'", kind->states[i].name);
}

kept_status kept_loose_ends(kept_store *store, const kept_scope *scope, const kept_joint *joint,
                            bool back, const char *source, size_t limit, kept_arena *arena,
                            int64_t **ret_ids, size_t *ret_n, size_t *ret_total, kept_err *err)
{
    const kept_record_kind *kind = back ? joint->to : joint->from;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_rule_rows rows;
    kept_buf_add(&sql, "SELECT r.id, count(*) OVER () FROM ");
    add_name(&sql, kind->name);
    add_open(&sql, kind);
    kept_buf_add(&sql, " AND NOT ");
    if (joint->sql)
        add_sql_of(&sql, joint->sql);
    else
        add_joined(&sql, joint, back);
    kept_buf_add(&sql, " ORDER BY r.id");
    if (sql.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_rule_run(store, scope, kept_buf_text(&sql), source, NULL, 0, limit, arena, &rows,
                           err));
    int64_t *ids = KEPT_NEW_N(arena, int64_t, rows.n);
    if (!ids)
        return kept_nomem(err);
    for (size_t i = 0; i < rows.n; i++)
        ids[i] = rows.cells[2 * i].i;
    *ret_ids = ids;
    *ret_n = rows.n;
    *ret_total = rows.n ? (size_t)rows.cells[1].i : 0;
    return KEPT_OK;
}
