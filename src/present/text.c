#include "present/text.h"

#include <string.h>

#include "present/format.h"
#include "present/text_parts.h"
#include "present/wrap.h"

enum { INDENT = 2, GAP = 2, LABEL_MOST = 44 };

void kept_screen_bold(kept_buf *out, const kept_screen *screen, const char *text)
{
    kept_buf_add(out, screen->colour ? "\033[1m" : "");
    kept_format_clean(out, text);
    kept_buf_add(out, screen->colour ? "\033[0m" : "");
}

/* A blank line before every part but the first. */
static void part(kept_buf *out)
{
    if (out->len)
        kept_buf_add_char(out, '\n');
}

/* --- Single figures --- */

/* "alpha", with its unit "alpha (weeks)". */
static void add_label(kept_buf *out, const kept_result *result, const kept_field *field,
                      bool with_unit)
{
    kept_format_title(out, field->name, field->title);
    KEPT_AUTO_BUF unit = KEPT_BUF_INIT;
    if (with_unit)
        kept_format_unit(&unit, field, result->currency);
    if (unit.len)
        kept_buf_printf(out, " (%s)", kept_buf_text(&unit));
}

static size_t label_width(const kept_result *result, const kept_group_def *def, bool with_unit)
{
    KEPT_AUTO_BUF label = KEPT_BUF_INIT;
    size_t width = 0;
    for (size_t i = 0; i < def->n_fields; i++) {
        kept_buf_clear(&label);
        add_label(&label, result, &def->fields[i], with_unit);
        size_t w = kept_text_width(kept_buf_text(&label));
        width = w > width ? w : width;
    }
    return width < LABEL_MOST ? width : LABEL_MOST;
}

/* "1,234.50 EUR", "0.24 (0.2 to 0.3) per week". */
static void add_value(kept_buf *out, const kept_result *result, const kept_field *field,
                      const kept_cell *cells, size_t span, bool with_unit)
{
    KEPT_AUTO_BUF value = KEPT_BUF_INIT;
    if (span == 3)
        kept_format_estimate(&value, field, cells, KEPT_SCREEN);
    else
        kept_format_cell(&value, field, cells, KEPT_SCREEN);
    if (cells->known && with_unit) {
        KEPT_AUTO_BUF unit = KEPT_BUF_INIT;
        kept_format_unit(&unit, field, result->currency);
        kept_buf_printf(&value, "%s%s", unit.len ? " " : "", kept_buf_text(&unit));
    }
    kept_format_clean(out, kept_buf_text(&value));
}

static void add_group(kept_buf *out, const kept_screen *screen, const kept_result *result,
                      const kept_group *group)
{
    const kept_group_def *def = group->def;
    size_t width = label_width(result, def, false);
    KEPT_AUTO_BUF label = KEPT_BUF_INIT;
    KEPT_AUTO_BUF value = KEPT_BUF_INIT;
    for (size_t i = 0, span; i < def->n_fields; i += span) {
        span = kept_format_interval(def->fields, def->n_fields, i);
        if (def->fields[i].detail && !group->cells[i].known)
            continue;
        kept_buf_clear(&label);
        kept_buf_clear(&value);
        add_label(&label, result, &def->fields[i], false);
        add_value(&value, result, &def->fields[i], &group->cells[i], span, true);
        kept_pad(out, INDENT);
        kept_fit(out, kept_buf_text(&label), width, false);
        kept_pad(out, GAP);
        kept_wrap(out, kept_buf_text(&value), screen->width, INDENT + width + GAP,
                  INDENT + width + GAP);
    }
}

/* Groups over the same fields, as parameters and their standard errors, stand side by side. */
static bool same_fields(const kept_group_def *a, const kept_group_def *b)
{
    if (a->n_fields != b->n_fields)
        return false;
    for (size_t i = 0; i < a->n_fields; i++)
        if (strcmp(a->fields[i].name, b->fields[i].name) != 0)
            return false;
    return true;
}

static void group_heading(kept_buf *out, const kept_group_def *def)
{
    if (def->title || def->name[0])
        kept_format_title(out, def->name, def->title);
}

static size_t side_width(const kept_result *result, const kept_group *group)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    group_heading(&text, group->def);
    size_t width = kept_text_width(kept_buf_text(&text));
    for (size_t i = 0; i < group->def->n_fields; i++) {
        kept_buf_clear(&text);
        add_value(&text, result, &group->def->fields[i], &group->cells[i], 1, false);
        size_t w = kept_text_width(kept_buf_text(&text));
        width = w > width ? w : width;
    }
    return width;
}

