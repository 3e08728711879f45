#include "present/scale.h"

#include <math.h>
#include <stdio.h>

#include "base/date.h"
#include "present/markup.h"

/* --- Numbers --- */

/* Decimals that a step of 1, 2 or 5 times a power of ten needs. */
static int step_places(double step)
{
    int places = 0;
    while (places < 9 && fabs(step - round(step)) > 1e-6 * step) {
        step *= 10;
        places++;
    }
    return places;
}

/* The 1, 2 or 5 times a power of ten next to raw: at least three quarters of it. */
static double nice_step(double raw)
{
    double power = pow(10, floor(log10(raw)));
    static const double factors[] = {1, 2, 5, 10};
    for (size_t i = 0; i < 4; i++)
        if (raw <= power * factors[i] * 1.3)
            return power * factors[i];
    return power * 10;
}

void kept_tick_text(double value, double step, double largest, bool share,
                    char out[static KEPT_TICK_TEXT])
{
    static const struct {
        double from, divisor;
        const char *suffix;
    } units[] = {{1e12, 1e12, "T"}, {1e9, 1e9, "B"}, {1e6, 1e6, "M"}, {1e4, 1e3, "k"}, {0, 1, ""}};
    double divisor = 1;
    const char *suffix = "";
    largest = fabs(largest);
    for (size_t i = 0; i < 5 && !share && largest < 1e15; i++) {
        /* Not more than two decimals behind the unit: else a smaller unit reads better. */
        if (largest >= units[i].from && step_places(step / units[i].divisor) <= 2) {
            divisor = units[i].divisor;
            suffix = units[i].suffix;
            break;
        }
    }
    if (share) {
        divisor = 0.01;
        suffix = "%";
    }
    if (value == 0 && !share) {
        snprintf(out, KEPT_TICK_TEXT, "0");
        return;
    }
    if (step < 1e-8 && !share) {
        snprintf(out, KEPT_TICK_TEXT, "%.3g", value);
        return;
    }
    char number[KEPT_FIXED_TEXT];
    kept_markup_fixed(value / divisor, step_places(step / divisor), largest > 0, true, number);
    snprintf(out, KEPT_TICK_TEXT, "%.24s%s", number, suffix);
}

/* Ends that can be drawn: finite, in order, and apart. */
static void clean_ends(double *lo, double *hi)
{
    if (!(fabs(*lo) < 1e300))
        *lo = 0;
    if (!(fabs(*hi) < 1e300))
        *hi = 0;
    if (*lo > *hi) {
        double swap = *lo;
        *lo = *hi;
        *hi = swap;
    }
    double largest = fmax(fabs(*lo), fabs(*hi));
    if (*hi - *lo > 1e-12 * largest && *hi - *lo > 1e-300)
        return;
    double room = largest > 1e-290 ? largest / 2 : 1;
    *lo = *lo >= 0 && *lo - room < 0 ? 0 : *lo - room;
    *hi += room;
}

void kept_ticks_number(double lo, double hi, kept_ticks_opts opts, kept_ticks *ret_ticks)
{
    kept_ticks *t = ret_ticks;
    clean_ends(&lo, &hi);
    int want = opts.want < 2 ? 2 : opts.want > 20 ? 20 : opts.want;
    double step = nice_step((hi - lo) / want);
    if (opts.whole && step < 1)
        step = 1;
    /* A little slack, so that 0.3 counts as a multiple of 0.1. */
    double first = opts.extend ? floor(lo / step + 1e-9) : ceil(lo / step - 1e-9);
    double last = opts.extend ? ceil(hi / step - 1e-9) : floor(hi / step + 1e-9);
    t->lo = opts.extend ? first * step : lo;
    t->hi = opts.extend ? last * step : hi;
    if (!(t->hi > t->lo)) /* a whole step around one value */
        t->hi = t->lo + step;
    t->step = step;
    t->n = 0;
    double largest = fmax(fabs(t->lo), fabs(t->hi));
    for (double i = first; i <= last && t->n < KEPT_TICKS_MAX; i += 1) {
        t->at[t->n] = i * step;
        t->below[t->n][0] = 0;
        kept_tick_text(i * step, step, opts.plain ? 0 : largest, opts.share, t->text[t->n]);
        t->n++;
    }
}

