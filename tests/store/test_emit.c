/* What the emitter writes is SQL to the engine: everything the fuzzer's corpus has, and the
 * measures that come with Kept. */
#include "workspace.h"

#include <dirent.h>

#include "catalogue/expr_type.h"
#include "store/measures/emit.h"
#include "store/measures/measures.h"

static void run_emitted(workspace *w, const kept_measure *m, bool by_period, const char *what)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_emitted emitted;
    kept_duck_rows *rows = NULL;
    size_t n = 0;
    kept_emit_ask ask = {.start = 19000, .end = 19400, .as_of = 19500, .by_period = by_period};
    CHECK_OK(kept_facts_view(w->store, everyone(), m->facts->name, &err));
    CHECK_OK(kept_measure_emit(&kept_dialect_duck, m, &ask, &arena, &emitted, &err));
    if (kept_facts_query(w->store, emitted.sql, emitted.values, emitted.n_values, &rows, &err) !=
            KEPT_OK ||
        kept_duck_next(rows, &n, &err) != KEPT_OK)
        fail_msg("%s: %s\n%s", what, err.msg, emitted.sql);
    assert_int_equal(kept_duck_columns(rows), KEPT_EMIT_FIXED + emitted.n_slots);
    kept_duck_rows_free(rows);
}

void test_emit__built_in_measures_are_sql(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_measures all;
    CHECK_OK(kept_store_measures(w.store, &arena, &all, &err));
    for (size_t i = 0; i < all.n; i++) {
        const kept_measure *m = all.items[i];
        if (m->made_by || m->judge)
            continue;
        run_emitted(&w, m, false, m->name);
        if (m->periods)
            run_emitted(&w, m, true, m->name);
    }
    remove_workspace(&w);
}

/* As fuzz/fuzz_formula.c reads it. True when the formula was emitted. */
static bool run_formula(workspace *w, const unsigned char *data, const char *text, const char *what)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_expr *expr = NULL;
    const kept_fact_kinds *kinds = kept_store_kinds(w->store);
    const kept_fact_kind *kind = kinds->kinds[data[0] / 2 % kinds->n];
    bool over_rows = data[0] % 2 == 0;
    kept_formula_rules rules = {.what = "value", .kind = kind, .over_rows = over_rows};
    kept_expr count = {.op = KEPT_EXPR_CALL, .fn = KEPT_FN_COUNT, .type = KEPT_TYPE_INTEGER};
    if (kept_formula_parse(text, "value", &arena, &expr, &err) != KEPT_OK ||
        kept_formula_check(expr, &rules, &err) != KEPT_OK)
        return false;
    kept_measure m = {.name = "m", .facts = kind, .value = over_rows ? expr : &count};
    if (!over_rows && expr->type == KEPT_TYPE_FLAG)
        m.where = expr;
    else if (!over_rows && expr->type == KEPT_TYPE_DATE)
        m.time = expr;
    m.per = kept_fact_column_find(kind, "customer") ? KEPT_PER_CUSTOMER : KEPT_PER_FIRM;
    run_emitted(w, &m, false, what);
    return true;
}

void test_emit__corpus_is_sql(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    char folder[4096];
    const char *source = getenv("KEPT_SOURCE");
    size_t emitted = 0;
    snprintf(folder, sizeof folder, "%s/fuzz/corpus/formula", source ? source : ".");
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir));) {
        unsigned char data[16384] = {0};
        char path[4500];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        FILE *f = entry->d_name[0] == '.' ? NULL : fopen(path, "rb");
        if (!f)
            continue;
        size_t len = fread(data, 1, sizeof data - 1, f);
        fclose(f);
        if (len)
            emitted += run_formula(&w, data, (const char *)data + 1, entry->d_name);
    }
    closedir(dir);
    assert_true(emitted >= 15);
    remove_workspace(&w);
}
