#include "catalogue/start.h"

#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "catalogue/declare.h"

static const char what[] = "a step";
static const char *const keys[] = {"measures", "steps", "requirements"};
static const char *const step_keys[] = {"step", "stage", "pack", "requirements",
                                        "when", "find",  "say",  "command"};

static kept_status read_pack(const kept_yaml_node *node, const kept_catalogue *catalogue,
                             kept_step *step, kept_err *err)
{
    step->pack = "core";
    KEPT_TRY(kept_yaml_get_text(node, "pack", &step->pack, err));
    if (kept_catalogue_pack(catalogue, step->pack))
        return KEPT_OK;
    return kept_yaml_fail(kept_yaml_get(node, "pack"), err, "There is no pack \"%.*s\".",
                          KEPT_SHOWN(step->pack, 60));
}

static kept_status read_condition(const kept_yaml_node *node, kept_arena *arena, kept_step *step,
                                  kept_err *err)
{
    const char *when = NULL;
    KEPT_TRY(kept_yaml_get_text(node, "when", &when, err));
    KEPT_TRY(kept_yaml_get_text(node, "find", &step->find, err));
    if ((when != NULL) == (step->find != NULL))
        return kept_yaml_fail(node, err,
                              "A step has one of \"when\", a condition, and \"find\", a SELECT.");
    if (!when)
        return KEPT_OK;
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "SELECT 1 AS applies WHERE (");
    kept_buf_add(&sql, when);
    kept_buf_add(&sql, "\n)");
    step->find = sql.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&sql));
    return step->find ? KEPT_OK : kept_nomem(err);
}

static kept_status read_step(const kept_yaml_node *node, const kept_catalogue *catalogue, bool own,
                             kept_arena *arena, kept_step *step, kept_err *err)
{
    size_t stage;
    *step = (kept_step){.source = node->source, .own = own};
    KEPT_TRY(kept_yaml_expect_map(node, what, step_keys, KEPT_N(step_keys), err));
    KEPT_TRY(kept_declare_name(node, what, "step", own, &step->name, err));
    KEPT_TRY(kept_declare_word(node, what, "stage", kept_stages, KEPT_STAGE_NAMES, &stage, err));
    step->stage = kept_stages[stage];
    KEPT_TRY(read_pack(node, catalogue, step, err));
    KEPT_TRY(read_condition(node, arena, step, err));
    KEPT_TRY(kept_declare_line(node, what, "say", &step->say, err));
    KEPT_TRY(kept_declare_line(node, what, "command", &step->command, err));
    if (!kept_text_starts(step->command, "kept "))
        return kept_yaml_fail(kept_yaml_get(node, "command"), err,
                              "A command is written out, as \"kept import orders FILE\".");
    return KEPT_OK;
}

static kept_status read_file(const kept_declared_file *file, kept_arena *arena,
                             const kept_yaml_node **ret_list, kept_err *err)
{
    kept_yaml_node *root;
    KEPT_TRY(kept_yaml_parse(file->text, file->len, file->name, arena, &root, err));
    KEPT_TRY(kept_yaml_expect_map(root, "what to do next", keys, KEPT_N(keys), err));
    const kept_yaml_node *list = kept_yaml_get(root, "steps");
    if (list && list->type != KEPT_YAML_LIST)
        return kept_yaml_fail(list, err, "\"steps\" must be a list, each begun with \"- step:\".");
    *ret_list = list;
    return KEPT_OK;
}

/* Those of the workspace stand for all, where it names any. */
static kept_status read_measures(const kept_declared_file *files, size_t n_files, kept_arena *arena,
                                 kept_start *start, kept_err *err)
{
    for (size_t i = 0; i < n_files; i++) {
        kept_yaml_node *root;
        KEPT_TRY(kept_yaml_parse(files[i].text, files[i].len, files[i].name, arena, &root, err));
        KEPT_TRY(kept_yaml_get_texts(root, "measures", arena, &start->measures, &start->n_measures,
                                     err));
    }
    return KEPT_OK;
}

static kept_status check_once(const kept_yaml_node *node, const kept_step *steps, size_t n,
                              kept_err *err)
{
    for (size_t i = 0; i + 1 < n; i++)
        if (strcmp(steps[i].name, steps[n - 1].name) == 0)
            return kept_yaml_fail(kept_yaml_get(node, "step"), err,
                                  "There is a step \"%s\" already.", steps[i].name);
    return KEPT_OK;
}

kept_status kept_start_load(const char *workspace_folder, const kept_catalogue *catalogue,
                            kept_arena *arena, kept_start *ret_start, kept_err *err)
{
    enum { FILES = 2 };
    kept_declared_file *files;
    const kept_yaml_node *lists[FILES];
    size_t n_files, room = 0, n = 0;
    kept_start start = {0};
    KEPT_TRY(kept_declared_file_of(workspace_folder, "start.yaml", arena, &files, &n_files, err));
    for (size_t i = 0; i < n_files; i++) {
        KEPT_TRY(read_file(&files[i], arena, &lists[i], err));
        room += lists[i] ? lists[i]->n : 0;
    }
    kept_step *steps = KEPT_NEW_N(arena, kept_step, room);
    if (!steps)
        return kept_nomem(err);
    for (size_t i = n_files; i-- > 0;)
        for (const kept_yaml_node *c = lists[i] ? lists[i]->first : NULL; c; c = c->next) {
            KEPT_TRY(read_step(c, catalogue, files[i].own, arena, &steps[n++], err));
            KEPT_TRY(check_once(c, steps, n, err));
        }
    KEPT_TRY(read_measures(files, n_files, arena, &start, err));
    start.steps = steps;
    start.n = n;
    *ret_start = start;
    return KEPT_OK;
}
