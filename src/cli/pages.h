/* cli/pages.h - files made from the table of operations. */
#ifndef KEPT_CLI_PAGES_H
#define KEPT_CLI_PAGES_H

#include "kept/err.h"
#include "op/op.h"

/* Writes kept.1 and a page for each command into folder, which is made when it is not there. The
 * pages carry the day of SOURCE_DATE_EPOCH, else today. */
KEPT_MUST_CHECK kept_status kept_pages_write(const kept_op_table *table, const char *folder,
                                             kept_err *err);

#endif
