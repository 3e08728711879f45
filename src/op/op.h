/* op/op.h - an operation: one use case, described once, offered everywhere.
 *
 * The command line, its help, completion and man pages, and later the HTTP API and the generic
 * page all come from these descriptions. An operation reads its arguments from kept_args, works in
 * a kept_ctx (op/ctx.h) and fills a kept_result (op/result.h). */
#ifndef KEPT_OP_OP_H
#define KEPT_OP_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/err.h"
#include "op/result.h"

typedef struct kept_ctx kept_ctx;

typedef enum kept_stage {
    KEPT_KNOW,
    KEPT_MAKE,
    KEPT_ENABLE,
    KEPT_KEEP,
    KEPT_REALISE,
    KEPT_LEARN,
    KEPT_GENERAL, /* the workspace itself: init, demo, help */
    KEPT_N_STAGES
} kept_stage;

typedef enum kept_param_type {
    KEPT_P_TEXT,
    KEPT_P_FLAG,    /* given or not */
    KEPT_P_INTEGER, /* min..max */
    KEPT_P_REAL,    /* min..max */
    KEPT_P_SHARE,   /* 0.1 or 10%: stored as 0.1; min..max */
    KEPT_P_DATE,    /* ISO 8601 day, inclusive where it ends something */
    KEPT_P_CHOICE,  /* one of choices, "a|b|c" */
    KEPT_P_FILE,    /* path of an existing file to read */
    KEPT_P_OUTPUT,  /* path of a file to write */
    KEPT_P_FOLDER,
} kept_param_type;

typedef struct kept_param {
    const char *name; /* "until": --until on the command line, "until" in the API */
    kept_param_type type;
    const char *value; /* what stands for the value in help: "DATE", "FILE" */
    const char *help;  /* half a sentence */
    const char *unit;
    const char *preset; /* default as text; NULL: absent means not given */
    const char *choices;
    double min, max; /* both 0: no limit */
    bool required;
    bool positional; /* given by place, in the order of the table */
    bool repeated;   /* may be given several times (positional: takes the rest) */
    char letter;     /* short form: 'o' for -o; 0 for none */
} kept_param;

typedef enum kept_access {
    KEPT_READS,  /* reads the workspace */
    KEPT_WRITES, /* changes the workspace */
    KEPT_ALONE,  /* needs no workspace */
} kept_access;

typedef enum kept_role { /* least role that may run it; each includes those before it */
                         KEPT_ROLE_NOBODY,
                         KEPT_ROLE_VIEWER,
                         KEPT_ROLE_CONTRIBUTOR,
                         KEPT_ROLE_MANAGER,
                         KEPT_ROLE_ADMIN,
} kept_role;

enum {                      /* kept_op.flags */
       KEPT_LONG = 1,       /* may take more than two seconds: progress, cancel */
       KEPT_REPEATABLE = 2, /* the same call twice leaves what one call leaves */
       KEPT_ON_FILES = 4,   /* also runs straight on files: --orders FILE instead of a workspace */
       KEPT_DOCUMENT = 8,   /* answers with a text of its own form (kept_result.document) */
       KEPT_CARDS = 16,     /* does so where kept_ctx.cards asks for vCards */
       KEPT_CALENDAR = 32,  /* does so where it asks for a calendar */
       KEPT_SHEET = 64,     /* meant to be printed on one sheet of paper */
};

/* Arguments after parsing and checking against kept_param: typed, with presets filled in. */
typedef struct kept_arg {
    const kept_param *param;
    bool given;        /* by the caller, not by preset */
    bool present;      /* given or preset */
    const char *text;  /* as written; for repeated parameters the first */
    int64_t integer;   /* INTEGER; DATE as days since 1970-01-01; FLAG 0/1 */
    double real;       /* REAL, SHARE */
    const char **list; /* repeated parameters */
    size_t n_list;
} kept_arg;

