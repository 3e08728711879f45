#include "store/ledger/imports.h"

#include <string.h>

kept_status kept_ledger_next_import(kept_ledger *ledger, int64_t *ret_id, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT seq FROM sqlite_sequence WHERE name = 'import'", ""));
    bool row = false;
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    *ret_id = (row ? sqlite3_column_int64(stmt, 0) : 0) + 1;
    return KEPT_OK;
}

kept_status kept_ledger_import_add(kept_ledger *ledger, const kept_import *i, const char *hashes,
                                   const char *columns, kept_err *err)
{
    KEPT_TRY(kept_ledger_exec(
        ledger, err,
        "INSERT INTO import (id, kind, imported_at, who, files, file_hashes, mapping, profile,"
        " rows_read, taken, superseded, unchanged, set_aside, no_key, equal_rows, negative,"
        " new_customers, rejects_path, columns)"
        " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19)",
        "itittttt"
        "iiiiiiiii"
        "tt",
        i->id, i->kind, i->imported_at, i->who, i->files, hashes, i->mapping, i->profile, i->read,
        i->taken, i->superseded, i->unchanged, i->set_aside, i->no_key, i->equal, i->negative,
        i->new_customers, i->rejects_path, columns));
    if (i->records)
        KEPT_TRY(kept_ledger_exec(
            ledger, err, "UPDATE import SET first_change = ?2, last_change = ?3 WHERE id = ?1",
            "iii", i->id, i->first_change, i->last_change));
    if (i->first_day == KEPT_NO_DAY)
        return KEPT_OK;
    return kept_ledger_exec(ledger, err,
                            "UPDATE import SET first_day = ?2, last_day = ?3 WHERE id = ?1", "iii",
                            i->id, (int64_t)i->first_day, (int64_t)i->last_day);
}

static const char import_columns[] =
    "SELECT id, kind, imported_at, undone_at, who, files, mapping, profile, rows_read, taken,"
    " superseded, unchanged, set_aside, no_key, equal_rows, negative, new_customers, first_day,"
    " last_day, rejects_path, first_change, last_change FROM import WHERE ?1 = 0 OR id = ?1 ORDER "
    "BY id DESC";

static int32_t day_of(sqlite3_stmt *stmt, int column)
{
    return sqlite3_column_type(stmt, column) == SQLITE_NULL
               ? KEPT_NO_DAY
               : (int32_t)sqlite3_column_int(stmt, column);
}

static bool read_import(sqlite3_stmt *s, kept_arena *arena, kept_import *i)
{
    bool ok = true;
    i->id = sqlite3_column_int64(s, 0);
    i->kind = kept_ledger_text(s, 1, arena, &ok);
    i->imported_at = sqlite3_column_int64(s, 2);
    i->undone_at = sqlite3_column_int64(s, 3);
    i->who = kept_ledger_text(s, 4, arena, &ok);
    i->files = kept_ledger_text(s, 5, arena, &ok);
    i->mapping = kept_ledger_text(s, 6, arena, &ok);
    i->profile = kept_ledger_text(s, 7, arena, &ok);
    i->read = sqlite3_column_int64(s, 8);
    i->taken = sqlite3_column_int64(s, 9);
    i->superseded = sqlite3_column_int64(s, 10);
    i->unchanged = sqlite3_column_int64(s, 11);
    i->set_aside = sqlite3_column_int64(s, 12);
    i->no_key = sqlite3_column_int64(s, 13);
    i->equal = sqlite3_column_int64(s, 14);
    i->negative = sqlite3_column_int64(s, 15);
    i->new_customers = sqlite3_column_int64(s, 16);
    i->first_day = day_of(s, 17);
    i->last_day = day_of(s, 18);
    i->rejects_path = kept_ledger_text(s, 19, arena, &ok);
    i->records = sqlite3_column_type(s, 20) != SQLITE_NULL;
    i->first_change = sqlite3_column_int64(s, 20);
    i->last_change = sqlite3_column_int64(s, 21);
    return ok;
}

static kept_status count(kept_ledger *ledger, const char *sql, size_t *ret_n, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err, sql, ""));
    bool row = false;
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    *ret_n = row ? (size_t)sqlite3_column_int64(stmt, 0) : 0;
    return KEPT_OK;
}

kept_status kept_ledger_imports(kept_ledger *ledger, int64_t id, kept_arena *arena,
                                kept_import **ret_imports, size_t *ret_n, kept_err *err)
{
    bool begun = false;
    size_t room = 0, n = 0;
    KEPT_TRY(kept_ledger_read_begin(ledger, &begun, err));
    kept_status status = count(ledger, "SELECT count(*) FROM import", &room, err);
    kept_import *imports = NULL;
    if (status == KEPT_OK && !(imports = KEPT_NEW_N(arena, kept_import, room)))
        status = kept_nomem(err);
    sqlite3_stmt *stmt = NULL;
    if (status == KEPT_OK)
        status = kept_ledger_prepare(ledger, &stmt, err, import_columns, "i", id);
    for (bool row = true; status == KEPT_OK && row;) {
        status = kept_ledger_step(ledger, stmt, &row, err);
        if (status == KEPT_OK && row && !read_import(stmt, arena, &imports[n++]))
            status = kept_nomem(err);
    }
    sqlite3_finalize(stmt);
    kept_ledger_read_end(ledger, begun);
    KEPT_TRY(status);
    *ret_imports = imports;
    *ret_n = n;
    return KEPT_OK;
}

