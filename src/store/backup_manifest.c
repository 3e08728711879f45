/* The manifest of a backup: JSON out, and strictly in. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/date.h"
#include "store/backup_int.h"
#include "store/facts/import.h"

/* --- Members --- */

kept_status kept__manifest_add(kept__manifest *manifest, kept_arena *arena,
                               const kept__member *member, kept_err *err)
{
    if (manifest->n == manifest->room) {
        size_t room = manifest->room ? 2 * manifest->room : 64;
        kept__member *more = KEPT_NEW_N(arena, kept__member, room);
        if (!more)
            return kept_nomem(err);
        if (manifest->n)
            memcpy(more, manifest->members, manifest->n * sizeof *more);
        manifest->members = more;
        manifest->room = room;
    }
    kept__member *m = &manifest->members[manifest->n];
    *m = *member;
    m->name = kept_arena_strdup(arena, member->name);
    m->path = kept_arena_strdup(arena, member->path);
    if (!m->name || (member->path && !m->path))
        return kept_nomem(err);
    manifest->n++;
    return KEPT_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const kept__member *)a)->name, ((const kept__member *)b)->name);
}

void kept__manifest_sort(kept__manifest *manifest)
{
    if (manifest->n)
        qsort(manifest->members, manifest->n, sizeof *manifest->members, by_name);
}

const kept__member *kept__manifest_find(const kept__manifest *manifest, const char *name)
{
    const kept__member key = {.name = name};
    return manifest->n ? bsearch(&key, manifest->members, manifest->n, sizeof key, by_name) : NULL;
}

/* --- Names --- */

static bool part_ok(const char *part, size_t len)
{
    if (len == 0 || len > 255 || (len == 1 && part[0] == '.') ||
        (len == 2 && part[0] == '.' && part[1] == '.'))
        return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)part[i] < 0x20 || part[i] == 0x7f || part[i] == '\\')
            return false;
    return true;
}

bool kept__member_name_ok(const char *name)
{
    static const char *const folders[] = {"facts/", "rejects/", "files/", "catalogue/"};
    if (strcmp(name, "kept.db") == 0)
        return true;
    bool inside = false;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        inside |= kept_text_starts(name, folders[i]);
    size_t len = strnlen(name, 4096);
    if (!inside || len >= 4096 || !kept_text_utf8(name, len))
        return false;
    int depth = 0;
    for (const char *part = name;; depth++) {
        const char *slash = strchr(part, '/');
        if (depth > KEPT_BACKUP_DEPTH ||
            !part_ok(part, slash ? (size_t)(slash - part) : strlen(part)))
            return false;
        if (!slash)
            return true;
        part = slash + 1;
    }
}

/* --- Writing --- */

static int put(const char *text, size_t len, void *out)
{
    kept_buf_add_n(out, text, len);
    return 0;
}

static void add_text(kept_buf *out, const char *name, const char *text)
{
    json_t *value = json_string(text); /* NULL when it is no UTF-8 */
    kept_buf_printf(out, "\"%s\": ", name);
    if (!value || json_dump_callback(value, put, out, JSON_ENCODE_ANY) != 0)
        kept_buf_add(out, "\"\"");
    json_decref(value);
}

void kept__manifest_write(const kept__manifest *manifest, kept_buf *out)
{
    const kept_backup *a = &manifest->about;
    char time[32];
    kept_time_write(a->made_at, time);
    kept_buf_printf(out, "{\n  \"backup_form\": %d,\n  ", (int)KEPT_BACKUP_FORM);
    add_text(out, "kept", a->kept ? a->kept : "");
    kept_buf_printf(out, ",\n  \"ledger_form\": %lld,\n  \"made_at\": \"%s\",\n  ",
                    (long long)a->ledger_form, time);
    add_text(out, "firm", a->firm ? a->firm : "");
    kept_buf_printf(out, ",\n  \"imports\": %lld,\n  \"changes\": %lld,\n  \"head\": \"%s\",\n",
                    (long long)a->imports, (long long)a->changes, a->head);
    kept_buf_add(out, "  \"members\": [");
    for (size_t i = 0; i < manifest->n; i++) {
        const kept__member *m = &manifest->members[i];
        kept_buf_add(out, i ? ",\n    {" : "\n    {");
        add_text(out, "name", m->name);
        kept_buf_printf(out, ", \"bytes\": %lld, \"blake2b\": \"%s\"}", (long long)m->bytes,
                        m->hash);
    }
    kept_buf_add(out, "\n  ]\n}\n");
}

