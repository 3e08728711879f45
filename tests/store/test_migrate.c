/* Ledgers of older forms and of other declarations, brought up when a workspace is opened. */
#include "records.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/array.h"

/* --- A workspace of release 0.1.0 --- */

static void copy_folder(const char *from, const char *to)
{
    char command[1000];
    snprintf(command, sizeof command, "cp -r '%s' '%s'", from, to);
    assert_int_equal(system(command), 0);
}

static void copy_fixture(workspace *w)
{
    char fixture[500];
    const char *source = getenv("KEPT_SOURCE");
    make_folder(w);
    snprintf(fixture, sizeof fixture, "%s/tests/fixtures/0.1.0", source ? source : ".");
    copy_folder(fixture, w->folder);
}

static void check_fixture_facts(workspace *w)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    /* Counts of its table import: 6 taken, 2 more and 1 that supersedes; deliveries imported twice
     * and undone once. */
    static const char *const kinds[] = {"orders", "deliveries", "x_visits"};
    static const char *const rows[] = {"8", "2", "1"};
    CHECK_OK(kept_store_open(w->folder, NULL, &w->store, &err));
    for (size_t i = 0; i < KEPT_N(kinds); i++) {
        CHECK_OK(kept_facts_view(w->store, everyone(), kinds[i], &err));
        const char *sql = kept_arena_printf(&arena, "SELECT count(*)::VARCHAR FROM %s", kinds[i]);
        assert_string_equal(text_of(w, sql, &arena), rows[i]);
    }
    kept_store_close(w->store);
    w->store = NULL;
}

static void check_fixture_ledger(const workspace *w)
{
    CHECK_SQL(w, "PRAGMA user_version", "3");
    CHECK_SQL(w, "PRAGMA integrity_check", "ok");
    CHECK_SQL(w, "PRAGMA foreign_key_check", "");
    CHECK_SQL(w,
              "SELECT i.external_id, c.name, c.id, c.state, c.made_by FROM customer_id i"
              " JOIN customer c ON c.id = i.record ORDER BY 1",
              "10001|10001|1|acquired|imports 1 to 2 10002|10002|2|acquired|imports 1 to 2"
              " 10003|10003|3|acquired|imports 1 to 2 10004|10004|4|acquired|imports 1 to 2");
    CHECK_SQL(w, "SELECT count(*) FROM customer", "4");
    CHECK_SQL(w, "SELECT value FROM setting WHERE name = 'name'", "Fixture of 0.1.0");
    CHECK_SQL(w, "SELECT count(*) FROM import", "5");
}

/* Names of automatic copies, sorted, with blanks between. */
static const char *copies_of(const workspace *w, kept_arena *arena)
{
    struct dirent **names = NULL;
    const char *list = "";
    int n = scandir(w->folder, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        if (strstr(names[i]->d_name, ".before-"))
            list = kept_arena_printf(arena, "%s%s%s", list, *list ? " " : "", names[i]->d_name);
        free(names[i]);
    }
    free(names);
    return list;
}

void test_migrate__workspace_of_0_1_0(void **state)
{
    (void)state;
    workspace w, fresh;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    copy_fixture(&w);
    check_fixture_facts(&w);
    check_fixture_ledger(&w);
    check_fixture_facts(&w);
    /* One copy, and it is what was there. */
    assert_string_equal(copies_of(&w, &arena), "kept.db.before-1-1");
    const char *ledger = kept_arena_printf(&arena, "%s/kept.db", w.folder);
    const char *copy = kept_arena_printf(&arena, "%s.before-1-1", ledger);
    assert_int_equal(rename(copy, ledger), 0);
    CHECK_SQL(&w, "PRAGMA user_version", "1");
    CHECK_SQL(&w, "SELECT count(*) FROM customer_id", "4");
    CHECK_SQL(&w, "PRAGMA integrity_check", "ok");
    /* From the copy the same comes again; a new ledger has the same tables. */
    check_fixture_facts(&w);
    check_fixture_ledger(&w);
    make_closed(&fresh);
    static const char tables[] = "SELECT name, sql FROM sqlite_schema ORDER BY name";
    assert_string_equal(read_sql(&w, tables, &arena), read_sql(&fresh, tables, &arena));
    kept_folder_remove(w.root);
    kept_folder_remove(fresh.root);
}

/* --- Evolution --- */

