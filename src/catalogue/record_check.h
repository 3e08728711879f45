/* catalogue/record_check.h - what kinds of records say about each other. Private to the catalogue.
 */
#ifndef KEPT_CATALOGUE_RECORD_CHECK_H
#define KEPT_CATALOGUE_RECORD_CHECK_H

#include "catalogue/catalogue.h"
#include "catalogue/record_parse.h"

/* Names, earlier names and prefixes stand once. */
KEPT_MUST_CHECK kept_status kept_record__check_names(const kept_record_declaration *ds, size_t n,
                                                     kept_err *err);
/* The kind's own text of a name; an error at `at` that names the nearest kind. */
KEPT_MUST_CHECK kept_status kept_record__need_kind(const kept_catalogue *catalogue,
                                                   const kept_yaml_node *at, const char *name,
                                                   kept_arena *arena, const char **ret_name,
                                                   kept_err *err);
/* Packs and kinds that are named exist, and every `of` leads to a customer, in no circle. */
KEPT_MUST_CHECK kept_status kept_record__check_all(const kept_catalogue *catalogue,
                                                   const kept_record_declaration *ds, size_t n,
                                                   kept_arena *arena, kept_err *err);

#endif
