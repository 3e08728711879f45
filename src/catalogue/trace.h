/* catalogue/trace.h - the golden thread, declared in catalogue/trace.yaml: how records hang
 * together from what customers want to what it returns. */
#ifndef KEPT_CATALOGUE_TRACE_H
#define KEPT_CATALOGUE_TRACE_H

#include <stddef.h>

#include "catalogue/catalogue.h"
#include "kept/arena.h"
#include "kept/err.h"

typedef struct kept_joint {
    const kept_record_kind *from;
    const char *to_name;        /* a kind, or a word for what is no record */
    const kept_record_kind *to; /* NULL: no record */
    /* The field that joins them, of `from` or of `to`; NULL: sql does. */
    const kept_record_field *field;
    bool field_of_from;
    const char *sql;         /* SELECT with :from and a column label */
    const char *orphan;      /* said of a record of `from` that leads nowhere; NULL: nothing */
    const char *orphan_back; /* of a record of `to` that nothing leads to; NULL: nothing */
    const char *source;
} kept_joint;

typedef struct kept_thread {
    const char *title;
    const kept_joint *joints; /* in the order of the thread; a workspace's own behind */
    size_t n;
} kept_thread;

/* The built-in thread and the joints that WORKSPACE/catalogue/trace.yaml adds. KEPT_EINPUT names
 * file, line, column and the nearest valid word. Points into catalogue. */
KEPT_MUST_CHECK kept_status kept_thread_load(const char *workspace_folder,
                                             const kept_catalogue *catalogue, kept_arena *arena,
                                             kept_thread *ret_thread, kept_err *err);

#endif
