/* The doctor at records: does the workspace open, does the change log follow, do tables and search
 * agree with what is declared and stated, do the clocks run forward. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "store/doctor_int.h"
#include "store/ledger/declared.h"
#include "store/ledger/inspect.h"
#include "store/ledger/tables.h"
#include "store/records/log.h"

/* --- The change log --- */

static kept_status visit_log(kept__visit *v, kept_store *store, kept_err *err)
{
    static const char what[] = "Change log";
    kept_err found = KEPT_ERR_INIT;
    kept_log_check log;
    kept_log_check_init(&log);
    KEPT_TRY(kept__visit_pause(v, "change log", -1, err));
    kept_status status = kept_log_verify(store, v->scope, NULL, &log, &found);
    if (status != KEPT_OK)
        return kept__visit_failed(v, what, status, &found, KEPT_ADVICE_RESTORE, err);
    if (log.broken)
        return kept__visit_add(v, what, KEPT_UNHEALTHY,
                               "Somebody changed the log past Kept, or it is damaged: compare with "
                               "a backup whose head you trust.",
                               err, "Change %lld does not follow from the one before (%s).",
                               (long long)log.broken, log.why ? log.why : "its hash differs");
    return kept__visit_add(v, what, KEPT_HEALTHY, NULL, err,
                           "%lld changes, %lld of them erased; each follows from the one before. "
                           "Head %s.",
                           (long long)log.rows, (long long)log.erased, log.head);
}

/* --- Tables of what is declared --- */

static kept_status has_column(kept_ledger *ledger, const char *table, const char *column,
                              bool *ret_has, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2", "tt", table,
                                 column));
    return kept_ledger_step(ledger, stmt, ret_has, err);
}

/* Names a column or table of the field that is not there. */
static kept_status find_lacking(kept_ledger *ledger, const kept_record_kind *kind,
                                const kept_record_field *field, kept_buf *out, kept_err *err)
{
    bool has = true;
    KEPT_AUTO_BUF name = KEPT_BUF_INIT;
    for (size_t i = 0; has && i < kept_tables_columns(field); i++) {
        kept_buf_clear(&name);
        kept_tables_column(field, i, &name);
        KEPT_TRY(has_column(ledger, kind->name, kept_buf_text(&name), &has, err));
    }
    if (field->type == KEPT_RECORD_REFS) {
        kept_tables_link(kind, field, &name);
        KEPT_TRY(kept_ledger_has_table(ledger, kept_buf_text(&name), &has, err));
    }
    if (!has)
        kept_buf_printf(out, "%s has no %s", kind->name, kept_buf_text(&name));
    return name.failed || out->failed ? kept_nomem(err) : KEPT_OK;
}

/* What the ledger says it was built from is compared by its hash; this looks at the tables. */
static kept_status find_all_lacking(kept_ledger *ledger, const kept_catalogue *catalogue,
                                    kept_buf *out, kept_err *err)
{
    for (size_t i = 0; i < catalogue->n_records && out->len == 0; i++) {
        const kept_record_kind *kind = catalogue->records[i];
        bool has = false;
        KEPT_TRY(kept_ledger_has_table(ledger, kind->name, &has, err));
        if (!has)
            kept_buf_printf(out, "there is no table %s", kind->name);
        for (size_t f = 0; has && f < kind->n_fields && out->len == 0; f++)
            KEPT_TRY(find_lacking(ledger, kind, &kind->fields[f], out, err));
    }
    return KEPT_OK;
}

static kept_status visit_tables(kept__visit *v, kept_store *store, bool *ret_fits, kept_err *err)
{
    static const char what[] = "Tables";
    kept_err found = KEPT_ERR_INIT;
    KEPT_AUTO_BUF lacks = KEPT_BUF_INIT;
    kept_status status = find_all_lacking(&store->ledger, &store->catalogue, &lacks, &found);
    *ret_fits = status == KEPT_OK && lacks.len == 0;
    if (status != KEPT_OK)
        return kept__visit_failed(v, what, status, &found, KEPT_ADVICE_RESTORE, err);
    if (lacks.len)
        return kept__visit_add(v, what, KEPT_UNHEALTHY, KEPT_ADVICE_RESTORE, err,
                               "Somebody changed kept.db past Kept: %s.", kept_buf_text(&lacks));
    return kept__visit_add(v, what, KEPT_HEALTHY, NULL, err,
                           "All %zu kinds of records have their tables and columns.",
                           store->catalogue.n_records);
}

/* --- Search --- */

