/* store/measures/write.h - the rows of the ledger that hold measures. Shared by the files of
 * store/measures alone. */
#ifndef KEPT_STORE_MEASURES_WRITE_H
#define KEPT_STORE_MEASURES_WRITE_H

#include "store/inside.h"
#include "store/measures/evaluate.h"
#include "store/measures/measures.h"

enum { KEPT_DEFINITION_HASH = 65 }; /* BLAKE2b-256, hexadecimal, terminated */

void kept_definition_hash(const kept_measure *measure, char ret_hash[static KEPT_DEFINITION_HASH]);

/* A run as it is written: between begin and commit of the ledger. */
typedef struct kept_measure_writer {
    kept_ledger *ledger;
    const kept_measure *measure;
    const char *subject_kind;
    sqlite3_stmt *insert;
    int64_t run;
    char as_of[11];
} kept_measure_writer;

/* KEPT_EDENIED unless scope sees everything, KEPT_EINTERNAL unless records may be written. */
KEPT_MUST_CHECK kept_status kept_measures__may_write(const kept_store *store,
                                                     const kept_scope *scope, kept_err *err);
/* Replaces what stood for the day and writes the run and, when it is new, the definition. When no
 * clock is set, runs for later days are void too: the facts end with this one. */
KEPT_MUST_CHECK kept_status kept_measure_writer_open(kept_store *store, const kept_scope *scope,
                                                     const kept_measure *measure, int32_t as_of,
                                                     kept_measure_writer *ret_writer,
                                                     kept_err *err);
/* coverage NaN: there is none. */
KEPT_MUST_CHECK kept_status kept_measure_writer_add(kept_measure_writer *writer, int64_t subject,
                                                    int32_t start, int32_t end,
                                                    const kept_measured *value, int64_t n,
                                                    double coverage, kept_err *err);
void kept_measure_writer_close(kept_measure_writer *writer);
#define KEPT_AUTO_MEASURE_WRITER                                                                   \
    __attribute__((cleanup(kept_measure_writer_close))) kept_measure_writer

/* Forgets every run of the measure: its facts are gone. */
KEPT_MUST_CHECK kept_status kept_measure__forget(kept_store *store, const kept_measure *measure,
                                                 kept_err *err);

#endif
