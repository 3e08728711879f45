/* base/yaml_write.h - texts as YAML that reads back as the same text. */
#ifndef KEPT_BASE_YAML_WRITE_H
#define KEPT_BASE_YAML_WRITE_H

#include <stddef.h>

#include "base/text.h"

/* A scalar: bare where that is beyond doubt, else in double quotes. text is UTF-8. */
void kept_yaml_write(kept_buf *out, const char *text);

/* In double quotes, as JSON has it and YAML reads it too. */
void kept_yaml_quote(kept_buf *out, const char *text);

/* The number of the character at p (UTF-8, not its end) when it must not stand bare in YAML: a
 * control character, a line break of any kind, a byte order mark; otherwise 0. *ret_len: its bytes.
 */
unsigned kept_yaml_odd(const char *p, size_t *ret_len);

#endif
