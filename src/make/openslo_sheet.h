/* make/openslo_sheet.h - what a promise becomes as OpenSLO, before it is written. Not for others.
 */
#ifndef KEPT_MAKE_OPENSLO_SHEET_H
#define KEPT_MAKE_OPENSLO_SHEET_H

#include "make/openslo_int.h"

typedef struct kept_openslo_sheet {
    kept_openslo_writer *w;
    const kept_record *promise;
    const char **texts; /* per field, as people write values; NULL: empty */
    const char **read;  /* per field, what the document will be read as without its annotation */
    const char *id;     /* "P-12" */
    const char *name, *party, *party_name, *service;
    const kept_measure *measure;                            /* NULL: words, or nothing */
    const char *target, *op, *value, *slice, *slice_target; /* op, slice NULL: it has none */
    const char *duration, *zone;
    bool rolls;
    kept_day start;
    unsigned bits;
} kept_openslo_sheet;

/* Fills the sheet from its writer and promise. */
KEPT_MUST_CHECK kept_status kept_openslo__plan(kept_openslo_sheet *p, kept_err *err);
/* A field as people write its value; NULL: it is empty. */
const char *kept_openslo__sheet_text(const kept_openslo_sheet *p, const char *field);
/* Bytes of the first characters of a text. */
size_t kept_openslo__bytes(const char *text, size_t characters);

#endif
