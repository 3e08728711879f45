/* A folder of a workspace with declarations of its own, for tests of their readers. */
#ifndef KEPT_TESTS_CATALOGUE_OWN_FOLDER_H
#define KEPT_TESTS_CATALOGUE_OWN_FOLDER_H

#include "support.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalogue/catalogue.h"

typedef struct own_folder {
    char root[64];
    kept_arena arena;
    kept_catalogue catalogue; /* built-in */
} own_folder;

static inline void own_make(own_folder *f)
{
    kept_err err = KEPT_ERR_INIT;
    char path[128];
    *f = (own_folder){.root = "/tmp/kept-test-XXXXXX"};
    assert_non_null(mkdtemp(f->root));
    snprintf(path, sizeof path, "%s/catalogue", f->root);
    assert_int_equal(mkdir(path, 0700), 0);
    CHECK_OK(kept_catalogue_load(NULL, &f->arena, &f->catalogue, &err));
}

/* name: "rhythms/x_a.yaml", "start.yaml". */
static inline void own_put(own_folder *f, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/catalogue/%s", f->root, name);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    (void)mkdir(path, 0700);
    *slash = '/';
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
}

static inline int own_remove_one(const char *path, const struct stat *st, int type,
                                 struct FTW *where)
{
    (void)st, (void)type, (void)where;
    return remove(path);
}

static inline void own_remove(own_folder *f)
{
    nftw(f->root, own_remove_one, 8, FTW_DEPTH | FTW_PHYS);
    kept_arena_free(&f->arena);
}

#endif
