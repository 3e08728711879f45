/* Judging warnings: the rule of each, wrapped so that it answers per subject. */
#include "store/records/warnings.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "store/inside.h"
#include "store/records/rule_int.h"

/* What the wrapping adds behind the columns of the rule. */
enum { ENOUGH, FIRES, MONEY, N_ADDED };
static const char *const added[N_ADDED] = {"kept_enough", "kept_fires", "kept_money"};

/* --- Limits --- */

static kept_status read_limits(kept_store *store, const kept_warning *w, kept_arena *arena,
                               kept_warning_look *look, kept_err *err)
{
    double *limits = KEPT_NEW_N(arena, double, w->n_limits);
    bool *is_adjusted = KEPT_NEW_N(arena, bool, w->n_limits);
    if (!limits || !is_adjusted)
        return kept_nomem(err);
    for (size_t i = 0; i < w->n_limits; i++) {
        KEPT_AUTO_STMT *stmt = NULL;
        KEPT_TRY(kept_ledger_prepare(&store->ledger, &stmt, err,
                                     "SELECT value FROM warning_limit WHERE warning = ?1 "
                                     "AND name = ?2",
                                     "tt", w->name, w->limits[i].name));
        KEPT_TRY(kept_ledger_step(&store->ledger, stmt, &is_adjusted[i], err));
        limits[i] = is_adjusted[i] ? sqlite3_column_double(stmt, 0) : w->limits[i].preset;
    }
    look->limits = limits;
    look->is_adjusted = is_adjusted;
    return KEPT_OK;
}

/* Limits and, behind them, the subject. */
static kept_status make_params(const kept_warning_look *look, int64_t subject, kept_arena *arena,
                               kept_rule_param **ret_params, kept_err *err)
{
    const kept_warning *w = look->warning;
    kept_rule_param *params = KEPT_NEW_N(arena, kept_rule_param, w->n_limits + 1);
    if (!params)
        return kept_nomem(err);
    for (size_t i = 0; i < w->n_limits; i++) {
        double value = look->limits[i];
        bool whole = w->limits[i].unit == KEPT_LIMIT_DAYS || w->limits[i].unit == KEPT_LIMIT_COUNT;
        params[i] = (kept_rule_param){w->limits[i].name,
                                      {.type = whole ? KEPT_RULE_INT : KEPT_RULE_REAL,
                                       .i = whole ? (int64_t)value : 0,
                                       .real = value}};
    }
    params[w->n_limits] = (kept_rule_param){
        "subject", {.type = KEPT_RULE_INT, .i = subject, .real = (double)subject}};
    *ret_params = params;
    return KEPT_OK;
}

/* --- Before the rule --- */

static kept_status pack_is_on(kept_store *store, const kept_warning *w, bool *ret_on, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(&store->ledger, &stmt, err,
                                 "SELECT is_on FROM pack WHERE name = ?1", "t", w->pack));
    bool row = false;
    KEPT_TRY(kept_ledger_step(&store->ledger, stmt, &row, err));
    const kept_pack *pack = kept_catalogue_pack(kept_store_catalogue(store), w->pack);
    *ret_on = row ? sqlite3_column_int64(stmt, 0) != 0 : pack && pack->preset;
    return KEPT_OK;
}

/* True when the warning rests on measures of which none was ever worked out. */
static kept_status lacks_measures(kept_store *store, const kept_warning *w, bool *ret_lacks,
                                  kept_err *err)
{
    bool any = w->n_measures == 0;
    for (size_t i = 0; i < w->n_measures && !any; i++) {
        KEPT_AUTO_STMT *stmt = NULL;
        KEPT_TRY(kept_ledger_prepare(&store->ledger, &stmt, err,
                                     "SELECT 1 FROM measure_run WHERE measure = ?1 LIMIT 1", "t",
                                     w->measures[i]));
        KEPT_TRY(kept_ledger_step(&store->ledger, stmt, &any, err));
    }
    *ret_lacks = !any;
    return KEPT_OK;
}

/* What keeps the rule from being asked at all; *ret_why NULL: nothing does. */
static kept_status find_hindrance(kept_store *store, const kept_scope *scope, const kept_warning *w,
                                  kept_arena *arena, kept_warning_answer *ret_answer,
                                  const char **ret_why, kept_err *err)
{
    bool on = false, lacks = false;
    KEPT_TRY(pack_is_on(store, w, &on, err));
    KEPT_TRY(lacks_measures(store, w, &lacks, err));
    *ret_answer = on ? KEPT_WARNING_UNSURE : KEPT_WARNING_PACK_OFF;
    *ret_why = NULL;
    if (!on)
        *ret_why = kept_arena_printf(arena, "kept pack on %s (the pack is off)", w->pack);
    else if (!w->about && scope->sight != KEPT_SEES_ALL)
        *ret_why =
            kept_arena_strdup(arena, "It is about the whole firm: that takes sight of all of it.");
    else if (lacks)
        *ret_why =
            kept_arena_printf(arena, "kept measures run (%s was never worked out)", w->measures[0]);
    else
        return KEPT_OK;
    return *ret_why ? KEPT_OK : kept_nomem(err);
}

/* --- The rule --- */

