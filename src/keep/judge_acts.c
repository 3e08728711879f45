/* Promises that are done, or of which only the customer can say whether they were kept: judged by
 * what was recorded, never by silence. */
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "keep/judge_int.h"

/* A dated act belongs to the window of its due day, else of the day on which it was done or said.
 */
static bool inside(const kept_fulfilment *f, const kept_planned *w)
{
    int32_t day = f->due != KEPT_NO_DAY ? f->due : f->done;
    return day != KEPT_NO_DAY && day >= w->days.start && day <= w->days.end;
}

/* What was recorded about the window: of several the last. One act on one day has one window,
 * whatever day was written down. */
static const kept_fulfilment *recorded(const kept_promise *p, const kept_planned *w, bool only_one)
{
    const kept_fulfilment *found = NULL;
    for (size_t i = 0; i < p->n_fulfilments; i++) {
        const kept_fulfilment *f = &p->fulfilments[i];
        if ((inside(f, w) || only_one) && (!found || f->id > found->id))
            found = f;
    }
    return found;
}

static bool is_excused(const kept_promise *p, const kept_planned *w)
{
    for (size_t i = 0; i < p->n_exemptions; i++)
        if (p->exemptions[i].from <= w->days.end && p->exemptions[i].until >= w->days.end)
            return true;
    for (size_t i = 0; i < p->n_rests; i++)
        if (p->rests[i].from <= w->days.end && p->rests[i].until >= w->days.end)
            return true;
    return false;
}

static kept_verdict verdict_of(const kept_fulfilment *f)
{
    static const struct {
        const char *word;
        kept_verdict verdict;
    } words[] = {{"kept", KEPT_VERDICT_KEPT},
                 {"late", KEPT_VERDICT_PARTLY},
                 {"partial", KEPT_VERDICT_PARTLY},
                 {"broken", KEPT_VERDICT_BROKEN},
                 {"excused", KEPT_VERDICT_EXCUSED}};
    for (size_t i = 0; i < KEPT_N(words); i++)
        if (strcmp(f->verdict, words[i].word) == 0)
            return words[i].verdict;
    return KEPT_NOT_MEASURED;
}

/* The words of people about the cause stay in their record (kept_judged_why shows them): a verdict
 * is never changed, and what names somebody must be erasable. */
static const char *cause_of(kept_judging *j, const kept_fulfilment *f, const kept_planned *w)
{
    int32_t due = f->due != KEPT_NO_DAY ? f->due : w->days.end;
    if (!f->cause && strcmp(f->verdict, "late") == 0 && f->done != KEPT_NO_DAY && f->done > due)
        return kept_arena_printf(j->arena, "%d day%s late", f->done - due,
                                 f->done - due == 1 ? "" : "s");
    return NULL;
}

static kept_judged begin(const kept_promise *p, const kept_planned *w)
{
    return (kept_judged){.promise = p->id,
                         .start = w->days.start,
                         .end = w->days.end,
                         .running = w->running,
                         .how = w->terms->how == KEPT_HOW_SAID ? "said" : "done",
                         .figure = NAN,
                         .terms = w->terms->version,
                         .volume = NAN,
                         .p = NAN,
                         .p_low = NAN,
                         .p_high = NAN};
}

static void count(kept_judged *out, kept_verdict verdict)
{
    out->counts.good = verdict == KEPT_VERDICT_KEPT;
    out->counts.bad = verdict == KEPT_VERDICT_PARTLY || verdict == KEPT_VERDICT_BROKEN;
    out->counts.excused = verdict == KEPT_VERDICT_EXCUSED;
    out->counts.unknown = verdict == KEPT_NOT_MEASURED;
}

