/* kept/left_edge.h - how many customers were there before the file began?
 *
 * A file of orders usually starts after the customers did. Customers who were active before show
 * up as "first orders" in its first weeks, faster than new customers come later; counting them as
 * acquired then would overstate how often new customers buy.
 *
 * Estimate: first orders are counted per week. The usual weekly number of new customers is the
 * median over the second half of the weeks in which anyone was new. Weeks from the start are
 * "early" until the mean of four weeks comes down to 1.1 times that median. Old customers are the
 * early first orders beyond the usual number. They count only when they are at least 5 % of all
 * customers and four standard deviations (Poisson) above it, so that a file that holds one cohort
 * from its first order on (as CDNOW) has none. A rule of ours, not from a paper. */
#ifndef KEPT_LEFT_EDGE_H
#define KEPT_LEFT_EDGE_H

#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"

typedef struct kept_left_edge {
    int64_t before; /* customers probably active before the first row; 0 when none stand out */
    int32_t from;   /* first day whose first orders look like acquisitions; start when before 0 */
    double new_per_week; /* usual number of new customers a week */
} kept_left_edge;

/* first_day[n]: each customer's first day in the file, all >= start. O(n). KEPT_EARG for a day
 * before start; KEPT_ENOMEM. n 0 gives no one before. scratch is rewound before return. */
KEPT_MUST_CHECK kept_status kept_left_edge_estimate(const int32_t *first_day, size_t n,
                                                    int32_t start, kept_arena *scratch,
                                                    kept_left_edge *ret_edge, kept_err *err);

#endif
