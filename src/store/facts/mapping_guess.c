#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "store/facts/mapping_parts.h"

/* --- Reading rows of the source --- */

size_t kept_mapping__sample_rows(const kept_source *source)
{
    enum { ROWS = 20000, CELLS = 400000, LEAST = 1000 };
    size_t rows = CELLS / (source->n_columns ? source->n_columns : 1);
    return rows > ROWS ? ROWS : rows < LEAST ? LEAST : rows;
}

kept_status kept_mapping__read(const kept_mapping_draft *draft, const bool *wanted, size_t limit,
                               kept_mapping_reader *reader, kept_err *err)
{
    const kept_source *source = draft->source;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    *reader = (kept_mapping_reader){0};
    reader->index = KEPT_NEW_N(draft->arena, size_t, source->n_columns);
    reader->cells = KEPT_NEW_N(draft->arena, kept_cell, source->n_columns);
    if (!reader->index || !reader->cells)
        return kept_nomem(err);
    kept_buf_add(&sql, "SELECT ");
    for (size_t i = 0; i < source->n_columns; i++) {
        if (!wanted[i])
            continue;
        char *name = kept_duck_name(draft->arena, source->columns[i].name);
        if (!name)
            return kept_nomem(err);
        kept_buf_printf(&sql, "%s%s", reader->n_index ? ", " : "", name);
        reader->index[reader->n_index++] = i;
    }
    if (reader->n_index == 0)
        return KEPT_OK;
    kept_buf_printf(&sql, " FROM %s", source->relation);
    if (limit)
        kept_buf_printf(&sql, " LIMIT %zu", limit);
    if (sql.failed)
        return kept_nomem(err);
    return kept_duck_query(draft->duck, kept_buf_text(&sql), NULL, 0, &reader->rows, err);
}

kept_status kept_mapping__row(kept_mapping_reader *reader, bool *ret_more, kept_err *err)
{
    *ret_more = false;
    if (!reader->rows)
        return KEPT_OK;
    if (reader->next == reader->in_chunk) {
        KEPT_TRY(kept_duck_next(reader->rows, &reader->in_chunk, err));
        reader->next = 0;
        if (reader->in_chunk == 0)
            return KEPT_OK;
    }
    for (size_t i = 0; i < reader->n_index; i++) {
        size_t len = 0;
        const char *text = kept_duck_text(reader->rows, i, reader->next, &len);
        reader->cells[reader->index[i]] = (kept_cell){text, text ? len : 0};
    }
    reader->next++;
    *ret_more = true;
    return KEPT_OK;
}

void kept_mapping__reader_done(kept_mapping_reader *reader)
{
    kept_duck_rows_free(reader->rows);
    reader->rows = NULL;
}

/* --- Looking --- */

static void look_at(kept_cell cell, kept_column_look *look)
{
    cell = kept_cell_trim(cell);
    if (cell.len == 0)
        return;
    look->filled++;
    look->dates += kept_when_orders(cell.text, cell.len) != 0;
    look->numbers += kept_number_marks(cell.text, cell.len) != 0;
    look->point_zero += kept_cell_strip_point_zero(cell).len != cell.len;
}

kept_status kept_mapping__look(kept_mapping_draft *draft, kept_err *err)
{
    size_t n = draft->source->n_columns;
    bool *all = KEPT_NEW_N(draft->arena, bool, n);
    draft->look = KEPT_NEW_N(draft->arena, kept_column_look, n);
    if (!all || !draft->look)
        return kept_nomem(err);
    memset(all, true, n * sizeof *all);
    KEPT_AUTO_MAPPING_READER reader = {0};
    KEPT_TRY(
        kept_mapping__read(draft, all, kept_mapping__sample_rows(draft->source), &reader, err));
    for (;;) {
        bool more;
        KEPT_TRY(kept_mapping__row(&reader, &more, err));
        if (!more)
            return KEPT_OK;
        draft->looked_at++;
        for (size_t i = 0; i < n; i++)
            look_at(reader.cells[i], &draft->look[i]);
    }
}

