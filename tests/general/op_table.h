/* Looking at tables of results, and files of a firm's own declarations. */
#ifndef KEPT_TESTS_GENERAL_OP_TABLE_H
#define KEPT_TESTS_GENERAL_OP_TABLE_H

#include <sys/stat.h>

#include "realise/run_op.h"
#include "small_firm.h"

static inline size_t table_rows(const op_run *run, const char *table)
{
    const kept_table *t = kept_result_find_table(&run->result, table);
    return t ? t->n_rows : 0;
}

static inline kept_cell table_cell(const op_run *run, const char *table, size_t row,
                                   const char *field)
{
    const kept_table *t = kept_result_find_table(&run->result, table);
    assert_non_null(t);
    int i = kept_field_index(t->def->fields, t->def->n_fields, field);
    assert_true(i >= 0);
    assert_true(row < t->n_rows);
    return t->cells[row * t->def->n_fields + (size_t)i];
}

/* "" for an empty cell. */
static inline const char *table_text(const op_run *run, const char *table, size_t row,
                                     const char *field)
{
    kept_cell cell = table_cell(run, table, row, field);
    return cell.known ? cell.v.text : "";
}

/* The row in which a column says so; fails when there is none. */
static inline size_t table_find(const op_run *run, const char *table, const char *field,
                                const char *text)
{
    for (size_t i = 0; i < table_rows(run, table); i++)
        if (strcmp(table_text(run, table, i, field), text) == 0)
            return i;
    fail_msg("no row of %s with %s %s", table, field, text);
    return 0;
}

static inline bool table_has(const op_run *run, const char *table, const char *field,
                             const char *text)
{
    for (size_t i = 0; i < table_rows(run, table); i++)
        if (strcmp(table_text(run, table, i, field), text) == 0)
            return true;
    return false;
}

static inline bool has_note(const op_run *run, const char *part)
{
    for (size_t i = 0; i < run->result.n_notes; i++)
        if (strstr(run->result.notes[i].text, part))
            return true;
    return false;
}

/* Runs as of the firm's fixed day; fails when the operation does. */
static inline void firm_ask(op_run *run, const small_firm *f, const kept_op *op,
                            const char *const *words)
{
    if (run_op_as(run, op, f->folder, f->scope, words) != KEPT_OK)
        fail_msg("%s: %s", op->name, run->err.msg);
}
#define ASK(run, firm, op, ...)                                                                    \
    firm_ask((run), (firm), (op), (const char *const[]){__VA_ARGS__, NULL})

/* name: "rhythms/x.yaml" in the firm's catalogue. The firm must be closed. */
static inline void firm_declare(const small_firm *f, const char *name, const char *text)
{
    char path[600];
    snprintf(path, sizeof path, "%s/catalogue", f->folder);
    (void)mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/catalogue/%s", f->folder, name);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    (void)mkdir(path, 0700);
    *slash = '/';
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
}

#endif
