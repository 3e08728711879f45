/* store/facts/mapping_parts.h - the steps behind kept_mapping_make; private to mapping*.c.
 *
 * mapping.c reads what the user wrote and puts the mapping together, mapping_guess.c looks at the
 * values and guesses what was left open, mapping_decide.c settles date orders and decimal marks. */
#ifndef KEPT_STORE_FACTS_MAPPING_PARTS_H
#define KEPT_STORE_FACTS_MAPPING_PARTS_H

#include "base/text.h"
#include "store/facts/evaluate.h"
#include "store/facts/mapping.h"

/* What the first rows show about one column of the source. */
typedef struct kept_column_look {
    size_t filled;
    size_t dates;      /* readable as a date in some order */
    size_t numbers;    /* readable as a number with some mark */
    size_t point_zero; /* written like 17850.0 */
} kept_column_look;

/* A mapping while it is made. */
typedef struct kept_mapping_draft {
    kept_duck *duck;
    const kept_fact_kind *kind;
    const kept_source *source;
    const kept_mapping_opts *opts;
    kept_arena *arena;
    kept_column_look *look; /* per column of the source */
    size_t looked_at;       /* rows behind look */
    kept_mapped *slots;     /* per column of the kind; expr NULL: open */
    bool *none;             /* per column of the kind: left out on purpose */
    bool *used;             /* per column of the source: some slot reads it */
    bool *taken; /* per column of the source: a slot is it, so no other is guessed to be */
} kept_mapping_draft;

/* Reads columns of the source where wanted[i], at most limit rows (0: all), in file order. After
 * each kept_mapping__row the cells of wanted columns are set, all others stay empty. */
typedef struct kept_mapping_reader {
    kept_duck_rows *rows;
    size_t *index; /* source column of each column of the result */
    size_t n_index;
    size_t in_chunk, next;
    kept_cell *cells; /* per column of the source */
} kept_mapping_reader;

KEPT_MUST_CHECK kept_status kept_mapping__read(const kept_mapping_draft *draft, const bool *wanted,
                                               size_t limit, kept_mapping_reader *reader,
                                               kept_err *err);
/* *ret_more is false past the last row. */
KEPT_MUST_CHECK kept_status kept_mapping__row(kept_mapping_reader *reader, bool *ret_more,
                                              kept_err *err);
void kept_mapping__reader_done(kept_mapping_reader *reader);
#define KEPT_AUTO_MAPPING_READER                                                                   \
    __attribute__((cleanup(kept_mapping__reader_done))) kept_mapping_reader

/* Rows looked at before the whole file is: fewer of a very wide file. */
size_t kept_mapping__sample_rows(const kept_source *source);

KEPT_MUST_CHECK kept_status kept_mapping__look(kept_mapping_draft *draft, kept_err *err);
/* Fills open slots. KEPT_EINPUT: a required column stays open. */
KEPT_MUST_CHECK kept_status kept_mapping__guess(kept_mapping_draft *draft, kept_err *err);
/* Sets order of the WHEN slots and marks[n_columns of the source]. */
KEPT_MUST_CHECK kept_status kept_mapping__decide(kept_mapping_draft *draft, kept_mark *marks,
                                                 kept_err *err);

bool kept_mapping__is_number(kept_column_type type); /* read with kept_evaluate_number */
/* Marks the source columns of expr; only_numbers: those it computes with. computed says whether
 * expr itself is a number. */
void kept_mapping__columns(const kept_expr *expr, bool computed, bool only_numbers, bool *ret);

#endif
