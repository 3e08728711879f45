/* make/openslo_int.h - what the files that read and write OpenSLO share. Not for others. */
#ifndef KEPT_MAKE_OPENSLO_INT_H
#define KEPT_MAKE_OPENSLO_INT_H

#include "base/date.h"
#include "base/number.h"
#include "base/window.h"
#include "make/openslo.h"

/* --- One SLO while it is read --- */

/* By kind and name; of two that are called the same the one that stands first. */
typedef struct kept_openslo_name {
    const char *kind, *name;
    size_t doc;
} kept_openslo_name;

typedef struct kept_openslo_reading {
    kept_openslo *file;
    kept_arena *arena;
    const char *firm_zone;
    /* Every document of every file, those within a list too. */
    const kept_yaml_node **docs;
    size_t n_docs;
    kept_openslo_name *names; /* sorted */
    size_t n_names;
} kept_openslo_reading;

typedef struct kept_openslo_slo {
    kept_openslo_reading *reading;
    const kept_yaml_node *metadata, *spec;
    const kept_yaml_node *annotations; /* NULL: none */
    const char *name;
    bool slices;               /* budgetingMethod Timeslices */
    bool threshold;            /* thresholdMetric rather than ratioMetric */
    kept_openslo_promise base; /* what every objective of it has */
} kept_openslo_slo;

/* Each gives base, or the promise of an objective, its part. */
KEPT_MUST_CHECK kept_status kept_openslo__slo(kept_openslo_reading *r, const kept_yaml_node *doc,
                                              kept_err *err);
KEPT_MUST_CHECK kept_status kept_openslo__indicator(kept_openslo_slo *s, kept_err *err);
KEPT_MUST_CHECK kept_status kept_openslo__window(kept_openslo_slo *s, kept_err *err);
KEPT_MUST_CHECK kept_status kept_openslo__objective(kept_openslo_slo *s,
                                                    const kept_yaml_node *objective,
                                                    kept_openslo_promise *promise, kept_err *err);
KEPT_MUST_CHECK kept_status kept_openslo__annotations(kept_openslo_slo *s, kept_err *err);

/* --- Parts of documents --- */

/* A child that is one text, blanks around it cut; NULL when it is absent, empty or "". */
KEPT_MUST_CHECK kept_status kept_openslo__text(const kept_yaml_node *map, const char *key,
                                               const char **ret_text, kept_err *err);
/* The same, of which there must be one; what: "an SLO". */
KEPT_MUST_CHECK kept_status kept_openslo__need_text(const kept_yaml_node *map, const char *key,
                                                    const char *what, const char **ret_text,
                                                    kept_err *err);
/* A child that is a map; NULL when it is absent or empty. */
KEPT_MUST_CHECK kept_status kept_openslo__map(const kept_yaml_node *map, const char *key,
                                              const kept_yaml_node **ret_map, kept_err *err);
/* True or false in any letters; *ret stays when it is absent. */
KEPT_MUST_CHECK kept_status kept_openslo__flag(const kept_yaml_node *map, const char *key,
                                               bool *ret_flag, kept_err *err);
/* Remarks on the keys of map that are not among words, which end with NULL. */
KEPT_MUST_CHECK kept_status kept_openslo__others(kept_openslo_slo *s, const kept_yaml_node *map,
                                                 const char *what, const char *const *words,
                                                 kept_err *err);
/* A number with at most six decimals, in millionths. */
KEPT_MUST_CHECK kept_status kept_openslo__number(const kept_yaml_node *node, const char *what,
                                                 int64_t *ret_millionths, kept_err *err);
/* The first document of that kind with that metadata.name; NULL: none (openslo_read.c). */
const kept_yaml_node *kept_openslo__named(const kept_openslo_reading *r, const char *kind,
                                          const char *name);
/* One line: every run of blanks, tabs and line ends is one blank. NULL: memory is out. */
char *kept_openslo__line(kept_arena *arena, const char *text);

/* What is said of a field; text NULL empties it. */
void kept_openslo__say(kept_openslo_slo *s, kept_openslo_promise *promise, const char *field,
                       const char *text, const kept_yaml_node *at);
kept_openslo_value *kept_openslo__value(const kept_openslo_slo *s, kept_openslo_promise *promise,
                                        const char *field);
/* The annotation of a field, NULL: none. Those that are not texts are refused before. */
const kept_yaml_node *kept_openslo__annotation(const kept_openslo_slo *s, const char *field);

#define KEPT_OPENSLO_REMARK(s, at, ...)                                                            \
    do {                                                                                           \
        if (!kept_openslo_remark_add((s)->reading->file, (s)->reading->arena, (at), (s)->name,     \
                                     __VA_ARGS__))                                                 \
            return kept_nomem(err);                                                                \
    } while (0)

/* --- Windows both ways (openslo_window.c) --- */

typedef struct kept_openslo_duration {
    int count;
    char unit; /* one of mhdwMQY */
} kept_openslo_duration;

/* "30d"; false when it is none. */
bool kept_openslo__duration(const char *text, kept_openslo_duration *ret_duration);
/* A calendar window of that length: week to year (a contract year is a year); false: there is none
 * such. */
bool kept_openslo__calendar(kept_openslo_duration duration, kept_window_kind *ret_kind);
/* "1Q"; of a rolling window NULL. */
const char *kept_openslo__duration_of(kept_window_kind kind);
/* "day", "week", "month" of a time slice, 1440 and 24h too; NULL: there is none such. */
const char *kept_openslo__period(kept_openslo_duration duration);
const char *kept_openslo__slice_of(const char *counted_by); /* "1d"; NULL for cases */

/* --- References both ways (openslo_refs.c) --- */

/* "C-7 Harrow Mill"; of several, with "; " between them. */
KEPT_MUST_CHECK kept_status kept_openslo__ref_words(kept_store *store, const kept_scope *scope,
                                                    const kept_ref *refs, size_t n,
                                                    kept_arena *arena, const char **ret_words,
                                                    kept_err *err);
/* The same read: short ids. A record that has another name here than the words say is not it. */
KEPT_MUST_CHECK kept_status kept_openslo__read_refs(kept_store *store, const kept_scope *scope,
                                                    const kept_record_field *field,
                                                    const char *words, kept_arena *arena,
                                                    const char *const **ret_ids, size_t *ret_n,
                                                    kept_err *err);

#endif
