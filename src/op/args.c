#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/date.h"
#include "base/text.h"
#include "op/op.h"

/* --- How a parameter is called in a sentence --- */

/* "--until", or "KIND" for a parameter given by place. */
static const char *called(const kept_param *param, char out[static 64])
{
    size_t n = 0;
    const char *name = param->positional && param->value ? param->value : param->name;
    if (name == param->name) {
        out[n++] = '-';
        out[n++] = '-';
    }
    for (; *name && n < 63; name++)
        out[n++] = *name;
    out[n] = '\0';
    return out;
}

/* " from 0 to 1", " of 1 or more", " of at most 9"; "" without limits. Shares in percent. */
static const char *limits(const kept_param *param, kept_buf *out)
{
    bool low = param->min > -1e300 && (param->min != 0 || param->max != 0);
    bool high = param->max < 1e300 && param->max > param->min;
    double factor = param->type == KEPT_P_SHARE ? 100 : 1;
    const char *sign = param->type == KEPT_P_SHARE ? "%" : "";
    if (low && high)
        kept_buf_printf(out, " from %.15g%s to %.15g%s", param->min * factor, sign,
                        param->max * factor, sign);
    else if (low)
        kept_buf_printf(out, " of %.15g%s or more", param->min * factor, sign);
    else if (high)
        kept_buf_printf(out, " of at most %.15g%s", param->max * factor, sign);
    return kept_buf_text(out);
}

static bool within(const kept_param *param, double value)
{
    if (param->min == 0 && param->max == 0)
        return true;
    return value >= param->min && (param->max <= param->min || value <= param->max);
}

/* --- Reading one value --- */

static kept_status refuse(const kept_param *param, const char *text, const char *wants,
                          kept_err *err)
{
    char name[64];
    return kept_fail(err, KEPT_EARG, "%s takes %s, not \"%.80s\".", called(param, name), wants,
                     text);
}

static kept_status refuse_number(const kept_param *param, const char *text, const char *what,
                                 kept_err *err)
{
    KEPT_AUTO_BUF range = KEPT_BUF_INIT;
    KEPT_AUTO_BUF wants = KEPT_BUF_INIT;
    kept_buf_printf(&wants, "%s%s", what, limits(param, &range));
    return refuse(param, text, kept_buf_text(&wants), err);
}

/* A finite decimal number that takes the whole text; no hexadecimal, no "inf", no blanks. */
static bool read_real(const char *text, size_t len, double *ret_value)
{
    for (size_t i = 0; i < len; i++)
        if (!strchr("0123456789+-.eE", text[i]))
            return false;
    char *end;
    double value = strtod(text, &end);
    if (len == 0 || end != text + len || !isfinite(value))
        return false;
    *ret_value = value;
    return true;
}

static kept_status read_integer(const kept_param *param, const char *text, kept_arg *arg,
                                kept_err *err)
{
    const char *what = "a whole number";
    bool sign = text[0] == '-' || text[0] == '+';
    size_t digits = strspn(text + sign, "0123456789");
    if (digits == 0 || text[sign + digits] != '\0')
        return refuse_number(param, text, what, err);
    errno = 0;
    long long value = strtoll(text, NULL, 10);
    if (errno == ERANGE || !within(param, (double)value))
        return refuse_number(param, text, what, err);
    arg->integer = value;
    return KEPT_OK;
}

static kept_status read_real_param(const kept_param *param, const char *text, kept_arg *arg,
                                   kept_err *err)
{
    if (!read_real(text, strlen(text), &arg->real) || !within(param, arg->real))
        return refuse_number(param, text, "a number with a decimal point", err);
    return KEPT_OK;
}

static kept_status read_share(const kept_param *param, const char *text, kept_arg *arg,
                              kept_err *err)
{
    const char *what = "a share as 10% or 0.1,";
    size_t len = strlen(text);
    bool percent = len > 0 && text[len - 1] == '%';
    double value;
    if (!read_real(text, percent ? len - 1 : len, &value))
        return refuse_number(param, text, what, err);
    char name[64];
    /* 10 for ten percent is the common slip; whoever means ten times can write 1000%. */
    if (!percent && fabs(value) > 1)
        return kept_fail(err, KEPT_EARG, "%s %s would be %.15g percent; write %s%% or %.15g.",
                         called(param, name), text, value * 100, text, value / 100);
    if (percent)
        value /= 100;
    if (!within(param, value))
        return refuse_number(param, text, what, err);
    arg->real = value;
    return KEPT_OK;
}

