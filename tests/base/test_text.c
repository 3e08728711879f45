#include "support.h"

#include "base/text.h"

void test_text__cuts_between_characters(void **state)
{
    (void)state;
    assert_int_equal(kept_text_cut("abc", 5), 3);
    assert_int_equal(kept_text_cut("abc", 3), 3);
    assert_int_equal(kept_text_cut("abc", 2), 2);
    assert_int_equal(kept_text_cut("a\u00e9b", 2), 1);
    assert_int_equal(kept_text_cut("a\u00e9b", 3), 3);
    assert_int_equal(kept_text_cut("\u20ac", 2), 0);
    char out[32];
    snprintf(out, sizeof out, "%.*s!", KEPT_SHOWN("\u20ac\u20ac", 5));
    assert_string_equal(out, "\u20ac!");
}