typedef struct kept_args {
    const kept_arg *arg; /* one per parameter, in table order */
    size_t n;
} kept_args;

/* Operations that share their first word and are listed as one: those of a kind of record. */
typedef struct kept_op_family {
    const char *name;    /* "promise" */
    const char *summary; /* sentences; the first says what it is */
    /* Options that several of its commands share, explained once for all of them. */
    const kept_param *fields;
    size_t n_fields;
} kept_op_family;

typedef struct kept_op {
    const char *name; /* "clv fit": noun first */
    kept_stage stage;
    const char *summary; /* one line, imperative: "Fit a model of ..." */
    const char *detail;  /* paragraphs for --help and the man page; NULL for none */
    const char *example; /* one real command line; several are separated by newlines */
    const char *ids;     /* requirement ids: "K006 R004" */
    const kept_param *params;
    size_t n_params;
    const kept_group_def *const *groups; /* declared result, NULL-terminated; NULL for none */
    const kept_table_def *const *tables; /* likewise */
    kept_access access;
    kept_role role;
    unsigned flags;
    const kept_op_family *family; /* listed under it, NULL: by itself */
    const void *about; /* of an operation made from a declaration: the declaration; else NULL */
    kept_status (*run)(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err);
} kept_op;

/* Operations in the order of the help. There is no global table: the program hands its own (see
 * op/table.h) to whatever reads one, tests hand theirs. */
typedef struct kept_op_table {
    const kept_op *const *ops;
    size_t n;
} kept_op_table;

/* Makes the table for a workspace (NULL: none): what is built in and what its declarations add.
 * KEPT_EINPUT when these are wrong. Lives in arena. */
typedef kept_status (*kept_op_loader)(const char *workspace, kept_arena *arena,
                                      kept_op_table *ret_table, kept_err *err);

/* "clv fit"; NULL when there is none. */
const kept_op *kept_op_find(const kept_op_table *table, const char *name);
/* The name nearest to words ("clv ftt"), by its beginning or its other word, by the whole name, by
 * its first word; NULL when nothing is near. */
const char *kept_op_nearest(const kept_op_table *table, const char *words);
/* False for an operation whose family stood before it in the table: where a family is one entry. */
bool kept_op_leads(const kept_op_table *table, size_t i);
const kept_param *kept_op_param(const kept_op *op, const char *name); /* NULL: no such parameter */
const char *kept_stage_name(kept_stage stage);                        /* "know" */
/* False when no stage has that name. */
bool kept_stage_find(const char *name, kept_stage *ret_stage);
const char *kept_stage_question(kept_stage stage); /* "Who are they, what do they do and say?" */

/* Access to arguments by name; an unknown name is a programmer fault (assert). */
const kept_arg *kept_args_get(const kept_args *args, const char *name);
const char *kept_args_text(const kept_args *args, const char *name); /* NULL when not present */
bool kept_args_flag(const kept_args *args, const char *name);

/* One text read as the parameter wants it. Fills text, integer and real of ret_arg. */
KEPT_MUST_CHECK kept_status kept_arg_read(const kept_param *param, const char *text,
                                          kept_arg *ret_arg, kept_err *err);

/* Turns texts into checked arguments. given[i] has the values written for op->params[i] (NULL when
 * absent). KEPT_EARG with a sentence that names the parameter, what it takes, and the nearest
 * valid word. Used by command line and API alike. */
typedef struct kept_given {
    const char **values;
    size_t n;
} kept_given;
KEPT_MUST_CHECK kept_status kept_args_check(const kept_op *op, const kept_given *given,
                                            kept_arena *arena, kept_args *ret_args, kept_err *err);

/* Checks the role, lets the context reach the files that args name, runs op and turns a result that
 * ran out of memory into KEPT_ENOMEM. */
KEPT_MUST_CHECK kept_status kept_op_run(const kept_op *op, kept_ctx *ctx, const kept_args *args,
                                        kept_result *result, kept_err *err);

#endif