/* --- Reading --- */

static kept_status bad(kept_err *err, const char *what)
{
    return kept_fail(err, KEPT_ECORRUPT, "its manifest %s", what);
}

static bool take_int(const json_t *object, const char *name, int64_t *ret)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *ret = json_integer_value(value);
    return true;
}

/* NULL: not a text. */
static const char *take_text(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static bool is_hash(const char *text)
{
    return text && strlen(text) == KEPT_HASH_TEXT - 1 &&
           strspn(text, "0123456789abcdef") == KEPT_HASH_TEXT - 1;
}

static kept_status read_member(const json_t *item, kept_arena *arena, kept__manifest *manifest,
                               kept_err *err)
{
    kept__member m = {.name = take_text(item, "name")};
    const char *hash = take_text(item, "blake2b");
    if (!m.name || !is_hash(hash) || !take_int(item, "bytes", &m.bytes))
        return bad(err, "has a member without name, size or hash");
    if (!kept__member_name_ok(m.name))
        return kept_fail(err, KEPT_ECORRUPT, "its manifest names \"%.*s\", which no backup holds",
                         KEPT_SHOWN(m.name, 100));
    if (m.bytes > INT64_MAX - manifest->about.bytes)
        return bad(err, "has impossible sizes");
    memcpy(m.hash, hash, sizeof m.hash);
    manifest->about.bytes += m.bytes;
    return kept__manifest_add(manifest, arena, &m, err);
}

static kept_status read_about(const json_t *root, kept_arena *arena, kept_backup *a, kept_err *err)
{
    int64_t form = 0;
    const char *made_at = take_text(root, "made_at");
    const char *head = take_text(root, "head");
    if (!take_int(root, "backup_form", &form) || form < 1)
        return bad(err, "is not one of Kept");
    if (form > KEPT_BACKUP_FORM)
        return kept_fail(err, KEPT_ECORRUPT,
                         "it was made by a newer Kept (form %lld, this program knows %d)",
                         (long long)form, (int)KEPT_BACKUP_FORM);
    if (!take_text(root, "kept") || !take_text(root, "firm") || !is_hash(head) || !made_at ||
        !kept_time_read(made_at, false, &a->made_at) ||
        !take_int(root, "ledger_form", &a->ledger_form) ||
        !take_int(root, "imports", &a->imports) || !take_int(root, "changes", &a->changes))
        return bad(err, "is not complete");
    a->kept = kept_arena_strdup(arena, take_text(root, "kept"));
    a->firm = kept_arena_strdup(arena, take_text(root, "firm"));
    a->head = kept_arena_strdup(arena, head);
    return a->kept && a->firm && a->head ? KEPT_OK : kept_nomem(err);
}

static kept_status read_root(const json_t *root, kept_arena *arena, kept__manifest *m,
                             kept_err *err)
{
    KEPT_TRY(read_about(root, arena, &m->about, err));
    const json_t *members = json_object_get(root, "members");
    if (!json_is_array(members) || json_array_size(members) > KEPT_BACKUP_MEMBERS_MAX)
        return bad(err, "lists no members");
    for (size_t i = 0; i < json_array_size(members); i++)
        KEPT_TRY(read_member(json_array_get(members, i), arena, m, err));
    kept__manifest_sort(m);
    for (size_t i = 1; i < m->n; i++)
        if (strcmp(m->members[i - 1].name, m->members[i].name) == 0)
            return bad(err, "names a member twice");
    if (!kept__manifest_find(m, "kept.db"))
        return bad(err, "names no kept.db");
    m->about.members = (int64_t)m->n;
    return KEPT_OK;
}

kept_status kept__manifest_read(const char *text, size_t len, kept_arena *arena,
                                kept__manifest *ret_manifest, kept_err *err)
{
    json_error_t fault;
    kept__manifest manifest = {0};
    json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &fault);
    if (!json_is_object(root)) {
        json_decref(root);
        return bad(err, "is no JSON object");
    }
    kept_status status = read_root(root, arena, &manifest, err);
    json_decref(root);
    KEPT_TRY(status);
    *ret_manifest = manifest;
    return KEPT_OK;
}
