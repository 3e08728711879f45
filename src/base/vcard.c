#include "base/vcard.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"

enum { NOT_RANKED = 101, SHOWN = 60 };

/* --- Lines --- */

typedef struct reader {
    const char *at, *end;
    size_t next_line; /* number of the line at `at` */
    size_t line;      /* of the one read last, where it begins */
    const char *source;
    kept_arena *arena;
} reader;

static void skip_mark(reader *r)
{
    if (r->end - r->at >= 3 && memcmp(r->at, "\xef\xbb\xbf", 3) == 0)
        r->at += 3;
}

static const char *line_end(const reader *r)
{
    const char *p = r->at;
    while (p < r->end && *p != '\n' && *p != '\r')
        p++;
    return p;
}

static void step_over_end(reader *r, const char *end)
{
    if (end < r->end)
        end += *end == '\r' && end + 1 < r->end && end[1] == '\n' ? 2 : 1;
    r->at = end;
    r->next_line++;
}

/* One line with those folded under it: they begin with a blank or tab, which is dropped. */
static kept_status next_line(reader *r, const char **ret_line, kept_err *err)
{
    KEPT_AUTO_BUF line = KEPT_BUF_INIT;
    r->line = r->next_line;
    const char *end = line_end(r);
    kept_buf_add_n(&line, r->at, (size_t)(end - r->at));
    step_over_end(r, end);
    while (line.len && r->at < r->end && (*r->at == ' ' || *r->at == '\t')) {
        r->at++;
        end = line_end(r);
        kept_buf_add_n(&line, r->at, (size_t)(end - r->at));
        step_over_end(r, end);
    }
    if (memchr(kept_buf_text(&line), '\0', line.len))
        return kept_fail(err, KEPT_EINPUT, "%s, line %zu holds a zero byte, which no text has.",
                         r->source, r->line);
    if (!kept_text_utf8(kept_buf_text(&line), line.len))
        return kept_fail(err, KEPT_EINPUT, "%s, line %zu is not UTF-8 text.", r->source, r->line);
    *ret_line = line.failed ? NULL : kept_arena_strdup(r->arena, kept_buf_text(&line));
    return *ret_line ? KEPT_OK : kept_nomem(err);
}

static bool is_blank(const char *line)
{
    return line[strspn(line, " \t")] == '\0';
}

/* --- Properties --- */

/* Where the name with its parameters ends: at the first colon outside quotes. */
static const char *find_colon(const char *line)
{
    bool quoted = false;
    for (; *line; line++) {
        if (*line == '"')
            quoted = !quoted;
        else if (*line == ':' && !quoted)
            return line;
    }
    return NULL;
}

/* PREF=1 of version 4; TYPE=pref, or PREF alone, of version 3. */
static int rank_of(const char *parameters, const char *colon)
{
    for (const char *p = parameters; p < colon; p++) {
        size_t left = (size_t)(colon - p);
        bool starts = p == parameters || strchr(";,=\"", p[-1]);
        if (!starts || left < 4 || strncasecmp(p, "pref", 4) != 0)
            continue;
        if (left > 5 && p[4] == '=') {
            long rank = strtol(p + 5, NULL, 10);
            return rank >= 1 && rank <= 100 ? (int)rank : NOT_RANKED;
        }
        if (left == 4 || strchr(";,\"", p[4]))
            return 1;
    }
    return NOT_RANKED;
}

