#include "cli/line.h"

#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "present/help.h"

enum { NAME_WORDS = 3 }; /* most words in the name of a command */

static const kept_param help_params[] = {
    {.name = "topic",
     .type = KEPT_P_TEXT,
     .value = "COMMAND|STAGE",
     .positional = true,
     .repeated = true,
     .help = "what to explain"},
    {.name = "man",
     .type = KEPT_P_FOLDER,
     .value = "DIR",
     .help = "write the man pages of all commands into this folder"},
    {.name = "completion",
     .type = KEPT_P_CHOICE,
     .value = "SHELL",
     .choices = "bash|zsh|fish",
     .help = "print the completion script of a shell"},
    {.name = "complete",
     .type = KEPT_P_FLAG,
     .help = "list what may stand in place of the last of the words that follow; for shells"},
};

const kept_op kept_help_command = {
    .name = "help",
    .stage = KEPT_GENERAL,
    .summary = "Explain a command, a stage, or everything",
    .example = "kept help know",
    .params = help_params,
    .n_params = KEPT_N(help_params),
    .access = KEPT_ALONE,
};

/* The line while it is taken apart. */
typedef struct parser {
    const kept_op_table *table;
    size_t argc;
    const char *const *argv;
    kept_arena *arena;
    kept_line *line;
    size_t next;      /* argument to look at */
    size_t name_left; /* words of the command's name still to skip */
    size_t place;     /* next parameter that may be given by place */
    bool literal;     /* after "--" */
    kept_err *err;
} parser;

/* --- What an argument is --- */

/* "-5", "-.5": a value, never an option. */
static bool is_number(const char *arg)
{
    return arg[0] == '-' && (strchr("0123456789", arg[1]) ? arg[1] != '\0' : arg[1] == '.');
}

static bool is_option(const char *arg)
{
    return arg[0] == '-' && arg[1] != '\0' && !is_number(arg);
}

static bool name_is(const char *arg, size_t len, const char *name)
{
    return strncmp(arg, name, len) == 0 && name[len] == '\0';
}

/* The option among params that "--name", "--name=value" or "-xvalue" means; NULL: none. */
static const kept_param *find_option(const kept_param *params, size_t n, const char *arg)
{
    bool is_long = arg[1] == '-';
    size_t len = is_long ? strcspn(arg + 2, "=") : 0;
    for (size_t i = 0; i < n; i++) {
        if (params[i].positional)
            continue;
        if (is_long ? name_is(arg + 2, len, params[i].name) : params[i].letter == arg[1])
            return &params[i];
    }
    return NULL;
}

/* Of a long one. */
static bool has_own_value(const char *arg)
{
    return strchr(arg, '=') != NULL;
}

/* The option of any command that arg means; NULL: of none. */
static const kept_param *find_anywhere(const kept_op_table *table, const char *arg)
{
    const kept_param *param = find_option(kept_globals, KEPT_N_GLOBALS, arg);
    for (size_t i = 0; !param && i < table->n; i++)
        param = find_option(table->ops[i]->params, table->ops[i]->n_params, arg);
    return param;
}

/* Whether the argument after arg is its value, before it is known which command arg belongs to. */
static bool takes_next(const kept_op_table *table, const char *arg)
{
    const kept_param *param = NULL;
    if (arg[1] == '-') {
        param = has_own_value(arg) ? NULL : find_anywhere(table, arg);
        return param && param->type != KEPT_P_FLAG;
    }
    for (size_t i = 1; arg[i]; i++) {
        const char one[] = {'-', arg[i], '\0'};
        param = find_anywhere(table, one);
        if (!param || param->type != KEPT_P_FLAG)
            return param && !arg[i + 1];
    }
    return false;
}

