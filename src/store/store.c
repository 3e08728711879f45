#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/facts/files.h"
#include "store/inside.h"
#include "store/ledger/declared.h"
#include "store/ledger/migrate.h"
#include "store/records/record.h"
#include "store/records/use.h"

char *kept_store__path(const kept_store *store, kept_arena *arena, const char *path)
{
    return kept_arena_printf(arena, "%s/%s", store->folder, path);
}

/* --- Opening --- */

static kept_status find_folder(kept_store *store, const char *folder, kept_err *err)
{
    char whole[PATH_MAX];
    if (!realpath(folder, whole))
        return kept_fail(err, errno == ENOENT ? KEPT_ENOTFOUND : KEPT_EIO,
                         "There is no workspace %s (%s).", folder, strerror(errno));
    store->folder = kept_arena_strdup(&store->arena, whole);
    const char *ledger = store->folder ? kept_store__path(store, &store->arena, "kept.db") : NULL;
    if (!ledger)
        return kept_nomem(err);
    if (access(ledger, F_OK) != 0)
        return kept_fail(err, KEPT_ENOTFOUND,
                         "%s is no workspace (it has no kept.db); make one with: kept init %s",
                         folder, folder);
    store->ledger.path = ledger;
    return KEPT_OK;
}

static kept_status read_settings(kept_store *store, kept_err *err)
{
    const char *today = NULL;
    const struct {
        const char *name;
        const char **value;
        const char *missing;
    } settings[] = {{"name", &store->name, ""},
                    {"currency", &store->currency, ""},
                    {"timezone", &store->timezone, "UTC"},
                    {"today", &today, ""}};
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        KEPT_TRY(kept_ledger_setting(&store->ledger, settings[i].name, &store->arena,
                                     settings[i].value, err));
        if (!*settings[i].value)
            *settings[i].value = settings[i].missing;
    }
    if (*today && !kept_day_read_iso(today, strlen(today), &store->today))
        return kept_fail(err, KEPT_EINPUT, "%s: the setting \"today\" is no day: \"%.40s\".",
                         store->ledger.path, today);
    return KEPT_OK;
}

static kept_status copy_allow(kept_store *store, const kept_open_opts *opts, kept_err *err)
{
    const char **allow = KEPT_NEW_N(&store->arena, const char *, opts->n_allow);
    if (!allow)
        return kept_nomem(err);
    for (size_t i = 0; i < opts->n_allow; i++)
        if (!(allow[i] = kept_arena_strdup(&store->arena, opts->allow[i])))
            return kept_nomem(err);
    store->allow = allow;
    store->n_allow = opts->n_allow;
    return KEPT_OK;
}

static kept_status open_and_compare(kept_store *store, bool *ret_differ, kept_err *err)
{
    bool writes = store->to_write || store->records;
    store->ledger.cancel = store->cancel;
    KEPT_TRY(kept_ledger_open(store->ledger.path, writes, &store->ledger, err));
    return kept_declared_differ(&store->ledger, &store->catalogue, ret_differ, err);
}

/* The declarations first: when they cannot be read nothing is changed. Who finds the ledger behind
 * brings it up, also to read it only. */
static kept_status open_ledger(kept_store *store, kept_err *err)
{
    bool differ = false;
    KEPT_TRY(kept_fact_kinds_load(store->folder, &store->arena, &store->kinds, err));
    KEPT_TRY(kept_catalogue_load(store->folder, &store->arena, &store->catalogue, err));
    KEPT_TRY(open_and_compare(store, &differ, err));
    if (!differ)
        return KEPT_OK;
    kept_ledger_close(&store->ledger);
    KEPT_TRY(kept_ledger_migrate(store->ledger.path, &store->catalogue, store->cancel, err));
    KEPT_TRY(open_and_compare(store, &differ, err));
    if (!differ)
        return KEPT_OK;
    return kept_fail(err, KEPT_EBUSY,
                     "The declarations of %s were changed by another program; try again.",
                     store->folder);
}

static kept_status open_parts(kept_store *store, const char *folder, const kept_open_opts *opts,
                              kept_err *err)
{
    KEPT_TRY(copy_allow(store, opts, err));
    KEPT_TRY(find_folder(store, folder, err));
    KEPT_TRY(kept_store__lock(store, err));
    KEPT_TRY(open_ledger(store, err));
    KEPT_TRY(read_settings(store, err));
    KEPT_TRY(kept_temp_make(&store->arena, &store->temp, err));
    return store->to_write ? kept_store__sweep(store, err) : KEPT_OK;
}

