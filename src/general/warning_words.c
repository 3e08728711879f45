/* Warnings in words: figures of rules as people read them, and reasons. */
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/number.h"
#include "general/warning_parts.h"

static const char unknown[] = "–";

/* Whole numbers with thousands grouped: -12,345. */
static void add_whole(kept_buf *out, int64_t value)
{
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char digits[32];
    size_t n = 0;
    do {
        if (n % 4 == 3)
            digits[n++] = ',';
        digits[n++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest && n < sizeof digits - 2);
    if (value < 0)
        kept_buf_add_char(out, '-');
    while (n)
        kept_buf_add_char(out, digits[--n]);
}

static void add_plain(kept_buf *out, kept_rule_cell cell)
{
    if (cell.type == KEPT_RULE_TEXT)
        kept_buf_add(out, cell.text);
    else if (cell.type == KEPT_RULE_INT ||
             (floor(cell.real) == cell.real && fabs(cell.real) < 1e15))
        add_whole(out, cell.type == KEPT_RULE_INT ? cell.i : (int64_t)cell.real);
    else
        kept_buf_printf(out, "%.6g", cell.real);
}

/* A money figure stands for a size, not for an invoice: from a hundred on without cents. */
static void add_money(kept_buf *out, const char *currency, double e4)
{
    kept_buf_printf(out, "%s%s", currency, currency[0] ? " " : "");
    double units = e4 / 10000;
    if (!(fabs(units) < 1e15)) {
        kept_buf_printf(out, "%.6g", units);
    } else if (fabs(units) >= 100 || units == 0) {
        add_whole(out, (int64_t)llround(units));
    } else {
        char text[32];
        kept_e4_write((int64_t)llround(e4), 2, text);
        kept_buf_add(out, text);
    }
}

static void add_day(kept_buf *out, kept_rule_cell cell)
{
    if (cell.type == KEPT_RULE_TEXT) {
        kept_buf_add(out, cell.text);
        return;
    }
    char day[11];
    if (cell.real < KEPT_DAY_MIN || cell.real > KEPT_DAY_MAX)
        return;
    kept_day_write((kept_day)cell.real, day);
    kept_buf_add(out, day);
}

static kept_status add_record(kept_ctx *ctx, kept_store *store, const kept_record_kind *kind,
                              int64_t id, kept_buf *out, kept_err *err)
{
    enum { MOST_BYTES = 60 };
    kept_ref ref = {kind, id};
    const char *label = "";
    const char *short_id = kept_short_id(ctx->arena, ref);
    if (!short_id)
        return kept_nomem(err);
    KEPT_TRY(kept_record_labels(store, &ctx->scope, &ref, 1, ctx->arena, &label, err));
    kept_buf_add(out, short_id);
    if (label[0])
        kept_buf_printf(out, " %.*s%s", KEPT_SHOWN(label, MOST_BYTES),
                        strlen(label) > MOST_BYTES ? "…" : "");
    return KEPT_OK;
}

kept_status kept_figure_write(kept_ctx *ctx, kept_store *store, const kept_figure *figure,
                              kept_rule_cell cell, kept_buf *out, kept_err *err)
{
    bool number = cell.type == KEPT_RULE_INT || cell.type == KEPT_RULE_REAL;
    if (cell.type == KEPT_RULE_NULL) {
        kept_buf_add(out, unknown);
        return KEPT_OK;
    }
    switch (number || figure->form == KEPT_FIGURE_DAY ? figure->form : KEPT_FIGURE_PLAIN) {
    case KEPT_FIGURE_PLAIN:
        add_plain(out, cell);
        break;
    case KEPT_FIGURE_SHARE:
        kept_buf_printf(out, "%.3g%%", cell.real * 100);
        break;
    case KEPT_FIGURE_DAY:
        add_day(out, cell);
        break;
    case KEPT_FIGURE_MONEY:
        add_money(out, kept_store_currency(store), cell.real);
        break;
    case KEPT_FIGURE_NUMBER:
        kept_buf_printf(out, "%.1f", cell.real);
        break;
    case KEPT_FIGURE_WORDS:
        add_plain(out, cell);
        kept_buf_printf(out, " %s", cell.real == 1 ? figure->one : figure->many);
        break;
    case KEPT_FIGURE_RECORD:
        return add_record(ctx, store, figure->kind, cell.i, out, err);
    }
    return KEPT_OK;
}

/* The value of a column of the rule, or of a limit. */
static kept_status find_value(const kept_warning_look *look, const kept_warning_case *one,
                              const char *name, kept_rule_cell *ret_cell, kept_err *err)
{
    for (size_t i = 0; i < look->n_columns; i++) {
        if (strcmp(look->columns[i], name) == 0) {
            *ret_cell = one->cells[i];
            return KEPT_OK;
        }
    }
    for (size_t i = 0; i < look->warning->n_limits; i++) {
        if (strcmp(look->warning->limits[i].name, name) == 0) {
            *ret_cell = (kept_rule_cell){.type = KEPT_RULE_REAL, .real = look->limits[i]};
            return KEPT_OK;
        }
    }
    return kept_fail(
        err, KEPT_EINPUT,
        "%s: its reason names {%s}, which is neither a column of its rows nor a limit.",
        look->warning->file, name);
}

kept_status kept_warning_reason(kept_ctx *ctx, kept_store *store, const kept_warning_look *look,
                                const kept_warning_case *one, const char **ret_reason,
                                kept_err *err)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    const kept_sentence *sentence = &look->warning->reason;
    for (size_t i = 0; i < sentence->n; i++) {
        const kept_sentence_part *part = &sentence->parts[i];
        kept_rule_cell cell;
        if (part->text) {
            kept_buf_add(&out, part->text);
            continue;
        }
        KEPT_TRY(find_value(look, one, part->figure.name, &cell, err));
        KEPT_TRY(kept_figure_write(ctx, store, &part->figure, cell, &out, err));
    }
    const char *reason = out.failed ? NULL : kept_arena_strdup(ctx->arena, kept_buf_text(&out));
    if (!reason)
        return kept_nomem(err);
    *ret_reason = reason;
    return KEPT_OK;
}
