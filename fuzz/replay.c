/* fuzz/replay.c - runs a fuzz target over files, for machines and test runs without libFuzzer.
 *
 *     replay-TARGET FILE-OR-FOLDER...
 *
 * Each file is one TAP test point: it passes when the target comes back. A crash or a sanitizer's
 * report ends the program, and the plan that was printed first then shows the missing points; the
 * name of the file is printed before it is run. Folders are read one level deep, in name order. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_FILES = 100000 };

typedef struct file_list {
    char **paths;
    size_t n;
} file_list;

static int add_file(file_list *list, const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = malloc(size);
    if (!path || list->n == MAX_FILES)
        return -1;
    snprintf(path, size, "%s%s%s", folder, *folder ? "/" : "", name);
    list->paths[list->n++] = path;
    return 0;
}

static int add_folder(file_list *list, const char *folder)
{
    struct dirent **entries;
    int n = scandir(folder, &entries, NULL, alphasort);
    int status = n < 0 ? -1 : 0;
    for (int i = 0; i < n; i++) {
        if (entries[i]->d_name[0] != '.' && status == 0)
            status = add_file(list, folder, entries[i]->d_name);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return status;
}

/* The bytes go into a block of exactly their size, so that reading past the end is seen. */
static int run_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return -1;
    int status = -1;
    if (fseek(f, 0, SEEK_END) == 0) {
        long size = ftell(f);
        uint8_t *data = size >= 0 ? malloc(size > 0 ? (size_t)size : 1) : NULL;
        rewind(f);
        if (data && fread(data, 1, (size_t)size, f) == (size_t)size) {
            LLVMFuzzerTestOneInput(data, (size_t)size);
            status = 0;
        }
        free(data);
    }
    fclose(f);
    return status;
}

int main(int argc, char **argv)
{
    file_list list = {calloc(MAX_FILES, sizeof(char *)), 0};
    int status = list.paths ? 0 : -1;
    for (int i = 1; i < argc && status == 0; i++) {
        struct stat st;
        if (stat(argv[i], &st) != 0)
            status = -1;
        else
            status =
                S_ISDIR(st.st_mode) ? add_folder(&list, argv[i]) : add_file(&list, "", argv[i]);
        if (status != 0)
            fprintf(stderr, "Cannot read %s.\n", argv[i]);
    }
    if (status == 0)
        printf("1..%zu\n", list.n);
    for (size_t i = 0; i < list.n && status == 0; i++) {
        printf("# %s\n", list.paths[i]);
        fflush(stdout);
        int failed = run_file(list.paths[i]) != 0;
        printf("%s %zu - %s\n", failed ? "not ok" : "ok", i + 1, list.paths[i]);
    }
    for (size_t i = 0; i < list.n; i++)
        free(list.paths[i]);
    free(list.paths);
    return status == 0 ? 0 : 1;
}
