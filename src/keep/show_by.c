/* kept promise show --by FIELD: the customers of each value are a set, and each set has a window.
 */
#include "keep/show_by.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "keep/judge_int.h"
#include "store/facts/read.h"
#include "store/records/record.h"

enum { MOST_VALUES = 2000, NOT_GIVEN = 0 }; /* set 0: customers without a value */

static const kept_field by_fields[] = {
    {.name = "group", .type = KEPT_TEXT, .title = "Group"},
    {.name = "cases", .type = KEPT_COUNT, .title = "Judged", .help = "good and failed ones"},
    {.name = "good", .type = KEPT_COUNT, .title = "Good"},
    {.name = "bad", .type = KEPT_COUNT, .title = "Failed"},
    {.name = "attained", .type = KEPT_SHARE, .title = "Attained"},
    {.name = "figure", .type = KEPT_REAL, .title = "Figure", .help = "mean over the cases judged"},
    {.name = "open", .type = KEPT_COUNT, .title = "Open"},
    {.name = "excused", .type = KEPT_COUNT, .title = "Excused"},
    {.name = "unknown", .type = KEPT_COUNT, .title = "Not known"},
};
const kept_table_def kept_by_table = {"by", "By customers' field, most cases first", by_fields,
                                      KEPT_N(by_fields),
                                      "No customer of the promise has a record."};

/* A customer's record with one value of the field. */
typedef struct valued {
    const char *value; /* NULL: none */
    uint64_t customer;
} valued;

typedef struct group_of_value {
    const char *value;
    kept_counts counts;
    double figures; /* sum over decided cases with a figure */
    int64_t with_figure;
} group_of_value;

typedef struct breakdown {
    kept_judging *j;
    valued *values; /* by value, then customer; those without a value first */
    size_t n, room;
    group_of_value *groups; /* by set */
    size_t n_groups;
} breakdown;

/* --- Values --- */

static bool makes_groups(const kept_record_field *f)
{
    return !f->sensitive && (f->type == KEPT_RECORD_TEXT || f->type == KEPT_RECORD_CHOICE ||
                             f->type == KEPT_RECORD_FLAG || f->type == KEPT_RECORD_REF ||
                             f->type == KEPT_RECORD_REFS);
}

static kept_status find_field(const kept_record_kind *kind, const char *name,
                              const kept_record_field **ret, kept_err *err)
{
    const kept_record_field *f = kept_record_field_find(kind, name);
    if (!f)
        return kept_fail(err, KEPT_EARG,
                         "--by: customers have no field \"%.*s\"; kept schema customer lists them.",
                         KEPT_SHOWN(name, 60));
    if (!makes_groups(f))
        return kept_fail(err, KEPT_EARG,
                         "--by: %s makes no groups; take a field such as place, segments, owner or "
                         "channel.",
                         f->name);
    *ret = f;
    return KEPT_OK;
}

static kept_status add_value(breakdown *b, const char *value, uint64_t customer, kept_err *err)
{
    void *items = b->values;
    KEPT_TRY(kept_judge__grow(b->j->arena, &items, b->n, &b->room, sizeof *b->values, err));
    b->values = items;
    b->values[b->n++] = (valued){value, customer};
    return KEPT_OK;
}

/* Labels of what it refers to, else what people would write. */
static kept_status add_values(breakdown *b, const kept_record_field *f, const kept_value *v,
                              uint64_t customer, kept_err *err)
{
    bool ok = true;
    if (!v->known || v->n_refs == 0) {
        const char *text = v->known ? kept_value_text(f, v, b->j->arena, &ok) : NULL;
        return ok ? add_value(b, text, customer, err) : kept_nomem(err);
    }
    const char **labels = KEPT_NEW_N(b->j->arena, const char *, v->n_refs);
    if (!labels)
        return kept_nomem(err);
    KEPT_TRY(kept_record_labels(b->j->store, &b->j->ctx->scope, v->refs, v->n_refs, b->j->arena,
                                labels, err));
    for (size_t i = 0; i < v->n_refs; i++)
        KEPT_TRY(add_value(b, labels[i], customer, err));
    return KEPT_OK;
}

static int by_value(const void *a, const void *b)
{
    const valued *x = a, *y = b;
    int order =
        x->value && y->value ? strcmp(x->value, y->value) : (x->value != NULL) - (y->value != NULL);
    return order ? order : (x->customer > y->customer) - (x->customer < y->customer);
}

