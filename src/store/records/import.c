#include "store/records/import.h"

#include <inttypes.h>
#include <string.h>

#include "store/facts/files.h"
#include "store/records/import_int.h"

/* Some row can be recognised by this column. */
static bool fills(const kept_record_importing *im, const char *column)
{
    for (size_t s = 0; column && s < im->task.n; s++)
        for (size_t i = 0; i < im->task.view.mappings[s]->n; i++)
            if (strcmp(im->task.view.mappings[s]->mapped[i].column->name, column) == 0)
                return true;
    return false;
}

/* --- The ledger --- */

/* The import, and its profile, which counts as saved with it. */
static kept_status note_import(kept_record_importing *im, int64_t before, kept_err *err)
{
    kept_ledger *ledger = &im->task.store->ledger;
    kept_import *result = &im->result;
    const kept_import_task *t = &im->task;
    int64_t last = 0;
    KEPT_TRY(kept_log_last(t->store, &last, err));
    result->first_change = last > before ? before + 1 : 0;
    result->last_change = last > before ? last : 0;
    KEPT_TRY(kept_ledger_next_time(ledger, &result->imported_at, err));
    KEPT_TRY(kept_ledger_import_add(ledger, result, t->hashes, "", err));
    if (t->opts->profile)
        KEPT_TRY(kept_ledger_profile_set(ledger, t->kind->name, t->opts->profile,
                                         t->view.mappings[0]->as_text, err));
    return KEPT_OK;
}

static kept_status note_changes(kept_record_importing *im, int64_t before, kept_err *err)
{
    const kept_import_task *t = &im->task;
    if (!t->opts->dry_run)
        return KEPT_OK;
    return kept_log_since(t->store, t->scope, before, KEPT_IMPORT_CHANGES, t->arena,
                          &im->view->changes, &im->view->n_changes, err);
}

static kept_status write(kept_record_importing *im, kept_writing *w, kept_err *err)
{
    int64_t before = 0;
    KEPT_TRY(kept_log_last(im->task.store, &before, err));
    KEPT_TRY(kept_record_import__write(im, w, err));
    KEPT_TRY(kept_record_import__set_aside(im, err));
    KEPT_TRY(kept_import__check_taken(&im->task, err));
    KEPT_TRY(note_changes(im, before, err));
    KEPT_TRY(kept_import__write_rejects(&im->task, &im->result, err));
    if (im->task.opts->dry_run)
        return KEPT_OK;
    KEPT_TRY(note_import(im, before, err));
    kept_die_here("records written");
    return kept_writing_commit(w, err);
}

/* The lock of the workspace keeps other imports out, so the number of this one is known before the
 * writing begins. */
static kept_status write_all(kept_record_importing *im, kept_err *err)
{
    kept_import_task *t = &im->task;
    kept_writing *w = NULL;
    int64_t id = 0;
    KEPT_TRY(kept_ledger_next_import(&t->store->ledger, &id, err));
    char *through = kept_arena_printf(t->arena, "import %" PRId64, id);
    if (!through)
        return kept_nomem(err);
    im->result.id = t->opts->dry_run ? 0 : id;
    KEPT_TRY(kept_writing_begin(t->store, t->scope, through, &w, err));
    kept_status status = write(im, w, err);
    kept_writing_end(w);
    if (status != KEPT_OK)
        kept_import__remove_rejects(t, &im->result);
    return status;
}

/* --- The whole --- */

static kept_status run(kept_record_importing *im, kept_err *err)
{
    kept_import_task *t = &im->task;
    kept_import__say(t, "looking at the files");
    KEPT_TRY(kept_record_import__copy_vcards(im, err));
    KEPT_TRY(kept_import__open_sources(t, err));
    KEPT_TRY(kept_import__describe(t, &im->result, err));
    im->result.records = true;
    im->result.first_day = im->result.last_day = KEPT_NO_DAY;
    im->view->source = im->source;
    for (size_t i = 0; i < t->n; i++)
        if (im->is_vcard[i] && !im->source)
            im->view->source = KEPT_SOURCE_VCARD;
    im->view->by_id = fills(im, "id");
    im->view->by_name = fills(im, im->kind->unique);
    kept_import__say(t, "reading the rows");
    KEPT_TRY(kept_record_import__read(im, err));
    KEPT_TRY(write_all(im, err));
    const char *rejects = im->result.rejects_path;
    if (rejects && rejects[0] != '/' &&
        !(im->result.rejects_path = kept_store__path(t->store, t->arena, rejects)))
        return kept_nomem(err);
    return KEPT_OK;
}

static kept_status begin(kept_record_importing *im, kept_err *err)
{
    kept_import_task *t = &im->task;
    if (t->n == 0)
        return kept_fail(err, KEPT_EARG, "No file was named.");
    if (im->source && (!im->source[0] || strchr(im->source, ':')))
        return kept_fail(err, KEPT_EARG,
                         "The name of a source is one word without a colon, as crm, not \"%.60s\".",
                         im->source);
    KEPT_TRY(kept_store__may_write(t->store, t->scope, err));
    KEPT_TRY(kept_record_import__targets(im, err));
    KEPT_TRY(kept_import__hash_files(t, err));
    return kept_store__duck(t->store, &t->duck, err);
}

kept_status kept_record_import_files(kept_store *store, const kept_scope *scope,
                                     const kept_record_kind *kind, const char *const *paths,
                                     size_t n_paths, const kept_record_import_opts *opts,
                                     kept_arena *arena, kept_import *ret_import,
                                     kept_record_import_view *ret_view, kept_err *err)
{
    static const kept_record_import_opts defaults = {0};
    kept_record_import_view view = {0};
    opts = opts ? opts : &defaults;
    kept_record_importing im = {.task = {.store = store,
                                         .scope = scope,
                                         .paths = paths,
                                         .n = n_paths,
                                         .opts = &opts->reading,
                                         .arena = arena},
                                .kind = kind,
                                .source = opts->source,
                                .view = &view};
    KEPT_TRY(begin(&im, err));
    kept_status status = run(&im, err);
    (void)!kept_duck_exec(im.task.duck, "DROP TABLE IF EXISTS stage_rejects", NULL, 0, NULL, NULL);
    KEPT_TRY(status);
    view.files = im.task.view;
    *ret_import = im.result;
    if (ret_view)
        *ret_view = view;
    return KEPT_OK;
}
