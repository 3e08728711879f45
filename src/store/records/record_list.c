#include <string.h>

#include "store/records/record_int.h"
#include "store/records/value.h"

enum { SHOWN = 60 };

/* A value of a condition, bound in the order in which conditions were added. */
typedef struct term {
    const kept_record_field *field; /* NULL: text or, when that is NULL too, value.i */
    const char *text;
    kept_value value;
    size_t column;
} term;

typedef struct listing {
    kept_store *store;
    const kept_scope *scope;
    const kept_record_query *query;
    kept_buf where; /* " WHERE ..." */
    term *terms;
    size_t n_terms, room;
    kept_arena *arena;
} listing;

/* Adds "?N", N being the place of a new term. */
static kept_status add_term(listing *l, term t, kept_err *err)
{
    if (l->n_terms == l->room) {
        term *more = KEPT_NEW_N(l->arena, term, l->room = l->room ? 2 * l->room : 8);
        if (!more)
            return kept_nomem(err);
        if (l->n_terms)
            memcpy(more, l->terms, l->n_terms * sizeof *more);
        l->terms = more;
    }
    l->terms[l->n_terms++] = t;
    kept_buf_printf(&l->where, "?%zu", l->n_terms);
    return KEPT_OK;
}

static void bind_terms(const listing *l, sqlite3_stmt *stmt)
{
    for (size_t i = 0; i < l->n_terms; i++) {
        const term *t = &l->terms[i];
        if (t->field)
            kept_record__bind(stmt, (int)i + 1, t->field, t->column, &t->value);
        else if (t->text)
            sqlite3_bind_text(stmt, (int)i + 1, t->text, -1, SQLITE_STATIC);
        else
            sqlite3_bind_int64(stmt, (int)i + 1, t->value.i);
    }
}

static void bind_named(sqlite3_stmt *stmt, const char *name, int64_t value)
{
    int at = sqlite3_bind_parameter_index(stmt, name);
    if (at > 0)
        sqlite3_bind_int64(stmt, at, value);
}

/* --- Conditions --- */

static kept_status add_state(listing *l, kept_err *err)
{
    const kept_record_kind *kind = l->query->kind;
    const char *state = l->query->state;
    if (!state && !l->query->archived) {
        kept_buf_add(&l->where, " AND ");
        kept_tables_open(kind, &l->where);
        return KEPT_OK;
    }
    if (!l->query->archived)
        kept_buf_add(&l->where, " AND t.archived_at = 0");
    if (kept_text_equal(state, "all") || (!state && kind->n_states == 0))
        return KEPT_OK;
    if (!state) {
        kept_buf_add(&l->where, " AND t.state IN (");
        for (size_t i = 0, n = 0; i < kind->n_states; i++)
            if (!kind->states[i].closed)
                kept_buf_printf(&l->where, "%s'%s'", n++ ? ", " : "", kind->states[i].name);
        kept_buf_add(&l->where, ")");
        return KEPT_OK;
    }
    if (!kept_record_state_find(kind, state))
        return kept_record__unknown_state(kind, state, err);
    kept_buf_add(&l->where, " AND t.state = ");
    return add_term(l, (term){.text = state}, err);
}

/* The pattern of LIKE that finds text as it stands. */
static const char *like_pattern(const char *text, kept_arena *arena)
{
    KEPT_AUTO_BUF pattern = KEPT_BUF_INIT;
    kept_buf_add_char(&pattern, '%');
    for (const char *c = text; *c; c++) {
        if (*c == '%' || *c == '_' || *c == '\\')
            kept_buf_add_char(&pattern, '\\');
        kept_buf_add_char(&pattern, *c);
    }
    kept_buf_add_char(&pattern, '%');
    return pattern.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&pattern));
}

static void add_refs_exists(listing *l, const kept_record_field *field)
{
    const kept_record_kind *kind = l->query->kind;
    kept_buf_add(&l->where, "EXISTS (SELECT 1 FROM ");
    kept_record__add_refs_table(&l->where, kind, field);
    kept_buf_printf(&l->where, " r WHERE r.\"%s\" = t.id", kind->name);
}

static kept_status add_empty(listing *l, const kept_record_field *field)
{
    if (field->type == KEPT_RECORD_REFS) {
        kept_buf_add(&l->where, " AND NOT ");
        add_refs_exists(l, field);
        kept_buf_add(&l->where, ")");
        return KEPT_OK;
    }
    for (size_t c = 0; c < kept_tables_columns(field); c++) {
        kept_buf_add(&l->where, " AND t.");
        kept_record__add_column(&l->where, field, c);
        kept_buf_add(&l->where, " IS NULL");
    }
    return KEPT_OK;
}

