/* The CDNOW sample as the models want it: one row per customer, in weeks. Test use only. */
#ifndef KEPT_TESTS_CDNOW_H
#define KEPT_TESTS_CDNOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CDNOW_CUSTOMERS = 2357 };

typedef struct cdnow {
    size_t n, rows, customer_days, repeat_orders, holdout_orders, repeaters;
    double holdout_spend;
    uint32_t x[CDNOW_CUSTOMERS];
    double t_x[CDNOW_CUSTOMERS], T[CDNOW_CUSTOMERS];
    double m[CDNOW_CUSTOMERS];     /* mean spend of the repeat orders up to 1997-09-30 */
    double start[CDNOW_CUSTOMERS]; /* weeks from 1997-01-01 */
} cdnow;

/* false when the file is not there (the test is then skipped). */
bool cdnow_read(cdnow *ret_cdnow);

#endif
