/* Making a backup: what goes in, the archive, and reading it back. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zip.h>

#include "base/date.h"
#include "store/backup_int.h"
#include "store/facts/import.h"
#include "store/inside.h"
#include "store/ledger/copy.h"
#include "store/ledger/inspect.h"

typedef struct maker {
    kept_store *store;
    const kept_backup_opts *opts;
    kept_arena *arena;
    kept__manifest manifest;
    const char *ledger; /* the copy, in the store's private folder */
} maker;

static void tell(const maker *m, const char *what, double part)
{
    if (m->opts->progress)
        m->opts->progress(m->opts->progress_who, what, part);
}

static bool stopped(const maker *m)
{
    return m->opts->cancel && *m->opts->cancel;
}

static kept_status stop(kept_err *err)
{
    return kept_fail(err, KEPT_ECANCELLED, "Stopped; no backup was made.");
}

/* --- What goes in --- */

static kept_status add_file(maker *m, const char *name, const char *path, kept_err *err)
{
    kept__member member = {.name = name, .path = path};
    if (!kept__member_name_ok(name))
        return kept_fail(err, KEPT_EINPUT,
                         "%s has a name that a backup cannot hold; rename it (letters of UTF-8, no "
                         "backslash, no control characters, at most %d folders deep).",
                         path, (int)KEPT_BACKUP_DEPTH);
    if (stopped(m))
        return stop(err);
    KEPT_TRY(kept_file_hash(path, member.hash, &member.bytes, err));
    return kept__manifest_add(&m->manifest, m->arena, &member, err);
}

static kept_status add_facts(maker *m, kept_ledger *copy, kept_err *err)
{
    kept_fact_file *files = NULL;
    size_t n = 0;
    KEPT_TRY(kept_ledger_files(copy, NULL, m->arena, &files, &n, err));
    for (size_t i = 0; i < n; i++) {
        kept__member member = {.name = files[i].path, .bytes = files[i].bytes};
        tell(m, "reading facts", (double)i / (double)n);
        if (stopped(m))
            return stop(err);
        /* As imported, or no backup: a backup of damaged facts would hide the damage. */
        KEPT_TRY(kept_fact_file_verify(m->store, &files[i], err));
        member.path = kept_store__path(m->store, m->arena, files[i].path);
        if (!member.path)
            return kept_nomem(err);
        if (!kept__member_name_ok(member.name) || strlen(files[i].hash) != KEPT_HASH_TEXT - 1)
            return kept_fail(err, KEPT_ECORRUPT, "The ledger names an impossible fact file (%s).",
                             files[i].path);
        memcpy(member.hash, files[i].hash, sizeof member.hash);
        KEPT_TRY(kept__manifest_add(&m->manifest, m->arena, &member, err));
    }
    return KEPT_OK;
}

/* Files that somebody mended and moved away are no loss: their rows were never taken. */
static kept_status add_rejects(maker *m, kept_ledger *copy, kept_err *err)
{
    kept_import *imports = NULL;
    size_t n = 0;
    KEPT_TRY(kept_ledger_imports(copy, 0, m->arena, &imports, &n, err));
    m->manifest.about.imports = (int64_t)n;
    for (size_t i = 0; i < n; i++) {
        const char *name = imports[i].rejects_path;
        if (!name || name[0] == '/') /* written elsewhere, at somebody's wish */
            continue;
        const char *path = kept_store__path(m->store, m->arena, name);
        if (!path)
            return kept_nomem(err);
        if (access(path, F_OK) != 0) {
            m->manifest.about.rejects_gone++;
            continue;
        }
        KEPT_TRY(add_file(m, name, path, err));
    }
    return KEPT_OK;
}

static kept_status add_tree(maker *m, const char *name, int depth, kept_err *err);

