/* Any bytes as a declaration of a kind of fact: refused with a sentence, or read. Also a check of
 * what a parsed kind promises to its readers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue/fact_kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

static void check_kind(const kept_fact_kind *kind)
{
    check(kind->name && kind->title && kind->summary && kind->stage && kind->ids);
    check(kind->n_columns > 0);
    for (size_t i = 0; i < kind->n_columns; i++) {
        const kept_fact_column *c = &kind->columns[i];
        check(kept_fact_column_find(kind, c->name) == c);
        check(c->title && c->help && c->n_guess > 0);
        check((c->type == KEPT_COL_CHOICE) == (c->n_choices > 0));
        check(!c->known || kept_fact_column_find(kind, c->known)->type == KEPT_COL_WHEN);
    }
    for (size_t i = 0; i < kind->n_key; i++)
        check(kept_fact_column_find(kind, kind->key[i]) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_fact_kind *kind = NULL;
    kept_status status =
        kept_fact_kind_parse((const char *)data, size, "input.yaml", &arena, &kind, &err);
    if (status == KEPT_OK) {
        check_kind(kind);
    } else {
        check(kind == NULL);
        check(strlen(err.msg) > 10);
    }
    return 0;
}
