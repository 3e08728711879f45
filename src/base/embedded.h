/* base/embedded.h - files compiled into the program by tools/embed. */
#ifndef KEPT_BASE_EMBEDDED_H
#define KEPT_BASE_EMBEDDED_H

#include <stddef.h>

typedef struct kept_embedded {
    const char *name; /* path below the embedded root: "facts/orders.yaml" */
    const char *data; /* terminated, but may contain any byte */
    size_t len;
} kept_embedded;

#endif
