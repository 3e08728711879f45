/* cli/mail_result.h - the result of a command sent by mail (--mail). */
#ifndef KEPT_CLI_MAIL_RESULT_H
#define KEPT_CLI_MAIL_RESULT_H

#include "cli/mail_server.h"
#include "cli/output.h"
#include "op/ctx.h"

/* Sends the result as the text of a terminal and as the page of a file, or, where it is a text of
 * its own form, as that text. Says on standard error to whom it went. Errors as kept_mail_send; of
 * an operation that writes the sentence says that its changes stand. */
KEPT_MUST_CHECK kept_status kept_mail_result(const kept_result *result, const kept_op *op,
                                             const kept_output *output, const char *command,
                                             const kept_mail_server *server, const kept_ctx *ctx,
                                             kept_err *err);

#endif
