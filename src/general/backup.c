/* kept backup: everything of a workspace in one file, and back. */
#include "store/backup.h"

#include "base/array.h"
#include "general/ops.h"
#include "op/ctx.h"
#include "store/store.h"

/* Of a damaged backup only what could be read. */
static const kept_field fields[] = {
    {.name = "file", .title = "Backup", .type = KEPT_TEXT},
    {.name = "firm", .title = "Firm", .type = KEPT_TEXT, .detail = true},
    {.name = "made_at", .title = "Made", .type = KEPT_TIME, .detail = true},
    {.name = "made_with", .title = "Made with Kept", .type = KEPT_TEXT, .detail = true},
    {.name = "ledger_form", .title = "Form of the ledger", .type = KEPT_INTEGER, .detail = true},
    {.name = "files", .title = "Files in it", .type = KEPT_COUNT, .detail = true},
    {.name = "bytes", .title = "Unpacked", .type = KEPT_COUNT, .unit = "bytes", .detail = true},
    {.name = "packed", .title = "Size of the backup", .type = KEPT_COUNT, .unit = "bytes"},
    {.name = "imports", .title = "Imports", .type = KEPT_COUNT, .detail = true},
    {.name = "changes", .title = "Changes of records", .type = KEPT_COUNT, .detail = true},
    {.name = "head",
     .title = "Head of the change log",
     .type = KEPT_TEXT,
     .detail = true,
     .help = "hash over all changes so far; kept verify --head checks a workspace against it"},
};
static const kept_group_def group = {"", "Backup", fields, KEPT_N(fields)};

static const kept_field fault_fields[] = {
    {.name = "file", .title = "File in the backup", .type = KEPT_TEXT},
    {.name = "fault", .title = "What is wrong", .type = KEPT_TEXT},
};
static const kept_table_def fault_table = {"faults", "What is damaged", fault_fields,
                                           KEPT_N(fault_fields),
                                           "Every file in the backup is as it was written."};

static void show(kept_result *result, const char *path, const kept_backup *b)
{
    kept_group *g = kept_result_group(result, &group);
    kept_group_text(result, g, "file", path);
    kept_group_int(result, g, "packed", b->packed);
    if (!b->head) /* nothing could be read of it */
        return;
    kept_group_text(result, g, "firm", b->firm);
    kept_group_int(result, g, "made_at", b->made_at);
    kept_group_text(result, g, "made_with", b->kept && b->kept[0] ? b->kept : NULL);
    kept_group_int(result, g, "ledger_form", b->ledger_form);
    kept_group_int(result, g, "files", b->members);
    kept_group_int(result, g, "bytes", b->bytes);
    kept_group_int(result, g, "imports", b->imports);
    kept_group_int(result, g, "changes", b->changes);
    kept_group_text(result, g, "head", b->head);
}

static kept_backup_opts opts_of(kept_ctx *ctx)
{
    return (kept_backup_opts){.kept = KEPT_VERSION,
                              .progress = ctx->progress,
                              .progress_who = ctx->progress_who,
                              .cancel = ctx->cancel};
}

static const kept_group_def *const groups[] = {&group, NULL};
static const kept_table_def *const tables[] = {&fault_table, NULL};

/* --- backup create --- */

static const kept_param create_params[] = {
    {.name = "file",
     .type = KEPT_P_OUTPUT,
     .value = "FILE",
     .positional = true,
     .required = true,
     .help = "file to write, as acme-2026-03-31.zip"},
    {.name = "replace",
     .type = KEPT_P_FLAG,
     .help = "replace the file if it is there, once the new backup is whole"},
};

static kept_status run_create(kept_ctx *ctx, const kept_args *args, kept_result *result,
                              kept_err *err)
{
    const char *path = kept_args_text(args, "file");
    kept_backup_opts opts = opts_of(ctx);
    opts.replace = kept_args_flag(args, "replace");
    kept_store *store;
    kept_backup backup;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(kept_backup_create(store, &ctx->scope, path, &opts, ctx->arena, &backup, err));
    show(result, path, &backup);
    if (backup.rejects_gone)
        kept_result_note(result, KEPT_NOTE,
                         "%lld files of rows set aside had been taken away from the folder rejects "
                         "before; they are not in the backup.",
                         (long long)backup.rejects_gone);
    kept_result_note(result, KEPT_NOTE,
                     "It was read back and is whole. Keep it on another disk; the names in it are "
                     "not encrypted.");
    return KEPT_OK;
}

