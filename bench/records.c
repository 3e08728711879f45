/* bench/records FOLDER N [NAME] - a ledger of N records with ten changes each: what the operations
 * take for showing, finding, listing and so on, as ratios to the same bare SQL on another
 * connection to the same file, statement by statement in turn. Operations are run as the command
 * line runs them, from arguments to a filled result, with the workspace open; bare statements are
 * prepared once. NAME: only what begins so, for a look with a profiler. */
#include <inttypes.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/date.h"
#include "base/text.h"
#include "bench.h"
#include "made.h"
#include "op/ctx.h"
#include "op/table.h"
#include "store/inside.h"
#include "store/ledger/tables.h"
#include "store/records/rule.h"

enum { STMTS = 400, PLACES = 100, PAGE = 100, FOUND = 20 };

typedef struct bench {
    made_sizes sizes;
    kept_op_table ops;
    kept_arena table_arena, arena; /* of the table of operations, of one operation */
    kept_ctx ctx;
    sqlite3 *db; /* the other connection */
    char path[600];
    sqlite3_stmt *traced[STMTS];
    size_t n_traced;
    const char *traces; /* only statements that have this in them */
    const char *only;   /* beginning of the names of what is measured; "" all */
} bench;

/* --- Operations --- */

typedef struct word {
    const char *param, *value;
} word;

/* Runs an operation and forgets its result. */
static void run_op(bench *b, const char *name, const word *words, size_t n)
{
    kept_err err = KEPT_ERR_INIT;
    kept_arena_mark mark = kept_arena_get_mark(&b->arena);
    const kept_op *op = kept_op_find(&b->ops, name);
    kept_given *given = op ? KEPT_NEW_N(&b->arena, kept_given, op->n_params) : NULL;
    const char **values = KEPT_NEW_N(&b->arena, const char *, n + 1);
    kept_args args;
    kept_result result;
    if (!given || !values) {
        fprintf(stderr, "%s: no such operation\n", name);
        exit(1);
    }
    for (size_t i = 0; i < n; i++) {
        values[i] = words[i].value;
        for (size_t p = 0; p < op->n_params; p++)
            if (strcmp(op->params[p].name, words[i].param) == 0)
                given[p] = (kept_given){&values[i], 1};
    }
    b->ctx.op = op;
    kept_result_init(&result, &b->arena);
    BENCH_OK(kept_args_check(op, given, &b->arena, &args, &err));
    BENCH_OK(kept_op_run(op, &b->ctx, &args, &result, &err));
    kept_arena_rewind(&b->arena, mark);
}

/* --- Bare statements --- */

static void stop(bench *b, const char *what)
{
    fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(b->db));
    exit(1);
}

