/* What the tests of records share: a workspace with kinds of its own, opened for records, and short
 * ways to write and read records. */
#ifndef KEPT_TESTS_STORE_RECORDS_SUPPORT_H
#define KEPT_TESTS_STORE_RECORDS_SUPPORT_H

#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "store/facts/files.h"
#include "store/inside.h"
#include "store/records/log.h"
#include "store/records/write.h"

typedef struct ledger {
    char root[256];
    char folder[300];
    kept_store *store;
    kept_arena arena;
} ledger;

static const kept_scope all = KEPT_SCOPE_ALL("tester");

/* A visit has a field of every type. A topic is called by its name. A guest is a person. */
static const char visit_yaml[] =
    "kind: x_visit\ntitle: Visit\nplural: Visits\nprefix: XV\nstage: keep\npack: core\n"
    "summary: Who was where.\nlabel: text\nof: customer\n"
    "states:\n"
    "  planned: {title: Planned, help: To come., moves: [done, dropped]}\n"
    "  done: {title: Done, help: Was made., closed: yes}\n"
    "  dropped: {title: Dropped, help: Will not be., closed: yes, moves: [planned]}\n"
    "fields:\n"
    "  - {name: text, type: prose, title: Words, help: What for., required: yes}\n"
    "  - {name: customer, type: ref, title: Customer, help: Whom., to: customer}\n"
    "  - {name: place, type: text, title: Place, help: Where.}\n"
    "  - {name: level, type: choice, title: Level, help: Whose.,"
    " choices: [strategic, functional, front-line]}\n"
    "  - {name: urgent, type: flag, title: Urgent, help: Soon., default: no}\n"
    "  - {name: minutes, type: integer, title: Minutes, help: How long., unit: minutes,"
    " min: 1, max: 600}\n"
    "  - {name: weight, type: number, title: Weight, help: How much.}\n"
    "  - {name: chance, type: share, title: Chance, help: How sure., min: 0, max: 1}\n"
    "  - {name: cost, type: money, title: Cost, help: How dear.}\n"
    "  - {name: held_on, type: date, title: Day, help: When.}\n"
    "  - {name: about, type: ref, title: About, help: What of., to: [x_topic, x_guest]}\n"
    "  - {name: topics, type: refs, title: Topics, help: What else., to: x_topic}\n"
    "  - {name: earlier, type: refs, title: Earlier, help: Before it., to: x_visit}\n"
    "  - {name: heard, type: prose, title: Heard, help: What was said., personal: yes}\n";
static const char topic_yaml[] =
    "kind: x_topic\ntitle: Topic\nplural: Topics\nprefix: XT\nstage: keep\npack: core\n"
    "summary: What is talked of.\nlabel: name\nunique: name\n"
    "fields:\n"
    "  - {name: name, type: text, title: Name, help: Its name., required: yes}\n";
static const char guest_yaml[] =
    "kind: x_guest\ntitle: Guest\nplural: Guests\nprefix: XG\nstage: keep\npack: core\n"
    "summary: Who came.\nlabel: name\nof: visit\n"
    "fields:\n"
    "  - {name: name, type: text, title: Name, help: Theirs., required: yes, personal: yes}\n"
    "  - {name: visit, type: ref, title: Visit, help: Which one., to: x_visit}\n"
    "  - {name: mail, type: text, title: Mail, help: Theirs., personal: yes, search: no}\n"
    "  - {name: brought, type: ref, title: Brought by, help: By whom., to: x_guest}\n";

static inline void put_file(const char *folder, const char *name, const char *text)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

static inline kept_store *open_records(const char *folder)
{
    kept_err err = KEPT_ERR_INIT;
    kept_open_opts opts = {.records = true, .threads = 1};
    kept_store *store = NULL;
    CHECK_OK(kept_store_open(folder, &opts, &store, &err));
    return store;
}