static const char visit_states[] =
    "states:\n  planned: {title: Planned, moves: [made]}\n  made: {title: Made}\n";
static const char visit_fields[] =
    "  - {name: words, type: prose, title: Words}\n"
    "  - {name: mood, type: choice, title: Mood, choices: [warm, neutral, cool]}\n"
    "  - {name: minutes, type: integer, title: Minutes, min: 1, max: 600}\n"
    "  - {name: customer, type: ref, title: Customer, to: customer}\n"
    "  - {name: goals, type: refs, title: Goals, to: goal}\n";

static void declare_visit(const workspace *w, const char *head, const char *fields)
{
    declare_kind(w, "x_visit", "XV", head, fields);
}

/* Three visits of two customers, with words and a goal; the third one is empty but for its name. */
static void make_visits(workspace *w)
{
    kept_err err = KEPT_ERR_INIT;
    make_closed(w);
    declare_visit(w, visit_states, visit_fields);
    CHECK_OK(reopen(w, &err));
    run_sql_on(
        w,
        "BEGIN;"
        "INSERT INTO customer (id, name, revision, made_at, made_by, changed_at, changed_by)"
        " VALUES (1, 'Acme', 1, 0, '', 0, ''), (2, 'Bell', 1, 0, '', 0, '');"
        "INSERT INTO goal (id, revision, made_at, made_by, changed_at, changed_by)"
        " VALUES (1, 1, 0, '', 0, '');"
        "INSERT INTO x_visit (id, name, words, mood, minutes, customer, state, revision, made_at,"
        " made_by, changed_at, changed_by) VALUES"
        " (1, 'Start', 'all is well', 'warm', 60, 1, 'made', 1, 0, 'ann', 0, 'ann'),"
        " (2, 'start', 'too late', 'cool', 20, 2, 'planned', 1, 0, 'ann', 0, 'ann'),"
        " (3, 'Third', NULL, NULL, NULL, NULL, 'planned', 1, 0, 'ann', 0, 'ann');"
        "INSERT INTO x_visit__goals VALUES (1, 1), (2, 1);"
        "INSERT INTO search_field (id, kind, field) VALUES (7, 'x_visit', 'words');"
        "INSERT INTO search (rowid, kind, record, field, words) VALUES"
        " (1 << 20 | 7, 'x_visit', 1, 'words', 'all is well'),"
        " (2 << 20 | 7, 'x_visit', 2, 'words', 'too late');"
        "INSERT INTO external_id VALUES ('x_visit', 'crm', 'V9', 2);"
        "INSERT INTO profile VALUES ('x_visit', 'weekly', 'name=a');"
        "INSERT INTO import (kind, imported_at, who, files, file_hashes, mapping, rows_read, taken,"
        " superseded, unchanged, set_aside, no_key, equal_rows, negative, new_customers, columns,"
        " first_change) VALUES ('x_visit', 0, 'ann', '', '', '', 0, 0, 0, 0, 0, 0, 0, 0, 0, '', 1);"
        "INSERT INTO change_log VALUES (1, 0, 'ann', 'command', 'x_visit', 1, 'add', NULL,"
        " '{\"words\":[null,\"all is well\"]}', x'00', x'00', x'00'); COMMIT");
}

/* The ledger is as one that had these declarations from the start: same views and indexes, same
 * columns in another order. */
static void check_as_new(const workspace *w)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    workspace fresh;
    char catalogue[400];
    make_closed(&fresh);
    snprintf(catalogue, sizeof catalogue, "%s/catalogue", w->folder);
    copy_folder(catalogue, fresh.folder);
    CHECK_OK(reopen(&fresh, &err));
    static const char columns[] =
        "SELECT c.name, c.type, t.name FROM declaration d JOIN pragma_table_list t"
        " ON t.name = d.name OR t.name GLOB d.name || '__*'"
        " JOIN pragma_table_info(t.name) c WHERE d.what = 'record' AND d.hidden = 0"
        " AND t.type = 'table' AND c.name <> 'state' AND NOT EXISTS (SELECT * FROM declaration h"
        "  WHERE h.what = 'field' AND h.name IN (t.name || '.' || c.name,"
        "   replace(t.name, '__', '.'))) ORDER BY 3, 1";
    static const char made[] =
        "SELECT name, sql FROM sqlite_schema WHERE type IN ('view', 'index') ORDER BY name";
    static const char kinds[] = "SELECT name, text, hash FROM declaration"
                                " WHERE what = 'record' AND hidden = 0 ORDER BY name";
    static const char whole[] = "SELECT name, hash FROM declaration WHERE what = 'records'";
    const char *const queries[] = {columns, made, kinds, whole};
    for (size_t i = 0; i < KEPT_N(queries); i++)
        assert_string_equal(read_sql(w, queries[i], &arena), read_sql(&fresh, queries[i], &arena));
    CHECK_SQL(w, "PRAGMA foreign_key_check", "");
    CHECK_SQL(w, "PRAGMA integrity_check", "ok");
    kept_folder_remove(fresh.root);
}

