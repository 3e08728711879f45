/* kept KIND add, edit, move, link, archive, revert: changing records of a declared kind. */
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "general/record_parts.h"

/* An operation that changes one record: opens the store for it, begins, and shows what came of it.
 */
typedef struct change {
    kept_ctx *ctx;
    const kept_args *args;
    kept_store *store;
    const kept_record_kind *kind;
    kept_writing *writing;
    bool dry_run;
} change;

static const char *optional(const kept_args *args, const char *name)
{
    for (size_t i = 0; i < args->n; i++)
        if (strcmp(args->arg[i].param->name, name) == 0)
            return args->arg[i].present ? args->arg[i].text : NULL;
    return NULL;
}

/* Not every command has the flag. */
static bool is_on(const kept_args *args, const char *flag)
{
    return optional(args, flag) && kept_args_flag(args, flag);
}

static kept_status begin(kept_ctx *ctx, const kept_args *args, change *c, kept_err *err)
{
    *c = (change){.ctx = ctx, .args = args, .dry_run = is_on(args, "dry-run")};
    KEPT_TRY(kept_ctx_records(ctx, &c->store, err));
    KEPT_TRY(kept_record_kind_of(ctx, c->store, &c->kind, err));
    return kept_writing_begin(c->store, &ctx->scope, "command", &c->writing, err);
}

static const char *said(const change *c, const kept_edited *edited, const char *done)
{
    const char *id = kept_short_id(c->ctx->arena, edited->ref);
    const char *what = edited->n_changes == 0 ? "Nothing to change:"
                       : edited->added        ? "Added"
                                              : done;
    return id ? kept_arena_printf(c->ctx->arena, "%s %s%s", what, id,
                                  c->dry_run && edited->n_changes ? " (trial: nothing was kept)"
                                                                  : "")
              : NULL;
}

/* The record is shown as it stands inside the writing, then the writing counts. */
static kept_status finish(change *c, const kept_edited *edited, const char *done,
                          kept_result *result, kept_err *err)
{
    kept_record record;
    kept_ctx *ctx = c->ctx;
    KEPT_TRY(kept_record_get(c->store, &ctx->scope, edited->ref.kind, edited->ref.id, ctx->arena,
                             &record, err));
    result->currency = kept_store_currency(c->store);
    result->title = said(c, edited, done);
    KEPT_TRY(kept_record_show(ctx, c->store, &record, result, err));
    return c->dry_run ? KEPT_OK : kept_writing_commit(c->writing, err);
}

static kept_status write(change *c, kept_edit *edit, const char *done, kept_result *result,
                         kept_err *err)
{
    kept_edited edited;
    edit->kind = c->kind;
    edit->why = optional(c->args, "why");
    for (size_t i = 0; i < c->args->n; i++)
        if (strcmp(c->args->arg[i].param->name, "revision") == 0)
            edit->revision = c->args->arg[i].integer;
    KEPT_TRY(kept_record_write(c->writing, edit, &edited, err));
    return finish(c, &edited, done, result, err);
}

/* The end of every change: what was not committed is rolled back. */
static kept_status end(change *c, kept_status status)
{
    kept_writing_end(c->writing);
    return status;
}

static kept_status named(change *c, kept_edit *edit, kept_err *err)
{
    kept_ref ref;
    KEPT_TRY(kept_record_named(c->ctx, c->store, c->kind, c->args, &ref, err));
    edit->id = ref.id;
    return KEPT_OK;
}

/* --- Fields --- */

static kept_status read_sets(change *c, kept_edit *edit, kept_err *err)
{
    kept_arena *arena = c->ctx->arena;
    kept_set *sets = KEPT_NEW_N(arena, kept_set, 2 * c->kind->n_fields + 1);
    const kept_arg *clear = NULL;
    size_t n = 0;
    if (!sets)
        return kept_nomem(err);
    for (size_t i = 0; i < c->args->n; i++) {
        const kept_arg *arg = &c->args->arg[i];
        if (strcmp(arg->param->name, "clear") == 0)
            clear = arg;
        if (!arg->given)
            continue;
        for (size_t f = 0; f < c->kind->n_fields; f++) {
            char *option = kept_record_field_option(arena, &c->kind->fields[f]);
            const char **one = KEPT_NEW(arena, const char *);
            if (!option || !one)
                return kept_nomem(err);
            if (strcmp(option, arg->param->name) != 0)
                continue;
            one[0] = arg->text;
            sets[n++] = arg->param->repeated
                            ? (kept_set){c->kind->fields[f].name, arg->list, arg->n_list}
                            : (kept_set){c->kind->fields[f].name, one, 1};
        }
    }
    for (size_t i = 0; clear && i < clear->n_list && i <= c->kind->n_fields; i++) {
        char *field = kept_arena_strdup(arena, clear->list[i]);
        for (char *p = field; p && *p; p++)
            *p = *p == '-' ? '_' : *p;
        if (!field)
            return kept_nomem(err);
        sets[n++] = (kept_set){.field = field};
    }
    edit->sets = sets;
    edit->n_sets = n;
    return KEPT_OK;
}

