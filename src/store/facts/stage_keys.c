/* What staging can tell of the keys at no cost: the range of the first key column, and that no key
 * occurs twice, for files that stand in the order of their keys, as most exports do.
 *
 * A chunk does not know where in the file it stands, and need not: when the keys rise within every
 * chunk and the chunks' ranges do not touch, all keys differ. Any order will do for that; numbers
 * of unlike length stand as they were counted when shorter texts come first. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/facts/stage_int.h"

void kept__keys_init(kept__keys *keys, const size_t *targets, size_t n)
{
    *keys = (kept__keys){.targets = targets, .n = n, .rising = n > 0};
}

void kept__keys_free(kept__keys *keys)
{
    kept_buf_free(&keys->key);
    kept_buf_free(&keys->last);
    kept_buf_free(&keys->first);
    kept_buf_free(&keys->min);
    kept_buf_free(&keys->max);
    kept_arena_free(&keys->arena);
    kept_mem_free(keys->ranges);
    keys->ranges = NULL;
}

static void add_number(kept_buf *key, uint64_t v, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        kept_buf_add_char(key, (char)(v >> 8 * i & 0xff));
}

static kept_cell text_at(const void *data, size_t at)
{
    const duckdb_string_t *text = (const duckdb_string_t *)data + at;
    uint32_t len = text->value.inlined.length;
    bool here = len <= sizeof text->value.inlined.inlined;
    return (kept_cell){here ? text->value.inlined.inlined : text->value.pointer.ptr, len};
}

/* Bytes that differ where keys differ, none of them the beginning of another. */
static void add_part(kept_buf *key, const kept__row *row, size_t target, size_t at)
{
    const kept__target *t = &row->targets[target];
    const void *data = row->data[t->vector];
    switch (t->column->type) {
    case KEPT_COL_WHEN:
        add_number(key, (uint32_t)((const int32_t *)data)[at] ^ UINT32_C(0x80000000), 4);
        return;
    case KEPT_COL_MONEY:
    case KEPT_COL_NUMBER:
    case KEPT_COL_INTEGER:
        add_number(key, (uint64_t)((const int64_t *)data)[at] ^ UINT64_C(1) << 63, 8);
        return;
    case KEPT_COL_FLAG:
        add_number(key, ((const bool *)data)[at], 1);
        return;
    default:
        break;
    }
    kept_cell text = text_at(data, at);
    add_number(key, text.len, 4);
    kept_buf_add_n(key, text.text, text.len);
}

static int compare_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t len = a_len < b_len ? a_len : b_len;
    int order = len ? memcmp(a, b, len) : 0;
    return order ? order : (a_len > b_len) - (a_len < b_len);
}

static void swap(kept_buf *a, kept_buf *b)
{
    kept_buf c = *a;
    *a = *b;
    *b = c;
}

static void set(kept_buf *buf, kept_cell text)
{
    kept_buf_clear(buf);
    kept_buf_add_n(buf, text.text, text.len);
}

/* Lowest and highest text of the first key column, by bytes as the engine compares. */
static void note_first(kept__keys *keys, const kept__row *row, size_t at)
{
    const kept__target *t = &row->targets[keys->targets[0]];
    if (t->column->type != KEPT_COL_TEXT && t->column->type != KEPT_COL_CHOICE)
        return;
    kept_cell text = text_at(row->data[t->vector], at);
    if (keys->known == 0 ||
        compare_bytes(text.text, text.len, kept_buf_text(&keys->min), keys->min.len) < 0)
        set(&keys->min, text);
    if (keys->known == 0 ||
        compare_bytes(text.text, text.len, kept_buf_text(&keys->max), keys->max.len) > 0)
        set(&keys->max, text);
}

void kept__keys_begin(kept__keys *keys)
{
    keys->in_chunk = 0;
}

