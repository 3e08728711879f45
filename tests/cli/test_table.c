/* Every operation of the program is described well: what help, man pages, completion and JSON rest
 * on. */
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/text.h"
#include "cli/line.h"
#include "op/globals.h"
#include "op/table.h"
#include "present/help.h"

/* What is coded and what the built-in declarations add. */
static kept_arena memory;
static kept_op_table all;

static void load_from(const char *workspace)
{
    kept_err err = KEPT_ERR_INIT;
    memory = (kept_arena)KEPT_ARENA_INIT;
    CHECK_OK(kept_ops_load(workspace, &memory, &all, &err));
}

static void load(void)
{
    load_from(NULL);
}

static void unload(void)
{
    kept_arena_free(&memory);
}

static void check_name(const char *op, const char *name)
{
    if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] || name[0] == '-')
        fail_msg("%s: \"%s\" is no name", op, name);
}

static void check_field_name(const char *op, const char *name)
{
    bool plain = name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
    if (!plain || name[0] == '_' || (name[0] >= '0' && name[0] <= '9'))
        fail_msg("%s: field \"%s\" is not snake_case", op, name);
}

static void check_param(const kept_op *op, const kept_param *p)
{
    check_name(op->name, p->name);
    if (!p->help || !p->help[0])
        fail_msg("%s: --%s has no help", op->name, p->name);
    for (size_t i = 0; i < KEPT_N_GLOBALS; i++)
        if (strcmp(p->name, kept_globals[i].name) == 0 ||
            (p->letter && p->letter == kept_globals[i].letter))
            fail_msg("%s: --%s hides a global option", op->name, p->name);
    if (p->type == KEPT_P_CHOICE && (!p->choices || !strchr(p->choices, '|')))
        fail_msg("%s: --%s has nothing to choose from", op->name, p->name);
    if (p->type == KEPT_P_FLAG && (p->preset || p->required || p->positional || p->repeated))
        fail_msg("%s: the flag --%s is more than a flag", op->name, p->name);
    kept_err err = KEPT_ERR_INIT;
    kept_arg arg;
    if (p->preset && kept_arg_read(p, p->preset, &arg, &err) != KEPT_OK)
        fail_msg("%s: preset of --%s: %s", op->name, p->name, err.msg);
}

/* Given by place: required ones first, a repeated one last. */
static void check_places(const kept_op *op)
{
    bool optional = false, rest = false;
    for (size_t i = 0; i < op->n_params; i++) {
        const kept_param *p = &op->params[i];
        for (size_t k = 0; k < i; k++)
            if (strcmp(op->params[k].name, p->name) == 0 ||
                (p->letter && op->params[k].letter == p->letter))
                fail_msg("%s: two parameters %s", op->name, p->name);
        if (!p->positional)
            continue;
        if (rest || (optional && p->required))
            fail_msg("%s: %s can never be given by place", op->name, p->name);
        optional |= !p->required;
        rest |= p->repeated;
    }
}

enum { NAMES = 512 }; /* most at the top of a result's JSON */

static void take_name(const kept_op *op, const char *name, const char **names, size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(names[i], name) == 0)
            fail_msg("%s: \"%s\" is used twice at the top of its JSON", op->name, name);
    assert_true(*n < NAMES);
    names[(*n)++] = name;
}

static void check_fields(const kept_op *op, const kept_field *fields, size_t n)
{
    assert_true(n <= KEPT_RESULT_FIELDS);
    for (size_t i = 0; i < n; i++) {
        check_field_name(op->name, fields[i].name);
        for (size_t k = 0; k < i; k++)
            if (strcmp(fields[k].name, fields[i].name) == 0)
                fail_msg("%s: two fields %s", op->name, fields[i].name);
    }
}

