#include "cli/mail_result.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "cli/mail.h"
#include "present/format.h"
#include "present/text.h"
#include "store/store.h"

enum { MAIL_WIDTH = 78, SUBJECT_MOST = 200 };

/* The title of the result, else "kept due - Acme Pumps": on one line and not too long, for it may
 * hold what somebody imported. */
static void add_subject(const kept_result *result, const kept_op *op, const kept_ctx *ctx,
                        kept_buf *out)
{
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    if (result->title)
        kept_buf_add(&text, result->title);
    else
        kept_buf_printf(&text, "kept %s%s%s", op->name, ctx->store ? " - " : "",
                        ctx->store ? kept_store_name(ctx->store) : "");
    KEPT_AUTO_BUF clean = KEPT_BUF_INIT;
    kept_format_clean(&clean, kept_buf_text(&text));
    kept_buf_printf(out, "%.*s", KEPT_SHOWN(kept_buf_text(&clean), SUBJECT_MOST));
    out->failed = out->failed || text.failed || clean.failed;
}

/* 32 hexadecimal digits that no other message has. */
static kept_status add_id(kept_buf *out, kept_err *err)
{
    unsigned char bytes[16];
    if (getentropy(bytes, sizeof bytes) != 0)
        return kept_fail(err, KEPT_EIO, "The system gives no random numbers: %s.", strerror(errno));
    for (size_t i = 0; i < sizeof bytes; i++)
        kept_buf_printf(out, "%02x", bytes[i]);
    return KEPT_OK;
}

static void say_sent(const kept_output *output)
{
    fputs("Sent:", stderr);
    for (size_t i = 0; i < output->n_mail_to; i++)
        fprintf(stderr, "%s %s", i ? "," : "", output->mail_to[i]);
    fputs("\n", stderr);
}

kept_status kept_mail_result(const kept_result *result, const kept_op *op,
                             const kept_output *output, const char *command,
                             const kept_mail_server *server, const kept_ctx *ctx, kept_err *err)
{
    const kept_screen screen = {.width = MAIL_WIDTH, .advice = !output->quiet};
    KEPT_AUTO_BUF subject = KEPT_BUF_INIT;
    KEPT_AUTO_BUF id = KEPT_BUF_INIT;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    KEPT_AUTO_BUF page = KEPT_BUF_INIT;
    add_subject(result, op, ctx, &subject);
    KEPT_TRY(add_id(&id, err));
    if (result->document) {
        kept_buf_add(&text, result->document);
    } else {
        kept_present_text(result, &screen, &text);
        KEPT_TRY(kept_output_html(result, op, command, &page, err));
    }
    if (subject.failed || id.failed || text.failed || page.failed)
        return kept_nomem(err);
    const kept_mail mail = {
        .from = server->from,
        .to = output->mail_to,
        .n_to = output->n_mail_to,
        .subject = output->mail_subject ? output->mail_subject : kept_buf_text(&subject),
        .time = kept_time_now(),
        .id = kept_buf_text(&id),
        .text = kept_buf_text(&text),
        .html = result->document ? NULL : kept_buf_text(&page),
    };
    const char *lead = op->access == KEPT_WRITES
                           ? "The command was carried out and its changes stand, but the"
                           : "The";
    KEPT_TRY(kept_mail_send(server, &mail, lead, ctx->cancel, err));
    if (!output->quiet)
        say_sent(output);
    return KEPT_OK;
}