bool kept__keys_row(kept__keys *keys, const kept__row *row, size_t at)
{
    if (keys->n == 0)
        return true;
    for (size_t k = 0; k < keys->n; k++) {
        const uint64_t *known = row->known[row->targets[keys->targets[k]].vector];
        if (!(known[at / 64] >> (at % 64) & 1)) {
            keys->without++;
            return true;
        }
    }
    note_first(keys, row, at);
    keys->known++;
    if (keys->rising) {
        kept_buf_clear(&keys->key);
        for (size_t k = 0; k < keys->n; k++)
            add_part(&keys->key, row, keys->targets[k], at);
        if (keys->in_chunk == 0)
            set(&keys->first, (kept_cell){kept_buf_text(&keys->key), keys->key.len});
        else if (compare_bytes(kept_buf_text(&keys->key), keys->key.len, kept_buf_text(&keys->last),
                               keys->last.len) <= 0)
            keys->rising = false;
        swap(&keys->key, &keys->last);
    }
    keys->in_chunk++;
    return !keys->key.failed && !keys->last.failed && !keys->first.failed && !keys->min.failed &&
           !keys->max.failed;
}

bool kept__keys_end(kept__keys *keys)
{
    if (!keys->rising || keys->in_chunk == 0)
        return true;
    if (keys->n_ranges == keys->room) {
        size_t room = 2 * keys->room + 64;
        kept__key_range *more = kept_mem_realloc(keys->ranges, room * sizeof *more);
        if (!more)
            return false;
        keys->ranges = more;
        keys->room = room;
    }
    kept__key_range *range = &keys->ranges[keys->n_ranges++];
    range->first = kept_arena_strndup(&keys->arena, kept_buf_text(&keys->first), keys->first.len);
    range->last = kept_arena_strndup(&keys->arena, kept_buf_text(&keys->last), keys->last.len);
    range->first_len = keys->first.len;
    range->last_len = keys->last.len;
    return range->first && range->last;
}

/* --- The sum of all threads --- */

static int by_first(const void *a, const void *b)
{
    const kept__key_range *x = a, *y = b;
    return compare_bytes(x->first, x->first_len, y->first, y->first_len);
}

static kept_status find_distinct(const kept__keys *const *keys, size_t n, bool *ret, kept_err *err)
{
    size_t total = 0, at = 0;
    *ret = true;
    for (size_t i = 0; i < n; i++) {
        total += keys[i]->n_ranges;
        *ret = *ret && keys[i]->rising;
    }
    if (!*ret || total == 0)
        return KEPT_OK;
    kept__key_range *all = kept_mem_alloc(total * sizeof *all);
    if (!all)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++) {
        if (keys[i]->n_ranges)
            memcpy(all + at, keys[i]->ranges, keys[i]->n_ranges * sizeof *all);
        at += keys[i]->n_ranges;
    }
    qsort(all, total, sizeof *all, by_first);
    for (size_t i = 1; i < total && *ret; i++)
        *ret =
            compare_bytes(all[i - 1].last, all[i - 1].last_len, all[i].first, all[i].first_len) < 0;
    kept_mem_free(all);
    return KEPT_OK;
}

kept_status kept__keys_sum(const kept__keys *const *keys, size_t n, kept_arena *arena,
                           kept_key_facts *ret, kept_err *err)
{
    kept_key_facts facts = {.counted = true};
    const kept_buf *min = NULL, *max = NULL;
    KEPT_TRY(find_distinct(keys, n, &facts.distinct, err));
    for (size_t i = 0; i < n; i++) {
        facts.without += keys[i]->without;
        facts.known += keys[i]->known;
        if (keys[i]->known == 0 || !keys[i]->min.data)
            continue;
        if (!min || compare_bytes(keys[i]->min.data, keys[i]->min.len, min->data, min->len) < 0)
            min = &keys[i]->min;
        if (!max || compare_bytes(keys[i]->max.data, keys[i]->max.len, max->data, max->len) > 0)
            max = &keys[i]->max;
    }
    if (min && max) {
        facts.min = kept_arena_strndup(arena, min->data, min->len);
        facts.max = kept_arena_strndup(arena, max->data, max->len);
        if (!facts.min || !facts.max)
            return kept_nomem(err);
    }
    *ret = facts;
    return KEPT_OK;
}
