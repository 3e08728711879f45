#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "store/records/value.h"
#include "store/records/write_int.h"

enum { SHOWN = 60 };

/* --- Lists of references --- */

static int compare_refs(const void *a, const void *b)
{
    int64_t x = ((const kept_ref *)a)->id, y = ((const kept_ref *)b)->id;
    return (x > y) - (x < y);
}

static bool has_ref(const kept_ref *refs, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (refs[i].id == id)
            return true;
    return false;
}

/* In order of ids, each once. */
static size_t tidy_refs(kept_ref *refs, size_t n)
{
    size_t kept = 0;
    qsort(refs, n, sizeof *refs, compare_refs);
    for (size_t i = 0; i < n; i++)
        if (!kept || refs[kept - 1].id != refs[i].id)
            refs[kept++] = refs[i];
    return kept;
}

static kept_status read_refs(kept_change *c, const kept_record_field *field, const kept_set *set,
                             const kept_value *old, kept_value *ret_value, kept_err *err)
{
    kept_writing *w = c->w;
    kept_put put = c->edit->put;
    kept_ref *given = KEPT_NEW_N(&w->scratch, kept_ref, set->n);
    kept_ref *refs = KEPT_NEW_N(&w->scratch, kept_ref, set->n + old->n_refs);
    size_t n = 0;
    if (!given || !refs)
        return kept_nomem(err);
    for (size_t i = 0; i < set->n; i++)
        KEPT_TRY(kept_record__find_to(w->store, &w->scope, field, set->texts[i], &given[i], err));
    for (size_t i = 0; put != KEPT_PUT_SET && i < old->n_refs; i++)
        if (put == KEPT_PUT_ADD || !has_ref(given, set->n, old->refs[i].id))
            refs[n++] = old->refs[i];
    for (size_t i = 0; put != KEPT_PUT_REMOVE && i < set->n; i++)
        refs[n++] = given[i];
    n = n ? tidy_refs(refs, n) : 0;
    *ret_value = (kept_value){.known = n > 0, .refs = refs, .n_refs = n};
    return KEPT_OK;
}

/* --- One field --- */

static kept_status read_value(kept_change *c, const kept_record_field *field, const char *text,
                              kept_value *ret_value, kept_err *err)
{
    kept_writing *w = c->w;
    if (field->type != KEPT_RECORD_REF)
        return kept_value_read(field, text, &w->scratch, ret_value, err);
    kept_ref *ref = KEPT_NEW(&w->scratch, kept_ref);
    if (!ref)
        return kept_nomem(err);
    KEPT_TRY(kept_record__find_to(w->store, &w->scope, field, text, ref, err));
    *ret_value = (kept_value){.known = true, .refs = ref, .n_refs = 1};
    return KEPT_OK;
}

static kept_status fail_field(const kept_record_kind *kind, const char *name, kept_arena *arena,
                              kept_err *err)
{
    const char **names = KEPT_NEW_N(arena, const char *, kind->n_fields);
    KEPT_AUTO_BUF all = KEPT_BUF_INIT;
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < kind->n_fields; i++) {
        names[i] = kind->fields[i].name;
        kept_buf_printf(&all, "%s%s", i ? ", " : "", names[i]);
    }
    const char *near = kept_text_nearest(name, names, kind->n_fields);
    if (near)
        return kept_fail(err, KEPT_EARG, "The kind %s has no field \"%.*s\"; did you mean %s?",
                         kind->name, KEPT_SHOWN(name, SHOWN), near);
    return kept_fail(err, KEPT_EARG, "The kind %s has no field \"%.*s\"; it has %.*s.", kind->name,
                     KEPT_SHOWN(name, SHOWN), KEPT_SHOWN(kept_buf_text(&all), 300));
}

static kept_status take_set(kept_change *c, const kept_set *set, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    const kept_record_field *field = kept_record_field_find(kind, set->field);
    if (!field)
        return fail_field(kind, set->field, &c->w->scratch, err);
    c->w->blames = field->name;
    size_t at = kept_record__field_index(kind, field);
    if (field->type == KEPT_RECORD_REFS)
        return read_refs(c, field, set, &c->now[at], &c->now[at], err);
    if (c->edit->put != KEPT_PUT_SET)
        return kept_fail(err, KEPT_EARG,
                         "%s of the kind %s is no list: nothing can be added to it "
                         "or removed from it.",
                         field->name, kind->name);
    if (set->n > 1)
        return kept_fail(err, KEPT_EARG, "%s of the kind %s takes one value; %zu are given.",
                         field->name, kind->name, set->n);
    if (set->n == 1 && set->texts[0])
        return read_value(c, field, set->texts[0], &c->now[at], err);
    c->now[at] = (kept_value){0};
    return KEPT_OK;
}

static bool is_set(const kept_edit *edit, const char *field)
{
    for (size_t i = 0; i < edit->n_sets; i++)
        if (kept_text_equal(edit->sets[i].field, field))
            return true;
    return false;
}

static kept_status take_preset(kept_change *c, size_t at, kept_err *err)
{
    const kept_record_field *field = &c->edit->kind->fields[at];
    if (!field->preset || is_set(c->edit, field->name))
        return KEPT_OK;
    kept_set set = {field->name, &field->preset, 1};
    return take_set(c, &set, err);
}

