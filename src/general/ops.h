/* general/ops.h - the operations of the workspace itself and of everything that is declared. */
#ifndef KEPT_GENERAL_OPS_H
#define KEPT_GENERAL_OPS_H

#include "op/op.h"

extern const kept_op kept_op_start;
extern const kept_op kept_op_init;
extern const kept_op kept_op_apply;
extern const kept_op kept_op_customer_merge;
extern const kept_op kept_op_customer_split;
extern const kept_op kept_op_export;
extern const kept_op kept_op_find_words;
extern const kept_op kept_op_schema;
extern const kept_op kept_op_glossary;
extern const kept_op kept_op_trace;
extern const kept_op kept_op_documents;
extern const kept_op kept_op_document_versions;
extern const kept_op kept_op_document_show;
extern const kept_op kept_op_document_diff;

#endif
