#include "base/date.h"

#include <string.h>
#include <time.h>

/* Days and civil dates by the era method of Howard Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms": years start in March, so that the leap day comes last. */
kept_day kept_day_from_civil(int year, int month, int day)
{
    int y = year - (month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

void kept_day_to_civil(kept_day d, int *year, int *month, int *day)
{
    int64_t z = (int64_t)d + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = (int)(z - era * 146097);
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    *day = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = yoe + (int)(era * 400) + (*month <= 2);
}

bool kept_civil_valid(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (month == 2 && leap);
}

/* --- A cursor over the text --- */

typedef struct cursor {
    const char *p, *end;
} cursor;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool at_digit(const cursor *c)
{
    return c->p < c->end && is_digit(*c->p);
}

static size_t skip_blanks(cursor *c)
{
    const char *from = c->p;
    while (c->p < c->end && is_blank(*c->p))
        c->p++;
    return (size_t)(c->p - from);
}

static bool take(cursor *c, char wanted)
{
    if (c->p == c->end || *c->p != wanted)
        return false;
    c->p++;
    return true;
}

static bool take_nocase(cursor *c, const char *lower)
{
    size_t n = strlen(lower);
    if ((size_t)(c->end - c->p) < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        char ch = c->p[i];
        if (ch >= 'A' && ch <= 'Z')
            ch = (char)(ch + 32);
        if (ch != lower[i])
            return false;
    }
    c->p += n;
    return true;
}

/* Reads a run of at most max digits; returns how many there were, 0 for none or too many. */
static int take_number(cursor *c, int max, int *value)
{
    int n = 0, v = 0;
    while (at_digit(c)) {
        if (n == max)
            return 0;
        v = v * 10 + (*c->p++ - '0');
        n++;
    }
    *value = v;
    return n;
}

static int two(const char *p)
{
    return (p[0] - '0') * 10 + (p[1] - '0');
}

static bool all_digits(const char *p, int n)
{
    for (int i = 0; i < n; i++)
        if (!is_digit(p[i]))
            return false;
    return true;
}

/* --- ISO days --- */

static bool read_iso(const char *p, kept_day *ret_day)
{
    if (!all_digits(p, 4) || p[4] != '-' || !all_digits(p + 5, 2) || p[7] != '-' ||
        !all_digits(p + 8, 2))
        return false;
    int y = two(p) * 100 + two(p + 2), m = two(p + 5), d = two(p + 8);
    if (!kept_civil_valid(y, m, d))
        return false;
    *ret_day = kept_day_from_civil(y, m, d);
    return true;
}

bool kept_day_read_iso(const char *text, size_t len, kept_day *ret_day)
{
    return len == 10 && read_iso(text, ret_day);
}

static char *put(char *p, int value, int width)
{
    for (int i = width - 1; i >= 0; i--, value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + width;
}

void kept_day_write(kept_day d, char out[static 11])
{
    if (d < KEPT_DAY_MIN)
        d = KEPT_DAY_MIN;
    if (d > KEPT_DAY_MAX)
        d = KEPT_DAY_MAX;
    int y, m, day;
    kept_day_to_civil(d, &y, &m, &day);
    char *p = put(out, y, 4);
    *p++ = '-';
    p = put(p, m, 2);
    *p++ = '-';
    p = put(p, day, 2);
    *p = '\0';
}

/* --- Times of day --- */

/* ".5" or ",123456789": up to nine digits, cut to microseconds. */
static bool read_fraction(cursor *c, int64_t *micros)
{
    int n = 0;
    int64_t v = 0;
    while (at_digit(c)) {
        if (n == 9)
            return false;
        if (n < 6)
            v = v * 10 + (*c->p - '0');
        c->p++;
        n++;
    }
    for (int i = n; i < 6; i++)
        v *= 10;
    *micros = v;
    return n > 0;
}

/* AM and PM count hours 1 to 12; 12 AM is midnight. False when the hour does not suit. */
static bool read_half(cursor *c, int *hour)
{
    cursor at = *c;
    skip_blanks(&at);
    bool pm;
    if (take_nocase(&at, "am") || take_nocase(&at, "a.m."))
        pm = false;
    else if (take_nocase(&at, "pm") || take_nocase(&at, "p.m."))
        pm = true;
    else
        return true;
    if (*hour < 1 || *hour > 12)
        return false;
    *hour = *hour % 12 + (pm ? 12 : 0);
    *c = at;
    return true;
}

/* "Z", "UTC", "GMT", "+02", "+0200", "+02:00"; no offset leaves *has false. */
static bool read_offset(cursor *c, bool *has, int *minutes)
{
    cursor at = *c;
    skip_blanks(&at);
    *has = false;
    *minutes = 0;
    if (take_nocase(&at, "z") || take_nocase(&at, "utc") || take_nocase(&at, "gmt"))
        *has = true;
    if (at.p < at.end && (*at.p == '+' || *at.p == '-')) {
        int sign = *at.p++ == '-' ? -1 : 1;
        int h = 0, m = 0;
        int n = take_number(&at, 4, &h);
        if (n == 4) {
            m = h % 100;
            h /= 100;
        } else if (n != 2 || (take(&at, ':') && take_number(&at, 2, &m) != 2)) {
            return false;
        }
        if (h > 18 || m > 59)
            return false;
        *has = true;
        *minutes = sign * (h * 60 + m);
    }
    if (*has)
        *c = at;
    return true;
}

/* "12:30", "12:30:45.250 PM", "123045" (compact only), and an offset. */
static bool read_clock(cursor *c, bool compact, int64_t *ret_clock, bool *has_offset, int *offset)
{
    int h, m = 0, s = 0;
    int64_t fraction = 0;
    bool seconds = false;
    if (compact && c->end - c->p >= 4 && all_digits(c->p, 4)) {
        h = two(c->p);
        m = two(c->p + 2);
        c->p += 4;
        seconds = c->end - c->p >= 2 && all_digits(c->p, 2);
        if (seconds) {
            s = two(c->p);
            c->p += 2;
        }
    } else {
        if (!take_number(c, 2, &h) || !take(c, ':') || take_number(c, 2, &m) != 2)
            return false;
        seconds = take(c, ':');
        if (seconds && take_number(c, 2, &s) != 2)
            return false;
    }
    if (seconds && (take(c, '.') || take(c, ',')) && !read_fraction(c, &fraction))
        return false;
    if (!read_half(c, &h) || h > 23 || m > 59 || s > 59 || !read_offset(c, has_offset, offset))
        return false;
    *ret_clock = ((int64_t)h * 3600 + m * 60 + s) * 1000000 + fraction;
    return true;
}

/* Reads what follows the day (nothing, or a time) up to the end of the text. */
static bool read_rest(cursor *c, bool compact, kept_when *when)
{
    when->clock = KEPT_NO_CLOCK;
    when->has_offset = false;
    bool t = c->p < c->end && (*c->p == 'T' || *c->p == 't');
    bool joined = compact && at_digit(c); /* 20240331120000 */
    if (t)
        c->p++;
    else if (!joined) {
        const char *from = c->p;
        take(c, ',');
        bool blank = skip_blanks(c) > 0;
        if (c->p == c->end)
            return c->p == from || *from != ',';
        if (!blank)
            return false;
    }
    if (joined && (c->end - c->p < 6 || !all_digits(c->p, 6)))
        return false;
    int offset;
    if (!read_clock(c, compact, &when->clock, &when->has_offset, &offset))
        return false;
    skip_blanks(c);
    if (c->p != c->end)
        return false;
    if (when->has_offset && offset != 0) {
        int64_t clock = when->clock - (int64_t)offset * 60000000;
        if (clock < 0) {
            clock += KEPT_DAY_MICROS;
            when->day--;
        } else if (clock >= KEPT_DAY_MICROS) {
            clock -= KEPT_DAY_MICROS;
            when->day++;
        }
        when->clock = clock;
    }
    return when->day >= KEPT_DAY_MIN && when->day <= KEPT_DAY_MAX;
}

/* --- Instants --- */

void kept_time_write(int64_t micros, char out[static 32])
{
    int64_t day = micros / KEPT_DAY_MICROS;
    int64_t clock = micros % KEPT_DAY_MICROS;
    if (clock < 0) {
        clock += KEPT_DAY_MICROS;
        day--;
    }
    kept_day_write((kept_day)day, out); /* int64 microseconds are within 107 million days */
    char *p = out + 10;
    int seconds = (int)(clock / 1000000), fraction = (int)(clock % 1000000);
    *p++ = 'T';
    p = put(p, seconds / 3600, 2);
    *p++ = ':';
    p = put(p, seconds / 60 % 60, 2);
    *p++ = ':';
    p = put(p, seconds % 60, 2);
    if (fraction) {
        *p++ = '.';
        p = put(p, fraction, 6);
    }
    *p++ = 'Z';
    *p = '\0';
}

bool kept_time_read(const char *text, bool end_of_day, int64_t *ret_micros)
{
    size_t len = strlen(text);
    kept_when when = {0};
    if (len < 10 || !read_iso(text, &when.day))
        return false;
    cursor c = {text + 10, text + len};
    if (c.p == c.end) {
        *ret_micros = (int64_t)when.day * KEPT_DAY_MICROS + (end_of_day ? KEPT_DAY_MICROS - 1 : 0);
        return true;
    }
    if (!read_rest(&c, false, &when) || when.clock == KEPT_NO_CLOCK)
        return false;
    *ret_micros = (int64_t)when.day * KEPT_DAY_MICROS + when.clock;
    return true;
}

int64_t kept_time_now(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return 0;
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- Month names --- */

typedef struct month_name {
    char name[12];
    int month;
} month_name;

/* English, German, French, Spanish, Italian, Dutch, Portuguese; long and short; without accents.
 * No name means two months. */
static const month_name months[] = {
    {"january", 1},   {"jan", 1},       {"januar", 1},     {"janner", 1},    {"jaenner", 1},
    {"janvier", 1},   {"janv", 1},      {"enero", 1},      {"ene", 1},       {"gennaio", 1},
    {"gen", 1},       {"januari", 1},   {"janeiro", 1},    {"february", 2},  {"feb", 2},
    {"februar", 2},   {"fevrier", 2},   {"fevr", 2},       {"fev", 2},       {"febrero", 2},
    {"febbraio", 2},  {"februari", 2},  {"fevereiro", 2},  {"march", 3},     {"mar", 3},
    {"marz", 3},      {"maerz", 3},     {"mrz", 3},        {"mars", 3},      {"marzo", 3},
    {"maart", 3},     {"mrt", 3},       {"marco", 3},      {"april", 4},     {"apr", 4},
    {"avril", 4},     {"avr", 4},       {"abril", 4},      {"abr", 4},       {"aprile", 4},
    {"may", 5},       {"mai", 5},       {"mayo", 5},       {"maggio", 5},    {"mag", 5},
    {"mei", 5},       {"maio", 5},      {"june", 6},       {"jun", 6},       {"juni", 6},
    {"juin", 6},      {"junio", 6},     {"giugno", 6},     {"giu", 6},       {"junho", 6},
    {"july", 7},      {"jul", 7},       {"juli", 7},       {"juillet", 7},   {"juil", 7},
    {"julio", 7},     {"luglio", 7},    {"lug", 7},        {"julho", 7},     {"august", 8},
    {"aug", 8},       {"aout", 8},      {"agosto", 8},     {"ago", 8},       {"augustus", 8},
    {"september", 9}, {"sep", 9},       {"sept", 9},       {"septembre", 9}, {"septiembre", 9},
    {"setiembre", 9}, {"settembre", 9}, {"set", 9},        {"setembro", 9},  {"october", 10},
    {"oct", 10},      {"oktober", 10},  {"okt", 10},       {"octobre", 10},  {"octubre", 10},
    {"ottobre", 10},  {"ott", 10},      {"outubro", 10},   {"out", 10},      {"november", 11},
    {"nov", 11},      {"novembre", 11}, {"noviembre", 11}, {"novembro", 11}, {"december", 12},
    {"dec", 12},      {"dezember", 12}, {"dez", 12},       {"decembre", 12}, {"diciembre", 12},
    {"dicembre", 12}, {"dic", 12},      {"dezembro", 12},
};

/* A lower-case ASCII letter for the letter at p, accents dropped; 0 when it is no letter. */
static char fold_letter(const char *p, const char *end, size_t *used)
{
    unsigned char c = (unsigned char)p[0];
    *used = 1;
    if (c >= 'a' && c <= 'z')
        return (char)c;
    if (c >= 'A' && c <= 'Z')
        return (char)(c + 32);
    if (c != 0xc3 || end - p < 2)
        return 0;
    *used = 2;
    switch ((unsigned char)p[1] | 0x20) { /* upper case is 0x20 below lower case */
    case 0xa4:
        return 'a'; /* ä */
    case 0xa7:
        return 'c'; /* ç */
    case 0xa9:
        return 'e'; /* é */
    case 0xbb:
        return 'u'; /* û */
    default:
        return 0;
    }
}

/* Reads a month name and a point after it; 0 when there is none. */
static int take_month(cursor *c)
{
    char name[12] = "";
    size_t n = 0, used;
    const char *p = c->p;
    while (p < c->end) {
        char letter = fold_letter(p, c->end, &used);
        if (!letter)
            break;
        if (n + 1 == sizeof name)
            return 0;
        name[n++] = letter;
        p += used;
    }
    if (n < 3)
        return 0;
    for (size_t i = 0; i < sizeof months / sizeof *months; i++)
        if (months[i].name[0] == name[0] && memcmp(months[i].name, name, n + 1) == 0) {
            c->p = p;
            return months[i].month;
        }
    return 0;
}

/* --- Dates in files --- */

/* The day as written, before an order gives the numbers their meaning. */
typedef struct parts {
    int year, month, day; /* month 0: only a, b, c are known */
    int a, b, c;          /* three numbers in the order written */
    int na, nc;           /* digits of the first and the last */
} parts;

static int full_year(int year, int digits)
{
    return digits == 4 ? year : year + (year < 69 ? 2000 : 1900);
}

/* Between day, month name and year: blanks, hyphen, slash, point, comma, "de", "of". */
static void skip_joint(cursor *c)
{
    skip_blanks(c);
    if (c->p < c->end && (*c->p == '.' || *c->p == ','))
        c->p++;
    if (c->p < c->end && (*c->p == '-' || *c->p == '/'))
        c->p++;
    skip_blanks(c);
    cursor at = *c;
    if ((take_nocase(&at, "de") || take_nocase(&at, "of")) && skip_blanks(&at))
        *c = at;
}

static void skip_ordinal(cursor *c)
{
    static const char *const endings[] = {"st", "nd", "rd", "th", "er"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        cursor at = *c;
        if (take_nocase(&at, endings[i]) && (at.p == at.end || is_blank(*at.p) || *at.p == ',')) {
            *c = at;
            return;
        }
    }
}

/* "31 March 2024", "31-Mar-24", "1er mars 2024"; n digits of the first number are read already. */
static bool read_day_name(cursor *c, int first, int n, parts *out)
{
    skip_ordinal(c);
    skip_joint(c);
    int month = take_month(c);
    int last = 0, n_last;
    if (!month)
        return false;
    skip_joint(c);
    n_last = take_number(c, 4, &last);
    out->month = month;
    if (n == 4 && (n_last == 1 || n_last == 2)) { /* 2024-Mar-31 */
        out->year = first;
        out->day = last;
        return true;
    }
    if (n > 2 || (n_last != 2 && n_last != 4))
        return false;
    out->year = full_year(last, n_last);
    out->day = first;
    return true;
}

/* "March 31, 2024", "Mar-31-24" */
static bool read_name_day(cursor *c, parts *out)
{
    int year = 0, n;
    out->month = take_month(c);
    if (!out->month)
        return false;
    skip_joint(c);
    n = take_number(c, 2, &out->day);
    if (!n)
        return false;
    skip_ordinal(c);
    skip_joint(c);
    n = take_number(c, 4, &year);
    out->year = full_year(year, n);
    return n == 2 || n == 4;
}

static bool read_numeric(cursor *c, char separator, parts *out)
{
    c->p++;
    if (separator == '.')
        skip_blanks(c);
    if (!take_number(c, 2, &out->b) || !take(c, separator))
        return false;
    if (separator == '.')
        skip_blanks(c);
    out->nc = take_number(c, 4, &out->c);
    if (out->nc == 0 || out->nc == 3)
        return false;
    if (out->na == 4) {
        out->year = out->a;
        out->month = out->b;
        out->day = out->c;
        return out->nc <= 2 && out->month > 0;
    }
    return out->na <= 2;
}

/* Reads the day's parts; *compact says that it was written without separators. */
static bool read_parts(cursor *c, parts *out, bool *compact)
{
    *out = (parts){0};
    *compact = false;
    if (!at_digit(c))
        return read_name_day(c, out);
    if (c->end - c->p >= 8 && all_digits(c->p, 8)) {
        out->year = two(c->p) * 100 + two(c->p + 2);
        out->month = two(c->p + 4);
        out->day = two(c->p + 6);
        c->p += 8;
        *compact = true;
        return out->month > 0;
    }
    out->na = take_number(c, 4, &out->a);
    if (out->na == 0 || c->p == c->end)
        return false;
    char separator = *c->p;
    cursor at = *c;
    bool plain = separator == '-' || separator == '/' || separator == '.';
    if (plain && read_numeric(&at, separator, out)) {
        *c = at;
        return true;
    }
    out->month = 0;
    return read_day_name(c, out->a, out->na, out);
}

static bool resolve(const parts *in, kept_date_order order, kept_day *ret_day)
{
    int y, m, d;
    if (in->month) {
        y = in->year;
        m = in->month;
        d = in->day;
    } else if (order == KEPT_YMD) { /* two-digit year first */
        if (in->na != 2 || in->nc == 4)
            return false;
        y = full_year(in->a, 2);
        m = in->b;
        d = in->c;
    } else {
        if (in->nc != 2 && in->nc != 4)
            return false;
        y = full_year(in->c, in->nc);
        m = order == KEPT_DMY ? in->b : in->a;
        d = order == KEPT_DMY ? in->a : in->b;
    }
    if (!kept_civil_valid(y, m, d))
        return false;
    *ret_day = kept_day_from_civil(y, m, d);
    return true;
}

static cursor trimmed(const char *text, size_t len)
{
    cursor c = {text, text + len};
    skip_blanks(&c);
    while (c.end > c.p && is_blank(c.end[-1]))
        c.end--;
    return c;
}

bool kept_when_read(const char *text, size_t len, kept_date_order order, kept_when *ret_when)
{
    if (len == 10 && read_iso(text, &ret_when->day)) { /* most dates in most files */
        ret_when->clock = KEPT_NO_CLOCK;
        ret_when->has_offset = false;
        return true;
    }
    cursor c = trimmed(text, len);
    kept_when when = {0};
    bool compact = false;
    if (c.end - c.p >= 10 && read_iso(c.p, &when.day)) {
        c.p += 10;
    } else {
        parts in;
        if (!read_parts(&c, &in, &compact) || !resolve(&in, order, &when.day))
            return false;
    }
    if (!read_rest(&c, compact, &when))
        return false;
    *ret_when = when;
    return true;
}

unsigned kept_when_orders(const char *text, size_t len)
{
    unsigned orders = 0;
    for (int order = 0; order < KEPT_N_ORDERS; order++) {
        kept_when when;
        if (kept_when_read(text, len, (kept_date_order)order, &when))
            orders |= 1u << order;
    }
    return orders;
}
