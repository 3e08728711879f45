/* Imports as the ledger has them: listing, and taking one out of force. */
#include <stdio.h>
#include <string.h>

#include "store/facts/import.h"
#include "store/inside.h"
#include "store/records/log.h"
#include "store/records/write.h"

/* A rejects file of the workspace's own is noted below the workspace. */
static kept_status whole_path(const kept_store *store, kept_arena *arena, kept_import *import,
                              kept_err *err)
{
    if (!import->rejects_path || import->rejects_path[0] == '/')
        return KEPT_OK;
    import->rejects_path = kept_store__path(store, arena, import->rejects_path);
    return import->rejects_path ? KEPT_OK : kept_nomem(err);
}

static bool sees_imports(const kept_scope *scope)
{
    return scope && scope->sight == KEPT_SEES_ALL;
}

kept_status kept_import_list(kept_store *store, const kept_scope *scope, kept_arena *arena,
                             kept_import **ret_imports, size_t *ret_n, kept_err *err)
{
    kept_import *imports = NULL;
    size_t n = 0;
    if (sees_imports(scope))
        KEPT_TRY(kept_ledger_imports(&store->ledger, 0, arena, &imports, &n, err));
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(whole_path(store, arena, &imports[i], err));
    *ret_imports = imports;
    *ret_n = n;
    return KEPT_OK;
}

kept_status kept_import_get(kept_store *store, const kept_scope *scope, int64_t id,
                            kept_arena *arena, kept_import *ret_import, kept_err *err)
{
    kept_import *imports = NULL;
    size_t n = 0;
    if (sees_imports(scope) && id > 0)
        KEPT_TRY(kept_ledger_imports(&store->ledger, id, arena, &imports, &n, err));
    if (n == 0)
        return kept_fail(err, KEPT_ENOTFOUND,
                         "There is no import %lld; kept facts lists those there are.",
                         (long long)id);
    KEPT_TRY(whole_path(store, arena, &imports[0], err));
    *ret_import = imports[0];
    return KEPT_OK;
}

static kept_status log_undo(kept_writing *writing, int64_t id, kept_err *err)
{
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)id);
    const kept_log_value value = {"import", number, NULL};
    const kept_ref whole_ledger = {0};
    return kept_writing_log(writing, whole_ledger, "undo", &value, 1, NULL, err);
}

static kept_status undo(kept_store *store, const kept_scope *scope, int64_t id,
                        kept_writing *writing, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_import import;
    int64_t now = 0;
    KEPT_TRY(kept_import_get(store, scope, id, &arena, &import, err));
    if (import.undone_at != 0)
        return kept_fail(err, KEPT_EINPUT, "Import %lld was undone already.", (long long)id);
    if (import.records)
        return kept_fail(err, KEPT_EINTERNAL, "Import %lld is one of records.", (long long)id);
    KEPT_TRY(kept_ledger_next_time(&store->ledger, &now, err));
    KEPT_TRY(kept_ledger_exec(&store->ledger, err,
                              "UPDATE import SET undone_at = ?2, undone_by = ?3 WHERE id = ?1",
                              "iit", id, now, scope->who));
    KEPT_TRY(log_undo(writing, id, err));
    kept_die_here("undo noted");
    KEPT_TRY(kept_writing_commit(writing, err));
    kept_die_here("undo committed");
    return KEPT_OK;
}

kept_status kept_import_undo(kept_store *store, const kept_scope *scope, int64_t id, kept_err *err)
{
    KEPT_TRY(kept_store__may_write(store, scope, err));
    kept_scope named = *scope;
    named.who = scope->who ? scope->who : "";
    KEPT_AUTO_WRITING *writing = NULL;
    KEPT_TRY(kept_writing_begin(store, &named, "command", &writing, err));
    return undo(store, &named, id, writing, err);
}
