/* The life of a promise. The firm stands still at 2026-06-30. */
#include "support.h"

#include "base/array.h"
#include "general/op_table.h"
#include "general/record_ops.h"
#include "make/ops.h"

/* The commands as the program has them. */
static const kept_op *op_named(const char *name, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue catalogue;
    kept_op_table records, made;
    CHECK_OK(kept_catalogue_load(NULL, arena, &catalogue, &err));
    CHECK_OK(kept_record_ops(&catalogue, arena, &records, &err));
    CHECK_OK(kept_make_ops(&catalogue, &records, arena, &made, &err));
    const kept_op *op = kept_op_find(&made, name);
    assert_non_null(op);
    assert_string_equal(op->family->name, "promise");
    return op;
}

static void run(op_run *r, small_firm *f, const char *name, const char *const *words)
{
    firm_ask(r, f, op_named(name, &f->arena), words);
}
#define RUN(run_, firm, name, ...)                                                                 \
    run((run_), (firm), (name), (const char *const[]){__VA_ARGS__, NULL})

static void refuse(small_firm *f, const char *name, const char *says, const char *const *words)
{
    op_run r;
    assert_int_not_equal(run_op_as(&r, op_named(name, &f->arena), f->folder, f->scope, words),
                         KEPT_OK);
    CHECK_CONTAINS(r.err.msg, says);
    run_end(&r);
}
#define REFUSE(firm, name, says, ...)                                                              \
    refuse((firm), (name), (says), (const char *const[]){__VA_ARGS__, NULL})

/* What the ledger says now, as another program would read it: cells joined by |, rows by blanks. */
static const char *ask(small_firm *f, const char *sql)
{
    char path[320];
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    snprintf(path, sizeof path, "%s/kept.db", f->folder);
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        kept_buf_add(&out, out.len ? " " : "");
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            const char *text = (const char *)sqlite3_column_text(stmt, i);
            kept_buf_printf(&out, "%s%s", i ? "|" : "", text ? text : "-");
        }
    }
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return kept_arena_strdup(&f->arena, kept_buf_text(&out));
}
#define ASK_SQL(firm, sql, want) assert_string_equal(ask((firm), (sql)), (want))

/* C-1 with PE-1 (functional), C-2 with PE-2, E-1, and P-1, counted by quarters. */
static void make_firm(small_firm *f)
{
    firm_make(f);
    PUT(f, "customer", "name=Harrow Mill");
    PUT(f, "customer", "name=Other");
    PUT(f, "person", "name=Moira", "customer=C-1", "level=functional");
    PUT(f, "person", "name=Sam", "customer=C-2");
    PUT(f, "employee", "name=Jo");
    PUT(f, "promise", "text=On the day", "customer=C-1", "judged=counted", "measure=on_time",
        "target=95%", "window_kind=quarter");
}

