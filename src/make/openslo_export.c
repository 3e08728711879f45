/* kept openslo export: counted promises as OpenSLO v1. */
#include <string.h>

#include "base/array.h"
#include "make/openslo.h"
#include "make/ops.h"
#include "op/ctx.h"
#include "store/measures/measures.h"

static const kept_param params[] = {
    {.name = "promise",
     .type = KEPT_P_TEXT,
     .value = "PROMISE",
     .repeated = true,
     .help = "this promise: P-12; when not given every one that is counted and not over"},
};

typedef struct task {
    kept_ctx *ctx;
    kept_store *store;
    const kept_record_kind *kind;
    kept_record *promises;
    size_t n, n_left_out;
} task;

/* --- Which ones --- */

static const char *judged(const kept_record *promise)
{
    for (size_t i = 0; i < promise->kind->n_fields; i++)
        if (strcmp(promise->kind->fields[i].name, "judged") == 0 && promise->values[i].known)
            return promise->values[i].text;
    return "not said";
}

static kept_status read_named(task *t, const kept_arg *named, kept_err *err)
{
    t->promises = KEPT_NEW_N(t->ctx->arena, kept_record, named->n_list);
    if (!t->promises)
        return kept_nomem(err);
    for (size_t i = 0; i < named->n_list; i++) {
        kept_ref ref;
        kept_record *promise = &t->promises[t->n];
        bool again = false;
        KEPT_TRY(
            kept_record_find(t->store, &t->ctx->scope, &t->kind, 1, named->list[i], &ref, err));
        for (size_t k = 0; k < t->n; k++)
            again = again || t->promises[k].id == ref.id;
        if (again)
            continue;
        KEPT_TRY(kept_record_get(t->store, &t->ctx->scope, t->kind, ref.id, t->ctx->arena, promise,
                                 err));
        if (strcmp(judged(promise), "counted") != 0)
            return kept_fail(err, KEPT_EARG,
                             "%.60s is not counted (judged: %s); OpenSLO is about what is counted.",
                             named->list[i], judged(promise));
        t->n++;
    }
    return KEPT_OK;
}

static kept_status read_all(task *t, kept_err *err)
{
    kept_record_query query = {.kind = t->kind};
    size_t n = 0, total = 0;
    KEPT_TRY(kept_record_list(t->store, &t->ctx->scope, &query, t->ctx->arena, &t->promises, &n,
                              &total, err));
    for (size_t i = 0; i < n; i++) {
        if (strcmp(judged(&t->promises[i]), "counted") == 0)
            t->promises[t->n++] = t->promises[i];
        else
            t->n_left_out++;
    }
    return t->n ? KEPT_OK
                : kept_fail(err, KEPT_ENOTFOUND,
                            "There is no promise that is counted, and OpenSLO knows no others; add "
                            "one with: kept promise add TEXT --judged counted --measure on_time");
}

/* --- What is to be known --- */

static const struct {
    unsigned bit;
    const char *text; /* said of the promises behind it */
} sayings[] = {
    {KEPT_OPENSLO_NO_TARGET,
     "OpenSLO wants a target below 1. Where every failure breaks the promise "
     "it says " KEPT_OPENSLO_STAND_IN ": "},
    {KEPT_OPENSLO_FIGURE,
     "OpenSLO has no objective about one figure of the whole window. The value "
     "stands there with the target " KEPT_OPENSLO_STAND_IN ": "},
    {KEPT_OPENSLO_COUNT, "OpenSLO has no allowance that is a number of failures. It stands as an "
                         "annotation, beside the target share or " KEPT_OPENSLO_STAND_IN ": "},
    {KEPT_OPENSLO_TERMS, "Terms that decide what is good, as time allowed, working hours, "
                         "tolerance or coverage, stand as annotations that others do not read: "},
    {KEPT_OPENSLO_WORDS, "The measure is none that Kept counts, only words or nothing: "},
    {KEPT_OPENSLO_CUT, "The description is the beginning of a longer text, which stands as an "
                       "annotation: "},
    {KEPT_OPENSLO_HIDDEN, "Not for everybody, and so not in the file: the value at stake of "},
};

