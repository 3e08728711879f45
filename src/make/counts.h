/* make/counts.h - what a target means in counts, said when a promise is made.
 *
 * Ten deliveries a quarter at 95 % allow none late, which few would guess. Here a target, a window,
 * a volume and a rate of failure become the number allowed, how often that is broken, and how the
 * same reads over longer windows and for an easier target. Pure: no store. */
#ifndef KEPT_MAKE_COUNTS_H
#define KEPT_MAKE_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/window.h"
#include "kept/allowance.h"
#include "kept/arena.h"

typedef enum kept_rate_from {
    KEPT_RATE_NONE,   /* not known */
    KEPT_RATE_GIVEN,  /* said by who asks */
    KEPT_RATE_OWN,    /* what failed of this customer's own cases */
    KEPT_RATE_DRAWN,  /* few cases of its own: drawn towards those of others */
    KEPT_RATE_OTHERS, /* none of its own */
} kept_rate_from;

typedef struct kept_counts_ask {
    const char *cases; /* "deliveries" */
    const char *fails; /* what a failed one is: "late", "failed" */
    double per_year;   /* cases, > 0 */
    double rate;       /* that one fails; NaN: not known */
    kept_rate_from from;
    kept_allowance allowance;
    kept_window_kind window;
    int length; /* days of a rolling window */
} kept_counts_ask;

/* One way to promise it. */
typedef struct kept_counts_line {
    kept_window_kind window;
    int length;
    int64_t target;         /* millionths; of no meaning where the allowance is a count */
    int64_t cases, allowed; /* of one window at the usual volume */
    double chance;          /* that a window is broken; NaN: not known */
} kept_counts_line;

/* As asked, over longer windows, and at the nearest easier target that is hardly ever broken over
 * the longest. Windows without a whole case are left out. */
enum { KEPT_COUNTS_LINES = 4 };
size_t kept_counts_lines(const kept_counts_ask *ask,
                         kept_counts_line ret_lines[static KEPT_COUNTS_LINES]);

/* "10 deliveries a quarter: 95% allows none late; at your 3% you would break it one quarter in
 * four; per year two allowed, one year in eight; 90% a year: four allowed, under one in a hundred".
 * NULL: memory is out. */
const char *kept_counts_sentence(const kept_counts_ask *ask, const kept_counts_line *lines,
                                 size_t n, kept_arena *arena);

/* "one quarter in four", "nearly every year", "under one in a hundred", "never". noun: "year". */
void kept_odds_write(kept_buf *out, double chance, const char *noun);
/* "none", "two", "twelve", "13". */
void kept_number_word_write(kept_buf *out, int64_t n);
/* "95%", "2.6%", "0.25%": as few digits as say it; 0 <= share. */
void kept_percent_write(kept_buf *out, double share);
/* "quarter"; "year" of a contract year; of a rolling window "90 days". */
void kept_window_noun_write(kept_buf *out, kept_window_kind window, int length);
double kept_windows_per_year(kept_window_kind window, int length);

/* From which chance on that a window is broken a way is not called safe; from which chance on a
 * promise is at risk, and from which it cannot be kept. Ours. */
#define KEPT_COUNTS_SAFE     0.05
#define KEPT_COUNTS_RISK     0.1
#define KEPT_COUNTS_HOPELESS 0.5

#endif
