/* The message is read back by rules of RFC 5322, 2045 and 2047 written out here; that mail programs
 * read it too is shown by tests/cli/mail. */
#include "support.h"

#include "base/text.h"
#include "kept/arena.h"
#include "present/mail.h"

static const char *const two[] = {"a@x.example", "b.c+d@y.example"};

static kept_mail plain_mail(void)
{
    return (kept_mail){.from = "kept@firm.example",
                       .to = two,
                       .n_to = 2,
                       .subject = "Hello",
                       .time = 0,
                       .id = "0123456789abcdef",
                       .text = "One\n",
                       .html = "<p>One</p>\n"};
}

static void write_mail(const kept_mail *mail, kept_buf *out)
{
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_mail_write(mail, out, &err));
}

/* Lines of at most 76 characters, but for addresses, all ASCII, all ending with CR LF. */
static void check_lines(const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\r\n");
        if (len > 76)
            fail_msg("a line of %zu characters: %.100s", len, text);
        for (size_t i = 0; i < len; i++)
            assert_in_range((unsigned char)text[i], '\t', '~');
        assert_memory_equal(text + len, "\r\n", 2);
        text += len + 2;
    }
}

static int hex(char c)
{
    const char *digits = "0123456789ABCDEF", *at = strchr(digits, c);
    assert_true(c && at);
    return (int)(at - digits);
}

/* Undoes "=C3=A4" up to `end`; soft ends of lines vanish, CR LF becomes LF. */
static void decode(const char *text, const char *end, kept_buf *out)
{
    while (text < end) {
        if (text[0] == '=' && text[1] == '\r') {
            text += 3;
        } else if (text[0] == '=') {
            kept_buf_add_char(out, (char)(hex(text[1]) * 16 + hex(text[2])));
            text += 3;
        } else {
            if (*text != '\r')
                kept_buf_add_char(out, *text);
            text++;
        }
    }
}

/* What a reader gets of the only part. */
static void read_text(const char *text, kept_buf *out)
{
    kept_mail mail = plain_mail();
    KEPT_AUTO_BUF message = KEPT_BUF_INIT;
    mail.text = text;
    mail.html = NULL;
    write_mail(&mail, &message);
    check_lines(message.data);
    const char *body = strstr(message.data, "\r\n\r\n");
    assert_non_null(body);
    decode(body + 4, message.data + message.len, out);
}

/* What a reader gets of the subject. */
static void read_subject(const char *subject, kept_buf *out)
{
    kept_mail mail = plain_mail();
    KEPT_AUTO_BUF message = KEPT_BUF_INIT;
    mail.subject = subject;
    write_mail(&mail, &message);
    check_lines(message.data);
    const char *at = strstr(message.data, "\r\nSubject: =?") + strlen("\r\nSubject: ");
    for (;; at += strlen("?=\r\n ")) {
        assert_memory_equal(at, "=?UTF-8?Q?", 10);
        const char *end = strstr(at + 10, "?=");
        assert_true(end && end + 2 - at <= 75); /* RFC 2047, section 2 */
        KEPT_AUTO_BUF word = KEPT_BUF_INIT;
        decode(at + 10, end, &word);
        assert_true(kept_text_utf8(kept_buf_text(&word), word.len)); /* whole characters */
        kept_buf_add(out, kept_buf_text(&word));
        at = end;
        if (memcmp(at, "?=\r\n ", 5) != 0)
            break;
    }
    for (size_t i = 0; i < out->len; i++)
        out->data[i] = out->data[i] == '_' ? ' ' : out->data[i];
}

void test_mail__is_one_message_in_two_forms(void **state)
{
    (void)state;
    const kept_mail mail = plain_mail();
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    write_mail(&mail, &out);
    assert_string_equal(out.data, "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"
                                  "From: kept@firm.example\r\n"
                                  "To: a@x.example,\r\n"
                                  " b.c+d@y.example\r\n"
                                  "Subject: Hello\r\n"
                                  "Message-ID: <0123456789abcdef@firm.example>\r\n"
                                  "Auto-Submitted: auto-generated\r\n"
                                  "MIME-Version: 1.0\r\n"
                                  "Content-Type: multipart/alternative;\r\n"
                                  " boundary=\"=_0123456789abcdef\"\r\n"
                                  "\r\n"
                                  "--=_0123456789abcdef\r\n"
                                  "Content-Type: text/plain; charset=utf-8\r\n"
                                  "Content-Transfer-Encoding: quoted-printable\r\n"
                                  "\r\n"
                                  "One\r\n"
                                  "\r\n"
                                  "--=_0123456789abcdef\r\n"
                                  "Content-Type: text/html; charset=utf-8\r\n"
                                  "Content-Transfer-Encoding: quoted-printable\r\n"
                                  "\r\n"
                                  "<p>One</p>\r\n"
                                  "\r\n"
                                  "--=_0123456789abcdef--\r\n");
}

