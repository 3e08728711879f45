#include "make/ops.h"

#include <string.h>

#include "base/array.h"
#include "make/promise_counts.h"
#include "make/step.h"

static const kept_op *const steps[] = {
    &kept_op_promise_agree, &kept_op_promise_pause,  &kept_op_promise_resume,
    &kept_op_promise_close, &kept_op_promise_exempt, &kept_op_promise_done,
    &kept_op_promise_said,  &kept_op_promise_can_we, &kept_op_promise_wording,
};

static const char kind_name[] = "promise";

static const kept_op_family *family_of(const kept_op_table *records)
{
    for (size_t i = 0; i < records->n; i++) {
        const kept_op_family *family = records->ops[i]->family;
        if (family && strcmp(family->name, kind_name) == 0)
            return family;
    }
    return NULL;
}

kept_status kept_make_ops(const kept_catalogue *catalogue, const kept_op_table *records,
                          kept_arena *arena, kept_op_table *ret_table, kept_err *err)
{
    const kept_record_kind *promise = kept_catalogue_record(catalogue, kind_name);
    kept_op *copies = KEPT_NEW_N(arena, kept_op, KEPT_N(steps));
    const kept_op **ops = KEPT_NEW_N(arena, const kept_op *, KEPT_N(steps) + 2);
    kept_op *amend = NULL, *counts = NULL;
    size_t n = 0;
    if (!copies || !ops)
        return kept_nomem(err);
    KEPT_TRY(kept_op_promise_amend(promise, arena, &amend, err));
    KEPT_TRY(kept_op_promise_counts(promise, arena, &counts, err));
    amend->family = counts->family = family_of(records);
    ops[n++] = counts;
    for (size_t i = 0; i < KEPT_N(steps); i++) {
        copies[i] = *steps[i];
        copies[i].family = amend->family;
        ops[n++] = &copies[i];
        if (i == 0)
            ops[n++] = amend;
    }
    *ret_table = (kept_op_table){ops, n};
    return KEPT_OK;
}
