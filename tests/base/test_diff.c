#include "support.h"

#include "base/diff.h"

/* The edits as "-2 +1 =3". */
static char *edits_of(const kept_diff *diff, kept_arena *arena)
{
    kept_buf out = KEPT_BUF_INIT;
    for (size_t i = 0; i < diff->n_edits; i++)
        kept_buf_printf(&out, "%s%c%zu", i ? " " : "", "=-+"[diff->edits[i].what],
                        diff -> edits[i].n);
    char *copy = kept_arena_strdup(arena, kept_buf_text(&out));
    kept_buf_free(&out);
    return copy;
}

/* Applying the edits to the old text gives the new one, and the edits cover both. */
static void check_applies(const kept_diff *diff, const char *new_text)
{
    kept_buf out = KEPT_BUF_INIT;
    size_t x = 0, y = 0;
    for (size_t i = 0; i < diff->n_edits; i++) {
        const kept_diff_edit *e = &diff->edits[i];
        assert_int_equal(e->old_at, x);
        assert_int_equal(e->new_at, y);
        const kept_diff_line *lines =
            e->what == KEPT_DIFF_ADDED ? diff->new_lines + y : diff->old_lines + x;
        for (size_t k = 0; k < e->n && e->what != KEPT_DIFF_REMOVED; k++)
            kept_buf_add_n(&out, lines[k].text, lines[k].len);
        x += e->what == KEPT_DIFF_ADDED ? 0 : e->n;
        y += e->what == KEPT_DIFF_REMOVED ? 0 : e->n;
    }
    assert_int_equal(x, diff->n_old);
    assert_int_equal(y, diff->n_new);
    assert_string_equal(kept_buf_text(&out), new_text);
    kept_buf_free(&out);
}

static kept_diff diff_of(const char *a, const char *b, size_t limit, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_diff diff;
    CHECK_OK(kept_diff_texts(a, b, limit, arena, &diff, &err));
    check_applies(&diff, b);
    return diff;
}

void test_diff__edits(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static const struct {
        const char *a, *b, *edits;
    } cases[] = {
        {"", "", ""},
        {"a\n", "a\n", "=1"},
        {"", "a\nb\n", "+2"},
        {"a\nb\n", "", "-2"},
        {"a\nb\nc\n", "a\nx\nc\n", "=1 -1 +1 =1"},
        {"a\nb\nc\n", "a\nc\n", "=1 -1 =1"},
        {"a\nc\n", "a\nb\nc\n", "=1 +1 =1"},
        {"a\nb", "a\nb\n", "=1 -1 +1"}, /* the line end belongs to the line */
        {"\n\n", "\n", "=1 -1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kept_diff diff = diff_of(cases[i].a, cases[i].b, 0, &arena);
        assert_string_equal(edits_of(&diff, &arena), cases[i].edits);
        assert_false(diff.coarse);
    }
}

/* Myers (1986), An O(ND) difference algorithm, figure 2: ABCABBA to CBABAC takes 5 changes. */
void test_diff__is_shortest(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_diff diff = diff_of("A\nB\nC\nA\nB\nB\nA\n", "C\nB\nA\nB\nA\nC\n", 0, &arena);
    assert_int_equal(diff.removed + diff.added, 5);
    /* With room for 4 the search gives up. */
    diff = diff_of("A\nB\nC\nA\nB\nB\nA\n", "C\nB\nA\nB\nA\nC\n", 4, &arena);
    assert_true(diff.coarse);
    assert_string_equal(edits_of(&diff, &arena), "-7 +6");
}

/* Every pair of texts over two different lines up to five lines long: the number of changes is what
 * the plain table of longest common subsequences gives. */
void test_diff__agrees_with_the_table(void **state)
{
    (void)state;
    for (unsigned p = 0; p < 63; p++)
        for (unsigned q = 0; q < 63; q++) {
            char a[16] = "", b[16] = "";
            size_t n = 0, m = 0, lcs[7][7] = {{0}};
            for (unsigned bits = p + 1; bits > 1; bits >>= 1, n++)
                memcpy(a + 2 * n, bits & 1 ? "x\n" : "y\n", 3);
            for (unsigned bits = q + 1; bits > 1; bits >>= 1, m++)
                memcpy(b + 2 * m, bits & 1 ? "x\n" : "y\n", 3);
            for (size_t i = 1; i <= n; i++)
                for (size_t k = 1; k <= m; k++) {
                    size_t best = lcs[i - 1][k] > lcs[i][k - 1] ? lcs[i - 1][k] : lcs[i][k - 1];
                    lcs[i][k] = a[2 * i - 2] == b[2 * k - 2] ? lcs[i - 1][k - 1] + 1 : best;
                }
            KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
            kept_diff diff = diff_of(a, b, 0, &arena);
            assert_int_equal(diff.removed + diff.added, n + m - 2 * lcs[n][m]);
        }
}

/* The form is that of diff -u of GNU diffutils for the same two texts. */
void test_diff__unified(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_diff diff =
        diff_of("1\n2\n3\n4\n5\n6\n7\n8\n9\n10", "1\nB\n3\n4\n5\n6\n7\n8\n9\nX\n", 0, &arena);
    kept_buf out = KEPT_BUF_INIT;
    kept_diff_unified(&diff, "version 1", "version 2", 1, &out);
    assert_string_equal(kept_buf_text(&out), "--- version 1\n+++ version 2\n"
                                             "@@ -1,3 +1,3 @@\n 1\n-2\n+B\n 3\n"
                                             "@@ -9,2 +9,2 @@\n 9\n-10\n"
                                             "\\ No newline at end of file\n+X\n");
    kept_buf_clear(&out);
    diff = diff_of("a\nb\n", "a\nx\nb\n", 0, &arena);
    kept_diff_unified(&diff, "o", "n", 0, &out);
    assert_string_equal(kept_buf_text(&out), "--- o\n+++ n\n@@ -1,0 +2 @@\n+x\n");
    kept_buf_clear(&out);
    /* Changes whose surroundings touch stand together. */
    diff = diff_of("a\n1\n2\nb\n", "A\n1\n2\nB\n", 0, &arena);
    kept_diff_unified(&diff, "o", "n", 1, &out);
    assert_string_equal(kept_buf_text(&out),
                        "--- o\n+++ n\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n-b\n+B\n");
    kept_buf_clear(&out);
    diff = diff_of("a\n", "a\n", 0, &arena);
    kept_diff_unified(&diff, "o", "n", 3, &out);
    assert_int_equal(out.len, 0);
    kept_buf_free(&out);
}
