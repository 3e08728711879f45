/* A table fitted into the width of a terminal.
 *
 * Headings are folded and the widest text columns are cut, a little of each, then more. Numbers are
 * never cut: what still does not fit goes below, beside the first column again. */
#include <string.h>

#include "present/format.h"
#include "present/text_parts.h"
#include "present/wrap.h"

enum {
    INDENT = 2,
    GAP = 2,
    TEXT_EASY = 24,  /* text columns are cut to this first, */
    TEXT_LEAST = 12, /* then to this, and no further */
    TEXT_MOST = 60,  /* nor are they wider, where others need the room */
    HEADING_LINES = 6,
    CELL_LINES = 6, /* of sentences */
};

typedef struct column {
    size_t field;
    size_t span; /* 3: estimate with its interval */
    bool right, text;
    size_t cells;   /* widest cell */
    size_t heading; /* whole heading */
    size_t word;    /* longest word of the heading */
    size_t width;
} column;

typedef struct layout {
    const kept_result *result;
    const kept_table *table;
    column columns[KEPT_RESULT_FIELDS];
    size_t n;
} layout;

static void add_heading(kept_buf *out, const layout *l, const column *c)
{
    const kept_field *field = &l->table->def->fields[c->field];
    kept_format_title(out, field->name, field->title);
    KEPT_AUTO_BUF unit = KEPT_BUF_INIT;
    kept_format_unit(&unit, field, l->result->currency);
    if (unit.len)
        kept_buf_printf(out, " (%s)", kept_buf_text(&unit));
}

static void add_cell(kept_buf *out, const layout *l, const column *c, size_t row)
{
    const kept_table_def *def = l->table->def;
    const kept_cell *cell = &l->table->cells[row * def->n_fields + c->field];
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    if (c->span == 3)
        kept_format_estimate(&text, &def->fields[c->field], cell, KEPT_SCREEN);
    else
        kept_format_cell(&text, &def->fields[c->field], cell, KEPT_SCREEN);
    kept_format_clean(out, kept_buf_text(&text));
}

static size_t longest_word(const char *text)
{
    size_t longest = 0;
    while (*text) {
        size_t n = strcspn(text, " ");
        char word[64];
        size_t take = n < sizeof word ? n : sizeof word - 1;
        memcpy(word, text, take);
        word[take] = '\0';
        size_t width = kept_text_width(word);
        longest = width > longest ? width : longest;
        text += n + (text[n] == ' ');
    }
    return longest;
}

static void measure(layout *l)
{
    const kept_table_def *def = l->table->def;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    for (size_t i = 0; i < def->n_fields;) {
        if (def->fields[i].detail) {
            i++;
            continue;
        }
        column *c = &l->columns[l->n++];
        *c = (column){.field = i, .span = kept_format_interval(def->fields, def->n_fields, i)};
        c->right = kept_format_is_number(def->fields[i].type);
        c->text = def->fields[i].type == KEPT_TEXT;
        kept_buf_clear(&text);
        add_heading(&text, l, c);
        c->heading = kept_text_width(kept_buf_text(&text));
        c->word = longest_word(kept_buf_text(&text));
        for (size_t row = 0; row < l->table->n_rows; row++) {
            kept_buf_clear(&text);
            add_cell(&text, l, c, row);
            size_t width = kept_text_width(kept_buf_text(&text));
            c->cells = width > c->cells ? width : c->cells;
        }
        c->width = c->cells > c->heading ? c->cells : c->heading;
        i += c->span;
    }
}

static size_t total(const layout *l)
{
    size_t sum = INDENT;
    for (size_t i = 0; i < l->n; i++)
        sum += l->columns[i].width + (i ? GAP : 0);
    return sum;
}

/* How far c may shrink by folding its heading into so many lines. */
static size_t fold_slack(const column *c, size_t lines)
{
    size_t least = c->cells > c->word ? c->cells : c->word;
    size_t even = (c->heading + lines - 1) / lines + 2; /* folded lines are ragged */
    least = even > least ? even : least;
    return c->width > least ? c->width - least : 0;
}

