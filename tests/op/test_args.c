#include "support.h"

#include "base/array.h"
#include "op/op.h"

static const kept_param params[] = {
    {.name = "kind",
     .type = KEPT_P_TEXT,
     .value = "KIND",
     .positional = true,
     .required = true,
     .help = "kind of fact"},
    {.name = "rate", .type = KEPT_P_SHARE, .min = 0, .max = 1, .preset = "10%"},
    {.name = "horizon", .type = KEPT_P_REAL, .min = 1, .max = 520, .preset = "52"},
    {.name = "top", .type = KEPT_P_INTEGER, .min = 1, .max = 100},
    {.name = "until", .type = KEPT_P_DATE},
    {.name = "model", .type = KEPT_P_CHOICE, .choices = "bg-nbd|pareto-nbd|mbg-nbd"},
    {.name = "dry-run", .type = KEPT_P_FLAG},
    {.name = "orders", .type = KEPT_P_FILE, .repeated = true},
    {.name = "output", .type = KEPT_P_OUTPUT},
};
enum { KIND, RATE, HORIZON, TOP, UNTIL, MODEL, DRY_RUN, ORDERS, OUTPUT };
static const kept_op op = {.name = "worth fit", .params = params, .n_params = KEPT_N(params)};

/* Reads one value of one parameter; "kind" is always given. */
static kept_status read_one(int which, const char *text, kept_arena *arena, kept_args *args,
                            kept_err *err)
{
    const char *kind = "orders";
    kept_given given[KEPT_N(params)] = {{0}};
    given[KIND] = (kept_given){.values = &kind, .n = 1};
    given[which] = (kept_given){.values = &text, .n = 1};
    return kept_args_check(&op, given, arena, args, err);
}

static void check_refused(int which, const char *text, kept_status status, const char *part)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_args args;
    assert_int_equal(read_one(which, text, &arena, &args, &err), status);
    CHECK_CONTAINS(err.msg, part);
}

void test_args__fills_in_presets(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_args args;
    CHECK_OK(read_one(KIND, "orders", &arena, &args, &err));
    assert_string_equal(kept_args_text(&args, "kind"), "orders");
    assert_true(kept_args_get(&args, "kind")->given);
    assert_true(kept_args_get(&args, "rate")->present);
    assert_false(kept_args_get(&args, "rate")->given);
    CHECK_ABS(kept_args_get(&args, "rate")->real, 0.1, 1e-15);
    CHECK_ABS(kept_args_get(&args, "horizon")->real, 52, 0);
    assert_false(kept_args_get(&args, "until")->present);
    assert_null(kept_args_text(&args, "until"));
    assert_false(kept_args_flag(&args, "dry-run"));
}

void test_args__reads_each_type(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_args args;
    CHECK_OK(read_one(RATE, "0.25", &arena, &args, &err));
    CHECK_ABS(kept_args_get(&args, "rate")->real, 0.25, 0);
    CHECK_OK(read_one(RATE, "0%", &arena, &args, &err));
    CHECK_ABS(kept_args_get(&args, "rate")->real, 0, 0);
    CHECK_OK(read_one(HORIZON, "1.5e2", &arena, &args, &err));
    CHECK_ABS(kept_args_get(&args, "horizon")->real, 150, 0);
    CHECK_OK(read_one(TOP, "+7", &arena, &args, &err));
    assert_int_equal(kept_args_get(&args, "top")->integer, 7);
    CHECK_OK(read_one(UNTIL, "1997-09-30", &arena, &args, &err));
    assert_int_equal(kept_args_get(&args, "until")->integer,
                     10134); /* date -d 1997-09-30 +%s / 86400 */
    CHECK_OK(read_one(MODEL, "mbg-nbd", &arena, &args, &err));
    CHECK_OK(read_one(DRY_RUN, "", &arena, &args, &err));
    assert_true(kept_args_flag(&args, "dry-run"));
    CHECK_OK(read_one(DRY_RUN, "no", &arena, &args, &err));
    assert_false(kept_args_flag(&args, "dry-run"));
}

void test_args__refuses_with_one_sentence(void **state)
{
    (void)state;
    check_refused(RATE, "10", KEPT_EARG, "write 10% or 0.1");
    check_refused(RATE, "150%", KEPT_EARG, "from 0% to 100%");
    check_refused(RATE, "%", KEPT_EARG, "--rate takes a share");
    check_refused(HORIZON, "0", KEPT_EARG, "from 1 to 520, not \"0\"");
    check_refused(HORIZON, "521", KEPT_EARG, "from 1 to 520");
    check_refused(HORIZON, "1,5", KEPT_EARG, "decimal point");
    check_refused(HORIZON, "nan", KEPT_EARG, "--horizon");
    check_refused(HORIZON, "0x10", KEPT_EARG, "--horizon");
    check_refused(HORIZON, "1e999", KEPT_EARG, "--horizon");
    check_refused(TOP, "2.5", KEPT_EARG, "a whole number from 1 to 100");
    check_refused(TOP, "99999999999999999999", KEPT_EARG, "--top");
    check_refused(UNTIL, "30.9.1997", KEPT_EARG, "as 2024-03-31");
    check_refused(UNTIL, "2023-02-29", KEPT_EARG, "--until");
    check_refused(MODEL, "bgnbd", KEPT_EARG, "Did you mean bg-nbd?");
    check_refused(DRY_RUN, "perhaps", KEPT_EARG, "yes or no");
    check_refused(KIND, "\xff", KEPT_EARG, "not UTF-8");
    check_refused(ORDERS, "/no/such/file.csv", KEPT_ENOTFOUND, "/no/such/file.csv");
    check_refused(ORDERS, "/", KEPT_EARG, "is a folder");
    check_refused(OUTPUT, "/no/such/folder/x.html", KEPT_ENOTFOUND, "no folder");
    check_refused(OUTPUT, "/tmp", KEPT_EARG, "is a folder");
}

void test_args__required_and_repeated(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_args args;
    kept_given given[KEPT_N(params)] = {{0}};
    assert_int_equal(kept_args_check(&op, given, &arena, &args, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "\"kept worth fit\" needs KIND (kind of fact)");
    const char *twice[] = {"/dev/null", "/dev/zero"};
    given[KIND] = (kept_given){.values = twice, .n = 2};
    assert_int_equal(kept_args_check(&op, given, &arena, &args, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "KIND is given 2 times");
    given[KIND].n = 1;
    given[ORDERS] = (kept_given){.values = twice, .n = 2};
    CHECK_OK(kept_args_check(&op, given, &arena, &args, &err));
    const kept_arg *orders = kept_args_get(&args, "orders");
    assert_int_equal(orders->n_list, 2);
    assert_string_equal(orders->list[1], "/dev/zero");
}

void test_args__survives_failing_memory(void **state)
{
    (void)state;
    for (size_t nth = 1; nth < 12; nth++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_args args;
        kept_arena_fail_nth(nth);
        kept_status status = read_one(TOP, "3", &arena, &args, &err);
        kept_arena_fail_nth(0);
        assert_true(status == KEPT_OK || status == KEPT_ENOMEM);
        assert_true(nth > 1 || status == KEPT_ENOMEM);
    }
}
