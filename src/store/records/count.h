/* store/records/count.h - how many records there are, and how far sheets are filled in. */
#ifndef KEPT_STORE_RECORDS_COUNT_H
#define KEPT_STORE_RECORDS_COUNT_H

#include "store/records/record.h"

/* Records of each kind that are not archived; ret_counts has room for n. */
KEPT_MUST_CHECK kept_status kept_records_count(kept_store *store, const kept_scope *scope,
                                               const kept_record_kind *const *kinds, size_t n,
                                               int64_t *ret_counts, kept_err *err);

/* A field of a worksheet that is a question: not the sheet's title, nor what it is about. */
bool kept_sheet_is_question(const kept_record_kind *kind, const kept_record_field *field);
/* Sheets that are not archived, and how many questions are answered on average (0 without any). */
KEPT_MUST_CHECK kept_status kept_sheets_count(kept_store *store, const kept_scope *scope,
                                              const kept_record_kind *kind, int64_t *ret_n,
                                              double *ret_answered, kept_err *err);

#endif