static bool fits_side_by_side(const kept_screen *screen, const kept_result *result,
                              const kept_group *groups, size_t n)
{
    size_t width = INDENT + label_width(result, groups[0].def, true);
    for (size_t k = 0; k < n; k++)
        width += GAP + side_width(result, &groups[k]);
    return width <= screen->width;
}

static void add_side_by_side(kept_buf *out, const kept_screen *screen, const kept_result *result,
                             const kept_group *groups, size_t n)
{
    const kept_group_def *def = groups[0].def;
    size_t width = label_width(result, def, true);
    size_t widths[KEPT_RESULT_PARTS];
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_pad(&text, INDENT + width);
    for (size_t k = 0; k < n; k++) {
        KEPT_AUTO_BUF heading = KEPT_BUF_INIT;
        group_heading(&heading, groups[k].def);
        widths[k] = side_width(result, &groups[k]);
        kept_pad(&text, GAP);
        kept_fit(&text, kept_buf_text(&heading), widths[k], true);
    }
    kept_screen_bold(out, screen, kept_buf_text(&text));
    kept_buf_add_char(out, '\n');
    for (size_t i = 0; i < def->n_fields; i++) {
        kept_buf_clear(&text);
        add_label(&text, result, &def->fields[i], true);
        kept_pad(out, INDENT);
        kept_fit(out, kept_buf_text(&text), width, false);
        for (size_t k = 0; k < n; k++) {
            kept_buf_clear(&text);
            add_value(&text, result, &groups[k].def->fields[i], &groups[k].cells[i], 1, false);
            kept_pad(out, GAP);
            kept_fit(out, kept_buf_text(&text), widths[k], true);
        }
        kept_buf_add_char(out, '\n');
    }
}

static void add_groups(kept_buf *out, const kept_screen *screen, const kept_result *result)
{
    for (size_t i = 0, n; i < result->n_groups; i += n) {
        const kept_group *group = &result->groups[i];
        for (n = 1; i + n < result->n_groups; n++)
            if (!same_fields(group->def, result->groups[i + n].def))
                break;
        if (n > 1 && !fits_side_by_side(screen, result, group, n))
            n = 1;
        part(out);
        if (n > 1) {
            add_side_by_side(out, screen, result, group, n);
            continue;
        }
        KEPT_AUTO_BUF heading = KEPT_BUF_INIT;
        group_heading(&heading, group->def);
        if (heading.len) {
            kept_screen_bold(out, screen, kept_buf_text(&heading));
            kept_buf_add_char(out, '\n');
        }
        add_group(out, screen, result, group);
    }
}

/* --- Tables, charts, notes --- */

static void add_tables(kept_buf *out, const kept_screen *screen, const kept_result *result)
{
    for (size_t i = 0; i < result->n_tables; i++) {
        const kept_table *table = &result->tables[i];
        part(out);
        kept_screen_table(out, screen, result, table);
        for (size_t k = 0; screen->charts && k < result->n_charts; k++)
            if (strcmp(result->charts[k].table, table->def->name) == 0)
                kept_screen_chart(out, screen, result, &result->charts[k]);
    }
}

static void add_note(kept_buf *out, const kept_screen *screen, const kept_note *note)
{
    static const struct {
        const char *word;
        const char *colour;
    } kinds[] = {
        [KEPT_NOTE] = {"Note:", "\033[36m"},
        [KEPT_WARNING] = {"Careful:", "\033[33m"},
        [KEPT_ADVICE] = {"Next:", "\033[32m"},
    };
    enum { WORD = 9 }; /* "Careful:" and a blank */
    const char *word = kinds[note->kind].word;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_format_clean(&text, note->text);
    kept_buf_printf(out, "%s%s%s", screen->colour ? kinds[note->kind].colour : "", word,
                    screen->colour ? "\033[0m" : "");
    kept_pad(out, WORD - strlen(word));
    kept_wrap(out, kept_buf_text(&text), screen->width, WORD, WORD);
}

void kept_present_notes(const kept_result *result, const kept_screen *screen, kept_buf *out)
{
    for (size_t i = 0; i < result->n_notes; i++)
        if (screen->advice || result->notes[i].kind != KEPT_ADVICE)
            add_note(out, screen, &result->notes[i]);
}

void kept_present_text(const kept_result *result, const kept_screen *screen, kept_buf *out)
{
    if (result->title) {
        kept_screen_bold(out, screen, result->title);
        kept_buf_add_char(out, '\n');
    }
    add_groups(out, screen, result);
    add_tables(out, screen, result);
    KEPT_AUTO_BUF notes = KEPT_BUF_INIT;
    kept_present_notes(result, screen, &notes);
    if (notes.len) {
        part(out);
        kept_buf_add(out, kept_buf_text(&notes));
    }
    out->failed |= notes.failed;
}
