/* Any bytes as a declaration of a kind of record, built in and of a workspace: refused with a
 * sentence, or read. Also a check of what a parsed kind promises to its readers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "catalogue/record_schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

static void check_field(const kept_record_kind *kind, const kept_record_field *f)
{
    bool number = kept_record_type_scale(f->type) >= 0;
    check(kept_record_field_find(kind, f->name) == f);
    check(f->title && f->help && f->source && f->line > 0);
    check(*kept_record_type_name(f->type));
    check((f->type == KEPT_RECORD_CHOICE) == (f->n_choices > 0));
    check((f->type == KEPT_RECORD_REF || f->type == KEPT_RECORD_REFS) == (f->n_to > 0));
    check(f->type != KEPT_RECORD_REFS || f->n_to == 1);
    check(number || (!f->has_min && !f->has_max && !f->unit));
    check(!f->has_min || !f->has_max || f->min <= f->max);
    if (number && f->preset) {
        int64_t preset;
        check(kept_record_number(f->type, f->preset, &preset));
        check((!f->has_min || preset >= f->min) && (!f->has_max || preset <= f->max));
    }
}

static void check_kind(const kept_record_kind *kind)
{
    check(kind->name && kind->title && kind->plural && kind->prefix && kind->summary);
    check(kind->stage && kind->pack && kind->ids && kind->source);
    check(kind->n_fields > 0 && kind->n_fields <= KEPT_RECORD_FIELDS_MAX);
    for (size_t i = 0; i < kind->n_fields; i++)
        check_field(kind, &kind->fields[i]);
    check(!kind->unique || kept_record_field_find(kind, kind->unique)->type == KEPT_RECORD_TEXT);
    check(!kind->of || kept_record_field_find(kind, kind->of)->type == KEPT_RECORD_REF);
    check(!kind->label || kept_record_field_find(kind, kind->label) != NULL);
    for (size_t i = 0; i < kind->n_states; i++)
        for (size_t k = 0; k < kind->states[i].n_moves; k++)
            check(kept_record_state_find(kind, kind->states[i].moves[k]) != NULL);
}

static void check_texts(const kept_record_kind *kind, kept_arena *arena)
{
    KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
    const kept_catalogue none = {0};
    kept_yaml_node *root;
    kept_record_form(kind, &buf);
    check(kept_yaml_parse(buf.data, buf.len, "form.yaml", arena, &root, NULL) == KEPT_OK);
    check(kept_yaml_get(root, kind->name)->n == 1);
    kept_buf_clear(&buf);
    kept_record_schema(kind, &none, &buf);
    check(kept_yaml_parse(buf.data, buf.len, "schema.json", arena, &root, NULL) == KEPT_OK);
}

static void run(const uint8_t *data, size_t size, bool own)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_record_kind *kind = NULL;
    kept_status status =
        kept_record_kind_parse((const char *)data, size, "input.yaml", own, &arena, &kind, &err);
    if (status == KEPT_OK) {
        check_kind(kind);
        if (kind->label) /* a whole kind, not an extension */
            check_texts(kind, &arena);
    } else {
        check(kind == NULL);
        check(strlen(err.msg) > 10);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run(data, size, false);
    run(data, size, true);
    return 0;
}
