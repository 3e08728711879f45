#include "keep/screen.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "keep/register.h"
#include "store/records/rule.h"

enum { WEEK = 7, WEEK_SHOWN = 12, RISK_SHOWN = 10 };

/* --- This week --- */

static const kept_field week_fields[] = {
    {.name = "due", .type = KEPT_DATE, .title = "Due"},
    {.name = "overdue", .type = KEPT_BOOL, .title = "Overdue", .detail = true},
    {.name = "what", .type = KEPT_TEXT, .folds = true, .title = "What"},
    {.name = "customer", .type = KEPT_TEXT, .folds = true, .title = "Customer"},
    {.name = "promise", .type = KEPT_TEXT, .folds = true, .title = "Promise"},
    {.name = "ring", .type = KEPT_TEXT, .folds = true, .title = "Whom to ring"},
    {.name = "told",
     .type = KEPT_TEXT,
     .title = "Told the customer?",
     .help = "when the customer was told that it will be late; write it down: kept notice add"},
};
const kept_table_def kept_week_table = {"week", "This week, what is overdue first", week_fields,
                                        KEPT_N(week_fields),
                                        "Nothing is overdue and nothing falls due this week."};

/* Whom it was promised to, else somebody at that level. */
#define OF_CUSTOMER                                                                                \
    "SELECT min(id) FROM person WHERE customer = coalesce(p.customer, o.customer)"                 \
    " AND archived_at = 0"
#define RING                                                                                       \
    "(SELECT name FROM person WHERE id = coalesce(p.person, (" OF_CUSTOMER                         \
    " AND level = p.level), (" OF_CUSTOMER ")))"

/* Cases that are open, once each whatever number of promises they are judged by; dated promises
 * that nobody has said are done; acts of the period that runs. */
static const char week_sql[] =
    "SELECT due, max(overdue) AS overdue, what, customer,"
    "  group_concat('P-' || promise, ', ') AS promises,"
    "  coalesce(max(CASE WHEN named THEN ring END), max(ring)) AS ring, min(told) AS told FROM ("
    "SELECT o.due_on AS due, o.overdue AS overdue, o.about AS about,"
    "  trim(coalesce(o.what, '') || ' ' || coalesce(o.about, '')) AS what,"
    "  (SELECT name FROM customer WHERE id = coalesce(o.customer, p.customer)) AS customer,"
    "  p.id AS promise, p.person IS NOT NULL AS named, " RING " AS ring,"
    "  coalesce((SELECT max(told_on) FROM notice WHERE promise = p.id AND about = o.about"
    "    AND archived_at = 0), CASE WHEN o.overdue AND p.giver IN ('us', 'department')"
    "    THEN 'not yet' END) AS told"
    " FROM open_case o JOIN promise p ON p.id = o.promise"
    " WHERE o.due_on <= :until AND (:owner = 0 OR p.owner = :owner)"
    " UNION ALL"
    " SELECT o.due, o.due < :today, NULL, p.text,"
    "  (SELECT name FROM customer WHERE id = p.customer), p.id, 1, " RING ", NULL"
    " FROM (SELECT id AS promise, customer, due_on AS due FROM promise"
    "    WHERE due_on IS NOT NULL AND judged = 'done'"
    "    UNION ALL SELECT l.promise, NULL, l.window_end FROM outlook l JOIN promise q"
    "      ON q.id = l.promise AND q.rhythm <> 'always'"
    "      WHERE l.judged = 'done' AND l.good + l.bad + l.excused = 0) o"
    "  JOIN promise p ON p.id = o.promise"
    " WHERE p.state IN ('agreed', 'active') AND p.archived_at = 0 AND o.due <= :until"
    "  AND (:owner = 0 OR p.owner = :owner)"
    "  AND NOT EXISTS (SELECT 1 FROM fulfilment f WHERE f.promise = p.id AND f.archived_at = 0"
    "    AND coalesce(f.due_on, f.done_on) = o.due)"
    " GROUP BY p.id, o.due"
    " ORDER BY promise)"
    " GROUP BY due, coalesce(about, promise), what, customer"
    " ORDER BY overdue DESC, due, min(promise)";

