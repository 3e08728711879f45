/* store/temp.h - a private temporary folder that does not outlive its process for long.
 *
 * The folder holds a locked file; a folder whose lock nobody holds was left by a killed process and
 * is removed by the next one that makes a folder of this sort. */
#ifndef KEPT_STORE_TEMP_H
#define KEPT_STORE_TEMP_H

#include "kept/arena.h"
#include "kept/err.h"

typedef struct kept_temp {
    const char *root;   /* removed by kept_temp_remove */
    const char *folder; /* inside root: for the caller's files */
    int lock;
} kept_temp;

/* Below $TMPDIR, else /tmp. */
KEPT_MUST_CHECK kept_status kept_temp_make(kept_arena *arena, kept_temp *ret_temp, kept_err *err);
void kept_temp_remove(kept_temp *temp); /* a zeroed one is allowed */

#endif
