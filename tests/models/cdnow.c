#include "cdnow.h"

#include "support.h"

/* Days from 1997-01-01 to a day of 1997 or 1998, neither a leap year. */
static int day_of(int year, int month, int day)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    return (year - 1997) * 365 + before[month - 1] + day - 1;
}

typedef struct reading {
    cdnow *out;
    char id[16];
    int first, last, day; /* of the customer now being read */
    double day_spend, repeat_spend;
} reading;

static void end_day(reading *r)
{
    const int until = day_of(1997, 9, 30);
    cdnow *c = r->out;
    if (r->day < 0)
        return;
    c->customer_days++;
    if (r->day > until) {
        c->holdout_orders++;
        c->holdout_spend += r->day_spend;
    } else if (r->day > r->first) {
        c->x[c->n]++;
        r->last = r->day;
        r->repeat_spend += r->day_spend;
    }
    r->day = -1;
    r->day_spend = 0.0;
}

static void end_customer(reading *r)
{
    cdnow *c = r->out;
    if (!r->id[0])
        return;
    end_day(r);
    assert_true(c->n < CDNOW_CUSTOMERS);
    c->start[c->n] = r->first / 7.0;
    c->T[c->n] = (day_of(1997, 9, 30) - r->first) / 7.0;
    c->t_x[c->n] = (r->last - r->first) / 7.0;
    c->repeat_orders += c->x[c->n];
    c->repeaters += c->x[c->n] > 0;
    c->m[c->n] = c->x[c->n] ? r->repeat_spend / c->x[c->n] : 0.0;
    c->n++;
}

bool cdnow_read(cdnow *ret_cdnow)
{
    const char *folder = data_folder("cdnow/cdnow_sample.csv");
    if (!folder)
        return false;
    char path[8192], line[256];
    snprintf(path, sizeof path, "%s/cdnow/cdnow_sample.csv", folder);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    memset(ret_cdnow, 0, sizeof *ret_cdnow);
    reading r = {.out = ret_cdnow, .day = -1};
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file)) {
        char master[16], id[16];
        int year, month, day, cds;
        double dollars;
        assert_int_equal(sscanf(line, "%15[^,],%15[^,],%d-%d-%d,%d,%lf", master, id, &year, &month,
                                &day, &cds, &dollars),
                         7);
        ret_cdnow->rows++;
        int at = day_of(year, month, day);
        if (strcmp(id, r.id) != 0) {
            end_customer(&r);
            snprintf(r.id, sizeof r.id, "%s", id);
            r.first = r.last = at;
            r.repeat_spend = 0.0;
        } else if (at != r.day) {
            end_day(&r);
        }
        r.day = at;
        r.day_spend += dollars;
    }
    end_customer(&r);
    fclose(file);
    return true;
}
