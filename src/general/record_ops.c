#include "general/record_ops.h"

#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "general/record_parts.h"

static const kept_record_verb verbs[] = {
    {.name = "",
     .summary = "Add %s in one line",
     .access = KEPT_WRITES,
     .role = KEPT_ROLE_CONTRIBUTOR,
     .params = kept_record_params_quick,
     .run = kept_record_run_add,
     .answers_record = true},
    {.name = "add",
     .summary = "Add %s",
     .detail = "With --external-id of a record that is there already, that record is changed "
               "instead, so the same line may be run twice.",
     .access = KEPT_WRITES,
     .role = KEPT_ROLE_CONTRIBUTOR,
     .params = kept_record_params_add,
     .run = kept_record_run_add,
     .answers_record = true},
    {.name = "list",
     .summary = "List %S",
     .detail = "Without --state, what is closed stays out; what is archived stays out without "
               "--archived. Every option of a field narrows the list.",
     .access = KEPT_READS,
     .role = KEPT_ROLE_VIEWER,
     .flags = KEPT_REPEATABLE,
     .params = kept_record_params_list,
     .run = kept_record_run_list,
     .answers_table = true},
    {.name = "show",
     .summary = "Show %s with what refers to it and its last changes",
     .example = "%s-12",
     .access = KEPT_READS,
     .role = KEPT_ROLE_VIEWER,
     .flags = KEPT_REPEATABLE,
     .params = kept_record_params_id,
     .run = kept_record_run_show,
     .answers_record = true},
    {.name = "edit",
     .summary = "Change fields of %s",
     .example = "%s-12 --why \"said at the review\"",
     .access = KEPT_WRITES,
     .role = KEPT_ROLE_CONTRIBUTOR,
     .flags = KEPT_REPEATABLE,
     .params = kept_record_params_edit,
     .run = kept_record_run_edit,
     .answers_record = true},
    {.name = "move",
     .summary = "Move %s into another state",
     .access = KEPT_WRITES,
     .role = KEPT_ROLE_CONTRIBUTOR,
     .flags = KEPT_REPEATABLE,
     .params = kept_record_params_move,
     .run = kept_record_run_move,
     .answers_record = true},
    {.name = "link",
     .summary = "Link %s to other records, or take links away",
     .access = KEPT_WRITES,
     .role = KEPT_ROLE_CONTRIBUTOR,
     .flags = KEPT_REPEATABLE,
     .params = kept_record_params_link,
     .run = kept_record_run_link,
     .answers_record = true},
    {.name = "archive",
     .summary = "Put %s away, or bring it back",
     .detail = "Nothing is deleted: an archived record stays out of lists and keeps its history.",
     .example = "%s-12 --why \"entered twice\"",
     .access = KEPT_WRITES,
     .role = KEPT_ROLE_CONTRIBUTOR,
     .flags = KEPT_REPEATABLE,
     .params = kept_record_params_archive,
     .run = kept_record_run_archive,
     .answers_record = true},
    {.name = "history",
     .summary = "Show every change of %s: who, when, old, new, why",
     .example = "%s-12",
     .access = KEPT_READS,
     .role = KEPT_ROLE_VIEWER,
     .flags = KEPT_REPEATABLE,
     .params = kept_record_params_id,
     .run = kept_record_run_history},
    {.name = "revert",
     .summary = "Bring %s back to how it stood after one of its changes",
     .detail = "The numbers of changes are those of the history. Reverting is a change of its own: "
               "nothing of the history is lost.",
     .example = "%s-12 345",
     .access = KEPT_WRITES,
     .role = KEPT_ROLE_CONTRIBUTOR,
     .params = kept_record_params_revert,
     .run = kept_record_run_revert,
     .answers_record = true},
    {.name = "import",
     .summary = "Load a file of %S",
     .detail =
         "The mapping from the file's columns is guessed from names and values, shown, and "
         "overridable with --map. Which record a row is: that with its id (a short id, or one of "
         "the source); without an id that with its name, where no two share a name; else a new "
         "one. An empty cell empties the field; fields without a column stay as they are.\n\n"
         "Rows that cannot be read or are refused are set aside in a file with line, column, "
         "value and reason; mended, it is imported again. All others are written at once. Rows "
         "may refer to each other in any order.",
     .example = "%S.csv --dry-run",
     .access = KEPT_WRITES,
     .role = KEPT_ROLE_CONTRIBUTOR,
     .flags = KEPT_LONG,
     .params = kept_record_params_import,
     .run = kept_record_run_import,
     .answers_import = true},
    {.name = "export",
     .summary = "Write all %S as a sheet to fill in and import again",
     .detail = "Everything in sight, with ids, what is closed or archived too. Imported again, it "
               "changes what was changed in it and nothing else; a row that somebody else changed "
               "in the meantime is set aside. Columns that end in _name are only to be read.",
     .example = "-o %S.csv",
     .access = KEPT_READS,
     .role = KEPT_ROLE_VIEWER,
     .flags = KEPT_LONG | KEPT_REPEATABLE | KEPT_CARDS,
     .params = kept_record_params_none,
     .run = kept_record_run_export,
     .answers_sheet = true},
    {.name = "form",
     .summary = "Write a form of %s to fill in and apply",
     .detail = "A text in YAML with every field, what it means and what it takes. Filled in, it is "
               "read by: kept apply FILE",
     .access = KEPT_READS,
     .role = KEPT_ROLE_VIEWER,
     .flags = KEPT_REPEATABLE | KEPT_DOCUMENT,
     .params = kept_record_params_none,
     .run = kept_record_run_form},
};

