/* One SLO: what it promises, and what its annotations say besides. */
#include <string.h>

#include "base/array.h"
#include "make/openslo_int.h"

enum { SHOWN = 60, NAME_MOST = 200 };

/* --- Annotations --- */

/* Fields that the document itself says; their annotations only tell apart what it cannot. */
static const char *const in_document[] = {
    "text",      "judged",      "measure",     "only_where", "target",     "target_value",
    "target_is", "window_kind", "window_days", "zone",       "counted_by", "period_target",
};

/* Said of the promise by Kept for people, or read elsewhere. */
static const char *const for_people[] = {"promise", "state", "uid"};

static bool among(const char *const *words, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

/* Of a field in the document an annotation counts where the document is silent. */
static bool counts(kept_openslo_slo *s, const char *field)
{
    const kept_openslo_value *value = kept_openslo__value(s, &s->base, field);
    if (strcmp(field, "starts_on") == 0 || among(in_document, KEPT_N(in_document), field))
        return !value->at;
    return true;
}

static kept_status read_annotation(kept_openslo_slo *s, const kept_yaml_node *node, kept_err *err)
{
    const char *field = node->key + strlen(KEPT_OPENSLO_PREFIX);
    if (among(for_people, KEPT_N(for_people), field))
        return KEPT_OK;
    if (!kept_openslo__value(s, &s->base, field)) {
        KEPT_OPENSLO_REMARK(s, node, "A promise has no field \"%.*s\" here; it was left out.",
                            KEPT_SHOWN(field, SHOWN));
        return KEPT_OK;
    }
    if (counts(s, field))
        kept_openslo__say(s, &s->base, field, *node->text ? node->text : NULL, node);
    return KEPT_OK;
}

kept_status kept_openslo__annotations(kept_openslo_slo *s, kept_err *err)
{
    const kept_yaml_node *foreign = NULL;
    for (const kept_yaml_node *n = s->annotations ? s->annotations->first : NULL; n; n = n->next) {
        if (kept_text_starts(n->key, KEPT_OPENSLO_PREFIX))
            KEPT_TRY(read_annotation(s, n, err));
        else if (!foreign)
            foreign = n;
    }
    if (foreign)
        KEPT_OPENSLO_REMARK(s, foreign, "Annotations of other programs were left out.");
    return KEPT_OK;
}

static kept_status check_annotations(kept_openslo_slo *s, kept_err *err)
{
    KEPT_TRY(kept_openslo__map(s->metadata, "annotations", &s->annotations, err));
    for (const kept_yaml_node *n = s->annotations ? s->annotations->first : NULL; n; n = n->next)
        if (kept_text_starts(n->key, KEPT_OPENSLO_PREFIX) && n->type != KEPT_YAML_TEXT)
            return kept_yaml_fail(n, err, "An annotation is one text; put it in quotes.");
    return KEPT_OK;
}

/* --- Words --- */

/* What Kept wrote has the text as its description, or the beginning of a long one. */
static kept_status own_text(kept_openslo_slo *s, const char *description, kept_err *err)
{
    const kept_yaml_node *node = kept_yaml_get(s->spec, "description");
    const kept_yaml_node *whole = kept_openslo__annotation(s, "text");
    if (whole && description && kept_text_starts(whole->text, description))
        node = whole;
    if (!node || kept_yaml_is_empty(node))
        return kept_yaml_fail_key(s->spec, err, "A promise needs words: \"description\".");
    kept_openslo__say(s, &s->base, "text", node->text, node);
    return KEPT_OK;
}

static kept_status foreign_text(kept_openslo_slo *s, const char *description, kept_err *err)
{
    kept_arena *arena = s->reading->arena;
    const char *title = NULL;
    KEPT_TRY(kept_openslo__text(s->metadata, "displayName", &title, err));
    const char *text = title && description ? kept_arena_printf(arena, "%s: %s", title, description)
                                            : kept_arena_strdup(arena, title         ? title
                                                                       : description ? description
                                                                                     : s->name);
    if (!text)
        return kept_nomem(err);
    kept_openslo__say(s, &s->base, "text", text, s->metadata);
    return KEPT_OK;
}

/* Where it comes from, for a promise that does not say where it can be read. */
static kept_status foreign_source(kept_openslo_slo *s, const char *service, kept_err *err)
{
    kept_arena *arena = s->reading->arena;
    const kept_yaml_node *doc = kept_openslo__named(s->reading, "Service", service);
    const kept_yaml_node *metadata = doc ? kept_yaml_get(doc, "metadata") : NULL;
    const char *title = NULL;
    if (metadata)
        KEPT_TRY(kept_openslo__text(metadata, "displayName", &title, err));
    char *line = kept_openslo__line(arena, title ? title : service);
    char *text = line ? kept_arena_printf(arena, "OpenSLO %s of the service %.*s", s->name,
                                          KEPT_SHOWN(line, NAME_MOST))
                      : NULL;
    if (!text)
        return kept_nomem(err);
    kept_openslo__say(s, &s->base, "source", text, kept_yaml_get(s->spec, "service"));
    kept_openslo__value(s, &s->base, "source")->weak = true;
    return KEPT_OK;
}

static kept_status read_words(kept_openslo_slo *s, kept_err *err)
{
    const char *description = NULL, *service = NULL;
    KEPT_TRY(kept_openslo__text(s->spec, "description", &description, err));
    KEPT_TRY(kept_openslo__need_text(s->spec, "service", "An SLO", &service, err));
    if (kept_openslo__annotation(s, "promise"))
        return own_text(s, description, err);
    KEPT_TRY(foreign_text(s, description, err));
    return foreign_source(s, service, err);
}

/* --- Budgeting --- */

static kept_status read_method(kept_openslo_slo *s, kept_err *err)
{
    const kept_yaml_node *node = kept_yaml_get(s->spec, "budgetingMethod");
    const char *method = NULL;
    KEPT_TRY(kept_openslo__need_text(s->spec, "budgetingMethod", "An SLO", &method, err));
    s->slices = strcmp(method, "Timeslices") == 0;
    if (s->slices || strcmp(method, "Occurrences") == 0)
        return KEPT_OK;
    if (strcmp(method, "RatioTimeslices") == 0)
        return kept_yaml_fail(node, err,
                              "Kept does not average the ratios of time slices; take Occurrences, "
                              "or Timeslices with a timeSliceTarget.");
    return kept_yaml_fail(node, err,
                          "\"budgetingMethod\" is Occurrences or Timeslices, not \"%.*s\".",
                          KEPT_SHOWN(method, SHOWN));
}

/* --- Objectives --- */

/* Of several objectives each promise says which one it is. */
static kept_status name_part(kept_openslo_slo *s, const kept_yaml_node *objective, size_t number,
                             kept_openslo_promise *promise, kept_err *err)
{
    kept_arena *arena = s->reading->arena;
    kept_openslo_value *text = kept_openslo__value(s, promise, "text");
    const char *title = NULL;
    KEPT_TRY(kept_openslo__text(objective, "displayName", &title, err));
    text->text = title ? kept_arena_printf(arena, "%s (%s)", text->text, title)
                       : kept_arena_printf(arena, "%s (objective %zu)", text->text, number);
    if (number > 1)
        promise->name = kept_arena_printf(arena, "%s-objective-%zu", s->name, number);
    promise->uid = NULL; /* names one promise alone */
    return text->text && promise->name ? KEPT_OK : kept_nomem(err);
}

static kept_status read_objectives(kept_openslo_slo *s, kept_err *err)
{
    kept_openslo *file = s->reading->file;
    const kept_yaml_node *list = kept_yaml_get(s->spec, "objectives");
    size_t number = 0;
    if (!list || list->type != KEPT_YAML_LIST || list->n == 0)
        return kept_yaml_fail_key(list ? list : s->spec, err,
                                  "An SLO needs \"objectives\", a list: begin it with \"- target: "
                                  "...\".");
    for (const kept_yaml_node *o = list->first; o; o = o->next) {
        kept_openslo_promise *promise = &file->promises[file->n];
        *promise = s->base;
        promise->values = KEPT_NEW_N(s->reading->arena, kept_openslo_value, file->kind->n_fields);
        if (!promise->values)
            return kept_nomem(err);
        memcpy(promise->values, s->base.values, file->kind->n_fields * sizeof *promise->values);
        KEPT_TRY(kept_openslo__objective(s, o, promise, err));
        number++;
        if (list->n > 1)
            KEPT_TRY(name_part(s, o, number, promise, err));
        file->n++;
    }
    return KEPT_OK;
}

/* --- The SLO --- */

static kept_status check_keys(kept_openslo_slo *s, kept_err *err)
{
    static const char *const metadata[] = {"name", "displayName", "annotations", NULL};
    static const char *const spec[] = {"description",     "service",    "indicator",
                                       "indicatorRef",    "timeWindow", "objectives",
                                       "budgetingMethod", NULL};
    KEPT_TRY(kept_openslo__others(s, s->metadata, "metadata", metadata, err));
    return kept_openslo__others(s, s->spec, "an SLO", spec, err);
}

static kept_status check_twice(const kept_openslo_slo *s, const kept_yaml_node *doc, kept_err *err)
{
    if (kept_openslo__named(s->reading, "SLO", s->name) == doc)
        return KEPT_OK;
    return kept_yaml_fail(kept_yaml_get(s->metadata, "name"), err,
                          "There is another SLO \"%.*s\" before it; each needs a name of its own.",
                          KEPT_SHOWN(s->name, SHOWN));
}

static kept_status begin(kept_openslo_slo *s, const kept_yaml_node *doc, kept_err *err)
{
    KEPT_TRY(kept_openslo__map(doc, "metadata", &s->metadata, err));
    KEPT_TRY(kept_openslo__map(doc, "spec", &s->spec, err));
    if (!s->metadata || !s->spec)
        return kept_yaml_fail(doc, err, "An SLO needs \"metadata\" with its name, and a \"spec\".");
    KEPT_TRY(kept_openslo__need_text(s->metadata, "name", "The metadata of an SLO", &s->name, err));
    if (strlen(s->name) > NAME_MOST)
        return kept_yaml_fail(kept_yaml_get(s->metadata, "name"), err,
                              "The name has more than %d bytes; shorten it.", NAME_MOST);
    KEPT_TRY(check_annotations(s, err));
    const kept_yaml_node *uid = kept_openslo__annotation(s, "uid");
    s->base = (kept_openslo_promise){.at = kept_yaml_get(s->metadata, "name"),
                                     .slo = s->name,
                                     .name = s->name,
                                     .uid = uid && *uid->text ? uid->text : NULL};
    s->base.values =
        KEPT_NEW_N(s->reading->arena, kept_openslo_value, s->reading->file->kind->n_fields);
    return s->base.values ? KEPT_OK : kept_nomem(err);
}

kept_status kept_openslo__slo(kept_openslo_reading *r, const kept_yaml_node *doc, kept_err *err)
{
    kept_openslo_slo s = {.reading = r};
    KEPT_TRY(begin(&s, doc, err));
    KEPT_TRY(check_twice(&s, doc, err));
    KEPT_TRY(check_keys(&s, err));
    kept_openslo__say(&s, &s.base, "judged", "counted", s.base.at);
    KEPT_TRY(read_words(&s, err));
    KEPT_TRY(read_method(&s, err));
    KEPT_TRY(kept_openslo__indicator(&s, err));
    KEPT_TRY(kept_openslo__window(&s, err));
    KEPT_TRY(kept_openslo__annotations(&s, err));
    return read_objectives(&s, err);
}