/* Customers that facts brought are named by their ids and found by those: no words are kept. */
static void add_exception(kept_buf *sql, const kept_record_kind *kind, const kept_record_field *f)
{
    if (kept_text_equal(kind->name, "customer") && kept_text_equal(f->name, kind->label))
        kept_buf_printf(sql,
                        " AND NOT EXISTS (SELECT 1 FROM customer_id i WHERE i.record = t.id"
                        " AND i.external_id = t.\"%s\")",
                        f->name);
}

/* SQL for every text of the kind that is searched: id, field, words. False: there is none. */
static bool add_words(kept_buf *sql, const kept_record_kind *kind, bool exception)
{
    bool any = false;
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *f = &kind->fields[i];
        if (!f->search || (f->type != KEPT_RECORD_TEXT && f->type != KEPT_RECORD_PROSE))
            continue;
        kept_buf_printf(sql,
                        "%sSELECT id, '%s', \"%s\" FROM \"%s\" t"
                        " WHERE coalesce(\"%s\", '') <> ''",
                        any ? " UNION ALL " : "", f->name, f->name, kind->name, f->name);
        if (exception)
            add_exception(sql, kind, f);
        any = true;
    }
    return any;
}

/* Texts that stand in the records and not in the search (extra false), or the other way round. */
static kept_status count_unsearched(kept_ledger *ledger, const kept_record_kind *kind, bool extra,
                                    int64_t *ret_n, kept_err *err)
{
    KEPT_AUTO_BUF words = KEPT_BUF_INIT, found = KEPT_BUF_INIT, sql = KEPT_BUF_INIT;
    *ret_n = 0;
    if (!add_words(&words, kind, !extra))
        return KEPT_OK;
    kept_buf_printf(&found, "SELECT record, field, words FROM search WHERE kind = '%s'",
                    kind->name);
    kept_buf_printf(&sql, "SELECT count(*) FROM (SELECT * FROM (%s) EXCEPT SELECT * FROM (%s))",
                    kept_buf_text(extra ? &found : &words), kept_buf_text(extra ? &words : &found));
    if (words.failed || sql.failed || found.failed)
        return kept_nomem(err);
    return kept_ledger_int(ledger, kept_buf_text(&sql), ret_n, err);
}

static kept_status visit_search(kept__visit *v, kept_store *store, kept_err *err)
{
    static const char what[] = "Search";
    kept_err found = KEPT_ERR_INIT;
    int64_t missing = 0, extra = 0, texts = 0;
    kept_status status =
        kept_ledger_int(&store->ledger, "SELECT count(*) FROM search", &texts, &found);
    for (size_t i = 0; i < store->catalogue.n_records && status == KEPT_OK; i++) {
        int64_t more_missing = 0, more_extra = 0;
        KEPT_TRY(
            kept__visit_pause(v, "search", (double)i / (double)store->catalogue.n_records, err));
        const kept_record_kind *kind = store->catalogue.records[i];
        status = count_unsearched(&store->ledger, kind, false, &more_missing, &found);
        if (status == KEPT_OK)
            status = count_unsearched(&store->ledger, kind, true, &more_extra, &found);
        missing += more_missing;
        extra += more_extra;
    }
    if (status != KEPT_OK)
        return kept__visit_failed(v, what, status, &found, KEPT_ADVICE_RESTORE, err);
    if (missing || extra)
        return kept__visit_add(v, what, KEPT_UNHEALTHY,
                               "Somebody changed kept.db past Kept; restore a backup, or edit the "
                               "records again.",
                               err,
                               "%lld texts of records are not found by search, and %lld are found "
                               "that are not there.",
                               (long long)missing, (long long)extra);
    return kept__visit_add(v, what, KEPT_HEALTHY, NULL, err,
                           "The search holds every text of records, %lld in all.",
                           (long long)texts);
}

/* --- Clocks --- */