/* --- Words --- */

/* "Value proposition" becomes "value proposition"; "SLA" stays. */
static char *small(kept_arena *arena, const char *title)
{
    char *text = kept_arena_strdup(arena, title);
    bool word = text && text[0] >= 'A' && text[0] <= 'Z' && (text[1] < 'A' || text[1] > 'Z');
    if (word)
        text[0] = (char)(text[0] - 'A' + 'a');
    return text;
}

/* %s: "a promise"; %S: "promises"; in examples %s: "P", %S: "promise". */
static const char *fill(const kept_record_kind *kind, kept_arena *arena, const char *pattern,
                        bool example)
{
    const char *one = small(arena, kind->title), *many = small(arena, kind->plural);
    if (!one || !many)
        return NULL;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (const char *p = pattern; *p; p++) {
        if (*p != '%') {
            kept_buf_add_char(&out, *p);
            continue;
        }
        p++;
        if (example && *p == 'S')
            kept_buf_add(&out, kind->name);
        else if (example)
            kept_buf_add(&out, kind->prefix);
        else if (*p == 'S')
            kept_buf_add(&out, many);
        else
            kept_buf_printf(&out, "%s %s", strchr("aeio", one[0]) ? "an" : "a", one);
    }
    return out.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&out));
}

/* What stands by place: a record as its short id, words in quotes. */
static const char *quick_example(const kept_record_kind *kind, kept_arena *arena)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (size_t i = 0; i < kind->n_quick; i++) {
        const kept_record_field *field = kept_record_field_find(kind, kind->quick[i]);
        kept_buf_add(&out, i ? " " : "");
        if (field->type == KEPT_RECORD_REF)
            kept_buf_add(&out, "7");
        else
            kept_buf_printf(&out, "\"%s\"", field->title);
    }
    return kept_arena_strdup(arena, kept_buf_text(&out));
}

/* The command of a kind: product_line is product-line. */
static const char *example(const kept_record_kind *kind, const kept_record_verb *verb,
                           const char *name, kept_arena *arena)
{
    const char *rest = verb->example ? fill(kind, arena, verb->example, true) : "";
    if (verb->name[0] == '\0') {
        rest = quick_example(kind, arena);
    } else if (strcmp(verb->name, "add") == 0) {
        const kept_record_field *label = kept_record_field_find(kind, kind->label);
        rest = kept_arena_printf(arena, "\"%s\"", label ? label->title : "");
    } else if (strcmp(verb->name, "move") == 0) {
        rest = kept_arena_printf(arena, "%s-12 %s", kind->prefix,
                                 kind->states[kind->n_states - 1].name);
    } else if (strcmp(verb->name, "link") == 0) {
        for (size_t i = 0; i < kind->n_fields; i++)
            if (kind->fields[i].type == KEPT_RECORD_REFS) {
                char *option = kept_record_field_option(arena, &kind->fields[i]);
                rest = kept_arena_printf(arena, "%s-12 %s 7", kind->prefix, option ? option : "");
                break;
            }
    }
    if (!rest)
        return NULL;
    return kept_arena_printf(arena, "kept %s%s%s", name, rest[0] ? " " : "", rest);
}

