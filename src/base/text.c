#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static bool reserve(kept_buf *buf, size_t extra)
{
    size_t limit = buf->limit ? buf->limit : (size_t)1 << 30;
    if (buf->failed)
        return false;
    if (extra > limit || buf->len > limit - extra) {
        buf->failed = true;
        return false;
    }
    size_t need = buf->len + extra + 1;
    if (need <= buf->cap)
        return true;
    size_t cap = buf->cap ? buf->cap : 64;
    while (cap < need)
        cap *= 2;
    char *data = kept_mem_realloc(buf->data, cap);
    if (!data) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->cap = cap;
    return true;
}

void kept_buf_add_n(kept_buf *buf, const char *text, size_t len)
{
    if (!reserve(buf, len))
        return;
    if (len)
        memcpy(buf->data + buf->len, text, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void kept_buf_add(kept_buf *buf, const char *text)
{
    if (text)
        kept_buf_add_n(buf, text, strlen(text));
}

void kept_buf_add_char(kept_buf *buf, char c)
{
    kept_buf_add_n(buf, &c, 1);
}

void kept_buf_printf(kept_buf *buf, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    va_list again;
    va_copy(again, args);
    /* Mostly there is room already, and once is enough. */
    size_t room = buf->failed ? 0 : buf->cap - buf->len;
    int len = vsnprintf(room ? buf->data + buf->len : NULL, room, fmt, args);
    va_end(args);
    if (len >= 0 && reserve(buf, (size_t)len)) {
        if ((size_t)len >= room)
            vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, again);
        buf->len += (size_t)len;
    } else if (room) {
        buf->data[buf->len] = '\0';
    }
    va_end(again);
}

const char *kept_buf_text(const kept_buf *buf)
{
    return buf->data ? buf->data : "";
}

void kept_buf_clear(kept_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
    if (buf->data)
        buf->data[0] = '\0';
}

void kept_buf_free(kept_buf *buf)
{
    kept_mem_free(buf->data);
    *buf = (kept_buf){.limit = buf->limit};
}

bool kept_text_equal(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    return strcmp(a, b) == 0;
}

bool kept_text_equal_nocase(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    for (; *a && *b; a++, b++)
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
    return *a == *b;
}

bool kept_text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Length of the UTF-8 sequence at p (n bytes left), its code point in *code; 0 when malformed. */
static size_t decode(const unsigned char *p, size_t n, unsigned *code)
{
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = p[0] < 0x80   ? 1
                 : p[0] < 0xc2 ? 0
                 : p[0] < 0xe0 ? 2
                 : p[0] < 0xf0 ? 3
                 : p[0] < 0xf5 ? 4
                               : 0;
    if (len == 0 || len > n)
        return 0;
    unsigned c = len == 1 ? p[0] : p[0] & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = (c << 6) | (p[i] & 0x3fu);
    }
    if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return 0;
    *code = c;
    return len;
}

bool kept_text_utf8(const char *text, size_t len)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t i = 0;
    while (i < len) {
        /* Eight ASCII bytes at a time: files of orders are mostly ASCII. */
        unsigned long long word;
        if (len - i >= sizeof word) {
            memcpy(&word, p + i, sizeof word);
            if ((word & 0x8080808080808080u) == 0) {
                i += sizeof word;
                continue;
            }
        }
        unsigned code;
        size_t n = decode(p + i, len - i, &code);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

size_t kept_text_cut(const char *text, size_t most)
{
    size_t len = strnlen(text, most + 1);
    if (len <= most)
        return len;
    while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
        most--;
    return most;
}

size_t kept_text_width(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t left = strlen(text), width = 0;
    while (left) {
        unsigned code;
        size_t n = decode(p, left, &code);
        if (n == 0) {
            n = 1;
            width++;
        } else if (code < 0x300 || code > 0x36f) { /* combining marks take no column */
            bool wide = (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
                        (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
                        (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
                        (code >= 0x1f300 && code <= 0x1faff);
            width += wide ? 2 : 1;
        }
        p += n;
        left -= n;
    }
    return width;
}

char *kept_text_squash(kept_arena *arena, const char *text)
{
    char *out = kept_arena_strdup(arena, text);
    if (!out)
        return NULL;
    size_t n = 0;
    for (const char *p = text; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (c >= 0x80 || isalnum(c))
            out[n++] = (char)tolower(c);
    }
    out[n] = '\0';
    return out;
}

enum { NEAREST_MAX = 64 };

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

static size_t distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t row[3][NEAREST_MAX + 1];
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *above = row[(i + 2) % 3], *above2 = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            int ca = tolower((unsigned char)a[i - 1]), cb = tolower((unsigned char)b[j - 1]);
            now[j] = min3(now[j - 1] + 1, above[j] + 1, above[j - 1] + (ca != cb));
            bool swapped = i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) &&
                           tolower((unsigned char)a[i - 2]) == cb;
            if (swapped && above2[j - 2] + 1 < now[j])
                now[j] = above2[j - 2] + 1;
        }
    }
    return row[n % 3][m];
}

const char *kept_text_nearest(const char *word, const char *const *candidates, size_t n)
{
    size_t len = strlen(word);
    const char *best = NULL;
    size_t best_distance = 2 + len / 3;
    if (len == 0 || len > NEAREST_MAX)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        size_t m = strlen(candidates[i]);
        if (m > NEAREST_MAX)
            continue;
        size_t d = distance(word, len, candidates[i], m);
        if (d < best_distance) {
            best_distance = d;
            best = candidates[i];
        }
    }
    return best;
}
