#include "kept/stop.h"

#include <stddef.h>

static const struct {
    const char *name;
    const char *text;
    bool converged;
} stops[] = {
#define STOP_ROW(id, name, converged, text) [KEPT_STOP_##id] = {name, text, converged},
    KEPT_STOP_LIST(STOP_ROW)
#undef STOP_ROW
};

static size_t row_of(kept_stop stop)
{
    size_t i = (size_t)stop;
    return i < sizeof stops / sizeof stops[0] ? i : (size_t)KEPT_STOP_STALLED;
}

const char *kept_stop_name(kept_stop stop)
{
    return stops[row_of(stop)].name;
}

const char *kept_stop_text(kept_stop stop)
{
    return stops[row_of(stop)].text;
}

bool kept_stop_converged(kept_stop stop)
{
    return stops[row_of(stop)].converged;
}
