/* One script for each shell, self-contained: which words lead to which command, which options a
 * command takes, which take a value, and what the value is. */
#include "present/completion.h"

#include <string.h>

#include "op/globals.h"
#include "present/help.h"

/* What `kept help` explains besides commands. */
#define TOPICS "know make enable keep realise learn options"

/* --- Common --- */

/* Inside '...' of any of the shells. */
static void add_quoted(kept_buf *out, const char *text, const char *special)
{
    for (; *text; text++) {
        if (*text == '\'')
            kept_buf_add(out, "'\\''");
        else if (strchr(special, *text))
            kept_buf_printf(out, "\\%c", *text);
        else
            kept_buf_add_char(out, *text);
    }
}

static bool takes_value(const kept_param *param)
{
    return param->type != KEPT_P_FLAG;
}

static void add_choices(kept_buf *out, const kept_param *param, const char *between)
{
    KEPT_AUTO_BUF word = KEPT_BUF_INIT;
    const char *rest = param->choices;
    for (bool first = true; rest && kept_usage_choice(&rest, &word); first = false)
        kept_buf_printf(out, "%s%s", first ? "" : between, kept_buf_text(&word));
}

/* --- bash --- */

static void bash_options(kept_buf *out, const kept_param *params, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (params[i].positional)
            continue;
        kept_buf_printf(out, " --%s", params[i].name);
        if (params[i].letter)
            kept_buf_printf(out, " -%c", params[i].letter);
    }
}

/* The patterns of one option behind a command: 'clv fit:--out'|'clv fit:-o' */
static void bash_pattern(kept_buf *out, const char *command, const kept_param *param)
{
    const char *quote = *command ? "'" : "";
    kept_buf_printf(out, "    %s%s%s:--%s%s", *command ? "" : "*", quote, command, param->name,
                    quote);
    if (param->letter)
        kept_buf_printf(out, "|%s%s%s:-%c%s", *command ? "" : "*", quote, command, param->letter,
                        quote);
    kept_buf_add(out, ") ");
}

static void bash_values(kept_buf *out, const kept_param *param)
{
    switch (param->type) {
    case KEPT_P_FILE:
    case KEPT_P_OUTPUT:
        kept_buf_add(out, "kind=file ;;\n");
        return;
    case KEPT_P_FOLDER:
        kept_buf_add(out, "kind=folder ;;\n");
        return;
    case KEPT_P_CHOICE:
        kept_buf_add(out, "kind=words list='");
        add_choices(out, param, " ");
        kept_buf_add(out, "' ;;\n");
        return;
    default:
        kept_buf_add(out, "kind=any ;;\n");
    }
}

static void bash_value_cases(kept_buf *out, const char *command, const kept_param *params, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (params[i].positional || !takes_value(&params[i]))
            continue;
        bash_pattern(out, command, &params[i]);
        bash_values(out, &params[i]);
    }
}

static void bash_place_cases(kept_buf *out, const kept_op *op)
{
    size_t place = 0;
    for (size_t i = 0; i < op->n_params; i++) {
        const kept_param *p = &op->params[i];
        if (!p->positional)
            continue;
        if (p->repeated)
            kept_buf_printf(out, "    '%s:'*) ", op->name);
        else
            kept_buf_printf(out, "    '%s:%zu') ", op->name, place++);
        bash_values(out, p);
    }
}

static void add_commands(kept_buf *out, const kept_op_table *table, const char *quote)
{
    for (size_t i = 0; i < table->n; i++)
        kept_buf_printf(out, "    %s%s%s\n", quote, table->ops[i]->name, quote);
    kept_buf_printf(out, "    %shelp%s\n", quote, quote);
}

static const char bash_head[] =
    "# bash completion for kept, written by: kept help --completion bash\n"
    "\n"
    "# Sets kind (file, folder, words, any) for the value of an option of a command.\n"
    "_kept_value()\n"
    "{\n"
    "    kind= list=\n"
    "    case \"$1\" in\n";

static const char bash_middle[] = "    esac\n"
                                  "}\n"
                                  "\n"
                                  "# Sets kind for an argument given by place: \"COMMAND:PLACE\".\n"
                                  "_kept_place()\n"
                                  "{\n"
                                  "    kind= list=\n"
                                  "    case \"$1\" in\n";

