#include "cli/complete.h"

#include <string.h>

#include "cli/line.h"
#include "op/globals.h"
#include "present/format.h"
#include "present/help.h"

enum { MEANING = 60 }; /* columns of what stands behind the tab */

/* --- Candidates --- */

/* before: what the word being typed begins with and the candidate does not, as "--state=". */
static void offer(kept_buf *out, const char *typed, const char *before, const char *word,
                  size_t len, const char *meaning)
{
    size_t skip = strlen(before), n = strlen(typed + skip);
    if (n > len || strncmp(word, typed + skip, n) != 0)
        return;
    kept_buf_add(out, before);
    kept_buf_add_n(out, word, len);
    if (meaning) {
        KEPT_AUTO_BUF brief = KEPT_BUF_INIT;
        kept_usage_brief(&brief, meaning, MEANING);
        kept_buf_add_char(out, '\t');
        kept_format_clean(out, kept_buf_text(&brief));
    }
    kept_buf_add_char(out, '\n');
}

static void offer_values(kept_buf *out, const char *typed, const char *before,
                         const kept_param *param)
{
    KEPT_AUTO_BUF word = KEPT_BUF_INIT;
    const char *rest = param->choices;
    while (rest && kept_usage_choice(&rest, &word))
        offer(out, typed, before, kept_buf_text(&word), word.len, NULL);
    if (param->type == KEPT_P_FILE || param->type == KEPT_P_OUTPUT)
        kept_buf_add(out, ":files\n");
    else if (param->type == KEPT_P_FOLDER)
        kept_buf_add(out, ":folders\n");
}

static void offer_options(kept_buf *out, const char *typed, const kept_param *params, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        KEPT_AUTO_BUF word = KEPT_BUF_INIT;
        if (params[i].positional)
            continue;
        kept_buf_printf(&word, "--%s", params[i].name);
        offer(out, typed, "", kept_buf_text(&word), word.len, params[i].help);
    }
}

/* --- Names of commands --- */

/* The word of name behind words, and its length; NULL: name does not go on from words. */
static const char *next_word(const char *name, const char *words, size_t *ret_len)
{
    size_t len = strlen(words);
    if (len && (strncmp(name, words, len) != 0 || name[len] != ' '))
        return NULL;
    const char *word = name + len + (len > 0);
    *ret_len = strcspn(word, " ");
    return *ret_len ? word : NULL;
}

/* What the next word of command i means: what the command does, when it ends there, else what its
 * family is. */
static const char *meaning_of(const kept_op *op, const char *end)
{
    if (op->family && strlen(op->family->name) == (size_t)(end - op->name))
        return op->family->summary;
    return *end ? NULL : op->summary;
}

static void offer_names(kept_buf *out, const char *typed, const kept_op_table *table,
                        const char *words)
{
    for (size_t i = 0; i < table->n; i++) {
        size_t len, other_len;
        const char *other, *meaning = NULL;
        const char *word = next_word(table->ops[i]->name, words, &len);
        bool offered = false;
        for (size_t k = 0; word && k < i && !offered; k++) {
            other = next_word(table->ops[k]->name, words, &other_len);
            offered = other && other_len == len && strncmp(other, word, len) == 0;
        }
        if (!word || offered)
            continue;
        for (size_t k = i; k < table->n && !meaning; k++) {
            other = next_word(table->ops[k]->name, words, &other_len);
            if (other && other_len == len && strncmp(other, word, len) == 0)
                meaning = meaning_of(table->ops[k], other + len);
        }
        offer(out, typed, "", word, len, meaning);
    }
}

/* --- The line --- */

static kept_status offer_topics(const kept_op_table *table, size_t argc, const char *const *argv,
                                kept_arena *arena, kept_buf *out, kept_err *err)
{
    kept_line_end end;
    size_t first = 1;
    while (first < argc && strcmp(argv[first], kept_help_command.name) != 0)
        first++;
    /* Behind "help" stand the words of a command as behind "kept". */
    KEPT_TRY(kept_line_look(table, argc - 1 - first, argv + first, arena, &end, err));
    const char *typed = argv[argc - 1];
    if (end.words && !end.words[0]) {
        for (int stage = 0; stage < KEPT_GENERAL; stage++) {
            const char *name = kept_stage_name((kept_stage)stage);
            offer(out, typed, "", name, strlen(name), kept_stage_question((kept_stage)stage));
        }
        offer(out, typed, "", "options", strlen("options"), "Options of every command");
    }
    if (end.words)
        offer_names(out, typed, table, end.words);
    return KEPT_OK;
}

kept_status kept_complete(const kept_op_table *table, size_t argc, const char *const *argv,
                          kept_arena *arena, kept_buf *out, kept_err *err)
{
    kept_line_end end;
    const char *typed = argc > 1 ? argv[argc - 1] : "";
    size_t n = argc > 1 ? argc - 1 : argc;
    KEPT_TRY(kept_line_look(table, n, argv, arena, &end, err));
    const char *equals = strchr(typed, '=');
    if (end.value) {
        offer_values(out, typed, "", end.value);
    } else if (!end.literal && typed[0] == '-' && equals) {
        const kept_param *param = kept_line_option(end.op, typed);
        const char *before = kept_arena_strndup(arena, typed, (size_t)(equals + 1 - typed));
        if (!before)
            return kept_nomem(err);
        if (param)
            offer_values(out, typed, before, param);
    } else if (!end.literal && typed[0] == '-') {
        if (end.op)
            offer_options(out, typed, end.op->params, end.op->n_params);
        offer_options(out, typed, kept_globals, KEPT_N_GLOBALS);
    } else if (end.op == &kept_help_command) {
        KEPT_TRY(offer_topics(table, argc, argv, arena, out, err));
    } else {
        if (end.words)
            offer_names(out, typed, table, end.words);
        if (end.words && !end.words[0])
            offer(out, typed, "", kept_help_command.name, strlen(kept_help_command.name),
                  kept_help_command.summary);
        if (end.place)
            offer_values(out, typed, "", end.place);
    }
    return out->failed ? kept_nomem(err) : KEPT_OK;
}
