/* make/openslo.h - promises that are counted, as OpenSLO v1 writes objectives, and from there.
 *
 * https://github.com/OpenSLO/OpenSLO, apiVersion openslo/v1. A promise is an SLO with its indicator
 * in it; customer x measure is its Service. What OpenSLO has no place for stands as annotations
 * kept.dev/FIELD, FIELD being one of the kind promise: so what is written reads back the same. */
#ifndef KEPT_MAKE_OPENSLO_H
#define KEPT_MAKE_OPENSLO_H

#include "base/text.h"
#include "base/yaml.h"
#include "catalogue/measure.h"
#include "store/records/record.h"
#include "store/records/write.h"

#define KEPT_OPENSLO_VERSION "openslo/v1"
/* The source of external ids: metadata.name of an SLO is one of its promise. */
#define KEPT_OPENSLO_SOURCE "openslo"
#define KEPT_OPENSLO_PREFIX "kept.dev/"
/* OpenSLO wants a target below 1. Where a promise has none, or is broken by every failure, this one
 * stands in for it, and an annotation says what holds. */
#define KEPT_OPENSLO_STAND_IN "0.999999"

enum {
    KEPT_OPENSLO_STAND_IN_MILLIONTHS = 999999,
    KEPT_OPENSLO_DESCRIPTION = 1050, /* characters a description may have */
    KEPT_OPENSLO_ROLLING = 90,       /* days of a rolling window that does not say how many */
};

/* --- Reading (openslo_read.c) --- */

/* What a file says of one field of a promise. */
typedef struct kept_openslo_value {
    const kept_yaml_node *at; /* where; NULL: nothing is said of the field */
    const char *text;         /* as people write a value; NULL: it is emptied */
    bool weak;                /* gives way to a value that a promise has already */
} kept_openslo_value;

/* One objective of one SLO. */
typedef struct kept_openslo_promise {
    const kept_yaml_node *at;   /* the name of the SLO */
    const char *slo;            /* that name */
    const char *name;           /* external id: the same, or with -objective-2 behind it */
    const char *uid;            /* by which Kept called the promise when it wrote it, or NULL */
    const char *source;         /* of the metric, as "Prometheus"; NULL: Kept */
    const char *window;         /* "1Q", or NULL */
    kept_openslo_value *values; /* one per field of the kind promise */
} kept_openslo_promise;

/* Something that could not be taken as it stands. */
typedef struct kept_openslo_remark kept_openslo_remark;
struct kept_openslo_remark {
    const kept_yaml_node *at;
    const char *slo; /* which one it is about; NULL: none of them */
    const char *text;
    kept_openslo_remark *next;
};

typedef struct kept_openslo {
    const kept_record_kind *kind; /* promise */
    kept_openslo_promise *promises;
    size_t n;
    kept_openslo_remark *remarks; /* in order of their finding */
    kept_openslo_remark **last;
} kept_openslo;

/* Reads files together: an SLO may name an SLI of another one. firm_zone: the time zone of the
 * workspace. KEPT_EINPUT names file, line and column, what is wrong, and what to do. Fuzzed. */
KEPT_MUST_CHECK kept_status kept_openslo_read(const char *const *paths, size_t n_paths,
                                              const kept_record_kind *promise,
                                              const char *firm_zone, kept_arena *arena,
                                              kept_openslo **ret_file, kept_err *err);
/* Adds a remark; false: memory is out. */
bool kept_openslo_remark_add(kept_openslo *file, kept_arena *arena, const kept_yaml_node *at,
                             const char *slo, const char *fmt, ...) KEPT_PRINTF(5, 6);

/* --- Into the ledger (openslo_take.c) --- */

typedef struct kept_openslo_opts {
    kept_ref customer; /* kind NULL: as the files say */
    const char *why;   /* NULL: no reason */
    const kept_measures *measures;
} kept_openslo_opts;

/* Writes the promises of the files, new ones as proposed; ret_edited has room for file->n. Adds
 * remarks to the file. Inside a writing of the same store, which the caller commits. */
KEPT_MUST_CHECK kept_status kept_openslo_take(kept_writing *writing, kept_store *store,
                                              const kept_scope *scope, kept_openslo *file,
                                              const kept_openslo_opts *opts, kept_arena *arena,
                                              kept_edited *ret_edited, kept_err *err);

/* --- Writing (openslo_write.c) --- */

/* How a promise differs from what its SLO says to others: bits. */
enum {
    KEPT_OPENSLO_NO_TARGET = 1, /* none, or 100 %: the stand-in is there */
    KEPT_OPENSLO_FIGURE = 2,    /* one figure of the whole window, no share of cases */
    KEPT_OPENSLO_COUNT = 4,     /* its allowance is a number, not a share */
    KEPT_OPENSLO_WORDS = 8,     /* its measure is none of Kept's, or missing */
    KEPT_OPENSLO_HIDDEN = 16,   /* something that is not for everybody was left out */
    KEPT_OPENSLO_CUT = 32,      /* the description is the beginning of the text */
    KEPT_OPENSLO_TERMS = 64,    /* terms that decide what is good are annotations */
};

typedef struct kept_openslo_writer {
    kept_store *store;
    const kept_scope *scope;
    const kept_measures *measures;
    kept_arena *arena;
    kept_buf *out;
    const char **services; /* names written so far; room for one per promise */
    size_t n_services;
} kept_openslo_writer;

/* Adds the documents of one promise that is counted; *ret_bits as above. */
KEPT_MUST_CHECK kept_status kept_openslo_write(kept_openslo_writer *w, const kept_record *promise,
                                               unsigned *ret_bits, kept_err *err);

#endif
