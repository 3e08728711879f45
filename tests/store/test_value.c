#include "support.h"

#include "store/records/value.h"

static kept_record_field field(kept_record_type type)
{
    static const char *const levels[] = {"strategic", "functional", "front-line"};
    return (kept_record_field){
        .name = "level", .title = "Level", .type = type, .choices = levels, .n_choices = 3};
}

/* What text is read as and written back; the sentence of a refusal, with "! " before it. */
static const char *round_trip(const kept_record_field *f, const char *text, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_value value = {0};
    bool ok = true;
    if (kept_value_read(f, text, arena, &value, &err) != KEPT_OK) {
        assert_int_equal(err.code, KEPT_EARG);
        return kept_arena_printf(arena, "! %s", err.msg);
    }
    const char *out = kept_value_text(f, &value, arena, &ok);
    assert_true(ok);
    return out ? out : "(none)";
}

typedef struct pair {
    const char *text, *want;
} pair;

static void check(kept_record_type type, const pair *pairs, size_t n)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_record_field f = field(type);
    for (size_t i = 0; i < n; i++) {
        const char *got = round_trip(&f, pairs[i].text, &arena);
        if (pairs[i].want[0] == '!')
            CHECK_CONTAINS(got, pairs[i].want + 1);
        else
            assert_string_equal(got, pairs[i].want);
        if (got[0] == '!') {
            assert_int_equal(pairs[i].want[0], '!');
            continue;
        }
        assert_string_equal(round_trip(&f, got, &arena), got); /* what is written reads back */
    }
}
#define CHECK(type, ...)                                                                           \
    do {                                                                                           \
        static const pair pairs_[] = {__VA_ARGS__};                                                \
        check(type, pairs_, sizeof pairs_ / sizeof pairs_[0]);                                     \
    } while (0)

void test_value__texts(void **state)
{
    (void)state;
    CHECK(KEPT_RECORD_TEXT, {"  Anna ", "Anna"}, {"M\xc3\xbcller", "M\xc3\xbcller"},
          {"a\nb", "!one line"}, {"a\x1b[31m", "!control character"}, {"\xff", "!UTF-8"});
    CHECK(KEPT_RECORD_PROSE, {"a\n\nb\n", "a\n\nb"}, {"a\tb", "a\tb"},
          {"a\x02", "!control character"});
}

void test_value__texts_have_a_limit(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_record_field f = field(KEPT_RECORD_TEXT);
    char *text = KEPT_NEW_N(&arena, char, KEPT_TEXT_MAX + 2);
    memset(text, 'a', KEPT_TEXT_MAX);
    assert_int_equal(strlen(round_trip(&f, text, &arena)), KEPT_TEXT_MAX);
    text[KEPT_TEXT_MAX] = 'a';
    CHECK_CONTAINS(round_trip(&f, text, &arena), "4001 bytes");
}

void test_value__blank_is_not_known(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    for (int type = KEPT_RECORD_TEXT; type <= KEPT_RECORD_DATE; type++) {
        kept_record_field f = field((kept_record_type)type);
        assert_string_equal(round_trip(&f, "  ", &arena), "(none)");
        assert_string_equal(round_trip(&f, "", &arena), "(none)");
    }
}

void test_value__choices(void **state)
{
    (void)state;
    CHECK(KEPT_RECORD_CHOICE, {"functional", "functional"}, {"Front-Line", "front-line"},
          {"functonal", "!did you mean functional?"},
          {"blue", "!\"blue\" is no level: it is one of strategic, functional, front-line."});
}

void test_value__flags_and_dates(void **state)
{
    (void)state;
    CHECK(KEPT_RECORD_FLAG, {"yes", "yes"}, {"NO", "no"}, {"true", "yes"}, {"0", "no"},
          {"maybe", "!neither yes nor no"});
    CHECK(KEPT_RECORD_DATE, {"2026-02-28", "2026-02-28"}, {"2026-02-29", "!is no date"},
          {"28.2.2026", "!2026-03-31"});
}

void test_value__numbers(void **state)
{
    (void)state;
    CHECK(KEPT_RECORD_INTEGER, {"12", "12"}, {"-3", "-3"}, {"1'000", "1000"}, {"1.5", "!whole"},
          {"99999999999999999999", "!whole"}, {"x", "!whole"});
    CHECK(KEPT_RECORD_NUMBER, {"1.5", "1.5"}, {"1,5", "1.5"}, {"1.234", "1.234"},
          {"1,234", "!does not fit"}, {"1,234.5", "1234.5"}, {"1.234,5", "1234.5"},
          {"0.000001", "0.000001"}, {"0.0000001", "!six decimal places"}, {"1e3", "!does not fit"});
}

void test_value__shares(void **state)
{
    (void)state;
    CHECK(KEPT_RECORD_SHARE, {"95%", "95%"}, {"0.95", "95%"}, {"12,5 %", "12.5%"}, {"1", "100%"},
          {"95", "!95% or 0.95"}, {"150%", "150%"}, {"0.0001%", "0.0001%"},
          {"0.00001%", "!does not fit"});
}

void test_value__money(void **state)
{
    (void)state;
    CHECK(KEPT_RECORD_MONEY, {"12", "12.00"}, {"12.5", "12.50"}, {"0.1234", "0.1234"},
          {"-1234.5", "-1234.50"}, {"12 USD", "!without currency"}, {"$12", "!without currency"},
          {"\xe2\x82\xac"
           "12",
           "!without currency"},
          {"0.12345", "!without currency"});
}

void test_value__ranges(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_record_field f = field(KEPT_RECORD_SHARE);
    f.has_max = f.has_min = true;
    f.max = 1000000;
    assert_string_equal(round_trip(&f, "100%", &arena), "100%");
    assert_string_equal(round_trip(&f, "0", &arena), "0%");
    assert_string_equal(round_trip(&f, "101%", &arena),
                        "! \"101%\" is too large for level: at most 100%.");
    f = field(KEPT_RECORD_INTEGER);
    f.has_min = true;
    f.min = 1;
    f.unit = "days";
    assert_string_equal(round_trip(&f, "0", &arena),
                        "! \"0\" is too small for level: at least 1 days.");
}

void test_value__equal(void **state)
{
    (void)state;
    kept_record_kind kind = {.name = "a"};
    kept_ref one[] = {{&kind, 1}}, two[] = {{&kind, 1}, {&kind, 2}};
    kept_value none = {0}, text = {.known = true, .text = "a"},
               other = {.known = true, .text = "b"};
    kept_value a = {.known = true, .refs = one, .n_refs = 1};
    kept_value b = {.known = true, .refs = two, .n_refs = 2};
    assert_true(kept_value_equal(&none, &none));
    assert_false(kept_value_equal(&none, &text));
    assert_true(kept_value_equal(&text, &text));
    assert_false(kept_value_equal(&text, &other));
    assert_false(kept_value_equal(&a, &b));
    assert_true(kept_value_equal(&b, &b));
}
