/* vCards as address books write them (RFC 6350; version 3.0: RFC 2426), and hostile ones. */
#include "support.h"

#include "base/guard.h"
#include "base/vcard.h"

static kept_status read_cards(const char *text, kept_arena *arena, kept_vcard **ret, size_t *n,
                              kept_err *err)
{
    *err = (kept_err)KEPT_ERR_INIT;
    return kept_vcard_read(text, strlen(text), "people.vcf", arena, ret, n, err);
}

static const char *text_of(const kept_vcard *card, const char *name, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    const char *text = NULL;
    CHECK_OK(kept_vcard_text(card, name, arena, &text, &err));
    return text ? text : "";
}

/* The card of RFC 6350, section 8, shortened. */
void test_vcard__as_the_standard_shows_it(void **state)
{
    (void)state;
    static const char text[] =
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Simon Perreault\r\nN:Perreault;Simon;;;ing. jr,M.Sc.\r\n"
        "BDAY:--0203\r\nGENDER:M\r\nLANG;PREF=1:fr\r\nLANG;PREF=2:en\r\n"
        "ORG;TYPE=work:Viagenie\r\n"
        "ADR;TYPE=work:;Suite D2-630;2875 Laurier;\r\n Quebec;QC;G1V 2M2;Canada\r\n"
        "TEL;VALUE=uri;TYPE=\"work,voice\";PREF=1:tel:+1-418-656-9254;ext=102\r\n"
        "TEL;VALUE=uri;TYPE=\"work,cell,voice,video,text\":tel:+1-418-262-6501\r\n"
        "EMAIL;TYPE=work:simon.perreault@viagenie.ca\r\n"
        "URL;TYPE=home:http://nomis80.org\r\nEND:VCARD\r\n";
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err;
    kept_vcard *cards;
    size_t n;
    CHECK_OK(read_cards(text, &arena, &cards, &n, &err));
    assert_int_equal(n, 1);
    assert_int_equal(cards[0].line, 1);
    assert_string_equal(text_of(cards, "FN", &arena), "Simon Perreault");
    assert_string_equal(text_of(cards, "ORG", &arena), "Viagenie");
    assert_string_equal(text_of(cards, "TEL", &arena), "+1-418-656-9254");
    assert_string_equal(text_of(cards, "EMAIL", &arena), "simon.perreault@viagenie.ca");
    assert_string_equal(text_of(cards, "URL", &arena), "http://nomis80.org");
    assert_string_equal(text_of(cards, "NOTE", &arena), "");
}

void test_vcard__several_of_one_name(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbf\n"
                               "BEGIN:VCARD\nVERSION:3.0\nN:de Vries;Anna;;;\n"
                               "item1.EMAIL;TYPE=INTERNET:first@a.example\n"
                               "EMAIL;type=INTERNET;type=WORK,pref:second@a.example\n"
                               "EMAIL;PREF=50:third@a.example\n"
                               "TEL:\nTEL;HOME:1\nTEL;PREF;HOME:2\n"
                               "NOTE:a\\, b\\; c\\\\n\\nd\nORG:A\\;B;C\nEND:VCARD\n";
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err;
    kept_vcard *cards;
    size_t n;
    assert_true(kept_vcard_begins(text, strlen(text)));
    CHECK_OK(read_cards(text, &arena, &cards, &n, &err));
    assert_int_equal(cards[0].line, 2);
    assert_string_equal(text_of(cards, "FN", &arena), "Anna de Vries");
    assert_string_equal(text_of(cards, "EMAIL", &arena), "second@a.example");
    assert_string_equal(text_of(cards, "TEL", &arena), "2");
    assert_string_equal(text_of(cards, "NOTE", &arena), "a, b; c\\n\nd");
    assert_string_equal(text_of(cards, "ORG", &arena), "A;B");
}

