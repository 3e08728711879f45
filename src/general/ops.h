/* general/ops.h - the operations of the workspace itself and of everything that is declared. */
#ifndef KEPT_GENERAL_OPS_H
#define KEPT_GENERAL_OPS_H

#include "op/op.h"

extern const kept_op kept_op_start;
extern const kept_op kept_op_init;

#endif
