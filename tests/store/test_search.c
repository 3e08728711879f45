#include "records_support.h"

static kept_hit *found(ledger *l, const kept_scope *scope, const char *words, const char *kind,
                       size_t *n)
{
    kept_err err = KEPT_ERR_INIT;
    const kept_record_kind *kinds[] = {kind ? kind_of(l, kind) : NULL};
    kept_hit *hits = NULL;
    CHECK_OK(kept_record_search(l->store, scope, words, kinds, kind ? 1 : 0, 20, &l->arena, &hits,
                                n, &err));
    return hits;
}

static size_t count(ledger *l, const char *words)
{
    size_t n = 0;
    found(l, &all, words, NULL, &n);
    return n;
}

static void fill(ledger *l)
{
    make_ledger(l);
    put_customer(l, "Adler Pumpen", "A1");
    put(l, "x_topic", 0, FIELDS("name=Water pumps"));
    put(l, "x_visit", 0, FIELDS("text=We spoke of pumps, pumps and again pumps", "place=Ulm"));
    put(l, "x_visit", 0, FIELDS("text=Nothing on them", "place=M\xc3\xbcnchen", "heard=pumps?"));
}

void test_search__finds_words_and_beginnings(void **state)
{
    (void)state;
    ledger l;
    fill(&l);
    static const struct {
        const char *words;
        size_t want;
    } cases[] = {
        {"pumps", 3},        {"PUMPS", 3},        {"pump", 4},       {"pu", 4},
        {"pumps spoke", 1},  {"spoke pu", 1},     {"pumps ulm", 1},  /* in two fields */
        {"munchen", 1},      {"m\xc3\xbcn", 1},   {"pump water", 0}, /* only the last goes on */
        {"water pump", 1},   {"xyz", 0},          {"", 0},           {" - ", 0},
        {"pumps, again", 1}, {"nothing - on", 1},
    };
    for (size_t i = 0; i < KEPT_N(cases); i++)
        if (count(&l, cases[i].words) != cases[i].want)
            fail_msg("\"%s\": %zu", cases[i].words, count(&l, cases[i].words));
    remove_ledger(&l);
}

void test_search__signs_are_only_signs(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_hit *hits = NULL;
    size_t n = 0;
    fill(&l);
    static const char *const words[] = {"pumps OR xyz",
                                        "pumps NOT spoke",
                                        "NEAR(pumps spoke)",
                                        "words:pumps",
                                        "^pumps xyz",
                                        "\"pumps",
                                        "pumps* xyz",
                                        "-xyz",
                                        "{a b}:c",
                                        "a + b",
                                        "(",
                                        "'; DROP TABLE search"};
    for (size_t i = 0; i < KEPT_N(words); i++)
        CHECK_OK(
            kept_record_search(l.store, &all, words[i], NULL, 0, 5, &l.arena, &hits, &n, &err));
    assert_int_equal(count(&l, "pumps OR xyz"), 0);
    assert_int_equal(count(&l, "\"pumps"), 3);
    assert_int_equal(
        kept_record_search(l.store, &all, "\xff", NULL, 0, 5, &l.arena, &hits, &n, &err),
        KEPT_EARG);
    remove_ledger(&l);
}

void test_search__best_first_with_an_excerpt(void **state)
{
    (void)state;
    ledger l;
    size_t n = 0;
    fill(&l);
    kept_hit *hits = found(&l, &all, "pumps again", "x_visit", &n);
    assert_int_equal(n, 1);
    hits = found(&l, &all, "pumps", "x_visit", &n);
    assert_int_equal(n, 2);
    assert_int_equal(hits[0].ref.id + hits[1].ref.id, 3);
    size_t first = hits[0].ref.id == 1 ? 0 : 1;
    assert_string_equal(hits[first].label, "We spoke of pumps, pumps and again pumps");
    assert_string_equal(hits[first].field, "text");
    CHECK_CONTAINS(hits[first].excerpt, "\x02pumps\x03");
    remove_ledger(&l);
}

void test_search__follows_edits(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited;
    fill(&l);
    put(&l, "x_topic", 1, FIELDS("name=Steel"));
    assert_int_equal(count(&l, "water"), 0);
    assert_int_equal(count(&l, "steel"), 1);
    /* Inside a writing too; and what is given up is not found. */
    kept_writing *w = NULL;
    CHECK_OK(kept_writing_begin(l.store, &all, "test", &w, &err));
    kept_edit edit = edit_of(&l, "x_topic", 0, FIELDS("name=Coal"));
    CHECK_OK(kept_record_write(w, &edit, &edited, &err));
    assert_int_equal(count(&l, "coal"), 1);
    kept_writing_end(w);
    assert_int_equal(count(&l, "coal"), 0);
    /* One row for each filled field: 1 customer, 1 topic, 2 visits with 2 and 3. */
    assert_int_equal(number_of(&l, "SELECT count(*) FROM search"), 7);
    put(&l, "x_visit", 2, FIELDS("heard="));
    assert_int_equal(number_of(&l, "SELECT count(*) FROM search"), 6);
    remove_ledger(&l);
}

void test_search__only_what_is_in_sight(void **state)
{
    (void)state;
    ledger l;
    size_t n = 0;
    fill(&l);
    int64_t bauer = put_customer(&l, "Bauer Pumpen", "B1");
    put(&l, "x_visit", 1, FIELDS("customer=Adler Pumpen"));
    kept_scope bauers = sees(&l, &bauer, 1);
    kept_hit *hits = found(&l, &bauers, "pump", NULL, &n);
    assert_int_equal(n, 3); /* Bauer, the topic, the visit of nobody */
    for (size_t i = 0; i < n; i++)
        assert_null(strstr(hits[i].excerpt, "spoke"));
    kept_scope nobody = KEPT_SCOPE_NOBODY;
    found(&l, &nobody, "pump", NULL, &n);
    assert_int_equal(n, 0);
    remove_ledger(&l);
}
