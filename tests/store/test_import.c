#include "workspace.h"

#include "base/date.h"
#include "kept/random.h"

#define CHECK_COUNTS(i, want_taken, want_superseded, want_unchanged)                               \
    do {                                                                                           \
        assert_int_equal((i).taken, want_taken);                                                   \
        assert_int_equal((i).superseded, want_superseded);                                         \
        assert_int_equal((i).unchanged, want_unchanged);                                           \
        assert_int_equal((i).read, (i).taken + (i).superseded + (i).unchanged + (i).set_aside);    \
    } while (0)

static void check_orders(workspace *w, const char *want)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    assert_string_equal(orders_text(w, everyone(), &arena), want);
}

static void check_known_at(workspace *w, int64_t at, const char *want)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_scope scope = *everyone();
    scope.known_at = at;
    assert_string_equal(orders_text(w, &scope, &arena), want);
}

/* Last week's export overlaps this week's: loaded every Monday. */
void test_import__overlapping_exports(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    kept_import a =
        import_orders(&w, "('1','1','x','2024-01-01',10), ('2','1','y','2024-01-02',20),"
                          "('3','1','x','2024-01-03',30)");
    CHECK_COUNTS(a, 3, 0, 0);
    assert_int_equal(a.new_customers, 2);
    assert_int_equal(a.first_day, kept_day_from_civil(2024, 1, 1));
    assert_int_equal(a.last_day, kept_day_from_civil(2024, 1, 3));
    kept_import b =
        import_orders(&w, "('2','1','y','2024-01-02',20), ('3','1','x','2024-01-03',33),"
                          "('4','1','z','2024-01-08',40)");
    CHECK_COUNTS(b, 1, 1, 1);
    assert_int_equal(b.new_customers, 1);
    kept_import c =
        import_orders(&w, "('2','1','y','2024-01-02',22), ('3','1','x','2024-01-03',33),"
                          "('4','1','z','2024-01-08',40)");
    CHECK_COUNTS(c, 0, 1, 2);
    check_orders(&w, "1/1=10.0 2/1=22.0 3/1=33.0 4/1=40.0");
    check_known_at(&w, a.imported_at - 1, "");
    check_known_at(&w, a.imported_at, "1/1=10.0 2/1=20.0 3/1=30.0");
    check_known_at(&w, b.imported_at, "1/1=10.0 2/1=20.0 3/1=33.0 4/1=40.0");
    /* b is undone: c confirmed its rows 3 and 4, so they stay. */
    CHECK_OK(kept_import_undo(w.store, everyone(), b.id, &err));
    check_orders(&w, "1/1=10.0 2/1=22.0 3/1=33.0 4/1=40.0");
    CHECK_OK(kept_import_undo(w.store, everyone(), c.id, &err));
    check_orders(&w, "1/1=10.0 2/1=20.0 3/1=30.0");
    check_known_at(&w, c.imported_at, "1/1=10.0 2/1=22.0 3/1=33.0 4/1=40.0");
    assert_int_equal(kept_import_undo(w.store, everyone(), c.id, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "undone already");
    assert_int_equal(kept_import_undo(w.store, everyone(), 99, &err), KEPT_ENOTFOUND);
    remove_workspace(&w);
}

void test_import__rows_without_a_key_are_kept_and_counted(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    /* Equal twice over: the second and the third row 'x' without a key; amounts not known are equal
     * too, other days and other customers are not. */
    const char *sql =
        orders_of(&arena, "(NULL,NULL,'x','2024-01-01',10), (NULL,NULL,'x','2024-01-01',10),"
                          "('1',NULL,'x','2024-01-01',10), ('1','1','x','2024-01-01',10),"
                          "(NULL,NULL,'x','2024-01-01',10), (NULL,NULL,'x','2024-01-02',10),"
                          "(NULL,NULL,'y','2024-01-01',10), (NULL,NULL,'y','2024-01-01',NULL),"
                          "(NULL,NULL,'x','2024-01-01',5), (NULL,NULL,'y','2024-01-01',NULL)");
    for (int dry = 1; dry >= 0; dry--) { /* counted in two ways */
        kept_import a = {0};
        CHECK_OK(import_sql(&w, "orders", sql, dry, &a, &err));
        CHECK_COUNTS(a, 10, 0, 0);
        assert_int_equal(a.no_key, 9);
        assert_int_equal(a.equal, 3);
    }
    check_orders(&w, "-/-=10.0 -/-=10.0 -/-=10.0 -/-=10.0 -/-=10.0 -/-=5.0 -/-=none -/-=none"
                     " 1/-=10.0 1/1=10.0");
    remove_workspace(&w);
}

void test_import__same_key_twice_in_one_file(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    /* Order 1: the last counts, one earlier equals it, one does not. */
    kept_import a =
        import_orders(&w, "('1','1','x','2024-01-01',10), ('1','1','x','2024-01-01',11),"
                          "('1','1','x','2024-01-01',10), ('2','1','x','2024-01-01',5)");
    CHECK_COUNTS(a, 2, 1, 1);
    check_orders(&w, "1/1=10.0 2/1=5.0");
    kept_import b =
        import_orders(&w, "('1','1','x','2024-01-01',12), ('1','1','x','2024-01-01',10)");
    CHECK_COUNTS(b, 0, 1, 1);
    check_orders(&w, "1/1=10.0 2/1=5.0");
    remove_workspace(&w);
}

void test_import__numbers_order_lines(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    const char *sql = "SELECT * FROM (VALUES (1, 'x', DATE '2024-01-01', 'A', 1.5::DECIMAL(18,4)),"
                      " (2, 'x', DATE '2024-01-01', 'B', 2), (3, 'x', DATE '2024-01-01', 'A', 3),"
                      " (4, 'x', DATE '2024-01-01', NULL, 9))"
                      " v(\"row\", customer, happened_at, order_id, amount)";
    kept_import a = {0}, b = {0};
    CHECK_OK(import_sql(&w, "orders", sql, false, &a, &err));
    CHECK_COUNTS(a, 4, 0, 0);
    assert_int_equal(a.no_key, 1);
    check_orders(&w, "-/-=9.0 A/1=1.5 A/2=3.0 B/1=2.0");
    CHECK_OK(import_sql(&w, "orders", sql, true, &b, &err));
    CHECK_COUNTS(b, 1, 0, 3);
    assert_int_equal(b.id, 0);
    check_orders(&w, "-/-=9.0 A/1=1.5 A/2=3.0 B/1=2.0"); /* a dry run changes nothing */
    remove_workspace(&w);
}

/* A file that maps fewer columns only speaks for those. */
void test_import__columns_not_mapped_are_not_different(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    kept_import a = {0}, b = {0}, c = {0};
    CHECK_OK(import_sql(&w, "orders",
                        "SELECT 1::BIGINT AS \"row\", 'x' AS customer, DATE '2024-01-01' AS"
                        " happened_at, 'A' AS order_id, '1' AS line_id,"
                        " 5::DECIMAL(18,4) AS amount, 'web' AS channel",
                        false, &a, &err));
    CHECK_OK(import_sql(&w, "orders",
                        "SELECT 1::BIGINT AS \"row\", 'x' AS customer, DATE '2024-01-01' AS"
                        " happened_at, 'A' AS order_id, '1' AS line_id, 5::DECIMAL(18,4) AS amount",
                        false, &b, &err));
    CHECK_COUNTS(b, 0, 0, 1);
    CHECK_OK(import_sql(&w, "orders",
                        "SELECT 1::BIGINT AS \"row\", 'x' AS customer, DATE '2024-01-01' AS"
                        " happened_at, TIME '10:00:00' AS happened_at_clock, 'A' AS order_id,"
                        " '1' AS line_id",
                        false, &c, &err));
    CHECK_COUNTS(c, 0, 1, 0); /* a time of day where there was none is another value */
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    CHECK_OK(kept_facts_view(w.store, everyone(), "orders", &err));
    assert_string_equal(text_of(&w,
                                "SELECT concat_ws('|', import, happened_at_clock, amount, channel)"
                                " FROM orders",
                                &arena),
                        "3|10:00:00");
    CHECK_OK(kept_import_undo(w.store, everyone(), c.id, &err));
    CHECK_OK(kept_import_undo(w.store, everyone(), a.id, &err));
    CHECK_OK(kept_facts_view(w.store, everyone(), "orders", &err));
    assert_string_equal(
        text_of(&w, "SELECT concat_ws('|', import, amount, channel) FROM orders", &arena),
        "1|5.0000|web");
    remove_workspace(&w);
}

/* Three overlapping imports, undone in all six orders; every moment can be asked for afterwards. */
void test_import__undo_in_every_order(void **state)
{
    (void)state;
    static const int orders[6][3] = {{1, 2, 3}, {1, 3, 2}, {2, 1, 3},
                                     {2, 3, 1}, {3, 1, 2}, {3, 2, 1}};
    /* What stands when the imports of the mask (bit 0: the first) are in force. */
    static const char *const standing[8] = {"",
                                            "A/1=1.0 B/1=1.0",
                                            "A/1=1.0 B/1=2.0",
                                            "A/1=1.0 B/1=2.0",
                                            "A/1=3.0 B/1=2.0",
                                            "A/1=3.0 B/1=2.0",
                                            "A/1=3.0 B/1=2.0",
                                            "A/1=3.0 B/1=2.0"};
    for (size_t o = 0; o < 6; o++) {
        workspace w;
        make_workspace(&w);
        kept_err err = KEPT_ERR_INIT;
        import_orders(&w, "('A','1','x','2024-01-01',1), ('B','1','x','2024-01-01',1)");
        import_orders(&w, "('A','1','x','2024-01-01',1), ('B','1','x','2024-01-01',2)");
        import_orders(&w, "('A','1','x','2024-01-01',3), ('B','1','x','2024-01-01',2)");
        int64_t times[3];
        int masks[3], mask = 7;
        for (int i = 0; i < 3; i++) {
            CHECK_OK(kept_import_undo(w.store, everyone(), orders[o][i], &err));
            mask &= ~(1 << (orders[o][i] - 1));
            check_orders(&w, standing[mask]);
            KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
            kept_import import;
            CHECK_OK(kept_import_get(w.store, everyone(), orders[o][i], &arena, &import, &err));
            times[i] = import.undone_at;
            masks[i] = mask;
        }
        for (int i = 0; i < 3; i++)
            check_known_at(&w, times[i], standing[masks[i]]);
        check_known_at(&w, times[0] - 1, standing[7]);
        remove_workspace(&w);
    }
}

void test_import__nobody_may_change_anything(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    kept_scope nobody = KEPT_SCOPE_NOBODY;
    kept_import a = import_orders(&w, "('A','1','x','2024-01-01',1)");
    assert_int_equal(kept_import_undo(w.store, &nobody, a.id, &err), KEPT_EDENIED);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_import *imports = NULL;
    size_t n = 7;
    CHECK_OK(kept_import_list(w.store, &nobody, &arena, &imports, &n, &err));
    assert_int_equal(n, 0);
    CHECK_OK(kept_import_list(w.store, everyone(), &arena, &imports, &n, &err));
    assert_int_equal(n, 1);
    assert_string_equal(imports[0].who, "tester");
    remove_workspace(&w);
}

/* --- Against a model: random imports, undos and joins over a small key space --- */

enum {
    MODEL_EVENTS = 11,
    MODEL_IMPORTS = MODEL_EVENTS,
    MODEL_ORDERS = 4,
    MODEL_LINES = 2,
    MODEL_KEYS = MODEL_ORDERS * MODEL_LINES,
    MODEL_ROWS = 9
};

typedef struct value { /* what a row says; -1: NULL */
    int import;        /* that stored it */
    int customer, day, amount, channel;
} value;

typedef struct model_import {
    bool in_force;
    bool has[MODEL_KEYS];
    value says[MODEL_KEYS]; /* its own row, or the older one that it confirmed */
    value keyless[MODEL_ROWS];
    int n_keyless;
} model_import;

typedef struct model {
    model_import imports[MODEL_IMPORTS + 1]; /* from 1 */
    int n;
} model;

typedef struct incoming {
    int key; /* -1: none */
    value v;
} incoming;

static const value *model_current(const model *m, int key)
{
    for (int i = m->n; i >= 1; i--)
        if (m->imports[i].in_force && m->imports[i].has[key])
            return &m->imports[i].says[key];
    return NULL;
}

static bool same_value(const value *a, const value *b, bool channel)
{
    return a->customer == b->customer && a->day == b->day && a->amount == b->amount &&
           (!channel || a->channel == b->channel);
}

/* Takes the rows into the model; the counts of import.h by its own reading of the rules. */
static void model_take(model *m, const incoming *rows, int n, bool channel, int64_t counts[3])
{
    model_import *to = &m->imports[m->n + 1];
    memset(to, 0, sizeof *to);
    for (int i = 0; i < n; i++) {
        int last = i;
        for (int j = i + 1; j < n && rows[i].key >= 0; j++)
            if (rows[j].key == rows[i].key)
                last = j;
        value v = rows[i].v;
        v.import = m->n + 1;
        if (rows[i].key < 0) {
            counts[0]++;
            to->keyless[to->n_keyless++] = v;
        } else if (last != i) {
            counts[same_value(&rows[i].v, &rows[last].v, channel) ? 2 : 1]++;
        } else {
            const value *now = model_current(m, rows[i].key);
            bool same = now && same_value(now, &v, channel);
            counts[same ? 2 : now ? 1 : 0]++;
            to->has[rows[i].key] = true;
            to->says[rows[i].key] = same ? *now : v;
        }
    }
    to->in_force = true;
    m->n++;
}

static int compare_text(const void *a, const void *b)
{
    return strcmp((const char *)a, (const char *)b);
}

typedef struct snapshot {
    int64_t at;
    char text[(MODEL_KEYS + MODEL_IMPORTS * MODEL_ROWS) * 96];
} snapshot;

static void write_value(char out[96], int key, const value *v)
{
    char channel[12] = "none", order[24] = "-/-";
    if (v->channel >= 0)
        snprintf(channel, sizeof channel, "w%d", v->channel);
    if (key >= 0)
        snprintf(order, sizeof order, "O%d/%d", key / MODEL_LINES, key % MODEL_LINES + 1);
    snprintf(out, 96, "%s:%d:c%d:%d:%d:%s", order, v->import, v->customer, v->day, v->amount,
             channel);
}

static void model_snapshot(const model *m, snapshot *s)
{
    char rows[MODEL_KEYS + MODEL_IMPORTS * MODEL_ROWS][96];
    size_t n = 0;
    for (int key = 0; key < MODEL_KEYS; key++)
        if (model_current(m, key))
            write_value(rows[n++], key, model_current(m, key));
    for (int i = 1; i <= m->n; i++)
        for (int k = 0; m->imports[i].in_force && k < m->imports[i].n_keyless; k++)
            write_value(rows[n++], -1, &m->imports[i].keyless[k]);
    qsort(rows, n, sizeof rows[0], compare_text);
    s->text[0] = '\0';
    size_t used = 0;
    for (size_t i = 0; i < n; i++)
        used +=
            (size_t)snprintf(s->text + used, sizeof s->text - used, "%s%s", i ? " " : "", rows[i]);
}

static void check_snapshot(workspace *w, const snapshot *s, int64_t at)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_scope scope = *everyone();
    scope.known_at = at;
    CHECK_OK(kept_facts_view(w->store, &scope, "orders", &err));
    kept_buf sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "SELECT concat(coalesce(order_id, '-'), '/', coalesce(line_id, '-'), ':',"
                       " import, ':', CASE customer");
    for (int c = 0; c < 3; c++) {
        char id[16];
        uint64_t key = 0;
        snprintf(id, sizeof id, "c%d", c);
        if (kept_customer_find(w->store, everyone(), id, &key, NULL) == KEPT_OK)
            kept_buf_printf(&sql, " WHEN %llu THEN '%s'", (unsigned long long)key, id);
    }
    kept_buf_add(&sql, " WHEN 0 THEN '' END, ':', happened_at - DATE '2024-01-01', ':',"
                       " amount::BIGINT, ':', coalesce(channel, 'none')) AS t"
                       " FROM orders ORDER BY t");
    assert_string_equal(text_of(w, kept_buf_text(&sql), &arena), s->text);
    kept_buf_free(&sql);
}

