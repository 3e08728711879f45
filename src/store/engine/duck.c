#include "store/engine/duck.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/mem.h"
#include "base/text.h"

enum {
    SPARE_MAX = 8,         /* sessions kept for the next query */
    POLL_NANOS = 20000000, /* how often a running query looks at the cancel flag */
    DEFAULT_MEMORY_MIB = 2048,
};

/* Every open result has a session of its own, because a new statement on a session ends the result
 * that is being read from it. */
struct kept_duck {
    duckdb_database db;
    duckdb_connection main;
    duckdb_connection spare[SPARE_MAX]; /* last in, first out */
    size_t n_spare;
    size_t serial;

    const volatile int *cancel;
    bool watching; /* the thread runs */
    pthread_t watcher;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t wake;
    bool stop;
    bool main_busy;
    kept_duck_rows *open; /* list of results not yet freed */
};

struct kept_duck_rows {
    kept_duck *duck;
    kept_duck_rows *next;
    duckdb_connection connection;
    duckdb_result result;
    duckdb_data_chunk chunk;
    size_t n_columns;
    bool at_end;
    void **data; /* per column, of the current chunk */
    uint64_t **known;
};

/* --- Errors --- */

static kept_status status_of(duckdb_error_type type, const char *text)
{
    static const char *const damage[] = {
        "No magic bytes",     "too small to be a Parquet", "orrupt",
        "TProtocolException", "ecompression failed",       "ecompression failure",
        "Invalid Parquet",    "don't know what type"};
    switch (type) {
    case DUCKDB_ERROR_INTERRUPT:
        return KEPT_ECANCELLED;
    case DUCKDB_ERROR_OUT_OF_MEMORY:
        return KEPT_ENOMEM;
    case DUCKDB_ERROR_OUT_OF_RANGE:
        return KEPT_ENUM;
    default:
        break;
    }
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++)
        if (strstr(text, damage[i]))
            return KEPT_ECORRUPT;
    if (strstr(text, "No space left on device") || type == DUCKDB_ERROR_IO)
        return KEPT_EIO;
    return KEPT_EINTERNAL;
}

/* The engine's text is "Kind Error: sentence\n\nhints ...": the sentence alone is passed on. */
static kept_status fail_with(duckdb_error_type type, const char *text, kept_err *err)
{
    static const char mark[] = " Error: ";
    if (!text)
        text = "no reason given";
    kept_status status = status_of(type, text);
    const char *cut = strstr(text, mark);
    const char *end = strchr(text, '\n');
    if (cut && (!end || cut < end))
        text = cut + strlen(mark);
    size_t len = strcspn(text, "\n");
    while (len && (text[len - 1] == '.' || text[len - 1] == ' ' || text[len - 1] == ':'))
        len--;
    if (len > 360)
        len = 360;
    switch (status) {
    case KEPT_ECANCELLED:
        return kept_fail(err, status, "Cancelled.");
    case KEPT_ENOMEM:
        return kept_fail(err, status, "The engine needs more memory than its limit allows (%.*s).",
                         (int)len, text);
    case KEPT_EIO:
        if (strstr(text, "No space left on device"))
            return kept_fail(err, status, "The disk is full: %.*s.", (int)len, text);
        return kept_fail(err, status, "A file could not be read or written: %.*s.", (int)len, text);
    case KEPT_ECORRUPT:
        return kept_fail(err, status, "A file is damaged: %.*s.", (int)len, text);
    case KEPT_ENUM:
        return kept_fail(err, status, "A number does not fit: %.*s.", (int)len, text);
    default:
        return kept_fail(err, status, "The engine refused a step: %.*s.", (int)len, text);
    }
}

static kept_status fail_result(duckdb_result *result, kept_err *err)
{
    return fail_with(duckdb_result_error_type(result), duckdb_result_error(result), err);
}

