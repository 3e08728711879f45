/* present/help.h - help pages and usage lines, from the descriptions of the operations. */
#ifndef KEPT_PRESENT_HELP_H
#define KEPT_PRESENT_HELP_H

#include <stddef.h>

#include "base/text.h"
#include "op/op.h"
#include "present/text.h"

/* Every command in a line, by stage; those of a family together. */
void kept_help_overview(kept_buf *out, const kept_op_table *table, const kept_screen *screen);
void kept_help_stage(kept_buf *out, const kept_op_table *table, kept_stage stage,
                     const kept_screen *screen);
/* Commands whose name begins with words ("clv": "clv fit", "clv predict"), of a family also what it
 * is and its fields; returns how many. */
size_t kept_help_family(kept_buf *out, const kept_op_table *table, const char *words,
                        const kept_screen *screen);
void kept_help_options(kept_buf *out, const kept_screen *screen); /* those of every command */
void kept_help_op(kept_buf *out, const kept_op *op, const kept_screen *screen);
/* Commands whose name goes on from that of op ("facts": "facts show"), nothing when there is none.
 */
void kept_help_more(kept_buf *out, const kept_op_table *table, const kept_op *op,
                    const kept_screen *screen);
/* What Kept is and how to begin: where there is no workspace. */
void kept_help_welcome(kept_buf *out, const kept_op_table *table, const kept_screen *screen);

/* --- Pieces that man pages and completion use too --- */

/* "kept import KIND FILE... [options]" */
void kept_usage_line(kept_buf *out, const kept_op *op);
/* What stands for the value: "DATE"; "" for a flag. */
const char *kept_usage_value(const kept_param *param);
/* "last day counted (52 when not given; weeks; from 1 to 520)" */
void kept_usage_help(kept_buf *out, const kept_param *param);
/* The first sentence of text, or as much of it as says something in one line of this width. */
void kept_usage_brief(kept_buf *out, const char *text, size_t width);
/* Takes the next word of "a|b|c"; false at the end. */
bool kept_usage_choice(const char **choices, kept_buf *word);

#endif
