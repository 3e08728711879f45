#include "catalogue/record_check.h"

#include <string.h>

#include "base/text.h"
#include "catalogue/declare.h"
#include "catalogue/names.h"

static const char customer[] = "customer";

/* --- Names --- */

static kept_status check_two(const kept_record_declaration *d,
                             const kept_record_declaration *before, kept_err *err)
{
    const kept_record_kind *a = before->kind, *b = d->kind;
    const kept_yaml_node *kind = kept_yaml_get(d->root, "kind");
    const kept_yaml_node *was = kept_yaml_get(d->root, "was");
    if (strcmp(a->name, b->name) == 0)
        return kept_yaml_fail(kind, err, "\"%s\" is declared in %s already.", b->name, a->source);
    if (strcmp(a->prefix, b->prefix) == 0)
        return kept_yaml_fail(kept_yaml_get(d->root, "prefix"), err,
                              "%s is the prefix of \"%s\" (%s) already; choose another.", b->prefix,
                              a->name, a->source);
    if (b->was && kept_text_equal(a->was, b->was))
        return kept_yaml_fail(was, err, "\"%s\" (%s) says that it was \"%s\" too.", a->name,
                              a->source, b->was);
    if (kept_text_equal(b->was, a->name))
        return kept_yaml_fail(was, err,
                              "There is a kind \"%s\" still (%s); it cannot have become \"%s\".",
                              b->was, a->source, b->name);
    if (kept_text_equal(a->was, b->name))
        return kept_yaml_fail(kind, err,
                              "\"%s\" (%s) says that it was \"%s\"; no kind can be both.", a->name,
                              a->source, b->name);
    return KEPT_OK;
}

kept_status kept_record__check_names(const kept_record_declaration *ds, size_t n, kept_err *err)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i && !ds[i].extends; k++)
            if (!ds[k].extends)
                KEPT_TRY(check_two(&ds[i], &ds[k], err));
    return KEPT_OK;
}

/* --- What is named exists --- */

kept_status kept_record__need_kind(const kept_catalogue *catalogue, const kept_yaml_node *at,
                                   const char *name, kept_arena *arena, const char **ret_name,
                                   kept_err *err)
{
    const char **names = KEPT_NEW_N(arena, const char *, catalogue->n_records);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < catalogue->n_records; i++)
        names[i] = catalogue->records[i]->name;
    size_t i;
    KEPT_TRY(kept_declare_find(at, "a kind of record", name, names, catalogue->n_records, &i, err));
    *ret_name = names[i];
    return KEPT_OK;
}

static kept_status check_pack(const kept_catalogue *catalogue, const kept_record_declaration *d,
                              kept_arena *arena, kept_err *err)
{
    const char **names = KEPT_NEW_N(arena, const char *, catalogue->n_packs);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < catalogue->n_packs; i++)
        names[i] = catalogue->packs[i].name;
    size_t i;
    return kept_declare_find(kept_yaml_get(d->root, "pack"), "a pack", d->kind->pack, names,
                             catalogue->n_packs, &i, err);
}

/* A field's references; `to` is one text or a list in the file. */
static kept_status check_targets(const kept_catalogue *catalogue, const kept_record_field *f,
                                 const kept_yaml_node *node, kept_arena *arena, kept_err *err)
{
    const kept_yaml_node *to = kept_yaml_get(node, "to");
    const kept_yaml_node *at = to && to->type == KEPT_YAML_LIST ? to->first : to;
    for (size_t i = 0; i < f->n_to; i++, at = at->next) {
        const char *name;
        if (!kept_catalogue_record(catalogue, f->to[i]))
            KEPT_TRY(kept_record__need_kind(catalogue, at, f->to[i], arena, &name, err));
    }
    return KEPT_OK;
}

/* States in which a day counts are states of the kind, which may be another file's. */
static kept_status check_due(const kept_catalogue *catalogue, const kept_record_declaration *d,
                             const kept_record_field *f, const kept_yaml_node *node,
                             kept_arena *arena, kept_err *err)
{
    const kept_record_kind *kind = kept_catalogue_record(catalogue, d->kind->name);
    if (f->n_due_in == 0)
        return KEPT_OK;
    const char **names = KEPT_NEW_N(arena, const char *, kind->n_states);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < kind->n_states; i++)
        names[i] = kind->states[i].name;
    size_t i;
    for (const kept_yaml_node *c = kept_yaml_get(node, "due")->first; c; c = c->next)
        KEPT_TRY(kept_declare_find(c, "a state", c->text, names, kind->n_states, &i, err));
    return KEPT_OK;
}

/* The kind that says what came of a day refers to this one and bears the day. */
static kept_status check_met_by(const kept_catalogue *catalogue, const kept_record_declaration *d,
                                const kept_record_field *f, const kept_yaml_node *node,
                                kept_arena *arena, kept_err *err)
{
    const kept_yaml_node *at = kept_yaml_get(node, "met_by");
    const char *name;
    if (!f->met_by)
        return KEPT_OK;
    KEPT_TRY(kept_record__need_kind(catalogue, at, f->met_by, arena, &name, err));
    const kept_record_kind *kind = kept_catalogue_record(catalogue, name);
    const kept_record_field *day = kept_record_field_find(kind, f->name);
    if (kept_record_ref_to(kind, d->kind->name) && day && day->type == KEPT_RECORD_DATE)
        return KEPT_OK;
    return kept_yaml_fail(at, err,
                          "The kind %s needs a field that leads to %s, and a day called %s.",
                          kind->name, d->kind->name, f->name);
}