void test_migrate__adds_fields_states_and_kinds(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    workspace w;
    make_closed(&w);
    declare_visit(&w, "", "");
    CHECK_OK(reopen(&w, &err));
    run_sql_on(&w, "INSERT INTO x_visit (name, revision, made_at, made_by, changed_at, changed_by)"
                   " VALUES ('Old', 1, 0, '', 0, '')");
    declare_visit(&w, visit_states,
                  kept_arena_printf(&arena,
                                    "%s  - {name: level, type: choice, title: L, choices: [a, b],"
                                    " required: yes, default: b}\n"
                                    "  - {name: day, type: date, title: D, required: yes, default:"
                                    " 2024-02-29}\n"
                                    "  - {name: ok, type: flag, title: O, required: yes, default:"
                                    " yes}\n"
                                    "  - {name: part, type: share, title: P, required: yes,"
                                    " default: 5%%}\n"
                                    "  - {name: site, type: ref, title: S, to: [customer,"
                                    " x_place]}\n",
                                    visit_fields));
    declare_kind(&w, "x_place", "XP", "", "");
    declare(&w, "promise.yaml",
            "extends: promise\nfields:\n"
            "  - {name: x_weight, type: number, title: Weight}\n");
    CHECK_OK(reopen(&w, &err));
    CHECK_SQL(&w, "SELECT name, state, level, day, ok, part, words FROM x_visit",
              "Old|planned|b|2024-02-29|1|50000|-");
    CHECK_SQL(&w, "SELECT count(x_weight) FROM promise", "0");
    CHECK_SQL(&w, "SELECT count(*) FROM x_place", "0");
    check_as_new(&w);
    kept_folder_remove(w.root);
}

void test_migrate__hides_and_brings_back(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    workspace w;
    make_visits(&w);
    declare_visit(&w, "", "");
    CHECK_OK(reopen(&w, &err));
    CHECK_SQL(&w,
              "SELECT group_concat(name) FROM (SELECT name FROM declaration"
              " WHERE what = 'field' AND hidden = 1 ORDER BY name)",
              "x_visit.customer,x_visit.goals,x_visit.minutes,x_visit.mood,x_visit.words");
    CHECK_SQL(&w, "SELECT count(*) FROM search", "0");
    check_as_new(&w);
    declare(&w, "x_visit.yaml", NULL);
    CHECK_OK(reopen(&w, &err));
    CHECK_SQL(&w, "SELECT name FROM declaration WHERE what = 'record' AND hidden = 1", "x_visit");
    CHECK_SQL(&w, "SELECT count(*) FROM sqlite_schema WHERE name = 'x_visit_in_words'", "0");
    check_as_new(&w);
    declare_visit(&w, visit_states, visit_fields);
    CHECK_OK(reopen(&w, &err));
    CHECK_SQL(&w, "SELECT id, words, mood, minutes, customer, state FROM x_visit",
              "1|all is well|warm|60|1|made 2|too late|cool|20|2|planned 3|-|-|-|-|planned");
    CHECK_SQL(&w,
              "SELECT rowid >> 20, record, field FROM search WHERE search MATCH 'well OR late'"
              " ORDER BY 1",
              "1|1|words 2|2|words");
    CHECK_SQL(&w, "SELECT count(*) FROM declaration WHERE hidden = 1", "0");
    check_as_new(&w);
    kept_folder_remove(w.root);
}

