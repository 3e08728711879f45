#include "made.h"

#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "base/text.h"
#include "bench.h"
#include "store/inside.h"
#include "store/records/write_int.h"

enum {
    WORDS = 20000, /* in the language; the n-th is n times rarer than the first */
    PER_TEXT = 10,
    PEOPLE = 20,
    DAYS = 1000, /* over which changes are spread, up to yesterday */
    COMMIT_EVERY = 500000,
};

typedef enum fill { NAME, TEXT, REF, CHOICE, DAY, NUMBER } fill;

/* A column that is filled: by what, in which share of records, and whether changes change it. */
typedef struct column {
    const char *name;
    fill fill;
    unsigned percent;
    bool changes;
    const char *of; /* REF: kind; CHOICE: words with blanks between */
} column;

typedef struct kind {
    const char *name;
    size_t size; /* offset in made_sizes */
    const column *columns;
    size_t n_columns;
} kind;

static const column employee_columns[] = {
    {"name", NAME, 100, false, NULL},
    {"job", TEXT, 50, true, NULL},
    {"state", CHOICE, 100, false, "active"},
};
static const column customer_columns[] = {
    {"name", NAME, 100, false, NULL},
    {"state", CHOICE, 100, true, "acquired nurtured"},
    {"kind", CHOICE, 100, false, "business consumer channel"},
    {"key_account", NUMBER, 100, false, "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1"},
    {"owner", REF, 90, false, "employee"},
    {"industry", TEXT, 50, false, NULL},
    {"remarks", TEXT, 60, true, NULL},
    {"started_on", DAY, 80, false, NULL},
};
static const column person_columns[] = {
    {"name", NAME, 100, false, NULL},
    {"customer", REF, 100, false, "customer"},
    {"level", CHOICE, 90, false, "strategic functional front-line"},
    {"state", CHOICE, 100, false, "active"},
    {"concerns", TEXT, 60, true, NULL},
    {"last_contact", DAY, 50, true, NULL},
};
static const column promise_columns[] = {
    {"text", TEXT, 100, true, NULL},
    {"customer", REF, 100, false, "customer"},
    {"person", REF, 60, false, "person"},
    {"giver", CHOICE, 100, false, "us customer"},
    {"level", CHOICE, 90, false, "strategic functional front-line whole"},
    {"judged", CHOICE, 85, true, "counted done said"},
    {"owner", REF, 95, false, "employee"},
    {"promised_on", DAY, 90, false, NULL},
    {"due_on", DAY, 50, true, NULL},
    {"state", CHOICE, 100, true, "proposed agreed active active paused closed"},
};
static const column need_columns[] = {
    {"text", TEXT, 100, true, NULL},
    {"customer", REF, 100, false, "customer"},
    {"person", REF, 60, false, "person"},
    {"kind", CHOICE, 100, false, "need want job pain"},
    {"importance", NUMBER, 70, true, "1 2 3 4 5 6 7 8 9 10"},
    {"heard_on", DAY, 90, true, NULL},
    {"state", CHOICE, 100, true, "open open met"},
};
static const column note_columns[] = {
    {"text", TEXT, 100, true, NULL},
    {"customer", REF, 100, false, "customer"},
    {"person_person", REF, 70, false, "person"},
    {"noted_on", DAY, 95, true, NULL},
};
static const column action_columns[] = {
    {"text", TEXT, 100, true, NULL},
    {"customer", REF, 90, false, "customer"},
    {"owner", REF, 97, false, "employee"},
    {"due_on", DAY, 90, true, NULL},
    {"state", CHOICE, 100, true, "open done done done done done done done dropped"},
};

#define KIND(name, size)                                                                           \
    {                                                                                              \
#name, offsetof(made_sizes, size), name##_columns, KEPT_N(name##_columns)                  \
    }
static const kind kinds[] = {
    KIND(employee, employees), KIND(customer, customers), KIND(person, persons),
    KIND(promise, promises),   KIND(need, needs),         KIND(note, notes),
    KIND(action, actions),
};

typedef struct making {
    kept_store *store;
    sqlite3 *db;
    const made_sizes *sizes;
    kept_day last_day;
    int64_t start, step; /* microseconds: of the first change, from one to the next */
    int64_t seq;
    unsigned char chain[KEPT_HASH];
    sqlite3_stmt *log;
} making;

