/* Cases that are periods: of a customer, of a party, or of the firm; judged by all rows of the
 * period, and there also without any row. */
#include "base/date.h"
#include "store/facts/sql.h"
#include "store/judge/cases_int.h"

static const char *const names[] = {[KEPT_GRAIN_DAY] = "day",
                                    [KEPT_GRAIN_WEEK] = "week",
                                    [KEPT_GRAIN_MONTH] = "month",
                                    [KEPT_GRAIN_QUARTER] = "quarter"};
static const char *const steps[] = {[KEPT_GRAIN_DAY] = "to_days(1)",
                                    [KEPT_GRAIN_WEEK] = "to_days(7)",
                                    [KEPT_GRAIN_MONTH] = "to_months(1)",
                                    [KEPT_GRAIN_QUARTER] = "to_months(3)"};

static void add(kept_case_query *q, const char *text)
{
    kept_buf_add(&q->sql, text);
}

/* Whose periods are they? */
typedef enum subject {
    OF_FIRM,
    OF_PARTY,
    OF_MEMBERS,
    OF_ALL, /* every customer, from its first row on */
} subject;

static subject subject_of(const kept_case_query *q)
{
    bool all = q->everyone || q->ask->group->match == KEPT_MATCH_ALL;
    if (q->party && !q->everyone)
        return OF_PARTY;
    if (all && q->measure->per == KEPT_PER_FIRM)
        return OF_FIRM;
    return all ? OF_ALL : OF_MEMBERS;
}

/* --- Rows, each with the first days of the periods that it is of --- */

static void add_rows(kept_case_query *q)
{
    const kept_judge *j = q->judge;
    const char *name = names[j->grain];
    add(q, "SELECT *, 1 AS " KEPT_ROW_COLUMN ", ");
    if (j->start) {
        kept_sql_text(&q->sql, "unnest(range(date_trunc(", name,
                      ", CAST(kept_d0 AS TIMESTAMP)), greatest(kept_d0, coalesce(kept_d1, ");
        kept_emit_day(&q->em, q->ask->seen);
        add(q, ")) + to_days(1), ");
        add(q, steps[j->grain]);
        add(q, "))");
    } else {
        kept_sql_text(&q->sql, "date_trunc(", name, ", kept_d0)");
    }
    add(q, " AS kept_begins FROM (");
    kept_cases__add_row_days(q);
    add(q, ") kept_dated WHERE kept_d0 <= ");
    kept_emit_day(&q->em, q->ask->seen);
}

/* --- Subjects --- */

static void add_subjects(kept_case_query *q, subject of)
{
    static const char all[] =
        "SELECT kept_customer, CAST(NULL AS VARCHAR) AS kept_party, min(CAST(kept_begins AS DATE))"
        " AS kept_since FROM kept_r WHERE kept_customer IS NOT NULL GROUP BY kept_customer";
    add(q, "SELECT s.*, t.* FROM (");
    switch (of) {
    case OF_ALL:
        add(q, all);
        break;
    case OF_MEMBERS:
        kept_sql_name(&q->sql,
                      "SELECT DISTINCT customer AS kept_customer, CAST(NULL AS VARCHAR) AS"
                      " kept_party, CAST(NULL AS DATE) AS kept_since FROM ",
                      q->members, "");
        break;
    case OF_PARTY:
        kept_sql_name(&q->sql,
                      "SELECT DISTINCT CAST(NULL AS UBIGINT) AS kept_customer, party AS kept_party,"
                      " CAST(NULL AS DATE) AS kept_since FROM ",
                      q->windows, "");
        break;
    case OF_FIRM:
        add(q, "SELECT CAST(NULL AS UBIGINT) AS kept_customer, CAST(NULL AS VARCHAR) AS kept_party,"
               " CAST(NULL AS DATE) AS kept_since");
        break;
    }
    /* Who sees a part of the rows cannot tell what all of them come to. */
    bool whole = of == OF_FIRM || of == OF_PARTY;
    add(q, whole && q->scope->sight != KEPT_SEES_ALL ? " WHERE FALSE" : "");
    add(q, ") s CROSS JOIN ");
    kept_cases__add_terms(q);
    add(q, " t");
}

