/* Which declarations there are: built in, and in the folder of a workspace. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "catalogue/declare.h"
#include "catalogue/files.h"

static void close_dir(DIR **dir)
{
    if (*dir)
        closedir(*dir);
}

static bool ends_in(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n > m && strcmp(name + n - m, ending) == 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of the declarations in a folder, sorted, so that messages do not depend on the file
 * system. names has room for KEPT_DECLARED_OWN_MAX. */
static kept_status list_folder(const char *folder, kept_arena *arena, const char **names,
                               size_t *ret_n, kept_err *err)
{
    __attribute__((cleanup(close_dir))) DIR *dir = opendir(folder);
    if (!dir && errno == ENOENT) {
        *ret_n = 0;
        return KEPT_OK;
    }
    if (!dir)
        return kept_fail(err, KEPT_EIO, "Cannot open the folder %s: %s.", folder, strerror(errno));
    size_t n = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (!entry)
            break;
        if (entry->d_name[0] == '.')
            continue;
        if (ends_in(entry->d_name, ".yml"))
            return kept_fail(err, KEPT_EINPUT, "%s/%s: name the file .yaml to have it read.",
                             folder, entry->d_name);
        if (!ends_in(entry->d_name, ".yaml"))
            continue;
        if (n == KEPT_DECLARED_OWN_MAX)
            return kept_fail(err, KEPT_EINPUT, "%s holds more than %d declarations.", folder,
                             KEPT_DECLARED_OWN_MAX);
        names[n] = kept_arena_strdup(arena, entry->d_name);
        if (!names[n++])
            return kept_nomem(err);
    }
    if (errno)
        return kept_fail(err, KEPT_EIO, "Cannot read the folder %s: %s.", folder, strerror(errno));
    qsort(names, n, sizeof *names, by_text);
    *ret_n = n;
    return KEPT_OK;
}

static kept_declared_file built_in(const kept_embedded *file)
{
    return (kept_declared_file){.name = file->name, .text = file->data, .len = file->len};
}

static kept_status read_own(const char *path, kept_arena *arena, kept_declared_file *ret_file,
                            kept_err *err)
{
    kept_declared_file file = {.name = path, .own = true};
    KEPT_TRY(kept_yaml_read_file(path, arena, &file.text, &file.len, err));
    *ret_file = file;
    return KEPT_OK;
}

kept_status kept_declared_files(const char *workspace_folder, const char *folder, kept_arena *arena,
                                kept_declared_file **ret_files, size_t *ret_n, kept_err *err)
{
    const char *prefix = kept_arena_printf(arena, "%s/", folder);
    const char *own_folder = NULL;
    const char **names = KEPT_NEW_N(arena, const char *, KEPT_DECLARED_OWN_MAX);
    size_t n_own = 0, n = 0;
    if (!prefix || !names)
        return kept_nomem(err);
    if (workspace_folder) {
        own_folder = kept_arena_printf(arena, "%s/catalogue/%s", workspace_folder, folder);
        if (!own_folder)
            return kept_nomem(err);
        KEPT_TRY(list_folder(own_folder, arena, names, &n_own, err));
    }
    kept_declared_file *files = KEPT_NEW_N(arena, kept_declared_file, kept_declarations_n + n_own);
    if (!files)
        return kept_nomem(err);
    for (size_t i = 0; i < kept_declarations_n; i++)
        if (kept_text_starts(kept_declarations[i].name, prefix))
            files[n++] = built_in(&kept_declarations[i]);
    for (size_t i = 0; i < n_own; i++) {
        const char *path = kept_arena_printf(arena, "%s/%s", own_folder, names[i]);
        if (!path)
            return kept_nomem(err);
        KEPT_TRY(read_own(path, arena, &files[n++], err));
    }
    *ret_files = files;
    *ret_n = n;
    return KEPT_OK;
}

kept_status kept_declared_file_of(const char *workspace_folder, const char *name, kept_arena *arena,
                                  kept_declared_file **ret_files, size_t *ret_n, kept_err *err)
{
    kept_declared_file *files = KEPT_NEW_N(arena, kept_declared_file, 2);
    size_t n = 0;
    if (!files)
        return kept_nomem(err);
    for (size_t i = 0; i < kept_declarations_n && n == 0; i++)
        if (strcmp(kept_declarations[i].name, name) == 0)
            files[n++] = built_in(&kept_declarations[i]);
    if (workspace_folder) {
        const char *path = kept_arena_printf(arena, "%s/catalogue/%s", workspace_folder, name);
        if (!path)
            return kept_nomem(err);
        kept_err why = KEPT_ERR_INIT;
        kept_status status = read_own(path, arena, &files[n], &why);
        if (status == KEPT_OK)
            n++;
        else if (status != KEPT_ENOTFOUND) /* a workspace need not have one */
            return kept_fail(err, status, "%s", why.msg);
    }
    *ret_files = files;
    *ret_n = n;
    return KEPT_OK;
}
