#include "store/facts/order_summary.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "store/facts/order_stream.h"

const char *kept_return_rule_text(void)
{
    return "A return or cancellation (a negative amount, or a negative quantity where there is no "
           "amount) is set against the same customer's newest earlier or same-day line of the same "
           "product that still has that much left; where none has, it is used up on the newest "
           "earlier lines, those of the same product first, and what finds no earlier sale is "
           "counted and left out. A day on which returns leave nothing is no order day any more.";
}

/* One customer's order days after netting. */
typedef struct order_day {
    int32_t day;
    uint32_t lines;
    int64_t spend;
} order_day;

typedef struct days {
    order_day *items;
    size_t n, room;
    int64_t cancelled;
    kept_netting netting;
    bool has_amount;
} days;

static kept_status add_day(days *d, order_day day, kept_err *err)
{
    if (d->n == d->room) {
        size_t room = 2 * d->room + 64;
        order_day *more = kept_mem_realloc(d->items, room * sizeof *more);
        if (!more)
            return kept_nomem(err);
        d->items = more;
        d->room = room;
    }
    d->items[d->n++] = day;
    return KEPT_OK;
}

static void days_done(days *d)
{
    kept_mem_free(d->items);
    kept_netting_done(&d->netting);
}

static kept_status too_much(kept_err *err)
{
    return kept_fail(err, KEPT_ENUM,
                     "The amounts of one customer add up to more than can be counted.");
}

/* Lines of one customer, sorted by day, into order days from `from` on. */
static kept_status collapse(days *d, kept_order_line *lines, size_t n, int32_t from, kept_err *err)
{
    const bool *touched = NULL;
    bool negative = false;
    for (size_t i = 0; i < n && !negative; i++)
        negative = lines[i].value < 0 || lines[i].gone;
    if (negative)
        KEPT_TRY(kept_net_returns(&d->netting, lines, n, &touched, err));
    d->n = 0;
    d->cancelled = 0;
    for (size_t start = 0, end; start < n; start = end) {
        order_day day = {.day = lines[start].day};
        bool reduced = false;
        for (end = start; end < n && lines[end].day == day.day; end++) {
            if (lines[end].gone)
                continue;
            day.lines++;
            reduced |= touched && touched[end];
            if (__builtin_add_overflow(day.spend, lines[end].value, &day.spend))
                return too_much(err);
        }
        if (day.lines == 0 || day.day < from)
            continue;
        if (reduced && day.spend <= 0)
            d->cancelled++;
        else
            KEPT_TRY(add_day(d, day, err));
    }
    return KEPT_OK;
}

/* --- The summary's columns, growing --- */

typedef struct columns {
    kept_order_summary sum;
    size_t room;
} columns;

static bool grow(void *column, size_t room, size_t size)
{
    void *old;
    memcpy(&old, column, sizeof old);
    void *more = kept_mem_realloc(old, room * size);
    if (more)
        memcpy(column, &more, sizeof more);
    return more != NULL;
}

static kept_status more_room(columns *c, kept_err *err)
{
    if (c->sum.n < c->room)
        return KEPT_OK;
    size_t room = 2 * c->room + 1024;
    kept_order_summary *s = &c->sum;
    if (!grow(&s->customer, room, sizeof *s->customer) ||
        !grow(&s->first_day, room, sizeof *s->first_day) ||
        !grow(&s->last_day, room, sizeof *s->last_day) || !grow(&s->x, room, sizeof *s->x) ||
        !grow(&s->lines, room, sizeof *s->lines) || !grow(&s->spend, room, sizeof *s->spend) ||
        !grow(&s->spend_repeat, room, sizeof *s->spend_repeat))
        return kept_nomem(err);
    c->room = room;
    return KEPT_OK;
}

static void columns_done(columns *c)
{
    kept_order_summary *s = &c->sum;
    kept_mem_free(s->customer);
    kept_mem_free(s->first_day);
    kept_mem_free(s->last_day);
    kept_mem_free(s->x);
    kept_mem_free(s->lines);
    kept_mem_free(s->spend);
    kept_mem_free(s->spend_repeat);
}

