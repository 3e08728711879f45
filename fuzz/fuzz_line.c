/* fuzz/fuzz_line.c - whole command lines, one argument a line: taken apart and checked, or one
 * sentence. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/array.h"
#include "cli/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const kept_param params[] = {
    {.name = "kind", .type = KEPT_P_TEXT, .value = "KIND", .positional = true, .required = true},
    {.name = "number", .type = KEPT_P_REAL, .positional = true, .repeated = true},
    {.name = "until", .type = KEPT_P_DATE, .letter = 'u', .preset = "2024-03-31"},
    {.name = "rate", .type = KEPT_P_SHARE, .min = 0, .max = 1},
    {.name = "model", .type = KEPT_P_CHOICE, .choices = "bg-nbd|pareto-nbd"},
    {.name = "again", .type = KEPT_P_FLAG, .letter = 'a'},
    {.name = "map", .type = KEPT_P_TEXT, .repeated = true},
};

static const kept_op clv_fit = {.name = "clv fit", .params = params, .n_params = KEPT_N(params)};
static const kept_op facts = {.name = "facts"};
static const kept_op facts_show = {.name = "facts show", .params = params, .n_params = 2};
static const kept_op *const ops[] = {&clv_fit, &facts, &facts_show};
static const kept_op_table table = {ops, KEPT_N(ops)};

static void must(bool holds)
{
    if (!holds)
        __builtin_trap();
}

/* What was refused is said in a sentence. */
static void must_be_said(const kept_err *err)
{
    must(err->code != KEPT_OK && err->msg[0] != '\0');
}

static void check_line(const kept_line *line, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_args args;
    kept_arg arg;
    for (size_t i = 0; i < KEPT_N_GLOBALS; i++)
        for (size_t k = 0; k < line->globals[i].n; k++)
            if (kept_arg_read(&kept_globals[i], line->globals[i].values[k], &arg, &err) != KEPT_OK)
                must_be_said(&err);
    if (!line->op)
        return;
    if (kept_args_check(line->op, line->given, arena, &args, &err) != KEPT_OK) {
        must_be_said(&err);
        return;
    }
    for (size_t i = 0; i < args.n; i++)
        must(args.arg[i].present || !args.arg[i].param->required);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST = 64 };
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    char *text = kept_arena_strndup(&arena, (const char *)data, size);
    const char *argv[MOST] = {"kept"};
    size_t argc = 1;
    if (!text)
        return 0;
    for (char *p = text; argc < MOST;) {
        char *end = p + strcspn(p, "\n");
        bool last = *end == '\0';
        *end = '\0';
        argv[argc++] = p;
        if (last)
            break;
        p = end + 1;
    }
    kept_err err = KEPT_ERR_INIT;
    kept_line line;
    if (kept_line_parse(&table, argc, argv, &arena, &line, &err) == KEPT_OK)
        check_line(&line, &arena);
    else
        must_be_said(&err);
    return 0;
}
