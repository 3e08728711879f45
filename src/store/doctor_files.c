/* The doctor at the files: is everything there that the ledger names, as it was written, and what
 * is there besides. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/doctor_int.h"
#include "store/facts/files.h"

enum { NAMED = 3 }; /* as many files are named as help to see which */

typedef struct tally {
    kept_buf names;
    size_t n;
} tally;

static void count(tally *t, const char *path, const char *what)
{
    if (t->n < NAMED)
        kept_buf_printf(&t->names, "%s%s%s", t->n ? ", " : "", path, what);
    else if (t->n == NAMED)
        kept_buf_add(&t->names, " and more");
    t->n++;
}

/* --- Facts and vectors --- */

/* NULL: as it was written. */
static const char *fault_of(const kept__visit *v, const kept_fact_file *file, kept_status *status,
                            kept_err *err)
{
    const char *path = kept__visit_path(v, file->path);
    struct stat info;
    char hash[KEPT_HASH_TEXT];
    int64_t bytes = 0;
    if (!path) {
        *status = kept_nomem(err);
        return NULL;
    }
    if (stat(path, &info) != 0)
        return " is missing";
    if (info.st_size != file->bytes)
        return " has another size";
    if (v->opts->quick)
        return NULL;
    if (kept_file_hash(path, hash, &bytes, NULL) != KEPT_OK)
        return " cannot be read";
    return strcmp(hash, file->hash) != 0 ? " is damaged" : NULL;
}

static kept_status visit_facts(kept__visit *v, const kept_fact_file *files, size_t n, bool over,
                               kept_err *err)
{
    const char *what = over ? "Vectors" : "Facts";
    tally bad = {.names = KEPT_BUF_INIT};
    size_t looked = 0;
    double bytes = 0;
    char size[KEPT_SIZE_TEXT];
    kept_status status = KEPT_OK;
    for (size_t i = 0; i < n && status == KEPT_OK; i++) {
        if (files[i].over != over)
            continue;
        status = kept__visit_pause(v, "facts", (double)i / (double)n, err);
        const char *fault = status == KEPT_OK ? fault_of(v, &files[i], &status, err) : NULL;
        if (fault)
            count(&bad, files[i].path, fault);
        looked++;
        bytes += (double)files[i].bytes;
    }
    if (status == KEPT_OK && bad.n)
        status = kept__visit_add(
            v, what, KEPT_UNHEALTHY,
            "Put them back from a backup; or undo those imports and import their files again.", err,
            "Of %zu file%s %zu not what was written: %s.", looked, looked == 1 ? "" : "s", bad.n,
            kept_buf_text(&bad.names));
    else if (status == KEPT_OK)
        status = kept__visit_add(v, what, KEPT_HEALTHY, NULL, err, "%zu file%s, %s, %s.", looked,
                                 looked == 1 ? "" : "s", kept__size_words(bytes, size),
                                 v->opts->quick ? "all there (sizes compared, not hashes)"
                                                : "all as they were written");
    kept_buf_free(&bad.names);
    return status;
}

/* --- Rejects --- */

static kept_status visit_rejects(kept__visit *v, const kept_import *imports, size_t n,
                                 kept_err *err)
{
    tally gone = {.names = KEPT_BUF_INIT};
    size_t named = 0;
    for (size_t i = 0; i < n; i++) {
        if (!imports[i].rejects_path || imports[i].rejects_path[0] == '/')
            continue;
        const char *path = kept__visit_path(v, imports[i].rejects_path);
        if (!path) {
            kept_buf_free(&gone.names);
            return kept_nomem(err);
        }
        named++;
        if (access(path, F_OK) != 0)
            count(&gone, imports[i].rejects_path, "");
    }
    kept_status status =
        gone.n ? kept__visit_add(v, "Rejects", KEPT_HEALTHY, NULL, err,
                                 "Of %zu file%s of rows set aside %zu were taken away since: %s.",
                                 named, named == 1 ? "" : "s", gone.n, kept_buf_text(&gone.names))
               : kept__visit_add(v, "Rejects", KEPT_HEALTHY, NULL, err,
                                 "%zu file%s of rows set aside, all there.", named,
                                 named == 1 ? "" : "s");
    kept_buf_free(&gone.names);
    return status;
}

