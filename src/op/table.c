#include "op/table.h"

#include <string.h>

#include "base/array.h"
#include "general/document_ops.h"
#include "general/ops.h"
#include "general/record_ops.h"
#include "keep/ops.h"
#include "keep/register.h"
#include "keep/screen.h"
#include "keep/show.h"
#include "keep/show_by.h"
#include "know/ops.h"
#include "make/ops.h"
#include "make/promise_counts.h"
#include "op/ctx.h"
#include "op/extend.h"
#include "op/version.h"
#include "realise/ops.h"

static const kept_op *const ops[] = {
    /* The workspace itself. */
    &kept_op_start,
    &kept_op_init,
    &kept_op_demo,
    &kept_op_version,
    &kept_op_backup_create,
    &kept_op_backup_check,
    &kept_op_backup_restore,
    &kept_op_doctor,
    &kept_op_verify,
    &kept_op_find_words,
    &kept_op_apply,
    &kept_op_export,
    &kept_op_schema,
    &kept_op_glossary,
    &kept_op_documents,
    &kept_op_document_versions,
    &kept_op_document_show,
    &kept_op_document_diff,
    &kept_op_measures,
    &kept_op_measures_run,
    &kept_op_measure_show,
    &kept_op_trace,
    &kept_op_personal_export,
    &kept_op_personal_erase,
    &kept_op_due,
    &kept_op_rhythms,
    &kept_op_calendars,
    &kept_op_worksheets,
    &kept_op_worksheet_show,
    &kept_op_worksheet_print,
    &kept_op_pack_list,
    &kept_op_pack_on,
    &kept_op_pack_off,
    &kept_op_warnings,
    &kept_op_warning_show,
    &kept_op_warning_accept,
    &kept_op_warning_reopen,
    &kept_op_warning_limit,
    /* Know. */
    &kept_op_import,
    &kept_op_facts,
    &kept_op_facts_show,
    &kept_op_undo,
    &kept_op_compact,
    &kept_op_simulate_orders,
    &kept_op_customer_merge,
    &kept_op_customer_split,
    /* Keep. */
    &kept_op_judge,
    &kept_op_promises,
    &kept_op_brief,
    &kept_op_calibration,
    /* Make. */
    &kept_op_openslo_export,
    &kept_op_openslo_import,
    /* Realise. */
    &kept_op_clv_fit,
    &kept_op_clv_predict,
    &kept_op_customers,
    &kept_op_report,
};

/* --- What stages add to operations of others --- */

static kept_status show_promise(kept_ctx *ctx, const kept_args *args, kept_result *result,
                                kept_err *err)
{
    return kept_show_add(ctx, args, kept_args_text(args, "id"), result, err);
}

static kept_status show_week(kept_ctx *ctx, const kept_args *args, kept_result *result,
                             kept_err *err)
{
    kept_store *store;
    (void)args;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    return kept_screen_add(ctx, store, 0, result, err);
}

static const kept_group_def *const show_groups[] = {&kept_outlook_group, NULL};
static const kept_table_def *const show_tables[] = {&kept_windows_table, &kept_events_table,
                                                    &kept_by_table, &kept_rows_table, NULL};
static const kept_table_def *const week_tables[] = {&kept_week_table, &kept_levels_table,
                                                    &kept_risk_table, NULL};

static const kept_group_def *const counts_groups[] = {&kept_counts_group, NULL};
static const kept_table_def *const counts_tables[] = {&kept_ways_table, NULL};

static const kept_extension extensions[] = {
    {"promise add", false, NULL, NULL, counts_groups, counts_tables, kept_counts_after_add},
    {"promise show", false, kept_show_params, &kept_n_show_params, show_groups, show_tables,
     show_promise},
    {"start", true, NULL, NULL, NULL, week_tables, show_week},
};

kept_status kept_ops_load(const char *workspace, kept_arena *arena, kept_op_table *ret_table,
                          kept_err *err)
{
    kept_catalogue catalogue;
    kept_documents *documents = KEPT_NEW(arena, kept_documents);
    kept_op_table records, made, printed;
    if (!documents)
        return kept_nomem(err);
    KEPT_TRY(kept_catalogue_load(workspace, arena, &catalogue, err));
    KEPT_TRY(kept_documents_load(workspace, &catalogue, arena, documents, err));
    KEPT_TRY(kept_record_ops(&catalogue, arena, &records, err));
    KEPT_TRY(kept_make_ops(&catalogue, &records, arena, &made, err));
    KEPT_TRY(kept_document_ops(documents, arena, &printed, err));
    size_t n = KEPT_N(ops) + records.n + made.n + printed.n;
    const kept_op **all = KEPT_NEW_N(arena, const kept_op *, n);
    if (!all)
        return kept_nomem(err);
    memcpy(all, ops, sizeof ops);
    memcpy(all + KEPT_N(ops), records.ops, records.n * sizeof *all);
    memcpy(all + KEPT_N(ops) + records.n, made.ops, made.n * sizeof *all);
    memcpy(all + KEPT_N(ops) + records.n + made.n, printed.ops, printed.n * sizeof *all);
    KEPT_TRY(kept_ops_extend(all, n, extensions, KEPT_N(extensions), arena, err));
    *ret_table = (kept_op_table){all, n};
    return KEPT_OK;
}
