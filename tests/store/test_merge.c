/* Two records that are one customer, and one that is two. */
#include "workspace.h"

#include "base/array.h"
#include "store/facts/order_summary.h"
#include "store/records/log.h"
#include "store/records/merge.h"

/* --- Helpers --- */

static const kept_record_kind *kind_of(workspace *w, const char *name)
{
    const kept_record_kind *kind = kept_catalogue_record(kept_store_catalogue(w->store), name);
    assert_non_null(kind);
    return kind;
}

static kept_ref found(workspace *w, const char *kind_name, const char *words)
{
    kept_err err = KEPT_ERR_INIT;
    const kept_record_kind *kind = kind_of(w, kind_name);
    kept_ref ref;
    CHECK_OK(kept_record_find(w->store, everyone(), &kind, 1, words, &ref, &err));
    return ref;
}

static int64_t customer(workspace *w, const char *words)
{
    return found(w, "customer", words).id;
}

typedef struct pair {
    const char *field, *text;
} pair;

static int64_t put(workspace *w, const char *kind, int64_t id, const pair *pairs, size_t n)
{
    kept_err err = KEPT_ERR_INIT;
    kept_set sets[8];
    kept_edited edited;
    kept_writing *writing = NULL;
    for (size_t i = 0; i < n; i++)
        sets[i] = (kept_set){pairs[i].field, &pairs[i].text, pairs[i].text ? 1 : 0};
    kept_edit edit = {.kind = kind_of(w, kind), .id = id, .sets = sets, .n_sets = n};
    CHECK_OK(kept_writing_begin(w->store, everyone(), "test", &writing, &err));
    CHECK_OK(kept_record_write(writing, &edit, &edited, &err));
    CHECK_OK(kept_writing_commit(writing, &err));
    kept_writing_end(writing);
    return edited.ref.id;
}

#define PUT(w, kind, id, ...)                                                                      \
    put((w), (kind), (id), (const pair[]){__VA_ARGS__},                                            \
        sizeof((const pair[]){__VA_ARGS__}) / sizeof(pair))

static kept_status merge(workspace *w, const kept_scope *scope, int64_t into, int64_t from,
                         kept_merged *ret, kept_err *err)
{
    KEPT_AUTO_WRITING *writing = NULL;
    KEPT_TRY(kept_writing_begin(w->store, scope, "test", &writing, err));
    KEPT_TRY(kept_customer_merge(writing, into, from, "one firm", ret, err));
    return kept_writing_commit(writing, err);
}

static kept_status split(workspace *w, int64_t record, const char *id, const char *name,
                         int64_t *ret_new, kept_err *err)
{
    KEPT_AUTO_WRITING *writing = NULL;
    KEPT_TRY(kept_writing_begin(w->store, everyone(), "test", &writing, err));
    KEPT_TRY(kept_customer_split(writing, record, &id, 1, name, "two firms", ret_new, err));
    return kept_writing_commit(writing, err);
}

static const char *refused(workspace *w, int64_t into, int64_t from, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_merged merged;
    assert_int_not_equal(merge(w, everyone(), into, from, &merged, &err), KEPT_OK);
    return kept_arena_strdup(arena, err.msg);
}

/* "action field=old>now ..." of the newest changes of a record. */
static const char *history(workspace *w, int64_t id, size_t limit, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_log_row *rows = NULL;
    size_t n = 0;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_ref ref = {kind_of(w, "customer"), id};
    CHECK_OK(kept_record_history(w->store, everyone(), ref, limit, arena, &rows, &n, &err));
    for (size_t i = 0; i < n; i++) {
        kept_buf_printf(&out, "%s%s", i ? "; " : "", rows[i].action);
        for (size_t v = 0; v < rows[i].n_values; v++) {
            const kept_log_value *value = &rows[i].values[v];
            kept_buf_printf(&out, " %s=%s>%s", value->field, value->old ? value->old : "",
                            value->now ? value->now : "");
        }
    }
    return kept_arena_strdup(arena, kept_buf_text(&out));
}

static size_t customers_of_facts(workspace *w)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_order_summary s;
    CHECK_OK(kept_order_summarise(w->store, everyone(), NULL, &arena, &s, &err));
    return s.n;
}

