#include "make/wording.h"

#include <string.h>

#include "base/text.h"

enum { LEAST_WORDS = 4 }; /* of a promise that says what; ours */

typedef struct testing {
    const kept_wording *wording;
    const kept_wording_ask *ask;
    kept_arena *arena;
    kept_wording_finding *findings;
    bool failed;
} testing;

static void set(testing *t, kept_wording_name check, kept_wording_stands stands, const char *found)
{
    t->findings[check] = (kept_wording_finding){stands, found};
}

/* What stands in out, copied. */
static const char *keep(testing *t, const kept_buf *out)
{
    const char *text = kept_arena_strdup(t->arena, kept_buf_text(out));
    t->failed = t->failed || !text || out->failed;
    return text;
}

/* The words of the text that are among a list, each once, in quotes; how many times they stand. */
static size_t list_words(const testing *t, const char *const *words, size_t n, kept_buf *out)
{
    size_t times = 0, len = 0;
    for (size_t i = 0; i < n; i++) {
        size_t before = times;
        const char *at = t->ask->text;
        while ((at = kept_wording_find(at, words[i], &len))) {
            if (out && times == before)
                kept_buf_printf(out, "%s\"%.*s\"", out->len ? ", " : "", (int)len, at);
            times++;
            at += len;
        }
    }
    return times;
}

static size_t count_words(const char *text)
{
    size_t n = 0;
    for (const char *c = text; *c; c++)
        n += *c != ' ' && *c != '\n' && (c == text || c[-1] == ' ' || c[-1] == '\n');
    return n;
}

static bool has_digit(const char *text)
{
    return strpbrk(text, "0123456789") != NULL;
}

/* A name within a sentence: a capital letter behind a blank, and not behind the end of another. */
static bool has_name(const char *text)
{
    for (const char *c = text; *c; c++)
        if (c > text + 1 && *c >= 'A' && *c <= 'Z' && c[-1] == ' ' && !strchr(".!?:", c[-2]) &&
            !(*c == 'I' && (c[1] == ' ' || c[1] == '\'')))
            return true;
    return false;
}

static size_t has_any(const testing *t, kept_wording_name check)
{
    const kept_wording_check *c = &t->wording->checks[check];
    return list_words(t, c->words, c->n_words, NULL);
}

/* --- What must be said --- */

static void test_said(testing *t)
{
    const kept_wording_ask *ask = t->ask;
    bool who = has_any(t, KEPT_WORDING_WHO) > 0 || has_name(ask->text);
    bool when = has_any(t, KEPT_WORDING_WHEN) > 0;
    bool number = has_any(t, KEPT_WORDING_NUMBER) > 0 || has_digit(ask->text);
    set(t, KEPT_WORDING_WHO, who ? KEPT_WORDING_FINE : KEPT_WORDING_AGAIN,
        who ? "" : "nobody is named, neither you nor we");
    bool what = count_words(ask->text) >= LEAST_WORDS;
    set(t, KEPT_WORDING_WHAT, what ? KEPT_WORDING_FINE : KEPT_WORDING_AGAIN,
        what ? "" : "fewer than four words");
    const char *beside =
        ask->when ? kept_arena_printf(t->arena, "only in the record: %s", ask->when) : "";
    t->failed = t->failed || !beside;
    set(t, KEPT_WORDING_WHEN, when || ask->when ? KEPT_WORDING_FINE : KEPT_WORDING_AGAIN,
        when        ? ""
        : ask->when ? beside
                    : "no day, no time, and not how often");
    set(t, KEPT_WORDING_NUMBER, number ? KEPT_WORDING_FINE : KEPT_WORDING_AGAIN,
        number ? "" : "no number and no day");
    set(t, KEPT_WORDING_SEEN,
        ask->seen       ? KEPT_WORDING_FINE
        : ask->recorded ? KEPT_WORDING_AGAIN
                        : KEPT_WORDING_UNKNOWN,
        ask->seen       ? ask->seen
        : ask->recorded ? "the record does not say how it is judged"
                        : "the words alone do not tell");
}

/* --- What had better not stand there --- */

static void test_avoided(testing *t, kept_wording_name check)
{
    KEPT_AUTO_BUF found = KEPT_BUF_INIT;
    const kept_wording_check *c = &t->wording->checks[check];
    size_t n = list_words(t, c->words, c->n_words, &found);
    set(t, check, n ? KEPT_WORDING_AGAIN : KEPT_WORDING_FINE, keep(t, &found));
}

/* As long as it speaks of them at least as often as of us. */
static void test_theirs(testing *t)
{
    KEPT_AUTO_BUF found = KEPT_BUF_INIT;
    const kept_wording_check *c = &t->wording->checks[KEPT_WORDING_THEIRS];
    size_t ours = list_words(t, c->words, c->n_words, &found);
    size_t theirs = list_words(t, c->against, c->n_against, NULL);
    if (ours > theirs) {
        kept_buf_add(&found, theirs ? " more often than you" : ", and nothing of you");
        set(t, KEPT_WORDING_THEIRS, KEPT_WORDING_AGAIN, keep(t, &found));
    } else {
        set(t, KEPT_WORDING_THEIRS, KEPT_WORDING_FINE, "");
    }
}

static void test_one(testing *t)
{
    KEPT_AUTO_BUF found = KEPT_BUF_INIT;
    const kept_wording_check *c = &t->wording->checks[KEPT_WORDING_ONE];
    list_words(t, c->words, c->n_words, &found);
    if (strchr(t->ask->text, ';'))
        kept_buf_printf(&found, "%s\";\"", found.len ? ", " : "");
    set(t, KEPT_WORDING_ONE, found.len ? KEPT_WORDING_AGAIN : KEPT_WORDING_FINE, keep(t, &found));
}

static void test_absolute(testing *t)
{
    test_avoided(t, KEPT_WORDING_ABSOLUTE);
    kept_wording_finding *f = &t->findings[KEPT_WORDING_ABSOLUTE];
    if (f->stands == KEPT_WORDING_FINE || t->failed)
        return;
    if (!t->ask->allowance_known)
        f->stands = KEPT_WORDING_UNKNOWN;
    else if (!t->ask->allows_failures)
        f->stands = KEPT_WORDING_FINE;
    f->found = kept_arena_printf(t->arena, "%s%s", f->found,
                                 !t->ask->allowance_known ? "; what share is to be kept is not said"
                                 : t->ask->allows_failures ? ", while some may fail"
                                                           : ", and none may fail");
    t->failed = t->failed || !f->found;
}

kept_status kept_wording_test(const kept_wording *wording, const kept_wording_ask *ask,
                              kept_arena *arena, kept_wording_finding ret[static KEPT_N_WORDINGS],
                              kept_err *err)
{
    testing t = {.wording = wording, .ask = ask, .arena = arena, .findings = ret};
    test_said(&t);
    test_avoided(&t, KEPT_WORDING_VAGUE);
    test_theirs(&t);
    test_one(&t);
    test_absolute(&t);
    return t.failed ? kept_nomem(err) : KEPT_OK;
}
