#include "cli/cli.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"
#include "cli/complete.h"
#include "cli/line.h"
#include "cli/mail_result.h"
#include "cli/output.h"
#include "cli/pages.h"
#include "cli/terminal.h"
#include "op/ctx.h"
#include "present/completion.h"
#include "present/help.h"
#include "store/store.h"

typedef struct program {
    kept_op_table operations;
    const kept_op_table *table;
    const char *workspace; /* NULL: none was named, and we stand in none */
    kept_err undeclared;   /* why the workspace's own commands are missing; KEPT_OK: they are not */
    kept_arena arena;
    kept_line line;
    kept_output output;
    kept_ctx ctx;
    const char *command; /* the line as typed */
} program;

/* What is not there may be what a wrong declaration of the workspace hides: then that is said. */
static kept_status not_there(const program *p, kept_status status, kept_err *err)
{
    if (p->undeclared.code == KEPT_OK)
        return status;
    *err = p->undeclared;
    return err->code;
}

/* --- Help --- */

static kept_status help_topic(const program *p, const kept_given *topic, const kept_screen *screen,
                              kept_buf *out, kept_err *err)
{
    KEPT_AUTO_BUF words = KEPT_BUF_INIT;
    for (size_t i = 0; i < topic->n; i++)
        kept_buf_printf(&words, "%s%s", i ? " " : "", topic->values[i]);
    const char *name = kept_buf_text(&words);
    const kept_op *op = kept_op_find(p->table, name);
    kept_stage stage;
    if (topic->n == 0) {
        kept_help_overview(out, p->table, screen);
        if (p->undeclared.code != KEPT_OK)
            (void)kept_output_error(&p->undeclared, false, NULL);
    } else if (op) {
        kept_help_op(out, op, screen);
        kept_help_more(out, p->table, op, screen);
    } else if (kept_stage_find(name, &stage)) {
        kept_help_stage(out, p->table, stage, screen);
    } else if (strcmp(name, "options") == 0) {
        kept_help_options(out, screen);
    } else if (strcmp(name, "help") == 0) {
        kept_help_op(out, &kept_help_command, screen);
    } else if (kept_help_family(out, p->table, name, screen) == 0) {
        const char *near = kept_op_nearest(p->table, name);
        kept_status status =
            kept_fail(err, KEPT_EARG, "There is no command or stage \"%.80s\".%s%s%s", name,
                      near ? " Did you mean \"" : "", near ? near : "", near ? "\"?" : "");
        return not_there(p, status, err);
    }
    return KEPT_OK;
}

static kept_status run_help(const program *p, kept_err *err)
{
    enum { TOPIC, MAN, COMPLETION };
    const kept_given *given = p->line.given;
    const kept_screen screen = kept_terminal_screen(stdout);
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    if (given[MAN].n)
        return kept_pages_write(p->table, given[MAN].values[0], err);
    if (given[COMPLETION].n)
        KEPT_TRY(kept_completion(given[COMPLETION].values[0], &out, err));
    else
        KEPT_TRY(help_topic(p, &given[TOPIC], &screen, &out, err));
    return kept_output_text(&out, err);
}

/* --help on any line, or words that only begin a command: of the command, of those that begin so,
 * of everything. */
static kept_status help_for_line(const program *p, kept_err *err)
{
    const kept_screen screen = kept_terminal_screen(stdout);
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    const char *words = p->line.op ? p->line.op->name : p->line.words;
    const kept_given topic = {.values = &words, .n = words[0] ? 1 : 0};
    KEPT_TRY(help_topic(p, &topic, &screen, &out, err));
    return kept_output_text(&out, err);
}

/* kept help --complete WORD...: the words are those of another line, so nothing of them is read as
 * part of this one. */
static bool is_completion(int argc, const char *const *argv)
{
    return argc > 2 && strcmp(argv[1], kept_help_command.name) == 0 &&
           strcmp(argv[2], "--complete") == 0;
}

static kept_status complete(program *p, size_t argc, const char *const *argv, kept_err *err)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    KEPT_TRY(kept_complete(p->table, argc, argv, &p->arena, &out, err));
    return kept_output_text(&out, err);
}

static kept_status welcome(const program *p, kept_err *err)
{
    const kept_screen screen = kept_terminal_screen(stdout);
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_help_welcome(&out, p->table, &screen);
    return kept_output_text(&out, err);
}

/* --- The context --- */

