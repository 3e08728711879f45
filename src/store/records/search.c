#include <ctype.h>
#include <string.h>

#include "store/records/write_int.h"

enum { WORDS_MAX = 32, BYTES_MAX = 4000, HITS_MAX = 1000 };

typedef struct wanted {
    const char *words[WORDS_MAX];
    size_t n;
} wanted;

typedef struct searching {
    kept_store *store;
    const kept_scope *scope;
    const kept_record_kind *const *kinds;
    size_t n_kinds, limit;
    kept_arena *arena;
    kept_hit *hits;
    size_t n, room;
} searching;

/* --- What is asked --- */

static bool is_word(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (isalnum((unsigned char)text[i]) || (unsigned char)text[i] >= 0x80)
            return true;
    return false;
}

/* Each word in quotes, so that none is an operator; the last may go on. */
static const char *quoted(const char *word, size_t len, bool last, kept_arena *arena)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_buf_add_char(&text, '"');
    for (size_t i = 0; i < len; i++)
        kept_buf_add(&text, word[i] == '"' ? "\"\"" : (char[]){word[i], '\0'});
    kept_buf_add(&text, last ? "\"*" : "\"");
    return text.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&text));
}

static size_t next_word(const char **text)
{
    while (**text && isspace((unsigned char)**text))
        ++*text;
    size_t len = 0;
    while ((*text)[len] && !isspace((unsigned char)(*text)[len]))
        len++;
    return len;
}

static kept_status cut_words(const char *text, kept_arena *arena, wanted *ret, kept_err *err)
{
    if (strlen(text) > BYTES_MAX || !kept_text_utf8(text, strlen(text)))
        return kept_fail(err, KEPT_EARG, "Search for words of UTF-8 text of at most %d bytes.",
                         BYTES_MAX);
    for (size_t len; (len = next_word(&text)); text += len) {
        if (!is_word(text, len))
            continue;
        if (ret->n == WORDS_MAX)
            return kept_fail(err, KEPT_EARG, "Search for at most %d words at once.", WORDS_MAX);
        const char *rest = text + len;
        bool last = next_word(&rest) == 0;
        if (!(ret->words[ret->n++] = quoted(text, len, last, arena)))
            return kept_nomem(err);
    }
    return KEPT_OK;
}

static const char *joined(const wanted *w, const char *between, kept_arena *arena)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    for (size_t i = 0; i < w->n; i++) {
        kept_buf_add(&text, i ? between : "");
        kept_buf_add(&text, w->words[i]);
    }
    return text.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&text));
}

/* --- What is found --- */

static bool is_known(const searching *s, kept_ref ref)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->hits[i].ref.kind == ref.kind && s->hits[i].ref.id == ref.id)
            return true;
    return false;
}

static bool is_wanted(const searching *s, const kept_record_kind *kind)
{
    for (size_t i = 0; i < s->n_kinds; i++)
        if (s->kinds[i] == kind)
            return true;
    return kind && s->n_kinds == 0;
}

static kept_status take_hit(searching *s, sqlite3_stmt *stmt, kept_err *err)
{
    const char *name = (const char *)sqlite3_column_text(stmt, 0);
    kept_ref ref = {name ? kept_catalogue_record(&s->store->catalogue, name) : NULL,
                    sqlite3_column_int64(stmt, 1)};
    bool in_sight = false, ok = true;
    if (!is_wanted(s, ref.kind) || is_known(s, ref))
        return KEPT_OK;
    KEPT_TRY(kept_record__in_sight(s->store, s->scope, ref, &in_sight, err));
    if (!in_sight)
        return KEPT_OK;
    if (s->n == s->room) {
        kept_hit *more = KEPT_NEW_N(s->arena, kept_hit, s->room = s->room ? 2 * s->room : 16);
        if (!more)
            return kept_nomem(err);
        if (s->n)
            memcpy(more, s->hits, s->n * sizeof *more);
        s->hits = more;
    }
    kept_hit hit = {.ref = ref,
                    .field = kept_ledger_text(stmt, 2, s->arena, &ok),
                    .excerpt = kept_ledger_text(stmt, 3, s->arena, &ok)};
    if (!ok)
        return kept_nomem(err);
    KEPT_TRY(kept_record_labels(s->store, s->scope, &ref, 1, s->arena, &hit.label, err));
    s->hits[s->n++] = hit;
    return KEPT_OK;
}

