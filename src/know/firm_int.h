/* know/firm_int.h - what the exports of the example firm share. Not for others. */
#ifndef KEPT_KNOW_FIRM_INT_H
#define KEPT_KNOW_FIRM_INT_H

#include "base/text.h"
#include "know/firm.h"

KEPT_MUST_CHECK kept_status kept_firm__save(kept_buf *buf, const char *path, kept_err *err);
/* A comma and the day, which is left out when the export cannot know it: when it is after as_of. */
void kept_firm__add_day(kept_buf *buf, kept_day day, kept_day as_of);

#endif
