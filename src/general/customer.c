/* kept customer merge, kept customer split: two records that are one customer, and one that is two.
 * Which external ids and facts belong to whom is known of customers alone, so these two commands
 * are not made from the declaration. */
#include "base/array.h"
#include "general/ops.h"
#include "op/ctx.h"
#include "store/records/merge.h"

static const char kind_name[] = "customer";

static kept_status find(kept_ctx *ctx, kept_store *store, const char *words, kept_ref *ret_ref,
                        kept_err *err)
{
    const kept_record_kind *kind = kept_catalogue_record(kept_store_catalogue(store), kind_name);
    return kept_record_find(store, &ctx->scope, &kind, 1, words, ret_ref, err);
}

static kept_status label_of(kept_ctx *ctx, kept_store *store, kept_ref ref, const char **ret_label,
                            kept_err *err)
{
    return kept_record_labels(store, &ctx->scope, &ref, 1, ctx->arena, ret_label, err);
}

/* --- Merge --- */

static const kept_param merge_params[] = {
    {.name = "customer",
     .type = KEPT_P_TEXT,
     .value = "CUSTOMER",
     .positional = true,
     .required = true,
     .help = "the one that goes: C-9, an id of its own, or its name"},
    {.name = "into",
     .type = KEPT_P_TEXT,
     .value = "CUSTOMER",
     .required = true,
     .help = "the one that stays"},
    {.name = "why", .type = KEPT_P_TEXT, .value = "TEXT", .help = "reason, for the log"},
    {.name = "dry-run", .type = KEPT_P_FLAG, .help = "say what would move, change nothing"},
};

static const kept_field merge_fields[] = {
    {.name = "customer", .title = "Customer", .type = KEPT_TEXT},
    {.name = "name", .title = "Name", .type = KEPT_TEXT},
    {.name = "archived", .title = "Archived", .type = KEPT_TEXT},
    {.name = "archived_name", .title = "Its name", .type = KEPT_TEXT},
    {.name = "ids", .title = "External ids moved", .type = KEPT_COUNT},
    {.name = "records", .title = "Records that refer to it now", .type = KEPT_COUNT},
};
static const kept_group_def merge_group = {"merge", "One customer", merge_fields,
                                           KEPT_N(merge_fields)};

static kept_status show_merge(kept_ctx *ctx, kept_store *store, kept_ref into, kept_ref from,
                              const kept_merged *merged, kept_result *result, kept_err *err)
{
    const char *into_name = NULL, *from_name = NULL;
    KEPT_TRY(label_of(ctx, store, into, &into_name, err));
    KEPT_TRY(label_of(ctx, store, from, &from_name, err));
    kept_group *g = kept_result_group(result, &merge_group);
    kept_group_text(result, g, "customer", kept_short_id(ctx->arena, into));
    kept_group_text(result, g, "name", into_name);
    kept_group_text(result, g, "archived", kept_short_id(ctx->arena, from));
    kept_group_text(result, g, "archived_name", from_name);
    kept_group_int(result, g, "ids", (int64_t)merged->ids);
    kept_group_int(result, g, "records", (int64_t)merged->records);
    return KEPT_OK;
}

static kept_status run_merge(kept_ctx *ctx, const kept_args *args, kept_result *result,
                             kept_err *err)
{
    kept_store *store = NULL;
    kept_ref into, from;
    kept_merged merged;
    KEPT_AUTO_WRITING *writing = NULL;
    KEPT_TRY(kept_ctx_records(ctx, &store, err));
    KEPT_TRY(kept_writing_begin(store, &ctx->scope, "command", &writing, err));
    KEPT_TRY(find(ctx, store, kept_args_text(args, "customer"), &from, err));
    KEPT_TRY(find(ctx, store, kept_args_text(args, "into"), &into, err));
    KEPT_TRY(
        kept_customer_merge(writing, into.id, from.id, kept_args_text(args, "why"), &merged, err));
    KEPT_TRY(show_merge(ctx, store, into, from, &merged, result, err));
    if (kept_args_flag(args, "dry-run")) {
        kept_result_note(result, KEPT_NOTE, "A trial: nothing was changed.");
        return KEPT_OK;
    }
    KEPT_TRY(kept_writing_commit(writing, err));
    if (merged.ids)
        kept_result_note(
            result, KEPT_ADVICE,
            "Their facts count as those of one customer from now on; what was measured "
            "before stays until it is measured again.");
    return KEPT_OK;
}

static const kept_group_def *const merge_groups[] = {&merge_group, NULL};

