/* What the facts say: how often it would break at what fails today, and how far suppliers and
 * carriers can be relied on. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "kept/missed.h"
#include "make/can_we.h"

static kept_status set(kept_can_we *c, kept_point_topic topic, kept_need need, const kept_buf *text,
                       const char *next, kept_err *err)
{
    const char *finding = kept_arena_strdup(c->ctx->arena, kept_buf_text(text));
    c->points[topic] = (kept_point){true, need, finding, next};
    return finding && !text->failed ? KEPT_OK : kept_nomem(err);
}

static const kept_terms *terms_of(const kept_can_we *c)
{
    return &c->promise->terms[c->promise->n_terms - 1];
}

/* --- Its own cases --- */

static kept_status look_at_counts(kept_can_we *c, kept_err *err)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    const kept_case_facts *f = &c->facts;
    const kept_terms *t = terms_of(c);
    kept_counts_line lines[KEPT_COUNTS_LINES];
    kept_counts_ask ask = {.cases = f->cases,
                           .fails = f->fails,
                           .per_year = f->per_year,
                           .rate = f->rate,
                           .from = f->from,
                           .allowance = t->allowance,
                           .window = t->window,
                           .length = t->length};
    size_t n = isnan(f->per_year) ? 0 : kept_counts_lines(&ask, lines);
    if (n == 0) {
        kept_buf_printf(&text,
                        f->seen == KEPT_NO_DAY ? "no %s have been loaded"
                                               : "none of the %s loaded is about it",
                        f->kind);
        const char *next = kept_arena_printf(c->ctx->arena, "kept import %s FILE", f->kind);
        return next ? set(c, KEPT_POINT_COUNTS, KEPT_NEED_UNKNOWN, &text, next, err)
                    : kept_nomem(err);
    }
    const char *sentence = kept_counts_sentence(&ask, lines, 1, c->ctx->arena);
    kept_buf_add(&text, sentence);
    double chance = lines[0].chance;
    kept_need need = isnan(chance)                   ? KEPT_NEED_UNKNOWN
                     : chance > KEPT_COUNTS_HOPELESS ? KEPT_NEED_MISSING
                     : chance > KEPT_COUNTS_RISK     ? KEPT_NEED_SHORT
                                                     : KEPT_NEED_FINE;
    return set(c, KEPT_POINT_COUNTS, need, &text, NULL, err);
}

/* --- Suppliers and carriers --- */

/* What the record of the same name says of each. */
static kept_status read_records(kept_can_we *c, kept_err *err)
{
    static const char sql[] = "SELECT dependence, reliability FROM supplier"
                              " WHERE name = :name COLLATE NOCASE AND archived_at = 0";
    c->party_records = KEPT_NEW_N(c->ctx->arena, kept_rule_cell, 2 * c->n_parties + 1);
    if (!c->party_records)
        return kept_nomem(err);
    for (size_t i = 0; i < c->n_parties; i++) {
        const kept_rule_param param = {"name",
                                       {.type = KEPT_RULE_TEXT, .text = c->parties[i].name}};
        kept_rule_rows rows;
        KEPT_TRY(kept_rule_run(c->store, &c->ctx->scope, sql, "can-we: supplier", &param, 1, 1,
                               c->ctx->arena, &rows, err));
        for (size_t k = 0; k < 2; k++)
            c->party_records[2 * i + k] =
                rows.n ? rows.cells[k] : (kept_rule_cell){.type = KEPT_RULE_NULL};
    }
    return KEPT_OK;
}

static kept_status read_parties(kept_can_we *c, kept_err *err)
{
    static const char *const columns[] = {"supplier", "carrier"};
    kept_case_party *found[2];
    size_t n[2];
    kept_case_ask ask = {.group = &c->facts.group,
                         .windows = &c->facts.window,
                         .n_windows = 1,
                         .members = c->facts.members,
                         .n_members = c->facts.n_members,
                         .seen = c->facts.seen};
    for (size_t i = 0; i < 2; i++)
        KEPT_TRY(kept_cases_parties(c->store, &c->ctx->scope, &ask, columns[i], c->ctx->arena,
                                    &found[i], &n[i], err));
    c->parties = KEPT_NEW_N(c->ctx->arena, kept_case_party, n[0] + n[1] + 1);
    c->party_kinds = KEPT_NEW_N(c->ctx->arena, const char *, n[0] + n[1] + 1);
    if (!c->parties || !c->party_kinds)
        return kept_nomem(err);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < n[i]; k++) {
            c->party_kinds[c->n_parties] = columns[i];
            c->parties[c->n_parties++] = found[i][k];
        }
    return read_records(c, err);
}

