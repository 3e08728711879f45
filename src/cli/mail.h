/* cli/mail.h - a message handed to a mail server (SMTP, through libcurl). */
#ifndef KEPT_CLI_MAIL_H
#define KEPT_CLI_MAIL_H

#include <stdbool.h>

#include "base/text.h"
#include "cli/mail_server.h"
#include "kept/err.h"
#include "present/mail.h"

/* Sends mail to all its receivers or to none. lead begins the sentence about a failure, before
 * "mail was not sent": "The", or what stands all the same. Waits at most 20 seconds for a
 * connection and 60 for all of it. KEPT_EARG: as kept_mail_write; KEPT_EIO: the server is not
 * there, refuses or fails; KEPT_ECANCELLED: *cancel (NULL: cannot) was set. */
KEPT_MUST_CHECK kept_status kept_mail_send(const kept_mail_server *server, const kept_mail *mail,
                                           const char *lead, const volatile int *cancel,
                                           kept_err *err);

#endif
