/* kept demo: an example firm, simulated, exported and loaded through the ordinary importer. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/date.h"
#include "base/embedded.h"
#include "know/firm_int.h"
#include "know/ops.h"
#include "op/ctx.h"
#include "store/facts/import.h"
#include "store/records/apply.h"
#include "store/store.h"

/* examples/harrow, compiled in. */
extern const kept_embedded kept_harrow[];
extern const size_t kept_harrow_n;
/* examples/harrow/outcomes.csv: figures that customers gave, beginning with the day. */
extern const kept_embedded kept_harrow_facts[];
extern const size_t kept_harrow_facts_n;

enum {
    CUSTOMERS = 300,
    SECOND_EXPORT_DAYS = 90,
    DAYS_BETWEEN_EXPORTS = 28,
    TWO_YEARS = 730,
};

static const kept_param params[] = {
    {.name = "folder",
     .type = KEPT_P_FOLDER,
     .value = "DIR",
     .positional = true,
     .preset = "demo-firm",
     .help = "folder to make; it may exist when it is empty"},
    {.name = "until",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .preset = "2026-06-30",
     .help = "last day of the firm's five years"},
};

static const kept_field fields[] = {
    {.name = "folder", .title = "Workspace", .type = KEPT_TEXT},
    {.name = "customers", .title = "Customers", .type = KEPT_COUNT},
    {.name = "key_accounts", .title = "Key accounts", .type = KEPT_COUNT},
    {.name = "orders", .title = "Orders", .type = KEPT_COUNT},
    {.name = "from", .title = "From", .type = KEPT_DATE},
    {.name = "until", .title = "To", .type = KEPT_DATE},
    {.name = "truth",
     .title = "What is true",
     .type = KEPT_TEXT,
     .help = "the parameters the firm was simulated with, and the true state of every customer"},
};
static const kept_group_def group = {"", "Example firm", fields, KEPT_N(fields)};

static const kept_field import_fields[] = {
    {.name = "import", .type = KEPT_INTEGER, .title = "Import"},
    {.name = "kind", .type = KEPT_TEXT, .title = "Kind"},
    {.name = "file", .type = KEPT_TEXT, .title = "File"},
    {.name = "read", .type = KEPT_COUNT, .title = "Read"},
    {.name = "taken", .type = KEPT_COUNT, .title = "New"},
    {.name = "superseded", .type = KEPT_COUNT, .title = "Changed"},
    {.name = "unchanged", .type = KEPT_COUNT, .title = "Unchanged"},
    {.name = "set_aside", .type = KEPT_COUNT, .title = "Set aside"},
};
static const kept_table_def import_table = {"imports", "Loaded through the importer", import_fields,
                                            KEPT_N(import_fields), NULL};

static const kept_field record_fields[] = {
    {.name = "kind", .type = KEPT_TEXT, .title = "Kind"},
    {.name = "records", .type = KEPT_COUNT, .title = "Records"},
};
static const kept_table_def record_table = {"records", "Written down by its people", record_fields,
                                            KEPT_N(record_fields), NULL};

typedef kept_status (*writer)(const kept_firm *firm, const kept_firm_export *what, const char *path,
                              kept_err *err);

/* What was known on the last day, of the last so many days; 0: of all. */
typedef struct export_file {
    const char *kind;
    const char *name;
    writer write;
    int days;
    bool first; /* of two: made earlier, with errors */
} export_file;

/* What customers report, up to the last day. */
static kept_status write_outcomes(const kept_firm *firm, const kept_firm_export *what,
                                  const char *path, kept_err *err)
{
    KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
    char until[11];
    (void)firm;
    kept_day_write(what->as_of, until);
    const char *line = kept_harrow_facts[0].data;
    const char *end = line + kept_harrow_facts[0].len;
    for (bool head = true; line < end; head = false) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        size_t n = (size_t)((stop ? stop + 1 : end) - line);
        if (head || strncmp(line, until, sizeof until - 1) <= 0)
            kept_buf_add_n(&buf, line, n);
        line += n;
    }
    return kept_firm__save(&buf, path, err);
}

