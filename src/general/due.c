/* kept due: what is to be done by when, as a list or as a calendar. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/ical.h"
#include "general/due_parts.h"
#include "general/ops.h"

enum { DAYS_AHEAD = 30, COMMANDS_SHOWN = 3 };

static const kept_param params[] = {
    {.name = "until",
     .type = KEPT_P_DATE,
     .value = "DATE",
     .help = "last day to look at; when not given, 30 days from today"},
    {.name = "all", .type = KEPT_P_FLAG, .help = "whatever the day, however far off"},
    {.name = "about",
     .type = KEPT_P_TEXT,
     .value = "ID",
     .help = "only about this record, or this customer and what belongs to it"},
    {.name = "ics",
     .type = KEPT_P_FLAG,
     .help = "as a calendar (iCalendar), which other programs show; so is -o FILE.ics"},
};

static const kept_field fields[] = {
    {.name = "day", .title = "Due", .type = KEPT_DATE},
    {.name = "days",
     .title = "Days left",
     .type = KEPT_INTEGER,
     .help = "below zero: days over",
     .detail = true},
    {.name = "when", .title = "When", .type = KEPT_TEXT},
    {.name = "what", .title = "What", .type = KEPT_TEXT},
    {.name = "about", .title = "About", .type = KEPT_TEXT},
    {.name = "subject",
     .title = "Which is",
     .type = KEPT_TEXT,
     .help = "the customer, and what the record is called"},
    {.name = "label", .title = "Called", .type = KEPT_TEXT, .detail = true},
    {.name = "customer",
     .title = "Customer (id)",
     .type = KEPT_TEXT,
     .help = "that it belongs to",
     .detail = true},
    {.name = "customer_name", .title = "Customer", .type = KEPT_TEXT, .detail = true},
    {.name = "owner", .title = "Owner", .type = KEPT_TEXT},
    {.name = "state",
     .title = "State",
     .type = KEPT_TEXT,
     .help = "missed: the day and the days of grace are over",
     .detail = true},
    {.name = "last_done", .title = "Last done", .type = KEPT_DATE, .detail = true},
    {.name = "advice", .title = "Command", .type = KEPT_TEXT, .detail = true},
    {.name = "rhythm", .title = "Rhythm", .type = KEPT_TEXT, .detail = true},
};
static const kept_table_def table_def = {
    "due", "What is due", fields, KEPT_N(fields),
    "Nothing. Say which customers are key accounts, or give an action a day, and it shows here."};

static const kept_field count_fields[] = {
    {.name = "today", .title = "As of", .type = KEPT_DATE},
    {.name = "until", .title = "Until", .type = KEPT_DATE},
    {.name = "missed", .title = "Missed", .type = KEPT_COUNT},
    {.name = "due_now", .title = "Due now", .type = KEPT_COUNT},
    {.name = "coming", .title = "Coming", .type = KEPT_COUNT},
};
static const kept_group_def count_group = {"", NULL, count_fields, KEPT_N(count_fields)};

/* --- Words --- */

static const char *when_of(const kept_due *item, kept_day today, kept_arena *arena)
{
    int days = item->day - today;
    if (item->never && item->state != KEPT_DUE_COMING)
        return "never done";
    if (days == 0)
        return "today";
    return kept_arena_printf(arena, days < 0 ? "%d day%s ago" : "in %d day%s",
                             days < 0 ? -days : days, days == 1 || days == -1 ? "" : "s");
}

/* "Action"; "Promise: due on" where a kind has several days. */
static const char *what_of(const kept_due *item, kept_arena *arena)
{
    size_t n = 0;
    if (item->rhythm)
        return item->rhythm->title;
    for (size_t i = 0; i < item->about.kind->n_fields; i++)
        n += item->about.kind->fields[i].due;
    if (n == 1)
        return item->about.kind->title;
    char *field = kept_arena_strdup(arena, item->field->title);
    if (field && field[0] >= 'A' && field[0] <= 'Z' && (field[1] < 'A' || field[1] > 'Z'))
        field[0] = (char)(field[0] - 'A' + 'a');
    return field ? kept_arena_printf(arena, "%s: %s", item->about.kind->title, field) : NULL;
}

static const char *id_of(const kept_due *item, kept_arena *arena)
{
    return item->about.kind ? kept_short_id(arena, item->about) : "firm";
}

