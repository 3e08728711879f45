#include "base/number.h"

#include <string.h>

__extension__ typedef unsigned __int128 u128;

static const int64_t tens[19] = {1,
                                 10,
                                 100,
                                 1000,
                                 10000,
                                 100000,
                                 1000000,
                                 10000000,
                                 100000000,
                                 1000000000,
                                 10000000000,
                                 100000000000,
                                 1000000000000,
                                 10000000000000,
                                 100000000000000,
                                 1000000000000000,
                                 10000000000000000,
                                 100000000000000000,
                                 1000000000000000000};

#define U128_MAX_SIGNED ((~(u128)0) >> 1)

static bool scale_up(kept_i128 *v, int places)
{
    for (; places > 0; places -= 18)
        if (__builtin_mul_overflow(*v, (kept_i128)tens[places < 18 ? places : 18], v))
            return false;
    return true;
}

/* v / divisor, rounded half to even; divisor > 0. */
static kept_i128 divide_even(kept_i128 v, kept_i128 divisor)
{
    kept_i128 q = v / divisor, r = v % divisor;
    kept_i128 rest = r < 0 ? -r : r;
    kept_i128 other = divisor - rest; /* compares 2 * rest with divisor without overflow */
    if (rest > other || (rest == other && (q & 1)))
        q += v < 0 ? -1 : 1;
    return q;
}

kept_decimal kept_decimal_shortest(kept_decimal a)
{
    if (a.v == 0)
        return (kept_decimal){0, 0};
    while (a.scale > 0 && a.v % 10 == 0) {
        a.v /= 10;
        a.scale--;
    }
    return a;
}

/* Brings both to the larger scale. */
static bool align(kept_decimal *a, kept_decimal *b)
{
    if (a->scale == b->scale)
        return true;
    for (int attempt = 0; attempt < 2; attempt++) {
        kept_decimal x = *a, y = *b;
        int scale = x.scale > y.scale ? x.scale : y.scale;
        if (scale_up(&x.v, scale - x.scale) && scale_up(&y.v, scale - y.scale)) {
            x.scale = y.scale = scale;
            *a = x;
            *b = y;
            return true;
        }
        *a = kept_decimal_shortest(*a);
        *b = kept_decimal_shortest(*b);
    }
    return false;
}

bool kept_decimal_add(kept_decimal a, kept_decimal b, kept_decimal *ret)
{
    kept_i128 v;
    if (!align(&a, &b) || __builtin_add_overflow(a.v, b.v, &v))
        return false;
    *ret = (kept_decimal){v, a.scale};
    return true;
}

bool kept_decimal_sub(kept_decimal a, kept_decimal b, kept_decimal *ret)
{
    kept_i128 v;
    if (!align(&a, &b) || __builtin_sub_overflow(a.v, b.v, &v))
        return false;
    *ret = (kept_decimal){v, a.scale};
    return true;
}

bool kept_decimal_mul(kept_decimal a, kept_decimal b, kept_decimal *ret)
{
    kept_i128 v;
    if (__builtin_mul_overflow(a.v, b.v, &v)) {
        a = kept_decimal_shortest(a);
        b = kept_decimal_shortest(b);
        if (__builtin_mul_overflow(a.v, b.v, &v))
            return false;
    }
    int scale = a.scale + b.scale;
    if (scale > KEPT_SCALE_MAX) {
        v = divide_even(v, tens[scale - KEPT_SCALE_MAX]);
        scale = KEPT_SCALE_MAX;
    }
    *ret = (kept_decimal){v, scale};
    return true;
}

/* As many places as fit, up to KEPT_SCALE_MAX; fewer than six would harm ten-thousandths. */
bool kept_decimal_div(kept_decimal a, kept_decimal b, kept_decimal *ret)
{
    enum { PLACES_MIN = 6 };
    if (b.v == 0)
        return false;
    b = kept_decimal_shortest(b);
    if (b.v < 0) { /* a divisor above 0 for divide_even; -2^127 has no opposite */
        if (__builtin_sub_overflow((kept_i128)0, b.v, &b.v) ||
            __builtin_sub_overflow((kept_i128)0, a.v, &a.v))
            return false;
    }
    for (int scale = KEPT_SCALE_MAX; scale >= PLACES_MIN; scale--) {
        kept_i128 v = a.v, divisor = b.v;
        int shift = scale - a.scale + b.scale;
        if (shift >= 0 ? scale_up(&v, shift) : scale_up(&divisor, -shift)) {
            *ret = kept_decimal_shortest((kept_decimal){divide_even(v, divisor), scale});
            return true;
        }
    }
    return false;
}

