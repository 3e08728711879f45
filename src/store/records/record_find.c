#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "store/records/record_int.h"

enum { FOUND_MAX = 8, SHOWN = 60, NEAR_MAX = 500, WORDS_MAX = 10000 };

typedef struct finding {
    kept_store *store;
    const kept_scope *scope;
    const kept_record_kind *const *kinds;
    size_t n_kinds;
    const char *words;
    kept_ref found[FOUND_MAX];
    size_t n_found; /* up to FOUND_MAX */
} finding;

static void add_found(finding *f, kept_ref ref)
{
    for (size_t i = 0; i < f->n_found; i++)
        if (f->found[i].kind == ref.kind && f->found[i].id == ref.id)
            return;
    if (f->n_found < FOUND_MAX)
        f->found[f->n_found++] = ref;
}

/* --- Short ids --- */

bool kept_record__read_short_id(const kept_store *store, const char *words, kept_ref *ret_ref)
{
    char prefix[8] = "";
    size_t n = 0;
    while (n < sizeof prefix - 1 && isalpha((unsigned char)words[n])) {
        prefix[n] = (char)toupper((unsigned char)words[n]);
        n++;
    }
    const char *digits = words + n + 1;
    size_t n_digits = n && words[n] == '-' ? strspn(digits, "0123456789") : 0;
    if (!n_digits || n_digits > 15 || digits[n_digits])
        return false;
    int64_t id = 0;
    for (size_t i = 0; i < n_digits; i++)
        id = id * 10 + (digits[i] - '0');
    const kept_record_kind *kind = kept_catalogue_prefix(&store->catalogue, prefix, n);
    if (!kind)
        return false;
    *ret_ref = (kept_ref){kind, id};
    return true;
}

static bool is_wanted(const finding *f, const kept_record_kind *kind)
{
    for (size_t i = 0; i < f->n_kinds; i++)
        if (f->kinds[i] == kind)
            return true;
    return f->n_kinds == 0;
}

static kept_status by_short_id(finding *f, kept_err *err)
{
    kept_ref ref;
    bool there = false;
    if (!kept_record__read_short_id(f->store, f->words, &ref) || !is_wanted(f, ref.kind))
        return KEPT_OK;
    KEPT_TRY(kept_record__in_sight(f->store, f->scope, ref, &there, err));
    if (there)
        add_found(f, ref);
    return KEPT_OK;
}

/* --- External ids --- */

/* Sources are few: each is asked in turn, as the key begins with it. */
#define SOURCES_OF(table, kind_is)                                                                 \
    "WITH RECURSIVE s (source) AS (SELECT min(source) FROM " table " WHERE " kind_is               \
    " UNION ALL SELECT (SELECT min(source) FROM " table " WHERE " kind_is                          \
    " AND source > s.source) FROM s WHERE s.source IS NOT NULL)"                                   \
    " SELECT DISTINCT x.record FROM s JOIN " table " x ON " kind_is                                \
    " AND x.source = s.source AND x.external_id = ?2 WHERE x.record IS NOT NULL LIMIT 2"

static const char *external_sql(bool customer, bool one_source)
{
    if (customer)
        return one_source ? "SELECT record FROM customer_id WHERE source = ?3 AND external_id = ?2"
                            " AND record IS NOT NULL"
                          : SOURCES_OF("customer_id", "?1 IS NOT NULL");
    return one_source ? "SELECT record FROM external_id WHERE kind = ?1 AND source = ?3"
                        " AND external_id = ?2"
                      : SOURCES_OF("external_id", "kind = ?1");
}

kept_status kept_record__of_external(kept_store *store, const kept_record_kind *kind,
                                     const char *source, const char *external_id, int64_t *ret_id,
                                     bool *ret_several, kept_err *err)
{
    KEPT_AUTO_LENT lent = {0};
    bool customer = strcmp(kind->name, KEPT_CUSTOMER) == 0, row = false, more = false;
    KEPT_TRY(kept_lend(store, external_sql(customer, source != NULL), &lent, err));
    sqlite3_bind_text(lent.stmt, 1, kind->name, -1, SQLITE_STATIC);
    sqlite3_bind_text(lent.stmt, 2, external_id, -1, SQLITE_STATIC);
    if (source)
        sqlite3_bind_text(lent.stmt, 3, source, -1, SQLITE_STATIC);
    KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &row, err));
    int64_t id = row ? sqlite3_column_int64(lent.stmt, 0) : 0;
    if (row)
        KEPT_TRY(kept_ledger_step(&store->ledger, lent.stmt, &more, err));
    *ret_id = id;
    *ret_several = more;
    return KEPT_OK;
}

