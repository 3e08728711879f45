/* know/ops.h - the operations of the stage "know". */
#ifndef KEPT_KNOW_OPS_H
#define KEPT_KNOW_OPS_H

#include "op/op.h"

extern const kept_op kept_op_demo;
extern const kept_op kept_op_import;
extern const kept_op kept_op_facts;
extern const kept_op kept_op_facts_show;
extern const kept_op kept_op_undo;
extern const kept_op kept_op_compact;
extern const kept_op kept_op_simulate_orders;

#endif