made_sizes made_sizes_of(size_t records)
{
    made_sizes s = {.records = records,
                    .employees = 10 + records / 5000,
                    .customers = records / 20,
                    .persons = records / 20,
                    .promises = records * 3 / 20,
                    .needs = records / 10,
                    .actions = records / 5};
    s.notes = records - s.employees - s.customers - s.persons - s.promises - s.needs - s.actions;
    return s;
}

static size_t size_of(const making *m, const kind *k)
{
    return *(const size_t *)(const void *)((const char *)m->sizes + k->size);
}

/* --- SQL, or the end --- */

static void stop(const making *m, const char *what)
{
    fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(m->db));
    exit(1);
}

static void run(const making *m, const char *sql)
{
    if (sqlite3_exec(m->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        stop(m, sql);
}

static sqlite3_stmt *prepare(const making *m, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(m->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        stop(m, sql);
    return stmt;
}

static void insert(const making *m, sqlite3_stmt *stmt)
{
    if (sqlite3_step(stmt) != SQLITE_DONE)
        stop(m, sqlite3_sql(stmt));
    sqlite3_reset(stmt);
}

static int64_t number_of(const making *m, const char *sql, const char *name)
{
    sqlite3_stmt *stmt = prepare(m, sql);
    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    int64_t number = sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
    return number;
}

/* --- Values: each follows from kind, column, record and version --- */

/* The finaliser of splitmix64. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint64_t draw(const kind *k, const column *c, size_t id, size_t version)
{
    uint64_t where = (uint64_t)(k - kinds) << 8 | (uint64_t)(c - k->columns);
    return mix(mix(where << 8 | version) + id * UINT64_C(0x9e3779b97f4a7c15));
}

void made_word(uint64_t rank, char out[static MADE_WORD])
{
    static const char consonants[] = "bcdfghjklmnprstvwxz", vowels[] = "aeiou";
    enum { C = sizeof consonants - 1, V = sizeof vowels - 1 };
    for (size_t i = 0; i < MADE_WORD - 1; i += 2) {
        out[i] = consonants[rank % C];
        out[i + 1] = vowels[rank / C % V];
        rank /= (uint64_t)C * V;
    }
    out[MADE_WORD - 1] = '\0';
}

static void add_words(kept_buf *out, uint64_t seed, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char word[MADE_WORD];
        double u = (double)(mix(seed + i) >> 11) * 0x1p-53;
        made_word((uint64_t)exp(u * log(WORDS)), word);
        kept_buf_printf(out, "%s%s", i ? " " : "", word);
    }
}

static const kind *find_kind(const char *name)
{
    for (size_t i = 0; i < KEPT_N(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

static void add_choice(kept_buf *out, const char *words, uint64_t seed)
{
    size_t n = 1;
    for (const char *c = words; *c; c++)
        n += *c == ' ';
    for (size_t skip = seed % n; skip; skip--)
        words = strchr(words, ' ') + 1;
    kept_buf_add_n(out, words, strcspn(words, " "));
}

/* As people write it; of a REF the bare number. False: the record has none. */
static bool value_of(const making *m, const kind *k, const column *c, size_t id, size_t version,
                     kept_buf *out)
{
    uint64_t seed = draw(k, c, id, version);
    char day[11];
    kept_buf_clear(out);
    if (draw(k, c, id, 255) % 100 >= c->percent)
        return false;
    switch (c->fill) {
    case NAME:
        add_words(out, seed, 1);
        kept_buf_printf(out, " %zu", id);
        break;
    case TEXT:
        add_words(out, seed, PER_TEXT);
        break;
    case REF:
        kept_buf_printf(out, "%" PRIu64, 1 + seed % size_of(m, find_kind(c->of)));
        break;
    case CHOICE:
    case NUMBER:
        add_choice(out, c->of, seed);
        break;
    case DAY:
        kept_day_write(m->last_day + 30 - (kept_day)(seed % (DAYS + 30)), day);
        kept_buf_add(out, day);
        break;
    }
    return true;
}

/* Change `round` changes one of the columns that change, in turn. */
static const column *changed_in(const kind *k, size_t round)
{
    size_t n = 0, at = 0;
    for (size_t i = 0; i < k->n_columns; i++)
        n += k->columns[i].changes;
    for (size_t i = 0; i < k->n_columns; i++)
        if (k->columns[i].changes && at++ == (round - 1) % n)
            return &k->columns[i];
    return NULL;
}

/* Of the value that stands after change `round`: the change that wrote it. */
static size_t version_after(const kind *k, const column *c, size_t round)
{
    while (round > 0 && changed_in(k, round) != c)
        round--;
    return round;
}

/* --- Records --- */

static int64_t time_of(const making *m, size_t number, size_t round)
{
    return m->start + m->step * (int64_t)(round * m->sizes->records + number);
}

static void who(size_t number, char out[static 16])
{
    snprintf(out, 16, "person%02zu", number % PEOPLE);
}

static sqlite3_stmt *prepare_kind(const making *m, const kind *k)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql,
                    "INSERT INTO \"%s\" (id, revision, made_at, made_by, changed_at,"
                    " changed_by",
                    k->name);
    for (size_t i = 0; i < k->n_columns; i++)
        kept_buf_printf(&sql, ", \"%s\"", k->columns[i].name);
    kept_buf_add(&sql, ") VALUES (?, ?, ?, ?, ?, ?");
    for (size_t i = 0; i < k->n_columns; i++)
        kept_buf_add(&sql, ", ?");
    kept_buf_add(&sql, ")");
    return prepare(m, kept_buf_text(&sql));
}

/* first: how many records of other kinds come before, in the order of the log. */
static void make_records(making *m, const kind *k, size_t first)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    sqlite3_stmt *stmt = prepare_kind(m, k);
    run(m, "BEGIN");
    for (size_t id = 1; id <= size_of(m, k); id++) {
        char by[16];
        who(first + id, by);
        sqlite3_bind_int64(stmt, 1, (int64_t)id);
        sqlite3_bind_int64(stmt, 2, MADE_CHANGES);
        sqlite3_bind_int64(stmt, 3, time_of(m, first + id - 1, 0));
        sqlite3_bind_text(stmt, 4, by, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(stmt, 5, time_of(m, first + id - 1, MADE_CHANGES - 1));
        sqlite3_bind_text(stmt, 6, by, -1, SQLITE_TRANSIENT);
        for (size_t i = 0; i < k->n_columns; i++) {
            const column *c = &k->columns[i];
            size_t version = version_after(k, c, MADE_CHANGES - 1);
            if (!value_of(m, k, c, id, version, &text))
                sqlite3_bind_null(stmt, 7 + (int)i);
            else /* integer columns turn the text into a number */
                sqlite3_bind_text(stmt, 7 + (int)i, kept_buf_text(&text), -1, SQLITE_TRANSIENT);
        }
        insert(m, stmt);
    }
    run(m, "COMMIT");
    sqlite3_finalize(stmt);
}

/* --- The log --- */

/* "customer": "C-12" of what stands as 12; flags in words. */
static void add_written(const making *m, const column *c, const kept_buf *value, kept_buf *out)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    const char *words = kept_buf_text(value);
    if (c->fill == REF)
        kept_buf_printf(&text, "%s-%s", kept_catalogue_record(&m->store->catalogue, c->of)->prefix,
                        words);
    else if (strcmp(c->name, "key_account") == 0)
        kept_buf_add(&text, strcmp(words, "1") == 0 ? "yes" : "no");
    else
        kept_buf_add(&text, words);
    kept_payload__add_text(out, kept_buf_text(&text));
}

