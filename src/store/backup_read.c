/* Reading a backup: looking through all of it, and unpacking it into a workspace. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <sodium.h>
#include <zip.h>

#include "base/mem.h"
#include "store/backup_int.h"
#include "store/facts/import.h"
#include "store/inside.h"
#include "store/ledger/inspect.h"

enum { BLOCK = 1 << 20, FAULTS = 20 };

typedef struct reader {
    const char *path;
    const kept_backup_opts *opts;
    kept_arena *arena;
    const char *folder; /* where members are unpacked; only kept.db when just_ledger */
    bool just_ledger;
    zip_t *zip;
    int64_t packed; /* bytes of the archive */
    int64_t done;   /* bytes read of the members */
    kept__manifest manifest;
    unsigned char *block;
    kept_backup_fault *faults;
    size_t n_faults, more_faults;
} reader;

/* --- Faults --- */

/* A fault found is no failure: the next members are looked at too. */
static kept_status fault(reader *r, const char *member, const char *what, kept_err *err)
{
    if (r->n_faults == FAULTS) {
        r->more_faults++;
        return KEPT_OK;
    }
    kept_backup_fault *f = &r->faults[r->n_faults];
    f->member = kept_arena_strdup(r->arena, member);
    f->what = kept_arena_strdup(r->arena, what);
    if (!f->member || !f->what)
        return kept_nomem(err);
    r->n_faults++;
    return KEPT_OK;
}

/* What a step below found wrong with the backup becomes a fault; everything else goes up. */
static kept_status as_fault(reader *r, const char *member, kept_status status,
                            const kept_err *found, kept_err *err)
{
    if (status == KEPT_ECORRUPT)
        return fault(r, member, found->msg, err);
    if (status != KEPT_OK && err)
        *err = *found;
    return status;
}

/* --- The archive --- */

static kept_status open_zip(reader *r, kept_err *err)
{
    struct stat info;
    int fd = open(r->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        int why = errno;
        bool folder = fd >= 0;
        if (fd >= 0)
            close(fd);
        return kept_fail(err, !folder && why == ENOENT ? KEPT_ENOTFOUND : KEPT_EIO,
                         "%s could not be read (%s).", r->path,
                         folder ? "it is no file" : strerror(why));
    }
    close(fd);
    r->packed = info.st_size;
    int code = 0;
    r->zip = zip_open(r->path, ZIP_RDONLY | ZIP_CHECKCONS, &code);
    if (r->zip)
        return KEPT_OK;
    if (code == ZIP_ER_MEMORY)
        return kept_nomem(err);
    return fault(r, "", "it is no backup of Kept, or it is cut off or damaged", err);
}

static kept_status read_manifest(reader *r, kept_err *err)
{
    zip_stat_t info;
    zip_int64_t index = zip_name_locate(r->zip, KEPT_BACKUP_MANIFEST, 0);
    if (index < 0 || zip_stat_index(r->zip, (zip_uint64_t)index, 0, &info) != 0 ||
        !(info.valid & ZIP_STAT_SIZE))
        return fault(r, "", "it is no backup of Kept: it has no manifest.json", err);
    zip_file_t *file = zip_fopen_index(r->zip, (zip_uint64_t)index, 0);
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    text.limit = KEPT_BACKUP_MANIFEST_MAX;
    zip_int64_t n = -1;
    while (file && !text.failed && (n = zip_fread(file, r->block, BLOCK)) > 0)
        kept_buf_add_n(&text, (const char *)r->block, (size_t)n);
    if (file)
        zip_fclose(file);
    if (n != 0 || text.failed)
        return fault(r, KEPT_BACKUP_MANIFEST, "cannot be read", err);
    kept_err found = KEPT_ERR_INIT;
    kept_status status =
        kept__manifest_read(kept_buf_text(&text), text.len, r->arena, &r->manifest, &found);
    return as_fault(r, "", status, &found, err);
}

/* A member that the manifest does not name is not looked at, and the backup not trusted. */
static kept_status find_strangers(reader *r, kept_err *err)
{
    zip_int64_t n = zip_get_num_entries(r->zip, 0);
    if (n == (zip_int64_t)r->manifest.n + 1)
        return KEPT_OK; /* as many as named: those missing are found by name */
    for (zip_int64_t i = 0; i < n; i++) {
        const char *name = zip_get_name(r->zip, (zip_uint64_t)i, 0);
        if (!name ||
            (strcmp(name, KEPT_BACKUP_MANIFEST) != 0 && !kept__manifest_find(&r->manifest, name)))
            return fault(r, name ? name : "", "is not in the manifest", err);
    }
    return n > (zip_int64_t)r->manifest.n + 1 ? fault(r, "", "it holds a member twice", err)
                                              : KEPT_OK;
}

