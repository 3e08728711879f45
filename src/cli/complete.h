/* cli/complete.h - what may come next on a line that is being typed: for the shells' completion. */
#ifndef KEPT_CLI_COMPLETE_H
#define KEPT_CLI_COMPLETE_H

#include "base/text.h"
#include "kept/arena.h"
#include "kept/err.h"
#include "op/op.h"

/* argv: "kept" and the words of the line, of which the last is being completed ("": not begun).
 * Adds a line for each word it may become: the word, a tab and what it means (no tab: nothing to
 * say). ":files" and ":folders" stand for names of files and of folders. Nothing for a text that is
 * free. */
KEPT_MUST_CHECK kept_status kept_complete(const kept_op_table *table, size_t argc,
                                          const char *const *argv, kept_arena *arena, kept_buf *out,
                                          kept_err *err);

#endif
