/* Cards as rows: a file of vCards is rewritten as CSV with the names of the fields above, and read
 * as any other file. */
#include <string.h>

#include "base/guard.h"
#include "base/vcard.h"
#include "store/facts/source_int.h"
#include "store/records/import_int.h"

enum { HEAD = 4096, FILE_MAX = 256 << 20 };

typedef struct cards {
    kept_record_importing *im;
    const kept_vcard *cards;
    size_t n;
    kept__out *out;
    kept_buf row;
} cards;

static void add_cell(cards *c, const char *text)
{
    if (c->row.len)
        kept_buf_add_char(&c->row, ',');
    KEPT_AUTO_BUF cell = KEPT_BUF_INIT;
    if (text && kept_guard_needed(text))
        kept_buf_add_char(&cell, '\'');
    kept_buf_add(&cell, text);
    kept__csv_write_cell(&c->row, kept_buf_text(&cell), cell.len, ',');
    if (c->row.len == 0) /* an empty first cell leaves no trace */
        kept_buf_add(&c->row, "\"\"");
    c->row.failed |= cell.failed;
}

static kept_status end_row(cards *c, kept_err *err)
{
    kept_buf_add_char(&c->row, '\n');
    if (c->row.failed)
        return kept_nomem(err);
    kept__out_add(c->out, kept_buf_text(&c->row), c->row.len);
    kept_buf_clear(&c->row);
    return KEPT_OK;
}

static kept_status add_header(cards *c, kept_err *err)
{
    const kept_record_kind *kind = c->im->kind;
    add_cell(c, "id");
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].vcard)
            add_cell(c, kind->fields[i].name);
    return end_row(c, err);
}

static kept_status add_card(cards *c, const kept_vcard *card, kept_err *err)
{
    const kept_record_kind *kind = c->im->kind;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *text = NULL;
    KEPT_TRY(kept_vcard_text(card, "UID", &arena, &text, err));
    add_cell(c, text);
    for (size_t i = 0; i < kind->n_fields; i++) {
        if (!kind->fields[i].vcard)
            continue;
        KEPT_TRY(kept_vcard_text(card, kind->fields[i].vcard, &arena, &text, err));
        add_cell(c, text);
    }
    return end_row(c, err);
}

/* Rows stand where their cards begin; the header is record 1. */
static kept_status write_rows(cards *c, kept_import_copy *ret_copy, kept_err *err)
{
    kept_line_run *runs = KEPT_NEW_N(c->im->task.arena, kept_line_run, c->n + 1);
    if (!runs)
        return kept_nomem(err);
    runs[0] = (kept_line_run){1, 1};
    KEPT_TRY(add_header(c, err));
    for (size_t i = 0; i < c->n; i++) {
        KEPT_TRY(add_card(c, &c->cards[i], err));
        runs[i + 1] = (kept_line_run){i + 2, c->cards[i].line};
    }
    ret_copy->runs = runs;
    ret_copy->n_runs = c->n + 1;
    return KEPT_OK;
}

static kept_status copy_cards(kept_record_importing *im, const char *path, const kept_buf *text,
                              kept_import_copy *ret_copy, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_OUT out = {0};
    kept_vcard *read = NULL;
    kept_import_copy copy = {0};
    cards c = {.im = im, .out = &out};
    KEPT_TRY(kept_vcard_read(kept_buf_text(text), text->len, path, &arena, &read, &c.n, err));
    c.cards = read;
    KEPT_TRY(kept__out_open(im->task.store->temp.folder, im->task.arena, &out, err));
    copy.path = out.path;
    kept_status status = write_rows(&c, &copy, err);
    kept_buf_free(&c.row);
    KEPT_TRY(status);
    KEPT_TRY(kept__out_close(&out, err));
    *ret_copy = copy;
    return KEPT_OK;
}

static bool has_cards(const kept_record_kind *kind)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].vcard)
            return true;
    return false;
}

static kept_status copy_one(kept_record_importing *im, size_t i, kept_import_copy *ret_copy,
                            kept_err *err)
{
    const kept_import_task *t = &im->task;
    const char *path = t->paths[i], *plain = NULL, *encoding = NULL;
    KEPT_AUTO_BUF head = KEPT_BUF_INIT, text = KEPT_BUF_INIT;
    bool whole = false;
    if (kept__file_head(path, path, HEAD, &head, &whole, NULL) != KEPT_OK ||
        !kept_vcard_begins(kept_buf_text(&head), head.len))
        return KEPT_OK; /* what is wrong with it is said where sources are opened */
    if (!has_cards(im->kind))
        return kept_fail(err, KEPT_EINPUT,
                         "%.200s holds vCards; the kind %s says of no field that it is a property "
                         "of a vCard.",
                         path, im->kind->name);
    KEPT_TRY(kept__text_plain(path, path, t->opts->encoding, t->store->temp.folder, t->arena,
                              &plain, &encoding, err));
    KEPT_TRY(kept__file_head(plain, path, FILE_MAX, &text, &whole, err));
    if (!whole)
        return kept_fail(err, KEPT_EINPUT, "%.200s is larger than %d MiB; import it in parts.",
                         path, FILE_MAX >> 20);
    im->is_vcard[i] = true;
    return copy_cards(im, path, &text, ret_copy, err);
}

kept_status kept_record_import__copy_vcards(kept_record_importing *im, kept_err *err)
{
    kept_import_task *t = &im->task;
    kept_import_copy *copies = KEPT_NEW_N(t->arena, kept_import_copy, t->n);
    im->is_vcard = KEPT_NEW_N(t->arena, bool, t->n);
    if (!copies || !im->is_vcard)
        return kept_nomem(err);
    t->copies = copies;
    for (size_t i = 0; i < t->n; i++)
        KEPT_TRY(copy_one(im, i, &copies[i], err));
    return KEPT_OK;
}