static void model_import_step(workspace *w, model *m, kept_rng *rng)
{
    incoming rows[MODEL_ROWS];
    int n = 1 + (int)kept_rng_below(rng, MODEL_ROWS);
    bool channel = kept_rng_below(rng, 3) > 0, numbered = kept_rng_below(rng, 3) == 0;
    kept_buf sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql,
                    "SELECT r::BIGINT AS \"row\", c AS customer, DATE '2024-01-01' + d AS"
                    " happened_at, o AS order_id, a::DECIMAL(18,4) AS amount%s%s FROM (VALUES",
                    numbered ? "" : ", l AS line_id", channel ? ", w AS channel" : "");
    int lines[MODEL_ORDERS] = {0};
    for (int i = 0; i < n; i++) {
        int order = (int)kept_rng_below(rng, MODEL_ORDERS), line = (int)kept_rng_below(rng, 2);
        rows[i].key = order * MODEL_LINES + line;
        if (numbered && lines[order] < MODEL_LINES)
            rows[i].key = order * MODEL_LINES + lines[order]++;
        else if (numbered || kept_rng_below(rng, 8) == 0)
            rows[i].key = -1;
        rows[i].v = (value){.customer = (int)kept_rng_below(rng, 3),
                            .day = (int)kept_rng_below(rng, 2),
                            .amount = (int)kept_rng_below(rng, 2),
                            .channel = channel ? (int)kept_rng_below(rng, 2) : -1};
        kept_buf_printf(&sql, "%s (%d, 'c%d', %d, %d, ", i ? "," : "", i + 1, rows[i].v.customer,
                        rows[i].v.day, rows[i].v.amount);
        if (rows[i].key >= 0)
            kept_buf_printf(&sql, "'O%d', '%d', ", rows[i].key / MODEL_LINES,
                            rows[i].key % MODEL_LINES + 1);
        else
            kept_buf_add(&sql, "NULL::VARCHAR, NULL::VARCHAR, ");
        kept_buf_printf(&sql, "'w%d')", rows[i].v.channel < 0 ? 0 : rows[i].v.channel);
    }
    kept_buf_add(&sql, ") v(r, c, d, a, o, l, w)");
    int64_t counts[3] = {0};
    model_take(m, rows, n, channel, counts);
    kept_err err = KEPT_ERR_INIT;
    kept_import import = {0};
    CHECK_OK(import_sql(w, "orders", kept_buf_text(&sql), false, &import, &err));
    kept_buf_free(&sql);
    CHECK_COUNTS(import, counts[0], counts[1], counts[2]);
    assert_int_equal(import.id, m->n);
}

