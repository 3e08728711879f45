/* Any bytes as a declaration of a warning: refused with a sentence, or read. Also a check of what a
 * parsed warning promises to its readers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue/warning.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

static void check_warning(const kept_warning *w)
{
    check(w->name && w->title && w->stage && w->pack && w->ids && w->rows && w->fires);
    check(w->evidence && w->missing && w->source && w->advice);
    check(w->weight >= 1 && w->weight <= 5);
    check(!w->key_accounts_only || w->about);
    for (size_t i = 0; i < w->n_limits; i++)
        check(w->limits[i].preset >= w->limits[i].min && w->limits[i].preset <= w->limits[i].max);
    for (size_t i = 0; i < w->reason.n; i++) {
        const kept_sentence_part *part = &w->reason.parts[i];
        check(part->text ? part->text[0] != '\0' : part->figure.name[0] != '\0');
        check(part->text || part->figure.form != KEPT_FIGURE_RECORD || part->figure.kind);
        check(part->text || part->figure.form != KEPT_FIGURE_WORDS || part->figure.many);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const kept_record_kind promise = {.name = "promise"};
    static const kept_record_kind *const records[] = {&promise};
    static const kept_pack core = {.name = "core"};
    static const kept_catalogue catalogue = {
        .records = records, .n_records = 1, .packs = &core, .n_packs = 1};
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_warning *w = NULL;
    kept_status status = kept_warning_parse((const char *)data, size, "input.yaml", false,
                                            &catalogue, &arena, &w, &err);
    if (status == KEPT_OK) {
        check_warning(w);
    } else {
        check(w == NULL);
        check(strlen(err.msg) > 10);
    }
    return 0;
}