void test_migrate__renames(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    workspace w;
    make_visits(&w);
    /* Another kind refers to visits in every way there is. */
    static const char link_fields[] = "  - {name: one, type: ref, title: One, to: %s}\n"
                                      "  - {name: which, type: ref, title: Which, to: [goal, %s]}\n"
                                      "  - {name: many, type: refs, title: Many, to: %s}\n";
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    declare_kind(&w, "x_link", "XL", "",
                 kept_arena_printf(&arena, link_fields, "x_visit", "x_visit", "x_visit"));
    CHECK_OK(reopen(&w, &err));
    run_sql_on(&w, "BEGIN; INSERT INTO x_link (id, one, which_x_visit, revision, made_at, made_by,"
                   " changed_at, changed_by) VALUES (1, 1, 2, 1, 0, '', 0, '');"
                   "INSERT INTO x_link__many VALUES (1, 2); COMMIT");
    declare(&w, "x_visit.yaml", NULL);
    declare_kind(
        &w, "x_call", "XC",
        "was: x_visit\nstates:\n  planned: {title: P, moves: [made]}\n  made: {title: M}\n",
        "  - {name: text, type: prose, title: T, was: words}\n"
        "  - {name: mood, type: choice, title: Mood, choices: [warm, neutral, cool]}\n"
        "  - {name: minutes, type: integer, title: Minutes, min: 1, max: 600}\n"
        "  - {name: who, type: ref, title: W, to: customer, was: customer}\n"
        "  - {name: aims, type: refs, title: A, to: goal, was: goals}\n");
    declare_kind(&w, "x_link", "XL", "",
                 kept_arena_printf(&arena, link_fields, "x_call", "x_call", "x_call"));
    CHECK_OK(reopen(&w, &err));
    CHECK_SQL(&w, "SELECT id, text, who, state FROM x_call",
              "1|all is well|1|made 2|too late|2|planned 3|-|-|planned");
    CHECK_SQL(&w, "SELECT x_call, goal FROM x_call__aims", "1|1 2|1");
    CHECK_SQL(&w, "SELECT one, which_x_call FROM x_link", "1|2");
    CHECK_SQL(&w, "SELECT x_link, x_call FROM x_link__many", "1|2");
    CHECK_SQL(&w, "SELECT id, one, which, many FROM x_link_in_words",
              "XL-1|XC-1 Start|XC-2 start|XC-2 start");
    CHECK_SQL(&w, "SELECT kind, record, field FROM search WHERE search MATCH 'late'",
              "x_call|2|text");
    CHECK_SQL(&w, "SELECT kind, field, id FROM search_field", "x_call|text|7");
    CHECK_SQL(&w, "SELECT kind, record FROM external_id", "x_call|2");
    CHECK_SQL(&w, "SELECT kind FROM import UNION ALL SELECT kind FROM profile", "x_call x_call");
    /* The chain of the log covers its words. */
    CHECK_SQL(&w, "SELECT kind, payload FROM change_log",
              "x_visit|{\"words\":[null,\"all is well\"]}");
    CHECK_SQL(&w, "SELECT name, text FROM declaration WHERE what = 'renamed' ORDER BY 1",
              "x_call.customer|x_call.who x_call.goals|x_call.aims x_call.words|x_call.text"
              " x_visit|x_call");
    check_as_new(&w);
    /* Once more: the oldest names lead to the newest. */
    declare(&w, "x_call.yaml", NULL);
    declare_kind(&w, "x_talk", "XT", "was: x_call\n",
                 "  - {name: said, type: prose, title: T, was: text}\n");
    declare_kind(&w, "x_link", "XL", "",
                 kept_arena_printf(&arena, link_fields, "x_talk", "x_talk", "x_talk"));
    CHECK_OK(reopen(&w, &err));
    CHECK_SQL(&w, "SELECT name, text FROM declaration WHERE what = 'renamed' ORDER BY 1",
              "x_call|x_talk x_talk.customer|x_talk.who x_talk.goals|x_talk.aims"
              " x_talk.text|x_talk.said x_talk.words|x_talk.said x_visit|x_talk");
    CHECK_SQL(&w, "SELECT said FROM x_talk WHERE id = 1", "all is well");
    check_as_new(&w);
    kept_folder_remove(w.root);
}

typedef struct evolving {
    const char *head, *fields;
    const char *want; /* part of the sentence, or NULL: allowed */
    const char *sql, *answer;
} evolving;