static void model_run(uint64_t seed)
{
    workspace w;
    make_workspace(&w);
    kept_err err = KEPT_ERR_INIT;
    kept_rng rng = kept_rng_make(seed, 0);
    model m = {0};
    static snapshot shots[MODEL_EVENTS];
    for (int e = 0; e < MODEL_EVENTS; e++) {
        int undo = 1 + (int)kept_rng_below(&rng, (uint64_t)m.n + 1);
        uint64_t dice = kept_rng_below(&rng, 10);
        if (dice < 3 && undo <= m.n && m.imports[undo].in_force) {
            CHECK_OK(kept_import_undo(w.store, everyone(), undo, &err));
            m.imports[undo].in_force = false;
        } else {
            model_import_step(&w, &m, &rng);
        }
        if (dice == 9)
            CHECK_OK(kept_compact(w.store, "orders", NULL, NULL, &err));
        shots[e].at = kept_time_now();
        model_snapshot(&m, &shots[e]);
        check_snapshot(&w, &shots[e], KEPT_NO_TIME);
    }
    for (int e = 0; e < MODEL_EVENTS; e++)
        check_snapshot(&w, &shots[e], shots[e].at);
    int64_t before = 0, after = 0;
    CHECK_OK(kept_compact(w.store, NULL, &before, &after, &err));
    assert_true(after <= 2);
    for (int e = 0; e < MODEL_EVENTS; e++)
        check_snapshot(&w, &shots[e], shots[e].at);
    check_snapshot(&w, &shots[MODEL_EVENTS - 1], KEPT_NO_TIME);
    remove_workspace(&w);
}

