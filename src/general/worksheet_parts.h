/* general/worksheet_parts.h - what the operations on worksheets share. Not for others. */
#ifndef KEPT_GENERAL_WORKSHEET_PARTS_H
#define KEPT_GENERAL_WORKSHEET_PARTS_H

#include "op/ctx.h"
#include "store/records/count.h"

/* A sheet is a record: its title, what it is about, and questions. */
size_t kept_sheet_questions(const kept_record_kind *kind);
/* How many are answered. */
size_t kept_sheet_answered(const kept_record *sheet);
/* The answer in words; NULL: not answered. Records are named: "E-3 Jane Wood". */
KEPT_MUST_CHECK kept_status kept_sheet_answer(kept_ctx *ctx, kept_store *store,
                                              const kept_record *sheet,
                                              const kept_record_field *field,
                                              const char **ret_answer, kept_err *err);
/* The answer is one that asks for another look. */
bool kept_sheet_alarms(const kept_record *sheet, const kept_record_field *field);

#endif
