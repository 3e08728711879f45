#include "store/facts/stage_int.h"

#include <string.h>

#include "base/array.h"

/* The engine (ICU) knows the zones wherever Kept runs; asked once for the changes of one zone, it
 * is out of the way of the loop over the rows. */

struct kept__zone {
    size_t n;
    const int64_t *from; /* microseconds since the epoch, UTC */
    const int64_t *offset;
};

/* Days on which the offset at the start differs from that of the day after are looked through by
 * quarter hours, those by seconds: laws of long ago changed clocks by odd amounts. */
static const char changes_sql[] =
    "WITH days AS (SELECT t, lead(t) OVER (ORDER BY t) AS u FROM (SELECT unnest(generate_series("
    "$2::TIMESTAMP, $3::TIMESTAMP, INTERVAL 1 DAY)) AS t)), "
    "some_days AS (SELECT t FROM days WHERE u IS NOT NULL AND "
    "timezone($1, timezone('UTC', t)) - t <> timezone($1, timezone('UTC', u)) - u), "
    "quarters AS (SELECT unnest(generate_series(t, t + INTERVAL 1 DAY, INTERVAL 15 MINUTE)) AS t "
    "FROM some_days), "
    "some_quarters AS (SELECT t FROM quarters WHERE timezone($1, timezone('UTC', t)) - t <> "
    "timezone($1, timezone('UTC', t + INTERVAL 15 MINUTE)) - (t + INTERVAL 15 MINUTE)), "
    "seconds AS (SELECT unnest(generate_series(t, t + INTERVAL 15 MINUTE, INTERVAL 1 SECOND)) AS t "
    "FROM some_quarters), "
    "changes AS (SELECT $2::TIMESTAMP AS t UNION SELECT t FROM seconds WHERE "
    "timezone($1, timezone('UTC', t)) - t <> timezone($1, timezone('UTC', t - INTERVAL 1 SECOND)) "
    "- (t - INTERVAL 1 SECOND)) "
    "SELECT epoch_us(t), epoch_us(timezone($1, timezone('UTC', t))) - epoch_us(t) FROM changes "
    "ORDER BY t";

kept_status kept__zone_read_days(kept_duck *duck, const char *timezone, kept_day first,
                                 kept_day last, kept_arena *arena, kept__zone **ret_zone,
                                 kept_err *err)
{
    KEPT_AUTO_ROWS *rows = NULL;
    const kept_duck_value values[] = {KEPT_DV_TEXT(timezone), KEPT_DV_DAY(first),
                                      KEPT_DV_DAY(last)};
    KEPT_TRY(kept_duck_query(duck, changes_sql, values, KEPT_N(values), &rows, err));
    int64_t *from = NULL, *offset = NULL;
    size_t total = 0;
    for (size_t n;;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        if (n == 0)
            break;
        int64_t *more = KEPT_NEW_N(arena, int64_t, 2 * (total + n));
        if (!more)
            return kept_nomem(err);
        int64_t *more_offset = more + total + n;
        if (total) {
            memcpy(more, from, total * sizeof *more);
            memcpy(more_offset, offset, total * sizeof *more);
        }
        memcpy(more + total, kept_duck_data(rows, 0), n * sizeof *more);
        memcpy(more_offset + total, kept_duck_data(rows, 1), n * sizeof *more);
        from = more;
        offset = more_offset;
        total += n;
    }
    kept__zone *zone = KEPT_NEW(arena, kept__zone);
    if (!zone)
        return kept_nomem(err);
    *zone = (kept__zone){total, from, offset};
    *ret_zone = zone;
    return KEPT_OK;
}

kept_status kept__zone_read(kept_duck *duck, const char *timezone, kept_arena *arena,
                            kept__zone **ret_zone, kept_err *err)
{
    return kept__zone_read_days(duck, timezone, kept_day_from_civil(1890, 1, 1),
                                kept_day_from_civil(2110, 1, 1), arena, ret_zone, err);
}

size_t kept__zone_stretches(const kept__zone *zone, const int64_t **ret_from,
                            const int64_t **ret_offset)
{
    *ret_from = zone->from;
    *ret_offset = zone->offset;
    return zone->n;
}

int64_t kept__zone_offset(const kept__zone *zone, int64_t micros)
{
    size_t low = 0, high = zone->n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(zone->from[middle] <= micros ? &low : &high) = middle;
    }
    return zone->offset[low];
}
