#include "watch.h"

#include <math.h>

#include "kept/missed.h"

enum { NEVER = DAYS, AHEAD = 7, HISTORY_WEEKS = 26 };

static const double stated_mean = .05, stated_weight = 10.0; /* while there is no record at all */
static const double interval_level = .9;

const double study_chances[N_CHANCES] = {.3, .4, .5, .6, .7, .8, .9};

/* One customer in the window that runs. */
typedef struct running {
    size_t first, last; /* deliveries that fall due in it: [first, last) */
    int64_t before_failed;
    int warned[N_RULES]; /* day, or NEVER */
    double said[N_POINTS][N_FORECASTERS];
    kept_prior prior;
} running;

typedef struct watching {
    const firm *f;
    int64_t number;
    kept_arena *arena; /* of this week; results have their own */
    running *now;
    int64_t leads[LONGEST_LEAD + 1]; /* of all orders so far */
    watched *out;
} watching;

/* --- What is known at the end of a day --- */

static kept_record_of record_until(const customer *c, int day)
{
    kept_record_of record = {.subjects = 1};
    for (size_t i = 0; i < c->n && c->deliveries[i].due <= day; i++) {
        record.n++;
        record.failed += c->deliveries[i].failed;
    }
    return record;
}

/* Of the days that are left, those on which an order would still fall due within them, on average
 * over the leads seen so far. */
static double days_to_order(const watching *w, int left)
{
    double sum = 0.0, orders = 0.0;
    for (int lead = 0; lead <= LONGEST_LEAD; lead++) {
        orders += (double)w->leads[lead];
        if (lead < left)
            sum += (double)w->leads[lead] * (left - lead);
    }
    return orders > 0.0 ? sum / orders : 0.0;
}

static kept_missed_ask ask_on(const watching *w, size_t who, int window, int day)
{
    const customer *c = &w->f->customers[who];
    const running *r = &w->now[who];
    kept_missed_ask ask = {.allowance = w->f->allowance,
                           .before_n = (int64_t)r->first,
                           .before_failed = r->before_failed,
                           .level = interval_level};
    for (size_t i = r->first; i < r->last; i++) {
        const delivery *d = &c->deliveries[i];
        if (d->due <= day) {
            ask.seen++;
            ask.failed += d->failed;
        } else {
            ask.open += d->ordered <= day;
        }
    }
    int end = (window + 1) * WINDOW - 1, weeks = (day + 1) / WEEK;
    int history = weeks < HISTORY_WEEKS ? weeks : HISTORY_WEEKS;
    ask.more = kept_volume_forecast(&c->ordered[weeks - history], (size_t)history, WEEK,
                                    days_to_order(w, end - day));
    return ask;
}

/* --- The rules --- */

static void warn_if(bool so, int *warned, int day)
{
    if (so && *warned == NEVER)
        *warned = day;
}

static void note_forecasts(running *r, int day_of_window, const kept_missed *missed, bool any,
                           bool used_up)
{
    for (int k = 0; k < N_POINTS; k++) {
        if (day_of_window != (k + 1) * WINDOW / 4)
            continue;
        r->said[k][SAYS_KEPT] = missed->p;
        r->said[k][SAYS_FIRST] = any;
        r->said[k][SAYS_LAST] = used_up;
    }
}

static kept_status look(watching *w, size_t who, int window, int day, kept_err *err)
{
    running *r = &w->now[who];
    kept_missed_ask ask = ask_on(w, who, window, day);
    kept_missed missed;
    KEPT_TRY(kept_missed_by_end(&ask, &r->prior, w->arena, &missed, err));
    int64_t allowed = kept_allowed(&ask.allowance, llround(missed.volume));
    bool any = ask.failed > 0, used_up = any && ask.failed >= allowed;
    bool wire = kept_tripwire_of(ask.failed, allowed) != KEPT_TRIP_NONE;
    bool likely = missed.p >= study_chances[RULE_WATCH - RULE_CHANCE];
    warn_if(any, &r->warned[RULE_FIRST], day);
    warn_if(used_up, &r->warned[RULE_LAST], day);
    warn_if(wire, &r->warned[RULE_TRIPWIRE], day);
    warn_if(wire || likely, &r->warned[RULE_WATCH_OR_TRIPWIRE], day);
    for (int k = 0; k < N_CHANCES; k++)
        warn_if(missed.p >= study_chances[k], &r->warned[RULE_CHANCE + k], day);
    note_forecasts(r, day - window * WINDOW + 1, &missed, any, used_up);
    return KEPT_OK;
}

static bool failed_on(const watching *w, size_t who, int day)
{
    const customer *c = &w->f->customers[who];
    for (size_t i = w->now[who].first; i < w->now[who].last; i++)
        if (c->deliveries[i].due == day && c->deliveries[i].failed)
            return true;
    return false;
}

static bool is_point(int day_of_window)
{
    return day_of_window == WINDOW / 4 || day_of_window == 2 * WINDOW / 4 ||
           day_of_window == 3 * WINDOW / 4;
}

/* --- Weeks and windows --- */