static kept_status visit_clocks(kept__visit *v, bool log, kept_err *err)
{
    static const char what[] = "Clock";
    kept_err found = KEPT_ERR_INIT;
    int64_t newest = 0, back = 0, changed = 0, backward = 0, now = kept_time_now();
    kept_status status = kept_ledger_int(
        &v->ledger, "SELECT max(max(imported_at), max(undone_at)) FROM import", &newest, &found);
    if (status == KEPT_OK)
        status = kept_ledger_int(&v->ledger,
                                 "SELECT count(*) FROM (SELECT imported_at - lag(imported_at)"
                                 " OVER (ORDER BY id) AS step FROM import) WHERE step < 0",
                                 &back, &found);
    if (status == KEPT_OK && log)
        status = kept_ledger_int(&v->ledger, "SELECT max(at) FROM change_log", &changed, &found);
    if (status == KEPT_OK && log)
        status = kept_ledger_int(&v->ledger,
                                 "SELECT count(*) FROM (SELECT at - lag(at) OVER (ORDER BY seq)"
                                 " AS step FROM change_log) WHERE step < 0",
                                 &backward, &found);
    if (status != KEPT_OK)
        return kept__visit_failed(v, what, status, &found, KEPT_ADVICE_RESTORE, err);
    newest = changed > newest ? changed : newest;
    char last[32], here[32];
    kept_time_write(newest, last);
    kept_time_write(now, here);
    if (back || backward)
        return kept__visit_add(v, what, KEPT_UNHEALTHY,
                               "Answers for --known-at may mix up what was known when; somebody "
                               "changed kept.db past Kept.",
                               err, "%lld changes are dated earlier than the one before them.",
                               (long long)(back + backward));
    if (newest > now + INT64_C(60000000))
        return kept__visit_add(v, what, KEPT_UNHEALTHY,
                               "Set this machine's clock right; if an earlier clock ran ahead, "
                               "changes are counted on from there until that time has passed.",
                               err, "The newest change is dated %s, and this machine says %s.",
                               last, here);
    return kept__visit_add(v, what, KEPT_HEALTHY, NULL, err, "No change is dated in the future.");
}

/* --- All of it --- */

static kept_status look_inside(kept__visit *v, kept_store *store, kept_err *err)
{
    bool fits = false;
    KEPT_TRY(visit_log(v, store, err));
    KEPT_TRY(visit_tables(v, store, &fits, err));
    if (!fits)
        return kept__visit_add(v, "Search", KEPT_NOT_LOOKED_AT, NULL, err,
                               "The tables have to be in order first.");
    return visit_search(v, store, err);
}

/* The firm's own declarations, and whether the ledger was built from them: opening a ledger that is
 * behind would bring it up, and the doctor changes nothing. */
static kept_status visit_declared(kept__visit *v, bool *ret_current, kept_err *err)
{
    static const char what[] = "Declarations";
    kept_err found = KEPT_ERR_INIT;
    kept_fact_kinds kinds = {0};
    kept_catalogue catalogue = {0};
    bool differ = false;
    *ret_current = false;
    kept_status status = kept_fact_kinds_load(v->folder, v->arena, &kinds, &found);
    if (status == KEPT_OK)
        status = kept_catalogue_load(v->folder, v->arena, &catalogue, &found);
    if (status != KEPT_OK)
        return kept__visit_failed(v, what, status, &found, "Mend the declaration.", err);
    status = kept_declared_differ(&v->ledger, &catalogue, &differ, &found);
    if (status != KEPT_OK)
        return kept__visit_failed(
            v, what, status, &found,
            status == KEPT_EINPUT ? "Use the newer program." : KEPT_ADVICE_RESTORE, err);
    *ret_current = !differ;
    return kept__visit_add(v, what, KEPT_HEALTHY, NULL, err,
                           differ ? "The ledger was built from earlier declarations; the next "
                                    "command that opens it copies it and brings it up."
                                  : "In order, and the ledger was built from them.");
}

kept_status kept__visit_records(kept__visit *v, kept_err *err)
{
    kept_err found = KEPT_ERR_INIT;
    KEPT_AUTO_STORE *store = NULL;
    bool log = false, current = false;
    if (!v->ledger.db)
        return kept__visit_add(v, "Records", KEPT_NOT_LOOKED_AT, NULL, err,
                               "Records stand in the ledger.");
    kept_status status = kept_ledger_has_table(&v->ledger, "change_log", &log, &found);
    if (status != KEPT_OK)
        return kept__visit_failed(v, "Records", status, &found, KEPT_ADVICE_RESTORE, err);
    KEPT_TRY(visit_clocks(v, log, err));
    KEPT_TRY(visit_declared(v, &current, err));
    if (!current)
        return kept__visit_add(v, "Records", KEPT_NOT_LOOKED_AT, NULL, err,
                               "The ledger and its declarations have to agree first.");
    const kept_open_opts opts = {.threads = 1, .cancel = v->opts->cancel};
    status = kept_store_open(v->folder, &opts, &store, &found);
    if (status != KEPT_OK)
        return kept__visit_failed(v, "Records", status, &found, KEPT_ADVICE_RESTORE, err);
    return look_inside(v, store, err);
}
