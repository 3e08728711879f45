/* keep/ops.h - the operations of the stage "keep". */
#ifndef KEPT_KEEP_OPS_H
#define KEPT_KEEP_OPS_H

#include "op/op.h"

extern const kept_op kept_op_judge;
extern const kept_op kept_op_promises;
extern const kept_op kept_op_brief;
extern const kept_op kept_op_calibration;

#endif
