/* kept worksheets, worksheet show: sheets of questions, and how far they are filled in. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "general/ops.h"
#include "general/worksheet_parts.h"
#include "store/records/packs.h"

/* product_line is product-line on the command line. */
static const char *command_of(const kept_record_kind *kind, kept_arena *arena)
{
    char *name = kept_arena_strdup(arena, kind->name);
    for (char *c = name; c && *c; c++)
        *c = *c == '_' ? '-' : *c;
    return name;
}

/* --- worksheets --- */

static const kept_field list_fields[] = {
    {.name = "worksheet", .title = "Name", .type = KEPT_TEXT},
    {.name = "title", .title = "Worksheet", .type = KEPT_TEXT},
    {.name = "questions", .title = "Questions", .type = KEPT_COUNT},
    {.name = "sheets", .title = "Sheets", .type = KEPT_COUNT, .help = "begun and not put away"},
    {.name = "filled",
     .title = "Filled",
     .type = KEPT_SHARE,
     .help = "share of the questions answered, mean over the sheets"},
    {.name = "command", .title = "To begin one", .type = KEPT_TEXT},
    {.name = "summary", .title = "What it is", .type = KEPT_TEXT, .detail = true},
};
static const kept_table_def list_table = {"worksheets", "Worksheets", list_fields,
                                          KEPT_N(list_fields), "No worksheet is declared."};

static kept_status list_one(kept_ctx *ctx, kept_store *store, const kept_record_kind *kind,
                            kept_table *table, kept_result *result, kept_err *err)
{
    size_t questions = kept_sheet_questions(kind);
    int64_t n;
    double answered;
    KEPT_TRY(kept_sheets_count(store, &ctx->scope, kind, &n, &answered, err));
    const char *command =
        kept_arena_printf(ctx->arena, "kept %s add \"About what\"", command_of(kind, ctx->arena));
    kept_cell *row = kept_table_row(result, table);
    row[0] = kept_cell_text(result, kind->name);
    row[1] = kept_cell_text(result, kind->title);
    row[2] = kept_cell_int((int64_t)questions);
    row[3] = kept_cell_int(n);
    row[4] = n && questions ? kept_cell_real(answered / (double)questions) : kept_cell_empty();
    row[5] = kept_cell_text(result, command);
    row[6] = kept_cell_text(result, kind->summary);
    return command ? KEPT_OK : kept_nomem(err);
}

static kept_status run_list(kept_ctx *ctx, const kept_args *args, kept_result *result,
                            kept_err *err)
{
    (void)args;
    kept_store *store;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    const kept_catalogue *catalogue = kept_store_catalogue(store);
    kept_table *table = kept_result_table(result, &list_table);
    for (size_t i = 0; i < catalogue->n_records; i++) {
        const kept_record_kind *kind = catalogue->records[i];
        bool on = false;
        if (kind->worksheet)
            KEPT_TRY(kept_pack_is_on(store, kind->pack, &on, err));
        if (on)
            KEPT_TRY(list_one(ctx, store, kind, table, result, err));
    }
    kept_result_note(result, KEPT_ADVICE, "One on paper: kept worksheet print NAME");
    return KEPT_OK;
}

static const kept_table_def *const list_tables[] = {&list_table, NULL};

const kept_op kept_op_worksheets = {
    .name = "worksheets",
    .stage = KEPT_GENERAL,
    .summary = "List worksheets, and how far they are filled in",
    .detail = "A worksheet is a list of questions. Every sheet that somebody begins is a record: "
              "it is filled in bit by bit with kept WORKSHEET edit, and its history keeps every "
              "revision. A sheet that is partly filled in is normal.",
    .example = "kept worksheets",
    .ids = "X007 K013 K048 M001",
    .tables = list_tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run_list,
};

/* --- worksheet show --- */

static const kept_param show_params[] = {{.name = "id",
                                          .type = KEPT_P_TEXT,
                                          .value = "ID",
                                          .positional = true,
                                          .required = true,
                                          .help = "the sheet, as RQ-1"}};

static const kept_field sheet_fields[] = {
    {.name = "id", .title = "Sheet", .type = KEPT_TEXT},
    {.name = "worksheet", .title = "Worksheet", .type = KEPT_TEXT},
    {.name = "sheet_title", .title = "Title", .type = KEPT_TEXT},
    {.name = "about", .title = "About", .type = KEPT_TEXT, .detail = true},
    {.name = "filled", .title = "Filled", .type = KEPT_SHARE},
    {.name = "answered", .title = "Answered", .type = KEPT_COUNT},
    {.name = "of_questions", .title = "of questions", .type = KEPT_COUNT},
    {.name = "revision", .title = "Revision", .type = KEPT_INTEGER},
};
static const kept_group_def sheet_group = {"", NULL, sheet_fields, KEPT_N(sheet_fields)};

