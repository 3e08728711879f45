/* Counting rows without a key that equal an earlier one of the same import. They are kept all the
 * same: two equal lines may be two sales. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/facts/commit.h"
#include "store/facts/sql.h"

static void add_without_key(const kept_commit *c, kept_buf *sql)
{
    if (!c->keyed)
        return;
    kept_buf_add(sql, " WHERE NOT (true");
    kept_commit__key_known(c, sql, "i");
    kept_buf_add(sql, ")");
}

/* --- By grouping: for a dry run, which writes no file --- */

static kept_status count_by_group(kept_commit *c, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    int64_t distinct = 0;
    kept_buf_add(&sql, "SELECT count(*) FROM (SELECT 1 FROM stage i");
    if (c->keyed) { /* the number of a numbered row is not a column of stage */
        kept_buf_add(&sql, " SEMI JOIN (SELECT i.\"row\" FROM kept_incoming i");
        add_without_key(c, &sql);
        kept_buf_add(&sql, ") n ON n.\"row\" = i.\"row\"");
    }
    kept_buf_add(&sql, " GROUP BY ");
    for (size_t i = 0; i < c->stage->n_columns; i++)
        kept_sql_name(&sql, i ? ", i." : "i.", c->stage->columns[i], "");
    kept_buf_add(&sql, ")");
    KEPT_TRY(kept_sql_count(c->duck, &sql, &distinct, err));
    c->result.equal = c->result.no_key - distinct;
    return KEPT_OK;
}

/* --- Along the written file: equal rows stand in the same run of customer and day --- */

typedef struct run {
    uint64_t customer;
    int32_t day;
    uint64_t *hashes; /* of the other columns; two unequal rows of one customer and day have the
                         same one in one of 2^64 cases */
    size_t n, room;
    int64_t equal;
} run;

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void end_run(run *r)
{
    if (r->n > 2)
        qsort(r->hashes, r->n, sizeof *r->hashes, compare_hashes);
    for (size_t i = 1; i < r->n; i++)
        r->equal += r->hashes[i] == r->hashes[i - 1];
    r->n = 0;
}

static kept_status add_row(run *r, uint64_t customer, int32_t day, uint64_t hash, kept_err *err)
{
    if (r->n && (r->customer != customer || r->day != day))
        end_run(r);
    if (r->n == r->room) {
        size_t room = 2 * r->room + 64;
        uint64_t *more = kept_mem_realloc(r->hashes, room * sizeof *more);
        if (!more)
            return kept_nomem(err);
        r->hashes = more;
        r->room = room;
    }
    r->customer = customer;
    r->day = day;
    r->hashes[r->n++] = hash;
    return KEPT_OK;
}

static kept_status walk(kept_commit *c, const char *sql, run *r, kept_err *err)
{
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_duck_query(c->duck, sql, NULL, 0, &rows, err));
    for (size_t n = 1; n;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        const uint64_t *customer = n ? kept_duck_data(rows, 0) : NULL;
        const int32_t *day = n ? kept_duck_data(rows, 1) : NULL;
        const uint64_t *hash = n ? kept_duck_data(rows, 2) : NULL;
        for (size_t i = 0; i < n; i++)
            KEPT_TRY(add_row(r, customer[i], day[i], hash[i], err));
    }
    end_run(r);
    return KEPT_OK;
}

/* A customer or day that is not known is 0 here and told apart by the hash. */
static kept_status count_along(kept_commit *c, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    const char *time = c->stage->kind->time;
    const char *path = kept_store__path(c->store, &arena, c->files[0].path);
    if (!path)
        return kept_nomem(err);
    kept_buf_add(&sql,
                 c->has_customer ? "SELECT coalesce(i.customer, 0::UBIGINT)" : "SELECT 0::UBIGINT");
    if (time && kept_commit__maps(c, time))
        kept_sql_name(&sql, ", coalesce(i.", time, ", DATE '1970-01-01'), hash(");
    else
        kept_buf_add(&sql, ", DATE '1970-01-01', hash(");
    bool any = false;
    for (size_t i = 0; i < c->stage->n_columns; i++) {
        const char *name = c->stage->columns[i];
        /* Of what is the same within a run only whether it is known. */
        if (c->has_customer && strcmp(name, "customer") == 0) {
            kept_buf_add(&sql, any ? ", i.customer IS NULL" : "i.customer IS NULL");
        } else if (time && strcmp(name, time) == 0) {
            kept_sql_name(&sql, any ? ", i." : "i.", name, " IS NULL");
        } else {
            kept_sql_name(&sql, any ? ", i." : "i.", name, "");
        }
        any = true;
    }
    kept_sql_text(&sql, ") FROM read_parquet(", path, ") i");
    add_without_key(c, &sql);
    if (sql.failed)
        return kept_nomem(err);
    run r = {0};
    kept_status status = walk(c, kept_buf_text(&sql), &r, err);
    kept_mem_free(r.hashes);
    c->result.equal = r.equal;
    return status;
}

kept_status kept_commit__without_key(kept_commit *c, kept_err *err)
{
    const kept_staged *s = c->stage;
    if (s->keys.counted) {
        c->result.no_key = (int64_t)(c->keyed ? s->keys.without : s->read - s->set_aside);
    } else {
        KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
        kept_buf_add(&sql, "SELECT count(*) FROM kept_incoming i");
        add_without_key(c, &sql);
        KEPT_TRY(kept_sql_count(c->duck, &sql, &c->result.no_key, err));
    }
    if (c->result.no_key == 0)
        return KEPT_OK;
    return c->files[0].path ? count_along(c, err) : count_by_group(c, err);
}
