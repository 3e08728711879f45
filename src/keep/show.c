#include "keep/show.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "keep/register.h"
#include "keep/show_by.h"
#include "store/facts/read.h"
#include "store/records/record.h"
#include "store/records/rule.h"

const kept_param kept_show_params[] = {
    {.name = "rows",
     .type = KEPT_P_FLAG,
     .help = "also the cases behind the window that runs, or behind --window"},
    {.name = "window",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .help = "the window that contains this day, for --rows and --by"},
    {.name = "by",
     .type = KEPT_P_TEXT,
     .value = "FIELD",
     .help = "also the cases broken down by a field of customers, such as segments, place, owner "
             "or channel; of all windows, or of --window"},
    {.name = "limit",
     .type = KEPT_P_INTEGER,
     .value = "N",
     .preset = "50",
     .min = 0,
     .max = 1000000,
     .help = "so many cases at most; 0 for all"},
    {.name = "all-verdicts", .type = KEPT_P_FLAG, .help = "also verdicts that were replaced since"},
};
const size_t kept_n_show_params = KEPT_N(kept_show_params);

/* --- Windows --- */

static const kept_field window_fields[] = {
    {.name = "window", .type = KEPT_TEXT, .title = "Window"},
    {.name = "verdict", .type = KEPT_TEXT, .title = "Verdict"},
    {.name = "good", .type = KEPT_COUNT, .title = "Good"},
    {.name = "bad", .type = KEPT_COUNT, .title = "Failed"},
    {.name = "allowed", .type = KEPT_COUNT, .title = "May fail"},
    {.name = "attained", .type = KEPT_SHARE, .title = "Attained"},
    {.name = "figure", .type = KEPT_REAL, .title = "Figure"},
    {.name = "target", .type = KEPT_REAL, .title = "Target", .detail = true},
    {.name = "excused", .type = KEPT_COUNT, .title = "Excused", .detail = true},
    {.name = "unknown", .type = KEPT_COUNT, .title = "Not known", .detail = true},
    {.name = "exempted", .type = KEPT_COUNT, .title = "Agreed not to count", .detail = true},
    {.name = "why", .type = KEPT_TEXT, .folds = true, .title = "Why"},
    {.name = "terms",
     .type = KEPT_INTEGER,
     .title = "Terms",
     .detail = true,
     .help = "which version of its terms was in force"},
    {.name = "start", .type = KEPT_DATE, .title = "From", .detail = true},
    {.name = "end", .type = KEPT_DATE, .title = "To", .detail = true},
};
const kept_table_def kept_windows_table = {"windows", "Verdicts, newest first", window_fields,
                                           KEPT_N(window_fields), "No window has closed yet."};

static void add_window(kept_ctx *ctx, kept_result *result, kept_table *table, const kept_promise *p,
                       const kept_judged *j, const char *cases)
{
    char words[48];
    int64_t decided = j->counts.good + j->counts.bad;
    bool counted = strcmp(j->how, "counted") == 0;
    kept_cell *row = kept_table_row(result, table);
    kept_window_write(kept_promise_terms(p, j->start)->window, (kept_window_days){j->start, j->end},
                      words);
    row[0] = kept_cell_text(result, words);
    row[1] = kept_cell_text(result, kept_verdict_words(j->verdict));
    if (counted) {
        row[2] = kept_cell_int(j->counts.good);
        row[3] = kept_cell_int(j->counts.bad);
        if (!j->has_target_value && decided) {
            row[4] = kept_cell_int(j->allowed);
            row[5] = kept_cell_real((double)j->counts.good / (double)decided);
        }
        row[8] = kept_cell_int(j->counts.excused);
        row[9] = kept_cell_int(j->counts.unknown);
        row[10] = kept_cell_int(j->rule.exempted);
    }
    row[6] = kept_cell_real(j->figure);
    if (j->has_target_value)
        row[7] = kept_cell_real((double)j->target_value / KEPT_SHARE_ONE);
    row[11] = kept_cell_text(result, j->verdict == KEPT_NOT_MEASURED
                                         ? j->cause
                                         : kept_judged_why(j, p, cases, ctx->arena));
    row[12] = kept_cell_int(j->terms);
    row[13] = kept_cell_day(j->start);
    row[14] = kept_cell_day(j->end);
}

