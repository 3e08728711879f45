#include <string.h>

#include "base/yaml_write.h"
#include "catalogue/record_schema.h"

/* On one line, whatever it was: it stands in a comment. */
static void add_line(kept_buf *buf, const char *text)
{
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\r\n", text[len - 1]))
        len--;
    const char *end = text + len;
    for (size_t n; text < end; text += n) {
        if (kept_yaml_odd(text, &n))
            kept_buf_add_char(buf, ' ');
        else
            kept_buf_add_n(buf, text, n);
    }
}

/* Words, joined by commas and a last "or". */
static void add_words(kept_buf *buf, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        kept_buf_printf(buf, "%s%s", i == 0 ? "" : i + 1 == n ? " or " : ", ", words[i]);
}

/* How a value is written. */
static void add_takes(kept_buf *buf, const kept_record_field *f)
{
    switch (f->type) {
    case KEPT_RECORD_TEXT:
    case KEPT_RECORD_PROSE:
        return;
    case KEPT_RECORD_CHOICE:
        kept_buf_add(buf, " Choose ");
        add_words(buf, f->choices, f->n_choices);
        break;
    case KEPT_RECORD_FLAG:
        kept_buf_add(buf, " Choose yes or no");
        break;
    case KEPT_RECORD_INTEGER:
        kept_buf_add(buf, " A whole number");
        break;
    case KEPT_RECORD_NUMBER:
        kept_buf_add(buf, " A number");
        break;
    case KEPT_RECORD_SHARE:
        kept_buf_add(buf, " A share such as 95%");
        break;
    case KEPT_RECORD_MONEY:
        kept_buf_add(buf, " An amount of money");
        break;
    case KEPT_RECORD_DATE:
        kept_buf_add(buf, " A day such as 2026-03-31");
        break;
    case KEPT_RECORD_REF:
        kept_buf_add(buf, " Id or name (");
        add_words(buf, f->to, f->n_to);
        kept_buf_add_char(buf, ')');
        break;
    case KEPT_RECORD_REFS:
        kept_buf_add(buf, " List of ids or names (");
        add_words(buf, f->to, f->n_to);
        kept_buf_add_char(buf, ')');
        break;
    }
    if (f->unit)
        kept_buf_printf(buf, " (%s)", f->unit);
    kept_buf_add_char(buf, '.');
}

/* A word bare, anything else in double quotes. */
static void add_value(kept_buf *buf, const char *text)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.%";
    size_t len = strlen(text);
    bool sign = strchr("_-.%", text[0]); /* may mean something at the beginning */
    if (!sign && strspn(text, plain) == len && strcmp(text, "null") != 0) {
        kept_buf_add(buf, text);
        return;
    }
    kept_yaml_quote(buf, text);
}

static void add_field(kept_buf *buf, const kept_record_field *f)
{
    bool asks = f->title[0] && f->title[strlen(f->title) - 1] == '?';
    kept_buf_printf(buf, "    # %s%s%s", f->title, f->required ? " (required)" : "",
                    asks ? "" : ".");
    if (*f->help)
        kept_buf_add_char(buf, ' ');
    add_line(buf, f->help);
    add_takes(buf, f);
    kept_buf_printf(buf, "\n    %s:", f->name);
    if (f->preset) {
        kept_buf_add_char(buf, ' ');
        add_value(buf, f->preset);
    } else if (f->type == KEPT_RECORD_REFS) {
        kept_buf_add(buf, " []");
    }
    kept_buf_add_char(buf, '\n');
}

void kept_record_form(const kept_record_kind *kind, kept_buf *buf)
{
    kept_buf_printf(buf, "# %s: ", kind->title);
    add_line(buf, kind->summary);
    kept_buf_add(buf, "\n# Fill in and load with kept apply; fields left empty stay empty.\n");
    kept_buf_printf(buf, "%s:\n  -\n", kind->name);
    for (size_t i = 0; i < kind->n_fields; i++)
        add_field(buf, &kind->fields[i]);
    if (kind->n_states > 0) {
        kept_buf_add(buf, "    # State. Choose ");
        for (size_t i = 0; i < kind->n_states; i++)
            kept_buf_printf(buf, "%s%s",
                            i == 0                    ? ""
                            : i + 1 == kind->n_states ? " or "
                                                      : ", ",
                            kind->states[i].name);
        kept_buf_printf(buf, ".\n    state: %s\n", kind->states[0].name);
    }
}
