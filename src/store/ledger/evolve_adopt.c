/* Customers that facts brought: ids without a record get one. Named by their ids, they are found by
 * them and need no words in the search. */
#include "store/ledger/evolve.h"

/* Rows of customer_id in the order of its key, so that the new numbers run along with it. */
static const char numbered[] =
    "SELECT source, external_id, (SELECT coalesce(max(id), 0) FROM customer)"
    "  + row_number() OVER (ORDER BY source, external_id) AS record"
    " FROM customer_id WHERE record IS NULL";

static void add_insert(kept_buf *sql, const kept_record_kind *kind)
{
    kept_buf_printf(sql,
                    "INSERT INTO customer (id, \"%s\", %srevision, made_at, made_by, changed_at,"
                    " changed_by) SELECT record, external_id, ",
                    kind->label, kind->n_states ? "state, " : "");
    if (kind->n_states)
        kept_buf_printf(sql, "'%s', ", kind->met ? kind->met : kind->states[0].name);
    kept_buf_printf(sql, "1, ?1, ?2, ?1, ?2 FROM temp.adopted");
}

kept_status kept_evolve_adopt(kept_ledger *ledger, const kept_catalogue *catalogue,
                              const char *made_by, int64_t at, kept_err *err)
{
    const kept_record_kind *kind = kept_catalogue_record(catalogue, "customer");
    if (!kind || !kind->label)
        return kept_fail(err, KEPT_EINTERNAL, "The catalogue declares no customers.");
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql, "CREATE TEMP TABLE adopted AS %s", numbered);
    KEPT_TRY(kept_evolve__run(ledger, &sql, err));
    kept_buf_clear(&sql);
    add_insert(&sql, kind);
    if (sql.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_ledger_exec(ledger, err, kept_buf_text(&sql), "it", at, made_by));
    KEPT_TRY(kept_ledger_run(ledger,
                             "UPDATE customer_id SET record = a.record FROM temp.adopted a"
                             " WHERE a.source = customer_id.source"
                             " AND a.external_id = customer_id.external_id",
                             err));
    return kept_ledger_run(ledger, "DROP TABLE temp.adopted", err);
}