static void add_change(const making *m, const kind *k, const column *c, size_t id, size_t round,
                       kept_buf *value, kept_buf *payload)
{
    bool two_kinds = strcmp(c->name, "person_person") == 0; /* a column per kind, one field */
    if (payload->len > 1)
        kept_buf_add_char(payload, ',');
    kept_payload__add_text(payload, two_kinds ? "person" : c->name);
    kept_buf_add(payload, ":[");
    if (round && value_of(m, k, c, id, version_after(k, c, round - 1), value))
        add_written(m, c, value, payload);
    else
        kept_buf_add(payload, "null");
    kept_buf_add_char(payload, ',');
    value_of(m, k, c, id, version_after(k, c, round), value);
    add_written(m, c, value, payload);
    kept_buf_add_char(payload, ']');
}

static const char *fill_payload(const making *m, const kind *k, size_t id, size_t round,
                                kept_buf *value, kept_buf *payload)
{
    const char *action = round ? "edit" : "add";
    kept_buf_clear(payload);
    kept_buf_add_char(payload, '{');
    for (size_t i = 0; i < k->n_columns; i++) {
        const column *c = &k->columns[i];
        if (round && c != changed_in(k, round))
            continue;
        if (!value_of(m, k, c, id, round, value))
            continue;
        if (round && strcmp(c->name, "state") == 0)
            action = "move";
        add_change(m, k, c, id, round, value, payload);
    }
    kept_payload__end(payload, NULL);
    return action;
}

