/* kept/arena.h - memory by lifetime.
 *
 * An arena hands out memory that is freed all at once. Functions that return variable-size
 * results put them into an arena of the caller's; functions that take no arena do not allocate.
 * Not thread-safe: one arena per thread.
 *
 * Invariants: returned memory is zeroed, aligned for any type, and stays where it is until
 * kept_arena_rewind to an earlier mark or kept_arena_free. */
#ifndef KEPT_ARENA_H
#define KEPT_ARENA_H

#include <stddef.h>

#include "kept/err.h"

typedef struct kept_arena_block kept_arena_block;

typedef struct kept_arena {
    kept_arena_block *head; /* newest block first */
    size_t used;            /* bytes handed out, for reports */
} kept_arena;

#define KEPT_ARENA_INIT                                                                            \
    {                                                                                              \
        NULL, 0                                                                                    \
    }

typedef struct kept_arena_mark {
    kept_arena_block *head;
    size_t block_used;
    size_t used;
} kept_arena_mark;

/* NULL when memory is out or count * size overflows. count or size 0 gives a valid pointer. */
void *kept_arena_alloc(kept_arena *arena, size_t count, size_t size) KEPT_MUST_CHECK;
char *kept_arena_strdup(kept_arena *arena,
                        const char *text) KEPT_MUST_CHECK; /* NULL in: NULL out */
char *kept_arena_strndup(kept_arena *arena, const char *text, size_t len) KEPT_MUST_CHECK;
char *kept_arena_printf(kept_arena *arena, const char *fmt, ...) KEPT_PRINTF(2, 3) KEPT_MUST_CHECK;

#define KEPT_NEW(arena, type)      ((type *)kept_arena_alloc((arena), 1, sizeof(type)))
#define KEPT_NEW_N(arena, type, n) ((type *)kept_arena_alloc((arena), (n), sizeof(type)))

kept_arena_mark kept_arena_get_mark(const kept_arena *arena);
void kept_arena_rewind(kept_arena *arena, kept_arena_mark mark);
void kept_arena_free(kept_arena *arena); /* leaves a valid empty arena; safe to repeat */

/* For tests: the n-th allocation from now (1 = next) fails, in any arena of this thread; 0 = none.
 */
void kept_arena_fail_nth(size_t n);

#define KEPT_AUTO_ARENA __attribute__((cleanup(kept_arena_free))) kept_arena

#endif
