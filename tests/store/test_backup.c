/* Backups: made while others write, read back, damaged in every way, restored. */
#include "workspace.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <sodium.h>
#include <zip.h>

#include "store/backup_int.h"
#include "store/ledger/copy.h"

static void put_file(const workspace *w, const char *name, const char *text)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", w->folder, name);
    for (char *p = path + strlen(w->folder) + 1; (p = strchr(p, '/')); *p++ = '/') {
        *p = '\0';
        mkdir(path, 0777);
    }
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    fclose(f);
}

/* A workspace with two imports (one with a vector), a proof and a declaration of its own. */
static void make_firm(workspace *w)
{
    make_workspace(w);
    import_orders(w, "('A','1','x','2024-01-01',1), ('B','1','x','2024-01-02',2)");
    import_orders(w, "('B','1','x','2024-01-02',22), ('C','1','z','2024-01-03',3)");
    put_file(w, "files/ab/proof \u00e9.txt", "a proof");
    put_file(w, "catalogue/.note", "");
}

static char *path_of(const workspace *w, const char *name)
{
    static char path[600];
    snprintf(path, sizeof path, "%s/%s", w->root, name);
    return path;
}

static kept_backup make_backup(workspace *w, const char *name, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_backup backup = {0};
    const kept_backup_opts opts = {.kept = "1.2.3"};
    CHECK_OK(
        kept_backup_create(w->store, everyone(), path_of(w, name), &opts, arena, &backup, &err));
    return backup;
}

static kept_backup check_backup(const workspace *w, const char *name, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_backup backup = {0};
    CHECK_OK(kept_backup_check(path_of(w, name), NULL, arena, &backup, &err));
    return backup;
}

/* Entries of a folder, to see that nothing was left. */
static size_t entries(const char *folder)
{
    DIR *dir = opendir(folder);
    size_t n = 0;
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    if (dir)
        closedir(dir);
    return n;
}

void test_backup__there_and_back(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    workspace w, again = {0};
    make_firm(&w);
    kept_backup made = make_backup(&w, "b.zip", &arena);
    /* kept.db, two files of facts, one vector, proof, note. */
    assert_int_equal(made.members, 6);
    assert_int_equal(made.imports, 2);
    assert_int_equal(entries(w.root), 2); /* the workspace and the backup */
    kept_backup found = check_backup(&w, "b.zip", &arena);
    assert_int_equal(found.n_faults, 0);
    assert_int_equal(found.members, 6);
    assert_int_equal(found.bytes, made.bytes);
    assert_int_equal(found.made_at, made.made_at);
    assert_string_equal(found.kept, "1.2.3");
    assert_string_equal(found.firm, "firm");
    assert_string_equal(found.head, made.head);
    char *before = orders_text(&w, everyone(), &arena);

    memcpy(&again, &w, sizeof w);
    snprintf(again.folder, sizeof again.folder, "%s/again", w.root);
    char backup[600];
    snprintf(backup, sizeof backup, "%s", path_of(&w, "b.zip"));
    CHECK_OK(kept_backup_restore(backup, again.folder, NULL, &arena, &found, &err));
    assert_int_equal(entries(w.root), 3);
    open_workspace(&again);
    assert_string_equal(orders_text(&again, everyone(), &arena), before);
    CHECK_OK(kept_import_undo(again.store, everyone(), 2, &err));
    assert_string_equal(orders_text(&again, everyone(), &arena), "A/1=1.0 B/1=2.0");
    struct stat info;
    assert_int_equal(stat(path_of(&w, "again/files/ab/proof \u00e9.txt"), &info), 0);
    assert_int_equal(info.st_size, 7);
    close_workspace(&again);
    remove_workspace(&w);
}

