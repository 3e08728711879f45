/* catalogue/files.h - the declarations compiled into the program (the folder catalogue/). */
#ifndef KEPT_CATALOGUE_FILES_H
#define KEPT_CATALOGUE_FILES_H

#include <stddef.h>

#include "base/embedded.h"

extern const kept_embedded kept_declarations[]; /* names like "facts/orders.yaml", sorted */
extern const size_t kept_declarations_n;

#endif