static void check_log(workspace *w)
{
    kept_err err = KEPT_ERR_INIT;
    kept_log_check check;
    kept_log_check_init(&check);
    CHECK_OK(kept_log_verify(w->store, everyone(), NULL, &check, &err));
    assert_int_equal(check.broken, 0);
    assert_true(check.rows > 0);
}

static void make_firm(workspace *w)
{
    make_workspace(w);
    import_orders(w, "('A','1','0012','2024-01-01',1), ('B','1','0013','2024-01-02',2),"
                     "('C','1','0014','2024-01-03',4)");
}

/* --- Tests --- */

void test_merge__moves_ids_and_references(void **state)
{
    (void)state;
    workspace w;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_merged merged;
    kept_record record;
    make_firm(&w);
    int64_t into = customer(&w, "0012"), from = customer(&w, "0013");
    int64_t note = PUT(&w, "note", 0, {"text", "They pay late."}, {"customer", "0013"});
    int64_t site = PUT(&w, "customer", 0, {"name", "A site"}, {"part_of", "0013"});
    PUT(&w, "note", 0, {"text", "Of somebody else."}, {"customer", "0014"});
    assert_int_equal(customers_of_facts(&w), 3);
    CHECK_OK(merge(&w, everyone(), into, from, &merged, &err));
    assert_int_equal(merged.ids, 1);
    assert_int_equal(merged.records, 2);
    assert_int_equal(customers_of_facts(&w), 2);
    /* Either id leads to the one that stays. */
    assert_int_equal(customer(&w, "0013"), into);
    const kept_record_kind *notes = kind_of(&w, "note"), *customers = kind_of(&w, "customer");
    CHECK_OK(kept_record_get(w.store, everyone(), notes, note, &arena, &record, &err));
    size_t field = (size_t)(kept_record_field_find(notes, "customer") - notes->fields);
    assert_int_equal(record.values[field].refs[0].id, into);
    CHECK_OK(kept_record_get(w.store, everyone(), customers, site, &arena, &record, &err));
    field = (size_t)(kept_record_field_find(customers, "part_of") - customers->fields);
    assert_int_equal(record.values[field].refs[0].id, into);
    CHECK_OK(kept_record_get(w.store, everyone(), customers, from, &arena, &record, &err));
    assert_true(record.archived_at != 0);
    assert_string_equal(record.label, "0013");
    assert_string_equal(history(&w, from, 2, &arena),
                        kept_arena_printf(&arena,
                                          "archive archived=no>yes; merge merge=C-%lld>C-%lld"
                                          " external_id=firm:0013>",
                                          (long long)from, (long long)into));
    assert_string_equal(history(&w, into, 1, &arena),
                        kept_arena_printf(&arena,
                                          "merge merge=C-%lld>C-%lld external_id=>firm:0013",
                                          (long long)from, (long long)into));
    check_log(&w);
    remove_workspace(&w);
}

void test_merge__split_undoes_it_and_back(void **state)
{
    (void)state;
    workspace w;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_merged merged;
    int64_t other = 0;
    make_firm(&w);
    int64_t into = customer(&w, "0012");
    CHECK_OK(merge(&w, everyone(), into, customer(&w, "0013"), &merged, &err));
    CHECK_OK(split(&w, into, "firm:0013", "The other one", &other, &err));
    assert_int_equal(customers_of_facts(&w), 3);
    assert_int_equal(customer(&w, "0013"), other);
    assert_int_equal(customer(&w, "The other one"), other);
    assert_int_equal(customer(&w, "0012"), into);
    assert_string_equal(history(&w, into, 1, &arena),
                        kept_arena_printf(&arena,
                                          "split split=C-%lld>C-%lld external_id=firm:0013>",
                                          (long long)into, (long long)other));
    /* Facts of the id that come now are the new one's. */
    kept_import import = import_orders(&w, "('D','1','0013','2024-05-01',8)");
    assert_int_equal(import.new_customers, 0);
    assert_int_equal(customers_of_facts(&w), 3);
    CHECK_OK(merge(&w, everyone(), into, other, &merged, &err));
    assert_int_equal(customers_of_facts(&w), 2);
    CHECK_OK(kept_import_undo(w.store, everyone(), import.id, &err));
    assert_int_equal(customers_of_facts(&w), 2);
    CHECK_OK(kept_compact(w.store, NULL, NULL, NULL, &err));
    assert_int_equal(customers_of_facts(&w), 2);
    check_log(&w);
    remove_workspace(&w);
}

