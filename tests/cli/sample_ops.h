/* A small table of operations for tests: every type of parameter, cell, note and chart. */
#ifndef KEPT_TESTS_SAMPLE_OPS_H
#define KEPT_TESTS_SAMPLE_OPS_H

#include "op/op.h"

extern const kept_op_table sample_table;

/* Fills a result as `kept-sample worth fit` gives it. */
void sample_fit_result(kept_result *result);

#endif