/* Packing makes nothing smaller than 1/1032: what claims more was made to fill somebody's disk. */
static kept_status check_sizes(reader *r, kept_err *err)
{
    const int64_t most = 1100;
    if (r->manifest.about.bytes / most > r->packed)
        return fault(r, "", "it claims to hold more than a file of its size can", err);
    return KEPT_OK;
}

/* Before anything is written. */
static kept_status check_room(const reader *r, kept_err *err)
{
    struct statvfs disk;
    const kept__member *ledger = kept__manifest_find(&r->manifest, "kept.db");
    int64_t need = r->just_ledger && ledger ? ledger->bytes : r->manifest.about.bytes;
    if (statvfs(r->folder, &disk) != 0) /* writing will say */
        return KEPT_OK;
    if ((double)disk.f_bavail * (double)disk.f_frsize < (double)need)
        return kept_fail(err, KEPT_EIO,
                         "The disk that holds %s has no room for the %lld bytes in %s.", r->folder,
                         (long long)need, r->path);
    return KEPT_OK;
}

/* --- Members --- */

static kept_status out_failed(const char *path, kept_err *err)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return kept_fail(err, KEPT_EIO, "The disk is full: %s could not be written.", path);
    return kept_fail(err, KEPT_EIO, "%s could not be written (%s).", path, strerror(errno));
}

static kept_status write_all(int out, const char *path, const unsigned char *data, size_t len,
                             kept_err *err)
{
    for (size_t done = 0; out >= 0 && done < len;) {
        ssize_t put = write(out, data + done, len - done);
        if (put < 0 && errno != EINTR)
            return out_failed(path, err);
        done += put > 0 ? (size_t)put : 0;
    }
    return KEPT_OK;
}

static kept_status step(reader *r, int64_t bytes, kept_err *err)
{
    r->done += bytes;
    if (r->opts->progress && r->manifest.about.bytes)
        r->opts->progress(r->opts->progress_who, "checking",
                          (double)r->done / (double)r->manifest.about.bytes);
    if (r->opts->cancel && *r->opts->cancel)
        return kept_fail(err, KEPT_ECANCELLED, "Stopped; nothing was changed.");
    return KEPT_OK;
}

/* Reads the member to its end, at most one byte beyond what the manifest says. */
static kept_status read_member(reader *r, const kept__member *member, zip_file_t *file, int out,
                               const char *path, kept_err *err)
{
    crypto_generichash_state state;
    unsigned char raw[32];
    char hash[KEPT_HASH_TEXT];
    int64_t bytes = 0;
    zip_int64_t n = 0;
    crypto_generichash_init(&state, NULL, 0, sizeof raw);
    while (bytes <= member->bytes && (n = zip_fread(file, r->block, BLOCK)) > 0) {
        bytes += n;
        crypto_generichash_update(&state, r->block, (unsigned long long)n);
        if (bytes <= member->bytes)
            KEPT_TRY(write_all(out, path, r->block, (size_t)n, err));
        KEPT_TRY(step(r, n, err));
    }
    if (n < 0)
        return fault(r, member->name, "is damaged", err);
    crypto_generichash_final(&state, raw, sizeof raw);
    sodium_bin2hex(hash, sizeof hash, raw, sizeof raw);
    if (bytes != member->bytes)
        return fault(r, member->name,
                     bytes < member->bytes ? "is shorter than it was" : "is longer than it was",
                     err);
    if (strcmp(hash, member->hash) != 0)
        return fault(r, member->name, "is not what it was: its hash differs", err);
    return KEPT_OK;
}

/* Folders on the way to the file; names were checked. */
static kept_status make_parents(reader *r, char *path, kept_err *err)
{
    for (char *p = path + strlen(r->folder) + 1; (p = strchr(p, '/')); p++) {
        *p = '\0';
        kept_status status = kept_folder_make(path, err);
        *p = '/';
        KEPT_TRY(status);
    }
    return KEPT_OK;
}

static kept_status open_out(reader *r, const kept__member *member, int *ret_out,
                            const char **ret_path, kept_err *err)
{
    if (!r->folder || (r->just_ledger && strcmp(member->name, "kept.db") != 0))
        return KEPT_OK;
    char *path = kept_arena_printf(r->arena, "%s/%s", r->folder, member->name);
    if (!path)
        return kept_nomem(err);
    KEPT_TRY(make_parents(r, path, err));
    *ret_out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    *ret_path = path;
    return *ret_out >= 0 ? KEPT_OK : out_failed(path, err);
}