static const kept_field answer_fields[] = {
    {.name = "name", .title = "Name", .type = KEPT_TEXT, .detail = true},
    {.name = "question", .title = "Question", .type = KEPT_TEXT},
    {.name = "help", .title = "How to answer", .type = KEPT_TEXT, .detail = true},
    {.name = "answer", .title = "Answer", .type = KEPT_TEXT},
    {.name = "answered", .title = "Answered", .type = KEPT_BOOL, .detail = true},
    {.name = "another_look",
     .title = "Look again",
     .type = KEPT_BOOL,
     .help = "the answer is one that asks for another look",
     .detail = true},
};
static const kept_table_def answer_table = {"answers", "Questions", answer_fields,
                                            KEPT_N(answer_fields), NULL};

static kept_status find_sheet(kept_ctx *ctx, kept_store *store, const char *words,
                              kept_record *ret_sheet, kept_err *err)
{
    const kept_catalogue *catalogue = kept_store_catalogue(store);
    const kept_record_kind **kinds =
        KEPT_NEW_N(ctx->arena, const kept_record_kind *, catalogue->n_records);
    size_t n = 0;
    kept_ref ref;
    if (!kinds)
        return kept_nomem(err);
    for (size_t i = 0; i < catalogue->n_records; i++)
        if (catalogue->records[i]->worksheet)
            kinds[n++] = catalogue->records[i];
    KEPT_TRY(kept_record_find(store, &ctx->scope, kinds, n, words, &ref, err));
    return kept_record_get(store, &ctx->scope, ref.kind, ref.id, ctx->arena, ret_sheet, err);
}

static kept_status show_question(kept_ctx *ctx, kept_store *store, const kept_record *sheet,
                                 const kept_record_field *field, kept_table *table,
                                 kept_result *result, kept_err *err)
{
    const char *answer;
    bool alarms = kept_sheet_alarms(sheet, field);
    KEPT_TRY(kept_sheet_answer(ctx, store, sheet, field, &answer, err));
    kept_cell *row = kept_table_row(result, table);
    row[0] = kept_cell_text(result, field->name);
    row[1] = kept_cell_text(result, field->title);
    row[2] = kept_cell_text(result, field->help[0] ? field->help : NULL);
    row[3] = kept_cell_text(result, answer ? answer : "not answered");
    row[4] = kept_cell_int(answer != NULL);
    row[5] = kept_cell_int(alarms);
    if (alarms)
        kept_result_note(result, KEPT_WARNING, "%s %s. %s", field->title, answer, field->help);
    return KEPT_OK;
}

static kept_status show_head(kept_ctx *ctx, kept_store *store, const kept_record *sheet,
                             kept_result *result, kept_err *err)
{
    const kept_record_kind *kind = sheet->kind;
    const char *id = kept_short_id(ctx->arena, (kept_ref){kind, sheet->id}), *about = NULL;
    size_t answered = kept_sheet_answered(sheet), questions = kept_sheet_questions(kind);
    if (kind->n_fields > 1 && !kept_sheet_is_question(kind, &kind->fields[1]))
        KEPT_TRY(kept_sheet_answer(ctx, store, sheet, &kind->fields[1], &about, err));
    kept_group *g = kept_result_group(result, &sheet_group);
    kept_group_text(result, g, "id", id);
    kept_group_text(result, g, "worksheet", kind->title);
    kept_group_text(result, g, "sheet_title", sheet->label[0] ? sheet->label : NULL);
    kept_group_text(result, g, "about", about);
    if (questions)
        kept_group_real(result, g, "filled", (double)answered / (double)questions);
    kept_group_int(result, g, "answered", (int64_t)answered);
    kept_group_int(result, g, "of_questions", (int64_t)questions);
    kept_group_int(result, g, "revision", sheet->revision);
    result->title = kind->title;
    return id ? KEPT_OK : kept_nomem(err);
}

static kept_status run_show(kept_ctx *ctx, const kept_args *args, kept_result *result,
                            kept_err *err)
{
    kept_store *store;
    kept_record sheet;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(find_sheet(ctx, store, kept_args_text(args, "id"), &sheet, err));
    const kept_record_kind *kind = sheet.kind;
    KEPT_TRY(show_head(ctx, store, &sheet, result, err));
    kept_table *table = kept_result_table(result, &answer_table);
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kept_sheet_is_question(kind, &kind->fields[i]))
            KEPT_TRY(show_question(ctx, store, &sheet, &kind->fields[i], table, result, err));
    const char *command = command_of(kind, ctx->arena);
    kept_result_note(result, KEPT_ADVICE, "In full: kept worksheet print %s --of %s-%" PRId64,
                     kind->name, kind->prefix, sheet.id);
    kept_result_note(result, KEPT_ADVICE, "Fill in: kept %s edit %s-%" PRId64 " --help",
                     command ? command : "", kind->prefix, sheet.id);
    return KEPT_OK;
}

static const kept_group_def *const show_groups[] = {&sheet_group, NULL};
static const kept_table_def *const show_tables[] = {&answer_table, NULL};

const kept_op kept_op_worksheet_show = {
    .name = "worksheet show",
    .stage = KEPT_GENERAL,
    .summary = "Show a sheet: questions, answers, what is open, wrong starts",
    .example = "kept worksheet show RQ-1",
    .ids = "K013 K048 M001",
    .params = show_params,
    .n_params = KEPT_N(show_params),
    .groups = show_groups,
    .tables = show_tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run_show,
};
