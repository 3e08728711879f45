#include "store/facts/import.h"

#include <string.h>

#include "base/array.h"
#include "store/facts/commit.h"
#include "store/facts/import_int.h"

enum { FILES_MAX = 16 }; /* more of a kind are joined */

static kept_status load_stage(kept_import_task *t, kept_err *err)
{
    const kept_stage_opts opts = {.currency = t->store->currency,
                                  .timezone = t->store->timezone,
                                  .rates_path = t->opts->rates_path,
                                  .progress = t->opts->progress,
                                  .progress_who = t->opts->progress_who};
    KEPT_TRY(kept_stage_load(t->duck, (const kept_source *const *)t->view.sources,
                             (const kept_mapping *const *)t->view.mappings, t->n, &opts, t->arena,
                             &t->view.stage, err));
    return kept_import__check_taken(t, err);
}

/* --- The whole --- */

/* Are these rejects files, as kept_rejects_write writes them? */
static bool all_mended(const kept_import_task *t)
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

static kept_status commit_steps(kept_import_task *t, kept_commit *c, kept_err *err)
{
    KEPT_TRY(kept_commit_begin(c, err));
    kept_import__say(t, "comparing with earlier imports");
    KEPT_TRY(kept_commit_rows(c, err));
    KEPT_TRY(kept_import__write_rejects(t, &c->result, err));
    return kept_commit_finish(c, err);
}

static kept_status run(kept_import_task *t, kept_import *ret_import, kept_err *err)
{
    kept_import__say(t, "looking at the files");
    KEPT_TRY(kept_import__open_sources(t, err));
    KEPT_TRY(load_stage(t, err));
    kept_commit c = {.store = t->store,
                     .duck = t->duck,
                     .stage = t->view.stage,
                     .arena = t->arena,
                     .dry_run = t->opts->dry_run,
                     .mended = all_mended(t),
                     .hashes = t->hashes};
    KEPT_TRY(kept_import__describe(t, &c.result, err));
    kept_status status = commit_steps(t, &c, err);
    if (status != KEPT_OK)
        kept_import__remove_rejects(t, &c.result);
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
    kept_import_task t = {.store = store,
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
    KEPT_TRY(kept_import__hash_files(&t, err));

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