static kept_status take_member(reader *r, const kept__member *member, kept_err *err)
{
    zip_int64_t index = zip_name_locate(r->zip, member->name, 0);
    if (index < 0)
        return fault(r, member->name, "is missing", err);
    zip_file_t *file = zip_fopen_index(r->zip, (zip_uint64_t)index, 0);
    if (!file)
        return fault(r, member->name, "is damaged", err);
    int out = -1;
    const char *path = NULL;
    kept_status status = open_out(r, member, &out, &path, err);
    if (status == KEPT_OK)
        status = read_member(r, member, file, out, path, err);
    zip_fclose(file);
    if (out >= 0 && close(out) != 0 && status == KEPT_OK)
        status = out_failed(path, err);
    return status;
}

/* --- The ledger inside --- */

static kept_status compare_head(reader *r, kept_ledger *ledger, kept_err *err)
{
    char head[KEPT_LEDGER_HEAD_TEXT];
    int64_t rows = 0;
    KEPT_TRY(kept_ledger_head(ledger, head, &rows, err));
    if (strcmp(head, r->manifest.about.head) != 0 || rows != r->manifest.about.changes)
        return fault(r, "kept.db", "has another change log than the manifest says", err);
    return KEPT_OK;
}

static kept_status compare_facts(reader *r, kept_ledger *ledger, kept_err *err)
{
    kept_fact_file *files = NULL;
    size_t n = 0;
    KEPT_TRY(kept_ledger_files(ledger, NULL, r->arena, &files, &n, err));
    for (size_t i = 0; i < n; i++) {
        const kept__member *m = kept__manifest_find(&r->manifest, files[i].path);
        if (!m)
            KEPT_TRY(fault(r, files[i].path, "is missing: the ledger names it", err));
        else if (strcmp(m->hash, files[i].hash) != 0)
            KEPT_TRY(fault(r, files[i].path, "is not what the ledger says", err));
    }
    return KEPT_OK;
}

static kept_status look_into(reader *r, kept_ledger *ledger, kept_err *err)
{
    const char *found = NULL;
    KEPT_TRY(kept_ledger_integrity(ledger, false, r->arena, &found, err));
    if (found)
        return fault(r, "kept.db", found, err);
    KEPT_TRY(compare_head(r, ledger, err));
    return compare_facts(r, ledger, err);
}

static kept_status check_ledger(reader *r, kept_err *err)
{
    kept_ledger ledger = {0};
    kept_err found = KEPT_ERR_INIT;
    const char *path = kept_arena_printf(r->arena, "%s/kept.db", r->folder);
    if (!path)
        return kept_nomem(err);
    kept_status status = kept_ledger_open(path, false, &ledger, &found);
    if (status == KEPT_OK) {
        ledger.path = "kept.db"; /* for messages */
        status = look_into(r, &ledger, &found);
        kept_ledger_close(&ledger);
    }
    if (status == KEPT_ENOMEM || status == KEPT_EIO || status == KEPT_OK)
        return as_fault(r, "kept.db", status, &found, err);
    return fault(r, "kept.db",
                 status == KEPT_EINPUT ? "is no ledger, or one of a newer Kept" : "is damaged",
                 err);
}

/* --- All of it --- */

static kept_status read_all(reader *r, kept_err *err)
{
    KEPT_TRY(open_zip(r, err));
    if (r->n_faults == 0)
        KEPT_TRY(read_manifest(r, err));
    if (r->n_faults == 0)
        KEPT_TRY(check_sizes(r, err));
    if (r->n_faults)
        return KEPT_OK;
    KEPT_TRY(check_room(r, err));
    KEPT_TRY(find_strangers(r, err));
    for (size_t i = 0; i < r->manifest.n; i++) {
        size_t before = r->n_faults;
        KEPT_TRY(take_member(r, &r->manifest.members[i], err));
        if (r->n_faults > before && !r->just_ledger)
            return KEPT_OK; /* unpacking stops at the first */
    }
    bool whole = true;
    for (size_t i = 0; i < r->n_faults; i++)
        whole = whole && strcmp(r->faults[i].member, "kept.db") != 0;
    return whole ? check_ledger(r, err) : KEPT_OK;
}