/* Fields that stand need a kind that says in which states, which may be another file's. */
static kept_status check_settled(const kept_catalogue *catalogue, const kept_record_declaration *d,
                                 const kept_record_field *f, const kept_yaml_node *node,
                                 kept_err *err)
{
    const kept_record_kind *kind = kept_catalogue_record(catalogue, d->kind->name);
    bool needs = f->settled || (f->fixed && kind->n_states);
    if (!needs || kind->n_settled_in)
        return KEPT_OK;
    const char *key = f->settled ? "settled" : "fixed";
    return kept_yaml_fail_key(kept_yaml_get(node, key), err,
                              "\"%s\" is for kinds that say settled_in; the kind %s does not.", key,
                              kind->name);
}

static kept_status check_references(const kept_catalogue *catalogue,
                                    const kept_record_declaration *d, kept_arena *arena,
                                    kept_err *err)
{
    if (!d->extends)
        KEPT_TRY(check_pack(catalogue, d, arena, err));
    size_t i = 0;
    for (const kept_yaml_node *c = kept_yaml_get(d->root, "fields")->first; c; c = c->next, i++) {
        KEPT_TRY(check_targets(catalogue, &d->kind->fields[i], c, arena, err));
        KEPT_TRY(check_due(catalogue, d, &d->kind->fields[i], c, arena, err));
        KEPT_TRY(check_met_by(catalogue, d, &d->kind->fields[i], c, arena, err));
        KEPT_TRY(check_settled(catalogue, d, &d->kind->fields[i], c, err));
    }
    return KEPT_OK;
}

/* --- The way to a customer --- */

/* A kind on the way: over its field `of` to the kinds this may lead to. */
typedef struct step {
    const kept_record_declaration *declaration;
    const kept_record_field *of;
    bool ends;  /* every way from here ends: it is in no circle, nor leads into one */
    bool leads; /* to a customer */
} step;

static const step *find_step(const step *steps, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(steps[i].declaration->kind->name, name) == 0)
            return &steps[i];
    return NULL;
}

/* A kind without `of` is where ways end. Returns whether something became known. */
static bool walk(step *s, const step *steps, size_t n)
{
    if (s->ends)
        return false;
    bool leads = strcmp(s->declaration->kind->name, customer) == 0;
    for (size_t i = 0; s->of && i < s->of->n_to; i++) {
        const step *next = find_step(steps, n, s->of->to[i]);
        if (!next->ends)
            return false;
        leads = leads || next->leads;
    }
    s->ends = true;
    s->leads = leads;
    return true;
}

/* Follows a way that does not end for as many steps as there are kinds: then it is in its circle.
 */
static const step *in_circle(const step *s, const step *steps, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        size_t i = 0;
        while (find_step(steps, n, s->of->to[i])->ends) /* one at least does not */
            i++;
        s = find_step(steps, n, s->of->to[i]);
    }
    return s;
}

static kept_status check_steps(step *steps, size_t n, kept_err *err)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < n; i++)
            more = walk(&steps[i], steps, n) || more;
    }
    for (size_t i = 0; i < n; i++) {
        const kept_record_declaration *d = steps[i].declaration;
        if (!steps[i].ends) {
            d = in_circle(&steps[i], steps, n)->declaration;
            return kept_yaml_fail(kept_yaml_get(d->root, "of"), err,
                                  "\"of\" must lead to a customer; from \"%s\" it leads back to "
                                  "\"%s\".",
                                  d->kind->of, d->kind->name);
        }
        if (steps[i].of && !steps[i].leads)
            return kept_yaml_fail(kept_yaml_get(d->root, "of"), err,
                                  "\"of\" must lead to a customer; \"%s\" leads to none.",
                                  d->kind->of);
    }
    return KEPT_OK;
}

static kept_status check_ways(const kept_record_declaration *ds, size_t n, kept_arena *arena,
                              kept_err *err)
{
    step *steps = KEPT_NEW_N(arena, step, n);
    size_t n_steps = 0;
    if (!steps)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const kept_record_kind *kind = ds[i].kind;
        if (ds[i].extends)
            continue;
        if (kind->of && strcmp(kind->name, customer) == 0)
            return kept_yaml_fail_key(kept_yaml_get(ds[i].root, "of"), err,
                                      "A customer is of no other customer; leave \"of\" out.");
        steps[n_steps].declaration = &ds[i];
        steps[n_steps++].of = kind->of ? kept_record_field_find(kind, kind->of) : NULL;
    }
    return check_steps(steps, n_steps, err);
}

kept_status kept_record__check_all(const kept_catalogue *catalogue,
                                   const kept_record_declaration *ds, size_t n, kept_arena *arena,
                                   kept_err *err)
{
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(check_references(catalogue, &ds[i], arena, err));
    return check_ways(ds, n, arena, err);
}
