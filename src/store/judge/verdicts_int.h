/* store/judge/verdicts_int.h - what reading and writing verdicts share. Not for others. */
#ifndef KEPT_STORE_JUDGE_VERDICTS_INT_H
#define KEPT_STORE_JUDGE_VERDICTS_INT_H

#include "store/inside.h"
#include "store/judge/verdicts.h"

typedef struct kept_judged_list {
    kept_judged *items;
    int64_t *rows; /* ids in the ledger */
    size_t n, room;
    kept_arena *arena;
} kept_judged_list;

KEPT_MUST_CHECK kept_status kept_judged__add(kept_judged_list *list, const kept_judged *judged,
                                             int64_t row, kept_err *err);
/* Verdicts that stand, of all promises, by promise and window. */
KEPT_MUST_CHECK kept_status kept_judged__standing(kept_ledger *ledger, kept_judged_list *list,
                                                  kept_err *err);

#endif