void test_backup__where_it_may_go(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    workspace w;
    make_firm(&w);
    kept_backup backup = make_backup(&w, "b.zip", &arena);
    char path[600];
    snprintf(path, sizeof path, "%s", path_of(&w, "b.zip"));
    assert_int_equal(kept_backup_create(w.store, everyone(), path, NULL, &arena, &backup, &err),
                     KEPT_EARG);
    CHECK_CONTAINS(err.msg, "--replace");
    const kept_backup_opts replace = {.replace = true};
    CHECK_OK(kept_backup_create(w.store, everyone(), path, &replace, &arena, &backup, &err));
    assert_int_equal(kept_backup_create(w.store, everyone(), path_of(&w, "no/b.zip"), NULL, &arena,
                                        &backup, &err),
                     KEPT_EIO);
    CHECK_CONTAINS(err.msg, "no/b.zip could not be written");
    static const kept_scope nobody = KEPT_SCOPE_NOBODY;
    assert_int_equal(
        kept_backup_create(w.store, &nobody, path_of(&w, "n.zip"), NULL, &arena, &backup, &err),
        KEPT_EDENIED);

    /* Into an empty folder, not into one with something in it, not over a file. */
    mkdir(path_of(&w, "empty"), 0777);
    CHECK_OK(kept_backup_restore(path, path_of(&w, "empty/"), NULL, &arena, &backup, &err));
    assert_int_equal(kept_backup_restore(path, path_of(&w, "empty"), NULL, &arena, &backup, &err),
                     KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "is not empty");
    assert_int_equal(kept_backup_restore(path, path, NULL, &arena, &backup, &err), KEPT_EINPUT);
    assert_int_equal(
        kept_backup_restore(path_of(&w, "none.zip"), path_of(&w, "r"), NULL, &arena, &backup, &err),
        KEPT_ENOTFOUND);
    assert_int_equal(entries(w.root), 3);
    remove_workspace(&w);
}

void test_backup__refuses_damaged_facts(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    workspace w;
    kept_backup backup;
    make_firm(&w);
    put_file(&w, "facts/orders/1.parquet", "something else");
    assert_int_equal(
        kept_backup_create(w.store, everyone(), path_of(&w, "b.zip"), NULL, &arena, &backup, &err),
        KEPT_ECORRUPT);
    CHECK_CONTAINS(err.msg, "facts/orders/1.parquet is damaged");
    assert_int_equal(entries(w.root), 1);
    remove_workspace(&w);
}

/* The bytes of the backup with one changed, or cut off, at places all over it: never found whole,
 * never restored. */
void test_backup__finds_every_damage(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    workspace w;
    make_firm(&w);
    kept_backup backup = make_backup(&w, "b.zip", &arena);
    static unsigned char bytes[1 << 20];
    FILE *f = fopen(path_of(&w, "b.zip"), "rb");
    size_t len = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    assert_int_equal(len, backup.packed);
    char bad[600];
    snprintf(bad, sizeof bad, "%s", path_of(&w, "bad.zip"));
    size_t found = 0, tried = 0;
    for (size_t at = 0; at < len; at += len / 60, tried++) {
        bool cut = tried % 2;
        f = fopen(bad, "wb");
        bytes[at] ^= 0x41;
        assert_int_equal(fwrite(bytes, 1, cut ? at : len, f), cut ? at : len);
        bytes[at] ^= 0x41;
        fclose(f);
        kept_backup looked = {0};
        KEPT_AUTO_ARENA scratch = KEPT_ARENA_INIT;
        CHECK_OK(kept_backup_check(bad, NULL, &scratch, &looked, &err));
        found += looked.n_faults > 0;
        kept_status status =
            kept_backup_restore(bad, path_of(&w, "r"), NULL, &scratch, &looked, &err);
        /* Some bytes of a zip mean nothing (times, attributes): then both agree that it is whole.
         */
        assert_int_equal(status, looked.n_faults ? KEPT_ECORRUPT : KEPT_OK);
        if (status == KEPT_OK)
            kept_folder_remove(path_of(&w, "r"));
        assert_int_equal(entries(w.root), 3);
    }
    assert_true(tried >= 60);
    assert_true(found >= tried - 3);
    remove_workspace(&w);
}

/* --- Archives that somebody made --- */

typedef struct forged {
    const char *name, *text;
    const char *claimed_name; /* in the manifest; NULL: name, "": not there */
    int64_t claimed_bytes;    /* 0: as they are */
} forged;

static void hash_of(const char *text, char out[static KEPT_HASH_TEXT])
{
    unsigned char raw[32];
    crypto_generichash(raw, sizeof raw, (const unsigned char *)text, strlen(text), NULL, 0);
    sodium_bin2hex(out, KEPT_HASH_TEXT, raw, sizeof raw);
}

