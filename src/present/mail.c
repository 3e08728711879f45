#include "present/mail.h"

#include <string.h>

#include "base/date.h"

enum {
    LINE = 76,          /* longest line, RFC 2045 and 2047 */
    ADDRESS_MOST = 254, /* RFC 5321 */
    SUBJECT_MOST = 500,
};

/* --- What may stand in a header --- */

static bool is_control(char c)
{
    return (unsigned char)c < ' ' || c == 127;
}

static bool has_line_break(const char *text)
{
    return text[strcspn(text, "\r\n")] != '\0';
}

static bool is_domain(const char *text)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
    size_t len = strlen(text);
    return len > 0 && strspn(text, letters) == len && text[0] != '.' && text[len - 1] != '.';
}

/* The part before the "@", of what needs no quotes (RFC 5322, dot-atom). */
static bool is_name(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] <= ' ' || (unsigned char)text[i] > 126 ||
            strchr("()<>[]:;@\\,\"", text[i]))
            return false;
    return len > 0 && text[0] != '.' && text[len - 1] != '.';
}

kept_status kept_mail_check_address(const char *what, const char *address, kept_err *err)
{
    if (has_line_break(address))
        return kept_fail(err, KEPT_EARG, "The mail address of %s holds a line break.", what);
    for (const char *c = address; *c; c++)
        if ((unsigned char)*c > 127)
            return kept_fail(err, KEPT_EARG,
                             "\"%.*s\" (%s) is no mail address that every server takes: it has "
                             "letters other than ASCII.",
                             KEPT_SHOWN(address, 100), what);
    const char *at = strchr(address, '@');
    if (!at || !is_name(address, (size_t)(at - address)) || !is_domain(at + 1))
        return kept_fail(err, KEPT_EARG,
                         "\"%.*s\" (%s) is no mail address: it is written name@domain, one at a "
                         "time.",
                         KEPT_SHOWN(address, 100), what);
    if (strlen(address) > ADDRESS_MOST)
        return kept_fail(err, KEPT_EARG,
                         "The mail address \"%.*s...\" (%s) is longer than %d characters.",
                         KEPT_SHOWN(address, 40), what, (int)ADDRESS_MOST);
    return KEPT_OK;
}

kept_status kept_mail_check_subject(const char *subject, kept_err *err)
{
    if (has_line_break(subject))
        return kept_fail(err, KEPT_EARG, "The subject of a mail is one line, without line breaks.");
    for (const char *c = subject; *c; c++)
        if (is_control(*c))
            return kept_fail(err, KEPT_EARG, "The subject of the mail holds a control character.");
    if (!kept_text_utf8(subject, strlen(subject)))
        return kept_fail(err, KEPT_EARG, "The subject of the mail is not UTF-8.");
    if (strlen(subject) > SUBJECT_MOST)
        return kept_fail(err, KEPT_EARG, "The subject of the mail is longer than %d bytes.",
                         (int)SUBJECT_MOST);
    return KEPT_OK;
}

static kept_status check(const kept_mail *mail, kept_err *err)
{
    KEPT_TRY(kept_mail_check_address("sender", mail->from, err));
    for (size_t i = 0; i < mail->n_to; i++)
        KEPT_TRY(kept_mail_check_address("receiver", mail->to[i], err));
    return kept_mail_check_subject(mail->subject, err);
}

/* --- Headers --- */

