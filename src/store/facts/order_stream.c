#include "store/facts/order_stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/facts/column.h"
#include "store/facts/sql.h"
#include "store/inside.h"

enum { NONE = -1 };

/* One file. Columns of its query that are not needed have index NONE.
 *
 * When some customers have several keys, a file is two sources: the rows of all others in file
 * order, and (joined) theirs alone under the key they go by, which takes sorting by the engine. */
typedef struct source {
    const kept_visible_file *file;
    bool joined;
    kept_duck_rows *rows;
    size_t n, at; /* of the current chunk */
    int value, product, gone, import, number;
    const uint64_t *customer;
    const int32_t *day;
    uint64_t *hidden, *alive; /* bit per row of the file; NULL: none */
} source;

struct kept_order_stream {
    kept_arena arena;
    kept_duck *duck;
    kept_visible visible;
    const kept_scope *scope;
    kept_aliases aliases; /* customers who have several keys */
    uint64_t *seen;       /* sorted; NULL: everybody */
    size_t n_seen;
    int64_t *imports; /* visible ones, sorted */
    size_t n_imports;
    source *sources;
    size_t n;
    bool amounts, returns;
    int32_t until;
    kept_order_line *lines;
    size_t n_lines, room;
};

/* --- What is read of each file --- */

static const kept_stored_column *find_column(const kept_stored_column *columns, size_t n,
                                             const char *name, const char *stored)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(columns[i].name, name) == 0 && kept_list_has(stored, name))
            return &columns[i];
    return NULL;
}

static void add_columns(kept_buf *sql, const kept_order_stream *s, source *src,
                        const kept_stored_column *columns, size_t n_columns)
{
    const char *stored = src->file->file->columns;
    int n = 2;
    const kept_stored_column *amount = find_column(columns, n_columns, "amount", stored);
    const kept_stored_column *quantity = find_column(columns, n_columns, "quantity", stored);
    const kept_stored_column *product = find_column(columns, n_columns, "product", stored);
    src->value = src->product = src->gone = src->import = src->number = NONE;
    const kept_stored_column *value = s->amounts ? amount : s->returns ? quantity : NULL;
    if (value) {
        kept_buf_add(sql, ", ");
        kept_column_as_of(sql, value, stored, s->scope->as_of);
        src->value = n++;
    }
    if (s->returns && product) {
        kept_buf_add(sql, ", CASE WHEN f.product IS NULL THEN 0::UBIGINT ELSE hash(f.product) END");
        src->product = n++;
    }
    if (s->amounts && quantity && src->file->file->negative) {
        kept_buf_add(sql, amount ? ", f.amount IS NULL AND f.quantity < 0" : ", f.quantity < 0");
        src->gone = n++;
    }
    if (src->file->file->joined && !src->file->all) {
        kept_buf_add(sql, ", f.import");
        src->import = n++;
    }
    if (src->hidden || src->alive) {
        kept_buf_add(sql, ", f.file_row_number");
        src->number = n++;
    }
}

static void add_conditions(kept_buf *sql, const kept_order_stream *s)
{
    kept_buf_add(sql, " WHERE f.customer IS NOT NULL");
    kept_buf_add(sql, " AND f.happened_at IS NOT NULL");
    if (s->until == KEPT_NO_DAY)
        return;
    kept_buf_add(sql, " AND f.happened_at <= ");
    kept_day_sql(sql, s->until);
}

static kept_status open_source(kept_order_stream *s, source *src, const kept_stored_column *columns,
                               size_t n, kept_err *err)
{
    const char *stored = src->file->file->columns;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, src->joined ? "SELECT a.\"as\" AS customer, f.happened_at"
                                   : "SELECT f.customer, f.happened_at");
    add_columns(&sql, s, src, columns, n);
    bool number = src->number != NONE || src->joined;
    kept_sql_text(&sql, " FROM read_parquet(", src->file->path,
                  number ? ", file_row_number = true) f" : ") f");
    if (src->joined) {
        kept_buf_add(&sql, " JOIN ");
        kept_visible_table(&sql, "alias", s->visible.tag);
        kept_buf_add(&sql, " a ON a.customer = f.customer");
    }
    add_conditions(&sql, s);
    if (src->joined) {
        kept_buf_add(&sql, " ORDER BY a.\"as\", f.happened_at");
        if (kept_list_has(stored, "happened_at_clock"))
            kept_buf_add(&sql, ", f.happened_at_clock NULLS LAST");
        kept_buf_add(&sql, ", f.file_row_number");
    }
    if (sql.failed)
        return kept_nomem(err);
    return kept_duck_query(s->duck, kept_buf_text(&sql), NULL, 0, &src->rows, err);
}

