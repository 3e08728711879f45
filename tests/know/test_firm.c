#include "support.h"

#include <math.h>
#include <unistd.h>

#include "know/firm.h"

enum { CUSTOMERS = 300, END = 20634 /* 2026-06-30 */ };

void test_firm__same_seed_same_firm(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_firm a, b, c;
    CHECK_OK(kept_firm_simulate(CUSTOMERS, END, 1, &arena, &a, &err));
    CHECK_OK(kept_firm_simulate(CUSTOMERS, END, 1, &arena, &b, &err));
    CHECK_OK(kept_firm_simulate(CUSTOMERS, END, 2, &arena, &c, &err));
    assert_int_equal(a.n_orders, b.n_orders);
    for (size_t i = 0; i < a.n_orders; i++) {
        assert_int_equal(a.orders[i].day, b.orders[i].day);
        assert_true(a.orders[i].amount == b.orders[i].amount);
    }
    assert_int_not_equal(a.n_orders, c.n_orders);
    assert_int_equal(kept_firm_simulate(0, END, 1, &arena, &a, &err), KEPT_EARG);
}

void test_firm__is_like_the_case(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_firm firm;
    CHECK_OK(kept_firm_simulate(CUSTOMERS, END, 1, &arena, &firm, &err));
    assert_int_equal(firm.n_customers, 300);
    assert_int_equal(firm.end - firm.start + 1, 1826); /* five years */
    size_t key = 0, partners = 0, orders = 0;
    for (size_t i = 0; i < firm.n_customers; i++) {
        key += firm.customers[i].key;
        partners += firm.customers[i].partner;
        orders += firm.customers[i].n_orders;
        assert_in_range(firm.customers[i].first_day, firm.start, firm.end);
    }
    assert_int_equal(key, 18);
    assert_int_equal(partners, 1);
    assert_int_equal(orders, firm.n_orders);
    for (size_t i = 1; i < firm.n_orders; i++)
        assert_true(firm.orders[i - 1].day <= firm.orders[i].day);
}

static char *slurp(const char *path, kept_arena *arena)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    fseek(f, 0, SEEK_END);
    size_t n = (size_t)ftell(f);
    rewind(f);
    char *text = kept_arena_alloc(arena, n + 1, 1);
    assert_int_equal(fread(text, 1, n, f), n);
    fclose(f);
    return text;
}

static size_t lines(const char *text)
{
    size_t n = 0;
    for (const char *p = text; *p; p++)
        n += *p == '\n';
    return n;
}

/* A later export brings back the same orders, with what has become known since; a careless one
 * differs from it in some quantities. */
void test_firm__exports_know_what_the_day_knows(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_firm firm;
    CHECK_OK(kept_firm_simulate(40, END, 3, &arena, &firm, &err));
    char path[] = "/tmp/kept-firm-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    kept_firm_export whole = {firm.start, firm.end, false};
    kept_firm_export early = {firm.start, firm.end - 28, false};
    kept_firm_export careless = {firm.start, firm.end, true};
    CHECK_OK(kept_firm_write_orders(&firm, &whole, path, &err));
    char *all = slurp(path, &arena);
    CHECK_OK(kept_firm_write_orders(&firm, &early, path, &err));
    char *before = slurp(path, &arena);
    CHECK_OK(kept_firm_write_orders(&firm, &careless, path, &err));
    char *wrong = slurp(path, &arena);
    assert_true(lines(before) < lines(all));
    assert_int_equal(lines(wrong), lines(all));
    assert_string_not_equal(wrong, all);
    CHECK_OK(kept_firm_write_deliveries(&firm, &whole, path, &err));
    char *deliveries = slurp(path, &arena);
    assert_int_equal(lines(deliveries), firm.n_orders + 1);
    CHECK_CONTAINS(deliveries, ",Tarnside Castings,"); /* whose casing is in it */
    CHECK_OK(kept_firm_write_invoices(&firm, &whole, path, &err));
    char *invoices = slurp(path, &arena);
    CHECK_OK(kept_firm_write_invoices(&firm, &early, path, &err));
    assert_true(lines(slurp(path, &arena)) < lines(invoices));
    assert_true(lines(invoices) <= firm.n_orders + 1); /* those of key accounts */
    CHECK_OK(kept_firm_write_tickets(&firm, &whole, path, &err));
    double tickets = (double)lines(slurp(path, &arena)) - 1;
    /* Binomial: five standard deviations, and a few whose day is still to come. */
    double expected = kept_firm_true.tickets_per_order * (double)firm.n_orders;
    double five = 5 * sqrt(expected * (1 - kept_firm_true.tickets_per_order));
    assert_true(tickets < expected + five && tickets > expected - five - 10);
    unlink(path);
    assert_int_equal(kept_firm_write_orders(&firm, &whole, "/nonexistent/x.csv", &err), KEPT_EIO);
    CHECK_CONTAINS(err.msg, "/nonexistent/x.csv");
}
