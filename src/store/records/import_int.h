/* store/records/import_int.h - the steps of an import of records. Private to import*.c.
 *
 * import_target.c says what columns may fill, import_vcard.c turns cards into rows, import_rows.c
 * reads and converts all rows, import_write.c finds the record of each and writes it,
 * import_reject.c keeps what was set aside. */
#ifndef KEPT_STORE_RECORDS_IMPORT_INT_H
#define KEPT_STORE_RECORDS_IMPORT_INT_H

#include "store/facts/evaluate.h"
#include "store/facts/import_int.h"
#include "store/records/import.h"
#include "store/records/write_int.h"

typedef enum kept_import_role {
    KEPT_IMPORT_ID,
    KEPT_IMPORT_FIELD,
    KEPT_IMPORT_STATE,
    KEPT_IMPORT_ARCHIVED,
    KEPT_IMPORT_REVISION,
} kept_import_role;

/* What a column of the files may fill: columns[i] of the made-up kind of facts. */
typedef struct kept_import_target {
    kept_import_role role;
    const kept_record_field *field;
} kept_import_target;

typedef struct kept_import_row {
    size_t source;
    int64_t record; /* of the source, from 1 */
    const char *
        *texts; /* per target, as kept_record_write reads them; "": empty; NULL: not filled */
} kept_import_row;

typedef struct kept_import_fault {
    size_t source;
    int64_t record;
    const char *column; /* of the file, or what it would fill */
    const char *value, *reason;
    const char *group; /* what is counted together: "minutes is not a number" */
    bool example;      /* group says little: the first reason stands for it */
} kept_import_fault;

typedef struct kept_record_importing {
    kept_import_task task;
    const kept_record_kind *kind;
    const kept_import_target *targets; /* one per column of task.kind */
    const char *source;                /* as asked for */
    bool *is_vcard;                    /* per file */
    kept_import_row *rows;
    size_t n_rows, room_rows;
    kept_import_fault *faults;
    size_t n_faults, room_faults;
    kept_import result;
    kept_record_import_view *view;
} kept_record_importing;

/* Sets task.kind and targets. */
KEPT_MUST_CHECK kept_status kept_record_import__targets(kept_record_importing *im, kept_err *err);
/* Sets task.copies and is_vcard. */
KEPT_MUST_CHECK kept_status kept_record_import__copy_vcards(kept_record_importing *im,
                                                            kept_err *err);
/* Reads all rows; those that cannot be read become faults. */
KEPT_MUST_CHECK kept_status kept_record_import__read(kept_record_importing *im, kept_err *err);
/* Writes all rows and counts; those that are refused become faults. */
KEPT_MUST_CHECK kept_status kept_record_import__write(kept_record_importing *im, kept_writing *w,
                                                      kept_err *err);

/* --- import_reject.c --- */

KEPT_MUST_CHECK kept_status kept_record_import__fault(kept_record_importing *im,
                                                      const kept_import_fault *fault,
                                                      kept_err *err);
/* The column of the file that fills the target, or the name of what it fills. */
const char *kept_record_import__column(const kept_record_importing *im, size_t source,
                                       size_t target);
/* Hands the faults to the writer of rejects files, and describes them in task.view.stage. */
KEPT_MUST_CHECK kept_status kept_record_import__set_aside(kept_record_importing *im, kept_err *err);

#endif
