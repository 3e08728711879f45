/* realise/ops.h - the operations of the stage "realise". */
#ifndef KEPT_REALISE_OPS_H
#define KEPT_REALISE_OPS_H

#include "op/op.h"

extern const kept_op kept_op_clv_fit;
extern const kept_op kept_op_clv_predict;
extern const kept_op kept_op_customers;
extern const kept_op kept_op_report;

#endif
