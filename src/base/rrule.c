#include "base/rrule.h"

#include <ctype.h>
#include <string.h>

#include "base/array.h"

static const char *const freqs[KEPT_RRULE_N_FREQS] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
static const char *const weekdays[7] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

/* --- Reading --- */

typedef struct word { /* a piece of the text */
    const char *at;
    size_t len;
} word;

static bool is_word(word w, const char *name)
{
    for (size_t i = 0; i < w.len; i++)
        if (!name[i] || toupper((unsigned char)w.at[i]) != name[i])
            return false;
    return name[w.len] == '\0';
}

/* Cuts the piece up to the next sep off *rest; false when nothing is left. */
static bool next_word(word *rest, char sep, word *ret)
{
    if (!rest->at)
        return false;
    const char *end = memchr(rest->at, sep, rest->len);
    *ret = (word){rest->at, end ? (size_t)(end - rest->at) : rest->len};
    *rest = end ? (word){end + 1, rest->len - ret->len - 1} : (word){NULL, 0};
    return true;
}

/* A whole number with an optional sign; at most four digits more than `most` needs are not needed
 * by anybody, so six digits end it. */
static bool read_int(word w, bool sign, int most, int *ret)
{
    bool negative = sign && w.len && w.at[0] == '-';
    if (sign && w.len && (w.at[0] == '-' || w.at[0] == '+')) {
        w.at++;
        w.len--;
    }
    int value = 0;
    if (w.len == 0 || w.len > 6)
        return false;
    for (size_t i = 0; i < w.len; i++) {
        if (w.at[i] < '0' || w.at[i] > '9')
            return false;
        value = value * 10 + (w.at[i] - '0');
    }
    if (value < 1 || value > most)
        return false;
    *ret = negative ? -value : value;
    return true;
}

static kept_status bad_value(const char *part, word value, const char *takes, kept_err *err)
{
    return kept_fail(err, KEPT_EINPUT, "%s of a repetition takes %s, not \"%.*s\".", part, takes,
                     value.len > 40 ? 40 : (int)value.len, value.at);
}

static kept_status read_freq(kept_rrule *rule, word value, kept_err *err)
{
    for (size_t i = 0; i < KEPT_N(freqs); i++)
        if (is_word(value, freqs[i])) {
            rule->freq = (kept_rrule_freq)i;
            return KEPT_OK;
        }
    return bad_value("FREQ", value, "DAILY, WEEKLY, MONTHLY or YEARLY", err);
}

static kept_status read_interval(kept_rrule *rule, word value, kept_err *err)
{
    if (!read_int(value, false, KEPT_RRULE_INTERVAL_MAX, &rule->interval))
        return bad_value("INTERVAL", value, "a whole number from 1 to 10000", err);
    return KEPT_OK;
}

static kept_status read_count(kept_rrule *rule, word value, kept_err *err)
{
    if (!read_int(value, false, KEPT_RRULE_COUNT_MAX, &rule->count))
        return bad_value("COUNT", value, "a whole number from 1 to 100000", err);
    return KEPT_OK;
}

/* A day alone: a time would need a time of day at the beginning too. */
static kept_status read_until(kept_rrule *rule, word value, kept_err *err)
{
    char iso[10];
    if (value.len == 8) {
        memcpy(iso, value.at, 4);
        memcpy(iso + 5, value.at + 4, 2);
        memcpy(iso + 8, value.at + 6, 2);
        iso[4] = iso[7] = '-';
        if (kept_day_read_iso(iso, sizeof iso, &rule->until)) {
            rule->has_until = true;
            return KEPT_OK;
        }
    }
    return bad_value("UNTIL", value, "a day as 20261231, without a time", err);
}

static kept_status read_months(kept_rrule *rule, word value, kept_err *err)
{
    word one;
    int month;
    while (next_word(&value, ',', &one)) {
        if (!read_int(one, false, 12, &month))
            return bad_value("BYMONTH", one, "months from 1 to 12", err);
        rule->months = (uint16_t)(rule->months | 1u << month);
    }
    return KEPT_OK;
}

static kept_status read_month_days(kept_rrule *rule, word value, kept_err *err)
{
    word one;
    int day;
    while (next_word(&value, ',', &one)) {
        if (!read_int(one, true, 31, &day))
            return bad_value("BYMONTHDAY", one, "days from 1 to 31, or -1 to -31 from the end",
                             err);
        if (day > 0)
            rule->month_days |= UINT32_C(1) << day;
        else
            rule->month_days_back |= UINT32_C(1) << -day;
    }
    return KEPT_OK;
}