/* "crm:0012" is 0012 of the source crm. */
static kept_status by_external_id(finding *f, const kept_record_kind *kind, kept_err *err)
{
    int64_t id = 0;
    bool several = false, there = false;
    KEPT_TRY(kept_record__of_external(f->store, kind, NULL, f->words, &id, &several, err));
    const char *colon = strchr(f->words, ':');
    if (!id && colon && colon > f->words && colon[1]) {
        KEPT_AUTO_BUF source = KEPT_BUF_INIT;
        kept_buf_add_n(&source, f->words, (size_t)(colon - f->words));
        KEPT_TRY(kept_record__of_external(f->store, kind, kept_buf_text(&source), colon + 1, &id,
                                          &several, err));
    }
    if (several)
        return kept_fail(err, KEPT_EARG,
                         "%.*s is an external id of several records of the kind %s; write the "
                         "source before it as in crm:0012, or the short id.",
                         KEPT_SHOWN(f->words, SHOWN), kind->name);
    if (!id)
        return KEPT_OK;
    kept_ref ref = {kind, id};
    KEPT_TRY(kept_record__in_sight(f->store, f->scope, ref, &there, err));
    if (there)
        add_found(f, ref);
    return KEPT_OK;
}

/* --- Names --- */

static kept_status by_name(finding *f, const kept_record_kind *kind, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    const char *name = kept_record_name_field(kind);
    if (!name)
        return KEPT_OK;
    kept_buf_printf(&sql, "SELECT t.id FROM \"%s\" t WHERE t.\"%s\" = ?1 COLLATE NOCASE",
                    kind->name, name);
    KEPT_TRY(kept_record__add_sight(f->store, f->scope, kind, "t", &sql, err));
    KEPT_TRY(kept_lend_built(f->store, &sql, &lent, err));
    sqlite3_bind_text(lent.stmt, 1, f->words, -1, SQLITE_STATIC);
    for (bool row = true; row;) {
        KEPT_TRY(kept_ledger_step(&f->store->ledger, lent.stmt, &row, err));
        if (row)
            add_found(f, (kept_ref){kind, sqlite3_column_int64(lent.stmt, 0)});
    }
    return KEPT_OK;
}

typedef kept_status (*find_way)(finding *f, const kept_record_kind *kind, kept_err *err);

static kept_status each_kind(finding *f, find_way way, kept_err *err)
{
    for (size_t i = 0; i < f->n_kinds; i++)
        KEPT_TRY(way(f, f->kinds[i], err));
    const kept_catalogue *catalogue = &f->store->catalogue;
    for (size_t i = 0; f->n_kinds == 0 && i < catalogue->n_records; i++)
        KEPT_TRY(way(f, catalogue->records[i], err));
    return KEPT_OK;
}

/* --- Nothing found --- */

/* The nearest among the names that begin with the same letter. */
static kept_status near_name(finding *f, const kept_record_kind *kind, kept_arena *arena,
                             const char **ret_near, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    const char **names = KEPT_NEW_N(arena, const char *, NEAR_MAX + 1);
    size_t n = 0;
    if (!names)
        return kept_nomem(err);
    kept_buf_printf(&sql,
                    "SELECT t.\"%s\" FROM \"%s\" t WHERE t.\"%s\" >= ?1 COLLATE NOCASE"
                    " AND t.\"%s\" < ?1 || char(1114111) COLLATE NOCASE",
                    kind->unique, kind->name, kind->unique, kind->unique);
    KEPT_TRY(kept_record__add_sight(f->store, f->scope, kind, "t", &sql, err));
    kept_buf_printf(&sql, " LIMIT %d", NEAR_MAX);
    KEPT_TRY(kept_lend_built(f->store, &sql, &lent, err));
    sqlite3_bind_text(lent.stmt, 1, f->words, (unsigned char)f->words[0] < 0x80 ? 1 : 0,
                      SQLITE_STATIC);
    for (bool row = true, ok = true; row && n < NEAR_MAX;) {
        KEPT_TRY(kept_ledger_step(&f->store->ledger, lent.stmt, &row, err));
        if (row)
            names[n++] = kept_ledger_text(lent.stmt, 0, arena, &ok);
        if (!ok)
            return kept_nomem(err);
    }
    if (*ret_near)
        names[n++] = *ret_near;
    *ret_near = kept_text_nearest(f->words, names, n);
    return KEPT_OK;
}

