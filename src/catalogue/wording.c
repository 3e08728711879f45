#include "catalogue/wording.h"

#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "catalogue/declare.h"

static const char what[] = "a check of wording";
static const char *const keys[] = {"requirements", "checks"};
static const char *const check_keys[] = {"check", "title",   "question", "advice",
                                         "words", "against", "drop"};
static const char *const names[] = {
    [KEPT_WORDING_WHO] = "who",          [KEPT_WORDING_WHAT] = "what",
    [KEPT_WORDING_WHEN] = "when",        [KEPT_WORDING_NUMBER] = "number",
    [KEPT_WORDING_SEEN] = "seen",        [KEPT_WORDING_VAGUE] = "vague",
    [KEPT_WORDING_THEIRS] = "theirs",    [KEPT_WORDING_ONE] = "one",
    [KEPT_WORDING_ABSOLUTE] = "absolute"};

/* --- Words in a text --- */

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80;
}

static char plain(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == '-' || c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
}

/* Bytes of text that are the word; 0: it does not begin with it. */
static size_t match(const char *text, const char *word)
{
    const char *t = text;
    for (const char *w = word; *w; w++, t++) {
        if (plain(*t) != plain(*w))
            return 0;
        while (plain(*w) == ' ' && plain(t[1]) == ' ')
            t++;
    }
    return in_word(word[strlen(word) - 1]) && in_word(*t) ? 0 : (size_t)(t - text);
}

const char *kept_wording_find(const char *text, const char *word, size_t *ret_len)
{
    for (const char *t = text; *word && *t; t++) {
        if (t > text && in_word(t[-1]) && in_word(*word))
            continue;
        *ret_len = match(t, word);
        if (*ret_len)
            return t;
    }
    return NULL;
}

/* --- Reading --- */

static bool same_word(const char *a, const char *b)
{
    size_t len = 0;
    return kept_wording_find(a, b, &len) == a && a[len] == '\0';
}

static size_t find_word(const char *const *words, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (same_word(words[i], word))
            return i;
    return n;
}

static const kept_yaml_node *item_of(const kept_yaml_node *list, size_t i)
{
    if (list->type != KEPT_YAML_LIST)
        return list; /* one text stands for a list of one */
    const kept_yaml_node *item = list->first;
    while (i--)
        item = item->next;
    return item;
}

/* Adds the words of a field to a list; none may stand there already. */
static kept_status add_words(const kept_yaml_node *map, const char *field, kept_arena *arena,
                             const char *const **words, size_t *n, kept_err *err)
{
    const kept_yaml_node *node = kept_yaml_get(map, field);
    const char *const *more = NULL;
    size_t n_more = 0;
    if (!node)
        return KEPT_OK;
    KEPT_TRY(kept_yaml_get_texts(map, field, arena, &more, &n_more, err));
    const char **all = KEPT_NEW_N(arena, const char *, *n + n_more);
    if (!all)
        return kept_nomem(err);
    for (size_t i = 0; i < *n; i++)
        all[i] = (*words)[i];
    for (size_t i = 0; i < n_more; i++) {
        const kept_yaml_node *item = item_of(node, i);
        if (!*more[i])
            return kept_yaml_fail(item, err, "An empty word stands in every text.");
        KEPT_TRY(kept_declare_one_line(item, more[i], err));
        if (find_word(all, *n, more[i]) < *n)
            return kept_yaml_fail(item, err, "\"%.*s\" stands in this list already.",
                                  KEPT_SHOWN(more[i], 60));
        all[(*n)++] = more[i];
    }
    *words = all;
    return KEPT_OK;
}

static kept_status drop_words(const kept_yaml_node *map, kept_arena *arena,
                              kept_wording_check *check, kept_err *err)
{
    const kept_yaml_node *node = kept_yaml_get(map, "drop");
    const char *const *drop = NULL;
    size_t n_drop = 0, n = 0;
    if (!node)
        return KEPT_OK;
    KEPT_TRY(kept_yaml_get_texts(map, "drop", arena, &drop, &n_drop, err));
    const char **left = KEPT_NEW_N(arena, const char *, check->n_words + 1);
    if (!left)
        return kept_nomem(err);
    for (size_t i = 0; i < n_drop; i++)
        if (find_word(check->words, check->n_words, drop[i]) == check->n_words)
            return kept_yaml_fail(item_of(node, i), err,
                                  "\"%.*s\" is not among the words of this check.",
                                  KEPT_SHOWN(drop[i], 60));
    for (size_t i = 0; i < check->n_words; i++)
        if (find_word(drop, n_drop, check->words[i]) == n_drop)
            left[n++] = check->words[i];
    check->words = left;
    check->n_words = n;
    return KEPT_OK;
}

static kept_status read_line(const kept_yaml_node *map, const char *field, bool own,
                             const char **ret, kept_err *err)
{
    return own && !kept_yaml_get(map, field) ? KEPT_OK
                                             : kept_declare_line(map, what, field, ret, err);
}

static kept_status read_check(const kept_yaml_node *map, bool own, bool *seen, kept_arena *arena,
                              kept_wording *wording, kept_err *err)
{
    size_t i = 0;
    KEPT_TRY(kept_yaml_expect_map(map, what, check_keys, KEPT_N(check_keys), err));
    KEPT_TRY(kept_declare_word(map, what, "check", names, KEPT_N(names), &i, err));
    if (seen[i])
        return kept_yaml_fail(map, err, "The check \"%s\" stands twice in this file.", names[i]);
    seen[i] = true;
    kept_wording_check *check = &wording->checks[i];
    KEPT_TRY(read_line(map, "title", own, &check->title, err));
    KEPT_TRY(read_line(map, "question", own, &check->question, err));
    KEPT_TRY(read_line(map, "advice", own, &check->advice, err));
    KEPT_TRY(drop_words(map, arena, check, err));
    KEPT_TRY(add_words(map, "words", arena, &check->words, &check->n_words, err));
    return add_words(map, "against", arena, &check->against, &check->n_against, err);
}

static kept_status read_file(const kept_declared_file *file, kept_arena *arena,
                             kept_wording *wording, kept_err *err)
{
    kept_yaml_node *root;
    bool seen[KEPT_N_WORDINGS] = {false};
    KEPT_TRY(kept_yaml_parse(file->text, file->len, file->name, arena, &root, err));
    KEPT_TRY(kept_yaml_expect_map(root, "the wording test", keys, KEPT_N(keys), err));
    const kept_yaml_node *list = kept_yaml_get(root, "checks");
    if (!list || list->type != KEPT_YAML_LIST)
        return kept_yaml_fail(list ? list : root, err,
                              "\"checks\" must be a list, each begun with \"- check:\".");
    for (const kept_yaml_node *c = list->first; c; c = c->next)
        KEPT_TRY(read_check(c, file->own, seen, arena, wording, err));
    return KEPT_OK;
}

kept_status kept_wording_load(const char *workspace_folder, kept_arena *arena,
                              kept_wording *ret_wording, kept_err *err)
{
    kept_declared_file *files;
    kept_wording wording = {0};
    size_t n = 0;
    KEPT_TRY(kept_declared_file_of(workspace_folder, "wording.yaml", arena, &files, &n, err));
    for (size_t i = 0; i < n; i++)
        KEPT_TRY(read_file(&files[i], arena, &wording, err));
    *ret_wording = wording;
    return KEPT_OK;
}
