/* base/vcard.h - vCards (RFC 6350, and version 3.0 of RFC 2426): reading and writing.
 *
 * A property is a name and its value as it stands in the file, unfolded. Groups ("item1.TEL") and
 * parameters are dropped, but for the preference among several of one name. */
#ifndef KEPT_BASE_VCARD_H
#define KEPT_BASE_VCARD_H

#include <stddef.h>

#include "base/text.h"
#include "kept/arena.h"
#include "kept/err.h"

typedef struct kept_vcard_property {
    const char *name;  /* in capital letters */
    const char *value; /* not yet unescaped */
    int rank;          /* 1: preferred ... 100; 101: nothing said */
} kept_vcard_property;

typedef struct kept_vcard {
    size_t line; /* of its BEGIN */
    const kept_vcard_property *properties;
    size_t n;
} kept_vcard;

enum { KEPT_VCARD_PROPERTIES_MAX = 10000 };

/* True of text that begins as a vCard does, after a byte order mark and blank lines. */
bool kept_vcard_begins(const char *text, size_t len);

/* All cards of a text. KEPT_EINPUT names source and line: a card that does not end or begins inside
 * another, a line that is no property, version 2.1. Fuzzed. */
KEPT_MUST_CHECK kept_status kept_vcard_read(const char *text, size_t len, const char *source,
                                            kept_arena *arena, kept_vcard **ret_cards,
                                            size_t *ret_n, kept_err *err);

/* The preferred value of a property as people read it: unescaped; of ORG the name of the
 * organisation without its units, of TEL the number without "tel:". FN is made from N where a card
 * has none. *ret_text NULL: the card has no such property, or an empty one. */
KEPT_MUST_CHECK kept_status kept_vcard_text(const kept_vcard *card, const char *name,
                                            kept_arena *arena, const char **ret_text,
                                            kept_err *err);

/* Writing, version 4.0. A value is escaped and long lines are folded; blank text writes nothing. */
void kept_vcard_write_begin(kept_buf *out);
void kept_vcard_write(kept_buf *out, const char *name, const char *text);
void kept_vcard_write_end(kept_buf *out);

#endif
