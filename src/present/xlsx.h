/* present/xlsx.h - a result as a workbook: a sheet of single figures and notes, a sheet per table.
 *
 * Numbers, dates and percentages are real cells with a format; text is always text, never a formula
 * or a link. What is not known is an empty cell. */
#ifndef KEPT_PRESENT_XLSX_H
#define KEPT_PRESENT_XLSX_H

#include "kept/err.h"
#include "op/result.h"

/* Writes path at once or not at all (a file beside it is renamed at the end). KEPT_EIO: cannot
 * write. KEPT_EINPUT: a table has more rows than a sheet can hold. */
KEPT_MUST_CHECK kept_status kept_present_xlsx(const kept_result *result, const char *path,
                                              kept_err *err);

#endif
