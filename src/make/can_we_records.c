/* What the records say: needs, resources, owner, load, and how promises like it were kept. */
#include <inttypes.h>
#include <string.h>

#include "make/can_we.h"

enum { LOAD_LEAST = 6 }; /* promises, from which on a load is looked at; ours */

static const kept_rule_cell no_cell = {.type = KEPT_RULE_NULL};

const kept_rule_cell *kept_can_we_cell(const kept_rule_rows *rows, size_t row, const char *name)
{
    int at = kept_rule_column(rows, name);
    if (at < 0 || row >= rows->n)
        return &no_cell;
    return &rows->cells[row * rows->n_columns + (size_t)at];
}

static const char *text_at(const kept_rule_rows *rows, size_t row, const char *name)
{
    const kept_rule_cell *cell = kept_can_we_cell(rows, row, name);
    return cell->type == KEPT_RULE_TEXT && *cell->text ? cell->text : NULL;
}

static kept_status ask(const kept_can_we *c, const char *sql, const char *source,
                       kept_rule_rows *ret, kept_err *err)
{
    const kept_rule_param param = {"id", {.type = KEPT_RULE_INT, .i = c->promise->id}};
    return kept_rule_run(c->store, &c->ctx->scope, sql, source, &param, 1, 0, c->ctx->arena, ret,
                         err);
}

static void set(kept_can_we *c, kept_point_topic topic, kept_need need, const char *finding,
                const char *next)
{
    c->points[topic] = (kept_point){true, need, finding, next};
}

static const char *edit(const kept_can_we *c, const char *options)
{
    return kept_arena_printf(c->ctx->arena, "kept promise edit %s %s", c->id, options);
}

/* --- Needs and resources --- */

static void look_at_resources(kept_can_we *c, const kept_rule_rows *rows)
{
    const char *needs = text_at(rows, 0, "enablers"), *named = text_at(rows, 0, "resources"),
               *funded = text_at(rows, 0, "funded");
    kept_need need = !funded                        ? KEPT_NEED_UNKNOWN
                     : strcmp(funded, "there") == 0 ? KEPT_NEED_FINE
                     : funded[0] == 'p'             ? KEPT_NEED_SHORT
                                                    : KEPT_NEED_MISSING;
    static const char *const says[] = {[KEPT_NEED_UNKNOWN] = "nobody has looked",
                                       [KEPT_NEED_FINE] = "they are there",
                                       [KEPT_NEED_SHORT] = "they are there in part",
                                       [KEPT_NEED_MISSING] = "they are missing"};
    set(c, KEPT_POINT_NEEDS, needs ? KEPT_NEED_FINE : KEPT_NEED_UNKNOWN,
        needs ? needs : "nobody has written down what it needs",
        needs ? NULL : edit(c, "--enablers \"...\""));
    const char *finding =
        named ? kept_arena_printf(c->ctx->arena, "%s: %s", says[need], named) : says[need];
    set(c, KEPT_POINT_RESOURCES, need, finding,
        funded ? NULL : edit(c, "--funded there|partly|missing --resources \"...\""));
}

/* --- Who, and what else they carry --- */

static void look_at_owner(kept_can_we *c, const kept_rule_rows *rows)
{
    const char *name = text_at(rows, 0, "owner_name"), *state = text_at(rows, 0, "owner_state");
    if (!name)
        set(c, KEPT_POINT_OWNER, KEPT_NEED_SHORT, "nobody answers for it", edit(c, "--owner NAME"));
    else if (state && strcmp(state, "left") == 0)
        set(c, KEPT_POINT_OWNER, KEPT_NEED_SHORT,
            kept_arena_printf(c->ctx->arena, "%s, who has left", name), edit(c, "--owner NAME"));
    else
        set(c, KEPT_POINT_OWNER, KEPT_NEED_FINE, name, NULL);
}

static const char load_sql[] =
    "WITH running AS (SELECT id, owner, process FROM promise"
    "  WHERE state = 'active' AND archived_at = 0 AND id <> :id),"
    " part (who, part) AS ("
    "  SELECT owner, 'owner' FROM promise WHERE id = :id AND owner IS NOT NULL"
    "  UNION ALL SELECT employee, 'helper' FROM promise__helpers WHERE promise = :id)"
    " SELECT 'E-' || e.id AS id, e.name AS who, x.part AS part,"
    "  (SELECT count(*) FROM running r WHERE r.owner = e.id) AS owns,"
    "  (SELECT count(*) FROM promise__helpers h JOIN running r ON r.id = h.promise"
    "    WHERE h.employee = e.id) AS helps,"
    "  (SELECT count(*) * 1.0 / max(count(DISTINCT owner), 1) FROM running"
    "    WHERE owner IS NOT NULL) AS usual"
    " FROM part x JOIN employee e ON e.id = x.who"
    " UNION ALL SELECT 'PR-' || p.id, p.name, 'process',"
    "  (SELECT count(*) FROM running r WHERE r.process = p.id), NULL, NULL"
    "  FROM process p JOIN promise q ON q.process = p.id WHERE q.id = :id";