const kept_op kept_op_customer_merge = {
    .name = "customer merge",
    .stage = KEPT_KNOW,
    .summary = "Make two records of one customer one",
    .detail =
        "External ids, and with them all facts, of the customer that goes become those of the "
        "one that stays; promises, people, notes and all other records that refer to the one "
        "refer to the other; the one that goes is archived. Facts themselves are not touched. "
        "`kept customer split` parts them again.",
    .example = "kept customer merge C-9 --into C-7 --why \"same firm, two numbers\"",
    .ids = "K001",
    .params = merge_params,
    .n_params = KEPT_N(merge_params),
    .groups = merge_groups,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_MANAGER,
    .run = run_merge,
};

/* --- Split --- */

static const kept_param split_params[] = {
    {.name = "customer",
     .type = KEPT_P_TEXT,
     .value = "CUSTOMER",
     .positional = true,
     .required = true,
     .help = "the customer that is two"},
    {.name = "ids",
     .type = KEPT_P_TEXT,
     .value = "ID",
     .positional = true,
     .required = true,
     .repeated = true,
     .help = "external ids of the other one, as 0012, or crm:0012 with the source"},
    {.name = "name",
     .type = KEPT_P_TEXT,
     .value = "NAME",
     .required = true,
     .help = "name of the new record"},
    {.name = "why", .type = KEPT_P_TEXT, .value = "TEXT", .help = "reason, for the log"},
    {.name = "dry-run", .type = KEPT_P_FLAG, .help = "try it, change nothing"},
};

static const kept_field split_fields[] = {
    {.name = "customer", .title = "Customer", .type = KEPT_TEXT},
    {.name = "name", .title = "Name", .type = KEPT_TEXT},
    {.name = "new", .title = "New record", .type = KEPT_TEXT},
    {.name = "new_name", .title = "Its name", .type = KEPT_TEXT},
};
static const kept_group_def split_group = {"split", "Two customers", split_fields,
                                           KEPT_N(split_fields)};

static kept_status show_split(kept_ctx *ctx, kept_store *store, kept_ref old, kept_ref new_one,
                              kept_result *result, kept_err *err)
{
    const char *old_name = NULL, *new_name = NULL;
    KEPT_TRY(label_of(ctx, store, old, &old_name, err));
    KEPT_TRY(label_of(ctx, store, new_one, &new_name, err));
    kept_group *g = kept_result_group(result, &split_group);
    kept_group_text(result, g, "customer", kept_short_id(ctx->arena, old));
    kept_group_text(result, g, "name", old_name);
    kept_group_text(result, g, "new", kept_short_id(ctx->arena, new_one));
    kept_group_text(result, g, "new_name", new_name);
    return KEPT_OK;
}

static kept_status run_split(kept_ctx *ctx, const kept_args *args, kept_result *result,
                             kept_err *err)
{
    kept_store *store = NULL;
    kept_ref old;
    int64_t id = 0;
    const kept_arg *ids = kept_args_get(args, "ids");
    KEPT_AUTO_WRITING *writing = NULL;
    KEPT_TRY(kept_ctx_records(ctx, &store, err));
    KEPT_TRY(kept_writing_begin(store, &ctx->scope, "command", &writing, err));
    KEPT_TRY(find(ctx, store, kept_args_text(args, "customer"), &old, err));
    KEPT_TRY(kept_customer_split(writing, old.id, ids->list, ids->n_list,
                                 kept_args_text(args, "name"), kept_args_text(args, "why"), &id,
                                 err));
    kept_ref new_one = {old.kind, id};
    KEPT_TRY(show_split(ctx, store, old, new_one, result, err));
    if (kept_args_flag(args, "dry-run")) {
        kept_result_note(result, KEPT_NOTE, "A trial: nothing was changed.");
        return KEPT_OK;
    }
    return kept_writing_commit(writing, err);
}

static const kept_group_def *const split_groups[] = {&split_group, NULL};

const kept_op kept_op_customer_split = {
    .name = "customer split",
    .stage = KEPT_KNOW,
    .summary = "Make a new record for some of a customer's external ids",
    .detail =
        "The ids that are named, and with them all facts under them, go to a new record. What "
        "refers to the old record stays with it. `kept customer show` lists the ids; "
        "`kept customer merge` makes the two one again.",
    .example = "kept customer split C-7 0012 crm:88 --name \"Harrow Leeds\"",
    .ids = "K001",
    .params = split_params,
    .n_params = KEPT_N(split_params),
    .groups = split_groups,
    .access = KEPT_WRITES,
    .role = KEPT_ROLE_MANAGER,
    .run = run_split,
};
