#include "present/diff_html.h"

#include "present/markup.h"

static void add_side(kept_buf *out, const kept_diff_line *line, size_t number, const char *element)
{
    if (!line) {
        kept_buf_add(out, "<td class=\"n\"></td><td></td>");
        return;
    }
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    size_t len = line->len;
    while (len && (line->text[len - 1] == '\n' || line->text[len - 1] == '\r'))
        len--;
    kept_buf_add_n(&text, line->text, len);
    out->failed |= text.failed;
    kept_buf_printf(out, "<td class=\"n\">%zu</td><td>", number);
    if (element)
        kept_buf_printf(out, "<%s>", element);
    kept_markup_text(out, kept_buf_text(&text));
    if (element)
        kept_buf_printf(out, "</%s>", element);
    kept_buf_add(out, "</td>");
}

static void add_row(kept_buf *out, const kept_diff *diff, const char *class, size_t old_at,
                    bool has_old, size_t new_at, bool has_new)
{
    bool same = has_old && has_new && class[0] == 's';
    kept_buf_printf(out, "<tr class=\"%s\">", class);
    add_side(out, has_old ? &diff->old_lines[old_at] : NULL, old_at + 1, same ? NULL : "del");
    add_side(out, has_new ? &diff->new_lines[new_at] : NULL, new_at + 1, same ? NULL : "ins");
    kept_buf_add(out, "</tr>\n");
}

static void add_rest(kept_buf *out, size_t n)
{
    if (n)
        kept_buf_printf(out, "<tr class=\"rest\"><td colspan=\"4\">%zu equal line%s</td></tr>\n", n,
                        n == 1 ? "" : "s");
}

/* Lines removed and the lines added in their place stand beside each other. */
static size_t add_change(kept_buf *out, const kept_diff *diff, const kept_diff_hunk *hunk, size_t i)
{
    kept_diff_edit e = kept_diff_hunk_edit(diff, hunk, i), next = {.what = KEPT_DIFF_SAME};
    bool pair = e.what == KEPT_DIFF_REMOVED && i + 1 < hunk->n_edits;
    if (pair)
        next = kept_diff_hunk_edit(diff, hunk, i + 1);
    size_t removed = e.what == KEPT_DIFF_REMOVED ? e.n : 0;
    size_t added = e.what == KEPT_DIFF_ADDED ? e.n : next.what == KEPT_DIFF_ADDED ? next.n : 0;
    for (size_t k = 0; k < removed || k < added; k++)
        add_row(out, diff,
                k >= added     ? "removed"
                : k >= removed ? "added"
                               : "changed",
                e.old_at + k, k < removed, e.new_at + k, k < added);
    return next.what == KEPT_DIFF_ADDED ? 2 : 1;
}

static void add_hunk(kept_buf *out, const kept_diff *diff, const kept_diff_hunk *hunk)
{
    for (size_t i = 0; i < hunk->n_edits;) {
        kept_diff_edit e = kept_diff_hunk_edit(diff, hunk, i);
        if (e.what != KEPT_DIFF_SAME) {
            i += add_change(out, diff, hunk, i);
            continue;
        }
        for (size_t k = 0; k < e.n; k++)
            add_row(out, diff, "same", e.old_at + k, true, e.new_at + k, true);
        i++;
    }
}

static void add_name(kept_buf *out, const char *name)
{
    kept_buf_add(out, "<th scope=\"colgroup\" colspan=\"2\">");
    kept_markup_text(out, name);
    kept_buf_add(out, "</th>");
}

void kept_diff_html(const kept_diff *diff, const char *old_name, const char *new_name,
                    size_t context, kept_buf *out)
{
    kept_diff_hunk h;
    size_t shown = 0; /* old lines so far */
    if (diff->removed == 0 && diff->added == 0) {
        kept_buf_add(out, "<p class=\"diff\">Nothing changed.</p>\n");
        return;
    }
    kept_buf_add(out, "<table class=\"diff\">\n<thead><tr>");
    add_name(out, old_name);
    add_name(out, new_name);
    kept_buf_add(out, "</tr></thead>\n<tbody>\n");
    for (size_t from = 0; kept_diff_next_hunk(diff, context, &from, &h);) {
        add_rest(out, h.old_at - shown);
        add_hunk(out, diff, &h);
        shown = h.old_at + h.n_old;
    }
    add_rest(out, diff->n_old - shown);
    kept_buf_add(out, "</tbody>\n</table>\n");
}
