/* kept calendars: by whose hours working time is counted. */
#include "base/array.h"
#include "catalogue/calendar.h"
#include "general/ops.h"
#include "op/ctx.h"
#include "store/judge/worktable.h"

static const kept_field fields[] = {
    {.name = "calendar", .title = "Name", .type = KEPT_TEXT},
    {.name = "title", .title = "Calendar", .type = KEPT_TEXT, .detail = true},
    {.name = "hours", .title = "Hours", .type = KEPT_TEXT},
    {.name = "zone",
     .title = "Time zone",
     .type = KEPT_TEXT,
     .help = "empty: that of the promise, or of the firm",
     .detail = true},
    {.name = "holidays",
     .title = "Days closed",
     .type = KEPT_COUNT,
     .help = "days written down as closed"},
    {.name = "other_days",
     .title = "Days with other hours",
     .type = KEPT_COUNT,
     .help = "days written down with hours of their own",
     .detail = true},
    {.name = "until",
     .title = "Known until",
     .type = KEPT_DATE,
     .help = "the last such day: after it no holiday is known"},
    {.name = "source", .title = "Declared in", .type = KEPT_TEXT, .detail = true},
    {.name = "summary", .title = "What it is", .type = KEPT_TEXT, .detail = true},
};
static const kept_table_def table_def = {"calendars", "Working calendars", fields, KEPT_N(fields),
                                         "No working calendar is declared."};

static kept_status check_zone(kept_store *store, const kept_calendar *calendar, kept_err *err)
{
    kept_err why = KEPT_ERR_INIT;
    kept_status status = calendar->zone ? kept_zone_check(store, calendar->zone, &why) : KEPT_OK;
    if (status == KEPT_OK)
        return KEPT_OK;
    return kept_fail(err, status, "%s: %s", calendar->source, why.msg);
}

static kept_status show_one(const kept_calendar *calendar, kept_table *table, kept_result *result,
                            kept_err *err)
{
    KEPT_AUTO_BUF hours = KEPT_BUF_INIT;
    const size_t n = calendar->n_special;
    int64_t closed = 0;
    for (size_t i = 0; i < n; i++)
        closed += calendar->special[i].hours.n == 0;
    kept_calendar_say(calendar, &hours);
    kept_cell *row = kept_table_row(result, table);
    size_t c = 0;
    row[c++] = kept_cell_text(result, calendar->name);
    row[c++] = kept_cell_text(result, calendar->title);
    row[c++] = kept_cell_text(result, kept_buf_text(&hours));
    row[c++] = calendar->zone ? kept_cell_text(result, calendar->zone) : kept_cell_empty();
    row[c++] = kept_cell_int(closed);
    row[c++] = kept_cell_int((int64_t)n - closed);
    row[c++] = n ? kept_cell_day(calendar->special[n - 1].day) : kept_cell_empty();
    row[c++] = kept_cell_text(result, calendar->own ? calendar->source : "built in");
    row[c++] = kept_cell_text(result, calendar->summary);
    return hours.failed ? kept_nomem(err) : KEPT_OK;
}

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    (void)args;
    kept_store *store;
    kept_calendars calendars;
    bool own = false;
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    KEPT_TRY(kept_calendars_load(kept_store_folder(store), ctx->arena, &calendars, err));
    kept_table *table = kept_result_table(result, &table_def);
    for (size_t i = 0; i < calendars.n; i++) {
        KEPT_TRY(check_zone(store, calendars.items[i], err));
        KEPT_TRY(show_one(calendars.items[i], table, result, err));
        own |= calendars.items[i]->own;
    }
    if (!own)
        kept_result_note(result, KEPT_NOTE,
                         "Calendars that are built in know no holidays; a firm declares its own in "
                         "catalogue/calendars of the workspace.");
    return KEPT_OK;
}

static const kept_table_def *const tables[] = {&table_def, NULL};

const kept_op kept_op_calendars = {
    .name = "calendars",
    .stage = KEPT_KEEP,
    .summary = "List the working calendars: hours of the week, holidays",
    .detail = "Working time is counted by them, where a promise says so. A firm declares calendars "
              "of its own, with its holidays, in WORKSPACE/catalogue/calendars.",
    .example = "kept calendars",
    .ids = "P006 X005",
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE,
    .run = run,
};