static const char *wrap(const kept_warning *w, int64_t subject, kept_arena *arena)
{
    /* Line ends, so that a comment at the end of an expression ends there. */
    const char *enough = w->enough ? w->enough : "1";
    const char *money = w->money ? w->money : "NULL";
    const char *customer =
        w->about && strcmp(w->about->name, "customer") == 0 ? "subject" : "customer";
    const char *accounts =
        w->key_accounts_only
            ? kept_arena_printf(
                  arena, "AND %s IN (SELECT id FROM customer WHERE key_account = 1)\n", customer)
            : "";
    if (!accounts)
        return NULL;
    return kept_arena_printf(arena,
                             "SELECT *, (%s\n) AS %s, (%s\n) AS %s,\n"
                             "CASE WHEN (%s\n) AND (%s\n) THEN (%s\n) END AS %s\n"
                             "FROM (%s\n) WHERE %s\n%s",
                             enough, added[ENOUGH], w->fires, added[FIRES], enough, w->fires, money,
                             added[MONEY], w->rows,
                             subject == KEPT_WARNING_ALL ? "1" : "subject = :subject", accounts);
}

static bool is_true(kept_rule_cell cell)
{
    return (cell.type == KEPT_RULE_INT || cell.type == KEPT_RULE_REAL) && cell.real != 0;
}

/* Rows as they are read: counted all, kept those that fire, or the one asked for. */
typedef struct counting {
    bool keeps_all;
    size_t n_looked, n_unsure;
} counting;

static bool keep(void *asked, const kept_rule_rows *rows, const kept_rule_cell *cells)
{
    counting *c = asked;
    const kept_rule_cell *own = cells + rows->n_columns - N_ADDED;
    c->n_looked++;
    c->n_unsure += !is_true(own[ENOUGH]);
    return c->keeps_all || (is_true(own[ENOUGH]) && is_true(own[FIRES]));
}

static kept_status read_cases(const kept_rule_rows *rows, kept_arena *arena,
                              kept_warning_look *look, kept_err *err)
{
    int subject = kept_rule_column(rows, "subject");
    if (subject < 0)
        return kept_fail(err, KEPT_EINPUT, "%s: its rows have no column \"subject\".",
                         look->warning->file);
    kept_warning_case *cases = KEPT_NEW_N(arena, kept_warning_case, rows->n);
    if (!cases)
        return kept_nomem(err);
    for (size_t i = 0; i < rows->n; i++) {
        const kept_rule_cell *cells = rows->cells + i * rows->n_columns;
        const kept_rule_cell *own = cells + rows->n_columns - N_ADDED;
        if (cells[subject].type != KEPT_RULE_INT)
            return kept_fail(err, KEPT_EINPUT,
                             "%s: the column \"subject\" must hold the id of a record.",
                             look->warning->file);
        bool enough = is_true(own[ENOUGH]);
        bool has_money = is_true(own[MONEY]) && fabs(own[MONEY].real) < 9e18;
        cases[i] = (kept_warning_case){.subject = cells[subject].i,
                                       .enough = enough,
                                       .fires = enough && is_true(own[FIRES]),
                                       .has_money = has_money,
                                       .money = !has_money ? 0
                                                : own[MONEY].type == KEPT_RULE_INT
                                                    ? own[MONEY].i
                                                    : llround(own[MONEY].real),
                                       .cells = cells};
    }
    look->cases = cases;
    look->n = rows->n;
    look->columns = rows->columns;
    look->n_columns = rows->n_columns - N_ADDED;
    return KEPT_OK;
}

static kept_status ask(kept_store *store, const kept_scope *scope, int64_t subject,
                       kept_arena *arena, kept_warning_look *look, kept_err *err)
{
    const kept_warning *w = look->warning;
    kept_rule_param *params = NULL;
    KEPT_TRY(make_params(look, subject, arena, &params, err));
    const char *sql = wrap(w, subject, arena);
    if (!sql)
        return kept_nomem(err);
    counting counts = {.keeps_all = subject != KEPT_WARNING_ALL};
    kept_rule_how how = {.keep = keep, .asked = &counts};
    kept_rule_rows rows = {0};
    KEPT_TRY(kept_rule__run(store, scope, sql, w->file, params, w->n_limits + 1, &how, arena, &rows,
                            err));
    KEPT_TRY(read_cases(&rows, arena, look, err));
    look->n_looked = counts.n_looked;
    look->n_unsure = counts.n_unsure;
    bool fires = counts.keeps_all ? look->n && look->cases[0].fires : look->n > 0;
    look->answer = fires                              ? KEPT_WARNING_FIRES
                   : look->n_looked == look->n_unsure ? KEPT_WARNING_UNSURE
                                                      : KEPT_WARNING_QUIET;
    look->why = look->answer == KEPT_WARNING_UNSURE ? w->missing : NULL;
    return KEPT_OK;
}

kept_status kept_warning_judge(kept_store *store, const kept_scope *scope,
                               const kept_warning *warning, int64_t subject, kept_arena *arena,
                               kept_warning_look *ret_look, kept_err *err)
{
    kept_warning_look look = {.warning = warning};
    KEPT_TRY(read_limits(store, warning, arena, &look, err));
    KEPT_TRY(find_hindrance(store, scope, warning, arena, &look.answer, &look.why, err));
    if (!look.why)
        KEPT_TRY(ask(store, scope, subject, arena, &look, err));
    *ret_look = look;
    return KEPT_OK;
}

kept_status kept_warning_evidence(kept_store *store, const kept_scope *scope,
                                  const kept_warning_look *look, int64_t subject, kept_arena *arena,
                                  kept_rule_rows *ret_rows, kept_err *err)
{
    enum { MOST = 100 };
    kept_rule_param *params = NULL;
    KEPT_TRY(make_params(look, subject, arena, &params, err));
    return kept_rule_run(store, scope, look->warning->evidence, look->warning->file, params,
                         look->warning->n_limits + 1, MOST, arena, ret_rows, err);
}