static bool is_choice(const kept_fact_column *column, const char *value)
{
    for (size_t i = 0; i < column->n_choices; i++)
        if (kept_text_equal_nocase(column->choices[i], value))
            return true;
    return false;
}

/* At least half of the values can be read as the type; an empty column contradicts nothing. */
static bool fits_type(const kept_mapping_draft *draft, size_t c, const kept_fact_column *column)
{
    const kept_column_look *look = &draft->look[c];
    if (column->type == KEPT_COL_WHEN)
        return look->dates * 2 >= look->filled;
    if (kept_mapping__is_number(column->type))
        return look->numbers * 2 >= look->filled;
    if (column->type != KEPT_COL_CHOICE)
        return true;
    size_t n = 0, good = 0;
    for (size_t i = 0; i < KEPT_SAMPLES && draft->source->columns[c].samples[i]; i++) {
        n++;
        good += is_choice(column, draft->source->columns[c].samples[i]);
    }
    return good * 2 >= n;
}

/* --- Guessing by names --- */

enum { MOST_WORDS = 16 };

/* The words of a header: "NetAmount (EUR)" is Net, Amount, EUR. */
typedef struct words {
    const char *at[MOST_WORDS];
    size_t len[MOST_WORDS];
    size_t n;
} words;

static bool is_letter(char c)
{
    return (unsigned char)c >= 0x80 || isalnum((unsigned char)c);
}

static words split(const char *header)
{
    words w = {.n = 0};
    for (const char *p = header; *p && w.n < MOST_WORDS;) {
        if (!is_letter(*p)) {
            p++;
            continue;
        }
        const char *from = p++;
        while (is_letter(*p) && !(isupper((unsigned char)*p) && islower((unsigned char)p[-1])))
            p++;
        w.at[w.n] = from;
        w.len[w.n++] = (size_t)(p - from);
    }
    return w;
}

/* Whether words first .. last, written together, are the (squashed) guess. */
static bool words_are(const words *w, size_t first, size_t last, const char *guess)
{
    for (size_t i = first; i <= last; i++)
        for (size_t k = 0; k < w->len[i]; k++)
            if (!*guess || tolower((unsigned char)w->at[i][k]) != *guess++)
                return false;
    return !*guess;
}

/* Words that leave the meaning of a header as it is: a currency, a zone, articles. */
static bool is_harmless(const char *word, size_t len)
{
    static const char *const harmless[] = {"in",  "the", "of",  "our",  "your", "my",
                                           "utc", "gmt", "cet", "cest", "local"};
    char text[16];
    kept_decimal ignored;
    if (len > 8)
        return false;
    snprintf(text, sizeof text, "%.*s", (int)len, word);
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (kept_text_equal_nocase(text, harmless[i]))
            return true;
    if (isdigit((unsigned char)*word))
        return false;
    snprintf(text, sizeof text, "%.*s 1", (int)len, word);
    return kept_number_read(text, strlen(text), KEPT_MARK_POINT, &ignored);
}

/* How many of the header's letters a guess explains, 0 when none does. A required column may be
 * found inside any header; others only where nothing else in it changes the meaning, because a
 * "Discount amount" is no amount. */
static size_t contained(const kept_fact_column *column, const char *header)
{
    words w = split(header);
    size_t best = 0;
    for (size_t first = 0; first < w.n; first++)
        for (size_t last = first; last < w.n; last++) {
            bool rest_harmless = true;
            for (size_t i = 0; i < w.n; i++)
                if ((i < first || i > last) && !is_harmless(w.at[i], w.len[i]))
                    rest_harmless = false;
            if (!rest_harmless && !column->required)
                continue;
            for (size_t g = 0; g < column->n_guess; g++)
                if (strlen(column->guess[g]) > best && words_are(&w, first, last, column->guess[g]))
                    best = strlen(column->guess[g]);
        }
    return best;
}

