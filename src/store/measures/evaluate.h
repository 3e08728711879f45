/* store/measures/evaluate.h - the value of a measure from what the engine counted and added up.
 *
 * Sums, counts and what is added to them stay exact; means, medians between two values and
 * quotients are doubles, computed once from exact parts. What is not known stays so. */
#ifndef KEPT_STORE_MEASURES_EVALUATE_H
#define KEPT_STORE_MEASURES_EVALUATE_H

#include "store/measures/emit.h"

typedef struct kept_slot_value {
    bool known;
    kept_i128 i; /* count; number in units of its places; day */
} kept_slot_value;

typedef struct kept_measured {
    bool known;
    double value;
    bool exact;    /* units says it all */
    int64_t units; /* of money: ten-thousandths; of whole numbers: itself */
} kept_measured;

/* values has one for each slot. KEPT_EINPUT: the number does not fit. */
KEPT_MUST_CHECK kept_status kept_measure_evaluate(const kept_measure *measure,
                                                  const kept_slot *slots,
                                                  const kept_slot_value *values, size_t n_slots,
                                                  int32_t as_of, kept_measured *ret_measured,
                                                  kept_err *err);

#endif