/* --- Rows left out --- */

/* Rows of the file in the table as bits. NULL: none. */
static kept_status load_bits(kept_order_stream *s, const kept_visible_file *file, const char *table,
                             uint64_t **ret_bits, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "SELECT \"row\" FROM ");
    kept_visible_table(&sql, table, s->visible.tag);
    kept_sql_int(&sql, " WHERE \"file\" = ", file->file->id, "");
    if (sql.failed)
        return kept_nomem(err);
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_duck_query(s->duck, kept_buf_text(&sql), NULL, 0, &rows, err));
    uint64_t *bits = NULL;
    for (size_t n = 1; n;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        if (n && !bits) {
            bits = KEPT_NEW_N(&s->arena, uint64_t, (size_t)file->file->rows / 64 + 1);
            if (!bits)
                return kept_nomem(err);
        }
        const int64_t *row = n ? kept_duck_data(rows, 0) : NULL;
        for (size_t i = 0; i < n; i++)
            if (row[i] >= 0 && row[i] < file->file->rows)
                bits[row[i] / 64] |= UINT64_C(1) << (row[i] % 64);
    }
    *ret_bits = bits;
    return KEPT_OK;
}

static bool has_bit(const uint64_t *bits, int64_t row)
{
    return bits && (bits[row / 64] >> (row % 64) & 1);
}

static int compare_i64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Visible imports, for files that hold several. */
static kept_status load_imports(kept_order_stream *s, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    int64_t room = 0;
    kept_buf_add(&sql, "SELECT count(*) FROM ");
    kept_visible_table(&sql, "in", s->visible.tag);
    KEPT_TRY(kept_sql_count(s->duck, &sql, &room, err));
    s->imports = KEPT_NEW_N(&s->arena, int64_t, (size_t)room);
    if (!s->imports)
        return kept_nomem(err);
    kept_buf_add(&sql, "SELECT import FROM ");
    kept_visible_table(&sql, "in", s->visible.tag);
    if (sql.failed)
        return kept_nomem(err);
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_duck_query(s->duck, kept_buf_text(&sql), NULL, 0, &rows, err));
    for (size_t n = 1; n;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        for (size_t i = 0; i < n; i++)
            s->imports[s->n_imports++] = ((const int64_t *)kept_duck_data(rows, 0))[i];
    }
    qsort(s->imports, s->n_imports, sizeof *s->imports, compare_i64);
    return KEPT_OK;
}

static bool row_stands(const kept_order_stream *s, const source *src, size_t i)
{
    int64_t number = 0;
    if (src->number != NONE) {
        number = ((const int64_t *)kept_duck_data(src->rows, (size_t)src->number))[i];
        if (has_bit(src->hidden, number))
            return false;
    }
    if (src->file->all)
        return true;
    if (src->import != NONE) {
        const int64_t *import = kept_duck_data(src->rows, (size_t)src->import);
        if (bsearch(&import[i], s->imports, s->n_imports, sizeof *import, compare_i64))
            return true;
    }
    return has_bit(src->alive, number);
}

static bool in_sight(const kept_order_stream *s, uint64_t customer)
{
    return !s->seen || bsearch(&customer, s->seen, s->n_seen, sizeof *s->seen, compare_u64);
}

/* --- Opening --- */

static kept_status load_customers(kept_order_stream *s, kept_store *store, kept_err *err)
{
    KEPT_TRY(kept_aliases_load(&store->ledger, &s->arena, &s->aliases, err));
    if (s->aliases.n)
        KEPT_TRY(kept_alias_table(s->duck, &s->aliases, s->visible.tag, err));
    if (s->scope->sight != KEPT_SEES_SOME)
        return KEPT_OK;
    return kept_aliases_widen(&s->aliases, s->scope->customers, s->scope->n_customers, &s->arena,
                              &s->seen, &s->n_seen, err);
}

