/* What a promise becomes as OpenSLO: names, target, window, and what each will be read as. */
#include "make/openslo_sheet.h"

#include <inttypes.h>
#include <string.h>

#include "base/array.h"

enum { NAME_MOST = 40, SIX = 6, ONE = 1000000 };

/* --- Values --- */

static size_t index_of(const kept_openslo_sheet *p, const char *field)
{
    size_t i = 0;
    while (i < p->promise->kind->n_fields && strcmp(p->promise->kind->fields[i].name, field) != 0)
        i++;
    return i;
}

static const kept_value *value_of(const kept_openslo_sheet *p, const char *field)
{
    size_t i = index_of(p, field);
    return i < p->promise->kind->n_fields && p->promise->values[i].known ? &p->promise->values[i]
                                                                         : NULL;
}

const char *kept_openslo__sheet_text(const kept_openslo_sheet *p, const char *field)
{
    size_t i = index_of(p, field);
    return i < p->promise->kind->n_fields ? p->texts[i] : NULL;
}

/* The document says it so. */
static void reads(kept_openslo_sheet *p, const char *field, const char *text)
{
    size_t i = index_of(p, field);
    if (i < p->promise->kind->n_fields)
        p->read[i] = text;
}

static kept_status read_texts(kept_openslo_sheet *p, kept_err *err)
{
    const kept_record_kind *kind = p->promise->kind;
    bool ok = true;
    p->texts = KEPT_NEW_N(p->w->arena, const char *, kind->n_fields);
    p->read = KEPT_NEW_N(p->w->arena, const char *, kind->n_fields);
    if (!p->texts || !p->read)
        return kept_nomem(err);
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_value *value = &p->promise->values[i];
        if (kind->fields[i].type != KEPT_RECORD_REF && kind->fields[i].type != KEPT_RECORD_REFS)
            p->texts[i] = kept_value_text(&kind->fields[i], value, p->w->arena, &ok);
        else if (value->n_refs)
            KEPT_TRY(kept_openslo__ref_words(p->w->store, p->w->scope, value->refs, value->n_refs,
                                             p->w->arena, &p->texts[i], err));
    }
    return ok ? KEPT_OK : kept_nomem(err);
}

static const char *decimal(const kept_openslo_sheet *p, int64_t millionths)
{
    char text[48];
    kept_decimal_write(kept_decimal_shortest((kept_decimal){millionths, SIX}), text);
    return kept_arena_strdup(p->w->arena, text);
}

static const char *text_of(const kept_openslo_sheet *p, const char *field)
{
    return kept_openslo__sheet_text(p, field);
}

/* --- Names --- */

/* Lower-case letters and digits, dashes for the rest: a name as DNS has it. */
static char *slug(kept_arena *arena, const char *text, size_t most)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    bool gap = false;
    for (const char *c = text; *c && out.len < most; c++) {
        char lower = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        bool plain = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
        if (plain && gap && out.len)
            kept_buf_add_char(&out, '-');
        if (plain)
            kept_buf_add_char(&out, lower);
        gap = !plain;
    }
    return out.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&out));
}

/* The name it came with, else that of the workspace and its id. */
static kept_status name_slo(kept_openslo_sheet *p, kept_err *err)
{
    kept_external_id *ids = NULL;
    kept_ref ref = {p->promise->kind, p->promise->id};
    size_t n = 0;
    KEPT_TRY(kept_record_external_ids(p->w->store, p->w->scope, ref, p->w->arena, &ids, &n, err));
    for (size_t i = 0; i < n && !p->name; i++)
        if (strcmp(ids[i].source, KEPT_OPENSLO_SOURCE) == 0)
            p->name = ids[i].id;
    if (p->name)
        return KEPT_OK;
    const char *firm = slug(p->w->arena, kept_store_name(p->w->store), NAME_MOST);
    const char *id = slug(p->w->arena, p->id, NAME_MOST);
    p->name =
        firm && id ? kept_arena_printf(p->w->arena, "%s%s%s", firm, *firm ? "-" : "", id) : NULL;
    return p->name ? KEPT_OK : kept_nomem(err);
}

/* Whose promises it is among: the customer, else who else gives or gets it. */
static kept_status name_party(kept_openslo_sheet *p, kept_err *err)
{
    static const char *const fields[] = {"customer", "giver_party", "receiver_party"};
    const char *label = NULL, *receiver = text_of(p, "receiver");
    for (size_t i = 0; i < KEPT_N(fields) && !p->party; i++) {
        const kept_value *value = value_of(p, fields[i]);
        if (!value)
            continue;
        p->party = kept_short_id(p->w->arena, value->refs[0]);
        if (!p->party)
            return kept_nomem(err);
        KEPT_TRY(
            kept_record_labels(p->w->store, p->w->scope, value->refs, 1, p->w->arena, &label, err));
    }
    if (!p->party)
        p->party = receiver ? receiver : "anybody";
    p->party_name = kept_openslo__line(p->w->arena, label && *label ? label : p->party);
    return p->party_name ? KEPT_OK : kept_nomem(err);
}

static kept_status name_service(kept_openslo_sheet *p, kept_err *err)
{
    const char *words = text_of(p, "measure");
    const char *party = slug(p->w->arena, p->party, NAME_MOST);
    const char *measure = slug(p->w->arena, words ? words : "", NAME_MOST / 2);
    if (!party || !measure)
        return kept_nomem(err);
    p->service = kept_arena_printf(p->w->arena, "%s-%s", party, *measure ? measure : "promises");
    return p->service ? KEPT_OK : kept_nomem(err);
}

/* --- What the document says --- */