/* Preparing already opens Parquet and JSON files, but reports its errors as text alone. */
static kept_status fail_text(const char *text, kept_err *err)
{
    static const struct {
        const char *start;
        duckdb_error_type type;
    } kinds[] = {{"IO Error", DUCKDB_ERROR_IO},
                 {"INTERRUPT", DUCKDB_ERROR_INTERRUPT},
                 {"Out of Memory", DUCKDB_ERROR_OUT_OF_MEMORY}};
    duckdb_error_type type = DUCKDB_ERROR_INVALID;
    for (size_t i = 0; text && i < sizeof kinds / sizeof kinds[0]; i++)
        if (kept_text_starts(text, kinds[i].start))
            type = kinds[i].type;
    return fail_with(type, text, err);
}

/* --- Cancelling: a thread that looks at the flag while something runs --- */

static void interrupt_running(kept_duck *duck)
{
    if (duck->main_busy)
        duckdb_interrupt(duck->main);
    for (kept_duck_rows *rows = duck->open; rows; rows = rows->next)
        duckdb_interrupt(rows->connection);
}

static void *watch(void *context)
{
    kept_duck *duck = context;
    pthread_mutex_lock(&duck->lock);
    while (!duck->stop) {
        if (!duck->main_busy && !duck->open) {
            pthread_cond_wait(&duck->wake, &duck->lock);
            continue;
        }
        if (*duck->cancel)
            interrupt_running(duck);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += POLL_NANOS;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&duck->wake, &duck->lock, &until);
    }
    pthread_mutex_unlock(&duck->lock);
    return NULL;
}

static void set_main_busy(kept_duck *duck, bool busy)
{
    pthread_mutex_lock(&duck->lock);
    duck->main_busy = busy;
    pthread_cond_signal(&duck->wake);
    pthread_mutex_unlock(&duck->lock);
}

static bool cancelled(const kept_duck *duck)
{
    return duck->cancel && *duck->cancel;
}

/* --- Opening --- */