static const evolving narrowings[] = {
    {visit_states, "  - {name: mood, type: choice, title: M, choices: [warm, cool]}\n", NULL,
     "SELECT mood FROM x_visit", "warm cool -"},
    {visit_states, "  - {name: mood, type: choice, title: M, choices: [warm, hot]}\n",
     "catalogue/records/x_visit.yaml, line 14: x_visit has no \"cool\" among the choices of mood "
     "any "
     "more, but 1 record does not fit (XV-2); take that back, change this record, then declare it "
     "so.",
     NULL, NULL},
    {"states:\n  planned: {title: P}\n", "",
     "has no \"made\" among its states any more, but 1 "
     "record does not fit (XV-1)",
     NULL, NULL},
    {"states:\n  made: {title: M}\n  planned: {title: P}\n  new: {title: N}\n", "", NULL,
     "SELECT state FROM x_visit", "made planned planned"},
    {visit_states, "  - {name: minutes, type: integer, title: M, min: 21, max: 600}\n",
     "has another minimum for minutes, but 1 record does not fit (XV-2)", NULL, NULL},
    {visit_states, "  - {name: minutes, type: integer, title: M, max: 59}\n",
     "has another maximum for minutes, but 1 record does not fit (XV-1)", NULL, NULL},
    {visit_states, "  - {name: minutes, type: integer, title: M, min: 20, max: 60}\n", NULL,
     "SELECT minutes FROM x_visit", "60 20 -"},
    {visit_states, "  - {name: words, type: prose, title: W, required: yes}\n",
     "requires words (without a default), but 1 record does not fit (XV-3)", NULL, NULL},
    {visit_states, "  - {name: words, type: prose, title: W, required: yes, default: none}\n", NULL,
     "SELECT words, (SELECT count(*) FROM search WHERE search MATCH 'none') FROM x_visit",
     "all is well|1 too late|1 none|1"},
    {visit_states, "  - {name: extra, type: text, title: W, required: yes}\n",
     "requires extra (without a default), but 3 records do not fit (XV-1, XV-2, XV-3); take that "
     "back, change these records",
     NULL, NULL},
    {visit_states, "  - {name: customer, type: ref, title: C, to: customer, required: yes}\n",
     "requires customer (without a default), but 1 record does not fit (XV-3)", NULL, NULL},
    {visit_states, "  - {name: goals, type: refs, title: C, to: goal, required: yes}\n",
     "requires goals (without a default), but 1 record does not fit (XV-3)", NULL, NULL},
    {visit_states, "  - {name: words, type: text, title: W}\n", NULL, "SELECT words FROM x_visit",
     "all is well too late -"},
    {visit_states, "  - {name: mood, type: text, title: W}\n", NULL, "SELECT mood FROM x_visit",
     "warm cool -"},
    {visit_states, "  - {name: words, type: choice, title: W, choices: [all is well]}\n",
     "has no \"too late\" among the choices of words any more, but 1 record does not fit (XV-2)",
     NULL, NULL},
    {visit_states, "  - {name: minutes, type: number, title: W, max: 60}\n", NULL,
     "SELECT minutes FROM x_visit_in_words", "60 20 -"},
    {visit_states, "  - {name: minutes, type: money, title: W}\n",
     "makes minutes a field of type money, which was integer, but 2 records do not fit (XV-1, "
     "XV-2)",
     NULL, NULL},
    {visit_states, "  - {name: words, type: date, title: W}\n",
     "makes words a field of type date, which was prose, but 2 records", NULL, NULL},
    {visit_states, "  - {name: customer, type: ref, title: C, to: [goal, customer, person]}\n",
     NULL, "SELECT id, customer_customer, customer_goal, customer_person FROM x_visit",
     "1|1|-|- 2|2|-|- 3|-|-|-"},
    {visit_states, "  - {name: customer, type: ref, title: C, to: person}\n",
     "says that customer no longer refers to customer, but 2 records do not fit (XV-1, XV-2)", NULL,
     NULL},
    {visit_states, "  - {name: goals, type: refs, title: C, to: person}\n",
     "says that goals refers to person and no longer to goal, but 2 records do not fit", NULL,
     NULL},
    {"unique: name\n", "", "says that name is unique, but 2 records do not fit (XV-1, XV-2)", NULL,
     NULL},
};

