/* Parameters of the commands of a kind, from its fields. Values go to the store as they are
 * written: there they are checked, for every way in alike. Closed lists are given here too, for
 * help and completion. */
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "general/record_parts.h"

static const kept_param id_param = {.name = "id",
                                    .type = KEPT_P_TEXT,
                                    .value = "ID",
                                    .positional = true,
                                    .required = true,
                                    .help = "short id, external id or unambiguous name"};
static const kept_param why_param = {
    .name = "why", .type = KEPT_P_TEXT, .value = "WORDS", .help = "reason, kept in the history"};
static const kept_param dry_run_param = {
    .name = "dry-run", .type = KEPT_P_FLAG, .help = "show what would come of it, change nothing"};
static const kept_param revision_param = {
    .name = "revision",
    .type = KEPT_P_INTEGER,
    .value = "N",
    .min = 1,
    .max = 1e15,
    .help = "refuse when the record has been changed since this revision"};
static const kept_param external_param = {
    .name = "external-id",
    .type = KEPT_P_TEXT,
    .value = "[SOURCE:]ID",
    .help = "id of the record in another system; without a source, the firm's own"};

static void put(kept_param *list, size_t *n, kept_param param)
{
    list[(*n)++] = param;
}

static bool state_param(const kept_record_kind *kind, kept_arena *arena, const char *help,
                        const char *last, bool positional, kept_param *param)
{
    const char **names = KEPT_NEW_N(arena, const char *, kind->n_states + 1);
    if (!names)
        return false;
    for (size_t i = 0; i < kind->n_states; i++)
        names[i] = kind->states[i].name;
    const char *choices = kept_param_words(arena, names, kind->n_states, last);
    *param = (kept_param){.name = "state",
                          .type = choices ? KEPT_P_CHOICE : KEPT_P_TEXT,
                          .value = "STATE",
                          .choices = choices,
                          .positional = positional,
                          .required = positional,
                          .help = help};
    return true;
}

/* Fields as options; those in places are given by place, in that order. */
static bool put_fields(const kept_record_kind *kind, kept_arena *arena, const char *const *places,
                       size_t n_places, kept_param *list, size_t *n)
{
    *n += n_places;
    for (size_t i = 0; i < kind->n_fields; i++) {
        const kept_record_field *field = &kind->fields[i];
        size_t place = 0;
        while (place < n_places && strcmp(places[place], field->name) != 0)
            place++;
        kept_param *param = place < n_places ? &list[place] : &list[(*n)++];
        if (!kept_field_param(field, arena, param))
            return false;
        param->positional = place < n_places;
        param->required = param->positional && (field->required || n_places > 1);
    }
    return true;
}

bool kept_record_params_fields(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                               size_t *n)
{
    return put_fields(kind, arena, NULL, 0, list, n);
}

static bool put_add(const kept_record_kind *kind, kept_arena *arena, const char *const *places,
                    size_t n_places, kept_param *list, size_t *n)
{
    if (!put_fields(kind, arena, places, n_places, list, n))
        return false;
    if (kind->n_states > 1 &&
        !state_param(kind, arena, "state to begin in", NULL, false, &list[(*n)++]))
        return false;
    put(list, n, external_param);
    put(list, n, why_param);
    put(list, n, dry_run_param);
    return true;
}

bool kept_record_params_add(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                            size_t *n)
{
    return put_add(kind, arena, &kind->label, 1, list, n);
}

bool kept_record_params_quick(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                              size_t *n)
{
    return put_add(kind, arena, kind->quick, kind->n_quick, list, n);
}

bool kept_record_params_edit(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                             size_t *n)
{
    put(list, n, id_param);
    if (!put_fields(kind, arena, NULL, 0, list, n))
        return false;
    put(list, n,
        (kept_param){.name = "clear",
                     .type = KEPT_P_TEXT,
                     .value = "FIELD",
                     .repeated = true,
                     .help = "empty this field"});
    put(list, n, external_param);
    put(list, n, revision_param);
    put(list, n, why_param);
    put(list, n, dry_run_param);
    return true;
}

