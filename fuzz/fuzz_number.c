/* Numbers of files, two per input with a line break between: whatever is read reads back from what
 * is written, and the arithmetic keeps its laws wherever it does not overflow. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/number.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_one(kept_decimal a)
{
    char out[48], money[32];
    kept_decimal again;
    int64_t e4, e4_again;
    assert(a.scale >= 0 && a.scale <= KEPT_SCALE_MAX);
    kept_decimal_write(a, out);
    assert(strlen(out) < sizeof out);
    assert(kept_number_read(out, strlen(out), KEPT_MARK_POINT, &again));
    assert(again.v == a.v && again.scale == a.scale);
    assert(kept_decimal_compare(a, kept_decimal_shortest(a)) == 0);
    if (!kept_decimal_to_e4(a, &e4))
        return;
    assert(e4 <= KEPT_MONEY_MAX && e4 >= -KEPT_MONEY_MAX);
    for (int places = 0; places <= 4; places++) {
        kept_e4_write(e4, places, money);
        assert(kept_number_read(money, strlen(money), KEPT_MARK_POINT, &again));
        assert(kept_decimal_to_e4(again, &e4_again) && e4_again == e4);
    }
    assert(kept_decimal_compare(kept_decimal_from_e4(e4), again) == 0);
}

static void check_two(kept_decimal a, kept_decimal b)
{
    kept_decimal ab, ba, back;
    const kept_decimal zero = {0, 0};
    assert(kept_decimal_compare(a, b) == -kept_decimal_compare(b, a));
    bool ok = kept_decimal_add(a, b, &ab);
    assert(ok == kept_decimal_add(b, a, &ba));
    if (ok) {
        assert(kept_decimal_compare(ab, ba) == 0);
        if (kept_decimal_sub(ab, b, &back))
            assert(kept_decimal_compare(back, a) == 0);
    }
    ok = kept_decimal_mul(a, b, &ab);
    assert(ok == kept_decimal_mul(b, a, &ba));
    if (ok)
        assert(kept_decimal_compare(ab, ba) == 0 && ab.scale <= KEPT_SCALE_MAX);
    if (kept_decimal_sub(a, a, &back))
        assert(kept_decimal_compare(back, zero) == 0);
    if (kept_decimal_div(a, b, &ab)) {
        assert(b.v != 0 && ab.scale >= 0 && ab.scale <= KEPT_SCALE_MAX);
        assert(a.v != 0 || ab.v == 0);
    }
    if (b.v != 0 && kept_decimal_div(b, b, &ab))
        assert(kept_decimal_compare(ab, (kept_decimal){1, 0}) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *line = size ? memchr(text, '\n', size) : NULL;
    size_t len = line ? (size_t)(line - text) : size;
    const char *other = line ? line + 1 : text;
    size_t other_len = line ? size - len - 1 : 0;
    kept_decimal a[2], b;
    bool ok[2];
    for (int mark = 0; mark < 2; mark++) {
        ok[mark] = kept_number_read(text, len, (kept_mark)mark, &a[mark]);
        if (ok[mark])
            check_one(a[mark]);
        if (ok[mark] && kept_number_read(other, other_len, (kept_mark)mark, &b))
            check_two(a[mark], b);
    }
    assert(kept_number_marks(text, len) == ((unsigned)ok[0] | (unsigned)ok[1] << 1));
    if (kept_number_same(text, len))
        assert(ok[0] && ok[1] && kept_decimal_compare(a[0], a[1]) == 0);
    return 0;
}
