/* store/doctor_int.h - what the files of the doctor share. Not for others. */
#ifndef KEPT_STORE_DOCTOR_INT_H
#define KEPT_STORE_DOCTOR_INT_H

#include "store/doctor.h"
#include "store/inside.h"

enum { KEPT_DOCTOR_CHECKS = 16 };

typedef struct kept__visit {
    const char *folder; /* absolute */
    const kept_scope *scope;
    const kept_doctor_opts *opts;
    kept_arena *arena;
    kept_doctor doctor;
    kept_ledger ledger; /* db NULL: cannot be read */
} kept__visit;

/* One more check. todo NULL when healthy. */
KEPT_MUST_CHECK kept_status kept__visit_add(kept__visit *v, const char *what, kept_health health,
                                            const char *todo, kept_err *err, const char *fmt, ...)
    KEPT_PRINTF(6, 7);
/* The sentence of a step that failed, as an unhealthy check; out of memory and cancelling go up. */
KEPT_MUST_CHECK kept_status kept__visit_failed(kept__visit *v, const char *what, kept_status status,
                                               const kept_err *found, const char *todo,
                                               kept_err *err);
KEPT_MUST_CHECK kept_status kept__visit_pause(const kept__visit *v, const char *what, double part,
                                              kept_err *err);
char *kept__visit_path(const kept__visit *v, const char *name) KEPT_MUST_CHECK;

/* "709 bytes", "41 kB", "3.4 MB". */
enum { KEPT_SIZE_TEXT = 32 };
const char *kept__size_words(double bytes, char out[static KEPT_SIZE_TEXT]);

#define KEPT_ADVICE_RESTORE                                                                        \
    "Restore the newest backup into a new folder: kept backup restore FILE DIR"

KEPT_MUST_CHECK kept_status kept__visit_ledger(kept__visit *v, kept_err *err); /* doctor_ledger.c */
KEPT_MUST_CHECK kept_status kept__visit_files(kept__visit *v, kept_err *err);  /* doctor_files.c */
KEPT_MUST_CHECK kept_status kept__visit_proofs(kept__visit *v, kept_err *err); /* doctor_proofs.c */
/* Change log, search, tables of what is declared, clocks (doctor_records.c). */
KEPT_MUST_CHECK kept_status kept__visit_records(kept__visit *v, kept_err *err);

#endif