/* At the end of the day before a week begins: priors from the other customers' past. */
static kept_status set_priors(watching *w, int day, kept_err *err)
{
    size_t n = w->f->n;
    int64_t cases = 0;
    kept_record_of *records = KEPT_NEW_N(w->arena, kept_record_of, n);
    if (!records)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++) {
        records[i] = record_until(&w->f->customers[i], day);
        cases += records[i].n;
    }
    kept_prior_fitted *fitted = NULL;
    if (cases > 0)
        KEPT_TRY(kept_prior_fit_grid(records, n, w->arena, &fitted, err));
    for (size_t i = 0; i < n; i++) {
        kept_prior *prior = &w->now[i].prior;
        if (cases > records[i].n)
            KEPT_TRY(
                kept_prior_without(fitted, records[i].n, records[i].failed, w->arena, prior, err));
        else
            KEPT_TRY(kept_prior_stated(stated_mean, stated_weight, w->arena, prior, err));
    }
    return KEPT_OK;
}

static kept_status watch_week(watching *w, int window, int before, kept_err *err)
{
    KEPT_TRY(set_priors(w, before, err));
    for (size_t who = 0; who < w->f->n; who++) {
        KEPT_TRY(look(w, who, window, before, err));
        for (int day = before + 1; day <= before + WEEK; day++)
            if (failed_on(w, who, day) || is_point(day - window * WINDOW + 1))
                KEPT_TRY(look(w, who, window, day, err));
    }
    return KEPT_OK;
}

static void begin_window(watching *w, int window)
{
    for (size_t who = 0; who < w->f->n; who++) {
        const customer *c = &w->f->customers[who];
        running r = {.first = 0};
        while (r.first < c->n && c->deliveries[r.first].due < window * WINDOW)
            r.before_failed += c->deliveries[r.first++].failed;
        r.last = r.first;
        while (r.last < c->n && c->deliveries[r.last].due < (window + 1) * WINDOW)
            r.last++;
        for (int k = 0; k < N_RULES; k++)
            r.warned[k] = NEVER;
        w->now[who] = r;
    }
}

/* The day of the failure that was one too many, or NEVER. */
static int broken_on(const firm *f, const customer *c, const running *r)
{
    int64_t allowed = kept_allowed(&f->allowance, (int64_t)(r->last - r->first));
    for (size_t i = r->first; i < r->last; i++)
        if (c->deliveries[i].failed && allowed-- == 0)
            return c->deliveries[i].due;
    return NEVER;
}

static tally *tally_of(watched *out, const customer *c)
{
    return &out->bands[c->per_year < 25.0 ? 0 : c->per_year < 100.0 ? 1 : 2];
}

static void count_window(watching *w, size_t who)
{
    const running *r = &w->now[who];
    const customer *c = &w->f->customers[who];
    watched *out = w->out;
    tally *t = tally_of(out, c);
    t->of[MISTAKEN] += WINDOW / 365.25;
    int broken = broken_on(w->f, c, r);
    bool missed = broken != NEVER;
    out->missed += missed;
    t->of[TIMELY] += missed;
    for (int k = 0; k < N_RULES; k++) {
        t->count[TIMELY][k] += missed && r->warned[k] <= broken - AHEAD;
        t->count[MISTAKEN][k] += !missed && r->warned[k] != NEVER;
    }
    if (r->first == r->last) /* nothing fell due: there is no verdict to score against */
        return;
    for (int k = 0; k < N_POINTS; k++)
        for (int s = 0; s < SAYS_FIRM; s++)
            out->forecasts[k][s][out->n] =
                (kept_forecast){.p = r->said[k][s], .happened = missed, .subject = w->number};
    out->n++;
}

static kept_status watch_window(watching *w, int window, kept_err *err)
{
    begin_window(w, window);
    for (int week = 0; week < WINDOW / WEEK; week++) {
        int before = window * WINDOW + week * WEEK - 1;
        for (int lead = 0; lead <= LONGEST_LEAD; lead++)
            w->leads[lead] += w->f->leads[before / WEEK][lead];
        kept_arena_mark mark = kept_arena_get_mark(w->arena);
        kept_status status = watch_week(w, window, before, err);
        kept_arena_rewind(w->arena, mark);
        KEPT_TRY(status);
    }
    for (size_t who = 0; who < w->f->n; who++)
        count_window(w, who);
    return KEPT_OK;
}

kept_status watch_firm(const firm *f, int64_t number, kept_arena *arena, watched *ret_watched,
                       kept_err *err)
{
    KEPT_AUTO_ARENA week = KEPT_ARENA_INIT;
    double allowed = (double)(KEPT_SHARE_ONE - f->allowance.target) / KEPT_SHARE_ONE;
    watched out = {.able = f->chance <= allowed};
    watching w = {.f = f, .number = number, .arena = &week, .out = &out};
    w.now = KEPT_NEW_N(arena, running, f->n);
    if (!w.now)
        return kept_nomem(err);
    for (int k = 0; k < N_POINTS; k++)
        for (int s = 0; s < N_FORECASTERS; s++) {
            out.forecasts[k][s] = KEPT_NEW_N(arena, kept_forecast, f->n * JUDGED);
            if (!out.forecasts[k][s])
                return kept_nomem(err);
        }
    for (int week_no = 0; week_no < RUN_UP * WINDOW / WEEK - 1; week_no++)
        for (int lead = 0; lead <= LONGEST_LEAD; lead++)
            w.leads[lead] += f->leads[week_no][lead];
    for (int window = RUN_UP; window < WINDOWS; window++)
        KEPT_TRY(watch_window(&w, window, err));
    for (int k = 0; k < N_POINTS; k++)
        for (size_t i = 0; i < out.n; i++) {
            kept_forecast *says = &out.forecasts[k][SAYS_FIRM][i];
            *says = out.forecasts[k][SAYS_KEPT][i];
            says->p = out.missed / (double)out.n;
        }
    *ret_watched = out;
    return KEPT_OK;
}
