/* catalogue/record_parse.h - one file of records as parsed, before it meets the others. Private to
 * the readers of records. */
#ifndef KEPT_CATALOGUE_RECORD_PARSE_H
#define KEPT_CATALOGUE_RECORD_PARSE_H

#include "base/yaml.h"
#include "catalogue/record_kind.h"

typedef struct kept_record_declaration {
    kept_record_kind *kind;
    const kept_yaml_node *root; /* of the file: where a fault that shows later stands */
    bool own;
    bool extends; /* adds fields to a kind declared elsewhere */
    size_t first; /* position of its first field among all fields of the kind, when merged */
} kept_record_declaration;

KEPT_MUST_CHECK kept_status kept_record__parse(const char *yaml, size_t len, const char *source,
                                               bool own, kept_arena *arena,
                                               kept_record_declaration *ret_declaration,
                                               kept_err *err);

/* One field. own: of a workspace; extends: of a file that extends a kind, whose names begin with
 * x_. */
KEPT_MUST_CHECK kept_status kept_record__parse_field(const kept_yaml_node *node, bool own,
                                                     bool extends, kept_arena *arena,
                                                     kept_record_field *field, kept_err *err);

/* Field i against those before it: its names and columns are its own. node: its declaration. */
KEPT_MUST_CHECK kept_status kept_record__check_field(const kept_record_kind *kind, size_t i,
                                                     const kept_yaml_node *node, kept_arena *arena,
                                                     kept_err *err);

#endif
