/* Any bytes as a backup, and as the manifest of one: refused with what is wrong, or restored into
 * its folder and nowhere else. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/backup_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

static void check_manifest(const char *data, size_t size)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept__manifest manifest, again;
    if (kept__manifest_read(data, size, &arena, &manifest, &err) != KEPT_OK) {
        check(strlen(err.msg) > 10);
        return;
    }
    for (size_t i = 0; i < manifest.n; i++) {
        const char *name = manifest.members[i].name;
        check(name[0] != '/' && !strstr(name, "/../") && !strstr(name, "//"));
        check(kept__manifest_find(&manifest, name) == &manifest.members[i]);
    }
    kept__manifest_write(&manifest, &out);
    check(!out.failed);
    check(kept__manifest_read(kept_buf_text(&out), out.len, &arena, &again, &err) == KEPT_OK);
    check(again.n == manifest.n && again.about.bytes == manifest.about.bytes);
}

static size_t entries(const char *folder)
{
    DIR *dir = opendir(folder);
    size_t n = 0;
    while (dir && readdir(dir))
        n++;
    if (dir)
        closedir(dir);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char root[] = "/tmp/kept-fuzz-XXXXXX", path[64], folder[64];
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_backup looked = {0}, restored = {0};
    check_manifest(size ? (const char *)data : "", size);
    check(mkdtemp(root) != NULL);
    snprintf(path, sizeof path, "%s/input", root);
    snprintf(folder, sizeof folder, "%s/firm", root);
    FILE *f = fopen(path, "wb");
    check(f && fwrite(data, 1, size, f) == size && fclose(f) == 0);

    kept_status status = kept_backup_check(path, NULL, &arena, &looked, &err);
    if (status == KEPT_OK && looked.n_faults)
        check(strlen(looked.faults[0].what) > 5);
    status = kept_backup_restore(path, folder, NULL, &arena, &restored, &err);
    check((status == KEPT_OK) == (access(folder, F_OK) == 0));
    check(status != KEPT_OK || looked.n_faults == 0);
    check(entries(root) == (status == KEPT_OK ? 4u : 3u)); /* with . and .. */
    kept_folder_remove(root);
    return 0;
}
