/* A private folder, an engine and files written on the spot, for tests of sources and staging. */
#ifndef KEPT_TESTS_SOURCE_SUPPORT_H
#define KEPT_TESTS_SOURCE_SUPPORT_H

#include <dirent.h>
#include <unistd.h>

#include "base/text.h"
#include "store/engine/duck.h"
#include "store/facts/source.h"

typedef struct bench {
    char folder[64];
    kept_duck *duck;
    kept_arena arena;
    kept_err err;
    unsigned files;
} bench;

static inline void bench_open(bench *b)
{
    *b = (bench){.folder = "/tmp/kept-source-XXXXXX"};
    kept_err err = KEPT_ERR_INIT;
    assert_non_null(mkdtemp(b->folder));
    kept_duck_opts opts = {.threads = 2, .temp_folder = b->folder, .timezone = "Europe/Berlin"};
    CHECK_OK(kept_duck_open(&opts, &b->duck, &err));
}

static inline void bench_close(bench *b)
{
    kept_duck_close(b->duck);
    kept_arena_free(&b->arena);
    DIR *dir = opendir(b->folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", b->folder, entry->d_name);
        unlink(path);
    }
    closedir(dir);
    rmdir(b->folder);
}

/* Writes a file into the private folder and gives its path. */
static inline const char *bench_file(bench *b, const char *name, const void *data, size_t len)
{
    char *path = kept_arena_printf(&b->arena, "%s/in-%u-%s", b->folder, ++b->files, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    return path;
}

#define BENCH_TEXT(b, name, text) bench_file((b), (name), (text), sizeof(text) - 1)

static inline kept_source *bench_source(bench *b, const char *path, kept_source_opts opts)
{
    kept_err err = KEPT_ERR_INIT;
    kept_source *source = NULL;
    opts.temp_folder = b->folder;
    CHECK_OK(kept_source_open(b->duck, path, &opts, &b->arena, &source, &err));
    return source;
}

/* The sentence with which the file is refused. */
static inline const char *bench_refused(bench *b, const char *path, kept_source_opts opts)
{
    kept_source *source = NULL;
    opts.temp_folder = b->folder;
    b->err = (kept_err)KEPT_ERR_INIT;
    assert_int_not_equal(kept_source_open(b->duck, path, &opts, &b->arena, &source, &b->err),
                         KEPT_OK);
    return b->err.msg;
}

/* Rows of a query as "a|b|c" lines; NULL cells are "-". */
static inline const char *bench_query(bench *b, const char *sql)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_duck_rows *rows = NULL;
    CHECK_OK(kept_duck_query(b->duck, sql, NULL, 0, &rows, &err));
    for (size_t n = 0;;) {
        CHECK_OK(kept_duck_next(rows, &n, &err));
        if (n == 0)
            break;
        for (size_t i = 0; i < n; i++) {
            for (size_t c = 0; c < kept_duck_columns(rows); c++) {
                size_t len;
                const char *text = kept_duck_text(rows, c, i, &len);
                kept_buf_add(&out, c ? "|" : "");
                if (text)
                    kept_buf_add_n(&out, text, len);
                else
                    kept_buf_add(&out, "-");
            }
            kept_buf_add_char(&out, '\n');
        }
    }
    kept_duck_rows_free(rows);
    return kept_arena_strdup(&b->arena, kept_buf_text(&out));
}

static inline const char *bench_rows(bench *b, const kept_source *source)
{
    return bench_query(b, kept_arena_printf(&b->arena, "SELECT * FROM %s", source->relation));
}

static inline const char *bench_names(bench *b, const kept_source *source)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (size_t i = 0; i < source->n_columns; i++)
        kept_buf_printf(&out, "%s%s", i ? "|" : "", source->columns[i].name);
    return kept_arena_strdup(&b->arena, kept_buf_text(&out));
}

#endif