void test_merge__three_become_one(void **state)
{
    (void)state;
    workspace w;
    kept_err err = KEPT_ERR_INIT;
    kept_merged merged;
    make_firm(&w);
    CHECK_OK(merge(&w, everyone(), customer(&w, "0013"), customer(&w, "0014"), &merged, &err));
    CHECK_OK(merge(&w, everyone(), customer(&w, "0012"), customer(&w, "0013"), &merged, &err));
    assert_int_equal(merged.ids, 2);
    assert_int_equal(customers_of_facts(&w), 1);
    remove_workspace(&w);
}

void test_merge__refuses_what_makes_no_sense(void **state)
{
    (void)state;
    workspace w;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_merged merged;
    int64_t other = 0;
    make_firm(&w);
    int64_t a = customer(&w, "0012"), b = customer(&w, "0013"), c = customer(&w, "0014");
    CHECK_CONTAINS(refused(&w, a, a, &arena), "cannot be merged into itself");
    /* Site and group, also over a step between, whichever is to stay. */
    PUT(&w, "customer", b, {"part_of", "0012"});
    PUT(&w, "customer", c, {"part_of", "0013"});
    CHECK_CONTAINS(refused(&w, a, b, &arena), "is part of");
    CHECK_CONTAINS(refused(&w, b, a, &arena), "empty its field part_of first");
    CHECK_CONTAINS(refused(&w, a, c, &arena), "is part of");
    PUT(&w, "customer", b, {"part_of", NULL});
    PUT(&w, "customer", c, {"part_of", NULL});
    CHECK_CONTAINS(refused(&w, a, 999, &arena), "C-999");
    /* Nothing was changed by all this. */
    assert_int_equal(customers_of_facts(&w), 3);
    CHECK_OK(merge(&w, everyone(), a, b, &merged, &err));
    CHECK_CONTAINS(refused(&w, c, b, &arena), "is archived");
    CHECK_CONTAINS(refused(&w, b, c, &arena), "is archived");
    /* Who sees some does not know who refers to a customer. */
    uint64_t key = 0;
    CHECK_OK(kept_customer_find(w.store, everyone(), "0012", &key, &err));
    kept_scope some = {.sight = KEPT_SEES_SOME,
                       .customers = &key,
                       .n_customers = 1,
                       .who = "some",
                       .as_of = KEPT_NO_DAY,
                       .known_at = KEPT_NO_TIME};
    assert_int_equal(merge(&w, &some, a, c, &merged, &err), KEPT_EDENIED);
    /* Splitting. */
    assert_int_equal(split(&w, a, "0014", "New", &other, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "has no external id \"0014\"; it has firm:0012, firm:0013");
    assert_int_equal(
        split(&w, PUT(&w, "customer", 0, {"name", "Bare"}), "0014", "New", &other, &err),
        KEPT_EARG);
    CHECK_CONTAINS(err.msg, "has no external ids");
    /* A name that another customer has: nothing of the split stands. */
    assert_int_not_equal(split(&w, a, "0013", "Bare", &other, &err), KEPT_OK);
    assert_int_equal(customer(&w, "0013"), a);
    check_log(&w);
    remove_workspace(&w);
}

/* What imports and undoing did stands in the log of the ledger, once each. */
void test_merge__imports_are_logged(void **state)
{
    (void)state;
    workspace w;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_log_row *rows = NULL;
    size_t n = 0;
    make_firm(&w);
    CHECK_OK(kept_import_undo(w.store, everyone(), 1, &err));
    CHECK_OK(kept_log_since(w.store, everyone(), 0, 0, &arena, &rows, &n, &err));
    assert_int_equal(n, 2);
    assert_string_equal(rows[0].action, "import");
    assert_string_equal(rows[0].who, "tester");
    assert_string_equal(rows[0].through, "import 1");
    assert_null(rows[0].ref.kind);
    assert_string_equal(rows[0].values[0].now, "1");
    assert_string_equal(rows[0].values[1].field, "new_customers");
    assert_string_equal(rows[0].values[1].now, "3");
    assert_string_equal(rows[1].action, "undo");
    assert_string_equal(rows[1].values[0].old, "1");
    check_log(&w);
    remove_workspace(&w);
}
