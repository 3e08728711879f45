#include "store/ledger/declared.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

/* --- Text --- */

static void add_text(kept_buf *out, const char *text)
{
    kept_buf_add_char(out, '"');
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c < 0x20)
            kept_buf_printf(out, "\\u%04x", (unsigned)*c);
        else {
            if (*c == '"' || *c == '\\')
                kept_buf_add_char(out, '\\');
            kept_buf_add_char(out, (char)*c);
        }
    }
    kept_buf_add_char(out, '"');
}

static void add_member(kept_buf *out, const char *name, const char *value)
{
    if (!value)
        return;
    kept_buf_printf(out, ", \"%s\": ", name);
    add_text(out, value);
}

static void add_flag(kept_buf *out, const char *name, bool value)
{
    if (value)
        kept_buf_printf(out, ", \"%s\": true", name);
}

void kept_declared_list_text(const char *const *items, size_t n, kept_buf *text)
{
    kept_buf_add_char(text, '[');
    for (size_t i = 0; i < n; i++) {
        kept_buf_add(text, i ? ", " : "");
        add_text(text, items[i]);
    }
    kept_buf_add_char(text, ']');
}

static void add_list(kept_buf *out, const char *name, const char *const *items, size_t n)
{
    if (n == 0)
        return;
    kept_buf_printf(out, ", \"%s\": ", name);
    kept_declared_list_text(items, n, out);
}

void kept_declared_field_text(const kept_record_field *field, kept_buf *text)
{
    kept_buf_add(text, "{\"name\": ");
    add_text(text, field->name);
    add_member(text, "type", kept_record_type_name(field->type));
    add_list(text, "choices", field->choices, field->n_choices);
    add_list(text, "to", field->to, field->n_to);
    if (field->has_min)
        kept_buf_printf(text, ", \"min\": %" PRId64, field->min);
    if (field->has_max)
        kept_buf_printf(text, ", \"max\": %" PRId64, field->max);
    add_member(text, "preset", field->preset);
    add_flag(text, "required", field->required);
    add_flag(text, "personal", field->personal);
    add_flag(text, "sensitive", field->sensitive);
    add_flag(text, "search", field->search);
    kept_buf_add_char(text, '}');
}

void kept_declared_kind_text(const kept_record_kind *kind, kept_buf *text)
{
    kept_buf_add(text, "{\"name\": ");
    add_text(text, kind->name);
    add_member(text, "title", kind->title);
    add_member(text, "prefix", kind->prefix);
    add_member(text, "label", kind->label);
    add_member(text, "unique", kind->unique);
    add_member(text, "of", kind->of);
    kept_buf_add(text, ", \"fields\": [");
    for (size_t i = 0; i < kind->n_fields; i++) {
        kept_buf_add(text, i ? ",\n  " : "\n  ");
        kept_declared_field_text(&kind->fields[i], text);
    }
    kept_buf_add(text, "], \"states\": [");
    for (size_t i = 0; i < kind->n_states; i++) {
        kept_buf_add(text, i ? ", " : "");
        add_text(text, kind->states[i].name);
    }
    kept_buf_add(text, "]}");
}

/* --- Hash --- */

static kept_status hash_text(const char *text, size_t len, char ret_hash[static KEPT_DECLARED_HASH],
                             kept_err *err)
{
    unsigned char hash[(KEPT_DECLARED_HASH - 1) / 2];
    if (crypto_generichash(hash, sizeof hash, (const unsigned char *)text, len, NULL, 0) != 0)
        return kept_fail(err, KEPT_EINTERNAL, "The declarations could not be hashed.");
    sodium_bin2hex(ret_hash, KEPT_DECLARED_HASH, hash, sizeof hash);
    return KEPT_OK;
}

kept_status kept_declared_hash(const kept_catalogue *catalogue,
                               char ret_hash[static KEPT_DECLARED_HASH], kept_err *err)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_buf_printf(&text, "%d\n", (int)KEPT_DECLARED_FORM);
    for (size_t i = 0; i < catalogue->n_records; i++) {
        kept_declared_kind_text(catalogue->records[i], &text);
        kept_buf_add_char(&text, '\n');
    }
    if (text.failed)
        return kept_nomem(err);
    return hash_text(kept_buf_text(&text), text.len, ret_hash, err);
}

/* --- Comparing --- */

