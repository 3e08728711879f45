#include "present/help.h"

#include <string.h>

#include "op/globals.h"
#include "present/format.h"
#include "present/text_parts.h"
#include "present/wrap.h"

enum {
    INDENT = 2,
    COLUMN = 28, /* where explanations of parameters and results begin */
    NAMES = 24,  /* where those of commands begin */
    BRIEF = 70,  /* most columns of these */
};

static void heading(kept_buf *out, const kept_screen *screen, const char *text)
{
    kept_buf_add(out, out->len ? "\n" : "");
    kept_screen_bold(out, screen, text);
    kept_buf_add_char(out, '\n');
}

/* "  --until DATE      last day counted": what does not fit before the column gets its own line. */
static void entry_at(kept_buf *out, const kept_screen *screen, const char *left, const char *text,
                     size_t column)
{
    size_t at = INDENT + kept_text_width(left);
    kept_pad(out, INDENT);
    kept_buf_add(out, left);
    if (at + 2 > column) {
        kept_buf_add_char(out, '\n');
        at = 0;
    }
    kept_pad(out, column - at);
    kept_wrap(out, text, screen->width, column, column);
}

static void entry(kept_buf *out, const kept_screen *screen, const char *left, const char *text)
{
    entry_at(out, screen, left, text, COLUMN);
}

/* In lists of commands: one line each. */
static void brief_entry(kept_buf *out, const kept_screen *screen, const char *left,
                        const char *text)
{
    KEPT_AUTO_BUF brief = KEPT_BUF_INIT;
    size_t width = screen->width > NAMES + BRIEF ? BRIEF
                   : screen->width > NAMES + 20  ? screen->width - NAMES
                                                 : 20;
    kept_usage_brief(&brief, text, width);
    entry_at(out, screen, left, kept_buf_text(&brief), NAMES);
}

static void param_entry(kept_buf *out, const kept_screen *screen, const kept_param *param)
{
    KEPT_AUTO_BUF left = KEPT_BUF_INIT;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    const char *value = kept_usage_value(param);
    if (param->positional)
        kept_buf_printf(&left, "%s%s", value, param->repeated ? "..." : "");
    else if (param->letter)
        kept_buf_printf(&left, "-%c, --%s%s%s", param->letter, param->name, *value ? " " : "",
                        value);
    else
        kept_buf_printf(&left, "--%s%s%s", param->name, *value ? " " : "", value);
    kept_usage_help(&text, param);
    entry(out, screen, kept_buf_text(&left), kept_buf_text(&text));
}

static size_t list_stage(kept_buf *out, const kept_op_table *table, kept_stage stage,
                         const kept_screen *screen)
{
    size_t n = 0;
    for (size_t i = 0; i < table->n; i++) {
        const kept_op *op = table->ops[i];
        if (op->stage != stage || !kept_op_leads(table, i))
            continue;
        KEPT_AUTO_BUF name = KEPT_BUF_INIT;
        kept_buf_printf(&name, "%s%s", op->family ? op->family->name : op->name,
                        op->family ? " ..." : "");
        brief_entry(out, screen, kept_buf_text(&name),
                    op->family ? op->family->summary : op->summary);
        n++;
    }
    return n;
}

static void stage_heading(kept_buf *out, kept_stage stage, const kept_screen *screen)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_format_title(&text, kept_stage_name(stage), NULL);
    kept_buf_printf(&text, ": %s", kept_stage_question(stage));
    heading(out, screen, kept_buf_text(&text));
}

void kept_help_options(kept_buf *out, const kept_screen *screen)
{
    heading(out, screen, "Options of every command");
    for (size_t i = 0; i < KEPT_N_GLOBALS; i++)
        param_entry(out, screen, &kept_globals[i]);
}

/* --- Pages --- */

