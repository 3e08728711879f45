#include "catalogue/trace.h"

#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "catalogue/declare.h"

static const char what[] = "a joint";
static const char *const keys[] = {"title", "requirements", "joints"};
static const char *const joint_keys[] = {"from", "to", "by", "sql", "orphan", "orphan_back"};

typedef struct reader {
    const kept_catalogue *catalogue;
    kept_arena *arena;
    kept_err *err;
} reader;

/* The kind that `key` names. */
static kept_status read_kind(reader *r, const kept_yaml_node *node, const char *key,
                             const kept_record_kind **ret_kind)
{
    const char *name = NULL;
    const char **names = KEPT_NEW_N(r->arena, const char *, r->catalogue->n_records);
    size_t i;
    if (!names)
        return kept_nomem(r->err);
    for (i = 0; i < r->catalogue->n_records; i++)
        names[i] = r->catalogue->records[i]->name;
    KEPT_TRY(kept_declare_text(node, what, key, &name, r->err));
    KEPT_TRY(kept_declare_find(kept_yaml_get(node, key), "a kind of record", name, names,
                               r->catalogue->n_records, &i, r->err));
    *ret_kind = r->catalogue->records[i];
    return KEPT_OK;
}

static bool refers_to(const kept_record_field *field, const kept_record_kind *kind)
{
    for (size_t i = 0; i < field->n_to; i++)
        if (strcmp(field->to[i], kind->name) == 0)
            return true;
    return false;
}

/* "promise.proposition": a field of either end that refers to the other. */
static kept_status read_by(reader *r, const kept_yaml_node *node, kept_joint *joint)
{
    const char *by = NULL;
    KEPT_TRY(kept_declare_text(node, what, "by", &by, r->err));
    const kept_yaml_node *at = kept_yaml_get(node, "by");
    const char *dot = strchr(by, '.');
    const char *name = dot ? kept_arena_strndup(r->arena, by, (size_t)(dot - by)) : NULL;
    if (!dot)
        return kept_yaml_fail(at, r->err,
                              "\"by\" names a field of one of two kinds of records: "
                              "KIND.FIELD.");
    if (!name)
        return kept_nomem(r->err);
    joint->field_of_from = strcmp(name, joint->from->name) == 0;
    const kept_record_kind *kind = joint->field_of_from ? joint->from : joint->to;
    const kept_record_kind *other = joint->field_of_from ? joint->to : joint->from;
    if (strcmp(kind->name, name) != 0)
        return kept_yaml_fail(at, r->err, "\"%.60s\" is neither %s nor %s.", name,
                              joint->from->name, joint->to->name);
    joint->field = kept_record_field_find(kind, dot + 1);
    if (!joint->field || !refers_to(joint->field, other))
        return kept_yaml_fail(at, r->err, "%s has no field \"%.60s\" that refers to %s.",
                              kind->name, dot + 1, other->name);
    return KEPT_OK;
}

static kept_status read_joint(reader *r, const kept_yaml_node *node, kept_joint *joint)
{
    *joint = (kept_joint){.source = node->source};
    KEPT_TRY(kept_yaml_expect_map(node, what, joint_keys, KEPT_N(joint_keys), r->err));
    KEPT_TRY(read_kind(r, node, "from", &joint->from));
    KEPT_TRY(kept_declare_text(node, what, "to", &joint->to_name, r->err));
    joint->to = kept_catalogue_record(r->catalogue, joint->to_name);
    KEPT_TRY(kept_yaml_get_text(node, "sql", &joint->sql, r->err));
    KEPT_TRY(kept_yaml_get_text(node, "orphan", &joint->orphan, r->err));
    KEPT_TRY(kept_yaml_get_text(node, "orphan_back", &joint->orphan_back, r->err));
    if (!joint->sql && !joint->to)
        KEPT_TRY(read_kind(r, node, "to", &joint->to));
    if (!joint->sql)
        return read_by(r, node, joint);
    if (kept_yaml_get(node, "by"))
        return kept_yaml_fail(node, r->err, "A joint has \"by\" or \"sql\", not both.");
    return KEPT_OK;
}

static kept_status read_file(reader *r, const kept_declared_file *file, kept_thread *thread)
{
    kept_yaml_node *root;
    KEPT_TRY(kept_yaml_parse(file->text, file->len, file->name, r->arena, &root, r->err));
    KEPT_TRY(kept_yaml_expect_map(root, "a thread", keys, KEPT_N(keys), r->err));
    if (!file->own)
        KEPT_TRY(kept_declare_line(root, "a thread", "title", &thread->title, r->err));
    const kept_yaml_node *list = kept_yaml_get(root, "joints");
    if (!list || list->type != KEPT_YAML_LIST)
        return kept_yaml_fail(list ? list : root, r->err,
                              "\"joints\" must be a list, each begun with \"- from:\".");
    kept_joint *joints = KEPT_NEW_N(r->arena, kept_joint, thread->n + list->n);
    if (!joints)
        return kept_nomem(r->err);
    if (thread->n)
        memcpy(joints, thread->joints, thread->n * sizeof *joints);
    for (const kept_yaml_node *c = list->first; c; c = c->next)
        KEPT_TRY(read_joint(r, c, &joints[thread->n++]));
    thread->joints = joints;
    return KEPT_OK;
}

kept_status kept_thread_load(const char *workspace_folder, const kept_catalogue *catalogue,
                             kept_arena *arena, kept_thread *ret_thread, kept_err *err)
{
    reader r = {catalogue, arena, err};
    kept_thread thread = {0};
    kept_declared_file *files;
    size_t n;
    KEPT_TRY(kept_declared_file_of(workspace_folder, "trace.yaml", arena, &files, &n, err));
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(read_file(&r, &files[i], &thread));
    *ret_thread = thread;
    return KEPT_OK;
}
