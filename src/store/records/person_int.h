/* store/records/person_int.h - shared by giving out and erasing. Private to src/store. */
#ifndef KEPT_STORE_RECORDS_PERSON_INT_H
#define KEPT_STORE_RECORDS_PERSON_INT_H

#include "store/records/person.h"
#include "store/records/write_int.h"

typedef struct kept_refs {
    kept_ref *items;
    size_t n, room;
    kept_arena *arena;
} kept_refs;

/* Adds the records in sight that refer to ref, each once. */
KEPT_MUST_CHECK kept_status kept_person__referring(kept_store *store, const kept_scope *scope,
                                                   kept_ref ref, kept_refs *refs, kept_err *err);

#endif