static void add_row(making *m, const kind *k, size_t id, size_t number, size_t round,
                    kept_buf *value, kept_buf *payload)
{
    char by[16];
    unsigned char salt[KEPT_SALT];
    who(number + 1, by);
    kept_link link = {.seq = ++m->seq,
                      .at = time_of(m, number, round),
                      .record = (int64_t)id,
                      .who = by,
                      .through = "command",
                      .kind = k->name,
                      .action = fill_payload(m, k, id, round, value, payload)};
    uint64_t random[2] = {mix((uint64_t)m->seq), mix(~(uint64_t)m->seq)};
    memcpy(salt, random, sizeof salt);
    kept_chain__digest(salt, kept_buf_text(payload), payload->len, link.digest);
    kept_chain__next(m->chain, &link, m->chain);
    sqlite3_bind_int64(m->log, 1, link.seq);
    sqlite3_bind_int64(m->log, 2, link.at);
    sqlite3_bind_text(m->log, 3, link.who, -1, SQLITE_STATIC);
    sqlite3_bind_text(m->log, 4, link.kind, -1, SQLITE_STATIC);
    sqlite3_bind_int64(m->log, 5, link.record);
    sqlite3_bind_text(m->log, 6, link.action, -1, SQLITE_STATIC);
    sqlite3_bind_text(m->log, 7, kept_buf_text(payload), (int)payload->len, SQLITE_STATIC);
    sqlite3_bind_blob(m->log, 8, salt, sizeof salt, SQLITE_STATIC);
    sqlite3_bind_blob(m->log, 9, link.digest, sizeof link.digest, SQLITE_STATIC);
    sqlite3_bind_blob(m->log, 10, m->chain, sizeof m->chain, SQLITE_STATIC);
    insert(m, m->log);
    if (m->seq % COMMIT_EVERY == 0)
        run(m, "COMMIT; BEGIN");
}

static void make_log(making *m)
{
    KEPT_AUTO_BUF value = KEPT_BUF_INIT, payload = KEPT_BUF_INIT;
    m->log = prepare(m, "INSERT INTO change_log (seq, at, who, through, kind, record, action,"
                        " payload, salt, digest, chain)"
                        " VALUES (?, ?, ?, 'command', ?, ?, ?, ?, ?, ?, ?)");
    run(m, "BEGIN");
    for (size_t round = 0; round < MADE_CHANGES; round++) {
        size_t number = 0;
        for (size_t k = 0; k < KEPT_N(kinds); k++)
            for (size_t id = 1; id <= size_of(m, &kinds[k]); id++)
                add_row(m, &kinds[k], id, number++, round, &value, &payload);
    }
    run(m, "COMMIT");
    sqlite3_finalize(m->log);
}

/* --- Search --- */

typedef struct searched {
    const kind *kind;
    const column *column;
    int64_t number;
} searched;

static size_t find_searched(const making *m, searched out[static 32])
{
    size_t n = 0;
    for (size_t k = 0; k < KEPT_N(kinds); k++)
        for (size_t i = 0; i < kinds[k].n_columns && n < 32; i++) {
            const column *c = &kinds[k].columns[i];
            const kept_record_kind *declared =
                kept_catalogue_record(&m->store->catalogue, kinds[k].name);
            const kept_record_field *field = kept_record_field_find(declared, c->name);
            if (!field || !field->search || (c->fill != TEXT && c->fill != NAME))
                continue;
            KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
            kept_buf_printf(&sql,
                            "INSERT INTO search_field (kind, field) VALUES ('%s', ?1) RETURNING id",
                            kinds[k].name);
            out[n++] = (searched){&kinds[k], c, number_of(m, kept_buf_text(&sql), c->name)};
        }
    return n;
}

