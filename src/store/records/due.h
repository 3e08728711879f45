/* store/records/due.h - what may be due: days that open records name, and subjects of rhythms. */
#ifndef KEPT_STORE_RECORDS_DUE_H
#define KEPT_STORE_RECORDS_DUE_H

#include "base/date.h"
#include "catalogue/rhythm.h"
#include "store/records/record.h"

typedef struct kept_due_row {
    int64_t id;                /* 0: the firm */
    const char *label;         /* "" when it is empty */
    const char *owner;         /* what its field `owner` names; NULL: nobody */
    int64_t customer;          /* that it belongs to, or is; 0: none */
    const char *customer_name; /* NULL: to none, or it is the customer */
    bool has_day;
    kept_day day; /* that the record names; of a rhythm: when it was last done */
    /* Of a rhythm alone. */
    bool made; /* false: a firm that has not written anything down yet */
    int64_t made_at;
    bool is_planned;
    kept_day planned; /* first day from today on of an open record that will show it as done */
} kept_due_row;

/* Open records of the kind whose field, which is `due`, has a day up to `until`. */
KEPT_MUST_CHECK kept_status kept_due_days(kept_store *store, const kept_scope *scope,
                                          const kept_record_kind *kind,
                                          const kept_record_field *field, kept_day until,
                                          kept_arena *arena, kept_due_row **ret_rows, size_t *ret_n,
                                          kept_err *err);
/* Everything that the rhythm is for. Those of the firm are for who sees all of it. When a document
 * was last kept stands in store/records/documents.h. */
KEPT_MUST_CHECK kept_status kept_due_subjects(kept_store *store, const kept_scope *scope,
                                              const kept_rhythm *rhythm, kept_arena *arena,
                                              kept_due_row **ret_rows, size_t *ret_n,
                                              kept_err *err);

#endif
