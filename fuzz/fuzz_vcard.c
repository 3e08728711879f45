/* Any bytes as vCards: refused with a sentence, or read; and what was read, written and read again,
 * says the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/vcard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

static const char *const names[] = {"UID", "FN", "ORG", "TITLE", "NOTE", "EMAIL"};
enum { N_NAMES = sizeof names / sizeof names[0] };

/* Line ends and blanks around a text do not come back as they went. */
static int is_tame(const char *text)
{
    size_t len = strlen(text);
    return !strpbrk(text, "\r") && (len == 0 || !strchr(" \t\n", text[len - 1]));
}

static void check_again(const kept_vcard *card, kept_arena *arena)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    const char *texts[N_NAMES] = {NULL};
    kept_vcard_write_begin(&out);
    for (size_t i = 0; i < N_NAMES; i++) {
        check(kept_vcard_text(card, names[i], arena, &texts[i], NULL) == KEPT_OK);
        kept_vcard_write(&out, names[i], texts[i]);
    }
    kept_vcard_write_end(&out);
    kept_vcard *again = NULL;
    size_t n = 0;
    check(!out.failed);
    check(kept_vcard_read(out.data, out.len, "again", arena, &again, &n, NULL) == KEPT_OK);
    check(n == 1);
    for (size_t i = 0; i < N_NAMES; i++) {
        const char *text = NULL;
        check(kept_vcard_text(again, names[i], arena, &text, NULL) == KEPT_OK);
        if (texts[i] && is_tame(texts[i]) && strncmp(texts[i], "mailto:", 7) != 0)
            check(text && strcmp(text, texts[i]) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_vcard *cards = NULL;
    size_t n = 0;
    (void)kept_vcard_begins((const char *)data, size);
    if (kept_vcard_read((const char *)data, size, "input.vcf", &arena, &cards, &n, &err) !=
        KEPT_OK) {
        check(strlen(err.msg) > 10);
        return 0;
    }
    check(n > 0);
    for (size_t i = 0; i < n; i++) {
        check(cards[i].line > 0);
        for (size_t k = 0; k < cards[i].n; k++)
            check(cards[i].properties[k].name[0] && cards[i].properties[k].value);
        check_again(&cards[i], &arena);
    }
    return 0;
}
