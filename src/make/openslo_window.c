/* Windows of OpenSLO: durations, rolling and calendar windows, and what a promise says instead. */
#include <string.h>

#include "base/array.h"
#include "make/openslo_int.h"

enum {
    SHOWN = 40,
    DURATION_MOST = 9999,
    ROLLING_MOST = 3660, /* days; as the kind promise has it */
    WEEK = 7,
};

/* --- Durations --- */

bool kept_openslo__duration(const char *text, kept_openslo_duration *ret_duration)
{
    int count = 0;
    const char *c = text;
    for (; *c >= '0' && *c <= '9'; c++)
        if ((count = count * 10 + (*c - '0')) > DURATION_MOST)
            return false;
    if (count == 0 || !*c || !strchr("mhdwMQY", *c) || c[1])
        return false;
    *ret_duration = (kept_openslo_duration){count, *c};
    return true;
}

static const struct {
    const char *text;
    kept_window_kind kind;
} calendar_windows[] = {
    /* The first of a kind is how it is written. */
    {"1w", KEPT_WINDOW_WEEK},      {"7d", KEPT_WINDOW_WEEK},    {"1M", KEPT_WINDOW_MONTH},
    {"1Q", KEPT_WINDOW_QUARTER},   {"3M", KEPT_WINDOW_QUARTER}, {"2Q", KEPT_WINDOW_HALF_YEAR},
    {"6M", KEPT_WINDOW_HALF_YEAR}, {"1Y", KEPT_WINDOW_YEAR},    {"4Q", KEPT_WINDOW_YEAR},
    {"12M", KEPT_WINDOW_YEAR},
};

bool kept_openslo__calendar(kept_openslo_duration duration, kept_window_kind *ret_kind)
{
    for (size_t i = 0; i < KEPT_N(calendar_windows); i++) {
        kept_openslo_duration one;
        if (kept_openslo__duration(calendar_windows[i].text, &one) && one.count == duration.count &&
            one.unit == duration.unit) {
            *ret_kind = calendar_windows[i].kind;
            return true;
        }
    }
    return false;
}

const char *kept_openslo__duration_of(kept_window_kind kind)
{
    if (kind == KEPT_WINDOW_CONTRACT_YEAR)
        kind = KEPT_WINDOW_YEAR;
    for (size_t i = 0; i < KEPT_N(calendar_windows); i++)
        if (calendar_windows[i].kind == kind)
            return calendar_windows[i].text;
    return NULL;
}

static const struct {
    const char *text, *period;
} slices[] = {
    {"1d", "day"},  {"24h", "day"},   {"1440m", "day"}, {"1w", "week"},
    {"7d", "week"}, {"168h", "week"}, {"1M", "month"},
};

const char *kept_openslo__period(kept_openslo_duration duration)
{
    for (size_t i = 0; i < KEPT_N(slices); i++) {
        kept_openslo_duration one;
        if (kept_openslo__duration(slices[i].text, &one) && one.count == duration.count &&
            one.unit == duration.unit)
            return slices[i].period;
    }
    return NULL;
}

const char *kept_openslo__slice_of(const char *counted_by)
{
    for (size_t i = 0; counted_by && i < KEPT_N(slices); i++)
        if (strcmp(slices[i].period, counted_by) == 0)
            return slices[i].text;
    return NULL;
}

/* --- Rolling --- */

static int unit_days(char unit)
{
    return unit == 'd'   ? 1
           : unit == 'w' ? WEEK
           : unit == 'M' ? 30
           : unit == 'Q' ? 90
           : unit == 'Y' ? 365
                         : 0;
}

static kept_status rolling(kept_openslo_slo *s, const kept_yaml_node *node,
                           kept_openslo_duration duration, kept_err *err)
{
    int days = duration.count * unit_days(duration.unit);
    const kept_yaml_node *none = kept_openslo__annotation(s, "window_days");
    const char *text = kept_arena_printf(s->reading->arena, "%d", days);
    if (!text)
        return kept_nomem(err);
    if (days > ROLLING_MOST)
        return kept_yaml_fail(node, err, "%s is too long: a rolling window has at most %d days.",
                              node->text, ROLLING_MOST);
    if (strchr("MQY", duration.unit))
        KEPT_OPENSLO_REMARK(s, node, "A rolling window of %s was read as %d days.", node->text,
                            days);
    if (none && *none->text == '\0' && days == KEPT_OPENSLO_ROLLING)
        text = NULL;
    kept_openslo__say(s, &s->base, "window_kind", "rolling", node);
    kept_openslo__say(s, &s->base, "window_days", text, node);
    return KEPT_OK;
}