static void check_result(const kept_op *op)
{
    const char *names[NAMES] = {"title", "notes", "charts", "more", "answer"};
    size_t n = 5;
    for (size_t i = 0; op->groups && op->groups[i]; i++) {
        const kept_group_def *g = op->groups[i];
        check_fields(op, g->fields, g->n_fields);
        if (g->name[0])
            take_name(op, g->name, names, &n);
        for (size_t k = 0; !g->name[0] && k < g->n_fields; k++)
            take_name(op, g->fields[k].name, names, &n);
    }
    for (size_t i = 0; op->tables && op->tables[i]; i++) {
        check_fields(op, op->tables[i]->fields, op->tables[i]->n_fields);
        take_name(op, op->tables[i]->name, names, &n);
    }
}

/* Of a family: the first word of its names, and fields that its commands really take. */
static void check_family(const kept_op *op)
{
    const kept_op_family *family = op->family;
    if (!family)
        return;
    size_t len = strlen(family->name);
    if (strncmp(op->name, family->name, len) != 0 || (op->name[len] && op->name[len] != ' '))
        fail_msg("%s is not of the family %s", op->name, family->name);
    if (!family->summary || !family->summary[0])
        fail_msg("%s: the family has no summary", op->name);
    bool takes_all = strcmp(op->name + len, " add") == 0 || strcmp(op->name + len, " list") == 0;
    for (size_t i = 0; i < family->n_fields; i++) {
        check_param(op, &family->fields[i]);
        if (takes_all && !kept_op_param(op, family->fields[i].name))
            fail_msg("%s does not take the field %s", op->name, family->fields[i].name);
    }
}

static void check_all(void)
{
    for (size_t i = 0; i < all.n; i++) {
        const kept_op *op = all.ops[i];
        assert_ptr_equal(kept_op_find(&all, op->name), op); /* no name twice */
        if (!op->summary || strpbrk(op->summary, ".\n"))
            fail_msg("%s: the summary is one line without a full stop", op->name);
        if (!op->run || op->stage >= KEPT_N_STAGES || strcmp(op->name, "help") == 0)
            fail_msg("%s: incomplete", op->name);
        for (size_t k = 0; k < op->n_params; k++)
            check_param(op, &op->params[k]);
        check_places(op);
        check_result(op);
        check_family(op);
    }
}

void test_table__operations_are_well_described(void **state)
{
    (void)state;
    load();
    check_all();
    unload();
}

/* A shell's words, as far as examples use quoting: blanks part them, "..." and '...' hold together.
 */
static size_t split(char *line, const char **argv, size_t most)
{
    size_t n = 0;
    char *out = line;
    for (const char *p = line; *p;) {
        while (*p == ' ')
            p++;
        if (!*p || n == most)
            break;
        argv[n++] = out;
        for (char quote = 0; *p && (quote || *p != ' '); p++) {
            if (*p == quote)
                quote = 0;
            else if (!quote && (*p == '"' || *p == '\''))
                quote = *p;
            else
                *out++ = *p;
        }
        p += *p == ' ';
        *out++ = '\0';
    }
    return n;
}

static void check_example(const kept_op *op, const char *text, size_t len)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_line line;
    const char *argv[64] = {NULL};
    char *copy = kept_arena_strndup(&arena, text, len);
    size_t argc = split(copy, argv, 64);
    if (argc == 0 || strcmp(argv[0], "kept") != 0)
        fail_msg("%s: the example is no command line of kept: %s", op->name, text);
    CHECK_OK(kept_line_parse(&all, argc, argv, &arena, &line, &err));
    /* "kept" alone is how one gets to the first screen. */
    bool first_screen = argc == 1 && strcmp(op->name, "start") == 0;
    if (first_screen)
        return;
    if (line.op != op)
        fail_msg("%s: the example shows another command: %s", op->name, text);
    for (size_t i = 0; i < op->n_params; i++)
        if (op->params[i].required && line.given[i].n == 0)
            fail_msg("%s: the example lacks %s", op->name, op->params[i].name);
    for (size_t i = 0; i < op->n_params; i++) {
        const kept_param *p = &op->params[i];
        kept_arg arg;
        /* Files of an example are not here. */
        if (p->type == KEPT_P_FILE || p->type == KEPT_P_OUTPUT)
            continue;
        for (size_t k = 0; k < line.given[i].n; k++)
            CHECK_OK(kept_arg_read(p, line.given[i].values[k], &arg, &err));
    }
}

