/* The rows of facts that cases are made of, whose they are, and the terms on which they are judged.
 */
#include "base/array.h"
#include "store/facts/sql.h"
#include "store/judge/cases_int.h"

static void add(kept_case_query *q, const char *text)
{
    kept_buf_add(&q->sql, text);
}

void kept_cases__add_customer(kept_case_query *q, const kept_fact_kind *kind)
{
    add(q, kept_fact_column_find(kind, "customer") ? "customer" : "CAST(NULL AS UBIGINT)");
    add(q, " AS kept_customer");
}

void kept_cases__add_party(kept_case_query *q)
{
    if (q->party)
        kept_sql_name(&q->sql, "", q->party, " AS kept_party");
    else
        add(q, "CAST(NULL AS VARCHAR) AS kept_party");
}

static void add_one_term(kept_case_query *q)
{
    const kept_case_terms *t = &q->all_terms[0];
    add(q, "SELECT *, 0 AS kept_term, ");
    if (t->within < 0)
        add(q, "CAST(NULL AS BIGINT)");
    else
        kept_sql_int(&q->sql, "CAST(", t->within, " AS BIGINT)");
    kept_sql_int(&q->sql, " AS kept_within, CAST(", t->tolerance, " AS BIGINT) AS kept_tolerance");
    kept_sql_int(&q->sql, ", CAST(", t->target_value, " AS BIGINT) AS kept_target_units FROM ");
}

/* Windows differ in what they ask: a row stands once for each of the terms that may be asked of it.
 */
static void add_many_terms(kept_case_query *q, const char *kind)
{
    kept_case_match match = q->ask->group->match;
    kept_sql_name(&q->sql, "SELECT * FROM ", kind, " JOIN ");
    if (q->judge->grain) {
        kept_sql_name(&q->sql, "", q->terms, " ON TRUE");
    } else if (match == KEPT_MATCH_CUSTOMERS) {
        kept_sql_name(&q->sql, "(SELECT DISTINCT m.customer AS kept_of, t.* FROM ", q->windows,
                      " w JOIN ");
        kept_sql_name(&q->sql, "", q->members, " m ON m.\"set\" = w.\"set\" JOIN ");
        kept_sql_name(&q->sql, "", q->terms, " t ON t.kept_term = w.term) kept_t");
        add(q, " ON customer = kept_of");
    } else if (q->party) {
        kept_sql_name(&q->sql, "(SELECT DISTINCT w.party AS kept_of, t.* FROM ", q->windows,
                      " w JOIN ");
        kept_sql_name(&q->sql, "", q->terms, " t ON t.kept_term = w.term) kept_t ON ");
        kept_sql_name(&q->sql, "", q->party, " = kept_of");
    } else {
        kept_sql_name(&q->sql, "", q->terms, " ON TRUE");
    }
}

void kept_cases__add_terms(kept_case_query *q)
{
    static const char target[] =
        " AS DECIMAL(19,0)) * CAST(0.000001 AS DECIMAL(7,6)) AS kept_target";
    if (q->n_terms > 1) {
        add(q, "(SELECT kept_term, CAST(kept_target_units");
        add(q, target);
        kept_sql_name(&q->sql, " FROM ", q->terms, ")");
        return;
    }
    kept_sql_int(&q->sql, "(SELECT 0 AS kept_term, CAST(", q->all_terms[0].target_value, target);
    add(q, ")");
}

void kept_cases__add_source(kept_case_query *q, const kept_fact_kind *kind)
{
    add(q,
        " FROM (SELECT *, CAST(kept_target_units AS DECIMAL(19,0)) * CAST(0.000001 AS DECIMAL(7,6))"
        " AS kept_target FROM (");
    if (q->n_terms > 1) {
        add_many_terms(q, kind->name);
    } else {
        add_one_term(q);
        kept_sql_name(&q->sql, "", kind->name, "");
    }
    add(q, ") kept_terms) kept_source");
}

void kept_cases__add_filter(kept_case_query *q)
{
    add(q, " WHERE TRUE");
    const kept_expr *conditions[] = {q->measure->where, q->only};
    for (size_t i = 0; i < KEPT_N(conditions); i++) {
        if (!conditions[i])
            continue;
        add(q, " AND ");
        kept_emit_expr(&q->em, conditions[i]);
    }
}
