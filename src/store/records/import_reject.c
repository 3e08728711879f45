/* Rows set aside: the writer of rejects files (store/facts/rejects.c) finds them by file and record
 * in a table of the engine, and goes through the files once more for their lines and cells. */
#include <stdlib.h>
#include <string.h>

#include "store/facts/stage_int.h"
#include "store/records/import_int.h"

enum { REJECTS_SHOWN = 100, FAULTS_AT_ONCE = 200, VALUES = 3 };

kept_status kept_record_import__fault(kept_record_importing *im, const kept_import_fault *fault,
                                      kept_err *err)
{
    if (im->n_faults == im->room_faults) {
        size_t room = im->room_faults ? 2 * im->room_faults : 64;
        kept_import_fault *more = KEPT_NEW_N(im->task.arena, kept_import_fault, room);
        if (!more)
            return kept_nomem(err);
        if (im->n_faults)
            memcpy(more, im->faults, im->n_faults * sizeof *more);
        im->faults = more;
        im->room_faults = room;
    }
    im->faults[im->n_faults++] = *fault;
    return KEPT_OK;
}

const char *kept_record_import__column(const kept_record_importing *im, size_t source,
                                       size_t target)
{
    const kept_fact_column *column = &im->task.kind->columns[target];
    const kept_mapping *mapping = im->task.view.mappings[source];
    for (size_t i = 0; i < mapping->n; i++) {
        const kept_expr *expr = mapping->mapped[i].expr;
        if (mapping->mapped[i].column == column && expr->op == KEPT_EXPR_COLUMN)
            return im->task.view.sources[source]->columns[expr->column].name;
    }
    return column->name;
}

/* --- The table --- */

static kept_status insert(kept_record_importing *im, size_t from, size_t n, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT, packed = KEPT_BUF_INIT;
    kept_duck_value *values = KEPT_NEW_N(&arena, kept_duck_value, VALUES * n);
    if (!values)
        return kept_nomem(err);
    kept_buf_add(&sql, "INSERT INTO stage_rejects VALUES ");
    for (size_t i = 0; i < n; i++) {
        const kept_import_fault *f = &im->faults[from + i];
        kept__fault fault = {.cause = KEPT__NOT_CHOICE, .value = {f->value, strlen(f->value)}};
        kept_buf_add(&fault.reason, f->reason);
        kept__fault_pack(&packed, &fault, f->column);
        packed.failed |= fault.reason.failed;
        kept_buf_free(&fault.reason);
        char *text = kept_arena_strdup(&arena, kept_buf_text(&packed));
        if (!text || packed.failed)
            return kept_nomem(err);
        values[VALUES * i] = KEPT_DV_INT((int64_t)f->source);
        values[VALUES * i + 1] = KEPT_DV_INT(f->record);
        values[VALUES * i + 2] = KEPT_DV_TEXT(text);
        kept_buf_printf(&sql, "%s($%zu, $%zu, $%zu)", i ? ", " : "", VALUES * i + 1, VALUES * i + 2,
                        VALUES * i + 3);
    }
    if (sql.failed)
        return kept_nomem(err);
    return kept_duck_exec(im->task.duck, kept_buf_text(&sql), values, VALUES * n, NULL, err);
}

static kept_status fill_table(kept_record_importing *im, kept_err *err)
{
    KEPT_TRY(kept_duck_exec(im->task.duck,
                            "CREATE OR REPLACE TABLE stage_rejects"
                            " (source BIGINT, record BIGINT, fault VARCHAR)",
                            NULL, 0, NULL, err));
    for (size_t i = 0; i < im->n_faults; i += FAULTS_AT_ONCE) {
        size_t left = im->n_faults - i;
        KEPT_TRY(insert(im, i, left < FAULTS_AT_ONCE ? left : FAULTS_AT_ONCE, err));
    }
    return KEPT_OK;
}

/* --- What is shown --- */

typedef struct collector {
    kept_record_importing *im;
    kept_staged *stage;
    const char *groups[REJECTS_SHOWN]; /* per reason */
} collector;

static kept_status count_reason(collector *c, const char *group, const char *reason, kept_err *err)
{
    kept_staged *stage = c->stage;
    for (size_t i = 0; i < stage->n_reasons; i++)
        if (strcmp(c->groups[i], group) == 0) {
            stage->reasons[i].n++;
            return KEPT_OK;
        }
    if (stage->n_reasons == REJECTS_SHOWN)
        return KEPT_OK;
    char *copy = kept_arena_strdup(c->im->task.arena, reason);
    if (!copy)
        return kept_nomem(err);
    c->groups[stage->n_reasons] = group;
    stage->reasons[stage->n_reasons++] = (kept_reason_count){copy, 1};
    return KEPT_OK;
}

/* The first rows for showing, and records that are no rows, which the faults do not have. */
static kept_status collect(void *who, const kept__set_aside *item, kept_err *err)
{
    collector *c = who;
    kept_staged *stage = c->stage;
    kept_arena *arena = c->im->task.arena;
    if (item->cause >= KEPT__N_ROW_CAUSES)
        KEPT_TRY(
            count_reason(c, kept__record_cause(item->cause), kept__record_cause(item->cause), err));
    if (stage->n_rejects == REJECTS_SHOWN)
        return KEPT_OK;
    kept_reject *reject = &stage->rejects[stage->n_rejects];
    *reject = (kept_reject){.path = c->im->task.view.sources[item->source]->path,
                            .line = item->line,
                            .column = kept_arena_strdup(arena, item->column),
                            .value = kept_arena_strdup(arena, item->value),
                            .reason = kept_arena_strdup(arena, item->reason)};
    if (!reject->column || !reject->value || !reject->reason)
        return kept_nomem(err);
    stage->n_rejects++;
    return KEPT_OK;
}

static int by_count(const void *a, const void *b)
{
    const kept_reason_count *x = a, *y = b;
    return (x->n < y->n) - (x->n > y->n);
}

kept_status kept_record_import__set_aside(kept_record_importing *im, kept_err *err)
{
    kept_import_task *t = &im->task;
    kept_staged *stage = KEPT_NEW(t->arena, kept_staged);
    collector c = {.im = im, .stage = stage};
    if (!stage || !(stage->rejects = KEPT_NEW_N(t->arena, kept_reject, REJECTS_SHOWN)) ||
        !(stage->reasons = KEPT_NEW_N(t->arena, kept_reason_count, REJECTS_SHOWN)))
        return kept_nomem(err);
    stage->kind = t->kind;
    stage->n_sources = t->n;
    stage->set_aside = im->n_faults;
    for (size_t i = 0; i < t->n; i++)
        stage->set_aside += t->view.sources[i]->n_broken;
    im->result.set_aside = (int64_t)stage->set_aside;
    im->result.read =
        im->result.taken + im->result.superseded + im->result.unchanged + im->result.set_aside;
    stage->read = (size_t)im->result.read;
    t->view.stage = stage;
    if (stage->set_aside == 0)
        return KEPT_OK;
    for (size_t i = 0; i < im->n_faults; i++) {
        const kept_import_fault *f = &im->faults[i];
        KEPT_TRY(count_reason(&c, f->group, f->example ? f->reason : f->group, err));
    }
    KEPT_TRY(fill_table(im, err));
    for (size_t i = 0; i < t->n; i++)
        KEPT_TRY(kept__rejects_walk(t->duck, t->view.sources[i], i, false, collect, &c, err));
    qsort(stage->reasons, stage->n_reasons, sizeof *stage->reasons, by_count);
    return KEPT_OK;
}
