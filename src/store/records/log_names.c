/* The log keeps the names of its time; rows 'renamed' of the table declaration say what kinds and
 * fields are called now (ledger/declared.h). */
#include <string.h>

#include "store/records/write_int.h"

static kept_status name_now(kept_store *store, const char *old, kept_arena *arena,
                            const char **ret_name, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    bool row = false, ok = true;
    KEPT_TRY(kept_lend(store, "SELECT text FROM declaration WHERE what = 'renamed' AND name = ?1",
                       &lent, err));
    sqlite3_bind_text(lent.stmt, 1, old, -1, SQLITE_STATIC);
    KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &row, err));
    *ret_name = row ? kept_ledger_text(lent.stmt, 0, arena, &ok) : NULL;
    return ok ? KEPT_OK : kept_nomem(err);
}

kept_status kept_log__kind(kept_store *store, const char *name, const kept_record_kind **ret_kind,
                           kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_record_kind *kind = name ? kept_catalogue_record(&store->catalogue, name) : NULL;
    if (name && !kind) {
        const char *now = NULL;
        KEPT_TRY(name_now(store, name, &arena, &now, err));
        kind = now ? kept_catalogue_record(&store->catalogue, now) : NULL;
    }
    *ret_kind = kind;
    return KEPT_OK;
}

static bool is_no_field(const char *name)
{
    return strcmp(name, "state") == 0 || strcmp(name, "archived") == 0 ||
           strcmp(name, "external_id") == 0;
}

kept_status kept_log__fields(kept_store *store, const kept_record_kind *kind,
                             kept_log_value *values, size_t n, kept_arena *arena, kept_err *err)
{
    for (size_t i = 0; kind && i < n; i++) {
        const char *name = values[i].field, *now = NULL;
        if (is_no_field(name) || kept_record_field_find(kind, name))
            continue;
        const char *old = kept_arena_printf(arena, "%s.%s", kind->name, name);
        if (!old)
            return kept_nomem(err);
        KEPT_TRY(name_now(store, old, arena, &now, err));
        const char *dot = now ? strchr(now, '.') : NULL;
        if (dot)
            values[i].field = dot + 1;
    }
    return KEPT_OK;
}