static int find_weekday(word name)
{
    for (int i = 0; i < 7; i++)
        if (is_word(name, weekdays[i]))
            return i;
    return -1;
}

static int order_of(const kept_rrule_weekday *d)
{
    /* Every, first, second, ..., then from the end. */
    return d->weekday * 200 + (d->ordinal < 0 ? 100 - d->ordinal : d->ordinal);
}

static void add_weekday(kept_rrule *rule, kept_rrule_weekday day)
{
    size_t at = rule->n_days;
    while (at > 0 && order_of(&rule->days[at - 1]) >= order_of(&day))
        at--;
    if (at < rule->n_days && order_of(&rule->days[at]) == order_of(&day))
        return;
    memmove(rule->days + at + 1, rule->days + at, (rule->n_days - at) * sizeof day);
    rule->days[at] = day;
    rule->n_days++;
}

static kept_status read_days(kept_rrule *rule, word value, kept_err *err)
{
    word one;
    while (next_word(&value, ',', &one)) {
        int ordinal = 0, weekday = -1;
        if (one.len >= 2)
            weekday = find_weekday((word){one.at + one.len - 2, 2});
        bool ok = weekday >= 0 &&
                  (one.len == 2 || read_int((word){one.at, one.len - 2}, true, 53, &ordinal));
        if (!ok)
            return bad_value("BYDAY", one, "weekdays as MO, 2TU or -1FR", err);
        add_weekday(rule, (kept_rrule_weekday){(int8_t)ordinal, (int8_t)weekday});
    }
    return KEPT_OK;
}

static kept_status read_week_start(kept_rrule *rule, word value, kept_err *err)
{
    int weekday = find_weekday(value);
    if (weekday < 0)
        return bad_value("WKST", value, "a weekday as MO or SU", err);
    rule->week_start = (int8_t)weekday;
    return KEPT_OK;
}

static const struct {
    const char *name;
    kept_status (*read)(kept_rrule *rule, word value, kept_err *err);
} parts[] = {
    {"FREQ", read_freq},   {"INTERVAL", read_interval}, {"COUNT", read_count},
    {"UNTIL", read_until}, {"BYMONTH", read_months},    {"BYMONTHDAY", read_month_days},
    {"BYDAY", read_days},  {"WKST", read_week_start},
};

static kept_status read_part(kept_rrule *rule, word part, unsigned *seen, kept_err *err)
{
    word name = {0};
    bool has_value = memchr(part.at, '=', part.len) != NULL;
    (void)next_word(&part, '=', &name);
    for (unsigned i = 0; i < KEPT_N(parts); i++) {
        if (!is_word(name, parts[i].name))
            continue;
        if (*seen >> i & 1)
            return kept_fail(err, KEPT_EINPUT, "%s stands twice in the repetition.", parts[i].name);
        if (!has_value)
            return bad_value(parts[i].name, (word){"", 0}, "a value after \"=\"", err);
        *seen |= 1u << i;
        return parts[i].read(rule, part, err);
    }
    return kept_fail(err, KEPT_EINPUT,
                     "A repetition has no part \"%.*s\" here; it may have FREQ, INTERVAL, COUNT, "
                     "UNTIL, BYMONTH, BYMONTHDAY, BYDAY and WKST.",
                     name.len > 40 ? 40 : (int)name.len, name.at);
}

static bool has_ordinals(const kept_rrule *rule, int beyond)
{
    for (size_t i = 0; i < rule->n_days; i++)
        if (rule->days[i].ordinal > beyond || rule->days[i].ordinal < -beyond)
            return true;
    return false;
}

/* What the RFC says about parts that stand together. */
static kept_status check_together(const kept_rrule *rule, unsigned seen, kept_err *err)
{
    if ((seen & 1) == 0)
        return kept_fail(err, KEPT_EINPUT,
                         "A repetition needs FREQ, as in FREQ=MONTHLY;BYMONTHDAY=1.");
    if (rule->count && rule->has_until)
        return kept_fail(err, KEPT_EINPUT, "A repetition ends by COUNT or by UNTIL, not by both.");
    if (has_ordinals(rule, 0) && rule->freq < KEPT_RRULE_MONTHLY)
        return kept_fail(err, KEPT_EINPUT,
                         "Weekdays with a number, as 2TU, need FREQ=MONTHLY or FREQ=YEARLY.");
    if (has_ordinals(rule, 5) && (rule->freq == KEPT_RRULE_MONTHLY || rule->months))
        return kept_fail(err, KEPT_EINPUT,
                         "No weekday comes more than five times in a month (BYDAY).");
    if ((rule->month_days || rule->month_days_back) && rule->freq == KEPT_RRULE_WEEKLY)
        return kept_fail(err, KEPT_EINPUT,
                         "BYMONTHDAY does not go with FREQ=WEEKLY; use FREQ=MONTHLY.");
    return KEPT_OK;
}