/* How wide c is, when it is text that may still be cut. */
static size_t cut_slack(const column *c, size_t least)
{
    least = c->word < least ? least : c->word;
    return c->text && c->width > least ? c->width : 0;
}

/* Takes columns away where slack is largest until everything fits; false when slack runs out. */
static bool shrink(layout *l, size_t width, size_t (*slack)(const column *, size_t), size_t limit)
{
    for (size_t now = total(l); now > width; now--) {
        column *best = NULL;
        size_t most = 0;
        for (size_t i = 0; i < l->n; i++) {
            size_t s = slack(&l->columns[i], limit);
            if (s > most) {
                most = s;
                best = &l->columns[i];
            }
        }
        if (!best)
            return false;
        best->width--;
    }
    return true;
}

static void fit_columns(layout *l, size_t width)
{
    if (shrink(l, width, fold_slack, 2) || shrink(l, width, cut_slack, TEXT_EASY) ||
        shrink(l, width, fold_slack, HEADING_LINES - 1) || shrink(l, width, cut_slack, TEXT_LEAST))
        return;
    /* It goes below in blocks: then there is room, and nothing needs to be as narrow as that. */
    for (size_t i = 0; i < l->n; i++) {
        column *c = &l->columns[i];
        c->width = c->cells > c->heading ? c->cells : c->heading;
        size_t most = i == 0 ? width / 3 : width - INDENT; /* the first is repeated */
        most = most < TEXT_MOST ? most : TEXT_MOST;
        if (c->text && c->width > most)
            c->width = most;
        c->width -= fold_slack(c, 2);
    }
}

/* --- Printing --- */

/* Takes the words of the next line of a folded heading; the last line allowed takes the rest. */
static void take_line(const char **text, size_t width, bool last, kept_buf *line)
{
    kept_buf_clear(line);
    while (**text) {
        size_t len = strcspn(*text, " ");
        size_t old = line->len;
        kept_buf_add(line, old ? " " : "");
        kept_buf_add_n(line, *text, len);
        if (old && !last && kept_text_width(kept_buf_text(line)) > width && !line->failed) {
            line->len = old;
            line->data[old] = '\0';
            return;
        }
        *text += len + ((*text)[len] == ' ');
    }
}

static size_t count_lines(const char *text, size_t width)
{
    KEPT_AUTO_BUF line = KEPT_BUF_INIT;
    size_t n = 0;
    while (*text)
        take_line(&text, width, ++n == HEADING_LINES, &line);
    return n;
}

/* Line k of the heading, empty beyond its last. */
static void heading_line(const layout *l, const column *c, size_t k, size_t height, kept_buf *line)
{
    KEPT_AUTO_BUF heading = KEPT_BUF_INIT;
    add_heading(&heading, l, c);
    const char *text = kept_buf_text(&heading);
    /* Headings stand on the table: short ones begin lower. */
    size_t skip = height - count_lines(text, c->width);
    kept_buf_clear(line);
    for (size_t i = skip; i <= k; i++)
        take_line(&text, c->width, i - skip + 1 == HEADING_LINES, line);
}

static size_t headings_height(const layout *l, const size_t *shown, size_t n)
{
    size_t height = 0;
    KEPT_AUTO_BUF heading = KEPT_BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        kept_buf_clear(&heading);
        add_heading(&heading, l, &l->columns[shown[i]]);
        size_t lines = count_lines(kept_buf_text(&heading), l->columns[shown[i]].width);
        height = lines > height ? lines : height;
    }
    return height;
}