static kept_stage stage_of(const kept_record_kind *kind)
{
    kept_stage stage = KEPT_GENERAL;
    (void)kept_stage_find(kind->stage, &stage);
    return stage;
}

/* --- One operation --- */

static bool has_refs(const kept_record_kind *kind)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].type == KEPT_RECORD_REFS)
            return true;
    return false;
}

static bool applies(const kept_record_kind *kind, const kept_record_verb *verb)
{
    if (verb->name[0] == '\0')
        return kind->n_quick > 0;
    if (strcmp(verb->name, "move") == 0)
        return kind->n_states > 1;
    if (strcmp(verb->name, "link") == 0)
        return has_refs(kind);
    return true;
}

static const void *const *one_def(kept_arena *arena, const void *def)
{
    const void **list = KEPT_NEW_N(arena, const void *, 2);
    if (list)
        list[0] = def;
    return list;
}

static kept_op *make_op(const kept_record_kind *kind, const kept_record_verb *verb,
                        const kept_op_family *family, const kept_record_shape *shape,
                        kept_arena *arena)
{
    kept_op *op = KEPT_NEW(arena, kept_op);
    kept_param *params = KEPT_NEW_N(arena, kept_param, KEPT_RECORD_PARAMS);
    size_t n = 0;
    if (!op || !params || !verb->params(kind, arena, params, &n))
        return NULL;
    kept_param *list = KEPT_NEW_N(arena, kept_param, n);
    if (!list)
        return NULL;
    memcpy(list, params, n * sizeof *list);
    *op = (kept_op){
        .name =
            kept_arena_printf(arena, "%s%s%s", family->name, verb->name[0] ? " " : "", verb->name),
        .stage = stage_of(kind),
        .summary = fill(kind, arena, verb->summary, false),
        .detail = verb->detail,
        .ids = kind->ids,
        .params = list,
        .n_params = n,
        .access = verb->access,
        .role = verb->role,
        .flags = kept_record_has_cards(kind) ? verb->flags : verb->flags & ~(unsigned)KEPT_CARDS,
        .family = family,
        .about = kind,
        .run = verb->run};
    if (!op->name || !op->summary || !(op->example = example(kind, verb, op->name, arena)))
        return NULL;
    if (verb->answers_record &&
        !(op->groups = (const kept_group_def *const *)one_def(arena, &shape->group)))
        return NULL;
    if (verb->answers_import) {
        op->groups = kept_record_import_groups;
        op->tables = kept_record_import_tables;
    }
    const kept_table_def *table = verb->answers_table                  ? &shape->table
                                  : verb->answers_sheet                ? &shape->sheet
                                  : strcmp(verb->name, "history") == 0 ? &kept_record_history_table
                                                                       : NULL;
    if (table && !(op->tables = (const kept_table_def *const *)one_def(arena, table)))
        return NULL;
    return op;
}

static kept_op_family *make_family(const kept_record_kind *kind, kept_arena *arena)
{
    kept_op_family *family = KEPT_NEW(arena, kept_op_family);
    kept_param *fields = KEPT_NEW_N(arena, kept_param, kind->n_fields);
    if (!family || !fields || !(family->name = kept_record_option(arena, kind->name)) ||
        !kept_record_params_fields(kind, arena, fields, &family->n_fields))
        return NULL;
    family->summary = kind->summary;
    family->fields = fields;
    return family;
}

kept_status kept_record_ops(const kept_catalogue *catalogue, kept_arena *arena,
                            kept_op_table *ret_table, kept_err *err)
{
    const kept_op **ops =
        KEPT_NEW_N(arena, const kept_op *, catalogue->n_records *KEPT_N(verbs) + 1);
    if (!ops)
        return kept_nomem(err);
    size_t n = 0;
    for (size_t k = 0; k < catalogue->n_records; k++) {
        const kept_record_kind *kind = catalogue->records[k];
        kept_op_family *family = make_family(kind, arena);
        kept_record_shape *shape;
        if (!family)
            return kept_nomem(err);
        KEPT_TRY(kept_record_shape_make(kind, arena, &shape, err));
        for (size_t v = 0; v < KEPT_N(verbs); v++) {
            if (!applies(kind, &verbs[v]))
                continue;
            if (!(ops[n++] = make_op(kind, &verbs[v], family, shape, arena)))
                return kept_nomem(err);
        }
    }
    *ret_table = (kept_op_table){ops, n};
    return KEPT_OK;
}