static const char *user_name(kept_arena *arena)
{
    const struct passwd *user = getpwuid(getuid());
    const char *name = user && user->pw_name ? kept_arena_strdup(arena, user->pw_name) : NULL;
    return name ? name : "local user";
}

static kept_status read_global(const program *p, kept_global which, kept_arg *ret_arg,
                               kept_err *err)
{
    const kept_param *param = &kept_globals[which];
    const kept_given *given = &p->line.globals[which];
    *ret_arg = (kept_arg){.param = param};
    if (given->n > 1)
        return kept_fail(err, KEPT_EARG, "--%s is given %zu times; once is enough.", param->name,
                         given->n);
    if (given->n == 1)
        return kept_arg_read(param, given->values[0], ret_arg, err);
    return param->preset ? kept_arg_read(param, param->preset, ret_arg, err) : KEPT_OK;
}

static kept_status set_clocks(program *p, kept_err *err)
{
    kept_arg as_of, known_at;
    KEPT_TRY(read_global(p, KEPT_G_AS_OF, &as_of, err));
    KEPT_TRY(read_global(p, KEPT_G_KNOWN_AT, &known_at, err));
    if (as_of.present)
        p->ctx.scope.as_of = (int32_t)as_of.integer;
    if (known_at.present && !kept_time_read(known_at.text, true, &p->ctx.scope.known_at))
        return kept_fail(err, KEPT_EARG,
                         "--known-at takes a day or a time as 2024-03-31 or 2024-03-31T12:00Z, not "
                         "\"%.80s\".",
                         known_at.text);
    return KEPT_OK;
}

/* Known before the line is read: the workspace's own declarations make commands too. */
static void find_workspace(program *p, int argc, const char *const *argv)
{
    const char *named = kept_line_workspace((size_t)argc, argv);
    const char *env = getenv("KEPT_WORKSPACE");
    if (named)
        p->workspace = named;
    else if (env && env[0])
        p->workspace = env;
    else
        p->workspace = kept_store_find(".", &p->arena);
}

/* With a declaration that is wrong the built-in commands still run; what opens the workspace, or
 * names a command that is not there, then says what is wrong. */
static kept_status load_operations(program *p, kept_op_loader load, kept_err *err)
{
    p->table = &p->operations;
    if (p->workspace && load(p->workspace, &p->arena, &p->operations, &p->undeclared) == KEPT_OK)
        return KEPT_OK;
    return load(NULL, &p->arena, &p->operations, err);
}

static kept_status set_context(program *p, kept_err *err)
{
    kept_arg folder, seed, threads;
    KEPT_TRY(read_global(p, KEPT_G_WORKSPACE, &folder, err));
    KEPT_TRY(read_global(p, KEPT_G_SEED, &seed, err));
    KEPT_TRY(read_global(p, KEPT_G_THREADS, &threads, err));
    p->ctx.arena = &p->arena;
    /* Whoever can read the folder owns it: the command line asks for no sign-in. */
    p->ctx.scope = (kept_scope)KEPT_SCOPE_ALL(user_name(&p->arena));
    p->ctx.role = KEPT_ROLE_ADMIN;
    p->ctx.seed = (uint64_t)seed.integer;
    p->ctx.threads = (size_t)threads.integer;
    p->ctx.cards = p->output.cards;
    p->ctx.workspace = folder.present ? folder.text : p->workspace;
    return set_clocks(p, err);
}

/* --- Running --- */

/* Where the mail cannot be sent the result is printed instead, so that it is not lost; to a program
 * that reads JSON the error is the answer. */
static kept_status put_out(program *p, const kept_result *result, const kept_mail_server *server,
                           kept_err *err)
{
    const kept_output *output = &p->output;
    bool elsewhere = kept_output_has_files(output);
    KEPT_TRY(kept_output_files(result, p->line.op, output, p->command, err));
    if (output->n_mail_to == 0)
        return kept_output_shown(result, output, elsewhere, err);
    kept_status sent =
        kept_mail_result(result, p->line.op, output, p->command, server, &p->ctx, err);
    if (sent == KEPT_OK || !output->json)
        KEPT_TRY(kept_output_shown(result, output, elsewhere || sent == KEPT_OK, err));
    return sent;
}

