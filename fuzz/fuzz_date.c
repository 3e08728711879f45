/* Dates of files: whatever is read is a real day, and reads back from its ISO form. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_instant(const char *text)
{
    int64_t start, end, again;
    char out[32];
    bool ok = kept_time_read(text, false, &start);
    assert(ok == kept_time_read(text, true, &end));
    if (!ok)
        return;
    assert(start == end || end == start + KEPT_DAY_MICROS - 1);
    kept_time_write(start, out);
    assert(kept_time_read(out, true, &again) && again == start);
}

static void check_day(const kept_when *when)
{
    char out[11];
    kept_day again;
    int y, m, d;
    assert(when->day >= KEPT_DAY_MIN && when->day <= KEPT_DAY_MAX);
    assert(when->clock == KEPT_NO_CLOCK || (when->clock >= 0 && when->clock < KEPT_DAY_MICROS));
    assert(!when->has_offset || when->clock != KEPT_NO_CLOCK);
    kept_day_to_civil(when->day, &y, &m, &d);
    assert(kept_civil_valid(y, m, d) && kept_day_from_civil(y, m, d) == when->day);
    kept_day_write(when->day, out);
    assert(kept_day_read_iso(out, 10, &again) && again == when->day);
    for (int order = 0; order < KEPT_N_ORDERS; order++) {
        kept_when iso;
        assert(kept_when_read(out, 10, (kept_date_order)order, &iso));
        assert(iso.day == when->day && iso.clock == KEPT_NO_CLOCK && !iso.has_offset);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[256];
    if (size >= sizeof text)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    check_instant(text);
    unsigned orders = kept_when_orders((const char *)data, size);
    for (int order = 0; order < KEPT_N_ORDERS; order++) {
        kept_when when;
        bool ok = kept_when_read((const char *)data, size, (kept_date_order)order, &when);
        assert(ok == ((orders >> order & 1) != 0));
        if (ok)
            check_day(&when);
    }
    return 0;
}
