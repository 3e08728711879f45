#include "cli/mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/array.h"
#include "present/format.h"

enum { CONNECT_SECONDS = 20, ALL_SECONDS = 60, REPLY_MOST = 200 };

/* The conversation with the server, as far as a sentence about its end needs it. */
typedef struct talk {
    const kept_mail_server *server;
    const kept_buf *message;
    size_t n_read;      /* bytes of message that are taken */
    bool handed_over;   /* all of it: what fails then may have been delivered all the same */
    kept_buf receiver;  /* the last one named to the server */
    kept_buf reply;     /* its last words, with their number: "550 No such user" */
    bool reply_goes_on; /* on the next line */
    enum { GREETED, FROM, TO, DATA } step; /* what the reply is about */
    bool left;                             /* we said good-bye: what comes now is about nothing */
    const volatile int *cancel;
    char why[CURL_ERROR_SIZE];
} talk;

/* --- What libcurl calls --- */

static size_t give_message(char *into, size_t size, size_t n, void *who)
{
    talk *t = who;
    size_t left = t->message->len - t->n_read;
    size_t len = size * n < left ? size * n : left;
    memcpy(into, kept_buf_text(t->message) + t->n_read, len);
    t->n_read += len;
    t->handed_over = t->n_read == t->message->len;
    return len;
}

static bool line_begins(const char *line, size_t len, const char *with)
{
    return len >= strlen(with) && strncmp(line, with, strlen(with)) == 0;
}

static void hear_command(talk *t, const char *line, size_t len)
{
    if (line_begins(line, len, "MAIL FROM:"))
        t->step = FROM;
    if (line_begins(line, len, "DATA"))
        t->step = DATA;
    if (line_begins(line, len, "QUIT"))
        t->left = true;
    if (!line_begins(line, len, "RCPT TO:<"))
        return;
    const char *address = line + strlen("RCPT TO:<");
    const char *end = memchr(address, '>', len - strlen("RCPT TO:<"));
    t->step = TO;
    kept_buf_clear(&t->receiver);
    if (end)
        kept_buf_add_n(&t->receiver, address, (size_t)(end - address));
}

/* Lines of one reply, "550-Not here," and "550 try elsewhere", become one text. */
static void hear_reply(talk *t, const char *line, size_t len)
{
    enum { NUMBER = 3 };
    if (t->left)
        return;
    while (len && (line[len - 1] == '\r' || line[len - 1] == '\n'))
        len--;
    if (!t->reply_goes_on) {
        kept_buf_clear(&t->reply);
        kept_buf_add_n(&t->reply, line, len < NUMBER ? len : NUMBER);
    }
    t->reply_goes_on = len > NUMBER && line[NUMBER] == '-';
    if (len <= NUMBER + 1 || t->reply.len >= REPLY_MOST)
        return;
    kept_buf_add(&t->reply, " ");
    kept_buf_add_n(&t->reply, line + NUMBER + 1, len - NUMBER - 1);
}

/* Signing in passes here too: only what is named above is kept, and nothing is printed. */
static int hear(CURL *curl, curl_infotype type, char *data, size_t len, void *who)
{
    (void)curl;
    if (type == CURLINFO_HEADER_OUT)
        hear_command(who, data, len);
    if (type == CURLINFO_HEADER_IN)
        hear_reply(who, data, len);
    return 0;
}

/* Not zero: stop. For an answer to our good-bye nobody waits. */
static int stops(void *who, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const talk *t = who;
    (void)a, (void)b, (void)c, (void)d;
    return t->left || (t->cancel && *t->cancel);
}

/* --- What went wrong --- */

static bool refused(const talk *t)
{
    return t->reply.len && (t->reply.data[0] == '4' || t->reply.data[0] == '5');
}

static void add_reply(kept_buf *out, const talk *t)
{
    kept_buf_printf(out, ": \"%.*s\"", KEPT_SHOWN(kept_buf_text(&t->reply), REPLY_MOST));
}

static void explain_refusal(const talk *t, kept_buf *out)
{
    const char *place = t->server->place;
    if (t->step == TO)
        kept_buf_printf(out, "%.100s refused the receiver %.100s, so nobody got it", place,
                        kept_buf_text(&t->receiver));
    else if (t->step == FROM)
        kept_buf_printf(out, "%.100s refused the sender %.100s (KEPT_SMTP_FROM)", place,
                        t->server->from);
    else
        kept_buf_printf(out, "%.100s refused it", place);
    add_reply(out, t);
}

static void explain(const talk *t, CURLcode code, kept_buf *out)
{
    const char *place = t->server->place;
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        kept_buf_printf(out, "no address is known of %.100s (KEPT_SMTP_URL)", place);
        return;
    case CURLE_COULDNT_CONNECT:
        kept_buf_printf(out, "no mail server answers at %.100s (KEPT_SMTP_URL)", place);
        return;
    case CURLE_USE_SSL_FAILED:
        kept_buf_printf(out,
                        "%.100s offers no encryption, which is asked for; KEPT_SMTP_TLS=off would "
                        "send it readable by all on the way",
                        place);
        return;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        kept_buf_printf(out, "no safe connection to %.100s could be made (%s)", place, t->why);
        return;
    case CURLE_LOGIN_DENIED:
        kept_buf_printf(out, "%.100s did not let \"%.*s\" (KEPT_SMTP_USER) sign in", place,
                        KEPT_SHOWN(t->server->user ? t->server->user : "", 100));
        if (refused(t))
            add_reply(out, t);
        return;
    case CURLE_OPERATION_TIMEDOUT:
        kept_buf_printf(out, "%.100s did not answer in time", place);
        return;
    default:
        if (refused(t))
            explain_refusal(t, out);
        else
            kept_buf_printf(out, "the connection to %.100s failed (%s)", place,
                            t->why[0] ? t->why : curl_easy_strerror(code));
    }
}

