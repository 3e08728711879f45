/* present/man.h - man pages (mdoc) from the table of operations. */
#ifndef KEPT_PRESENT_MAN_H
#define KEPT_PRESENT_MAN_H

#include <stdint.h>

#include "base/text.h"
#include "op/op.h"

/* day: of the page, days since 1970-01-01; version: of the program. */
typedef struct kept_man {
    int32_t day;
    const char *version;
} kept_man;

void kept_man_overview(kept_buf *out, const kept_op_table *table,
                       const kept_man *man);                             /* kept(1) */
void kept_man_op(kept_buf *out, const kept_op *op, const kept_man *man); /* kept-clv-fit(1) */
/* kept-promise(1): all operations of a family. */
void kept_man_family(kept_buf *out, const kept_op_table *table, const kept_op_family *family,
                     const kept_man *man);
/* "kept-clv-fit"; "kept-promise" for one of a family */
void kept_man_name(kept_buf *out, const kept_op *op);

#endif