static kept_status add_customer(columns *c, uint64_t customer, const days *d, kept_err *err)
{
    kept_order_summary *s = &c->sum;
    KEPT_TRY(more_room(c, err));
    int64_t spend = 0;
    uint32_t lines = 0;
    for (size_t i = 0; i < d->n; i++) {
        lines += d->items[i].lines;
        if (__builtin_add_overflow(spend, d->items[i].spend, &spend))
            return too_much(err);
    }
    size_t i = s->n++;
    s->customer[i] = customer;
    s->first_day[i] = d->items[0].day;
    s->last_day[i] = d->items[d->n - 1].day;
    s->x[i] = (uint32_t)(d->n - 1);
    s->lines[i] = lines;
    s->spend[i] = d->has_amount ? spend : 0;
    s->spend_repeat[i] = d->has_amount ? spend - d->items[0].spend : 0;
    return KEPT_OK;
}

static kept_status copy_column(kept_arena *arena, void *column, size_t n, size_t size,
                               kept_err *err)
{
    void *from;
    memcpy(&from, column, sizeof from);
    void *copy = kept_arena_alloc(arena, n, size);
    if (!copy)
        return kept_nomem(err);
    if (n)
        memcpy(copy, from, n * size);
    memcpy(column, &copy, sizeof copy);
    return KEPT_OK;
}

static kept_status hand_over(const columns *c, kept_arena *arena, kept_order_summary *ret,
                             kept_err *err)
{
    kept_order_summary s = c->sum;
    KEPT_TRY(copy_column(arena, &s.customer, s.n, sizeof *s.customer, err));
    KEPT_TRY(copy_column(arena, &s.first_day, s.n, sizeof *s.first_day, err));
    KEPT_TRY(copy_column(arena, &s.last_day, s.n, sizeof *s.last_day, err));
    KEPT_TRY(copy_column(arena, &s.x, s.n, sizeof *s.x, err));
    KEPT_TRY(copy_column(arena, &s.lines, s.n, sizeof *s.lines, err));
    KEPT_TRY(copy_column(arena, &s.spend, s.n, sizeof *s.spend, err));
    KEPT_TRY(copy_column(arena, &s.spend_repeat, s.n, sizeof *s.spend_repeat, err));
    *ret = s;
    return KEPT_OK;
}

/* --- The pass --- */

/* First and last day of the lines: what from and until mean when they are not given. */
static void note_days(kept_order_summary *s, const kept_order_line *lines, size_t n, bool *any)
{
    if (!*any || lines[0].day < s->from)
        s->from = lines[0].day;
    if (!*any || lines[n - 1].day > s->until)
        s->until = lines[n - 1].day;
    *any = true;
}

static kept_status summarise(kept_order_stream *stream, const kept_order_opts *opts, columns *c,
                             days *d, kept_err *err)
{
    kept_order_summary *s = &c->sum;
    bool any = false;
    int32_t from = opts->from == KEPT_NO_DAY ? INT32_MIN : opts->from;
    s->from = s->until = KEPT_NO_DAY;
    for (;;) {
        uint64_t customer = 0;
        kept_order_line *lines = NULL;
        size_t n = 0;
        KEPT_TRY(kept_order_stream_next(stream, &customer, &lines, &n, err));
        if (n == 0)
            return KEPT_OK;
        note_days(s, lines, n, &any);
        s->lines_read += (int64_t)n;
        bool inside = lines[n - 1].day >= from;
        KEPT_TRY(collapse(d, lines, n, from, err));
        s->days_cancelled += d->cancelled;
        if (d->n)
            KEPT_TRY(add_customer(c, customer, d, err));
        else
            s->customers_cancelled += inside;
    }
}