/* --- Outlook --- */

static const kept_field outlook_fields[] = {
    {.name = "outlook", .type = KEPT_TEXT, .title = "Outlook"},
    {.name = "window", .type = KEPT_TEXT, .title = "Of the window"},
    {.name = "why", .type = KEPT_TEXT, .folds = true, .title = "Why"},
    {.name = "next", .type = KEPT_TEXT, .title = "Next", .detail = true},
    {.name = "policy", .type = KEPT_TEXT, .title = "When the allowance is gone", .detail = true},
    {.name = "chance",
     .type = KEPT_SHARE,
     .title = "Chance of being missed",
     .help = "P(missed) by the end of the window, from this customer's and others' past",
     .estimate = true,
     .detail = true},
    {.name = "chance_low",
     .type = KEPT_SHARE,
     .title = "At least",
     .estimate = true,
     .detail = true},
    {.name = "chance_high",
     .type = KEPT_SHARE,
     .title = "At most",
     .estimate = true,
     .detail = true},
    {.name = "good", .type = KEPT_COUNT, .title = "Good so far"},
    {.name = "bad", .type = KEPT_COUNT, .title = "Failed so far"},
    {.name = "open", .type = KEPT_COUNT, .title = "Still open"},
    {.name = "expected", .type = KEPT_REAL, .title = "Cases expected in all", .estimate = true},
    {.name = "allowed", .type = KEPT_COUNT, .title = "May fail"},
};
const kept_group_def kept_outlook_group = {"outlook", "The window that runs", outlook_fields,
                                           KEPT_N(outlook_fields)};

static void add_outlook(kept_ctx *ctx, kept_result *result, const kept_promise *p,
                        const kept_judged *j, const char *cases, const char *policy)
{
    char words[48];
    kept_group *g = kept_result_group(result, &kept_outlook_group);
    kept_window_write(kept_promise_terms(p, j->start)->window, (kept_window_days){j->start, j->end},
                      words);
    const char *chance = j->outlook == KEPT_AT_RISK ? kept_chance_words(j->p) : NULL;
    kept_group_text(result, g, "outlook", chance ? chance : kept_outlook_words(j->outlook));
    kept_group_text(result, g, "window", words);
    kept_group_text(result, g, "why", kept_judged_why(j, p, cases, ctx->arena));
    const char *next = kept_judged_next(j, p, NULL, ctx->arena);
    kept_group_text(result, g, "next", next && *next ? next : NULL);
    if (j->outlook == KEPT_ALREADY_BROKEN || j->tripwire >= KEPT_TRIP_ACT)
        kept_group_text(result, g, "policy", policy);
    if (j->outlook != KEPT_ALREADY_BROKEN) { /* else it is no chance */
        kept_group_real(result, g, "chance", j->p);
        kept_group_real(result, g, "chance_low", j->p_low);
        kept_group_real(result, g, "chance_high", j->p_high);
    }
    if (strcmp(j->how, "counted") != 0)
        return;
    kept_group_int(result, g, "good", j->counts.good);
    kept_group_int(result, g, "bad", j->counts.bad);
    kept_group_int(result, g, "open", j->counts.open);
    kept_group_real(result, g, "expected", j->volume);
    if (!j->has_target_value)
        kept_group_int(result, g, "allowed", j->allowed);
}

/* --- Events --- */

static const kept_field event_fields[] = {
    {.name = "day", .type = KEPT_DATE, .title = "Day"},
    {.name = "what", .type = KEPT_TEXT, .title = "What"},
    {.name = "by", .type = KEPT_TEXT, .title = "By"},
    {.name = "words", .type = KEPT_TEXT, .folds = true, .title = "Words"},
    {.name = "record", .type = KEPT_TEXT, .title = "Record"},
};
const kept_table_def kept_events_table = {"events", "What happened to it", event_fields,
                                          KEPT_N(event_fields),
                                          "Nothing has been recorded about it yet."};