static void exec(bench *b, const char *sql)
{
    if (sqlite3_exec(b->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        stop(b, sql);
}

static sqlite3_stmt *prepare(bench *b, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(b->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        stop(b, sql);
    return stmt;
}

/* Steps to the end and takes every column, as sqlite3 would to print it. Number of rows. */
static size_t read_all(bench *b, sqlite3_stmt *stmt)
{
    size_t n = 0;
    int rc, columns = sqlite3_column_count(stmt);
    for (; (rc = sqlite3_step(stmt)) == SQLITE_ROW; n++)
        for (int i = 0; i < columns; i++)
            (void)sqlite3_column_text(stmt, i);
    if (rc != SQLITE_DONE)
        stop(b, sqlite3_sql(stmt));
    sqlite3_reset(stmt);
    return n;
}

static size_t read_number(bench *b, sqlite3_stmt *stmt, int64_t number)
{
    sqlite3_bind_int64(stmt, 1, number);
    return read_all(b, stmt);
}

/* --- In turn --- */

typedef void one(bench *b, void *what, size_t i);

typedef struct took {
    double ours, bare; /* seconds of one call */
} took;

static double time_one(bench *b, one *f, void *what, size_t i, bool wall)
{
    bench_timer t = bench_start();
    f(b, what, i);
    bench_timer end = bench_stop(t);
    return wall ? end.wall : end.cpu;
}

/* Runs both n times, each as often first as second, after one run of each that does not count. */
static took in_turn(bench *b, one *ours, one *bare, void *what, size_t n, bool wall)
{
    took sum = {0, 0};
    ours(b, what, 0);
    bare(b, what, 0);
    for (size_t i = 0; i < n; i++) {
        if (i % 2)
            sum.ours += time_one(b, ours, what, i, wall);
        sum.bare += time_one(b, bare, what, i, wall);
        if (i % 2 == 0)
            sum.ours += time_one(b, ours, what, i, wall);
    }
    return (took){sum.ours / (double)n, sum.bare / (double)n};
}

static bool is_wanted(const bench *b, const char *name)
{
    return strncmp(name, b->only, strlen(b->only)) == 0;
}

/* Measures and prints. */
static void compare(bench *b, const char *name, one *ours, one *bare, void *what, size_t n,
                    bool wall)
{
    if (!is_wanted(b, name))
        return;
    took t = in_turn(b, ours, bare, what, n, wall);
    char over[80];
    bool slow = t.ours >= 0.1;
    bench_print(name, slow ? t.ours * 1e3 : t.ours * 1e6, slow ? "ms" : "us");
    snprintf(over, sizeof over, "%s_over_sql", name);
    bench_print(over, t.ours / t.bare, wall ? "(wall)" : "(CPU)");
}

/* Ids all over the kind, the same in every run. */
static int64_t some_id(size_t i, size_t n)
{
    return 1 + (int64_t)((i + 1) * UINT64_C(2654435761) % n);
}

/* --- Show --- */

/* Changes as they are shown, field by field; of a kind, the last so many. */
#define CHANGES                                                                                    \
    "SELECT l.seq, l.at, l.who, l.action, l.why, l.through, j.key, j.value ->> 0, j.value ->> 1"   \
    " FROM (SELECT * FROM change_log WHERE kind = '%s' AND record = ?1 ORDER BY seq DESC"          \
    " LIMIT %d) l, json_each(l.payload) j ORDER BY l.seq DESC"

/* What `kept KIND show` says, in SQL. */
typedef struct show {
    const kept_record_kind *kind;
    size_t n; /* records of the kind */
    char op[64];
    sqlite3_stmt *row, *changes, *external;
    struct {
        int column;
        sqlite3_stmt *label;
    } refs[40];
    sqlite3_stmt *by_id[STMTS]; /* lists of references and what refers to it */
    size_t n_refs, n_by_id;
} show;

static void add_label(bench *b, show *s, const kept_record_field *field)
{
    for (size_t c = 0; c < kept_tables_columns(field); c++) {
        KEPT_AUTO_BUF name = KEPT_BUF_INIT, sql = KEPT_BUF_INIT;
        const kept_record_kind *to = kept_catalogue_record(&b->ctx.store->catalogue, field->to[c]);
        kept_tables_column(field, c, &name);
        kept_buf_printf(&sql, "SELECT \"%s\" FROM \"%s\" WHERE id = ?1", to->label, to->name);
        for (int i = 0; i < sqlite3_column_count(s->row); i++)
            if (strcmp(sqlite3_column_name(s->row, i), kept_buf_text(&name)) == 0)
                s->refs[s->n_refs].column = i;
        s->refs[s->n_refs++].label = prepare(b, kept_buf_text(&sql));
    }
}

/* The records of `kind` whose field refers to one of s->kind. */
static void add_linked(bench *b, show *s, const kept_record_kind *kind,
                       const kept_record_field *field)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT, name = KEPT_BUF_INIT;
    const char *state = kind->n_states ? "t.state" : "NULL";
    size_t at = 0;
    while (at < field->n_to && strcmp(field->to[at], s->kind->name) != 0)
        at++;
    if (at == field->n_to)
        return;
    if (field->type == KEPT_RECORD_REFS) {
        kept_tables_link(kind, field, &name);
        kept_buf_printf(&sql,
                        "SELECT t.id, t.\"%s\", %s FROM \"%s\" l JOIN \"%s\" t ON t.id = l.\"%s\""
                        " WHERE l.\"%s\" = ?1",
                        kind->label, state, kept_buf_text(&name), kind->name, kind->name,
                        kept_tables_link_column(kind, field));
    } else {
        kept_tables_column(field, at, &name);
        kept_buf_printf(&sql, "SELECT t.id, t.\"%s\", %s FROM \"%s\" t WHERE t.\"%s\" = ?1",
                        kind->label, state, kind->name, kept_buf_text(&name));
    }
    kept_buf_add(&sql, " AND t.archived_at = 0 ORDER BY t.id LIMIT 20");
    s->by_id[s->n_by_id++] = prepare(b, kept_buf_text(&sql));
}

static void add_list(bench *b, show *s, const kept_record_field *field)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT, name = KEPT_BUF_INIT;
    kept_tables_link(s->kind, field, &name);
    kept_buf_printf(&sql, "SELECT \"%s\" FROM \"%s\" WHERE \"%s\" = ?1 ORDER BY 1",
                    kept_tables_link_column(s->kind, field), kept_buf_text(&name), s->kind->name);
    s->by_id[s->n_by_id++] = prepare(b, kept_buf_text(&sql));
}

static void prepare_show(bench *b, show *s, const char *kind, size_t n)
{
    const kept_catalogue *catalogue = &b->ctx.store->catalogue;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    *s = (show){.kind = kept_catalogue_record(catalogue, kind), .n = n};
    snprintf(s->op, sizeof s->op, "%s show", kind);
    kept_buf_printf(&sql, "SELECT * FROM \"%s\" WHERE id = ?1", kind);
    s->row = prepare(b, kept_buf_text(&sql));
    kept_buf_clear(&sql);
    kept_buf_printf(&sql, CHANGES, kind, 5);
    s->changes = prepare(b, kept_buf_text(&sql));
    kept_buf_clear(&sql);
    kept_buf_printf(&sql,
                    "SELECT source, external_id FROM external_id"
                    " WHERE kind = '%s' AND record = ?1",
                    kind);
    s->external = prepare(b, strcmp(kind, "customer") == 0
                                 ? "SELECT source, external_id FROM customer_id WHERE record = ?1"
                                 : kept_buf_text(&sql));
    for (size_t f = 0; f < s->kind->n_fields; f++) {
        const kept_record_field *field = &s->kind->fields[f];
        if (field->type == KEPT_RECORD_REF)
            add_label(b, s, field);
        else if (field->type == KEPT_RECORD_REFS)
            add_list(b, s, field);
    }
    for (size_t k = 0; k < catalogue->n_records; k++)
        for (size_t f = 0; f < catalogue->records[k]->n_fields; f++)
            add_linked(b, s, catalogue->records[k], &catalogue->records[k]->fields[f]);
}

static void show_ours(bench *b, void *what, size_t i)
{
    const show *s = what;
    char id[32];
    snprintf(id, sizeof id, "%s-%" PRId64, s->kind->prefix, some_id(i, s->n));
    run_op(b, s->op, &(word){"id", id}, 1);
}

static void show_bare(bench *b, void *what, size_t i)
{
    const show *s = what;
    int64_t id = some_id(i, s->n);
    sqlite3_bind_int64(s->row, 1, id);
    if (sqlite3_step(s->row) != SQLITE_ROW)
        stop(b, "show");
    for (int c = 0; c < sqlite3_column_count(s->row); c++)
        (void)sqlite3_column_text(s->row, c);
    for (size_t r = 0; r < s->n_refs; r++)
        if (sqlite3_column_type(s->row, s->refs[r].column) != SQLITE_NULL)
            read_number(b, s->refs[r].label, sqlite3_column_int64(s->row, s->refs[r].column));
    sqlite3_reset(s->row);
    read_number(b, s->external, id);
    for (size_t k = 0; k < s->n_by_id; k++)
        read_number(b, s->by_id[k], id);
    read_number(b, s->changes, id);
}

static void end_show(show *s)
{
    sqlite3_finalize(s->row);
    sqlite3_finalize(s->changes);
    sqlite3_finalize(s->external);
    for (size_t i = 0; i < s->n_refs; i++)
        sqlite3_finalize(s->refs[i].label);
    for (size_t i = 0; i < s->n_by_id; i++)
        sqlite3_finalize(s->by_id[i]);
}

static void measure_show(bench *b, const char *kind, size_t n)
{
    char name[64];
    show s;
    prepare_show(b, &s, kind, n);
    snprintf(name, sizeof name, "show_%s", kind);
    compare(b, name, show_ours, show_bare, &s, 10 * PLACES, false);
    end_show(&s);
}

/* --- History --- */

static void history_ours(bench *b, void *what, size_t i)
{
    (void)what;
    char id[32];
    snprintf(id, sizeof id, "P-%" PRId64, some_id(i, b->sizes.promises));
    run_op(b, "promise history", &(word){"id", id}, 1);
}

static void history_bare(bench *b, void *what, size_t i)
{
    read_number(b, what, some_id(i, b->sizes.promises));
}

static void measure_history(bench *b)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql, CHANGES, "promise", -1);
    sqlite3_stmt *stmt = prepare(b, kept_buf_text(&sql));
    compare(b, "history", history_ours, history_bare, stmt, 10 * PLACES, false);
    sqlite3_finalize(stmt);
}

