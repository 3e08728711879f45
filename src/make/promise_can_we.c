/* kept promise can-we: needs against resources, suppliers, load, and the past of promises like it.
 */
#include "base/array.h"
#include "make/can_we.h"
#include "make/step.h"

static const kept_param params[] = {KEPT_STEP_ID};

static const kept_field answer_fields[] = {
    {.name = "promise", .title = "Id", .type = KEPT_TEXT},
    {.name = "text", .title = "Promise", .type = KEPT_TEXT},
    {.name = "can", .title = "Answer", .type = KEPT_TEXT},
    {.name = "because", .title = "Because of", .type = KEPT_TEXT},
    {.name = "not_known", .title = "Not known", .type = KEPT_TEXT},
};
static const kept_group_def answer_group = {"can_we", "Can we keep it?", answer_fields,
                                            KEPT_N(answer_fields)};

static const kept_field point_fields[] = {
    {.name = "point", .title = "Point", .type = KEPT_TEXT},
    {.name = "stands", .title = "Stands", .type = KEPT_TEXT},
    {.name = "finding", .title = "What was found", .type = KEPT_TEXT, .folds = true},
};
static const kept_table_def points_table = {"points", "Point by point", point_fields,
                                            KEPT_N(point_fields), NULL};

static const kept_field past_fields[] = {
    {.name = "likeness", .title = "Promises with the", .type = KEPT_TEXT},
    {.name = "promises", .title = "Promises", .type = KEPT_COUNT},
    {.name = "kept", .title = "Windows kept", .type = KEPT_COUNT},
    {.name = "windows", .title = "Of", .type = KEPT_COUNT},
    {.name = "share", .title = "Kept", .type = KEPT_SHARE},
    {.name = "not_measured", .title = "Not measured", .type = KEPT_COUNT},
};
static const kept_table_def past_table = {"past", "Promises like it, in two years", past_fields,
                                          KEPT_N(past_fields), NULL};

static const kept_field supplier_fields[] = {
    {.name = "name", .title = "Name", .type = KEPT_TEXT},
    {.name = "as", .title = "As", .type = KEPT_TEXT},
    {.name = "in_time", .title = "In time", .type = KEPT_COUNT},
    {.name = "cases", .title = "Of", .type = KEPT_COUNT},
    {.name = "share", .title = "Share", .type = KEPT_SHARE},
    {.name = "of_this", .title = "For this promise", .type = KEPT_COUNT},
    {.name = "products", .title = "Products", .type = KEPT_COUNT, .detail = true},
    {.name = "only_here", .title = "From nobody else", .type = KEPT_COUNT},
    {.name = "dependence", .title = "Replaceable by", .type = KEPT_TEXT},
    {.name = "reliability",
     .title = "Our mark",
     .type = KEPT_INTEGER,
     .help = "reliability from 1 to 10, as its record says",
     .detail = true},
};
static const kept_table_def suppliers_table = {"suppliers", "Who supplies and carries",
                                               supplier_fields, KEPT_N(supplier_fields), NULL};

static const kept_field load_fields[] = {
    {.name = "id", .title = "Id", .type = KEPT_TEXT},
    {.name = "who", .title = "Who", .type = KEPT_TEXT},
    {.name = "part", .title = "As", .type = KEPT_TEXT},
    {.name = "owns", .title = "Other promises", .type = KEPT_COUNT},
    {.name = "helps", .title = "Helps with", .type = KEPT_COUNT},
};
static const kept_table_def load_table = {"load", "What they carry already", load_fields,
                                          KEPT_N(load_fields), NULL};

/* --- Showing --- */

static kept_cell cell_of(kept_result *result, const kept_rule_cell *cell)
{
    return cell->type == KEPT_RULE_TEXT  ? kept_cell_text(result, cell->text)
           : cell->type == KEPT_RULE_INT ? kept_cell_int(cell->i)
                                         : kept_cell_empty();
}

/* Names of the points that stand so. */
static void name_points(const kept_can_we *c, kept_need need, kept_buf *out)
{
    for (size_t i = 0; i < KEPT_N_POINTS; i++)
        if (c->points[i].looked && c->points[i].need == need)
            kept_buf_printf(out, "%s%s", out->len ? ", " : "",
                            kept_point_title((kept_point_topic)i));
}

static void show_answer(const kept_can_we *c, kept_result *result)
{
    KEPT_AUTO_BUF because = KEPT_BUF_INIT, unknown = KEPT_BUF_INIT;
    kept_can can = kept_can_answer(c->points);
    kept_group *g = kept_result_group(result, &answer_group);
    if (can == KEPT_CANNOT)
        name_points(c, KEPT_NEED_MISSING, &because);
    if (can == KEPT_CANNOT || can == KEPT_CAN_RISK)
        name_points(c, KEPT_NEED_SHORT, &because);
    else if (can == KEPT_CAN_KEEP)
        name_points(c, KEPT_NEED_FINE, &because);
    name_points(c, KEPT_NEED_UNKNOWN, &unknown);
    kept_group_text(result, g, "promise", c->id);
    kept_group_text(result, g, "text", c->promise->text);
    kept_group_text(result, g, "can", kept_can_words(can));
    kept_group_text(result, g, "because", because.len ? kept_buf_text(&because) : NULL);
    kept_group_text(result, g, "not_known", unknown.len ? kept_buf_text(&unknown) : NULL);
}