static kept_status configure(duckdb_config config, const kept_duck_opts *opts, kept_err *err)
{
    char threads[32], memory[32];
    snprintf(threads, sizeof threads, "%zu", opts->threads);
    snprintf(memory, sizeof memory, "%zuMiB",
             opts->memory_mib ? opts->memory_mib : (size_t)DEFAULT_MEMORY_MIB);
    const struct {
        const char *name, *value;
    } settings[] = {
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
        {"allow_community_extensions", "false"},
        {"allow_persistent_secrets", "false"},
        {"preserve_insertion_order", "true"},
        {"memory_limit", memory},
        {"temp_directory", opts->temp_folder ? opts->temp_folder : ""},
        {"threads", opts->threads ? threads : NULL},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (settings[i].value &&
            duckdb_set_config(config, settings[i].name, settings[i].value) != DuckDBSuccess)
            return kept_fail(err, KEPT_EINTERNAL, "The engine does not know the setting %s.",
                             settings[i].name);
    return KEPT_OK;
}

/* SET allowed_directories = ['a/', ...] and allowed_paths = [...]: the configuration interface
 * takes no lists. A path that does not exist counts as a file to be written. */
static kept_status allow(kept_duck *duck, const kept_duck_opts *opts, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF folders = KEPT_BUF_INIT;
    KEPT_AUTO_BUF files = KEPT_BUF_INIT;
    for (size_t i = 0; i <= opts->n_allow; i++) {
        const char *path = i < opts->n_allow ? opts->allow[i] : opts->temp_folder;
        if (!path || !path[0])
            continue;
        struct stat info;
        bool folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
        bool slash = path[strlen(path) - 1] == '/';
        char *whole = kept_arena_printf(&arena, "%s%s", path, folder && !slash ? "/" : "");
        char *quoted = whole ? kept_duck_literal(&arena, whole) : NULL;
        if (!quoted)
            return kept_nomem(err);
        kept_buf *list = folder ? &folders : &files;
        kept_buf_add(list, list->len ? ", " : "");
        kept_buf_add(list, quoted);
    }
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_printf(&sql, "SET GLOBAL allowed_directories = [%s]", kept_buf_text(&folders));
    if (sql.failed || folders.failed || files.failed)
        return kept_nomem(err);
    KEPT_TRY(kept_duck_exec(duck, kept_buf_text(&sql), NULL, 0, NULL, err));
    kept_buf_clear(&sql);
    kept_buf_printf(&sql, "SET GLOBAL allowed_paths = [%s]", kept_buf_text(&files));
    if (sql.failed)
        return kept_nomem(err);
    return kept_duck_exec(duck, kept_buf_text(&sql), NULL, 0, NULL, err);
}

static kept_status set_timezone(kept_duck *duck, const char *zone, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *quoted = kept_duck_literal(&arena, zone);
    char *sql = quoted ? kept_arena_printf(&arena, "SET GLOBAL TimeZone = %s", quoted) : NULL;
    if (!sql)
        return kept_nomem(err);
    kept_status status = kept_duck_exec(duck, sql, NULL, 0, NULL, err);
    if (status == KEPT_EINTERNAL)
        return kept_fail(err, KEPT_EARG,
                         "The time zone \"%s\" is not known; write it as in Europe/Berlin or UTC.",
                         zone);
    return status;
}

/* Last, since nothing can be set afterwards. */
static kept_status lock_down(kept_duck *duck, const kept_duck_opts *opts, kept_err *err)
{
    KEPT_TRY(set_timezone(duck, opts->timezone ? opts->timezone : "UTC", err));
    KEPT_TRY(allow(duck, opts, err));
    KEPT_TRY(kept_duck_exec(duck, "SET enable_external_access = false", NULL, 0, NULL, err));
    return kept_duck_exec(duck, "SET lock_configuration = true", NULL, 0, NULL, err);
}

static kept_status open_database(kept_duck *duck, const kept_duck_opts *opts, kept_err *err)
{
    duckdb_config config = NULL;
    if (duckdb_create_config(&config) != DuckDBSuccess)
        return kept_nomem(err);
    kept_status status = configure(config, opts, err);
    char *text = NULL;
    if (status == KEPT_OK && duckdb_open_ext(NULL, &duck->db, config, &text) != DuckDBSuccess)
        status = fail_text(text, err);
    duckdb_free(text);
    duckdb_destroy_config(&config);
    if (status == KEPT_OK && duckdb_connect(duck->db, &duck->main) != DuckDBSuccess)
        status = kept_nomem(err);
    return status;
}

kept_status kept_duck_open(const kept_duck_opts *opts, kept_duck **ret_duck, kept_err *err)
{
    static const kept_duck_opts defaults = {0};
    if (!opts)
        opts = &defaults;
    kept_duck *duck = kept_mem_alloc(sizeof *duck);
    if (!duck)
        return kept_nomem(err);
    *duck = (kept_duck){.cancel = opts->cancel};
    pthread_mutex_init(&duck->lock, NULL);
    pthread_cond_init(&duck->wake, NULL);
    kept_status status = open_database(duck, opts, err);
    if (status == KEPT_OK)
        status = lock_down(duck, opts, err);
    if (status == KEPT_OK && duck->cancel) {
        duck->watching = pthread_create(&duck->watcher, NULL, watch, duck) == 0;
        if (!duck->watching)
            status = kept_fail(err, KEPT_ENOMEM, "No thread could be started.");
    }
    if (status != KEPT_OK) {
        kept_duck_close(duck);
        return status;
    }
    *ret_duck = duck;
    return KEPT_OK;
}

void kept_duck_close(kept_duck *duck)
{
    if (!duck)
        return;
    while (duck->open)
        kept_duck_rows_free(duck->open);
    if (duck->watching) {
        pthread_mutex_lock(&duck->lock);
        duck->stop = true;
        pthread_cond_signal(&duck->wake);
        pthread_mutex_unlock(&duck->lock);
        pthread_join(duck->watcher, NULL);
    }
    for (size_t i = 0; i < duck->n_spare; i++)
        duckdb_disconnect(&duck->spare[i]);
    duckdb_disconnect(&duck->main);
    duckdb_close(&duck->db);
    pthread_cond_destroy(&duck->wake);
    pthread_mutex_destroy(&duck->lock);
    kept_mem_free(duck);
}

duckdb_connection kept_duck_connection(kept_duck *duck)
{
    return duck->main;
}

size_t kept_duck_serial(kept_duck *duck)
{
    return ++duck->serial;
}

/* --- Statements --- */

static kept_status bind(duckdb_prepared_statement statement, const kept_duck_value *values,
                        size_t n_values, kept_err *err)
{
    if (duckdb_nparams(statement) != n_values)
        return kept_fail(err, KEPT_EINTERNAL, "The statement wants %llu values, not %zu.",
                         (unsigned long long)duckdb_nparams(statement), n_values);
    for (size_t i = 0; i < n_values; i++) {
        const kept_duck_value *v = &values[i];
        duckdb_state done = DuckDBError;
        switch (v->type) {
        case KEPT_DUCK_NULL:
            done = duckdb_bind_null(statement, i + 1);
            break;
        case KEPT_DUCK_TEXT:
            done = v->text ? duckdb_bind_varchar(statement, i + 1, v->text)
                           : duckdb_bind_null(statement, i + 1);
            break;
        case KEPT_DUCK_INT:
            done = duckdb_bind_int64(statement, i + 1, v->i);
            break;
        case KEPT_DUCK_UINT:
            done = duckdb_bind_uint64(statement, i + 1, v->u);
            break;
        case KEPT_DUCK_REAL:
            done = duckdb_bind_double(statement, i + 1, v->real);
            break;
        case KEPT_DUCK_DAY:
            done = duckdb_bind_date(statement, i + 1, (duckdb_date){(int32_t)v->i});
            break;
        }
        if (done != DuckDBSuccess)
            return kept_fail(err, KEPT_EINTERNAL, "Value %zu of a statement cannot be bound (%s).",
                             i + 1, v->text ? v->text : "a number");
    }
    return KEPT_OK;
}

static kept_status prepare(duckdb_connection connection, const char *sql,
                           duckdb_prepared_statement *ret_statement, kept_err *err)
{
    duckdb_extracted_statements parts = NULL;
    duckdb_prepared_statement statement = NULL;
    idx_t n = duckdb_extract_statements(connection, sql, &parts);
    kept_status status = KEPT_OK;
    if (n == 0) {
        const char *why = duckdb_extract_statements_error(parts);
        status = fail_text(why ? why : "an empty statement", err);
    } else if (n > 1) {
        status = kept_fail(err, KEPT_EINTERNAL, "One statement at a time, not %llu.",
                           (unsigned long long)n);
    } else if (duckdb_prepare_extracted_statement(connection, parts, 0, &statement) !=
               DuckDBSuccess) {
        status = fail_text(statement ? duckdb_prepare_error(statement) : NULL, err);
    }
    duckdb_destroy_extracted(&parts);
    if (status != KEPT_OK) {
        duckdb_destroy_prepare(&statement);
        return status;
    }
    *ret_statement = statement;
    return KEPT_OK;
}

/* Runs sql on the session; on success result must be destroyed by the caller. */
static kept_status run(duckdb_connection connection, const char *sql, const kept_duck_value *values,
                       size_t n_values, bool streaming, duckdb_result *result, kept_err *err)
{
    duckdb_prepared_statement statement = NULL;
    KEPT_TRY(prepare(connection, sql, &statement, err));
    kept_status status = bind(statement, values, n_values, err);
    if (status != KEPT_OK) {
        duckdb_destroy_prepare(&statement);
        return status;
    }
    duckdb_pending_result pending = NULL;
    duckdb_state done = streaming ? duckdb_pending_prepared_streaming(statement, &pending)
                                  : duckdb_pending_prepared(statement, &pending);
    if (done != DuckDBSuccess) {
        status = fail_text(pending ? duckdb_pending_error(pending) : NULL, err);
    } else if (duckdb_execute_pending(pending, result) != DuckDBSuccess) {
        status = fail_result(result, err);
        duckdb_destroy_result(result);
    }
    duckdb_destroy_pending(&pending);
    duckdb_destroy_prepare(&statement);
    return status;
}

kept_status kept_duck_exec(kept_duck *duck, const char *sql, const kept_duck_value *values,
                           size_t n_values, int64_t *ret_changed, kept_err *err)
{
    if (cancelled(duck))
        return kept_fail(err, KEPT_ECANCELLED, "Cancelled.");
    duckdb_result result = {0};
    set_main_busy(duck, true);
    kept_status status = run(duck->main, sql, values, n_values, false, &result, err);
    set_main_busy(duck, false);
    KEPT_TRY(status);
    if (ret_changed)
        *ret_changed = (int64_t)duckdb_rows_changed(&result);
    duckdb_destroy_result(&result);
    return KEPT_OK;
}

/* --- Results --- */

static kept_status take_session(kept_duck *duck, duckdb_connection *ret, kept_err *err)
{
    if (duck->n_spare) {
        *ret = duck->spare[--duck->n_spare];
        return KEPT_OK;
    }
    if (duckdb_connect(duck->db, ret) != DuckDBSuccess)
        return kept_nomem(err);
    return KEPT_OK;
}

static void give_session(kept_duck *duck, duckdb_connection connection)
{
    if (duck->n_spare < SPARE_MAX)
        duck->spare[duck->n_spare++] = connection;
    else
        duckdb_disconnect(&connection);
}

static void link_rows(kept_duck *duck, kept_duck_rows *rows)
{
    pthread_mutex_lock(&duck->lock);
    rows->next = duck->open;
    duck->open = rows;
    pthread_cond_signal(&duck->wake);
    pthread_mutex_unlock(&duck->lock);
}

static void unlink_rows(kept_duck *duck, kept_duck_rows *rows)
{
    pthread_mutex_lock(&duck->lock);
    for (kept_duck_rows **at = &duck->open; *at; at = &(*at)->next)
        if (*at == rows) {
            *at = rows->next;
            break;
        }
    pthread_mutex_unlock(&duck->lock);
}

static kept_status start(kept_duck_rows *rows, const char *sql, const kept_duck_value *values,
                         size_t n_values, kept_err *err)
{
    KEPT_TRY(run(rows->connection, sql, values, n_values, true, &rows->result, err));
    rows->n_columns = (size_t)duckdb_column_count(&rows->result);
    size_t n = rows->n_columns ? rows->n_columns : 1;
    rows->data = kept_mem_alloc(n * sizeof *rows->data);
    rows->known = kept_mem_alloc(n * sizeof *rows->known);
    return rows->data && rows->known ? KEPT_OK : kept_nomem(err);
}

kept_status kept_duck_query(kept_duck *duck, const char *sql, const kept_duck_value *values,
                            size_t n_values, kept_duck_rows **ret_rows, kept_err *err)
{
    if (cancelled(duck))
        return kept_fail(err, KEPT_ECANCELLED, "Cancelled.");
    kept_duck_rows *rows = kept_mem_alloc(sizeof *rows);
    if (!rows)
        return kept_nomem(err);
    *rows = (kept_duck_rows){.duck = duck};
    kept_status status = take_session(duck, &rows->connection, err);
    if (status != KEPT_OK) {
        kept_mem_free(rows);
        return status;
    }
    link_rows(duck, rows);
    status = start(rows, sql, values, n_values, err);
    if (status != KEPT_OK) {
        kept_duck_rows_free(rows);
        return status;
    }
    *ret_rows = rows;
    return KEPT_OK;
}

kept_status kept_duck_next(kept_duck_rows *rows, size_t *ret_n, kept_err *err)
{
    if (rows->chunk)
        duckdb_destroy_data_chunk(&rows->chunk);
    rows->chunk = NULL;
    size_t n = 0;
    while (!rows->at_end && n == 0) {
        if (cancelled(rows->duck))
            return kept_fail(err, KEPT_ECANCELLED, "Cancelled.");
        rows->chunk = duckdb_fetch_chunk(rows->result);
        if (rows->chunk) {
            n = (size_t)duckdb_data_chunk_get_size(rows->chunk);
            if (n)
                break;
            duckdb_destroy_data_chunk(&rows->chunk);
        }
        /* No chunk is the end or an error; only the text tells. */
        if (duckdb_result_error(&rows->result))
            return fail_result(&rows->result, err);
        rows->at_end = true;
    }
    for (size_t c = 0; n && c < rows->n_columns; c++) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(rows->chunk, c);
        rows->data[c] = duckdb_vector_get_data(vector);
        rows->known[c] = duckdb_vector_get_validity(vector);
    }
    *ret_n = n;
    return KEPT_OK;
}

