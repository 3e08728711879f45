#include "base/yaml_write.h"

#include <stdbool.h>
#include <string.h>

unsigned kept_yaml_odd(const char *p, size_t *ret_len)
{
    const unsigned char a = (unsigned char)p[0];
    *ret_len = 1;
    if (a < 0x20 || a == 0x7f)
        return a;
    if (a < 0x80)
        return 0;
    const unsigned char b = (unsigned char)p[1]; /* the text is UTF-8: more bytes follow */
    *ret_len = 2;
    if (a == 0xc2 && b < 0xa0) /* U+0080 to U+009F */
        return b;
    if (a < 0xe0)
        return 0;
    const unsigned char c = (unsigned char)p[2];
    *ret_len = 3;
    if (a == 0xe2 && b == 0x80 && (c == 0xa8 || c == 0xa9)) /* line and paragraph separator */
        return 0x2000u | (c & 0x3fu);
    if (a == 0xef && b == 0xbb && c == 0xbf)
        return 0xfeff;
    if (a == 0xef && b == 0xbf && c >= 0xbe) /* U+FFFE, U+FFFF are no characters */
        return 0xffc0u | (c & 0x3fu);
    *ret_len = a < 0xf0 ? 3 : 4;
    return 0;
}

void kept_yaml_quote(kept_buf *buf, const char *text)
{
    kept_buf_add_char(buf, '"');
    for (size_t len; *text; text += len) {
        unsigned odd = kept_yaml_odd(text, &len);
        if (odd) {
            kept_buf_printf(buf, "\\u%04x", odd);
            continue;
        }
        if (*text == '"' || *text == '\\')
            kept_buf_add_char(buf, '\\');
        kept_buf_add_n(buf, text, len);
    }
    kept_buf_add_char(buf, '"');
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Begins with a letter or digit and holds no sign that YAML knows in the middle of a text. */
static bool is_bare(const char *text)
{
    if (!is_letter(text[0]) && !is_digit(text[0]))
        return false;
    if (strcmp(text, "null") == 0 || text[strlen(text) - 1] == ' ')
        return false;
    size_t len = 1;
    for (const char *c = text; *c; c += len)
        if (kept_yaml_odd(c, &len) ||
            (!is_letter(*c) && !is_digit(*c) && !strchr(" -_./%+()'", *c)))
            return false;
    return true;
}

void kept_yaml_write(kept_buf *out, const char *text)
{
    if (text[0] && is_bare(text))
        kept_buf_add(out, text);
    else
        kept_yaml_quote(out, text);
}
