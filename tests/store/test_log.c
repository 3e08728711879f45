#include "records_support.h"

#include "store/records/write_int.h"

static kept_log_check verified(ledger *l, const char *head)
{
    kept_err err = KEPT_ERR_INIT;
    kept_log_check check;
    CHECK_OK(kept_log_verify(l->store, &all, head, &check, &err));
    return check;
}

static kept_log_row *history(ledger *l, const char *kind, int64_t id, size_t *n)
{
    kept_err err = KEPT_ERR_INIT;
    kept_log_row *rows = NULL;
    kept_ref ref = {kind_of(l, kind), id};
    CHECK_OK(kept_record_history(l->store, &all, ref, 0, &l->arena, &rows, n, &err));
    return rows;
}

/* --- What is logged --- */

void test_log__says_who_when_what_and_why(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited;
    make_ledger(&l);
    put(&l, "x_topic", 0, FIELDS("name=Water"));
    put(&l, "x_visit", 0, FIELDS("text=He said \"no\"\\\nand left", "topics=XT-1"));
    kept_edit edit = edit_of(&l, "x_visit", 1, FIELDS("place=Ulm", "topics="));
    edit.state = "done";
    edit.why = "asked by phone";
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    size_t n = 0;
    kept_log_row *rows = history(&l, "x_visit", 1, &n);
    assert_int_equal(n, 2);
    assert_int_equal(rows[0].seq, 3);
    assert_string_equal(rows[0].action, "move");
    assert_string_equal(rows[0].who, "tester");
    assert_string_equal(rows[0].through, "test");
    assert_string_equal(rows[0].why, "asked by phone");
    assert_true(rows[0].at >= rows[1].at);
    assert_int_equal(rows[0].n_values, 3);
    assert_string_equal(rows[0].values[0].field, "place");
    assert_null(rows[0].values[0].old);
    assert_string_equal(rows[0].values[0].now, "Ulm");
    assert_string_equal(rows[0].values[1].field, "topics");
    assert_string_equal(rows[0].values[1].old, "XT-1");
    assert_null(rows[0].values[1].now);
    assert_string_equal(rows[0].values[2].old, "planned");
    assert_string_equal(rows[1].action, "add");
    assert_null(rows[1].why);
    assert_string_equal(rows[1].values[0].now, "He said \"no\"\\\nand left");
    remove_ledger(&l);
}

void test_log__names_what_was_done(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited;
    make_ledger(&l);
    put(&l, "x_visit", 0, FIELDS("text=a"));
    put(&l, "x_visit", 1, FIELDS("text=b"));
    kept_edit edits[] = {edit_of(&l, "x_visit", 1, FIELDS("earlier=XV-1")),
                         {.kind = kind_of(&l, "x_visit"), .id = 1, .archive = 1},
                         {.kind = kind_of(&l, "x_visit"), .id = 1, .archive = -1},
                         edit_of(&l, "x_visit", 1, FIELDS("text=c"))};
    edits[0].put = KEPT_PUT_ADD;
    edits[3].action = "merge";
    for (size_t i = 0; i < KEPT_N(edits); i++)
        CHECK_OK(write_as(&l, &all, &edits[i], &edited, &err));
    static const char *const want[] = {"merge", "restore", "archive", "link", "edit", "add"};
    size_t n = 0;
    kept_log_row *rows = history(&l, "x_visit", 1, &n);
    assert_int_equal(n, KEPT_N(want));
    for (size_t i = 0; i < n; i++)
        assert_string_equal(rows[i].action, want[i]);
    remove_ledger(&l);
}

void test_log__time_never_runs_back(void **state)
{
    (void)state;
    ledger l;
    make_ledger(&l);
    put(&l, "x_topic", 0, FIELDS("name=a"));
    /* As if the machine's clock had been a day ahead then. */
    run_sql(&l, "UPDATE change_log SET at = at + 86400000000");
    put(&l, "x_topic", 0, FIELDS("name=b"));
    assert_int_equal(number_of(&l, "SELECT max(at) - min(at) FROM change_log"), 0);
    remove_ledger(&l);
}

void test_log__since_gives_what_is_new(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    make_ledger(&l);
    for (int i = 0; i < 5; i++)
        put(&l, "x_visit", 0, FIELDS("text=a"));
    kept_log_row *rows = NULL;
    size_t n = 0;
    int64_t last = 0;
    CHECK_OK(kept_log_last(l.store, &last, &err));
    assert_int_equal(last, 5);
    CHECK_OK(kept_log_since(l.store, &all, 2, 0, &l.arena, &rows, &n, &err));
    assert_int_equal(n, 3);
    assert_int_equal(rows[0].seq, 3);
    assert_int_equal(rows[0].ref.id, 3);
    CHECK_OK(kept_log_since(l.store, &all, 2, 2, &l.arena, &rows, &n, &err));
    assert_int_equal(n, 2);
    kept_scope nobody = KEPT_SCOPE_NOBODY;
    CHECK_OK(kept_log_since(l.store, &nobody, 0, 0, &l.arena, &rows, &n, &err));
    assert_int_equal(n, 0);
    remove_ledger(&l);
}

