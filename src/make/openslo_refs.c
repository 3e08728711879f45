/* References in annotations: "C-7 Harrow Mill". The id says which record is meant in the workspace
 * it came from, the name that another workspace has the same one. */
#include <string.h>

#include "make/openslo_int.h"

enum { LABEL_MOST = 200, SHOWN = 80, KINDS_MOST = 16 };

static const char between[] = "; ";

/* --- Out --- */

/* A label as it stands behind an id. */
static char *label_line(kept_arena *arena, const char *label)
{
    char *line = kept_openslo__line(arena, label);
    if (line)
        line[kept_text_cut(line, LABEL_MOST)] = '\0';
    return line;
}

kept_status kept_openslo__ref_words(kept_store *store, const kept_scope *scope,
                                    const kept_ref *refs, size_t n, kept_arena *arena,
                                    const char **ret_words, kept_err *err)
{
    KEPT_AUTO_BUF words = KEPT_BUF_INIT;
    const char **labels = KEPT_NEW_N(arena, const char *, n);
    if (!labels)
        return kept_nomem(err);
    KEPT_TRY(kept_record_labels(store, scope, refs, n, arena, labels, err));
    for (size_t i = 0; i < n; i++) {
        const char *id = kept_short_id(arena, refs[i]), *label = label_line(arena, labels[i]);
        if (!id || !label)
            return kept_nomem(err);
        kept_buf_printf(&words, "%s%s%s%s", i ? between : "", id, *label ? " " : "", label);
    }
    *ret_words = words.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&words));
    return *ret_words ? KEPT_OK : kept_nomem(err);
}

/* --- In --- */

/* Bytes of the short id at the beginning, 0: there is none. */
static size_t id_length(const char *words)
{
    size_t letters = strspn(words, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    size_t digits =
        letters && words[letters] == '-' ? strspn(words + letters + 1, "0123456789") : 0;
    size_t len = digits ? letters + 1 + digits : 0;
    return words[len] == ' ' || words[len] == '\0' || words[len] == ';' ? len : 0;
}

typedef struct finding {
    kept_store *store;
    const kept_scope *scope;
    const kept_record_kind *kinds[KINDS_MOST];
    size_t n;
    kept_arena *arena;
} finding;

static kept_status find(const finding *f, const char *words, kept_ref *ret_ref, kept_err *err)
{
    return kept_record_find(f->store, f->scope, f->kinds, f->n, words, ret_ref, err);
}

/* The record with that id when it is called so, else the one that is called so. */
static kept_status find_both(const finding *f, const char *id, const char *name, kept_ref *ret_ref,
                             kept_err *err)
{
    kept_status by_id = find(f, id, ret_ref, NULL);
    const char *label = "", *line = "";
    if (by_id == KEPT_OK) {
        KEPT_TRY(kept_record_labels(f->store, f->scope, ret_ref, 1, f->arena, &label, err));
        if (!(line = label_line(f->arena, label)))
            return kept_nomem(err);
        if (strcmp(line, name) == 0)
            return KEPT_OK;
    }
    kept_status by_name = find(f, name, ret_ref, NULL);
    if (by_name == KEPT_OK || by_name == KEPT_ENOMEM)
        return by_name == KEPT_OK ? KEPT_OK : kept_nomem(err);
    return by_id == KEPT_OK
               ? kept_fail(err, KEPT_EINPUT,
                           "%s is not \"%.*s\" here but \"%.*s\"; write the id alone, or another "
                           "name.",
                           id, KEPT_SHOWN(name, SHOWN), KEPT_SHOWN(line, SHOWN))
               : kept_fail(err, KEPT_EINPUT,
                           "Neither %s nor \"%.*s\" is here; add it first, or take the line out.",
                           id, KEPT_SHOWN(name, SHOWN));
}

static kept_status read_one(const finding *f, const char *words, const char **ret_id, kept_err *err)
{
    kept_ref ref;
    size_t len = id_length(words);
    char *id = kept_arena_strndup(f->arena, words, len);
    if (!id)
        return kept_nomem(err);
    if (len && words[len] == ' ')
        KEPT_TRY(find_both(f, id, words + len + 1, &ref, err));
    else
        KEPT_TRY(find(f, words, &ref, err));
    *ret_id = kept_short_id(f->arena, ref);
    return *ret_id ? KEPT_OK : kept_nomem(err);
}

/* Where the next of several begins; a name may hold the same signs, but no id behind them. */
static const char *next_of(const char *words)
{
    for (const char *c = strstr(words, between); c; c = strstr(c + 1, between))
        if (id_length(c + strlen(between)))
            return c;
    return NULL;
}

kept_status kept_openslo__read_refs(kept_store *store, const kept_scope *scope,
                                    const kept_record_field *field, const char *words,
                                    kept_arena *arena, const char *const **ret_ids, size_t *ret_n,
                                    kept_err *err)
{
    finding f = {.store = store, .scope = scope, .arena = arena};
    bool several = field->type == KEPT_RECORD_REFS;
    size_t n = 1;
    for (const char *c = several ? next_of(words) : NULL; c; c = next_of(c + 1))
        n++;
    const char **ids = KEPT_NEW_N(arena, const char *, n);
    if (!ids)
        return kept_nomem(err);
    for (size_t i = 0; i < field->n_to && f.n < KINDS_MOST; i++)
        f.kinds[f.n++] = kept_catalogue_record(kept_store_catalogue(store), field->to[i]);
    for (size_t i = 0; i < n; i++) {
        const char *next = several ? next_of(words) : NULL;
        const char *one = next ? kept_arena_strndup(arena, words, (size_t)(next - words)) : words;
        if (!one)
            return kept_nomem(err);
        KEPT_TRY(read_one(&f, one, &ids[i], err));
        words = next ? next + strlen(between) : words;
    }
    *ret_ids = ids;
    *ret_n = n;
    return KEPT_OK;
}
