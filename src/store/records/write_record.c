#include <inttypes.h>
#include <string.h>

#include "base/date.h"
#include "store/ledger/customers.h"
#include "store/records/value.h"
#include "store/records/write_int.h"

enum { SHOWN = 60, ID_MAX_BYTES = 1000, WHY_MAX = 10000 };
#define RECORD_MAX INT64_C(1000000000000) /* ids of records, so that rows of the search fit */

/* --- Which record --- */

static kept_status check_word(const char *what, const char *text, size_t most, kept_err *err)
{
    size_t len = text ? strlen(text) : 0;
    if (text && (len == 0 || len > most || !kept_text_utf8(text, len)))
        return kept_fail(err, KEPT_EARG, "%s must be UTF-8 text of 1 to %zu bytes.", what, most);
    for (const char *c = text; c && *c; c++)
        if ((unsigned char)*c < ' ' && *c != '\n')
            return kept_fail(err, KEPT_EARG, "%s holds a control character.", what);
    return KEPT_OK;
}

static kept_status check_edit(const kept_edit *edit, kept_err *err)
{
    KEPT_TRY(check_word("An external id", edit->external_id, ID_MAX_BYTES, err));
    KEPT_TRY(check_word("The source of an external id", edit->source, ID_MAX_BYTES, err));
    KEPT_TRY(check_word("The reason of a change", edit->why, WHY_MAX, err));
    if (edit->source && strchr(edit->source, ':'))
        return kept_fail(err, KEPT_EARG, "The source \"%.*s\" must have no colon in its name.",
                         KEPT_SHOWN(edit->source, SHOWN));
    if (edit->new_id < 0 || edit->new_id > RECORD_MAX)
        return kept_fail(err, KEPT_EARG, "%" PRId64 " is no number for a record.", edit->new_id);
    return KEPT_OK;
}

/* Finds what the external id says: for a new record the one that has it, else whether it is new. */
static kept_status resolve_external(kept_change *c, int64_t *id, kept_err *err)
{
    const kept_edit *edit = c->edit;
    int64_t holder = 0;
    bool several = false, in_sight = false;
    if (!edit->external_id)
        return KEPT_OK;
    c->source = edit->source ? edit->source : KEPT_SOURCE_FIRM;
    c->external_id = edit->external_id;
    KEPT_TRY(kept_record__of_external(c->w->store, edit->kind, c->source, edit->external_id,
                                      &holder, &several, err));
    if (!holder)
        return KEPT_OK;
    if (*id == 0 && !edit->new_id) {
        kept_ref ref = {edit->kind, holder};
        KEPT_TRY(kept_record__in_sight(c->w->store, &c->w->scope, ref, &in_sight, err));
        if (in_sight)
            *id = holder;
    }
    if (*id != holder)
        return kept_fail(err, KEPT_EINPUT, "%.*s:%.*s is the id of another %s already.",
                         KEPT_SHOWN(c->source, SHOWN), KEPT_SHOWN(c->external_id, SHOWN),
                         edit->kind->name);
    c->source = c->external_id = NULL;
    return KEPT_OK;
}

static kept_status begin_new(kept_change *c, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    kept_value *none = KEPT_NEW_N(&c->w->scratch, kept_value, kind->n_fields);
    if (!none)
        return kept_nomem(err);
    c->added = true;
    c->old = (kept_record){.kind = kind, .values = none};
    if (c->w->scope.sight != KEPT_SEES_ALL && strcmp(kind->name, KEPT_CUSTOMER) == 0)
        return kept_fail(err, KEPT_EDENIED,
                         "%s may not add customers: that takes sight of all customers.",
                         c->w->scope.who);
    if (!c->edit->new_id)
        return KEPT_OK;
    bool taken = false;
    static const kept_scope all = KEPT_SCOPE_ALL("");
    kept_ref ref = {kind, c->edit->new_id};
    KEPT_TRY(kept_record__in_sight(c->w->store, &all, ref, &taken, err));
    if (taken)
        return kept_fail(err, KEPT_EINPUT, "%s-%" PRId64 " is there already.", kind->prefix,
                         ref.id);
    return KEPT_OK;
}

static kept_status begin_edit(kept_change *c, int64_t id, kept_err *err)
{
    KEPT_TRY(kept_record_get(c->w->store, &c->w->scope, c->edit->kind, id, &c->w->scratch, &c->old,
                             err));
    if (!c->edit->revision || c->edit->revision == c->old.revision)
        return KEPT_OK;
    char at[32];
    kept_time_write(c->old.changed_at - c->old.changed_at % 1000000, at);
    return kept_fail(err, KEPT_EBUSY,
                     "%s changed %s-%" PRId64 " at %s: it is revision %" PRId64 " now, not %" PRId64
                     "; look at it and change it again.",
                     c->old.changed_by ? c->old.changed_by : "Somebody", c->edit->kind->prefix, id,
                     at, c->old.revision, c->edit->revision);
}

/* --- The log --- */

