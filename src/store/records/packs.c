#include "store/records/packs.h"

#include "base/text.h"
#include "store/inside.h"
#include "store/records/write.h"

static const char core[] = "core";

static kept_status find_pack(const kept_store *store, const char *name, const kept_pack **ret_pack,
                             kept_err *err)
{
    const kept_catalogue *catalogue = &store->catalogue;
    *ret_pack = kept_catalogue_pack(catalogue, name);
    if (*ret_pack)
        return KEPT_OK;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char **names = KEPT_NEW_N(&arena, const char *, catalogue->n_packs);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < catalogue->n_packs; i++)
        names[i] = catalogue->packs[i].name;
    const char *nearest = kept_text_nearest(name, names, catalogue->n_packs);
    return kept_fail(err, KEPT_ENOTFOUND, "There is no pack \"%.*s\"%s%s.", KEPT_SHOWN(name, 60),
                     nearest ? "; the nearest is " : "", nearest ? nearest : "");
}

static kept_status read_pack(kept_store *store, const kept_pack *pack, bool *ret_on, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    bool row = false;
    KEPT_TRY(kept_ledger_prepare(&store->ledger, &stmt, err,
                                 "SELECT is_on FROM pack WHERE name = ?1", "t", pack->name));
    KEPT_TRY(kept_ledger_step(&store->ledger, stmt, &row, err));
    *ret_on = row ? sqlite3_column_int(stmt, 0) != 0 : pack->preset;
    return KEPT_OK;
}

kept_status kept_pack_is_on(kept_store *store, const char *name, bool *ret_on, kept_err *err)
{
    const kept_pack *pack = NULL;
    KEPT_TRY(find_pack(store, name, &pack, err));
    return read_pack(store, pack, ret_on, err);
}

static kept_status write_pack(kept_store *store, kept_writing *writing, const kept_pack *pack,
                              bool on, kept_err *err)
{
    static const char *const words[] = {"no", "yes"};
    kept_log_value value = {pack->name, words[!on], words[on]};
    KEPT_TRY(kept_ledger_exec(&store->ledger, err,
                              "INSERT INTO pack (name, is_on) VALUES (?1, ?2)"
                              " ON CONFLICT (name) DO UPDATE SET is_on = excluded.is_on",
                              "ti", pack->name, (int64_t)on));
    return kept_writing_log(writing, (kept_ref){NULL, 0}, "pack", &value, 1, NULL, err);
}

kept_status kept_pack_set(kept_store *store, const kept_scope *scope, const char *through,
                          const char *name, bool on, bool *ret_changed, kept_err *err)
{
    const kept_pack *pack = NULL;
    KEPT_TRY(find_pack(store, name, &pack, err));
    if (!on && kept_text_equal(name, core))
        return kept_fail(err, KEPT_EARG,
                         "The pack core cannot be switched off: the others rest "
                         "on it.");
    if (!scope || scope->sight != KEPT_SEES_ALL)
        return kept_fail(err, KEPT_EDENIED,
                         "%s may not switch packs: that takes sight of all customers.",
                         scope && scope->who ? scope->who : "Nobody");
    KEPT_AUTO_WRITING *writing = NULL;
    bool was = false;
    KEPT_TRY(kept_writing_begin(store, scope, through, &writing, err));
    KEPT_TRY(read_pack(store, pack, &was, err));
    if (was == on) {
        *ret_changed = false;
        return KEPT_OK;
    }
    KEPT_TRY(write_pack(store, writing, pack, on, err));
    KEPT_TRY(kept_writing_commit(writing, err));
    *ret_changed = true;
    return KEPT_OK;
}
