#include "store/facts/import.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/text.h"
#include "store/facts/commit.h"
#include "store/facts/files.h"
#include "store/inside.h"

enum { FILES_MAX = 16 }; /* more of a kind are joined */

typedef struct task {
    kept_store *store;
    const kept_scope *scope;
    const kept_fact_kind *kind;
    const char *const *paths;
    size_t n;
    const kept_import_opts *opts;
    kept_arena *arena;
    kept_duck *duck;
    const char *hashes;
    kept_import_view view;
} task;

static void say(const task *t, const char *what)
{
    if (t->opts->progress)
        t->opts->progress(t->opts->progress_who, what, -1);
}

/* --- Files and mappings --- */

/* Hashes of all files, one a line; refuses what is in force already. */
static kept_status hash_files(task *t, kept_err *err)
{
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    for (size_t i = 0; i < t->n; i++) {
        char hash[KEPT_HASH_TEXT];
        int64_t bytes = 0, id = 0;
        KEPT_TRY(kept_file_hash(t->paths[i], hash, &bytes, err));
        if (!t->opts->again && strstr(kept_buf_text(&list), hash))
            return kept_fail(err, KEPT_EINPUT, "%s was given twice.", t->paths[i]);
        if (!t->opts->again)
            KEPT_TRY(kept_ledger_import_of_hash(&t->store->ledger, t->kind->name, hash, &id, err));
        if (id)
            return kept_fail(err, KEPT_EINPUT,
                             "%s was imported already, as import %lld; undo that first, or say "
                             "--again to read it once more.",
                             t->paths[i], (long long)id);
        kept_buf_add(&list, i ? "\n" : "");
        kept_buf_add(&list, hash);
    }
    t->hashes = list.failed ? NULL : kept_arena_strdup(t->arena, kept_buf_text(&list));
    return t->hashes ? KEPT_OK : kept_nomem(err);
}

static kept_status open_sources(task *t, kept_err *err)
{
    const char *profile = NULL;
    if (t->opts->profile)
        KEPT_TRY(kept_ledger_profile(&t->store->ledger, t->kind->name, t->opts->profile, t->arena,
                                     &profile, err));
    t->view.sources = KEPT_NEW_N(t->arena, kept_source *, t->n);
    t->view.mappings = KEPT_NEW_N(t->arena, kept_mapping *, t->n);
    if (!t->view.sources || !t->view.mappings)
        return kept_nomem(err);
    const kept_source_opts source_opts = {.delimiter = t->opts->delimiter,
                                          .encoding = t->opts->encoding,
                                          .sheet = t->opts->sheet,
                                          .temp_folder = t->store->temp.folder};
    const kept_mapping_opts mapping_opts = {.map = t->opts->map,
                                            .profile = profile,
                                            .date_format = t->opts->date_format,
                                            .decimal = t->opts->decimal,
                                            .money_needed = t->opts->money_needed};
    for (size_t i = 0; i < t->n; i++) {
        KEPT_TRY(kept_source_open(t->duck, t->paths[i], &source_opts, t->arena, &t->view.sources[i],
                                  err));
        KEPT_TRY(kept_mapping_make(t->duck, t->kind, t->view.sources[i], &mapping_opts, t->arena,
                                   &t->view.mappings[i], err));
        t->view.n_sources++;
    }
    return KEPT_OK;
}

static kept_status load_stage(task *t, kept_err *err)
{
    const kept_stage_opts opts = {.currency = t->store->currency,
                                  .timezone = t->store->timezone,
                                  .rates_path = t->opts->rates_path,
                                  .progress = t->opts->progress,
                                  .progress_who = t->opts->progress_who};
    KEPT_TRY(kept_stage_load(t->duck, (const kept_source *const *)t->view.sources,
                             (const kept_mapping *const *)t->view.mappings, t->n, &opts, t->arena,
                             &t->view.stage, err));
    const kept_staged *stage = t->view.stage;
    if (stage->read > stage->set_aside)
        return KEPT_OK;
    if (stage->read == 0)
        return kept_fail(err, KEPT_EINPUT, "%s has no rows.", t->paths[0]);
    return kept_fail(err, KEPT_EINPUT,
                     "None of the %zu rows of %s could be taken; the most frequent reason: %s.",
                     stage->read, t->paths[0],
                     stage->n_reasons ? stage->reasons[0].reason : "not known");
}

