/* catalogue/measure_parts.h - what the readers of measures share: those that compute a number
 * (measure_parse.c) and those that judge cases (measure_judge_parse.c). Not for others. */
#ifndef KEPT_CATALOGUE_MEASURE_PARTS_H
#define KEPT_CATALOGUE_MEASURE_PARTS_H

#include "base/yaml.h"
#include "catalogue/expr_type.h"
#include "catalogue/measure.h"

/* The formula of a field, checked by rules (whose `what` is set to the field). Nothing is written
 * when the field is not there. */
KEPT_MUST_CHECK kept_status kept_measure__formula(const kept_yaml_node *root, const char *field,
                                                  kept_formula_rules rules, kept_arena *arena,
                                                  const char **ret_text, kept_expr **ret_expr,
                                                  kept_err *err);
/* fits, or an error that says what the formula of a field must be. */
KEPT_MUST_CHECK kept_status kept_measure__need_type(const kept_yaml_node *root, const char *field,
                                                    const kept_expr *expr, bool fits,
                                                    const char *needed, kept_err *err);
KEPT_MUST_CHECK kept_status kept_measure__kind(const kept_yaml_node *root, const char *field,
                                               const kept_fact_kinds *kinds, kept_arena *arena,
                                               const kept_fact_kind **ret_kind, kept_err *err);
/* The number of a measure fits its unit. */
KEPT_MUST_CHECK kept_status kept_measure__unit_fits(const kept_yaml_node *root, const char *field,
                                                    const kept_expr *expr, kept_measure_unit unit,
                                                    kept_err *err);

/* Is one of the fields there that say how cases are judged? */
bool kept_measure__judges(const kept_yaml_node *root);
/* Reads them; m has its facts. */
KEPT_MUST_CHECK kept_status kept_measure__judge(const kept_yaml_node *root,
                                                const kept_fact_kinds *kinds, kept_arena *arena,
                                                kept_measure *m, kept_err *err);

#endif
