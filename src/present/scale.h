/* present/scale.h - where an axis has its ticks and what they say.
 *
 * Numbers: steps of 1, 2 or 5 times a power of ten; short texts (1,500 · 12k · 3.4M). Dates: days,
 * Mondays, months, quarters or years, with the year on a second line where it starts. */
#ifndef KEPT_PRESENT_SCALE_H
#define KEPT_PRESENT_SCALE_H

#include <stdbool.h>
#include <stddef.h>

enum { KEPT_TICKS_MAX = 32, KEPT_TICK_TEXT = 32 };

typedef struct kept_ticks {
    double lo, hi; /* ends of the axis, lo < hi */
    double step;   /* between ticks; dates: in days, nominal */
    size_t n;
    double at[KEPT_TICKS_MAX]; /* rising, inside lo..hi */
    char text[KEPT_TICKS_MAX][KEPT_TICK_TEXT];
    char below[KEPT_TICKS_MAX][8]; /* year under a day or month, "" when it is the same as before */
} kept_ticks;

typedef struct kept_ticks_opts {
    int want;    /* about so many ticks, 2..20 */
    bool extend; /* the axis ends on ticks; else at the data */
    bool whole;  /* counts: no step below 1 */
    bool share;  /* 0..1, written as a percentage */
    bool plain;  /* years, ids: digits alone, nothing parted or shortened */
} kept_ticks_opts;

/* lo > hi are swapped; lo = hi gives an axis around the value. Not finite counts as 0. */
void kept_ticks_number(double lo, double hi, kept_ticks_opts opts, kept_ticks *ret_ticks);

/* lo and hi in days since 1970-01-01. */
void kept_ticks_date(double lo, double hi, int want, kept_ticks *ret_ticks);

/* One value as on an axis with that step and that largest magnitude: "12.5k". largest 0: digits
 * alone. */
void kept_tick_text(double value, double step, double largest, bool share,
                    char out[static KEPT_TICK_TEXT]);

#endif