static kept_status read_date(const kept_param *param, const char *text, kept_arg *arg,
                             kept_err *err)
{
    kept_day day;
    if (!kept_day_read_iso(text, strlen(text), &day))
        return refuse(param, text, "a day as 2024-03-31", err);
    arg->integer = day;
    return KEPT_OK;
}

static kept_status read_flag(const kept_param *param, const char *text, kept_arg *arg,
                             kept_err *err)
{
    static const char *const on[] = {"", "1", "true", "yes"};
    static const char *const off[] = {"0", "false", "no"};
    for (size_t i = 0; i < KEPT_N(on); i++) {
        if (!kept_text_equal_nocase(text, on[i]))
            continue;
        arg->integer = 1;
        return KEPT_OK;
    }
    for (size_t i = 0; i < KEPT_N(off); i++)
        if (kept_text_equal_nocase(text, off[i]))
            return KEPT_OK;
    return refuse(param, text, "no value, or yes or no", err);
}

enum { CHOICES = 64, CHOICE_LEN = 64 };

static kept_status read_choice(const kept_param *param, const char *text, kept_err *err)
{
    char words[CHOICES][CHOICE_LEN];
    const char *list[CHOICES] = {NULL};
    size_t n = 0;
    KEPT_AUTO_BUF wants = KEPT_BUF_INIT;
    for (const char *p = param->choices; p && n < CHOICES;) {
        size_t len = strcspn(p, "|");
        assert(len < CHOICE_LEN);
        memcpy(words[n], p, len);
        words[n][len] = '\0';
        if (strcmp(words[n], text) == 0)
            return KEPT_OK;
        bool last = p[len] == '\0';
        kept_buf_printf(&wants, "%s%s", n == 0 ? "" : last ? " or " : ", ", words[n]);
        list[n] = words[n];
        n++;
        p = last ? NULL : p + len + 1;
    }
    const char *near = kept_text_nearest(text, list, n);
    char name[64];
    if (near && n > 2)
        return kept_fail(err, KEPT_EARG, "%s takes %s, not \"%.80s\". Did you mean %s?",
                         called(param, name), kept_buf_text(&wants), text, near);
    return refuse(param, text, kept_buf_text(&wants), err);
}

static kept_status check_file(const kept_param *param, const char *text, kept_err *err)
{
    struct stat st;
    char name[64];
    if (stat(text, &st) != 0)
        return kept_fail(err, KEPT_ENOTFOUND, "There is no file \"%.300s\" to read (%s): %s.", text,
                         called(param, name), strerror(errno));
    if (S_ISDIR(st.st_mode))
        return kept_fail(err, KEPT_EARG, "\"%.300s\" is a folder; %s takes a file.", text,
                         called(param, name));
    return KEPT_OK;
}

/* Said before the work rather than after it: where the file shall go must be there. */
static kept_status check_output(const kept_param *param, const char *text, kept_err *err)
{
    struct stat st;
    char name[64];
    if (stat(text, &st) == 0 && S_ISDIR(st.st_mode))
        return kept_fail(err, KEPT_EARG, "\"%.300s\" is a folder; %s takes the name of a file.",
                         text, called(param, name));
    const char *slash = strrchr(text, '/');
    if (!slash || slash == text)
        return KEPT_OK;
    KEPT_AUTO_BUF folder = KEPT_BUF_INIT;
    kept_buf_add_n(&folder, text, (size_t)(slash - text));
    if (stat(kept_buf_text(&folder), &st) == 0 && S_ISDIR(st.st_mode))
        return KEPT_OK;
    return kept_fail(err, KEPT_ENOTFOUND,
                     "There is no folder \"%.300s\" to write \"%s\" into (%s).",
                     kept_buf_text(&folder), slash + 1, called(param, name));
}

