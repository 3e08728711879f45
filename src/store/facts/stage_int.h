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

/* --- rejects.c: the rows set aside, with their lines and cells --- */

/* Rows with a fault stand in the engine's table stage_rejects (source, record, cause, target, name,
 * value, reason); records that are no rows are in source->broken. */
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