static kept_status judge_silent(kept_judging *j, const kept_promise *p, const kept_planned *w,
                                kept_judged *out, kept_err *err)
{
    bool said = w->terms->how == KEPT_HOW_SAID;
    if (is_excused(p, w)) {
        out->verdict = KEPT_VERDICT_EXCUSED;
        out->cause = "agreed beforehand";
        count(out, out->verdict);
        return kept_judge__add(j, out, err);
    }
    out->counts.open = w->running;
    out->counts.unknown = !w->running;
    bool dated = w->terms->due_on != KEPT_NO_DAY || w->terms->rhythm;
    out->cause = said         ? "nobody it was promised to has said so yet"
                 : !dated     ? "nobody has recorded yet how it went"
                 : w->running ? "it is not due yet, and nobody has said that it is done"
                              : "nobody has said whether it was done";
    out->remedy =
        said ? kept_arena_printf(j->arena, "ask them, then: kept promise said P-%lld --by PERSON",
                                 (long long)p->id)
             : kept_arena_printf(j->arena, "kept promise done P-%lld", (long long)p->id);
    if (!out->remedy)
        return kept_nomem(err);
    /* A dated act that is not due yet is on its way; there is nothing to measure before. */
    out->outlook = w->running && !said && dated ? KEPT_ON_TRACK : KEPT_OUTLOOK_NOT_MEASURED;
    return kept_judge__add(j, out, err);
}

/* Something that is to be done every time: each time that was recorded is a case. */
static kept_status judge_every_time(kept_judging *j, const kept_promise *p, const kept_planned *w,
                                    kept_err *err)
{
    kept_judged out = begin(p, w);
    for (size_t i = 0; i < p->n_fulfilments; i++) {
        if (!inside(&p->fulfilments[i], w))
            continue;
        kept_verdict v = verdict_of(&p->fulfilments[i]);
        out.counts.good += v == KEPT_VERDICT_KEPT;
        out.counts.bad += v == KEPT_VERDICT_PARTLY || v == KEPT_VERDICT_BROKEN;
        out.counts.excused += v == KEPT_VERDICT_EXCUSED;
    }
    if (out.counts.good + out.counts.bad + out.counts.excused == 0)
        return judge_silent(j, p, w, &out, err);
    out.rule =
        (kept_verdict_rule){.allowance = w->terms->allowance, .partly_from = w->terms->partly_from};
    out.allowed = kept_allowed(&out.rule.allowance, out.counts.good + out.counts.bad);
    out.verdict = kept_judged_verdict(&out);
    /* Where a share may fail, good ones to come can still make up for it. */
    bool lost = out.rule.allowance.fixed || out.rule.allowance.target == KEPT_SHARE_ONE;
    out.outlook = out.verdict != KEPT_VERDICT_BROKEN ? KEPT_ON_TRACK
                  : lost                             ? KEPT_ALREADY_BROKEN
                                                     : KEPT_AT_RISK;
    return kept_judge__add(j, &out, err);
}

static kept_status judge_window(kept_judging *j, const kept_promise *p, const kept_planned *w,
                                kept_err *err)
{
    bool dated = w->terms->due_on != KEPT_NO_DAY && !w->terms->rhythm;
    if (w->terms->how == KEPT_HOW_DONE && !dated && !w->terms->rhythm)
        return judge_every_time(j, p, w, err);
    const kept_fulfilment *f = recorded(p, w, dated);
    kept_judged out = begin(p, w);
    if (!f)
        return judge_silent(j, p, w, &out, err);
    out.verdict = verdict_of(f);
    out.cause = cause_of(j, f, w);
    out.figure = f->has_value ? (double)f->value / KEPT_SHARE_ONE : NAN;
    count(&out, out.verdict);
    if (out.verdict == KEPT_NOT_MEASURED)
        out.cause = "what was recorded gives no verdict";
    /* Done before its day: the window is closed. */
    if (w->running && dated)
        out.running = false;
    out.outlook = out.verdict == KEPT_VERDICT_BROKEN   ? KEPT_ALREADY_BROKEN
                  : out.verdict == KEPT_VERDICT_PARTLY ? KEPT_AT_RISK
                                                       : KEPT_ON_TRACK;
    return kept_judge__add(j, &out, err);
}

kept_status kept_judge__acts(kept_judging *j, const kept_promise *p, kept_err *err)
{
    kept_planned *planned = NULL;
    size_t n = 0;
    bool any = false;
    for (size_t i = 0; i < p->n_terms; i++)
        any = any || p->terms[i].how == KEPT_HOW_DONE || p->terms[i].how == KEPT_HOW_SAID;
    if (!any)
        return KEPT_OK;
    KEPT_TRY(kept_plan(p, j->as_of, j->over, j->arena, &planned, &n, err));
    for (size_t i = 0; i < n; i++)
        if (planned[i].terms->how == KEPT_HOW_DONE || planned[i].terms->how == KEPT_HOW_SAID)
            KEPT_TRY(judge_window(j, p, &planned[i], err));
    return KEPT_OK;
}
