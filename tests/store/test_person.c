#include "records_support.h"

#include "store/ledger/copy.h"
#include "store/records/person.h"

static kept_erased erase(ledger *l, kept_ref ref)
{
    kept_err err = KEPT_ERR_INIT;
    kept_erased erased = {0};
    KEPT_AUTO_WRITING *w = NULL;
    CHECK_OK(kept_writing_begin(l->store, &all, "test", &w, &err));
    CHECK_OK(kept_person_erase(w, ref, "asked for it", &erased, &err));
    CHECK_OK(kept_writing_commit(w, &err));
    return erased;
}

/* How often the words stand in the bytes of a file of the workspace. */
static size_t in_file(const ledger *l, const char *name, const char *words)
{
    char path[400];
    snprintf(path, sizeof path, "%s/%s", l->folder, name);
    FILE *f = fopen(path, "rb");
    if (!f)
        return 0;
    fseek(f, 0, SEEK_END);
    size_t len = (size_t)ftell(f), n = 0;
    rewind(f);
    char *bytes = malloc(len + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, len, f), len);
    fclose(f);
    for (char *at = bytes; (at = memmem(at, len - (size_t)(at - bytes), words, strlen(words)));
         at++)
        n++;
    free(bytes);
    return n;
}

static size_t on_disk(const ledger *l, const char *words)
{
    return in_file(l, "kept.db", words) + in_file(l, "kept.db-wal", words) +
           in_file(l, "kept.db.before-9-1", words) + in_file(l, "kept.db.before-9-2", words);
}

static void fill(ledger *l)
{
    make_ledger(l);
    put_customer(l, "Zwirnmacher KG", "ZWKG77");
    put(l, "x_visit", 0,
        FIELDS("text=First visit", "customer=C-1", "heard=Quastenflosser said so"));
    put(l, "x_guest", 0,
        FIELDS("name=Hildegunst Mythenmetz", "mail=hm@lindwurm.example", "visit=XV-1"));
    put(l, "x_guest", 0, FIELDS("name=Danzelot Silbendrechsler", "brought=XG-1"));
    put(l, "x_visit", 0, FIELDS("text=Second visit", "about=XG-1", "heard=Krabbelmusik"));
    put(l, "x_guest", 1, FIELDS("name=Hildegunst Eydeet"));
    put(l, "x_visit", 2, FIELDS("heard=Kulturrot", "place=Ulm"));
    for (int i = 0; i < 50; i++) /* so that there is more than one page */
        put(l, "x_visit", 0, FIELDS("text=Another visit on which nothing was said by anybody"));
    run_sql(l, "INSERT INTO document_version (document, subject_kind, subject, version, made_at,"
               " made_by, text, head) VALUES ('page', 'customer', 1, 1, 0, 'tester',"
               " 'Seen: Hildegunst Mythenmetz of Zwirnmacher KG', '')");
}

void test_person__export_gives_all_about_somebody(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_person_data data = {0};
    fill(&l);
    kept_ref guest = {kind_of(&l, "x_guest"), 1};
    CHECK_OK(kept_person_export(l.store, &all, guest, &l.arena, &data, &err));
    assert_int_equal(data.n_records, 3); /* theirs, whom they brought, the visit about them */
    assert_int_equal(data.records[0].id, 1);
    assert_string_equal(data.records[0].label, "Hildegunst Eydeet");
    assert_int_equal(data.n_changes, 2 + 1 + 2);
    kept_ref customer = {kind_of(&l, "customer"), 1};
    CHECK_OK(kept_person_export(l.store, &all, customer, &l.arena, &data, &err));
    assert_int_equal(data.n_records, 2);
    assert_int_equal(data.n_ids, 1);
    assert_string_equal(data.ids[0].id, "ZWKG77");
    kept_ref none = {kind_of(&l, "customer"), 9};
    assert_int_equal(kept_person_export(l.store, &all, none, &l.arena, &data, &err),
                     KEPT_ENOTFOUND);
    remove_ledger(&l);
}

