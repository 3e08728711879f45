/* A simulated firm that promises its customers deliveries in time: every delivery with the day it
 * was ordered, the day it falls due and whether it fails. Test use only. */
#ifndef KEPT_TESTS_STUDY_FIRM_H
#define KEPT_TESTS_STUDY_FIRM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/allowance.h"
#include "kept/arena.h"

enum {
    WEEK = 7,
    WINDOW = 13 * WEEK, /* a quarter */
    RUN_UP = 1,         /* windows of records before the first one judged */
    JUDGED = 8,         /* windows judged: two years */
    WINDOWS = RUN_UP + JUDGED,
    DAYS = WINDOWS * WINDOW,
    WEEKS = DAYS / WEEK,
    LONGEST_LEAD = 90,
};

typedef struct delivery {
    int ordered, due; /* days from 0; its outcome is known at the end of the day it falls due */
    bool failed;
} delivery;

typedef struct customer {
    const delivery *deliveries; /* by the day they fall due */
    size_t n;
    double per_year;        /* deliveries expected */
    int64_t ordered[WEEKS]; /* orders placed in each week */
} customer;

typedef struct firm {
    kept_allowance allowance; /* of every window of every customer */
    customer *customers;
    size_t n;
    double chance;                          /* of failure, on average over its customers */
    int64_t leads[WEEKS][LONGEST_LEAD + 1]; /* orders of each week by days from order to due */
} firm;

/* Do failures come evenly, as P(missed) takes for granted, or in bad weeks that hit all customers
 * of the firm: one in ten, with four times the chance? On average over the weeks it is the same. */
typedef enum weather { STEADY, BAD_WEEKS, N_WEATHERS } weather;

/* Drawn at random: 5 to 40 customers; target 90, 95 or 97 %; chance of failure Beta with a mean of
 * 1 to 15 % and a weight of 2 to 200 over the customers; 5 to 500 deliveries a year per customer,
 * ordered at random times, some days to some weeks before they fall due. */
kept_status firm_make(weather how, uint64_t seed, uint64_t number, kept_arena *arena,
                      firm **ret_firm, kept_err *err);

#endif