static const char bash_tail[] =
    ")\n"
    "\n"
    "_kept()\n"
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} command= words= option= kind= list= next= place=0 c i "
    "w\n"
    "    [[ $cur == = ]] && cur=\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        w=${COMP_WORDS[i]}\n"
    "        [[ $w == = ]] && continue\n"
    "        if [[ $option ]]; then option=; continue; fi\n"
    "        if [[ $w == -* ]]; then\n"
    "            _kept_value \"$command:$w\"\n"
    "            [[ $kind ]] && option=$w\n"
    "            continue\n"
    "        fi\n"
    "        words=\"${words:+$words }$w\"\n"
    "        place=$((place + 1))\n"
    "        for c in \"${_kept_commands[@]}\"; do\n"
    "            [[ $c == \"$words\" ]] && command=$c place=0\n"
    "        done\n"
    "    done\n"
    "    if [[ $option ]]; then\n"
    "        _kept_value \"$command:$option\"\n"
    "    elif [[ $cur == -* ]]; then\n"
    "        kind=words list=$(_kept_options \"$command\")\n"
    "    else\n"
    "        _kept_place \"$command:$place\"\n"
    "        if ((place == 0)) || [[ -z $command ]]; then\n"
    "            for c in \"${_kept_commands[@]}\"; do\n"
    "                [[ -z $words || $c == \"$words \"* ]] || continue\n"
    "                c=${c#\"$words\"} c=${c# }\n"
    "                next=\"$next ${c%% *}\"\n"
    "            done\n"
    "        fi\n"
    "    fi\n"
    "    COMPREPLY=()\n"
    "    case $kind in\n"
    "    file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
    "    folder) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\") ;;\n"
    "    words) next=\"$next $list\" ;;\n"
    "    esac\n"
    "    [[ $next ]] && mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W \"$next\" -- "
    "\"$cur\" | "
    "sort -u)\n"
    "    return 0\n"
    "}\n"
    "\n"
    "complete -F _kept kept\n";

static void add_bash(kept_buf *out, const kept_op_table *table)
{
    kept_buf_add(out, bash_head);
    for (size_t i = 0; i < table->n; i++)
        bash_value_cases(out, table->ops[i]->name, table->ops[i]->params, table->ops[i]->n_params);
    bash_value_cases(out, "", kept_globals, KEPT_N_GLOBALS);
    kept_buf_add(out, bash_middle);
    for (size_t i = 0; i < table->n; i++)
        bash_place_cases(out, table->ops[i]);
    kept_buf_add(out, "    help:0) kind=words list='" TOPICS "' ;;\n"
                      "    esac\n}\n\n_kept_options()\n{\n    case \"$1\" in\n");
    for (size_t i = 0; i < table->n; i++) {
        kept_buf_printf(out, "    '%s') echo '", table->ops[i]->name);
        bash_options(out, table->ops[i]->params, table->ops[i]->n_params);
        kept_buf_add(out, "' ;;\n");
    }
    kept_buf_add(out, "    esac\n    echo '");
    bash_options(out, kept_globals, KEPT_N_GLOBALS);
    kept_buf_add(out, "'\n}\n\n_kept_commands=(\n");
    add_commands(out, table, "'");
    kept_buf_add(out, bash_tail);
}

/* --- zsh --- */

static void zsh_action(kept_buf *out, const kept_param *param)
{
    kept_buf_add_char(out, ':');
    add_quoted(out, kept_usage_value(param), ":[]\\");
    kept_buf_add_char(out, ':');
    if (param->type == KEPT_P_FILE || param->type == KEPT_P_OUTPUT) {
        kept_buf_add(out, "_files");
    } else if (param->type == KEPT_P_FOLDER) {
        kept_buf_add(out, "_files -/");
    } else if (param->type == KEPT_P_CHOICE) {
        kept_buf_add_char(out, '(');
        add_choices(out, param, " ");
        kept_buf_add_char(out, ')');
    } else {
        kept_buf_add_char(out, ' ');
    }
}