/* "Fenmoor Foods: Keep the own van free." */
static const char *subject_of(const kept_due *item, kept_arena *arena)
{
    if (!item->customer_name)
        return item->label;
    return kept_arena_printf(arena, "%s: %s", item->customer_name, item->label);
}

/* --- As a list --- */

static kept_status show_item(kept_ctx *ctx, const kept_record_kind *customers, const kept_due *item,
                             kept_day today, kept_table *table, kept_result *result, kept_err *err)
{
    const char *customer = kept_short_id(ctx->arena, (kept_ref){customers, item->customer});
    const char *when = when_of(item, today, ctx->arena), *what = what_of(item, ctx->arena);
    const char *id = id_of(item, ctx->arena);
    const char *subject = subject_of(item, ctx->arena);
    if (!when || !what || !id || !customer || !subject)
        return kept_nomem(err);
    kept_cell *row = kept_table_row(result, table);
    size_t c = 0;
    row[c++] = kept_cell_day(item->day);
    row[c++] = kept_cell_int(item->day - today);
    row[c++] = kept_cell_text(result, when);
    row[c++] = kept_cell_text(result, what);
    row[c++] = kept_cell_text(result, id);
    row[c++] = kept_cell_text(result, subject);
    row[c++] = kept_cell_text(result, item->label);
    row[c++] = kept_cell_text(result, item->customer ? customer : NULL);
    row[c++] = kept_cell_text(result, item->customer_name);
    row[c++] = kept_cell_text(result, item->owner);
    row[c++] = kept_cell_text(result, kept_due_state_word(item->state));
    row[c++] = item->rhythm && !item->never ? kept_cell_day(item->done) : kept_cell_empty();
    row[c++] = kept_cell_text(result, item->advice);
    row[c++] = kept_cell_text(result, item->rhythm ? item->rhythm->name : NULL);
    return KEPT_OK;
}

static void show_counts(const kept_due_list *list, kept_day today, kept_day until,
                        kept_result *result)
{
    int64_t n[] = {0, 0, 0};
    for (size_t i = 0; i < list->n; i++)
        n[list->items[i].state]++;
    kept_group *g = kept_result_group(result, &count_group);
    kept_group_int(result, g, "today", today);
    if (until < KEPT_DAY_MAX)
        kept_group_int(result, g, "until", until);
    kept_group_int(result, g, "missed", n[KEPT_DUE_MISSED]);
    kept_group_int(result, g, "due_now", n[KEPT_DUE_NOW]);
    kept_group_int(result, g, "coming", n[KEPT_DUE_COMING]);
}

static kept_status show(kept_ctx *ctx, kept_store *store, const kept_due_list *list, kept_day until,
                        kept_result *result, kept_err *err)
{
    kept_day today = kept_rule_today(&ctx->scope);
    const kept_record_kind *customers =
        kept_catalogue_record(kept_store_catalogue(store), "customer");
    result->title = "What is due";
    show_counts(list, today, until, result);
    kept_table *table = kept_result_table(result, &table_def);
    for (size_t i = 0; i < list->n; i++)
        KEPT_TRY(show_item(ctx, customers, &list->items[i], today, table, result, err));
    for (size_t i = 0; i < list->n && i < COMMANDS_SHOWN; i++)
        if (list->items[i].state != KEPT_DUE_COMING)
            kept_result_note(result, KEPT_ADVICE, "%s, %s: %s",
                             what_of(&list->items[i], ctx->arena),
                             id_of(&list->items[i], ctx->arena), list->items[i].advice);
    if (list->n)
        kept_result_note(result, KEPT_ADVICE, "For your calendar: kept due --all -o due.ics");
    kept_result_note(result, KEPT_ADVICE, "What comes again and again: kept rhythms");
    return KEPT_OK;
}

/* --- As a calendar --- */

/* For ever the same for the same thing: a rhythm and its subject, a field and its record. */
static void write_uid(const kept_due *item, const char *id, kept_buf *out)
{
    kept_buf_printf(out, "%s-%s@kept", id, item->rhythm ? item->rhythm->name : item->field->name);
}