/* --- The whole record --- */

static kept_status check_required(const kept_change *c, size_t at, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    const kept_record_field *field = &kind->fields[at];
    if (!field->required || c->now[at].known || (!c->added && !c->old.values[at].known))
        return KEPT_OK;
    if (c->added)
        return kept_fail(err, KEPT_EARG, "A new record of the kind %s needs %s (%s).", kind->name,
                         field->name, field->title ? field->title : field->name);
    return kept_fail(err, KEPT_EARG, "%s of the kind %s cannot be emptied: every %s has one.",
                     field->name, kind->name, kind->name);
}

/* Names count once, whoever sees the record that has it. */
static kept_status check_unique(const kept_change *c, size_t at, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    const char *text = c->now[at].text;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    KEPT_AUTO_LENT lent = {0};
    bool row = false, in_sight = false;
    if (!c->now[at].known || !text)
        return KEPT_OK;
    kept_buf_printf(&sql, "SELECT id FROM \"%s\" WHERE \"%s\" = ?1 COLLATE NOCASE AND id <> ?2",
                    kind->name, kind->unique);
    KEPT_TRY(kept_lend_built(c->w->store, &sql, &lent, err));
    sqlite3_bind_text(lent.stmt, 1, text, -1, SQLITE_STATIC);
    sqlite3_bind_int64(lent.stmt, 2, c->added ? 0 : c->old.id);
    KEPT_TRY(kept_ledger_step(&c->w->store->ledger, lent.stmt, &row, err));
    if (!row)
        return KEPT_OK;
    kept_ref other = {kind, sqlite3_column_int64(lent.stmt, 0)};
    KEPT_TRY(kept_record__in_sight(c->w->store, &c->w->scope, other, &in_sight, err));
    if (in_sight)
        return kept_fail(err, KEPT_EINPUT, "%s-%" PRId64 " has the %s \"%.*s\" already.",
                         kind->prefix, other.id, kind->unique, KEPT_SHOWN(text, SHOWN));
    return kept_fail(err, KEPT_EINPUT, "Another %s has the %s \"%.*s\" already.", kind->name,
                     kind->unique, KEPT_SHOWN(text, SHOWN));
}

kept_status kept_change__fields(kept_change *c, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    c->now = KEPT_NEW_N(&c->w->scratch, kept_value, kind->n_fields);
    if (!c->now)
        return kept_nomem(err);
    if (kind->n_fields)
        memcpy(c->now, c->old.values, kind->n_fields * sizeof *c->now);
    for (size_t i = 0; c->added && i < kind->n_fields; i++)
        KEPT_TRY(take_preset(c, i, err));
    for (size_t i = 0; i < c->edit->n_sets; i++)
        KEPT_TRY(take_set(c, &c->edit->sets[i], err));
    for (size_t i = 0; i < kind->n_fields; i++) {
        c->w->blames = kind->fields[i].name;
        KEPT_TRY(check_required(c, i, err));
        if (kept_value_equal(&c->now[i], &c->old.values[i]))
            continue;
        c->n_changes++;
        if (kept_text_equal(kind->fields[i].name, kind->unique))
            KEPT_TRY(check_unique(c, i, err));
    }
    return KEPT_OK;
}

/* --- State and archive --- */

static bool may_move(const kept_record_state *from, const char *to)
{
    for (size_t i = 0; i < from->n_moves; i++)
        if (kept_text_equal(from->moves[i], to))
            return true;
    return false;
}

static kept_status check_move(const kept_change *c, const char *to, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    const kept_record_state *from =
        c->old.state ? kept_record_state_find(kind, c->old.state) : NULL;
    if (!kept_record_state_find(kind, to))
        return kept_record__unknown_state(kind, to, err);
    if (c->added || c->reverts || !from || may_move(from, to))
        return KEPT_OK;
    KEPT_AUTO_BUF moves = KEPT_BUF_INIT;
    for (size_t i = 0; i < from->n_moves; i++)
        kept_buf_printf(&moves, "%s%s", i ? ", " : "", from->moves[i]);
    return kept_fail(err, KEPT_EINPUT,
                     "%s-%" PRId64 " is %s and cannot become %s; from there it "
                     "goes to %.*s.",
                     kind->prefix, c->old.id, from->name, to,
                     KEPT_SHOWN(moves.len ? kept_buf_text(&moves) : "nothing else", 300));
}

kept_status kept_change__state(kept_change *c, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    const char *to = c->edit->state;
    c->w->blames = "state";
    c->state = c->old.state;
    if (!to && c->added && kind->n_states)
        to = kind->states[0].name;
    if (to && !kept_text_equal(to, c->old.state)) {
        KEPT_TRY(check_move(c, to, err));
        c->state = to;
        c->n_changes++;
    }
    c->archived_at = c->old.archived_at;
    if (c->edit->archive > 0 && !c->old.archived_at)
        c->archived_at = c->w->now;
    if (c->edit->archive < 0)
        c->archived_at = 0;
    if (c->archived_at != c->old.archived_at)
        c->n_changes++;
    return KEPT_OK;
}