void test_log__of_the_whole_ledger(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    make_ledger(&l);
    kept_writing *w = NULL;
    CHECK_OK(kept_writing_begin(l.store, &all, "command", &w, &err));
    kept_log_value value = {"pack", "off", "on"};
    CHECK_OK(kept_writing_log(w, (kept_ref){0}, "edit", &value, 1, "tried", &err));
    CHECK_OK(kept_writing_commit(w, &err));
    kept_writing_end(w);
    kept_log_row *rows = NULL;
    size_t n = 0;
    CHECK_OK(kept_log_since(l.store, &all, 0, 0, &l.arena, &rows, &n, &err));
    assert_int_equal(n, 1);
    assert_null(rows[0].ref.kind);
    assert_string_equal(rows[0].values[0].now, "on");
    assert_int_equal(verified(&l, NULL).broken, 0);
    remove_ledger(&l);
}

/* --- The chain --- */

void test_log__bytes_of_the_chain(void **state)
{
    (void)state;
    /* Source: the layout in log.h, put together in Python 3.11 with
     *   H = lambda b: hashlib.blake2b(b, digest_size=32).digest()
     *   d = H(bytes(range(16)) + b'{"name":[null,"Water"]}')
     *   t = lambda s: struct.pack('<I', len(s)) + s
     *   H(bytes(32) + struct.pack('<qqq', 1, 1767225600000000, 7) + t(b'anna') + t(b'command')
     *     + t(b'x_topic') + t(b'add') + d) */
    static const char want_digest[] =
        "6a12f89b8702519f54c5e16eebb8c1f9c31cd4f146fe56a38357ae9f169230f4";
    static const char want_chain[] =
        "3e65a0ab33c04cde8b5d52eb88fbf5ed0370f17c6a5844f9264a1ce6968333cb";
    static const char payload[] = "{\"name\":[null,\"Water\"]}";
    unsigned char salt[KEPT_SALT], before[KEPT_HASH] = {0}, chain[KEPT_HASH];
    char text[KEPT_HEAD_TEXT];
    for (size_t i = 0; i < sizeof salt; i++)
        salt[i] = (unsigned char)i;
    kept_link link = {.seq = 1,
                      .at = INT64_C(1767225600000000),
                      .record = 7,
                      .who = "anna",
                      .through = "command",
                      .kind = "x_topic",
                      .action = "add"};
    kept_chain__digest(salt, payload, strlen(payload), link.digest);
    kept_chain__next(before, &link, chain);
    for (size_t i = 0; i < KEPT_HASH; i++)
        snprintf(text + 2 * i, 3, "%02x", link.digest[i]);
    assert_string_equal(text, want_digest);
    for (size_t i = 0; i < KEPT_HASH; i++)
        snprintf(text + 2 * i, 3, "%02x", chain[i]);
    assert_string_equal(text, want_chain);
}

void test_log__verifies_and_finds_heads(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    make_ledger(&l);
    kept_log_check check = verified(&l, NULL);
    assert_int_equal(check.rows, 0);
    assert_string_equal(check.head,
                        "0000000000000000000000000000000000000000000000000000000000000000");
    put(&l, "x_topic", 0, FIELDS("name=a"));
    kept_log_check first = verified(&l, NULL);
    put(&l, "x_topic", 0, FIELDS("name=b"));
    check = verified(&l, first.head);
    assert_int_equal(check.rows, 2);
    assert_int_equal(check.broken, 0);
    assert_int_equal(check.head_found, 1);
    assert_string_not_equal(check.head, first.head);
    assert_int_equal(verified(&l, check.head).head_found, 2);
    first.head[0] = first.head[0] == 'a' ? 'b' : 'a';
    assert_int_equal(verified(&l, first.head).head_found, -1);
    assert_int_equal(kept_log_verify(l.store, &all, "abc", &check, &err), KEPT_EARG);
    kept_scope some = {.sight = KEPT_SEES_SOME, .who = "manager"};
    assert_int_equal(kept_log_verify(l.store, &some, NULL, &check, &err), KEPT_EDENIED);
    remove_ledger(&l);
}