static kept_status add_entry(maker *m, const char *name, int depth, kept_err *err)
{
    const char *path = kept_store__path(m->store, m->arena, name);
    struct stat info;
    if (!path)
        return kept_nomem(err);
    if (stat(path, &info) != 0)
        return kept_fail(err, KEPT_EIO, "%s could not be read (%s).", path, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return add_tree(m, name, depth + 1, err);
    return S_ISREG(info.st_mode) ? add_file(m, name, path, err) : KEPT_OK;
}

static kept_status add_tree(maker *m, const char *name, int depth, kept_err *err)
{
    const char *path = kept_store__path(m->store, m->arena, name);
    if (!path)
        return kept_nomem(err);
    if (depth > KEPT_BACKUP_DEPTH)
        return kept_fail(err, KEPT_EINPUT, "%s is nested too deep for a backup.", path);
    DIR *dir = opendir(path);
    if (!dir)
        return errno == ENOENT ? KEPT_OK
                               : kept_fail(err, KEPT_EIO, "The folder %s cannot be read (%s).",
                                           path, strerror(errno));
    kept_status status = KEPT_OK;
    struct dirent *entry;
    while (status == KEPT_OK && (entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        const char *item = kept_arena_printf(m->arena, "%s/%s", name, entry->d_name);
        status = item ? add_entry(m, item, depth, err) : kept_nomem(err);
    }
    closedir(dir);
    return status;
}

static kept_status read_ledger(maker *m, kept_ledger *copy, kept_err *err)
{
    kept_backup *a = &m->manifest.about;
    char head[KEPT_LEDGER_HEAD_TEXT];
    KEPT_TRY(kept_ledger_head(copy, head, &a->changes, err));
    KEPT_TRY(kept_ledger_int(copy, "PRAGMA user_version", &a->ledger_form, err));
    a->head = kept_arena_strdup(m->arena, head);
    if (!a->head)
        return kept_nomem(err);
    KEPT_TRY(add_facts(m, copy, err));
    return add_rejects(m, copy, err);
}

/* The copy says what belongs to it; the store being open keeps others from removing those files. */
static kept_status collect(maker *m, kept_err *err)
{
    kept_ledger copy = {0};
    m->ledger = kept_arena_printf(m->arena, "%s/backup.db", m->store->temp.folder);
    if (!m->ledger)
        return kept_nomem(err);
    tell(m, "copying the ledger", -1);
    KEPT_TRY(kept_ledger_copy(m->store->ledger.path, m->ledger, m->opts->cancel, err));
    KEPT_TRY(kept_ledger_open(m->ledger, false, &copy, err));
    kept_status status = read_ledger(m, &copy, err);
    kept_ledger_close(&copy);
    KEPT_TRY(status);
    KEPT_TRY(add_file(m, "kept.db", m->ledger, err));
    KEPT_TRY(add_tree(m, "files", 1, err));
    KEPT_TRY(add_tree(m, "catalogue", 1, err));
    kept__manifest_sort(&m->manifest);
    for (size_t i = 0; i < m->manifest.n; i++)
        m->manifest.about.bytes += m->manifest.members[i].bytes;
    m->manifest.about.members = (int64_t)m->manifest.n;
    if (m->manifest.n > KEPT_BACKUP_MEMBERS_MAX)
        return kept_fail(err, KEPT_EINPUT, "The workspace has more than %d files.",
                         (int)KEPT_BACKUP_MEMBERS_MAX);
    return KEPT_OK;
}

/* --- The archive --- */

static kept_status zip_failed(zip_t *zip, const char *path, kept_err *err)
{
    zip_error_t *why = zip_get_error(zip);
    if (zip_error_system_type(why) == ZIP_ET_SYS && zip_error_code_system(why) == ENOSPC)
        return kept_fail(err, KEPT_EIO, "The disk is full: %s could not be written.", path);
    return kept_fail(err, KEPT_EIO, "%s could not be written (%s).", path, zip_error_strerror(why));
}

static kept_status add_source(zip_t *zip, const char *name, zip_source_t *source, bool packed,
                              const char *path, kept_err *err)
{
    zip_int64_t index =
        source ? zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) : (zip_int64_t)-1;
    if (index < 0) {
        kept_status status = zip_failed(zip, path, err);
        zip_source_free(source);
        return status;
    }
    if (zip_set_file_compression(zip, (zip_uint64_t)index, packed ? ZIP_CM_STORE : ZIP_CM_DEFLATE,
                                 0) != 0)
        return zip_failed(zip, path, err);
    return KEPT_OK;
}

static void show_progress(zip_t *zip, double part, void *who)
{
    (void)zip;
    tell(who, "writing", part);
}

static int show_cancel(zip_t *zip, void *who)
{
    (void)zip;
    return stopped(who);
}

static kept_status fill_zip(maker *m, zip_t *zip, const kept_buf *text, const char *path,
                            kept_err *err)
{
    zip_source_t *source = zip_source_buffer(zip, kept_buf_text(text), text->len, 0);
    KEPT_TRY(add_source(zip, KEPT_BACKUP_MANIFEST, source, false, path, err));
    for (size_t i = 0; i < m->manifest.n; i++) {
        const kept__member *member = &m->manifest.members[i];
        size_t len = strlen(member->name);
        bool packed = len > 8 && strcmp(member->name + len - 8, ".parquet") == 0;
        source = zip_source_file(zip, member->path, 0, -1);
        KEPT_TRY(add_source(zip, member->name, source, packed, path, err));
    }
    if (m->opts->progress)
        (void)zip_register_progress_callback_with_state(zip, 0.01, show_progress, NULL, m);
    if (m->opts->cancel)
        (void)zip_register_cancel_callback_with_state(zip, show_cancel, NULL, m);
    return KEPT_OK;
}

static kept_status write_zip(maker *m, const char *temp, const char *path, kept_err *err)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept__manifest_write(&m->manifest, &text);
    if (text.failed)
        return kept_nomem(err);
    int why = 0;
    zip_t *zip = zip_open(temp, ZIP_CREATE | ZIP_TRUNCATE, &why);
    if (!zip) {
        zip_error_t error;
        zip_error_init_with_code(&error, why);
        kept_status status = kept_fail(err, KEPT_EIO, "%s could not be written (%s).", path,
                                       zip_error_strerror(&error));
        zip_error_fini(&error);
        return status;
    }
    kept_status status = fill_zip(m, zip, &text, path, err);
    if (status == KEPT_OK && zip_close(zip) == 0)
        return KEPT_OK;
    if (status == KEPT_OK)
        status = stopped(m) ? stop(err) : zip_failed(zip, path, err);
    zip_discard(zip);
    return status;
}

