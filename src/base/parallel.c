#include "kept/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { MAX_THREADS = 64 };

typedef struct job {
    kept_block_fn fn;
    void *context;
    size_t n_blocks;
    atomic_size_t next;
} job;

static void *work(void *arg)
{
    job *j = arg;
    for (;;) {
        size_t block = atomic_fetch_add(&j->next, 1);
        if (block >= j->n_blocks)
            return NULL;
        j->fn(j->context, block);
    }
}

size_t kept_parallel_cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int n = CPU_COUNT(&set);
    return n > 0 ? (size_t)n : 1;
}

void kept_parallel_for(size_t n_blocks, size_t n_threads, kept_block_fn fn, void *context)
{
    if (n_threads == 0)
        n_threads = kept_parallel_cores();
    if (n_threads > n_blocks)
        n_threads = n_blocks;
    if (n_threads > MAX_THREADS)
        n_threads = MAX_THREADS;
    job j = {fn, context, n_blocks, 0};
    pthread_t thread[MAX_THREADS];
    size_t started = 0;
    while (started + 1 < n_threads && pthread_create(&thread[started], NULL, work, &j) == 0)
        started++;
    work(&j);
    for (size_t i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
}