void test_log__tampering_is_found_where_it_was_done(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        int64_t broken;
        const char *why;
    } cases[] = {
        {"UPDATE change_log SET payload = replace(payload, 't3', 't9') WHERE seq = 3", 3, "values"},
        {"DELETE FROM change_log WHERE seq = 2", 3, "missing"},
        {"DELETE FROM change_log WHERE seq = 1", 2, "missing"},
        {"UPDATE change_log SET seq = -2 WHERE seq = 2; UPDATE change_log SET seq = 2 WHERE seq = "
         "4;"
         "UPDATE change_log SET seq = 4 WHERE seq = -2",
         2, "does not follow"},
        {"UPDATE change_log SET who = 'somebody' WHERE seq = 4", 4, "does not follow"},
        {"UPDATE change_log SET at = at + 1 WHERE seq = 5", 5, "does not follow"},
        {"UPDATE change_log SET record = 1 WHERE seq = 2", 2, "does not follow"},
        {"UPDATE change_log SET kind = NULL WHERE seq = 2", 2, "does not follow"},
        {"UPDATE change_log SET why = 'because' WHERE seq = 2", 2, "reason"},
        {"UPDATE change_log SET why = NULL WHERE seq = 5", 5, "reason"},
        {"UPDATE change_log SET salt = zeroblob(16) WHERE seq = 1", 1, "values"},
        {"UPDATE change_log SET salt = NULL WHERE seq = 1", 1, "salt"},
        {"UPDATE change_log SET payload = NULL WHERE seq = 1", 1, "part of its values"},
        {"UPDATE change_log SET payload = NULL, salt = NULL WHERE seq = 3", 3, "no erasure"},
        {"UPDATE change_log SET digest = zeroblob(3) WHERE seq = 3", 3, "digest"},
        {"UPDATE change_log SET chain = zeroblob(32) WHERE seq = 3", 3, "does not follow"},
    };
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited;
    make_ledger(&l);
    put(&l, "x_topic", 0, FIELDS("name=t1"));
    put(&l, "x_topic", 0, FIELDS("name=t2"));
    put(&l, "x_topic", 0, FIELDS("name=t3"));
    put(&l, "x_topic", 0, FIELDS("name=t4"));
    kept_edit edit = edit_of(&l, "x_topic", 1, FIELDS("name=\"_why\":\"x\"}"));
    edit.why = "reason";
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    for (size_t i = 0; i < KEPT_N(cases); i++) {
        run_sql(&l, "SAVEPOINT tamper");
        run_sql(&l, cases[i].sql);
        kept_log_check check = verified(&l, NULL);
        if (check.broken != cases[i].broken)
            fail_msg("%s: %lld", cases[i].sql, (long long)check.broken);
        CHECK_CONTAINS(check.why, cases[i].why);
        run_sql(&l, "ROLLBACK TO tamper; RELEASE tamper");
    }
    assert_int_equal(verified(&l, NULL).broken, 0);
    remove_ledger(&l);
}

/* --- Back to what it was --- */

void test_log__revert_brings_a_record_back(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited;
    make_ledger(&l);
    for (int i = 0; i < 3; i++)
        put(&l, "x_visit", 0, FIELDS("text=v"));
    put(&l, "x_visit", 1, FIELDS("place=Ulm", "earlier=XV-2|XV-3", "chance=50%")); /* 4 */
    kept_edit edit = {.kind = kind_of(&l, "x_visit"), .id = 1, .state = "done"};
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    put(&l, "x_visit", 1, FIELDS("place=", "earlier=XV-2", "minutes=5"));
    edit = (kept_edit){.kind = edit.kind, .id = 1, .archive = 1};
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    kept_writing *w = NULL;
    CHECK_OK(kept_writing_begin(l.store, &all, "test", &w, &err));
    CHECK_OK(kept_record_revert(w, edited.ref, 4, "a mistake", &edited, &err));
    assert_int_equal(kept_record_revert(w, edited.ref, 2, NULL, &edited, &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "2 is no change of XV-1");
    CHECK_OK(kept_writing_commit(w, &err));
    kept_writing_end(w);
    kept_record visit = get(&l, "x_visit", 1);
    assert_string_equal(text_in(&l, &visit, "place"), "Ulm");
    assert_string_equal(text_in(&l, &visit, "earlier"), "XV-2, XV-3");
    assert_string_equal(text_in(&l, &visit, "minutes"), "");
    assert_string_equal(text_in(&l, &visit, "chance"), "50%");
    assert_string_equal(visit.state, "planned"); /* no move leads back from done */
    assert_int_equal(visit.archived_at, 0);
    size_t n = 0;
    kept_log_row *rows = history(&l, "x_visit", 1, &n);
    assert_string_equal(rows[0].action, "revert");
    assert_string_equal(rows[0].why, "a mistake");
    assert_int_equal(verified(&l, NULL).broken, 0);
    remove_ledger(&l);
}