bool kept_line_wants_json(size_t argc, const char *const *argv)
{
    for (size_t i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}

const kept_param *kept_line_option(const kept_op *op, const char *arg)
{
    const kept_param *param = op ? find_option(op->params, op->n_params, arg) : NULL;
    return param ? param : find_option(kept_globals, KEPT_N_GLOBALS, arg);
}

/* The value of w in "-w", "-wDIR", "-qw": own is what stands behind it in the same argument. */
static const char *short_workspace(const char *arg)
{
    char letter = kept_globals[KEPT_G_WORKSPACE].letter;
    for (const char *c = arg + 1; *c; c++) {
        const char one[] = {'-', *c, '\0'};
        const kept_param *param = find_option(kept_globals, KEPT_N_GLOBALS, one);
        if (*c == letter)
            return c + 1;
        if (!param || param->type != KEPT_P_FLAG)
            return NULL;
    }
    return NULL;
}

const char *kept_line_workspace(size_t argc, const char *const *argv)
{
    const char *found = NULL;
    for (size_t i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *own = NULL;
        if (kept_text_starts(argv[i], "--workspace="))
            own = strchr(argv[i], '=') + 1;
        else if (strcmp(argv[i], "--workspace") == 0)
            own = "";
        else if (is_option(argv[i]) && argv[i][1] != '-')
            own = short_workspace(argv[i]);
        if (own)
            found = *own ? own : i + 1 < argc ? argv[i + 1] : found;
    }
    return found;
}

/* --- Which command --- */

static size_t leading_words(const parser *p, const char *words[static NAME_WORDS])
{
    size_t n = 0;
    for (size_t i = 1; i < p->argc && n < NAME_WORDS && strcmp(p->argv[i], "--") != 0; i++) {
        if (!is_option(p->argv[i]))
            words[n++] = p->argv[i];
        else if (takes_next(p->table, p->argv[i]))
            i++;
    }
    return n;
}

static const char *join(const char *const *words, size_t n, kept_buf *out)
{
    kept_buf_clear(out);
    for (size_t i = 0; i < n; i++)
        kept_buf_printf(out, "%s%s", i ? " " : "", words[i]);
    return kept_buf_text(out);
}

/* Whether commands begin with these words and go on. */
static bool begins(const kept_op_table *table, const char *words)
{
    size_t len = strlen(words);
    for (size_t i = 0; len && i < table->n; i++)
        if (kept_text_starts(table->ops[i]->name, words) && table->ops[i]->name[len] == ' ')
            return true;
    return false;
}

enum { NEXT = 64 }; /* most that are listed behind one word */

/* What may follow word in the names of commands, as "fit" behind "clv"; returns how many. */
static size_t find_next(const kept_op_table *table, const char *word, const char *next[static NEXT])
{
    size_t n = 0, len = strlen(word);
    for (size_t i = 0; i < table->n && n < NEXT; i++)
        if (kept_text_starts(table->ops[i]->name, word) && table->ops[i]->name[len] == ' ')
            next[n++] = table->ops[i]->name + len + 1;
    return n;
}

/* "add, list or show" */
static const char *list_words(const char *const *words, size_t n, kept_buf *out)
{
    for (size_t i = 0; i < n; i++)
        kept_buf_printf(out, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : " or ", words[i]);
    return kept_buf_text(out);
}

/* The first word begins commands, but none goes on so. */
static kept_status unknown_next(const parser *p, const char *const *words, size_t n,
                                const char *const *next, size_t n_next)
{
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    const char *all = list_words(next, n_next, &list);
    if (n == 1)
        return kept_fail(p->err, KEPT_EARG, "\"kept %.60s\" wants one more word: %.300s.", words[0],
                         all);
    const char *near = kept_text_nearest(words[1], next, n_next);
    if (near)
        return kept_fail(
            p->err, KEPT_EARG,
            "There is no command \"kept %.60s %.60s\". Did you mean \"kept %.60s %s\"?", words[0],
            words[1], words[0], near);
    return kept_fail(
        p->err, KEPT_EARG,
        "There is no command \"kept %.60s %.60s\"; \"kept %.60s\" goes on with %.250s.", words[0],
        words[1], words[0], all);
}

/* The command nearest to words of which even the first is wrong, "promise list" for "promis list";
 * NULL: none is near. */
static const char *nearest(const parser *p, const char *const *words, size_t n, kept_buf *out)
{
    const char *next[NEXT] = {NULL};
    const char *help = kept_help_command.name;
    const char *near = kept_op_nearest(p->table, words[0]);
    if (!near)
        return kept_text_nearest(words[0], &help, 1);
    kept_buf_add_n(out, near, strcspn(near, " "));
    size_t n_next = find_next(p->table, kept_buf_text(out), next);
    const char *second = n > 1 ? kept_text_nearest(words[1], next, n_next) : NULL;
    if (!second)
        return near;
    kept_buf_printf(out, " %s", second);
    return kept_buf_text(out);
}

static kept_status unknown_command(const parser *p, const char *const *words, size_t n)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    const char *next[NEXT] = {NULL};
    size_t n_next = find_next(p->table, words[0], next);
    if (n_next)
        return unknown_next(p, words, n, next, n_next);
    /* Words behind a wrong first word may be values as well as part of a name. */
    const char *near = nearest(p, words, n, &text);
    if (near)
        return kept_fail(p->err, KEPT_EARG,
                         "There is no command \"kept %.80s\". Did you mean \"kept %s\"?", words[0],
                         near);
    return kept_fail(p->err, KEPT_EARG,
                     "There is no command \"kept %.80s\". \"kept help\" lists all commands.",
                     words[0]);
}

