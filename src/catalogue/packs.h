/* catalogue/packs.h - reads packs.yaml, built in and of a workspace. Private to the catalogue. */
#ifndef KEPT_CATALOGUE_PACKS_H
#define KEPT_CATALOGUE_PACKS_H

#include "catalogue/declare.h"
#include "catalogue/record_kind.h"

/* core first, then by name. A workspace's own packs are named x_... */
KEPT_MUST_CHECK kept_status kept_packs__read(const kept_declared_file *files, size_t n_files,
                                             kept_arena *arena, kept_pack **ret_packs,
                                             size_t *ret_n, kept_err *err);

#endif