static kept_status load_rows_left_out(kept_order_stream *s, const kept_visible_file *file,
                                      source *src, kept_err *err)
{
    if (file->hidden)
        KEPT_TRY(load_bits(s, file, "hidden", &src->hidden, err));
    if (!file->all)
        KEPT_TRY(load_bits(s, file, "alive", &src->alive, err));
    return KEPT_OK;
}

static kept_status open_sources(kept_order_stream *s, const kept_fact_kind *kind, kept_err *err)
{
    size_t n = 0;
    const kept_stored_column *columns = kept_stored_columns(kind, &s->arena, &n);
    s->sources = KEPT_NEW_N(&s->arena, source, 2 * s->visible.n);
    if (!columns || !s->sources)
        return kept_nomem(err);
    for (size_t i = 0; i < s->visible.n; i++) {
        const kept_fact_file *file = s->visible.files[i].file;
        s->amounts |= kept_list_has(file->columns, "amount");
        s->returns |= file->negative > 0;
    }
    for (size_t i = 0; i < s->visible.n; i++) {
        const kept_visible_file *file = &s->visible.files[i];
        source *src = &s->sources[s->n++];
        *src = (source){.file = file};
        KEPT_TRY(load_rows_left_out(s, file, src, err));
        KEPT_TRY(open_source(s, src, columns, n, err));
        if (s->aliases.n == 0)
            continue;
        source *joined = &s->sources[s->n++];
        *joined =
            (source){.file = file, .joined = true, .hidden = src->hidden, .alive = src->alive};
        KEPT_TRY(open_source(s, joined, columns, n, err));
    }
    return KEPT_OK;
}

static kept_status open_stream(kept_order_stream *s, kept_store *store, kept_err *err)
{
    const kept_fact_kind *kind = NULL;
    KEPT_TRY(kept_fact_kinds_find(&store->kinds, "orders", &kind, err));
    KEPT_TRY(kept_store__duck(store, &s->duck, err));
    KEPT_TRY(kept_visible_load(store, s->duck, kind->name, s->scope->known_at, "stream", true,
                               &s->arena, &s->visible, err));
    KEPT_TRY(load_customers(s, store, err));
    KEPT_TRY(load_imports(s, err));
    return open_sources(s, kind, err);
}

kept_status kept_order_stream_open(kept_store *store, const kept_scope *scope, int32_t until,
                                   kept_order_stream **ret_stream, kept_order_stream_info *ret_info,
                                   kept_err *err)
{
    *ret_info = (kept_order_stream_info){0};
    *ret_stream = NULL;
    if (scope->sight == KEPT_SEES_NOTHING)
        return KEPT_OK;
    kept_order_stream *s = kept_mem_alloc(sizeof *s);
    if (!s)
        return kept_nomem(err);
    *s = (kept_order_stream){.scope = scope, .until = until < scope->as_of ? until : scope->as_of};
    kept_status status = open_stream(s, store, err);
    if (status != KEPT_OK) {
        kept_order_stream_close(s);
        return status;
    }
    *ret_info = (kept_order_stream_info){s->amounts, s->returns};
    *ret_stream = s;
    return KEPT_OK;
}

void kept_order_stream_close(kept_order_stream *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        kept_duck_rows_free(s->sources[i].rows);
    kept_mem_free(s->lines);
    kept_arena_free(&s->arena);
    kept_mem_free(s);
}

/* --- Reading --- */

/* Makes src->at a row of the file, or src->n 0 at the end. */
static kept_status fill_any(source *src, kept_err *err)
{
    if (src->at < src->n || !src->rows)
        return KEPT_OK;
    src->at = 0;
    KEPT_TRY(kept_duck_next(src->rows, &src->n, err));
    if (src->n) {
        src->customer = kept_duck_data(src->rows, 0);
        src->day = kept_duck_data(src->rows, 1);
        return KEPT_OK;
    }
    kept_duck_rows_free(src->rows);
    src->rows = NULL;
    return KEPT_OK;
}

/* The same, past rows that the file's joined source gives. */
static kept_status fill(const kept_order_stream *s, source *src, kept_err *err)
{
    KEPT_TRY(fill_any(src, err));
    if (s->aliases.n == 0 || src->joined)
        return KEPT_OK;
    while (src->n && kept_is_alias(&s->aliases, src->customer[src->at])) {
        uint64_t customer = src->customer[src->at];
        while (src->n && src->customer[src->at] == customer) {
            src->at++;
            KEPT_TRY(fill_any(src, err));
        }
    }
    return KEPT_OK;
}

