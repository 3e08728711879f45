#include "store/facts/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "base/mem.h"
#include "base/text.h"

enum { BLOCK = 1 << 20 };

static kept_status io_fail(const char *what, const char *path, kept_err *err)
{
    int why = errno;
    if (why == ENOSPC || why == EDQUOT || why == EFBIG)
        return kept_fail(err, KEPT_EIO, "The disk is full: %s could not be %s.", path, what);
    return kept_fail(err, why == ENOENT ? KEPT_ENOTFOUND : KEPT_EIO, "%s could not be %s (%s).",
                     path, what, strerror(why));
}

kept_status kept_folder_make(const char *path, kept_err *err)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return io_fail("made", path, err);
    return KEPT_OK;
}

static kept_status hash_open(int fd, const char *path, char *hash, int64_t *ret_bytes,
                             unsigned char *block, kept_err *err)
{
    crypto_generichash_state state;
    unsigned char raw[32];
    crypto_generichash_init(&state, NULL, 0, sizeof raw);
    int64_t bytes = 0;
    ssize_t n;
    while ((n = read(fd, block, BLOCK)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return io_fail("read", path, err);
        crypto_generichash_update(&state, block, (unsigned long long)n);
        bytes += n;
    }
    crypto_generichash_final(&state, raw, sizeof raw);
    sodium_bin2hex(hash, KEPT_HASH_TEXT, raw, sizeof raw);
    *ret_bytes = bytes;
    return KEPT_OK;
}

kept_status kept_file_hash(const char *path, char ret_hash[static KEPT_HASH_TEXT],
                           int64_t *ret_bytes, kept_err *err)
{
    if (sodium_init() < 0)
        return kept_fail(err, KEPT_EINTERNAL, "The source of random numbers is not available.");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return io_fail("read", path, err);
    unsigned char *block = kept_mem_alloc(BLOCK);
    kept_status status =
        block ? hash_open(fd, path, ret_hash, ret_bytes, block, err) : kept_nomem(err);
    kept_mem_free(block);
    close(fd);
    return status;
}

static kept_status sync_path(const char *path, int flags, kept_err *err)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return io_fail("written", path, err);
    int rc = fsync(fd);
    kept_status status = rc == 0 ? KEPT_OK : io_fail("written", path, err);
    close(fd);
    return status;
}

static kept_status sync_folder_of(const char *path, kept_err *err)
{
    KEPT_AUTO_BUF folder = KEPT_BUF_INIT;
    const char *slash = strrchr(path, '/');
    if (slash && slash > path)
        kept_buf_add_n(&folder, path, (size_t)(slash - path));
    else
        kept_buf_add(&folder, slash ? "/" : ".");
    if (folder.failed)
        return kept_nomem(err);
    return sync_path(kept_buf_text(&folder), O_RDONLY | O_DIRECTORY, err);
}

kept_status kept_file_publish(const char *temp, const char *path, kept_err *err)
{
    KEPT_TRY(sync_path(temp, O_RDONLY, err));
    if (rename(temp, path) != 0)
        return io_fail("written", path, err);
    return sync_folder_of(path, err);
}

static kept_status copy_open(int in, int out, const char *from, const char *path,
                             unsigned char *block, kept_err *err)
{
    ssize_t n;
    while ((n = read(in, block, BLOCK)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return io_fail("read", from, err);
        for (ssize_t done = 0; done < n;) {
            ssize_t put = write(out, block + done, (size_t)(n - done));
            if (put < 0 && errno == EINTR)
                continue;
            if (put < 0)
                return io_fail("written", path, err);
            done += put;
        }
    }
    return KEPT_OK;
}

kept_status kept_file_copy(const char *from, const char *path, kept_err *err)
{
    KEPT_AUTO_BUF temp = KEPT_BUF_INIT;
    kept_buf_printf(&temp, "%s.tmp", path);
    unsigned char *block = kept_mem_alloc(BLOCK);
    if (temp.failed || !block) {
        kept_mem_free(block);
        return kept_nomem(err);
    }
    const char *beside = kept_buf_text(&temp);
    kept_status status = KEPT_OK;
    int out = -1, in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        status = io_fail("read", from, err);
    else if ((out = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) < 0)
        status = io_fail("written", path, err);
    else
        status = copy_open(in, out, from, path, block, err);
    kept_mem_free(block);
    if (in >= 0)
        close(in);
    if (out >= 0 && close(out) != 0 && status == KEPT_OK)
        status = io_fail("written", path, err);
    if (status == KEPT_OK)
        status = kept_file_publish(beside, path, err);
    if (status != KEPT_OK && out >= 0)
        unlink(beside);
    return status;
}

void kept_folder_remove(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        return;
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        KEPT_AUTO_BUF item = KEPT_BUF_INIT;
        kept_buf_printf(&item, "%s/%s", path, entry->d_name);
        struct stat info;
        if (item.failed || lstat(kept_buf_text(&item), &info) != 0)
            continue;
        if (S_ISDIR(info.st_mode))
            kept_folder_remove(kept_buf_text(&item));
        else
            unlink(kept_buf_text(&item));
    }
    closedir(dir);
    rmdir(path);
}

/* --- Verifying --- */

static kept_verified *find_verified(kept_store *store, int64_t file)
{
    for (size_t i = 0; i < store->n_verified; i++)
        if (store->verified[i].file == file)
            return &store->verified[i];
    return NULL;
}

static kept_status add_verified(kept_store *store, const kept_verified *item, kept_err *err)
{
    kept_verified *known = find_verified(store, item->file);
    if (known) {
        *known = *item;
        return KEPT_OK;
    }
    if (store->n_verified == store->room_verified) {
        size_t room = store->room_verified ? 2 * store->room_verified : 16;
        kept_verified *more = kept_mem_realloc(store->verified, room * sizeof *more);
        if (!more)
            return kept_nomem(err);
        store->verified = more;
        store->room_verified = room;
    }
    store->verified[store->n_verified++] = *item;
    return KEPT_OK;
}

kept_status kept_fact_file_verify(kept_store *store, const kept_fact_file *file, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *path = kept_store__path(store, &arena, file->path);
    if (!path)
        return kept_nomem(err);
    struct stat info;
    if (stat(path, &info) != 0)
        return kept_fail(err, KEPT_ECORRUPT,
                         "The fact file %s is missing; put it back from a backup or undo import "
                         "%lld.",
                         path, (long long)file->last_import);
    kept_verified now = {file->id, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec,
                         info.st_ino};
    const kept_verified *known = find_verified(store, file->id);
    if (known && known->bytes == now.bytes && known->seconds == now.seconds &&
        known->nanos == now.nanos && known->inode == now.inode)
        return KEPT_OK;
    char hash[KEPT_HASH_TEXT];
    int64_t bytes = 0;
    KEPT_TRY(kept_file_hash(path, hash, &bytes, err));
    if (bytes != file->bytes || strcmp(hash, file->hash) != 0)
        return kept_fail(err, KEPT_ECORRUPT,
                         "The fact file %s is damaged: it is not what import %lld wrote (%lld "
                         "bytes, %lld written); put it back from a backup, or undo the import and "
                         "import its files again.",
                         path, (long long)file->last_import, (long long)bytes,
                         (long long)file->bytes);
    return add_verified(store, &now, err);
}
