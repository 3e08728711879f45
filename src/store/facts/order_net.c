/* Netting of returns, by the rule of kept_return_rule_text. */
#include <string.h>

#include "base/mem.h"
#include "store/facts/order_stream.h"

/* Indices of lines are shifted by one here: 0 is "none". */
typedef struct net {
    kept_order_line *lines;
    size_t n;
    size_t *below;     /* newest line at or before this one that may have something left */
    size_t *same;      /* next older sale of the same product */
    uint64_t *product; /* hash table: product ... */
    size_t *newest;    /* ... and its newest sale so far */
    size_t slots;      /* power of two */
    bool *touched;
} net;

/* --- Scratch memory: four arrays in one block --- */

static kept_status make_room(kept_netting *netting, size_t n, net *t, kept_err *err)
{
    size_t slots = 8;
    while (slots < 2 * n)
        slots *= 2;
    size_t bytes = 2 * (n + 1) * sizeof(size_t) + slots * (sizeof(uint64_t) + sizeof(size_t)) +
                   (n + 1) * sizeof(bool);
    if (bytes > netting->room) {
        void *more = kept_mem_realloc(netting->scratch, 2 * bytes);
        if (!more)
            return kept_nomem(err);
        netting->scratch = more;
        netting->room = 2 * bytes;
    }
    memset(netting->scratch, 0, bytes);
    t->below = netting->scratch;
    t->same = t->below + n + 1;
    t->product = (uint64_t *)(t->same + n + 1);
    t->newest = (size_t *)(t->product + slots);
    t->touched = (bool *)(t->newest + slots);
    t->slots = slots;
    return KEPT_OK;
}

static size_t *newest_of(net *t, uint64_t product)
{
    size_t slot = (size_t)(product * UINT64_C(0x9E3779B97F4A7C15)) & (t->slots - 1);
    while (t->newest[slot] && t->product[slot] != product)
        slot = (slot + 1) & (t->slots - 1);
    t->product[slot] = product;
    return &t->newest[slot];
}

/* Where to look after line i, which has nothing left: below is shifted by one more, 0 is unset. */
static size_t next_below(const net *t, size_t i)
{
    return t->below[i] ? t->below[i] - 1 : i - 1;
}

/* Newest line at or before i with something left; used-up ones are skipped faster each time. */
static size_t with_left(net *t, size_t i)
{
    size_t found = i;
    while (found && t->lines[found - 1].value <= 0)
        found = next_below(t, found);
    while (i > found) {
        size_t next = next_below(t, i);
        t->below[i] = found + 1;
        i = next;
    }
    return found;
}

static void use(net *t, size_t i, int64_t value)
{
    t->lines[i - 1].value -= value;
    t->touched[i - 1] = true;
}

/* One sale with enough left: of the same product, or any when the product is not known. */
static bool match(net *t, uint64_t product, size_t end, int64_t value)
{
    size_t i = product ? *newest_of(t, product) : with_left(t, end);
    while (i && t->lines[i - 1].value < value)
        i = product ? t->same[i] : with_left(t, i - 1);
    if (i)
        use(t, i, value);
    return i != 0;
}

/* Uses the return up on the newest earlier sales, those of the same product first; what is left. */
static int64_t spread(net *t, uint64_t product, size_t end, int64_t value)
{
    for (size_t i = product ? *newest_of(t, product) : 0; i && value; i = t->same[i]) {
        int64_t left = t->lines[i - 1].value, part = left < value ? left : value;
        if (part > 0) {
            use(t, i, part);
            value -= part;
        }
    }
    for (size_t i = with_left(t, end); i && value; i = with_left(t, i - 1)) {
        int64_t left = t->lines[i - 1].value, part = left < value ? left : value;
        use(t, i, part);
        value -= part;
    }
    return value;
}

static void give_back(kept_netting *netting, net *t, kept_order_line *line, size_t end)
{
    netting->returns++;
    bool unknown = line->gone;
    int64_t value = -line->value;
    line->gone = true;
    line->value = 0;
    if (unknown) {
        netting->unplaced++;
        return;
    }
    if (match(t, line->product, end, value)) {
        netting->matched++;
        netting->value_returned += value;
        return;
    }
    int64_t rest = spread(t, line->product, end, value);
    *(rest == value ? &netting->unplaced : &netting->spread) += 1;
    netting->value_returned += value - rest;
    netting->value_unplaced += rest;
}

kept_status kept_net_returns(kept_netting *netting, kept_order_line *lines, size_t n,
                             const bool **ret_touched, kept_err *err)
{
    net t = {.lines = lines, .n = n};
    KEPT_TRY(make_room(netting, n, &t, err));
    for (size_t start = 0, end; start < n; start = end) {
        for (end = start; end < n && lines[end].day == lines[start].day; end++) {
            if (lines[end].value < 0 || lines[end].gone || !lines[end].product)
                continue;
            size_t *newest = newest_of(&t, lines[end].product);
            t.same[end + 1] = *newest;
            *newest = end + 1;
        }
        /* Returns after all sales of the day: the same day counts as earlier. */
        for (size_t i = start; i < end; i++)
            if (lines[i].value < 0 || lines[i].gone)
                give_back(netting, &t, &lines[i], end);
    }
    *ret_touched = t.touched;
    return KEPT_OK;
}

void kept_netting_done(kept_netting *netting)
{
    kept_mem_free(netting->scratch);
    netting->scratch = NULL;
    netting->room = 0;
}
