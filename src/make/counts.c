#include "make/counts.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "kept/missed.h"

/* --- Words --- */

void kept_number_word_write(kept_buf *out, int64_t n)
{
    static const char *const words[] = {"none",  "one",   "two",  "three", "four",   "five",  "six",
                                        "seven", "eight", "nine", "ten",   "eleven", "twelve"};
    if (n >= 0 && (size_t)n < KEPT_N(words))
        kept_buf_add(out, words[n]);
    else
        kept_buf_printf(out, "%" PRId64, n);
}

void kept_percent_write(kept_buf *out, double share)
{
    double percent = 100 * share;
    int digits = percent < 10 ? 2 : percent < 100 ? 3 : 4;
    if (percent > 99 && percent < 100)
        digits = 4; /* 99.95 is not 100 */
    kept_buf_printf(out, "%.*g%%", digits, percent);
}

/* One in so many, in steps that nobody takes for more exact than it is. */
static int64_t one_in(double chance)
{
    static const int steps[] = {15, 20, 25, 30, 40, 50, 60, 80, 100};
    enum { EXACT = 12 };
    double n = 1 / chance;
    if (n < EXACT + .5)
        return (int64_t)floor(n + .5);
    for (size_t i = 0; i + 1 < KEPT_N(steps); i++)
        if (n < (steps[i] + steps[i + 1]) / 2.0)
            return steps[i];
    return steps[KEPT_N(steps) - 1];
}

void kept_odds_write(kept_buf *out, double chance, const char *noun)
{
    if (isnan(chance))
        return;
    if (chance <= 0)
        kept_buf_add(out, "never");
    else if (chance < 0.01)
        kept_buf_add(out, "under one in a hundred");
    else if (chance < 0.4) {
        kept_buf_printf(out, "one %s in ", noun);
        kept_number_word_write(out, one_in(chance));
    } else if (chance < 0.6)
        kept_buf_printf(out, "every second %s", noun);
    else if (chance < 0.71)
        kept_buf_printf(out, "two %ss in three", noun);
    else if (chance < 0.9)
        kept_buf_printf(out, chance < 0.775 ? "three %ss in four" : "four %ss in five", noun);
    else
        kept_buf_printf(out, "%s %s", chance < 0.995 ? "nearly every" : "every", noun);
}

void kept_window_noun_write(kept_buf *out, kept_window_kind window, int length)
{
    static const char *const nouns[] = {
        [KEPT_WINDOW_WEEK] = "week",       [KEPT_WINDOW_MONTH] = "month",
        [KEPT_WINDOW_QUARTER] = "quarter", [KEPT_WINDOW_HALF_YEAR] = "half-year",
        [KEPT_WINDOW_YEAR] = "year",       [KEPT_WINDOW_CONTRACT_YEAR] = "year",
    };
    if (window == KEPT_WINDOW_ROLLING)
        kept_buf_printf(out, "%d days", length);
    else
        kept_buf_add(out, nouns[window]);
}

double kept_windows_per_year(kept_window_kind window, int length)
{
    static const double windows[] = {
        [KEPT_WINDOW_WEEK] = 365.25 / 7, [KEPT_WINDOW_MONTH] = 12, [KEPT_WINDOW_QUARTER] = 4,
        [KEPT_WINDOW_HALF_YEAR] = 2,     [KEPT_WINDOW_YEAR] = 1,   [KEPT_WINDOW_CONTRACT_YEAR] = 1,
    };
    return window == KEPT_WINDOW_ROLLING ? 365.25 / (length > 0 ? length : 1) : windows[window];
}

/* --- Lines --- */

static bool add_line(const kept_counts_ask *ask, kept_window_kind window, int length,
                     int64_t target, kept_counts_line *ret)
{
    kept_allowance allowance = ask->allowance;
    allowance.target = target;
    kept_counts_line line = {.window = window, .length = length, .target = target, .chance = NAN};
    line.cases = (int64_t)floor(ask->per_year / kept_windows_per_year(window, length) + .5);
    if (line.cases < 1)
        return false;
    line.allowed = kept_allowed(&allowance, line.cases);
    if (!isnan(ask->rate))
        line.chance = kept_break_chance(line.cases, line.allowed, ask->rate);
    *ret = line;
    return true;
}

/* The nearest round target below that is hardly ever broken; 0: none from half on. */
static int64_t easier_target(const kept_counts_ask *ask, const kept_counts_line *like)
{
    enum { STEP = KEPT_SHARE_ONE / 20, LEAST = KEPT_SHARE_ONE / 2 };
    kept_counts_line line;
    for (int64_t t = (like->target - 1) / STEP * STEP; t >= LEAST; t -= STEP)
        if (add_line(ask, like->window, like->length, t, &line) && line.chance <= KEPT_COUNTS_SAFE)
            return t;
    return 0;
}

