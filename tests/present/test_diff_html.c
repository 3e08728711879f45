#include "support.h"

#include "present/diff_html.h"

static void html_of(const char *a, const char *b, size_t context, kept_buf *out)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_diff diff;
    CHECK_OK(kept_diff_texts(a, b, 0, &arena, &diff, &err));
    kept_diff_html(&diff, "version 1 & before", "version 2", context, out);
    assert_false(out->failed);
}

void test_diff_html__beside_each_other(void **state)
{
    (void)state;
    kept_buf out = KEPT_BUF_INIT;
    html_of("1\n2\n3\n4\nold <b>\nolder\n6\n7\n", "1\n2\n3\n4\nnew &\n6\n7\nlast", 1, &out);
    assert_string_equal(
        kept_buf_text(&out),
        "<table class=\"diff\">\n<thead><tr><th scope=\"colgroup\" colspan=\"2\">version 1 &amp; "
        "before</th><th scope=\"colgroup\" colspan=\"2\">version 2</th></tr></thead>\n<tbody>\n"
        "<tr class=\"rest\"><td colspan=\"4\">3 equal lines</td></tr>\n"
        "<tr class=\"same\"><td class=\"n\">4</td><td>4</td><td class=\"n\">4</td><td>4</td></tr>\n"
        "<tr class=\"changed\"><td class=\"n\">5</td><td><del>old &lt;b&gt;</del></td>"
        "<td class=\"n\">5</td><td><ins>new &amp;</ins></td></tr>\n"
        "<tr class=\"removed\"><td class=\"n\">6</td><td><del>older</del></td>"
        "<td class=\"n\"></td><td></td></tr>\n"
        "<tr class=\"same\"><td class=\"n\">7</td><td>6</td><td class=\"n\">6</td><td>6</td></tr>\n"
        "<tr class=\"same\"><td class=\"n\">8</td><td>7</td><td class=\"n\">7</td><td>7</td></tr>\n"
        "<tr class=\"added\"><td class=\"n\"></td><td></td><td class=\"n\">8</td>"
        "<td><ins>last</ins></td></tr>\n"
        "</tbody>\n</table>\n");
    kept_buf_free(&out);
}

void test_diff_html__rest_at_the_end(void **state)
{
    (void)state;
    kept_buf out = KEPT_BUF_INIT;
    html_of("a\nb\nc\nd\n", "b\nc\nd\n", 2, &out);
    CHECK_CONTAINS(kept_buf_text(&out), "<td>c</td></tr>\n<tr class=\"rest\"><td colspan=\"4\">1 "
                                        "equal line</td></tr>\n</tbody>");
    kept_buf_clear(&out);
    html_of("a\n", "a\n", 2, &out);
    assert_string_equal(kept_buf_text(&out), "<p class=\"diff\">Nothing changed.</p>\n");
    kept_buf_free(&out);
}