static kept_status more_room(kept_order_stream *s, size_t n, kept_err *err)
{
    if (s->n_lines + n <= s->room)
        return KEPT_OK;
    size_t room = 2 * (s->n_lines + n) + 1024;
    kept_order_line *lines = kept_mem_realloc(s->lines, room * sizeof *lines);
    if (!lines)
        return kept_nomem(err);
    s->lines = lines;
    s->room = room;
    return KEPT_OK;
}

/* Rows of the current chunk from src->at that belong to customer, up to end. */
static void add_lines(kept_order_stream *s, source *src, size_t end)
{
    const int64_t *value =
        src->value != NONE ? kept_duck_data(src->rows, (size_t)src->value) : NULL;
    const uint64_t *product =
        src->product != NONE ? kept_duck_data(src->rows, (size_t)src->product) : NULL;
    const bool *gone = src->gone != NONE ? kept_duck_data(src->rows, (size_t)src->gone) : NULL;
    bool plain = src->file->all && !src->hidden;
    for (size_t i = src->at; i < end; i++) {
        if (!plain && !row_stands(s, src, i))
            continue;
        bool known = value && kept_duck_known(src->rows, (size_t)src->value, i);
        s->lines[s->n_lines++] = (kept_order_line){
            .day = src->day[i],
            .value = known ? value[i] : 0,
            .product = product ? product[i] : 0,
            .gone = gone && kept_duck_known(src->rows, (size_t)src->gone, i) && gone[i],
        };
    }
    src->at = end;
}

static kept_status take(kept_order_stream *s, source *src, uint64_t customer, kept_err *err)
{
    while (src->n && src->customer[src->at] == customer) {
        size_t end = src->at + 1;
        while (end < src->n && src->customer[end] == customer)
            end++;
        KEPT_TRY(more_room(s, end - src->at, err));
        add_lines(s, src, end);
        KEPT_TRY(fill_any(src, err));
    }
    if (src->n && src->customer[src->at] < customer)
        return kept_fail(err, KEPT_EINTERNAL, "The fact file %s is not sorted by customer.",
                         src->file->path);
    return KEPT_OK;
}

/* Stable by day: the lines come from several files, each of them sorted. */
static kept_status sort_by_day(kept_order_stream *s, kept_err *err)
{
    size_t n = s->n_lines;
    bool sorted = true;
    for (size_t i = 1; i < n && sorted; i++)
        sorted = s->lines[i - 1].day <= s->lines[i].day;
    if (sorted)
        return KEPT_OK;
    KEPT_TRY(more_room(s, n, err));
    kept_order_line *from = s->lines, *to = s->lines + n; /* bottom-up merge sort */
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t a = 0; a < n; a += 2 * width) {
            size_t b = a + width < n ? a + width : n, end = b + width < n ? b + width : n;
            size_t i = a, j = b;
            for (size_t k = a; k < end; k++)
                to[k] = i < b && (j >= end || from[i].day <= from[j].day) ? from[i++] : from[j++];
        }
        kept_order_line *swap = from;
        from = to;
        to = swap;
    }
    if (from != s->lines)
        memcpy(s->lines, from, n * sizeof *from);
    return KEPT_OK;
}

kept_status kept_order_stream_next(kept_order_stream *s, uint64_t *ret_customer,
                                   kept_order_line **ret_lines, size_t *ret_n, kept_err *err)
{
    *ret_n = 0;
    for (;;) {
        bool any = false;
        uint64_t customer = UINT64_MAX;
        for (size_t i = 0; i < s->n; i++) {
            KEPT_TRY(fill(s, &s->sources[i], err));
            const source *src = &s->sources[i];
            if (src->n && src->customer[src->at] <= customer) {
                customer = src->customer[src->at];
                any = true;
            }
        }
        if (!any)
            return KEPT_OK;
        s->n_lines = 0;
        for (size_t i = 0; i < s->n; i++)
            KEPT_TRY(take(s, &s->sources[i], customer, err));
        if (s->n_lines == 0 || !in_sight(s, customer))
            continue;
        KEPT_TRY(sort_by_day(s, err));
        *ret_customer = customer;
        *ret_lines = s->lines;
        *ret_n = s->n_lines;
        return KEPT_OK;
    }
}
