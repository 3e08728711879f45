/* Every command that declarations tell people to run exists, with the options it is shown with. */
#include "support.h"

#include "base/text.h"
#include "catalogue/document.h"
#include "catalogue/rhythm.h"
#include "catalogue/start.h"
#include "catalogue/warning.h"
#include "op/globals.h"
#include "op/table.h"

enum { WORDS = 24, LETTERS = 80 };

typedef struct commands {
    kept_arena arena;
    kept_op_table ops;
    size_t n_checked;
} commands;

/* Words of a command up to where the sentence goes on; "..." is one word. */
static size_t read_words(const char *text, char words[WORDS][LETTERS])
{
    size_t n = 0;
    while (*text == ' ' && n < WORDS) {
        text++;
        bool quoted = *text == '"';
        const char *end = quoted ? strchr(text + 1, '"') : NULL;
        size_t len = end ? (size_t)(end + 1 - text) : strcspn(text, " \n");
        bool last = false;
        snprintf(words[n], LETTERS, "%.*s", (int)len, text);
        while (!quoted && len && strchr(".,;:)", words[n][len - 1])) {
            words[n][--len] = '\0';
            last = true;
        }
        text += last ? 0 : len;
        n += words[n][0] != '\0';
        if (last)
            break;
    }
    return n;
}

static bool has_option(const kept_op *op, const char *option)
{
    for (size_t i = 0; i < op->n_params; i++)
        if (strcmp(op->params[i].name, option) == 0)
            return true;
    for (size_t i = 0; i < KEPT_N_GLOBALS; i++)
        if (strcmp(kept_globals[i].name, option) == 0)
            return true;
    return false;
}

/* NULL: it exists; else what does not. */
static const char *fault(const commands *c, const char *text)
{
    char words[WORDS][LETTERS], name[3 * LETTERS];
    size_t n = read_words(text, words), used = 0;
    const kept_op *op = NULL;
    if (n == 0)
        return NULL; /* kept alone */
    for (size_t k = n < 3 ? n : 3; k > 0 && !op; k--) {
        snprintf(name, sizeof name, "%s%s%s%s%s", words[0], k > 1 ? " " : "", k > 1 ? words[1] : "",
                 k > 2 ? " " : "", k > 2 ? words[2] : "");
        op = kept_op_find(&c->ops, name);
        used = k;
    }
    if (!op)
        return "no such command";
    for (size_t i = used; i < n; i++)
        if (kept_text_starts(words[i], "--") && !has_option(op, words[i] + 2))
            return "no such option";
    return NULL;
}

static void check(commands *c, const char *source, const char *text)
{
    for (const char *p = text; p && (p = strstr(p, "kept")); p += 4) {
        bool begins = p == text || strchr(" (\n", p[-1]);
        if (!begins || p[4] != ' ')
            continue;
        const char *why = fault(c, p + 4);
        if (why)
            fail_msg("%s: %s in \"%s\"", source, why, p);
        c->n_checked++;
    }
}

void test_advice__names_commands_that_exist(void **state)
{
    (void)state;
    commands c = {0};
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue catalogue;
    kept_rhythms rhythms;
    kept_warnings warnings;
    kept_documents documents;
    kept_start start;
    CHECK_OK(kept_ops_load(NULL, &c.arena, &c.ops, &err));
    CHECK_OK(kept_catalogue_load(NULL, &c.arena, &catalogue, &err));
    CHECK_OK(kept_rhythms_load(NULL, &catalogue, &c.arena, &rhythms, &err));
    CHECK_OK(kept_warnings_load(NULL, &catalogue, &c.arena, &warnings, &err));
    CHECK_OK(kept_documents_load(NULL, &catalogue, &c.arena, &documents, &err));
    CHECK_OK(kept_start_load(NULL, &catalogue, &c.arena, &start, &err));
    for (size_t i = 0; i < rhythms.n; i++) {
        assert_true(kept_text_starts(rhythms.rhythms[i].advice, "kept "));
        check(&c, rhythms.rhythms[i].source, rhythms.rhythms[i].advice);
    }
    for (size_t i = 0; i < warnings.n; i++) {
        check(&c, warnings.warnings[i]->file, warnings.warnings[i]->advice);
        check(&c, warnings.warnings[i]->file, warnings.warnings[i]->missing);
    }
    for (size_t i = 0; i < documents.n; i++)
        for (size_t k = 0; k < documents.documents[i].n_sections; k++)
            check(&c, documents.documents[i].source, documents.documents[i].sections[k].empty);
    for (size_t i = 0; i < start.n; i++)
        check(&c, start.steps[i].source, start.steps[i].command);
    assert_true(c.n_checked > rhythms.n + warnings.n + start.n);
    kept_arena_free(&c.arena);
}

/* The check itself can fail. */
void test_advice__what_does_not_exist_is_found(void **state)
{
    (void)state;
    commands c = {0};
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_ops_load(NULL, &c.arena, &c.ops, &err));
    assert_null(fault(&c, ""));
    assert_null(fault(&c, " promise edit P-1 --owner NAME, and so on"));
    assert_null(fault(&c, " due --all -o due.ics"));
    assert_null(fault(&c, " measures run."));
    assert_non_null(fault(&c, " worksheet fill value_data"));
    assert_non_null(fault(&c, " promise edit P-1 --owns NAME"));
    assert_non_null(fault(&c, " \"promise edit\""));
    kept_arena_free(&c.arena);
}