/* --- Rejects --- */

/* Where a file that may not exist yet will stand. */
static char *absolute(kept_arena *arena, const char *path)
{
    char here[PATH_MAX];
    if (path[0] == '/' || !getcwd(here, sizeof here))
        return kept_arena_strdup(arena, path);
    return kept_arena_printf(arena, "%s/%s", here, path);
}

/* Written by the engine into the private folder, then copied: the engine reaches no further. */
static kept_status write_rejects(task *t, kept_import *result, kept_err *err)
{
    result->rejects_path = NULL;
    if (result->set_aside == 0 || (t->opts->dry_run && !t->opts->rejects_path))
        return KEPT_OK;
    const char *given = t->opts->rejects_path;
    char *noted = given ? absolute(t->arena, given)
                        : kept_arena_printf(t->arena, "rejects/%lld.csv", (long long)result->id);
    char *path = given || !noted ? noted : kept_store__path(t->store, t->arena, noted);
    char *temp = kept_arena_printf(t->arena, "%s/rejects.csv", t->store->temp.folder);
    if (!path || !temp)
        return kept_nomem(err);
    KEPT_TRY(kept_rejects_write(t->duck, t->view.stage, (const kept_source *const *)t->view.sources,
                                t->n, temp, err));
    kept_status status = kept_file_copy(temp, path, err);
    unlink(temp);
    KEPT_TRY(status);
    result->rejects_path = noted;
    kept_die_here("rejects written");
    return KEPT_OK;
}

static void remove_rejects(const task *t, const kept_import *result)
{
    if (t->opts->dry_run || !result->rejects_path || result->rejects_path[0] == '/')
        return;
    KEPT_AUTO_BUF path = KEPT_BUF_INIT;
    kept_buf_printf(&path, "%s/%s", t->store->folder, result->rejects_path);
    if (!path.failed)
        unlink(kept_buf_text(&path));
}

/* --- The whole --- */

/* Are these rejects files, as kept_rejects_write writes them? */
static bool all_mended(const task *t)
{
    static const char *const marks[] = {"kept_file", "kept_line", "kept_reason"};
    for (size_t i = 0; i < t->n; i++) {
        const kept_source *source = t->view.sources[i];
        size_t found = 0;
        for (size_t c = 0; c < source->n_columns; c++)
            for (size_t m = 0; m < KEPT_N(marks); m++)
                found += strcmp(source->columns[c].name, marks[m]) == 0;
        if (found != KEPT_N(marks))
            return false;
    }
    return true;
}

/* Texts of the ledger row: files and mappings one a line (mappings only where they differ). */
static kept_status describe(const task *t, kept_import *result, kept_err *err)
{
    KEPT_AUTO_BUF files = KEPT_BUF_INIT;
    KEPT_AUTO_BUF maps = KEPT_BUF_INIT;
    for (size_t i = 0; i < t->n; i++) {
        kept_buf_add(&files, i ? "\n" : "");
        kept_buf_add(&files, t->paths[i]);
        const char *map = t->view.mappings[i]->as_text;
        if (i && kept_text_equal(map, t->view.mappings[0]->as_text))
            continue;
        kept_buf_add(&maps, i ? "\n" : "");
        kept_buf_add(&maps, map);
    }
    *result = (kept_import){.kind = t->kind->name,
                            .who = t->scope->who ? t->scope->who : "",
                            .profile = t->opts->profile};
    if (files.failed || maps.failed)
        return kept_nomem(err);
    result->files = kept_arena_strdup(t->arena, kept_buf_text(&files));
    result->mapping = kept_arena_strdup(t->arena, kept_buf_text(&maps));
    return result->files && result->mapping ? KEPT_OK : kept_nomem(err);
}

