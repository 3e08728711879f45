/* kept trace: the golden thread through one record, both ways, and what hangs in the air. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "catalogue/trace.h"
#include "general/ops.h"
#include "op/ctx.h"
#include "store/records/loose.h"
#include "store/records/record.h"
#include "store/records/rule.h"

enum { DEPTH_MAX = 10, BRANCHES_MAX = 50, ORPHANS_SHOWN = 5 };

static const kept_param params[] = {
    {.name = "id",
     .type = KEPT_P_TEXT,
     .value = "ID",
     .positional = true,
     .help = "the record to begin with; without one, every loose end of the thread is listed"},
};

static const kept_field step_fields[] = {
    {.name = "depth", .type = KEPT_INTEGER, .title = "Step", .detail = true},
    {.name = "kind", .type = KEPT_TEXT, .title = "Kind"},
    {.name = "id", .type = KEPT_TEXT, .title = "Id"},
    {.name = "what", .type = KEPT_TEXT, .title = "What"},
    {.name = "state", .type = KEPT_TEXT, .title = "State", .detail = true},
    {.name = "missing",
     .type = KEPT_BOOL,
     .title = "Loose end",
     .help = "yes: nothing stands here; what says what that means",
     .detail = true},
};
static const kept_table_def before_table = {"before", "What it rests on, step by step", step_fields,
                                            KEPT_N(step_fields),
                                            "It stands at the beginning of the thread."};
static const kept_table_def after_table = {"after", "What follows from it, step by step",
                                           step_fields, KEPT_N(step_fields),
                                           "It stands at the end of the thread."};

static const kept_field orphan_fields[] = {
    {.name = "kind", .type = KEPT_TEXT, .title = "Kind"},
    {.name = "records", .type = KEPT_COUNT, .title = "How many"},
    {.name = "why", .type = KEPT_TEXT, .title = "Loose end"},
    {.name = "first", .type = KEPT_TEXT, .title = "The first"},
};
static const kept_table_def orphan_table = {"orphans", "Loose ends of the thread", orphan_fields,
                                            KEPT_N(orphan_fields),
                                            "Nothing hangs in the air: every joint holds."};

typedef struct walk {
    kept_ctx *ctx;
    kept_store *store;
    kept_thread thread;
    bool back;
    kept_result *result;
    kept_table *table;
    kept_ref *seen; /* on the way from the record asked for */
    size_t n_seen;
} walk;

/* --- Ends of a joint --- */

static void indented(kept_buf *out, size_t depth, const char *text)
{
    for (size_t i = 1; i < depth; i++)
        kept_buf_add(out, "\xc2\xb7 ");
    kept_buf_add(out, text);
}

static void add_step(walk *w, size_t depth, const char *kind, const char *id, const char *what,
                     const char *state, bool missing)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    indented(&text, depth, what);
    kept_cell *row = kept_table_row(w->result, w->table);
    row[0] = kept_cell_int((int64_t)depth);
    row[1] = kept_cell_text(w->result, kind);
    row[2] = kept_cell_text(w->result, id);
    row[3] = kept_cell_text(w->result, kept_buf_text(&text));
    row[4] = kept_cell_text(w->result, state);
    row[5] = kept_cell_int(missing);
}

/* Whether the field that joins them is one of the record at hand. */
static bool field_is_here(const walk *w, const kept_joint *joint)
{
    return joint->field_of_from != w->back;
}

static kept_status referred(walk *w, const kept_joint *joint, kept_ref ref, kept_ref **ret_refs,
                            size_t *ret_n, kept_err *err)
{
    const kept_record_kind *wanted = w->back ? joint->from : joint->to;
    kept_record record;
    KEPT_TRY(
        kept_record_get(w->store, &w->ctx->scope, ref.kind, ref.id, w->ctx->arena, &record, err));
    const kept_value *value = &record.values[joint->field - ref.kind->fields];
    kept_ref *refs = KEPT_NEW_N(w->ctx->arena, kept_ref, value->n_refs);
    size_t n = 0;
    if (!refs)
        return kept_nomem(err);
    for (size_t i = 0; i < value->n_refs; i++)
        if (value->refs[i].kind == wanted)
            refs[n++] = value->refs[i];
    *ret_refs = refs;
    *ret_n = n;
    return KEPT_OK;
}

