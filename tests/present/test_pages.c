#include "support.h"

#include <unistd.h>

#include "../cli/sample_ops.h"
#include "present/completion.h"
#include "present/help.h"
#include "present/man.h"

static const kept_screen plain = {.width = 80};

static const kept_op *sample(const char *name)
{
    const kept_op *op = kept_op_find(&sample_table, name);
    assert_non_null(op);
    return op;
}

void test_help__of_a_command(void **state)
{
    (void)state;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_help_op(&out, sample("worth fit"), &plain);
    const char *text = kept_buf_text(&out);
    CHECK_CONTAINS(text, "kept worth fit - Fit a model of what customers are worth\n");
    CHECK_CONTAINS(text, "Usage\n  kept worth fit [options]\n");
    CHECK_CONTAINS(text, "-t, --target FILE");
    CHECK_CONTAINS(text, "(weeks; 1 to 520; 52 when not\n"); /* folded */
    CHECK_CONTAINS(text, "-50% to 100%");
    CHECK_CONTAINS(text, "bg-nbd, pareto-nbd or mbg-nbd");
    CHECK_CONTAINS(text, "Example\n  kept worth fit --until 1997-09-30 --discount 10%\n");
    CHECK_CONTAINS(text, "table customers");
    kept_buf_clear(&out);
    kept_usage_line(&out, sample("worth echo"));
    assert_string_equal(kept_buf_text(&out), "kept worth echo KIND [NUMBER...] [options]");
}

void test_help__of_stages_and_families(void **state)
{
    (void)state;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_help_stage(&out, &sample_table, KEPT_KEEP, &plain);
    CHECK_CONTAINS(kept_buf_text(&out), "Keep: Did we keep it?\n  check ");
    kept_buf_clear(&out);
    kept_help_stage(&out, &sample_table, KEPT_LEARN, &plain);
    CHECK_CONTAINS(kept_buf_text(&out), "no command for this stage");
    kept_buf_clear(&out);
    assert_int_equal(kept_help_family(&out, &sample_table, "worth", &plain), 2);
    assert_int_equal(kept_help_family(&out, &sample_table, "wor", &plain), 0);
    kept_buf_clear(&out);
    kept_help_overview(&out, &sample_table, &plain);
    CHECK_CONTAINS(kept_buf_text(&out), "Know: Who are they");
    CHECK_CONTAINS(kept_buf_text(&out), "kept help options");
    assert_null(strstr(kept_buf_text(&out), "Learn:")); /* nothing to list */
}

static void check_brief(const char *text, size_t width, const char *want)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_usage_brief(&out, text, width);
    assert_string_equal(kept_buf_text(&out), want);
}

void test_help__one_line_of_a_text(void **state)
{
    (void)state;
    check_brief("Fit a model", 70, "Fit a model");
    check_brief("A line. And more.", 70, "A line");
    check_brief("Who, when: what was said", 70, "Who, when");
    check_brief("Share of 0.5 or 12:30 o'clock.", 70, "Share of 0.5 or 12:30 o'clock");
    check_brief("What we believe, and do not know", 16, "What we believe…");
    check_brief("What we believe, and do not know", 20, "What we believe…");
    check_brief("What we believe, and do not know", 32, "What we believe, and do not know");
    check_brief("Größe über alles", 9, "Größe…");
    check_brief("Unbreakableword", 5, "…");
    check_brief("", 5, "");
}

/* A family as declarations make them: commands that share their fields. */
static const kept_param promise_fields[] = {
    {.name = "text", .type = KEPT_P_TEXT, .value = "WORDS", .help = "What is promised. In words"},
    {.name = "given-by", .type = KEPT_P_CHOICE, .choices = "us|customer", .help = "Who promises"}};
static const kept_op_family promise = {.name = "promise",
                                       .summary = "What one may count on. Kept or not.",
                                       .fields = promise_fields,
                                       .n_fields = 2};
static const kept_param add_params[] = {
    {.name = "text", .type = KEPT_P_TEXT, .value = "WORDS", .positional = true, .help = "words"},
    {.name = "given-by", .type = KEPT_P_CHOICE, .choices = "us|customer", .help = "Who promises"},
    {.name = "why", .type = KEPT_P_TEXT, .help = "reason"}};
static const kept_param show_params[] = {
    {.name = "id", .type = KEPT_P_TEXT, .value = "ID", .positional = true, .help = "short id"}};
static const kept_op promise_add = {.name = "promise add",
                                    .stage = KEPT_MAKE,
                                    .summary = "Add a promise",
                                    .params = add_params,
                                    .n_params = 3,
                                    .example = "kept promise add \"two days\"",
                                    .family = &promise};
static const kept_op promise_show = {.name = "promise show",
                                     .stage = KEPT_MAKE,
                                     .summary = "Show a promise",
                                     .params = show_params,
                                     .n_params = 1,
                                     .example = "kept promise show P-1",
                                     .family = &promise};
static const kept_op *const promise_ops[] = {&promise_add, &promise_show};
static const kept_op_table promise_table = {promise_ops, 2};

