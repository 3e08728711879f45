#include "store/temp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "store/facts/files.h"

static const char prefix[] = "kept-work-";
enum { YOUNG_SECONDS = 600 }; /* made, but perhaps not locked yet */

static const char *base_folder(void)
{
    const char *base = getenv("TMPDIR");
    return base && base[0] == '/' ? base : "/tmp";
}

/* One folder of a process that may be dead. */
static void remove_if_left(const char *root)
{
    struct stat info;
    if (lstat(root, &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != geteuid())
        return;
    KEPT_AUTO_BUF path = KEPT_BUF_INIT;
    kept_buf_printf(&path, "%s/lock", root);
    int fd = open(kept_buf_text(&path), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    bool left = fd >= 0 ? flock(fd, LOCK_EX | LOCK_NB) == 0
                        : errno == ENOENT && time(NULL) - info.st_mtime > YOUNG_SECONDS;
    if (left)
        kept_folder_remove(root);
    if (fd >= 0)
        close(fd);
}

static void remove_left(const char *base)
{
    DIR *dir = opendir(base);
    if (!dir)
        return;
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (!kept_text_starts(entry->d_name, prefix))
            continue;
        KEPT_AUTO_BUF path = KEPT_BUF_INIT;
        kept_buf_printf(&path, "%s/%s", base, entry->d_name);
        if (!path.failed)
            remove_if_left(kept_buf_text(&path));
    }
    closedir(dir);
}

kept_status kept_temp_make(kept_arena *arena, kept_temp *ret_temp, kept_err *err)
{
    const char *base = base_folder();
    remove_left(base);
    char *root = kept_arena_printf(arena, "%s/%sXXXXXX", base, prefix);
    char *folder = root ? kept_arena_printf(arena, "%s/%sXXXXXX/work", base, prefix) : NULL;
    /* Locked before it has the name by which others look for it: otherwise one of them could lock
     * it first and take the folder for left behind. */
    char *lock = root ? kept_arena_printf(arena, "%s/%sXXXXXX/lock", base, prefix) : NULL;
    char *early = root ? kept_arena_printf(arena, "%s/%sXXXXXX/early", base, prefix) : NULL;
    if (!root || !folder || !lock || !early)
        return kept_nomem(err);
    if (!mkdtemp(root))
        return kept_fail(err, KEPT_EIO, "No temporary folder could be made in %s (%s); set TMPDIR.",
                         base, strerror(errno));
    memcpy(folder, root, strlen(root));
    memcpy(lock, root, strlen(root));
    memcpy(early, root, strlen(root));
    kept_temp temp = {root, folder, open(early, O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (temp.lock < 0 || flock(temp.lock, LOCK_EX | LOCK_NB) != 0 || rename(early, lock) != 0 ||
        mkdir(folder, 0700) != 0) {
        kept_status status = kept_fail(
            err, KEPT_EIO, "The temporary folder %s cannot be used (%s).", root, strerror(errno));
        kept_temp_remove(&temp);
        return status;
    }
    *ret_temp = temp;
    return KEPT_OK;
}

void kept_temp_remove(kept_temp *temp)
{
    if (!temp->root)
        return;
    kept_folder_remove(temp->root);
    if (temp->lock >= 0)
        close(temp->lock);
    *temp = (kept_temp){.lock = -1};
}