size_t kept_duck_columns(const kept_duck_rows *rows)
{
    return rows->n_columns;
}

const char *kept_duck_column_name(const kept_duck_rows *rows, size_t column)
{
    duckdb_result result = rows->result;
    return duckdb_column_name(&result, column);
}

const void *kept_duck_data(const kept_duck_rows *rows, size_t column)
{
    return rows->data[column];
}

bool kept_duck_known(const kept_duck_rows *rows, size_t column, size_t row)
{
    const uint64_t *known = rows->known[column];
    return !known || (known[row / 64] >> (row % 64) & 1);
}

const char *kept_duck_text(const kept_duck_rows *rows, size_t column, size_t row, size_t *ret_len)
{
    if (!kept_duck_known(rows, column, row)) {
        *ret_len = 0;
        return NULL;
    }
    const duckdb_string_t *text = (const duckdb_string_t *)rows->data[column] + row;
    uint32_t len = text->value.inlined.length;
    *ret_len = len;
    return len <= sizeof text->value.inlined.inlined ? text->value.inlined.inlined
                                                     : text->value.pointer.ptr;
}

void kept_duck_rows_free(kept_duck_rows *rows)
{
    if (!rows)
        return;
    unlink_rows(rows->duck, rows);
    if (rows->chunk)
        duckdb_destroy_data_chunk(&rows->chunk);
    duckdb_destroy_result(&rows->result);
    give_session(rows->duck, rows->connection);
    kept_mem_free(rows->data);
    kept_mem_free(rows->known);
    kept_mem_free(rows);
}

