#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "store/facts/source_int.h"
#include "store/facts/stage_int.h"

enum { FILE_MAX_BYTES = 16 << 20 };

typedef struct rate {
    const char *currency;
    kept_day day; /* from this day on */
    kept_decimal rate;
    size_t line;
} rate;

struct kept__rates {
    rate *rates; /* by currency and day */
    size_t n;
};

typedef enum field { CURRENCY, RATE, DATE, N_FIELDS } field;

typedef struct file {
    const char *path;
    const char *text;
    size_t len;
    kept__dialect dialect;
    size_t place[N_FIELDS]; /* column of each field; SIZE_MAX: none */
    kept_mark mark;
} file;

static kept_status find_columns(file *f, kept_arena *arena, kept_err *err)
{
    static const char *const words[N_FIELDS][8] = {
        {"currency", "currencycode", "code", "iso", "from", "currencyfrom", "w\xc3\xa4hrung",
         "waehrung"},
        {"rate", "exchangerate", "fxrate", "kurs", "wechselkurs", "value", "factor", "obsvalue"},
        {"date", "day", "validfrom", "datum", "since", "gueltigab", "month", "timeperiod"},
    };
    for (size_t k = 0; k < N_FIELDS; k++) {
        f->place[k] = SIZE_MAX;
        if (!f->dialect.has_header && k < f->dialect.columns)
            f->place[k] = k;
        for (size_t c = 0; f->dialect.has_header && c < f->dialect.columns; c++) {
            char *name = kept_text_squash(arena, f->dialect.names[c]);
            if (!name)
                return kept_nomem(err);
            for (size_t w = 0; w < KEPT_N(words[k]); w++)
                if (f->place[k] == SIZE_MAX && strcmp(name, words[k][w]) == 0)
                    f->place[k] = c;
        }
    }
    if (f->place[CURRENCY] == SIZE_MAX || f->place[RATE] == SIZE_MAX)
        return kept_fail(err, KEPT_EINPUT,
                         "%s needs the columns currency and rate (and date, where rates change).",
                         f->path);
    return KEPT_OK;
}

static kept_status read_record(const file *f, const kept__record *record, size_t line,
                               kept_arena *arena, rate *ret, kept_err *err)
{
    KEPT_AUTO_BUF cell = KEPT_BUF_INIT;
    size_t at = 0;
    *ret = (rate){.day = KEPT_DAY_MIN, .line = line};
    bool rated = false;
    for (size_t c = 0; kept__csv_cell(record, f->dialect.delimiter, f->dialect.quote, &at, &cell);
         c++) {
        const char *text = kept_buf_text(&cell);
        if (c == f->place[CURRENCY]) {
            ret->currency = kept_arena_strdup(arena, text);
            if (!ret->currency)
                return kept_nomem(err);
        } else if (c == f->place[RATE]) {
            rated = kept_number_read(text, cell.len, f->mark, &ret->rate) && ret->rate.v > 0;
            if (!rated)
                return kept_fail(err, KEPT_EINPUT,
                                 "%s, line %zu: the rate \"%s\" is not a number above 0.", f->path,
                                 line, text);
        } else if (c == f->place[DATE] && !kept_day_read_iso(text, cell.len, &ret->day)) {
            return kept_fail(err, KEPT_EINPUT,
                             "%s, line %zu: the date \"%s\" must be written like 2024-03-31.",
                             f->path, line, text);
        }
    }
    if (!ret->currency || !ret->currency[0] || !rated)
        return kept_fail(err, KEPT_EINPUT, "%s, line %zu: a currency and a rate are wanted.",
                         f->path, line);
    return KEPT_OK;
}

static int by_currency_and_day(const void *a, const void *b)
{
    const rate *x = a, *y = b;
    int order = strcasecmp(x->currency, y->currency);
    return order ? order : (x->day > y->day) - (x->day < y->day);
}

static kept_status read_all(file *f, kept_arena *arena, kept__rates *rates, kept_err *err)
{
    size_t at = 0, line = 1, index = 0, lines = 1;
    for (size_t i = 0; i < f->len; i++)
        lines += f->text[i] == '\n' || f->text[i] == '\r';
    rates->rates = KEPT_NEW_N(arena, rate, lines);
    if (!rates->rates)
        return kept_nomem(err);
    while (at < f->len) {
        kept__record record;
        at += kept__csv_cut(f->text + at, f->len - at, true, f->dialect.delimiter, f->dialect.quote,
                            &record);
        bool above = index++ < f->dialect.skip + f->dialect.has_header;
        if (!above && !kept__csv_blank(&record))
            KEPT_TRY(read_record(f, &record, line, arena, &rates->rates[rates->n++], err));
        line += record.lines;
    }
    if (rates->n == 0)
        return kept_fail(err, KEPT_EINPUT, "%s holds no rates.", f->path);
    qsort(rates->rates, rates->n, sizeof *rates->rates, by_currency_and_day);
    for (size_t i = 1; i < rates->n; i++)
        if (by_currency_and_day(&rates->rates[i - 1], &rates->rates[i]) == 0)
            return kept_fail(
                err, KEPT_EINPUT, "%s, line %zu: %s has a rate on line %zu already.", f->path,
                rates->rates[i].line > rates->rates[i - 1].line ? rates->rates[i].line
                                                                : rates->rates[i - 1].line,
                rates->rates[i].currency,
                rates->rates[i].line > rates->rates[i - 1].line ? rates->rates[i - 1].line
                                                                : rates->rates[i].line);
    return KEPT_OK;
}

kept_status kept__rates_read(const char *path, kept_arena *arena, kept__rates **ret_rates,
                             kept_err *err)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    bool whole = false;
    KEPT_TRY(kept__file_head(path, path, FILE_MAX_BYTES, &text, &whole, err));
    if (!whole)
        return kept_fail(err, KEPT_EINPUT, "%s is too large for a table of rates.", path);
    if (!kept_text_utf8(kept_buf_text(&text), text.len))
        return kept_fail(err, KEPT_EINPUT, "%s must be a CSV file in UTF-8.", path);
    file f = {.path = path, .text = kept_buf_text(&text), .len = text.len};
    if (f.len >= 3 && memcmp(f.text, "\xef\xbb\xbf", 3) == 0) {
        f.text += 3;
        f.len -= 3;
    }
    KEPT_TRY(kept__dialect_find(f.text, f.len, true, '\0', path, arena, &f.dialect, err));
    KEPT_TRY(find_columns(&f, arena, err));
    /* Where commas do not part the cells, one within a rate is its decimal mark. */
    f.mark = f.dialect.delimiter != ',' && memchr(f.text, ',', f.len) ? KEPT_MARK_COMMA
                                                                      : KEPT_MARK_POINT;
    kept__rates *rates = KEPT_NEW(arena, kept__rates);
    if (!rates)
        return kept_nomem(err);
    KEPT_TRY(read_all(&f, arena, rates, err));
    *ret_rates = rates;
    return KEPT_OK;
}

static int compare_currency(const char *have, kept_cell want)
{
    int order = strncasecmp(have, want.text, want.len);
    return order ? order : have[want.len] != '\0';
}

bool kept__rates_find(const kept__rates *rates, kept_cell currency, kept_day day,
                      kept_decimal *ret_rate)
{
    size_t low = 0, high = rates->n; /* the first entry past (currency, day) */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const rate *r = &rates->rates[middle];
        int order = compare_currency(r->currency, currency);
        if (order < 0 || (order == 0 && r->day <= day))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || compare_currency(rates->rates[low - 1].currency, currency) != 0)
        return false;
    *ret_rate = rates->rates[low - 1].rate;
    return true;
}