/* --- Find --- */

typedef struct find {
    const char *words, *match;
    sqlite3_stmt *stmt;
} find;

static void find_ours(bench *b, void *what, size_t i)
{
    const find *f = what;
    (void)i;
    run_op(b, "find", &(word){"words", f->words}, 1);
}

static void find_bare(bench *b, void *what, size_t i)
{
    const find *f = what;
    (void)i;
    sqlite3_bind_text(f->stmt, 1, f->match, -1, SQLITE_STATIC);
    sqlite3_bind_int(f->stmt, 2, FOUND);
    read_all(b, f->stmt);
}

static void measure_find(bench *b, const char *name, uint64_t rank, uint64_t second, size_t n)
{
    char one_word[MADE_WORD], two[MADE_WORD], words[2 * MADE_WORD], match[80];
    made_word(rank, one_word);
    made_word(second, two);
    snprintf(words, sizeof words, "%s%s%s", one_word, second ? " " : "", second ? two : "");
    /* The last word may go on: so for us, so in SQL. */
    if (second)
        snprintf(match, sizeof match, "\"%s\" \"%s\"*", one_word, two);
    else
        snprintf(match, sizeof match, "\"%s\"*", one_word);
    find f = {words, match,
              prepare(b, "SELECT kind, record, field, snippet(search, 3, '[', ']', '...', 16)"
                         " FROM search WHERE search MATCH ?1 ORDER BY rank LIMIT ?2")};
    compare(b, name, find_ours, find_bare, &f, n, false);
    sqlite3_finalize(f.stmt);
}

