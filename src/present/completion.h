/* present/completion.h - completion scripts for bash, zsh and fish, from the table of operations.
 */
#ifndef KEPT_PRESENT_COMPLETION_H
#define KEPT_PRESENT_COMPLETION_H

#include "base/text.h"
#include "kept/err.h"
#include "op/op.h"

/* shell: "bash", "zsh" or "fish"; KEPT_EARG for any other. */
KEPT_MUST_CHECK kept_status kept_completion(const char *shell, const kept_op_table *table,
                                            kept_buf *out, kept_err *err);

#endif
