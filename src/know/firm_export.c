/* The example firm's files, as its ERP would export them. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/number.h"
#include "base/text.h"
#include "kept/random.h"
#include "know/firm_int.h"

typedef struct product {
    const char *code;
    double cost_share;
    const char *supplier; /* "": of our own making, or from stock */
} product;

static const product products[] = {
    {"PUMP-40", 0.66, "Tarnside Castings"},
    {"PUMP-65", 0.64, "Tarnside Castings"},
    {"PUMP-100", 0.61, "Tarnside Castings"},
    {"SEAL-KIT", 0.48, "Wickham Seals"},
    {"VALVE-2", 0.58, ""},
    {"VALVE-3", 0.57, ""},
    {"MOTOR-7", 0.71, "Ellerby Drives"},
    {"FILTER-A", 0.45, ""},
    {"HOSE-25", 0.52, ""},
    {"SERVICE-DAY", 0.55, ""},
    {"GASKET-S", 0.42, "Wickham Seals"},
    {"CONTROL-1", 0.60, "Ellerby Drives"},
};
static const char *const carriers[] = {"Own van", "Northline", "Kestrel Freight"};

kept_status kept_firm__save(kept_buf *buf, const char *path, kept_err *err)
{
    if (buf->failed)
        return kept_nomem(err);
    FILE *f = fopen(path, "wb");
    if (!f)
        return kept_fail(err, KEPT_EIO, "Cannot write %s: %s.", path, strerror(errno));
    bool ok = fwrite(buf->data, 1, buf->len, f) == buf->len;
    ok = fclose(f) == 0 && ok;
    if (!ok)
        return kept_fail(err, KEPT_EIO, "Cannot write %s: %s.", path, strerror(errno));
    return KEPT_OK;
}

static void add_money(kept_buf *buf, int64_t e4)
{
    char text[32];
    kept_e4_write(e4, 2, text);
    kept_buf_printf(buf, ",%s", text);
}

void kept_firm__add_day(kept_buf *buf, kept_day day, kept_day as_of)
{
    char text[11];
    kept_buf_add_char(buf, ',');
    if (day <= as_of) {
        kept_day_write(day, text);
        kept_buf_add(buf, text);
    }
}

static int64_t round_cents(double e4)
{
    return (int64_t)llround(e4 / 100.0) * 100;
}

typedef struct line {
    const product *product;
    int quantity;
    int64_t amount, list_price, discount, cost;
} line;

static size_t split_lines(const kept_firm_order *order, kept_rng *rng, line lines[static 3])
{
    size_t n = 1 + (size_t)kept_rng_below(rng, 3);
    int64_t left = order->amount;
    for (size_t i = 0; i < n; i++) {
        line *l = &lines[i];
        l->product = &products[kept_rng_below(rng, KEPT_N(products))];
        l->quantity = 1 + (int)kept_rng_below(rng, 24);
        double share = 0.2 + 0.5 * kept_rng_uniform(rng);
        l->amount = i + 1 == n ? left : round_cents((double)left * share);
        left -= l->amount;
        l->list_price = round_cents((double)l->amount / l->quantity / 0.9) + 100;
        l->discount = l->list_price * l->quantity - l->amount;
        double cost = l->product->cost_share * (0.95 + 0.1 * kept_rng_uniform(rng));
        l->cost = round_cents((double)l->amount * cost);
    }
    return n;
}

/* What was ordered, billed and paid. */
typedef struct bill {
    line lines[3];
    size_t n;
    kept_day invoiced, due, paid;
    bool wrong; /* as a careless export has it */
} bill;

static void draw_bill(const kept_firm_order *order, bill *ret)
{
    kept_rng rng = kept_rng_make(order->luck, 1);
    ret->n = split_lines(order, &rng, ret->lines);
    ret->invoiced = order->day + 3 + (kept_day)kept_rng_below(&rng, 5);
    ret->due = ret->invoiced + 30;
    ret->paid = ret->due - 10 + (kept_day)kept_rng_below(&rng, 25);
    ret->wrong = kept_rng_uniform(&rng) < 0.02;
}

