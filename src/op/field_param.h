/* op/field_param.h - fields of declared kinds as options of commands. Values go to the store as
 * they are written: there they are checked, for every way in alike. Closed lists are given here
 * too, for help and completion. */
#ifndef KEPT_OP_FIELD_PARAM_H
#define KEPT_OP_FIELD_PARAM_H

#include "catalogue/record_kind.h"
#include "op/op.h"

/* A name as it stands on a command line: due_on is due-on. NULL: memory is out. */
char *kept_record_option(kept_arena *arena, const char *name);
char *kept_record_field_option(kept_arena *arena, const kept_record_field *field);

/* "a|b|c", with one more word behind them unless last is NULL; NULL when there are fewer than two,
 * too many or too long ones to be choices of a parameter, or memory is out. */
const char *kept_param_words(kept_arena *arena, const char *const *words, size_t n,
                             const char *last);
/* False: memory is out. */
bool kept_field_param(const kept_record_field *field, kept_arena *arena, kept_param *param);

#endif
