/* catalogue/record_schema.h - a kind of record described for others: as JSON Schema for programs,
 * and as a form for people to fill in. */
#ifndef KEPT_CATALOGUE_RECORD_SCHEMA_H
#define KEPT_CATALOGUE_RECORD_SCHEMA_H

#include "base/text.h"
#include "catalogue/catalogue.h"

/* JSON Schema (draft 2020-12) of one record of the kind as `kept apply` reads it. The standard has
 * no words for what is in x-kept-type (type of the declaration: "money"), x-kept-unit ("days"),
 * x-kept-ref (kinds a reference may lead to: [{"kind": "customer", "prefix": "C"}]),
 * x-kept-sensitive and x-kept-personal (true where declared). The buffer turns failed when memory
 * is out. */
void kept_record_schema(const kept_record_kind *kind, const kept_catalogue *catalogue,
                        kept_buf *buf);

/* One record of the kind as YAML with empty fields, a line about each before it: what it means,
 * what it takes, whether it must be given. Defaults are filled in. */
void kept_record_form(const kept_record_kind *kind, kept_buf *buf);

#endif
