/* present/json.h - a result as one JSON object, an error as an RFC 9457 problem.
 *
 * Fields of the group "", other groups (objects) and tables (arrays of objects) stand side by side
 * at the top, so that `kept clv fit --json` has "model", "parameters", "log_likelihood". Around
 * them "title", "currency" (unless a field has that name), "more" (rows left out, by table),
 * "notes", "charts", and "answer": "no" for a check that failed. Full precision; dates as ISO
 * 8601; money as decimal numbers; what is not known, or infinite, is null. */
#ifndef KEPT_PRESENT_JSON_H
#define KEPT_PRESENT_JSON_H

#include "base/text.h"
#include "kept/err.h"
#include "op/result.h"

/* out turns failed when memory is out. */
void kept_present_json(const kept_result *result, kept_buf *out);
void kept_present_problem(const kept_err *problem, kept_buf *out);

/* Text as a JSON string with its quotes; malformed UTF-8 becomes U+FFFD. NULL gives null. */
void kept_json_text(kept_buf *out, const char *text);

#endif
