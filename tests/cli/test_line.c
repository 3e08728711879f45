#include "support.h"

#include "base/array.h"
#include "base/text.h"
#include "cli/line.h"
#include "sample_ops.h"

enum { MOST = 24 };

/* Splits at blanks and parses "kept ...". */
static kept_status parse(const char *text, kept_arena *arena, kept_line *line, kept_err *err)
{
    const char *argv[MOST] = {"kept"};
    size_t argc = 1;
    char *copy = kept_arena_strdup(arena, text);
    for (char *p = copy; *p;) {
        char *end = p + strcspn(p, " ");
        argv[argc++] = p;
        p = *end ? end + 1 : end;
        *end = '\0';
    }
    const char **kept = kept_arena_alloc(arena, argc, sizeof *kept);
    memcpy(kept, argv, argc * sizeof *kept);
    return kept_line_parse(&sample_table, argc, kept, arena, line, err);
}

static const kept_given *given(const kept_line *line, const char *name)
{
    for (size_t i = 0; i < line->op->n_params; i++)
        if (strcmp(line->op->params[i].name, name) == 0)
            return &line->given[i];
    fail_msg("no parameter %s", name);
    return NULL;
}

static void check_given(const char *text, const char *name, const char *value)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_line line;
    CHECK_OK(parse(text, &arena, &line, &err));
    const kept_given *g = given(&line, name);
    assert_int_equal(g->n, 1);
    assert_string_equal(g->values[0], value);
}

void test_line__options_stand_anywhere(void **state)
{
    (void)state;
    check_given("worth fit --until 1997-09-30", "until", "1997-09-30");
    check_given("worth fit --until=1997-09-30", "until", "1997-09-30");
    check_given("--json worth --quiet fit --until 1997-09-30", "until", "1997-09-30");
    check_given("-w dir worth fit --until=1997-09-30", "until", "1997-09-30");
    check_given("--until 1997-09-30 worth fit", "until", "1997-09-30");
    check_given("-qw dir worth fit --until 1997-09-30", "until", "1997-09-30");
    check_given("-nt out.html worth fit", "target", "out.html");
    check_given("-t out.html worth fit", "target", "out.html");
    check_given("worth fit -tout.html", "target", "out.html");
    check_given("worth fit -nt out.html", "target", "out.html");
    check_given("worth fit --map=-x", "map", "-x");
    check_given("worth fit --map= --json", "map", "");
    check_given("worth fit --map a=b=c", "map", "a=b=c");
    check_given("worth fit --map -", "map", "-");
}

void test_line__negative_numbers_are_values(void **state)
{
    (void)state;
    check_given("worth fit --offset -5", "offset", "-5");
    check_given("worth fit --offset -.5", "offset", "-.5");
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_line line;
    CHECK_OK(parse("worth echo orders 1 -2 --scale -3 -4.5", &arena, &line, &err));
    assert_int_equal(given(&line, "number")->n, 3);
    assert_string_equal(given(&line, "number")->values[2], "-4.5");
    CHECK_OK(parse("worth echo -- --orders -w", &arena, &line, &err));
    assert_string_equal(given(&line, "kind")->values[0], "--orders");
    assert_string_equal(given(&line, "number")->values[0], "-w");
}

void test_line__globals_and_repeated(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_line line;
    CHECK_OK(parse("worth fit --orders a --orders b -qw dir --seed=7", &arena, &line, &err));
    assert_int_equal(given(&line, "orders")->n, 2);
    assert_int_equal(line.globals[KEPT_G_QUIET].n, 1);
    assert_string_equal(line.globals[KEPT_G_WORKSPACE].values[0], "dir");
    assert_string_equal(line.globals[KEPT_G_SEED].values[0], "7");
    CHECK_OK(parse("-qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq", &arena, &line, &err)); /* counts once */
    assert_int_equal(line.globals[KEPT_G_QUIET].n, 1);
    CHECK_OK(parse("", &arena, &line, &err));
    assert_null(line.op);
    CHECK_OK(parse("help worth fit", &arena, &line, &err));
    assert_ptr_equal(line.op, &kept_help_command);
    assert_int_equal(line.given[0].n, 2);
    CHECK_OK(parse("worth --help", &arena, &line, &err));
    assert_null(line.op);
    assert_string_equal(line.words, "worth");
    CHECK_OK(parse("-q worth", &arena, &line, &err)); /* asks what there is */
    assert_null(line.op);
    assert_string_equal(line.words, "worth");
}

