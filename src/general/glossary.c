/* kept glossary: what the words mean. */
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "catalogue/glossary.h"
#include "general/ops.h"
#include "op/ctx.h"

static const kept_param params[] = {
    {.name = "words",
     .type = KEPT_P_TEXT,
     .value = "WORDS",
     .positional = true,
     .repeated = true,
     .help = "a term, or words in it or in its meaning; all terms when none is given"},
};

static const kept_field fields[] = {
    {.name = "term", .type = KEPT_TEXT, .title = "Term"},
    {.name = "also", .type = KEPT_TEXT, .title = "Also", .detail = true},
    {.name = "meaning", .type = KEPT_TEXT, .title = "Meaning"},
    {.name = "source", .type = KEPT_TEXT, .title = "Source", .detail = true},
};
static const kept_table_def table_def = {"terms", "Terms", fields, KEPT_N(fields), NULL};

static const kept_field one_fields[] = {
    {.name = "term", .type = KEPT_TEXT, .title = "Term"},
    {.name = "also", .type = KEPT_TEXT, .title = "Also", .detail = true},
    {.name = "meaning", .type = KEPT_TEXT, .title = "Meaning"},
    {.name = "source", .type = KEPT_TEXT, .title = "Source", .detail = true},
};
static const kept_group_def one_def = {"found", "", one_fields, KEPT_N(one_fields)};

static const char *join_also(const kept_term *term, kept_arena *arena)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (size_t i = 0; i < term->n_also; i++)
        kept_buf_printf(&out, "%s%s", i ? ", " : "", term->also[i]);
    return term->n_also ? kept_arena_strdup(arena, kept_buf_text(&out)) : NULL;
}

static bool is_term(const kept_term *term, const char *words)
{
    bool found = kept_text_equal_nocase(term->term, words);
    for (size_t i = 0; i < term->n_also; i++)
        found = found || kept_text_equal_nocase(term->also[i], words);
    return found;
}

static bool has_words(const kept_term *term, const char *words)
{
    bool found = strcasestr(term->term, words) || strcasestr(term->meaning, words);
    for (size_t i = 0; i < term->n_also; i++)
        found = found || strcasestr(term->also[i], words);
    return found;
}

static void show_one(kept_result *result, const kept_term *term)
{
    kept_group *g = kept_result_group(result, &one_def);
    kept_group_text(result, g, "term", term->term);
    kept_group_text(result, g, "also", join_also(term, result->arena));
    kept_group_text(result, g, "meaning", term->meaning);
    kept_group_text(result, g, "source", term->source);
}

static void show_many(kept_result *result, const kept_term *terms, size_t n, const char *words)
{
    kept_table *table = kept_result_table(result, &table_def);
    for (size_t i = 0; i < n; i++) {
        if (words && !has_words(&terms[i], words))
            continue;
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, terms[i].term);
        row[1] = kept_cell_text(result, join_also(&terms[i], result->arena));
        row[2] = kept_cell_text(result, terms[i].meaning);
        row[3] = kept_cell_text(result, terms[i].source);
    }
}

static kept_status not_found(const kept_term *terms, size_t n, const char *words, kept_arena *arena,
                             kept_err *err)
{
    const char **names = KEPT_NEW_N(arena, const char *, n);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        names[i] = terms[i].term;
    const char *near = kept_text_nearest(words, names, n);
    return kept_fail(err, KEPT_ENOTFOUND, "The glossary has no \"%.80s\".%s%s%s", words,
                     near ? " Did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const kept_arg *given = kept_args_get(args, "words");
    KEPT_AUTO_BUF words = KEPT_BUF_INIT;
    kept_term *terms;
    size_t n, hits = 0;
    for (size_t i = 0; i < given->n_list; i++)
        kept_buf_printf(&words, "%s%s", i ? " " : "", given->list[i]);
    const char *text = words.len ? kept_buf_text(&words) : NULL;
    KEPT_TRY(kept_glossary_load(ctx->workspace, ctx->arena, &terms, &n, err));
    for (size_t i = 0; text && i < n; i++) {
        if (is_term(&terms[i], text)) {
            show_one(result, &terms[i]);
            return KEPT_OK;
        }
        hits += has_words(&terms[i], text);
    }
    if (text && hits == 0)
        return not_found(terms, n, text, ctx->arena, err);
    show_many(result, terms, n, text);
    return KEPT_OK;
}

static const kept_table_def *const tables[] = {&table_def, NULL};
static const kept_group_def *const groups[] = {&one_def, NULL};

const kept_op kept_op_glossary = {
    .name = "glossary",
    .stage = KEPT_GENERAL,
    .summary = "Explain the words of the field and of this program",
    .detail = "A firm adds its own words in WORKSPACE/catalogue/glossary.yaml.",
    .example = "kept glossary value proposition",
    .ids = "X019",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_ALONE,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run,
};