/* "Tue, 31 Mar 2026 09:05:00 +0000" */
static void add_time(kept_buf *out, int64_t micros)
{
    static const char days[7][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t clock = micros % KEPT_DAY_MICROS;
    clock += clock < 0 ? KEPT_DAY_MICROS : 0;
    kept_day day = (kept_day)((micros - clock) / KEPT_DAY_MICROS);
    int year, month, of_month, seconds = (int)(clock / 1000000);
    kept_day_to_civil(day, &year, &month, &of_month);
    kept_buf_printf(out, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[(day % 7 + 7) % 7], of_month,
                    months[month - 1], year, seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/* Characters that the first byte of a character takes with those that belong to it, as "=C3=A4". */
static size_t hex_length(unsigned char first)
{
    return first >= 0xf0 ? 12 : first >= 0xe0 ? 9 : first >= 0xc0 ? 6 : 3;
}

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Words of RFC 2047, each with whole characters, one on a line. */
static void add_encoded(kept_buf *out, const char *text, size_t column)
{
    static const char begin[] = "=?UTF-8?Q?", end[] = "?=";
    size_t used = column + strlen(begin);
    kept_buf_add(out, begin);
    for (const char *c = text; *c; c++) {
        bool plain = is_letter_or_digit(*c) || *c == ' ';
        bool within = ((unsigned char)*c & 0xc0) == 0x80;
        size_t need = plain ? 1 : hex_length((unsigned char)*c);
        if (!within && used + need + strlen(end) > LINE) {
            kept_buf_printf(out, "%s\r\n %s", end, begin);
            used = 1 + strlen(begin);
        }
        if (plain)
            kept_buf_add_char(out, *c == ' ' ? '_' : *c);
        else
            kept_buf_printf(out, "=%02X", (unsigned)(unsigned char)*c);
        used += plain ? 1 : 3;
    }
    kept_buf_add(out, end);
}

static void add_subject(kept_buf *out, const char *subject)
{
    static const char name[] = "Subject: ";
    bool plain = strlen(name) + strlen(subject) <= LINE && !strstr(subject, "=?");
    for (const char *c = subject; *c; c++)
        plain = plain && (unsigned char)*c < 127;
    kept_buf_add(out, name);
    if (plain)
        kept_buf_add(out, subject);
    else
        add_encoded(out, subject, strlen(name));
    kept_buf_add(out, "\r\n");
}

static void add_headers(kept_buf *out, const kept_mail *mail)
{
    kept_buf_add(out, "Date: ");
    add_time(out, mail->time);
    kept_buf_printf(out, "\r\nFrom: %s\r\nTo: ", mail->from);
    for (size_t i = 0; i < mail->n_to; i++)
        kept_buf_printf(out, "%s%s", i ? ",\r\n " : "", mail->to[i]);
    kept_buf_add(out, "\r\n");
    add_subject(out, mail->subject);
    kept_buf_printf(out, "Message-ID: <%s@%s>\r\n", mail->id, strchr(mail->from, '@') + 1);
    /* No notice of absence is to come back (RFC 3834). */
    kept_buf_add(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
}

/* --- Body --- */

/* Length of the line end at c, 0 when there is none. */
static size_t line_end(const char *c)
{
    return *c == '\n' ? 1 : c[0] == '\r' && c[1] == '\n' ? 2 : 0;
}

/* Quoted-printable; a line is never broken inside a character. */
static void add_quoted(kept_buf *out, const char *text)
{
    size_t column = 0;
    for (const char *c = text; *c; c++) {
        size_t end = line_end(c);
        if (end) {
            kept_buf_add(out, "\r\n");
            column = 0;
            c += end - 1;
            continue;
        }
        bool blank = *c == ' ' || *c == '\t';
        bool last = c[1] == '\0' || line_end(c + 1);
        bool plain = blank ? !last : *c > ' ' && *c < 127 && *c != '=';
        size_t need = plain ? 1 : hex_length((unsigned char)*c);
        if (column + need > LINE - 1) { /* the "=" has to fit too */
            kept_buf_add(out, "=\r\n");
            column = 0;
        }
        if (plain)
            kept_buf_add_char(out, *c);
        else
            kept_buf_printf(out, "=%02X", (unsigned)(unsigned char)*c);
        column += plain ? 1 : 3;
    }
    if (column)
        kept_buf_add(out, "\r\n");
}

static void add_part(kept_buf *out, const char *type, const char *text)
{
    kept_buf_printf(out,
                    "Content-Type: text/%s; charset=utf-8\r\n"
                    "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
                    type);
    add_quoted(out, text);
}

/* "=_" never stands in quoted-printable text, so no part can hold the boundary. */
static void add_alternatives(kept_buf *out, const kept_mail *mail)
{
    kept_buf_printf(out,
                    "Content-Type: multipart/alternative;\r\n boundary=\"=_%s\"\r\n\r\n"
                    "--=_%s\r\n",
                    mail->id, mail->id);
    add_part(out, "plain", mail->text);
    kept_buf_printf(out, "\r\n--=_%s\r\n", mail->id);
    add_part(out, "html", mail->html);
    kept_buf_printf(out, "\r\n--=_%s--\r\n", mail->id);
}

kept_status kept_mail_write(const kept_mail *mail, kept_buf *out, kept_err *err)
{
    KEPT_TRY(check(mail, err));
    KEPT_AUTO_BUF message = KEPT_BUF_INIT;
    add_headers(&message, mail);
    if (mail->html)
        add_alternatives(&message, mail);
    else
        add_part(&message, "plain", mail->text);
    if (!message.failed)
        kept_buf_add_n(out, kept_buf_text(&message), message.len);
    return message.failed || out->failed ? kept_nomem(err) : KEPT_OK;
}
