/* A rule as people say it: "every 3 months, on the last Friday". */
#include <stdio.h>

#include "base/rrule.h"

static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

/* Words of a list: "a", "a and b", "a, b and c". */
static void add_item(kept_buf *out, size_t i, size_t n, const char *word)
{
    kept_buf_add(out, i == 0 ? "" : i + 1 == n ? " and " : ", ");
    kept_buf_add(out, word);
}

static size_t count_bits(uint32_t bits)
{
    size_t n = 0;
    for (; bits; bits &= bits - 1)
        n++;
    return n;
}

static void write_ordinal(int n, const char *after, char out[static 40])
{
    const char *ending = n % 100 >= 11 && n % 100 <= 13 ? "th"
                         : n % 10 == 1                  ? "st"
                         : n % 10 == 2                  ? "nd"
                         : n % 10 == 3                  ? "rd"
                                                        : "th";
    snprintf(out, 40, "%d%s%s", n, ending, after);
}

/* The 2nd; the last; the 2nd last. */
static void write_place(int place, char out[static 40])
{
    if (place == -1)
        snprintf(out, 40, "last");
    else
        write_ordinal(place < 0 ? -place : place, place < 0 ? " last" : "", out);
}

static void add_every(const kept_rrule *rule, kept_buf *out)
{
    static const char *const units[] = {"day", "week", "month", "year"};
    if (rule->interval == 1)
        kept_buf_printf(out, "every %s", units[rule->freq]);
    else
        kept_buf_printf(out, "every %d %ss", rule->interval, units[rule->freq]);
}

static void add_days(const kept_rrule *rule, kept_buf *out)
{
    for (size_t i = 0; i < rule->n_days; i++) {
        const kept_rrule_weekday *d = &rule->days[i];
        char place[40] = "", word[80];
        if (d->ordinal)
            write_place(d->ordinal, place);
        snprintf(word, sizeof word, "%s%s%s%s", d->ordinal ? "the " : "", place,
                 d->ordinal ? " " : "", weekdays[d->weekday]);
        add_item(out, i, rule->n_days, word);
    }
}

static void add_month_days(const kept_rrule *rule, kept_buf *out)
{
    size_t n = count_bits(rule->month_days) + count_bits(rule->month_days_back), i = 0;
    for (int d = 1; d <= 31; d++)
        if (rule->month_days & UINT32_C(1) << d) {
            char word[40];
            write_ordinal(d, "", word);
            add_item(out, i++, n, word);
        }
    for (int d = 1; d <= 31; d++)
        if (rule->month_days_back & UINT32_C(1) << d) {
            char word[40];
            write_place(-d, word);
            add_item(out, i++, n, word);
        }
    kept_buf_add(out, " day of the month");
}

static void add_months(const kept_rrule *rule, kept_buf *out)
{
    size_t n = count_bits(rule->months), i = 0;
    for (int m = 1; m <= 12; m++)
        if (rule->months & 1u << m)
            add_item(out, i++, n, months[m - 1]);
}

void kept_rrule_say(const kept_rrule *rule, kept_buf *out)
{
    add_every(rule, out);
    if (rule->n_days) {
        kept_buf_add(out, ", on ");
        add_days(rule, out);
    }
    if (rule->month_days || rule->month_days_back) {
        kept_buf_add(out, ", on the ");
        add_month_days(rule, out);
    }
    if (rule->months) {
        kept_buf_add(out, ", in ");
        add_months(rule, out);
    }
    if (rule->has_until) {
        char day[11];
        kept_day_write(rule->until, day);
        kept_buf_printf(out, ", until %s", day);
    }
    if (rule->count)
        kept_buf_printf(out, ", %d times", rule->count);
}
