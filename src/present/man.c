#include "present/man.h"

#include <string.h>

#include "base/date.h"
#include "op/globals.h"
#include "present/format.h"
#include "present/help.h"
#include "present/wrap.h"

enum { BRIEF = 70 }; /* columns of a page's one line */

/* --- Text in roff --- */

/* One word or more inside a macro line: no blank may split it, no quote may end it. */
static void add_word(kept_buf *out, const char *text)
{
    kept_buf_add_char(out, '"');
    for (; *text; text++) {
        switch (*text) {
        case '\\':
            kept_buf_add(out, "\\e");
            break;
        case '"':
            kept_buf_add(out, "\\(dq");
            break;
        case '-':
            kept_buf_add(out, "\\-");
            break;
        default:
            kept_buf_add_char(out, *text);
        }
    }
    kept_buf_add_char(out, '"');
}

/* Running text: a new line after each sentence, no line that roff would take for a macro. */
static void add_text(kept_buf *out, const char *text)
{
    KEPT_AUTO_BUF lines = KEPT_BUF_INIT;
    KEPT_AUTO_BUF safe = KEPT_BUF_INIT;
    for (const char *p = text; *p; p++) {
        if (*p == '\\')
            kept_buf_add(&safe, "\\e");
        else if (*p == ' ' && p > text && strchr(".?!", p[-1]) && (p < text + 2 || p[-2] != '.'))
            kept_buf_add_char(&safe, '\n');
        else
            kept_buf_add_char(&safe, *p);
    }
    kept_wrap(&lines, kept_buf_text(&safe), 78, 0, 0);
    const char *line = kept_buf_text(&lines);
    while (*line) {
        size_t len = strcspn(line, "\n");
        while (len && *line == ' ') {
            line++;
            len--;
        }
        if (len == 0) {
            kept_buf_add(out, ".Pp\n");
        } else {
            if (*line == '.' || *line == '\'')
                kept_buf_add(out, "\\&");
            kept_buf_add_n(out, line, len);
            kept_buf_add_char(out, '\n');
        }
        line += len + (line[len] == '\n');
    }
}

static void add_head(kept_buf *out, const kept_man *man, const char *name, const char *what)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    int year, month, day;
    kept_day_to_civil(man->day, &year, &month, &day);
    kept_buf_printf(out, ".Dd %s %d, %d\n.Dt ", months[month - 1], day, year);
    for (const char *p = name; *p; p++)
        kept_buf_add_char(out, *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p);
    kept_buf_printf(out, " 1\n.Os \"Kept %s\"\n.Sh NAME\n.Nm %s\n.Nd ", man->version, name);
    /* The description of a page begins small and has no full stop. */
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    if (what[0] >= 'A' && what[0] <= 'Z' && what[1] >= 'a' && what[1] <= 'z')
        kept_buf_printf(&text, "%c%s", what[0] - 'A' + 'a', what + 1);
    else
        kept_buf_add(&text, what);
    KEPT_AUTO_BUF safe = KEPT_BUF_INIT;
    add_word(&safe, kept_buf_text(&text));
    kept_buf_printf(out, "%s\n", kept_buf_text(&safe));
}

void kept_man_name(kept_buf *out, const kept_op *op)
{
    kept_buf_add(out, "kept-");
    for (const char *p = op->family ? op->family->name : op->name; *p; p++)
        kept_buf_add_char(out, *p == ' ' ? '-' : *p);
}

/* --- Parameters --- */

static void add_value(kept_buf *out, const kept_param *param)
{
    if (param->type == KEPT_P_FLAG)
        return;
    kept_buf_add(out, " Ar ");
    add_word(out, kept_usage_value(param));
}

static void synopsis_param(kept_buf *out, const kept_param *param)
{
    kept_buf_add(out, param->required ? "." : ".Op ");
    if (param->positional) {
        kept_buf_add(out, "Ar ");
        add_word(out, kept_usage_value(param));
        kept_buf_add(out, param->repeated ? " ...\n" : "\n");
        return;
    }
    kept_buf_add(out, "Fl ");
    kept_buf_printf(out, "\\-%s", param->name);
    add_value(out, param);
    kept_buf_add_char(out, '\n');
}

