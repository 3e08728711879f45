/* The indicator of an SLO: a measure of Kept, or words on what another program measures. */
#include <string.h>

#include "base/array.h"
#include "make/openslo_int.h"

enum { SHOWN = 60, QUERY_MOST = 600, TITLE_MOST = 300 };

/* An SLI, wherever it stands. */
typedef struct sli {
    const kept_yaml_node *metadata; /* NULL: none */
    const kept_yaml_node *spec;
    const kept_yaml_node *metric;   /* thresholdMetric or ratioMetric */
    const kept_yaml_node *source;   /* metricSource of its first part; NULL: none */
    const kept_yaml_node *parts[2]; /* good or bad and total; raw; the threshold */
    size_t n_parts;
} sli;

/* --- Which one --- */

static kept_status find_sli(const kept_openslo_slo *s, sli *ret, kept_err *err)
{
    const kept_yaml_node *inside = NULL, *from;
    const kept_yaml_node *ref = kept_yaml_get(s->spec, "indicatorRef");
    const char *name = NULL;
    KEPT_TRY(kept_openslo__map(s->spec, "indicator", &inside, err));
    KEPT_TRY(kept_openslo__text(s->spec, "indicatorRef", &name, err));
    if (inside && name)
        return kept_yaml_fail_key(ref, err,
                                  "An SLO has \"indicator\" or \"indicatorRef\", not both.");
    if (!inside && !name)
        return kept_yaml_fail_key(s->spec, err,
                                  "The SLO names no indicator; add \"indicator\", or "
                                  "\"indicatorRef\" with the name of an SLI.");
    from = inside ? inside : kept_openslo__named(s->reading, "SLI", name);
    if (!from)
        return kept_yaml_fail(ref, err,
                              "There is no SLI \"%.*s\" here; name the file that has it as well.",
                              KEPT_SHOWN(name, SHOWN));
    KEPT_TRY(kept_openslo__map(from, "metadata", &ret->metadata, err));
    KEPT_TRY(kept_openslo__map(from, "spec", &ret->spec, err));
    if (!ret->spec)
        ret->spec = from; /* short form: the metric stands in the indicator itself */
    return KEPT_OK;
}

/* --- Its parts --- */

static kept_status check_ratio(const kept_yaml_node *ratio, kept_err *err)
{
    const kept_yaml_node *good = kept_yaml_get(ratio, "good"), *bad = kept_yaml_get(ratio, "bad");
    const kept_yaml_node *raw = kept_yaml_get(ratio, "raw"), *total = kept_yaml_get(ratio, "total");
    if (good && bad)
        return kept_yaml_fail_key(bad, err, "A ratioMetric has \"good\" or \"bad\", not both.");
    if (raw && (good || bad || total))
        return kept_yaml_fail_key(raw, err,
                                  "A ratioMetric has \"raw\", or \"good\" or \"bad\" with "
                                  "\"total\", not both.");
    if (!raw && (!total || (!good && !bad)))
        return kept_yaml_fail_key(ratio, err,
                                  "A ratioMetric needs \"total\" with \"good\" or \"bad\", or "
                                  "\"raw\".");
    return KEPT_OK;
}

static kept_status add_part(sli *i, const kept_yaml_node *metric, const char *key, kept_err *err)
{
    const kept_yaml_node *part = NULL;
    KEPT_TRY(kept_openslo__map(metric, key, &part, err));
    if (part)
        i->parts[i->n_parts++] = part;
    return KEPT_OK;
}