int kept_decimal_compare(kept_decimal a, kept_decimal b)
{
    /* Whole parts first, then places: nothing here can overflow. */
    kept_i128 whole_a = a.v / tens[a.scale], whole_b = b.v / tens[b.scale];
    if (whole_a != whole_b)
        return whole_a < whole_b ? -1 : 1;
    kept_i128 part_a = a.v % tens[a.scale] * tens[KEPT_SCALE_MAX - a.scale];
    kept_i128 part_b = b.v % tens[b.scale] * tens[KEPT_SCALE_MAX - b.scale];
    return part_a < part_b ? -1 : part_a > part_b;
}

bool kept_decimal_to_e4(kept_decimal a, int64_t *ret_e4)
{
    kept_i128 v = a.v;
    if (a.scale < 4) {
        if (!scale_up(&v, 4 - a.scale))
            return false;
    } else if (a.scale > 4) {
        v = divide_even(v, tens[a.scale - 4]);
    }
    if (v > KEPT_MONEY_MAX || v < -KEPT_MONEY_MAX)
        return false;
    *ret_e4 = (int64_t)v;
    return true;
}

kept_decimal kept_decimal_from_e4(int64_t e4)
{
    return (kept_decimal){e4, 4};
}

void kept_decimal_write(kept_decimal a, char out[static 48])
{
    char digits[48], *p = digits + sizeof digits;
    bool negative = a.v < 0;
    int written = 0;
    *--p = '\0';
    do {
        int digit = (int)(a.v % 10); /* of the sign of v, so that -2^127 needs no opposite */
        *--p = (char)('0' + (digit < 0 ? -digit : digit));
        a.v /= 10;
        if (++written == a.scale)
            *--p = '.';
    } while (a.v || written <= a.scale);
    if (negative)
        *--p = '-';
    memcpy(out, p, (size_t)(digits + sizeof digits - p));
}

void kept_e4_write(int64_t e4, int min_places, char out[static 32])
{
    uint64_t v = e4 < 0 ? 0 - (uint64_t)e4 : (uint64_t)e4;
    uint64_t whole = v / 10000, part = v % 10000;
    int places = 4;
    while (places > 0 && places > min_places && part % 10 == 0) {
        part /= 10;
        places--;
    }
    char digits[32], *p = digits + sizeof digits;
    *--p = '\0';
    for (int i = 0; i < places; i++, part /= 10)
        *--p = (char)('0' + part % 10);
    if (places)
        *--p = '.';
    do
        *--p = (char)('0' + whole % 10);
    while (whole /= 10);
    if (e4 < 0)
        *--p = '-';
    memcpy(out, p, (size_t)(digits + sizeof digits - p));
}

/* --- Reading --- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes of the blank at p: space, tab, no-break space, thin and narrow no-break space; 0: none. */
static size_t blank_at(const char *p, const char *end)
{
    size_t left = (size_t)(end - p);
    if (left && (*p == ' ' || *p == '\t'))
        return 1;
    if (left >= 2 && memcmp(p, "\xc2\xa0", 2) == 0)
        return 2;
    if (left >= 3 && (memcmp(p, "\xe2\x80\x89", 3) == 0 || memcmp(p, "\xe2\x80\xaf", 3) == 0))
        return 3;
    return 0;
}

static const char *skip_blanks(const char *p, const char *end)
{
    size_t n;
    while ((n = blank_at(p, end)))
        p += n;
    return p;
}

/* ISO 4217 codes in use and some just retired, which old files still carry. */
static const char codes[] =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS "
    "KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
    "MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF "
    "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD "
    "TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL ";

static const char *const signs[] = {
    "$",      "\u20ac", "\u00a3", "\u00a5",  "\u20b9",  "\u20bd", "\u20ba", "\u20a9", "\u20aa",
    "\u20ab", "\u20b4", "\u0e3f", "R$",      "US$",     "A$",     "C$",     "NZ$",    "HK$",
    "S$",     "kr.",    "kr",     "z\u0142", "K\u010d", "Ft",     "Fr.",    "lei",
};

