/* store/facts/stage_int.h - private to staging: conversion of rows, rates, time zones, rejects. */
#ifndef KEPT_STORE_FACTS_STAGE_INT_H
#define KEPT_STORE_FACTS_STAGE_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/number.h"
#include "base/text.h"
#include "store/facts/evaluate.h"
#include "store/facts/stage.h"

/* --- rates.c: money in other currencies --- */

typedef struct kept__rates kept__rates;

/* CSV with columns currency, rate and maybe date (ISO), with or without a header. KEPT_EINPUT names
 * the line that cannot be read. */
KEPT_MUST_CHECK kept_status kept__rates_read(const char *path, kept_arena *arena,
                                             kept__rates **ret_rates, kept_err *err);
/* The latest rate not after day; false when there is none. KEPT_DAY_MAX: the latest of all. */
bool kept__rates_find(const kept__rates *rates, kept_cell currency, kept_day day,
                      kept_decimal *ret_rate);

/* --- zone.c: instants in the workspace's time zone --- */

typedef struct kept__zone kept__zone;

/* The changes of the zone's offset from 1890 to 2110, as the engine knows them. */
KEPT_MUST_CHECK kept_status kept__zone_read(kept_duck *duck, const char *timezone,
                                            kept_arena *arena, kept__zone **ret_zone,
                                            kept_err *err);
/* The same from the beginning of one day to that of another, in UTC. */
KEPT_MUST_CHECK kept_status kept__zone_read_days(kept_duck *duck, const char *timezone,
                                                 kept_day first, kept_day last, kept_arena *arena,
                                                 kept__zone **ret_zone, kept_err *err);
/* How many stretches of one offset there are, when each begins (UTC) and its offset. */
size_t kept__zone_stretches(const kept__zone *zone, const int64_t **ret_from,
                            const int64_t **ret_offset);
/* Microseconds to add to an instant in UTC. */
int64_t kept__zone_offset(const kept__zone *zone, int64_t micros);

/* --- stage_row.c: from the cells of a row to the columns of the table --- */

/* A column of the kind in the table; WHEN has its clock in the next vector. */
typedef struct kept__target {
    const kept_fact_column *column;
    size_t vector;
    bool timed; /* some clock other than midnight was seen */
} kept__target;

/* Reasons to set a row aside; each is counted per column. */
typedef enum kept__cause {
    KEPT__MISSING,
    KEPT__NOT_DATE,
    KEPT__IMPOSSIBLE_DATE,
    KEPT__NOT_NUMBER,
    KEPT__NOT_WHOLE,
    KEPT__TOO_LARGE,
    KEPT__BY_ZERO,
    KEPT__TOO_LONG,
    KEPT__NOT_FLAG,
    KEPT__NOT_CHOICE,
    KEPT__NO_RATE,
    KEPT__N_ROW_CAUSES, /* those that follow concern the record, not a column */
    KEPT__TOO_FEW = KEPT__N_ROW_CAUSES,
    KEPT__TOO_MANY,
    KEPT__AFTER_QUOTE,
    KEPT__UNCLOSED,
    KEPT__ROW_TOO_LONG,
    KEPT__N_CAUSES,
} kept__cause;

typedef struct kept__fault {
    kept__cause cause;
    size_t target;        /* index of the column of the kind */
    size_t source_column; /* SIZE_MAX: the value is computed */
    kept_cell value;
    kept_buf reason; /* "31.02.2024 is not a date", reused from row to row */
} kept__fault;

typedef struct kept__row {
    /* per staging */
    kept__target *targets;
    size_t n_targets;
    size_t currency;  /* index of the target; SIZE_MAX: none */
    size_t amount;    /* likewise */
    size_t time;      /* the column that dates the row, for rates; SIZE_MAX: none */
    const char *home; /* currency of the workspace, "" when none */
    const kept__rates *rates;
    const kept__zone *zone;       /* NULL until the first instant with an offset */
    kept_day first_day, last_day; /* possible days */
    /* per source */
    const kept_mapped **mapped; /* per target; NULL: not filled by this source */
    const kept_mark *marks;
    kept_cell *cells, *stripped; /* per source column */
    size_t n_cells;
    /* per chunk */
    void **data; /* per vector of the chunk */
    uint64_t **known;
    duckdb_vector *vectors;
    /* scratch */
    kept_buf text;
    bool needs_zone; /* the row has an offset and zone is NULL: read it and convert again */
    bool converted;
    bool negative;
    kept_cell row_currency;
} kept__row;

/* Writes the row at place at of the chunk; false when it has a fault. */
bool kept__row_convert(kept__row *row, size_t at, kept__fault *fault);
/* The reason that is counted: "customer is missing". */
const char *kept__cause_text(kept__cause cause, const kept_fact_column *column,
                             kept_arena *arena) KEPT_MUST_CHECK;