kept_status kept_ledger_import_of_hash(kept_ledger *ledger, const char *kind, const char *hash,
                                       int64_t *ret_id, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT max(id) FROM import WHERE kind = ?1 AND undone_at = 0"
                                 " AND instr(file_hashes, ?2) > 0",
                                 "tt", kind, hash));
    bool row = false;
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    *ret_id = row ? sqlite3_column_int64(stmt, 0) : 0;
    return KEPT_OK;
}

/* --- Fact files --- */

kept_status kept_ledger_file_add(kept_ledger *ledger, const kept_fact_file *f, int64_t *ret_id,
                                 kept_err *err)
{
    KEPT_TRY(kept_ledger_exec(
        ledger, err,
        "INSERT INTO fact_file (kind, role, path, first_import, last_import, joined, hash, bytes,"
        " row_count, columns, key_min, key_max, customer_min, customer_max, negative, superseding,"
        " confirming) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)",
        "tttiiitiitttiiiii", f->kind, f->over ? "over" : "rows", f->path, f->first_import,
        f->last_import, (int64_t)f->joined, f->hash, f->bytes, f->rows, f->columns, f->key_min,
        f->key_max, (int64_t)f->customer_min, (int64_t)f->customer_max, f->negative, f->superseding,
        f->confirming));
    *ret_id = sqlite3_last_insert_rowid(ledger->db);
    return KEPT_OK;
}

kept_status kept_ledger_file_remove(kept_ledger *ledger, int64_t id, kept_err *err)
{
    return kept_ledger_exec(ledger, err, "DELETE FROM fact_file WHERE id = ?1", "i", id);
}

static bool read_file(sqlite3_stmt *s, kept_arena *arena, kept_fact_file *f)
{
    bool ok = true;
    f->id = sqlite3_column_int64(s, 0);
    f->kind = kept_ledger_text(s, 1, arena, &ok);
    f->over = strcmp((const char *)sqlite3_column_text(s, 2), "over") == 0;
    f->path = kept_ledger_text(s, 3, arena, &ok);
    f->first_import = sqlite3_column_int64(s, 4);
    f->last_import = sqlite3_column_int64(s, 5);
    f->joined = sqlite3_column_int(s, 6) != 0;
    f->hash = kept_ledger_text(s, 7, arena, &ok);
    f->bytes = sqlite3_column_int64(s, 8);
    f->rows = sqlite3_column_int64(s, 9);
    f->columns = kept_ledger_text(s, 10, arena, &ok);
    f->key_min = kept_ledger_text(s, 11, arena, &ok);
    f->key_max = kept_ledger_text(s, 12, arena, &ok);
    f->customer_min = (uint64_t)sqlite3_column_int64(s, 13);
    f->customer_max = (uint64_t)sqlite3_column_int64(s, 14);
    f->negative = sqlite3_column_int64(s, 15);
    f->superseding = sqlite3_column_int64(s, 16);
    f->confirming = sqlite3_column_int64(s, 17);
    return ok;
}

kept_status kept_ledger_files(kept_ledger *ledger, const char *kind, kept_arena *arena,
                              kept_fact_file **ret_files, size_t *ret_n, kept_err *err)
{
    static const char sql[] =
        "SELECT id, kind, role, path, first_import, last_import, joined, hash, bytes, row_count,"
        " columns, key_min, key_max, customer_min, customer_max, negative, superseding, confirming"
        " FROM fact_file WHERE ?1 IS NULL OR kind = ?1 ORDER BY first_import, role DESC, id";
    bool begun = false;
    size_t room = 0, n = 0;
    KEPT_TRY(kept_ledger_read_begin(ledger, &begun, err));
    kept_status status = count(ledger, "SELECT count(*) FROM fact_file", &room, err);
    kept_fact_file *files = NULL;
    if (status == KEPT_OK && !(files = KEPT_NEW_N(arena, kept_fact_file, room)))
        status = kept_nomem(err);
    sqlite3_stmt *stmt = NULL;
    if (status == KEPT_OK)
        status = kept_ledger_prepare(ledger, &stmt, err, sql, "t", kind);
    for (bool row = true; status == KEPT_OK && row;) {
        status = kept_ledger_step(ledger, stmt, &row, err);
        if (status == KEPT_OK && row && !read_file(stmt, arena, &files[n++]))
            status = kept_nomem(err);
    }
    sqlite3_finalize(stmt);
    kept_ledger_read_end(ledger, begun);
    KEPT_TRY(status);
    *ret_files = files;
    *ret_n = n;
    return KEPT_OK;
}

/* --- Profiles --- */

kept_status kept_ledger_profile(kept_ledger *ledger, const char *kind, const char *name,
                                kept_arena *arena, const char **ret_mapping, kept_err *err)
{
    KEPT_AUTO_STMT *stmt = NULL;
    KEPT_TRY(kept_ledger_prepare(ledger, &stmt, err,
                                 "SELECT mapping FROM profile WHERE kind = ?1 AND name = ?2", "tt",
                                 kind, name));
    bool row = false, ok = true;
    KEPT_TRY(kept_ledger_step(ledger, stmt, &row, err));
    const char *mapping = row ? kept_ledger_text(stmt, 0, arena, &ok) : NULL;
    if (!ok)
        return kept_nomem(err);
    *ret_mapping = mapping;
    return KEPT_OK;
}

kept_status kept_ledger_profile_set(kept_ledger *ledger, const char *kind, const char *name,
                                    const char *mapping, kept_err *err)
{
    return kept_ledger_exec(ledger, err,
                            "INSERT INTO profile (kind, name, mapping) VALUES (?1, ?2, ?3)"
                            " ON CONFLICT (kind, name) DO UPDATE SET mapping = excluded.mapping",
                            "ttt", kind, name, mapping);
}
