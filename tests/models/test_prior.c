#include "support.h"

#include "kept/missed.h"
#include "kept/random.h"
#include "kept/special.h"

typedef struct moments {
    double mean, mean_sd, log_weight, p;
} moments;

static moments moments_of(const kept_prior *prior)
{
    moments m = {0};
    double square = 0.0;
    for (size_t i = 0; i < prior->n; i++) {
        const kept_prior_point *at = &prior->points[i];
        assert_true(at->mean > 0.0 && at->mean < 1.0 && at->p > 0.0);
        assert_true(at->weight >= 2.0 && at->weight <= 200.0);
        m.p += at->p;
        m.mean += at->p * at->mean;
        square += at->p * at->mean * at->mean;
        m.log_weight += at->p * log(at->weight);
    }
    m.mean_sd = sqrt(square - m.mean * m.mean);
    return m;
}

/* Subjects of n cases each with chances from Beta(mean weight, (1 - mean) weight). */
static void simulate(kept_rng *rng, double mean, double weight, int64_t n, size_t subjects,
                     kept_record_of *ret_records)
{
    for (size_t i = 0; i < subjects; i++) {
        double chance = kept_rng_beta(rng, mean * weight, (1 - mean) * weight);
        ret_records[i] = (kept_record_of){n, 0, 1};
        for (int64_t k = 0; k < n; k++)
            ret_records[i].failed += kept_rng_uniform(rng) < chance;
    }
}