static kept_status add_week(kept_ctx *ctx, kept_store *store, int64_t owner, kept_result *result,
                            kept_err *err)
{
    char until[11];
    kept_rule_rows rows;
    kept_day_write(kept_rule_today(&ctx->scope) + WEEK - 1, until);
    const kept_rule_param params[] = {{"until", {.type = KEPT_RULE_TEXT, .text = until}},
                                      {"owner", {.type = KEPT_RULE_INT, .i = owner}}};
    KEPT_TRY(kept_rule_run(store, &ctx->scope, week_sql, "this week", params, KEPT_N(params), 0,
                           ctx->arena, &rows, err));
    kept_table *table = kept_result_table(result, &kept_week_table);
    for (size_t i = 0; i < rows.n && i < WEEK_SHOWN; i++) {
        const kept_rule_cell *c = &rows.cells[i * rows.n_columns];
        kept_day due;
        kept_cell *row = kept_table_row(result, table);
        if (c[0].text && kept_day_read_iso(c[0].text, strlen(c[0].text), &due))
            row[0] = kept_cell_day(due);
        row[1] = kept_cell_int(c[1].i != 0);
        row[2] = kept_cell_text(result, c[2].text);
        row[3] = kept_cell_text(result, c[3].text);
        row[4] = kept_cell_text(result, c[4].text);
        row[5] = kept_cell_text(result, c[5].text);
        row[6] = kept_cell_text(result, c[6].text);
    }
    table->more = rows.n > WEEK_SHOWN ? rows.n - WEEK_SHOWN : 0;
    return KEPT_OK;
}

/* --- What is at risk --- */

static const kept_field risk_fields[] = {
    {.name = "promise", .type = KEPT_TEXT, .title = "Promise"},
    {.name = "text", .type = KEPT_TEXT, .folds = true, .title = "In words"},
    {.name = "customer", .type = KEPT_TEXT, .title = "To"},
    {.name = "outlook", .type = KEPT_TEXT, .folds = true, .title = "Outlook"},
    {.name = "why", .type = KEPT_TEXT, .folds = true, .title = "Why"},
    {.name = "next", .type = KEPT_TEXT, .folds = true, .title = "Next"},
};
const kept_table_def kept_risk_table = {"at_risk", "At risk, what matters most first", risk_fields,
                                        KEPT_N(risk_fields), "No promise that runs is at risk."};

static const char *outlook_of(const kept_registered *r)
{
    if (r->now->outlook == KEPT_ALREADY_BROKEN)
        return "is broken already";
    const char *words = kept_chance_words(r->now->p);
    return words ? words : kept_outlook_words(r->now->outlook);
}

static void add_risks(kept_ctx *ctx, const kept_registered *rows, size_t n, kept_result *result)
{
    kept_table *table = kept_result_table(result, &kept_risk_table);
    for (size_t i = 0; i < n; i++) {
        const kept_registered *r = &rows[i];
        if (!r->now || (r->now->outlook != KEPT_AT_RISK && r->now->outlook != KEPT_ALREADY_BROKEN))
            continue;
        if (table->n_rows == RISK_SHOWN) {
            table->more++;
            continue;
        }
        kept_cell *row = kept_table_row(result, table);
        row[0] =
            kept_cell_text(result, kept_arena_printf(ctx->arena, "P-%" PRId64, r->promise->id));
        row[1] = kept_cell_text(result, r->promise->text);
        row[2] = kept_cell_text(result, kept_registered_to(r));
        row[3] = kept_cell_text(result, outlook_of(r));
        row[4] = kept_cell_text(result, kept_judged_why(r->now, r->promise, r->cases, ctx->arena));
        row[5] = kept_cell_text(
            result, kept_judged_next(r->now, r->promise, r->promise->person_name, ctx->arena));
    }
}

/* --- Together --- */

static size_t of_owner(kept_promise *promises, size_t n, int64_t owner)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (owner == 0 || promises[i].owner == owner)
            promises[kept++] = promises[i];
    return kept;
}

kept_status kept_screen_add(kept_ctx *ctx, kept_store *store, int64_t owner, kept_result *result,
                            kept_err *err)
{
    kept_promise *promises = NULL;
    kept_judged *judged = NULL;
    kept_registered *rows = NULL;
    size_t n_promises = 0, n_judged = 0, n = 0;
    KEPT_TRY(kept_promises_load(store, &ctx->scope, 0, ctx->arena, &promises, &n_promises, err));
    n_promises = of_owner(promises, n_promises, owner);
    KEPT_TRY(kept_judged_read(store, &ctx->scope, 0, false, ctx->arena, &judged, &n_judged, err));
    KEPT_TRY(kept_register(ctx, store, promises, n_promises, judged, n_judged, &rows, &n, err));
    if (n == 0)
        return KEPT_OK;
    KEPT_TRY(add_week(ctx, store, owner, result, err));
    kept_levels_add(result, rows, n);
    if (n_judged == 0)
        kept_result_note(result, KEPT_ADVICE, "No promise has been judged yet: kept judge");
    else
        add_risks(ctx, rows, n, result);
    return KEPT_OK;
}
