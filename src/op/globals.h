/* op/globals.h - the options every operation understands, described like the operations' own.
 *
 * Command line, help, man pages and completion read this one list. No operation may have a
 * parameter of one of these names. */
#ifndef KEPT_OP_GLOBALS_H
#define KEPT_OP_GLOBALS_H

#include "op/op.h"

typedef enum kept_global {
    KEPT_G_WORKSPACE,
    KEPT_G_AS_OF,
    KEPT_G_KNOWN_AT,
    KEPT_G_JSON,
    KEPT_G_CSV,
    KEPT_G_TABLE,
    KEPT_G_RAW,
    KEPT_G_OUTPUT,
    KEPT_G_XLSX,
    KEPT_G_HTML,
    KEPT_G_MAIL,
    KEPT_G_MAIL_SUBJECT,
    KEPT_G_QUIET,
    KEPT_G_SEED,
    KEPT_G_THREADS,
    KEPT_G_HELP,
    KEPT_G_VERSION,
    KEPT_N_GLOBALS
} kept_global;

extern const kept_param kept_globals[KEPT_N_GLOBALS];

#endif
