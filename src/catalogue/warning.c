#include "catalogue/warning.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "catalogue/declare.h"

/* --- Gathering --- */

static int by_number(const void *a, const void *b)
{
    const kept_warning *p = *(const kept_warning *const *)a, *q = *(const kept_warning *const *)b;
    if (p->number != q->number) /* those without a number come last */
        return p->number && (!q->number || p->number < q->number) ? -1 : 1;
    return strcmp(p->name, q->name);
}

static kept_status check_once(const kept_warning *const *list, size_t n, const kept_warning *w,
                              kept_err *err)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i]->name, w->name) == 0)
            return kept_fail(err, KEPT_EINPUT, "%s: the warning \"%s\" is declared in %s already.",
                             w->file, w->name, list[i]->file);
    return KEPT_OK;
}

kept_status kept_warnings_load(const char *workspace_folder, const kept_catalogue *catalogue,
                               kept_arena *arena, kept_warnings *ret_warnings, kept_err *err)
{
    kept_declared_file *files = NULL;
    size_t n_files = 0, n = 0;
    KEPT_TRY(kept_declared_files(workspace_folder, "warnings", arena, &files, &n_files, err));
    const kept_warning **list = KEPT_NEW_N(arena, const kept_warning *, n_files);
    if (!list)
        return kept_nomem(err);
    for (size_t i = 0; i < n_files; i++) {
        kept_warning *w = NULL;
        KEPT_TRY(kept_warning_parse(files[i].text, files[i].len, files[i].name, files[i].own,
                                    catalogue, arena, &w, err));
        KEPT_TRY(check_once(list, n, w, err));
        list[n++] = w;
    }
    qsort(list, n, sizeof *list, by_number);
    *ret_warnings = (kept_warnings){list, n};
    return KEPT_OK;
}

static bool has_number(const kept_warning *w, const char *text)
{
    char number[16];
    snprintf(number, sizeof number, "%d", w->number);
    return w->number && strcmp(number, text) == 0;
}

/* By number; *ret_warning NULL: none has it. KEPT_EARG: several have. */
static kept_status find_number(const kept_warnings *warnings, const char *text,
                               const kept_warning **ret_warning, kept_err *err)
{
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    size_t n = 0;
    *ret_warning = NULL;
    for (size_t i = 0; i < warnings->n; i++) {
        if (!has_number(warnings->warnings[i], text))
            continue;
        *ret_warning = warnings->warnings[i];
        kept_buf_printf(&list, "%s%s", n++ ? ", " : "", warnings->warnings[i]->name);
    }
    if (n < 2)
        return KEPT_OK;
    return kept_fail(err, KEPT_EARG, "Several warnings have the number %s; say which: %s.", text,
                     kept_buf_text(&list));
}

kept_status kept_warnings_find(const kept_warnings *warnings, const char *name,
                               const kept_warning **ret_warning, kept_err *err)
{
    KEPT_AUTO_ARENA scratch = KEPT_ARENA_INIT;
    const char **names = KEPT_NEW_N(&scratch, const char *, warnings->n);
    if (!names)
        return kept_nomem(err);
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    const kept_warning *found = NULL;
    KEPT_TRY(find_number(warnings, name, &found, err));
    for (size_t i = 0; i < warnings->n && !found; i++) {
        names[i] = warnings->warnings[i]->name;
        kept_buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
        if (strcmp(names[i], name) == 0)
            found = warnings->warnings[i];
    }
    if (found) {
        *ret_warning = found;
        return KEPT_OK;
    }
    const char *near = kept_text_nearest(name, names, warnings->n);
    if (near)
        return kept_fail(err, KEPT_ENOTFOUND, "There is no warning \"%.*s\"; did you mean \"%s\"?",
                         KEPT_SHOWN(name, 60), near);
    return kept_fail(err, KEPT_ENOTFOUND, "There is no warning \"%.*s\"; there are: %s.",
                     KEPT_SHOWN(name, 60), kept_buf_text(&list));
}

/* --- Limits --- */

kept_status kept_warning_limit_find(const kept_warning *warning, const char *name,
                                    const kept_warning_limit **ret_limit, kept_err *err)
{
    KEPT_AUTO_BUF list = KEPT_BUF_INIT;
    for (size_t i = 0; i < warning->n_limits; i++) {
        if (strcmp(warning->limits[i].name, name) == 0) {
            *ret_limit = &warning->limits[i];
            return KEPT_OK;
        }
        kept_buf_printf(&list, "%s%s", i ? ", " : "", warning->limits[i].name);
    }
    if (warning->n_limits == 0)
        return kept_fail(err, KEPT_ENOTFOUND, "The warning %s has no limits.", warning->name);
    return kept_fail(err, KEPT_ENOTFOUND, "The warning %s has no limit \"%.*s\"; it has: %s.",
                     warning->name, KEPT_SHOWN(name, 60), kept_buf_text(&list));
}

/* A number with an optional % or "days" behind it; false when it is none. */
static bool read_number(const kept_warning_limit *limit, const char *text, double *ret_value)
{
    size_t len = strcspn(text, "% d");
    const char *rest = text + len;
    rest += strspn(rest, " ");
    bool percent = rest[0] == '%';
    rest += percent;
    rest += strspn(rest, " ");
    if (rest[0] && (strcmp(rest, "days") != 0 || limit->unit != KEPT_LIMIT_DAYS))
        return false;
    if (percent && limit->unit != KEPT_LIMIT_SHARE)
        return false;
    kept_decimal number;
    int64_t e4 = 0;
    if (!kept_number_read(text, len, KEPT_MARK_POINT, &number) || !kept_decimal_to_e4(number, &e4))
        return false;
    double value = (double)e4 / 10000;
    *ret_value = percent ? value / 100 : value;
    return limit->unit == KEPT_LIMIT_SHARE || limit->unit == KEPT_LIMIT_NUMBER ||
           floor(value) == value;
}

kept_status kept_warning_limit_read(const kept_warning_limit *limit, const char *text,
                                    double *ret_value, kept_err *err)
{
    static const char *const takes[] = {"a share, as 25%", "a whole number of days, as 180",
                                        "a whole number", "a number"};
    double value = 0;
    if (!read_number(limit, text, &value))
        return kept_fail(err, KEPT_EARG, "\"%.*s\" is no value for the limit %s, which takes %s.",
                         KEPT_SHOWN(text, 60), limit->name, takes[limit->unit]);
    if (!(value >= limit->min && value <= limit->max)) {
        KEPT_AUTO_ARENA scratch = KEPT_ARENA_INIT;
        const char *least = kept_warning_limit_text(limit, limit->min, &scratch);
        const char *most = kept_warning_limit_text(limit, limit->max, &scratch);
        if (!least || !most)
            return kept_nomem(err);
        return kept_fail(err, KEPT_EARG, "The limit %s goes from %s to %s; \"%.*s\" is outside.",
                         limit->name, least, most, KEPT_SHOWN(text, 60));
    }
    *ret_value = value;
    return KEPT_OK;
}

char *kept_warning_limit_text(const kept_warning_limit *limit, double value, kept_arena *arena)
{
    if (limit->unit == KEPT_LIMIT_SHARE)
        return kept_arena_printf(arena, "%.6g%%", value * 100);
    if (limit->unit == KEPT_LIMIT_DAYS)
        return kept_arena_printf(arena, "%.10g day%s", value, value == 1 ? "" : "s");
    return kept_arena_printf(arena, "%.10g", value);
}