void test_migrate__narrowing_names_the_records(void **state)
{
    (void)state;
    workspace w, saved;
    make_visits(&saved);
    w = saved;
    for (size_t i = 0; i < KEPT_N(narrowings); i++) {
        const evolving *e = &narrowings[i];
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        snprintf(w.folder, sizeof w.folder, "%.250s/%zu", saved.root, i);
        copy_folder(saved.folder, w.folder);
        static const char everything[] = "SELECT name, text, hidden FROM declaration ORDER BY 1";
        static const char tables[] = "SELECT name, sql FROM sqlite_schema ORDER BY 1";
        const char *before = read_sql(&w, everything, &arena);
        const char *tables_before = read_sql(&w, tables, &arena);
        declare_visit(&w, e->head, e->fields);
        kept_status status = reopen(&w, &err);
        if (e->want) {
            assert_int_equal(status, KEPT_EINPUT);
            CHECK_CONTAINS(err.msg, e->want);
            assert_string_equal(read_sql(&w, everything, &arena), before);
            assert_string_equal(read_sql(&w, tables, &arena), tables_before);
            declare_visit(&w, visit_states, visit_fields);
            CHECK_OK(reopen(&w, &err));
        } else {
            if (status != KEPT_OK)
                fail_msg("%s: %s", e->fields, err.msg);
            CHECK_SQL(&w, e->sql, e->answer);
            check_as_new(&w);
        }
        kept_folder_remove(w.folder);
    }
    kept_folder_remove(saved.root);
}

/* Fields that nobody has filled may become anything. */
void test_migrate__empty_fields_change_their_type(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    workspace w;
    make_visits(&w);
    run_sql_on(&w, "UPDATE x_visit SET words = NULL, mood = NULL, minutes = NULL, customer = NULL;"
                   "DELETE FROM x_visit__goals; DELETE FROM search");
    static const char *const stages[] = {
        "  - {name: words, type: flag, title: W}\n"
        "  - {name: mood, type: refs, title: M, to: goal}\n"
        "  - {name: minutes, type: share, title: M}\n"
        "  - {name: customer, type: ref, title: C, to: [person, goal]}\n"
        "  - {name: goals, type: ref, title: G, to: goal}\n",
        "  - {name: words, type: refs, title: W, to: x_visit}\n"
        "  - {name: mood, type: ref, title: M, to: customer}\n"
        "  - {name: minutes, type: text, title: M}\n"
        "  - {name: customer, type: ref, title: C, to: goal}\n"
        "  - {name: goals, type: refs, title: G, to: person}\n",
        visit_fields};
    for (size_t i = 0; i < KEPT_N(stages); i++) {
        declare_visit(&w, visit_states, stages[i]);
        CHECK_OK(reopen(&w, &err));
        check_as_new(&w);
    }
    CHECK_SQL(&w, "SELECT count(*) FROM x_visit", "3");
    kept_folder_remove(w.root);
}