void kept_help_overview(kept_buf *out, const kept_op_table *table, const kept_screen *screen)
{
    kept_wrap(out,
              "Kept works out what customers are worth, what was promised to them, whether it was "
              "kept, and what that returned.",
              screen->width, 0, 0);
    heading(out, screen, "Usage");
    kept_buf_add(out,
                 "  kept COMMAND [options]\n"
                 "  kept COMMAND --help   what a command does, takes and returns; of NAME ...\n"
                 "                        which commands begin with it\n"
                 "  kept help STAGE       know, make, enable, keep, realise or learn\n"
                 "  kept help options     the options of every command: -w DIR, --as-of DATE,\n"
                 "                        --json, --csv, -o FILE ...\n");
    for (int i = 0; i < KEPT_N_STAGES; i++) {
        /* The workspace comes first: nobody gets further without one. */
        int stage = (KEPT_GENERAL + i) % KEPT_N_STAGES;
        KEPT_AUTO_BUF list = KEPT_BUF_INIT;
        if (list_stage(&list, table, (kept_stage)stage, screen) == 0)
            continue;
        stage_heading(out, (kept_stage)stage, screen);
        kept_buf_add(out, kept_buf_text(&list));
    }
}

void kept_help_stage(kept_buf *out, const kept_op_table *table, kept_stage stage,
                     const kept_screen *screen)
{
    stage_heading(out, stage, screen);
    if (list_stage(out, table, stage, screen) == 0)
        kept_buf_add(out, "  This version has no command for this stage.\n");
    for (size_t i = 0; i < table->n; i++) {
        if (table->ops[i]->stage != stage || !table->ops[i]->example)
            continue;
        heading(out, screen, "Example");
        kept_wrap(out, table->ops[i]->example, SIZE_MAX, INDENT, 0);
        return;
    }
}

static const kept_op_family *family_named(const kept_op_table *table, const char *name)
{
    for (size_t i = 0; i < table->n; i++)
        if (table->ops[i]->family && strcmp(table->ops[i]->family->name, name) == 0)
            return table->ops[i]->family;
    return NULL;
}

static void list_fields(kept_buf *out, const kept_op_family *family, const kept_screen *screen)
{
    if (!family->n_fields)
        return;
    heading(out, screen, "Fields");
    for (size_t i = 0; i < family->n_fields; i++) {
        KEPT_AUTO_BUF name = KEPT_BUF_INIT;
        kept_buf_printf(&name, "--%s", family->fields[i].name);
        brief_entry(out, screen, kept_buf_text(&name), family->fields[i].help);
    }
    kept_buf_printf(out, "\nWhat each takes: kept %s add --help\n", family->name);
}

/* The commands whose name goes on from words; returns how many. */
static size_t list_begun(kept_buf *out, const kept_op_table *table, const char *words,
                         const kept_screen *screen)
{
    size_t n = 0, len = strlen(words);
    for (size_t i = 0; i < table->n; i++) {
        const kept_op *op = table->ops[i];
        if (!kept_text_starts(op->name, words) || op->name[len] != ' ')
            continue;
        KEPT_AUTO_BUF name = KEPT_BUF_INIT;
        kept_buf_printf(&name, "kept %s", op->name);
        entry(out, screen, kept_buf_text(&name), op->summary);
        n++;
    }
    return n;
}

void kept_help_more(kept_buf *out, const kept_op_table *table, const kept_op *op,
                    const kept_screen *screen)
{
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    if (list_begun(&list, table, op->name, screen) == 0)
        return;
    heading(out, screen, "More commands");
    kept_buf_add(out, kept_buf_text(&list));
}

size_t kept_help_family(kept_buf *out, const kept_op_table *table, const char *words,
                        const kept_screen *screen)
{
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    const kept_op_family *family = family_named(table, words);
    size_t n = list_begun(&list, table, words, screen);
    if (n == 0)
        return 0;
    if (family) {
        KEPT_AUTO_BUF title = KEPT_BUF_INIT;
        kept_buf_printf(&title, "kept %s", words);
        kept_screen_bold(out, screen, kept_buf_text(&title));
        kept_buf_add(out, " - ");
        kept_wrap(out, family->summary, screen->width, INDENT,
                  kept_text_width(kept_buf_text(&title)) + 3);
    }
    heading(out, screen, "Commands");
    kept_buf_add(out, kept_buf_text(&list));
    if (family)
        list_fields(out, family, screen);
    return n;
}

