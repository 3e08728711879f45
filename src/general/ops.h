/* general/ops.h - the operations of the workspace itself and of everything that is declared. */
#ifndef KEPT_GENERAL_OPS_H
#define KEPT_GENERAL_OPS_H

#include "op/op.h"

extern const kept_op kept_op_start;
extern const kept_op kept_op_init;
extern const kept_op kept_op_due;
extern const kept_op kept_op_rhythms;
extern const kept_op kept_op_calendars;
extern const kept_op kept_op_worksheets;
extern const kept_op kept_op_worksheet_show;
extern const kept_op kept_op_worksheet_print;
extern const kept_op kept_op_pack_list;
extern const kept_op kept_op_pack_on;
extern const kept_op kept_op_pack_off;
extern const kept_op kept_op_warnings;
extern const kept_op kept_op_warning_show;
extern const kept_op kept_op_warning_accept;
extern const kept_op kept_op_warning_reopen;
extern const kept_op kept_op_warning_limit;
extern const kept_op kept_op_backup_create;
extern const kept_op kept_op_backup_check;
extern const kept_op kept_op_backup_restore;
extern const kept_op kept_op_doctor;
extern const kept_op kept_op_verify;
extern const kept_op kept_op_apply;
extern const kept_op kept_op_customer_merge;
extern const kept_op kept_op_customer_split;
extern const kept_op kept_op_export;
extern const kept_op kept_op_find_words;
extern const kept_op kept_op_schema;
extern const kept_op kept_op_glossary;
extern const kept_op kept_op_trace;
extern const kept_op kept_op_personal_export;
extern const kept_op kept_op_personal_erase;
extern const kept_op kept_op_documents;
extern const kept_op kept_op_document_versions;
extern const kept_op kept_op_document_show;
extern const kept_op kept_op_document_diff;
extern const kept_op kept_op_measures;
extern const kept_op kept_op_measures_run;
extern const kept_op kept_op_measure_show;

#endif
