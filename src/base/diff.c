#include "base/diff.h"

#include <string.h>

/* --- Lines --- */

static size_t count_lines(const char *text)
{
    size_t n = 0;
    while (*text) {
        const char *end = strchr(text, '\n');
        n++;
        if (!end)
            break;
        text = end + 1;
    }
    return n;
}

static kept_diff_line *split(const char *text, kept_arena *arena, size_t *ret_n)
{
    *ret_n = count_lines(text);
    kept_diff_line *lines = KEPT_NEW_N(arena, kept_diff_line, *ret_n);
    for (size_t i = 0; lines && i < *ret_n; i++) {
        const char *end = strchr(text, '\n');
        size_t len = end ? (size_t)(end - text) + 1 : strlen(text);
        lines[i] = (kept_diff_line){text, len};
        text += len;
    }
    return lines;
}

static bool same_line(const kept_diff_line *a, const kept_diff_line *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* --- Edits --- */

typedef struct work {
    kept_diff *diff;
    kept_diff_edit *edits; /* room for every line */
    size_t n;
} work;

static void add(work *w, kept_diff_what what, size_t old_at, size_t new_at, size_t n)
{
    if (n == 0)
        return;
    kept_diff_edit *last = w->n ? &w->edits[w->n - 1] : NULL;
    if (last && last->what == what) {
        last->n += n;
        return;
    }
    w->edits[w->n++] = (kept_diff_edit){what, old_at, new_at, n};
}

/* The middle of both texts, after what they share at the beginning. */
typedef struct middle {
    const kept_diff_line *a, *b;
    int32_t n, m;
} middle;

/* How far along diagonal k = x - y d changes lead: v[k]. Every row of d is kept, (d + 1)^2 numbers
 * in all, to walk back along. */
static const int32_t *row_of(const int32_t *rows, int32_t d)
{
    return rows + (int64_t)d * d + d; /* rows before it hold 1 + 3 + ... = d^2 numbers */
}

static int32_t from_row(const int32_t *last, int32_t d, int32_t k)
{
    /* A line added (down) from k + 1, or removed (right) from k - 1: the one that leads farther. */
    bool down = k == -d || (k != d && last[k - 1] < last[k + 1]);
    return down ? last[k + 1] : last[k - 1] + 1;
}

/* The least number of changes, or -1 when it is beyond limit. */
static int32_t search(const middle *mid, int32_t limit, int32_t *rows)
{
    for (int32_t d = 0; d <= limit; d++) {
        const int32_t *last = d ? row_of(rows, d - 1) : NULL;
        int32_t *now = rows + (int64_t)d * d + d;
        for (int32_t k = -d; k <= d; k += 2) {
            int32_t x = d ? from_row(last, d, k) : 0;
            while (x < mid->n && x - k < mid->m && same_line(&mid->a[x], &mid->b[x - k]))
                x++;
            now[k] = x;
            if (x >= mid->n && x - k >= mid->m)
                return d;
        }
    }
    return -1;
}

/* Walks back from the end and notes for each line whether it goes or comes. */
static void walk_back(const middle *mid, int32_t d, const int32_t *rows, bool *gone, bool *come)
{
    int32_t x = mid->n, y = mid->m;
    for (; d > 0; d--) {
        const int32_t *last = row_of(rows, d - 1);
        int32_t k = x - y;
        bool down = k == -d || (k != d && last[k - 1] < last[k + 1]);
        x = down ? last[k + 1] : last[k - 1];
        y = x - (down ? k + 1 : k - 1);
        if (down)
            come[y] = true;
        else
            gone[x] = true;
    }
}

static void add_middle(work *w, const middle *mid, size_t offset, const bool *gone,
                       const bool *come)
{
    size_t x = 0, y = 0, n = (size_t)mid->n, m = (size_t)mid->m;
    while (x < n || y < m) {
        size_t removed = 0, added = 0, same = 0;
        while (x + removed < n && gone[x + removed])
            removed++;
        while (y + added < m && come[y + added])
            added++;
        add(w, KEPT_DIFF_REMOVED, offset + x, offset + y, removed);
        x += removed;
        add(w, KEPT_DIFF_ADDED, offset + x, offset + y, added);
        y += added;
        while (x + same < n && y + same < m && !gone[x + same] && !come[y + same])
            same++;
        add(w, KEPT_DIFF_SAME, offset + x, offset + y, same);
        x += same;
        y += same;
    }
}

static kept_status compare(work *w, const middle *mid, size_t offset, size_t limit, kept_err *err)
{
    KEPT_AUTO_ARENA scratch = KEPT_ARENA_INIT;
    size_t most = (size_t)mid->n + (size_t)mid->m;
    int32_t d_max = (int32_t)(most < limit ? most : limit);
    size_t side = (size_t)d_max + 1;
    int32_t *rows = KEPT_NEW_N(&scratch, int32_t, side * side);
    bool *gone = KEPT_NEW_N(&scratch, bool, (size_t)mid->n + 1);
    bool *come = KEPT_NEW_N(&scratch, bool, (size_t)mid->m + 1);
    if (!rows || !gone || !come)
        return kept_nomem(err);
    int32_t d = search(mid, d_max, rows);
    w->diff->coarse = d < 0;
    if (d < 0) {
        memset(gone, 1, (size_t)mid->n);
        memset(come, 1, (size_t)mid->m);
    } else {
        walk_back(mid, d, rows, gone, come);
    }
    add_middle(w, mid, offset, gone, come);
    return KEPT_OK;
}

kept_status kept_diff_texts(const char *old_text, const char *new_text, size_t limit,
                            kept_arena *arena, kept_diff *ret_diff, kept_err *err)
{
    enum { LINES_MAX = 1 << 30, LIMIT_MAX = 20000 };
    kept_diff diff = {0};
    diff.old_lines = split(old_text, arena, &diff.n_old);
    diff.new_lines = split(new_text, arena, &diff.n_new);
    if (!diff.old_lines || !diff.new_lines)
        return kept_nomem(err);
    if (diff.n_old > LINES_MAX || diff.n_new > LINES_MAX)
        return kept_fail(err, KEPT_EINPUT, "A text of more than %d lines cannot be compared.",
                         (int)LINES_MAX);
    limit = limit == 0 ? (size_t)KEPT_DIFF_LIMIT : limit > LIMIT_MAX ? LIMIT_MAX : limit;
    size_t least = diff.n_old < diff.n_new ? diff.n_old : diff.n_new, head = 0, tail = 0;
    while (head < least && same_line(&diff.old_lines[head], &diff.new_lines[head]))
        head++;
    while (tail < least - head && same_line(&diff.old_lines[diff.n_old - 1 - tail],
                                            &diff.new_lines[diff.n_new - 1 - tail]))
        tail++;
    work w = {.diff = &diff,
              .edits = KEPT_NEW_N(arena, kept_diff_edit, diff.n_old + diff.n_new + 1)};
    if (!w.edits)
        return kept_nomem(err);
    const middle mid = {diff.old_lines + head, diff.new_lines + head,
                        (int32_t)(diff.n_old - head - tail), (int32_t)(diff.n_new - head - tail)};
    add(&w, KEPT_DIFF_SAME, 0, 0, head);
    KEPT_TRY(compare(&w, &mid, head, limit, err));
    add(&w, KEPT_DIFF_SAME, diff.n_old - tail, diff.n_new - tail, tail);
    diff.edits = w.edits;
    diff.n_edits = w.n;
    for (size_t i = 0; i < w.n; i++) {
        diff.removed += w.edits[i].what == KEPT_DIFF_REMOVED ? w.edits[i].n : 0;
        diff.added += w.edits[i].what == KEPT_DIFF_ADDED ? w.edits[i].n : 0;
    }
    *ret_diff = diff;
    return KEPT_OK;
}

/* --- Showing --- */

/* Lines of a stretch of equal lines that the hunk shows: the last ones before a change, the first
 * ones after it. */
static size_t shown_of(size_t n, size_t context)
{
    return n < context ? n : context;
}

static bool joins(const kept_diff *diff, size_t i, size_t context)
{
    return i + 1 < diff->n_edits && diff->edits[i].n <= 2 * context;
}

bool kept_diff_next_hunk(const kept_diff *diff, size_t context, size_t *from,
                         kept_diff_hunk *ret_hunk)
{
    size_t i = *from;
    while (i < diff->n_edits && diff->edits[i].what == KEPT_DIFF_SAME)
        i++;
    if (i >= diff->n_edits)
        return false;
    kept_diff_hunk h = {
        .first_edit = i, .old_at = diff->edits[i].old_at, .new_at = diff->edits[i].new_at};
    if (i > 0 && context > 0) {
        size_t before = shown_of(diff->edits[i - 1].n, context);
        h.first_edit = i - 1;
        h.old_at -= before;
        h.new_at -= before;
    }
    while (i < diff->n_edits && (diff->edits[i].what != KEPT_DIFF_SAME || joins(diff, i, context)))
        i++;
    const kept_diff_edit *end = i < diff->n_edits ? &diff->edits[i] : NULL;
    size_t after = end ? shown_of(end->n, context) : 0;
    *from = i;
    h.n_edits = i + (after > 0) - h.first_edit;
    h.n_old = (end ? end->old_at : diff->n_old) + after - h.old_at;
    h.n_new = (end ? end->new_at : diff->n_new) + after - h.new_at;
    *ret_hunk = h;
    return true;
}

kept_diff_edit kept_diff_hunk_edit(const kept_diff *diff, const kept_diff_hunk *hunk, size_t i)
{
    kept_diff_edit e = diff->edits[hunk->first_edit + i];
    if (e.what != KEPT_DIFF_SAME)
        return e;
    size_t skip = e.old_at < hunk->old_at ? hunk->old_at - e.old_at : 0;
    size_t end = e.old_at + e.n, last = hunk->old_at + hunk->n_old;
    e.n = (end < last ? end : last) - e.old_at - skip;
    e.old_at += skip;
    e.new_at += skip;
    return e;
}

static void add_range(kept_buf *out, char sign, size_t at, size_t n)
{
    /* Of no lines the line before is named. */
    kept_buf_printf(out, " %c%zu", sign, n ? at + 1 : at);
    if (n != 1)
        kept_buf_printf(out, ",%zu", n);
}

static void add_line(kept_buf *out, char sign, const kept_diff_line *line)
{
    kept_buf_add_char(out, sign);
    kept_buf_add_n(out, line->text, line->len);
    if (line->text[line->len - 1] != '\n')
        kept_buf_add(out, "\n\\ No newline at end of file\n");
}

void kept_diff_unified(const kept_diff *diff, const char *old_name, const char *new_name,
                       size_t context, kept_buf *out)
{
    static const char signs[] = {' ', '-', '+'};
    kept_diff_hunk h;
    bool first = true;
    for (size_t from = 0; kept_diff_next_hunk(diff, context, &from, &h); first = false) {
        if (first)
            kept_buf_printf(out, "--- %s\n+++ %s\n", old_name, new_name);
        kept_buf_add(out, "@@");
        add_range(out, '-', h.old_at, h.n_old);
        add_range(out, '+', h.new_at, h.n_new);
        kept_buf_add(out, " @@\n");
        for (size_t i = 0; i < h.n_edits; i++) {
            kept_diff_edit e = kept_diff_hunk_edit(diff, &h, i);
            const kept_diff_line *lines =
                e.what == KEPT_DIFF_ADDED ? diff->new_lines + e.new_at : diff->old_lines + e.old_at;
            for (size_t k = 0; k < e.n; k++)
                add_line(out, signs[e.what], &lines[k]);
        }
    }
}
