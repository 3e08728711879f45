/* Mapping expressions: refused with a sentence, or read into a tree that reads back from what is
 * written. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "catalogue/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tree(const kept_expr *expr, kept_arena *arena)
{
    KEPT_AUTO_BUF once = KEPT_BUF_INIT;
    KEPT_AUTO_BUF twice = KEPT_BUF_INIT;
    kept_expr *again;
    kept_err err = KEPT_ERR_INIT;
    kept_expr_write(expr, &once);
    /* Quotes and parentheses may take it over the limit of a text. */
    if (once.len > KEPT_MAP_BYTES_MAX)
        return;
    kept_status status = kept_expr_parse(kept_buf_text(&once), arena, &again, &err);
    assert(status == KEPT_OK);
    kept_expr_write(again, &twice);
    assert(strcmp(kept_buf_text(&once), kept_buf_text(&twice)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_map_item *items = NULL;
    size_t n = 0;
    char *text = kept_arena_strndup(&arena, (const char *)data, size);
    if (!text)
        return 0;
    kept_status status = kept_map_parse(text, &arena, &items, &n, &err);
    if (status != KEPT_OK) {
        assert(status == KEPT_EARG && err.msg[0] && kept_text_utf8(err.msg, strlen(err.msg)));
        return 0;
    }
    assert(n > 0 && n <= KEPT_MAP_ITEMS_MAX);
    for (size_t i = 0; i < n; i++) {
        kept_expr *alone;
        assert(items[i].target[0]);
        check_tree(items[i].expr, &arena);
        status = kept_expr_parse(items[i].written, &arena, &alone, &err);
        assert(status == KEPT_OK);
    }
    return 0;
}