static kept_status read_parts(kept_openslo_slo *s, sli *i, kept_err *err)
{
    static const char *const keys[] = {"good", "bad", "raw", "total"};
    const kept_yaml_node *ratio = NULL, *threshold = NULL;
    KEPT_TRY(kept_openslo__map(i->spec, "ratioMetric", &ratio, err));
    KEPT_TRY(kept_openslo__map(i->spec, "thresholdMetric", &threshold, err));
    if (!ratio == !threshold)
        return kept_yaml_fail_key(i->spec, err,
                                  "An SLI has either a \"ratioMetric\" or a \"thresholdMetric\".");
    s->threshold = threshold;
    i->metric = ratio ? ratio : threshold;
    if (threshold)
        i->parts[i->n_parts++] = threshold;
    else
        KEPT_TRY(check_ratio(ratio, err));
    for (size_t k = 0; ratio && k < KEPT_N(keys); k++)
        KEPT_TRY(add_part(i, ratio, keys[k], err));
    return i->n_parts ? kept_openslo__map(i->parts[0], "metricSource", &i->source, err)
                      : kept_yaml_fail_key(ratio, err,
                                           "The ratioMetric says nothing; write its "
                                           "metricSource out.");
}

/* --- A measure of Kept --- */

static kept_status match_of(kept_openslo_slo *s, const kept_yaml_node *spec, kept_err *err)
{
    static const char customer[] = "customer ";
    const kept_yaml_node *node = kept_yaml_get(spec, "match");
    const kept_yaml_node *note = kept_openslo__annotation(s, "customer");
    const char *match = NULL;
    KEPT_TRY(kept_openslo__text(spec, "match", &match, err));
    if (!match)
        return KEPT_OK;
    const char *who = kept_text_starts(match, customer) ? match + strlen(customer) : NULL;
    if (who && note && strcmp(who, note->text) != 0)
        return kept_yaml_fail(node, err,
                              "\"match\" and the annotation kept.dev/customer name two customers; "
                              "make them the same.");
    if (who)
        kept_openslo__say(s, &s->base, "customer", who, node);
    else if (!kept_openslo__annotation(s, "promise"))
        KEPT_OPENSLO_REMARK(s, node,
                            "\"match\" is read only as \"customer NAME\"; whom else it is promised "
                            "to say the annotations kept.dev/giver and kept.dev/receiver.");
    return KEPT_OK;
}

/* The same measure stands in good and total alike. */
static kept_status check_same(const sli *i, const char *key, const char *first, kept_err *err)
{
    const kept_yaml_node *source = NULL, *spec = NULL;
    const char *other = NULL;
    if (i->n_parts < 2)
        return KEPT_OK;
    KEPT_TRY(kept_openslo__map(i->parts[1], "metricSource", &source, err));
    if (source)
        KEPT_TRY(kept_openslo__map(source, "spec", &spec, err));
    if (spec)
        KEPT_TRY(kept_openslo__text(spec, key, &other, err));
    return kept_text_equal(first, other)
               ? KEPT_OK
               : kept_yaml_fail_key(
                     spec ? spec : i->parts[1], err,
                     "\"%s\" of both parts of the ratio must be the same: Kept knows "
                     "good and total from one measure.",
                     key);
}

static kept_status read_own(kept_openslo_slo *s, const sli *i, kept_err *err)
{
    static const char *const words[] = {"measure", "only_where", "match", "count"};
    const kept_yaml_node *spec = NULL;
    const char *text = NULL;
    KEPT_TRY(kept_openslo__map(i->source, "spec", &spec, err));
    if (!spec)
        return KEPT_OK;
    KEPT_TRY(kept_yaml_expect_map(spec, "a metricSource of Kept", words, KEPT_N(words), err));
    for (size_t k = 0; k < 2; k++) {
        KEPT_TRY(kept_openslo__text(spec, words[k], &text, err));
        KEPT_TRY(check_same(i, words[k], text, err));
        if (text)
            kept_openslo__say(s, &s->base, words[k], text, kept_yaml_get(spec, words[k]));
    }
    return match_of(s, spec, err);
}

/* --- Words for another program's --- */