static void note_netting(kept_order_summary *s, const kept_netting *netting)
{
    s->returns = netting->returns;
    s->returns_matched = netting->matched;
    s->returns_spread = netting->spread;
    s->returns_unplaced = netting->unplaced;
    s->returned = s->has_amount ? netting->value_returned : 0;
    s->unplaced = s->has_amount ? netting->value_unplaced : 0;
}

static int32_t earlier(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

kept_status kept_order_summarise(kept_store *store, const kept_scope *scope,
                                 const kept_order_opts *opts, kept_arena *arena,
                                 kept_order_summary *ret_summary, kept_err *err)
{
    static const kept_order_opts all = {KEPT_NO_DAY, KEPT_NO_DAY};
    if (!opts)
        opts = &all;
    kept_order_stream *stream = NULL;
    kept_order_stream_info info;
    KEPT_TRY(kept_order_stream_open(store, scope, opts->until, &stream, &info, err));
    columns c = {0};
    days d = {.has_amount = info.has_amount};
    c.sum.has_amount = info.has_amount;
    c.sum.from = c.sum.until = KEPT_NO_DAY;
    kept_status status = stream ? summarise(stream, opts, &c, &d, err) : KEPT_OK;
    kept_order_stream_close(stream);
    if (opts->until != KEPT_NO_DAY)
        c.sum.until = earlier(opts->until, scope->as_of);
    if (opts->from != KEPT_NO_DAY)
        c.sum.from = opts->from;
    note_netting(&c.sum, &d.netting);
    if (status == KEPT_OK)
        status = hand_over(&c, arena, ret_summary, err);
    columns_done(&c);
    days_done(&d);
    return status;
}

/* --- Tracking --- */

static void count_repeats(const kept_track_opts *opts, const days *d, int64_t *repeat)
{
    int32_t first = d->items[0].day;
    if ((opts->acquired_from != KEPT_NO_DAY && first < opts->acquired_from) ||
        (opts->acquired_until != KEPT_NO_DAY && first > opts->acquired_until))
        return;
    for (size_t i = 1; i < d->n; i++) {
        double period = floor((double)(d->items[i].day - opts->start) / opts->days_per_period);
        if (period >= 0 && period < (double)opts->n_periods)
            repeat[(size_t)period]++;
    }
}

static kept_status track(kept_order_stream *stream, const kept_track_opts *opts, int64_t *repeat,
                         days *d, kept_err *err)
{
    for (;;) {
        uint64_t customer = 0;
        kept_order_line *lines = NULL;
        size_t n = 0;
        KEPT_TRY(kept_order_stream_next(stream, &customer, &lines, &n, err));
        if (n == 0)
            return KEPT_OK;
        KEPT_TRY(collapse(d, lines, n, INT32_MIN, err));
        if (d->n)
            count_repeats(opts, d, repeat);
    }
}

kept_status kept_order_track(kept_store *store, const kept_scope *scope,
                             const kept_track_opts *opts, kept_arena *arena, int64_t **ret_repeat,
                             kept_err *err)
{
    if (!(opts->days_per_period > 0))
        return kept_fail(err, KEPT_EARG, "A period must be longer than no day.");
    int64_t *repeat = KEPT_NEW_N(arena, int64_t, opts->n_periods);
    if (!repeat)
        return kept_nomem(err);
    /* Returns count up to the last day of the last period, as a summary until that day would. */
    double end = ceil((double)opts->start + opts->days_per_period * (double)opts->n_periods) - 1;
    int32_t until = end < (double)INT32_MAX ? (int32_t)end : KEPT_NO_DAY;
    kept_order_stream *stream = NULL;
    kept_order_stream_info info;
    KEPT_TRY(kept_order_stream_open(store, scope, until, &stream, &info, err));
    days d = {.has_amount = info.has_amount};
    kept_status status = stream ? track(stream, opts, repeat, &d, err) : KEPT_OK;
    kept_order_stream_close(stream);
    days_done(&d);
    KEPT_TRY(status);
    *ret_repeat = repeat;
    return KEPT_OK;
}
