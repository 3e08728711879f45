/* bench/bench.h - what every benchmark needs: clocks, and one line per figure. */
#ifndef KEPT_BENCH_H
#define KEPT_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "kept/err.h"

static inline double bench_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct bench_timer {
    double wall, cpu;
} bench_timer;

static inline bench_timer bench_start(void)
{
    return (bench_timer){bench_clock(CLOCK_MONOTONIC), bench_clock(CLOCK_PROCESS_CPUTIME_ID)};
}

static inline bench_timer bench_stop(bench_timer t)
{
    return (bench_timer){bench_clock(CLOCK_MONOTONIC) - t.wall,
                         bench_clock(CLOCK_PROCESS_CPUTIME_ID) - t.cpu};
}

static inline void bench_print(const char *name, double value, const char *unit)
{
    printf("%s %.6g %s\n", name, value, unit);
}

static inline double bench_peak_mib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024.0;
}

/* A benchmark that cannot go on says why and fails. */
#define BENCH_OK(call)                                                                             \
    do {                                                                                           \
        if ((call) != KEPT_OK) {                                                                   \
            fprintf(stderr, "%s: %s\n", #call, err.msg);                                           \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

#endif
