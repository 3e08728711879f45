/* What the operations on warnings share: which warning, which subject, in which state. */
#include <stdlib.h>
#include <string.h>

#include "general/warning_parts.h"

kept_status kept_warnings_of(kept_ctx *ctx, kept_store *store, kept_warnings *ret_warnings,
                             kept_err *err)
{
    return kept_warnings_load(kept_store_folder(store), kept_store_catalogue(store), ctx->arena,
                              ret_warnings, err);
}

kept_status kept_warning_subject(kept_ctx *ctx, kept_store *store, const kept_warning *warning,
                                 const char *words, int64_t *ret_subject, kept_err *err)
{
    if (!warning->about) {
        if (words && strcmp(words, KEPT_SUBJECT_FIRM) != 0)
            return kept_fail(err, KEPT_EARG,
                             "The warning %s is about the firm as a whole; write %s instead of "
                             "\"%.*s\".",
                             warning->name, KEPT_SUBJECT_FIRM, KEPT_SHOWN(words, 60));
        *ret_subject = 0;
        return KEPT_OK;
    }
    if (!words)
        return kept_fail(err, KEPT_EARG, "The warning %s is about one %s; say which, as %s-12.",
                         warning->name, warning->about->name, warning->about->prefix);
    kept_ref ref;
    KEPT_TRY(kept_record_find(store, &ctx->scope, &warning->about, 1, words, &ref, err));
    *ret_subject = ref.id;
    return KEPT_OK;
}

kept_status kept_warning_name(kept_ctx *ctx, kept_store *store, const kept_warning *warning,
                              int64_t subject, const char **ret_id, const char **ret_label,
                              kept_err *err)
{
    if (!warning->about) {
        *ret_id = KEPT_SUBJECT_FIRM;
        *ret_label = kept_store_name(store);
        return KEPT_OK;
    }
    kept_ref ref = {warning->about, subject};
    const char *id = kept_short_id(ctx->arena, ref);
    if (!id)
        return kept_nomem(err);
    KEPT_TRY(kept_record_labels(store, &ctx->scope, &ref, 1, ctx->arena, ret_label, err));
    *ret_id = id;
    return KEPT_OK;
}

const char *kept_warning_state_word(const kept_warning_state *state)
{
    return !state || strcmp(state->state, "open") == 0 ? "new" : state->state;
}

static int compare_state(const void *key, const void *item)
{
    const kept_warning_state *a = key, *b = item;
    int by_name = strcmp(a->warning, b->warning);
    return by_name ? by_name : (a->subject > b->subject) - (a->subject < b->subject);
}

const kept_warning_state *kept_warning_state_of(const kept_warning_state *states, size_t n,
                                                const kept_warning *warning, int64_t subject)
{
    kept_warning_state key = {.warning = warning->name, .subject = subject};
    return n ? bsearch(&key, states, n, sizeof *states, compare_state) : NULL;
}

int kept_warning_by_money(const void *a, const void *b)
{
    const kept_warning_line *p = a, *q = b;
    bool p_money = p->one && p->one->has_money, q_money = q->one && q->one->has_money;
    if (p_money != q_money)
        return p_money ? -1 : 1;
    if (p_money && p->one->money != q->one->money)
        return p->one->money > q->one->money ? -1 : 1;
    const kept_warning *v = p->look->warning, *w = q->look->warning;
    if (v->weight != w->weight)
        return w->weight - v->weight;
    if (v != w)
        return strcmp(v->name, w->name);
    return (p->subject > q->subject) - (p->subject < q->subject);
}
