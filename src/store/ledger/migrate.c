#include "store/ledger/migrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/facts/import.h"
#include "store/ledger/copy.h"
#include "store/ledger/declared.h"
#include "store/ledger/evolve.h"

/* --- From form 1 --- */

/* Which imports brought the customers: form 1 knows how many each brought, not which. */
static kept_status customers_came(kept_ledger *ledger, char *made_by, size_t size, int64_t *ret_at,
                                  kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT min(id), max(id), max(imported_at) FROM import"
                                 " WHERE new_customers > 0",
                                 ""));
    bool row = false;
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    int64_t first = row ? sqlite3_column_int64(stmt, 0) : 0;
    int64_t last = row ? sqlite3_column_int64(stmt, 1) : 0;
    *ret_at = row ? sqlite3_column_int64(stmt, 2) : 0;
    if (first == last)
        snprintf(made_by, size, "import %" PRId64, first);
    else
        snprintf(made_by, size, "imports %" PRId64 " to %" PRId64, first, last);
    return KEPT_OK;
}

static kept_status adopt_customers(kept_ledger *ledger, const kept_catalogue *catalogue,
                                   kept_err *err)
{
    char made_by[64];
    int64_t at = 0;
    KEPT_TRY(customers_came(ledger, made_by, sizeof made_by, &at, err));
    return kept_evolve_adopt(ledger, catalogue, made_by, at, err);
}

/* --- Any form --- */

static kept_status change(kept_ledger *ledger, const kept_catalogue *catalogue, kept_err *err)
{
    bool from_1 = ledger->form < 2;
    if (from_1)
        KEPT_TRY(kept_ledger__make_form_2(ledger, err));
    if (ledger->form < 3)
        KEPT_TRY(kept_ledger__make_form_3(ledger, err));
    kept_die_here("migration form");
    KEPT_TRY(kept_evolve(ledger, catalogue, err));
    if (from_1)
        KEPT_TRY(adopt_customers(ledger, catalogue, err));
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", (int)KEPT_LEDGER_VERSION);
    KEPT_TRY(kept_ledger_run(ledger, pragma, err));
    kept_die_here("migration changed");
    return KEPT_OK;
}

/* Inside the transaction nobody else writes, so the copy is of exactly what is changed. */
static kept_status change_once(kept_ledger *ledger, const kept_catalogue *catalogue, kept_err *err)
{
    int64_t form = 0;
    bool differ = false;
    KEPT_TRY(kept_ledger_int(ledger, "PRAGMA user_version", &form, err));
    ledger->form = (int)form;
    KEPT_TRY(kept_declared_differ(ledger, catalogue, &differ, err));
    if (!differ) /* another process has done it meanwhile */
        return KEPT_OK;
    kept_die_here("migration begun");
    KEPT_TRY(kept_ledger_copy_before(ledger->path, ledger->form, ledger->cancel, err));
    kept_die_here("migration copied");
    KEPT_TRY(change(ledger, catalogue, err));
    KEPT_TRY(kept_ledger_commit(ledger, err));
    kept_die_here("migration committed");
    return KEPT_OK;
}

/* Two causes, told apart: a folder or file that may not be written, and a disk that fails. */
static kept_status cannot_write(const char *path, kept_status status, kept_err *err)
{
    KEPT_AUTO_BUF folder = KEPT_BUF_INIT;
    const char *slash = strrchr(path, '/');
    kept_buf_add_n(&folder, path, slash ? (size_t)(slash - path) : 0);
    if (access(path, W_OK) == 0 && access(folder.len ? kept_buf_text(&folder) : ".", W_OK) == 0)
        return status;
    return kept_fail(err, KEPT_EIO,
                     "%s must be brought up to date with this program and its declarations, but "
                     "may not be written; open it once as somebody who may write there.",
                     path);
}

kept_status kept_ledger_migrate(const char *path, const kept_catalogue *catalogue,
                                const volatile int *cancel, kept_err *err)
{
    kept_ledger ledger = {.cancel = cancel};
    kept_status status = kept_ledger_open(path, true, &ledger, err);
    if (status == KEPT_OK)
        status = kept_ledger_begin(&ledger, err);
    if (status == KEPT_OK)
        status = change_once(&ledger, catalogue, err);
    kept_ledger_close(&ledger);
    return status == KEPT_EIO ? cannot_write(path, status, err) : status;
}