static void check_examples(void)
{
    for (size_t i = 0; i < all.n; i++) {
        const kept_op *op = all.ops[i];
        if (!op->example)
            fail_msg("%s has no example", op->name);
        for (const char *p = op->example; *p;) {
            size_t len = strcspn(p, "\n");
            check_example(op, p, len);
            p += len + (p[len] == '\n');
        }
    }
}

void test_table__examples_can_be_typed(void **state)
{
    (void)state;
    load();
    check_examples();
    unload();
}

void test_table__help_of_every_command_fits(void **state)
{
    (void)state;
    load();
    const kept_screen screen = {.width = 80};
    for (size_t i = 0; i < all.n; i++) {
        KEPT_AUTO_BUF out = KEPT_BUF_INIT;
        kept_help_op(&out, all.ops[i], &screen);
        assert_false(out.failed);
        CHECK_CONTAINS(kept_buf_text(&out), "Usage\n");
    }
    unload();
}

/* --- What a workspace declares --- */

static const char visit[] =
    "kind: x_visit\ntitle: Visit\nplural: Visits\nprefix: XV\nstage: keep\npack: core\n"
    "summary: A visit to a customer.\nlabel: purpose\nof: customer\nquick: [customer, purpose]\n"
    "states:\n  planned: {title: Planned, moves: [made]}\n  made: {title: Made, closed: yes}\n"
    "fields:\n"
    "  - {name: purpose, type: text, title: Purpose, required: yes}\n"
    "  - {name: customer, type: ref, title: Customer, to: customer, required: yes}\n"
    "  - {name: people, type: refs, title: People met, to: person}\n"
    "  - {name: mood, type: choice, title: Mood, choices: [warm, cool]}\n";
static const char extra[] = "extends: promise\nfields:\n"
                            "  - {name: x_clause, type: text, title: Clause of the contract}\n";

/* A folder with the catalogue of a workspace; its records are in files of these texts. */
static void make_workspace(char *folder, const char *one, const char *other)
{
    static const char *const folders[] = {"catalogue", "catalogue/records"};
    const char *const texts[] = {one, other};
    char path[256];
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/catalogue/records/%zu.yaml", folder, i);
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_true(fputs(texts[i], f) >= 0);
        assert_int_equal(fclose(f), 0);
    }
}

static void remove_workspace(const char *folder)
{
    static const char *const names[] = {"catalogue/records/0.yaml", "catalogue/records/1.yaml",
                                        "catalogue/records", "catalogue", ""};
    char path[256];
    for (size_t i = 0; i < KEPT_N(names); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        assert_int_equal(remove(path), 0);
    }
}

void test_table__of_a_workspace_has_its_own_kinds(void **state)
{
    (void)state;
    char folder[] = "/tmp/kept-table-XXXXXX";
    make_workspace(folder, visit, extra);
    load();
    size_t built_in = all.n;
    assert_null(kept_op_find(&all, "x-visit add"));
    assert_null(kept_op_param(kept_op_find(&all, "promise add"), "x-clause"));
    unload();
    load_from(folder);
    assert_true(all.n > built_in);
    assert_non_null(kept_op_find(&all, "x-visit")); /* the short command */
    assert_non_null(kept_op_param(kept_op_find(&all, "x-visit list"), "mood"));
    assert_non_null(kept_op_param(kept_op_find(&all, "promise add"), "x-clause"));
    check_all();
    check_examples();
    unload();
    remove_workspace(folder);
}

void test_table__of_a_wrong_declaration_is_refused(void **state)
{
    (void)state;
    char folder[] = "/tmp/kept-table-XXXXXX";
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_op_table table = {NULL, 77};
    make_workspace(folder, "kind: visit\n", extra);
    assert_int_equal(kept_ops_load(folder, &arena, &table, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "0.yaml");
    assert_int_equal(table.n, 77); /* untouched */
    remove_workspace(folder);
}