static bool has_params(const kept_op *op, bool positional)
{
    for (size_t i = 0; i < op->n_params; i++)
        if (op->params[i].positional == positional)
            return true;
    return false;
}

static void list_params(kept_buf *out, const kept_op *op, bool positional,
                        const kept_screen *screen)
{
    if (!has_params(op, positional))
        return;
    heading(out, screen, positional ? "Given by place" : "Options");
    for (size_t i = 0; i < op->n_params; i++)
        if (op->params[i].positional == positional)
            param_entry(out, screen, &op->params[i]);
}

static void field_names(kept_buf *out, const kept_field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++)
        kept_buf_printf(out, "%s%s", i ? ", " : "", fields[i].name);
}

static void list_results(kept_buf *out, const kept_op *op, const kept_screen *screen)
{
    bool any = (op->groups && op->groups[0]) || (op->tables && op->tables[0]);
    if (!any)
        return;
    heading(out, screen, "Returns, under these names in JSON, CSV and workbooks");
    KEPT_AUTO_BUF names = KEPT_BUF_INIT;
    for (size_t i = 0; op->groups && op->groups[i]; i++) {
        const kept_group_def *def = op->groups[i];
        kept_buf_clear(&names);
        field_names(&names, def->fields, def->n_fields);
        entry(out, screen, def->name[0] ? def->name : "single figures", kept_buf_text(&names));
    }
    for (size_t i = 0; op->tables && op->tables[i]; i++) {
        const kept_table_def *def = op->tables[i];
        KEPT_AUTO_BUF left = KEPT_BUF_INIT;
        kept_buf_printf(&left, "table %s", def->name);
        kept_buf_clear(&names);
        field_names(&names, def->fields, def->n_fields);
        entry(out, screen, kept_buf_text(&left), kept_buf_text(&names));
    }
}

void kept_help_op(kept_buf *out, const kept_op *op, const kept_screen *screen)
{
    KEPT_AUTO_BUF title = KEPT_BUF_INIT;
    kept_buf_printf(&title, "kept %s", op->name);
    kept_screen_bold(out, screen, kept_buf_text(&title));
    kept_buf_add(out, " - ");
    size_t at = kept_text_width(kept_buf_text(&title)) + 3;
    kept_wrap(out, op->summary, screen->width, INDENT, at);
    heading(out, screen, "Usage");
    KEPT_AUTO_BUF usage = KEPT_BUF_INIT;
    kept_usage_line(&usage, op);
    kept_wrap(out, kept_buf_text(&usage), screen->width, INDENT, 0);
    if (op->detail) {
        kept_buf_add_char(out, '\n');
        kept_wrap(out, op->detail, screen->width, 0, 0);
    }
    list_params(out, op, true, screen);
    list_params(out, op, false, screen);
    if (op->example) {
        heading(out, screen, "Example");
        kept_wrap(out, op->example, SIZE_MAX, INDENT, 0);
    }
    list_results(out, op, screen);
    kept_buf_add_char(out, '\n');
    kept_wrap(
        out,
        "Also takes the options of every command (-w DIR, --as-of DATE, --json, --csv, --xlsx "
        "FILE, --html FILE ...): kept help options",
        screen->width, 0, 0);
}

void kept_help_welcome(kept_buf *out, const kept_op_table *table, const kept_screen *screen)
{
    static const char *const first_steps[] = {"demo", "init", "import", "clv fit"};
    kept_wrap(out,
              "Kept works out what customers are worth, what was promised to them, whether it was "
              "kept, and what that returned. It keeps what it knows in a workspace: one folder. "
              "There is none here.",
              screen->width, 0, 0);
    heading(out, screen, "To begin");
    for (size_t i = 0; i < sizeof first_steps / sizeof first_steps[0]; i++) {
        const kept_op *op = kept_op_find(table, first_steps[i]);
        if (!op)
            continue;
        kept_wrap(out, op->example, SIZE_MAX, INDENT, 0);
        kept_wrap(out, op->summary, screen->width, INDENT + 4, 0);
    }
    kept_buf_add(out, "  kept help\n      Show all commands\n");
}