/* What cannot be read back is no backup. */
static kept_status read_back(maker *m, const char *temp, kept_err *err)
{
    kept_backup found = {0};
    KEPT_TRY(kept_backup_check(temp, m->opts, m->arena, &found, err));
    if (found.n_faults)
        return kept_fail(err, KEPT_ECORRUPT,
                         "The backup does not read back (%s%s%s); no backup was made. Look with "
                         "kept doctor.",
                         found.faults[0].member, found.faults[0].member[0] ? " " : "",
                         found.faults[0].what);
    m->manifest.about.packed = found.packed;
    return KEPT_OK;
}

static kept_status make(maker *m, const char *path, kept_err *err)
{
    const char *temp = kept_arena_printf(m->arena, "%s.%ld.part", path, (long)getpid());
    if (!temp)
        return kept_nomem(err);
    KEPT_TRY(collect(m, err));
    kept_status status = write_zip(m, temp, path, err);
    kept_die_here("backup written");
    if (status == KEPT_OK)
        status = read_back(m, temp, err);
    if (status == KEPT_OK)
        status = kept_file_publish(temp, path, err);
    if (status != KEPT_OK)
        unlink(temp);
    return status;
}

kept_status kept_backup_create(kept_store *store, const kept_scope *scope, const char *path,
                               const kept_backup_opts *opts, kept_arena *arena,
                               kept_backup *ret_backup, kept_err *err)
{
    static const kept_backup_opts defaults = {0};
    maker m = {.store = store, .opts = opts ? opts : &defaults, .arena = arena};
    if (!scope || scope->sight != KEPT_SEES_ALL)
        return kept_fail(err, KEPT_EDENIED,
                         "%s may not make a backup: that takes sight of all customers.",
                         scope && scope->who ? scope->who : "Nobody");
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        return kept_fail(err, KEPT_EARG, "%s is no file; say the name of a file to write.", path);
    if (!m.opts->replace && access(path, F_OK) == 0)
        return kept_fail(err, KEPT_EARG,
                         "%s is there already; choose another name, or replace it with --replace.",
                         path);
    m.manifest.about.made_at = kept_time_now();
    m.manifest.about.kept = m.opts->kept ? m.opts->kept : "";
    m.manifest.about.firm = store->name;
    kept_status status = make(&m, path, err);
    if (m.ledger)
        unlink(m.ledger);
    KEPT_TRY(status);
    *ret_backup = m.manifest.about;
    return KEPT_OK;
}
