/* store/facts/stage.h - reads source files through a mapping into a staging table of the engine.
 *
 * The relation `stage` (a view) has: row BIGINT (rising in file order over all files, with gaps
 * where rows were set aside), and the mapped columns of the kind under their own names: customer
 * VARCHAR (the firm's id), WHEN as `c` DATE and, when any row has a time, `c_clock` TIME; MONEY and
 * NUMBER DECIMAL(18,4); INTEGER BIGINT; FLAG BOOLEAN; TEXT and CHOICE VARCHAR. Times with an offset
 * are turned into the workspace's zone. Clocks that are midnight in every row are no clocks. Money
 * in another currency is converted when a rate table was given, by the latest rate not after the
 * row's day, and the currency column then names the workspace's; otherwise it is refused.
 *
 * A row with a cell that cannot be read is set aside whole, for its first fault. Rows without any
 * filled cell among those mapped are not counted. In columns that are not required, days by which
 * systems mean "none" (0000-00-00, 0001-01-01, 1753-01-01, 1900-01-01, 2999-12-31, 9999-12-31) are
 * no date. */
#ifndef KEPT_STORE_FACTS_STAGE_H
#define KEPT_STORE_FACTS_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/engine/duck.h"
#include "store/facts/mapping.h"
#include "store/facts/source.h"

typedef struct kept_reject { /* one row set aside */
    const char *path;        /* source file */
    size_t line;        /* physical line of the file (workbook: row of the sheet; Parquet: row) */
    const char *column; /* source column, or the kind's column for a computed one */
    const char *value;  /* as it stands in the file */
    const char *reason; /* "31.02.2024 is not a date" */
} kept_reject;

typedef struct kept_reason_count {
    const char *reason; /* "customer is missing" */
    size_t n;
} kept_reason_count;

typedef struct kept_key_facts { /* of the key columns that the files fill */
    bool counted;               /* as opposed to: nothing is known */
    size_t known, without;      /* rows with and without all of them */
    bool distinct;              /* no two rows have the same; false: not known */
    const char *min, *max;      /* of the first one, by bytes; NULL: not known */
} kept_key_facts;

/* Called kept_staged, not kept_stage: the latter is one of the six stages (op/op.h). */
typedef struct kept_staged {
    const kept_fact_kind *kind;
    const char *const *columns; /* physical columns of the table besides row */
    size_t n_columns;
    size_t read; /* rows read from all files, rows set aside included */
    size_t set_aside;
    kept_reject *rejects; /* the first rejects_kept of them */
    size_t n_rejects;
    kept_reason_count *reasons; /* all of them, most frequent first */
    size_t n_reasons;
    size_t negative_amounts; /* returns and cancellations among the rows taken */
    size_t converted;        /* rows converted from another currency */
    const int64_t *last_row; /* per source: number of its last row taken */
    size_t n_sources;
    kept_key_facts keys;
} kept_staged;

typedef struct kept_stage_opts {
    const char *currency;   /* of the workspace; "" when none */
    const char *timezone;   /* of the workspace */
    const char *rates_path; /* CSV: currency, rate[, date]; amount x rate = workspace currency */
    size_t rejects_kept;    /* 0: 100,000 */
    void (*progress)(void *who, const char *what, double part);
    void *progress_who;
} kept_stage_opts;

/* Replaces the relation `stage`. sources[i] is read through mappings[i]. */
KEPT_MUST_CHECK kept_status kept_stage_load(kept_duck *duck, const kept_source *const *sources,
                                            const kept_mapping *const *mappings, size_t n_sources,
                                            const kept_stage_opts *opts, kept_arena *arena,
                                            kept_staged **ret_stage, kept_err *err);

/* Writes the rows set aside as CSV: the source's own columns, then kept_file, kept_line,
 * kept_column, kept_value, kept_reason; mended, the file can be imported as it is. */
KEPT_MUST_CHECK kept_status kept_rejects_write(kept_duck *duck, const kept_staged *stage,
                                               const kept_source *const *sources, size_t n_sources,
                                               const char *path, kept_err *err);

#endif
