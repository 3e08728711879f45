/* store/records/record.h - records as they stand: one, many, and which one is meant by some words.
 *
 * Reading goes through a kept_scope. A record whose kind leads to a customer (kept_record_kind.of)
 * is there only for those who may see that customer; a scope that sees nothing finds nothing. */
#ifndef KEPT_STORE_RECORDS_RECORD_H
#define KEPT_STORE_RECORDS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalogue/catalogue.h"
#include "kept/arena.h"
#include "kept/err.h"
#include "store/scope.h"
#include "store/store.h"

typedef struct kept_ref {
    const kept_record_kind *kind;
    int64_t id;
} kept_ref;

typedef struct kept_value {
    bool known;
    int64_t i;            /* FLAG, INTEGER, NUMBER, SHARE, MONEY as stored; DATE: day */
    const char *text;     /* TEXT, PROSE, CHOICE */
    const kept_ref *refs; /* REF: one; REFS: by id */
    size_t n_refs;
} kept_value;

typedef struct kept_record {
    const kept_record_kind *kind;
    int64_t id;
    int64_t revision;  /* 1, 2, ... with every change of this record */
    const char *state; /* NULL: the kind has none */
    int64_t made_at;   /* microseconds since 1970-01-01T00:00Z */
    int64_t changed_at;
    int64_t archived_at; /* 0: not archived */
    const char *made_by, *changed_by;
    const char *label;        /* the value of the label field; "" when it is empty */
    const kept_value *values; /* one per field of the kind */
} kept_record;

const kept_catalogue *kept_store_catalogue(const kept_store *store);

/* Between these everything is read as it stood at one moment, and faster. May be nested, and stand
 * within a writing: the outermost counts. A store that reads so must not write meanwhile. */
KEPT_MUST_CHECK kept_status kept_records_read_begin(kept_store *store, const kept_scope *scope,
                                                    bool *ret_begun, kept_err *err);
void kept_records_read_end(kept_store *store, bool begun);

/* KEPT_ENOTFOUND. Archived ones are found too. */
KEPT_MUST_CHECK kept_status kept_record_get(kept_store *store, const kept_scope *scope,
                                            const kept_record_kind *kind, int64_t id,
                                            kept_arena *arena, kept_record *ret_record,
                                            kept_err *err);

/* Which record people mean: a short id (P-12, p-12), an external id, or the value of the kind's
 * unique field, in this order and without regard to case in the first and last. kinds: those that
 * may be meant; n_kinds 0: every kind (then a short id, or a name that only one record has).
 * KEPT_ENOTFOUND names the nearest; KEPT_EARG when several are meant, with their short ids. */
KEPT_MUST_CHECK kept_status kept_record_find(kept_store *store, const kept_scope *scope,
                                             const kept_record_kind *const *kinds, size_t n_kinds,
                                             const char *words, kept_ref *ret_ref, kept_err *err);

/* Conditions are joined by AND. */
typedef struct kept_record_filter {
    const kept_record_field *field;
    const char *text; /* as people write a value; REF and REFS: a record; NULL: the field is empty.
                       * TEXT and PROSE: contained, without regard to case */
    kept_ref ref;     /* REF and REFS: this record, instead of text; kind NULL: text counts */
} kept_record_filter;

typedef struct kept_record_query {
    const kept_record_kind *kind;
    const char *state; /* NULL: all that are not closed; "all": every state */
    bool archived;     /* archived ones too */
    const kept_record_filter *filters;
    size_t n_filters;
    const char *order; /* name of a field, NULL: id; ids break ties */
    bool descending;
    int64_t after; /* with order by id: only ids beyond; for paging; 0: from the start */
    size_t limit;  /* 0: all */
} kept_record_query;

/* *ret_total: how many there are without the limit, beyond `after`. */
KEPT_MUST_CHECK kept_status kept_record_list(kept_store *store, const kept_scope *scope,
                                             const kept_record_query *query, kept_arena *arena,
                                             kept_record **ret_records, size_t *ret_n,
                                             size_t *ret_total, kept_err *err);

/* --- Words for values --- */

char *kept_short_id(kept_arena *arena, kept_ref ref) KEPT_MUST_CHECK; /* "P-12" */
/* The value as people would write it, NULL when not known or memory is out (check *ok): REF and
 * REFS as short ids, DATE as ISO 8601, SHARE as "95%", MONEY and NUMBER with a decimal point. */
const char *kept_value_text(const kept_record_field *field, const kept_value *value,
                            kept_arena *arena, bool *ok);
/* Labels of records, "" for one that is out of sight. */
KEPT_MUST_CHECK kept_status kept_record_labels(kept_store *store, const kept_scope *scope,
                                               const kept_ref *refs, size_t n, kept_arena *arena,
                                               const char **ret_labels, kept_err *err);

/* --- Other names --- */

typedef struct kept_external_id {
    const char *source; /* "firm", or the name of another system */
    const char *id;
} kept_external_id;
/* Of one record, by source and id. Those of customers are the ids that facts carry. */
KEPT_MUST_CHECK kept_status kept_record_external_ids(kept_store *store, const kept_scope *scope,
                                                     kept_ref ref, kept_arena *arena,
                                                     kept_external_id **ret_ids, size_t *ret_n,
                                                     kept_err *err);

/* --- Search --- */

typedef struct kept_hit {
    kept_ref ref;
    const char *label;
    const char *excerpt; /* the words found stand between \x02 and \x03 */
    const char *field;   /* in which field */
} kept_hit;
/* Records with all the words (the last may be the beginning of one), best first; n_kinds 0: of
 * every kind; limit 0: 1000. Any text may be given: signs that mean something to the search engine
 * are only signs.
 */
KEPT_MUST_CHECK kept_status kept_record_search(kept_store *store, const kept_scope *scope,
                                               const char *words,
                                               const kept_record_kind *const *kinds, size_t n_kinds,
                                               size_t limit, kept_arena *arena, kept_hit **ret_hits,
                                               size_t *ret_n, kept_err *err);

#endif