static kept_status fill(kept_mapping_draft *draft, size_t slot, size_t column, kept_err *err)
{
    const char *name = draft->source->columns[column].name;
    KEPT_AUTO_BUF written = KEPT_BUF_INIT;
    kept_expr_write_name(name, &written);
    kept_expr *expr = KEPT_NEW(draft->arena, kept_expr);
    char *copy = kept_arena_strdup(draft->arena, kept_buf_text(&written));
    if (!expr || !copy || written.failed)
        return kept_nomem(err);
    expr->op = KEPT_EXPR_COLUMN;
    expr->name = name;
    expr->column = column;
    draft->slots[slot].expr = expr;
    draft->slots[slot].written = copy;
    draft->slots[slot].guessed = true;
    draft->used[column] = draft->taken[column] = true;
    return KEPT_OK;
}

static bool is_open(const kept_mapping_draft *draft, size_t slot)
{
    return !draft->slots[slot].expr && !draft->none[slot];
}

/* Headers that are a guess as a whole, the likeliest guess first. Values of the wrong type are
 * taken for a required column only (checked false), so that the error names that column. */
static kept_status by_name(kept_mapping_draft *draft, char *const *squashed, size_t slot,
                           size_t n_guess, bool checked, kept_err *err)
{
    const kept_fact_column *column = &draft->kind->columns[slot];
    for (size_t g = 0; g < n_guess && g < column->n_guess; g++)
        for (size_t c = 0; c < draft->source->n_columns; c++)
            if (!draft->taken[c] && strcmp(squashed[c], column->guess[g]) == 0 &&
                (!checked || fits_type(draft, c, column)))
                return fill(draft, slot, c, err);
    return KEPT_OK;
}

/* The one header that contains a guess, unless another open column explains more of it. */
static kept_status by_word(kept_mapping_draft *draft, size_t slot, kept_err *err)
{
    const kept_fact_kind *kind = draft->kind;
    size_t found = SIZE_MAX, n = 0;
    for (size_t c = 0; c < draft->source->n_columns; c++) {
        const char *header = draft->source->columns[c].name;
        if (draft->taken[c] || !fits_type(draft, c, &kind->columns[slot]))
            continue;
        size_t letters = contained(&kind->columns[slot], header);
        for (size_t other = 0; letters && other < kind->n_columns; other++)
            if (other != slot && is_open(draft, other) &&
                contained(&kind->columns[other], header) > letters)
                letters = 0;
        if (letters) {
            found = c;
            n++;
        }
    }
    return n == 1 ? fill(draft, slot, found, err) : KEPT_OK;
}

/* A column that nothing is yet, at least half filled, with nothing but dates. */
static bool holds_dates(const kept_mapping_draft *draft, size_t c)
{
    const kept_column_look *look = &draft->look[c];
    return !draft->taken[c] && look->filled && look->dates == look->filled &&
           look->filled * 2 >= draft->looked_at;
}

/* A required day may be found by its values: in the only column that holds dates. */
static kept_status by_values(kept_mapping_draft *draft, size_t slot, kept_err *err)
{
    size_t found = SIZE_MAX, n = 0;
    for (size_t c = 0; c < draft->source->n_columns; c++)
        if (holds_dates(draft, c)) {
            found = c;
            n++;
        }
    return n == 1 ? fill(draft, slot, found, err) : KEPT_OK;
}

/* --- What stays open --- */

/* Writes "Price*Quantity" from the columns that hold them, as advice for an amount. */
static void advise_product(const kept_mapping_draft *draft, kept_buf *buf)
{
    const char *price = NULL, *quantity = NULL;
    for (size_t i = 0; i < draft->kind->n_columns; i++) {
        const char *name = draft->kind->columns[i].name;
        if (draft->slots[i].expr && strcmp(name, "list_price") == 0)
            price = draft->slots[i].written;
        if (draft->slots[i].expr && strcmp(name, "quantity") == 0)
            quantity = draft->slots[i].written;
    }
    if (price && quantity)
        kept_buf_printf(buf, "%.*s*%.*s", KEPT_SHOWN(price, 40), KEPT_SHOWN(quantity, 40));
}

