#include "op/op.h"

#include <assert.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "op/ctx.h"

static const struct {
    const char *name;
    const char *question;
} stages[KEPT_N_STAGES] = {
    [KEPT_KNOW] = {"know", "Who are they, what do they do and say?"},
    [KEPT_MAKE] = {"make", "What shall we promise, at what price?"},
    [KEPT_ENABLE] = {"enable", "Can we keep it?"},
    [KEPT_KEEP] = {"keep", "Did we keep it?"},
    [KEPT_REALISE] = {"realise", "What did it return, to them and to us?"},
    [KEPT_LEARN] = {"learn", "What did we expect, and were we right?"},
    [KEPT_GENERAL] = {"general", "The workspace itself"},
};

static const char *const roles[] = {
    [KEPT_ROLE_NOBODY] = "nobody",
    [KEPT_ROLE_VIEWER] = "viewer",
    [KEPT_ROLE_CONTRIBUTOR] = "contributor",
    [KEPT_ROLE_MANAGER] = "manager",
    [KEPT_ROLE_ADMIN] = "admin",
};

const char *kept_stage_name(kept_stage stage)
{
    return stages[stage].name;
}

const char *kept_stage_question(kept_stage stage)
{
    return stages[stage].question;
}

bool kept_stage_find(const char *name, kept_stage *ret_stage)
{
    for (size_t i = 0; i < KEPT_N(stages); i++) {
        if (!kept_text_equal(stages[i].name, name))
            continue;
        *ret_stage = (kept_stage)i;
        return true;
    }
    return false;
}

const kept_op *kept_op_find(const kept_op_table *table, const char *name)
{
    for (size_t i = 0; i < table->n; i++)
        if (strcmp(table->ops[i]->name, name) == 0)
            return table->ops[i];
    return NULL;
}

/* The nearer of two texts; best: NULL for none yet. NULL when neither is near. */
static const char *nearer(const char *words, const char *best, const char *other)
{
    const char *const both[] = {best, other};
    return best ? kept_text_nearest(words, both, 2) : kept_text_nearest(words, &other, 1);
}

/* The name whose first word is nearest to the first of words: "wurth" for "worth fit". */
static const char *nearest_family(const kept_op_table *table, const char *words)
{
    char first[64], families[2][64] = {"", ""};
    size_t len = strcspn(words, " "), free_one = 0;
    const char *best = NULL, *best_family = NULL;
    if (len >= sizeof first)
        return NULL;
    memcpy(first, words, len);
    first[len] = '\0';
    for (size_t i = 0; i < table->n; i++) {
        const char *name = table->ops[i]->name;
        char *family = families[free_one];
        size_t family_len = strcspn(name, " ");
        if (family_len >= sizeof families[0])
            continue;
        memcpy(family, name, family_len);
        family[family_len] = '\0';
        if (nearer(first, best_family, family) != family || kept_text_equal(family, best_family))
            continue;
        best = name;
        best_family = family;
        free_one = 1 - free_one;
    }
    return best;
}

const char *kept_op_nearest(const kept_op_table *table, const char *words)
{
    /* A word that begins a name, or is its other word, as "fit" for "clv fit". */
    for (size_t i = 0; i < table->n; i++) {
        const char *name = table->ops[i]->name, *second = strchr(name, ' ');
        if (kept_text_starts(name, words) || (second && strcmp(second + 1, words) == 0))
            return name;
    }
    const char *near = NULL;
    for (size_t i = 0; i < table->n; i++)
        near = nearer(words, near, table->ops[i]->name);
    return near ? near : nearest_family(table, words);
}

bool kept_op_leads(const kept_op_table *table, size_t i)
{
    const kept_op_family *family = table->ops[i]->family;
    for (size_t k = 0; family && k < i; k++)
        if (table->ops[k]->family == family)
            return false;
    return true;
}

const kept_param *kept_op_param(const kept_op *op, const char *name)
{
    for (size_t i = 0; i < op->n_params; i++)
        if (strcmp(op->params[i].name, name) == 0)
            return &op->params[i];
    return NULL;
}

/* The engine may read what the caller named, and nothing else outside the workspace. */
static kept_status allow_files(kept_ctx *ctx, const kept_args *args, kept_err *err)
{
    size_t n = 0;
    for (size_t i = 0; i < args->n; i++)
        if (args->arg[i].param->type == KEPT_P_FILE && args->arg[i].present)
            n += args->arg[i].param->repeated ? args->arg[i].n_list : 1;
    const char **files = KEPT_NEW_N(ctx->arena, const char *, n);
    if (!files)
        return kept_nomem(err);
    n = 0;
    for (size_t i = 0; i < args->n; i++) {
        const kept_arg *arg = &args->arg[i];
        if (arg->param->type != KEPT_P_FILE || !arg->present)
            continue;
        if (!arg->param->repeated)
            files[n++] = arg->text;
        for (size_t k = 0; arg->param->repeated && k < arg->n_list; k++)
            files[n++] = arg->list[k];
    }
    ctx->allow = files;
    ctx->n_allow = n;
    return KEPT_OK;
}

kept_status kept_op_run(const kept_op *op, kept_ctx *ctx, const kept_args *args,
                        kept_result *result, kept_err *err)
{
    assert(args->n == op->n_params);
    if (ctx->role < op->role)
        return kept_fail(err, KEPT_EDENIED,
                         "\"kept %s\" needs the role %s; %s has the role %s. Ask whoever looks "
                         "after the workspace.",
                         op->name, roles[op->role], ctx->scope.who, roles[ctx->role]);
    ctx->op = op;
    KEPT_TRY(allow_files(ctx, args, err));
    KEPT_TRY(op->run(ctx, args, result, err));
    if (result->failed)
        return kept_nomem(err);
    return KEPT_OK;
}