static kept_status referring(walk *w, const kept_joint *joint, kept_ref ref, kept_ref **ret_refs,
                             size_t *ret_n, kept_err *err)
{
    const char *id = kept_short_id(w->ctx->arena, ref);
    const kept_record_filter filter = {.field = joint->field, .text = id};
    const kept_record_query query = {.kind = w->back ? joint->from : joint->to,
                                     .state = "all",
                                     .filters = &filter,
                                     .n_filters = 1,
                                     .limit = BRANCHES_MAX};
    kept_record *records;
    size_t total;
    if (!id)
        return kept_nomem(err);
    KEPT_TRY(kept_record_list(w->store, &w->ctx->scope, &query, w->ctx->arena, &records, ret_n,
                              &total, err));
    *ret_refs = KEPT_NEW_N(w->ctx->arena, kept_ref, *ret_n);
    if (!*ret_refs)
        return kept_nomem(err);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret_refs)[i] = (kept_ref){query.kind, records[i].id};
    return KEPT_OK;
}

/* --- Walking --- */

static kept_status follow(walk *w, kept_ref ref, size_t depth, kept_err *err);

static kept_status step(walk *w, kept_ref ref, size_t depth, kept_err *err)
{
    kept_record record;
    for (size_t i = 0; i < w->n_seen; i++)
        if (w->seen[i].kind == ref.kind && w->seen[i].id == ref.id)
            return KEPT_OK;
    KEPT_TRY(
        kept_record_get(w->store, &w->ctx->scope, ref.kind, ref.id, w->ctx->arena, &record, err));
    if (record.archived_at)
        return KEPT_OK;
    add_step(w, depth, ref.kind->title, kept_short_id(w->ctx->arena, ref), record.label,
             record.state, false);
    w->seen[w->n_seen++] = ref;
    kept_status status = follow(w, ref, depth + 1, err);
    w->n_seen--;
    return status;
}

static void loose(walk *w, const kept_joint *joint, size_t depth)
{
    const char *sentence = w->back ? joint->orphan_back : joint->orphan;
    const kept_record_kind *kind = w->back ? joint->from : joint->to;
    if (sentence)
        add_step(w, depth, kind ? kind->title : joint->to_name, NULL, sentence, NULL, true);
}

static kept_status follow_sql(walk *w, const kept_joint *joint, kept_ref ref, size_t depth,
                              kept_err *err)
{
    const kept_rule_param from = {"from",
                                  {.type = KEPT_RULE_INT, .i = ref.id, .real = (double)ref.id}};
    kept_rule_rows rows;
    KEPT_TRY(kept_rule_run(w->store, &w->ctx->scope, joint->sql, joint->source, &from, 1,
                           BRANCHES_MAX, w->ctx->arena, &rows, err));
    int label = kept_rule_column(&rows, "label");
    if (label < 0)
        return kept_fail(err, KEPT_EINPUT, "%s: The SQL from %s to %s has no column label.",
                         joint->source, joint->from->name, joint->to_name);
    for (size_t i = 0; i < rows.n; i++) {
        const char *text = rows.cells[i * rows.n_columns + (size_t)label].text;
        add_step(w, depth, joint->to_name, NULL, text ? text : "", NULL, false);
    }
    if (rows.n == 0)
        loose(w, joint, depth);
    return KEPT_OK;
}

static kept_status follow_joint(walk *w, const kept_joint *joint, kept_ref ref, size_t depth,
                                kept_err *err)
{
    kept_ref *refs = NULL;
    size_t n = 0, rows = w->table->n_rows;
    if (joint->sql)
        return follow_sql(w, joint, ref, depth, err);
    if (field_is_here(w, joint))
        KEPT_TRY(referred(w, joint, ref, &refs, &n, err));
    else
        KEPT_TRY(referring(w, joint, ref, &refs, &n, err));
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(step(w, refs[i], depth, err));
    if (w->table->n_rows == rows)
        loose(w, joint, depth);
    return KEPT_OK;
}