static const char events_sql[] =
    "SELECT effective_on AS day, what, (SELECT name FROM person WHERE id = acknowledged_by_person)"
    "  AS who, coalesce(words, change) AS words, 'AM-' || id AS record FROM amendment"
    " WHERE promise = :promise AND archived_at = 0"
    " UNION ALL SELECT starts_on, 'exempted', (SELECT name FROM person WHERE id ="
    "  agreed_with_person), reason, 'EM-' || id FROM exemption"
    " WHERE promise = :promise AND archived_at = 0"
    " UNION ALL SELECT coalesce(done_on, due_on), verdict, (SELECT name FROM person WHERE id ="
    "  said_by), coalesce(words, cause), 'FU-' || id FROM fulfilment"
    " WHERE promise = :promise AND archived_at = 0"
    " UNION ALL SELECT told_on, 'told: ' || coalesce(about, ''), NULL, words, 'NO-' || id"
    "  FROM notice WHERE promise = :promise AND archived_at = 0"
    " ORDER BY day DESC, record DESC";

static kept_status add_events(kept_ctx *ctx, kept_store *store, int64_t promise,
                              kept_result *result, kept_err *err)
{
    kept_rule_rows rows;
    const kept_rule_param param = {"promise", {.type = KEPT_RULE_INT, .i = promise}};
    KEPT_TRY(kept_rule_run(store, &ctx->scope, events_sql, "events", &param, 1, 0, ctx->arena,
                           &rows, err));
    if (rows.n == 0)
        return KEPT_OK;
    kept_table *table = kept_result_table(result, &kept_events_table);
    for (size_t i = 0; i < rows.n; i++) {
        const kept_rule_cell *c = &rows.cells[i * rows.n_columns];
        kept_day day;
        kept_cell *row = kept_table_row(result, table);
        if (c[0].text && kept_day_read_iso(c[0].text, strlen(c[0].text), &day))
            row[0] = kept_cell_day(day);
        for (size_t k = 1; k < KEPT_N(event_fields); k++)
            row[k] = kept_cell_text(result, c[k].text);
    }
    return KEPT_OK;
}

/* --- Rows --- */

static const kept_field row_fields[] = {
    {.name = "case", .type = KEPT_TEXT, .title = "Case"},
    {.name = "customer", .type = KEPT_TEXT, .title = "Customer"},
    {.name = "due", .type = KEPT_DATE, .title = "Due"},
    {.name = "done", .type = KEPT_DATE, .title = "Done"},
    {.name = "state", .type = KEPT_TEXT, .title = "Counts as"},
    {.name = "miss", .type = KEPT_REAL, .title = "Missed by"},
    {.name = "what", .type = KEPT_TEXT, .title = "What"},
    {.name = "import", .type = KEPT_INTEGER, .title = "Import", .detail = true},
};
const kept_table_def kept_rows_table = {"rows", "Cases, worst first", row_fields,
                                        KEPT_N(row_fields), "No case falls into this window."};

static kept_status add_rows(kept_judging *j, const kept_promise *p, int32_t day, size_t limit,
                            kept_result *result, kept_err *err)
{
    kept_case_ask ask;
    kept_case_row *rows = NULL;
    size_t n = 0, more = 0;
    KEPT_TRY(kept_judge_window(j, p, day, &ask, err));
    KEPT_TRY(
        kept_cases_rows(j->store, &j->ctx->scope, &ask, 0, limit, j->arena, &rows, &n, &more, err));
    uint64_t *keys = KEPT_NEW_N(j->arena, uint64_t, n);
    const char **names = KEPT_NEW_N(j->arena, const char *, n);
    if (!keys || !names)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        keys[i] = rows[i].customer;
    KEPT_TRY(kept_customer_names(j->store, &j->ctx->scope, keys, n, j->arena, names, err));
    kept_table *table = kept_result_table(result, &kept_rows_table);
    for (size_t i = 0; i < n; i++) {
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, rows[i].key);
        row[1] = kept_cell_text(result, names[i]);
        row[2] = kept_cell_day(rows[i].due);
        row[3] = kept_cell_day(rows[i].done);
        row[4] = kept_cell_text(result, rows[i].overdue && strcmp(rows[i].state, "bad") == 0
                                            ? "bad, not done yet"
                                            : rows[i].state);
        row[5] = kept_cell_real(rows[i].miss);
        row[6] = kept_cell_text(result, rows[i].what);
        row[7] = kept_cell_int(rows[i].import);
    }
    table->more = more;
    return KEPT_OK;
}

