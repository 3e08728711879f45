/* The doctor at proofs: is every file there that records name, and is it what was kept? */
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "store/doctor_int.h"
#include "store/ledger/inspect.h"
#include "store/proof.h"

enum { NAMED = 3 }; /* as many files are named as help to see which */

typedef struct proofs {
    size_t n, faulty;
    kept_buf names; /* of faulty ones */
} proofs;

static kept_status look_at(kept__visit *v, const char *name, proofs *p, kept_err *err)
{
    const char *path = kept__visit_path(v, name), *fault = NULL;
    if (!path)
        return kept_nomem(err);
    if (access(path, F_OK) != 0)
        fault = " is missing";
    else if (!v->opts->quick && !kept_proof_is_whole(path))
        fault = " is not what was kept";
    p->n++;
    if (!fault)
        return KEPT_OK;
    if (p->faulty < NAMED)
        kept_buf_printf(&p->names, "%s%s%s", p->faulty ? ", " : "", name, fault);
    else if (p->faulty == NAMED)
        kept_buf_add(&p->names, " and more");
    p->faulty++;
    return KEPT_OK;
}

static kept_status look_at_all(kept__visit *v, const char *table, const char *sql, proofs *p,
                               kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    bool row = false;
    KEPT_TRY(kept_ledger_has_table(&v->ledger, table, &row, err));
    if (!row) /* a workspace that an earlier release made */
        return KEPT_OK;
    KEPT_TRY(kept_ledger_prepare(&v->ledger, &stmt, err, sql, ""));
    for (;;) {
        KEPT_TRY(kept_ledger_step(&v->ledger, stmt, &row, err));
        if (!row)
            return KEPT_OK;
        KEPT_TRY(kept__visit_pause(v, "proofs", -1, err));
        KEPT_TRY(look_at(v, (const char *)sqlite3_column_text(stmt, 0), p, err));
    }
}

static kept_status say(kept__visit *v, const proofs *p, kept_err *err)
{
    const char *s = p->n == 1 ? "" : "s";
    if (p->faulty)
        return kept__visit_add(v, "Proofs", KEPT_UNHEALTHY, "Put them back from a backup.", err,
                               "Of %zu file%s that records name as proof %zu not what was kept: "
                               "%s.",
                               p->n, s, p->faulty, kept_buf_text(&p->names));
    if (p->n)
        return kept__visit_add(v, "Proofs", KEPT_HEALTHY, NULL, err,
                               "%zu file%s that records name as proof, %s.", p->n, s,
                               v->opts->quick ? "all there" : "all as they were kept");
    return KEPT_OK;
}

kept_status kept__visit_proofs(kept__visit *v, kept_err *err)
{
    static const char *const tables[][2] = {
        {"amendment", "SELECT DISTINCT proof FROM amendment WHERE proof GLOB 'files/*'"},
        {"exemption", "SELECT DISTINCT proof FROM exemption WHERE proof GLOB 'files/*'"},
        {"fulfilment", "SELECT DISTINCT proof FROM fulfilment WHERE proof GLOB 'files/*'"},
    };
    proofs p = {.names = KEPT_BUF_INIT};
    kept_err found = KEPT_ERR_INIT;
    kept_status status = KEPT_OK;
    for (size_t i = 0; i < KEPT_N(tables) && status == KEPT_OK; i++)
        status = look_at_all(v, tables[i][0], tables[i][1], &p, &found);
    if (status != KEPT_OK)
        status = kept__visit_failed(v, "Proofs", status, &found, KEPT_ADVICE_RESTORE, err);
    else
        status = say(v, &p, err);
    kept_buf_free(&p.names);
    return status;
}