static void forge(const char *path, const forged *items, size_t n)
{
    kept_buf out = KEPT_BUF_INIT;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    assert_non_null(zip);
    kept_buf_add(&out,
                 "{\"backup_form\":1,\"kept\":\"x\",\"firm\":\"x\",\"ledger_form\":1,"
                 "\"made_at\":\"2026-01-01T00:00:00Z\",\"imports\":0,\"changes\":0,\"head\":\"");
    for (int i = 0; i < 64; i++)
        kept_buf_add_char(&out, '0');
    kept_buf_add(&out, "\",\"members\":[");
    size_t named = 0;
    for (size_t i = 0; i < n; i++) {
        char hash[KEPT_HASH_TEXT];
        const char *name = items[i].claimed_name ? items[i].claimed_name : items[i].name;
        hash_of(items[i].text, hash);
        zip_source_t *source = zip_source_buffer(zip, items[i].text, strlen(items[i].text), 0);
        assert_true(zip_file_add(zip, items[i].name, source, ZIP_FL_ENC_UTF_8) >= 0);
        if (!name[0])
            continue;
        kept_buf_printf(&out, "%s{\"name\":\"%s\",\"bytes\":%lld,\"blake2b\":\"%s\"}",
                        named++ ? "," : "", name,
                        (long long)(items[i].claimed_bytes ? items[i].claimed_bytes
                                                           : (int64_t)strlen(items[i].text)),
                        hash);
    }
    kept_buf_add(&out, "]}");
    zip_source_t *source = zip_source_buffer(zip, kept_buf_text(&out), out.len, 0);
    assert_true(zip_file_add(zip, KEPT_BACKUP_MANIFEST, source, 0) >= 0);
    assert_int_equal(zip_close(zip), 0);
    kept_buf_free(&out);
}

