/* store/judge/watch.h - from which chance of being missed on a promise is at risk, as the workspace
 * wants it. */
#ifndef KEPT_STORE_JUDGE_WATCH_H
#define KEPT_STORE_JUDGE_WATCH_H

#include "kept/err.h"
#include "store/scope.h"
#include "store/store.h"

/* The chance that was set, else preset. */
KEPT_MUST_CHECK kept_status kept_watch_read(kept_store *store, double preset, double *ret_chance,
                                            kept_err *err);
/* Sets it, logged. 0 < chance < 1, else KEPT_EARG; KEPT_EDENIED unless scope sees everything. */
KEPT_MUST_CHECK kept_status kept_watch_set(kept_store *store, const kept_scope *scope,
                                           double chance, kept_err *err);

#endif