static kept_status find_command(parser *p)
{
    const char *words[NAME_WORDS] = {NULL};
    size_t n = leading_words(p, words);
    KEPT_AUTO_BUF name = KEPT_BUF_INIT;
    for (size_t k = n; k > 0 && !p->line->op; k--) {
        p->line->op = kept_op_find(p->table, join(words, k, &name));
        if (!p->line->op && k == 1 && strcmp(words[0], kept_help_command.name) == 0)
            p->line->op = &kept_help_command;
        if (p->line->op)
            p->name_left = k;
    }
    p->line->words = kept_arena_strdup(p->arena, p->line->op ? "" : join(words, n, &name));
    if (!p->line->words || name.failed)
        return kept_nomem(p->err);
    return KEPT_OK;
}

/* --- Options and values --- */

static kept_status add_value(parser *p, kept_given *given, const char *value)
{
    if (!given->values) {
        given->values = KEPT_NEW_N(p->arena, const char *, p->argc + 1);
        if (!given->values)
            return kept_nomem(p->err);
    }
    given->values[given->n++] = value;
    return KEPT_OK;
}

/* A flag counts once, the last time: "-qqq" is one argument, but the room is for one value each. */
static kept_status set_flag(parser *p, kept_given *given, const char *value)
{
    given->n = 0;
    return add_value(p, given, value);
}

static kept_status unknown_option(const parser *p, const char *arg)
{
    enum { MOST = 256 };
    const char *names[MOST] = {NULL};
    size_t n = 0;
    const kept_op *op = p->line->op;
    for (size_t i = 0; op && i < op->n_params && n < MOST - KEPT_N_GLOBALS; i++)
        if (!op->params[i].positional)
            names[n++] = op->params[i].name;
    for (size_t i = 0; i < KEPT_N_GLOBALS; i++)
        names[n++] = kept_globals[i].name;
    KEPT_AUTO_BUF word = KEPT_BUF_INIT;
    kept_buf_add_n(&word, arg, strcspn(arg, "="));
    const char *near = NULL;
    if (kept_text_starts(arg, "--"))
        near = kept_text_nearest(kept_buf_text(&word) + 2, names, n);
    return kept_fail(p->err, KEPT_EARG, "\"kept%s%s\" has no option %.80s.%s%s%s", op ? " " : "",
                     op ? op->name : "", kept_buf_text(&word), near ? " Did you mean --" : "",
                     near ? near : "", near ? "?" : "");
}

/* The value of an option that needs one: its own part of the argument, or the next argument. */
static kept_status option_value(parser *p, const kept_param *param, const char *own,
                                const char **ret_value)
{
    if (own) {
        *ret_value = own;
        return KEPT_OK;
    }
    const char *value = p->next < p->argc ? p->argv[p->next] : NULL;
    if (!value || is_option(value)) {
        if (value)
            return kept_fail(p->err, KEPT_EARG,
                             "--%s needs a value, %s, but is followed by %.40s (if that is the "
                             "value, write --%s=%.40s).",
                             param->name, kept_usage_value(param), value, param->name, value);
        return kept_fail(p->err, KEPT_EARG, "--%s needs a value: --%s %s.", param->name,
                         param->name, kept_usage_value(param));
    }
    p->next++;
    *ret_value = value;
    return KEPT_OK;
}

/* Finds the option of this command or of all; NULL: unknown. */
static const kept_param *lookup(const parser *p, const char *arg, kept_given **ret_given)
{
    const kept_param *param = kept_line_option(p->line->op, arg);
    if (param >= kept_globals && param < kept_globals + KEPT_N_GLOBALS)
        *ret_given = &p->line->globals[param - kept_globals];
    else if (param)
        *ret_given = &p->line->given[param - p->line->op->params];
    return param;
}

static kept_status take_long(parser *p, const char *arg)
{
    kept_given *given;
    const kept_param *param = lookup(p, arg, &given);
    if (!param)
        return unknown_option(p, arg);
    const char *own = strchr(arg, '=');
    const char *value = own ? own + 1 : "";
    if (param->type == KEPT_P_FLAG)
        return set_flag(p, given, value);
    KEPT_TRY(option_value(p, param, own ? own + 1 : NULL, &value));
    return add_value(p, given, value);
}

/* "-q", "-w DIR", "-wDIR", "-qw DIR". */
static kept_status take_short(parser *p, const char *arg)
{
    for (size_t i = 1; arg[i]; i++) {
        const char one[] = {'-', arg[i], '\0'};
        kept_given *given;
        const kept_param *param = lookup(p, one, &given);
        if (!param)
            return unknown_option(p, i == 1 ? arg : one);
        if (param->type == KEPT_P_FLAG) {
            KEPT_TRY(set_flag(p, given, ""));
            continue;
        }
        const char *value;
        KEPT_TRY(option_value(p, param, arg[i + 1] ? arg + i + 1 : NULL, &value));
        return add_value(p, given, value);
    }
    return KEPT_OK;
}