static const export_file files[] = {
    {"orders", "orders-1.csv", kept_firm_write_orders, 0, true},
    {"deliveries", "deliveries-1.csv", kept_firm_write_deliveries, 0, true},
    {"orders", "orders-2.csv", kept_firm_write_orders, SECOND_EXPORT_DAYS, false},
    {"deliveries", "deliveries-2.csv", kept_firm_write_deliveries, SECOND_EXPORT_DAYS, false},
    {"invoices", "invoices.csv", kept_firm_write_invoices, TWO_YEARS, false},
    {"tickets", "tickets.csv", kept_firm_write_tickets, TWO_YEARS, false},
    {"outcomes", "outcomes.csv", write_outcomes, 0, false},
};

static kept_status write_exports(const kept_firm *firm, const char *const paths[], kept_err *err)
{
    for (size_t i = 0; i < KEPT_N(files); i++) {
        const export_file *f = &files[i];
        kept_firm_export what = {f->days ? firm->end - f->days : firm->start,
                                 f->first ? firm->end - DAYS_BETWEEN_EXPORTS : firm->end, f->first};
        KEPT_TRY(f->write(firm, &what, paths[i], err));
    }
    return KEPT_OK;
}

/* --- Records --- */

static kept_status write_text(const char *path, const kept_embedded *file, kept_err *err)
{
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(file->data, 1, file->len, f) == file->len;
    if (f && fclose(f) != 0)
        ok = false;
    return ok ? KEPT_OK : kept_fail(err, KEPT_EIO, "Cannot write %s: %s.", path, strerror(errno));
}

static kept_status write_records(const char *folder, kept_arena *arena, const char ***ret_paths,
                                 kept_err *err)
{
    const char **paths = KEPT_NEW_N(arena, const char *, kept_harrow_n);
    const char *records = kept_arena_printf(arena, "%s/records", folder);
    if (!paths || !records)
        return kept_nomem(err);
    if (mkdir(records, 0777) != 0)
        return kept_fail(err, KEPT_EIO, "Cannot make %s: %s.", records, strerror(errno));
    for (size_t i = 0; i < kept_harrow_n; i++) {
        paths[i] = kept_arena_printf(arena, "%s/%s", records, kept_harrow[i].name);
        if (!paths[i])
            return kept_nomem(err);
        KEPT_TRY(write_text(paths[i], &kept_harrow[i], err));
    }
    *ret_paths = paths;
    return KEPT_OK;
}

/* What the firm's people have written down, read as any file of records is. */
static kept_status apply_records(kept_ctx *ctx, kept_store *store, const char *folder,
                                 kept_result *result, kept_err *err)
{
    const kept_apply_opts opts = {"the example firm", ctx->cancel};
    KEPT_AUTO_WRITING *writing = NULL;
    const char **paths = NULL;
    kept_applied applied;
    KEPT_TRY(write_records(folder, ctx->arena, &paths, err));
    KEPT_TRY(kept_writing_begin(store, &ctx->scope, "apply", &writing, err));
    KEPT_TRY(kept_apply_files(writing, store, &ctx->scope, paths, kept_harrow_n, &opts, ctx->arena,
                              &applied, err));
    KEPT_TRY(kept_writing_commit(writing, err));
    kept_table *table = kept_result_table(result, &record_table);
    for (size_t i = 0; i < applied.n; i++) {
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, applied.kinds[i].kind->plural);
        row[1] = kept_cell_int(applied.kinds[i].added);
    }
    return KEPT_OK;
}

static kept_status load(kept_ctx *ctx, kept_store *store, const char *const paths[],
                        kept_result *result, kept_err *err)
{
    kept_table *table = kept_result_table(result, &import_table);
    for (size_t i = 0; i < KEPT_N(files); i++) {
        kept_import import;
        kept_import_view view;
        kept_import_opts opts = {.progress = ctx->progress, .progress_who = ctx->progress_who};
        KEPT_TRY(kept_import_files(store, &ctx->scope, files[i].kind, &paths[i], 1, &opts,
                                   ctx->arena, &import, &view, err));
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_int(import.id);
        row[1] = kept_cell_text(result, import.kind);
        row[2] = kept_cell_text(result, paths[i]);
        row[3] = kept_cell_int(import.read);
        row[4] = kept_cell_int(import.taken);
        row[5] = kept_cell_int(import.superseded);
        row[6] = kept_cell_int(import.unchanged);
        row[7] = kept_cell_int(import.set_aside);
    }
    return KEPT_OK;
}

