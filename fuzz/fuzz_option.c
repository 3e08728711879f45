/* fuzz/fuzz_option.c - values of options, of every type: within the declared limits, or one
 * sentence. The first byte chooses the type. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "op/op.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const kept_param params[] = {
    {.name = "text", .type = KEPT_P_TEXT, .value = "TEXT"},
    {.name = "flag", .type = KEPT_P_FLAG},
    {.name = "seed", .type = KEPT_P_INTEGER, .value = "N", .min = 0, .max = 9007199254740992.0},
    {.name = "any", .type = KEPT_P_INTEGER, .value = "N"},
    {.name = "horizon", .type = KEPT_P_REAL, .value = "NUMBER", .min = 0, .max = 1e6},
    {.name = "real", .type = KEPT_P_REAL, .value = "NUMBER"},
    {.name = "level", .type = KEPT_P_SHARE, .value = "SHARE", .min = 0.5, .max = 0.999},
    {.name = "share", .type = KEPT_P_SHARE, .value = "SHARE"},
    {.name = "until", .type = KEPT_P_DATE, .value = "DATE"},
    {.name = "unit", .type = KEPT_P_CHOICE, .choices = "day|week|month|year"},
};

static void must(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static void check_arg(const kept_param *param, const kept_arg *arg)
{
    bool limited = param->min != 0 || param->max != 0;
    double value = param->type == KEPT_P_INTEGER ? (double)arg->integer : arg->real;
    switch (param->type) {
    case KEPT_P_INTEGER:
    case KEPT_P_REAL:
    case KEPT_P_SHARE:
        must(isfinite(value));
        if (limited)
            must(value >= param->min && value <= param->max);
        break;
    case KEPT_P_DATE:
        must(arg->integer >= KEPT_DAY_MIN && arg->integer <= KEPT_DAY_MAX);
        break;
    case KEPT_P_CHOICE:
        must(strstr(param->choices, arg->text) != NULL);
        break;
    case KEPT_P_FLAG:
        must(arg->integer == 0 || arg->integer == 1);
        break;
    default:
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_param *param = &params[data[0] % KEPT_N(params)];
    char *text = kept_arena_strndup(&arena, (const char *)data + 1, size - 1);
    if (!text)
        return 0;
    kept_err err = KEPT_ERR_INIT;
    kept_arg arg = {.param = param};
    if (kept_arg_read(param, text, &arg, &err) == KEPT_OK)
        check_arg(param, &arg);
    else
        must(err.code == KEPT_EARG && strstr(err.msg, param->name));
    return 0;
}
