/* op/version.h - kept version. */
#ifndef KEPT_OP_VERSION_H
#define KEPT_OP_VERSION_H

#include "op/op.h"

extern const kept_op kept_op_version;

#endif
