/* Any words into the search and into finding one record: an answer or a sentence, never a fault of
 * the search engine. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/records/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const kept_scope all = KEPT_SCOPE_ALL("fuzzer");

static void check(int holds)
{
    if (!holds)
        abort();
}

/* One workspace for all inputs, with a few records to find. */
static kept_store *shared_store(void)
{
    static kept_store *store;
    if (store)
        return store;
    static const char *const texts[] = {"We answer within a day",
                                        "M\xc3\xbcller OR NEAR(\"pumps\")", "a b c"};
    kept_writing *w = NULL;
    check(kept_store_open_temporary(NULL, NULL, &store, NULL) == KEPT_OK);
    check(kept_writing_begin(store, &all, "test", &w, NULL) == KEPT_OK);
    for (size_t i = 0; i < 3; i++) {
        kept_set set = {"text", &texts[i], 1};
        kept_edit edit = {.kind = kept_catalogue_record(kept_store_catalogue(store), "promise"),
                          .sets = &set,
                          .n_sets = 1};
        kept_edited edited;
        check(kept_record_write(w, &edit, &edited, NULL) == KEPT_OK);
    }
    check(kept_writing_commit(w, NULL) == KEPT_OK);
    kept_writing_end(w);
    return store;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_store *store = shared_store();
    const char *words = kept_arena_strndup(&arena, (const char *)data, size);
    kept_hit *hits = NULL;
    kept_ref ref;
    size_t n = 0;
    if (!words)
        return 0;
    kept_status status =
        kept_record_search(store, &all, words, NULL, 0, 10, &arena, &hits, &n, &err);
    check(status == KEPT_OK || status == KEPT_EARG);
    for (size_t i = 0; status == KEPT_OK && i < n; i++)
        check(hits[i].ref.kind && hits[i].label && hits[i].excerpt && hits[i].field);
    status = kept_record_find(store, &all, NULL, 0, words, &ref, &err);
    check(status == KEPT_OK || status == KEPT_EARG || status == KEPT_ENOTFOUND);
    return 0;
}