/* --- Lists --- */

typedef struct list {
    const kept_record_kind *kind;
    char op[64], after[32];
    bool by_customer;
    size_t customers;
    sqlite3_stmt *page, *total;
} list;

static void list_ours(bench *b, void *what, size_t i)
{
    const list *l = what;
    char customer[32];
    snprintf(customer, sizeof customer, "C-%" PRId64, some_id(i, l->customers));
    const word words[] = {
        {l->by_customer ? "customer" : "after", l->by_customer ? customer : l->after}};
    run_op(b, l->op, words, l->by_customer || l->after[0]);
}

static void list_bare(bench *b, void *what, size_t i)
{
    const list *l = what;
    if (l->by_customer) {
        read_number(b, l->page, some_id(i, l->customers));
        return;
    }
    read_all(b, l->page);
    read_all(b, l->total);
}

/* A page with the label of every reference, and how many there are from there on; after 0: the
 * first page. */
static void prepare_list(bench *b, list *l, int64_t after)
{
    const kept_catalogue *catalogue = &b->ctx.store->catalogue;
    KEPT_AUTO_BUF page = KEPT_BUF_INIT, total = KEPT_BUF_INIT, column = KEPT_BUF_INIT;
    kept_buf_add(&page, "SELECT t.*");
    for (size_t f = 0; f < l->kind->n_fields; f++)
        for (size_t c = 0; l->kind->fields[f].type == KEPT_RECORD_REF &&
                           c < kept_tables_columns(&l->kind->fields[f]);
             c++) {
            const kept_record_kind *to = kept_catalogue_record(catalogue, l->kind->fields[f].to[c]);
            kept_buf_clear(&column);
            kept_tables_column(&l->kind->fields[f], c, &column);
            kept_buf_printf(&page, ", (SELECT r.\"%s\" FROM \"%s\" r WHERE r.id = t.\"%s\")",
                            to->label, to->name, kept_buf_text(&column));
        }
    kept_buf_printf(&page, " FROM \"%s\" t WHERE ", l->kind->name);
    kept_tables_open(l->kind, &page);
    kept_buf_printf(&total, "SELECT count(*) FROM \"%s\" t WHERE ", l->kind->name);
    kept_tables_open(l->kind, &total);
    kept_buf_printf(&total, " AND t.id > %" PRId64, after);
    if (l->by_customer)
        kept_buf_add(&page, " AND t.customer = ?1");
    kept_buf_printf(&page, " AND t.id > %" PRId64 " ORDER BY t.id LIMIT %d", after, (int)PAGE);
    l->page = prepare(b, kept_buf_text(&page));
    l->total = prepare(b, kept_buf_text(&total));
}