const char *kept__record_cause(kept__cause cause); /* one that concerns the record */

/* A fault as one text, so that it travels with its row: cause, target, lengths, then the texts. */
void kept__fault_pack(kept_buf *out, const kept__fault *fault, const char *name);
/* The type of a column in the engine; WHEN is its day. */
duckdb_logical_type kept__vector_type(kept_column_type type);

/* --- stage_keys.c: what is known of the keys --- */

typedef struct kept__key_range { /* of a chunk whose keys rise */
    const char *first, *last;
    size_t first_len, last_len;
} kept__key_range;

typedef struct kept__keys { /* of one thread */
    const size_t *targets;  /* the key columns */
    size_t n;
    bool rising;     /* within every chunk so far */
    size_t in_chunk; /* rows with a key */
    size_t known, without;
    kept_buf key, last, first; /* encoded */
    kept_buf min, max;         /* of the first column, when it is a text */
    kept__key_range *ranges;   /* per chunk */
    size_t n_ranges, room;
    kept_arena arena;
} kept__keys;

void kept__keys_init(kept__keys *keys, const size_t *targets, size_t n);
void kept__keys_free(kept__keys *keys);
void kept__keys_begin(kept__keys *keys); /* a chunk; row and end: false when memory is out */
bool kept__keys_row(kept__keys *keys, const kept__row *row, size_t at);
bool kept__keys_end(kept__keys *keys);
/* The same whatever the number of threads and the chunks each of them had, but for distinct, which
 * may be false for want of a proof. */
KEPT_MUST_CHECK kept_status kept__keys_sum(const kept__keys *const *keys, size_t n,
                                           kept_arena *arena, kept_key_facts *ret, kept_err *err);

/* --- stage_convert.c: conversion on all threads of the engine --- */

typedef struct kept__tally {
    size_t read, blank, set_aside, negative, converted;
    size_t *counts; /* per target and cause */
} kept__tally;

typedef struct kept__convert_plan {
    kept__row row; /* what all threads begin with: targets, home, rates, zone, possible days */
    size_t n_vectors;
    size_t max_cells; /* columns of the widest source */
    const size_t *keys;
    size_t n_keys;
    const kept_stage_opts *opts;
    size_t expected_rows;
} kept__convert_plan;

typedef struct kept__convert_source {
    const kept_source *source;
    const kept_mapped **mapped; /* per target */
    const kept_mark *marks;
    const size_t *needed; /* columns of the source that are read */
    size_t n_needed;
} kept__convert_source;

typedef struct kept__convert kept__convert;

/* plan is kept, and may change as long as no source is read. */
KEPT_MUST_CHECK kept_status kept__convert_open(kept_duck *duck, const kept__convert_plan *plan,
                                               kept_arena *arena, kept__convert **ret_convert,
                                               kept_err *err);
/* Inserts all records of a source into a table that has the fault of a row and then its columns:
 * NULL for a good row, "" for one without any cell, else as kept__fault_pack gives it.
 * *ret_needs_zone: an instant with an offset was found and plan->row.zone is NULL; nothing was
 * inserted. */
KEPT_MUST_CHECK kept_status kept__convert_source_into(kept__convert *convert,
                                                      const kept__convert_source *source,
                                                      const char *into, size_t *ret_records,
                                                      bool *ret_needs_zone, kept_err *err);
/* Forgets all that was counted. */
void kept__convert_restart(kept__convert *convert);
/* Sums of all sources; total->counts has room, targets get their timed. */
KEPT_MUST_CHECK kept_status kept__convert_total(kept__convert *convert, kept__tally *total,
                                                kept__target *targets, kept_arena *arena,
                                                kept_key_facts *ret_keys, kept_err *err);
void kept__convert_close(kept__convert *convert); /* NULL is allowed */

/* --- rejects.c: the rows set aside, with their lines and cells --- */

/* Rows with a fault stand in the engine's table stage_rejects (source, record, fault); records that
 * are no rows are in source->broken. */
typedef struct kept__set_aside {
    size_t source;
    size_t line;
    kept__cause cause;
    size_t target;                       /* of a row cause */
    const char *column, *value, *reason; /* valid during the call */
    const kept_buf *cells;               /* the source's cells as CSV; NULL when not asked for */
} kept__set_aside;

typedef kept_status (*kept__reject_fn)(void *who, const kept__set_aside *item, kept_err *err);

/* Calls fn for every row of the source that was set aside, in the order of the file. */
KEPT_MUST_CHECK kept_status kept__rejects_walk(kept_duck *duck, const kept_source *source,
                                               size_t index, bool with_cells, kept__reject_fn fn,
                                               void *who, kept_err *err);

#endif