static void trim_blanks(kept_buf *out)
{
    while (out->len && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
}

static void add_headings(kept_buf *out, const kept_screen *screen, const layout *l,
                         const size_t *shown, size_t n)
{
    KEPT_AUTO_BUF row = KEPT_BUF_INIT;
    KEPT_AUTO_BUF line = KEPT_BUF_INIT;
    size_t height = headings_height(l, shown, n);
    for (size_t k = 0; k < height; k++) {
        kept_buf_clear(&row);
        kept_pad(&row, INDENT);
        for (size_t i = 0; i < n; i++) {
            const column *c = &l->columns[shown[i]];
            heading_line(l, c, k, height, &line);
            kept_pad(&row, i ? GAP : 0);
            kept_fit(&row, kept_buf_text(&line), c->width, c->right);
        }
        trim_blanks(&row);
        kept_screen_bold(out, screen, kept_buf_text(&row));
        kept_buf_add_char(out, '\n');
    }
}

static bool folds(const layout *l, const column *c)
{
    return l->table->def->fields[c->field].folds;
}

/* Line k of a sentence that goes on below; of anything else the first line is all. */
static void cell_line(const layout *l, const column *c, size_t row, size_t k, kept_buf *line)
{
    KEPT_AUTO_BUF cell = KEPT_BUF_INIT;
    add_cell(&cell, l, c, row);
    kept_buf_clear(line);
    if (!folds(l, c)) {
        kept_buf_add(line, k == 0 ? kept_buf_text(&cell) : "");
        return;
    }
    const char *text = kept_buf_text(&cell);
    for (size_t i = 0; i <= k; i++)
        take_line(&text, c->width, i + 1 == CELL_LINES, line);
}

static size_t row_height(const layout *l, const size_t *shown, size_t n, size_t row)
{
    size_t height = 1;
    KEPT_AUTO_BUF cell = KEPT_BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        const column *c = &l->columns[shown[i]];
        if (!folds(l, c))
            continue;
        kept_buf_clear(&cell);
        add_cell(&cell, l, c, row);
        size_t lines = count_lines(kept_buf_text(&cell), c->width);
        lines = lines < CELL_LINES ? lines : CELL_LINES;
        height = lines > height ? lines : height;
    }
    return height;
}

static void add_row(kept_buf *out, const layout *l, const size_t *shown, size_t n, size_t row)
{
    KEPT_AUTO_BUF line = KEPT_BUF_INIT;
    size_t height = row_height(l, shown, n, row);
    for (size_t k = 0; k < height; k++) {
        kept_pad(out, INDENT);
        for (size_t i = 0; i < n; i++) {
            const column *c = &l->columns[shown[i]];
            cell_line(l, c, row, k, &line);
            kept_pad(out, i ? GAP : 0);
            kept_fit(out, kept_buf_text(&line), c->width, c->right);
        }
        trim_blanks(out);
        kept_buf_add_char(out, '\n');
    }
}

static void add_block(kept_buf *out, const kept_screen *screen, const layout *l,
                      const size_t *shown, size_t n)
{
    add_headings(out, screen, l, shown, n);
    for (size_t row = 0; row < l->table->n_rows; row++)
        add_row(out, l, shown, n, row);
}

static void add_blocks(kept_buf *out, const kept_screen *screen, const layout *l)
{
    size_t shown[KEPT_RESULT_FIELDS];
    for (size_t next = 0; next < l->n;) {
        size_t n = 0;
        size_t used = INDENT;
        if (next > 0) {
            kept_buf_add_char(out, '\n');
            shown[n++] = 0;
            used += l->columns[0].width;
        }
        size_t fixed = n;
        while (next < l->n) {
            size_t more = l->columns[next].width + (n ? GAP : 0);
            if (n > fixed && used + more > screen->width)
                break;
            used += more;
            shown[n++] = next++;
        }
        add_block(out, screen, l, shown, n);
    }
}

void kept_screen_table(kept_buf *out, const kept_screen *screen, const kept_result *result,
                       const kept_table *table)
{
    KEPT_AUTO_BUF title = KEPT_BUF_INIT;
    kept_format_title(&title, table->def->name, table->def->title);
    kept_screen_bold(out, screen, kept_buf_text(&title));
    kept_buf_add_char(out, '\n');
    if (table->n_rows == 0) {
        const char *empty = table->def->empty ? table->def->empty : "No rows.";
        kept_wrap(out, empty, screen->width, INDENT, 0);
        return;
    }
    layout l = {.result = result, .table = table};
    measure(&l);
    fit_columns(&l, screen->width);
    add_blocks(out, screen, &l);
    if (table->more) {
        kept_pad(out, INDENT);
        kept_buf_add(out, "… and ");
        kept_format_count(out, (int64_t)table->more);
        kept_buf_add(out, " more\n");
    }
}
