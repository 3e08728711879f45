/* catalogue/worksheet.h - worksheets, declared in catalogue/worksheets/NAME.yaml, as kinds of
 * records: every question is a field, every sheet that somebody fills in is a record with its
 * history. Private to the catalogue. */
#ifndef KEPT_CATALOGUE_WORKSHEET_H
#define KEPT_CATALOGUE_WORKSHEET_H

#include "catalogue/declare.h"

/* The declaration of a kind of record that a worksheet is the same as. Its fields are `sheet_title`
 * (what the sheet is about, in a few words), `about` (a record it is about, when `about` names
 * kinds) and the questions. KEPT_EINPUT with the place in the worksheet's file. */
KEPT_MUST_CHECK kept_status kept_worksheet__as_record(const kept_declared_file *sheet,
                                                      kept_arena *arena,
                                                      kept_declared_file *ret_record,
                                                      kept_err *err);

#endif
