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
    const kept_op *op; /* NULL: none named, or only the beginning of some */
    const char *words; /* the words that named no command, joined by blanks; "" for none */
    kept_given *given; /* one per parameter of op */
    kept_given globals[KEPT_N_GLOBALS];
} kept_line;

/* `kept help`: parsed like an operation but outside the table, for it needs the table itself. */
extern const kept_op kept_help_command;

/* Longest match of the leading words names the command; options stand anywhere; --name=value and
 * --name value, -x value and -xvalue; "--" ends options; a number with a minus sign is a value.
 * Words that only begin a command, as "promise", leave op NULL, as --help does.
 * KEPT_EARG with the nearest command or option for unknown ones. */
KEPT_MUST_CHECK kept_status kept_line_parse(const kept_op_table *table, size_t argc,
                                            const char *const *argv, kept_arena *arena,
                                            kept_line *ret_line, kept_err *err);

/* What a line means that is still being typed, where its next word stands. */
typedef struct kept_line_end {
    const kept_op *op;       /* the command so far; NULL: none yet */
    const char *words;       /* words that the next may continue to a command: "promise", ""; NULL:
                                behind them stand values already */
    const kept_param *value; /* option whose value comes next; NULL: none */
    const kept_param *place; /* parameter given by place that comes next; NULL: none */
    bool literal;            /* "--" stands before: no option can come */
} kept_line_end;

/* argv: the words before the next one, behind the program's name. What is wrong in them is passed
 * over. */
KEPT_MUST_CHECK kept_status kept_line_look(const kept_op_table *table, size_t argc,
                                           const char *const *argv, kept_arena *arena,
                                           kept_line_end *ret_end, kept_err *err);

/* The option of op (NULL: none) or of every command that "--name", "--name=value", "-x" or
 * "-xvalue" means; NULL: unknown. */
const kept_param *kept_line_option(const kept_op *op, const char *arg);

/* The workspace that -w or --workspace names, NULL: none; also on a line that cannot be parsed. */
const char *kept_line_workspace(size_t argc, const char *const *argv);

/* Whether --json is asked for, also on a line that cannot be parsed. */
bool kept_line_wants_json(size_t argc, const char *const *argv);

#endif