static void measure_list(bench *b, const char *name, const char *kind, int64_t after,
                         bool by_customer)
{
    list l = {.kind = kept_catalogue_record(&b->ctx.store->catalogue, kind),
              .by_customer = by_customer,
              .customers = b->sizes.customers};
    snprintf(l.op, sizeof l.op, "%s list", kind);
    if (after)
        snprintf(l.after, sizeof l.after, "%s-%" PRId64, l.kind->prefix, after);
    prepare_list(b, &l, after);
    compare(b, name, list_ours, list_bare, &l, PLACES, false);
    sqlite3_finalize(l.page);
    sqlite3_finalize(l.total);
}

/* --- Writing --- */

typedef struct writing {
    sqlite3_stmt *begin, *note, *log, *search, *commit;
} writing;

static const char written[] = "They ask for a visit before the next delivery";

static void write_ours(bench *b, void *what, size_t i)
{
    char customer[32];
    (void)what;
    snprintf(customer, sizeof customer, "C-%" PRId64, some_id(i, b->sizes.customers));
    run_op(b, "note add", (word[]){{"customer", customer}, {"text", written}}, 2);
}

static void write_bare(bench *b, void *what, size_t i)
{
    const writing *w = what;
    read_all(b, w->begin);
    read_number(b, w->note, some_id(i, b->sizes.customers));
    int64_t id = sqlite3_last_insert_rowid(b->db);
    read_number(b, w->log, id);
    read_number(b, w->search, id);
    read_all(b, w->commit);
}

/* A row of the log that follows from nothing: the ledger is not used after this. */
static void measure_write(bench *b)
{
    KEPT_AUTO_BUF log = KEPT_BUF_INIT, search = KEPT_BUF_INIT;
    kept_buf_printf(&log,
                    "INSERT INTO change_log (at, who, through, kind, record, action, payload, salt,"
                    " digest, chain) VALUES (%" PRId64
                    ", 'bench', 'command', 'note', ?1, 'add', '{\"text\":[null,\"%s\"],"
                    "\"customer\":[null,\"C-1\"]}', randomblob(16), randomblob(32),"
                    " randomblob(32))",
                    kept_time_now(), written);
    kept_buf_printf(&search,
                    "INSERT INTO search (rowid, kind, record, field, words) VALUES"
                    " (?1 << %d | (SELECT id FROM search_field WHERE kind = 'note' AND"
                    " field = 'text'), 'note', ?1, 'text', '%s')",
                    (int)KEPT_SEARCH_FIELD_BITS, written);
    writing w = {prepare(b, "BEGIN IMMEDIATE"),
                 prepare(b, "INSERT INTO note (text, customer, revision, made_at, made_by,"
                            " changed_at, changed_by) VALUES"
                            " ('They ask for a visit before the next delivery', ?1, 1, 1,"
                            " 'bench', 1, 'bench')"),
                 prepare(b, kept_buf_text(&log)), prepare(b, kept_buf_text(&search)),
                 prepare(b, "COMMIT")};
    compare(b, "write", write_ours, write_bare, &w, 3 * PLACES, true);
    sqlite3_finalize(w.begin);
    sqlite3_finalize(w.note);
    sqlite3_finalize(w.log);
    sqlite3_finalize(w.search);
    sqlite3_finalize(w.commit);
}

