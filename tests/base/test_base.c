#include "support.h"

#include "base/text.h"
#include "kept/arena.h"
#include "kept/parallel.h"
#include "kept/random.h"

void test_err__sets_and_cuts(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    assert_int_equal(kept_fail(&err, KEPT_EINPUT, "row %d is bad", 7), KEPT_EINPUT);
    assert_string_equal(err.msg, "row 7 is bad");
    kept_status s = kept_fail(&err, KEPT_EARG, "quoting: %s", err.msg);
    assert_string_equal(err.msg, "quoting: row 7 is bad");
    assert_int_equal(kept_status_exit_code(s), 2);
    assert_int_equal(kept_fail(NULL, KEPT_EIO, "nobody listens"), KEPT_EIO);
}

void test_arena__rewinds_and_refuses_overflow(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    int *a = KEPT_NEW_N(&arena, int, 10);
    assert_non_null(a);
    a[9] = 7;
    kept_arena_mark mark = kept_arena_get_mark(&arena);
    for (int i = 0; i < 1000; i++)
        assert_non_null(kept_arena_alloc(&arena, 1000, 1));
    kept_arena_rewind(&arena, mark);
    assert_int_equal(a[9], 7);
    assert_null(kept_arena_alloc(&arena, SIZE_MAX / 2, 16));
    kept_arena_fail_nth(2);
    assert_non_null(kept_arena_alloc(&arena, 1, 1));
    assert_null(kept_arena_alloc(&arena, 1, 1));
    assert_non_null(kept_arena_alloc(&arena, 1, 1));
    assert_string_equal(kept_arena_printf(&arena, "%d-%s", 3, "x"), "3-x");
}

void test_text__buffer_stops_at_its_limit(void **state)
{
    (void)state;
    KEPT_AUTO_BUF buf = {.limit = 10};
    kept_buf_add(&buf, "12345");
    kept_buf_printf(&buf, "%d", 678);
    assert_false(buf.failed);
    kept_buf_add(&buf, "abc");
    assert_true(buf.failed);
    assert_string_equal(kept_buf_text(&buf), "12345678");
}

void test_text__nearest(void **state)
{
    (void)state;
    const char *words[] = {"orders", "deliveries", "spend"};
    assert_string_equal(kept_text_nearest("order", words, 3), "orders");
    assert_string_equal(kept_text_nearest("delivreies", words, 3), "deliveries");
    assert_null(kept_text_nearest("xyzzy", words, 3));
}

void test_text__utf8(void **state)
{
    (void)state;
    assert_true(kept_text_utf8("M\xc3\xbcller", 7));
    assert_false(kept_text_utf8("M\xfcller-Andersen", 15));
    assert_false(kept_text_utf8("\xc0\x80", 2));     /* overlong */
    assert_false(kept_text_utf8("\xed\xa0\x80", 3)); /* surrogate */
    assert_int_equal(kept_text_width("M\xc3\xbcller"), 6);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    assert_string_equal(kept_text_squash(&arena, "Customer ID"), "customerid");
}

/* First outputs of xoshiro256++ for state {1, 2, 3, 4}: computed by hand from the definition,
 * rotl(1 + 4, 23) + 1 = 5 * 2^23 + 1 = 41943041. */
void test_random__known_start_and_streams(void **state)
{
    (void)state;
    kept_rng rng = {{1, 2, 3, 4}};
    assert_true(kept_rng_u64(&rng) == 41943041u);
    kept_rng a = kept_rng_make(1, 2), b = kept_rng_make(1, 2), c = kept_rng_make(2, 1);
    assert_true(kept_rng_u64(&a) == kept_rng_u64(&b));
    assert_true(kept_rng_u64(&a) != kept_rng_u64(&c));
}

/* Means and variances of 200,000 draws lie within five standard errors of the exact ones. */
void test_random__moments(void **state)
{
    (void)state;
    enum { N = 200000 };
    kept_rng rng = kept_rng_make(7, 0);
    const double want_mean[] = {0.3, 3.5, 0.25, 40.0, 2.0, 3.0};
    const double want_var[] = {0.3, 3.5, 0.25 * 0.75 / 4.0, 40.0, 2.0, 12.0};
    for (int k = 0; k < 6; k++) {
        double sum = 0, sum2 = 0;
        for (int i = 0; i < N; i++) {
            double v = k == 0   ? kept_rng_gamma(&rng, 0.3)
                       : k == 1 ? kept_rng_gamma(&rng, 3.5)
                       : k == 2 ? kept_rng_beta(&rng, 0.75, 2.25)
                       : k == 3 ? (double)kept_rng_poisson(&rng, 40.0)
                       : k == 4 ? (double)kept_rng_poisson(&rng, 2.0)
                                : (double)kept_rng_geometric(&rng, 0.25);
            sum += v;
            sum2 += v * v;
        }
        double mean = sum / N, var = sum2 / N - mean * mean;
        CHECK_ABS(mean, want_mean[k], 5.0 * sqrt(want_var[k] / N));
        CHECK_REL(var, want_var[k], 0.06);
    }
}

static void square(void *context, size_t block)
{
    double *out = context;
    out[block] = (double)block * (double)block;
}

void test_parallel__every_block_once(void **state)
{
    (void)state;
    double out[1000];
    for (size_t threads = 0; threads < 5; threads++) {
        memset(out, 0, sizeof out);
        kept_parallel_for(1000, threads, square, out);
        for (size_t i = 0; i < 1000; i++)
            assert_true(out[i] == (double)(i * i));
    }
}
