/* base/date.h - days, times of day, and reading them from text.
 *
 * A day is int32 days since 1970-01-01 in the proleptic Gregorian calendar (years 1 to 9999). A
 * clock is int64 microseconds since local midnight, or KEPT_NO_CLOCK for a day without a time. */
#ifndef KEPT_BASE_DATE_H
#define KEPT_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/err.h"

typedef int32_t kept_day;
#define KEPT_NO_CLOCK   INT64_C(-1)
#define KEPT_DAY_MICROS INT64_C(86400000000)
#define KEPT_DAY_MIN    (-719162) /* 0001-01-01 */
#define KEPT_DAY_MAX    2932896   /* 9999-12-31 */

kept_day kept_day_from_civil(int year, int month, int day); /* no check */
void kept_day_to_civil(kept_day d, int *year, int *month, int *day);
bool kept_civil_valid(int year, int month, int day);

/* "2024-03-31" and nothing else; false when it is not a real day. */
bool kept_day_read_iso(const char *text, size_t len, kept_day *ret_day);
/* Writes "2024-03-31" (10 characters and NUL). */
void kept_day_write(kept_day d, char out[static 11]);
/* Writes "2024-03-31T12:00:00Z" from microseconds since the epoch (fraction shown when not 0). */
void kept_time_write(int64_t micros, char out[static 32]);
/* ISO 8601 instant: day, or day and time with optional fraction and offset; without an offset UTC.
 * A day alone means its end when end_of_day (inclusive limits). */
bool kept_time_read(const char *text, bool end_of_day, int64_t *ret_micros);
int64_t kept_time_now(void);

/* --- Dates in files --- */

/* Order of day (D), month (M), year (Y) in numeric dates. */
typedef enum kept_date_order {
    KEPT_YMD = 0,
    KEPT_DMY,
    KEPT_MDY,
    KEPT_N_ORDERS,
} kept_date_order;

typedef struct kept_when {
    kept_day day;
    int64_t clock;   /* KEPT_NO_CLOCK when the text has no time */
    bool has_offset; /* the text gave an offset: day and clock are then in UTC */
} kept_when;

/* Reads one date or date and time: separators - / . or none (20240331), two- or four-digit years,
 * month names (English, German, French, Spanish, Italian, Dutch, Portuguese; short or long), "T" or
 * blank before the time, AM/PM, fractions, Z or +hh:mm. Two-digit years: 00-68 are 20xx, 69-99
 * 19xx. ISO dates (four-digit year first) are read under any order; midnight written out (0:00) is
 * a clock of 0, and 24:00 is no time. False when the text is not a real date in that order.
 * Fuzzed. */
bool kept_when_read(const char *text, size_t len, kept_date_order order, kept_when *ret_when);

/* Which orders can read the text: bit (1 << order). 0: not a date at all. */
unsigned kept_when_orders(const char *text, size_t len);

#endif
