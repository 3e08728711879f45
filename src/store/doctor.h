/* store/doctor.h - a look at a whole workspace that changes nothing: what is there, what is not as
 * it should be, and what to do. Works on a damaged one as far as it can be read. */
#ifndef KEPT_STORE_DOCTOR_H
#define KEPT_STORE_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "kept/arena.h"
#include "kept/err.h"
#include "store/scope.h"

typedef enum kept_health {
    KEPT_HEALTHY,
    KEPT_UNHEALTHY,
    KEPT_NOT_LOOKED_AT, /* cannot be looked at before something else is mended */
} kept_health;

typedef struct kept_doctor_check {
    const char *what; /* "Facts" */
    kept_health health;
    const char *found;
    const char *todo; /* NULL: nothing */
} kept_doctor_check;

typedef struct kept_doctor {
    kept_doctor_check *checks;
    size_t n;
    size_t unhealthy; /* how many of them are */
} kept_doctor;

typedef struct kept_doctor_opts {
    bool quick; /* sizes of files instead of their hashes, and SQLite's quick check */
    void (*progress)(void *who, const char *what, double part); /* NULL: nobody watches */
    void *progress_who;
    const volatile int *cancel; /* NULL: cannot be stopped */
} kept_doctor_opts;

/* Needs sight of all. Whatever is wrong with the workspace is a check, not a failure;
 * KEPT_ENOTFOUND when there is no such folder, KEPT_ECANCELLED, KEPT_ENOMEM. */
KEPT_MUST_CHECK kept_status kept_doctor_look(const char *folder, const kept_scope *scope,
                                             const kept_doctor_opts *opts, kept_arena *arena,
                                             kept_doctor *ret_doctor, kept_err *err);

#endif
