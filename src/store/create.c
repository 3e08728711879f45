#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/date.h"
#include "base/text.h"
#include "store/facts/files.h"
#include "store/inside.h"

/* ISO 4217, alphabetic codes in use. */
static const char currencies[] =
    " AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP"
    " BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP"
    " GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS"
    " KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR"
    " MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF"
    " SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD"
    " TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG ";

static kept_status check_currency(const char *currency, kept_err *err)
{
    char framed[6] = "     ";
    if (strlen(currency) == 3) {
        memcpy(framed + 1, currency, 3);
        if (strstr(currencies, framed))
            return KEPT_OK;
    }
    return kept_fail(err, KEPT_EARG,
                     "\"%s\" is not a currency code; write three capital letters as in EUR or USD "
                     "(ISO 4217).",
                     currency);
}

/* The engine knows the zones; it says so itself when it does not know one. */
static kept_status check_timezone(const char *timezone, kept_err *err)
{
    if (strcmp(timezone, "UTC") == 0)
        return KEPT_OK;
    kept_duck *duck = NULL;
    kept_duck_opts opts = {.threads = 1, .timezone = timezone};
    KEPT_TRY(kept_duck_open(&opts, &duck, err));
    kept_duck_close(duck);
    return KEPT_OK;
}

/* What a killed kept_store_create may have left in the folder. */
static bool is_ours(const char *name)
{
    static const char *const names[] = {
        ".",     "..",     "kept.new", "kept.new-journal", "kept.new-wal", "kept.new-shm",
        "facts", "rejects"};
    for (size_t i = 0; i < KEPT_N(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static kept_status check_empty(const char *folder, kept_err *err)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return kept_fail(err, errno == ENOTDIR ? KEPT_EINPUT : KEPT_EIO,
                         "%s cannot become a workspace (%s).", folder, strerror(errno));
    kept_status status = KEPT_OK;
    struct dirent *entry;
    while (status == KEPT_OK && (entry = readdir(dir))) {
        if (strcmp(entry->d_name, "kept.db") == 0)
            status = kept_fail(err, KEPT_EINPUT, "%s is a workspace already.", folder);
        else if (!is_ours(entry->d_name))
            status = kept_fail(err, KEPT_EINPUT,
                               "%s holds other files (%s); choose a new or an empty folder.",
                               folder, entry->d_name);
    }
    closedir(dir);
    return status;
}

static kept_status make_folders(const char *folder, kept_err *err)
{
    static const char *const below[] = {"facts", "rejects"};
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return kept_fail(err, KEPT_EIO, "The folder %s could not be made (%s).", folder,
                         strerror(errno));
    KEPT_TRY(check_empty(folder, err));
    for (size_t i = 0; i < KEPT_N(below); i++) {
        KEPT_AUTO_BUF path = KEPT_BUF_INIT;
        kept_buf_printf(&path, "%s/%s", folder, below[i]);
        if (path.failed)
            return kept_nomem(err);
        KEPT_TRY(kept_folder_make(kept_buf_text(&path), err));
    }
    return KEPT_OK;
}

static kept_status write_settings(const char *path, const char *name, const kept_store_opts *opts,
                                  kept_err *err)
{
    kept_ledger ledger = {0};
    KEPT_TRY(kept_ledger_open(path, true, &ledger, err));
    kept_status status = kept_ledger_begin(&ledger, err);
    if (status == KEPT_OK)
        status = kept_ledger_set(&ledger, "name", name, err);
    if (status == KEPT_OK && opts->currency && opts->currency[0])
        status = kept_ledger_set(&ledger, "currency", opts->currency, err);
    if (status == KEPT_OK)
        status = kept_ledger_set(&ledger, "timezone", opts->timezone ? opts->timezone : "UTC", err);
    if (status == KEPT_OK && opts->today) {
        char today[11];
        kept_day_write(opts->today, today);
        status = kept_ledger_set(&ledger, "today", today, err);
    }
    if (status == KEPT_OK)
        status = kept_ledger_commit(&ledger, err);
    kept_ledger_close(&ledger);
    return status;
}

static const char *folder_name(kept_arena *arena, const char *folder)
{
    char whole[PATH_MAX];
    const char *path = realpath(folder, whole) ? whole : folder;
    const char *slash = strrchr(path, '/');
    return kept_arena_strdup(arena, slash && slash[1] ? slash + 1 : path);
}

/* Under another name first: kept.db is there whole or not at all. */
static kept_status make_ledger(const char *folder, const kept_store_opts *opts, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *temp = kept_arena_printf(&arena, "%s/kept.new", folder);
    const char *path = kept_arena_printf(&arena, "%s/kept.db", folder);
    const char *name = opts->name ? opts->name : folder_name(&arena, folder);
    if (!temp || !path || !name)
        return kept_nomem(err);
    static const char *const tails[] = {"", "-journal", "-wal", "-shm"};
    for (size_t i = 0; i < KEPT_N(tails); i++) {
        const char *left = kept_arena_printf(&arena, "%s%s", temp, tails[i]);
        if (!left)
            return kept_nomem(err);
        unlink(left);
    }
    kept_catalogue catalogue = {0};
    KEPT_TRY(kept_catalogue_load(NULL, &arena, &catalogue, err));
    KEPT_TRY(kept_ledger_create(temp, &catalogue, err));
    KEPT_TRY(write_settings(temp, name, opts, err));
    kept_die_here("ledger made");
    return kept_file_publish(temp, path, err);
}

kept_status kept_store_create(const char *folder, const kept_store_opts *opts, kept_err *err)
{
    static const kept_store_opts defaults = {0};
    if (!opts)
        opts = &defaults;
    if (opts->currency && opts->currency[0])
        KEPT_TRY(check_currency(opts->currency, err));
    if (opts->timezone)
        KEPT_TRY(check_timezone(opts->timezone, err));
    KEPT_TRY(make_folders(folder, err));
    return make_ledger(folder, opts, err);
}
