/* store/records/value.h - values of fields: from what people write, and back. No database: texts of
 * references are resolved elsewhere (record.h). */
#ifndef KEPT_STORE_RECORDS_VALUE_H
#define KEPT_STORE_RECORDS_VALUE_H

#include "store/records/record.h"

enum { KEPT_TEXT_MAX = 4000, KEPT_PROSE_MAX = 1000000 }; /* bytes */

/* Reads one text as the field wants it; REF and REFS are not for here. Numbers have a decimal point
 * or comma when that is beyond doubt (base/number.h), shares may end in %, dates are ISO 8601,
 * flags are yes, no, true, false, 1, 0. A blank text
 * is not known, blanks around others are dropped. KEPT_EARG with a sentence that names field, what
 * it takes and the nearest word: '"lat" is not a level; did you mean ...'. */
KEPT_MUST_CHECK kept_status kept_value_read(const kept_record_field *field, const char *text,
                                            kept_arena *arena, kept_value *ret_value,
                                            kept_err *err);
bool kept_value_equal(const kept_value *a, const kept_value *b);

#endif