void test_help__of_a_declared_family(void **state)
{
    (void)state;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_help_overview(&out, &promise_table, &plain);
    CHECK_CONTAINS(kept_buf_text(&out), "\n  promise ...           What one may count on\n");
    assert_null(strstr(kept_buf_text(&out), "promise add"));
    kept_buf_clear(&out);
    assert_int_equal(kept_help_family(&out, &promise_table, "promise", &plain), 2);
    assert_string_equal(kept_buf_text(&out), "kept promise - What one may count on. Kept or not.\n"
                                             "\nCommands\n"
                                             "  kept promise add          Add a promise\n"
                                             "  kept promise show         Show a promise\n"
                                             "\nFields\n"
                                             "  --text                What is promised\n"
                                             "  --given-by            Who promises\n"
                                             "\nWhat each takes: kept promise add --help\n");
}

/* Runs a checker over text; skipped where the program is not installed. */
static void check_with(const char *program, const char *command, const kept_buf *text)
{
    char line[512];
    snprintf(line, sizeof line, "command -v %s >/dev/null 2>&1", program);
    if (system(line) != 0) {
        print_message("# skipped: no %s here\n", program);
        return;
    }
    char path[] = "/tmp/kept-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_true(write(fd, kept_buf_text(text), text->len) == (ssize_t)text->len);
    close(fd);
    snprintf(line, sizeof line, command, path);
    int status = system(line);
    unlink(path);
    if (status != 0)
        fail_msg("%s: status %d", line, status);
}

void test_man__pages_are_clean(void **state)
{
    (void)state;
    const kept_man man = {.day = 19813, .version = "1.2"};
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_man_overview(&out, &sample_table, &man);
    CHECK_CONTAINS(kept_buf_text(&out), ".Dd March 31, 2024\n.Dt KEPT 1\n");
    check_with("mandoc", "mandoc -T lint -W warning %s", &out);
    for (size_t i = 0; i < sample_table.n; i++) {
        kept_buf_clear(&out);
        kept_man_op(&out, sample_table.ops[i], &man);
        check_with("mandoc", "mandoc -T lint -W warning %s", &out);
    }
    kept_buf_clear(&out);
    kept_man_name(&out, sample("worth fit"));
    assert_string_equal(kept_buf_text(&out), "kept-worth-fit");
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *p = strstr(text, part); p; p = strstr(p + 1, part))
        n++;
    return n;
}

void test_man__a_family_explains_its_fields_once(void **state)
{
    (void)state;
    const kept_man man = {.day = 19813, .version = "1.2"};
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_man_family(&out, &promise_table, &promise, &man);
    const char *text = kept_buf_text(&out);
    CHECK_CONTAINS(text, ".Nd \"what one may count on\"\n");
    assert_int_equal(count(text, ".It Fl \\-given-by"), 1);
    assert_int_equal(count(text, ".It Fl \\-why"), 1);
    assert_int_equal(count(text, "Takes the\n.Sx FIELDS"), 1); /* add, not show */
    CHECK_CONTAINS(text, ".Ss kept promise show\n");
    check_with("mandoc", "mandoc -T lint -W warning %s", &out);
    kept_buf_clear(&out);
    kept_man_overview(&out, &promise_table, &man);
    CHECK_CONTAINS(kept_buf_text(&out), ".It Xr kept-promise 1\nWhat one may count on.\n");
    check_with("mandoc", "mandoc -T lint -W warning %s", &out);
}

void test_man__text_cannot_become_a_macro(void **state)
{
    (void)state;
    const kept_param params[] = {{.name = "odd",
                                  .type = KEPT_P_TEXT,
                                  .value = "A\"B\\C",
                                  .help = ".Sh not a heading. 'nor this. \\fBbold"}};
    const kept_op op = {.name = "odd",
                        .summary = "Do \"odd\" things",
                        .params = params,
                        .n_params = 1,
                        .example = "kept odd \"a\\b\"",
                        .detail = ".Ex -std\n'x"};
    const kept_man man = {.day = 0, .version = "1"};
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_man_op(&out, &op, &man);
    const char *text = kept_buf_text(&out);
    CHECK_CONTAINS(text, "\n\\&.Sh not a heading.\n\\&'nor this.\n\\efBbold.\n");
    CHECK_CONTAINS(text, "\n\\&.Ex -std\n\\&'x\n");
    CHECK_CONTAINS(text, "Ar \"A\\(dqB\\eC\"");
    check_with("mandoc", "mandoc -T lint -W warning %s", &out);
}

void test_completion__scripts_parse(void **state)
{
    (void)state;
    kept_err err = KEPT_ERR_INIT;
    static const char *const shells[][2] = {
        {"bash", "bash -n %s"}, {"zsh", "zsh -n %s"}, {"fish", "fish -n %s"}};
    for (size_t i = 0; i < 3; i++) {
        KEPT_AUTO_BUF out = KEPT_BUF_INIT;
        CHECK_OK(kept_completion(shells[i][0], &out, &err));
        CHECK_CONTAINS(kept_buf_text(&out), "help --complete");
        check_with(shells[i][0], shells[i][1], &out);
    }
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    assert_int_equal(kept_completion("tcsh", &out, &err), KEPT_EARG);
}