static void zsh_param(kept_buf *out, const kept_param *param)
{
    kept_buf_add(out, " \\\n        '");
    if (param->positional) {
        kept_buf_add(out, param->repeated ? "*" : param->required ? "" : ":");
        zsh_action(out, param);
    } else {
        kept_buf_printf(out, "%s--%s%s[", param->repeated ? "*" : "", param->name,
                        takes_value(param) ? "=" : "");
        add_quoted(out, param->help ? param->help : param->name, ":[]\\");
        kept_buf_add_char(out, ']');
        if (takes_value(param))
            zsh_action(out, param);
        if (param->letter) {
            kept_buf_printf(out, "' \\\n        '-%c[", param->letter);
            add_quoted(out, param->help ? param->help : param->name, ":[]\\");
            kept_buf_add_char(out, ']');
            if (takes_value(param))
                zsh_action(out, param);
        }
    }
    kept_buf_add_char(out, '\'');
}

static const char zsh_tail[] =
    "    local -a globals=(\"${_kept_globals[@]}\") next=()\n"
    "    local command= joined= c\n"
    "    local -i i seen=0 used=0\n"
    "    for ((i = 2; i < CURRENT; i++)); do\n"
    "        [[ $words[i] == -* ]] && break\n"
    "        joined=\"${joined:+$joined }$words[i]\" seen=$((i - 1))\n"
    "        for c in ${commands%%:*}; do\n"
    "            [[ $c == $joined ]] && command=$c used=$((i - 1))\n"
    "        done\n"
    "    done\n"
    "    if ((seen == CURRENT - 2)); then\n"
    "        for c in $commands; do\n"
    "            [[ -z $joined || $c == \"$joined \"* ]] || continue\n"
    "            c=${${c#$joined}# }\n"
    "            [[ ${c%%:*} == *' '* ]] && c=${c%% *}\n"
    "            next+=(\"$c\")\n"
    "        done\n"
    "        [[ $words[CURRENT] != -* ]] && ((${#next})) && _describe command next\n"
    "    fi\n"
    "    shift used words\n"
    "    ((CURRENT -= used))\n"
    "    case $command in\n";

static void add_zsh(kept_buf *out, const kept_op_table *table)
{
    kept_buf_add(out,
                 "#compdef kept\n# zsh completion for kept, written by: kept help --completion "
                 "zsh\n\n_kept()\n{\n    local -a commands=(\n");
    for (size_t i = 0; i < table->n; i++) {
        kept_buf_printf(out, "        '%s:", table->ops[i]->name);
        add_quoted(out, table->ops[i]->summary, ":\\");
        kept_buf_add(out, "'\n");
    }
    kept_buf_add(out, "        'help:Show help'\n    )\n    local -a _kept_globals=(");
    for (size_t i = 0; i < KEPT_N_GLOBALS; i++)
        zsh_param(out, &kept_globals[i]);
    kept_buf_add(out, "\n    )\n");
    kept_buf_add(out, zsh_tail);
    for (size_t i = 0; i < table->n; i++) {
        kept_buf_printf(out, "    '%s')\n        _arguments -S $globals", table->ops[i]->name);
        for (size_t k = 0; k < table->ops[i]->n_params; k++)
            zsh_param(out, &table->ops[i]->params[k]);
        kept_buf_add(out, " ;;\n");
    }
    kept_buf_add(out, "    help) _arguments -S $globals '*:topic:(" TOPICS ")' ;;\n"
                      "    *) _arguments -S $globals ;;\n    esac\n}\n\n_kept \"$@\"\n");
}

/* --- fish --- */

static void fish_param(kept_buf *out, const char *condition, const kept_param *param)
{
    kept_buf_printf(out, "complete -c kept -n '%s'", condition);
    if (!param->positional) {
        kept_buf_printf(out, " -l %s", param->name);
        if (param->letter)
            kept_buf_printf(out, " -s %c", param->letter);
    }
    switch (param->type) {
    case KEPT_P_FLAG:
        break;
    case KEPT_P_FILE:
    case KEPT_P_OUTPUT:
        kept_buf_add(out, param->positional ? " -F" : " -r -F");
        break;
    case KEPT_P_FOLDER:
        kept_buf_printf(out, "%s -a '(__fish_complete_directories)'",
                        param->positional ? "" : " -x");
        break;
    case KEPT_P_CHOICE:
        kept_buf_printf(out, "%s -a '", param->positional ? "" : " -x");
        add_choices(out, param, " ");
        kept_buf_add_char(out, '\'');
        break;
    default:
        if (!param->positional)
            kept_buf_add(out, " -x");
    }
    kept_buf_add(out, " -d '");
    /* In fish a backslash quotes inside single quotes. */
    for (const char *p = param->help ? param->help : param->name; *p; p++) {
        if (*p == '\'' || *p == '\\')
            kept_buf_add_char(out, '\\');
        kept_buf_add_char(out, *p);
    }
    kept_buf_add(out, "'\n");
}