/* --- Together --- */

static kept_status policy_of(kept_ctx *ctx, kept_store *store, int64_t promise, const char **ret,
                             kept_err *err)
{
    kept_rule_rows rows;
    const kept_rule_param param = {"promise", {.type = KEPT_RULE_INT, .i = promise}};
    KEPT_TRY(kept_rule_run(store, &ctx->scope, "SELECT policy FROM promise WHERE id = :promise",
                           "policy", &param, 1, 1, ctx->arena, &rows, err));
    *ret = rows.n ? rows.cells[0].text : NULL;
    return KEPT_OK;
}

/* What was stored; looking back, what would have been found then, with the others that chances rest
 * on. */
static kept_status read_judged(kept_ctx *ctx, kept_store *store, int64_t promise, bool history,
                               kept_judged **ret_judged, size_t *ret_n, kept_err *err)
{
    kept_judging j;
    size_t n = 0;
    if (ctx->scope.as_of == KEPT_NO_DAY)
        return kept_judged_read(store, &ctx->scope, promise, history, ctx->arena, ret_judged, ret_n,
                                err);
    KEPT_TRY(kept_judge_promises(ctx, store, 0, &j, err));
    for (size_t i = 0; i < j.n; i++)
        if (j.judged[i].promise == promise)
            j.judged[n++] = j.judged[i];
    *ret_judged = j.judged;
    *ret_n = n;
    return KEPT_OK;
}

static kept_status show_windows(kept_ctx *ctx, kept_store *store, const kept_promise *p,
                                bool history, kept_result *result, kept_err *err)
{
    kept_judged *judged = NULL;
    const char *policy = NULL;
    kept_measures measures;
    size_t n = 0;
    KEPT_TRY(read_judged(ctx, store, p->id, history, &judged, &n, err));
    KEPT_TRY(kept_store_measures(store, ctx->arena, &measures, err));
    KEPT_TRY(policy_of(ctx, store, p->id, &policy, err));
    const char *cases = kept_cases_name(&measures, kept_promise_terms(p, INT32_MAX)->measure);
    for (size_t i = n; i > 0; i--)
        if (judged[i - 1].running)
            add_outlook(ctx, result, p, &judged[i - 1], cases, policy);
    if (n == 0)
        return KEPT_OK;
    kept_table *table = kept_result_table(result, &kept_windows_table);
    for (size_t i = n; i > 0; i--)
        if (!judged[i - 1].running)
            add_window(ctx, result, table, p, &judged[i - 1], cases);
    return KEPT_OK;
}

kept_status kept_show_add(kept_ctx *ctx, const kept_args *args, const char *words,
                          kept_result *result, kept_err *err)
{
    kept_store *store;
    kept_promise *promises = NULL;
    size_t n = 0;
    kept_ref ref;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    const kept_record_kind *kind = kept_catalogue_record(kept_store_catalogue(store), "promise");
    KEPT_TRY(kept_record_find(store, &ctx->scope, &kind, 1, words, &ref, err));
    KEPT_TRY(kept_promises_load(store, &ctx->scope, ref.id, ctx->arena, &promises, &n, err));
    if (n == 0)
        return KEPT_OK;
    KEPT_TRY(show_windows(ctx, store, promises, kept_args_flag(args, "all-verdicts"), result, err));
    KEPT_TRY(add_events(ctx, store, ref.id, result, err));
    const kept_arg *window = kept_args_get(args, "window");
    const char *by = kept_args_text(args, "by");
    if (!kept_args_flag(args, "rows") && !window->given && !by)
        return KEPT_OK;
    kept_judging j;
    KEPT_TRY(kept_judge_begin(ctx, store, ref.id, &j, err));
    if (by)
        KEPT_TRY(kept_show_by(&j, promises, by,
                              window->given ? (int32_t)window->integer : KEPT_NO_DAY, result, err));
    if (!kept_args_flag(args, "rows") && by)
        return KEPT_OK;
    return add_rows(&j, promises, window->given ? (int32_t)window->integer : j.as_of,
                    (size_t)kept_args_get(args, "limit")->integer, result, err);
}
