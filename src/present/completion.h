/* present/completion.h - completion scripts for bash, zsh and fish. They are the same for every
 * table of operations: what may come next they ask the program (kept help --complete). */
#ifndef KEPT_PRESENT_COMPLETION_H
#define KEPT_PRESENT_COMPLETION_H

#include "base/text.h"
#include "kept/err.h"

/* shell: "bash", "zsh" or "fish"; KEPT_EARG for any other. */
KEPT_MUST_CHECK kept_status kept_completion(const char *shell, kept_buf *out, kept_err *err);

#endif
