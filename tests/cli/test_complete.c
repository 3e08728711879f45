#include "support.h"

#include "base/array.h"
#include "base/text.h"
#include "cli/complete.h"
#include "op/table.h"
#include "sample_ops.h"

/* Splits at "|" and completes the last word; the answer's words alone, joined by blanks. */
static const char *complete(const kept_op_table *table, const char *text, kept_arena *arena)
{
    const char *argv[16] = {"kept"};
    size_t argc = 1;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    KEPT_AUTO_BUF words = KEPT_BUF_INIT;
    for (const char *p = text;; p++) {
        size_t len = strcspn(p, "|");
        argv[argc++] = kept_arena_strndup(arena, p, len);
        p += len;
        if (!*p)
            break;
    }
    CHECK_OK(kept_complete(table, argc, argv, arena, &out, &err));
    for (const char *p = kept_buf_text(&out); *p; p += strcspn(p, "\n") + 1) {
        kept_buf_add(&words, words.len ? " " : "");
        kept_buf_add_n(&words, p, strcspn(p, "\t\n"));
    }
    return kept_arena_strdup(arena, kept_buf_text(&words));
}

static void check(const char *text, const char *want)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    assert_string_equal(complete(&sample_table, text, &arena), want);
}

void test_complete__names(void **state)
{
    (void)state;
    check("w", "worth wait");
    check("worth|", "fit echo");
    check("-w|dir|worth|e", "echo");
    check("--until|2024-01-01|worth|e", "echo");
    check("-qw|dir|worth|e", "echo");
    check("zzz|", "");
    check("worth|zzz|", "");
    check("help|worth|f", "fit");
    check("help|k", "know keep");
    check("he", "help");
}

void test_complete__options_and_values(void **state)
{
    (void)state;
    check("worth|fit|--m", "--model --map --mail --mail-subject");
    check("worth|fit|--model|", "bg-nbd pareto-nbd mbg-nbd");
    check("worth|fit|--model=m", "--model=mbg-nbd");
    check("worth|fit|--nothing=m", "");
    check("worth|fit|--until|", ""); /* free */
    check("worth|fit|--orders|x", ":files");
    check("worth|fit|-nt|", ":files");
    check("-w|", ":folders");
    check("--workspace=", ":folders");
    check("worth|fit|--js", "--json");
    check("worth|fit|--|--js", "");
    check("worth|echo|", "");
    check("help|--completion|z", "zsh");
}

/* What a workspace declares is offered, with what it means, on one line. */
void test_complete__meanings(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    const kept_op_family family = {.name = "x-visit", .summary = "Visits\tto\nus. More"};
    const kept_op quick = {.name = "x-visit", .summary = "Add in one line", .family = &family};
    const kept_op list = {.name = "x-visit list", .summary = "List them", .family = &family};
    const kept_op *const ops[] = {&list, &quick};
    const kept_op_table table = {ops, 2};
    const char *const first[] = {"kept", "x"};
    CHECK_OK(kept_complete(&table, 2, first, &arena, &out, &err));
    assert_string_equal(kept_buf_text(&out), "x-visit\tVisits to us\n");
    kept_buf_clear(&out);
    const char *const second[] = {"kept", "x-visit", ""};
    CHECK_OK(kept_complete(&table, 3, second, &arena, &out, &err));
    assert_string_equal(kept_buf_text(&out), "list\tList them\n");
}

void test_complete__nothing_typed(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    const char *const argv[] = {"kept"};
    CHECK_OK(kept_complete(&sample_table, 1, argv, &arena, &out, &err));
    CHECK_CONTAINS(kept_buf_text(&out), "check\t");
}
