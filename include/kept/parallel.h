/* kept/parallel.h - run blocks of work on several threads, with the same result for any number.
 *
 * The work is cut into blocks by the caller, independent of the thread count; each block writes
 * only its own output. The caller then reduces the outputs in block order, so that sums of doubles
 * have the same bits whatever the thread count. */
#ifndef KEPT_PARALLEL_H
#define KEPT_PARALLEL_H

#include <stddef.h>

#include "kept/err.h"

typedef void (*kept_block_fn)(void *context, size_t block);

/* Calls fn(context, 0 .. n_blocks - 1), each once, on up to n_threads threads (0 = one per core).
 * fn must not fail: it notes faults in its own output. Threads that cannot be started cost speed,
 * not correctness: the calling thread always works too. */
void kept_parallel_for(size_t n_blocks, size_t n_threads, kept_block_fn fn, void *context);

size_t kept_parallel_cores(void); /* cores this process may use, at least 1 */

#endif
