/* Any bytes as a workbook, and as a text file in some encoding: read into a private copy, or
 * refused with a sentence. What comes out is always well-formed UTF-8. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/facts/files.h"
#include "store/facts/source_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

static void check_text(const char *path)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    bool whole;
    check(kept__file_head(path, path, (size_t)1 << 26, &text, &whole, &err) == KEPT_OK);
    check(kept_text_utf8(kept_buf_text(&text), text.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[] = "/tmp/kept-fuzz-XXXXXX", path[64];
    check(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/input", folder);
    FILE *f = fopen(path, "wb");
    check(f && fwrite(data, 1, size, f) == size && fclose(f) == 0);

    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    const char *csv = NULL, *sheet = NULL, *text = NULL, *encoding = NULL;
    const kept_line_run *runs = NULL;
    size_t n_runs = 0;
    if (kept__xlsx_to_csv(path, "input.xlsx", NULL, folder, &arena, &csv, &sheet, &runs, &n_runs,
                          &err) == KEPT_OK)
        check_text(csv);
    else
        check(strlen(err.msg) > 10);
    err = (kept_err)KEPT_ERR_INIT;
    if (kept__text_plain(path, "input.csv", NULL, folder, &arena, &text, &encoding, &err) ==
        KEPT_OK)
        check_text(text);
    else
        check(strlen(err.msg) > 10);
    kept_folder_remove(folder); /* steps on the way may lie there until their owner empties it */
    return 0;
}
