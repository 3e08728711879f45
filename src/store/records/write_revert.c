#include <inttypes.h>
#include <string.h>

#include "store/records/write_int.h"

/* What the record was after a change: newer changes taken back, newest first. */
typedef struct reverting {
    kept_writing *w;
    kept_ref ref;
    int64_t seq;
    kept_arena *arena;
    const char **was;  /* per field: text to write, NULL: empty */
    bool *touched;     /* per field: changed since */
    const char *state; /* NULL: not changed since */
    int archive;       /* as in kept_edit */
} reverting;

static void take_back(reverting *r, const kept_log_row *row)
{
    for (size_t i = 0; i < row->n_values; i++) {
        const kept_log_value *value = &row->values[i];
        const kept_record_field *field = kept_record_field_find(r->ref.kind, value->field);
        if (field) {
            size_t at = kept_record__field_index(r->ref.kind, field);
            r->was[at] = value->old;
            r->touched[at] = true;
        } else if (kept_text_equal(value->field, "state")) {
            r->state = value->old;
        } else if (kept_text_equal(value->field, "archived")) {
            r->archive = kept_text_equal(value->old, "yes") ? 1 : -1;
        }
    }
}

static kept_status read_back(reverting *r, kept_err *err)
{
    kept_log_row *rows = NULL;
    size_t n = 0;
    KEPT_TRY(kept_record_history(r->w->store, &r->w->scope, r->ref, 0, r->arena, &rows, &n, err));
    for (size_t i = 0; i < n; i++) {
        if (rows[i].seq == r->seq)
            return KEPT_OK;
        if (rows[i].erased || kept_text_equal(rows[i].action, "erase"))
            return kept_fail(err, KEPT_EINPUT,
                             "%s-%" PRId64 " cannot go back before change %" PRId64
                             ": values were erased.",
                             r->ref.kind->prefix, r->ref.id, rows[i].seq);
        take_back(r, &rows[i]);
    }
    return kept_fail(err, KEPT_ENOTFOUND, "%" PRId64 " is no change of %s-%" PRId64 ".", r->seq,
                     r->ref.kind->prefix, r->ref.id);
}

/* The changes from number seq on are taken back. */
static kept_status read_from(reverting *r, kept_err *err)
{
    kept_log_row *rows = NULL;
    size_t n = 0;
    KEPT_TRY(kept_record_history(r->w->store, &r->w->scope, r->ref, 0, r->arena, &rows, &n, err));
    for (size_t i = 0; i < n && rows[i].seq >= r->seq; i++)
        take_back(r, &rows[i]);
    return KEPT_OK;
}

/* The texts of a set; those of REFS stand with ", " between. */
static kept_status texts_of(const kept_record_field *field, const char *was, kept_arena *arena,
                            kept_set *ret_set, kept_err *err)
{
    size_t n = was ? 1 : 0;
    for (const char *c = was; field->type == KEPT_RECORD_REFS && c && *c; c++)
        n += *c == ',';
    char *copy = kept_arena_strdup(arena, was ? was : "");
    const char **texts = KEPT_NEW_N(arena, const char *, n);
    if (!texts || !copy)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++) {
        texts[i] = copy;
        char *comma = i + 1 < n ? strchr(copy, ',') : NULL;
        if (comma) {
            *comma = '\0';
            copy = comma + 1;
        }
    }
    *ret_set = (kept_set){field->name, texts, n};
    return KEPT_OK;
}

static kept_status write_back(reverting *r, const char *why, kept_edited *ret_edited, kept_err *err)
{
    const kept_record_kind *kind = r->ref.kind;
    kept_set *sets = KEPT_NEW_N(r->arena, kept_set, kind->n_fields);
    size_t n = 0;
    if (!sets)
        return kept_nomem(err);
    for (size_t i = 0; i < kind->n_fields; i++)
        if (r->touched[i])
            KEPT_TRY(texts_of(&kind->fields[i], r->was[i], r->arena, &sets[n++], err));
    kept_edit edit = {.kind = kind,
                      .id = r->ref.id,
                      .sets = sets,
                      .n_sets = n,
                      .state = r->state,
                      .archive = r->archive,
                      .why = why,
                      .action = "revert"};
    return kept_record__write(r->w, &edit, true, ret_edited, err);
}

static kept_status revert(kept_writing *writing, kept_ref ref, int64_t seq, const char *why,
                          kept_status (*read)(reverting *r, kept_err *err), kept_edited *ret_edited,
                          kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    reverting r = {.w = writing,
                   .ref = ref,
                   .seq = seq,
                   .arena = &arena,
                   .was = KEPT_NEW_N(&arena, const char *, ref.kind->n_fields),
                   .touched = KEPT_NEW_N(&arena, bool, ref.kind->n_fields)};
    if (!r.was || !r.touched)
        return kept_nomem(err);
    KEPT_TRY(read(&r, err));
    return write_back(&r, why, ret_edited, err);
}

kept_status kept_record_revert(kept_writing *writing, kept_ref ref, int64_t seq, const char *why,
                               kept_edited *ret_edited, kept_err *err)
{
    return revert(writing, ref, seq, why, read_back, ret_edited, err);
}

kept_status kept_record__take_back(kept_writing *w, kept_ref ref, int64_t from,
                                   kept_edited *ret_edited, kept_err *err)
{
    return revert(w, ref, from, NULL, read_from, ret_edited, err);
}