static void check_refused(const char *text, const char *part)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_line line;
    assert_int_equal(parse(text, &arena, &line, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, part);
}

void test_line__suggests_the_nearest(void **state)
{
    (void)state;
    check_refused("worth ftt", "Did you mean \"kept worth fit\"?");
    check_refused("worht fit", "Did you mean \"kept worth fit\"?");
    check_refused("worht ecko", "Did you mean \"kept worth echo\"?");
    check_refused("fit orders.csv", "Did you mean \"kept worth fit\"?");
    check_refused("wurth", "Did you mean \"kept worth fit\"?");
    check_refused("worth --json", "\"kept worth\" wants one more word: fit or echo.");
    check_refused("worth zzzzzzzzzz", "\"kept worth\" goes on with fit or echo.");
    check_refused("chekc", "Did you mean \"kept check\"?");
    check_refused("hepl", "Did you mean \"kept help\"?");
    check_refused("zzz", "\"kept help\" lists all commands");
    check_refused("zzz --json --unknown", "no command \"kept zzz\"");
    check_refused("worth fit --untill=2024-01-01", "Did you mean --until?");
    check_refused("worth fit --jsn", "Did you mean --json?");
    check_refused("worth fit -x", "no option -x");
    check_refused("--zzz", "\"kept\" has no option --zzz");
    check_refused("worth fit --until", "--until needs a value: --until DATE");
    check_refused("worth fit --until --json", "is followed by --json");
    check_refused("worth fit extra", "\"extra\" is one word too many");
}

/* Known before the line is parsed, and where it cannot be. */
void test_line__workspace(void **state)
{
    (void)state;
    static const struct {
        const char *argv[6];
        const char *want;
    } cases[] = {
        {{"kept", "-w", "dir", "promise", "list"}, "dir"},
        {{"kept", "promise", "list", "-wdir"}, "dir"},
        {{"kept", "-qw", "dir"}, "dir"},
        {{"kept", "-qwdir", "zzz"}, "dir"},
        {{"kept", "--workspace=dir", "--zzz"}, "dir"},
        {{"kept", "--workspace", "dir"}, "dir"},
        {{"kept", "-w", "one", "--workspace=two"}, "two"},
        {{"kept", "-w"}, NULL},
        {{"kept", "-w", "dir", "-w"}, "dir"},
        {{"kept", "echo", "--", "-w", "dir"}, NULL},
        {{"kept", "echo", "-w", "dir", "--", "-wx"}, "dir"},
        {{"kept", "-ow", "dir"}, NULL},              /* the file "w" */
        {{"kept", "--workspaces=dir"}, NULL},        /* another option */
        {{"kept", "echo", "-5", "-", "w"}, NULL},    /* values */
        {{"kept", "echo", "workspace", "dir"}, NULL} /* words */
    };
    for (size_t i = 0; i < KEPT_N(cases); i++) {
        size_t argc = 0;
        while (argc < 6 && cases[i].argv[argc])
            argc++;
        const char **argv = NULL; /* of exactly this length, so that reading past it is seen */
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        argv = kept_arena_alloc(&arena, argc, sizeof *argv);
        memcpy(argv, cases[i].argv, argc * sizeof *argv);
        const char *got = kept_line_workspace(argc, argv);
        if (!kept_text_equal(got, cases[i].want))
            fail_msg("case %zu: got %s", i, got ? got : "none");
    }
}

void test_line__json_is_seen_even_when_the_rest_is_wrong(void **state)
{
    (void)state;
    const char *const argv[] = {"kept", "zzz", "--json"};
    assert_true(kept_line_wants_json(3, argv));
    const char *const after[] = {"kept", "echo", "--", "--json"};
    assert_false(kept_line_wants_json(4, after));
}
