/* An objective of an SLO: target, threshold, time slices. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "make/openslo_int.h"

enum { SHOWN = 40, ONE = 1000000, SIX = 6 };

static kept_status plain(kept_openslo_slo *s, int64_t millionths, const char **ret_text,
                         kept_err *err)
{
    char text[48];
    kept_decimal_write(kept_decimal_shortest((kept_decimal){millionths, SIX}), text);
    *ret_text = kept_arena_strdup(s->reading->arena, text);
    return *ret_text ? KEPT_OK : kept_nomem(err);
}

/* --- Target --- */

/* The stand-in stands for what the annotation says, or for itself. */
static const char *stands_for(const kept_openslo_slo *s, int64_t millionths, const char *text)
{
    const kept_yaml_node *note = kept_openslo__annotation(s, "target");
    if (!note || millionths != KEPT_OPENSLO_STAND_IN_MILLIONTHS)
        return text;
    return *note->text ? note->text : NULL;
}

static kept_status read_target(kept_openslo_slo *s, const kept_yaml_node *objective,
                               kept_openslo_promise *promise, kept_err *err)
{
    const kept_yaml_node *share = kept_yaml_get(objective, "target");
    const kept_yaml_node *percent = kept_yaml_get(objective, "targetPercent");
    const kept_yaml_node *node = share ? share : percent;
    int64_t millionths = 0;
    const char *text = NULL;
    if (!node)
        return kept_yaml_fail(objective, err,
                              "An objective needs \"target\", a share as 0.95, or "
                              "\"targetPercent\", as 95.");
    if (share && percent)
        return kept_yaml_fail_key(percent, err,
                                  "An objective has \"target\" or \"targetPercent\", not both.");
    KEPT_TRY(
        kept_openslo__number(node, share ? "A target" : "A target in percent", &millionths, err));
    if (percent) {
        if (millionths % 100 != 0)
            return kept_yaml_fail(node, err,
                                  "A target in percent has more than 4 decimals; round "
                                  "it.");
        millionths /= 100;
    }
    if (millionths < 0 || millionths > ONE)
        return share && millionths > ONE
                   ? kept_yaml_fail(node, err,
                                    "A target is a share below 1; write %.*s %% as targetPercent.",
                                    KEPT_SHOWN(node->text, SHOWN))
                   : kept_yaml_fail(node, err, "A target lies between 0 and 1 (0 and 100 %%).");
    KEPT_TRY(plain(s, millionths, &text, err));
    kept_openslo__say(s, promise, "target", stands_for(s, millionths, text), node);
    return KEPT_OK;
}

/* --- Threshold --- */

static kept_status read_op(kept_openslo_slo *s, const kept_yaml_node *objective,
                           kept_openslo_promise *promise, kept_err *err)
{
    static const char *const ops[] = {"lte", "gte", "lt", "gt"};
    const kept_yaml_node *node = kept_yaml_get(objective, "op");
    const kept_yaml_node *none = kept_openslo__annotation(s, "target_is");
    const char *op = NULL;
    size_t i = 0;
    KEPT_TRY(
        kept_openslo__need_text(objective, "op", "An objective of a thresholdMetric", &op, err));
    while (i < KEPT_N(ops) && strcmp(ops[i], op) != 0)
        i++;
    if (i == KEPT_N(ops))
        return kept_yaml_fail(node, err, "\"op\" is one of lte, gte, lt and gt, not \"%.*s\".",
                              KEPT_SHOWN(op, SHOWN));
    if (i > 1)
        KEPT_OPENSLO_REMARK(s, node,
                            "%s was read as %s: in Kept a value that is just reached counts "
                            "as met.",
                            op, ops[i - 2]);
    const char *is = i % 2 == 0 ? "at-most" : none && *none->text == '\0' ? NULL : "at-least";
    kept_openslo__say(s, promise, "target_is", is, node);
    return KEPT_OK;
}

static kept_status read_threshold(kept_openslo_slo *s, const kept_yaml_node *objective,
                                  kept_openslo_promise *promise, kept_err *err)
{
    const kept_yaml_node *node = kept_yaml_get(objective, "value");
    int64_t millionths = 0;
    const char *text = NULL;
    if (!node || kept_yaml_is_empty(node))
        return kept_yaml_fail(objective, err,
                              "An objective of a thresholdMetric needs \"value\", the figure that "
                              "is to be reached or not to be passed.");
    KEPT_TRY(read_op(s, objective, promise, err));
    KEPT_TRY(kept_openslo__number(node, "A value", &millionths, err));
    KEPT_TRY(plain(s, millionths, &text, err));
    kept_openslo__say(s, promise, "target_value", text, node);
    return KEPT_OK;
}

/* --- Time slices --- */