void test_import__agrees_with_a_model(void **state)
{
    (void)state;
    uint64_t seeds = getenv("KEPT_LONG") ? 150 : 4;
    for (uint64_t seed = 1; seed <= seeds; seed++)
        model_run(seed);
}

/* --- The whole way, from a file --- */

static const char *write_file(workspace *w, const char *name, const char *text, char path[400])
{
    snprintf(path, 400, "%s/%s", w->root, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    return path;
}

void test_import__files(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    char path[400], other[400];
    const char *paths[2] = {path, other};
    write_file(&w, "week1.csv",
               "customer,date,order_id,amount\nx,2024-01-01,A,10.50\ny,2024-01-02,B,7\n"
               ",2024-01-02,C,7\nz,2024-02-31,D,7\ny,2024-01-02,B,1.25\n",
               path);
    kept_import_opts opts = {.profile = "shop", .dry_run = true};
    kept_import import = {0};
    kept_import_view view = {0};
    CHECK_OK(kept_import_files(w.store, everyone(), "orders", paths, 1, &opts, &arena, &import,
                               &view, &err));
    CHECK_COUNTS(import, 3, 0, 0);
    assert_int_equal(import.id, 0);
    assert_int_equal(import.new_customers, 2);
    check_orders(&w, "");
    opts.dry_run = false;
    CHECK_OK(kept_import_files(w.store, everyone(), "orders", paths, 1, &opts, &arena, &import,
                               &view, &err));
    CHECK_COUNTS(import, 3, 0, 0);
    assert_int_equal(import.read, 5);
    assert_int_equal(import.set_aside, 2);
    assert_int_equal(import.new_customers, 2);
    assert_non_null(import.rejects_path);
    assert_int_equal(access(import.rejects_path, R_OK), 0);
    assert_int_equal(view.n_sources, 1);
    check_orders(&w, "A/1=10.5 B/1=7.0 B/2=1.25");
    /* The very same file again. */
    assert_int_equal(kept_import_files(w.store, everyone(), "orders", paths, 1, &opts, &arena,
                                       &import, NULL, &err),
                     KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "import 1");
    opts.again = true;
    CHECK_OK(kept_import_files(w.store, everyone(), "orders", paths, 1, &opts, &arena, &import,
                               NULL, &err));
    CHECK_COUNTS(import, 0, 0, 3);
    /* Two exports that overlap, in one go: every file counts its order lines from 1. */
    write_file(&w, "a.csv", "customer,date,order_id,amount\nx,2024-02-01,M,1\nx,2024-02-01,M,2\n",
               path);
    write_file(&w, "b.csv", "customer,date,order_id,amount\nx,2024-02-01,M,1\nx,2024-02-01,M,3\n",
               other);
    opts = (kept_import_opts){0};
    CHECK_OK(kept_import_files(w.store, everyone(), "orders", paths, 2, &opts, &arena, &import,
                               NULL, &err));
    CHECK_COUNTS(import, 2, 1, 1);
    check_orders(&w, "A/1=10.5 B/1=7.0 B/2=1.25 M/1=1.0 M/2=3.0");
    CHECK_OK(kept_import_undo(w.store, everyone(), import.id, &err));
    write_file(&w, "week1.csv", "", path);
    /* Nothing that can be taken: nothing is noted either. */
    opts = (kept_import_opts){0};
    write_file(&w, "bad.csv", "customer,date,order_id,amount\n,2024-01-01,A,1\n", other);
    assert_int_equal(kept_import_files(w.store, everyone(), "orders", paths + 1, 1, &opts, &arena,
                                       &import, NULL, &err),
                     KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "bad.csv");
    /* What is written in the ledger comes back. */
    kept_import *imports = NULL;
    size_t n = 0;
    CHECK_OK(kept_import_list(w.store, everyone(), &arena, &imports, &n, &err));
    assert_int_equal(n, 3);
    assert_int_equal(imports[0].id, 3);
    assert_true(imports[0].undone_at > imports[0].imported_at);
    assert_string_equal(imports[2].profile, "shop");
    assert_string_equal(imports[2].files, path);
    assert_int_equal(imports[2].set_aside, 2);
    const char *mapping = NULL;
    CHECK_OK(kept_ledger_profile(&w.store->ledger, "orders", "shop", &arena, &mapping, &err));
    assert_string_equal(mapping, imports[2].mapping);
    remove_workspace(&w);
}

/* One of three lines of an order is set aside, mended and imported: it joins the others instead of
 * taking the place of the first. */
void test_import__mended_lines_join_their_order(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    char path[400], mended[400], text[4000] = "";
    write_file(&w, "orders.csv",
               "customer,date,order_id,amount\nx,2024-02-01,A,1\nx,2024-02-31,A,2\n"
               "x,2024-02-01,A,3\ny,2024-02-31,B,4\n",
               path);
    const char *paths[] = {path, mended};
    kept_import import = {0};
    CHECK_OK(kept_import_files(w.store, everyone(), "orders", paths, 1, NULL, &arena, &import, NULL,
                               &err));
    CHECK_COUNTS(import, 2, 0, 0);
    assert_int_equal(import.set_aside, 2);
    FILE *f = fopen(import.rejects_path, "rb");
    assert_non_null(f);
    assert_true(fread(text, 1, sizeof text - 1, f) > 0);
    fclose(f);
    for (char *day; (day = strstr(text, "2024-02-31"));)
        memcpy(day, "2024-02-28", 10);
    write_file(&w, "mended.csv", text, mended);
    CHECK_OK(kept_import_files(w.store, everyone(), "orders", paths + 1, 1, NULL, &arena, &import,
                               NULL, &err));
    CHECK_COUNTS(import, 2, 0, 0);
    check_orders(&w, "A/1=1.0 A/2=3.0 A/3=2.0 B/1=4.0");
    remove_workspace(&w);
}

/* Past sixteen files of a kind they are joined without being asked. */
void test_import__joins_many_files(void **state)
{
    (void)state;
    workspace w;
    make_workspace(&w);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_import import = {0};
    for (int i = 1; i <= 17; i++) {
        char path[400], text[200];
        snprintf(text, sizeof text, "customer,date,order_id,amount\nx,2024-01-%02d,O%d,%d\n", i, i,
                 i);
        const char *paths[] = {write_file(&w, "day.csv", text, path)};
        CHECK_OK(kept_import_files(w.store, everyone(), "orders", paths, 1, NULL, &arena, &import,
                                   NULL, &err));
    }
    kept_fact_file *files = NULL;
    size_t n = 0;
    CHECK_OK(kept_ledger_files(&w.store->ledger, "orders", &arena, &files, &n, &err));
    assert_int_equal(n, 1);
    assert_int_equal(files[0].rows, 17);
    assert_int_equal(files[0].last_import, 17);
    remove_workspace(&w);
}

/* Whether the rows of a file stand in the order of their keys makes no difference. */
void test_import__order_of_keys_makes_no_difference(void **state)
{
    (void)state;
    static const char *const files[][3] = {
        {"x,2024-01-01,A,1,10\nx,2024-01-02,A,2,5\ny,2024-01-02,B,1,7\n",
         "z,2024-01-05,C,1,3\nz,2024-01-05,D,1,4\n",
         "x,2024-01-02,A,2,6\ny,2024-01-02,B,1,7\nz,2024-01-05,D,1,5\nz,2024-01-09,E,1,1\n"},
        {"y,2024-01-02,B,1,7\nx,2024-01-02,A,2,5\nx,2024-01-01,A,1,10\n",
         "z,2024-01-05,D,1,4\nz,2024-01-05,C,1,3\n",
         "z,2024-01-09,E,1,1\nz,2024-01-05,D,1,5\ny,2024-01-02,B,1,7\nx,2024-01-02,A,2,6\n"}};
    for (size_t way = 0; way < 2; way++) {
        workspace w;
        make_workspace(&w);
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_import import = {0};
        for (size_t i = 0; i < 3; i++) {
            char path[400], name[20];
            snprintf(name, sizeof name, "%zu.csv", i);
            const char *text = kept_arena_printf(
                &arena, "customer,date,order_id,line_id,amount\n%s", files[way][i]);
            write_file(&w, name, text, path);
            const char *paths[] = {path};
            CHECK_OK(kept_import_files(w.store, everyone(), "orders", paths, 1, NULL, &arena,
                                       &import, NULL, &err));
            assert_int_equal(import.no_key, 0);
        }
        CHECK_COUNTS(import, 1, 2, 1);
        check_orders(&w, "A/1=10.0 A/2=6.0 B/1=7.0 C/1=3.0 D/1=5.0 E/1=1.0");
        remove_workspace(&w);
    }
}
