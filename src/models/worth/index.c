#include "models/worth/index.h"

bool kept_index__make(kept_index *index, size_t most, kept_arena *arena)
{
    size_t capacity = 16;
    while (capacity < 2 * most)
        capacity *= 2;
    index->key = KEPT_NEW_N(arena, uint64_t, capacity);
    index->number = KEPT_NEW_N(arena, uint32_t, capacity);
    index->mask = capacity - 1;
    index->n = 0;
    return index->key && index->number;
}

uint32_t kept_index__of(kept_index *index, uint64_t key)
{
    uint64_t h = key * 0x9e3779b97f4a7c15u;
    size_t at = (h ^ (h >> 32)) & index->mask;
    while (index->number[at] != 0 && index->key[at] != key)
        at = (at + 1) & index->mask;
    if (index->number[at] == 0) {
        index->key[at] = key;
        index->number[at] = (uint32_t)++index->n;
    }
    return index->number[at] - 1;
}