static kept_store *new_store(const kept_open_opts *opts)
{
    kept_store *store = kept_mem_alloc(sizeof *store);
    if (store)
        *store = (kept_store){.lock = -1,
                              .to_write = opts->to_write,
                              .records = opts->records,
                              .threads = opts->threads,
                              .cancel = opts->cancel,
                              .temp.lock = -1,
                              .home.lock = -1};
    return store;
}

kept_status kept_store_open(const char *folder, const kept_open_opts *opts, kept_store **ret_store,
                            kept_err *err)
{
    static const kept_open_opts defaults = {0};
    if (!opts)
        opts = &defaults;
    kept_store *store = new_store(opts);
    if (!store)
        return kept_nomem(err);
    kept_status status = open_parts(store, folder, opts, err);
    if (status != KEPT_OK) {
        kept_store_close(store);
        return status;
    }
    *ret_store = store;
    return KEPT_OK;
}

kept_status kept_store_open_temporary(const kept_store_opts *settings, const kept_open_opts *opts,
                                      kept_store **ret_store, kept_err *err)
{
    static const kept_open_opts defaults = {0};
    kept_open_opts to_write = opts ? *opts : defaults;
    to_write.to_write = true;
    kept_store *store = new_store(&to_write);
    if (!store)
        return kept_nomem(err);
    kept_status status = kept_temp_make(&store->arena, &store->home, err);
    if (status == KEPT_OK)
        status = kept_store_create(store->home.folder, settings, err);
    if (status == KEPT_OK)
        status = open_parts(store, store->home.folder, &to_write, err);
    if (status != KEPT_OK) {
        kept_store_close(store);
        return status;
    }
    store->ledger.passing = true;
    *ret_store = store;
    return KEPT_OK;
}

void kept_store_close(kept_store *store)
{
    if (!store)
        return;
    kept_duck_close(store->duck);
    kept_record_use_free(store->use);
    kept_ledger_close(&store->ledger);
    kept_store__unlock(store);
    kept_temp_remove(&store->temp);
    kept_temp_remove(&store->home);
    kept_mem_free(store->verified);
    kept_arena_free(&store->arena);
    kept_mem_free(store);
}

void kept_store__auto(kept_store **store)
{
    kept_store_close(*store);
}

const char *kept_store_folder(const kept_store *store)
{
    return store->folder;
}

const char *kept_store_name(const kept_store *store)
{
    return store->name;
}

const char *kept_store_currency(const kept_store *store)
{
    return store->currency;
}

const char *kept_store_timezone(const kept_store *store)
{
    return store->timezone;
}

int32_t kept_store_today(const kept_store *store)
{
    return store->today;
}

const kept_fact_kinds *kept_store_kinds(const kept_store *store)
{
    return &store->kinds;
}

const kept_catalogue *kept_store_catalogue(const kept_store *store)
{
    return &store->catalogue;
}

char *kept_store_find(const char *path, kept_arena *arena)
{
    char whole[PATH_MAX];
    if (!realpath(path, whole))
        return NULL;
    for (;;) {
        KEPT_AUTO_BUF ledger = KEPT_BUF_INIT;
        kept_buf_printf(&ledger, "%s/kept.db", whole);
        if (!ledger.failed && access(kept_buf_text(&ledger), F_OK) == 0)
            return kept_arena_strdup(arena, whole[0] ? whole : "/");
        char *slash = strrchr(whole, '/');
        if (!slash)
            return NULL;
        *slash = '\0';
    }
}

/* --- The engine --- */

kept_status kept_store__duck_for(kept_store *store, const char *const *extra, size_t n_extra,
                                 kept_duck **ret_duck, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char **allow = KEPT_NEW_N(&arena, const char *, store->n_allow + n_extra + 1);
    if (!allow)
        return kept_nomem(err);
    size_t n = 0;
    if (!(allow[n++] = kept_store__path(store, &arena, "facts")))
        return kept_nomem(err);
    for (size_t i = 0; i < store->n_allow; i++)
        allow[n++] = store->allow[i];
    for (size_t i = 0; i < n_extra; i++)
        allow[n++] = extra[i];
    kept_duck_opts opts = {.threads = store->threads,
                           .temp_folder = store->temp.folder,
                           .allow = allow,
                           .n_allow = n,
                           .timezone = store->timezone,
                           .cancel = store->cancel};
    return kept_duck_open(&opts, ret_duck, err);
}

