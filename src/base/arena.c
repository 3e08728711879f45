#include "kept/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* One allocation per block in sanitizer builds, so that the sanitizer sees each item's bounds. */
#ifdef KEPT_ARENA_DEBUG
enum { BLOCK_BYTES = 0 };
#else
enum { BLOCK_BYTES = 64 * 1024 };
#endif

struct kept_arena_block {
    kept_arena_block *next;
    size_t size;
    size_t used;
    alignas(max_align_t) unsigned char data[];
};

static _Thread_local size_t fail_countdown;

void kept_arena_fail_nth(size_t n)
{
    fail_countdown = n;
}

static kept_arena_block *add_block(kept_arena *arena, size_t bytes)
{
    size_t size = bytes > BLOCK_BYTES ? bytes : (size_t)BLOCK_BYTES;
    kept_arena_block *block = kept_mem_alloc(sizeof *block + size);
    if (!block)
        return NULL;
    block->next = arena->head;
    block->size = size;
    block->used = 0;
    arena->head = block;
    return block;
}

void *kept_arena_alloc(kept_arena *arena, size_t count, size_t size)
{
    if (fail_countdown && --fail_countdown == 0)
        return NULL;
    if (size && count > (SIZE_MAX / 2) / size)
        return NULL;
    size_t bytes = count * size;
    size_t align = alignof(max_align_t);
    size_t rounded = (bytes + align - 1) / align * align;
    if (rounded == 0)
        rounded = align;
    kept_arena_block *block = arena->head;
    if (!block || block->size - block->used < rounded) {
        block = add_block(arena, rounded);
        if (!block)
            return NULL;
    }
    void *item = block->data + block->used;
    block->used += rounded;
    arena->used += rounded;
    memset(item, 0, rounded);
    return item;
}

char *kept_arena_strndup(kept_arena *arena, const char *text, size_t len)
{
    char *copy = kept_arena_alloc(arena, len + 1, 1);
    if (copy && len)
        memcpy(copy, text, len);
    return copy;
}

char *kept_arena_strdup(kept_arena *arena, const char *text)
{
    return text ? kept_arena_strndup(arena, text, strlen(text)) : NULL;
}

char *kept_arena_printf(kept_arena *arena, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    va_list again;
    va_copy(again, args);
    char small[256]; /* most texts fit, and are put together once */
    int len = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    char *text = len < 0 ? NULL : kept_arena_alloc(arena, (size_t)len + 1, 1);
    if (text && (size_t)len < sizeof small)
        memcpy(text, small, (size_t)len);
    else if (text)
        vsnprintf(text, (size_t)len + 1, fmt, again);
    va_end(again);
    return text;
}

kept_arena_mark kept_arena_get_mark(const kept_arena *arena)
{
    return (kept_arena_mark){arena->head, arena->head ? arena->head->used : 0, arena->used};
}

void kept_arena_rewind(kept_arena *arena, kept_arena_mark mark)
{
    while (arena->head != mark.head) {
        kept_arena_block *next = arena->head->next;
        kept_mem_free(arena->head);
        arena->head = next;
    }
    if (arena->head)
        arena->head->used = mark.block_used;
    arena->used = mark.used;
}

void kept_arena_free(kept_arena *arena)
{
    kept_arena_rewind(arena, (kept_arena_mark){NULL, 0, 0});
}