void test_person__erased_words_are_nowhere(void **state)
{
    (void)state;
    static const char *const gone[] = {"Hildegunst", "Mythenmetz", "Eydeet",     "hm@lindwurm",
                                       "Krabbelm",   "Kulturrot",  "hildegunst", "krabbelm"};
    static const char *const stay[] = {"Silbendrechsler", "Quastenflosser", "Zwirnmacher", "Ulm"};
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    fill(&l);
    /* An automatic copy from before other declarations: by its number the first or second one. */
    CHECK_OK(kept_ledger_copy_before(l.store->ledger.path, 9, NULL, &err));
    assert_true(in_file(&l, "kept.db.before-9-1", "Eydeet") +
                    in_file(&l, "kept.db.before-9-2", "Eydeet") >
                0);
    for (size_t i = 0; i < KEPT_N(gone); i++) /* else the test could not fail */
        if (!on_disk(&l, gone[i]))
            fail_msg("%s was not there before", gone[i]);
    kept_ref guest = {kind_of(&l, "x_guest"), 1};
    kept_erased erased = erase(&l, guest);
    assert_int_equal(erased.records, 2);
    assert_int_equal(erased.values, 3);
    assert_int_equal(erased.changes, 4);
    assert_int_equal(erased.documents, 1);
    for (size_t i = 0; i < KEPT_N(gone); i++)
        if (on_disk(&l, gone[i]))
            fail_msg("%s is still there", gone[i]);
    for (size_t i = 0; i < KEPT_N(stay); i++)
        if (!on_disk(&l, stay[i]))
            fail_msg("%s is gone", stay[i]);
    kept_record record = get(&l, "x_guest", 1);
    assert_string_equal(record.label, "erased");
    assert_string_equal(text_in(&l, &record, "mail"), "");
    assert_string_equal(text_in(&l, &record, "visit"), "XV-1");
    assert_true(record.archived_at > 0);
    kept_log_check check;
    CHECK_OK(kept_log_verify(l.store, &all, NULL, &check, &err));
    assert_int_equal(check.broken, 0);
    assert_int_equal(check.erased, 4);
    kept_log_row *rows = NULL;
    size_t n = 0;
    CHECK_OK(kept_record_history(l.store, &all, guest, 0, &l.arena, &rows, &n, &err));
    assert_string_equal(rows[0].action, "erase");
    assert_string_equal(rows[0].why, "asked for it");
    assert_int_equal(rows[0].n_values, 0);
    assert_true(rows[1].erased);
    remove_ledger(&l);
}

void test_person__what_was_erased_cannot_come_back(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited;
    fill(&l);
    kept_ref guest = {kind_of(&l, "x_guest"), 1};
    size_t n = 0;
    kept_log_row *rows = NULL;
    CHECK_OK(kept_record_history(l.store, &all, guest, 0, &l.arena, &rows, &n, &err));
    int64_t first = rows[n - 1].seq;
    erase(&l, guest);
    KEPT_AUTO_WRITING *w = NULL;
    CHECK_OK(kept_writing_begin(l.store, &all, "test", &w, &err));
    assert_int_equal(kept_record_revert(w, guest, first, NULL, &edited, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "values were erased");
    kept_writing_end(w);
    w = NULL;
    /* A row emptied without an erasure that names it is no erasure. */
    run_sql(&l, "UPDATE change_log SET payload = NULL, salt = NULL WHERE seq = 1");
    kept_log_check check;
    CHECK_OK(kept_log_verify(l.store, &all, NULL, &check, &err));
    assert_int_equal(check.broken, 1);
    remove_ledger(&l);
}

void test_person__customers_take_ids_and_people_along(void **state)
{
    (void)state;
    static const char *const gone[] = {"Zwirnmacher", "ZWKG77", "Quastenflosser"};
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    fill(&l);
    kept_ref customer = {kind_of(&l, "customer"), 1};
    kept_erased erased = erase(&l, customer);
    assert_int_equal(erased.ids, 1);
    for (size_t i = 0; i < KEPT_N(gone); i++)
        if (on_disk(&l, gone[i]))
            fail_msg("%s is still there", gone[i]);
    assert_string_equal(get(&l, "customer", 1).label, "erased C-1");
    assert_int_equal(number_of(&l, "SELECT count(*) FROM customer_id"), 0);
    put_customer(&l, "Zwirnmacher KG", "ZWKG77"); /* comes anew, as somebody else */
    assert_int_equal(number_of(&l, "SELECT record FROM customer_id"), 2);
    kept_log_check check;
    CHECK_OK(kept_log_verify(l.store, &all, NULL, &check, &err));
    assert_int_equal(check.broken, 0);
    remove_ledger(&l);
}

void test_person__erasing_takes_sight_of_all(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_erased erased;
    fill(&l);
    int64_t one = 1;
    kept_scope some = sees(&l, &one, 1);
    KEPT_AUTO_WRITING *w = NULL;
    CHECK_OK(kept_writing_begin(l.store, &some, "test", &w, &err));
    kept_ref ref = {kind_of(&l, "customer"), 1};
    assert_int_equal(kept_person_erase(w, ref, NULL, &erased, &err), KEPT_EDENIED);
    kept_writing_end(w);
    w = NULL;
    remove_ledger(&l);
}