/* --- Values by place --- */

static kept_status take_word(parser *p, const char *word)
{
    if (p->name_left) {
        p->name_left--;
        return KEPT_OK;
    }
    const kept_op *op = p->line->op;
    if (!op)
        return KEPT_OK;
    while (p->place < op->n_params && !op->params[p->place].positional)
        p->place++;
    if (p->place == op->n_params) {
        KEPT_AUTO_BUF usage = KEPT_BUF_INIT;
        kept_usage_line(&usage, op);
        return kept_fail(p->err, KEPT_EARG, "\"%.80s\" is one word too many. Usage: %.300s", word,
                         kept_buf_text(&usage));
    }
    size_t i = op->params[p->place].repeated ? p->place : p->place++;
    return add_value(p, &p->line->given[i], word);
}

static kept_status take_all(parser *p)
{
    for (p->next = 1; p->next < p->argc;) {
        const char *arg = p->argv[p->next++];
        if (p->literal || !is_option(arg)) {
            KEPT_TRY(take_word(p, arg));
        } else if (strcmp(arg, "--") == 0) {
            p->literal = true;
        } else if (arg[1] == '-') {
            KEPT_TRY(take_long(p, arg));
        } else {
            KEPT_TRY(take_short(p, arg));
        }
    }
    return KEPT_OK;
}

kept_status kept_line_parse(const kept_op_table *table, size_t argc, const char *const *argv,
                            kept_arena *arena, kept_line *ret_line, kept_err *err)
{
    kept_line line = {.words = ""};
    parser p = {
        .table = table, .argc = argc, .argv = argv, .arena = arena, .line = &line, .err = err};
    KEPT_TRY(find_command(&p));
    line.given = KEPT_NEW_N(arena, kept_given, line.op ? line.op->n_params : 0);
    if (!line.given)
        return kept_nomem(err);
    const char *words[NAME_WORDS] = {NULL};
    size_t n = leading_words(&p, words);
    kept_status status = take_all(&p);
    /* Words that only begin a command ask what there is; a program that reads JSON does not. */
    bool asks = line.globals[KEPT_G_HELP].n > 0 ||
                (line.globals[KEPT_G_JSON].n == 0 && begins(table, line.words));
    /* Of a wrong command and a wrong option, the command is the one to say. */
    if (!line.op && n > 0 && (status != KEPT_OK || !asks))
        return unknown_command(&p, words, n);
    KEPT_TRY(status);
    *ret_line = line;
    return KEPT_OK;
}

/* --- A line that is still being typed --- */

/* The option at the end of arg whose value would be the next argument; NULL: none. */
static const kept_param *awaits_value(const kept_op *op, const char *arg)
{
    if (arg[1] == '-') {
        const kept_param *param = has_own_value(arg) ? NULL : kept_line_option(op, arg);
        return param && param->type != KEPT_P_FLAG ? param : NULL;
    }
    for (size_t i = 1; arg[i]; i++) {
        const char one[] = {'-', arg[i], '\0'};
        const kept_param *param = kept_line_option(op, one);
        if (param && param->type != KEPT_P_FLAG)
            return arg[i + 1] ? NULL : param;
    }
    return NULL;
}

/* The parameter that takes value number n given by place. */
static const kept_param *place_of(const kept_op *op, size_t n)
{
    for (size_t i = 0; op && i < op->n_params; i++)
        if (op->params[i].positional && (op->params[i].repeated || n-- == 0))
            return &op->params[i];
    return NULL;
}

kept_status kept_line_look(const kept_op_table *table, size_t argc, const char *const *argv,
                           kept_arena *arena, kept_line_end *ret_end, kept_err *err)
{
    kept_line line = {.words = ""};
    parser p = {
        .table = table, .argc = argc, .argv = argv, .arena = arena, .line = &line, .err = err};
    KEPT_TRY(find_command(&p));
    kept_line_end end = {.op = line.op};
    size_t n_values = 0;
    for (size_t i = 1; i < argc; i++) {
        if (end.literal || !is_option(argv[i])) {
            n_values += p.name_left == 0;
            p.name_left -= p.name_left > 0;
        } else if (strcmp(argv[i], "--") == 0) {
            end.literal = true;
        } else if ((end.value = awaits_value(line.op, argv[i])) && i + 1 < argc) {
            end.value = NULL;
            i++;
        }
    }
    end.place = place_of(line.op, n_values);
    if (!line.op)
        end.words = line.words;
    else if (n_values == 0)
        end.words = line.op->name;
    *ret_end = end;
    return KEPT_OK;
}