static const char *file_in(small_firm *f, const char *name, const char *text)
{
    const char *path = kept_arena_printf(&f->arena, "%s/%s", f->root, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void agree(small_firm *f, const char *promise)
{
    op_run r;
    RUN(&r, f, "promise agree", "id", promise, "acknowledged-by", "PE-1", "start", "yes");
    run_end(&r);
}

/* --- agree --- */

void test_promise_life__agreeing_moves_it_and_says_who(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    make_firm(&f);
    RUN(&r, &f, "promise agree", "id", "P-1", "acknowledged-by", "Moira", "on", "2026-06-15",
        "words", "Yes, so");
    assert_string_equal(op_cell(&r, "step", "state").v.text, "agreed");
    assert_string_equal(op_cell(&r, "step", "event").v.text, "AM-1");
    assert_string_equal(op_cell(&r, "step", "customer").v.text, "Harrow Mill");
    assert_true(has_note(&r, "kept promise move P-1 active"));
    run_end(&r);
    ASK_SQL(&f,
            "SELECT promise, what, effective_on, acknowledged_on, acknowledged_by_person, words,"
            " target FROM amendment",
            "1|agreed|2026-06-15|2026-06-15|1|Yes, so|-");
    /* Already agreed: it starts; already active: acknowledged once more, and stays. */
    agree(&f, "P-1");
    ASK_SQL(&f, "SELECT state FROM promise", "active");
    agree(&f, "P-1");
    ASK_SQL(&f, "SELECT state FROM promise", "active");
    ASK_SQL(&f, "SELECT count(*) FROM amendment", "3");
    REFUSE(&f, "promise agree", "a day to come", "id", "P-1", "acknowledged-by", "PE-1", "on",
           "2026-07-01");
    REFUSE(&f, "promise agree", "E-1 is one of us", "id", "P-1", "acknowledged-by", "E-1");
    firm_remove(&f);
}

/* A supplier has no people in Kept: one of us may have their word. */
void test_promise_life__one_of_us_may_have_a_suppliers_word(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    make_firm(&f);
    PUT(&f, "supplier", "name=Northline");
    PUT(&f, "promise", "text=Trucks by six", "giver=supplier", "giver_party=SU-1", "receiver=us");
    RUN(&r, &f, "promise agree", "id", "P-2", "acknowledged-by", "E-1");
    run_end(&r);
    ASK_SQL(&f, "SELECT acknowledged_by_employee FROM amendment", "1");
    firm_remove(&f);
}

/* --- amend --- */

void test_promise_life__an_amendment_keeps_what_held_before(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    make_firm(&f);
    agree(&f, "P-1");
    RUN(&r, &f, "promise amend", "id", "P-1", "target", "90%", "tolerance", "0.5",
        "acknowledged-by", "PE-1", "words", "Fine", "why", "new carrier");
    assert_int_equal(table_rows(&r, "changes"), 2);
    size_t row = table_find(&r, "changes", "field", "target");
    assert_string_equal(table_text(&r, "changes", row, "before"), "95%");
    assert_string_equal(table_text(&r, "changes", row, "now"), "90%");
    run_end(&r);
    ASK_SQL(&f, "SELECT target, tolerance, revision FROM promise", "900000|500000|3");
    /* With effect from the next quarter: the one that runs is judged by what held before. */
    ASK_SQL(&f,
            "SELECT what, effective_on, target, tolerance, judged, measure, window_kind, text"
            " FROM amendment WHERE id = 2",
            "amended|2026-07-01|950000|-|counted|on_time|quarter|On the day");
    /* One writing: both changes bear the same time. */
    ASK_SQL(&f,
            "SELECT count(DISTINCT at), group_concat(action) FROM (SELECT * FROM change_log"
            " ORDER BY seq DESC LIMIT 2)",
            "1|add,amend");
    ASK_SQL(&f, "SELECT change FROM amendment WHERE id = 2",
            "Target share from 95% to 90%; Tolerance from nothing to 0.5");
    firm_remove(&f);
}

void test_promise_life__amendments_that_are_refused(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    make_firm(&f);
#define AMEND "id", "P-1", "acknowledged-by", "PE-1", "why", "x"
    REFUSE(&f, "promise amend", "only proposed; agree it first", AMEND, "words", "y", "target",
           "90%");
    agree(&f, "P-1");
    REFUSE(&f, "promise amend", "needs what shows that it was acknowledged", AMEND, "target",
           "90%");
    REFUSE(&f, "promise amend", "needs --acknowledged-by", "id", "P-1", "why", "x", "words", "y",
           "target", "90%");
    REFUSE(&f, "promise amend", "Nothing is named that should change", AMEND, "words", "y");
    REFUSE(&f, "promise amend", "says so already", AMEND, "words", "y", "target", "95%");
    REFUSE(&f, "promise amend", "judged of P-1 was fixed", AMEND, "words", "y", "judged", "said");
    REFUSE(&f, "promise amend", "\"owner\" is none", AMEND, "words", "y", "clear", "owner");
    REFUSE(&f, "promise amend", "the one that runs began on 2026-04-01", AMEND, "words", "y",
           "target", "90%", "from", "2026-03-31");
    REFUSE(&f, "promise amend", "There is no file", AMEND, "proof", "/no/such/file", "target",
           "90%");
    ASK_SQL(&f, "SELECT count(*) FROM amendment WHERE what = 'amended'", "0");
    ASK_SQL(&f, "SELECT target FROM promise", "950000");
    /* The first day of the quarter that runs is early enough; then no way back behind it. */
    RUN(&r, &f, "promise amend", AMEND, "words", "y", "target", "90%", "from", "2026-07-15");
    run_end(&r);
    REFUSE(&f, "promise amend", "was amended with effect from 2026-07-15", AMEND, "words", "y",
           "target", "80%", "from", "2026-04-01");
    RUN(&r, &f, "promise amend", AMEND, "words", "y", "clear", "measure", "from", "2026-10-01");
    run_end(&r);
    ASK_SQL(&f, "SELECT measure, target FROM promise", "-|900000");
    firm_remove(&f);
}

/* A trial keeps nothing, the file neither. */
void test_promise_life__a_trial_keeps_nothing(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    make_firm(&f);
    agree(&f, "P-1");
    const char *path = file_in(&f, "reply.eml", "Fine.\n"),
               *log = "SELECT count(*) FROM change_log";
    const char *before = ask(&f, log);
    RUN(&r, &f, "promise amend", AMEND, "proof", path, "target", "90%", "dry-run", "yes");
    CHECK_CONTAINS(r.result.title, "trial");
    assert_int_equal(table_rows(&r, "changes"), 1);
    run_end(&r);
    assert_string_equal(ask(&f, log), before);
    char folder[400];
    snprintf(folder, sizeof folder, "%s/files", f.folder);
    assert_int_not_equal(access(folder, F_OK), 0);
    RUN(&r, &f, "promise amend", AMEND, "proof", path, "target", "90%");
    run_end(&r);
    const char *proof = ask(&f, "SELECT proof FROM amendment WHERE what = 'amended'");
    CHECK_CONTAINS(proof, "-reply.eml");
    assert_int_equal(access(kept_arena_printf(&f.arena, "%s/%s", f.folder, proof), F_OK), 0);
    firm_remove(&f);
}

/* --- pause, resume, close --- */

void test_promise_life__pausing_and_closing_take_their_word(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    make_firm(&f);
    agree(&f, "P-1");
    REFUSE(&f, "promise pause", "A pause needs what shows", "id", "P-1", "acknowledged-by", "PE-1");
    REFUSE(&f, "promise pause", "cannot begin before it was acknowledged", "id", "P-1",
           "acknowledged-by", "PE-1", "words", "rest", "from", "2026-06-01");
    RUN(&r, &f, "promise pause", "id", "P-1", "acknowledged-by", "PE-2", "words", "rest", "from",
        "2026-06-20", "on", "2026-06-18");
    assert_true(has_note(&r, "Sam (PE-2) is at C-2, while P-1 is about C-1"));
    run_end(&r);
    REFUSE(&f, "promise pause", "P-1 is paused; kept promise pause takes one that is active", "id",
           "P-1", "acknowledged-by", "PE-1", "words", "rest");
    RUN(&r, &f, "promise resume", "id", "P-1");
    run_end(&r);
    REFUSE(&f, "promise close", "Closing needs what shows", "id", "P-1", "acknowledged-by", "PE-1");
    RUN(&r, &f, "promise close", "id", "P-1", "acknowledged-by", "PE-1", "words", "Thanks");
    assert_string_equal(op_cell(&r, "step", "state").v.text, "closed");
    run_end(&r);
    REFUSE(&f, "promise amend", "takes one that is agreed, active or paused", AMEND, "words", "y",
           "target", "90%");
    ASK_SQL(&f,
            "SELECT what, effective_on, acknowledged_on, acknowledged_by_person FROM amendment"
            " WHERE id > 1",
            "paused|2026-06-20|2026-06-18|2 resumed|2026-06-30|-|- closed|2026-06-30|2026-06-30|1");
    firm_remove(&f);
}

/* --- exempt --- */

void test_promise_life__exemptions_are_agreed_beforehand(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    make_firm(&f);
    agree(&f, "P-1");
#define EXEMPT(from_, until_)                                                                      \
    "id", "P-1", "from", from_, "until", until_, "reason", "stocktaking", "agreed-with", "PE-1"
    REFUSE(&f, "promise exempt", "begin on 2026-06-29, before it was agreed (2026-06-30)",
           EXEMPT("2026-06-29", "2026-07-02"));
    REFUSE(&f, "promise exempt", "before it was agreed (2026-06-30)",
           EXEMPT("2026-06-29", "2026-07-02"), "agreed-on", "2026-06-30");
    REFUSE(&f, "promise exempt", "a day to come", EXEMPT("2026-07-03", "2026-07-03"), "agreed-on",
           "2026-07-01");
    REFUSE(&f, "promise exempt", "--until lies before --from (2026-07-03)",
           EXEMPT("2026-07-03", "2026-07-02"));
    REFUSE(&f, "promise exempt", "is one of us", "id", "P-1", "from", "2026-07-01", "until",
           "2026-07-02", "reason", "r", "agreed-with", "E-1");
    RUN(&r, &f, "promise exempt", EXEMPT("2026-06-30", "2026-07-02"));
    run_end(&r);
    RUN(&r, &f, "promise exempt", EXEMPT("2026-06-10", "2026-06-12"), "agreed-on", "2026-06-01",
        "cases", "2");
    run_end(&r);
    ASK_SQL(&f,
            "SELECT promise, starts_on, ends_on, cases, agreed_with_person, agreed_on"
            " FROM exemption",
            "1|2026-06-30|2026-07-02|-|1|2026-06-30 1|2026-06-10|2026-06-12|2|1|2026-06-01");
    firm_remove(&f);
}

/* --- done --- */

static void make_done(small_firm *f, const char *rhythm, const char *due_on)
{
    make_firm(f);
    const char *how = kept_arena_printf(&f->arena, "rhythm=%s", rhythm);
    const char *by = kept_arena_printf(&f->arena, "due_on=%s", due_on);
    PUT(f, "promise", "text=A review", "customer=C-1", "judged=done", how, by, "state=active");
}

void test_promise_life__done_finds_the_day_it_was_due(void **state)
{
    (void)state;
    static const struct {
        const char *rhythm, *due_on, *on, *due, *want; /* of due_on and verdict */
    } cases[] = {
        {"weekly", "", "2026-06-24", NULL, "2026-06-28|kept"}, /* a Wednesday; Sunday */
        {"monthly", "", "2026-06-24", NULL, "2026-06-30|kept"},
        {"quarterly", "", "2026-02-10", NULL, "2026-03-31|kept"},
        {"half-yearly", "", "2026-02-10", NULL, "2026-06-30|kept"},
        {"yearly", "", "2026-02-10", NULL, "2026-12-31|kept"},
        {"quarterly", "", "2026-04-03", "2026-03-31", "2026-03-31|late"},
        {"", "2026-06-29", NULL, NULL, "2026-06-29|late"},
        {"", "2026-06-30", NULL, NULL, "2026-06-30|kept"}, /* the day itself still counts */
        {"", "", NULL, NULL, "-|kept"},
    };
    for (size_t i = 0; i < KEPT_N(cases); i++) {
        small_firm f;
        op_run r;
        make_done(&f, cases[i].rhythm, cases[i].due_on);
        const char *words[7] = {"id", "P-2"};
        size_t n = 2;
        if (cases[i].on) {
            words[n++] = "on";
            words[n++] = cases[i].on;
        }
        if (cases[i].due) {
            words[n++] = "due";
            words[n++] = cases[i].due;
        }
        run(&r, &f, "promise done", words);
        run_end(&r);
        ASK_SQL(&f, "SELECT due_on, verdict FROM fulfilment", cases[i].want);
        firm_remove(&f);
    }
}

void test_promise_life__done_again_replaces_the_first(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    make_done(&f, "quarterly", "");
    const char *path = file_in(&f, "minutes.pdf", "x");
    RUN(&r, &f, "promise done", "id", "P-2", "on", "2026-04-03", "due", "2026-03-31", "cause",
        "holidays", "remedy", "two people", "words", "met");
    run_end(&r);
    ASK_SQL(&f, "SELECT verdict, cause, remedy, words FROM fulfilment",
            "late|holidays|two people|met");
    RUN(&r, &f, "promise done", "id", "P-2", "on", "2026-03-30", "due", "2026-03-31", "proof",
        path);
    assert_true(has_note(&r, "replaces what FU-1 said"));
    run_end(&r);
    ASK_SQL(&f,
            "SELECT id, verdict, cause, remedy, words, done_on, substr(proof, 39) FROM fulfilment",
            "1|kept|-|-|done 2026-03-30, due 2026-03-31|2026-03-30|-minutes.pdf");
    ASK_SQL(&f, "SELECT count(*) FROM change_log WHERE kind = 'fulfilment'", "2");
    /* Another quarter is another record. */
    RUN(&r, &f, "promise done", "id", "P-2", "due", "2025-12-31", "verdict", "broken");
    run_end(&r);
    ASK_SQL(&f, "SELECT verdict, done_on, words FROM fulfilment WHERE id = 2",
            "broken|-|not done, due 2025-12-31");
    RUN(&r, &f, "promise done", "id", "P-2", "due", "2025-12-31", "on", "2026-01-05", "verdict",
        "kept");
    assert_true(has_note(&r, "done after it was due"));
    run_end(&r);
    firm_remove(&f);
}

void test_promise_life__how_it_is_judged_says_who_records(void **state)
{
    (void)state;
    small_firm f;
    make_done(&f, "always", "");
    agree(&f, "P-1");
    PUT(&f, "promise", "text=We help you grow", "customer=C-1", "judged=said", "state=active");
    PUT(&f, "promise", "text=Somehow", "customer=C-1", "state=active");
    REFUSE(&f, "promise done", "P-1 is judged counted", "id", "P-1");
    REFUSE(&f, "promise done", "with every case; say which day this one was due", "id", "P-2");
    REFUSE(&f, "promise done", "record what they said: kept promise said", "id", "P-3");
    REFUSE(&f, "promise done", "kept promise edit P-4 --judged done", "id", "P-4");
#define SAID "verdict", "kept", "by", "PE-1", "words", "good"
    REFUSE(&f, "promise said", "record what was done: kept promise done", "id", "P-2", SAID);
    REFUSE(&f, "promise said", "P-1 is judged counted", "id", "P-1", SAID);
    REFUSE(&f, "promise said", "needs --words", "id", "P-3", "verdict", "kept", "by", "PE-1");
    ASK_SQL(&f, "SELECT count(*) FROM fulfilment", "0");
    firm_remove(&f);
}

/* --- said --- */

void test_promise_life__every_word_stands_for_itself(void **state)
{
    (void)state;
    small_firm f;
    op_run r;
    make_firm(&f);
    PUT(&f, "promise", "text=We help you grow", "customer=C-1", "judged=said", "state=active");
    RUN(&r, &f, "promise said", "id", "P-2", "verdict", "partial", "by", "Moira", "words", "Better",
        "value", "3.5", "due", "2026-06-30");
    run_end(&r);
    RUN(&r, &f, "promise said", "id", "P-2", "verdict", "kept", "by", "PE-1", "words", "Good",
        "level", "strategic", "on", "2026-06-01");
    run_end(&r);
    ASK_SQL(&f, "SELECT verdict, said_by, level, words, value, due_on, done_on FROM fulfilment",
            "partial|1|functional|Better|3500000|2026-06-30|2026-06-30"
            " kept|1|strategic|Good|-|-|2026-06-01");
    firm_remove(&f);
}

void test_promise_life__an_archived_promise_has_no_steps(void **state)
{
    (void)state;
    small_firm f;
    make_firm(&f);
    firm_sql(&f, "UPDATE promise SET archived_at = 1");
    REFUSE(&f, "promise agree", "bring it back first: kept promise archive P-1 --back", "id", "P-1",
           "acknowledged-by", "PE-1");
    REFUSE(&f, "promise agree", "P-9", "id", "P-9", "acknowledged-by", "PE-1");
    firm_remove(&f);
}
