#include "store/records/count.h"

#include <string.h>

#include "base/text.h"
#include "store/records/rule.h"

enum { KINDS_AT_ONCE = 200 }; /* SQLite joins at most some hundreds of SELECTs */

static kept_status count_some(kept_store *store, const kept_scope *scope,
                              const kept_record_kind *const *kinds, size_t n, int64_t *ret_counts,
                              kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_rule_rows rows;
    for (size_t i = 0; i < n; i++)
        kept_buf_printf(&sql, "%sSELECT %zu, count(*) FROM \"%s\" WHERE archived_at = 0",
                        i ? " UNION ALL " : "", i, kinds[i]->name);
    if (sql.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_rule_run(store, scope, kept_buf_text(&sql), "counting records", NULL, 0, 0,
                           &arena, &rows, err));
    for (size_t i = 0; i < n; i++)
        ret_counts[i] = 0;
    for (size_t i = 0; i < rows.n; i++)
        ret_counts[rows.cells[2 * i].i] = rows.cells[2 * i + 1].i;
    return KEPT_OK;
}

kept_status kept_records_count(kept_store *store, const kept_scope *scope,
                               const kept_record_kind *const *kinds, size_t n, int64_t *ret_counts,
                               kept_err *err)
{
    for (size_t i = 0; i < n; i += KINDS_AT_ONCE)
        KEPT_TRY(count_some(store, scope, kinds + i, n - i < KINDS_AT_ONCE ? n - i : KINDS_AT_ONCE,
                            ret_counts + i, err));
    return KEPT_OK;
}

/* --- Sheets --- */

bool kept_sheet_is_question(const kept_record_kind *kind, const kept_record_field *field)
{
    /* catalogue/worksheet.h puts these two before the questions. */
    bool is_about = field == &kind->fields[1] && strcmp(field->name, "about") == 0;
    return field != &kind->fields[0] && !is_about;
}

/* How many sheets there are, and of how many questions each is answered on average. */
static void write_sql(const kept_record_kind *kind, kept_buf *sql)
{
    kept_buf_add(sql, "SELECT count(*), avg(0");
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *f = &kind->fields[i];
        if (!kept_sheet_is_question(kind, f))
            continue;
        if (f->type == KEPT_RECORD_REFS) {
            kept_buf_printf(sql, " + EXISTS (SELECT 1 FROM \"%s__%s\" l WHERE l.\"%s\" = t.id)",
                            kind->name, f->name, kind->name);
            continue;
        }
        kept_buf_add(sql, " + (coalesce(NULL");
        for (size_t k = 0; k < (f->n_to > 1 ? f->n_to : 1); k++)
            kept_buf_printf(sql, ", t.\"%s%s%s\"", f->name, f->n_to > 1 ? "_" : "",
                            f->n_to > 1 ? f->to[k] : "");
        kept_buf_add(sql, ") IS NOT NULL)");
    }
    kept_buf_printf(sql, ") FROM \"%s\" t WHERE t.archived_at = 0", kind->name);
}

kept_status kept_sheets_count(kept_store *store, const kept_scope *scope,
                              const kept_record_kind *kind, int64_t *ret_n, double *ret_answered,
                              kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_rule_rows rows;
    write_sql(kind, &sql);
    if (sql.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_rule_run(store, scope, kept_buf_text(&sql), kind->source, NULL, 0, 1, &arena,
                           &rows, err));
    *ret_n = rows.n ? rows.cells[0].i : 0;
    *ret_answered = rows.n && rows.cells[1].type != KEPT_RULE_NULL ? rows.cells[1].real : 0;
    return KEPT_OK;
}
