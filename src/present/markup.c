#include "present/markup.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/embedded.h"

#define MINUS       "\xe2\x88\x92"
#define REPLACEMENT "\xef\xbf\xbd"

extern const kept_embedded kept_present_files[];
extern const size_t kept_present_files_n;

const char *kept_markup_file(const char *name)
{
    for (size_t i = 0; i < kept_present_files_n; i++)
        if (kept_text_equal(kept_present_files[i].name, name))
            return kept_present_files[i].data;
    return "";
}

/* Length of the well-formed sequence at s that XML allows as a character, or 0. */
static size_t sequence(const unsigned char *s)
{
    if (s[0] < 0x80)
        return s[0] >= 0x20 || s[0] == '\t' || s[0] == '\n' ? s[0] != 0x7f : 0;
    size_t len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    if (s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe) /* U+FFFE, U+FFFF */
        return 0;
    return len;
}

static const char *entity(char c)
{
    switch (c) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void kept_markup_text(kept_buf *out, const char *text)
{
    if (!text)
        return;
    const char *from = text; /* start of the stretch that needs no change */
    for (const char *p = text; *p;) {
        const char *other = entity(*p);
        size_t len = sequence((const unsigned char *)p);
        if (!other && len > 0) {
            p += len;
            continue;
        }
        kept_buf_add_n(out, from, (size_t)(p - from));
        kept_buf_add(out, other ? other : REPLACEMENT);
        from = ++p;
    }
    kept_buf_add(out, from);
}

void kept_markup_coord(kept_buf *out, double value)
{
    if (!(fabs(value) < 1e9))
        value = 0;
    long tenths = lround(value * 10);
    const char *sign = tenths < 0 ? "-" : "";
    long size = tenths < 0 ? -tenths : tenths;
    if (size % 10)
        kept_buf_printf(out, "%s%ld.%ld", sign, size / 10, size % 10);
    else
        kept_buf_printf(out, "%s%ld", sign, size / 10);
}

static void put(char *out, size_t *len, const char *text)
{
    for (; *text && *len + 1 < KEPT_FIXED_TEXT; text++)
        out[(*len)++] = *text;
    out[*len] = 0;
}

/* "1.2e18": mantissa with one decimal, whatever the size. */
static void write_huge(double size, char *out, size_t *len)
{
    int power = (int)floor(log10(size));
    long mantissa = lround(size / pow(10, power) * 10);
    if (mantissa >= 100) {
        mantissa = 10;
        power++;
    }
    char text[KEPT_FIXED_TEXT];
    snprintf(text, sizeof text, "%ld.%lde%d", mantissa / 10, mantissa % 10, power);
    put(out, len, text);
}

void kept_markup_fixed(double value, int places, bool grouped, bool typographic,
                       char out[static KEPT_FIXED_TEXT])
{
    static const int64_t scale[] = {1,      10,      100,      1000,      10000,
                                    100000, 1000000, 10000000, 100000000, 1000000000};
    size_t len = 0;
    out[0] = 0;
    if (!isfinite(value)) {
        put(out, &len, isnan(value) ? "not a number" : value > 0 ? "infinite" : "minus infinite");
        return;
    }
    places = places < 0 ? 0 : places > 9 ? 9 : places;
    double size = fabs(value);
    while (places > 0 && size * (double)scale[places] >= 1e15)
        places--;
    int64_t units = size < 1e15 ? llround(size * (double)scale[places]) : -1;
    if (value < 0 && units != 0)
        put(out, &len, typographic ? MINUS : "-");
    if (units < 0) {
        write_huge(size, out, &len);
        return;
    }
    char whole[24];
    snprintf(whole, sizeof whole, "%lld", (long long)(units / scale[places]));
    size_t digits = strlen(whole);
    for (size_t i = 0; i < digits; i++) {
        if (grouped && i > 0 && (digits - i) % 3 == 0)
            put(out, &len, ",");
        put(out, &len, (char[]){whole[i], 0});
    }
    if (places > 0) {
        char part[12] = ".";
        int64_t rest = units % scale[places];
        for (int i = places; i > 0; i--, rest /= 10)
            part[i] = (char)('0' + rest % 10);
        put(out, &len, part);
    }
}