/* --- Calendar --- */

/* "2026-01-21 12:30:00": the day; *ret_midnight: whether no time stands behind it but that. */
static kept_status read_start(const kept_yaml_node *node, kept_day *ret_day, bool *ret_midnight,
                              kept_err *err)
{
    kept_when when;
    if (node->type != KEPT_YAML_TEXT ||
        !kept_when_read(node->text, strlen(node->text), KEPT_YMD, &when))
        return kept_yaml_fail(node, err,
                              "\"startTime\" must be a day and a time, as 2026-01-01 00:00:00.");
    *ret_day = when.day;
    *ret_midnight = when.clock == KEPT_NO_CLOCK || when.clock == 0;
    return KEPT_OK;
}

static bool is_year_start(kept_day day)
{
    int year, month, of_month;
    kept_day_to_civil(day, &year, &month, &of_month);
    return month == 1 && of_month == 1;
}

/* An annotation may say which of two windows of one length is meant, or that none is named. */
static const char *window_word(const kept_openslo_slo *s, kept_window_kind kind)
{
    const kept_yaml_node *note = kept_openslo__annotation(s, "window_kind");
    kept_window_kind said = KEPT_WINDOW_QUARTER;
    if (!note || (*note->text && !kept_window_find(note->text, &said)) ||
        !kept_text_equal(kept_openslo__duration_of(said), kept_openslo__duration_of(kind)))
        return kept_window_name(kind);
    return *note->text ? kept_window_name(said) : NULL;
}

/* Contract years are counted from the day they start; Kept may know that day by another field. */
static kept_status contract_year(kept_openslo_slo *s, const kept_yaml_node *node, kept_day start,
                                 kept_err *err)
{
    const kept_yaml_node *none = kept_openslo__annotation(s, "starts_on");
    const kept_yaml_node *promised = kept_openslo__annotation(s, "promised_on");
    char day[11];
    kept_day_write(start, day);
    const char *text = kept_arena_strdup(s->reading->arena, day);
    if (!text)
        return kept_nomem(err);
    if (none && *none->text == '\0' && (!promised || strcmp(promised->text, day) == 0))
        text = NULL;
    kept_openslo__say(s, &s->base, "starts_on", text, node);
    return KEPT_OK;
}

static kept_status check_start(kept_openslo_slo *s, const kept_yaml_node *node,
                               kept_window_kind kind, kept_day start, bool midnight, kept_err *err)
{
    kept_window_days window = kept_window_of(kind, start, start, 0);
    if (kind != KEPT_WINDOW_CONTRACT_YEAR && window.start != start)
        KEPT_OPENSLO_REMARK(s, node,
                            "Its windows are not counted from %.*s: a %s of Kept begins as the "
                            "calendar has it%s.",
                            KEPT_SHOWN(node->text, SHOWN), kept_window_name(kind),
                            kind == KEPT_WINDOW_WEEK ? ", on Monday" : "");
    if (!midnight)
        KEPT_OPENSLO_REMARK(s, node, "Windows of Kept begin with the day, not at %.*s.",
                            KEPT_SHOWN(node->text, SHOWN));
    return KEPT_OK;
}

static kept_status read_zone(kept_openslo_slo *s, const kept_yaml_node *calendar, kept_err *err)
{
    const char *zone = NULL;
    const kept_yaml_node *node = kept_yaml_get(calendar, "timeZone");
    const kept_yaml_node *firms = kept_openslo__annotation(s, "zone");
    KEPT_TRY(kept_openslo__text(calendar, "timeZone", &zone, err));
    if (!zone)
        return KEPT_OK;
    for (const char *c = zone; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
              strchr("_+-/", *c)))
            return kept_yaml_fail(node, err, "\"%.*s\" is no time zone; name one as Europe/Berlin.",
                                  KEPT_SHOWN(zone, SHOWN));
    bool is_firms = firms && *firms->text == '\0' && strcmp(zone, s->reading->firm_zone) == 0;
    kept_openslo__say(s, &s->base, "zone", is_firms ? NULL : zone, node);
    return KEPT_OK;
}