static void add_order(kept_buf *buf, const kept_firm *firm, size_t index,
                      const kept_firm_export *what)
{
    const kept_firm_order *order = &firm->orders[index];
    const kept_firm_customer *customer = &firm->customers[order->customer];
    bill b;
    draw_bill(order, &b);
    bool wrong = b.wrong && what->careless;
    char day[11];
    kept_day_write(order->day, day);
    for (size_t i = 0; i < b.n; i++) {
        const line *l = &b.lines[i];
        int quantity = l->quantity + (wrong ? 1 : 0);
        int64_t amount = l->amount + (wrong ? l->list_price : 0);
        kept_buf_printf(buf, "%s,SO-%06zu,%zu,%s,%s,%d", customer->id, index + 1, i + 1, day,
                        l->product->code, quantity);
        add_money(buf, l->list_price);
        add_money(buf, l->discount);
        add_money(buf, amount);
        add_money(buf, l->cost);
        kept_buf_printf(buf, ",%s", customer->partner ? "partner" : "direct");
        kept_firm__add_day(buf, b.invoiced, what->as_of);
        kept_firm__add_day(buf, b.due, b.invoiced <= what->as_of ? b.due : what->as_of);
        kept_firm__add_day(buf, b.paid, what->as_of);
        kept_buf_add_char(buf, '\n');
    }
}

kept_status kept_firm_write_orders(const kept_firm *firm, const kept_firm_export *what,
                                   const char *path, kept_err *err)
{
    KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
    kept_buf_add(&buf, "Customer No,Order No,Line No,Order date,Item,Quantity,List price,Discount,"
                       "Net amount,Cost,Channel,Billing date,Due date,Paid date\n");
    for (size_t i = 0; i < firm->n_orders; i++) {
        kept_day day = firm->orders[i].day;
        if (day >= what->since && day <= what->as_of)
            add_order(&buf, firm, i, what);
    }
    return kept_firm__save(&buf, path, err);
}

/* Days from promise to delivery: mostly none or a day or two early, sometimes late. */
static kept_day draw_delay(const kept_firm *firm, const kept_firm_customer *customer, kept_day day,
                           kept_rng *rng)
{
    bool worse = customer->worse && day > firm->end - 182;
    double share = worse ? kept_firm_true.late_share_worse : kept_firm_true.late_share;
    if (kept_rng_uniform(rng) < share)
        return 1 + (kept_day)kept_rng_geometric(rng, 0.3);
    return -(kept_day)kept_rng_below(rng, 3);
}

static void add_delivery(kept_buf *buf, const kept_firm *firm, size_t index,
                         const kept_firm_export *what)
{
    const kept_firm_order *order = &firm->orders[index];
    const kept_firm_customer *customer = &firm->customers[order->customer];
    kept_rng rng = kept_rng_make(order->luck, 2);
    kept_day wanted = order->day + 7 + (kept_day)kept_rng_below(&rng, 14);
    kept_day promised = wanted + (kept_day)kept_rng_below(&rng, 3);
    bool moved = kept_rng_uniform(&rng) < 0.08;
    kept_day now_promised = moved ? promised + 3 + (kept_day)kept_rng_below(&rng, 7) : promised;
    bool cancelled = kept_rng_uniform(&rng) < 0.01;
    kept_day delivered = now_promised + draw_delay(firm, customer, promised, &rng);
    int quantity = 1 + (int)kept_rng_below(&rng, 40);
    bool partial = kept_rng_uniform(&rng) < 0.03 && quantity > 1;
    const char *carrier = carriers[kept_rng_below(&rng, KEPT_N(carriers))];
    bill b;
    draw_bill(order, &b);
    const product *first = b.lines[0].product;
    kept_buf_printf(buf, "%s,D-%06zu,SO-%06zu,%s", customer->id, index + 1, index + 1, first->code);
    kept_firm__add_day(buf, order->day, order->day);
    kept_firm__add_day(buf, promised, promised);
    kept_firm__add_day(buf, now_promised, now_promised);
    kept_firm__add_day(buf, delivered, cancelled ? delivered - 1 : what->as_of);
    kept_firm__add_day(buf, order->day + 2, cancelled ? what->as_of : order->day);
    kept_buf_printf(buf, ",%d,", quantity);
    if (!cancelled && delivered <= what->as_of)
        kept_buf_printf(buf, "%d", partial ? quantity - 1 : quantity);
    kept_buf_printf(buf, ",%s,%s\n", first->supplier, carrier);
}

