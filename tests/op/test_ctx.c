#include "support.h"

#include <ftw.h>
#include <unistd.h>

#include "base/text.h"
#include "op/ctx.h"
#include "store/facts/import.h"
#include "store/facts/read.h"
#include "store/store.h"

static const char orders[] = "customer,date,order_id,amount\n"
                             "a,2024-01-02,1,10.00\n"
                             "b,2024-01-03,2,20.00\n";

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path);
}

static void remove_folder(const char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_workspace(const char *folder)
{
    char path[256];
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    snprintf(path, sizeof path, "%s.csv", folder);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(orders, f);
    fclose(f);
    CHECK_OK(kept_store_create(folder, NULL, &err));
    const char *const allow[] = {path};
    kept_ctx ctx = {.arena = &arena,
                    .scope = KEPT_SCOPE_ALL("anna"),
                    .workspace = folder,
                    .allow = allow,
                    .n_allow = 1};
    kept_store *store;
    kept_import import;
    kept_import_view view;
    kept_import_opts opts = {.map = "customer=customer,happened_at=date,order_id=order_id,"
                                    "amount=amount"};
    CHECK_OK(kept_ctx_store(&ctx, true, &store, &err));
    CHECK_OK(kept_import_files(store, &ctx.scope, "orders", allow, 1, &opts, &arena, &import, &view,
                               &err));
    assert_int_equal(import.taken, 2);
    kept_ctx_close(&ctx);
    unlink(path);
}

/* Rows an operation in this scope reads: of the facts, and of the list of imports. */
static void count_rows(const char *folder, kept_scope scope, size_t *ret_facts, size_t *ret_imports)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_ctx ctx = {.arena = &arena, .scope = scope, .workspace = folder};
    kept_store *store;
    CHECK_OK(kept_ctx_store(&ctx, false, &store, &err));
    CHECK_OK(kept_facts_view(store, &ctx.scope, "orders", &err));
    kept_duck_rows *rows;
    CHECK_OK(kept_facts_query(store, "SELECT import FROM orders", NULL, 0, &rows, &err));
    *ret_facts = 0;
    for (size_t n = 1; n > 0; *ret_facts += n)
        CHECK_OK(kept_duck_next(rows, &n, &err));
    kept_duck_rows_free(rows);
    kept_import *imports;
    CHECK_OK(kept_import_list(store, &ctx.scope, &arena, &imports, ret_imports, &err));
    kept_ctx_close(&ctx);
}

void test_ctx__nobody_sees_no_row(void **state)
{
    (void)state;
    char folder[] = "/tmp/kept-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    make_workspace(folder);
    size_t facts, imports;
    count_rows(folder, (kept_scope)KEPT_SCOPE_ALL("anna"), &facts, &imports);
    assert_int_equal(facts, 2);
    assert_int_equal(imports, 1);
    count_rows(folder, (kept_scope)KEPT_SCOPE_NOBODY, &facts, &imports);
    assert_int_equal(facts, 0);
    assert_int_equal(imports, 0);
    kept_scope zeroed = {0};
    count_rows(folder, zeroed, &facts, &imports);
    assert_int_equal(facts, 0);
    assert_int_equal(imports, 0);
    remove_folder(folder);
}

void test_ctx__nobody_may_not_write(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_ctx ctx = {.arena = &arena, .scope = KEPT_SCOPE_NOBODY, .workspace = "/tmp"};
    kept_store *store;
    assert_int_equal(kept_ctx_store(&ctx, true, &store, &err), KEPT_EDENIED);
}

void test_ctx__says_how_to_make_a_workspace(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_ctx ctx = {.arena = &arena, .scope = KEPT_SCOPE_ALL("anna")};
    kept_store *store;
    assert_int_equal(kept_ctx_store(&ctx, false, &store, &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "kept init");
    kept_ctx_close(&ctx);
}