static void show(kept_result *result, const kept_firm *firm, const char *folder, const char *truth)
{
    kept_group *g = kept_result_group(result, &group);
    int64_t key = 0;
    for (size_t i = 0; i < firm->n_customers; i++)
        key += firm->customers[i].key;
    kept_group_text(result, g, "folder", folder);
    kept_group_int(result, g, "customers", (int64_t)firm->n_customers);
    kept_group_int(result, g, "key_accounts", key);
    kept_group_int(result, g, "orders", (int64_t)firm->n_orders);
    kept_group_int(result, g, "from", firm->start);
    kept_group_int(result, g, "until", firm->end);
    kept_group_text(result, g, "truth", truth);
    kept_result_note(result, KEPT_NOTE,
                     "This firm is made up, and its calendar stands still at its last day. Its two "
                     "exports of orders and of deliveries overlap, as weekly exports do, and the "
                     "second corrects some rows of the first.");
    kept_result_note(result, KEPT_ADVICE,
                     "Judge its promises: kept -w %s judge; then what the week "
                     "brings: kept -w %s",
                     folder, folder);
    kept_result_note(result, KEPT_ADVICE, "Work out its measures: kept -w %s measures run", folder);
    kept_result_note(result, KEPT_ADVICE, "What are its customers worth? kept -w %s clv predict",
                     folder);
    kept_result_note(result, KEPT_ADVICE, "What is wrong there? kept -w %s warnings", folder);
    kept_result_note(result, KEPT_ADVICE, "Before a visit: kept -w %s account C-7", folder);
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    const char *folder = kept_args_text(args, "folder");
    kept_firm firm;
    KEPT_TRY(kept_firm_simulate(CUSTOMERS, (kept_day)kept_args_get(args, "until")->integer,
                                ctx->seed, ctx->arena, &firm, err));
    kept_store_opts settings = {
        .name = "Harrow Pumps (example)", .currency = "EUR", .today = firm.end};
    KEPT_TRY(kept_store_create(folder, &settings, err));
    const char *exports = kept_arena_printf(ctx->arena, "%s/exports", folder);
    const char *truth = kept_arena_printf(ctx->arena, "%s/truth.json", folder);
    const char *paths[KEPT_N(files)];
    bool memory = exports && truth;
    for (size_t i = 0; memory && i < KEPT_N(files); i++) {
        paths[i] = kept_arena_printf(ctx->arena, "%s/%s", exports, files[i].name);
        memory = paths[i] != NULL;
    }
    if (!memory)
        return kept_nomem(err);
    if (mkdir(exports, 0777) != 0)
        return kept_fail(err, KEPT_EIO, "Cannot make %s: %s.", exports, strerror(errno));
    KEPT_TRY(write_exports(&firm, paths, err));
    KEPT_TRY(kept_firm_write_truth(&firm, truth, err));
    KEPT_AUTO_STORE *store = NULL;
    kept_open_opts open = {.to_write = true,
                           .threads = ctx->threads,
                           .cancel = ctx->cancel,
                           .allow = paths,
                           .n_allow = KEPT_N(files)};
    KEPT_TRY(kept_store_open(folder, &open, &store, err));
    KEPT_TRY(apply_records(ctx, store, folder, result, err));
    KEPT_TRY(load(ctx, store, paths, result, err));
    show(result, &firm, folder, truth);
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&group, NULL};
static const kept_table_def *const tables[] = {&record_table, &import_table, NULL};

const kept_op kept_op_demo = {
    .name = "demo",
    .stage = KEPT_GENERAL,
    .summary = "Make an example firm to try everything on",
    .detail =
        "An industrial firm with 300 customers, 18 of them key accounts, and a channel "
        "partner: five years of orders and deliveries, simulated with known parameters, "
        "exported in two overlapping files each and loaded through the ordinary importer; two "
        "years of invoices and requests, figures that customers gave; and what its people have "
        "written down - people at three levels, promises of all kinds and what came of them, "
        "needs, reviews, actions, with some faults planted. What is true stands in truth.json "
        "beside it. The same --seed gives the same orders; records and figures fit the default "
        "one.",
    .example = "kept demo demo-firm",
    .ids = "X014",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_ALONE,
    .role = KEPT_ROLE_ADMIN,
    .flags = KEPT_LONG,
    .run = run,
};