static kept_status load_values(breakdown *b, const char *name, kept_err *err)
{
    kept_store *store = b->j->store;
    const kept_scope *scope = &b->j->ctx->scope;
    const kept_record_kind *kind = kept_catalogue_record(kept_store_catalogue(store), "customer");
    const kept_record_field *field = NULL;
    kept_record *records = NULL;
    size_t n = 0, total = 0;
    KEPT_TRY(find_field(kind, name, &field, err));
    const kept_record_query query = {.kind = kind, .state = "all", .archived = true};
    KEPT_TRY(kept_record_list(store, scope, &query, b->j->arena, &records, &n, &total, err));
    int64_t *ids = KEPT_NEW_N(b->j->arena, int64_t, n);
    uint64_t *keys = KEPT_NEW_N(b->j->arena, uint64_t, n);
    if (!ids || !keys)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        ids[i] = records[i].id;
    KEPT_TRY(kept_customers_of_records(store, scope, ids, n, keys, err));
    for (size_t i = 0; i < n; i++)
        if (keys[i])
            KEPT_TRY(add_values(b, field, &records[i].values[field - kind->fields], keys[i], err));
    if (b->n > 1)
        qsort(b->values, b->n, sizeof *b->values, by_value);
    return KEPT_OK;
}

/* --- Sets --- */

static bool is_member(const kept_group_of *group, int64_t set, uint64_t customer)
{
    for (size_t i = 0; i < group->n_members; i++)
        if (group->members[i].set == set && group->members[i].customer == customer)
            return true;
    return false;
}

/* Customers of the promise alone. */
static kept_status make_sets(breakdown *b, const kept_group_of *group, kept_case_member **ret,
                             size_t *ret_n, kept_err *err)
{
    kept_case_member *members = KEPT_NEW_N(b->j->arena, kept_case_member, b->n);
    size_t n = 0, set = 0;
    if (!members)
        return kept_nomem(err);
    for (size_t i = 0; i < b->n; i++) {
        bool first = i == 0 ? b->values[0].value != NULL
                            : by_value(&(valued){b->values[i - 1].value, 0},
                                       &(valued){b->values[i].value, 0}) != 0;
        set += first;
        b->groups[set].value = b->values[i].value;
        if (group->group.match == KEPT_MATCH_ALL ||
            is_member(group, group->windows[0].set, b->values[i].customer))
            members[n++] = (kept_case_member){(int64_t)set, b->values[i].customer};
    }
    *ret = members;
    *ret_n = n;
    return KEPT_OK;
}

static kept_status count_values(breakdown *b, kept_err *err)
{
    b->n_groups = 1;
    for (size_t i = 0; i < b->n; i++)
        b->n_groups +=
            b->values[i].value && (i == 0 || !b->values[i - 1].value ||
                                   strcmp(b->values[i].value, b->values[i - 1].value) != 0);
    if (b->n_groups > MOST_VALUES)
        return kept_fail(err, KEPT_EARG,
                         "--by: customers have %zu different values in this field; take one with "
                         "at most %d.",
                         b->n_groups - 1, MOST_VALUES - 1);
    b->groups = KEPT_NEW_N(b->j->arena, group_of_value, b->n_groups);
    if (!b->groups)
        return kept_nomem(err);
    for (size_t i = 0; i < b->n_groups; i++)
        b->groups[i] = (group_of_value){.value = NULL};
    return KEPT_OK;
}

/* --- Counting --- */

/* Windows on the same terms that follow one another are one, so that there is one for each value. A
 * rolling promise has the same window twice. */
static size_t join_windows(const kept_group_of *group, int32_t day, kept_case_window *spans,
                           bool *parts)
{
    size_t n = 0;
    const kept_terms *terms = NULL;
    for (size_t i = 0; i < group->n; i++) {
        const kept_case_window *w = &group->windows[i];
        bool part = group->slots[i].whole != i;
        const kept_case_window *whole = &group->windows[group->slots[i].whole];
        if (day != KEPT_NO_DAY && (whole->start > day || whole->end < day))
            continue;
        bool rolling = group->slots[i].terms->window == KEPT_WINDOW_ROLLING;
        if (rolling && group->slots[i].running)
            continue;
        if (!part && n && !parts[n - 1] && terms == group->slots[i].terms &&
            spans[n - 1].end + 1 == w->start) {
            spans[n - 1].end = w->end;
            continue;
        }
        terms = group->slots[i].terms;
        parts[n] = part;
        spans[n++] = *w;
    }
    return n;
}

/* Cases of days that do not count are excused, whatever became of them. */
static void take(group_of_value *g, const kept_case_count *c, bool part)
{
    const kept_counts *k = &c->counts;
    int64_t sign = part ? -1 : 1, decided = k->good + k->bad;
    g->counts.good += sign * k->good;
    g->counts.bad += sign * k->bad;
    g->counts.unknown += sign * k->unknown;
    g->counts.open += sign * k->open;
    g->counts.excused += part ? decided + k->unknown + k->open : k->excused;
    if (!isnan(c->figure)) {
        g->figures += (double)(sign * decided) * c->figure;
        g->with_figure += sign * decided;
    }
}

