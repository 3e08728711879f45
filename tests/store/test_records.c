#include "records_support.h"

#include <pthread.h>

#include "store/ledger/customers.h"

/* --- Writing and reading back --- */

void test_records__every_type_reads_back(void **state)
{
    (void)state;
    ledger l;
    make_ledger(&l);
    int64_t customer = put_customer(&l, "Adler", "A1");
    assert_int_equal(customer, 1);
    put(&l, "x_topic", 0, FIELDS("name=Water"));
    put(&l, "x_topic", 0, FIELDS("name=Steel"));
    kept_edited made =
        put(&l, "x_visit", 0,
            FIELDS("text=See the pumps", "customer=C-1", "place=Ulm", "level=Strategic",
                   "urgent=yes", "minutes=90", "weight=1.25", "chance=95%", "cost=1234.5",
                   "held_on=2026-03-31", "about=water", "topics=XT-2|xt-1|Steel"));
    assert_true(made.added);
    assert_int_equal(made.revision, 1);
    kept_record visit = get(&l, "x_visit", made.ref.id);
    static const char *const want[][2] = {
        {"text", "See the pumps"}, {"customer", "C-1"}, {"place", "Ulm"},
        {"level", "strategic"},    {"urgent", "yes"},   {"minutes", "90"},
        {"weight", "1.25"},        {"chance", "95%"},   {"cost", "1234.50"},
        {"held_on", "2026-03-31"}, {"about", "XT-1"},   {"topics", "XT-1, XT-2"},
        {"earlier", ""},           {"heard", ""},
    };
    for (size_t i = 0; i < KEPT_N(want); i++)
        assert_string_equal(text_in(&l, &visit, want[i][0]), want[i][1]);
    assert_string_equal(visit.label, "See the pumps");
    assert_string_equal(visit.state, "planned");
    assert_string_equal(visit.made_by, "tester");
    assert_int_equal(visit.made_at, visit.changed_at);
    assert_int_equal(visit.archived_at, 0);
    /* In the table as a person would read it. */
    assert_int_equal(number_of(&l, "SELECT chance + minutes + cost FROM x_visit"),
                     950000 + 90 + 12345000);
    assert_int_equal(number_of(&l, "SELECT held_on = '2026-03-31' FROM x_visit"), 1);
    remove_ledger(&l);
}

void test_records__presets_hold_for_new_records_only(void **state)
{
    (void)state;
    ledger l;
    make_ledger(&l);
    put(&l, "x_visit", 0, FIELDS("text=a"));
    put(&l, "x_visit", 0, FIELDS("text=b", "urgent="));
    kept_record a = get(&l, "x_visit", 1), b = get(&l, "x_visit", 2);
    assert_string_equal(text_in(&l, &a, "urgent"), "no");
    assert_string_equal(text_in(&l, &b, "urgent"), "");
    put(&l, "x_visit", 2, FIELDS("place=Ulm"));
    b = get(&l, "x_visit", 2);
    assert_string_equal(text_in(&l, &b, "urgent"), "");
    remove_ledger(&l);
}

void test_records__an_edit_changes_what_is_named(void **state)
{
    (void)state;
    ledger l;
    make_ledger(&l);
    put(&l, "x_visit", 0, FIELDS("text=a", "place=Ulm", "minutes=5"));
    kept_edited edited = put(&l, "x_visit", 1, FIELDS("place=Bonn", "minutes="));
    assert_false(edited.added);
    assert_int_equal(edited.n_changes, 2);
    assert_int_equal(edited.revision, 2);
    kept_record visit = get(&l, "x_visit", 1);
    assert_string_equal(text_in(&l, &visit, "text"), "a");
    assert_string_equal(text_in(&l, &visit, "place"), "Bonn");
    assert_string_equal(text_in(&l, &visit, "minutes"), "");
    assert_int_equal(visit.revision, 2);
    remove_ledger(&l);
}

void test_records__equal_values_write_and_log_nothing(void **state)
{
    (void)state;
    ledger l;
    make_ledger(&l);
    put(&l, "x_visit", 0, FIELDS("text=a", "chance=50%", "place=Ulm"));
    kept_edited edited = put(&l, "x_visit", 1, FIELDS("text= a ", "chance=0.5", "place=Ulm"));
    assert_int_equal(edited.n_changes, 0);
    assert_int_equal(edited.revision, 1);
    assert_int_equal(number_of(&l, "SELECT count(*) FROM change_log"), 1);
    remove_ledger(&l);
}

