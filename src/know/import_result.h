/* know/import_result.h - how an import is shown: by `import`, `facts show` and `demo` alike. */
#ifndef KEPT_KNOW_IMPORT_RESULT_H
#define KEPT_KNOW_IMPORT_RESULT_H

#include "op/result.h"
#include "store/facts/import.h"

extern const kept_group_def kept_import_group;

void kept_import_show(kept_result *result, const kept_import *import);

#endif
