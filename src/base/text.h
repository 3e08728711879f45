/* base/text.h - growable text with a limit, and small text helpers. All text is UTF-8. */
#ifndef KEPT_BASE_TEXT_H
#define KEPT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "kept/arena.h"
#include "kept/err.h"

/* Growable text. data is always a terminated string (also when empty). Every buffer has a limit;
 * past it, or when memory is out, the buffer turns `failed`, keeps what it has and takes no more:
 * check once at the end. */
typedef struct kept_buf {
    char *data;
    size_t len;
    size_t cap;
    size_t limit; /* 0 means 1 GiB */
    bool failed;
} kept_buf;

#define KEPT_BUF_INIT                                                                              \
    {                                                                                              \
        NULL, 0, 0, 0, false                                                                       \
    }

void kept_buf_add(kept_buf *buf, const char *text); /* NULL adds nothing */
void kept_buf_add_n(kept_buf *buf, const char *text, size_t len);
void kept_buf_add_char(kept_buf *buf, char c);
void kept_buf_printf(kept_buf *buf, const char *fmt, ...) KEPT_PRINTF(2, 3);
const char *kept_buf_text(const kept_buf *buf); /* never NULL */
void kept_buf_clear(kept_buf *buf);             /* keeps the memory */
void kept_buf_free(kept_buf *buf);
#define KEPT_AUTO_BUF __attribute__((cleanup(kept_buf_free))) kept_buf

bool kept_text_equal(const char *a, const char *b);        /* NULL equals only NULL */
bool kept_text_equal_nocase(const char *a, const char *b); /* ASCII case */
bool kept_text_starts(const char *text, const char *prefix);
bool kept_text_utf8(const char *text, size_t len); /* well-formed UTF-8 without overlong forms */
/* Bytes of text, at most `most`, that do not end inside a character. KEPT_SHOWN gives the two
 * arguments of "%.*s" that show the beginning of a text in a message. */
size_t kept_text_cut(const char *text, size_t most);
#define KEPT_SHOWN(text, most) (int)kept_text_cut((text), (most)), (text)
size_t kept_text_width(const char *text); /* terminal columns, wide East Asian letters count two */

/* Letters and digits of a name in lower case, the rest dropped: "Customer ID" -> "customerid".
 * Non-ASCII letters are kept as they are. */
char *kept_text_squash(kept_arena *arena, const char *text) KEPT_MUST_CHECK;

/* The candidate nearest to word by edit distance (Damerau-Levenshtein, optimal string alignment),
 * or NULL when none is near enough to be worth saying (distance over 1 + length/3). */
const char *kept_text_nearest(const char *word, const char *const *candidates, size_t n);

#endif
