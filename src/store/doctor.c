#include "store/doctor.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/doctor_int.h"

/* --- What the checks share --- */

kept_status kept__visit_add(kept__visit *v, const char *what, kept_health health, const char *todo,
                            kept_err *err, const char *fmt, ...)
{
    char text[2048];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    text[kept_text_cut(text, sizeof text - 4)] = '\0';
    kept_doctor_check *c = &v->doctor.checks[v->doctor.n];
    if (v->doctor.n == KEPT_DOCTOR_CHECKS)
        return kept_fail(err, KEPT_EINTERNAL, "The doctor has more checks than room for them.");
    c->what = what;
    c->health = health;
    c->found = kept_arena_strdup(v->arena, text);
    c->todo = kept_arena_strdup(v->arena, todo);
    if (!c->found || (todo && !c->todo))
        return kept_nomem(err);
    v->doctor.n++;
    v->doctor.unhealthy += health == KEPT_UNHEALTHY;
    return KEPT_OK;
}

kept_status kept__visit_failed(kept__visit *v, const char *what, kept_status status,
                               const kept_err *found, const char *todo, kept_err *err)
{
    if (status == KEPT_ENOMEM || status == KEPT_ECANCELLED) {
        if (err)
            *err = *found;
        return status;
    }
    return kept__visit_add(v, what, KEPT_UNHEALTHY, todo, err, "%s", found->msg);
}

kept_status kept__visit_pause(const kept__visit *v, const char *what, double part, kept_err *err)
{
    if (v->opts->progress)
        v->opts->progress(v->opts->progress_who, what, part);
    if (v->opts->cancel && *v->opts->cancel)
        return kept_fail(err, KEPT_ECANCELLED, "Stopped; nothing was changed.");
    return KEPT_OK;
}

char *kept__visit_path(const kept__visit *v, const char *name)
{
    return kept_arena_printf(v->arena, "%s/%s", v->folder, name);
}

const char *kept__size_words(double bytes, char out[static KEPT_SIZE_TEXT])
{
    if (bytes < 1e4)
        snprintf(out, KEPT_SIZE_TEXT, "%.0f bytes", bytes);
    else if (bytes < 1e6)
        snprintf(out, KEPT_SIZE_TEXT, "%.0f kB", bytes / 1e3);
    else
        snprintf(out, KEPT_SIZE_TEXT, bytes < 1e9 ? "%.1f MB" : "%.1f GB",
                 bytes < 1e9 ? bytes / 1e6 : bytes / 1e9);
    return out;
}

/* --- The folder and its disk --- */

static kept_status visit_folder(kept__visit *v, kept_err *err)
{
    static const char what[] = "Folder";
    if (access(v->folder, R_OK | X_OK) != 0)
        return kept__visit_add(v, what, KEPT_UNHEALTHY, "Give yourself the right to read it.", err,
                               "The folder %s cannot be read (%s).", v->folder, strerror(errno));
    if (access(v->folder, W_OK) != 0)
        return kept__visit_add(v, what, KEPT_UNHEALTHY,
                               "Give yourself the right to write there, if you want to change "
                               "anything.",
                               err, "The folder %s can be read but not written (%s).", v->folder,
                               strerror(errno));
    return kept__visit_add(v, what, KEPT_HEALTHY, NULL, err, "%s can be read and written.",
                           v->folder);
}

static kept_status visit_disk(kept__visit *v, kept_err *err)
{
    static const char what[] = "Disk";
    struct statvfs disk;
    struct stat info = {0};
    const char *ledger = kept__visit_path(v, "kept.db");
    if (!ledger)
        return kept_nomem(err);
    if (statvfs(v->folder, &disk) != 0)
        return kept__visit_add(v, what, KEPT_NOT_LOOKED_AT, NULL, err,
                               "How much room there is cannot be found out (%s).", strerror(errno));
    (void)stat(ledger, &info);
    /* A migration copies the ledger, and an import or a join writes new files beside the old. */
    double room = (double)disk.f_bavail * (double)disk.f_frsize;
    double need = 100e6 + 2 * (double)info.st_size;
    char has[KEPT_SIZE_TEXT], wants[KEPT_SIZE_TEXT];
    kept__size_words(room, has);
    if (room < need)
        return kept__visit_add(v, what, KEPT_UNHEALTHY, "Make room on this disk.", err,
                               "Only %s are free; %s are wanted.", has,
                               kept__size_words(need, wants));
    return kept__visit_add(v, what, KEPT_HEALTHY, NULL, err, "%s are free.", has);
}

static kept_status visit_all(kept__visit *v, kept_err *err)
{
    KEPT_TRY(visit_folder(v, err));
    KEPT_TRY(visit_disk(v, err));
    KEPT_TRY(kept__visit_ledger(v, err));
    KEPT_TRY(kept__visit_files(v, err));
    return kept__visit_records(v, err);
}

kept_status kept_doctor_look(const char *folder, const kept_scope *scope,
                             const kept_doctor_opts *opts, kept_arena *arena,
                             kept_doctor *ret_doctor, kept_err *err)
{
    static const kept_doctor_opts defaults = {0};
    char whole[PATH_MAX];
    if (!scope || scope->sight != KEPT_SEES_ALL)
        return kept_fail(err, KEPT_EDENIED,
                         "%s may not look at the whole workspace: that takes sight of all "
                         "customers.",
                         scope && scope->who ? scope->who : "Nobody");
    if (!realpath(folder, whole))
        return kept_fail(err, KEPT_ENOTFOUND, "There is no folder %s (%s).", folder,
                         strerror(errno));
    kept__visit v = {.folder = kept_arena_strdup(arena, whole),
                     .scope = scope,
                     .opts = opts ? opts : &defaults,
                     .arena = arena};
    v.doctor.checks = KEPT_NEW_N(arena, kept_doctor_check, KEPT_DOCTOR_CHECKS);
    if (!v.folder || !v.doctor.checks)
        return kept_nomem(err);
    kept_status status = visit_all(&v, err);
    kept_ledger_close(&v.ledger);
    KEPT_TRY(status);
    *ret_doctor = v.doctor;
    return KEPT_OK;
}