static kept_status add_event(kept_ctx *ctx, const kept_due *item, kept_buf *out, kept_err *err)
{
    KEPT_AUTO_BUF uid = KEPT_BUF_INIT;
    KEPT_AUTO_BUF more = KEPT_BUF_INIT;
    const char *what = what_of(item, ctx->arena), *id = id_of(item, ctx->arena);
    const char *subject = subject_of(item, ctx->arena);
    if (!what || !id || !subject)
        return kept_nomem(err);
    write_uid(item, id, &uid);
    if (item->rhythm)
        kept_buf_printf(&more, "%s\n", item->rhythm->summary);
    if (item->owner)
        kept_buf_printf(&more, "Owner: %s\n", item->owner);
    kept_buf_add(&more, item->advice);
    const char *summary =
        kept_arena_printf(ctx->arena, "%s: %s%s%s", what, subject, item->about.kind ? ", " : "",
                          item->about.kind ? id : "");
    if (uid.failed || more.failed || !summary)
        return kept_nomem(err);
    kept_ical_event_add(out, &(kept_ical_event){
                                 .uid = kept_buf_text(&uid),
                                 .stamp = kept_rule_today(&ctx->scope) * KEPT_DAY_MICROS,
                                 .day = item->day,
                                 .summary = summary,
                                 .description = kept_buf_text(&more),
                                 .categories = item->rhythm ? item->rhythm->stage : NULL,
                                 .rule = item->rhythm ? &item->rhythm->every : NULL,
                             });
    return KEPT_OK;
}

static kept_status write_calendar(kept_ctx *ctx, kept_store *store, const kept_due_list *list,
                                  kept_result *result, kept_err *err)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    const char *name = kept_arena_printf(ctx->arena, "%s: what is due", kept_store_name(store));
    if (!name)
        return kept_nomem(err);
    kept_ical_begin(&out, name);
    for (size_t i = 0; i < list->n; i++)
        KEPT_TRY(add_event(ctx, &list->items[i], &out, err));
    kept_ical_end(&out);
    result->document = out.failed ? NULL : kept_arena_strdup(ctx->arena, kept_buf_text(&out));
    return result->document ? KEPT_OK : kept_nomem(err);
}

/* --- The operation --- */

static kept_status run(kept_ctx *ctx, const kept_args *args, kept_result *result, kept_err *err)
{
    kept_store *store;
    kept_due_list list;
    kept_due_ask ask = {.about = {NULL, 0}};
    const char *about = kept_args_text(args, "about");
    const kept_arg *until = kept_args_get(args, "until");
    KEPT_TRY(kept_ctx_store(ctx, false, &store, err));
    if (about)
        KEPT_TRY(kept_record_find(store, &ctx->scope, NULL, 0, about, &ask.about, err));
    if (until->given && kept_args_flag(args, "all"))
        return kept_fail(err, KEPT_EARG, "--all looks at every day; leave --until out.");
    ask.until = until->given                  ? (kept_day)until->integer
                : kept_args_flag(args, "all") ? KEPT_DAY_MAX
                                              : kept_rule_today(&ctx->scope) + DAYS_AHEAD;
    KEPT_TRY(kept_due_find(ctx, store, &ask, &list, err));
    KEPT_TRY(show(ctx, store, &list, ask.until, result, err));
    if (ctx->cards || kept_args_flag(args, "ics"))
        return write_calendar(ctx, store, &list, result, err);
    return KEPT_OK;
}

static const kept_group_def *const groups[] = {&count_group, NULL};
static const kept_table_def *const tables[] = {&table_def, NULL};

const kept_op kept_op_due = {
    .name = "due",
    .stage = KEPT_KEEP,
    .summary = "List what is due, overdue first",
    .detail = "Days that open records name - actions, promises, reviews planned, goals, decisions "
              "to look at again, ends of agreements - and rhythms: what is to be done again and "
              "again. A rhythm is due from the last time it was done; never done, at once.",
    .example = "kept due\nkept due --about C-7 --all\nkept due --all -o due.ics",
    .ids = "X005 P008 K004 K025",
    .params = params,
    .n_params = KEPT_N(params),
    .groups = groups,
    .tables = tables,
    .access = KEPT_READS,
    .role = KEPT_ROLE_VIEWER,
    .flags = KEPT_REPEATABLE | KEPT_CALENDAR,
    .run = run,
};
