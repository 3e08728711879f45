#include "present/wrap.h"

#include <string.h>

void kept_pad(kept_buf *out, size_t columns)
{
    while (columns--)
        kept_buf_add_char(out, ' ');
}

static size_t letter_bytes(const char *text)
{
    size_t n = 1;
    while (((unsigned char)text[n] & 0xc0) == 0x80)
        n++;
    return n;
}

size_t kept_fit_bytes(const char *text, size_t width)
{
    size_t bytes = 0, columns = 0;
    while (text[bytes]) {
        size_t n = letter_bytes(text + bytes);
        char letter[8] = {0};
        memcpy(letter, text + bytes, n < sizeof letter ? n : sizeof letter - 1);
        columns += kept_text_width(letter);
        if (columns > width)
            break;
        bytes += n;
    }
    return bytes;
}

void kept_fit(kept_buf *out, const char *text, size_t width, bool right)
{
    size_t columns = kept_text_width(text);
    if (columns > width && width > 0) {
        size_t bytes = kept_fit_bytes(text, width - 1);
        kept_buf_add_n(out, text, bytes);
        kept_buf_add(out, "…");
        return;
    }
    size_t blanks = width > columns ? width - columns : 0;
    if (right)
        kept_pad(out, blanks);
    kept_buf_add(out, text);
    if (!right)
        kept_pad(out, blanks);
}

/* Columns of the first n bytes of text. */
static size_t word_width(const char *text, size_t n)
{
    size_t columns = 0;
    char part[64];
    while (n) {
        size_t take = n < sizeof part - 1 ? n : sizeof part - 1;
        while (take > 1 && take < n && ((unsigned char)text[take] & 0xc0) == 0x80)
            take--;
        memcpy(part, text, take);
        part[take] = '\0';
        columns += kept_text_width(part);
        text += take;
        n -= take;
    }
    return columns;
}

static void wrap_line(kept_buf *out, const char *text, size_t len, size_t width, size_t indent,
                      size_t at)
{
    size_t column = at;
    if (at == 0 && len > 0) {
        kept_pad(out, indent);
        column = indent;
    }
    bool first = true; /* no word in this line yet: blanks at its start are kept */
    for (size_t i = 0; i < len;) {
        size_t blanks = strspn(text + i, " ");
        size_t from = i + blanks;
        if (from >= len)
            break;
        size_t letters = strcspn(text + from, " \n");
        size_t columns = word_width(text + from, letters);
        if (!first && column + blanks + columns > width) {
            kept_buf_add_char(out, '\n');
            kept_pad(out, indent);
            column = indent;
            blanks = 0;
        }
        kept_pad(out, blanks);
        kept_buf_add_n(out, text + from, letters);
        column += blanks + columns;
        first = false;
        i = from + letters;
    }
    kept_buf_add_char(out, '\n');
}

void kept_wrap(kept_buf *out, const char *text, size_t width, size_t indent, size_t at)
{
    for (;;) {
        size_t len = strcspn(text, "\n");
        wrap_line(out, text, len, width, indent, at);
        if (text[len] == '\0')
            return;
        text += len + 1;
        at = 0;
    }
}