/* "0.10.2" as a number that sorts as releases do. */
static int64_t release_number(const char *release)
{
    int64_t number = 0;
    const char *at = release;
    for (int i = 0; i < 3; i++) {
        char *end = NULL;
        long part = strtol(at, &end, 10);
        number = number * 10000 + (part < 0 ? 0 : part > 9999 ? 9999 : part);
        at = *end == '.' ? end + 1 : end;
    }
    return number;
}

static kept_status newer(const kept_ledger *ledger, const char *release, kept_err *err)
{
    return kept_fail(err, KEPT_EINPUT,
                     "%s was made by a newer Kept (%s, this program is %s); use the newer program.",
                     ledger->path, release, KEPT_VERSION);
}

static kept_status read_stamps(kept_ledger *ledger, kept_arena *arena, const char **ret_form,
                               const char **ret_release, const char **ret_hash, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT what, text, hash FROM declaration"
                                 " WHERE (what, name) IN (VALUES ('form', 'records'),"
                                 " ('release', 'kept'), ('records', 'all'))",
                                 ""));
    bool row = false, ok = true;
    for (;;) {
        KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
        if (!row)
            break;
        const char *what = (const char *)sqlite3_column_text(stmt, 0);
        if (kept_text_equal(what, "form"))
            *ret_form = kept_ledger_text(stmt, 1, arena, &ok);
        else if (kept_text_equal(what, "release"))
            *ret_release = kept_ledger_text(stmt, 1, arena, &ok);
        else
            *ret_hash = kept_ledger_text(stmt, 2, arena, &ok);
    }
    return ok ? KEPT_OK : kept_nomem(err);
}

kept_status kept_declared_differ(kept_ledger *ledger, const kept_catalogue *catalogue,
                                 bool *ret_differ, kept_err *err)
{
    if (ledger->form < KEPT_LEDGER_VERSION) {
        *ret_differ = true;
        return KEPT_OK;
    }
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *form = "0", *release = "", *stored = "";
    KEPT_TRY(read_stamps(ledger, &arena, &form, &release, &stored, err));
    if (strtol(form, NULL, 10) > KEPT_DECLARED_FORM)
        return newer(ledger, release, err);
    char hash[KEPT_DECLARED_HASH];
    KEPT_TRY(kept_declared_hash(catalogue, hash, err));
    bool differ = strcmp(stored, hash) != 0;
    /* An older program would hide what the newer one has added. */
    if (differ && release_number(release) > release_number(KEPT_VERSION))
        return newer(ledger, release, err);
    if (!differ)
        memcpy(ledger->declared, hash, sizeof hash);
    *ret_differ = differ;
    return KEPT_OK;
}

/* --- Writing --- */

static const char upsert[] = "INSERT INTO declaration (what, name, text, hash, hidden)"
                             " VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT (what, name) DO UPDATE SET"
                             " text = excluded.text, hash = excluded.hash, hidden = 0";

static kept_status put(kept_ledger *ledger, const char *what, const char *name, const char *text,
                       const char *hash, kept_err *err)
{
    return kept_ledger_exec(ledger, err, upsert, "tttt", what, name, text, hash);
}

static kept_status put_kind(kept_ledger *ledger, const kept_record_kind *kind, kept_err *err)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    char hash[KEPT_DECLARED_HASH];
    kept_declared_kind_text(kind, &text);
    if (text.failed)
        return kept_nomem(err);
    KEPT_TRY(hash_text(kept_buf_text(&text), text.len, hash, err));
    return put(ledger, "record", kind->name, kept_buf_text(&text), hash, err);
}

kept_status kept_declared_write(kept_ledger *ledger, const kept_catalogue *catalogue, kept_err *err)
{
    char hash[KEPT_DECLARED_HASH], form[16];
    snprintf(form, sizeof form, "%d", (int)KEPT_DECLARED_FORM);
    KEPT_TRY(kept_declared_hash(catalogue, hash, err));
    KEPT_TRY(put(ledger, "form", "records", form, "", err));
    KEPT_TRY(put(ledger, "release", "kept", KEPT_VERSION, "", err));
    KEPT_TRY(put(ledger, "records", "all", "", hash, err));
    for (size_t i = 0; i < catalogue->n_records; i++)
        KEPT_TRY(put_kind(ledger, catalogue->records[i], err));
    return KEPT_OK;
}
