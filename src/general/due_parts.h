/* general/due_parts.h - what is due: days that records name, and rhythms. Not for others. */
#ifndef KEPT_GENERAL_DUE_PARTS_H
#define KEPT_GENERAL_DUE_PARTS_H

#include "base/date.h"
#include "base/text.h"
#include "catalogue/rhythm.h"
#include "op/ctx.h"
#include "store/records/due.h"
#include "store/records/rule.h"
#include "store/store.h"

typedef enum kept_due_state {
    KEPT_DUE_MISSED, /* the day and the days of grace are over */
    KEPT_DUE_NOW,
    KEPT_DUE_COMING,
} kept_due_state;

typedef struct kept_due {
    const kept_rhythm *rhythm;      /* NULL: a day that a record names */
    const kept_record_field *field; /* that day's; NULL: a rhythm */
    kept_ref about;                 /* kind NULL: the firm */
    const char *label;              /* of what it is about */
    int64_t customer;               /* that it belongs to; 0: to none */
    const char *customer_name;      /* NULL: to none, or it is the customer */
    const char *owner;              /* NULL: none is named */
    kept_day day;
    bool never;    /* a rhythm that was never kept */
    kept_day done; /* of a rhythm, unless never */
    /* A record that will show it as done has its day already, within the days of grace: then that
     * record stands in the list and the rhythm does not. */
    bool planned;
    kept_due_state state;
    const char *advice; /* a command */
} kept_due;

typedef struct kept_due_list {
    kept_due *items; /* by day */
    size_t n, room;
} kept_due_list;

typedef struct kept_due_ask {
    kept_day until; /* last day looked at */
    kept_ref about; /* kind NULL: anything; else that record and, of a customer, what is its */
} kept_due_ask;

/* What is due in packs that are in use, as far as the asker may see. Lives in the ctx's arena. */
KEPT_MUST_CHECK kept_status kept_due_find(kept_ctx *ctx, kept_store *store, const kept_due_ask *ask,
                                          kept_due_list *ret_list, kept_err *err);

/* --- Parts of it --- */

KEPT_MUST_CHECK kept_status kept_due_add(kept_ctx *ctx, kept_due_list *list, const kept_due *item,
                                         kept_err *err);
/* due_dates.c, due_rhythms.c: everything, in no order. */
KEPT_MUST_CHECK kept_status kept_due_dates(kept_ctx *ctx, kept_store *store, kept_day until,
                                           kept_due_list *list, kept_err *err);
KEPT_MUST_CHECK kept_status kept_due_rhythm(kept_ctx *ctx, kept_store *store,
                                            const kept_rhythm *rhythm, kept_day until,
                                            kept_due_list *list, kept_err *err);
/* missed, due or coming. */
kept_due_state kept_due_state_of(kept_day today, kept_day day, int grace_days);
const char *kept_due_state_word(kept_due_state state);

#endif