/* Options whose next word is a value and no part of a command's name. */
static void fish_value_options(kept_buf *out, const kept_param *params, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (params[i].positional || !takes_value(&params[i]))
            continue;
        kept_buf_printf(out, " --%s", params[i].name);
        if (params[i].letter)
            kept_buf_printf(out, " -%c", params[i].letter);
    }
}

static const char fish_head[] =
    "# fish completion for kept, written by: kept help --completion fish\n"
    "\n"
    "function __kept_words\n"
    "    set -l skip 0\n"
    "    for w in (commandline -opc)[2..-1]\n"
    "        if test $skip -eq 1\n"
    "            set skip 0\n"
    "            continue\n"
    "        end\n"
    "        switch $w\n"
    "            case";

static const char fish_middle[] =
    "\n"
    "                set skip 1\n"
    "            case '-*'\n"
    "            case '*'\n"
    "                echo $w\n"
    "        end\n"
    "    end\n"
    "end\n"
    "\n"
    "function __kept_next\n"
    "    set -l words (__kept_words)\n"
    "    for c in $__kept_commands\n"
    "        set -l name (string split ' ' -- $c)\n"
    "        set -l n (count $words)\n"
    "        test (count $name) -gt $n; or continue\n"
    "        if test $n -eq 0; or test \"$name[1..$n]\" = \"$words\"\n"
    "            echo $name[(math $n + 1)]\n"
    "        end\n"
    "    end\n"
    "end\n"
    "\n"
    "function __kept_is\n"
    "    set -l words (__kept_words)\n"
    "    set -l n (count $argv)\n"
    "    test (count $words) -ge $n; and test \"$words[1..$n]\" = \"$argv\"\n"
    "end\n"
    "\n"
    "set -g __kept_commands";

static void add_fish(kept_buf *out, const kept_op_table *table)
{
    kept_buf_add(out, fish_head);
    fish_value_options(out, kept_globals, KEPT_N_GLOBALS);
    for (size_t i = 0; i < table->n; i++)
        fish_value_options(out, table->ops[i]->params, table->ops[i]->n_params);
    kept_buf_add(out, fish_middle);
    for (size_t i = 0; i < table->n; i++)
        kept_buf_printf(out, " '%s'", table->ops[i]->name);
    kept_buf_add(out, " help\n\ncomplete -c kept -f\ncomplete -c kept -a '(__kept_next)'\n"
                      "complete -c kept -n '__kept_is help' -a '" TOPICS "'\n");
    for (size_t i = 0; i < KEPT_N_GLOBALS; i++)
        fish_param(out, "true", &kept_globals[i]);
    for (size_t i = 0; i < table->n; i++) {
        KEPT_AUTO_BUF condition = KEPT_BUF_INIT;
        kept_buf_printf(&condition, "__kept_is %s", table->ops[i]->name);
        for (size_t k = 0; k < table->ops[i]->n_params; k++) {
            const kept_param *p = &table->ops[i]->params[k];
            bool words = p->positional && (p->type == KEPT_P_TEXT || p->type == KEPT_P_DATE ||
                                           p->type == KEPT_P_INTEGER || p->type == KEPT_P_REAL ||
                                           p->type == KEPT_P_SHARE);
            if (!words) /* nothing to offer for free text given by place */
                fish_param(out, kept_buf_text(&condition), p);
        }
    }
}

kept_status kept_completion(const char *shell, const kept_op_table *table, kept_buf *out,
                            kept_err *err)
{
    if (kept_text_equal(shell, "bash"))
        add_bash(out, table);
    else if (kept_text_equal(shell, "zsh"))
        add_zsh(out, table);
    else if (kept_text_equal(shell, "fish"))
        add_fish(out, table);
    else
        return kept_fail(err, KEPT_EARG,
                         "Completion is written for bash, zsh or fish, not \"%.80s\".", shell);
    return out->failed ? kept_nomem(err) : KEPT_OK;
}