static void param_item(kept_buf *out, const kept_param *param)
{
    kept_buf_add(out, ".It ");
    if (param->positional) {
        kept_buf_add(out, "Ar ");
        add_word(out, kept_usage_value(param));
    } else {
        if (param->letter)
            kept_buf_printf(out, "Fl %c , ", param->letter);
        kept_buf_printf(out, "Fl \\-%s", param->name);
        add_value(out, param);
    }
    kept_buf_add_char(out, '\n');
    KEPT_AUTO_BUF help = KEPT_BUF_INIT;
    kept_usage_help(&help, param);
    kept_buf_add_char(&help, '.');
    add_text(out, kept_buf_text(&help));
}

static void list_params(kept_buf *out, const kept_param *params, size_t n)
{
    kept_buf_add(out, ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < n; i++)
        param_item(out, &params[i]);
    kept_buf_add(out, ".El\n");
}

/* --- Results --- */

static void list_fields(kept_buf *out, const kept_field *fields, size_t n)
{
    kept_buf_add(out, ".Bl -tag -width Ds -compact\n");
    for (size_t i = 0; i < n; i++) {
        KEPT_AUTO_BUF text = KEPT_BUF_INIT;
        kept_format_title(&text, fields[i].name, fields[i].title);
        if (fields[i].unit)
            kept_buf_printf(&text, " (%s)", fields[i].unit);
        if (fields[i].help)
            kept_buf_printf(&text, ": %s", fields[i].help);
        kept_buf_printf(out, ".It Va %s\n", fields[i].name);
        add_text(out, kept_buf_text(&text));
    }
    kept_buf_add(out, ".El\n");
}

static void add_results(kept_buf *out, const kept_op *op)
{
    bool any = (op->groups && op->groups[0]) || (op->tables && op->tables[0]);
    if (!any)
        return;
    kept_buf_add(out, ".Sh RESULT\nThe names are those of JSON, CSV and workbooks.\n");
    for (size_t i = 0; op->groups && op->groups[i]; i++) {
        const kept_group_def *def = op->groups[i];
        if (def->name[0])
            kept_buf_printf(out, ".Pp\nSingle figures under\n.Va %s :\n", def->name);
        else
            kept_buf_add(out, ".Pp\nSingle figures:\n");
        list_fields(out, def->fields, def->n_fields);
    }
    for (size_t i = 0; op->tables && op->tables[i]; i++) {
        const kept_table_def *def = op->tables[i];
        kept_buf_printf(out, ".Pp\nTable\n.Va %s :\n", def->name);
        list_fields(out, def->fields, def->n_fields);
    }
}

static void add_exit_status(kept_buf *out)
{
    static const char *const rows[][2] = {
        {"0", "Done."},
        {"1", "The answer is no: a check failed."},
        {"2", "Wrong usage."},
        {"3", "Bad input: the sentence says which file, line and column."},
        {"4", "Not found, or not allowed."},
        {"5", "Another process is writing to the workspace."},
        {"70", "Our fault, or out of memory."},
        {"130", "Stopped; the workspace is as before."},
    };
    kept_buf_add(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        kept_buf_printf(out, ".It %s\n%s\n", rows[i][0], rows[i][1]);
    kept_buf_add(out, ".El\n");
}

static void add_examples(kept_buf *out, const char *example)
{
    kept_buf_add(out, ".Sh EXAMPLES\n");
    while (*example) {
        size_t len = strcspn(example, "\n");
        KEPT_AUTO_BUF line = KEPT_BUF_INIT;
        kept_buf_add_n(&line, example, len);
        kept_buf_add(out, ".Dl ");
        add_word(out, kept_buf_text(&line));
        kept_buf_add_char(out, '\n');
        example += len + (example[len] == '\n');
    }
}

/* --- Pages --- */

static void add_synopsis(kept_buf *out, const kept_op *op)
{
    kept_buf_printf(out, ".Nm \"kept %s\"\n", op->name);
    for (int positional = 1; positional >= 0; positional--)
        for (size_t i = 0; i < op->n_params; i++)
            if (op->params[i].positional == positional)
                synopsis_param(out, &op->params[i]);
}

static void add_description(kept_buf *out, const kept_op *op)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_buf_printf(&text, "%s.", op->summary);
    add_text(out, kept_buf_text(&text));
    if (op->detail) {
        kept_buf_add(out, ".Pp\n");
        add_text(out, op->detail);
    }
}