void test_backup__refuses_what_was_forged(void **state)
{
    (void)state;
    static const struct {
        forged items[2];
        size_t n;
        const char *says;
    } cases[] = {
        {{{"kept.db", "no ledger at all", NULL, 0}}, 1, "is no ledger"},
        {{{"kept.db", "x", NULL, 0}, {"../evil", "x", NULL, 0}}, 2, "which no backup holds"},
        {{{"kept.db", "x", NULL, 0}, {"facts/../../evil", "x", NULL, 0}},
         2,
         "which no backup holds"},
        {{{"kept.db", "x", NULL, 0}, {"/etc/evil", "x", NULL, 0}}, 2, "which no backup holds"},
        {{{"kept.db", "x", NULL, 0}, {"facts/a\\\\b", "x", NULL, 0}}, 2, "which no backup holds"},
        {{{"kept.db", "x", NULL, 0}, {"kept.db-wal", "x", NULL, 0}}, 2, "which no backup holds"},
        {{{"kept.db", "x", NULL, 0}, {"files/a", "x", "", 0}}, 2, "is not in the manifest"},
        {{{"kept.db", "x", NULL, 0}, {"files/a", "x", "files/b", 0}}, 2, "is missing"},
        {{{"kept.db", "x", NULL, 0}, {"files/a", "x", "kept.db", 0}}, 2, "a member twice"},
        {{{"files/a", "x", NULL, 0}}, 1, "names no kept.db"},
        {{{"kept.db", "xy", NULL, 1}}, 1, "is longer than it was"},
        {{{"kept.db", "xy", NULL, 3}}, 1, "is shorter than it was"},
        {{{"kept.db", "xy", NULL, INT64_C(1) << 50}}, 1, "more than a file of its size can"},
    };
    workspace w;
    make_workspace(&w);
    char path[600];
    snprintf(path, sizeof path, "%s", path_of(&w, "forged.zip"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_backup found = {0};
        forge(path, cases[i].items, cases[i].n);
        CHECK_OK(kept_backup_check(path, NULL, &arena, &found, &err));
        assert_true(found.n_faults > 0);
        CHECK_CONTAINS(found.faults[0].what, cases[i].says);
        assert_int_equal(kept_backup_restore(path, path_of(&w, "r"), NULL, &arena, &found, &err),
                         KEPT_ECORRUPT);
        CHECK_CONTAINS(err.msg, cases[i].says);
        CHECK_CONTAINS(err.msg, "Nothing was restored");
        assert_int_equal(entries(w.root), 2);
    }
    remove_workspace(&w);
}

/* Two members over the same packed bytes make a small file claim much: 200 MB of zeros pack into
 * 200 kB, twice is still possible, six times is not. */
void test_backup__refuses_a_bomb(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    static const char manifest[] =
        "{\"backup_form\":1,\"kept\":\"x\",\"firm\":\"x\",\"ledger_form\":1,"
        "\"made_at\":\"2026-01-01T00:00:00Z\",\"imports\":0,\"changes\":0,\"head\":\"%064d\","
        "\"members\":[{\"name\":\"kept.db\",\"bytes\":%lld,\"blake2b\":\"%064d\"}]}";
    char text[1024];
    workspace w;
    make_workspace(&w);
    for (int i = 0; i < 2; i++) {
        int64_t bytes = i ? INT64_MAX : 1100 * 1000;
        char path[600];
        kept_backup found = {0};
        snprintf(path, sizeof path, "%s", path_of(&w, "bomb.zip"));
        snprintf(text, sizeof text, manifest, 0, (long long)bytes, 0);
        zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
        zip_source_t *source = zip_source_buffer(zip, text, strlen(text), 0);
        assert_true(zip_file_add(zip, KEPT_BACKUP_MANIFEST, source, 0) >= 0);
        assert_int_equal(zip_close(zip), 0);
        CHECK_OK(kept_backup_check(path, NULL, &arena, &found, &err));
        CHECK_CONTAINS(found.faults[0].what, "more than a file of its size can");
    }
    remove_workspace(&w);
}

/* --- While others write --- */

/* Imports again and again, and joins files now and then; a writer that meets another waits for the
 * next turn. Ends when it is killed. */
static void write_for_ever(workspace *w)
{
    kept_open_opts opts = {.to_write = true, .threads = 1};
    for (int i = 0;; i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_import import;
        char values[100];
        snprintf(values, sizeof values, "('N%d','1','y','2024-02-01',1)", i);
        if (kept_store_open(w->folder, &opts, &w->store, &err) != KEPT_OK)
            continue;
        if (kept_store__duck_for(w->store, NULL, 0, &w->duck, &err) == KEPT_OK) {
            (void)!import_sql(w, "orders", orders_of(&arena, values), false, &import, &err);
            if (i % 4 == 3)
                (void)!kept_compact(w->store, "orders", NULL, NULL, &err);
        }
        close_workspace(w);
    }
}

/* Every backup made meanwhile is whole. */
void test_backup__while_others_write(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    workspace w;
    int64_t imports = 0;
    make_firm(&w);
    close_workspace(&w);
    pid_t child = fork();
    if (child == 0) {
        write_for_ever(&w);
        _exit(7);
    }
    for (int i = 0; i < 8; i++) {
        char name[20];
        kept_backup backup = {0};
        snprintf(name, sizeof name, "%d.zip", i);
        CHECK_OK(kept_store_open(w.folder, NULL, &w.store, &err));
        CHECK_OK(kept_backup_create(w.store, everyone(), path_of(&w, name), NULL, &arena, &backup,
                                    &err));
        kept_store_close(w.store);
        w.store = NULL;
        kept_backup found = check_backup(&w, name, &arena);
        assert_int_equal(found.n_faults, 0);
        imports = found.imports;
    }
    assert_true(imports > 2); /* there was somebody */
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    open_workspace(&w);
    remove_workspace(&w);
}

static void kill_making(workspace *w, const char *step, const char *restore)
{
    pid_t child = fork();
    if (child == 0) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_backup backup;
        setenv("KEPT_DIE_AT", step, 1);
        if (restore)
            (void)!kept_backup_restore(path_of(w, "b.zip"), restore, NULL, &arena, &backup, &err);
        else
            (void)!kept_backup_create(w->store, everyone(), path_of(w, "k.zip"), NULL, &arena,
                                      &backup, &err);
        _exit(7);
    }
    int how = 0;
    waitpid(child, &how, 0);
    assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
}

/* Killed before the end there is no backup and no workspace of that name. */
void test_backup__killed(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    workspace w;
    char folder[600];
    make_firm(&w);
    (void)make_backup(&w, "b.zip", &arena);
    kill_making(&w, "backup written", NULL);
    assert_int_equal(access(path_of(&w, "k.zip"), F_OK), -1);
    snprintf(folder, sizeof folder, "%s", path_of(&w, "r"));
    kill_making(&w, "backup unpacked", folder);
    assert_int_equal(access(folder, F_OK), -1);
    remove_workspace(&w);
}
