#include "op/field_param.h"

#include <string.h>

#include "base/text.h"

/* As many words, and as long, as kept_arg_read takes. */
enum { CHOICES_MOST = 60, CHOICE_LONGEST = 60 };

char *kept_record_option(kept_arena *arena, const char *name)
{
    char *option = kept_arena_strdup(arena, name);
    for (char *c = option; c && *c; c++)
        if (*c == '_')
            *c = '-';
    return option;
}

char *kept_record_field_option(kept_arena *arena, const kept_record_field *field)
{
    return kept_record_option(arena, field->option ? field->option : field->name);
}

const char *kept_param_words(kept_arena *arena, const char *const *words, size_t n,
                             const char *last)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        if (strlen(words[i]) > CHOICE_LONGEST || strchr(words[i], '|'))
            return NULL;
        kept_buf_printf(&out, "%s%s", i ? "|" : "", words[i]);
    }
    if (last)
        kept_buf_printf(&out, "|%s", last);
    return out.failed || n + (last != NULL) < 2 || n > CHOICES_MOST
               ? NULL
               : kept_arena_strdup(arena, kept_buf_text(&out));
}

static const char *value_word(const kept_record_field *field)
{
    static const char *const words[] = {
        [KEPT_RECORD_TEXT] = "WORDS",  [KEPT_RECORD_PROSE] = "WORDS",
        [KEPT_RECORD_CHOICE] = "WORD", [KEPT_RECORD_FLAG] = "yes|no",
        [KEPT_RECORD_INTEGER] = "N",   [KEPT_RECORD_NUMBER] = "NUMBER",
        [KEPT_RECORD_SHARE] = "SHARE", [KEPT_RECORD_MONEY] = "AMOUNT",
        [KEPT_RECORD_DATE] = "DATE",   [KEPT_RECORD_REF] = "RECORD",
        [KEPT_RECORD_REFS] = "RECORD",
    };
    return words[field->type];
}

/* "The customer it was given to": what the field means, in half a sentence. */
static const char *help_of(const kept_record_field *field, kept_arena *arena)
{
    const char *help = field->help && field->help[0] ? field->help : field->title;
    size_t len = strlen(help);
    return kept_arena_strndup(arena, help, len && help[len - 1] == '.' ? len - 1 : len);
}

bool kept_field_param(const kept_record_field *field, kept_arena *arena, kept_param *param)
{
    *param = (kept_param){.name = kept_record_field_option(arena, field),
                          .type = KEPT_P_TEXT,
                          .value = value_word(field),
                          .unit = field->unit,
                          .help = help_of(field, arena),
                          .repeated = field->type == KEPT_RECORD_REFS};
    if (field->type == KEPT_RECORD_CHOICE)
        param->choices = kept_param_words(arena, field->choices, field->n_choices, NULL);
    if (field->type == KEPT_RECORD_FLAG)
        param->choices = "yes|no";
    if (param->choices) {
        param->type = KEPT_P_CHOICE;
        param->value = "WORD";
    }
    return param->name && param->help;
}
