#include "make/can_we.h"

const char kept_can_rule[] =
    "Cannot keep: a point is missing (resources, or fewer than half of its windows hold). At risk: "
    "a point is short (resources in part, nobody answers, twice the usual load, a supplier below "
    "the target or without another, fewer than nine windows of ten hold). Can keep: resources are "
    "there and nine windows of ten hold. Otherwise not known. The limits are ours.";

kept_can kept_can_answer(const kept_point points[static KEPT_N_POINTS])
{
    bool any_short = false;
    for (size_t i = 0; i < KEPT_N_POINTS; i++) {
        if (points[i].looked && points[i].need == KEPT_NEED_MISSING)
            return KEPT_CANNOT;
        any_short = any_short || (points[i].looked && points[i].need == KEPT_NEED_SHORT);
    }
    if (any_short)
        return KEPT_CAN_RISK;
    const kept_point *past = &points[KEPT_POINT_PAST], *counts = &points[KEPT_POINT_COUNTS];
    bool held = (past->looked && past->need == KEPT_NEED_FINE) ||
                (counts->looked && counts->need == KEPT_NEED_FINE);
    bool there =
        points[KEPT_POINT_RESOURCES].looked && points[KEPT_POINT_RESOURCES].need == KEPT_NEED_FINE;
    return held && there ? KEPT_CAN_KEEP : KEPT_CAN_NOT_SAY;
}

kept_need kept_need_of_share(int64_t kept, int64_t n)
{
    if (n < KEPT_CAN_LEAST)
        return KEPT_NEED_UNKNOWN;
    double share = (double)kept / (double)n;
    return share < KEPT_CAN_CANNOT_BELOW ? KEPT_NEED_MISSING
           : share < KEPT_CAN_RISK_BELOW ? KEPT_NEED_SHORT
                                         : KEPT_NEED_FINE;
}

const char *kept_can_words(kept_can can)
{
    static const char *const words[] = {[KEPT_CAN_NOT_SAY] = "not known",
                                        [KEPT_CAN_KEEP] = "can keep",
                                        [KEPT_CAN_RISK] = "at risk",
                                        [KEPT_CANNOT] = "cannot keep"};
    return words[can];
}

const char *kept_need_words(kept_need need)
{
    static const char *const words[] = {[KEPT_NEED_UNKNOWN] = "not known",
                                        [KEPT_NEED_FINE] = "fine",
                                        [KEPT_NEED_SHORT] = "short",
                                        [KEPT_NEED_MISSING] = "missing"};
    return words[need];
}

const char *kept_point_title(kept_point_topic topic)
{
    static const char *const titles[] = {
        [KEPT_POINT_NEEDS] = "What it needs",  [KEPT_POINT_RESOURCES] = "Resources",
        [KEPT_POINT_OWNER] = "Who answers",    [KEPT_POINT_LOAD] = "Load",
        [KEPT_POINT_SUPPLY] = "Suppliers",     [KEPT_POINT_SOURCES] = "Dependence",
        [KEPT_POINT_COUNTS] = "Its own cases", [KEPT_POINT_PAST] = "Promises like it"};
    return titles[topic];
}
