/* know/firm.h - the example firm: an industrial SME with known parameters, simulated.
 *
 * 300 customers, 18 of them key accounts, one a channel partner; orders follow the BG/NBD model
 * (Fader, Hardie & Lee 2005) and spends the Gamma-Gamma model (Fader & Hardie 2013), so that what
 * Kept estimates can be held against the truth. Deliveries follow the orders with promised dates,
 * some moved, some late, some short; invoices and requests follow them too. */
#ifndef KEPT_KNOW_FIRM_H
#define KEPT_KNOW_FIRM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "kept/arena.h"
#include "kept/err.h"

/* Parameters in weeks and in currency. */
typedef struct kept_firm_truth {
    double r, alpha, a, b;   /* BG/NBD */
    double p, q, gamma;      /* Gamma-Gamma */
    double late_share;       /* of deliveries, to ordinary customers */
    double late_share_worse; /* to some key accounts in the last half year */
    double wrong_invoices;   /* of invoices, to be corrected later */
    double tickets_per_order;
} kept_firm_truth;

extern const kept_firm_truth kept_firm_true;

typedef struct kept_firm_customer {
    char id[24];       /* "10001" */
    double lambda;     /* orders a week while active */
    double drop_out;   /* chance to stop after an order */
    double mean_spend; /* of an order, in the long run */
    kept_day first_day;
    bool active; /* still, on the last day */
    bool key;
    bool partner;
    bool worse; /* deliveries have lately got worse */
    size_t n_orders;
} kept_firm_customer;

typedef struct kept_firm_order {
    size_t customer;
    kept_day day;
    int64_t amount; /* ten-thousandths, whole cents */
    uint64_t luck;  /* fixes lines, prices and delivery of this order */
} kept_firm_order;

typedef struct kept_firm {
    kept_day start, end; /* five years, both inclusive */
    kept_firm_customer *customers;
    size_t n_customers;
    kept_firm_order *orders; /* by day */
    size_t n_orders;
} kept_firm;

/* Same seed, same firm. end: last day. */
KEPT_MUST_CHECK kept_status kept_firm_simulate(size_t n_customers, kept_day end, uint64_t seed,
                                               kept_arena *arena, kept_firm *ret_firm,
                                               kept_err *err);

/* Writes what the firm's ERP would export on day as_of about orders placed since `since`:
 * later days are not there, dates still to come are empty. `careless` exports carry some wrong
 * quantities and amounts, which a later export corrects. */
typedef struct kept_firm_export {
    kept_day since, as_of;
    bool careless;
} kept_firm_export;
KEPT_MUST_CHECK kept_status kept_firm_write_orders(const kept_firm *firm,
                                                   const kept_firm_export *what, const char *path,
                                                   kept_err *err);
KEPT_MUST_CHECK kept_status kept_firm_write_deliveries(const kept_firm *firm,
                                                       const kept_firm_export *what,
                                                       const char *path, kept_err *err);
/* Invoices of the key accounts' orders. */
KEPT_MUST_CHECK kept_status kept_firm_write_invoices(const kept_firm *firm,
                                                     const kept_firm_export *what, const char *path,
                                                     kept_err *err);
/* What customers rang about after orders placed since `since`; firm_tickets.c. */
KEPT_MUST_CHECK kept_status kept_firm_write_tickets(const kept_firm *firm,
                                                    const kept_firm_export *what, const char *path,
                                                    kept_err *err);
/* The parameters and the true state of every customer, as JSON. */
KEPT_MUST_CHECK kept_status kept_firm_write_truth(const kept_firm *firm, const char *path,
                                                  kept_err *err);

#endif