void test_records__lists_of_references(void **state)
{
    (void)state;
    ledger l;
    make_ledger(&l);
    for (int i = 0; i < 4; i++)
        put(&l, "x_visit", 0, FIELDS("text=v"));
    put(&l, "x_visit", 4, FIELDS("earlier=XV-3|XV-1"));
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    kept_edit edit = edit_of(&l, "x_visit", 4, FIELDS("earlier=XV-2|XV-3"));
    edit.put = KEPT_PUT_ADD;
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    kept_record visit = get(&l, "x_visit", 4);
    assert_string_equal(text_in(&l, &visit, "earlier"), "XV-1, XV-2, XV-3");
    edit = edit_of(&l, "x_visit", 4, FIELDS("earlier=XV-1|XV-4"));
    edit.put = KEPT_PUT_REMOVE;
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    visit = get(&l, "x_visit", 4);
    assert_string_equal(text_in(&l, &visit, "earlier"), "XV-2, XV-3");
    edit = edit_of(&l, "x_visit", 4, FIELDS("place=Ulm"));
    edit.put = KEPT_PUT_ADD;
    assert_int_equal(write_as(&l, &all, &edit, &edited, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "place of the kind x_visit is no list");
    remove_ledger(&l);
}

/* --- Refusals --- */

void test_records__refusals_say_what_is_wrong(void **state)
{
    (void)state;
    ledger l;
    kept_err err;
    make_ledger(&l);
    put(&l, "x_visit", 0, FIELDS("text=a"));
    put(&l, "x_topic", 0, FIELDS("name=Water"));
    assert_int_equal(refused(&l, "x_visit", 0, FIELDS("text=a", "plce=Ulm"), &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "did you mean place?");
    assert_int_equal(refused(&l, "x_visit", 0, FIELDS("place=Ulm"), &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "needs text (Words)");
    assert_int_equal(refused(&l, "x_visit", 1, FIELDS("text="), &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "cannot be emptied");
    assert_int_equal(refused(&l, "x_visit", 1, FIELDS("minutes=601"), &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "at most 600 minutes");
    assert_int_equal(refused(&l, "x_visit", 1, FIELDS("level=stratejic"), &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "did you mean strategic?");
    assert_int_equal(refused(&l, "x_visit", 1, FIELDS("place=a|b"), &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "takes one value");
    assert_int_equal(refused(&l, "x_visit", 1, FIELDS("about=XV-1"), &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "about: XV-1 would be a x_visit; a x_topic or x_guest is wanted.");
    assert_int_equal(refused(&l, "x_visit", 1, FIELDS("topics=Watr"), &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "did you mean \"Water\"?");
    assert_int_equal(refused(&l, "x_topic", 0, FIELDS("name=WATER"), &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "XT-1 has the name \"WATER\" already");
    assert_int_equal(refused(&l, "x_visit", 9, FIELDS("place=Ulm"), &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "There is no x_visit XV-9");
    /* Nothing of all that was written; a topic may be called in other letters. */
    assert_int_equal(number_of(&l, "SELECT count(*) FROM change_log"), 2);
    put(&l, "x_topic", 1, FIELDS("name=WATER"));
    remove_ledger(&l);
}

void test_records__a_refusal_leaves_the_writing_usable(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    make_ledger(&l);
    KEPT_AUTO_WRITING *w = NULL;
    CHECK_OK(kept_writing_begin(l.store, &all, "test", &w, &err));
    kept_edit good = edit_of(&l, "x_visit", 0, FIELDS("text=a"));
    kept_edit bad = edit_of(&l, "x_visit", 0, FIELDS("text=a", "minutes=x"));
    CHECK_OK(kept_record_write(w, &good, &edited, &err));
    assert_int_equal(kept_record_write(w, &bad, &edited, &err), KEPT_EARG);
    /* What fails in the middle of writing goes back too: the table refuses the state. */
    run_sql(&l, "CREATE TEMP TRIGGER stop BEFORE INSERT ON main.change_log WHEN NEW.action = 'odd'"
                " BEGIN SELECT RAISE(ABORT, 'no'); END");
    kept_edit odd = good;
    odd.action = "odd";
    assert_int_equal(kept_record_write(w, &odd, &edited, &err), KEPT_EINTERNAL);
    CHECK_OK(kept_record_write(w, &good, &edited, &err));
    assert_int_equal(edited.ref.id, 2);
    CHECK_OK(kept_writing_commit(w, &err));
    assert_int_equal(number_of(&l, "SELECT count(*) FROM x_visit"), 2);
    kept_log_check check;
    CHECK_OK(kept_log_verify(l.store, &all, NULL, &check, &err));
    assert_int_equal(check.rows, 2);
    assert_int_equal(check.broken, 0);
    kept_writing_end(w);
    w = NULL;
    remove_ledger(&l);
}

void test_records__without_a_commit_nothing_stays(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    make_ledger(&l);
    kept_writing *w = NULL;
    CHECK_OK(kept_writing_begin(l.store, &all, "test", &w, &err));
    kept_edit edit = edit_of(&l, "x_topic", 0, FIELDS("name=Water"));
    CHECK_OK(kept_record_write(w, &edit, &edited, &err));
    kept_record record;
    CHECK_OK(kept_record_get(l.store, &all, edit.kind, 1, &l.arena, &record, &err));
    assert_int_equal(kept_writing_begin(l.store, &all, "test", &(kept_writing *){NULL}, &err),
                     KEPT_EINTERNAL);
    kept_writing_end(w);
    assert_int_equal(kept_record_get(l.store, &all, edit.kind, 1, &l.arena, &record, &err),
                     KEPT_ENOTFOUND);
    put(&l, "x_topic", 0, FIELDS("name=Water"));
    remove_ledger(&l);
}

void test_records__two_stores_continue_one_chain(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    make_ledger(&l);
    kept_store *other = open_records(l.folder);
    kept_writing *first = NULL, *second = NULL;
    CHECK_OK(kept_writing_begin(l.store, &all, "test", &first, &err));
    kept_edit edit = edit_of(&l, "x_topic", 0, FIELDS("name=Water"));
    CHECK_OK(kept_record_write(first, &edit, &edited, &err));
    CHECK_OK(kept_writing_commit(first, &err));
    kept_writing_end(first);
    /* The second reads the head inside: the chain goes on. */
    CHECK_OK(kept_writing_begin(other, &all, "test", &second, &err));
    edit = edit_of(&l, "x_topic", 0, FIELDS("name=Steel"));
    edit.kind = kept_catalogue_record(kept_store_catalogue(other), "x_topic");
    CHECK_OK(kept_record_write(second, &edit, &edited, &err));
    CHECK_OK(kept_writing_commit(second, &err));
    kept_writing_end(second);
    kept_store_close(other);
    kept_log_check check;
    CHECK_OK(kept_log_verify(l.store, &all, NULL, &check, &err));
    assert_int_equal(check.rows, 2);
    assert_int_equal(check.broken, 0);
    remove_ledger(&l);
}

typedef struct second_writer {
    kept_store *store;
    kept_status status;
} second_writer;

static void *write_second(void *context)
{
    second_writer *s = context;
    static const char *const name[] = {"Steel"};
    static const kept_set set = {"name", name, 1};
    kept_edit edit = {.kind = kept_catalogue_record(kept_store_catalogue(s->store), "x_topic"),
                      .sets = &set,
                      .n_sets = 1};
    kept_edited edited;
    kept_writing *w = NULL;
    s->status = kept_writing_begin(s->store, &all, "test", &w, NULL);
    if (s->status == KEPT_OK)
        s->status = kept_record_write(w, &edit, &edited, NULL);
    if (s->status == KEPT_OK)
        s->status = kept_writing_commit(w, NULL);
    kept_writing_end(w);
    return NULL;
}

void test_records__the_second_writer_waits_its_turn(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    pthread_t thread;
    make_ledger(&l);
    second_writer second = {open_records(l.folder), KEPT_EINTERNAL};
    kept_writing *first = NULL;
    CHECK_OK(kept_writing_begin(l.store, &all, "test", &first, &err));
    assert_int_equal(pthread_create(&thread, NULL, write_second, &second), 0);
    usleep(100000); /* the other is waiting by now, or soon */
    kept_edit edit = edit_of(&l, "x_topic", 0, FIELDS("name=Water"));
    CHECK_OK(kept_record_write(first, &edit, &edited, &err));
    CHECK_OK(kept_writing_commit(first, &err));
    kept_writing_end(first);
    pthread_join(thread, NULL);
    assert_int_equal(second.status, KEPT_OK);
    kept_store_close(second.store);
    kept_log_check check;
    CHECK_OK(kept_log_verify(l.store, &all, NULL, &check, &err));
    assert_int_equal(check.rows, 2);
    assert_int_equal(check.broken, 0);
    remove_ledger(&l);
}

void test_records__revisions_guard_against_lost_edits(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    make_ledger(&l);
    put(&l, "x_topic", 0, FIELDS("name=Water"));
    kept_edit edit = edit_of(&l, "x_topic", 1, FIELDS("name=Waters"));
    edit.revision = 1;
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    edit = edit_of(&l, "x_topic", 1, FIELDS("name=Wine"));
    edit.revision = 1;
    assert_int_equal(write_as(&l, &all, &edit, &edited, &err), KEPT_EBUSY);
    CHECK_CONTAINS(err.msg, "tester changed XT-1");
    CHECK_CONTAINS(err.msg, "revision 2 now, not 1");
    remove_ledger(&l);
}

/* --- States and archive --- */

void test_records__states_move_as_declared(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    make_ledger(&l);
    put(&l, "x_visit", 0, FIELDS("text=a"));
    kept_edit edit = {.kind = kind_of(&l, "x_visit"), .id = 1, .state = "done"};
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    assert_int_equal(edited.n_changes, 1);
    edit.state = "dropped";
    assert_int_equal(write_as(&l, &all, &edit, &edited, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "XV-1 is done and cannot become dropped");
    edit.state = "lost";
    assert_int_equal(write_as(&l, &all, &edit, &edited, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "planned, done, dropped");
    edit = (kept_edit){.kind = kind_of(&l, "x_topic"), .id = 0, .state = "done"};
    assert_int_equal(write_as(&l, &all, &edit, &edited, &err), KEPT_EARG);
    /* A new record may begin anywhere. */
    edit = edit_of(&l, "x_visit", 0, FIELDS("text=b"));
    edit.state = "dropped";
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    assert_string_equal(get(&l, "x_visit", 2).state, "dropped");
    remove_ledger(&l);
}

void test_records__archive_and_bring_back(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    make_ledger(&l);
    put(&l, "x_topic", 0, FIELDS("name=Water"));
    kept_edit edit = {.kind = kind_of(&l, "x_topic"), .id = 1, .archive = 1};
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    kept_record topic = get(&l, "x_topic", 1);
    assert_int_equal(topic.archived_at, topic.changed_at);
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    assert_int_equal(edited.n_changes, 0);
    edit.archive = -1;
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    assert_int_equal(get(&l, "x_topic", 1).archived_at, 0);
    remove_ledger(&l);
}

/* --- Ids --- */

void test_records__numbers_and_external_ids(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    make_ledger(&l);
    kept_edit edit = edit_of(&l, "x_topic", 0, FIELDS("name=Water"));
    edit.new_id = 7;
    edit.source = "crm";
    edit.external_id = "W 1";
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    assert_int_equal(edited.ref.id, 7);
    assert_int_equal(put(&l, "x_topic", 0, FIELDS("name=Steel")).ref.id, 8);
    edit = edit_of(&l, "x_topic", 0, FIELDS("name=Coal"));
    edit.new_id = 8;
    assert_int_equal(write_as(&l, &all, &edit, &edited, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "XT-8 is there already");
    /* The external id of a new record that another has means that one. */
    edit = edit_of(&l, "x_topic", 0, FIELDS("name=Waters"));
    edit.source = "crm";
    edit.external_id = "W 1";
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    assert_false(edited.added);
    assert_int_equal(edited.ref.id, 7);
    assert_int_equal(edited.n_changes, 1);
    /* Of an edit of another record it is refused. */
    edit.id = 8;
    assert_int_equal(write_as(&l, &all, &edit, &edited, &err), KEPT_EINPUT);
    edit = edit_of(&l, "x_topic", 7, NO_FIELDS);
    edit.external_id = "900";
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    assert_int_equal(edited.n_changes, 1);
    kept_external_id *ids = NULL;
    size_t n = 0;
    CHECK_OK(kept_record_external_ids(l.store, &all, edited.ref, &l.arena, &ids, &n, &err));
    assert_int_equal(n, 2);
    assert_string_equal(ids[0].source, "crm");
    assert_string_equal(ids[1].id, "900");
    remove_ledger(&l);
}

void test_records__customers_ids_are_those_of_facts(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    make_ledger(&l);
    int64_t id = put_customer(&l, "Adler", "A1");
    assert_int_equal(put_customer(&l, "Adler AG", "A1"), id);
    assert_int_equal(number_of(&l, "SELECT count(*) FROM customer"), 1);
    uint64_t key = 0;
    CHECK_OK(kept_ledger_customer_key(&l.store->ledger, "A1", &key, &err));
    assert_true(key != 0);
    assert_int_equal(number_of(&l, "SELECT record FROM customer_id WHERE external_id = 'A1'"), id);
    remove_ledger(&l);
}

static kept_status find(ledger *l, const kept_scope *scope, const char *kind, const char *words,
                        kept_ref *ref, kept_err *err)
{
    const kept_record_kind *kinds[] = {kind ? kind_of(l, kind) : NULL};
    *err = (kept_err)KEPT_ERR_INIT;
    return kept_record_find(l->store, scope, kinds, kind ? 1 : 0, words, ref, err);
}

void test_records__words_mean_one_record(void **state)
{
    (void)state;
    ledger l;
    kept_err err;
    kept_ref ref;
    make_ledger(&l);
    put(&l, "x_topic", 0, FIELDS("name=Water"));
    put(&l, "x_topic", 0, FIELDS("name=900"));
    kept_edited edited;
    kept_edit edit = edit_of(&l, "x_topic", 1, NO_FIELDS);
    edit.source = "crm";
    edit.external_id = "900";
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    static const char *const first[] = {"XT-1", " xt-1 ", "WATER", "crm:900", "900"};
    for (size_t i = 0; i < KEPT_N(first); i++) { /* an external id goes before a name */
        CHECK_OK(find(&l, &all, "x_topic", first[i], &ref, &err));
        assert_int_equal(ref.id, 1);
    }
    CHECK_OK(find(&l, &all, NULL, "xT-2", &ref, &err));
    assert_int_equal(ref.id, 2);
    CHECK_OK(find(&l, &all, NULL, "water", &ref, &err));
    assert_string_equal(ref.kind->name, "x_topic");
    assert_int_equal(find(&l, &all, "x_topic", "Watr", &ref, &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg, "did you mean \"Water\"?");
    assert_int_equal(find(&l, &all, "x_topic", "XT-99", &ref, &err), KEPT_ENOTFOUND);
    assert_int_equal(find(&l, &all, "x_topic", " ", &ref, &err), KEPT_EARG);
    put_customer(&l, "Water", "C1");
    assert_int_equal(find(&l, &all, NULL, "Water", &ref, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "C-1");
    CHECK_CONTAINS(err.msg, "XT-1");
    remove_ledger(&l);
}

/* --- Lists --- */

static size_t list(ledger *l, const kept_record_query *query, kept_record **records, size_t *total)
{
    kept_err err = KEPT_ERR_INIT;
    size_t n = 0;
    CHECK_OK(kept_record_list(l->store, &all, query, &l->arena, records, &n, total, &err));
    return n;
}

void test_records__lists_filter_and_page(void **state)
{
    (void)state;
    ledger l;
    make_ledger(&l);
    put(&l, "x_topic", 0, FIELDS("name=Water"));
    static const char *const places[] = {"Ulm", "Bonn", "Neu-Ulm", "100%"};
    for (int i = 0; i < 12; i++) {
        char place[40], minutes[40];
        snprintf(place, sizeof place, "place=%s", places[i % 4]);
        snprintf(minutes, sizeof minutes, "minutes=%d", 100 - i);
        put(&l, "x_visit", 0,
            i % 6 ? FIELDS("text=v", place, minutes)
                  : FIELDS("text=v", place, minutes, "topics=XT-1", "about=XT-1"));
    }
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited;
    kept_edit done = {.kind = kind_of(&l, "x_visit"), .id = 1, .state = "done"};
    CHECK_OK(write_as(&l, &all, &done, &edited, &err));
    kept_edit archive = {.kind = done.kind, .id = 2, .archive = 1};
    CHECK_OK(write_as(&l, &all, &archive, &edited, &err));

    kept_record *records = NULL;
    size_t total = 0;
    kept_record_query query = {.kind = done.kind};
    assert_int_equal(list(&l, &query, &records, &total), 10);
    assert_int_equal(records[0].id, 3);
    query = (kept_record_query){.kind = done.kind, .state = "all", .archived = true, .limit = 5};
    assert_int_equal(list(&l, &query, &records, &total), 5);
    assert_int_equal(total, 12);
    query.after = 10;
    assert_int_equal(list(&l, &query, &records, &total), 2);
    assert_int_equal(total, 2); /* of what comes behind */
    assert_int_equal(records[0].id, 11);
    query = (kept_record_query){.kind = done.kind, .state = "done"};
    assert_int_equal(list(&l, &query, &records, &total), 1);
    query = (kept_record_query){.kind = done.kind, .order = "minutes", .limit = 3};
    assert_int_equal(list(&l, &query, &records, &total), 3);
    assert_int_equal(records[0].id, 12);
    query.descending = true;
    query.limit = 0;
    assert_int_equal(list(&l, &query, &records, &total), 10);
    assert_int_equal(records[0].id, 3);

    static const struct {
        const char *field, *text;
        size_t want;
    } filters[] = {{"place", "ulm", 5},  {"place", "0%", 3},     {"place", "_", 0},
                   {"minutes", "95", 1}, {"topics", "water", 1}, {"about", "XT-1", 1},
                   {"about", NULL, 9},   {"topics", NULL, 9},    {"urgent", "no", 10},
                   {"level", NULL, 10},  {"chance", "50%", 0}};
    for (size_t i = 0; i < KEPT_N(filters); i++) {
        kept_record_filter f = {.field = field_of(done.kind, filters[i].field),
                                .text = filters[i].text};
        query = (kept_record_query){.kind = done.kind, .filters = &f, .n_filters = 1};
        if (list(&l, &query, &records, &total) != filters[i].want)
            fail_msg("%s = %s: %zu", filters[i].field, filters[i].text, total);
    }
    query = (kept_record_query){.kind = done.kind, .order = "topics"};
    size_t n;
    assert_int_equal(kept_record_list(l.store, &all, &query, &l.arena, &records, &n, NULL, &err),
                     KEPT_EARG);
    query = (kept_record_query){.kind = done.kind, .state = "gone"};
    assert_int_equal(kept_record_list(l.store, &all, &query, &l.arena, &records, &n, NULL, &err),
                     KEPT_EARG);
    remove_ledger(&l);
}

/* --- Sight --- */

typedef struct two_customers {
    ledger l;
    int64_t adler, bauer;
    kept_scope adlers; /* sees Adler only */
} two_customers;

static void make_two(two_customers *t)
{
    make_ledger(&t->l);
    t->adler = put_customer(&t->l, "Adler", "A1");
    t->bauer = put_customer(&t->l, "Bauer", "B1");
    put(&t->l, "x_visit", 0, FIELDS("text=to Adler", "customer=Adler"));
    put(&t->l, "x_visit", 0, FIELDS("text=to Bauer", "customer=Bauer"));
    put(&t->l, "x_visit", 0, FIELDS("text=to nobody"));
    put(&t->l, "x_guest", 0, FIELDS("name=Anna", "visit=XV-1"));
    put(&t->l, "x_guest", 0, FIELDS("name=Berta", "visit=XV-2"));
    put(&t->l, "x_guest", 0, FIELDS("name=Cora", "visit=XV-3"));
    put(&t->l, "x_guest", 0, FIELDS("name=Dora"));
    t->adlers = sees(&t->l, &t->adler, 1);
}

void test_records__what_is_out_of_sight_is_not_there(void **state)
{
    (void)state;
    two_customers t;
    kept_err err = KEPT_ERR_INIT;
    kept_record *records = NULL, record;
    kept_ref ref;
    size_t n = 0, total = 0;
    make_two(&t);
    static const struct {
        const char *kind;
        size_t seen;
    } wants[] = {{"customer", 1}, {"x_visit", 2}, {"x_guest", 3}};
    for (size_t i = 0; i < KEPT_N(wants); i++) {
        kept_record_query query = {.kind = kind_of(&t.l, wants[i].kind), .limit = 1};
        CHECK_OK(
            kept_record_list(t.l.store, &t.adlers, &query, &t.l.arena, &records, &n, &total, &err));
        assert_int_equal(total, wants[i].seen);
        kept_scope nobody = KEPT_SCOPE_NOBODY;
        CHECK_OK(
            kept_record_list(t.l.store, &nobody, &query, &t.l.arena, &records, &n, &total, &err));
        assert_int_equal(total, 0);
    }
    assert_int_equal(kept_record_get(t.l.store, &t.adlers, kind_of(&t.l, "x_guest"), 2, &t.l.arena,
                                     &record, &err),
                     KEPT_ENOTFOUND);
    assert_int_equal(find(&t.l, &t.adlers, "customer", "Bauer", &ref, &err), KEPT_ENOTFOUND);
    assert_null(strstr(err.msg, "did you mean"));
    assert_int_equal(find(&t.l, &t.adlers, "customer", "B1", &ref, &err), KEPT_ENOTFOUND);
    assert_int_equal(find(&t.l, &t.adlers, NULL, "C-2", &ref, &err), KEPT_ENOTFOUND);
    kept_ref refs[] = {{kind_of(&t.l, "customer"), t.adler}, {kind_of(&t.l, "customer"), t.bauer}};
    const char *labels[2];
    CHECK_OK(kept_record_labels(t.l.store, &t.adlers, refs, 2, &t.l.arena, labels, &err));
    assert_string_equal(labels[0], "Adler");
    assert_string_equal(labels[1], "");
    kept_external_id *ids = NULL;
    assert_int_equal(
        kept_record_external_ids(t.l.store, &t.adlers, refs[1], &t.l.arena, &ids, &n, &err),
        KEPT_ENOTFOUND);
    kept_log_row *rows = NULL;
    CHECK_OK(kept_log_since(t.l.store, &t.adlers, 0, 0, &t.l.arena, &rows, &n, &err));
    assert_int_equal(n, 1 + 2 + 3);
    assert_int_equal(
        kept_record_history(t.l.store, &t.adlers, refs[1], 0, &t.l.arena, &rows, &n, &err),
        KEPT_ENOTFOUND);
    remove_ledger(&t.l);
}

void test_records__sight_follows_a_customers_ids(void **state)
{
    (void)state;
    two_customers t;
    kept_err err = KEPT_ERR_INIT;
    kept_record record;
    make_two(&t);
    const kept_record_kind *customer = kind_of(&t.l, "customer");
    assert_int_equal(
        kept_record_get(t.l.store, &t.adlers, customer, t.bauer, &t.l.arena, &record, &err),
        KEPT_ENOTFOUND);
    /* Another process gives Bauer's record the id that Adler had. */
    kept_store *other = open_records(t.l.folder);
    assert_int_equal(
        sqlite3_exec(other->ledger.db, "UPDATE customer_id SET record = 2", NULL, NULL, NULL),
        SQLITE_OK);
    kept_store_close(other);
    CHECK_OK(kept_record_get(t.l.store, &t.adlers, customer, t.bauer, &t.l.arena, &record, &err));
    remove_ledger(&t.l);
}

void test_records__who_sees_some_changes_those(void **state)
{
    (void)state;
    two_customers t;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    make_two(&t);
    kept_edit edit = edit_of(&t.l, "x_visit", 1, FIELDS("place=Ulm"));
    CHECK_OK(write_as(&t.l, &t.adlers, &edit, &edited, &err));
    assert_string_equal(get(&t.l, "x_visit", 1).changed_by, "manager");
    edit = edit_of(&t.l, "x_visit", 2, FIELDS("place=Ulm"));
    assert_int_equal(write_as(&t.l, &t.adlers, &edit, &edited, &err), KEPT_ENOTFOUND);
    edit = edit_of(&t.l, "x_visit", 1, FIELDS("customer=Bauer"));
    assert_int_equal(write_as(&t.l, &t.adlers, &edit, &edited, &err), KEPT_ENOTFOUND);
    edit = edit_of(&t.l, "customer", 0, FIELDS("name=Bauer"));
    assert_int_equal(write_as(&t.l, &t.adlers, &edit, &edited, &err), KEPT_EDENIED);
    edit = edit_of(&t.l, "customer", 1, FIELDS("name=Bauer"));
    assert_int_equal(write_as(&t.l, &t.adlers, &edit, &edited, &err), KEPT_EINPUT);
    assert_null(strstr(err.msg, "C-2"));
    kept_scope nobody = KEPT_SCOPE_NOBODY;
    assert_int_equal(write_as(&t.l, &nobody, &edit, &edited, &err), KEPT_EDENIED);
    remove_ledger(&t.l);
}
