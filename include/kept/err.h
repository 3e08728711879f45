/* kept/err.h - status codes and the caller-owned error object.
 *
 * Every fallible function returns a kept_status: 0 is success, a negative code is failure, and
 * the one good sentence about it stands in the kept_err that the caller passed (NULL is allowed:
 * then only the code is known). The sentence is set once, where the fault is found; callers pass
 * it up unchanged with KEPT_TRY. Outputs are written only on success. */
#ifndef KEPT_ERR_H
#define KEPT_ERR_H

#define KEPT_MUST_CHECK                    __attribute__((warn_unused_result))
#define KEPT_PRINTF(fmt_index, args_index) __attribute__((format(printf, fmt_index, args_index)))

/* name, number, exit code of the program, HTTP status, short title */
#define KEPT_STATUS_LIST(X)                                                                        \
    X(OK, 0, 0, 200, "ok")                                                                         \
    X(EARG, -1, 2, 400, "wrong usage")                                                             \
    X(EINPUT, -2, 3, 422, "bad input")                                                             \
    X(ENOTFOUND, -3, 4, 404, "not found")                                                          \
    X(EBUSY, -4, 5, 409, "busy")                                                                   \
    X(ENUM, -5, 3, 422, "no numeric answer")                                                       \
    X(ENOMEM, -6, 70, 503, "out of memory")                                                        \
    X(EIO, -7, 3, 507, "cannot read or write")                                                     \
    X(ECORRUPT, -8, 3, 500, "damaged data")                                                        \
    X(EDENIED, -9, 4, 403, "not allowed")                                                          \
    X(ECANCELLED, -10, 130, 499, "cancelled")                                                      \
    X(EINTERNAL, -11, 70, 500, "our fault")                                                        \
    X(ENO, -12, 1, 200, "the answer is no")

typedef enum kept_status {
#define KEPT_STATUS_ENUM(name, number, exit_code, http, title) KEPT_##name = number,
    KEPT_STATUS_LIST(KEPT_STATUS_ENUM)
#undef KEPT_STATUS_ENUM
} kept_status;

typedef struct kept_err {
    kept_status code;
    const char *file; /* source file that reported, for our own fault-finding */
    int line;
    char msg[512]; /* one sentence: what, where (file, line, column), what to do */
} kept_err;

#define KEPT_ERR_INIT                                                                              \
    {                                                                                              \
        KEPT_OK, 0, 0,                                                                             \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

/* Fills err (when not NULL) and returns code. A message that is too long is cut, never overrun. */
kept_status kept_err_set(kept_err *err, kept_status code, const char *file, int line,
                         const char *fmt, ...) KEPT_PRINTF(5, 6);

#define kept_fail(err, code, ...) kept_err_set((err), (code), __FILE__, __LINE__, __VA_ARGS__)
#define kept_nomem(err)           kept_fail((err), KEPT_ENOMEM, "Out of memory.")

/* Returns early with the status of call when it failed; err has been filled by the callee. */
#define KEPT_TRY(call)                                                                             \
    do {                                                                                           \
        kept_status kept_try_status_ = (call);                                                     \
        if (kept_try_status_ != KEPT_OK)                                                           \
            return kept_try_status_;                                                               \
    } while (0)

/* Exit code of the program, HTTP status, short title. Unknown codes count as our fault. */
int kept_status_exit_code(kept_status code);
int kept_status_http(kept_status code);
const char *kept_status_title(kept_status code);
const char *kept_status_name(kept_status code); /* "EARG" */

#endif
