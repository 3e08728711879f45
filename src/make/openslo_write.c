/* A promise as OpenSLO: its Service, its SLO, and in annotations what these cannot say. */
#include <inttypes.h>
#include <string.h>

#include "base/array.h"
#include "base/yaml_write.h"
#include "make/openslo_sheet.h"
#include "store/records/import.h"

enum { TITLE_MOST = 120 };

static const char *text_of(const kept_openslo_sheet *p, const char *field)
{
    return kept_openslo__sheet_text(p, field);
}

/* --- Lines --- */

static void line(const kept_openslo_sheet *p, const char *key, const char *text)
{
    kept_buf_printf(p->w->out, "%s: ", key);
    kept_yaml_quote(p->w->out, text);
    kept_buf_add_char(p->w->out, '\n');
}

static void title_line(const kept_openslo_sheet *p, const char *key, const char *text)
{
    char *cut = kept_openslo__line(p->w->arena, text);
    if (!cut) {
        p->w->out->failed = true;
        return;
    }
    cut[kept_text_cut(cut, TITLE_MOST)] = '\0';
    line(p, key, cut);
}

static void begin_document(const kept_openslo_sheet *p, const char *kind, const char *name)
{
    kept_buf_printf(
        p->w->out,
        "---\napiVersion: " KEPT_OPENSLO_VERSION "\nkind: %s\nmetadata:\n  name: ", kind);
    kept_yaml_write(p->w->out, name);
    kept_buf_add_char(p->w->out, '\n');
}

static bool has_service(const kept_openslo_sheet *p)
{
    for (size_t i = 0; i < p->w->n_services; i++)
        if (strcmp(p->w->services[i], p->service) == 0)
            return true;
    return false;
}

static kept_status write_service(const kept_openslo_sheet *p, kept_err *err)
{
    const char *words = text_of(p, "measure");
    const char *title = kept_arena_printf(p->w->arena, "%s: %s", p->party_name,
                                          p->measure ? p->measure->title
                                          : words    ? words
                                                     : "promises");
    if (!title)
        return kept_nomem(err);
    if (has_service(p))
        return KEPT_OK;
    p->w->services[p->w->n_services++] = p->service;
    begin_document(p, "Service", p->service);
    title_line(p, "  displayName", title);
    kept_buf_add(p->w->out, "spec:\n");
    title_line(p, "  description", title);
    return KEPT_OK;
}

/* --- Annotations --- */

static void annotation(const kept_openslo_sheet *p, const char *field, const char *text)
{
    kept_buf_printf(p->w->out, "    " KEPT_OPENSLO_PREFIX "%s: ", field);
    kept_yaml_quote(p->w->out, text);
    kept_buf_add_char(p->w->out, '\n');
}

/* Terms that decide whether a case is good, or how many may not be. */
static bool decides(const char *field)
{
    static const char *const fields[] = {"within",    "within_unit", "calendar",
                                         "tolerance", "partly_from", "min_coverage"};
    for (size_t i = 0; i < KEPT_N(fields); i++)
        if (strcmp(fields[i], field) == 0)
            return true;
    return false;
}

static void write_annotations(kept_openslo_sheet *p)
{
    const kept_record_kind *kind = p->promise->kind;
    kept_buf_add(p->w->out, "  annotations:\n");
    annotation(p, "promise", p->id);
    kept_buf_printf(p->w->out,
                    "    " KEPT_OPENSLO_PREFIX "uid: \"" KEPT_OWN_UID "%s-%" PRId64 "\"\n", p->id,
                    p->promise->made_at);
    if (p->promise->state)
        annotation(p, "state", p->promise->state);
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *field = &kind->fields[i];
        const char *is = p->texts[i];
        /* An empty field with a default, or that the document cannot leave empty, says so. */
        if (kept_text_equal(is, p->read[i]) && (is || !field->preset))
            continue;
        if (field->sensitive) {
            p->bits |= is ? KEPT_OPENSLO_HIDDEN : 0;
            continue;
        }
        if (is && decides(field->name))
            p->bits |= KEPT_OPENSLO_TERMS;
        annotation(p, field->name, is ? is : "");
    }
}

/* --- The SLO --- */