static kept_status read_slice_window(kept_openslo_slo *s, const kept_yaml_node *objective,
                                     kept_openslo_promise *promise, kept_err *err)
{
    const kept_yaml_node *node = kept_yaml_get(objective, "timeSliceWindow");
    const char *text = NULL;
    kept_openslo_duration duration;
    KEPT_TRY(kept_openslo__need_text(objective, "timeSliceWindow",
                                     "An objective with budgetingMethod Timeslices", &text, err));
    /* A number alone is minutes. */
    const char *whole =
        text[strspn(text, "0123456789")] ? text : kept_arena_printf(s->reading->arena, "%sm", text);
    if (!whole)
        return kept_nomem(err);
    if (!kept_openslo__duration(whole, &duration))
        return kept_yaml_fail(node, err, "\"%.*s\" is no time slice; take 1d, 1w or 1M.",
                              KEPT_SHOWN(text, SHOWN));
    const char *period = kept_openslo__period(duration);
    if (!period)
        return kept_yaml_fail(node, err,
                              "Kept counts good days, weeks or months, not slices of %s; take 1d, "
                              "1w or 1M, or budgetingMethod Occurrences.",
                              whole);
    kept_openslo__say(s, promise, "counted_by", period, node);
    return KEPT_OK;
}

static kept_status read_slice(kept_openslo_slo *s, const kept_yaml_node *objective,
                              kept_openslo_promise *promise, kept_err *err)
{
    const kept_yaml_node *node = kept_yaml_get(objective, "timeSliceTarget");
    const kept_yaml_node *note = kept_openslo__annotation(s, "period_target");
    int64_t millionths = 0;
    const char *text = NULL;
    KEPT_TRY(read_slice_window(s, objective, promise, err));
    if (!node || kept_yaml_is_empty(node))
        return kept_yaml_fail(objective, err,
                              "An objective with budgetingMethod Timeslices needs "
                              "\"timeSliceTarget\", the share that makes a slice good, as 0.9.");
    KEPT_TRY(kept_openslo__number(node, "A timeSliceTarget", &millionths, err));
    if (millionths <= 0 || millionths > ONE)
        return kept_yaml_fail(node, err, "A timeSliceTarget lies above 0 and is at most 1.");
    KEPT_TRY(plain(s, millionths, &text, err));
    if (millionths == ONE) /* all of them: a promise need not say so */
        text = note && *note->text ? note->text : NULL;
    kept_openslo__say(s, promise, "period_target", text, node);
    return KEPT_OK;
}

/* --- The objective --- */

/* Keys that mean something only in an SLO of another sort. */
static kept_status note_idle(kept_openslo_slo *s, const kept_yaml_node *objective,
                             const char *const *keys, const char *why, kept_err *err)
{
    for (; *keys; keys++) {
        const kept_yaml_node *node = kept_yaml_get(objective, *keys);
        if (node)
            KEPT_OPENSLO_REMARK(s, node, "\"%s\" means nothing %s and was left out.", *keys, why);
    }
    return KEPT_OK;
}

static kept_status check_parts(const kept_yaml_node *objective, kept_err *err)
{
    static const char *const parts[] = {"indicator", "indicatorRef", "compositeWeight"};
    if (objective->type != KEPT_YAML_MAP)
        return kept_yaml_fail(objective, err, "An objective must be a map with a \"target\".");
    for (size_t i = 0; i < KEPT_N(parts); i++) {
        const kept_yaml_node *node = kept_yaml_get(objective, parts[i]);
        if (node)
            return kept_yaml_fail_key(
                node, err,
                "A composite SLO is no one promise; make an SLO of its own of "
                "each part, with the indicator under \"spec\".");
    }
    return KEPT_OK;
}

kept_status kept_openslo__objective(kept_openslo_slo *s, const kept_yaml_node *objective,
                                    kept_openslo_promise *promise, kept_err *err)
{
    static const char *const words[] = {
        "displayName",     "op", "value", "target", "targetPercent", "timeSliceTarget",
        "timeSliceWindow", NULL};
    static const char *const threshold[] = {"op", "value", NULL};
    static const char *const slice[] = {"timeSliceTarget", "timeSliceWindow", NULL};
    const kept_yaml_node *none = kept_openslo__annotation(s, "counted_by");
    KEPT_TRY(check_parts(objective, err));
    KEPT_TRY(kept_openslo__others(s, objective, "an objective", words, err));
    KEPT_TRY(read_target(s, objective, promise, err));
    KEPT_TRY(s->threshold ? read_threshold(s, objective, promise, err)
                          : note_idle(s, objective, threshold, "for a ratioMetric", err));
    if (s->slices)
        return read_slice(s, objective, promise, err);
    kept_openslo__say(s, promise, "counted_by", none && *none->text == '\0' ? NULL : "case",
                      kept_yaml_get(s->spec, "budgetingMethod"));
    return note_idle(s, objective, slice, "with budgetingMethod Occurrences", err);
}
