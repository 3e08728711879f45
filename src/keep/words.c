#include "keep/words.h"

#include <inttypes.h>
#include <math.h>

#include "base/text.h"

const char *kept_chance_words(double p)
{
    if (isnan(p))
        return NULL;
    return p >= 1      ? "is broken"
           : p >= 0.7  ? "will probably be broken"
           : p >= 0.5  ? "more likely to be broken than kept"
           : p >= 0.25 ? "may well be broken"
           : p >= 0.1  ? "could be broken"
                       : "will probably be kept";
}

const char *kept_judged_part(const kept_judged *j, const char *cases, kept_arena *arena)
{
    int64_t decided = j->counts.good + j->counts.bad;
    if (j->counts.unknown == 0)
        return NULL;
    return kept_arena_printf(arena, "judged on %" PRId64 " of %" PRId64 " %s", decided,
                             decided + j->counts.unknown, cases);
}

static void add_counts(kept_buf *out, const kept_judged *j, const char *cases)
{
    int64_t decided = j->counts.good + j->counts.bad;
    if (j->counts.bad == 0)
        kept_buf_printf(out, "none of %" PRId64 " %s failed", decided, cases);
    else
        kept_buf_printf(out, "%" PRId64 " of %" PRId64 " %s failed", j->counts.bad, decided, cases);
}

static void add_allowed(kept_buf *out, const kept_judged *j)
{
    if (j->allowed <= 0)
        kept_buf_add(out, "; none may");
    else
        kept_buf_printf(out, "; at most %" PRId64 " may", j->allowed);
}

static bool by_cases(const kept_judged *j)
{
    return !kept_text_equal(j->how, "done") && !kept_text_equal(j->how, "said");
}

/* What people wrote about the cause of the last act of the window. */
static const char *recorded_cause(const kept_judged *j, const kept_promise *p)
{
    const kept_fulfilment *last = NULL;
    for (size_t i = 0; p && i < p->n_fulfilments; i++) {
        const kept_fulfilment *f = &p->fulfilments[i];
        int32_t day = f->due != KEPT_NO_DAY ? f->due : f->done;
        if (day >= j->start && day <= j->end && (!last || f->id > last->id))
            last = f;
    }
    return last ? last->cause : NULL;
}

const char *kept_judged_why(const kept_judged *j, const kept_promise *p, const char *cases,
                            kept_arena *arena)
{
    if (!j->cause && !kept_text_equal(j->how, "counted")) {
        const char *cause = recorded_cause(j, p);
        if (cause)
            return cause;
    }
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    bool measured =
        j->running ? j->outlook != KEPT_OUTLOOK_NOT_MEASURED : j->verdict != KEPT_NOT_MEASURED;
    if (!measured || j->counts.good + j->counts.bad + j->counts.open == 0 ||
        (!by_cases(j) && j->cause))
        return j->cause ? j->cause : "";
    if (!by_cases(j))
        return j->counts.bad == 0
                   ? ""
                   : kept_arena_printf(arena, "failed %" PRId64 " of %" PRId64 " times",
                                       j->counts.bad, j->counts.good + j->counts.bad);
    if (j->has_target_value && j->running)
        return j->cause ? j->cause : "";
    if (j->has_target_value) {
        double target = (double)j->target_value / KEPT_SHARE_ONE;
        kept_buf_printf(&out, "%.4g where %s %.4g was promised", j->figure,
                        j->at_most ? "at most" : "at least", target);
    } else {
        add_counts(&out, j, cases);
        add_allowed(&out, j);
        if (j->tripwire == KEPT_TRIP_ACT)
            kept_buf_add(&out, ", which are used up: the next one breaks it");
        if (j->running && j->counts.open)
            kept_buf_printf(&out, "; %" PRId64 " %s still open", j->counts.open,
                            j->counts.open == 1 ? "is" : "are");
        if (j->rule.exempted)
            kept_buf_printf(&out, "; %" PRId64 " agreed not to count", j->rule.exempted);
    }
    const char *part = kept_judged_part(j, cases, arena);
    if (part)
        kept_buf_printf(&out, "; %s", part);
    if (j->alarm)
        kept_buf_printf(&out, "; %s", j->alarm);
    return kept_arena_strdup(arena, kept_buf_text(&out));
}

const char *kept_judged_next(const kept_judged *j, const kept_promise *p, const char *person,
                             kept_arena *arena)
{
    if (j->running && j->outlook == KEPT_OUTLOOK_NOT_MEASURED)
        return j->remedy ? j->remedy : "";
    if (!j->running && j->verdict == KEPT_NOT_MEASURED)
        return j->remedy ? j->remedy : "";
    if (j->running && j->outlook == KEPT_ON_TRACK)
        return "";
    if (j->overdue > 0) {
        bool ours =
            !p->giver || kept_text_equal(p->giver, "us") || kept_text_equal(p->giver, "department");
        const char *whom = person ? person : p->party;
        return kept_arena_printf(arena, "%s %s about the %" PRId64 " that %s overdue",
                                 ours ? "tell" : "ask",
                                 whom   ? whom
                                 : ours ? "the customer"
                                        : "them",
                                 j->overdue, j->overdue == 1 ? "is" : "are");
    }
    if (person)
        return kept_arena_printf(arena, "ring %s before the next one is due", person);
    return kept_arena_printf(arena, "look at what failed: kept promise show P-%" PRId64 " --rows",
                             p->id);
}