static kept_status follow(walk *w, kept_ref ref, size_t depth, kept_err *err)
{
    if (depth > DEPTH_MAX)
        return KEPT_OK;
    for (size_t i = 0; i < w->thread.n; i++) {
        const kept_joint *joint = &w->thread.joints[i];
        bool fits = w->back ? joint->to == ref.kind && !joint->sql : joint->from == ref.kind;
        if (fits)
            KEPT_TRY(follow_joint(w, joint, ref, depth, err));
    }
    return KEPT_OK;
}

static kept_status trace_one(walk *w, const char *words, kept_err *err)
{
    kept_ref ref;
    const char *label;
    KEPT_TRY(kept_record_find(w->store, &w->ctx->scope, NULL, 0, words, &ref, err));
    KEPT_TRY(kept_record_labels(w->store, &w->ctx->scope, &ref, 1, w->ctx->arena, &label, err));
    w->seen = KEPT_NEW_N(w->ctx->arena, kept_ref, DEPTH_MAX + 2);
    const char *id = kept_short_id(w->ctx->arena, ref);
    if (!w->seen || !id)
        return kept_nomem(err);
    w->result->title = kept_arena_printf(w->ctx->arena, "%s: %s", id, label);
    for (int back = 1; back >= 0; back--) {
        w->back = back;
        w->seen[0] = ref;
        w->n_seen = 1;
        w->table = kept_result_table(w->result, back ? &before_table : &after_table);
        KEPT_TRY(follow(w, ref, 1, err));
    }
    return KEPT_OK;
}

/* --- Loose ends --- */

static kept_status add_orphans(walk *w, const kept_joint *joint, bool back, kept_err *err)
{
    const kept_record_kind *kind = back ? joint->to : joint->from;
    KEPT_AUTO_BUF first = KEPT_BUF_INIT;
    int64_t *ids;
    size_t n, total;
    KEPT_TRY(kept_loose_ends(w->store, &w->ctx->scope, joint, back, joint->source, ORPHANS_SHOWN,
                             w->ctx->arena, &ids, &n, &total, err));
    if (n == 0)
        return KEPT_OK;
    for (size_t i = 0; i < n; i++)
        kept_buf_printf(&first, "%s%s-%" PRId64, i ? ", " : "", kind->prefix, ids[i]);
    kept_cell *row = kept_table_row(w->result, w->table);
    row[0] = kept_cell_text(w->result, kind->plural);
    row[1] = kept_cell_int((int64_t)total);
    row[2] = kept_cell_text(w->result, back ? joint->orphan_back : joint->orphan);
    row[3] = kept_cell_text(w->result, kept_buf_text(&first));
    return KEPT_OK;
}

static kept_status list_orphans(walk *w, kept_err *err)
{
    w->table = kept_result_table(w->result, &orphan_table);
    for (size_t i = 0; i < w->thread.n; i++) {
        const kept_joint *joint = &w->thread.joints[i];
        if (joint->orphan)
            KEPT_TRY(add_orphans(w, joint, false, err));
        if (joint->orphan_back && joint->to && !joint->sql)
            KEPT_TRY(add_orphans(w, joint, true, err));
    }
    return KEPT_OK;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    walk w = {.ctx = ctx, .result = result};
    const char *words = kept_args_text(args, "id");
    KEPT_TRY(kept_ctx_store(ctx, false, &w.store, err));
    KEPT_TRY(kept_thread_load(kept_store_folder(w.store), kept_store_catalogue(w.store), ctx->arena,
                              &w.thread, err));
    result->title = w.thread.title;
    return words ? trace_one(&w, words, err) : list_orphans(&w, err);
}

static const kept_table_def *const tables[] = {&before_table, &after_table, &orphan_table, NULL};

const kept_op kept_op_trace = {
    .name = "trace",
    .stage = KEPT_GENERAL,
    .summary = "Follow the thread from need to return through a record, both ways",
    .detail =
        "Need, proposition, promise, process, owner, measure, perception, return: what stands "
        "before the record and what follows from it, and where the thread is broken. Without "
        "a record, every loose end is listed.",
    .example = "kept trace P-12",
    .ids = "X001",
    .params = params,
    .n_params = KEPT_N(params),
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run,
};
