/* base/number.h - exact decimal numbers: reading, arithmetic, rounding half to even.
 *
 * A kept_decimal is v / 10^scale with a 128-bit v: enough for price x quantity without rounding.
 * Every operation reports overflow. Money and quantities end as int64 ten-thousandths. */
#ifndef KEPT_BASE_NUMBER_H
#define KEPT_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef __int128 kept_i128;

typedef struct kept_decimal {
    kept_i128 v;
    int scale; /* 0..KEPT_SCALE_MAX */
} kept_decimal;

enum { KEPT_SCALE_MAX = 18 };

/* Largest magnitude of DECIMAL(18,4), in ten-thousandths. */
#define KEPT_MONEY_MAX INT64_C(999999999999999999)

/* Decimal mark of a column. */
typedef enum kept_mark {
    KEPT_MARK_POINT = 0,
    KEPT_MARK_COMMA,
} kept_mark;

/* Reads "1234.5", "1,234.50", "1'234.50", "1 234,50", "-12", "(12.00)", "12-", "1.2e3", "12.-"
 * (12), with an optional currency sign or ISO code around it. Grouping marks must stand between
 * groups of three, and a first group has no leading zero ("0,123" is no 123). Digits beyond
 * KEPT_SCALE_MAX places are rounded half to even. False when it is not such a number or does not
 * fit. Fuzzed. */
bool kept_number_read(const char *text, size_t len, kept_mark mark, kept_decimal *ret_number);
/* Bit (1 << KEPT_MARK_POINT) and (1 << KEPT_MARK_COMMA): the marks under which text is a number.
 * "1,234" has both bits; "12" has both bits too but no mark to decide (kept_number_same). */
unsigned kept_number_marks(const char *text, size_t len);
bool kept_number_same(const char *text, size_t len); /* both readings give the same value */

bool kept_decimal_add(kept_decimal a, kept_decimal b, kept_decimal *ret); /* false: overflow */
bool kept_decimal_sub(kept_decimal a, kept_decimal b, kept_decimal *ret);
bool kept_decimal_mul(kept_decimal a, kept_decimal b, kept_decimal *ret);
bool kept_decimal_div(kept_decimal a, kept_decimal b, kept_decimal *ret); /* false: by 0 too */
int kept_decimal_compare(kept_decimal a, kept_decimal b);
/* Ten-thousandths, rounded half to even; false beyond KEPT_MONEY_MAX. */
bool kept_decimal_to_e4(kept_decimal a, int64_t *ret_e4);
kept_decimal kept_decimal_from_e4(int64_t e4);
/* Writes every place of the number: "-12.340" for -12340 / 10^3. */
void kept_decimal_write(kept_decimal a, char out[static 48]);
kept_decimal kept_decimal_shortest(kept_decimal a); /* without zeros at the end of the places */
/* Writes "-12.34": at least min_places places, no more than needed. out has 32 bytes. */
void kept_e4_write(int64_t e4, int min_places, char out[static 32]);

#endif