/* Against what the promise leaves: of too few cases nothing is concluded. */
static kept_need need_of(const kept_can_we *c, const kept_case_party *party)
{
    int64_t target = terms_of(c)->has_target ? terms_of(c)->target
                                             : (int64_t)(KEPT_CAN_RISK_BELOW * KEPT_SHARE_ONE);
    if (party->n < KEPT_CAN_LEAST)
        return KEPT_NEED_UNKNOWN;
    const kept_allowance allowance = {.target = target};
    return party->failed > kept_allowed(&allowance, party->n) ? KEPT_NEED_SHORT : KEPT_NEED_FINE;
}

static kept_status look_at_supply(kept_can_we *c, kept_err *err)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_need need = KEPT_NEED_FINE;
    bool any_unknown = false;
    for (size_t i = 0; i < c->n_parties; i++) {
        const kept_case_party *p = &c->parties[i];
        kept_need one = need_of(c, p);
        any_unknown = any_unknown || one == KEPT_NEED_UNKNOWN;
        need = one == KEPT_NEED_SHORT ? one : need;
        if (one == KEPT_NEED_FINE)
            continue;
        kept_buf_printf(&text, "%s%s: %" PRId64 " of %" PRId64 " in time%s", text.len ? "; " : "",
                        p->name, p->n - p->failed, p->n,
                        one == KEPT_NEED_UNKNOWN ? ", too few to tell" : ", less than is promised");
    }
    if (c->n_parties == 0) {
        kept_buf_printf(&text, "the %s do not say who supplied or carried", c->facts.kind);
        need = KEPT_NEED_UNKNOWN;
    } else if (need == KEPT_NEED_FINE && any_unknown) {
        need = KEPT_NEED_UNKNOWN;
    } else if (need == KEPT_NEED_FINE) {
        kept_buf_add(&text, "all as reliable as is promised");
    }
    return set(c, KEPT_POINT_SUPPLY, need, &text, NULL, err);
}

static bool hard_to_replace(const kept_can_we *c, size_t i)
{
    const kept_rule_cell *dependence = &c->party_records[2 * i];
    return dependence->type == KEPT_RULE_TEXT && strcmp(dependence->text, "single") == 0;
}

/* On one alone: the record says so, the only one of its sort, or some products come from nobody
 * else. Short where that one is not known to be reliable. */
static kept_status look_at_sources(kept_can_we *c, kept_err *err)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_need need = KEPT_NEED_FINE;
    for (size_t i = 0; i < c->n_parties; i++) {
        const kept_case_party *p = &c->parties[i];
        bool supplies = strcmp(c->party_kinds[i], "supplier") == 0;
        size_t like = 0;
        for (size_t k = 0; k < c->n_parties; k++)
            like += strcmp(c->party_kinds[k], c->party_kinds[i]) == 0;
        bool single = hard_to_replace(c, i);
        if (!single && like > 1 && !(supplies && p->only_here > 0))
            continue;
        kept_buf_add(&text, text.len ? "; " : "");
        if (single)
            kept_buf_printf(&text, "nobody could replace %s", p->name);
        else if (like == 1)
            kept_buf_printf(&text, "%s is the only %s", p->name, c->party_kinds[i]);
        else
            kept_buf_printf(&text, "%" PRId64 " of %" PRId64 " products come from %s alone",
                            p->only_here, p->things, p->name);
        need = need_of(c, p) == KEPT_NEED_FINE ? need : KEPT_NEED_SHORT;
    }
    if (c->n_parties == 0) {
        kept_buf_add(&text, "who supplies it is not known");
        need = KEPT_NEED_UNKNOWN;
    } else if (text.len == 0) {
        kept_buf_add(&text, "nothing hangs on one alone");
    } else {
        kept_buf_add(&text, need == KEPT_NEED_FINE ? "; reliable so far" : "; not reliable enough");
    }
    return set(c, KEPT_POINT_SOURCES, need, &text, NULL, err);
}

kept_status kept_can_we_facts(kept_can_we *c, kept_err *err)
{
    const char *cause = NULL;
    if (terms_of(c)->how != KEPT_HOW_COUNTED)
        return KEPT_OK;
    KEPT_TRY(kept_case_facts_read(c->ctx, c->store, c->promise, &c->facts, &cause, err));
    if (cause) {
        KEPT_AUTO_BUF text = KEPT_BUF_INIT;
        kept_buf_printf(&text, "cannot be counted: %s", cause);
        return set(c, KEPT_POINT_COUNTS, KEPT_NEED_UNKNOWN, &text, "kept measures", err);
    }
    c->has_facts = true;
    KEPT_TRY(look_at_counts(c, err));
    const kept_fact_kind *kind = c->facts.group.measure->facts;
    bool supplied =
        kept_fact_column_find(kind, "supplier") || kept_fact_column_find(kind, "carrier");
    if (!supplied || c->facts.seen == KEPT_NO_DAY)
        return KEPT_OK;
    KEPT_TRY(read_parties(c, err));
    KEPT_TRY(look_at_supply(c, err));
    return look_at_sources(c, err);
}