/* Writes "engage_date or close_date": the columns that hold dates, three at most. */
static void advise_dates(const kept_mapping_draft *draft, kept_buf *buf)
{
    size_t n = 0;
    for (size_t c = 0; c < draft->source->n_columns && n < 3; c++)
        if (holds_dates(draft, c)) {
            kept_buf_add(buf, n++ ? " or " : NULL);
            kept_expr_write_name(draft->source->columns[c].name, buf);
        }
}

/* Adds names until about room bytes are used. */
static void add_some(kept_buf *buf, const char *name, size_t i, size_t room)
{
    if (buf->len < room)
        kept_buf_printf(buf, "%s%.*s", i ? ", " : "", KEPT_SHOWN(name, 40));
    else if (strcmp(buf->data + buf->len - 3, "...") != 0)
        kept_buf_add(buf, ", ...");
}

static kept_status missing(kept_mapping_draft *draft, const kept_fact_column *column, kept_err *err)
{
    KEPT_AUTO_BUF looked = KEPT_BUF_INIT;
    KEPT_AUTO_BUF has = KEPT_BUF_INIT;
    for (size_t g = 0; g < column->n_guess; g++)
        add_some(&looked, column->guess[g], g, 50);
    for (size_t c = 0; c < draft->source->n_columns; c++)
        add_some(&has, draft->source->columns[c].name, c, 150);
    KEPT_AUTO_BUF advice = KEPT_BUF_INIT;
    if (strcmp(column->name, "amount") == 0)
        advise_product(draft, &advice);
    else if (column->type == KEPT_COL_WHEN)
        advise_dates(draft, &advice);
    if (advice.len == 0)
        kept_buf_add(&advice, "COLUMN with the right column");
    return kept_fail(err, KEPT_EINPUT,
                     "%.*s: no column was found for %s (looked for %s); the file has %s: write "
                     "--map %s=%.*s.",
                     KEPT_SHOWN(draft->source->path, 100), column->name, kept_buf_text(&looked),
                     kept_buf_text(&has), column->name, KEPT_SHOWN(kept_buf_text(&advice), 100));
}

static bool is_needed(const kept_mapping_draft *draft, const kept_fact_column *column)
{
    return column->required || (draft->opts->money_needed && column->type == KEPT_COL_MONEY &&
                                strcmp(column->name, "amount") == 0);
}

kept_status kept_mapping__guess(kept_mapping_draft *draft, kept_err *err)
{
    const kept_fact_kind *kind = draft->kind;
    size_t n = draft->source->n_columns;
    char **squashed = KEPT_NEW_N(draft->arena, char *, n);
    if (!squashed)
        return kept_nomem(err);
    for (size_t c = 0; c < n; c++)
        if (!(squashed[c] = kept_text_squash(draft->arena, draft->source->columns[c].name)))
            return kept_nomem(err);
    /* A column's own name (the first guess) before any other column's second thoughts. */
    for (size_t i = 0; i < kind->n_columns; i++)
        if (is_open(draft, i))
            KEPT_TRY(by_name(draft, squashed, i, 1, true, err));
    for (size_t i = 0; i < kind->n_columns; i++)
        if (is_open(draft, i))
            KEPT_TRY(by_name(draft, squashed, i, SIZE_MAX, true, err));
    for (size_t i = 0; i < kind->n_columns; i++)
        if (is_open(draft, i))
            KEPT_TRY(by_word(draft, i, err));
    for (size_t i = 0; i < kind->n_columns; i++)
        if (is_open(draft, i) && kind->columns[i].required)
            KEPT_TRY(by_name(draft, squashed, i, SIZE_MAX, false, err));
    for (size_t i = 0; i < kind->n_columns; i++) {
        const kept_fact_column *column = &kind->columns[i];
        if (is_open(draft, i) && column->required && column->type == KEPT_COL_WHEN)
            KEPT_TRY(by_values(draft, i, err));
        if (is_open(draft, i) && is_needed(draft, column))
            return missing(draft, column, err);
    }
    return KEPT_OK;
}
