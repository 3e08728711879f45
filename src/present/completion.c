#include "present/completion.h"

#include "base/array.h"
#include "present/markup.h"

kept_status kept_completion(const char *shell, kept_buf *out, kept_err *err)
{
    static const char *const scripts[][2] = {
        {"bash", "completion.bash"}, {"zsh", "completion.zsh"}, {"fish", "completion.fish"}};
    for (size_t i = 0; i < KEPT_N(scripts); i++) {
        if (!kept_text_equal(scripts[i][0], shell))
            continue;
        kept_buf_add(out, kept_markup_file(scripts[i][1]));
        return out->failed ? kept_nomem(err) : KEPT_OK;
    }
    return kept_fail(err, KEPT_EARG, "Completion is written for bash, zsh or fish, not \"%.80s\".",
                     shell);
}
