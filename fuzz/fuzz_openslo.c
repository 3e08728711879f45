/* Any file of OpenSLO: refused with its place, or taken as promises that, written as OpenSLO and
 * read again, are the same ones. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "make/openslo.h"
#include "store/measures/measures.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const kept_scope all = KEPT_SCOPE_ALL("fuzzer");

static void check(int holds)
{
    if (!holds)
        abort();
}

/* One workspace for all inputs; what an input writes is rolled back. */
static kept_store *shared_store(void)
{
    static kept_store *store;
    if (!store)
        check(kept_store_open_temporary(NULL, NULL, &store, NULL) == KEPT_OK);
    return store;
}

typedef struct run {
    kept_store *store;
    kept_arena *arena;
    const kept_record_kind *kind;
    kept_measures measures;
    kept_writing *writing;
} run;

static kept_status take(run *r, const void *text, size_t len, kept_openslo **ret_file,
                        kept_edited **ret_edited, kept_err *err)
{
    char path[64];
    const char *paths[] = {path};
    const kept_openslo_opts opts = {.measures = &r->measures};
    int fd = memfd_create("slo.yaml", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, text, len) == (ssize_t)len);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    kept_status status = kept_openslo_read(paths, 1, r->kind, "UTC", r->arena, ret_file, err);
    close(fd);
    KEPT_TRY(status);
    *ret_edited = KEPT_NEW_N(r->arena, kept_edited, (*ret_file)->n);
    check(*ret_edited != NULL);
    return kept_openslo_take(r->writing, r->store, &all, *ret_file, &opts, r->arena, *ret_edited,
                             err);
}

static void write_back(run *r, const kept_edited *edited, size_t n, kept_buf *out)
{
    kept_err err = KEPT_ERR_INIT;
    kept_openslo_writer w = {.store = r->store,
                             .scope = &all,
                             .measures = &r->measures,
                             .arena = r->arena,
                             .out = out,
                             .services = KEPT_NEW_N(r->arena, const char *, n)};
    for (size_t i = 0; i < n; i++) {
        kept_record promise;
        unsigned bits = 0;
        check(kept_record_get(r->store, &all, r->kind, edited[i].ref.id, r->arena, &promise,
                              &err) == KEPT_OK);
        check(kept_openslo_write(&w, &promise, &bits, &err) == KEPT_OK);
    }
}

/* Promises that were there before the first SLO of the file do not come twice. */
static int once(const kept_edited *edited, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!edited[i].added)
            return 0;
    return 1;
}

static kept_status there_and_back(run *r, const uint8_t *data, size_t size, kept_err *err)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_openslo *file = NULL, *again = NULL;
    kept_edited *edited = NULL, *same = NULL;
    KEPT_TRY(take(r, data, size, &file, &edited, err));
    if (!once(edited, file->n))
        return KEPT_OK;
    write_back(r, edited, file->n, &out);
    check(take(r, kept_buf_text(&out), out.len, &again, &same, err) == KEPT_OK);
    check(again->n == file->n);
    for (size_t i = 0; i < file->n; i++)
        check(same[i].ref.id == edited[i].ref.id && same[i].n_changes == 0);
    return KEPT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    run r = {.store = shared_store(), .arena = &arena};
    r.kind = kept_catalogue_record(kept_store_catalogue(r.store), "promise");
    check(kept_store_measures(r.store, &arena, &r.measures, &err) == KEPT_OK);
    check(kept_writing_begin(r.store, &all, "test", &r.writing, &err) == KEPT_OK);
    kept_status status = there_and_back(&r, data, size, &err);
    kept_writing_end(r.writing);
    check(status == KEPT_OK || (status == KEPT_EINPUT && err.msg[0]));
    return 0;
}
