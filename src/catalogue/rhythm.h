/* catalogue/rhythm.h - what comes again and again, declared in catalogue/rhythms/NAME.yaml:
 * reviews, audits, looking again at what is known. */
#ifndef KEPT_CATALOGUE_RHYTHM_H
#define KEPT_CATALOGUE_RHYTHM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/rrule.h"
#include "catalogue/catalogue.h"
#include "kept/arena.h"
#include "kept/err.h"

/* A field that must have a value: key_account: yes. */
typedef struct kept_rhythm_where {
    const kept_record_field *field;
    const char *text; /* as people write it */
} kept_rhythm_where;

typedef struct kept_rhythm {
    const char *name;
    const char *title;
    const char *stage;
    const char *pack;
    const char *ids;
    const char *summary;
    const kept_record_kind *per;    /* once for every record of the kind; NULL: once for the firm */
    const kept_rhythm_where *where; /* only those of `per` */
    size_t n_where;
    kept_rrule every;
    const char *every_text;
    int grace_days; /* after the day due, before it counts as missed */
    /* What shows that it was done: the latest day in `date` among records of the kind, those that
     * refer to the subject by `of` alone; or a kept version of a document. */
    const kept_record_kind *done_by;
    const kept_record_field *date;
    const kept_record_field *of; /* NULL: not of one record */
    const kept_rhythm_where *done_where;
    size_t n_done_where;
    const char *document; /* NULL: done_by a record */
    const char *advice;   /* a command; {customer} stands for the subject's short id */
    const char *source;
    bool own;
} kept_rhythm;

typedef struct kept_rhythms {
    const kept_rhythm *rhythms; /* by name */
    size_t n;
} kept_rhythms;

/* Built-in rhythms plus those of workspace_folder/catalogue/rhythms (NULL: built-in only).
 * KEPT_EINPUT names file, line, column, field and the nearest valid word. Points into catalogue. */
KEPT_MUST_CHECK kept_status kept_rhythms_load(const char *workspace_folder,
                                              const kept_catalogue *catalogue, kept_arena *arena,
                                              kept_rhythms *ret_rhythms, kept_err *err);

#endif