static kept_status add_ref(listing *l, const kept_record_filter *filter, kept_err *err)
{
    const kept_record_field *field = filter->field;
    kept_ref ref = filter->ref;
    if (!ref.kind)
        KEPT_TRY(kept_record__find_to(l->store, l->scope, field, filter->text, &ref, err));
    term t = {.value = {.i = ref.id}};
    if (field->type == KEPT_RECORD_REFS) {
        kept_buf_add(&l->where, " AND ");
        add_refs_exists(l, field);
        kept_buf_add(&l->where, " AND r.");
        kept_record__add_refs_other(&l->where, l->query->kind, field);
        kept_buf_add(&l->where, " = ");
        KEPT_TRY(add_term(l, t, err));
        kept_buf_add(&l->where, ")");
        return KEPT_OK;
    }
    size_t column = 0;
    while (column + 1 < field->n_to && strcmp(field->to[column], ref.kind->name) != 0)
        column++;
    kept_buf_add(&l->where, " AND t.");
    kept_record__add_column(&l->where, field, column);
    kept_buf_add(&l->where, " = ");
    return add_term(l, t, err);
}

static kept_status add_filter(listing *l, const kept_record_filter *filter, kept_err *err)
{
    const kept_record_field *field = filter->field;
    bool words = field->type == KEPT_RECORD_TEXT || field->type == KEPT_RECORD_PROSE;
    if (!filter->text && !filter->ref.kind)
        return add_empty(l, field);
    if (field->type == KEPT_RECORD_REF || field->type == KEPT_RECORD_REFS)
        return add_ref(l, filter, err);
    kept_buf_printf(&l->where, " AND t.\"%s\" %s ", field->name, words ? "LIKE" : "=");
    if (!words) {
        term t = {.field = field};
        KEPT_TRY(kept_value_read(field, filter->text, l->arena, &t.value, err));
        if (!t.value.known)
            return kept_fail(err, KEPT_EARG, "The condition on %s has no value.", field->name);
        return add_term(l, t, err);
    }
    const char *pattern = like_pattern(filter->text, l->arena);
    if (!pattern)
        return kept_nomem(err);
    KEPT_TRY(add_term(l, (term){.text = pattern}, err));
    kept_buf_add(&l->where, " ESCAPE '\\'");
    return KEPT_OK;
}

static kept_status add_conditions(listing *l, kept_err *err)
{
    kept_buf_add(&l->where, " WHERE 1");
    KEPT_TRY(add_state(l, err));
    for (size_t i = 0; i < l->query->n_filters; i++)
        KEPT_TRY(add_filter(l, &l->query->filters[i], err));
    return kept_record__add_sight(l->store, l->scope, l->query->kind, "t", &l->where, err);
}

/* --- Counting and reading --- */

/* The plain list in order of ids stands in an index as it is, which SQLite would pass over for the
 * one of states: that needs sorting. */
static void add_index(const listing *l, kept_buf *sql)
{
    const kept_record_query *query = l->query;
    bool by_id = !query->order || strcmp(query->order, "id") == 0;
    if (by_id && !query->state && !query->archived && query->n_filters == 0 &&
        l->scope->sight == KEPT_SEES_ALL)
        kept_buf_printf(sql, " INDEXED BY \"" KEPT_OPEN_INDEX "\"", query->kind->name);
}

/* Of the page that goes on behind a record. */
static void add_after(const kept_record_query *query, kept_buf *sql)
{
    bool by_id = !query->order || strcmp(query->order, "id") == 0;
    if (by_id && query->after)
        kept_buf_printf(sql, " AND t.id %s :after", query->descending ? "<" : ">");
}

static kept_status count(listing *l, size_t *ret_total, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    kept_buf_printf(&sql, "SELECT count(*) FROM \"%s\" t", l->query->kind->name);
    add_index(l, &sql);
    kept_buf_add(&sql, kept_buf_text(&l->where));
    add_after(l->query, &sql);
    KEPT_TRY(kept_lend_built(l->store, &sql, &lent, err));
    bind_terms(l, lent.stmt);
    bind_named(lent.stmt, ":after", l->query->after);
    bool row = false;
    KEPT_TRY(kept_ledger_step(&l->store->ledger, lent.stmt, &row, err));
    *ret_total = row ? (size_t)sqlite3_column_int64(lent.stmt, 0) : 0;
    return KEPT_OK;
}