void test_vcard__hostile(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", "holds no vCard"},
        {"\n\n", "holds no vCard"},
        {"FN:A\n", "line 1: \"FN:A\" stands outside"},
        {"BEGIN:VCARD\nFN:A\n", "begins on line 1 has no END"},
        {"\nBEGIN:VCARD\nBEGIN:VCARD\n", "line 3: a card begins before the one of line 2"},
        {"BEGIN:VCARD\nVERSION:2.1\nEND:VCARD\n", "line 2 is of version 2.1"},
        {"BEGIN:VCARD\nFN A\nEND:VCARD\n", "line 2: \"FN A\" is no property"},
        {"BEGIN:VCARD\n:A\nEND:VCARD\n", "line 2: \":A\" is no property"},
        {"BEGIN:VCARD\nX\":A\nEND:VCARD\n", "line 2"},
        {"BEGIN:VCARD\nFN:\xff\nEND:VCARD\n", "line 2 is not UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err;
        kept_vcard *cards;
        size_t n;
        assert_int_equal(read_cards(cases[i].text, &arena, &cards, &n, &err), KEPT_EINPUT);
        if (!strstr(err.msg, cases[i].said))
            fail_msg("%zu: %s", i, err.msg);
    }
}

void test_vcard__too_many_properties(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_err err;
    kept_vcard *cards;
    size_t n;
    kept_buf_add(&text, "BEGIN:VCARD\n");
    for (int i = 0; i <= KEPT_VCARD_PROPERTIES_MAX; i++)
        kept_buf_add(&text, "X:1\n");
    kept_buf_add(&text, "END:VCARD\n");
    assert_int_equal(read_cards(kept_buf_text(&text), &arena, &cards, &n, &err), KEPT_EINPUT);
    assert_non_null(strstr(err.msg, "more than 10000"));
}

/* Lines of at most 75 bytes, none cut inside a character (RFC 6350, 3.2). */
void test_vcard__written_and_read_again(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF name = KEPT_BUF_INIT, out = KEPT_BUF_INIT;
    kept_err err;
    kept_vcard *cards;
    size_t n;
    for (int i = 0; i < 60; i++)
        kept_buf_add(&name, "\xc3\xbc;");
    kept_vcard_write_begin(&out);
    kept_vcard_write(&out, "FN", kept_buf_text(&name));
    kept_vcard_write(&out, "NOTE", "one,\ntwo\\three");
    kept_vcard_write(&out, "TEL", NULL);
    kept_vcard_write(&out, "URL", "  ");
    kept_vcard_write_end(&out);
    assert_non_null(strstr(out.data, "NOTE:one\\,\\ntwo\\\\three\r\n"));
    assert_null(strstr(out.data, "TEL"));
    assert_null(strstr(out.data, "URL"));
    for (const char *line = out.data; *line;) {
        const char *end = strstr(line, "\r\n");
        assert_non_null(end);
        assert_true(end - line <= 75);
        assert_true(kept_text_utf8(line, (size_t)(end - line)));
        line = end + 2;
    }
    CHECK_OK(read_cards(out.data, &arena, &cards, &n, &err));
    assert_string_equal(text_of(cards, "FN", &arena), kept_buf_text(&name));
    assert_string_equal(text_of(cards, "NOTE", &arena), "one,\ntwo\\three");
}

void test_guard__of_formulas(void **state)
{
    (void)state;
    static const char *const guarded[] = {"=1", "+49 30 1", "-x", "@a", "\tx", "'=1", "''+a"};
    static const char *const plain[] = {"", "a", "-5", "+3.5", "-1e-5", "'", "'a", "'-5", "a=b"};
    for (size_t i = 0; i < sizeof guarded / sizeof *guarded; i++) {
        assert_true(kept_guard_needed(guarded[i]));
        char with[32];
        snprintf(with, sizeof with, "'%s", guarded[i]);
        assert_string_equal(kept_guard_off(with), guarded[i]);
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        assert_false(kept_guard_needed(plain[i]));
        assert_string_equal(kept_guard_off(plain[i]), plain[i]);
    }
    assert_string_equal(kept_guard_off("=1"), "=1");
}
