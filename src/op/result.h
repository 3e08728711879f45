/* op/result.h - what an operation returns: named scalars, tables, notes and charts.
 *
 * Terminal, JSON, CSV, workbook, HTML and page all print the same result under the same names.
 * The shape (names, types, units) is declared as static data, listed by the operation, and is what
 * the API documents; the values are filled at run time. A table is held row by row; cells that are
 * not known are empty (never 0). All memory comes from the arena of the result. */
#ifndef KEPT_OP_RESULT_H
#define KEPT_OP_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"

typedef enum kept_type {
    KEPT_TEXT,
    KEPT_BOOL,
    KEPT_COUNT,   /* int64: how many */
    KEPT_INTEGER, /* int64: any other whole number, as an id or a seed: printed without grouping */
    KEPT_REAL,    /* double */
    KEPT_SHARE,   /* double in 0..1, shown as a percentage */
    KEPT_MONEY,   /* int64 ten-thousandths of the workspace's currency */
    KEPT_DATE,    /* int32 days since 1970-01-01, in i */
    KEPT_TIME,    /* int64 microseconds since 1970-01-01T00:00Z, in i */
} kept_type;

typedef struct kept_cell {
    bool known; /* false: empty cell, JSON null */
    union {
        const char *text;
        int64_t i; /* BOOL (0/1), COUNT, INTEGER, MONEY, DATE, TIME */
        double real;
    } v;
} kept_cell;

typedef struct kept_field {
    const char *name;  /* snake_case, as in JSON and CSV */
    const char *title; /* plain words, as on screen; NULL: name with blanks */
    kept_type type;
    const char *unit; /* "weeks", "per year", NULL when it has none */
    const char *help; /* one sentence with the exact term, NULL allowed */
    bool estimate;    /* a model's figure: rounded on screen, where more digits only look exact */
    /* Left out of tables on a terminal, and as a single figure wherever people read when it is
     * empty: there the room is for what matters. */
    bool detail;
    bool folds; /* a sentence: in a table on a terminal it goes on below rather than being cut */
} kept_field;

/* A declared table: one row per something. */
typedef struct kept_table_def {
    const char *name;
    const char *title;
    const kept_field *fields;
    size_t n_fields;
    const char *empty; /* what the terminal and the page say when there is no row */
} kept_table_def;

/* Declared scalars form named groups ("parameters", "standard_errors"): JSON nests them; the
 * group named "" is the top level. */
typedef struct kept_group_def {
    const char *name;
    const char *title;
    const kept_field *fields;
    size_t n_fields;
} kept_group_def;

typedef struct kept_table {
    const kept_table_def *def;
    kept_cell *cells; /* n_rows x n_fields, row by row */
    size_t n_rows;
    size_t cap_rows;
    size_t more; /* rows that exist beyond those given (a limit was set) */
} kept_table;

typedef struct kept_group {
    const kept_group_def *def;
    kept_cell *cells; /* n_fields */
} kept_group;

typedef enum kept_note_kind {
    KEPT_NOTE,    /* how to read the result, which rule was used */
    KEPT_WARNING, /* the result is weaker than it looks */
    KEPT_ADVICE,  /* what to do next */
} kept_note_kind;

typedef struct kept_note {
    kept_note_kind kind;
    const char *text;
} kept_note;

typedef enum kept_chart_kind {
    KEPT_CHART_LINE,    /* y columns over x */
    KEPT_CHART_BARS,    /* one y column over categories or ordered bins */
    KEPT_CHART_HEAT,    /* value column over x and y columns */
    KEPT_CHART_SCATTER, /* y over x */
} kept_chart_kind;

/* A chart draws columns of a table of the same result: the table behind it is always there. */
typedef struct kept_chart {
    const char *name;
    const char *title;
    const char *summary; /* one sentence that says what there is to see */
    kept_chart_kind kind;
    const char *table; /* kept_table_def name */
    const char *x;     /* column names of that table */
    const char *y[4];  /* up to four series; unused NULL. HEAT: y[0] is the vertical axis */
    const char *value; /* HEAT only */
    const char *low;   /* band around y[0], NULL when none */
    const char *high;
    const char *mark_x; /* "x=VALUE label": vertical line, e.g. end of the fitting period; NULL */
} kept_chart;

enum {
    KEPT_RESULT_PARTS = 24,   /* most groups, and most tables, of one result */
    KEPT_RESULT_FIELDS = 256, /* most fields of one group or table */
};

typedef struct kept_result {
    kept_arena *arena; /* borrowed: lives as long as the result is read */
    const char *title; /* first line of the text output, NULL for none */
    kept_group *groups;
    size_t n_groups;
    kept_table *tables;
    size_t n_tables;
    kept_note *notes;
    size_t n_notes;
    kept_chart *charts;
    size_t n_charts;
    const char *currency; /* ISO 4217 code or "" */
    /* A text that is the whole answer (YAML, JSON Schema, iCalendar, vCard): printed as it stands
     * instead of groups and tables; NULL for none. Operations that give one say KEPT_DOCUMENT. */
    const char *document;
    bool answer_no; /* a check failed: exit code 1 */
    bool failed;    /* memory ran out while building: sticky, checked once by the runner */
    /* Where values go once memory is out, so that operations need not check every line. */
    kept_group spare_group;
    kept_table spare_table;
    kept_cell spare_cells[KEPT_RESULT_FIELDS];
} kept_result;

void kept_result_init(kept_result *result, kept_arena *arena);

/* Names share one space: fields of the group "", names of the other groups and of tables stand side
 * by side in JSON, so none may be used twice, nor "title", "notes", "charts", "more", "answer",
 * "document" (assert). */
bool kept_result_name_is_free(const kept_result *result, const char *name);

/* Adds what was declared; the pointer stays valid while the result lives. Never NULL: when memory
 * is out the result turns failed and a dummy takes the values. */
kept_group *kept_result_group(kept_result *result, const kept_group_def *def);
kept_table *kept_result_table(kept_result *result, const kept_table_def *def);
void kept_result_note(kept_result *result, kept_note_kind kind, const char *fmt, ...)
    KEPT_PRINTF(3, 4);
void kept_result_chart(kept_result *result, const kept_chart *chart);

/* Cells are set by column name; an unknown name or a value of another type is a programmer fault
 * (assert). Text is copied. A NULL text and a NaN real leave the cell empty. */
void kept_group_text(kept_result *result, kept_group *group, const char *field, const char *text);
void kept_group_int(kept_result *result, kept_group *group, const char *field, int64_t value);
void kept_group_real(kept_result *result, kept_group *group, const char *field, double value);

/* Starts a new row and returns its cells (n_fields, all empty), in the order of def->fields; valid
 * until the next row of this table. Fill them with the setters below. */
kept_cell *kept_table_row(kept_result *result, kept_table *table);
kept_cell kept_cell_text(kept_result *result, const char *text); /* NULL: empty */
kept_cell kept_cell_int(int64_t value);
kept_cell kept_cell_day(int32_t day);   /* KEPT_NO_DAY of store/scope.h: empty */
kept_cell kept_cell_real(double value); /* NaN: empty */
kept_cell kept_cell_empty(void);

/* Borrowed, NULL when the result has none of that name. */
const kept_table *kept_result_find_table(const kept_result *result, const char *name);
const kept_group *kept_result_find_group(const kept_result *result, const char *name);
/* Index of a field of that name, or -1. */
int kept_field_index(const kept_field *fields, size_t n, const char *name);

#endif
