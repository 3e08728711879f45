/* kept/stop.h - why an estimation stopped. Stopping is a result, not an error: a fit that did not
 * find a maximum still returns KEPT_OK and says so here. */
#ifndef KEPT_STOP_H
#define KEPT_STOP_H

#include <stdbool.h>

/* enumerator, name in results, found a maximum, sentence */
#define KEPT_STOP_LIST(X)                                                                          \
    X(CONVERGED, "converged", true,                                                                \
      "The maximum of the likelihood was found: gradient and next step are both negligible.")      \
    X(MAXEVAL, "max_eval", false,                                                                  \
      "The limit of evaluations was reached before a maximum was found; raise the limit.")         \
    X(BOUNDARY, "boundary", false,                                                                 \
      "The estimates ran to the edge of what the model allows, as when all customers are alike; "  \
      "the data do not show the differences between customers that the model estimates.")          \
    X(NOT_IDENTIFIED, "not_identified", false,                                                     \
      "There is too little in the data to estimate the model: too few customers, or none who "     \
      "came back.")                                                                                \
    X(STALLED, "stalled", false,                                                                   \
      "No further progress was possible within the precision of the arithmetic, and the point "    \
      "reached is not a maximum.")

typedef enum kept_stop {
#define KEPT_STOP_ENUM(id, name, converged, text) KEPT_STOP_##id,
    KEPT_STOP_LIST(KEPT_STOP_ENUM)
#undef KEPT_STOP_ENUM
} kept_stop;

const char *kept_stop_name(kept_stop stop); /* "converged"; never NULL */
const char *kept_stop_text(kept_stop stop); /* the sentence; never NULL */
bool kept_stop_converged(kept_stop stop);

#endif
