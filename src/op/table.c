#include "op/table.h"

#include <string.h>

#include "base/array.h"
#include "general/document_ops.h"
#include "general/ops.h"
#include "general/record_ops.h"
#include "know/ops.h"
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
    /* Realise. */
    &kept_op_clv_fit,
    &kept_op_clv_predict,
    &kept_op_customers,
    &kept_op_report,
};

kept_status kept_ops_load(const char *workspace, kept_arena *arena, kept_op_table *ret_table,
                          kept_err *err)
{
    kept_catalogue catalogue;
    kept_documents *documents = KEPT_NEW(arena, kept_documents);
    kept_op_table records, printed;
    if (!documents)
        return kept_nomem(err);
    KEPT_TRY(kept_catalogue_load(workspace, arena, &catalogue, err));
    KEPT_TRY(kept_documents_load(workspace, &catalogue, arena, documents, err));
    KEPT_TRY(kept_record_ops(&catalogue, arena, &records, err));
    KEPT_TRY(kept_document_ops(documents, arena, &printed, err));
    size_t n = KEPT_N(ops) + records.n + printed.n;
    const kept_op **all = KEPT_NEW_N(arena, const kept_op *, n);
    if (!all)
        return kept_nomem(err);
    memcpy(all, ops, sizeof ops);
    memcpy(all + KEPT_N(ops), records.ops, records.n * sizeof *all);
    memcpy(all + KEPT_N(ops) + records.n, printed.ops, printed.n * sizeof *all);
    *ret_table = (kept_op_table){all, n};
    return KEPT_OK;
}