void test_migrate__a_broken_declaration_changes_nothing(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    copy_fixture(&w);
    declare(&w, "x_bad.yaml", "kind: x_bad\ntitel: Bad\n");
    assert_int_equal(reopen(&w, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "x_bad.yaml");
    CHECK_CONTAINS(err.msg, "line 2");
    CHECK_SQL(&w, "PRAGMA user_version", "1");
    assert_string_equal(copies_of(&w, &arena), "");
    kept_folder_remove(w.root);
}

void test_migrate__keeps_three_copies(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    copy_fixture(&w);
    CHECK_OK(reopen(&w, &err));
    for (int i = 0; i < 4; i++) {
        declare_visit(&w, "", i % 2 ? "" : visit_fields);
        CHECK_OK(reopen(&w, &err));
        CHECK_OK(reopen(&w, &err));
    }
    assert_string_equal(copies_of(&w, &arena),
                        "kept.db.before-3-3 kept.db.before-3-4 kept.db.before-3-5");
    kept_folder_remove(w.root);
}

/* Who opened the workspace before does not write by declarations that are no longer those of the
 * tables. */
void test_migrate__others_have_it_open(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    workspace w;
    make_visits(&w);
    kept_open_opts opts = {.records = true};
    KEPT_AUTO_STORE *store = NULL;
    CHECK_OK(kept_store_open(w.folder, &opts, &store, &err));
    CHECK_OK(kept_ledger_begin(&store->ledger, &err));
    kept_ledger_rollback(&store->ledger);
    declare_visit(&w, visit_states, "");
    CHECK_OK(reopen(&w, &err));
    assert_int_equal(kept_ledger_begin(&store->ledger, &err), KEPT_EBUSY);
    CHECK_CONTAINS(err.msg, "changed by another program");
    /* And the lock is free. */
    run_sql_on(&w, "UPDATE setting SET value = 'x' WHERE name = 'name'");
    kept_folder_remove(w.root);
}

/* --- Killed, hurried, not allowed --- */

static const char *const steps[] = {"migration begun",   "copy made",          "migration copied",
                                    "migration form",    "migration kinds",    "migration fields",
                                    "migration changed", "migration committed"};

static void kill_opening(const workspace *w, const char *step)
{
    pid_t child = fork();
    if (child == 0) {
        setenv("KEPT_DIE_AT", step, 1);
        kept_err err = KEPT_ERR_INIT;
        if (reopen(w, &err) != KEPT_OK)
            fprintf(stderr, "%s: %s\n", step, err.msg);
        _exit(7);
    }
    int how = 0;
    waitpid(child, &how, 0);
    if (!WIFSIGNALED(how) || WTERMSIG(how) != SIGKILL)
        fail_msg("no step \"%s\" was reached", step);
}

void test_migrate__killed_at_every_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEPT_N(steps); i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        workspace w;
        copy_fixture(&w);
        kill_opening(&w, steps[i]);
        bool done = strcmp(steps[i], "migration committed") == 0;
        CHECK_SQL(&w, "PRAGMA user_version", done ? "3" : "1");
        CHECK_SQL(&w, "PRAGMA integrity_check", "ok");
        check_fixture_facts(&w);
        check_fixture_ledger(&w);
        assert_null(strstr(copies_of(&w, &arena), ".tmp"));
        kept_folder_remove(w.root);
    }
}

void test_migrate__killed_while_declarations_change(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEPT_N(steps); i++) {
        kept_err err = KEPT_ERR_INIT;
        workspace w;
        make_visits(&w);
        declare_visit(&w, visit_states,
                      "  - {name: text, type: prose, title: T, was: words}\n"
                      "  - {name: minutes, type: number, title: M, required: yes, default: 5}\n");
        kill_opening(&w, steps[i]);
        CHECK_OK(reopen(&w, &err));
        CHECK_SQL(&w, "SELECT text, minutes FROM x_visit",
                  "all is well|60000000 too late|20000000 -|5000000");
        check_as_new(&w);
        kept_folder_remove(w.root);
    }
}

void test_migrate__many_processes_at_once(void **state)
{
    (void)state;
    enum { N = 6 };
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    pid_t children[N];
    copy_fixture(&w);
    for (int i = 0; i < N; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            kept_err err = KEPT_ERR_INIT;
            kept_store *store = NULL;
            kept_open_opts opts = {.records = i % 2 == 0};
            kept_status status = kept_store_open(w.folder, &opts, &store, &err);
            if (status != KEPT_OK)
                fprintf(stderr, "%s\n", err.msg);
            kept_store_close(store);
            _exit(status == KEPT_OK ? 0 : 1);
        }
    }
    for (int i = 0; i < N; i++) {
        int how = 0;
        waitpid(children[i], &how, 0);
        assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    }
    assert_string_equal(copies_of(&w, &arena), "kept.db.before-1-1");
    check_fixture_facts(&w);
    check_fixture_ledger(&w);
    kept_folder_remove(w.root);
}

static int open_as_nobody(const workspace *w)
{
    kept_err err = KEPT_ERR_INIT;
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 2;
    if (reopen(w, &err) != KEPT_EIO)
        return 3;
    if (!strstr(err.msg, "must be brought up to date") || !strstr(err.msg, "may not be written")) {
        fprintf(stderr, "%s\n", err.msg);
        return 4;
    }
    return 0;
}

void test_migrate__read_only_folder(void **state)
{
    (void)state;
    workspace w;
    copy_fixture(&w);
    chmod(w.root, 0755);
    chmod(w.folder, 0555);
    pid_t child = fork();
    if (child == 0)
        _exit(open_as_nobody(&w));
    int how = 0;
    waitpid(child, &how, 0);
    chmod(w.folder, 0755);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), 0);
    CHECK_SQL(&w, "PRAGMA user_version", "1");
    kept_folder_remove(w.root);
}