/* Whose rows count: as kept.dev/customer has it, or who else is promised something. */
static const char *match_of(const kept_openslo_sheet *p)
{
    const char *customer = text_of(p, "customer"), *receiver = text_of(p, "receiver");
    const char *party = text_of(p, "giver_party");
    if (!party)
        party = text_of(p, "receiver_party");
    if (customer)
        return kept_arena_printf(p->w->arena, "customer %s", customer);
    return party ? party : receiver ? receiver : "anybody";
}

static void write_source(const kept_openslo_sheet *p, const char *indent, const char *count)
{
    const char *measure = text_of(p, "measure"), *only = text_of(p, "only_where");
    const char *match = match_of(p);
    kept_buf *out = p->w->out;
    if (!match)
        out->failed = true;
    kept_buf_printf(out, "%smetricSource:\n%s  type: kept\n%s  spec:\n", indent, indent, indent);
    const char *const keys[] = {"measure", "only_where", "match", "count"};
    const char *const texts[] = {measure, only, match, count};
    for (size_t i = 0; i < KEPT_N(keys); i++) {
        if (!texts[i])
            continue;
        kept_buf_printf(out, "%s    %s: ", indent, keys[i]);
        kept_yaml_quote(out, texts[i]);
        kept_buf_add_char(out, '\n');
    }
}

static void write_indicator(const kept_openslo_sheet *p)
{
    static const char indent[] = "          ";
    const char *measure = text_of(p, "measure");
    kept_buf *out = p->w->out;
    kept_buf_add(out, "  indicator:\n    metadata:\n      name: ");
    kept_yaml_write(out, p->name);
    kept_buf_add_char(out, '\n');
    if (measure)
        title_line(p, "      displayName", p->measure ? p->measure->title : measure);
    kept_buf_add(out, "    spec:\n");
    if (p->op) {
        kept_buf_add(out, "      thresholdMetric:\n");
        write_source(p, "        ", NULL);
        return;
    }
    kept_buf_add(out, "      ratioMetric:\n        counter: false\n        good:\n");
    write_source(p, indent, "good");
    kept_buf_add(out, "        total:\n");
    write_source(p, indent, "total");
}

static void write_window(const kept_openslo_sheet *p)
{
    kept_buf *out = p->w->out;
    char day[11];
    kept_buf_printf(out, "  timeWindow:\n    - duration: %s\n      isRolling: %s\n", p->duration,
                    p->rolls ? "true" : "false");
    if (p->rolls)
        return;
    kept_day_write(p->start, day);
    kept_buf_printf(out,
                    "      calendar:\n        startTime: %s 00:00:00\n        timeZone: ", day);
    kept_yaml_write(out, p->zone);
    kept_buf_add_char(out, '\n');
}

static void write_objective(const kept_openslo_sheet *p)
{
    kept_buf *out = p->w->out;
    kept_buf_printf(out, "  budgetingMethod: %s\n  objectives:\n    - ",
                    p->slice ? "Timeslices" : "Occurrences");
    if (p->op)
        kept_buf_printf(out, "op: %s\n      value: %s\n      ", p->op, p->value);
    kept_buf_printf(out, "target: %s\n", p->target);
    if (p->slice)
        kept_buf_printf(out, "      timeSliceTarget: %s\n      timeSliceWindow: %s\n",
                        p->slice_target, p->slice);
}

kept_status kept_openslo_write(kept_openslo_writer *w, const kept_record *promise,
                               unsigned *ret_bits, kept_err *err)
{
    kept_openslo_sheet p = {.w = w, .promise = promise};
    KEPT_TRY(kept_openslo__plan(&p, err));
    KEPT_TRY(write_service(&p, err));
    const char *text = text_of(&p, "text");
    char *description = kept_arena_strdup(w->arena, text ? text : p.id);
    if (!description)
        return kept_nomem(err);
    begin_document(&p, "SLO", p.name);
    title_line(&p, "  displayName", description);
    write_annotations(&p);
    description[kept_openslo__bytes(description, KEPT_OPENSLO_DESCRIPTION)] = '\0';
    kept_buf_add(w->out, "spec:\n");
    line(&p, "  description", description);
    kept_buf_add(w->out, "  service: ");
    kept_yaml_write(w->out, p.service);
    kept_buf_add_char(w->out, '\n');
    write_indicator(&p);
    write_window(&p);
    write_objective(&p);
    if (w->out->failed)
        return kept_nomem(err);
    *ret_bits = p.bits;
    return KEPT_OK;
}