kept_status kept_rrule_parse(const char *text, kept_rrule *ret_rule, kept_err *err)
{
    kept_rrule rule = {.interval = 1};
    unsigned seen = 0;
    word rest = {text, strlen(text)}, part;
    if (rest.len >= 6 && is_word((word){text, 6}, "RRULE:"))
        rest = (word){text + 6, rest.len - 6};
    while (next_word(&rest, ';', &part))
        KEPT_TRY(read_part(&rule, part, &seen, err));
    KEPT_TRY(check_together(&rule, seen, err));
    /* Where weeks begin matters only when some are left out. */
    if (rule.freq != KEPT_RRULE_WEEKLY || rule.interval == 1 || rule.n_days == 0)
        rule.week_start = 0;
    *ret_rule = rule;
    return KEPT_OK;
}

/* --- Writing --- */

static void add_bits(kept_buf *out, const char *sign, uint32_t bits, bool *first)
{
    for (int i = 1; i < 32; i++)
        if (bits >> i & 1) {
            kept_buf_printf(out, "%s%s%d", *first ? "" : ",", sign, i);
            *first = false;
        }
}

void kept_rrule_write(const kept_rrule *rule, kept_buf *out)
{
    bool first = true;
    kept_buf_printf(out, "FREQ=%s", freqs[rule->freq]);
    if (rule->interval > 1)
        kept_buf_printf(out, ";INTERVAL=%d", rule->interval);
    if (rule->count)
        kept_buf_printf(out, ";COUNT=%d", rule->count);
    if (rule->has_until) {
        int y, m, d;
        kept_day_to_civil(rule->until, &y, &m, &d);
        kept_buf_printf(out, ";UNTIL=%04d%02d%02d", y, m, d);
    }
    if (rule->months) {
        kept_buf_add(out, ";BYMONTH=");
        add_bits(out, "", rule->months, &first);
    }
    if (rule->month_days || rule->month_days_back) {
        kept_buf_add(out, ";BYMONTHDAY=");
        first = true;
        add_bits(out, "", rule->month_days, &first);
        add_bits(out, "-", rule->month_days_back, &first);
    }
    for (size_t i = 0; i < rule->n_days; i++) {
        kept_buf_add(out, i ? "," : ";BYDAY=");
        if (rule->days[i].ordinal)
            kept_buf_printf(out, "%d", rule->days[i].ordinal);
        kept_buf_add(out, weekdays[rule->days[i].weekday]);
    }
    if (rule->week_start)
        kept_buf_printf(out, ";WKST=%s", weekdays[rule->week_start]);
}

/* --- Days --- */

static int weekday_of(kept_day day)
{
    return (int)(((int64_t)day + 3 + 7 * INT64_C(1000000)) % 7); /* 1970-01-01 was a Thursday */
}

static kept_day month_begin(int64_t month) /* months since year 0 */
{
    return kept_day_from_civil((int)(month / 12), (int)(month % 12) + 1, 1);
}

/* A day with its month and year, as the rule looks at it. */
typedef struct place {
    kept_day day, month_first, month_last, year_first, year_last;
    int month, month_day;
} place;

static place place_of(kept_day day)
{
    int y, m, d;
    kept_day_to_civil(day, &y, &m, &d);
    int64_t month = (int64_t)y * 12 + m - 1;
    return (place){.day = day,
                   .month_first = day - (d - 1),
                   .month_last = month_begin(month + 1) - 1,
                   .year_first = kept_day_from_civil(y, 1, 1),
                   .year_last = kept_day_from_civil(y, 12, 31),
                   .month = m,
                   .month_day = d};
}

static bool fits_weekdays(const kept_rrule *rule, const place *p)
{
    /* Ordinals count in the year only when no month is named. */
    bool in_year = rule->freq == KEPT_RRULE_YEARLY && !rule->months;
    int from_first = (p->day - (in_year ? p->year_first : p->month_first)) / 7 + 1;
    int from_last = ((in_year ? p->year_last : p->month_last) - p->day) / 7 + 1;
    int weekday = weekday_of(p->day);
    for (size_t i = 0; i < rule->n_days; i++) {
        int ordinal = rule->days[i].ordinal;
        if (rule->days[i].weekday == weekday &&
            (ordinal == 0 || ordinal == from_first || ordinal == -from_last))
            return true;
    }
    return false;
}

static bool fits_month_days(const kept_rrule *rule, const place *p)
{
    int back = p->month_last - p->day + 1;
    return (rule->month_days >> p->month_day & 1) || (rule->month_days_back >> back & 1);
}