static char capital(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static kept_status read_property(const reader *r, const char *line, kept_vcard_property *ret,
                                 kept_err *err)
{
    const char *colon = find_colon(line);
    size_t len = colon ? strcspn(line, ";:") : 0;
    const char *dot = colon ? memchr(line, '.', len) : NULL;
    const char *name = dot ? dot + 1 : line;
    size_t name_len = (size_t)(line + len - name);
    if (!colon || name_len == 0)
        return kept_fail(err, KEPT_EINPUT,
                         "%s, line %zu: \"%.*s\" is no property of a vCard, as in TEL:030 1234.",
                         r->source, r->line, KEPT_SHOWN(line, SHOWN));
    char *copy = kept_arena_strndup(r->arena, name, name_len);
    if (!copy)
        return kept_nomem(err);
    for (char *c = copy; *c; c++)
        *c = capital(*c);
    *ret = (kept_vcard_property){copy, colon + 1, rank_of(line + len, colon)};
    return KEPT_OK;
}

static bool is_word(const kept_vcard_property *property, const char *name, const char *value)
{
    size_t len = strlen(value);
    return strcmp(property->name, name) == 0 && strncasecmp(property->value, value, len) == 0 &&
           is_blank(property->value + len);
}

/* --- Cards --- */

typedef struct card_list {
    kept_vcard *cards;
    size_t n, room;
} card_list;

static kept_status add_card(card_list *list, const kept_vcard *card, kept_arena *arena,
                            kept_err *err)
{
    if (list->n == list->room) {
        size_t room = list->room ? 2 * list->room : 16;
        kept_vcard *more = KEPT_NEW_N(arena, kept_vcard, room);
        if (!more)
            return kept_nomem(err);
        if (list->n)
            memcpy(more, list->cards, list->n * sizeof *more);
        list->cards = more;
        list->room = room;
    }
    list->cards[list->n++] = *card;
    return KEPT_OK;
}

typedef struct open_card {
    kept_vcard_property *properties;
    size_t n, room, line;
} open_card;

static kept_status add_property(const reader *r, open_card *card,
                                const kept_vcard_property *property, kept_err *err)
{
    if (is_word(property, "BEGIN", "VCARD"))
        return kept_fail(err, KEPT_EINPUT,
                         "%s, line %zu: a card begins before the one of line %zu has ended with "
                         "END:VCARD.",
                         r->source, r->line, card->line);
    if (is_word(property, "VERSION", "2.1"))
        return kept_fail(err, KEPT_EINPUT,
                         "%s, line %zu is of version 2.1; have the cards written in version 3.0 or "
                         "4.0.",
                         r->source, r->line);
    if (card->n == KEPT_VCARD_PROPERTIES_MAX)
        return kept_fail(err, KEPT_EINPUT, "%s, line %zu: the card has more than %d properties.",
                         r->source, r->line, KEPT_VCARD_PROPERTIES_MAX);
    if (card->n == card->room) {
        size_t room = card->room ? 2 * card->room : 16;
        kept_vcard_property *more = KEPT_NEW_N(r->arena, kept_vcard_property, room);
        if (!more)
            return kept_nomem(err);
        if (card->n)
            memcpy(more, card->properties, card->n * sizeof *more);
        card->properties = more;
        card->room = room;
    }
    card->properties[card->n++] = *property;
    return KEPT_OK;
}

/* What follows BEGIN:VCARD, to its END. */
static kept_status read_card(reader *r, kept_vcard *ret_card, kept_err *err)
{
    open_card card = {.line = r->line};
    while (r->at < r->end) {
        const char *line = NULL;
        kept_vcard_property property;
        KEPT_TRY(next_line(r, &line, err));
        if (is_blank(line))
            continue;
        KEPT_TRY(read_property(r, line, &property, err));
        if (is_word(&property, "END", "VCARD")) {
            *ret_card = (kept_vcard){card.line, card.properties, card.n};
            return KEPT_OK;
        }
        KEPT_TRY(add_property(r, &card, &property, err));
    }
    return kept_fail(err, KEPT_EINPUT, "%s: the card that begins on line %zu has no END:VCARD.",
                     r->source, card.line);
}

bool kept_vcard_begins(const char *text, size_t len)
{
    static const char begin[] = "BEGIN:VCARD";
    reader r = {.at = text, .end = text + len};
    skip_mark(&r);
    while (r.at < r.end && strchr(" \t\r\n", *r.at) && *r.at)
        r.at++;
    return (size_t)(r.end - r.at) >= strlen(begin) && strncasecmp(r.at, begin, strlen(begin)) == 0;
}

kept_status kept_vcard_read(const char *text, size_t len, const char *source, kept_arena *arena,
                            kept_vcard **ret_cards, size_t *ret_n, kept_err *err)
{
    reader r = {.at = text, .end = text + len, .next_line = 1, .source = source, .arena = arena};
    card_list list = {0};
    skip_mark(&r);
    while (r.at < r.end) {
        const char *line = NULL;
        kept_vcard_property property;
        kept_vcard card;
        KEPT_TRY(next_line(&r, &line, err));
        if (is_blank(line))
            continue;
        KEPT_TRY(read_property(&r, line, &property, err));
        if (!is_word(&property, "BEGIN", "VCARD"))
            return kept_fail(err, KEPT_EINPUT,
                             "%s, line %zu: \"%.*s\" stands outside of a card; each begins with "
                             "BEGIN:VCARD.",
                             source, r.line, KEPT_SHOWN(line, SHOWN));
        KEPT_TRY(read_card(&r, &card, err));
        KEPT_TRY(add_card(&list, &card, arena, err));
    }
    if (list.n == 0)
        return kept_fail(err, KEPT_EINPUT, "%s holds no vCard.", source);
    *ret_cards = list.cards;
    *ret_n = list.n;
    return KEPT_OK;
}

/* --- Values --- */

/* Component `index` (from 0) of a value whose components stand between semicolons; whole: all of
 * it, semicolons too. */
static void add_component(kept_buf *out, const char *value, size_t index, bool whole)
{
    for (const char *c = value; *c; c++) {
        bool wanted = whole || index == 0;
        if (*c == ';' && !whole) {
            if (index-- == 0)
                return;
        } else if (*c == '\\' && c[1]) {
            c++;
            if (wanted)
                kept_buf_add_char(out, *c == 'n' || *c == 'N' ? '\n' : *c);
        } else if (wanted) {
            kept_buf_add_char(out, *c);
        }
    }
}

/* "Given Family", from Family;Given;Additional;Prefix;Suffix. */
static void add_name(kept_buf *out, const char *value)
{
    add_component(out, value, 1, false);
    size_t given = out->len;
    if (given)
        kept_buf_add_char(out, ' ');
    add_component(out, value, 0, false);
}

static const char *preferred(const kept_vcard *card, const char *name)
{
    const kept_vcard_property *best = NULL;
    for (size_t i = 0; i < card->n; i++) {
        const kept_vcard_property *p = &card->properties[i];
        if (strcmp(p->name, name) == 0 && !is_blank(p->value) && (!best || p->rank < best->rank))
            best = p;
    }
    return best ? best->value : NULL;
}

/* "tel:+49-30-1234;ext=5" is a number of version 4. */
static const char *without_scheme(const char *name, const char *value)
{
    bool phone = strcmp(name, "TEL") == 0 && strncasecmp(value, "tel:", 4) == 0;
    bool mail = strcmp(name, "EMAIL") == 0 && strncasecmp(value, "mailto:", 7) == 0;
    return value + (phone ? 4 : mail ? 7 : 0);
}

kept_status kept_vcard_text(const kept_vcard *card, const char *name, kept_arena *arena,
                            const char **ret_text, kept_err *err)
{
    const char *value = preferred(card, name);
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    *ret_text = NULL;
    if (value) {
        const char *plain = without_scheme(name, value);
        bool first_only = strcmp(name, "ORG") == 0 || plain != value;
        add_component(&out, plain, 0, !first_only);
    } else if (strcmp(name, "FN") == 0 && (value = preferred(card, "N"))) {
        add_name(&out, value);
    }
    const char *text = kept_buf_text(&out);
    if (!out.failed && text[strspn(text, " \t\n")] == '\0')
        return KEPT_OK;
    *ret_text = out.failed ? NULL : kept_arena_strdup(arena, text);
    return *ret_text ? KEPT_OK : kept_nomem(err);
}

/* --- Writing --- */

/* Folded so that no line is longer than 75 bytes, and none ends inside a character. */
static void add_folded(kept_buf *out, const char *line)
{
    enum { LINE = 75 };
    for (size_t room = LINE; *line; room = LINE - 1) {
        size_t n = kept_text_cut(line, room);
        n = n ? n : 1;
        kept_buf_add_n(out, line, n);
        line += n;
        kept_buf_add(out, *line ? "\r\n " : "\r\n");
    }
}

void kept_vcard_write(kept_buf *out, const char *name, const char *text)
{
    KEPT_AUTO_BUF line = KEPT_BUF_INIT;
    if (!text || text[strspn(text, " \t\r\n")] == '\0')
        return;
    kept_buf_printf(&line, "%s:", name);
    for (const char *c = text; *c; c++) {
        if (*c == '\n')
            kept_buf_add(&line, "\\n");
        else if (strchr("\\,;", *c))
            kept_buf_printf(&line, "\\%c", *c);
        else if (*c != '\r')
            kept_buf_add_char(&line, *c);
    }
    out->failed |= line.failed;
    add_folded(out, kept_buf_text(&line));
}

void kept_vcard_write_begin(kept_buf *out)
{
    kept_buf_add(out, "BEGIN:VCARD\r\nVERSION:4.0\r\n");
}

void kept_vcard_write_end(kept_buf *out)
{
    kept_buf_add(out, "END:VCARD\r\n");
}