kept_status kept_store__duck(kept_store *store, kept_duck **ret_duck, kept_err *err)
{
    if (!store->duck)
        KEPT_TRY(kept_store__duck_for(store, NULL, 0, &store->duck, err));
    *ret_duck = store->duck;
    return KEPT_OK;
}

kept_status kept_store__may_write(const kept_store *store, const kept_scope *scope, kept_err *err)
{
    if (!scope || scope->sight != KEPT_SEES_ALL)
        return kept_fail(err, KEPT_EDENIED,
                         "%s may not change facts: that takes sight of all customers.",
                         scope && scope->who ? scope->who : "Nobody");
    if (!store->to_write)
        return kept_fail(err, KEPT_EINTERNAL, "The workspace %s was opened for reading only.",
                         store->folder);
    return KEPT_OK;
}

/* --- Sweeping --- */

/* Only names that Kept itself gives: 3.csv, 3.parquet, 3.over.parquet, 1-17.parquet, and those with
 * .tmp behind while they are written. */
static bool is_own_name(const char *name, bool rejects)
{
    static const char *const facts_tails[] = {".parquet", ".over.parquet", ".parquet.tmp",
                                              ".over.parquet.tmp", NULL};
    static const char *const rejects_tails[] = {".csv", ".csv.tmp", NULL};
    size_t digits = strspn(name, rejects ? "0123456789" : "0123456789-");
    const char *const *tails = rejects ? rejects_tails : facts_tails;
    for (size_t i = 0; digits && tails[i]; i++)
        if (strcmp(name + digits, tails[i]) == 0)
            return true;
    return false;
}

static bool in_list(const char *path, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (kept_text_equal(path, list[i]))
            return true;
    return false;
}

/* Files of one folder below the workspace that are ours and not in the list. */
static kept_status sweep_folder(kept_store *store, const char *folder, bool rejects,
                                const char *const *known, size_t n_known, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    char *whole = kept_store__path(store, &arena, folder);
    if (!whole)
        return kept_nomem(err);
    DIR *dir = opendir(whole);
    if (!dir)
        return KEPT_OK;
    kept_status status = KEPT_OK;
    struct dirent *entry;
    while (status == KEPT_OK && (entry = readdir(dir))) {
        const char *name = entry->d_name;
        if (!is_own_name(name, rejects))
            continue;
        char *path = kept_arena_printf(&arena, "%s/%s", folder, name);
        char *full = path ? kept_store__path(store, &arena, path) : NULL;
        if (!full)
            status = kept_nomem(err);
        else if (!in_list(path, known, n_known))
            unlink(full);
    }
    closedir(dir);
    return status;
}

static kept_status sweep_facts(kept_store *store, kept_arena *arena, kept_err *err)
{
    kept_fact_file *files = NULL;
    size_t n = 0;
    KEPT_TRY(kept_ledger_files(&store->ledger, NULL, arena, &files, &n, err));
    const char **known = KEPT_NEW_N(arena, const char *, n);
    const char *facts = kept_store__path(store, arena, "facts");
    if (!known || !facts)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        known[i] = files[i].path;
    DIR *dir = opendir(facts);
    if (!dir)
        return kept_fail(err, KEPT_EIO, "The folder %s cannot be read (%s).", facts,
                         strerror(errno));
    kept_status status = KEPT_OK;
    struct dirent *entry;
    while (status == KEPT_OK && (entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
        char *folder = kept_arena_printf(arena, "facts/%s", entry->d_name);
        status = folder ? sweep_folder(store, folder, false, known, n, err) : kept_nomem(err);
    }
    closedir(dir);
    return status;
}

static kept_status sweep_rejects(kept_store *store, kept_arena *arena, kept_err *err)
{
    kept_import *imports = NULL;
    size_t n = 0;
    KEPT_TRY(kept_ledger_imports(&store->ledger, 0, arena, &imports, &n, err));
    const char **known = KEPT_NEW_N(arena, const char *, n);
    if (!known)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        known[i] = imports[i].rejects_path;
    return sweep_folder(store, "rejects", true, known, n, err);
}

kept_status kept_store__sweep(kept_store *store, kept_err *err)
{
    /* A reader may still use files that compact has replaced: the next writer removes them. */
    if (!kept_store__readers_out(store))
        return KEPT_OK;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_status status = sweep_facts(store, &arena, err);
    if (status == KEPT_OK)
        status = sweep_rejects(store, &arena, err);
    kept_store__readers_in(store);
    return status;
}
