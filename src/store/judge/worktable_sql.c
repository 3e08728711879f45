/* Looking up working time in SQL. The moment looked up is the one row of a subquery, and that row
 * is joined ASOF: the engine then sorts all moments of a statement and merges them with the spans,
 * where a condition on ranges would compare every moment with every span. */
#include "store/facts/sql.h"
#include "store/judge/worktable.h"

void kept_worktable_at_sql(kept_buf *sql, const char *name, const char *moment)
{
    kept_buf_add(sql, "(SELECT CASE WHEN kept_s.opens IS NOT NULL THEN kept_s.before + "
                      "(least(kept_m.t, kept_s.closes) - kept_s.opens) WHEN kept_m.t IS NOT NULL "
                      "THEN 0 END FROM (SELECT (");
    kept_buf_add(sql, moment);
    kept_sql_name(sql, ")::BIGINT AS t) kept_m ASOF LEFT JOIN ", name,
                  " kept_s ON kept_s.opens <= kept_m.t)");
}

void kept_worktable_between_sql(kept_buf *sql, const char *name, const char *a, const char *b)
{
    kept_buf_add(sql, "(");
    kept_worktable_at_sql(sql, name, b);
    kept_buf_add(sql, " - ");
    kept_worktable_at_sql(sql, name, a);
    kept_buf_add(sql, ")");
}

void kept_worktable_add_sql(kept_buf *sql, const char *name, const char *from, const char *work)
{
    kept_buf_add(sql, "(SELECT CASE WHEN kept_w.work <= 0 THEN kept_w.start WHEN kept_w.t <= "
                      "kept_e.before + (kept_e.closes - kept_e.opens) THEN kept_e.opens + "
                      "(kept_w.t - kept_e.before) END FROM (SELECT kept_f.start, kept_f.work, ");
    kept_worktable_at_sql(sql, name, "kept_f.start");
    /* No calendar is that long; more would not fit the type. */
    kept_buf_add(sql, " + least(kept_f.work, 4611686018427387904) AS t FROM (SELECT (");
    kept_buf_add(sql, from);
    kept_buf_add(sql, ")::BIGINT AS start, (");
    kept_buf_add(sql, work);
    kept_sql_name(sql, ")::BIGINT AS work) kept_f) kept_w ASOF LEFT JOIN ", name,
                  " kept_e ON kept_e.before < kept_w.t)");
}

/* By when they open, each pause counts from where those before it have all closed. */
void kept_worktable_paused_sql(kept_buf *sql, const char *name, const char *pauses)
{
    kept_buf_add(sql, "SELECT id, sum(");
    kept_worktable_between_sql(sql, name, "kept_p.from_", "kept_p.until");
    kept_buf_add(sql, ")::BIGINT AS paused FROM (SELECT id, greatest(opens, a, max(closes) OVER "
                      "(PARTITION BY id ORDER BY opens, closes ROWS BETWEEN UNBOUNDED PRECEDING "
                      "AND 1 PRECEDING)) AS from_, least(closes, b) AS until FROM ");
    kept_buf_add(sql, pauses);
    kept_buf_add(sql, ") kept_p WHERE kept_p.from_ < kept_p.until GROUP BY id");
}
