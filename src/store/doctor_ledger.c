/* The doctor at the ledger: is kept.db there, whole, and consistent. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/doctor_int.h"
#include "store/ledger/inspect.h"

static const char name[] = "kept.db";
static const char before[] = "kept.db.before-";

/* --- What there is to put in its place --- */

/* N of kept.db.before-FORM-N; 0: another name. */
static long copy_number(const char *entry)
{
    if (!kept_text_starts(entry, before))
        return 0;
    const char *form = entry + strlen(before);
    const char *number = form + strspn(form, "0123456789");
    if (number == form || *number != '-' || strlen(number) > 10 ||
        number[1 + strspn(number + 1, "0123456789")])
        return 0;
    return strtol(number + 1, NULL, 10);
}

/* The newest copy that a migration made, NULL: none. */
static const char *newest_copy(kept__visit *v)
{
    long newest = 0;
    const char *found = NULL;
    DIR *dir = opendir(v->folder);
    if (!dir)
        return NULL;
    for (struct dirent *entry; (entry = readdir(dir));)
        if (copy_number(entry->d_name) > newest) {
            newest = copy_number(entry->d_name);
            found = kept_arena_strdup(v->arena, entry->d_name);
        }
    closedir(dir);
    return found;
}

static const char *advice(kept__visit *v)
{
    const char *copy = newest_copy(v);
    const char *text =
        copy
            ? kept_arena_printf(v->arena,
                                "%s. Without a backup: the copy %s beside it is as old as the last "
                                "change of the program or of declarations; keep the damaged "
                                "kept.db, then rename the copy to kept.db.",
                                KEPT_ADVICE_RESTORE, copy)
            : NULL;
    return text ? text : KEPT_ADVICE_RESTORE;
}

/* --- The file --- */

/* What its own head says about its size, when less is there: " (...)"; "" otherwise. */
static const char *cut_off(kept__visit *v, const char *path, int64_t bytes)
{
    unsigned char head[32];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, head, sizeof head) : -1;
    if (fd >= 0)
        close(fd);
    if (n != (ssize_t)sizeof head)
        return "";
    if (memcmp(head, "SQLite format 3", 16) != 0)
        return " (its beginning was overwritten)";
    int64_t page = head[16] << 8 | head[17], pages = 0;
    page = page == 1 ? 65536 : page;
    for (int i = 28; i < 32; i++)
        pages = pages << 8 | head[i];
    if (bytes >= page * pages)
        return "";
    const char *text = kept_arena_printf(v->arena, " (it is cut off: %lld of %lld bytes are there)",
                                         (long long)bytes, (long long)(page * pages));
    return text ? text : "";
}

/* Changes that SQLite has not brought into the file yet: then the file may be shorter than it says.
 */
static bool has_log(kept__visit *v)
{
    struct stat info;
    const char *path = kept__visit_path(v, "kept.db-wal");
    return path && stat(path, &info) == 0 && info.st_size > 0;
}

static kept_status open_ledger(kept__visit *v, bool *ret_open, kept_err *err)
{
    static const char what[] = "Ledger file";
    kept_err found = KEPT_ERR_INIT;
    struct stat info;
    const char *path = kept__visit_path(v, name);
    *ret_open = false;
    if (!path)
        return kept_nomem(err);
    if (stat(path, &info) != 0)
        return kept__visit_add(v, what, KEPT_UNHEALTHY, advice(v), err,
                               errno == ENOENT ? "%s is missing." : "%s cannot be read.", path);
    if (info.st_size == 0)
        return kept__visit_add(v, what, KEPT_UNHEALTHY, advice(v), err, "%s is empty.", path);
    bool log = has_log(v); /* before it is opened, which makes one */
    const char *cut = cut_off(v, path, info.st_size);
    kept_status status = kept_ledger_open(path, false, &v->ledger, &found);
    if (status != KEPT_OK && status != KEPT_ENOMEM) {
        bool newer = status == KEPT_EINPUT && strstr(found.msg, "newer") != NULL;
        if (cut[0])
            return kept__visit_add(v, what, KEPT_UNHEALTHY, advice(v), err, "%s is damaged%s.",
                                   path, cut);
        return kept__visit_add(v, what, KEPT_UNHEALTHY,
                               newer ? "Use the newer program." : advice(v), err, "%s", found.msg);
    }
    if (status != KEPT_OK)
        return kept__visit_failed(v, what, status, &found, NULL, err);
    *ret_open = true;
    if (cut[0] && !log)
        return kept__visit_add(v, what, KEPT_UNHEALTHY, advice(v), err, "%s is damaged%s.", name,
                               cut);
    int64_t form = 0;
    char size[KEPT_SIZE_TEXT];
    (void)!kept_ledger_int(&v->ledger, "PRAGMA user_version", &form, NULL);
    return kept__visit_add(v, what, KEPT_HEALTHY, NULL, err, "%s is a ledger of form %lld, %s.",
                           name, (long long)form, kept__size_words((double)info.st_size, size));
}

/* --- Its contents --- */

static kept_status visit_integrity(kept__visit *v, kept_err *err)
{
    static const char what[] = "Ledger pages";
    kept_err found = KEPT_ERR_INIT;
    const char *fault = NULL;
    struct stat info = {0};
    const char *path = kept__visit_path(v, name);
    if (!path)
        return kept_nomem(err);
    KEPT_TRY(kept__visit_pause(v, "ledger", -1, err));
    kept_status status =
        kept_ledger_integrity(&v->ledger, v->opts->quick, v->arena, &fault, &found);
    if (status == KEPT_OK && !fault)
        return kept__visit_add(v, what, KEPT_HEALTHY, NULL, err,
                               v->opts->quick ? "Every page reads (quick check)."
                                              : "Every page reads, and indexes fit their tables.");
    (void)stat(path, &info);
    const char *cut = cut_off(v, path, info.st_size);
    if (status == KEPT_OK)
        return kept__visit_add(v, what, KEPT_UNHEALTHY, advice(v), err, "%s is damaged%s: %s.",
                               name, cut, fault);
    if (status == KEPT_ECORRUPT)
        return kept__visit_add(v, what, KEPT_UNHEALTHY, advice(v), err, "%s is damaged%s.", name,
                               cut);
    return kept__visit_failed(v, what, status, &found, advice(v), err);
}

static kept_status visit_references(kept__visit *v, kept_err *err)
{
    static const char what[] = "References";
    static const char todo[] =
        "Somebody changed kept.db past Kept; put these rows right, or restore a backup.";
    kept_err found = KEPT_ERR_INIT;
    const char *fault = NULL;
    kept_status status = kept_ledger_references(&v->ledger, v->arena, &fault, &found);
    if (status != KEPT_OK)
        return kept__visit_failed(v, what, status, &found, advice(v), err);
    if (fault)
        return kept__visit_add(v, what, KEPT_UNHEALTHY, todo, err, "In %s: %s.", name, fault);
    return kept__visit_add(v, what, KEPT_HEALTHY, NULL, err,
                           "Every row that refers finds its row.");
}

kept_status kept__visit_ledger(kept__visit *v, kept_err *err)
{
    bool open = false;
    KEPT_TRY(open_ledger(v, &open, err));
    if (!open)
        return KEPT_OK;
    KEPT_TRY(visit_integrity(v, err));
    return visit_references(v, err);
}