void kept_duck__auto_rows(kept_duck_rows **rows)
{
    kept_duck_rows_free(*rows);
}

static kept_status int_of(kept_duck_rows *rows, int64_t *ret_value, kept_err *err)
{
    const void *data = kept_duck_data(rows, 0);
    int64_t value = 0;
    if (!kept_duck_known(rows, 0, 0)) {
        *ret_value = 0;
        return KEPT_OK;
    }
    switch (duckdb_column_type(&rows->result, 0)) {
    case DUCKDB_TYPE_BOOLEAN:
        value = *(const bool *)data;
        break;
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_DATE:
        value = *(const int32_t *)data;
        break;
    case DUCKDB_TYPE_BIGINT:
        value = *(const int64_t *)data;
        break;
    case DUCKDB_TYPE_UBIGINT:
        if (*(const uint64_t *)data > INT64_MAX)
            return kept_fail(err, KEPT_EINTERNAL, "A count is beyond 64 bits.");
        value = (int64_t) * (const uint64_t *)data;
        break;
    case DUCKDB_TYPE_HUGEINT: { /* sums of integers */
        const duckdb_hugeint *big = data;
        bool fits = (big->upper == 0 && big->lower <= INT64_MAX) ||
                    (big->upper == -1 && big->lower > INT64_MAX);
        if (!fits)
            return kept_fail(err, KEPT_EINTERNAL, "A sum is beyond 64 bits.");
        value = (int64_t)big->lower;
        break;
    }
    default:
        return kept_fail(err, KEPT_EINTERNAL, "The statement gives no whole number.");
    }
    *ret_value = value;
    return KEPT_OK;
}

kept_status kept_duck_int(kept_duck *duck, const char *sql, const kept_duck_value *values,
                          size_t n_values, int64_t *ret_value, kept_err *err)
{
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_duck_query(duck, sql, values, n_values, &rows, err));
    size_t n = 0;
    KEPT_TRY(kept_duck_next(rows, &n, err));
    if (n == 0) {
        *ret_value = 0;
        return KEPT_OK;
    }
    return int_of(rows, ret_value, err);
}

/* --- Quoting --- */

static char *quoted(kept_arena *arena, const char *text, char mark)
{
    size_t len = strlen(text), marks = 0;
    for (size_t i = 0; i < len; i++)
        marks += text[i] == mark;
    char *out = kept_arena_alloc(arena, len + marks + 3, 1);
    if (!out)
        return NULL;
    size_t n = 0;
    out[n++] = mark;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == mark)
            out[n++] = mark;
        out[n++] = text[i];
    }
    out[n] = mark;
    return out;
}

char *kept_duck_name(kept_arena *arena, const char *identifier)
{
    return quoted(arena, identifier, '"');
}

char *kept_duck_literal(kept_arena *arena, const char *text)
{
    return quoted(arena, text, '\'');
}
