#include <string.h>

#include "present/format.h"
#include "present/help.h"
#include "present/wrap.h"

const char *kept_usage_value(const kept_param *param)
{
    static const char *const names[] = {
        [KEPT_P_TEXT] = "TEXT",   [KEPT_P_FLAG] = "",       [KEPT_P_INTEGER] = "N",
        [KEPT_P_REAL] = "NUMBER", [KEPT_P_SHARE] = "SHARE", [KEPT_P_DATE] = "DATE",
        [KEPT_P_CHOICE] = "WORD", [KEPT_P_FILE] = "FILE",   [KEPT_P_OUTPUT] = "FILE",
        [KEPT_P_FOLDER] = "DIR",
    };
    return param->value && param->type != KEPT_P_FLAG ? param->value : names[param->type];
}

bool kept_usage_choice(const char **choices, kept_buf *word)
{
    kept_buf_clear(word);
    if (!*choices || !**choices)
        return false;
    size_t len = strcspn(*choices, "|");
    kept_buf_add_n(word, *choices, len);
    *choices += len + ((*choices)[len] == '|');
    return true;
}

void kept_usage_line(kept_buf *out, const kept_op *op)
{
    bool options = false;
    kept_buf_printf(out, "kept %s", op->name);
    for (size_t i = 0; i < op->n_params; i++) {
        const kept_param *p = &op->params[i];
        if (p->positional) {
            const char *dots = p->repeated ? "..." : "";
            kept_buf_printf(out, p->required ? " %s%s" : " [%s%s]", kept_usage_value(p), dots);
        } else if (p->required) {
            kept_buf_printf(out, " --%s %s", p->name, kept_usage_value(p));
        } else {
            options = true;
        }
    }
    kept_buf_add(out, options ? " [options]" : "");
}

/* One remark in the brackets behind the help. */
static void remark(kept_buf *out, size_t *n, const char *before, const char *text,
                   const char *after)
{
    kept_buf_printf(out, "%s%s%s%s", (*n)++ ? "; " : " (", before, text, after);
}

static void add_limit(kept_buf *out, const kept_param *param, double limit)
{
    bool share = param->type == KEPT_P_SHARE;
    kept_format_real(out, share ? limit * 100 : limit, KEPT_EXACT);
    kept_buf_add(out, share ? "%" : "");
}

static void remark_limits(kept_buf *out, size_t *n, const kept_param *param)
{
    if (param->min == 0 && param->max == 0)
        return;
    KEPT_AUTO_BUF low = KEPT_BUF_INIT;
    KEPT_AUTO_BUF high = KEPT_BUF_INIT;
    add_limit(&low, param, param->min);
    add_limit(&high, param, param->max);
    /* A limit as high as 2^53 says nothing to anybody. */
    bool has_high = param->max > param->min && param->max < 1e15;
    bool has_low = param->min > -1e15;
    if (has_low && has_high) {
        kept_buf_printf(&low, " to %s", kept_buf_text(&high));
        remark(out, n, "", kept_buf_text(&low), "");
    } else if (has_low) {
        remark(out, n, "", kept_buf_text(&low), " or more");
    } else if (has_high) {
        remark(out, n, "at most ", kept_buf_text(&high), "");
    }
}

void kept_usage_help(kept_buf *out, const kept_param *param)
{
    size_t n = 0;
    kept_buf_add(out, param->help ? param->help : param->name);
    if (param->choices) {
        KEPT_AUTO_BUF words = KEPT_BUF_INIT;
        KEPT_AUTO_BUF word = KEPT_BUF_INIT;
        const char *rest = param->choices;
        while (kept_usage_choice(&rest, &word))
            kept_buf_printf(&words, "%s%s",
                            words.len == 0 ? ""
                            : *rest        ? ", "
                                           : " or ",
                            kept_buf_text(&word));
        remark(out, &n, "", kept_buf_text(&words), "");
    }
    if (param->unit)
        remark(out, &n, "", param->unit, "");
    remark_limits(out, &n, param);
    if (param->preset)
        remark(out, &n, param->preset[0] ? "" : "none", param->preset, " when not given");
    if (param->repeated && !param->positional)
        remark(out, &n, "may be given several times", "", "");
    kept_buf_add(out, n ? ")" : "");
}

void kept_usage_brief(kept_buf *out, const char *text, size_t width)
{
    size_t len = 0, room = kept_fit_bytes(text, width);
    while (text[len] && !(strchr(".:;", text[len]) && (text[len + 1] == ' ' || !text[len + 1])))
        len++;
    if (len <= room) {
        kept_buf_add_n(out, text, len);
        return;
    }
    for (len = kept_fit_bytes(text, width ? width - 1 : 0); len > 0 && !strchr(" ,", text[len]);)
        len--;
    while (len > 0 && strchr(" ,", text[len - 1]))
        len--;
    kept_buf_add_n(out, text, len);
    kept_buf_add(out, "…");
}