static kept_status commit_steps(task *t, kept_commit *c, kept_err *err)
{
    KEPT_TRY(kept_commit_begin(c, err));
    say(t, "comparing with earlier imports");
    KEPT_TRY(kept_commit_rows(c, err));
    KEPT_TRY(write_rejects(t, &c->result, err));
    return kept_commit_finish(c, err);
}

static kept_status run(task *t, kept_import *ret_import, kept_err *err)
{
    say(t, "looking at the files");
    KEPT_TRY(open_sources(t, err));
    KEPT_TRY(load_stage(t, err));
    kept_commit c = {.store = t->store,
                     .duck = t->duck,
                     .stage = t->view.stage,
                     .arena = t->arena,
                     .dry_run = t->opts->dry_run,
                     .mended = all_mended(t),
                     .hashes = t->hashes};
    KEPT_TRY(describe(t, &c.result, err));
    kept_status status = commit_steps(t, &c, err);
    if (status != KEPT_OK)
        remove_rejects(t, &c.result);
    kept_commit_done(&c);
    KEPT_TRY(status);
    if (c.result.rejects_path && c.result.rejects_path[0] != '/')
        c.result.rejects_path = kept_store__path(t->store, t->arena, c.result.rejects_path);
    *ret_import = c.result;
    return KEPT_OK;
}

/* The engine stays open for the next import; what this one made would take memory. A failure only
 * means that the next one replaces it. */
static void drop_tables(kept_duck *duck)
{
    static const char *const statements[] = {
        "DROP VIEW IF EXISTS kept_incoming",       "DROP VIEW IF EXISTS stage",
        "DROP TABLE IF EXISTS kept_incoming_rows", "DROP TABLE IF EXISTS kept_id",
        "DROP TABLE IF EXISTS kept_key",           "DROP TABLE IF EXISTS kept_base",
        "DROP TABLE IF EXISTS kept_drop",          "DROP TABLE IF EXISTS kept_hit",
        "DROP TABLE IF EXISTS kept_same",          "DROP TABLE IF EXISTS stage_rejects",
        "DROP TABLE IF EXISTS stage_rows",
    };
    for (size_t i = 0; i < KEPT_N(statements); i++)
        (void)!kept_duck_exec(duck, statements[i], NULL, 0, NULL, NULL);
}

/* Past sixteen files of a kind they are joined. The import stands by then: when joining fails it
 * is tried again after the next one. */
static void compact_if_many(kept_store *store, const char *kind)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_fact_file *files = NULL;
    size_t n = 0, over = 0;
    if (kept_ledger_files(&store->ledger, kind, &arena, &files, &n, NULL) != KEPT_OK)
        return;
    for (size_t i = 0; i < n; i++)
        over += files[i].over;
    if (over > FILES_MAX || n - over > FILES_MAX)
        (void)!kept_compact(store, kind, NULL, NULL, NULL);
}

kept_status kept_import_files(kept_store *store, const kept_scope *scope, const char *kind,
                              const char *const *paths, size_t n_paths,
                              const kept_import_opts *opts, kept_arena *arena,
                              kept_import *ret_import, kept_import_view *ret_view, kept_err *err)
{
    static const kept_import_opts defaults = {0};
    task t = {.store = store,
              .scope = scope,
              .paths = paths,
              .n = n_paths,
              .opts = opts ? opts : &defaults,
              .arena = arena};
    if (n_paths == 0)
        return kept_fail(err, KEPT_EARG, "No file was named.");
    if (!t.opts->dry_run)
        KEPT_TRY(kept_store__may_write(store, scope, err));
    else if (scope->sight != KEPT_SEES_ALL)
        return kept_fail(err, KEPT_EDENIED, "A trial import takes sight of all customers.");
    KEPT_TRY(kept_fact_kinds_find(&store->kinds, kind, &t.kind, err));
    KEPT_TRY(hash_files(&t, err));

    /* Sources are read through the private folder: no path needs allowing. */
    KEPT_TRY(kept_store__duck(store, &t.duck, err));
    kept_status status = run(&t, ret_import, err);
    drop_tables(t.duck);
    KEPT_TRY(status);
    if (!t.opts->dry_run)
        compact_if_many(store, t.kind->name);
    if (ret_view)
        *ret_view = t.view;
    return KEPT_OK;
}