static void show_points(const kept_can_we *c, kept_result *result)
{
    kept_table *table = kept_result_table(result, &points_table);
    for (size_t i = 0; i < KEPT_N_POINTS; i++) {
        const kept_point *p = &c->points[i];
        if (!p->looked)
            continue;
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, kept_point_title((kept_point_topic)i));
        row[1] = kept_cell_text(result, kept_need_words(p->need));
        row[2] = kept_cell_text(result, p->finding);
        if (p->next)
            kept_result_note(result, KEPT_ADVICE, "%s: %s", kept_point_title((kept_point_topic)i),
                             p->next);
    }
}

static void show_past(const kept_can_we *c, kept_result *result)
{
    kept_table *table = NULL;
    for (size_t i = 0; i < c->past.n; i++) {
        int64_t kept = kept_can_we_cell(&c->past, i, "kept")->i,
                windows = kept_can_we_cell(&c->past, i, "windows")->i,
                missing = kept_can_we_cell(&c->past, i, "not_measured")->i;
        if (windows + missing == 0)
            continue;
        table = table ? table : kept_result_table(result, &past_table);
        kept_cell *row = kept_table_row(result, table);
        row[0] = cell_of(result, kept_can_we_cell(&c->past, i, "likeness"));
        row[1] = cell_of(result, kept_can_we_cell(&c->past, i, "promises"));
        row[2] = kept_cell_int(kept);
        row[3] = kept_cell_int(windows);
        if (windows)
            row[4] = kept_cell_real((double)kept / (double)windows);
        row[5] = kept_cell_int(missing);
    }
}

static void show_suppliers(const kept_can_we *c, kept_result *result)
{
    kept_table *table = c->n_parties ? kept_result_table(result, &suppliers_table) : NULL;
    for (size_t i = 0; i < c->n_parties; i++) {
        const kept_case_party *p = &c->parties[i];
        kept_cell *row = kept_table_row(result, table);
        row[0] = kept_cell_text(result, p->name);
        row[1] = kept_cell_text(result, c->party_kinds[i]);
        row[2] = kept_cell_int(p->n - p->failed);
        row[3] = kept_cell_int(p->n);
        row[4] = kept_cell_real((double)(p->n - p->failed) / (double)p->n);
        row[5] = kept_cell_int(p->own);
        row[6] = kept_cell_int(p->things);
        row[7] = kept_cell_int(p->only_here);
        row[8] = cell_of(result, &c->party_records[2 * i]);
        row[9] = cell_of(result, &c->party_records[2 * i + 1]);
    }
}

static void show_load(const kept_can_we *c, kept_result *result)
{
    kept_table *table = c->load.n ? kept_result_table(result, &load_table) : NULL;
    for (size_t i = 0; i < c->load.n; i++) {
        kept_cell *row = kept_table_row(result, table);
        for (size_t k = 0; k < KEPT_N(load_fields); k++)
            row[k] = cell_of(result, kept_can_we_cell(&c->load, i, load_fields[k].name));
    }
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    kept_can_we c = {.ctx = ctx};
    kept_promise *promises = NULL;
    size_t n = 0;
    kept_ref ref;
    KEPT_TRY(kept_ctx_store(ctx, false, &c.store, err));
    const kept_record_kind *kind = kept_catalogue_record(kept_store_catalogue(c.store), "promise");
    KEPT_TRY(
        kept_record_find(c.store, &ctx->scope, &kind, 1, kept_args_text(args, "id"), &ref, err));
    KEPT_TRY(kept_promises_load(c.store, &ctx->scope, ref.id, ctx->arena, &promises, &n, err));
    if (n == 0)
        return kept_fail(err, KEPT_ENOTFOUND, "There is no such promise.");
    c.promise = promises;
    c.id = kept_short_id(ctx->arena, ref);
    if (!c.id)
        return kept_nomem(err);
    KEPT_TRY(kept_can_we_records(&c, err));
    KEPT_TRY(kept_can_we_facts(&c, err));
    show_answer(&c, result);
    show_points(&c, result);
    show_past(&c, result);
    show_suppliers(&c, result);
    show_load(&c, result);
    kept_result_note(result, KEPT_NOTE, "%s", kept_can_rule);
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&answer_group, NULL};
static const kept_table_def *const tables[] = {&points_table, &past_table, &suppliers_table,
                                               &load_table, NULL};

const kept_op kept_op_promise_can_we = {
    .name = "promise can-we",
    .stage = KEPT_MAKE,
    .summary = "Test whether a promise can be kept",
    .detail =
        "What it needs against what is there, how far its suppliers and carriers can be "
        "relied on and what hangs on one of them alone, what its owner and helpers carry "
        "already, how often it would break at what fails today, and how promises like it were "
        "kept. What of these is not known is said as not known: it is never taken for fine.",
    .example = "kept promise can-we P-12",
    .ids = "M002 P013 M067",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run,
};
