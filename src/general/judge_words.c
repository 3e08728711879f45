/* How a measure judges cases, in one sentence. */
#include "base/array.h"
#include "base/text.h"
#include "general/measures.h"

static void add(kept_buf *words, const char *before, const char *text)
{
    if (text)
        kept_buf_printf(words, "%s%s", before, text);
}

const char *kept_judge_words(const kept_measure *m, kept_arena *arena)
{
    const kept_judge *j = m->judge;
    KEPT_AUTO_BUF words = KEPT_BUF_INIT;
    if (j->grain)
        kept_buf_printf(&words, "each %s of %s", kept_measure_grain_name(j->grain), m->facts->name);
    else if (j->total)
        kept_buf_printf(&words, "each of %s, failures counted from %s", j->total->name,
                        m->facts->name);
    else
        kept_buf_printf(&words, "each of %s", m->facts->name);
    add(&words, " where ", m->where_text);
    add(&words, ", due ", j->due_text);
    add(&words, j->grain ? ", lasting from " : ", within the time promised from ", j->start_text);
    add(&words, j->grain ? " to " : ", done ", j->done_text);
    add(&words, ", good when ", j->good_text);
    add(&words, ", excused when ", j->excused_text);
    add(&words, ", missed by ", j->miss_text);
    add(&words, j->newest ? ", the newest of " : ", the mean of ", j->figure_text);
    return kept_arena_strdup(arena, kept_buf_text(&words));
}