/* What the rule leaves open is as on the first day. */
static bool fits_start(const kept_rrule *rule, const place *start, const place *p)
{
    switch (rule->freq) {
    case KEPT_RRULE_DAILY:
        return true;
    case KEPT_RRULE_WEEKLY:
        return weekday_of(p->day) == weekday_of(start->day);
    case KEPT_RRULE_YEARLY:
        if (!rule->months && p->month != start->month)
            return false;
        return p->month_day == start->month_day;
    default:
        return p->month_day == start->month_day;
    }
}

static bool fits(const kept_rrule *rule, const place *start, kept_day day)
{
    place p = place_of(day);
    bool by_month_day = rule->month_days || rule->month_days_back;
    if (rule->months && !(rule->months >> p.month & 1))
        return false;
    if (by_month_day && !fits_month_days(rule, &p))
        return false;
    if (rule->n_days && !fits_weekdays(rule, &p))
        return false;
    return by_month_day || rule->n_days || fits_start(rule, start, &p);
}

/* The period of a day: days, weeks, months or years since a fixed one. */
static int64_t period_of(const kept_rrule *rule, kept_day day)
{
    int y, m, d;
    switch (rule->freq) {
    case KEPT_RRULE_DAILY:
        return day;
    case KEPT_RRULE_WEEKLY:
        return ((int64_t)day + 3 - rule->week_start + 7 * INT64_C(1000000)) / 7;
    default:
        kept_day_to_civil(day, &y, &m, &d);
        return rule->freq == KEPT_RRULE_YEARLY ? y : (int64_t)y * 12 + m - 1;
    }
}

static int64_t period_begin(const kept_rrule *rule, int64_t period)
{
    switch (rule->freq) {
    case KEPT_RRULE_DAILY:
        return period;
    case KEPT_RRULE_WEEKLY:
        return (period - INT64_C(1000000)) * 7 - 3 + rule->week_start;
    case KEPT_RRULE_MONTHLY:
        return period > INT64_C(10000) * 12 ? (int64_t)KEPT_DAY_MAX + 1 : month_begin(period);
    default:
        return period > 10000 ? (int64_t)KEPT_DAY_MAX + 1 : kept_day_from_civil((int)period, 1, 1);
    }
}

bool kept_rrule_next(const kept_rrule *rule, kept_day start, kept_day after, kept_day *ret_day)
{
    const place first = place_of(start);
    int64_t period = period_of(rule, start);
    int64_t last = rule->has_until && rule->until < KEPT_DAY_MAX ? rule->until : KEPT_DAY_MAX;
    int64_t from = start;
    if (!rule->count && after >= start) { /* nothing to count: go there at once */
        if (after >= last)
            return false;
        from = (int64_t)after + 1;
        period += (period_of(rule, (kept_day)from) - period) / rule->interval * rule->interval;
    }
    int found = 0;
    for (;; period += rule->interval) {
        int64_t begin = period_begin(rule, period), end = period_begin(rule, period + 1);
        if (begin > last)
            return false;
        for (int64_t day = begin > from ? begin : from; day < end && day <= last; day++) {
            if (!fits(rule, &first, (kept_day)day))
                continue;
            if (day > after) {
                *ret_day = (kept_day)day;
                return true;
            }
            if (rule->count && ++found == rule->count)
                return false;
        }
    }
}

/* Whether a comes in an earlier month than b. */
static bool month_before(kept_day a, kept_day b)
{
    int year_a, month_a, year_b, month_b, day;
    kept_day_to_civil(a, &year_a, &month_a, &day);
    kept_day_to_civil(b, &year_b, &month_b, &day);
    return year_a < year_b || (year_a == year_b && month_a < month_b);
}

bool kept_rrule_again(const kept_rrule *rule, kept_day done, kept_day *ret_day)
{
    enum { SHORTEST = 28 }; /* every month has so many days */
    kept_day best = 0;
    bool found = kept_rrule_next(rule, done, done, &best);
    bool by_month = rule->freq == KEPT_RRULE_MONTHLY || rule->freq == KEPT_RRULE_YEARLY;
    int year, month, day;
    kept_day_to_civil(done, &year, &month, &day);
    if (!by_month || rule->n_days || rule->month_days || rule->month_days_back)
        day = 0;
    for (int back = 1; day - back >= SHORTEST; back++) {
        kept_day again;
        if (kept_rrule_next(rule, done - back, done, &again) &&
            (!found || month_before(again, best))) {
            best = again;
            found = true;
        }
    }
    if (found)
        *ret_day = best;
    return found;
}