static kept_status read_typed(const kept_param *param, const char *text, kept_arg *arg,
                              kept_err *err)
{
    if (param->type != KEPT_P_FLAG && param->type != KEPT_P_TEXT && text[0] == '\0')
        return refuse(param, text, param->value ? param->value : "a value", err);
    switch (param->type) {
    case KEPT_P_TEXT:
    case KEPT_P_FOLDER:
        return KEPT_OK;
    case KEPT_P_FLAG:
        return read_flag(param, text, arg, err);
    case KEPT_P_INTEGER:
        return read_integer(param, text, arg, err);
    case KEPT_P_REAL:
        return read_real_param(param, text, arg, err);
    case KEPT_P_SHARE:
        return read_share(param, text, arg, err);
    case KEPT_P_DATE:
        return read_date(param, text, arg, err);
    case KEPT_P_CHOICE:
        return read_choice(param, text, err);
    case KEPT_P_FILE:
        return check_file(param, text, err);
    case KEPT_P_OUTPUT:
        return check_output(param, text, err);
    }
    return kept_fail(err, KEPT_EINTERNAL, "Parameter %s has no type.", param->name);
}

kept_status kept_arg_read(const kept_param *param, const char *text, kept_arg *ret_arg,
                          kept_err *err)
{
    char name[64];
    if (!kept_text_utf8(text, strlen(text)) && param->type != KEPT_P_FILE &&
        param->type != KEPT_P_OUTPUT && param->type != KEPT_P_FOLDER)
        return kept_fail(err, KEPT_EARG, "The value of %s is not UTF-8 text.", called(param, name));
    kept_arg arg = {.param = param, .present = true, .text = text};
    KEPT_TRY(read_typed(param, text, &arg, err));
    *ret_arg = arg;
    return KEPT_OK;
}

/* --- All values of one call --- */

static kept_status missing(const kept_op *op, const kept_param *param, kept_err *err)
{
    char name[64];
    return kept_fail(err, KEPT_EARG, "\"kept %s\" needs %s%s%s (%s).", op->name,
                     called(param, name), param->positional || !param->value ? "" : " ",
                     param->positional || !param->value ? "" : param->value,
                     param->help ? param->help : param->name);
}

static kept_status read_list(const kept_param *param, const kept_given *given, kept_arena *arena,
                             kept_arg *arg, kept_err *err)
{
    kept_arg rest;
    for (size_t i = 1; i < given->n; i++)
        KEPT_TRY(kept_arg_read(param, given->values[i], &rest, err));
    const char **list = KEPT_NEW_N(arena, const char *, given->n);
    if (!list)
        return kept_nomem(err);
    memcpy(list, given->values, given->n * sizeof *list);
    arg->list = list;
    arg->n_list = given->n;
    return KEPT_OK;
}

static kept_status check_one(const kept_op *op, const kept_param *param, const kept_given *given,
                             kept_arena *arena, kept_arg *arg, kept_err *err)
{
    *arg = (kept_arg){.param = param};
    kept_given preset = {.values = KEPT_NEW(arena, const char *), .n = 1};
    if (!preset.values)
        return kept_nomem(err);
    preset.values[0] = param->preset;
    bool is_given = given->n > 0;
    if (!is_given && !param->preset)
        return param->required ? missing(op, param, err) : KEPT_OK;
    if (!is_given)
        given = &preset;
    char name[64];
    if (given->n > 1 && !param->repeated)
        return kept_fail(err, KEPT_EARG, "%s is given %zu times; once is enough.",
                         called(param, name), given->n);
    KEPT_TRY(kept_arg_read(param, given->values[0], arg, err));
    arg->given = is_given;
    if (param->repeated)
        KEPT_TRY(read_list(param, given, arena, arg, err));
    return KEPT_OK;
}

kept_status kept_args_check(const kept_op *op, const kept_given *given, kept_arena *arena,
                            kept_args *ret_args, kept_err *err)
{
    kept_arg *list = KEPT_NEW_N(arena, kept_arg, op->n_params);
    if (!list)
        return kept_nomem(err);
    for (size_t i = 0; i < op->n_params; i++)
        KEPT_TRY(check_one(op, &op->params[i], &given[i], arena, &list[i], err));
    *ret_args = (kept_args){list, op->n_params};
    return KEPT_OK;
}

/* --- Reading arguments --- */

const kept_arg *kept_args_get(const kept_args *args, const char *name)
{
    for (size_t i = 0; i < args->n; i++)
        if (strcmp(args->arg[i].param->name, name) == 0)
            return &args->arg[i];
    assert(0 && "no parameter of this name");
    return NULL;
}

const char *kept_args_text(const kept_args *args, const char *name)
{
    const kept_arg *arg = kept_args_get(args, name);
    return arg->present ? arg->text : NULL;
}

bool kept_args_flag(const kept_args *args, const char *name)
{
    return kept_args_get(args, name)->integer != 0;
}
