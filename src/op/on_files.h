/* op/on_files.h - every analysis also runs straight on a file, without a workspace.
 *
 * An operation lists KEPT_PARAMS_READING and KEPT_PARAM_ORDERS among its parameters and asks
 * kept_ctx_facts for its store: the workspace's, or, when --orders was given, a private temporary
 * workspace into which the file went through the ordinary importer. Same code, same answers. */
#ifndef KEPT_OP_ON_FILES_H
#define KEPT_OP_ON_FILES_H

#include "kept/err.h"
#include "op/ctx.h"
#include "op/op.h"
#include "op/result.h"
#include "store/facts/import.h"
#include "store/store.h"

/* How a file is read: shared by imports and by every analysis on files. */
#define KEPT_PARAMS_COLUMNS                                                                        \
    {.name = "map",                                                                                \
     .type = KEPT_P_TEXT,                                                                          \
     .value = "COLUMN=EXPRESSION,...",                                                             \
     .help = "which column of the file fills which column; may compute: amount=Price*Quantity"},   \
        {.name = "date-format",                                                                    \
         .type = KEPT_P_CHOICE,                                                                    \
         .choices = "ymd|dmy|mdy",                                                                 \
         .help = "order of day, month and year where the file leaves it open"},                    \
        {.name = "decimal",                                                                        \
         .type = KEPT_P_CHOICE,                                                                    \
         .choices = ".|,",                                                                         \
         .help = "decimal mark where the file leaves it open"},                                    \
        {.name = "delimiter",                                                                      \
         .type = KEPT_P_TEXT,                                                                      \
         .value = "CHARACTER",                                                                     \
         .help = "what separates the columns of a text file, or \"tab\""},                         \
        {.name = "encoding",                                                                       \
         .type = KEPT_P_CHOICE,                                                                    \
         .choices = "utf-8|utf-16|latin-1|windows-1252",                                           \
         .help = "how a text file writes its letters"},                                            \
    {                                                                                              \
        .name = "sheet", .type = KEPT_P_TEXT, .value = "NAME",                                     \
        .help = "sheet of a workbook, else the first with rows"                                    \
    }
/* The same with rates of exchange, for facts. */
#define KEPT_PARAMS_READING                                                                        \
    KEPT_PARAMS_COLUMNS,                                                                           \
    {                                                                                              \
        .name = "rates", .type = KEPT_P_FILE, .value = "FILE",                                     \
        .help = "CSV of currency, rate and perhaps date, to turn amounts into one currency"        \
    }

#define KEPT_PARAM_ORDERS                                                                          \
    {.name = "orders",                                                                             \
     .type = KEPT_P_FILE,                                                                          \
     .value = "FILE",                                                                              \
     .repeated = true,                                                                             \
     .help = "run straight on this file of orders instead of a workspace"},                        \
    {                                                                                              \
        .name = "currency", .type = KEPT_P_TEXT, .value = "CODE",                                  \
        .help = "currency of the file's amounts, for display, as EUR"                              \
    }

/* Fills the reading options from the arguments of KEPT_PARAMS_COLUMNS, or _READING. */
void kept_columns_from_args(const kept_args *args, kept_import_opts *opts);
void kept_reading_from_args(const kept_args *args, kept_import_opts *opts);

/* The store to read: see above. money_needed: complain when no amount can be found in the file.
 * What was read, set aside and assumed is added to result as notes. Borrowed. */
KEPT_MUST_CHECK kept_status kept_ctx_facts(kept_ctx *ctx, const kept_args *args, bool money_needed,
                                           kept_result *result, kept_store **ret_store,
                                           kept_err *err);

#endif
