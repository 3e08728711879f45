#include "store/judge/watch.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/inside.h"
#include "store/records/write.h"

static const char setting[] = "watch";

kept_status kept_watch_read(kept_store *store, double preset, double *ret_chance, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *text = NULL;
    KEPT_TRY(kept_ledger_setting(&store->ledger, setting, &arena, &text, err));
    double chance = text ? strtod(text, NULL) : preset;
    *ret_chance = chance > 0 && chance < 1 ? chance : preset;
    return KEPT_OK;
}

static kept_status write(kept_store *store, kept_writing *writing, const char *was,
                         const char *text, kept_err *err)
{
    const kept_log_value value = {.field = setting, .old = was, .now = text};
    KEPT_TRY(kept_ledger_set(&store->ledger, setting, text, err));
    return kept_writing_log(writing, (kept_ref){NULL, 0}, "setting", &value, 1, NULL, err);
}

kept_status kept_watch_set(kept_store *store, const kept_scope *scope, double chance, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_WRITING *writing = NULL;
    const char *was = NULL;
    char text[32];
    if (!(chance > 0 && chance < 1))
        return kept_fail(err, KEPT_EARG,
                         "A promise is at risk from a chance between 0%% and 100%% on.");
    if (scope->sight != KEPT_SEES_ALL)
        return kept_fail(
            err, KEPT_EDENIED,
            "%s may not set from when on promises are at risk: that takes sight of all "
            "customers.",
            scope->who ? scope->who : "Nobody");
    snprintf(text, sizeof text, "%.6g", chance);
    KEPT_TRY(kept_writing_begin(store, scope, "command", &writing, err));
    KEPT_TRY(kept_ledger_setting(&store->ledger, setting, &arena, &was, err));
    KEPT_TRY(write(store, writing, was, text, err));
    return kept_writing_commit(writing, err);
}