static kept_status take_all(searching *s, kept_lent *lent, kept_err *err)
{
    for (bool row = true; row && s->n < s->limit;) {
        KEPT_TRY(kept_ledger_step(&s->store->ledger, lent->stmt, &row, err));
        if (s->store->cancel && *s->store->cancel)
            return kept_fail(err, KEPT_ECANCELLED, "Cancelled.");
        if (row)
            KEPT_TRY(take_hit(s, lent->stmt, err));
    }
    return KEPT_OK;
}

#define SELECT_HITS                                                                                \
    "SELECT kind, record, field, snippet(search, 3, char(2), char(3), '...', 16) FROM search"      \
    " WHERE search MATCH ?1"
#define ROWID_BITS "20" /* KEPT_SEARCH_FIELD_BITS, in SQL */
_Static_assert(KEPT_SEARCH_FIELD_BITS == 20, "ROWID_BITS says it too");

/* All words in one field. */
static kept_status in_one_field(searching *s, const wanted *w, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    const char *match = joined(w, " ", s->arena);
    if (!match)
        return kept_nomem(err);
    KEPT_TRY(kept_lend(s->store, SELECT_HITS " ORDER BY rank", &lent, err));
    sqlite3_bind_text(lent.stmt, 1, match, -1, SQLITE_STATIC);
    return take_all(s, &lent, err);
}

/* All words in the record, some here and some there. Which records these are is found by numbers of
 * rows alone; ranks and excerpts are worked out for their rows only. */
static kept_status in_several_fields(searching *s, const wanted *w, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    const char *match = joined(w, " OR ", s->arena);
    if (!match)
        return kept_nomem(err);
    kept_buf_add(&sql,
                 SELECT_HITS " AND rowid + 0 IN (SELECT c.record << " ROWID_BITS " | f.id FROM (");
    for (size_t i = 0; i < w->n; i++)
        kept_buf_printf(
            &sql,
            "%sSELECT f.kind, s.rowid >> " ROWID_BITS " AS record FROM search s JOIN search_field f"
            " ON f.id = s.rowid & ((1 << " ROWID_BITS ") - 1) WHERE s.search MATCH ?%zu",
            i ? " INTERSECT " : "", i + 2);
    kept_buf_add(&sql, ") c JOIN search_field f ON f.kind = c.kind) ORDER BY bm25(search)");
    KEPT_TRY(kept_lend_built(s->store, &sql, &lent, err));
    sqlite3_bind_text(lent.stmt, 1, match, -1, SQLITE_STATIC);
    for (size_t i = 0; i < w->n; i++)
        sqlite3_bind_text(lent.stmt, (int)i + 2, w->words[i], -1, SQLITE_STATIC);
    return take_all(s, &lent, err);
}

static kept_status search_both(searching *s, const wanted *w, kept_err *err)
{
    KEPT_TRY(in_one_field(s, w, err));
    return w->n > 1 && s->n < s->limit ? in_several_fields(s, w, err) : KEPT_OK;
}

kept_status kept_record_search(kept_store *store, const kept_scope *scope, const char *words,
                               const kept_record_kind *const *kinds, size_t n_kinds, size_t limit,
                               kept_arena *arena, kept_hit **ret_hits, size_t *ret_n, kept_err *err)
{
    searching s = {.store = store,
                   .scope = scope,
                   .kinds = kinds,
                   .n_kinds = n_kinds,
                   .limit = limit ? limit : HITS_MAX,
                   .arena = arena};
    wanted w = {.n = 0};
    KEPT_TRY(cut_words(words, arena, &w, err));
    if (store->use && store->use->writing)
        KEPT_TRY(kept_search__flush(store->use->writing, err));
    if (w.n && scope && scope->sight != KEPT_SEES_NOTHING) {
        bool begun = false;
        KEPT_TRY(kept_records_read_begin(store, scope, &begun, err));
        kept_status status = search_both(&s, &w, err);
        kept_records_read_end(store, begun);
        KEPT_TRY(status);
    }
    *ret_hits = s.hits;
    *ret_n = s.n;
    return KEPT_OK;
}
