/* cli/line.h - the command line taken apart: command, its parameters, the options of all commands.
 *
 * Nothing here reads the environment or a file, prints or ends the program. */
#ifndef KEPT_CLI_LINE_H
#define KEPT_CLI_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "op/globals.h"
#include "op/op.h"

typedef struct kept_line {
    const kept_op *op; /* NULL: none named, or (with --help) only the beginning of some */
    const char *words; /* the words that named no command, joined by blanks; "" for none */
    kept_given *given; /* one per parameter of op */
    kept_given globals[KEPT_N_GLOBALS];
} kept_line;

/* `kept help`: parsed like an operation but outside the table, for it needs the table itself. */
extern const kept_op kept_help_command;

/* Longest match of the leading words names the command; options stand anywhere; --name=value and
 * --name value, -x value and -xvalue; "--" ends options; a number with a minus sign is a value.
 * KEPT_EARG with the nearest command or option for unknown ones. */
KEPT_MUST_CHECK kept_status kept_line_parse(const kept_op_table *table, size_t argc,
                                            const char *const *argv, kept_arena *arena,
                                            kept_line *ret_line, kept_err *err);

/* The workspace that -w or --workspace names, NULL: none; also on a line that cannot be parsed. */
const char *kept_line_workspace(size_t argc, const char *const *argv);

/* Whether --json is asked for, also on a line that cannot be parsed. */
bool kept_line_wants_json(size_t argc, const char *const *argv);

#endif
