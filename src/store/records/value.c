#include "store/records/value.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "base/number.h"
#include "base/text.h"

enum { SHOWN = 60, MILLIONTHS = 6, TEN_THOUSANDTHS = 4 };

/* --- Reading --- */

/* Text without blanks and line ends around it. */
static char *trimmed(kept_arena *arena, const char *text)
{
    while (*text && isspace((unsigned char)*text))
        text++;
    size_t len = strlen(text);
    while (len && isspace((unsigned char)text[len - 1]))
        len--;
    return kept_arena_strndup(arena, text, len);
}

static kept_status check_text(const kept_record_field *field, const char *text, kept_err *err)
{
    bool prose = field->type == KEPT_RECORD_PROSE;
    size_t len = strlen(text), most = prose ? KEPT_PROSE_MAX : KEPT_TEXT_MAX;
    if (len > most)
        return kept_fail(err, KEPT_EARG, "%s has %zu bytes; there is room for %zu.", field->name,
                         len, most);
    if (!kept_text_utf8(text, len))
        return kept_fail(err, KEPT_EARG, "%s is not UTF-8 text.", field->name);
    for (const char *c = text; *c; c++) {
        bool breaks = *c == '\n' || *c == '\t' || *c == '\r';
        if ((unsigned char)*c >= ' ' && *c != 0x7f)
            continue;
        if (breaks && prose)
            continue;
        return breaks ? kept_fail(err, KEPT_EARG, "%s takes one line without tabs.", field->name)
                      : kept_fail(err, KEPT_EARG, "%s holds a control character.", field->name);
    }
    return KEPT_OK;
}

static kept_status read_choice(const kept_record_field *field, const char *text, kept_value *value,
                               kept_err *err)
{
    for (size_t i = 0; i < field->n_choices; i++)
        if (kept_text_equal_nocase(field->choices[i], text)) {
            value->text = field->choices[i];
            return KEPT_OK;
        }
    KEPT_AUTO_BUF all = KEPT_BUF_INIT;
    for (size_t i = 0; i < field->n_choices; i++)
        kept_buf_printf(&all, "%s%s", i ? ", " : "", field->choices[i]);
    const char *nearest = kept_text_nearest(text, field->choices, field->n_choices);
    return kept_fail(err, KEPT_EARG, "\"%.*s\" is no %s: it is one of %.*s%s%s%s",
                     KEPT_SHOWN(text, SHOWN), field->name, KEPT_SHOWN(kept_buf_text(&all), 300),
                     nearest ? "; did you mean " : ".", nearest ? nearest : "", nearest ? "?" : "");
}

static kept_status read_flag(const kept_record_field *field, const char *text, kept_value *value,
                             kept_err *err)
{
    static const char *const words[] = {"no", "yes", "false", "true", "0", "1"};
    for (size_t i = 0; i < KEPT_N(words); i++)
        if (kept_text_equal_nocase(text, words[i])) {
            value->i = (int64_t)(i % 2);
            return KEPT_OK;
        }
    return kept_fail(err, KEPT_EARG, "\"%.*s\" is neither yes nor no, which %s takes.",
                     KEPT_SHOWN(text, SHOWN), field->name);
}

static kept_status read_date(const kept_record_field *field, const char *text, kept_value *value,
                             kept_err *err)
{
    kept_day day = 0;
    if (!kept_day_read_iso(text, strlen(text), &day))
        return kept_fail(err, KEPT_EARG,
                         "\"%.*s\" is no date, which %s takes; write year, month and day as in "
                         "2026-03-31.",
                         KEPT_SHOWN(text, SHOWN), field->name);
    value->i = day;
    return KEPT_OK;
}

/* Letters and signs of currencies would be dropped by kept_number_read: 12 USD are not 12 EUR. */
static bool has_currency(const char *text)
{
    static const char *const signs[] = {"$",        "\xc2\xa2", "\xc2\xa3",
                                        "\xc2\xa4", "\xc2\xa5", "\xe2\x82"};
    for (const char *c = text; *c; c++)
        if (isalpha((unsigned char)*c))
            return true;
    for (size_t i = 0; i < KEPT_N(signs); i++)
        if (strstr(text, signs[i]))
            return true;
    return false;
}

