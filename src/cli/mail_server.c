#include "cli/mail_server.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "present/mail.h"

/* NULL: not set or empty. */
static const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

/* What stands behind "smtp://" or "smtps://", NULL when the URL begins otherwise. */
static const char *behind_scheme(const char *url, bool *ret_encrypted)
{
    *ret_encrypted = kept_text_starts(url, "smtps://");
    if (*ret_encrypted)
        return url + strlen("smtps://");
    return kept_text_starts(url, "smtp://") ? url + strlen("smtp://") : NULL;
}

static bool is_plain(const char *text)
{
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c > 126)
            return false;
    return true;
}

/* The URL itself stands in no sentence before it is known to hold no password. */
static kept_status read_url(kept_arena *arena, kept_mail_server *server, bool *ret_encrypted,
                            kept_err *err)
{
    server->url = setting("KEPT_SMTP_URL");
    if (!server->url)
        return kept_fail(err, KEPT_EARG,
                         "--mail needs a mail server: set KEPT_SMTP_URL, as "
                         "smtp://mail.example.com:587, and KEPT_SMTP_FROM, the sender's address.");
    if (strchr(server->url, '@'))
        return kept_fail(err, KEPT_EARG,
                         "KEPT_SMTP_URL names the server alone: who signs in is said by "
                         "KEPT_SMTP_USER and KEPT_SMTP_PASSWORD.");
    const char *rest = behind_scheme(server->url, ret_encrypted);
    size_t len = rest ? strcspn(rest, "/?#") : 0;
    if (len == 0 || rest[0] == ':' || !is_plain(rest))
        return kept_fail(err, KEPT_EARG,
                         "KEPT_SMTP_URL is \"%.*s\" but has to be smtp://HOST:PORT or "
                         "smtps://HOST:PORT.",
                         KEPT_SHOWN(server->url, 100));
    char *place = kept_arena_strdup(arena, rest);
    if (!place)
        return kept_nomem(err);
    place[len] = '\0';
    server->place = place;
    return KEPT_OK;
}

/* Whether place is this machine: what is sent there passes no network. */
static bool is_here(const char *place)
{
    static const char *const names[] = {"localhost", "[::1]"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t len = strlen(names[i]);
        if (kept_text_starts(place, names[i]) && (place[len] == '\0' || place[len] == ':'))
            return true;
    }
    size_t len = strcspn(place, ":");
    return kept_text_starts(place, "127.") && strspn(place, "0123456789.") == len;
}

static kept_status read_tls(kept_mail_server *server, bool encrypted, kept_err *err)
{
    const char *word = setting("KEPT_SMTP_TLS");
    server->tls = is_here(server->place) && !encrypted ? KEPT_TLS_OFF : KEPT_TLS_REQUIRED;
    if (!word)
        return KEPT_OK;
    if (strcmp(word, "required") == 0)
        server->tls = KEPT_TLS_REQUIRED;
    else if (strcmp(word, "try") == 0)
        server->tls = KEPT_TLS_TRY;
    else if (strcmp(word, "off") == 0)
        server->tls = KEPT_TLS_OFF;
    else
        return kept_fail(err, KEPT_EARG, "KEPT_SMTP_TLS is required, try or off, not \"%.*s\".",
                         KEPT_SHOWN(word, 60));
    if (encrypted && server->tls != KEPT_TLS_REQUIRED)
        return kept_fail(err, KEPT_EARG,
                         "KEPT_SMTP_TLS=%s contradicts KEPT_SMTP_URL, where smtps:// asks for "
                         "encryption.",
                         word);
    return KEPT_OK;
}

static kept_status read_password_file(kept_arena *arena, const char *path,
                                      const char **ret_password, kept_err *err)
{
    enum { MOST = 1024 };
    char line[MOST] = "";
    FILE *f = fopen(path, "r");
    bool ok = f && (fgets(line, sizeof line, f) || !ferror(f));
    int why = errno;
    if (f)
        fclose(f);
    if (!ok)
        return kept_fail(err, KEPT_EIO, "Cannot read \"%.*s\" (KEPT_SMTP_PASSWORD_FILE): %s.",
                         KEPT_SHOWN(path, 200), strerror(why));
    size_t len = strcspn(line, "\r\n");
    if (len == 0 || len == MOST - 1)
        return kept_fail(err, KEPT_EARG,
                         "The first line of \"%.*s\" (KEPT_SMTP_PASSWORD_FILE) is %s.",
                         KEPT_SHOWN(path, 200), len ? "too long for a password" : "empty");
    line[len] = '\0';
    *ret_password = kept_arena_strdup(arena, line);
    return *ret_password ? KEPT_OK : kept_nomem(err);
}

static kept_status read_sign_in(kept_arena *arena, kept_mail_server *server, kept_err *err)
{
    server->user = setting("KEPT_SMTP_USER");
    if (!server->user)
        return KEPT_OK;
    server->password = setting("KEPT_SMTP_PASSWORD");
    const char *path = setting("KEPT_SMTP_PASSWORD_FILE");
    if (!server->password && path)
        return read_password_file(arena, path, &server->password, err);
    if (!server->password)
        return kept_fail(err, KEPT_EARG,
                         "KEPT_SMTP_USER is set, but neither KEPT_SMTP_PASSWORD nor "
                         "KEPT_SMTP_PASSWORD_FILE.");
    return KEPT_OK;
}

static kept_status read_from(kept_mail_server *server, kept_err *err)
{
    server->from = setting("KEPT_SMTP_FROM");
    if (!server->from && server->user && strchr(server->user, '@'))
        server->from = server->user;
    if (!server->from)
        return kept_fail(err, KEPT_EARG,
                         "--mail needs a sender: set KEPT_SMTP_FROM to the address that mails come "
                         "from.");
    return kept_mail_check_address("KEPT_SMTP_FROM", server->from, err);
}

kept_status kept_mail_server_read(kept_arena *arena, kept_mail_server *ret_server, kept_err *err)
{
    kept_mail_server server = {0};
    bool encrypted = false;
    KEPT_TRY(read_url(arena, &server, &encrypted, err));
    KEPT_TRY(read_tls(&server, encrypted, err));
    KEPT_TRY(read_sign_in(arena, &server, err));
    KEPT_TRY(read_from(&server, err));
    *ret_server = server;
    return KEPT_OK;
}
