/* catalogue/warning.h - warnings, declared in catalogue/warnings/NAME.yaml.
 *
 * A warning is a rule over the ledger that looks at subjects one by one (a customer, a promise, or
 * the firm as a whole) and answers for each: it fires, it does not, or there is not enough data to
 * tell. Rules are SQL over records and measures (store/records/rule.h); limits are named and may be
 * adjusted in a workspace. Warnings are compiled into the program; a workspace adds its own in its
 * catalogue/warnings. The form of the files is described in docs/warnings.md. */
#ifndef KEPT_CATALOGUE_WARNING_H
#define KEPT_CATALOGUE_WARNING_H

#include <stdbool.h>
#include <stddef.h>

#include "catalogue/catalogue.h"
#include "kept/arena.h"
#include "kept/err.h"

typedef enum kept_limit_unit {
    KEPT_LIMIT_SHARE, /* 0.25, written 25% */
    KEPT_LIMIT_DAYS,
    KEPT_LIMIT_COUNT,
    KEPT_LIMIT_NUMBER, /* anything else, as a multiple */
} kept_limit_unit;

typedef struct kept_warning_limit {
    const char *name; /* ":name" in the SQL */
    const char *title;
    kept_limit_unit unit;
    double preset, min, max;
} kept_warning_limit;

/* How a figure of a rule is written. */
typedef enum kept_figure_form {
    KEPT_FIGURE_PLAIN,
    KEPT_FIGURE_SHARE,  /* {x:%} */
    KEPT_FIGURE_DAY,    /* {x:day}: ISO 8601 text as it is, or days since 1970-01-01 */
    KEPT_FIGURE_MONEY,  /* {x:money}: ten-thousandths */
    KEPT_FIGURE_NUMBER, /* {x:number}: one decimal */
    KEPT_FIGURE_WORDS,  /* {x:promise|promises}: the number and the word for one or many */
    KEPT_FIGURE_RECORD, /* {x:customer}: an id, shown as "C-7 Hanley" */
} kept_figure_form;

/* A figure that a column or a limit holds: "share:%". */
typedef struct kept_figure {
    const char *name;
    kept_figure_form form;
    const char *one, *many;       /* WORDS */
    const kept_record_kind *kind; /* RECORD */
} kept_figure;

/* A piece of a sentence: words, or a figure in braces. */
typedef struct kept_sentence_part {
    const char *text; /* NULL: the figure */
    kept_figure figure;
} kept_sentence_part;

typedef struct kept_sentence {
    const kept_sentence_part *parts;
    size_t n;
} kept_sentence;

typedef struct kept_warning {
    const char *name;
    int number; /* in the list of anti-patterns; 0: a workspace's own without one */
    const char *title;
    const char *stage;
    const char *pack; /* silent while this pack is off */
    const char *ids;  /* requirement ids */
    int weight;       /* 1 (worth knowing) to 5 (act now) */
    /* What the subjects are: a kind of record, NULL: the firm as a whole (one row, subject 0). */
    const kept_record_kind *about;
    /* Only customers who are key accounts are looked at: rows has a column `customer`, or is about
     * customers. */
    bool key_accounts_only;
    bool late_sign; /* shows when the harm is done */
    const kept_warning_limit *limits;
    size_t n_limits;
    /* Measures of which at least one must have been worked out; none: rests on records alone. */
    const char *const *measures;
    size_t n_measures;
    const char *rows;     /* SELECT: one row per subject looked at, column `subject` */
    const char *enough;   /* condition over its columns and limits; NULL: always enough */
    const char *fires;    /* condition */
    const char *money;    /* expression, ten-thousandths; NULL: none is known */
    const char *evidence; /* SELECT with :subject: the rows that set it off */
    kept_sentence reason;
    const char *missing; /* what is missing when there is not enough data, and what helps */
    const char *source;
    const char *advice;
    const char *file; /* for messages */
    bool own;         /* of the workspace: name begins with x_ */
} kept_warning;

typedef struct kept_warnings {
    const kept_warning *const *warnings; /* by number, then name */
    size_t n;
} kept_warnings;

/* Built-in warnings plus those of workspace_folder/catalogue/warnings (NULL: built-in only),
 * checked against the catalogue. KEPT_EINPUT names file, line, column, field and the nearest valid
 * word. Lives in arena; points into catalogue. */
KEPT_MUST_CHECK kept_status kept_warnings_load(const char *workspace_folder,
                                               const kept_catalogue *catalogue, kept_arena *arena,
                                               kept_warnings *ret_warnings, kept_err *err);
/* One warning from YAML text, for tests and fuzzing; own: as a file of a workspace. */
KEPT_MUST_CHECK kept_status kept_warning_parse(const char *yaml, size_t len, const char *source,
                                               bool own, const kept_catalogue *catalogue,
                                               kept_arena *arena, kept_warning **ret_warning,
                                               kept_err *err);
/* By name, or by number written in digits (KEPT_EARG when several have it). KEPT_ENOTFOUND with the
 * nearest name. */
KEPT_MUST_CHECK kept_status kept_warnings_find(const kept_warnings *warnings, const char *name,
                                               const kept_warning **ret_warning, kept_err *err);
/* KEPT_ENOTFOUND with the names there are. */
KEPT_MUST_CHECK kept_status kept_warning_limit_find(const kept_warning *warning, const char *name,
                                                    const kept_warning_limit **ret_limit,
                                                    kept_err *err);
/* A value of a limit as people write it: 25%, 0.25, 180. KEPT_EARG with what it takes. */
KEPT_MUST_CHECK kept_status kept_warning_limit_read(const kept_warning_limit *limit,
                                                    const char *text, double *ret_value,
                                                    kept_err *err);
/* "25%", "180 days". */
char *kept_warning_limit_text(const kept_warning_limit *limit, double value,
                              kept_arena *arena) KEPT_MUST_CHECK;

/* --- Sentences --- */

/* "share:%", the text of a brace or of a column's name. KEPT_EINPUT when the form is none; the
 * sentence stands without a place, *ret_figure lives in arena. */
KEPT_MUST_CHECK kept_status kept_figure_parse(const char *text, size_t len,
                                              const kept_catalogue *catalogue, kept_arena *arena,
                                              kept_figure *ret_figure, kept_err *err);

#endif
