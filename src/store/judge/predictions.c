#include "store/judge/predictions.h"

#include <string.h>

#include "base/date.h"
#include "store/records/rule.h"

static int32_t day_of(const kept_rule_cell *cell)
{
    kept_day day = 0;
    const char *text = cell->type == KEPT_RULE_TEXT ? cell->text : NULL;
    (void)(text && kept_day_read_iso(text, strlen(text), &day));
    return day;
}

kept_status kept_predictions_read(kept_store *store, const kept_scope *scope, kept_arena *arena,
                                  kept_prediction **ret_predictions, size_t *ret_n, kept_err *err)
{
    static const char sql[] =
        "SELECT d.promise, p.customer, d.window_start, d.window_end, d.day, d.p"
        " FROM prediction d JOIN promise p ON p.id = d.promise"
        " ORDER BY d.promise, d.window_start, d.window_end, d.day";
    kept_rule_rows rows;
    KEPT_TRY(kept_rule_run(store, scope, sql, "predictions", NULL, 0, 0, arena, &rows, err));
    kept_prediction *list = KEPT_NEW_N(arena, kept_prediction, rows.n);
    if (!list)
        return kept_nomem(err);
    for (size_t i = 0; i < rows.n; i++) {
        const kept_rule_cell *c = &rows.cells[i * rows.n_columns];
        list[i] = (kept_prediction){.promise = c[0].i,
                                    .customer = c[1].type == KEPT_RULE_INT ? c[1].i : 0,
                                    .start = day_of(&c[2]),
                                    .end = day_of(&c[3]),
                                    .day = day_of(&c[4]),
                                    .p = c[5].real};
    }
    KEPT_TRY(kept_predictions_acted(store, scope, list, rows.n, arena, err));
    *ret_predictions = list;
    *ret_n = rows.n;
    return KEPT_OK;
}

kept_status kept_predictions_acted(kept_store *store, const kept_scope *scope,
                                   kept_prediction *predictions, size_t n, kept_arena *arena,
                                   kept_err *err)
{
    /* Notices say the day; an action was taken at the latest when it was written down. */
    static const char sql[] =
        "SELECT promise, told_on AS day FROM notice WHERE archived_at = 0 AND told_on IS NOT NULL"
        " UNION SELECT origin_promise, date(made_at / 1000000, 'unixepoch') FROM action"
        " WHERE archived_at = 0 AND origin_promise IS NOT NULL ORDER BY promise, day";
    kept_rule_rows rows;
    KEPT_TRY(kept_rule_run(store, scope, sql, "actions", NULL, 0, 0, arena, &rows, err));
    for (size_t i = 0; i < n; i++) {
        size_t low = 0, high = rows.n;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (rows.cells[2 * middle].i < predictions[i].promise)
                low = middle + 1;
            else
                high = middle;
        }
        predictions[i].acted = false;
        for (; low < rows.n && rows.cells[2 * low].i == predictions[i].promise; low++) {
            int32_t day = day_of(&rows.cells[2 * low + 1]);
            if (day >= predictions[i].start && day <= predictions[i].end)
                predictions[i].acted = true;
        }
    }
    return KEPT_OK;
}