static kept_status calendar(kept_openslo_slo *s, const kept_yaml_node *node,
                            const kept_yaml_node *calendar, kept_openslo_duration duration,
                            kept_err *err)
{
    static const char *const words[] = {"startTime", "timeZone", NULL};
    const kept_yaml_node *from = calendar ? kept_yaml_get(calendar, "startTime") : NULL;
    kept_window_kind kind;
    kept_day start = 0;
    bool midnight = true;
    if (!kept_openslo__calendar(duration, &kind))
        return kept_yaml_fail(node, err,
                              "Kept has no calendar windows of %s; take 1w, 1M, 1Q, 2Q or 1Y, or "
                              "make it rolling (isRolling: true).",
                              node->text);
    if (from)
        KEPT_TRY(read_start(from, &start, &midnight, err));
    if (kind == KEPT_WINDOW_YEAR && from && !is_year_start(start))
        kind = KEPT_WINDOW_CONTRACT_YEAR;
    const char *word = window_word(s, kind);
    if (word)
        (void)kept_window_find(word, &kind);
    kept_openslo__say(s, &s->base, "window_kind", word, node);
    if (from)
        KEPT_TRY(check_start(s, from, kind, start, midnight, err));
    if (from && kind == KEPT_WINDOW_CONTRACT_YEAR)
        KEPT_TRY(contract_year(s, from, start, err));
    if (!calendar)
        return KEPT_OK;
    KEPT_TRY(kept_openslo__others(s, calendar, "a calendar", words, err));
    return read_zone(s, calendar, err);
}

/* --- The window of an SLO --- */

static kept_status read_window(kept_openslo_slo *s, const kept_yaml_node *window, kept_err *err)
{
    static const char *const words[] = {"duration", "isRolling", "calendar", NULL};
    const kept_yaml_node *aligned = NULL, *node = kept_yaml_get(window, "duration");
    const char *text = NULL;
    kept_openslo_duration duration;
    if (window->type != KEPT_YAML_MAP)
        return kept_yaml_fail(window, err, "A time window must be a map with a \"duration\".");
    KEPT_TRY(kept_openslo__need_text(window, "duration", "A time window", &text, err));
    KEPT_TRY(kept_openslo__map(window, "calendar", &aligned, err));
    bool rolls = !aligned;
    KEPT_TRY(kept_openslo__flag(window, "isRolling", &rolls, err));
    KEPT_TRY(kept_openslo__others(s, window, "a time window", words, err));
    if (!kept_openslo__duration(text, &duration))
        return kept_yaml_fail(
            node, err,
            "\"%.*s\" is no duration: a whole number and one of d w M Q Y, as 30d "
            "or 1Q.",
            KEPT_SHOWN(text, SHOWN));
    if (strchr("mh", duration.unit))
        return kept_yaml_fail(node, err,
                              "%s is too short: promises are judged over days and more; take 1d or "
                              "more.",
                              text);
    if (rolls && aligned)
        return kept_yaml_fail_key(aligned, err,
                                  "A window that rolls has no calendar: take away \"calendar\" or "
                                  "\"isRolling: true\".");
    s->base.window = text;
    return rolls ? rolling(s, node, duration, err) : calendar(s, node, aligned, duration, err);
}

kept_status kept_openslo__window(kept_openslo_slo *s, kept_err *err)
{
    const kept_yaml_node *list = kept_yaml_get(s->spec, "timeWindow");
    if (!list || kept_yaml_is_empty(list) || (list->type == KEPT_YAML_LIST && list->n == 0)) {
        KEPT_OPENSLO_REMARK(s, s->spec,
                            "It names no timeWindow: the promise is judged by the quarter until it "
                            "says otherwise.");
        return KEPT_OK;
    }
    if (list->type != KEPT_YAML_LIST)
        return kept_yaml_fail(list, err,
                              "\"timeWindow\" must be a list of one window: begin it "
                              "with \"- duration: ...\".");
    if (list->n > 1)
        return kept_yaml_fail(list->first->next, err,
                              "An SLO has one time window; make an SLO of its own for this one.");
    return read_window(s, list->first, err);
}