kept_status kept_firm_write_deliveries(const kept_firm *firm, const kept_firm_export *what,
                                       const char *path, kept_err *err)
{
    KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
    kept_buf_add(&buf, "Customer No,Delivery No,Order No,Item,Order date,First promised date,"
                       "Promised date,Delivered date,Cancelled date,Promised quantity,"
                       "Delivered quantity,Supplier,Carrier\n");
    for (size_t i = 0; i < firm->n_orders; i++) {
        kept_day day = firm->orders[i].day;
        if (day >= what->since && day <= what->as_of)
            add_delivery(&buf, firm, i, what);
    }
    return kept_firm__save(&buf, path, err);
}

/* --- Invoices --- */

/* One invoice per order of a key account. A few are found wrong later and corrected. */
static void add_invoice(kept_buf *buf, const kept_firm *firm, size_t index,
                        const kept_firm_export *what)
{
    const kept_firm_order *order = &firm->orders[index];
    kept_rng rng = kept_rng_make(order->luck, 3);
    bill b;
    draw_bill(order, &b);
    bool wrong = kept_rng_uniform(&rng) < kept_firm_true.wrong_invoices;
    kept_day corrected = b.invoiced + 4 + (kept_day)kept_rng_below(&rng, 15);
    if (b.invoiced > what->as_of)
        return;
    kept_buf_printf(buf, "%s,IN-%06zu,SO-%06zu", firm->customers[order->customer].id, index + 1,
                    index + 1);
    kept_firm__add_day(buf, b.invoiced, what->as_of);
    kept_firm__add_day(buf, b.due, b.due);
    kept_firm__add_day(buf, b.paid, what->as_of);
    add_money(buf, order->amount);
    kept_firm__add_day(buf, corrected, wrong ? what->as_of : corrected - 1);
    kept_buf_printf(buf, ",%s\n", wrong && corrected <= what->as_of ? "wrong price" : "");
}

kept_status kept_firm_write_invoices(const kept_firm *firm, const kept_firm_export *what,
                                     const char *path, kept_err *err)
{
    KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
    kept_buf_add(&buf, "Customer No,Invoice No,Order No,Invoice date,Due date,Paid date,"
                       "Amount,Corrected date,Correction reason\n");
    for (size_t i = 0; i < firm->n_orders; i++) {
        const kept_firm_order *order = &firm->orders[i];
        if (order->day >= what->since && order->day <= what->as_of &&
            firm->customers[order->customer].key)
            add_invoice(&buf, firm, i, what);
    }
    return kept_firm__save(&buf, path, err);
}

kept_status kept_firm_write_truth(const kept_firm *firm, const char *path, kept_err *err)
{
    const kept_firm_truth *t = &kept_firm_true;
    KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
    kept_buf_printf(
        &buf,
        "{\"unit\": \"week\",\n"
        " \"bg_nbd\": {\"r\": %.17g, \"alpha\": %.17g, \"a\": %.17g, \"b\": %.17g},\n"
        " \"gamma_gamma\": {\"p\": %.17g, \"q\": %.17g, \"gamma\": %.17g},\n"
        " \"late_share\": %.17g, \"late_share_worse\": %.17g,\n"
        " \"wrong_invoices\": %.17g, \"tickets_per_order\": %.17g,\n \"customers\": [\n",
        t->r, t->alpha, t->a, t->b, t->p, t->q, t->gamma, t->late_share, t->late_share_worse,
        t->wrong_invoices, t->tickets_per_order);
    for (size_t i = 0; i < firm->n_customers; i++) {
        const kept_firm_customer *c = &firm->customers[i];
        kept_buf_printf(&buf,
                        "  {\"customer\": \"%s\", \"lambda\": %.17g, \"drop_out\": %.17g, "
                        "\"mean_spend\": %.17g, \"orders\": %zu, \"active\": %s, \"key\": %s, "
                        "\"partner\": %s}%s\n",
                        c->id, c->lambda, c->drop_out, c->mean_spend, c->n_orders,
                        c->active ? "true" : "false", c->key ? "true" : "false",
                        c->partner ? "true" : "false", i + 1 < firm->n_customers ? "," : "");
    }
    kept_buf_add(&buf, " ]}\n");
    return kept_firm__save(&buf, path, err);
}
