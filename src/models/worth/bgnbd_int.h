/* models/worth/bgnbd_int.h - what the files of BG/NBD share. */
#ifndef KEPT_MODELS_BGNBD_INT_H
#define KEPT_MODELS_BGNBD_INT_H

#include "kept/bgnbd.h"

enum { KEPT_BGNBD_BLOCK = 1024 }; /* rows in one block of parallel work */

/* Calls fn(context, from, to) for blocks of rows, on up to n_threads threads. */
typedef void (*kept_rows_fn)(void *context, size_t from, size_t to);
void kept_bgnbd__for_rows(size_t n, size_t n_threads, kept_rows_fn fn, void *context);

KEPT_MUST_CHECK kept_status kept_bgnbd__check_data(const kept_bgnbd_data *data, kept_err *err);
KEPT_MUST_CHECK kept_status kept_bgnbd__check_par(kept_bgnbd_par par, kept_err *err);
KEPT_MUST_CHECK kept_status kept_bgnbd__check_horizon(double horizon, kept_err *err);
KEPT_MUST_CHECK kept_status kept_bgnbd__check_probs(size_t n, const double *prob, kept_err *err);

/* P(alive at T) of row i. */
double kept_bgnbd__alive(const kept_bgnbd_data *data, size_t i, kept_bgnbd_par par);

/* The parameters of row i once its history is known, given that the customer is alive at T:
 * BG/NBD is closed under updating, {r + x, alpha + T, a, b + x}. */
kept_bgnbd_par kept_bgnbd__update(const kept_bgnbd_data *data, size_t i, kept_bgnbd_par par);

/* ---- The number of orders in (0, t] of a customer who is alive at 0 ----
 *
 * Chances to order come as a Poisson process with the customer's rate, so their number N is
 * negative binomial; orders are the chances taken before dropping out. Writing
 * s_k = B(a, b + k) / B(a, b) for the probability of surviving k orders, all of the model follows
 * without subtraction, and without a special case at a = 1:
 *
 *   E[X] = sum_k P(N = k) (s_0 + ... + s_{k-1})      P(X >= k) = s_{k-1} P(N >= k)
 *   P(X = k) = s_k P(N = k) + (s_{k-1} - s_k) P(N >= k)
 *
 * The paper's form of E[X], (a + b - 1) / (a - 1) [1 - (...)^r 2F1(r, b; a + b - 1; z)], is the
 * same sum in closed form; it loses all digits near a = 1. */

/* First and second factorial moment: E[X], E[X (X - 1)] (the second may be NULL). */
void kept_bgnbd__moments(kept_bgnbd_par par, double t, double *ret_mean, double *ret_pairs);

/* The same by integrating over p; used where the series would be long. */
void kept_bgnbd__moments_integral(kept_bgnbd_par par, double t, double *ret_mean,
                                  double *ret_pairs);

/* P(X = k) for k = 0, 1, ... in turn. */
typedef struct kept_bgnbd_walk {
    kept_bgnbd_par par;
    double z;              /* t / (alpha + t) */
    double k;              /* the next count */
    double start, p_start; /* P(N = start) = p_start; below start P(N = k) is negligible */
    double chance;         /* P(N = k) */
    double tail;           /* P(N >= k) */
    double survive;        /* s_k */
    double drop;           /* s_{k-1} - s_k; 0 at k = 0 */
    double beyond;         /* P(X >= k) */
} kept_bgnbd_walk;

kept_bgnbd_walk kept_bgnbd__walk(kept_bgnbd_par par, double t);
double kept_bgnbd__step(kept_bgnbd_walk *walk); /* P(X = k); then moves to k + 1 */

/* P(X >= n), directly. */
double kept_bgnbd__beyond(kept_bgnbd_par par, double t, double n);

/* ---- Averages over the chance of dropping out, p ~ Beta(a, b) ---- */

typedef struct kept_beta_node {
    double p, q; /* q = 1 - p; p may have underflowed to 0 */
    double w;    /* the weights sum to 1 */
} kept_beta_node;

enum { KEPT_BETA_NODES = 2048 };

/* Nodes for E[f(p)], f smooth; step about 1/16 (finer is more exact). Returns their number. */
size_t kept_bgnbd__beta_nodes(double a, double b, double step,
                              kept_beta_node ret_node[KEPT_BETA_NODES]);

#endif