static kept_status count_group(breakdown *b, kept_group_of *group, int32_t day, kept_err *err)
{
    kept_arena *arena = b->j->arena;
    kept_case_window *spans = KEPT_NEW_N(arena, kept_case_window, group->n);
    bool *parts = KEPT_NEW_N(arena, bool, group->n);
    if (!spans || !parts)
        return kept_nomem(err);
    size_t n = join_windows(group, day, spans, parts);
    if (n == 0)
        return KEPT_OK;
    kept_case_group by = group->group;
    kept_case_ask ask = {.group = &by, .n_windows = n * b->n_groups};
    kept_case_window *windows = KEPT_NEW_N(arena, kept_case_window, ask.n_windows);
    kept_case_count *counts = KEPT_NEW_N(arena, kept_case_count, ask.n_windows);
    kept_case_member *members = NULL;
    if (!windows || !counts)
        return kept_nomem(err);
    KEPT_TRY(make_sets(b, group, &members, &ask.n_members, err));
    by.match = KEPT_MATCH_CUSTOMERS;
    for (size_t i = 0; i < ask.n_windows; i++) {
        windows[i] = spans[i % n];
        windows[i].set = (int64_t)(i / n);
    }
    ask.windows = windows;
    ask.members = members;
    int32_t seen = KEPT_NO_DAY;
    KEPT_TRY(kept_cases_seen(b->j->store, &b->j->ctx->scope, by.measure, b->j->as_of, &seen, err));
    ask.seen = seen == KEPT_NO_DAY ? b->j->as_of : seen;
    KEPT_TRY(kept_cases_count(b->j->store, &b->j->ctx->scope, &ask, arena, counts, err));
    for (size_t i = 0; i < ask.n_windows; i++)
        take(&b->groups[i / n], &counts[i], parts[i % n]);
    return KEPT_OK;
}

/* --- Showing --- */

static int64_t cases_of(const group_of_value *g)
{
    const kept_counts *c = &g->counts;
    return c->good + c->bad + c->open + c->excused + c->unknown;
}

static int most_first(const void *a, const void *b)
{
    const group_of_value *x = a, *y = b;
    int64_t n = cases_of(x), m = cases_of(y);
    if (n != m)
        return n > m ? -1 : 1;
    return strcmp(x->value ? x->value : "", y->value ? y->value : "");
}

static void add_row(kept_result *result, kept_table *table, const group_of_value *g)
{
    int64_t decided = g->counts.good + g->counts.bad;
    kept_cell *row = kept_table_row(result, table);
    row[0] = kept_cell_text(result, g->value ? g->value : "not given");
    row[1] = kept_cell_int(decided);
    row[2] = kept_cell_int(g->counts.good);
    row[3] = kept_cell_int(g->counts.bad);
    if (decided)
        row[4] = kept_cell_real((double)g->counts.good / (double)decided);
    if (g->with_figure)
        row[5] = kept_cell_real(g->figures / (double)g->with_figure);
    row[6] = kept_cell_int(g->counts.open);
    row[7] = kept_cell_int(g->counts.excused);
    row[8] = kept_cell_int(g->counts.unknown);
}

kept_status kept_show_by(kept_judging *j, const kept_promise *promise, const char *field,
                         int32_t day, kept_result *result, kept_err *err)
{
    breakdown b = {.j = j};
    kept_judging one = *j;
    kept_promise copy = *promise;
    kept_group_of *groups = NULL;
    size_t n = 0;
    one.promises = &copy;
    one.n_promises = 1;
    KEPT_TRY(kept_judge__groups(&one, &groups, &n, err));
    for (size_t i = 0; i < n; i++)
        if (groups[i].group.match != KEPT_MATCH_CUSTOMERS &&
            groups[i].group.match != KEPT_MATCH_ALL)
            return kept_fail(err, KEPT_EARG,
                             "--by: P-%lld is given by a %s; its cases are not broken down by "
                             "customers.",
                             (long long)promise->id, promise->giver);
    if (n == 0)
        return kept_fail(err, KEPT_EARG,
                         "--by: P-%lld is not counted from facts, so there is nothing to break "
                         "down.",
                         (long long)promise->id);
    KEPT_TRY(load_values(&b, field, err));
    KEPT_TRY(count_values(&b, err));
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(count_group(&b, &groups[i], day, err));
    qsort(b.groups, b.n_groups, sizeof *b.groups, most_first);
    kept_table *table = kept_result_table(result, &kept_by_table);
    for (size_t i = 0; i < b.n_groups; i++)
        if (cases_of(&b.groups[i]) > 0)
            add_row(result, table, &b.groups[i]);
    return KEPT_OK;
}
