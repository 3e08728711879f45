/* models/worth/index.h - dense numbers for distinct 64-bit keys, by open addressing. */
#ifndef KEPT_MODELS_INDEX_H
#define KEPT_MODELS_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"

typedef struct kept_index {
    uint64_t *key;
    uint32_t *number; /* 0: free; else the key's number + 1 */
    size_t mask, n;   /* n: keys so far */
} kept_index;

/* Room for `most` keys, below 2^31; false when memory is out. */
bool kept_index__make(kept_index *index, size_t most, kept_arena *arena);

/* The number of key, 0 for the first one seen; a new key takes the next number. */
uint32_t kept_index__of(kept_index *index, uint64_t key);

#endif
