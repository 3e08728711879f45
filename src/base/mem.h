/* base/mem.h - the only door to malloc; everything above takes an arena or a kept_buf. */
#ifndef KEPT_BASE_MEM_H
#define KEPT_BASE_MEM_H

#include <stddef.h>

void *kept_mem_alloc(size_t bytes);               /* NULL when memory is out */
void *kept_mem_realloc(void *item, size_t bytes); /* as realloc: the old item stays on failure */
void kept_mem_free(void *item);                   /* NULL is allowed */

#endif
