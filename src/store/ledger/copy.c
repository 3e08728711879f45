#include "store/ledger/copy.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/text.h"
#include "store/facts/files.h"
#include "store/facts/import.h"

enum { PAGES_AT_ONCE = 4096 };

/* --- One copy --- */

static kept_status copy_pages(kept_ledger *from, kept_ledger *to, kept_err *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->db, "main", from->db, "main");
    if (!backup)
        return kept_ledger_fail(to, sqlite3_errcode(to->db), err);
    int rc = SQLITE_OK;
    bool cancelled = false;
    while (rc == SQLITE_OK && !cancelled) {
        rc = sqlite3_backup_step(backup, PAGES_AT_ONCE);
        cancelled = from->cancel && *from->cancel;
    }
    sqlite3_backup_finish(backup);
    if (rc == SQLITE_DONE)
        return KEPT_OK;
    if (rc == SQLITE_OK)
        return kept_fail(err, KEPT_ECANCELLED, "Cancelled.");
    return kept_ledger_fail(to, rc, err);
}

static void remove_with_tails(const char *path)
{
    static const char *const tails[] = {"", "-journal", "-wal", "-shm"};
    for (size_t i = 0; i < KEPT_N(tails); i++) {
        KEPT_AUTO_BUF name = KEPT_BUF_INIT;
        kept_buf_printf(&name, "%s%s", path, tails[i]);
        if (!name.failed)
            unlink(kept_buf_text(&name));
    }
}

/* Synced by whoever publishes the file: a copy that is cut short is thrown away. */
static kept_status fill_copy(kept_ledger *from, const char *temp, kept_err *err)
{
    kept_ledger to = {.path = temp, .to_write = true};
    int rc = sqlite3_open_v2(temp, &to.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    kept_status status = rc == SQLITE_OK ? KEPT_OK : kept_ledger_fail(&to, rc, err);
    if (status == KEPT_OK)
        status = kept_ledger_run(&to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;", err);
    if (status == KEPT_OK)
        status = copy_pages(from, &to, err);
    kept_ledger_close(&to);
    return status;
}

kept_status kept_ledger_copy(const char *path, const char *to, const volatile int *cancel,
                             kept_err *err)
{
    KEPT_AUTO_BUF temp = KEPT_BUF_INIT;
    kept_buf_printf(&temp, "%s.tmp", to);
    if (temp.failed)
        return kept_nomem(err);
    kept_ledger from = {.cancel = cancel};
    remove_with_tails(kept_buf_text(&temp));
    KEPT_TRY(kept_ledger_open(path, false, &from, err));
    kept_status status = fill_copy(&from, kept_buf_text(&temp), err);
    kept_ledger_close(&from);
    kept_die_here("copy made");
    if (status == KEPT_OK)
        status = kept_file_publish(kept_buf_text(&temp), to, err);
    if (status != KEPT_OK)
        remove_with_tails(kept_buf_text(&temp));
    return status;
}

/* --- The automatic ones --- */

/* kept.db.before-FORM-N; 0: another name. */
static long number_of(const char *name, const char *prefix)
{
    if (!kept_text_starts(name, prefix))
        return 0;
    char *end = NULL;
    const char *form = name + strlen(prefix);
    if (strtol(form, &end, 10) <= 0 || *end != '-')
        return 0;
    const char *number = end + 1;
    long n = strtol(number, &end, 10);
    return end != number && *end == '\0' && n > 0 ? n : 0;
}

typedef struct copies {
    const char *folder;
    const char *prefix; /* "kept.db.before-" */
    long newest;
} copies;

/* Finds the newest number; removes what is older than keep_after and what a killed process left. */
static kept_status go_through(copies *c, long keep_after, kept_err *err)
{
    DIR *dir = opendir(c->folder);
    if (!dir)
        return kept_fail(err, KEPT_EIO, "The folder %s cannot be read.", c->folder);
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        long n = number_of(entry->d_name, c->prefix);
        if (n > c->newest)
            c->newest = n;
        if (n == 0 || n > keep_after)
            continue;
        KEPT_AUTO_BUF path = KEPT_BUF_INIT;
        kept_buf_printf(&path, "%s/%s", c->folder, entry->d_name);
        if (!path.failed)
            unlink(kept_buf_text(&path));
    }
    closedir(dir);
    return KEPT_OK;
}

static kept_status open_copies(const char *path, kept_arena *arena, copies *ret, kept_err *err)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash ? kept_arena_strndup(arena, path, (size_t)(slash - path)) : ".";
    const char *prefix = kept_arena_printf(arena, "%s.before-", slash ? slash + 1 : path);
    if (!folder || !prefix)
        return kept_nomem(err);
    *ret = (copies){folder[0] ? folder : "/", prefix, 0};
    return KEPT_OK;
}

kept_status kept_ledger_copy_before(const char *path, int form, const volatile int *cancel,
                                    kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    copies c = {0};
    KEPT_TRY(open_copies(path, &arena, &c, err));
    KEPT_TRY(go_through(&c, 0, err));
    const char *to = kept_arena_printf(&arena, "%s.before-%d-%ld", path, form, c.newest + 1);
    if (!to)
        return kept_nomem(err);
    KEPT_TRY(kept_ledger_copy(path, to, cancel, err));
    return go_through(&c, c.newest + 1 - KEPT_LEDGER_COPIES, err);
}

void kept_ledger_copies_remove(const char *path)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    copies c = {0};
    if (open_copies(path, &arena, &c, NULL) == KEPT_OK)
        (void)go_through(&c, LONG_MAX, NULL);
}
