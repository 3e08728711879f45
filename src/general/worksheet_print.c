/* kept worksheet print: a sheet in Markdown, blank or filled in, for paper. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "general/ops.h"
#include "general/worksheet_parts.h"
#include "present/markdown.h"

static const kept_param params[] = {
    {.name = "name",
     .type = KEPT_P_TEXT,
     .value = "WORKSHEET",
     .positional = true,
     .required = true,
     .help = "name of the worksheet, as kept worksheets lists it"},
    {.name = "of",
     .type = KEPT_P_TEXT,
     .value = "ID",
     .help = "a sheet that somebody began, with its answers"},
};

static bool same_name(const char *name, const char *words)
{
    for (; *name && *words; name++, words++)
        if (*name != *words && !(*name == '_' && *words == '-'))
            return false;
    return *name == *words;
}

static kept_status find_kind(kept_store *store, const char *words, kept_arena *arena,
                             const kept_record_kind **ret_kind, kept_err *err)
{
    const kept_catalogue *catalogue = kept_store_catalogue(store);
    const char **names = KEPT_NEW_N(arena, const char *, catalogue->n_records);
    size_t n = 0;
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < catalogue->n_records; i++) {
        const kept_record_kind *kind = catalogue->records[i];
        if (!kind->worksheet)
            continue;
        if (same_name(kind->name, words)) {
            *ret_kind = kind;
            return KEPT_OK;
        }
        names[n++] = kind->name;
    }
    const char *near = kept_text_nearest(words, names, n);
    return kept_fail(
        err, KEPT_ENOTFOUND, "There is no worksheet \"%.*s\".%s%s%s kept worksheets lists them.",
        KEPT_SHOWN(words, 60), near ? " Did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* --- Where an answer goes --- */

static void add_boxes(kept_buf *out, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        kept_buf_add(out, "- \xe2\x98\x90 ");
        kept_markdown_text(out, words[i], false);
        kept_buf_add_char(out, '\n');
    }
    kept_buf_add_char(out, '\n');
}

/* Lines to write on: rules of Markdown, with room between them on paper. */
static void add_lines(kept_buf *out, int n)
{
    for (int i = 0; i < n; i++)
        kept_buf_add(out, "&nbsp;\n\n---\n\n");
}

static void add_room(kept_buf *out, const kept_record_field *field)
{
    static const char *const answers[] = {"yes", "no"};
    if (field->type == KEPT_RECORD_CHOICE)
        add_boxes(out, field->choices, field->n_choices);
    else if (field->type == KEPT_RECORD_FLAG)
        add_boxes(out, answers, KEPT_N(answers));
    else
        add_lines(out, field->type == KEPT_RECORD_PROSE ? 3 : 1);
}

/* Line by line, so that a list that somebody wrote stays one. */
static void add_answer(kept_buf *out, const char *answer)
{
    kept_buf_add(out, "> ");
    kept_markdown_text(out, answer, true);
    kept_buf_add(out, "\n\n");
}

static kept_status add_question(kept_ctx *ctx, kept_store *store, const kept_record *sheet,
                                const kept_record_field *field, size_t number, kept_buf *out,
                                kept_err *err)
{
    const char *answer = NULL;
    if (sheet)
        KEPT_TRY(kept_sheet_answer(ctx, store, sheet, field, &answer, err));
    kept_buf_printf(out, "## %zu. ", number);
    kept_markdown_text(out, field->title, false);
    kept_buf_add(out, "\n\n");
    if (field->help[0]) {
        kept_buf_add(out, "*");
        kept_markdown_text(out, field->help, false);
        kept_buf_add(out, "*\n\n");
    }
    if (answer)
        add_answer(out, answer);
    else if (sheet)
        kept_buf_add(out, "Not answered.\n\n");
    else
        add_room(out, field);
    return KEPT_OK;
}

static kept_status add_head(kept_ctx *ctx, kept_store *store, const kept_record_kind *kind,
                            const kept_record *sheet, kept_buf *out, kept_err *err)
{
    const char *about = NULL;
    bool has_about = kind->n_fields > 1 && !kept_sheet_is_question(kind, &kind->fields[1]);
    kept_buf_add(out, "# ");
    kept_markdown_text(out, kind->title, false);
    if (sheet && sheet->label[0]) {
        kept_buf_add(out, ": ");
        kept_markdown_text(out, sheet->label, false);
    }
    kept_buf_add(out, "\n\n");
    kept_markdown_text(out, kind->summary, false);
    kept_buf_add(out, "\n\n");
    if (!sheet) {
        kept_buf_add(out, "Sheet: ____________________ ");
        kept_buf_add(out, has_about ? "About: ____________________\n\n" : "\n\n");
        return KEPT_OK;
    }
    if (has_about)
        KEPT_TRY(kept_sheet_answer(ctx, store, sheet, &kind->fields[1], &about, err));
    kept_buf_printf(out, "%s-%" PRId64 ", revision %" PRId64 ", %zu of %zu answered", kind->prefix,
                    sheet->id, sheet->revision, kept_sheet_answered(sheet),
                    kept_sheet_questions(kind));
    if (about) {
        kept_buf_add(out, ". About: ");
        kept_markdown_text(out, about, false);
    }
    kept_buf_add(out, "\n\n");
    return KEPT_OK;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    const char *of = kept_args_text(args, "of");
    const kept_record_kind *kind;
    kept_store *store;
    kept_record record, *sheet = NULL;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(find_kind(store, kept_args_text(args, "name"), ctx->arena, &kind, err));
    if (of) {
        kept_ref ref;
        KEPT_TRY(kept_record_find(store, &ctx->scope, &kind, 1, of, &ref, err));
        KEPT_TRY(kept_record_get(store, &ctx->scope, kind, ref.id, ctx->arena, &record, err));
        sheet = &record;
    }
    KEPT_TRY(add_head(ctx, store, kind, sheet, &out, err));
    for (size_t i = 0, number = 1; i < kind->n_fields; i++)
        if (kept_sheet_is_question(kind, &kind->fields[i]))
            KEPT_TRY(add_question(ctx, store, sheet, &kind->fields[i], number++, &out, err));
    while (out.len > 1 && out.data[out.len - 2] == '\n')
        out.data[--out.len] = '\0';
    result->document = out.failed ? NULL : kept_arena_strdup(ctx->arena, kept_buf_text(&out));
    return result->document ? KEPT_OK : kept_nomem(err);
}

const kept_op kept_op_worksheet_print = {
    .name = "worksheet print",
    .stage = KEPT_GENERAL,
    .summary = "Print a worksheet in Markdown, blank or with the answers of a sheet",
    .example = "kept worksheet print right_questions -o sheet.md\n"
               "kept worksheet print right_questions --of RQ-1",
    .ids = "K013 K048 M001 X008",
    .params = params,
    .n_params = KEPT_N(params),
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE | KEPT_DOCUMENT,
    .run = run,
};