static kept_status fail_absent(finding *f, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF kinds = KEPT_BUF_INIT;
    const char *near = NULL;
    for (size_t i = 0; i < f->n_kinds; i++) {
        kept_buf_printf(&kinds, "%s%s", i ? (i + 1 < f->n_kinds ? ", " : " or ") : "",
                        f->kinds[i]->name);
        if (f->kinds[i]->unique)
            KEPT_TRY(near_name(f, f->kinds[i], &arena, &near, err));
    }
    const char *wanted = f->n_kinds ? kept_buf_text(&kinds) : "record";
    kept_ref ref;
    if (kept_record__read_short_id(f->store, f->words, &ref) && !is_wanted(f, ref.kind))
        return kept_fail(err, KEPT_ENOTFOUND, "%.*s would be a %s; a %.*s is wanted.",
                         KEPT_SHOWN(f->words, SHOWN), ref.kind->name, KEPT_SHOWN(wanted, SHOWN));
    return kept_fail(err, KEPT_ENOTFOUND, "There is no %.*s \"%.*s\"%s%.*s%s",
                     KEPT_SHOWN(wanted, SHOWN), KEPT_SHOWN(f->words, SHOWN),
                     near ? "; did you mean \"" : ".", KEPT_SHOWN(near ? near : "", SHOWN),
                     near ? "\"?" : "");
}

static kept_status fail_several(const finding *f, kept_err *err)
{
    KEPT_AUTO_BUF ids = KEPT_BUF_INIT;
    for (size_t i = 0; i < f->n_found; i++)
        kept_buf_printf(&ids, "%s%s-%" PRId64, i ? ", " : "", f->found[i].kind->prefix,
                        f->found[i].id);
    return kept_fail(err, KEPT_EARG, "\"%.*s\" may mean %s%s; write the short id.",
                     KEPT_SHOWN(f->words, SHOWN), kept_buf_text(&ids),
                     f->n_found == FOUND_MAX ? " and more" : "");
}

kept_status kept_record_find(kept_store *store, const kept_scope *scope,
                             const kept_record_kind *const *kinds, size_t n_kinds,
                             const char *words, kept_ref *ret_ref, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    while (*words && isspace((unsigned char)*words))
        words++;
    size_t len = strlen(words);
    while (len && isspace((unsigned char)words[len - 1]))
        len--;
    if (len == 0 || len > WORDS_MAX || !kept_text_utf8(words, len))
        return kept_fail(err, KEPT_EARG,
                         "A record is called by its short id as in P-12, an "
                         "external id or its name.");
    const char *copy = kept_arena_strndup(&arena, words, len);
    if (!copy)
        return kept_nomem(err);
    finding f = {.store = store, .scope = scope, .kinds = kinds, .n_kinds = n_kinds, .words = copy};
    KEPT_TRY(by_short_id(&f, err));
    if (!f.n_found)
        KEPT_TRY(each_kind(&f, by_external_id, err));
    if (!f.n_found)
        KEPT_TRY(each_kind(&f, by_name, err));
    if (!f.n_found)
        return fail_absent(&f, err);
    if (f.n_found > 1)
        return fail_several(&f, err);
    *ret_ref = f.found[0];
    return KEPT_OK;
}

kept_status kept_record__find_to(kept_store *store, const kept_scope *scope,
                                 const kept_record_field *field, const char *words,
                                 kept_ref *ret_ref, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_record_kind **kinds = KEPT_NEW_N(&arena, const kept_record_kind *, field->n_to);
    if (!kinds)
        return kept_nomem(err);
    for (size_t i = 0; i < field->n_to; i++)
        if (!(kinds[i] = kept_record__to(store, field, i)))
            return kept_fail(err, KEPT_EINTERNAL, "%s leads to the unknown kind %s.", field->name,
                             field->to[i]);
    kept_ref ref;
    kept_err why = KEPT_ERR_INIT;
    kept_status status = kept_record_find(store, scope, kinds, field->n_to, words, &ref, &why);
    if (status != KEPT_OK)
        return kept_fail(err, status, "%s: %s", field->name, why.msg);
    *ret_ref = ref;
    return KEPT_OK;
}

kept_status kept_record__unknown_state(const kept_record_kind *kind, const char *state,
                                       kept_err *err)
{
    KEPT_AUTO_BUF names = KEPT_BUF_INIT;
    if (kind->n_states == 0)
        return kept_fail(err, KEPT_EARG, "The kind %s has no states.", kind->name);
    for (size_t i = 0; i < kind->n_states; i++)
        kept_buf_printf(&names, "%s%s", i ? ", " : "", kind->states[i].name);
    return kept_fail(err, KEPT_EARG, "\"%.*s\" is no state of the kind %s: it has %.*s.",
                     KEPT_SHOWN(state, SHOWN), kind->name, KEPT_SHOWN(kept_buf_text(&names), 300));
}