void test_prior__stated(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_prior prior = {0};
    CHECK_OK(kept_prior_stated(.03, 50, &arena, &prior, &err));
    assert_true(prior.n == 1 && prior.points[0].p == 1.0 && prior.subjects == 0);
    static const double bad[][2] = {{0, 5}, {1, 5}, {NAN, 5}, {.5, 0}, {.5, INFINITY}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(kept_prior_stated(bad[i][0], bad[i][1], &arena, &prior, &err), KEPT_EARG);
    assert_true(prior.n == 1);
}

void test_prior__recovers_what_was_simulated(void **state)
{
    (void)state;
    enum { SUBJECTS = 2000 };
    static const double truth[][2] = {{.03, 30}, {.1, 8}, {.4, 100}, {.95, 20}};
    for (size_t i = 0; i < sizeof truth / sizeof truth[0]; i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_rng rng = kept_rng_make(21, i);
        kept_record_of records[SUBJECTS];
        simulate(&rng, truth[i][0], truth[i][1], 50, SUBJECTS, records);
        kept_prior prior;
        CHECK_OK(kept_prior_fit(records, SUBJECTS, &arena, &prior, &err));
        moments m = moments_of(&prior);
        CHECK_ABS(m.p, 1, 1e-12);
        /* Its own standard deviation says how far off it may be; ln weight within a quarter. */
        CHECK_ABS(m.mean, truth[i][0], 4 * m.mean_sd + 1e-4);
        assert_true(m.mean_sd < .01);
        CHECK_ABS(m.log_weight, log(truth[i][1]), .25);
        assert_true(prior.n <= 48 && prior.subjects == SUBJECTS && prior.cases == 50 * SUBJECTS);
    }
}

/* With hardly any data the prior is the hyperprior: mean of means 1/2, standard deviation
 * sqrt(1/8) of Beta(1/2, 1/2), mean of ln weight between ln 2 and ln 200 in the middle; after one
 * good case the mean is E(m (1 - m)) / E(1 - m) = (1/8) / (1/2) = 1/4. */
void test_prior__of_one_case(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_record_of one = {1, 0, 1};
    kept_prior prior;
    CHECK_OK(kept_prior_fit(&one, 1, &arena, &prior, &err));
    moments m = moments_of(&prior);
    CHECK_ABS(m.mean, .25, 2e-3);
    CHECK_ABS(m.log_weight, log(20), 5e-3);
    assert_true(prior.n <= 128);
}

/* Posterior means over the same hyperprior by a plain double sum on a fine grid. */
void test_prior__agrees_with_plain_sums(void **state)
{
    (void)state;
    enum { FINE = 600, ROWS = 30 };
    static const kept_record_of records[] = {{20, 0, 3}, {35, 2, 1},  {12, 4, 1},
                                             {60, 1, 2}, {300, 9, 1}, {0, 0, 5}};
    size_t n = sizeof records / sizeof records[0];
    static double loglik[ROWS][FINE];
    double top = -INFINITY, p = 0.0, mean = 0.0, square = 0.0, log_weight = 0.0;
    for (int pass = 0; pass < 2; pass++)
        for (int v = 0; v < ROWS; v++)
            for (int i = 0; i < FINE; i++) {
                double s = sin((i + .5) / FINE * acos(0)), m = s * s;
                double w = 2 * pow(100, (v + .5) / ROWS), a = m * w, b = (1 - m) * w;
                if (pass == 0) {
                    for (size_t k = 0; k < n; k++) {
                        double failed = (double)records[k].failed;
                        double good = (double)records[k].n - failed;
                        loglik[v][i] += (double)records[k].subjects *
                                        (kept_log_beta(a + failed, b + good) - kept_log_beta(a, b));
                    }
                    top = fmax(top, loglik[v][i]);
                    continue;
                }
                double share = exp(loglik[v][i] - top);
                p += share;
                mean += share * m;
                square += share * m * m;
                log_weight += share * log(w);
            }
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_prior prior;
    CHECK_OK(kept_prior_fit(records, n, &arena, &prior, &err));
    moments m = moments_of(&prior);
    CHECK_REL(m.mean, mean / p, 3e-3);
    CHECK_REL(m.mean_sd, sqrt(square / p - mean / p * (mean / p)), 2e-2);
    CHECK_ABS(m.log_weight, log_weight / p, 1e-2);
    assert_int_equal(prior.subjects, 8);
    assert_int_equal(prior.cases, 3 * 20 + 35 + 12 + 2 * 60 + 300);
}

/* What matters of few points is what is foretold from them: held against a fine grid used as a
 * prior, point by point, from one other subject to a thousand. */
void test_prior__predicts_as_a_fine_grid(void **state)
{
    (void)state;
    enum { FINE = 640, ROWS = 32, SUBJECTS = 1000 };
    static kept_record_of records[SUBJECTS];
    static kept_prior_point points[ROWS * FINE];
    static const size_t sizes[] = {1, 3, 12, 60, SUBJECTS};
    for (size_t s = 0; s < 5; s++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_rng rng = kept_rng_make(23, s);
        simulate(&rng, .06, 25, 30, sizes[s], records);
        double top = -INFINITY, sum = 0.0;
        for (size_t i = 0; i < ROWS * FINE; i++) {
            double angle = sin(((double)(i % FINE) + .5) / FINE * acos(0));
            double m = angle * angle, w = 2 * pow(100, ((double)(i / FINE) + .5) / ROWS), p = 0.0;
            /* 30 cases each: subjects by how many failed. */
            int64_t count[31] = {0};
            for (size_t k = 0; k < sizes[s]; k++)
                count[records[k].failed]++;
            for (int k = 0; k <= 30; k++)
                if (count[k])
                    p += (double)count[k] * (kept_log_beta(m * w + k, (1 - m) * w + 30 - k) -
                                             kept_log_beta(m * w, (1 - m) * w));
            points[i] = (kept_prior_point){m, w, p};
            top = fmax(top, p);
        }
        for (size_t i = 0; i < ROWS * FINE; i++)
            sum += points[i].p = exp(points[i].p - top);
        for (size_t i = 0; i < ROWS * FINE; i++)
            points[i].p /= sum;
        kept_prior fine = {points, ROWS * FINE, 0, 0}, few;
        CHECK_OK(kept_prior_fit(records, sizes[s], &arena, &few, &err));
        assert_true(few.n <= 64);
        for (int64_t failed = 0; failed <= 4; failed++)
            for (int64_t n = 4; n <= 100; n *= 5) {
                kept_missed_ask ask = {.allowance = {false, 0, 900000},
                                       .seen = n,
                                       .failed = failed,
                                       .open = 10,
                                       .more = {15, 6},
                                       .level = .9};
                kept_missed a, b;
                CHECK_OK(kept_missed_by_end(&ask, &few, &arena, &a, &err));
                CHECK_OK(kept_missed_by_end(&ask, &fine, &arena, &b, &err));
                CHECK_ABS(a.p, b.p, .005);
                CHECK_ABS(a.chance, b.chance, .003);
                CHECK_ABS(a.low, b.low, .06);
                CHECK_ABS(a.high, b.high, .06);
            }
    }
}

static void check_same(const kept_prior *got, const kept_prior *want)
{
    assert_int_equal(got->n, want->n);
    assert_int_equal(got->subjects, want->subjects);
    assert_int_equal(got->cases, want->cases);
    for (size_t i = 0; i < want->n; i++) {
        CHECK_REL(got->points[i].mean, want->points[i].mean, 1e-10);
        CHECK_REL(got->points[i].weight, want->points[i].weight, 1e-10);
        CHECK_ABS(got->points[i].p, want->points[i].p, 1e-10);
    }
}

void test_prior__without_a_subject_is_the_fit_of_the_others(void **state)
{
    (void)state;
    enum { SUBJECTS = 60 };
    kept_err err = KEPT_ERR_INIT;
    kept_rng rng = kept_rng_make(22, 0);
    for (size_t subjects = 2; subjects <= SUBJECTS; subjects += 29) {
        kept_record_of records[SUBJECTS], others[SUBJECTS];
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        simulate(&rng, .06, 15, 40, subjects, records);
        /* One who fails always, one with more cases than the table holds, one with none. */
        records[0] = (kept_record_of){30, 30, 1};
        records[1] = (kept_record_of){2000, 300, 1};
        kept_prior_fitted *fitted;
        CHECK_OK(kept_prior_fit_grid(records, subjects, &arena, &fitted, &err));
        for (size_t out = 0; out < subjects; out += subjects < 10 ? 1 : 7) {
            size_t n = 0;
            for (size_t i = 0; i < subjects; i++)
                if (i != out)
                    others[n++] = records[i];
            kept_prior got, want;
            CHECK_OK(kept_prior_without(fitted, records[out].n, records[out].failed, &arena, &got,
                                        &err));
            CHECK_OK(kept_prior_fit(others, n, &arena, &want, &err));
            check_same(&got, &want);
        }
        kept_prior all, none;
        CHECK_OK(kept_prior_fit(records, subjects, &arena, &all, &err));
        CHECK_OK(kept_prior_without(fitted, 0, 0, &arena, &none, &err));
        check_same(&none, &all);
    }
}

/* Equal subjects may come as one record. */
void test_prior__counts_subjects(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    const kept_record_of apart[] = {{20, 1, 1}, {5, 0, 1}, {20, 1, 1}, {20, 1, 1}};
    const kept_record_of together[] = {{5, 0, 1}, {20, 1, 3}};
    kept_prior a, b;
    CHECK_OK(kept_prior_fit(apart, 4, &arena, &a, &err));
    CHECK_OK(kept_prior_fit(together, 2, &arena, &b, &err));
    check_same(&a, &b);
}

/* A hundred thousand subjects gather the probability within a small part of one cell. */
void test_prior__of_very_many(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    /* Exactly as Beta(2, 38) would have it, of 10 cases each. */
    kept_record_of records[11];
    double want = .05;
    for (int k = 0; k <= 10; k++) {
        double p = exp(lgamma(11) - lgamma(k + 1.0) - lgamma(11.0 - k) +
                       kept_log_beta(2 + k, 38 + 10 - k) - kept_log_beta(2, 38));
        records[k] = (kept_record_of){10, k, (int64_t)(1e5 * p) + 1};
    }
    kept_prior prior;
    CHECK_OK(kept_prior_fit(records, 11, &arena, &prior, &err));
    moments m = moments_of(&prior);
    CHECK_ABS(m.mean, want, 5e-4);
    CHECK_ABS(m.log_weight, log(40), .05);
}

void test_prior__refuses(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_prior prior = {.n = 7};
    kept_prior_fitted *fitted;
    static const kept_record_of bad[] = {
        {-1, 0, 1}, {5, 6, 1}, {5, -1, 1}, {5, 1, 0}, {INT64_MAX, 1, INT64_MAX}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        kept_record_of records[] = {{5, 1, 1}, bad[i]};
        assert_int_equal(kept_prior_fit(records, 2, &arena, &prior, &err), KEPT_EARG);
        CHECK_CONTAINS(err.msg, "Record 1");
    }
    const kept_record_of nothing = {0, 0, 3}, lone = {5, 1, 1};
    assert_int_equal(kept_prior_fit(NULL, 0, &arena, &prior, &err), KEPT_EARG);
    assert_int_equal(kept_prior_fit(&nothing, 1, &arena, &prior, &err), KEPT_EARG);
    CHECK_OK(kept_prior_fit_grid(&lone, 1, &arena, &fitted, &err));
    assert_int_equal(kept_prior_without(fitted, 5, 1, &arena, &prior, &err), KEPT_ENOTFOUND);
    assert_int_equal(kept_prior_without(fitted, 6, 1, &arena, &prior, &err), KEPT_EARG);
    assert_int_equal(kept_prior_without(fitted, 3, 4, &arena, &prior, &err), KEPT_EARG);
    for (size_t n = 1; n <= 4; n++) {
        kept_arena_fail_nth(n);
        assert_int_equal(kept_prior_fit(&lone, 1, &arena, &prior, &err), KEPT_ENOMEM);
        kept_arena_fail_nth(0);
    }
    assert_int_equal(prior.n, 7);
}
