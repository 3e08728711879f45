/* op/import_tables.h - what every import shows: which column filled what, what was set aside. */
#ifndef KEPT_OP_IMPORT_TABLES_H
#define KEPT_OP_IMPORT_TABLES_H

#include "op/result.h"
#include "store/facts/import.h"

extern const kept_table_def kept_import_mapping_table; /* "mapping" */
extern const kept_table_def kept_import_reason_table;  /* "reasons" */
extern const kept_table_def kept_import_reject_table;  /* "rejects" */

void kept_import_show_mapping(kept_result *result, const kept_import_view *view);
/* Reasons and first rows set aside; nothing when there are none. */
void kept_import_show_rejects(kept_result *result, const kept_staged *stage);

#endif
