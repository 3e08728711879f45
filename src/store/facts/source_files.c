#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/facts/files.h"
#include "store/facts/source_int.h"

enum { OUT_BUFFER = 1 << 18, NAMES_MAX = 1000000 };

kept_status kept__out_open(const char *folder, kept_arena *arena, kept__out *out, kept_err *err)
{
    char *path = kept_arena_printf(arena, "%s/source-XXXXXX", folder);
    if (!path)
        return kept_nomem(err);
    int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!file) {
        int why = errno;
        if (fd >= 0) {
            close(fd);
            unlink(path);
        }
        return kept_fail(err, KEPT_EIO, "No temporary file can be made in %s: %s.", folder,
                         strerror(why));
    }
    setvbuf(file, NULL, _IOFBF, OUT_BUFFER);
    *out = (kept__out){file, path};
    return KEPT_OK;
}

void kept__out_add(kept__out *out, const void *data, size_t len)
{
    if (len && !ferror(out->file))
        (void)!fwrite(data, 1, len, out->file);
}

kept_status kept__out_close(kept__out *out, kept_err *err)
{
    bool bad = ferror(out->file) != 0;
    int why = errno;
    if (fclose(out->file) != 0 && !bad) {
        bad = true;
        why = errno;
    }
    out->file = NULL;
    if (!bad)
        return KEPT_OK;
    unlink(out->path);
    return kept_fail(err, KEPT_EIO, "The temporary copy %s could not be written: %s.", out->path,
                     strerror(why));
}

void kept__out_drop(kept__out *out)
{
    if (!out->file)
        return;
    fclose(out->file);
    unlink(out->path);
    out->file = NULL;
}

kept_status kept__file_open(const char *path, const char *shown, FILE **ret_file, kept_err *err)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        if (errno == ENOENT || errno == ENOTDIR)
            return kept_fail(err, KEPT_ENOTFOUND, "There is no file %s.", shown);
        return kept_fail(err, KEPT_EIO, "%s cannot be opened: %s.", shown, strerror(errno));
    }
    setvbuf(file, NULL, _IONBF, 0); /* callers read in blocks of their own */
    *ret_file = file;
    return KEPT_OK;
}

kept_status kept__file_head(const char *path, const char *shown, size_t max, kept_buf *head,
                            bool *ret_whole, kept_err *err)
{
    FILE *file = NULL;
    KEPT_TRY(kept__file_open(path, shown, &file, err));
    char block[8192];
    size_t n = 1;
    kept_buf_clear(head);
    while (n && head->len < max) {
        n = fread(block, 1, sizeof block, file);
        kept_buf_add_n(head, block, n);
    }
    bool bad = ferror(file) != 0;
    *ret_whole = n == 0 || feof(file);
    fclose(file);
    if (bad)
        return kept_fail(err, KEPT_EIO, "%s cannot be read.", shown);
    return head->failed ? kept_nomem(err) : KEPT_OK;
}

kept_status kept__file_link(const char *folder, const char *path, kept_arena *arena,
                            const char **ret_link, kept_err *err)
{
    char whole[PATH_MAX];
    if (!realpath(path, whole))
        return kept_fail(err, KEPT_EIO, "%s cannot be found again: %s.", path, strerror(errno));
    for (unsigned i = 1; i < NAMES_MAX; i++) {
        char name[64];
        snprintf(name, sizeof name, "/link-%u", i);
        char *link = kept_arena_printf(arena, "%s%s", folder, name);
        if (!link)
            return kept_nomem(err);
        if (symlink(whole, link) == 0) {
            *ret_link = link;
            return KEPT_OK;
        }
        if (errno != EEXIST)
            break;
    }
    char *copy = kept_arena_printf(arena, "%s/copy-XXXXXX", folder); /* no links to be had here */
    int fd = copy ? mkstemp(copy) : -1;
    if (fd < 0)
        return kept_fail(err, KEPT_EIO, "No file can be made in %s: %s.", folder, strerror(errno));
    close(fd);
    KEPT_TRY(kept_file_copy(whole, copy, err));
    *ret_link = copy;
    return KEPT_OK;
}