/* As `date -u -R -d @SECONDS` writes it. */
void test_mail__says_when(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *line;
    } times[] = {{1774947905, "Date: Tue, 31 Mar 2026 09:05:05 +0000\r\n"},
                 {1709164799, "Date: Wed, 28 Feb 2024 23:59:59 +0000\r\n"},
                 {951782400, "Date: Tue, 29 Feb 2000 00:00:00 +0000\r\n"},
                 {-1, "Date: Wed, 31 Dec 1969 23:59:59 +0000\r\n"}};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        KEPT_AUTO_BUF out = KEPT_BUF_INIT;
        kept_mail mail = plain_mail();
        mail.time = times[i].seconds * 1000000 + 999;
        write_mail(&mail, &out);
        assert_memory_equal(out.data, times[i].line, strlen(times[i].line));
    }
}

void test_mail__any_text_comes_back(void **state)
{
    (void)state;
    char every[256];
    for (int i = 1; i < 256; i++)
        every[i - 1] = (char)(i == '\r' ? ' ' : i);
    every[255] = '\0';
    static const char *const texts[] = {
        "",
        "\n",
        "a = b\n",
        "blank at the end \nand a tab\t\nand at the very end \n",
        ".\n..\n.dots\n",
        "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\n",
        "--=_0123456789abcdef\n",
        "From here\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        KEPT_AUTO_BUF got = KEPT_BUF_INIT;
        read_text(texts[i], &got);
        assert_string_equal(kept_buf_text(&got), texts[i]);
    }
    KEPT_AUTO_BUF got = KEPT_BUF_INIT;
    read_text(every, &got);
    kept_buf_add(&got, "");
    assert_memory_equal(got.data, every, 255);
    kept_buf_clear(&got);
    read_text("a\r\nb\rc", &got); /* a line ends with CR LF as well; CR alone is a character */
    assert_string_equal(got.data, "a\nb\rc\n");
}

/* At every place of the line, so that each character once stands where the line is broken. */
void test_mail__long_lines_are_broken_between_characters(void **state)
{
    (void)state;
    static const char *const units[] = {
        "x", " ", "=", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        for (size_t shift = 0; shift < 80; shift++) {
            KEPT_AUTO_BUF text = KEPT_BUF_INIT, got = KEPT_BUF_INIT;
            for (size_t i = 0; i < shift; i++)
                kept_buf_add(&text, "-");
            for (size_t i = 0; i < 100; i++)
                kept_buf_add(&text, units[u]);
            kept_buf_add(&text, "\n");
            read_text(text.data, &got);
            assert_string_equal(got.data, text.data);
        }
    }
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_mail mail = plain_mail();
    mail.html = NULL;
    mail.text =
        "-----------------------------------------------------------------------\xe2\x82\xac";
    write_mail(&mail, &out);
    CHECK_CONTAINS(out.data, "--=\r\n=E2=82=AC\r\n");
}

void test_mail__subjects_in_any_letters(void **state)
{
    (void)state;
    static const char *const units[] = {
        "a", " ", "_", "?", "=", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        for (size_t n = 1; n < 110; n++) {
            KEPT_AUTO_BUF subject = KEPT_BUF_INIT, got = KEPT_BUF_INIT;
            kept_buf_add(&subject, "\xc3\xa9");
            for (size_t i = 0; i < n; i++)
                kept_buf_add(&subject, units[u]);
            read_subject(subject.data, &got);
            assert_int_equal(got.len, subject.len);
            if (strcmp(units[u], "_") != 0) /* which decode() here takes for a blank */
                assert_string_equal(got.data, subject.data);
        }
    }
    KEPT_AUTO_BUF got = KEPT_BUF_INIT;
    read_subject("=?UTF-8?Q?no_word?=", &got); /* looks like a word but is none */
    assert_string_equal(got.data, "=?UTF-8?Q?no word?=");
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_mail mail = plain_mail();
    mail.subject = "\xc3\xa4_";
    write_mail(&mail, &out);
    CHECK_CONTAINS(out.data, "Subject: =?UTF-8?Q?=C3=A4=5F?=\r\n");
}

