#include "op/table.h"

#include "base/array.h"
#include "general/ops.h"
#include "know/ops.h"
#include "op/version.h"
#include "realise/ops.h"

static const kept_op *const ops[] = {
    /* The workspace itself. */
    &kept_op_start,
    &kept_op_init,
    &kept_op_demo,
    &kept_op_version,
    /* Know. */
    &kept_op_import,
    &kept_op_facts,
    &kept_op_facts_show,
    &kept_op_undo,
    &kept_op_compact,
    &kept_op_simulate_orders,
    /* Realise. */
    &kept_op_clv_fit,
    &kept_op_clv_predict,
    &kept_op_customers,
    &kept_op_report,
};

const kept_op_table kept_all_ops = {ops, KEPT_N(ops)};
