/* store/records/loose.h - loose ends of a thread of records: those that a joint does not hold. */
#ifndef KEPT_STORE_RECORDS_LOOSE_H
#define KEPT_STORE_RECORDS_LOOSE_H

#include "catalogue/trace.h"
#include "store/records/record.h"

/* Records of joint->from that lead nowhere, or (back) of joint->to that nothing leads to; without
 * archived and closed ones. The first `limit` by id; *ret_total: how many there are. source: where
 * the joint stands, for messages. */
KEPT_MUST_CHECK kept_status kept_loose_ends(kept_store *store, const kept_scope *scope,
                                            const kept_joint *joint, bool back, const char *source,
                                            size_t limit, kept_arena *arena, int64_t **ret_ids,
                                            size_t *ret_n, size_t *ret_total, kept_err *err);

#endif