/* What it is called: by whichever text says most. */
static kept_status title_of(const kept_openslo_slo *s, const sli *i, const char **ret_title,
                            kept_err *err)
{
    const kept_yaml_node *from[] = {i->metadata, i->spec, i->metadata, s->metadata, s->metadata};
    static const char *const keys[] = {"displayName", "description", "name", "displayName", "name"};
    *ret_title = NULL;
    for (size_t k = 0; !*ret_title && k < KEPT_N(keys); k++)
        if (from[k])
            KEPT_TRY(kept_openslo__text(from[k], keys[k], ret_title, err));
    return KEPT_OK;
}

/* The text of the query of one part: "query", or the first text there is. */
static kept_status add_query(kept_openslo_slo *s, const kept_yaml_node *part, kept_buf *out,
                             kept_err *err)
{
    const kept_yaml_node *source = kept_yaml_get(part, "metricSource");
    const kept_yaml_node *spec = source ? kept_yaml_get(source, "spec") : NULL;
    const kept_yaml_node *query = spec ? kept_yaml_get(spec, "query") : NULL;
    for (const kept_yaml_node *n = spec ? spec->first : NULL; n && !query; n = n->next)
        query = n->type == KEPT_YAML_TEXT && *n->text ? n : NULL;
    if (!query || query->type != KEPT_YAML_TEXT)
        return KEPT_OK;
    char *line = kept_openslo__line(s->reading->arena, query->text);
    if (!line)
        return kept_nomem(err);
    size_t len = kept_text_cut(line, QUERY_MOST);
    kept_buf_add(out, out->len ? " / " : "");
    kept_buf_add_n(out, line, len);
    if (line[len])
        KEPT_OPENSLO_REMARK(s, query,
                            "Only the beginning of this query was kept in the words of the "
                            "measure.");
    return KEPT_OK;
}

static kept_status source_of(const sli *i, const char **ret_source, kept_err *err)
{
    const char *type = NULL, *ref = NULL;
    if (i->source) {
        KEPT_TRY(kept_openslo__text(i->source, "type", &type, err));
        KEPT_TRY(kept_openslo__text(i->source, "metricSourceRef", &ref, err));
    }
    *ret_source = type ? type : ref ? ref : "another program";
    return KEPT_OK;
}

/* "Answers within a second (Prometheus: GOOD / TOTAL)". */
static kept_status read_foreign(kept_openslo_slo *s, const sli *i, kept_err *err)
{
    KEPT_AUTO_BUF query = KEPT_BUF_INIT;
    kept_arena *arena = s->reading->arena;
    const char *title = NULL;
    KEPT_TRY(title_of(s, i, &title, err));
    for (size_t k = 0; k < i->n_parts; k++)
        KEPT_TRY(add_query(s, i->parts[k], &query, err));
    char *line = kept_openslo__line(arena, title ? title : s->name);
    char *from = kept_openslo__line(arena, s->base.source);
    if (!line || !from || query.failed)
        return kept_nomem(err);
    char *words =
        kept_arena_printf(arena, "%.*s (%.*s%s%s)", KEPT_SHOWN(line, TITLE_MOST),
                          KEPT_SHOWN(from, SHOWN), query.len ? ": " : "", kept_buf_text(&query));
    if (!words)
        return kept_nomem(err);
    s->base.source = from;
    kept_openslo__say(s, &s->base, "measure", words, i->source ? i->source : i->metric);
    kept_openslo__value(s, &s->base, "measure")->weak = true;
    return KEPT_OK;
}

kept_status kept_openslo__indicator(kept_openslo_slo *s, kept_err *err)
{
    sli i = {0};
    const char *source = NULL;
    KEPT_TRY(find_sli(s, &i, err));
    KEPT_TRY(read_parts(s, &i, err));
    KEPT_TRY(source_of(&i, &source, err));
    if (kept_text_equal_nocase(source, "kept"))
        return read_own(s, &i, err);
    s->base.source = source;
    return read_foreign(s, &i, err);
}