/* --- Rules: what an operation asked is asked again --- */

static int trace(unsigned type, void *context, void *stmt, void *text)
{
    bench *b = context;
    (void)type;
    if (strncmp(text, "--", 2) == 0 || !strstr(text, b->traces) || b->n_traced == STMTS)
        return 0;
    char *sql = sqlite3_expanded_sql(stmt);
    sqlite3_stmt *again = sql ? prepare(b, sql) : NULL;
    sqlite3_free(sql);
    if (again && sqlite3_stmt_readonly(again) && sqlite3_column_count(again))
        b->traced[b->n_traced++] = again;
    else
        sqlite3_finalize(again);
    return 0;
}

/* Runs ours once and keeps the statements that have `with` in them. */
static void take_statements(bench *b, one *ours, size_t i, const char *with)
{
    b->traces = with;
    sqlite3_trace_v2(b->ctx.store->ledger.db, SQLITE_TRACE_STMT, trace, b);
    ours(b, NULL, i);
    sqlite3_trace_v2(b->ctx.store->ledger.db, 0, NULL, NULL);
}

static void traced_bare(bench *b, void *what, size_t i)
{
    (void)what;
    (void)i;
    for (size_t k = 0; k < b->n_traced; k++)
        read_all(b, b->traced[k]);
}

/* As traced_bare, each prepared again: what is asked once in a run has to be. */
static void traced_anew(bench *b, void *what, size_t i)
{
    (void)what;
    (void)i;
    for (size_t k = 0; k < b->n_traced; k++) {
        sqlite3_stmt *stmt = prepare(b, sqlite3_sql(b->traced[k]));
        read_all(b, stmt);
        sqlite3_finalize(stmt);
    }
}

static void drop_traced(bench *b)
{
    while (b->n_traced)
        sqlite3_finalize(b->traced[--b->n_traced]);
}

static void warnings_ours(bench *b, void *what, size_t i)
{
    (void)what;
    (void)i;
    run_op(b, "warnings", NULL, 0);
}

static void measure_warnings(bench *b)
{
    if (!is_wanted(b, "warnings"))
        return;
    bench_timer t = bench_start();
    warnings_ours(b, NULL, 0); /* notes what fires, once a day */
    bench_print("warnings_first", bench_stop(t).wall, "s");
    take_statements(b, warnings_ours, 0, "kept_fires");
    bench_print("warning_rules", (double)b->n_traced, "");
    compare(b, "warnings", warnings_ours, traced_bare, NULL, 4, false);
    drop_traced(b);
}

static void account_ours(bench *b, void *what, size_t i)
{
    char id[32];
    (void)what;
    (void)i;
    snprintf(id, sizeof id, "C-%" PRId64, some_id(7, b->sizes.customers));
    run_op(b, "account", &(word){"id", id}, 1);
}

static void measure_account(bench *b)
{
    if (!is_wanted(b, "account"))
        return;
    take_statements(b, account_ours, 0, "SELECT");
    compare(b, "account", account_ours, traced_anew, NULL, PLACES, false);
    drop_traced(b);
}

static const char rule[] = "SELECT count(*) FROM promise WHERE owner = :owner";

static void rule_ours(bench *b, void *what, size_t i)
{
    kept_err err = KEPT_ERR_INIT;
    kept_rule_rows rows;
    kept_arena_mark mark = kept_arena_get_mark(&b->arena);
    (void)what;
    const kept_rule_param owner = {"owner",
                                   {.type = KEPT_RULE_INT, .i = some_id(i, b->sizes.employees)}};
    BENCH_OK(kept_rule_run(b->ctx.store, &b->ctx.scope, rule, "bench", &owner, 1, 1, &b->arena,
                           &rows, &err));
    kept_arena_rewind(&b->arena, mark);
}

/* A rule is prepared each time it runs: so is the bare one. */
static void rule_bare(bench *b, void *what, size_t i)
{
    (void)what;
    sqlite3_stmt *stmt = prepare(b, rule);
    read_number(b, stmt, some_id(i, b->sizes.employees));
    sqlite3_finalize(stmt);
}