static kept_status add_order(const listing *l, kept_buf *sql, kept_err *err)
{
    const kept_record_query *query = l->query;
    const char *way = query->descending ? " DESC" : "";
    if (!query->order || strcmp(query->order, "id") == 0) {
        add_after(query, sql);
        kept_buf_printf(sql, " ORDER BY t.id%s", way);
        return KEPT_OK;
    }
    const kept_record_field *field = kept_record_field_find(query->kind, query->order);
    bool own = kept_text_equal(query->order, "changed_at") ||
               kept_text_equal(query->order, "made_at") ||
               (kept_text_equal(query->order, "state") && query->kind->n_states);
    if (!own && (!field || field->type == KEPT_RECORD_REFS))
        return kept_fail(err, KEPT_EARG, "A list of %s cannot be in the order of \"%.*s\".",
                         query->kind->plural, KEPT_SHOWN(query->order, SHOWN));
    kept_buf_add(sql, " ORDER BY ");
    for (size_t c = 0; own ? c < 1 : c < kept_tables_columns(field); c++) {
        kept_buf_add(sql, c ? ", t." : "t.");
        if (own)
            kept_buf_add(sql, query->order);
        else
            kept_record__add_column(sql, field, c);
        bool words = !own && field->type == KEPT_RECORD_TEXT;
        kept_buf_printf(sql, "%s%s NULLS LAST", words ? " COLLATE NOCASE" : "", way);
    }
    kept_buf_printf(sql, ", t.id%s", way);
    return KEPT_OK;
}

static kept_status read_all(listing *l, kept_lent *lent, kept_record **ret_records, size_t *ret_n,
                            kept_err *err)
{
    kept_record *records = NULL;
    size_t n = 0, room = 0;
    for (;;) {
        bool row = false;
        KEPT_TRY(kept_ledger_step(&l->store->ledger, lent->stmt, &row, err));
        if (!row)
            break;
        if (l->store->cancel && *l->store->cancel)
            return kept_fail(err, KEPT_ECANCELLED, "Cancelled.");
        if (n == room) {
            kept_record *more = KEPT_NEW_N(l->arena, kept_record, room = room ? 2 * room : 64);
            if (!more)
                return kept_nomem(err);
            if (n)
                memcpy(more, records, n * sizeof *more);
            records = more;
        }
        KEPT_TRY(
            kept_record__row(l->store, l->query->kind, lent->stmt, l->arena, &records[n], err));
        n++;
    }
    *ret_records = records;
    *ret_n = n;
    return KEPT_OK;
}

static kept_status list(listing *l, kept_record **ret_records, size_t *ret_n, size_t *ret_total,
                        kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    KEPT_TRY(add_conditions(l, err));
    if (l->where.failed)
        return kept_nomem(err);
    kept_record__add_select(&sql, l->query->kind);
    add_index(l, &sql);
    kept_buf_add(&sql, kept_buf_text(&l->where));
    KEPT_TRY(add_order(l, &sql, err));
    kept_buf_add(&sql, " LIMIT :limit");
    KEPT_TRY(kept_lend_built(l->store, &sql, &lent, err));
    bind_terms(l, lent.stmt);
    bind_named(lent.stmt, ":after", l->query->after);
    bind_named(lent.stmt, ":limit", l->query->limit ? (int64_t)l->query->limit : -1);
    KEPT_TRY(read_all(l, &lent, ret_records, ret_n, err));
    bool whole = !l->query->limit || *ret_n < l->query->limit;
    if (ret_total && whole)
        *ret_total = *ret_n;
    else if (ret_total)
        KEPT_TRY(count(l, ret_total, err));
    return KEPT_OK;
}

kept_status kept_record_list(kept_store *store, const kept_scope *scope,
                             const kept_record_query *query, kept_arena *arena,
                             kept_record **ret_records, size_t *ret_n, size_t *ret_total,
                             kept_err *err)
{
    static const kept_scope nobody = KEPT_SCOPE_NOBODY;
    if (!scope)
        scope = &nobody;
    listing l = {.store = store, .scope = scope, .query = query, .arena = arena};
    kept_record *records = NULL;
    size_t n = 0, total = 0;
    bool begun = false;
    KEPT_TRY(kept_records_read_begin(store, scope, &begun, err));
    kept_status status = list(&l, &records, &n, ret_total ? &total : NULL, err);
    kept_records_read_end(store, begun);
    kept_buf_free(&l.where);
    KEPT_TRY(status);
    *ret_records = records;
    *ret_n = n;
    if (ret_total)
        *ret_total = total;
    return KEPT_OK;
}