static kept_status run(reader *r, kept_backup *ret_backup, kept_err *err)
{
    if (sodium_init() < 0)
        return kept_fail(err, KEPT_EINTERNAL, "The source of random numbers is not available.");
    r->block = kept_mem_alloc(BLOCK);
    r->faults = KEPT_NEW_N(r->arena, kept_backup_fault, FAULTS);
    kept_status status = r->block && r->faults ? read_all(r, err) : kept_nomem(err);
    if (r->zip)
        zip_discard(r->zip);
    kept_mem_free(r->block);
    KEPT_TRY(status);
    kept_backup found = r->manifest.about;
    found.packed = r->packed;
    found.faults = r->faults;
    found.n_faults = r->n_faults;
    found.more_faults = r->more_faults;
    *ret_backup = found;
    return KEPT_OK;
}

kept_status kept_backup_check(const char *path, const kept_backup_opts *opts, kept_arena *arena,
                              kept_backup *ret_backup, kept_err *err)
{
    static const kept_backup_opts defaults = {0};
    reader r = {.path = path, .opts = opts ? opts : &defaults, .arena = arena, .just_ledger = true};
    kept_temp temp = {.lock = -1};
    KEPT_TRY(kept_temp_make(arena, &temp, err));
    r.folder = temp.folder;
    kept_status status = run(&r, ret_backup, err);
    kept_temp_remove(&temp);
    return status;
}

/* --- Unpacking --- */

static kept_status check_target(const char *folder, kept_err *err)
{
    DIR *dir = opendir(folder);
    if (!dir && errno == ENOENT)
        return KEPT_OK;
    if (!dir)
        return kept_fail(err, errno == ENOTDIR ? KEPT_EINPUT : KEPT_EIO,
                         "%s cannot become a workspace (%s).", folder, strerror(errno));
    kept_status status = KEPT_OK;
    struct dirent *entry;
    while (status == KEPT_OK && (entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = kept_fail(err, KEPT_EINPUT,
                               "%s is not empty (%s); a backup is restored into a new or an empty "
                               "folder.",
                               folder, entry->d_name);
    closedir(dir);
    return status;
}

/* Empty folders are not in a backup. */
static kept_status make_folders(const char *work, kept_arena *arena, kept_err *err)
{
    static const char *const names[] = {"facts", "rejects"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *path = kept_arena_printf(arena, "%s/%s", work, names[i]);
        if (!path)
            return kept_nomem(err);
        KEPT_TRY(kept_folder_make(path, err));
    }
    return KEPT_OK;
}

/* All files and folders of the file system below work reach the disk, then the name appears. */
static kept_status publish(const char *work, const char *folder, kept_err *err)
{
    int fd = open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && syncfs(fd) == 0;
    if (fd >= 0)
        close(fd);
    if (!ok)
        return out_failed(folder, err);
    kept_die_here("backup unpacked");
    return kept_file_publish(work, folder, err);
}

static kept_status unpack(reader *r, const char *root, const char *folder, kept_backup *ret_backup,
                          kept_err *err)
{
    kept_backup found = {0};
    r->folder = kept_arena_printf(r->arena, "%s/workspace", root);
    if (!r->folder)
        return kept_nomem(err);
    KEPT_TRY(kept_folder_make(r->folder, err));
    KEPT_TRY(run(r, &found, err));
    if (found.n_faults)
        return kept_fail(err, KEPT_ECORRUPT,
                         "%s is damaged: %s%s%s. Nothing was restored; use another backup.",
                         r->path, found.faults[0].member, found.faults[0].member[0] ? " " : "",
                         found.faults[0].what);
    KEPT_TRY(make_folders(r->folder, r->arena, err));
    KEPT_TRY(publish(r->folder, folder, err));
    *ret_backup = found;
    return KEPT_OK;
}

kept_status kept_backup_restore(const char *path, const char *folder, const kept_backup_opts *opts,
                                kept_arena *arena, kept_backup *ret_backup, kept_err *err)
{
    static const kept_backup_opts defaults = {0};
    reader r = {.path = path, .opts = opts ? opts : &defaults, .arena = arena};
    size_t len = strlen(folder);
    while (len > 1 && folder[len - 1] == '/')
        len--;
    char *target = kept_arena_strndup(arena, folder, len);
    char *root = target ? kept_arena_printf(arena, "%s.restore-XXXXXX", target) : NULL;
    if (!root)
        return kept_nomem(err);
    KEPT_TRY(check_target(target, err));
    if (!mkdtemp(root))
        return kept_fail(err, KEPT_EIO, "The folder %s could not be made (%s).", target,
                         strerror(errno));
    kept_status status = unpack(&r, root, target, ret_backup, err);
    kept_folder_remove(root);
    return status;
}
