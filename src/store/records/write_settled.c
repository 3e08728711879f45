/* What stands while others rely on it. What was agreed with somebody is not changed in passing, by
 * whatever way a change comes: it is amended, by a command that asks for their word. */
#include <inttypes.h>
#include <string.h>

#include "store/records/value.h"
#include "store/records/write_int.h"

/* As on a command line: due_on is due-on. */
static void add_dashed(kept_buf *buf, const char *name)
{
    for (const char *c = name; *c; c++)
        kept_buf_add_char(buf, *c == '_' ? '-' : *c);
}

static kept_status fail_fixed(const kept_change *c, const kept_record_field *field, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    return kept_fail(err, KEPT_EINPUT,
                     "%s of %s-%" PRId64
                     " was fixed when it %s%s and does not change any more; make "
                     "another %s instead.",
                     field->name, kind->prefix, c->old.id, kind->n_states ? "became " : "was made",
                     kind->n_states ? kind->settled_in[0] : "", kind->name);
}

static kept_status fail_settled(const kept_change *c, const kept_record_field *field, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    KEPT_AUTO_BUF command = KEPT_BUF_INIT;
    if (kept_record_state_find(kind, c->old.state)->closed)
        return kept_fail(err, KEPT_EINPUT,
                         "%s of %s-%" PRId64 " stays as it is: %s-%" PRId64 " is %s, and what came "
                         "of it was judged by that.",
                         field->name, kind->prefix, c->old.id, kind->prefix, c->old.id,
                         c->old.state);
    add_dashed(&command, kind->name);
    kept_buf_printf(&command, " amend %s-%" PRId64 " --", kind->prefix, c->old.id);
    add_dashed(&command, field->option ? field->option : field->name);
    return kept_fail(err, KEPT_EINPUT,
                     "%s of %s-%" PRId64 " is settled while it is %s%s; it changes only with the "
                     "word of the other side: kept %.*s ...",
                     field->name, kind->prefix, c->old.id, c->old.state,
                     c->reverts ? ", so it cannot go back" : "",
                     KEPT_SHOWN(kept_buf_text(&command), 120));
}

static kept_status check_move_command(const kept_change *c, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    const kept_record_state *from =
        c->old.state ? kept_record_state_find(kind, c->old.state) : NULL;
    if (!from || !from->commands || kept_text_equal(c->state, c->old.state))
        return KEPT_OK;
    for (size_t i = 0; i < from->n_moves; i++) {
        const char *command = from->commands[i];
        if (!command || strcmp(from->moves[i], c->state) != 0 ||
            kept_text_equal(c->edit->action, command))
            continue;
        KEPT_AUTO_BUF name = KEPT_BUF_INIT;
        add_dashed(&name, kind->name);
        return kept_fail(err, KEPT_EINPUT,
                         "%s-%" PRId64 " is %s and becomes %s only by a command that says who "
                         "acknowledged it: kept %.*s %s %s-%" PRId64 " ...",
                         kind->prefix, c->old.id, from->name, c->state,
                         KEPT_SHOWN(kept_buf_text(&name), 60), command, kind->prefix, c->old.id);
    }
    return KEPT_OK;
}

/* What was left open when it was agreed may be filled in. */
static kept_status check_field(const kept_change *c, const kept_record_field *field, bool was_known,
                               kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    if (!kind->n_states)
        return field->fixed ? fail_fixed(c, field, err) : KEPT_OK;
    bool amends = kept_text_equal(c->edit->action, "amend");
    bool first = kept_text_equal(c->old.state, kind->states[0].name);
    if (field->fixed && was_known && !first)
        return fail_fixed(c, field, err);
    if (field->settled && was_known && !amends && kept_record_settled(kind, c->old.state))
        return fail_settled(c, field, err);
    return KEPT_OK;
}

kept_status kept_change__settled(kept_change *c, kept_err *err)
{
    const kept_record_kind *kind = c->edit->kind;
    if (c->added)
        return KEPT_OK;
    for (size_t i = 0; i < kind->n_fields; i++) {
        if (kept_value_equal(&c->now[i], &c->old.values[i]))
            continue;
        c->w->blames = kind->fields[i].name;
        KEPT_TRY(check_field(c, &kind->fields[i], c->old.values[i].known, err));
    }
    c->w->blames = "state";
    return check_move_command(c, err);
}
