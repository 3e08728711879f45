/* For each warning that is built in: a firm in which it fires, one in which it just does not, and
 * one with not enough data to tell. */
#ifndef KEPT_TESTS_GENERAL_WARNING_FIXTURES_H
#define KEPT_TESTS_GENERAL_WARNING_FIXTURES_H

#include "small_firm.h"

typedef void fixture(small_firm *f);

typedef struct warning_fixture {
    const char *warning;
    fixture *fires, *near_miss, *no_data;
} warning_fixture;

extern const warning_fixture warning_fixtures[];
extern const size_t n_warning_fixtures;

#endif
