/* bench/made.h - a made-up ledger of any size, written in bulk straight into its tables: as many
 * records would be after years of changes. Its log verifies, its search finds, its warnings fire.
 */
#ifndef KEPT_BENCH_MADE_H
#define KEPT_BENCH_MADE_H

#include <stddef.h>
#include <stdint.h>

enum {
    MADE_CHANGES = 10, /* of each record, spread over the log */
    MADE_WORD = 7,     /* bytes of a word and its end */
};

typedef struct made_sizes {
    size_t records; /* of all kinds together */
    size_t employees, customers, persons, promises, needs, notes, actions;
} made_sizes;

/* How many records of each kind there are among so many. */
made_sizes made_sizes_of(size_t records);
/* A new workspace with that many records in folder. Fails by exit. */
void made_ledger(const char *folder, const made_sizes *sizes);
/* The word that is the rank-th in frequency (1: the most frequent); all are equally long. */
void made_word(uint64_t rank, char out[static MADE_WORD]);

#endif
