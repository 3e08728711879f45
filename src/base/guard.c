#include "base/guard.h"

#include <string.h>

/* "-12.5", "+3", "1e-5": what a spreadsheet reads as a number and never as a formula. */
static bool is_plain_number(const char *text)
{
    text += *text == '-' || *text == '+';
    size_t whole = strspn(text, "0123456789");
    text += whole;
    size_t places = *text == '.' ? strspn(text + 1, "0123456789") : 0;
    text += places ? places + 1 : 0;
    if (whole + places == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '-' || *text == '+';
        size_t digits = strspn(text, "0123456789");
        if (digits == 0)
            return false;
        text += digits;
    }
    return *text == '\0';
}

bool kept_guard_needed(const char *text)
{
    text += strspn(text, "'");
    return *text && strchr("=+-@\t\r", *text) && !is_plain_number(text);
}

const char *kept_guard_off(const char *text)
{
    return *text == '\'' && kept_guard_needed(text) ? text + 1 : text;
}