/* One note for each, with the promises it is about. */
static kept_status add_notes(task *t, const unsigned *bits, kept_result *result, kept_err *err)
{
    enum { NAMED = 12 };
    for (size_t i = 0; i < KEPT_N(sayings); i++) {
        KEPT_AUTO_BUF list = KEPT_BUF_INIT;
        size_t n = 0;
        for (size_t k = 0; k < t->n; k++) {
            if (!(bits[k] & sayings[i].bit) || n++ >= NAMED)
                continue;
            const char *id = kept_short_id(t->ctx->arena, (kept_ref){t->kind, t->promises[k].id});
            if (!id)
                return kept_nomem(err);
            kept_buf_printf(&list, "%s%s", n > 1 ? ", " : "", id);
        }
        if (n > NAMED)
            kept_buf_printf(&list, " and %zu more", n - NAMED);
        if (list.failed)
            return kept_nomem(err);
        if (n)
            kept_result_note(result, KEPT_NOTE, "%s%s.", sayings[i].text, kept_buf_text(&list));
    }
    if (t->n_left_out)
        kept_result_note(
            result, KEPT_NOTE, "Left out: %zu %s not counted but done, said, or not yet decided.",
            t->n_left_out, t->n_left_out == 1 ? "promise that is" : "promises that are");
    return KEPT_OK;
}

/* --- Running --- */

static kept_status write_all(task *t, kept_buf *out, kept_result *result, kept_err *err)
{
    kept_measures measures;
    unsigned *bits = KEPT_NEW_N(t->ctx->arena, unsigned, t->n);
    const char **services = KEPT_NEW_N(t->ctx->arena, const char *, t->n);
    if (!bits || !services)
        return kept_nomem(err);
    KEPT_TRY(kept_store_measures(t->store, t->ctx->arena, &measures, err));
    kept_openslo_writer w = {t->store, &t->ctx->scope, &measures, t->ctx->arena, out, services, 0};
    kept_buf_printf(out, "# Promises of %s. Read back with: kept openslo import FILE\n",
                    kept_store_name(t->store));
    for (size_t i = 0; i < t->n; i++) {
        KEPT_TRY(kept_ctx_check_cancel(t->ctx, err));
        KEPT_TRY(kept_openslo_write(&w, &t->promises[i], &bits[i], err));
    }
    result->document = kept_arena_strdup(t->ctx->arena, kept_buf_text(out));
    if (!result->document)
        return kept_nomem(err);
    return add_notes(t, bits, result, err);
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const kept_arg *named = kept_args_get(args, "promise");
    task t = {.ctx = ctx};
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    KEPT_TRY(kept_ctx_store(ctx, false, &t.store, err));
    t.kind = kept_catalogue_record(kept_store_catalogue(t.store), "promise");
    KEPT_TRY(named->given ? read_named(&t, named, err) : read_all(&t, err));
    return write_all(&t, &out, result, err);
}

const kept_op kept_op_openslo_export = {
    .name = "openslo export",
    .stage = KEPT_MAKE,
    .summary = "Write counted promises as OpenSLO v1",
    .detail = "Each promise becomes an SLO with its indicator in it, and customer and measure "
              "together a Service, as YAML that other programs read. What OpenSLO has no place "
              "for stands as annotations kept.dev/..., so that \"kept openslo import\" reads "
              "everything back. Promises that are done or said are not there: they count nothing.",
    .example = "kept openslo export -o promises.openslo.yaml\nkept openslo export --promise P-12",
    .ids = "M001 X006",
    .params = params,
    .n_params = KEPT_N(params),
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_LONG | KEPT_REPEATABLE | KEPT_DOCUMENT,
    .run = run,
};