static kept_status fail(const talk *t, CURLcode code, const char *lead, kept_err *err)
{
    if (code == CURLE_OUT_OF_MEMORY)
        return kept_nomem(err);
    bool cancelled = code == CURLE_ABORTED_BY_CALLBACK;
    bool unsure = t->handed_over && !refused(t);
    KEPT_AUTO_BUF reason = KEPT_BUF_INIT;
    KEPT_AUTO_BUF clean = KEPT_BUF_INIT;
    if (cancelled)
        kept_buf_add(&reason, "it was stopped");
    else
        explain(t, code, &reason);
    kept_format_clean(&clean, kept_buf_text(&reason));
    return kept_fail(err, cancelled ? KEPT_ECANCELLED : KEPT_EIO, "%s mail %s: %s.", lead,
                     unsure ? "may not have arrived" : "was not sent", kept_buf_text(&clean));
}

/* --- Sending --- */

/* The certificates that servers are checked against: those of SSL_CERT_FILE, else those libcurl was
 * built for, else, where it runs on another system than that, those of this one. */
static const char *certificates(void)
{
    static const char *const others[] = {
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    };
    const char *named = getenv("SSL_CERT_FILE");
    if (named && named[0])
        return named;
    const char *built_for = curl_version_info(CURLVERSION_NOW)->cainfo;
    if (built_for && access(built_for, R_OK) == 0)
        return NULL;
    for (size_t i = 0; i < KEPT_N(others); i++)
        if (access(others[i], R_OK) == 0)
            return others[i];
    return NULL;
}

static CURLcode set_server(CURL *curl, const kept_mail_server *server)
{
    static const long use_tls[] = {[KEPT_TLS_REQUIRED] = CURLUSESSL_ALL,
                                   [KEPT_TLS_TRY] = CURLUSESSL_TRY,
                                   [KEPT_TLS_OFF] = CURLUSESSL_NONE};
    CURLcode code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    code = code ? code : curl_easy_setopt(curl, CURLOPT_URL, server->url);
    /* Straight there, whatever the environment says of other proxies. */
    code = code ? code : curl_easy_setopt(curl, CURLOPT_PROXY, "");
    code = code ? code : curl_easy_setopt(curl, CURLOPT_USE_SSL, use_tls[server->tls]);
    const char *trusted = certificates();
    if (trusted)
        code = code ? code : curl_easy_setopt(curl, CURLOPT_CAINFO, trusted);
    if (server->user) {
        code = code ? code : curl_easy_setopt(curl, CURLOPT_USERNAME, server->user);
        code = code ? code : curl_easy_setopt(curl, CURLOPT_PASSWORD, server->password);
    }
    return code;
}

static CURLcode set_talk(CURL *curl, talk *t)
{
    CURLcode code = curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_message);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_READDATA, t);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, hear);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_DEBUGDATA, t);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L); /* calls hear */
    code = code ? code : curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, stops);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L); /* calls stops */
    /* The good-bye is said within the transfer, while we listen. */
    code = code ? code : curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->why);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)ALL_SECONDS);
    return code ? code : curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
}

static CURLcode list_receivers(const kept_mail *mail, struct curl_slist **list)
{
    for (size_t i = 0; i < mail->n_to; i++) {
        struct curl_slist *longer = curl_slist_append(*list, mail->to[i]);
        if (!longer)
            return CURLE_OUT_OF_MEMORY;
        *list = longer;
    }
    return CURLE_OK;
}

static CURLcode transfer(CURL *curl, const kept_mail *mail, talk *t)
{
    struct curl_slist *to = NULL;
    CURLcode code = list_receivers(mail, &to);
    code = code ? code : set_server(curl, t->server);
    code = code ? code : set_talk(curl, t);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_MAIL_FROM, mail->from);
    code = code ? code : curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    code = code ? code : curl_easy_perform(curl);
    curl_slist_free_all(to);
    return code;
}

kept_status kept_mail_send(const kept_mail_server *server, const kept_mail *mail, const char *lead,
                           const volatile int *cancel, kept_err *err)
{
    KEPT_AUTO_BUF message = KEPT_BUF_INIT;
    KEPT_TRY(kept_mail_write(mail, &message, err));
    talk t = {.server = server, .message = &message, .cancel = cancel};
    CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code == CURLE_OK) {
        CURL *curl = curl_easy_init();
        code = curl ? transfer(curl, mail, &t) : CURLE_OUT_OF_MEMORY;
        curl_easy_cleanup(curl);
        curl_global_cleanup();
    }
    kept_status status = code == CURLE_OK ? KEPT_OK : fail(&t, code, lead, err);
    kept_buf_free(&t.receiver);
    kept_buf_free(&t.reply);
    return status;
}
