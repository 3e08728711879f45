/* Values of fields: any text is refused with a sentence, or read into a value whose own text reads
 * back as the same value. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/records/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

static void check_one(const kept_record_field *field, const char *text)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_value value = {0}, again = {0};
    bool ok = true;
    if (kept_value_read(field, text, &arena, &value, &err) != KEPT_OK) {
        check(err.code == KEPT_EARG && strlen(err.msg) > 10);
        return;
    }
    const char *out = kept_value_text(field, &value, &arena, &ok);
    check(ok && (out != NULL) == value.known);
    if (!out)
        return;
    check(kept_value_read(field, out, &arena, &again, &err) == KEPT_OK);
    check(kept_value_equal(&value, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const choices[] = {"strategic", "functional", "front-line"};
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *text = kept_arena_strndup(&arena, (const char *)data, size);
    for (int type = KEPT_RECORD_TEXT; text && type <= KEPT_RECORD_DATE; type++) {
        kept_record_field field = {.name = "field",
                                   .title = "Field",
                                   .type = (kept_record_type)type,
                                   .choices = choices,
                                   .n_choices = 3};
        check_one(&field, text);
        field.has_min = field.has_max = true;
        field.max = 1000000;
        check_one(&field, text);
    }
    return 0;
}
