/* catalogue/measure.h - measures, declared in catalogue/measures/NAME.yaml.
 *
 * A measure is a named number per customer or for the whole firm, over a window of time and, when
 * declared so, per calendar period: from the facts of one kind by formulas (catalogue/expr.h), or
 * written by a model (made_by). Compiled into the program; a workspace adds its own in its
 * catalogue/measures, with names that begin with x_. docs/measures.md describes the files. */
#ifndef KEPT_CATALOGUE_MEASURE_H
#define KEPT_CATALOGUE_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

#include "catalogue/expr.h"
#include "catalogue/fact_kind.h"
#include "kept/arena.h"
#include "kept/err.h"

typedef enum kept_measure_unit {
    KEPT_UNIT_MONEY,
    KEPT_UNIT_COUNT,
    KEPT_UNIT_SHARE,
    KEPT_UNIT_DAYS,
    KEPT_UNIT_NUMBER,
    KEPT_UNIT_MINUTES,
} kept_measure_unit;

typedef enum kept_measure_better {
    KEPT_BETTER_HIGHER,
    KEPT_BETTER_LOWER,
    KEPT_BETTER_NONE,
} kept_measure_better;

typedef enum kept_measure_per {
    KEPT_PER_CUSTOMER,
    KEPT_PER_FIRM,
} kept_measure_per;

typedef enum kept_measure_period {
    KEPT_PERIOD_NONE,
    KEPT_PERIOD_MONTH,
    KEPT_PERIOD_QUARTER,
    KEPT_PERIOD_YEAR,
} kept_measure_period;

/* How far back from the last day seen, which is counted. Both 0: all there is. */
typedef struct kept_measure_window {
    int months, days;
} kept_measure_window;

/* How a case is judged. Declared by the fields start, due, done, good, excused, miss, figure,
 * newest, grain, total and level of a measure, which then has no value, time, window or periods:
 * promises bring the windows.
 *
 *   due      the day it falls due: a column of days, or first_known of such columns. Without due
 *            and start: the day of the kind
 *   start    instead of due: the promise says how much time there is from then on (`within`);
 *            where it says none, a case is of the day of its start
 *   done     the day on which it was done; not done by its due day: bad. Without done a case is
 *            decided by good alone, on the due day
 *   good     condition on a row that must hold besides, as delivered_quantity >= promised_quantity.
 *            The word target stands for the promise's target value there (and in miss)
 *   excused  condition on a row
 *   miss     how far a case missed, in the unit; a promise's tolerance is held against it. Left
 *            out: the time between due and done, in minutes when that is the unit, else in days
 *   figure   number of a row whose mean, or newest value, is shown or judged against the target
 *            value. Without done and good a case is good when its figure is known
 *   grain    case, or a period: then good is over all rows of a period of a customer (per: firm: of
 *            the firm where a promise is to all; rows of no customer are everybody's), a period
 *            without rows counts too, and due is its last day. With start and done a row lasts from
 *            one to the other and is of every period between
 *   total    another kind of facts whose rows are the opportunities (those that are numbered
 *            within a key are one); the rows of `facts` that are not good are the failures
 *            among them */
typedef enum kept_measure_grain {
    KEPT_GRAIN_CASE,
    KEPT_GRAIN_DAY,
    KEPT_GRAIN_WEEK,
    KEPT_GRAIN_MONTH,
    KEPT_GRAIN_QUARTER,
} kept_measure_grain;

typedef struct kept_judge {
    kept_expr *start, *due, *done, *good, *excused, *miss, *figure; /* NULL: not given */
    const char *start_text, *due_text, *done_text, *good_text, *excused_text, *miss_text,
        *figure_text;
    bool newest; /* figure: newest rather than mean */
    kept_measure_grain grain;
    const kept_fact_kind *total; /* NULL: the rows themselves */
    const char *level;           /* at which level it tells something, "front-line"; NULL: any */
} kept_judge;

typedef struct kept_measure {
    const char *name; /* "sales.last_year" */
    const char *title;
    const char *summary;
    const char *stage;
    const char *pack;
    const char *ids; /* requirement ids */
    kept_measure_unit unit;
    kept_measure_better better;
    kept_measure_per per;
    bool sensitive; /* shown to some only */
    bool own;       /* declared by the workspace */
    /* The command that writes it ("clv predict"); then nothing below is set. NULL: computed. */
    const char *made_by;
    const kept_fact_kind *facts;
    const kept_judge *judge; /* cases for promises to be judged by; NULL: a number */
    kept_expr *where;        /* about one row; NULL: every row */
    kept_expr *value;        /* over all rows */
    kept_expr *time;         /* about one row: the day it counts for; NULL: the day of the kind */
    const char *where_text, *value_text, *time_text; /* as declared */
    kept_measure_window window;
    kept_measure_period periods;
    /* Columns that must be known for a row to be covered. */
    const kept_fact_column *const *needs;
    size_t n_needs;
    const char *text; /* the declaration as written: what versions are told apart by */
    size_t len;
    const char *source; /* file name, for messages */
} kept_measure;

typedef struct kept_measures {
    const kept_measure *const *items; /* by name */
    size_t n;
} kept_measures;

/* Built-in measures plus those of workspace_folder/catalogue/measures (NULL: built-in only).
 * KEPT_EINPUT names file, line, column, field and the nearest valid word. Lives in arena. */
KEPT_MUST_CHECK kept_status kept_measures_load(const char *workspace_folder,
                                               const kept_fact_kinds *kinds, kept_arena *arena,
                                               kept_measures *ret_measures, kept_err *err);
/* One measure from YAML text, which must live as long as the measure; source names it in messages.
 * own: as a file of a workspace. */
KEPT_MUST_CHECK kept_status kept_measure_parse(const char *yaml, size_t len, const char *source,
                                               bool own, const kept_fact_kinds *kinds,
                                               kept_arena *arena, kept_measure **ret_measure,
                                               kept_err *err);
/* KEPT_ENOTFOUND with the nearest name. */
KEPT_MUST_CHECK kept_status kept_measures_find(const kept_measures *measures, const char *name,
                                               const kept_measure **ret_measure, kept_err *err);

/* "money", "higher", "customer", "quarter": the words of declarations. */
const char *kept_measure_unit_name(kept_measure_unit unit);
const char *kept_measure_better_name(kept_measure_better better);
const char *kept_measure_per_name(kept_measure_per per);
const char *kept_measure_period_name(kept_measure_period period);
const char *kept_measure_grain_name(kept_measure_grain grain);
int kept_measure_period_months(kept_measure_period period); /* 0: none */
/* "12 months", "90 days", "all". */
void kept_measure_window_write(kept_measure_window window, kept_buf *buf);

#endif