/* --- What nobody names --- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

typedef struct known {
    const char **paths; /* sorted */
    size_t n;
} known;

static kept_status list_known(kept__visit *v, const kept_fact_file *files, size_t n_files,
                              const kept_import *imports, size_t n_imports, known *ret,
                              kept_err *err)
{
    known k = {KEPT_NEW_N(v->arena, const char *, n_files + n_imports), 0};
    if (!k.paths)
        return kept_nomem(err);
    for (size_t i = 0; i < n_files; i++)
        k.paths[k.n++] = files[i].path;
    for (size_t i = 0; i < n_imports; i++)
        if (imports[i].rejects_path)
            k.paths[k.n++] = imports[i].rejects_path;
    if (k.n)
        qsort(k.paths, k.n, sizeof *k.paths, by_text);
    *ret = k;
    return KEPT_OK;
}

static kept_status find_strays(kept__visit *v, const known *k, const char *folder, int depth,
                               tally *strays, kept_err *err)
{
    const char *path = kept__visit_path(v, folder);
    if (!path)
        return kept_nomem(err);
    DIR *dir = opendir(path);
    if (!dir)
        return KEPT_OK;
    kept_status status = KEPT_OK;
    for (struct dirent *entry; status == KEPT_OK && (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        struct stat info;
        const char *item = kept_arena_printf(v->arena, "%s/%s", folder, entry->d_name);
        const char *whole = item ? kept__visit_path(v, item) : NULL;
        if (!whole)
            status = kept_nomem(err);
        else if (lstat(whole, &info) != 0)
            continue;
        else if (S_ISDIR(info.st_mode) && depth < 2)
            status = find_strays(v, k, item, depth + 1, strays, err);
        else if (!k->n || !bsearch(&item, k->paths, k->n, sizeof *k->paths, by_text))
            count(strays, item, "");
    }
    closedir(dir);
    return status;
}

static kept_status visit_strays(kept__visit *v, const known *k, kept_err *err)
{
    tally strays = {.names = KEPT_BUF_INIT};
    kept_status status = find_strays(v, k, "facts", 1, &strays, err);
    if (status == KEPT_OK)
        status = find_strays(v, k, "rejects", 2, &strays, err);
    if (status == KEPT_OK && strays.n)
        status = kept__visit_add(v, "Other files", KEPT_HEALTHY, NULL, err,
                                 "%zu file%s that the ledger does not name: %s. What a stopped "
                                 "import left goes with the next import; the rest harms nothing.",
                                 strays.n, strays.n == 1 ? "" : "s", kept_buf_text(&strays.names));
    else if (status == KEPT_OK)
        status = kept__visit_add(v, "Other files", KEPT_HEALTHY, NULL, err,
                                 "None that the ledger does not name.");
    kept_buf_free(&strays.names);
    return status;
}

kept_status kept__visit_files(kept__visit *v, kept_err *err)
{
    kept_err found = KEPT_ERR_INIT;
    kept_fact_file *files = NULL;
    kept_import *imports = NULL;
    size_t n_files = 0, n_imports = 0;
    known k = {0};
    if (!v->ledger.db)
        return kept__visit_add(v, "Facts", KEPT_NOT_LOOKED_AT, NULL, err,
                               "Which files belong here stands in the ledger.");
    kept_status status = kept_ledger_files(&v->ledger, NULL, v->arena, &files, &n_files, &found);
    if (status == KEPT_OK)
        status = kept_ledger_imports(&v->ledger, 0, v->arena, &imports, &n_imports, &found);
    if (status != KEPT_OK)
        return kept__visit_failed(v, "Facts", status, &found, KEPT_ADVICE_RESTORE, err);
    KEPT_TRY(visit_facts(v, files, n_files, false, err));
    KEPT_TRY(visit_facts(v, files, n_files, true, err));
    KEPT_TRY(visit_rejects(v, imports, n_imports, err));
    KEPT_TRY(list_known(v, files, n_files, imports, n_imports, &k, err));
    KEPT_TRY(visit_strays(v, &k, err));
    return kept__visit_proofs(v, err);
}
