/* catalogue/expr_parts.h - what the parsers of mappings (expr.c) and of formulas (expr_formula.c)
 * share. Not for others. */
#ifndef KEPT_CATALOGUE_EXPR_PARTS_H
#define KEPT_CATALOGUE_EXPR_PARTS_H

#include "catalogue/expr.h"

typedef struct kept_expr_parser {
    const char *text, *p;
    kept_arena *arena;
    int nested;       /* parentheses and signs open around p ... */
    int nested_max;   /* ... and how many may be: written with all its parentheses, a tree of a
                         formula may need more than it has levels */
    const char *what; /* "Mapping", "value": begins messages */
    bool formula;
    kept_err *err;
} kept_expr_parser;

/* A node and the depth of the tree below it. */
typedef struct kept_expr_branch {
    kept_expr *expr;
    int depth;
} kept_expr_branch;

KEPT_MUST_CHECK kept_status kept_expr__start(kept_expr_parser *ps, const char *text,
                                             kept_arena *arena, kept_err *err);
kept_status kept_expr__wrong(const kept_expr_parser *ps, const char *at, const char *expected);
/* Place in characters, as a person counts them. */
size_t kept_expr__place(const kept_expr_parser *ps, const char *at);
void kept_expr__skip_space(kept_expr_parser *ps);
bool kept_expr__starts_name(char c);
bool kept_expr__is_digit(char c);
/* A letter, a digit or _: what the words of formulas are made of. */
bool kept_expr__in_word(char c);
KEPT_MUST_CHECK kept_status kept_expr__node(kept_expr_parser *ps, kept_expr_op op, const char *at,
                                            kept_expr_branch left, kept_expr_branch right,
                                            kept_expr_branch *ret);
kept_status kept_expr__too_deep(const kept_expr_parser *ps);
/* + - * / & and what binds tighter; blanks behind it are skipped. */
KEPT_MUST_CHECK kept_status kept_expr__join(kept_expr_parser *ps, kept_expr_branch *ret);

/* --- Of formulas (expr_formula.c) --- */

/* What stands inside parentheses and between commas. */
KEPT_MUST_CHECK kept_status kept_expr__formula(kept_expr_parser *ps, kept_expr_branch *ret);
/* A word: yes, no, as_of, a function with its arguments, or the name of a column. */
KEPT_MUST_CHECK kept_status kept_expr__word(kept_expr_parser *ps, kept_expr_branch *ret);
/* yes, no, and, ...: a column of that name is quoted in formulas. */
bool kept_expr__reserved(const char *word);

#endif