size_t kept_counts_lines(const kept_counts_ask *ask,
                         kept_counts_line ret_lines[static KEPT_COUNTS_LINES])
{
    static const kept_window_kind longer[] = {KEPT_WINDOW_QUARTER, KEPT_WINDOW_YEAR};
    double asked = kept_windows_per_year(ask->window, ask->length);
    size_t n = 0;
    n += add_line(ask, ask->window, ask->length, ask->allowance.target, &ret_lines[n]);
    /* A fixed count is one of its window: what it would be over another is for people to say. */
    if (ask->allowance.fixed)
        return n;
    for (size_t i = 0; i < KEPT_N(longer); i++)
        if (kept_windows_per_year(longer[i], 0) < asked - .5)
            n += add_line(ask, longer[i], 0, ask->allowance.target, &ret_lines[n]);
    if (n && ret_lines[n - 1].chance > KEPT_COUNTS_SAFE) {
        const kept_counts_line *longest = &ret_lines[n - 1];
        int64_t target = easier_target(ask, longest);
        n += target && add_line(ask, longest->window, longest->length, target, &ret_lines[n]);
    }
    return n;
}

/* --- Sentence --- */

static void add_target(kept_buf *out, int64_t target)
{
    kept_percent_write(out, (double)target / KEPT_SHARE_ONE);
}

static void add_odds(kept_buf *out, const kept_counts_line *line)
{
    KEPT_AUTO_BUF noun = KEPT_BUF_INIT;
    if (line->window == KEPT_WINDOW_ROLLING)
        kept_buf_add(&noun, "day");
    else
        kept_window_noun_write(&noun, line->window, line->length);
    kept_odds_write(out, line->chance, kept_buf_text(&noun));
}

/* "1 delivery", "10 deliveries". */
static void add_cases(kept_buf *out, int64_t n, const char *cases)
{
    size_t len = strlen(cases);
    kept_buf_printf(out, "%" PRId64 " ", n);
    if (n == 1 && len > 3 && strcmp(cases + len - 3, "ies") == 0)
        kept_buf_printf(out, "%.*sy", (int)len - 3, cases);
    else if (n == 1 && len > 4 && strcmp(cases + len - 4, "ches") == 0)
        kept_buf_printf(out, "%.*s", (int)len - 2, cases);
    else
        kept_buf_printf(out, "%.*s", (int)len - (n == 1 && cases[len - 1] == 's'), cases);
}

static void add_first(kept_buf *out, const kept_counts_ask *ask, const kept_counts_line *line)
{
    static const char *const whose[] = {[KEPT_RATE_NONE] = "",
                                        [KEPT_RATE_GIVEN] = "",
                                        [KEPT_RATE_OWN] = "your ",
                                        [KEPT_RATE_DRAWN] = "the likely ",
                                        [KEPT_RATE_OTHERS] = "the usual "};
    bool rolling = line->window == KEPT_WINDOW_ROLLING;
    add_cases(out, line->cases, ask->cases);
    kept_buf_add(out, rolling ? " in " : " a ");
    kept_window_noun_write(out, line->window, line->length);
    kept_buf_add(out, ": ");
    if (ask->allowance.fixed)
        kept_buf_add(out, "the promise");
    else
        add_target(out, line->target);
    kept_buf_add(out, " allows ");
    kept_number_word_write(out, line->allowed);
    kept_buf_printf(out, " %s", ask->fails);
    if (isnan(line->chance))
        return;
    kept_buf_printf(out, "; at %s", whose[ask->from]);
    kept_percent_write(out, ask->rate);
    if (line->chance <= 0) {
        kept_buf_add(out, " you would never break it");
        return;
    }
    kept_buf_add(out, rolling ? " it would stand broken " : " you would break it ");
    add_odds(out, line);
}

static void add_further(kept_buf *out, const kept_counts_line *line, bool same_target)
{
    if (same_target)
        kept_buf_add(out, "; per ");
    else {
        kept_buf_add(out, "; ");
        add_target(out, line->target);
        kept_buf_add(out, line->window == KEPT_WINDOW_ROLLING ? " over " : " a ");
    }
    kept_window_noun_write(out, line->window, line->length);
    kept_buf_add(out, same_target ? " " : ": ");
    kept_number_word_write(out, line->allowed);
    kept_buf_add(out, " allowed");
    if (isnan(line->chance))
        return;
    kept_buf_add(out, ", ");
    add_odds(out, line);
}

const char *kept_counts_sentence(const kept_counts_ask *ask, const kept_counts_line *lines,
                                 size_t n, kept_arena *arena)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (size_t i = 0; i < n; i++)
        if (i == 0)
            add_first(&out, ask, &lines[0]);
        else
            add_further(&out, &lines[i], lines[i].target == lines[0].target);
    return out.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&out));
}
