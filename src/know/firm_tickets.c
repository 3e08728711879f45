/* What the example firm's customers ring about, and how soon somebody answers and solves it. */
#include <math.h>

#include "base/array.h"
#include "kept/random.h"
#include "know/firm_int.h"

enum {
    MINUTES_OF_DAY = 24 * 60,
    OPENS = 7 * 60, /* most calls come between seven and six */
    CLOSES = 18 * 60,
    DAYS_AFTER_ORDER = 50,
};

typedef struct ticket {
    int64_t opened, answered, solved; /* minutes since 1970-01-01 */
    const char *category;
    int contacts, satisfaction; /* satisfaction 0: was not asked */
    bool complaint;
} ticket;

static const char *const categories[] = {"fault", "spare part", "delivery", "invoice", "advice"};

/* Answered within the hour as a rule; now and then it lies until the next day or the one after. */
static ticket draw_ticket(const kept_firm_order *order, kept_rng *rng)
{
    ticket t;
    int64_t day = order->day + 1 + (int64_t)kept_rng_below(rng, DAYS_AFTER_ORDER);
    t.opened = day * MINUTES_OF_DAY + OPENS + (int64_t)kept_rng_below(rng, CLOSES - OPENS);
    t.category = categories[kept_rng_below(rng, KEPT_N(categories))];
    double wait = 5 + 55 * kept_rng_exponential(rng);
    if (kept_rng_uniform(rng) < 0.06)
        wait += MINUTES_OF_DAY * (1 + kept_rng_uniform(rng));
    t.answered = t.opened + (int64_t)ceil(wait);
    t.contacts = 1 + (int)kept_rng_geometric(rng, 0.75);
    double work = MINUTES_OF_DAY * (0.1 + 0.8 * t.contacts * kept_rng_exponential(rng));
    t.solved = t.answered + (int64_t)ceil(work);
    t.complaint = kept_rng_uniform(rng) < 0.2;
    int given = 10 - (int)kept_rng_below(rng, 3) - (t.contacts - 1) - (t.complaint ? 2 : 0);
    t.satisfaction = kept_rng_uniform(rng) < 0.6 ? (given < 1 ? 1 : given) : 0;
    return t;
}

/* A comma and the time, left out while the export cannot know it. */
static void add_time(kept_buf *buf, int64_t minutes, kept_day as_of)
{
    kept_day day = (kept_day)(minutes / MINUTES_OF_DAY);
    int of_day = (int)(minutes % MINUTES_OF_DAY);
    kept_firm__add_day(buf, day, as_of);
    if (day <= as_of)
        kept_buf_printf(buf, " %02d:%02d", of_day / 60, of_day % 60);
}

static void add_ticket(kept_buf *buf, const kept_firm *firm, size_t index, const ticket *t,
                       kept_day as_of)
{
    bool solved = t->solved / MINUTES_OF_DAY <= as_of;
    kept_buf_printf(buf, "%s,T-%06zu", firm->customers[firm->orders[index].customer].id, index + 1);
    add_time(buf, t->opened, as_of);
    add_time(buf, t->answered, as_of);
    add_time(buf, t->solved, as_of);
    kept_buf_printf(buf, ",%s,", t->category);
    if (solved)
        kept_buf_printf(buf, "%d", t->contacts);
    kept_buf_printf(buf, ",%s,", t->complaint ? "yes" : "no");
    if (solved && t->satisfaction)
        kept_buf_printf(buf, "%d", t->satisfaction);
    kept_buf_add_char(buf, '\n');
}

kept_status kept_firm_write_tickets(const kept_firm *firm, const kept_firm_export *what,
                                    const char *path, kept_err *err)
{
    KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
    kept_buf_add(&buf, "Customer No,Ticket No,Opened,First response date,Solved date,Category,"
                       "Contacts,Complaint,Satisfaction\n");
    for (size_t i = 0; i < firm->n_orders; i++) {
        const kept_firm_order *order = &firm->orders[i];
        kept_rng rng = kept_rng_make(order->luck, 4);
        if (order->day < what->since || kept_rng_uniform(&rng) >= kept_firm_true.tickets_per_order)
            continue;
        ticket t = draw_ticket(order, &rng);
        if (t.opened / MINUTES_OF_DAY <= what->as_of)
            add_ticket(&buf, firm, i, &t, what->as_of);
    }
    return kept_firm__save(&buf, path, err);
}