void test_mail__no_text_becomes_a_header(void **state)
{
    (void)state;
    static const char *const hostile[] = {"a@x.example\r\nBcc: c@x.example",
                                          "a@x.example\nBcc: c@x.example",
                                          "a@x.example\r",
                                          "a@x.example>\r\nDATA",
                                          "a@x.example, c@x.example",
                                          "a b@x.example",
                                          "a@x.example> SIZE=1",
                                          "Jo <a@x.example>",
                                          "\"a b\"@x.example",
                                          "a",
                                          "@x.example",
                                          "a@",
                                          "a@.example",
                                          "a@x.example.",
                                          "a@x@example",
                                          "a@x_y.example",
                                          ".a@x.example",
                                          "a.@x.example",
                                          "",
                                          "\xc3\xa4@x.example",
                                          "a@x.ex\xc3\xa4mple",
                                          "a\x7f@x"};
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        kept_err err = KEPT_ERR_INIT;
        if (kept_mail_check_address("--mail", hostile[i], &err) != KEPT_EARG)
            fail_msg("\"%s\" passes for an address", hostile[i]);
        CHECK_CONTAINS(err.msg, "--mail");
        assert_null(strpbrk(err.msg, "\r\n"));
        kept_mail to = plain_mail(), from = plain_mail();
        KEPT_AUTO_BUF out = KEPT_BUF_INIT;
        to.to = &hostile[i];
        to.n_to = 1;
        from.from = hostile[i];
        assert_int_equal(kept_mail_write(&to, &out, &err), KEPT_EARG);
        assert_int_equal(kept_mail_write(&from, &out, &err), KEPT_EARG);
        assert_int_equal(out.len, 0);
    }
    static const char *const subjects[] = {
        "Hello\r\nBcc: c@x.example", "Hello\n", "Hello\r", "Hello\t", "\x1b[31m", "\xff"};
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        kept_err err = KEPT_ERR_INIT;
        kept_mail mail = plain_mail();
        KEPT_AUTO_BUF out = KEPT_BUF_INIT;
        mail.subject = subjects[i];
        assert_int_equal(kept_mail_check_subject(subjects[i], &err), KEPT_EARG);
        assert_int_equal(kept_mail_write(&mail, &out, &err), KEPT_EARG);
        assert_int_equal(out.len, 0);
    }
}

void test_mail__addresses_that_are_taken(void **state)
{
    (void)state;
    static const char *const good[] = {"a@x", "root@localhost", "jo.d'arc+kept@mail-1.firm.example",
                                       "a{b}|c~!#$%&*/=?^_`@x.example"};
    kept_err err = KEPT_ERR_INIT;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK_OK(kept_mail_check_address("--mail", good[i], &err));
    char longest[300];
    memset(longest, 'a', sizeof longest);
    memcpy(longest + 64, "@x.", 3);
    longest[254] = '\0'; /* RFC 5321, section 4.5.3.1.3: 256 with "<" and ">" */
    CHECK_OK(kept_mail_check_address("--mail", longest, &err));
    longest[254] = 'a';
    longest[255] = '\0';
    assert_int_equal(kept_mail_check_address("--mail", longest, &err), KEPT_EARG);
    CHECK_OK(kept_mail_check_subject("", &err));
    char subject[502];
    memset(subject, 'a', sizeof subject);
    subject[500] = '\0';
    CHECK_OK(kept_mail_check_subject(subject, &err));
    subject[500] = 'a';
    subject[501] = '\0';
    assert_int_equal(kept_mail_check_subject(subject, &err), KEPT_EARG);
}

void test_mail__faults_leave_nothing(void **state)
{
    (void)state;
    const kept_mail mail = plain_mail();
    for (size_t n = 1; n < 20; n++) {
        KEPT_AUTO_BUF out = KEPT_BUF_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_arena_fail_nth(n);
        kept_status status = kept_mail_write(&mail, &out, &err);
        kept_arena_fail_nth(0);
        assert_true(status == KEPT_OK || status == KEPT_ENOMEM);
        assert_true((out.len > 0) == (status == KEPT_OK));
    }
    KEPT_AUTO_BUF small = {.limit = 100};
    kept_err err = KEPT_ERR_INIT;
    assert_int_equal(kept_mail_write(&mail, &small, &err), KEPT_ENOMEM);
    assert_int_equal(small.len, 0);
}