static void add_side(kept_buf *json, const kept_record_field *field, const kept_value *value,
                     kept_arena *arena, bool *ok)
{
    if (field->type != KEPT_RECORD_REFS) {
        kept_payload__add_text(json, kept_value_text(field, value, arena, ok));
        return;
    }
    kept_buf_add_char(json, '[');
    for (size_t i = 0; i < value->n_refs; i++)
        kept_buf_printf(json, "%s\"%s-%" PRId64 "\"", i ? "," : "", value->refs[i].kind->prefix,
                        value->refs[i].id);
    kept_buf_add_char(json, ']');
}

static void add_pair(kept_buf *json, const char *name, const char *old, const char *now)
{
    kept_buf_printf(json, "%s\"%s\":[", json->len > 1 ? "," : "", name);
    kept_payload__add_text(json, old);
    kept_buf_add_char(json, ',');
    kept_payload__add_text(json, now);
    kept_buf_add_char(json, ']');
}

static kept_status write_payload(const kept_change *c, kept_buf *json, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    bool ok = true;
    kept_buf_add_char(json, '{');
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *field = &kind->fields[i];
        if (kept_value_equal(&c->now[i], &c->old.values[i]))
            continue;
        kept_buf_printf(json, "%s\"%s\":[", json->len > 1 ? "," : "", field->name);
        add_side(json, field, &c->old.values[i], &c->w->scratch, &ok);
        kept_buf_add_char(json, ',');
        add_side(json, field, &c->now[i], &c->w->scratch, &ok);
        kept_buf_add_char(json, ']');
    }
    if (!kept_text_equal(c->state, c->old.state))
        add_pair(json, "state", c->old.state, c->state);
    if (c->archived_at != c->old.archived_at)
        add_pair(json, "archived", c->old.archived_at ? "yes" : "no",
                 c->archived_at ? "yes" : "no");
    if (c->external_id) {
        char *id = kept_arena_printf(&c->w->scratch, "%s:%s", c->source, c->external_id);
        ok = ok && id;
        add_pair(json, "external_id", NULL, id);
    }
    kept_payload__end(json, c->edit->why);
    return ok && !json->failed ? KEPT_OK : kept_nomem(err);
}

static const char *action_of(const kept_change *c)
{
    if (c->edit->action)
        return c->edit->action;
    if (c->added)
        return "add";
    if (c->archived_at != c->old.archived_at)
        return c->archived_at ? "archive" : "restore";
    if (!kept_text_equal(c->state, c->old.state))
        return "move";
    return c->edit->put != KEPT_PUT_SET ? "link" : "edit";
}

/* --- All of it --- */

static kept_status write_parts(kept_change *c, int64_t *ret_id, kept_err *err)
{
    KEPT_AUTO_BUF payload = KEPT_BUF_INIT;
    KEPT_TRY(kept_change__row(c, ret_id, err));
    KEPT_TRY(kept_change__external(c, *ret_id, err));
    KEPT_TRY(write_payload(c, &payload, err));
    kept_ref ref = {c->edit->kind, *ret_id};
    return kept_writing__append(c->w, ref, action_of(c), &payload, c->edit->why, err);
}

static kept_status write_whole(kept_change *c, int64_t *ret_id, kept_err *err)
{
    kept_save save;
    KEPT_TRY(kept_writing__save(c->w, &save, err));
    return kept_writing__end_save(c->w, &save, write_parts(c, ret_id, err), err);
}

static kept_status change_record(kept_change *c, kept_edited *ret_edited, kept_err *err)
{
    int64_t id = c->edit->id;
    c->w->blames = NULL;
    KEPT_TRY(check_edit(c->edit, err));
    KEPT_TRY(resolve_external(c, &id, err));
    KEPT_TRY(id ? begin_edit(c, id, err) : begin_new(c, err));
    KEPT_TRY(kept_change__fields(c, err));
    KEPT_TRY(kept_change__state(c, err));
    KEPT_TRY(kept_change__settled(c, err));
    c->w->blames = NULL;
    if (c->external_id)
        c->n_changes++;
    bool writes = c->added || c->n_changes;
    if (writes)
        KEPT_TRY(write_whole(c, &id, err));
    *ret_edited = (kept_edited){.ref = {c->edit->kind, id},
                                .revision = c->old.revision + (writes ? 1 : 0),
                                .added = c->added,
                                .n_changes = c->n_changes};
    return KEPT_OK;
}

kept_status kept_record__write(kept_writing *writing, const kept_edit *edit, bool reverts,
                               kept_edited *ret_edited, kept_err *err)
{
    KEPT_TRY(kept_writing__check(writing, err));
    kept_change change = {.w = writing, .edit = edit, .reverts = reverts};
    kept_arena_mark mark = kept_arena_get_mark(&writing->scratch);
    kept_status status = change_record(&change, ret_edited, err);
    kept_arena_rewind(&writing->scratch, mark);
    return status;
}

kept_status kept_record_write(kept_writing *writing, const kept_edit *edit, kept_edited *ret_edited,
                              kept_err *err)
{
    return kept_record__write(writing, edit, false, ret_edited, err);
}
