#include "kept/err.h"

#include <stdarg.h>
#include <stdio.h>

kept_status kept_err_set(kept_err *err, kept_status code, const char *file, int line,
                         const char *fmt, ...)
{
    if (!err)
        return code;
    /* The arguments may point into err->msg (a sentence quoting a lower one): format apart. */
    char text[sizeof err->msg];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    err->code = code;
    err->file = file;
    err->line = line;
    snprintf(err->msg, sizeof err->msg, "%s", text);
    return code;
}

typedef struct status_row {
    kept_status code;
    int exit_code;
    int http;
    const char *name;
    const char *title;
} status_row;

static const status_row rows[] = {
#define KEPT_STATUS_ROW(name, number, exit_code, http, title)                                      \
    {KEPT_##name, exit_code, http, #name, title},
    KEPT_STATUS_LIST(KEPT_STATUS_ROW)
#undef KEPT_STATUS_ROW
};

static const status_row *find(kept_status code)
{
    static const status_row unknown = {KEPT_EINTERNAL, 70, 500, "EINTERNAL", "our fault"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].code == code)
            return &rows[i];
    return &unknown;
}

int kept_status_exit_code(kept_status code)
{
    return find(code)->exit_code;
}

int kept_status_http(kept_status code)
{
    return find(code)->http;
}

const char *kept_status_title(kept_status code)
{
    return find(code)->title;
}

const char *kept_status_name(kept_status code)
{
    return find(code)->name;
}
