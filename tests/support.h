/* What every test file includes: cmocka in the order it wants, and checks for numbers. */
#ifndef KEPT_TESTS_SUPPORT_H
#define KEPT_TESTS_SUPPORT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kept/err.h"

/* |got - want| <= tol: for published numbers, tol is half a unit of the last printed digit. */
#define CHECK_ABS(got, want, tol)                                                                  \
    do {                                                                                           \
        double got_ = (got), want_ = (want);                                                       \
        if (!(fabs(got_ - want_) <= (tol)))                                                        \
            fail_msg("%s = %.12g, want %.12g +- %g", #got, got_, want_, (double)(tol));            \
    } while (0)

#define CHECK_REL(got, want, rel)                                                                  \
    do {                                                                                           \
        double got_ = (got), want_ = (want);                                                       \
        if (!(fabs(got_ - want_) <= (rel)*fabs(want_)))                                            \
            fail_msg("%s = %.15g, want %.15g (relative %g)", #got, got_, want_, (double)(rel));    \
    } while (0)

/* The call succeeds; its own sentence is printed when not. */
#define CHECK_OK(call)                                                                             \
    do {                                                                                           \
        if ((call) != KEPT_OK)                                                                     \
            fail_msg("%s: %s (%s:%d)", #call, err.msg, err.file, err.line);                        \
    } while (0)

#define CHECK_CONTAINS(text, part)                                                                 \
    do {                                                                                           \
        if (!strstr((text), (part)))                                                               \
            fail_msg("\"%s\" does not contain \"%s\"", (text), (part));                            \
    } while (0)

/* Folder of the real data sets, or NULL after saying that the test is skipped. */
static inline const char *data_folder(const char *probe)
{
    static char path[4096];
    const char *env = getenv("KEPT_DATA");
    const char *source = getenv("KEPT_SOURCE");
    if (env)
        snprintf(path, sizeof path, "%s", env);
    else
        snprintf(path, sizeof path, "%s/../shared/data", source ? source : ".");
    char file[8192];
    snprintf(file, sizeof file, "%s/%s", path, probe);
    FILE *f = fopen(file, "rb");
    if (!f) {
        print_message("# skipped: no %s (set KEPT_DATA to the folder of real data)\n", file);
        return NULL;
    }
    fclose(f);
    return path;
}

#endif