/* "crm:4711" is 4711 in the source crm; "4711" is the firm's own. */
static kept_status read_external(change *c, kept_edit *edit, kept_err *err)
{
    const char *text = optional(c->args, "external-id");
    const char *colon = text ? strchr(text, ':') : NULL;
    if (!colon) {
        edit->external_id = text;
        return KEPT_OK;
    }
    if (colon == text || colon[1] == '\0')
        return kept_fail(err, KEPT_EARG,
                         "--external-id takes an id, or a source and an id as crm:4711, not "
                         "\"%.80s\".",
                         text);
    edit->source = kept_arena_strndup(c->ctx->arena, text, (size_t)(colon - text));
    edit->external_id = colon + 1;
    return edit->source ? KEPT_OK : kept_nomem(err);
}

/* --- The commands --- */

static kept_status add(change *c, kept_result *result, kept_err *err)
{
    kept_edit edit = {.state = optional(c->args, "state")};
    KEPT_TRY(read_sets(c, &edit, err));
    KEPT_TRY(read_external(c, &edit, err));
    return write(c, &edit, "Changed", result, err);
}

kept_status kept_record_run_add(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                kept_err *err)
{
    change c;
    KEPT_TRY(begin(ctx, args, &c, err));
    return end(&c, add(&c, result, err));
}

static kept_status edit_fields(change *c, kept_result *result, kept_err *err)
{
    kept_edit edit = {0};
    KEPT_TRY(named(c, &edit, err));
    KEPT_TRY(read_sets(c, &edit, err));
    KEPT_TRY(read_external(c, &edit, err));
    if (edit.n_sets == 0 && !edit.external_id)
        return kept_fail(
            err, KEPT_EARG,
            "Nothing is named that should change; name a field, as in --%s \"...\", or "
            "--clear FIELD.",
            kept_record_option(c->ctx->arena, c->kind->label));
    return write(c, &edit, "Changed", result, err);
}

kept_status kept_record_run_edit(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_err *err)
{
    change c;
    KEPT_TRY(begin(ctx, args, &c, err));
    return end(&c, edit_fields(&c, result, err));
}

static kept_status move(change *c, kept_result *result, kept_err *err)
{
    kept_edit edit = {.state = kept_args_text(c->args, "state")};
    KEPT_TRY(named(c, &edit, err));
    return write(c, &edit, "Moved", result, err);
}

kept_status kept_record_run_move(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_err *err)
{
    change c;
    KEPT_TRY(begin(ctx, args, &c, err));
    return end(&c, move(&c, result, err));
}

static kept_status link_records(change *c, kept_result *result, kept_err *err)
{
    bool remove = kept_args_flag(c->args, "remove");
    const kept_arg *others = kept_args_get(c->args, "other");
    char *field = kept_arena_strdup(c->ctx->arena, kept_args_text(c->args, "field"));
    if (!field)
        return kept_nomem(err);
    for (char *p = field; *p; p++)
        *p = *p == '-' ? '_' : *p;
    const kept_set set = {field, others->list, others->n_list};
    kept_edit edit = {.sets = &set, .n_sets = 1, .put = remove ? KEPT_PUT_REMOVE : KEPT_PUT_ADD};
    KEPT_TRY(named(c, &edit, err));
    return write(c, &edit, remove ? "Unlinked" : "Linked", result, err);
}

kept_status kept_record_run_link(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                 kept_err *err)
{
    change c;
    KEPT_TRY(begin(ctx, args, &c, err));
    return end(&c, link_records(&c, result, err));
}

static kept_status archive(change *c, kept_result *result, kept_err *err)
{
    bool back = kept_args_flag(c->args, "back");
    kept_edit edit = {.archive = back ? -1 : 1};
    KEPT_TRY(named(c, &edit, err));
    return write(c, &edit, back ? "Brought back" : "Archived", result, err);
}

kept_status kept_record_run_archive(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                    kept_err *err)
{
    change c;
    KEPT_TRY(begin(ctx, args, &c, err));
    return end(&c, archive(&c, result, err));
}

static kept_status revert(change *c, kept_result *result, kept_err *err)
{
    kept_ref ref;
    kept_edited edited;
    KEPT_TRY(kept_record_named(c->ctx, c->store, c->kind, c->args, &ref, err));
    KEPT_TRY(kept_record_revert(c->writing, ref, kept_args_get(c->args, "change")->integer,
                                optional(c->args, "why"), &edited, err));
    return finish(c, &edited, "Reverted", result, err);
}

kept_status kept_record_run_revert(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                   kept_err *err)
{
    change c;
    KEPT_TRY(begin(ctx, args, &c, err));
    return end(&c, revert(&c, result, err));
}