static const char everywhere[] =
    ".Pp\nThe options of every command are described in\n.Xr kept 1 .\n";

void kept_man_op(kept_buf *out, const kept_op *op, const kept_man *man)
{
    KEPT_AUTO_BUF name = KEPT_BUF_INIT;
    kept_man_name(&name, op);
    add_head(out, man, kept_buf_text(&name), op->summary);
    kept_buf_add(out, ".Sh SYNOPSIS\n");
    add_synopsis(out, op);
    kept_buf_add(out, ".Sh DESCRIPTION\n");
    add_description(out, op);
    kept_buf_add(out, everywhere);
    if (op->n_params)
        list_params(out, op->params, op->n_params);
    add_results(out, op);
    add_exit_status(out);
    if (op->example)
        add_examples(out, op->example);
    kept_buf_add(out, ".Sh SEE ALSO\n.Xr kept 1\n");
}

static bool is_field(const kept_op_family *family, const kept_param *param)
{
    for (size_t i = 0; i < family->n_fields; i++)
        if (strcmp(family->fields[i].name, param->name) == 0)
            return true;
    return false;
}

/* What a command takes besides the fields, which have a section of their own. */
static void own_params(kept_buf *out, const kept_op *op)
{
    bool fields = false, any = false;
    for (size_t i = 0; i < op->n_params; i++) {
        bool field = is_field(op->family, &op->params[i]);
        fields |= field;
        any |= !field;
    }
    if (fields)
        kept_buf_add(out, ".Pp\nTakes the\n.Sx FIELDS\nas options.\n");
    if (!any)
        return;
    kept_buf_add(out, ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < op->n_params; i++)
        if (!is_field(op->family, &op->params[i]))
            param_item(out, &op->params[i]);
    kept_buf_add(out, ".El\n");
}

static void family_command(kept_buf *out, const kept_op *op)
{
    kept_buf_printf(out, ".Ss kept %s\n", op->name);
    add_description(out, op);
    kept_buf_add(out, ".Pp\n");
    KEPT_AUTO_BUF usage = KEPT_BUF_INIT;
    kept_usage_line(&usage, op);
    kept_buf_add(out, ".Dl ");
    add_word(out, kept_buf_text(&usage));
    kept_buf_add_char(out, '\n');
    own_params(out, op);
}

void kept_man_family(kept_buf *out, const kept_op_table *table, const kept_op_family *family,
                     const kept_man *man)
{
    KEPT_AUTO_BUF name = KEPT_BUF_INIT;
    KEPT_AUTO_BUF brief = KEPT_BUF_INIT;
    KEPT_AUTO_BUF examples = KEPT_BUF_INIT;
    kept_buf_printf(&name, "kept-%s", family->name);
    kept_usage_brief(&brief, family->summary, BRIEF);
    add_head(out, man, kept_buf_text(&name), kept_buf_text(&brief));
    kept_buf_printf(out, ".Sh SYNOPSIS\n.Nm \"kept %s\"\n.Ar command\n.Op Ar options\n",
                    family->name);
    kept_buf_add(out, ".Sh DESCRIPTION\n");
    add_text(out, family->summary);
    kept_buf_add(out, everywhere);
    for (size_t i = 0; i < table->n; i++) {
        const kept_op *op = table->ops[i];
        if (op->family != family)
            continue;
        family_command(out, op);
        if (op->example)
            kept_buf_printf(&examples, "%s%s", examples.len ? "\n" : "", op->example);
    }
    if (family->n_fields) {
        kept_buf_add(out, ".Sh FIELDS\n");
        list_params(out, family->fields, family->n_fields);
    }
    add_exit_status(out);
    add_examples(out, kept_buf_text(&examples));
    kept_buf_add(out, ".Sh SEE ALSO\n.Xr kept 1\n");
}