static void look_at_load(kept_can_we *c)
{
    const char *who = text_at(&c->load, 0, "who"), *part = text_at(&c->load, 0, "part");
    if (!part || strcmp(part, "owner") != 0) {
        set(c, KEPT_POINT_LOAD, KEPT_NEED_UNKNOWN, "without an owner nobody's load is known", NULL);
        return;
    }
    int64_t owns = kept_can_we_cell(&c->load, 0, "owns")->i,
            helps = kept_can_we_cell(&c->load, 0, "helps")->i;
    double usual = kept_can_we_cell(&c->load, 0, "usual")->real;
    bool heavy = owns + 1 >= LOAD_LEAST && (double)(owns + 1) > 2 * usual;
    set(c, KEPT_POINT_LOAD, heavy ? KEPT_NEED_SHORT : KEPT_NEED_FINE,
        kept_arena_printf(c->ctx->arena,
                          "%s answers for %" PRId64 " other running %s and helps with %" PRId64
                          "; owners have %.2g on average%s",
                          who, owns, owns == 1 ? "promise" : "promises", helps, usual,
                          heavy ? ": more than twice that, and at least six" : ""),
        NULL);
}

/* --- Promises like it --- */

#define LIKE(likeness, condition)                                                                  \
    "SELECT '" likeness "' AS likeness, count(CASE WHEN v.verdict = 'kept' THEN 1 END) AS kept,"   \
    " count(CASE WHEN v.verdict IN ('kept', 'partly', 'broken') THEN 1 END) AS windows,"           \
    " count(CASE WHEN v.verdict = 'not_measured' THEN 1 END) AS not_measured,"                     \
    " count(DISTINCT q.id) AS promises"                                                            \
    " FROM promise p JOIN promise q JOIN verdict_now v ON v.promise = q.id"                        \
    " WHERE p.id = :id AND q.archived_at = 0 AND v.window_end >= date(:today, '-2 years')"         \
    " AND " condition

static const char past_sql[] = LIKE("this promise", "q.id = p.id") " UNION ALL " LIKE(
    "same measure", "q.measure "
                    "= "
                    "p.measure "
                    "AND "
                    "v.judged "
                    "= "
                    "p.judged") " UNION ALL " LIKE("same level, judged alike",
                                                   "q.level = p.level AND v.judged = "
                                                   "p.judged") " UNION ALL " LIKE("same "
                                                                                  "process",
                                                                                  "q."
                                                                                  "process "
                                                                                  "= "
                                                                                  "p."
                                                                                  "proces"
                                                                                  "s");

/* The nearest likeness of which there are enough windows tells. */
static void look_at_past(kept_can_we *c)
{
    int64_t unmeasured = 0;
    for (size_t i = 0; i < c->past.n; i++) {
        int64_t kept = kept_can_we_cell(&c->past, i, "kept")->i,
                n = kept_can_we_cell(&c->past, i, "windows")->i,
                promises = kept_can_we_cell(&c->past, i, "promises")->i;
        int64_t missing = kept_can_we_cell(&c->past, i, "not_measured")->i;
        unmeasured = missing > unmeasured ? missing : unmeasured;
        if (kept_need_of_share(kept, n) == KEPT_NEED_UNKNOWN)
            continue;
        set(c, KEPT_POINT_PAST, kept_need_of_share(kept, n),
            kept_arena_printf(c->ctx->arena,
                              "%s: kept in %" PRId64 " of %" PRId64 " windows, of %" PRId64
                              " promises%s",
                              text_at(&c->past, i, "likeness"), kept, n, promises,
                              missing ? "; others were not measured" : ""),
            NULL);
        return;
    }
    set(c, KEPT_POINT_PAST, KEPT_NEED_UNKNOWN,
        unmeasured ? "fewer than five windows of promises like it have a verdict; others were not "
                     "measured"
                   : "fewer than five windows of promises like it have a verdict",
        "kept judge");
}

kept_status kept_can_we_records(kept_can_we *c, kept_err *err)
{
    static const char sql[] =
        "SELECT p.enablers AS enablers, p.resources AS resources, p.funded AS funded,"
        " e.name AS owner_name, e.state AS owner_state FROM promise p"
        " LEFT JOIN employee e ON e.id = p.owner WHERE p.id = :id";
    kept_rule_rows rows;
    KEPT_TRY(ask(c, sql, "can-we", &rows, err));
    KEPT_TRY(ask(c, load_sql, "can-we: load", &c->load, err));
    KEPT_TRY(ask(c, past_sql, "can-we: past", &c->past, err));
    look_at_resources(c, &rows);
    look_at_owner(c, &rows);
    look_at_load(c);
    look_at_past(c);
    for (size_t i = 0; i < KEPT_N_POINTS; i++)
        if (c->points[i].looked && !c->points[i].finding)
            return kept_nomem(err);
    return KEPT_OK;
}