/* --- Opening --- */

static void open_ours(bench *b, void *what, size_t i)
{
    kept_err err = KEPT_ERR_INIT;
    kept_open_opts opts = {0};
    kept_store *store;
    (void)what;
    (void)i;
    BENCH_OK(kept_store_open(b->ctx.workspace, &opts, &store, &err));
    kept_store_close(store);
}

static void load_ours(bench *b, void *what, size_t i)
{
    kept_err err = KEPT_ERR_INIT;
    kept_arena arena = KEPT_ARENA_INIT;
    kept_op_table table;
    (void)what;
    (void)i;
    BENCH_OK(kept_ops_load(b->ctx.workspace, &arena, &table, &err));
    kept_arena_free(&arena);
}

static void open_bare(bench *b, void *what, size_t i)
{
    sqlite3 *db = NULL;
    (void)what;
    (void)i;
    if (sqlite3_open_v2(b->path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_exec(db, "SELECT count(*) FROM setting", NULL, NULL, NULL) != SQLITE_OK)
        stop(b, "open");
    sqlite3_close(db);
}

static void measure_open(bench *b)
{
    compare(b, "open", open_ours, open_bare, NULL, 200, false);
    compare(b, "open_commands", load_ours, open_bare, NULL, 200, false);
}

/* --- The whole --- */

static void open_all(bench *b, const char *folder)
{
    kept_err err = KEPT_ERR_INIT;
    kept_store *store;
    BENCH_OK(kept_ops_load(NULL, &b->table_arena, &b->ops, &err));
    b->ctx = (kept_ctx){.arena = &b->arena,
                        .scope = KEPT_SCOPE_ALL("bench"),
                        .role = KEPT_ROLE_ADMIN,
                        .workspace = folder};
    BENCH_OK(kept_ctx_records(&b->ctx, &store, &err));
    snprintf(b->path, sizeof b->path, "%s/kept.db", folder);
    if (sqlite3_open_v2(b->path, &b->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        stop(b, b->path);
    exec(b, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536;");
}

static void measure_all(bench *b)
{
    const made_sizes *s = &b->sizes;
    measure_open(b);
    measure_show(b, "note", s->notes);
    measure_show(b, "promise", s->promises);
    measure_show(b, "customer", s->customers);
    measure_history(b);
    measure_find(b, "find_rare", 15000, 0, PLACES);
    measure_find(b, "find_common", 3, 0, 6);
    measure_find(b, "find_two", 300, 700, 20);
    measure_list(b, "list_first", "promise", 0, false);
    measure_list(b, "list_middle", "note", (int64_t)s->notes / 2, false);
    measure_list(b, "list_of_customer", "promise", 0, true);
    compare(b, "rule", rule_ours, rule_bare, NULL, PLACES, false);
    measure_account(b);
    measure_warnings(b);
    measure_write(b);
}

int main(int argc, char **argv)
{
    static bench b;
    char folder[512];
    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: records FOLDER RECORDS [NAME]\n");
        return 2;
    }
    b.only = argc > 3 ? argv[3] : "";
    b.sizes = made_sizes_of((size_t)strtoull(argv[2], NULL, 10));
    snprintf(folder, sizeof folder, "%s/ledger-%zu", argv[1], b.sizes.records);
    struct stat there;
    bench_timer t = bench_start();
    if (stat(folder, &there) != 0)
        made_ledger(folder, &b.sizes);
    bench_timer made = bench_stop(t);
    open_all(&b, folder);
    bench_print("records", (double)b.sizes.records, "");
    bench_print("changes", (double)b.sizes.records * MADE_CHANGES, "");
    bench_print("making", made.wall, "s");
    if (stat(b.path, &there) == 0)
        bench_print("ledger", (double)there.st_size / 1048576.0, "MiB");
    measure_all(&b);
    bench_print("peak_memory", bench_peak_mib(), "MiB");
    sqlite3_close(b.db);
    kept_ctx_close(&b.ctx);
    kept_arena_free(&b.arena);
    kept_arena_free(&b.table_arena);
    return 0;
}