static void list_commands(kept_buf *out, const kept_op_table *table, kept_stage stage)
{
    bool any = false;
    for (size_t i = 0; i < table->n; i++) {
        const kept_op *op = table->ops[i];
        if (op->stage != stage || !kept_op_leads(table, i))
            continue;
        if (!any) {
            kept_buf_add(out, ".Ss ");
            add_word(out, kept_stage_question(stage));
            kept_buf_add(out, "\n.Bl -tag -width Ds\n");
        }
        any = true;
        KEPT_AUTO_BUF name = KEPT_BUF_INIT;
        KEPT_AUTO_BUF text = KEPT_BUF_INIT;
        kept_man_name(&name, op);
        kept_usage_brief(&text, op->family ? op->family->summary : op->summary, BRIEF);
        kept_buf_add_char(&text, '.');
        kept_buf_printf(out, ".It Xr %s 1\n", kept_buf_text(&name));
        add_text(out, kept_buf_text(&text));
    }
    kept_buf_add(out, any ? ".El\n" : "");
}

void kept_man_overview(kept_buf *out, const kept_op_table *table, const kept_man *man)
{
    add_head(out, man, "kept", "Customer value and promise management");
    kept_buf_add(out, ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n.Nm\n.Ar command\n"
                      ".Fl \\-help\n.Nm\n.Cm help\n.Op Ar stage | command | Cm options\n"
                      ".Sh DESCRIPTION\n");
    add_text(out,
             "Kept works out what customers are worth, what was promised to them, whether it was "
             "kept, and what that returned. Facts such as orders and deliveries are imported into "
             "a workspace, which is one folder. Without a command the first screen of the "
             "workspace is shown.");
    kept_buf_add(out,
                 ".Pp\nOptions may stand anywhere; values follow after a blank or after\n.Ql = .\n"
                 "After\n.Ql \\-\\-\neverything is taken as it stands.\n");
    list_params(out, kept_globals, KEPT_N_GLOBALS);
    kept_buf_add(out, ".Sh COMMANDS\n");
    for (int i = 0; i < KEPT_N_STAGES; i++)
        list_commands(out, table, (kept_stage)((KEPT_GENERAL + i) % KEPT_N_STAGES));
    kept_buf_add(out,
                 ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
                 ".It Ev KEPT_WORKSPACE\nThe workspace to use without\n.Fl w .\n"
                 ".It Ev NO_COLOR\nWhen set, nothing is printed in colour.\n"
                 ".It Ev COLUMNS\nWidth of the output in letters.\n"
                 ".It Ev KEPT_SMTP_URL\nThe mail server of\n.Fl -mail :\n"
                 ".Pa smtp://HOST:PORT\nor\n.Pa smtps://HOST:PORT .\n"
                 ".It Ev KEPT_SMTP_FROM\nThe address that mails come from.\n"
                 ".It Ev KEPT_SMTP_USER , KEPT_SMTP_PASSWORD , KEPT_SMTP_PASSWORD_FILE\n"
                 "Who signs in at the mail server, and the password or a file whose first line "
                 "it is.\n"
                 ".It Ev KEPT_SMTP_TLS\nEncryption on the way there:\n"
                 ".Cm required , try\nor\n.Cm off .\n"
                 "When it is not set: required, but off to this machine itself.\n"
                 ".It Ev SSL_CERT_FILE\nCertificates that mail servers are checked against.\n"
                 ".El\n");
    add_exit_status(out);
    add_examples(out, "kept clv fit --orders orders.csv");
}
