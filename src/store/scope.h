/* store/scope.h - who asks and as of when: the only way to read the store.
 *
 * Every reading function of the store takes a scope. A zeroed scope is nobody's: it sees no row. */
#ifndef KEPT_STORE_SCOPE_H
#define KEPT_STORE_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum kept_sight {
    KEPT_SEES_NOTHING = 0,
    KEPT_SEES_SOME, /* the customers listed */
    KEPT_SEES_ALL,
} kept_sight;

#define KEPT_NO_DAY  INT32_MAX /* as_of not set: everything that happened */
#define KEPT_NO_TIME INT64_MAX /* known_at not set: everything imported and not undone */

typedef struct kept_scope {
    kept_sight sight;
    const uint64_t *customers; /* KEPT_SEES_SOME: customer keys */
    size_t n_customers;
    const char *who;  /* written into the ledger with every change */
    int32_t as_of;    /* event time: last day that has happened; days since 1970-01-01 */
    int64_t known_at; /* import time: microseconds since 1970-01-01T00:00Z, inclusive */
    /* The day that counts as today where as_of is not set: what is due, how old something is.
     * 0: the day it is. An example firm stands still at its last day. */
    int32_t today;
} kept_scope;

#define KEPT_SCOPE_NOBODY                                                                          \
    {                                                                                              \
        KEPT_SEES_NOTHING, NULL, 0, "nobody", KEPT_NO_DAY, KEPT_NO_TIME, 0                         \
    }
#define KEPT_SCOPE_ALL(name)                                                                       \
    {                                                                                              \
        KEPT_SEES_ALL, NULL, 0, (name), KEPT_NO_DAY, KEPT_NO_TIME, 0                               \
    }

#endif