/* Bytes of the currency at p; 0: none. */
static size_t currency_at(const char *p, const char *end)
{
    size_t left = (size_t)(end - p);
    if (left >= 3 && *p >= 'A' && *p <= 'Z')
        for (const char *code = codes; *code; code += 4)
            if (memcmp(code, p, 3) == 0)
                return 3;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t n = strlen(signs[i]);
        if (left >= n && memcmp(signs[i], p, n) == 0)
            return n;
    }
    return 0;
}

static size_t minus_at(const char *p, const char *end)
{
    if (*p == '-')
        return 1;
    return end - p >= 3 && memcmp(p, "\xe2\x88\x92", 3) == 0 ? 3 : 0;
}

/* Bytes of a mark between groups of three; 0: none. Which one it is must not change. */
static size_t group_at(const char *p, const char *end, kept_mark mark)
{
    if (*p == (mark == KEPT_MARK_POINT ? ',' : '.') || *p == '\'')
        return 1;
    if (end - p >= 3 && memcmp(p, "\xe2\x80\x99", 3) == 0) /* right single quotation mark */
        return 3;
    return *p == '\t' ? 0 : blank_at(p, end);
}

/* The plain number inside the text, between signs and currency. */
typedef struct digits {
    const char *from, *to; /* digits and marks */
    int whole, places;     /* digits before and after the decimal mark */
    int exponent;
} digits;

/* Reads the digits before the decimal mark: in groups of three, or in one run. */
static bool scan_whole(const char **at, const char *end, kept_mark mark, int *count)
{
    const char *p = *at, *first_digit = p, *group = NULL;
    size_t group_len = 0;
    int n = 0, run = 0;
    while (p < end) {
        if (is_digit(*p)) {
            p++;
            run++;
            n++;
            continue;
        }
        size_t len = group_at(p, end, mark);
        if (!len || n == 0 || !is_digit(p + len < end ? p[len] : 'x'))
            break;
        /* Leading zeros are not grouped: "0,123" is not 123. */
        bool fits = group ? run == 3 && len == group_len && memcmp(group, p, len) == 0
                          : run <= 3 && *first_digit != '0';
        if (!fits)
            return false;
        group = p;
        group_len = len;
        p += len;
        run = 0;
    }
    *at = p;
    *count = n;
    return !group || run == 3;
}

/* Dashes in place of the places: "12.-" and "12,--" are twelve, not minus twelve. */
static const char *skip_dashes(const char *p, const char *end)
{
    if (end - p >= 3 && (memcmp(p, "\xe2\x80\x93", 3) == 0 || memcmp(p, "\xe2\x80\x94", 3) == 0))
        return p + 3;
    for (int i = 0; i < 2 && p < end && *p == '-'; i++)
        p++;
    return p;
}

/* "e3", "E-12"; anything else is left where it is ("12EUR"). */
static const char *scan_exponent(const char *p, const char *end, int *exponent)
{
    const char *at = p;
    if (end - at < 2 || (*at != 'e' && *at != 'E'))
        return p;
    at++;
    bool negative = *at == '-';
    at += *at == '-' || *at == '+';
    if (at == end || !is_digit(*at))
        return p;
    int value = 0;
    for (; at < end && is_digit(*at); at++)
        if (value < 10000)
            value = value * 10 + (*at - '0');
    *exponent = negative ? -value : value;
    return at;
}

static bool scan(const char **at, const char *end, kept_mark mark, digits *out)
{
    const char *p = *at;
    *out = (digits){.from = p};
    if (!scan_whole(&p, end, mark, &out->whole))
        return false;
    if (p < end && *p == (mark == KEPT_MARK_POINT ? '.' : ',')) {
        for (p++; p < end && is_digit(*p); p++)
            out->places++;
        if (out->places == 0)
            p = skip_dashes(p, end);
    }
    if (out->whole + out->places == 0)
        return false;
    out->to = p;
    *at = scan_exponent(p, end, &out->exponent);
    return true;
}