/* A point is always the decimal mark, as we write it ourselves; a comma when nothing else fits. */
static bool read_decimal(const char *text, kept_decimal *ret_number)
{
    size_t len = strlen(text);
    unsigned marks = kept_number_marks(text, len);
    bool point = marks & (1u << KEPT_MARK_POINT), comma = marks & (1u << KEPT_MARK_COMMA);
    if (has_currency(text) || (!point && !comma))
        return false;
    bool doubtful = point && comma && strchr(text, ',') && !kept_number_same(text, len);
    return !doubtful &&
           kept_number_read(text, len, point ? KEPT_MARK_POINT : KEPT_MARK_COMMA, ret_number);
}

/* number * 10^places as a whole number; false when it has more places or does not fit. */
static bool to_whole(kept_decimal number, int places, int64_t *ret_whole)
{
    kept_decimal n = kept_decimal_shortest(number);
    if (n.scale > places)
        return false;
    kept_i128 v = n.v;
    for (int i = n.scale; i < places; i++) {
        if (v > (kept_i128)INT64_MAX || v < (kept_i128)INT64_MIN)
            return false;
        v *= 10;
    }
    if (v > (kept_i128)KEPT_MONEY_MAX || v < -(kept_i128)KEPT_MONEY_MAX)
        return false;
    *ret_whole = (int64_t)v;
    return true;
}

static int places_of(kept_record_type type)
{
    if (type == KEPT_RECORD_INTEGER)
        return 0;
    return type == KEPT_RECORD_MONEY ? TEN_THOUSANDTHS : MILLIONTHS;
}

static kept_status fail_number(const kept_record_field *field, const char *text, kept_err *err)
{
    static const char *const forms[] = {
        [KEPT_RECORD_INTEGER] = "a whole number as in 12",
        [KEPT_RECORD_NUMBER] = "a number with at most six decimal places as in 12.5",
        [KEPT_RECORD_SHARE] = "a share as in 95% or 0.95",
        [KEPT_RECORD_MONEY] = "an amount without currency as in 1234.50",
    };
    return kept_fail(err, KEPT_EARG, "\"%.*s\" does not fit %s, which takes %s.",
                     KEPT_SHOWN(text, SHOWN), field->name, forms[field->type]);
}

/* Shares: "95%" and "0.95"; "95" could be either and is refused. */
static bool read_share(char *text, int64_t *ret_millionths)
{
    size_t len = strlen(text);
    bool percent = len && text[len - 1] == '%';
    if (percent)
        text[--len] = '\0';
    while (len && text[len - 1] == ' ')
        text[--len] = '\0';
    kept_decimal number;
    if (!read_decimal(text, &number))
        return false;
    if (percent)
        return to_whole(number, TEN_THOUSANDTHS, ret_millionths);
    int64_t value = 0;
    if (!to_whole(number, MILLIONTHS, &value) || value > 1000000 || value < -1000000)
        return false;
    *ret_millionths = value;
    return true;
}

static kept_status check_range(const kept_record_field *field, const char *text,
                               const kept_value *value, kept_arena *arena, kept_err *err)
{
    bool low = field->has_min && value->i < field->min;
    bool high = field->has_max && value->i > field->max;
    if (!low && !high)
        return KEPT_OK;
    bool ok = true;
    kept_value limit = {.known = true, .i = low ? field->min : field->max};
    const char *limit_text = kept_value_text(field, &limit, arena, &ok);
    if (!ok)
        return kept_nomem(err);
    return kept_fail(err, KEPT_EARG, "\"%.*s\" is too %s for %s: %s %s%s%s.",
                     KEPT_SHOWN(text, SHOWN), low ? "small" : "large", field->name,
                     low ? "at least" : "at most", limit_text, field->unit ? " " : "",
                     field->unit ? field->unit : "");
}

static kept_status read_number(const kept_record_field *field, char *text, kept_arena *arena,
                               kept_value *value, kept_err *err)
{
    char *copy = kept_arena_strdup(arena, text);
    if (!copy)
        return kept_nomem(err);
    kept_decimal number;
    bool ok =
        field->type == KEPT_RECORD_SHARE
            ? read_share(text, &value->i)
            : read_decimal(text, &number) && to_whole(number, places_of(field->type), &value->i);
    if (!ok)
        return fail_number(field, copy, err);
    return check_range(field, copy, value, arena, err);
}

