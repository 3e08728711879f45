#include "base/mem.h"

#include <stdlib.h>

void *kept_mem_alloc(size_t bytes)
{
    return malloc(bytes);
}

void *kept_mem_realloc(void *item, size_t bytes)
{
    return realloc(item, bytes);
}

void kept_mem_free(void *item)
{
    free(item);
}