/* --- Dates --- */

typedef struct date_step {
    int days;   /* 0: months count */
    int months; /* 0: days count */
} date_step;

static const date_step date_steps[] = {{1, 0},    {2, 0},    {7, 0},     {14, 0},   {0, 1},
                                       {0, 2},    {0, 3},    {0, 6},     {0, 12},   {0, 24},
                                       {0, 60},   {0, 120},  {0, 240},   {0, 600},  {0, 1200},
                                       {0, 2400}, {0, 6000}, {0, 12000}, {0, 24000}};

static double step_days(date_step s)
{
    return s.days ? s.days : s.months * 365.25 / 12;
}

static int floor_div(int a, int b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

static void add_date(kept_ticks *t, kept_day day, date_step step, int *last_year)
{
    static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int year, month, number;
    kept_day_to_civil(day, &year, &month, &number);
    char *text = t->text[t->n];
    t->at[t->n] = day;
    t->below[t->n][0] = 0;
    if (step.months >= 12) {
        snprintf(text, KEPT_TICK_TEXT, "%d", year);
    } else {
        if (step.months)
            snprintf(text, KEPT_TICK_TEXT, "%s", month_names[month - 1]);
        else
            snprintf(text, KEPT_TICK_TEXT, "%d %s", number, month_names[month - 1]);
        if (year != *last_year)
            snprintf(t->below[t->n], sizeof t->below[0], "%d", year);
        *last_year = year;
    }
    t->n++;
}

/* The k-th tick of a step; false beyond the calendar. Weeks begin on Monday (1970-01-05). */
static bool date_tick(date_step step, int k, kept_day *ret_day)
{
    if (step.days) {
        *ret_day = k * step.days + (step.days >= 7 ? 4 : 0);
        return true;
    }
    int months = k * step.months; /* since year 0 */
    int year = floor_div(months, 12);
    if (year < 1 || year > 9999)
        return false;
    *ret_day = kept_day_from_civil(year, months - year * 12 + 1, 1);
    return true;
}

void kept_ticks_date(double lo, double hi, int want, kept_ticks *ret_ticks)
{
    kept_ticks *t = ret_ticks;
    want = want < 2 ? 2 : want > 20 ? 20 : want;
    lo = fmin(fmax(lo, KEPT_DAY_MIN), KEPT_DAY_MAX);
    hi = fmin(fmax(hi, KEPT_DAY_MIN), KEPT_DAY_MAX);
    if (lo > hi) {
        double swap = lo;
        lo = hi;
        hi = swap;
    }
    if (hi - lo < 1) { /* one day */
        lo -= 1;
        hi += 1;
    }
    size_t choice = 0;
    while (choice + 1 < sizeof date_steps / sizeof date_steps[0] &&
           (hi - lo) / step_days(date_steps[choice]) > want)
        choice++;
    date_step step = date_steps[choice];
    *ret_ticks = (kept_ticks){.lo = lo, .hi = hi, .step = step_days(step)};
    int year, month, number, last_year = 0;
    kept_day_to_civil((kept_day)floor(fmax(lo, KEPT_DAY_MIN)), &year, &month, &number);
    int k = step.days ? floor_div((int)floor(lo), step.days) - 1
                      : floor_div(year * 12 + month - 1, step.months);
    for (; t->n < KEPT_TICKS_MAX; k++) {
        kept_day day = 0;
        bool real = date_tick(step, k, &day);
        if (real && day > hi)
            break;
        if (!real && k > 0 && k * step.months > 9999 * 12)
            break;
        if (real && day >= lo && day >= KEPT_DAY_MIN && day <= KEPT_DAY_MAX)
            add_date(t, day, step, &last_year);
    }
}
