/* Any bytes as a file of records: refused with a sentence, or imported on trial with counts that
 * add up and nothing left behind. Each input makes queries, so this target is slow. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/inside.h"
#include "store/records/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const kept_scope all = KEPT_SCOPE_ALL("fuzzer");
static kept_store *shared;

static void check(int holds)
{
    if (!holds)
        abort();
}

static void close_shared(void)
{
    kept_store_close(shared);
}

static kept_store *shared_store(void)
{
    const kept_store_opts settings = {.currency = "EUR"};
    const kept_open_opts opts = {.to_write = true, .threads = 1};
    if (shared)
        return shared;
    check(kept_store_open_temporary(&settings, &opts, &shared, NULL) == KEPT_OK);
    check(atexit(close_shared) == 0);
    kept_writing *w = NULL;
    const char *name = "Acme";
    kept_set set = {"name", &name, 1};
    kept_edit edit = {.kind = kept_catalogue_record(kept_store_catalogue(shared), "customer"),
                      .sets = &set,
                      .n_sets = 1};
    kept_edited edited;
    check(kept_writing_begin(shared, &all, "test", &w, NULL) == KEPT_OK);
    check(kept_record_write(w, &edit, &edited, NULL) == KEPT_OK);
    check(kept_writing_commit(w, NULL) == KEPT_OK);
    kept_writing_end(w);
    return shared;
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    FILE *f = fopen(path, "wb");
    check(f && fwrite(data, 1, size, f) == size && fclose(f) == 0);
}

static void import_as(const char *kind, const char *path)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_store *store = shared_store();
    const kept_record_import_opts opts = {.reading = {.dry_run = true}};
    kept_err err = KEPT_ERR_INIT;
    kept_import import;
    kept_record_import_view view;
    int64_t before = 0, after = 0;
    check(kept_log_last(store, &before, NULL) == KEPT_OK);
    kept_status status = kept_record_import_files(
        store, &all, kept_catalogue_record(kept_store_catalogue(store), kind), &path, 1, &opts,
        &arena, &import, &view, &err);
    check(kept_log_last(store, &after, NULL) == KEPT_OK && after == before);
    if (status != KEPT_OK) {
        check(status != KEPT_EINTERNAL && strlen(err.msg) > 10);
        return;
    }
    check(import.read == import.taken + import.superseded + import.unchanged + import.set_aside);
    size_t counted = 0;
    for (size_t i = 0; i < view.files.stage->n_reasons; i++)
        counted += view.files.stage->reasons[i].n;
    check(counted <= view.files.stage->set_aside);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/input", shared_store()->temp.folder);
    write_file(path, data, size);
    import_as("customer", path);
    import_as("person", path);
    unlink(path);
    return 0;
}
