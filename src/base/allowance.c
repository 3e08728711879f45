#include "kept/allowance.h"

#include <string.h>

__extension__ typedef __int128 wide; /* a count times a million */

int64_t kept_allowed(const kept_allowance *allowance, int64_t n)
{
    if (allowance->fixed)
        return allowance->count;
    /* In whole millions and the rest, which cannot overflow. */
    int64_t lost = KEPT_SHARE_ONE - allowance->target;
    return n / KEPT_SHARE_ONE * lost + n % KEPT_SHARE_ONE * lost / KEPT_SHARE_ONE;
}

int64_t kept_attained(int64_t good, int64_t n)
{
    return (int64_t)((wide)good * KEPT_SHARE_ONE / n);
}

kept_tripwire kept_tripwire_of(int64_t bad, int64_t allowed)
{
    if (bad > allowed)
        return KEPT_TRIP_BROKEN;
    if (allowed < 1)
        return KEPT_TRIP_NONE;
    if (bad == allowed)
        return KEPT_TRIP_ACT;
    return bad >= 1 && bad == allowed - 1 ? KEPT_TRIP_WARN : KEPT_TRIP_NONE;
}

/* More than may fail of n, when some were exempted? */
static bool exceeds(const kept_verdict_rule *rule, wide bad, int64_t n)
{
    return bad > (wide)kept_allowed(&rule->allowance, n) + rule->exempted;
}

static kept_verdict miss(const kept_counts *c, const kept_verdict_rule *rule)
{
    /* Exempted failures count as kept here too: they were taken out of the failures above. That
     * attained is cut does no harm: a cut number reaches a whole one exactly when the uncut does.
     */
    int64_t held = c->good + (rule->exempted < c->bad ? rule->exempted : c->bad);
    return rule->partly_from > 0 && kept_attained(held, c->good + c->bad) >= rule->partly_from
               ? KEPT_VERDICT_PARTLY
               : KEPT_VERDICT_BROKEN;
}

kept_verdict kept_verdict_of(const kept_counts *c, const kept_verdict_rule *rule)
{
    int64_t decided = c->good + c->bad, known = decided + c->open, all = known + c->unknown;
    if (all == 0)
        return c->excused > 0 ? KEPT_VERDICT_EXCUSED : KEPT_NOT_MEASURED;
    /* The best that could come: all that is not decided turns out good. */
    if (exceeds(rule, c->bad, all))
        return miss(c, rule);
    if (decided == 0 || kept_attained(decided, decided + c->unknown) < rule->min_coverage)
        return KEPT_NOT_MEASURED;
    /* What is open must not be able to turn the verdict. */
    bool missed = exceeds(rule, c->bad, known);
    if (exceeds(rule, (wide)c->bad + c->open, known) != missed)
        return KEPT_NOT_MEASURED;
    return missed ? miss(c, rule) : KEPT_VERDICT_KEPT;
}

static const struct {
    const char *name, *words;
} verdicts[KEPT_N_VERDICTS] = {
    [KEPT_NOT_MEASURED] = {"not_measured", "not measured"},
    [KEPT_VERDICT_KEPT] = {"kept", "kept"},
    [KEPT_VERDICT_PARTLY] = {"partly", "partly kept"},
    [KEPT_VERDICT_BROKEN] = {"broken", "broken"},
    [KEPT_VERDICT_EXCUSED] = {"excused", "excused"},
};

const char *kept_verdict_words(kept_verdict verdict)
{
    return verdicts[verdict].words;
}

const char *kept_verdict_name(kept_verdict verdict)
{
    return verdicts[verdict].name;
}

bool kept_verdict_find(const char *name, kept_verdict *ret_verdict)
{
    for (int i = 0; name && i < KEPT_N_VERDICTS; i++)
        if (strcmp(verdicts[i].name, name) == 0) {
            *ret_verdict = (kept_verdict)i;
            return true;
        }
    return false;
}