/* Rows of no customer are everybody's where the measure is of the firm. */
static void add_shared_rows(kept_case_query *q, subject of)
{
    bool shared = q->measure->per == KEPT_PER_FIRM && (of == OF_MEMBERS || of == OF_ALL);
    add(q, "(SELECT * FROM kept_r");
    if (shared)
        add(q, " WHERE kept_customer IS NOT NULL UNION ALL SELECT r.* REPLACE (s.kept_customer AS"
               " kept_customer) FROM kept_r r JOIN kept_s s ON s.kept_term = r.kept_term"
               " WHERE r.kept_customer IS NULL");
    add(q, ")");
}

/* --- Periods that end in a window --- */

static void add_calendar(kept_case_query *q)
{
    const char *step = steps[q->judge->grain];
    add(q, "(SELECT CAST(p AS DATE) AS kept_begins, CAST(p + ");
    add(q, step);
    kept_sql_text(&q->sql, " AS DATE) - 1 AS kept_ends FROM (SELECT unnest(range(date_trunc(",
                  names[q->judge->grain], ", CAST(");
    kept_emit_day(&q->em, q->first);
    add(q, " AS TIMESTAMP)), CAST(");
    kept_emit_day(&q->em, q->last);
    add(q, " AS TIMESTAMP) + to_days(1), ");
    add(q, step);
    add(q, ")) AS p) kept_p WHERE kept_ends <= ");
    kept_emit_day(&q->em, q->last);
    add(q, ")");
}

/* --- Together --- */

static void add_state(kept_case_query *q)
{
    add(q, "CASE WHEN kept_ends > ");
    kept_emit_day(&q->em, q->ask->seen);
    kept_sql_int(&q->sql, " THEN ", KEPT_CASE_OPEN,
                 " WHEN count(CASE WHEN NOT kept_covered THEN 1 END) > 0 THEN ");
    kept_sql_int(&q->sql, "", KEPT_CASE_UNKNOWN, " ELSE CASE ");
    kept_emit_expr(&q->em, q->judge->good);
    kept_sql_int(&q->sql, " WHEN TRUE THEN ", KEPT_CASE_GOOD, "");
    kept_sql_int(&q->sql, " WHEN FALSE THEN ", KEPT_CASE_BAD, "");
    kept_sql_int(&q->sql, " ELSE ", KEPT_CASE_UNKNOWN, " END END AS kept_state");
}

void kept_cases__add_periods(kept_case_query *q)
{
    static const char rest[] =
        ", CAST(NULL AS DOUBLE) AS kept_missed, FALSE AS kept_overdue, CAST(NULL AS DECIMAL(38,0))"
        " AS kept_figure, CAST(kept_begins AS VARCHAR) AS kept_key, CAST(NULL AS VARCHAR) AS"
        " kept_what FROM (SELECT s.kept_customer, s.kept_party, s.kept_term, s.kept_target,"
        " p.kept_begins, p.kept_ends, r.* EXCLUDE (kept_customer, kept_party, kept_term,"
        " kept_target, kept_within, kept_tolerance, kept_target_units, kept_begins)"
        " FROM kept_s s JOIN ";
    subject of = subject_of(q);
    add(q, "WITH kept_r AS MATERIALIZED (");
    add_rows(q);
    add(q, "), kept_s AS MATERIALIZED (");
    add_subjects(q, of);
    add(q, ") SELECT kept_customer, kept_party, kept_term, max(import) AS kept_import,"
           " kept_ends AS kept_day, CAST(NULL AS DATE) AS kept_known, kept_ends AS kept_due,"
           " CAST(NULL AS TIMESTAMP) AS kept_due_at, CAST(NULL AS DATE) AS kept_done,"
           " CAST(NULL AS TIMESTAMP) AS kept_done_at, ");
    add_state(q);
    add(q, rest);
    add_calendar(q);
    add(q, " p ON s.kept_since IS NULL OR p.kept_ends >= s.kept_since LEFT JOIN ");
    add_shared_rows(q, of);
    add(q, " r ON r.kept_term = s.kept_term AND CAST(r.kept_begins AS DATE) = p.kept_begins");
    if (of == OF_PARTY)
        add(q, " AND r.kept_party = s.kept_party");
    else if (of != OF_FIRM)
        add(q, " AND r.kept_customer = s.kept_customer");
    add(q, ") kept_g GROUP BY kept_customer, kept_party, kept_term, kept_target, kept_begins,"
           " kept_ends");
}