static inline void make_ledger(ledger *l)
{
    kept_err err = KEPT_ERR_INIT;
    const char *base = getenv("TMPDIR");
    *l = (ledger){.store = NULL};
    snprintf(l->root, sizeof l->root, "%s/kept-test-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(l->root));
    snprintf(l->folder, sizeof l->folder, "%s/firm", l->root);
    CHECK_OK(kept_store_create(l->folder, NULL, &err));
    char folder[400];
    snprintf(folder, sizeof folder, "%s/catalogue", l->folder);
    mkdir(folder, 0700);
    snprintf(folder, sizeof folder, "%s/catalogue/records", l->folder);
    mkdir(folder, 0700);
    put_file(folder, "x_visit.yaml", visit_yaml);
    put_file(folder, "x_topic.yaml", topic_yaml);
    put_file(folder, "x_guest.yaml", guest_yaml);
    l->store = open_records(l->folder);
}

static inline void remove_ledger(ledger *l)
{
    kept_store_close(l->store);
    kept_arena_free(&l->arena);
    kept_folder_remove(l->root);
}

static inline const kept_record_kind *kind_of(const ledger *l, const char *name)
{
    const kept_record_kind *kind = kept_catalogue_record(kept_store_catalogue(l->store), name);
    assert_non_null(kind);
    return kind;
}

static inline const kept_record_field *field_of(const kept_record_kind *kind, const char *name)
{
    const kept_record_field *field = kept_record_field_find(kind, name);
    assert_non_null(field);
    return field;
}

/* Sets from "field=value" texts; a list has | between its texts; "field=" empties. */
static inline kept_edit edit_of(ledger *l, const char *kind, int64_t id, const char *const *fields)
{
    kept_set *sets = KEPT_NEW_N(&l->arena, kept_set, 32);
    size_t n = 0;
    for (; fields[n]; n++) {
        char *name = kept_arena_strdup(&l->arena, fields[n]);
        char *value = strchr(name, '=');
        *value++ = '\0';
        const char **texts = KEPT_NEW_N(&l->arena, const char *, 16);
        size_t parts = 0;
        while (*value) {
            texts[parts++] = value;
            char *bar = strchr(value, '|');
            if (!bar)
                break;
            *bar = '\0';
            value = bar + 1;
        }
        sets[n] = (kept_set){name, texts, parts};
    }
    return (kept_edit){.kind = kind_of(l, kind), .id = id, .sets = sets, .n_sets = n};
}
#define FIELDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_FIELDS   ((const char *const[]){NULL})

/* One edit in a writing of its own, by scope. */
static inline kept_status write_as(ledger *l, const kept_scope *scope, const kept_edit *edit,
                                   kept_edited *ret, kept_err *err)
{
    KEPT_AUTO_WRITING *w = NULL;
    KEPT_TRY(kept_writing_begin(l->store, scope, "test", &w, err));
    KEPT_TRY(kept_record_write(w, edit, ret, err));
    return kept_writing_commit(w, err);
}

static inline kept_edited put(ledger *l, const char *kind, int64_t id, const char *const *fields)
{
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    kept_edit edit = edit_of(l, kind, id, fields);
    CHECK_OK(write_as(l, &all, &edit, &edited, &err));
    return edited;
}

/* The refusal of an edit; its sentence stands in *err. */
static inline kept_status refused(ledger *l, const char *kind, int64_t id,
                                  const char *const *fields, kept_err *err)
{
    kept_edited edited = {0};
    kept_edit edit = edit_of(l, kind, id, fields);
    *err = (kept_err)KEPT_ERR_INIT;
    return write_as(l, &all, &edit, &edited, err);
}

static inline int64_t put_customer(ledger *l, const char *name, const char *external_id)
{
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    kept_edit edit = edit_of(l, "customer", 0, NO_FIELDS);
    const char *text[] = {name};
    edit.sets = (kept_set[]){{"name", text, 1}};
    edit.n_sets = 1;
    edit.external_id = external_id;
    CHECK_OK(write_as(l, &all, &edit, &edited, &err));
    return edited.ref.id;
}

static inline kept_record get(ledger *l, const char *kind, int64_t id)
{
    kept_err err = KEPT_ERR_INIT;
    kept_record record = {0};
    CHECK_OK(kept_record_get(l->store, &all, kind_of(l, kind), id, &l->arena, &record, &err));
    return record;
}

/* The value of a field as people write it, "" when it is empty. */
static inline const char *text_in(ledger *l, const kept_record *record, const char *field)
{
    bool ok = true;
    const kept_record_field *f = field_of(record->kind, field);
    const char *text =
        kept_value_text(f, &record->values[f - record->kind->fields], &l->arena, &ok);
    assert_true(ok);
    return text ? text : "";
}

static inline int64_t number_of(ledger *l, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(l->store->ledger.db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return number;
}

static inline void run_sql(ledger *l, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(l->store->ledger.db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
}

/* A scope that sees the customer records given. */
static inline kept_scope sees(ledger *l, const int64_t *records, size_t n)
{
    uint64_t *keys = KEPT_NEW_N(&l->arena, uint64_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        char sql[100];
        snprintf(sql, sizeof sql, "SELECT customer FROM customer_id WHERE record = %lld",
                 (long long)records[i]);
        keys[i] = (uint64_t)number_of(l, sql);
    }
    return (kept_scope){KEPT_SEES_SOME, keys, n, "manager", KEPT_NO_DAY, KEPT_NO_TIME, 0};
}

#endif