/* In the order of rows, which the index takes fastest. */
static void make_search(making *m)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    searched fields[32];
    size_t n = find_searched(m, fields), most = 0;
    for (size_t i = 0; i < n; i++)
        most = size_of(m, fields[i].kind) > most ? size_of(m, fields[i].kind) : most;
    sqlite3_stmt *stmt = prepare(m, "INSERT INTO search (rowid, kind, record, field, words)"
                                    " VALUES (?, ?, ?, ?, ?)");
    run(m, "BEGIN");
    for (size_t id = 1; id <= most; id++)
        for (size_t i = 0; i < n; i++) {
            const searched *f = &fields[i];
            size_t version = version_after(f->kind, f->column, MADE_CHANGES - 1);
            if (id > size_of(m, f->kind) || !value_of(m, f->kind, f->column, id, version, &text))
                continue;
            sqlite3_bind_int64(stmt, 1, (int64_t)id << KEPT_SEARCH_FIELD_BITS | f->number);
            sqlite3_bind_text(stmt, 2, f->kind->name, -1, SQLITE_STATIC);
            sqlite3_bind_int64(stmt, 3, (int64_t)id);
            sqlite3_bind_text(stmt, 4, f->column->name, -1, SQLITE_STATIC);
            sqlite3_bind_text(stmt, 5, kept_buf_text(&text), -1, SQLITE_TRANSIENT);
            insert(m, stmt);
        }
    run(m, "COMMIT");
    sqlite3_finalize(stmt);
}

/* --- Measures, on which some warnings rest --- */

static void make_measure(making *m, const char *name, size_t quarters)
{
    char today[11], start[11], end[11];
    kept_day_write(m->last_day, today);
    int64_t definition = number_of(m,
                                   "INSERT INTO measure_definition (measure, text, hash, since)"
                                   " VALUES (?1, '', '', 0) RETURNING id",
                                   name);
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql,
                    "INSERT INTO measure_run (measure, definition, as_of, known_at, ran_at,"
                    " imports, who) VALUES (?1, %" PRId64 ", '%s', 0, 0, 0, 'bench') RETURNING id",
                    definition, today);
    int64_t id = number_of(m, kept_buf_text(&sql), name);
    run(m, "BEGIN");
    for (size_t q = 0; q <= quarters; q++) {
        /* 0: the whole window; the quarters follow. */
        kept_day_write(m->last_day - 91 * (kept_day)(q ? q : quarters ? quarters : 4), start);
        kept_day_write(m->last_day - 91 * (kept_day)(q ? q - 1 : 0), end);
        kept_buf_clear(&sql);
        kept_buf_printf(&sql,
                        "INSERT INTO measure_value SELECT '%s', 'customer', id, '%s', '%s', NULL,"
                        " (id * 7919 + %zu * 104729) %% 1000003 * 1000, 4, 1.0, '%s', %" PRId64
                        " FROM customer",
                        name, start, end, q, today, id);
        run(m, kept_buf_text(&sql));
    }
    run(m, "COMMIT");
}

/* --- The whole --- */

/* Indexes are made at the end: sorting is faster than inserting here and there. */
static void take_indexes(const making *m, kept_buf *ret_make)
{
    KEPT_AUTO_BUF drop = KEPT_BUF_INIT;
    sqlite3_stmt *stmt = prepare(m, "SELECT name, sql FROM sqlite_schema WHERE type = 'index'"
                                    " AND sql IS NOT NULL ORDER BY name");
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        kept_buf_printf(&drop, "DROP INDEX \"%s\";", (const char *)sqlite3_column_text(stmt, 0));
        kept_buf_printf(ret_make, "%s;", (const char *)sqlite3_column_text(stmt, 1));
    }
    sqlite3_finalize(stmt);
    run(m, kept_buf_text(&drop));
}

void made_ledger(const char *folder, const made_sizes *sizes)
{
    kept_err err = KEPT_ERR_INIT;
    KEPT_AUTO_BUF indexes = KEPT_BUF_INIT;
    kept_store_opts settings = {.name = "bench"};
    kept_open_opts opts = {.records = true};
    making m = {.sizes = sizes};
    BENCH_OK(kept_store_create(folder, &settings, &err));
    BENCH_OK(kept_store_open(folder, &opts, &m.store, &err));
    m.db = m.store->ledger.db;
    m.last_day = (kept_day)(kept_time_now() / KEPT_DAY_MICROS) - 1;
    m.step = DAYS * KEPT_DAY_MICROS / (int64_t)(sizes->records * MADE_CHANGES);
    m.start = (m.last_day + 1 - DAYS) * KEPT_DAY_MICROS;
    run(&m, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF;");
    take_indexes(&m, &indexes);
    for (size_t k = 0, first = 0; k < KEPT_N(kinds); first += size_of(&m, &kinds[k++]))
        make_records(&m, &kinds[k], first);
    make_log(&m);
    make_search(&m);
    make_measure(&m, "sales.last_year", 0);
    make_measure(&m, "margin.last_year", 0);
    make_measure(&m, "sales.per_quarter", 9);
    run(&m, kept_buf_text(&indexes));
    run(&m, "PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE);");
    kept_store_close(m.store);
}