static kept_status run_op(program *p, bool *ret_no, kept_err *err)
{
    const kept_op *op = p->line.op;
    kept_mail_server server = {0};
    kept_result result;
    kept_args args;
    kept_result_init(&result, &p->arena);
    KEPT_TRY(kept_args_check(op, p->line.given, &p->arena, &args, err));
    if (p->output.n_mail_to) /* before anything is done */
        KEPT_TRY(kept_mail_server_read(&p->arena, &server, err));
    kept_progress progress = kept_progress_start(p->output.quiet);
    p->ctx.progress = kept_progress_show;
    p->ctx.progress_who = &progress;
    kept_status status = kept_op_run(op, &p->ctx, &args, &result, err);
    kept_progress_end(&progress);
    KEPT_TRY(status);
    *ret_no = result.answer_no;
    return put_out(p, &result, &server, err);
}

/* Without a command: the first screen of the workspace we stand in. */
static kept_status choose_first_screen(program *p, kept_err *err)
{
    const kept_op *start = kept_op_find(p->table, "start");
    if (!start || !p->ctx.workspace)
        return KEPT_OK;
    p->line.op = start;
    p->line.given = KEPT_NEW_N(&p->arena, kept_given, start->n_params);
    return p->line.given ? KEPT_OK : kept_nomem(err);
}

static bool asks_for(const program *p, kept_global flag)
{
    return p->line.globals[flag].n > 0;
}

static kept_status run_line(program *p, int argc, const char *const *argv, bool *ret_no,
                            kept_err *err)
{
    kept_status status = kept_line_parse(p->table, (size_t)argc, argv, &p->arena, &p->line, err);
    if (status != KEPT_OK)
        status = not_there(p, status, err);
    KEPT_TRY(status);
    if (asks_for(p, KEPT_G_HELP) || p->line.words[0])
        return help_for_line(p, err);
    if (p->line.op == &kept_help_command)
        return run_help(p, err);
    KEPT_TRY(kept_output_from_line(&p->line, &p->output, err));
    KEPT_TRY(set_context(p, err));
    if (!p->line.op && asks_for(p, KEPT_G_VERSION))
        p->line.op = kept_op_find(p->table, "version");
    else if (!p->line.op)
        KEPT_TRY(choose_first_screen(p, err));
    if (!p->line.op && p->output.n_mail_to)
        return kept_fail(err, KEPT_EARG,
                         "There is nothing to mail: no command is named, and you stand in no "
                         "workspace.");
    if (!p->line.op)
        return welcome(p, err);
    return run_op(p, ret_no, err);
}

/* The line as typed, words with blanks in quotes: good enough to read and to repeat. */
static const char *typed(kept_arena *arena, int argc, const char *const *argv)
{
    KEPT_AUTO_BUF line = KEPT_BUF_INIT;
    kept_buf_add(&line, "kept");
    for (int i = 1; i < argc; i++) {
        bool quotes = argv[i][0] == '\0' || strpbrk(argv[i], " \t\n\"'*?$;&|<>()") != NULL;
        kept_buf_printf(&line, quotes ? " '%s'" : " %s", argv[i]);
    }
    const char *text = kept_arena_strdup(arena, kept_buf_text(&line));
    return text ? text : "kept";
}

static const char *advice_for(const program *p, const kept_err *err, kept_buf *out)
{
    if (err->code != KEPT_EARG)
        return NULL;
    const kept_op *op = p->line.op;
    if (op && op != &kept_help_command)
        kept_buf_printf(out, "See: kept %s --help", op->name);
    return out->len ? kept_buf_text(out) : NULL;
}

int kept_cli_run(kept_op_loader load, int argc, const char *const *argv, const volatile int *cancel)
{
    program p = {.arena = KEPT_ARENA_INIT, .line = {.words = ""}, .undeclared = KEPT_ERR_INIT};
    kept_err err = KEPT_ERR_INIT;
    bool no = false;
    p.command = typed(&p.arena, argc, argv);
    p.ctx.cancel = cancel;
    bool completes = is_completion(argc, argv);
    if (completes) { /* from here on the line is the other one */
        argc -= 2;
        argv += 2;
    }
    find_workspace(&p, argc, argv);
    kept_status status = load_operations(&p, load, &err);
    if (status == KEPT_OK && completes)
        status = complete(&p, (size_t)argc, argv, &err);
    else if (status == KEPT_OK)
        status = run_line(&p, argc, argv, &no, &err);
    kept_ctx_close(&p.ctx);
    int code = no ? kept_status_exit_code(KEPT_ENO) : 0;
    if (status != KEPT_OK) {
        KEPT_AUTO_BUF advice = KEPT_BUF_INIT;
        code = kept_output_error(&err, kept_line_wants_json((size_t)argc, argv),
                                 advice_for(&p, &err, &advice));
    }
    kept_arena_free(&p.arena);
    return code;
}