kept_status kept_value_read(const kept_record_field *field, const char *text, kept_arena *arena,
                            kept_value *ret_value, kept_err *err)
{
    char *words = trimmed(arena, text ? text : "");
    if (!words)
        return kept_nomem(err);
    kept_value value = {.known = words[0] != '\0'};
    if (value.known) {
        KEPT_TRY(check_text(field, words, err));
        switch (field->type) {
        case KEPT_RECORD_TEXT:
        case KEPT_RECORD_PROSE:
            value.text = words;
            break;
        case KEPT_RECORD_CHOICE:
            KEPT_TRY(read_choice(field, words, &value, err));
            break;
        case KEPT_RECORD_FLAG:
            KEPT_TRY(read_flag(field, words, &value, err));
            break;
        case KEPT_RECORD_INTEGER:
        case KEPT_RECORD_NUMBER:
        case KEPT_RECORD_SHARE:
        case KEPT_RECORD_MONEY:
            KEPT_TRY(read_number(field, words, arena, &value, err));
            break;
        case KEPT_RECORD_DATE:
            KEPT_TRY(read_date(field, words, &value, err));
            break;
        case KEPT_RECORD_REF:
        case KEPT_RECORD_REFS:
            return kept_fail(err, KEPT_EINTERNAL, "%s is a reference.", field->name);
        }
    }
    *ret_value = value;
    return KEPT_OK;
}

bool kept_value_equal(const kept_value *a, const kept_value *b)
{
    if (!a->known || !b->known)
        return a->known == b->known;
    if (a->i != b->i || a->n_refs != b->n_refs || !kept_text_equal(a->text, b->text))
        return false;
    for (size_t i = 0; i < a->n_refs; i++)
        if (a->refs[i].kind != b->refs[i].kind || a->refs[i].id != b->refs[i].id)
            return false;
    return true;
}

/* --- Writing --- */

char *kept_short_id(kept_arena *arena, kept_ref ref)
{
    return kept_arena_printf(arena, "%s-%" PRId64, ref.kind ? ref.kind->prefix : "?", ref.id);
}

static char *refs_text(const kept_value *value, kept_arena *arena)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    for (size_t i = 0; i < value->n_refs; i++)
        kept_buf_printf(&text, "%s%s-%" PRId64, i ? ", " : "", value->refs[i].kind->prefix,
                        value->refs[i].id);
    return text.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&text));
}

static char *decimal_text(int64_t whole, int places, const char *tail, kept_arena *arena)
{
    char text[48];
    kept_decimal number = {whole, places};
    kept_decimal_write(kept_decimal_shortest(number), text);
    return kept_arena_printf(arena, "%s%s", text, tail);
}

static char *day_text(int64_t day, kept_arena *arena)
{
    char text[11];
    kept_day_write((kept_day)day, text);
    return kept_arena_strdup(arena, text);
}

static char *money_text(int64_t e4, kept_arena *arena)
{
    char text[32];
    kept_e4_write(e4, 2, text);
    return kept_arena_strdup(arena, text);
}

static const char *known_text(const kept_record_field *field, const kept_value *value,
                              kept_arena *arena)
{
    switch (field->type) {
    case KEPT_RECORD_TEXT:
    case KEPT_RECORD_PROSE:
    case KEPT_RECORD_CHOICE:
        return value->text;
    case KEPT_RECORD_FLAG:
        return value->i ? "yes" : "no";
    case KEPT_RECORD_INTEGER:
        return kept_arena_printf(arena, "%" PRId64, value->i);
    case KEPT_RECORD_NUMBER:
        return decimal_text(value->i, MILLIONTHS, "", arena);
    case KEPT_RECORD_SHARE:
        return decimal_text(value->i, TEN_THOUSANDTHS, "%", arena);
    case KEPT_RECORD_MONEY:
        return money_text(value->i, arena);
    case KEPT_RECORD_DATE:
        return day_text(value->i, arena);
    case KEPT_RECORD_REF:
    case KEPT_RECORD_REFS:
        return refs_text(value, arena);
    }
    return NULL;
}

const char *kept_value_text(const kept_record_field *field, const kept_value *value,
                            kept_arena *arena, bool *ok)
{
    if (!value->known)
        return NULL;
    const char *text = known_text(field, value, arena);
    if (!text)
        *ok = false;
    return text;
}