bool kept_record_params_list(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                             size_t *n)
{
    if (!put_fields(kind, arena, NULL, 0, list, n))
        return false;
    for (size_t i = 0; i < *n; i++)
        list[i].repeated = false;
    if (kind->n_states > 1 &&
        !state_param(kind, arena, "only those in this state; all for closed ones too", "all", false,
                     &list[(*n)++]))
        return false;
    put(list, n,
        (kept_param){.name = "without",
                     .type = KEPT_P_TEXT,
                     .value = "FIELD",
                     .repeated = true,
                     .help = "only those where this field is empty"});
    put(list, n,
        (kept_param){
            .name = "archived", .type = KEPT_P_FLAG, .help = "those that were put away, too"});
    put(list, n,
        (kept_param){.name = "order",
                     .type = KEPT_P_TEXT,
                     .value = "FIELD",
                     .help = "order by this field, else by id"});
    put(list, n,
        (kept_param){.name = "descending", .type = KEPT_P_FLAG, .help = "last or largest first"});
    put(list, n,
        (kept_param){.name = "after",
                     .type = KEPT_P_TEXT,
                     .value = "ID",
                     .help = "go on behind this short id, the last of the page before"});
    put(list, n,
        (kept_param){.name = "limit",
                     .type = KEPT_P_INTEGER,
                     .value = "N",
                     .preset = "100",
                     .min = 1,
                     .max = 10000000,
                     .help = "at most so many"});
    return true;
}

bool kept_record_params_id(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                           size_t *n)
{
    (void)kind;
    (void)arena;
    put(list, n, id_param);
    return true;
}

bool kept_record_params_move(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                             size_t *n)
{
    put(list, n, id_param);
    if (!state_param(kind, arena, "state to move into", NULL, true, &list[(*n)++]))
        return false;
    put(list, n, revision_param);
    put(list, n, why_param);
    put(list, n, dry_run_param);
    return true;
}

bool kept_record_params_link(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                             size_t *n)
{
    const char **names = KEPT_NEW_N(arena, const char *, kind->n_fields + 1);
    size_t n_names = 0;
    if (!names)
        return false;
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].type == KEPT_RECORD_REFS &&
            !(names[n_names++] = kept_record_field_option(arena, &kind->fields[i])))
            return false;
    const char *choices = kept_param_words(arena, names, n_names, NULL);
    put(list, n, id_param);
    put(list, n,
        (kept_param){.name = "field",
                     .type = choices ? KEPT_P_CHOICE : KEPT_P_TEXT,
                     .value = "FIELD",
                     .choices = choices,
                     .positional = true,
                     .required = true,
                     .help = choices
                                 ? "which of its lists"
                                 : kept_arena_printf(arena, "which of its lists: %s", names[0])});
    put(list, n,
        (kept_param){.name = "other",
                     .type = KEPT_P_TEXT,
                     .value = "RECORD",
                     .positional = true,
                     .required = true,
                     .repeated = true,
                     .help = "record to link to"});
    put(list, n,
        (kept_param){.name = "remove", .type = KEPT_P_FLAG, .help = "take the links away"});
    put(list, n, revision_param);
    put(list, n, why_param);
    put(list, n, dry_run_param);
    return list[*n - 5].help != NULL;
}

bool kept_record_params_archive(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                                size_t *n)
{
    (void)kind;
    (void)arena;
    put(list, n, id_param);
    put(list, n, (kept_param){.name = "back", .type = KEPT_P_FLAG, .help = "bring it back"});
    put(list, n, revision_param);
    put(list, n, why_param);
    return true;
}

bool kept_record_params_revert(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                               size_t *n)
{
    (void)kind;
    (void)arena;
    put(list, n, id_param);
    put(list, n,
        (kept_param){.name = "change",
                     .type = KEPT_P_INTEGER,
                     .value = "CHANGE",
                     .positional = true,
                     .required = true,
                     .min = 1,
                     .max = 1e15,
                     .help = "number of the change, as the history shows it"});
    put(list, n, why_param);
    return true;
}

bool kept_record_params_none(const kept_record_kind *kind, kept_arena *arena, kept_param *list,
                             size_t *n)
{
    (void)kind;
    (void)arena;
    (void)list;
    (void)n;
    return true;
}
