#include "store/facts/import_int.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/facts/files.h"

void kept_import__say(const kept_import_task *t, const char *what)
{
    if (t->opts->progress)
        t->opts->progress(t->opts->progress_who, what, -1);
}

/* --- Files and mappings --- */

/* Refuses what is in force already. */
kept_status kept_import__hash_files(kept_import_task *t, kept_err *err)
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

static kept_status open_one(kept_import_task *t, size_t i, kept_err *err)
{
    const kept_import_copy *copy = t->copies && t->copies[i].path ? &t->copies[i] : NULL;
    const kept_source_opts opts = {.delimiter = copy ? "," : t->opts->delimiter,
                                   .encoding = copy ? NULL : t->opts->encoding,
                                   .sheet = t->opts->sheet,
                                   .temp_folder = t->store->temp.folder};
    kept_source *source = NULL;
    KEPT_TRY(
        kept_source_open(t->duck, copy ? copy->path : t->paths[i], &opts, t->arena, &source, err));
    if (copy) {
        source->path = t->paths[i];
        source->line_runs = copy->runs;
        source->n_line_runs = copy->n_runs;
    }
    t->view.sources[i] = source;
    return KEPT_OK;
}

kept_status kept_import__open_sources(kept_import_task *t, kept_err *err)
{
    const char *profile = NULL;
    if (t->opts->profile)
        KEPT_TRY(kept_ledger_profile(&t->store->ledger, t->kind->name, t->opts->profile, t->arena,
                                     &profile, err));
    t->view.sources = KEPT_NEW_N(t->arena, kept_source *, t->n);
    t->view.mappings = KEPT_NEW_N(t->arena, kept_mapping *, t->n);
    if (!t->view.sources || !t->view.mappings)
        return kept_nomem(err);
    const kept_mapping_opts opts = {.map = t->opts->map,
                                    .profile = profile,
                                    .date_format = t->opts->date_format,
                                    .decimal = t->opts->decimal,
                                    .money_needed = t->opts->money_needed};
    for (size_t i = 0; i < t->n; i++) {
        KEPT_TRY(open_one(t, i, err));
        KEPT_TRY(kept_mapping_make(t->duck, t->kind, t->view.sources[i], &opts, t->arena,
                                   &t->view.mappings[i], err));
        t->view.n_sources++;
    }
    return KEPT_OK;
}

kept_status kept_import__check_taken(const kept_import_task *t, kept_err *err)
{
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
kept_status kept_import__write_rejects(kept_import_task *t, kept_import *result, kept_err *err)
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

void kept_import__remove_rejects(const kept_import_task *t, const kept_import *result)
{
    if (t->opts->dry_run || !result->rejects_path || result->rejects_path[0] == '/')
        return;
    KEPT_AUTO_BUF path = KEPT_BUF_INIT;
    kept_buf_printf(&path, "%s/%s", t->store->folder, result->rejects_path);
    if (!path.failed)
        unlink(kept_buf_text(&path));
}

/* --- The row of the ledger --- */

/* Texts of the ledger row: files and mappings one a line (mappings only where they differ). */
kept_status kept_import__describe(const kept_import_task *t, kept_import *result, kept_err *err)
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
