#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/inside.h"

/* Two bytes of kept.lock: the writer holds the first alone, everybody shares the second. Locks of
 * the open file (not of the process), so that two stores in one process exclude each other too;
 * the kernel lets go when a process dies. */
enum { WRITER = 0, READERS = 1 };

static int set_lock(int fd, short type, off_t byte)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    int rc;
    do
        rc = fcntl(fd, F_OFD_SETLK, &lock);
    while (rc != 0 && errno == EINTR);
    return rc;
}

kept_status kept_store__lock(kept_store *store, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *path = kept_store__path(store, &arena, "kept.lock");
    if (!path)
        return kept_nomem(err);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 && store->to_write)
        return kept_fail(err, KEPT_EIO, "%s could not be written (%s); check its permissions.",
                         path, strerror(errno));
    if (fd < 0)
        fd = open(path, O_RDONLY | O_CLOEXEC);
    store->lock = fd;
    if (fd < 0) /* a folder that nobody can write: nothing is deleted there */
        return KEPT_OK;
    if (store->to_write && set_lock(fd, F_WRLCK, WRITER) != 0)
        return kept_fail(err, KEPT_EBUSY,
                         "Another program is writing to the workspace %s; try again when it has "
                         "ended.",
                         store->folder);
    /* Fails only for the moment in which a writer deletes old files. */
    for (int tries = 0; set_lock(fd, F_RDLCK, READERS) != 0; tries++) {
        if (tries == 200)
            return kept_fail(err, KEPT_EBUSY, "Another program is tidying the workspace %s.",
                             store->folder);
        usleep(10000);
    }
    return KEPT_OK;
}

void kept_store__unlock(kept_store *store)
{
    if (store->lock >= 0)
        close(store->lock);
    store->lock = -1;
}

bool kept_store__readers_out(kept_store *store)
{
    return store->lock >= 0 && set_lock(store->lock, F_WRLCK, READERS) == 0;
}

void kept_store__readers_in(kept_store *store)
{
    /* From exclusive to shared: cannot fail. */
    if (store->lock >= 0)
        (void)set_lock(store->lock, F_RDLCK, READERS);
}