const kept_op kept_op_backup_create = {
    .name = "backup create",
    .stage = KEPT_GENERAL,
    .summary = "Put everything of the workspace into one file",
    .detail =
        "A zip archive that any program can open: the ledger as it stood at one moment, the "
        "facts and rows set aside that it names, proofs, the firm's own declarations, and a "
        "manifest with the hash of each. Others may go on working meanwhile. The file is read "
        "back before it gets its name: there is a whole backup or none.",
    .example = "kept backup create acme-2026-03-31.zip",
    .ids = "X006 X010",
    .params = create_params,
    .n_params = KEPT_N(create_params),
    .groups = groups,
    .access = KEPT_READS,
    .role = KEPT_ROLE_ADMIN,
    .flags = KEPT_LONG,
    .run = run_create,
};

/* --- backup check --- */

static const kept_param check_params[] = {
    {.name = "file",
     .type = KEPT_P_FILE,
     .value = "FILE",
     .positional = true,
     .required = true,
     .help = "backup to read"},
};

static kept_status run_check(kept_ctx *ctx, const kept_args *args, kept_result *result,
                             kept_err *err)
{
    const char *path = kept_args_text(args, "file");
    const kept_backup_opts opts = opts_of(ctx);
    kept_backup backup;
    KEPT_TRY(kept_backup_check(path, &opts, ctx->arena, &backup, err));
    show(result, path, &backup);
    kept_table *table = kept_result_table(result, &fault_table);
    for (size_t i = 0; i < backup.n_faults; i++) {
        kept_cell *row = kept_table_row(result, table);
        row[0] =
            kept_cell_text(result, backup.faults[i].member[0] ? backup.faults[i].member : NULL);
        row[1] = kept_cell_text(result, backup.faults[i].what);
    }
    table->more = backup.more_faults;
    result->answer_no = backup.n_faults > 0;
    if (backup.n_faults)
        kept_result_note(result, KEPT_WARNING,
                         "This backup is damaged and will not be restored; use another one.");
    return KEPT_OK;
}

const kept_op kept_op_backup_check = {
    .name = "backup check",
    .stage = KEPT_GENERAL,
    .summary = "See whether a backup is whole",
    .detail =
        "Every file in it is read and compared with its hash, the ledger is opened and checked, "
        "and every fact file that the ledger names must be there. Exit code 1 when something "
        "is wrong.",
    .example = "kept backup check acme-2026-03-31.zip",
    .ids = "X006 X010",
    .params = check_params,
    .n_params = KEPT_N(check_params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_ALONE,
    .role = KEPT_ROLE_ADMIN,
    .flags = KEPT_LONG | KEPT_REPEATABLE,
    .run = run_check,
};

/* --- backup restore --- */

static const kept_param restore_params[] = {
    {.name = "file",
     .type = KEPT_P_FILE,
     .value = "FILE",
     .positional = true,
     .required = true,
     .help = "backup to read"},
    {.name = "folder",
     .type = KEPT_P_FOLDER,
     .value = "DIR",
     .positional = true,
     .required = true,
     .help = "folder to make; it may exist when it is empty"},
};

static kept_status run_restore(kept_ctx *ctx, const kept_args *args, kept_result *result,
                               kept_err *err)
{
    const char *path = kept_args_text(args, "file"), *folder = kept_args_text(args, "folder");
    const kept_backup_opts opts = opts_of(ctx);
    kept_backup backup;
    KEPT_TRY(kept_backup_restore(path, folder, &opts, ctx->arena, &backup, err));
    show(result, path, &backup);
    kept_result_note(result, KEPT_ADVICE, "See what is there: kept -w %s", folder);
    return KEPT_OK;
}

const kept_op kept_op_backup_restore = {
    .name = "backup restore",
    .stage = KEPT_GENERAL,
    .summary = "Make a workspace from a backup",
    .detail =
        "Into a new or empty folder only: nothing is overwritten. The backup is checked while "
        "it is unpacked under another name; a damaged one leaves nothing behind.",
    .example = "kept backup restore acme-2026-03-31.zip acme-again",
    .ids = "X006 X010",
    .params = restore_params,
    .n_params = KEPT_N(restore_params),
    .groups = groups,
    .access = KEPT_ALONE,
    .role = KEPT_ROLE_ADMIN,
    .flags = KEPT_LONG,
    .run = run_restore,
};