static kept_status plan_measure(kept_openslo_sheet *p, kept_err *err)
{
    const char *name = text_of(p, "measure");
    if (name) {
        kept_status status = kept_measures_find(p->w->measures, name, &p->measure, NULL);
        if (status == KEPT_ENOMEM)
            return kept_nomem(err);
        p->measure = status == KEPT_OK ? p->measure : NULL;
    }
    if (!p->measure || !p->measure->judge)
        p->bits |= KEPT_OPENSLO_WORDS;
    reads(p, "measure", name);
    reads(p, "only_where", text_of(p, "only_where"));
    return KEPT_OK;
}

static kept_status plan_target(kept_openslo_sheet *p, kept_err *err)
{
    const kept_value *share = value_of(p, "target"), *figure = value_of(p, "target_value");
    const char *is = text_of(p, "target_is"), *allowance = text_of(p, "allowance");
    bool fixed = kept_text_equal(allowance, "count");
    bool at_most = kept_text_equal(is, "at-most");
    p->target = share && share->i < ONE ? decimal(p, share->i) : KEPT_OPENSLO_STAND_IN;
    if (share && share->i < ONE)
        reads(p, "target", text_of(p, "target"));
    else
        reads(p, "target", KEPT_OPENSLO_STAND_IN);
    if (fixed)
        p->bits |= KEPT_OPENSLO_COUNT;
    else if (!share && figure)
        p->bits |= KEPT_OPENSLO_FIGURE;
    else if (!share || share->i == ONE)
        p->bits |= KEPT_OPENSLO_NO_TARGET;
    if (figure) {
        p->op = at_most ? "lte" : "gte";
        p->value = decimal(p, figure->i);
        reads(p, "target_value", text_of(p, "target_value"));
        reads(p, "target_is", at_most ? "at-most" : "at-least");
    }
    return p->target && (!figure || p->value) ? KEPT_OK : kept_nomem(err);
}

static kept_status plan_slices(kept_openslo_sheet *p, kept_err *err)
{
    const kept_value *share = value_of(p, "period_target");
    const char *counted_by = text_of(p, "counted_by");
    p->slice = kept_openslo__slice_of(counted_by);
    reads(p, "counted_by", p->slice ? counted_by : "case");
    if (!p->slice)
        return KEPT_OK;
    p->slice_target = share ? decimal(p, share->i) : "1";
    if (share && share->i < ONE)
        reads(p, "period_target", text_of(p, "period_target"));
    return p->slice_target ? KEPT_OK : kept_nomem(err);
}

/* The day from which contract years are counted; of other windows a first day of one. */
static void plan_start(kept_openslo_sheet *p, kept_window_kind kind)
{
    static const char *const fields[] = {"starts_on", "promised_on"};
    const kept_value *day = NULL;
    for (size_t i = 0; i < KEPT_N(fields) && !day; i++)
        day = value_of(p, fields[i]);
    p->start = day ? (kept_day)day->i : (kept_day)(p->promise->made_at / KEPT_DAY_MICROS);
    if (kind != KEPT_WINDOW_CONTRACT_YEAR)
        p->start = kept_window_of(kind, p->start, p->start, 0).start;
}

static kept_status plan_window(kept_openslo_sheet *p, kept_err *err)
{
    const char *word = text_of(p, "window_kind"), *zone = text_of(p, "zone");
    const kept_value *length = value_of(p, "window_days");
    kept_window_kind kind = KEPT_WINDOW_QUARTER;
    int year, month, of_month;
    if (word)
        (void)kept_window_find(word, &kind);
    p->rolls = kind == KEPT_WINDOW_ROLLING;
    reads(p, "window_kind", kept_window_name(kind));
    if (p->rolls) {
        int64_t days = length ? length->i : KEPT_OPENSLO_ROLLING;
        const char *text = kept_arena_printf(p->w->arena, "%" PRId64, days);
        p->duration = kept_arena_printf(p->w->arena, "%" PRId64 "d", days);
        reads(p, "window_days", text);
        return text && p->duration ? KEPT_OK : kept_nomem(err);
    }
    p->duration = kept_openslo__duration_of(kind);
    p->zone = zone ? zone : kept_store_timezone(p->w->store);
    reads(p, "zone", p->zone);
    plan_start(p, kind);
    kept_day_to_civil(p->start, &year, &month, &of_month);
    if (kind == KEPT_WINDOW_CONTRACT_YEAR) {
        char day[11];
        kept_day_write(p->start, day);
        const char *text = kept_arena_strdup(p->w->arena, day);
        reads(p, "starts_on", text);
        reads(p, "window_kind", month == 1 && of_month == 1 ? "year" : "contract-year");
        return text ? KEPT_OK : kept_nomem(err);
    }
    return KEPT_OK;
}

size_t kept_openslo__bytes(const char *text, size_t characters)
{
    size_t i = 0;
    for (; text[i]; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80 && characters-- == 0)
            break;
    return i;
}

kept_status kept_openslo__plan(kept_openslo_sheet *p, kept_err *err)
{
    const char *text;
    p->id = kept_short_id(p->w->arena, (kept_ref){p->promise->kind, p->promise->id});
    if (!p->id)
        return kept_nomem(err);
    KEPT_TRY(read_texts(p, err));
    KEPT_TRY(name_slo(p, err));
    KEPT_TRY(name_party(p, err));
    KEPT_TRY(name_service(p, err));
    KEPT_TRY(plan_measure(p, err));
    KEPT_TRY(plan_target(p, err));
    KEPT_TRY(plan_slices(p, err));
    KEPT_TRY(plan_window(p, err));
    text = text_of(p, "text");
    if (text && text[kept_openslo__bytes(text, KEPT_OPENSLO_DESCRIPTION)])
        p->bits |= KEPT_OPENSLO_CUT;
    else
        reads(p, "text", text);
    reads(p, "judged", text_of(p, "judged"));
    return KEPT_OK;
}