/* Digits to v / 10^scale; what lies beyond KEPT_SCALE_MAX places is rounded half to even. */
static bool convert(const digits *in, bool negative, kept_decimal *ret)
{
    int places = in->places - in->exponent; /* may be negative, or more than fit */
    int scale = places < 0 ? 0 : places > KEPT_SCALE_MAX ? KEPT_SCALE_MAX : places;
    int kept = in->whole + in->places - (places > scale ? places - scale : 0);
    u128 v = 0;
    int seen = 0, next = 0; /* next: the first digit left out */
    bool more = false;      /* anything after it */
    for (const char *p = in->from; p < in->to; p++) {
        if (!is_digit(*p))
            continue;
        unsigned digit = (unsigned)(*p - '0');
        if (seen < kept) {
            if (v > (U128_MAX_SIGNED - digit) / 10)
                return false;
            v = v * 10 + digit;
        } else if (seen == kept) {
            next = (int)digit;
        } else {
            more = more || digit;
        }
        seen++;
    }
    if (next > 5 || (next == 5 && (more || (v & 1)))) {
        if (v == U128_MAX_SIGNED)
            return false;
        v++;
    }
    kept_i128 value = (kept_i128)v;
    if (v != 0 && places < 0 && (places < -38 || !scale_up(&value, -places)))
        return false;
    *ret = (kept_decimal){negative ? -value : value, scale};
    return true;
}

/* "-1234.56": no groups, no currency, at most 18 digits. False: take the long way. */
static bool read_plain(const char *p, const char *end, kept_mark mark, kept_decimal *ret)
{
    char point = mark == KEPT_MARK_POINT ? '.' : ',';
    bool negative = p < end && *p == '-';
    p += negative;
    if (p == end || end - p > 19 || !is_digit(*p))
        return false;
    int64_t v = 0;
    int n = 0;
    const char *dot = NULL;
    for (; p < end; p++) {
        if (is_digit(*p) && n < 18) {
            v = v * 10 + (*p - '0');
            n++;
        } else if (*p == point && !dot) {
            dot = p;
        } else {
            return false;
        }
    }
    *ret = (kept_decimal){negative ? -v : v, dot ? (int)(end - dot) - 1 : 0};
    return true;
}

bool kept_number_read(const char *text, size_t len, kept_mark mark, kept_decimal *ret_number)
{
    enum { LONGEST = 1000 }; /* bytes; a longer cell is no number */
    const char *p = text, *end = text + len;
    if (len > LONGEST)
        return false;
    if (read_plain(p, end, mark, ret_number))
        return true;
    bool open = false, closed = false, sign = false, negative = false, currency = false;
    size_t n;
    for (p = skip_blanks(p, end); p < end && !is_digit(*p); p = skip_blanks(p, end)) {
        if (!open && !sign && *p == '(') {
            open = true;
            p++;
        } else if (!open && !sign && (*p == '+' || minus_at(p, end))) {
            sign = true;
            negative = *p != '+';
            p += negative ? minus_at(p, end) : 1;
        } else if (!currency && (n = currency_at(p, end))) {
            currency = true;
            p += n;
        } else {
            break;
        }
    }
    digits found;
    if (p == end || !scan(&p, end, mark, &found))
        return false;
    for (p = skip_blanks(p, end); p < end; p = skip_blanks(p, end)) {
        if (open && !closed && *p == ')') {
            closed = true;
            p++;
        } else if (!open && !sign && (n = minus_at(p, end))) {
            sign = negative = true;
            p += n;
        } else if (!currency && (n = currency_at(p, end))) {
            currency = true;
            p += n;
        } else {
            return false;
        }
    }
    return open == closed && convert(&found, negative || open, ret_number);
}

unsigned kept_number_marks(const char *text, size_t len)
{
    kept_decimal number;
    unsigned point = kept_number_read(text, len, KEPT_MARK_POINT, &number);
    unsigned comma = kept_number_read(text, len, KEPT_MARK_COMMA, &number);
    return point << KEPT_MARK_POINT | comma << KEPT_MARK_COMMA;
}

bool kept_number_same(const char *text, size_t len)
{
    kept_decimal point, comma;
    return kept_number_read(text, len, KEPT_MARK_POINT, &point) &&
           kept_number_read(text, len, KEPT_MARK_COMMA, &comma) &&
           kept_decimal_compare(point, comma) == 0;
}
