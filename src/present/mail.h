/* present/mail.h - a result as a mail: one message with a plain and a formatted part.
 *
 * Text in, text out: nothing here knows of servers. The message is what RFC 5322 and MIME ask for,
 * in ASCII alone, with lines of at most 76 characters that end with CR LF; the body is
 * quoted-printable UTF-8. Dots at the beginning of lines are left to whoever transfers it. */
#ifndef KEPT_PRESENT_MAIL_H
#define KEPT_PRESENT_MAIL_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "kept/err.h"

typedef struct kept_mail {
    const char *from;
    const char *const *to;
    size_t n_to; /* at least one */
    const char *subject;
    int64_t time;     /* microseconds since 1970-01-01T00:00Z */
    const char *id;   /* letters and digits that no other message has */
    const char *text; /* UTF-8 */
    const char *html; /* a whole page in UTF-8; NULL: the text is the only part */
} kept_mail;

/* A mail address as NAME@DOMAIN in ASCII, without a person's name, comments or quotes. what names
 * the setting in the sentence: "--mail". KEPT_EARG. */
KEPT_MUST_CHECK kept_status kept_mail_check_address(const char *what, const char *address,
                                                    kept_err *err);

/* One line of UTF-8 of at most 500 bytes. KEPT_EARG. */
KEPT_MUST_CHECK kept_status kept_mail_check_subject(const char *subject, kept_err *err);

/* Appends the message. Addresses and subject are checked here again, so no text of a caller can
 * become a header of its own. KEPT_EARG, KEPT_ENOMEM; on error nothing is appended. */
KEPT_MUST_CHECK kept_status kept_mail_write(const kept_mail *mail, kept_buf *out, kept_err *err);

#endif
