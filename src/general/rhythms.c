/* kept rhythms: what comes again and again, when it was last done, and when it is next due. */
#include <string.h>

#include "base/array.h"
#include "general/due_parts.h"
#include "general/ops.h"
#include "store/records/packs.h"

static const kept_field fields[] = {
    {.name = "rhythm", .title = "Name", .type = KEPT_TEXT, .detail = true},
    {.name = "title", .title = "Rhythm", .type = KEPT_TEXT},
    {.name = "every", .title = "How often", .type = KEPT_TEXT},
    {.name = "rule", .title = "Rule (RFC 5545)", .type = KEPT_TEXT, .detail = true},
    {.name = "per", .title = "For", .type = KEPT_TEXT},
    {.name = "subjects",
     .title = "How many",
     .type = KEPT_COUNT,
     .help = "records it is for now; 1 for the firm"},
    {.name = "last_done", .title = "Last done", .type = KEPT_DATE, .help = "the latest of them"},
    {.name = "never", .title = "Never done", .type = KEPT_COUNT, .help = "how many of them"},
    {.name = "next", .title = "Next due", .type = KEPT_DATE, .help = "the earliest of them"},
    {.name = "missed", .title = "Missed", .type = KEPT_COUNT},
    {.name = "grace_days", .title = "Grace", .type = KEPT_COUNT, .unit = "days", .detail = true},
    {.name = "summary", .title = "What it is", .type = KEPT_TEXT, .detail = true},
    {.name = "advice", .title = "Command", .type = KEPT_TEXT, .detail = true},
};
static const kept_table_def table_def = {"rhythms", "Rhythms", fields, KEPT_N(fields),
                                         "No rhythm is declared."};

/* "key accounts": of which records, with the flags that must be set. */
static const char *per_of(const kept_rhythm *r, kept_arena *arena)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    if (!r->per)
        return "firm";
    kept_buf_add(&out, r->per->name);
    for (size_t i = 0; i < r->n_where; i++)
        kept_buf_printf(&out, "%s%s %s", i ? ", " : ": ", r->where[i].field->name,
                        r->where[i].text);
    return out.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&out));
}

static kept_status show_one(kept_ctx *ctx, kept_store *store, const kept_rhythm *r,
                            kept_table *table, kept_result *result, kept_err *err)
{
    KEPT_AUTO_BUF words = KEPT_BUF_INIT;
    kept_due_list list = {0};
    int64_t never = 0, missed = 0;
    kept_day next = KEPT_DAY_MAX, done = KEPT_DAY_MIN;
    KEPT_TRY(kept_due_rhythm(ctx, store, r, KEPT_DAY_MAX, &list, err));
    for (size_t i = 0; i < list.n; i++) {
        const kept_due *item = &list.items[i];
        never += item->never;
        missed += item->state == KEPT_DUE_MISSED;
        next = item->day < next ? item->day : next;
        done = !item->never && item->done > done ? item->done : done;
    }
    kept_rrule_say(&r->every, &words);
    kept_cell *row = kept_table_row(result, table);
    size_t c = 0;
    row[c++] = kept_cell_text(result, r->name);
    row[c++] = kept_cell_text(result, r->title);
    row[c++] = kept_cell_text(result, kept_buf_text(&words));
    row[c++] = kept_cell_text(result, r->every_text);
    row[c++] = kept_cell_text(result, per_of(r, ctx->arena));
    row[c++] = kept_cell_int((int64_t)list.n);
    row[c++] = done > KEPT_DAY_MIN ? kept_cell_day(done) : kept_cell_empty();
    row[c++] = kept_cell_int(never);
    row[c++] = list.n ? kept_cell_day(next) : kept_cell_empty();
    row[c++] = kept_cell_int(missed);
    row[c++] = kept_cell_int(r->grace_days);
    row[c++] = kept_cell_text(result, r->summary);
    row[c++] = kept_cell_text(result, r->advice);
    return words.failed ? kept_nomem(err) : KEPT_OK;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    (void)args;
    kept_store *store;
    kept_rhythms rhythms;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(kept_rhythms_load(kept_store_folder(store), kept_store_catalogue(store), ctx->arena,
                               &rhythms, err));
    kept_table *table = kept_result_table(result, &table_def);
    for (size_t i = 0; i < rhythms.n; i++) {
        bool on;
        KEPT_TRY(kept_pack_is_on(store, rhythms.rhythms[i].pack, &on, err));
        if (on)
            KEPT_TRY(show_one(ctx, store, &rhythms.rhythms[i], table, result, err));
        else
            kept_result_note(result, KEPT_NOTE, "%s rests: its pack is off (kept pack on %s).",
                             rhythms.rhythms[i].title, rhythms.rhythms[i].pack);
    }
    kept_result_note(result, KEPT_ADVICE, "For whom each is due: kept due");
    return KEPT_OK;
}

static const kept_table_def *const tables[] = {&table_def, NULL};

const kept_op kept_op_rhythms = {
    .name = "rhythms",
    .stage = KEPT_KEEP,
    .summary = "List what comes again and again, last done and next due",
    .detail = "A firm declares rhythms of its own in WORKSPACE/catalogue/rhythms.",
    .example = "kept rhythms",
    .ids = "X005",
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run,
};
