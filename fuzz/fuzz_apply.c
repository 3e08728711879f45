/* Any file of records: applied as a whole, or refused with its place and nothing written. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/records/apply.h"
#include "store/records/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const kept_scope all = KEPT_SCOPE_ALL("fuzzer");

static void check(int holds)
{
    if (!holds)
        abort();
}

/* One workspace for all inputs; what an input writes is rolled back. */
static kept_store *shared_store(void)
{
    static kept_store *store;
    if (!store)
        check(kept_store_open_temporary(NULL, NULL, &store, NULL) == KEPT_OK);
    return store;
}

static kept_status apply(kept_store *store, const char *path, kept_arena *arena, kept_err *err)
{
    KEPT_AUTO_WRITING *writing = NULL;
    kept_applied applied;
    int64_t before = 0, after = 0;
    KEPT_TRY(kept_log_last(store, &before, err));
    KEPT_TRY(kept_writing_begin(store, &all, "test", &writing, err));
    kept_status status =
        kept_apply_files(writing, store, &all, &path, 1, NULL, arena, &applied, err);
    if (status == KEPT_OK) {
        check(kept_log_last(store, &after, err) == KEPT_OK);
        int64_t changes = 0;
        for (size_t i = 0; i < applied.n; i++)
            changes += applied.kinds[i].added + applied.kinds[i].changed;
        check(changes <= after - before); /* nothing changes without a row of the log */
    }
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_store *store = shared_store();
    char path[64];
    int fd = memfd_create("records.yaml", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    kept_status status = apply(store, path, &arena, &err);
    check(status == KEPT_OK || ((status == KEPT_EINPUT || status == KEPT_EARG) && err.msg[0]));
    close(fd);
    return 0;
}
