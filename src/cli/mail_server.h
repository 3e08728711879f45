/* cli/mail_server.h - the mail server that results are sent through, as the environment names it.
 *
 *     KEPT_SMTP_URL            smtp://HOST[:PORT] or smtps://HOST[:PORT]
 *     KEPT_SMTP_FROM           the sender's address; else KEPT_SMTP_USER where that is an address
 *     KEPT_SMTP_USER           who signs in; not set: nobody does
 *     KEPT_SMTP_PASSWORD       the password, or
 *     KEPT_SMTP_PASSWORD_FILE  a file whose first line it is
 *     KEPT_SMTP_TLS            required, try or off; else required, and off for this machine itself
 */
#ifndef KEPT_CLI_MAIL_SERVER_H
#define KEPT_CLI_MAIL_SERVER_H

#include "kept/arena.h"
#include "kept/err.h"

typedef enum kept_tls {
    KEPT_TLS_REQUIRED,
    KEPT_TLS_TRY,
    KEPT_TLS_OFF,
} kept_tls;

typedef struct kept_mail_server {
    const char *url;
    const char *place; /* "mail.acme.com:587": how sentences name it */
    const char *from;
    const char *user;     /* NULL: no sign-in */
    const char *password; /* not NULL where there is a user; never shown */
    kept_tls tls;
} kept_mail_server;

/* Reads the environment and the file of the password; connects to nothing. KEPT_EARG: what is not
 * set or wrong, KEPT_EIO: the file. */
KEPT_MUST_CHECK kept_status kept_mail_server_read(kept_arena *arena, kept_mail_server *ret_server,
                                                  kept_err *err);

#endif
