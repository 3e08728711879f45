#include "store/facts/source.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/array.h"
#include "store/facts/source_int.h"

enum {
    HEAD = 1 << 20,
    LOOK_AT = 1000, /* rows behind the samples */
    SAMPLE_BYTES = 60,
    UNPACK_MAX = 3, /* gzip within gzip */
};

/* --- What the first bytes say --- */

typedef enum content { TEXT, GZIP, ZIP, PARQUET, JSON, REFUSED } content;

static bool starts(const kept_buf *head, const char *bytes, size_t len)
{
    return head->len >= len && memcmp(head->data, bytes, len) == 0;
}

static bool has_utf16(const kept_buf *head, const char *word)
{
    char wide[64];
    size_t n = strlen(word);
    for (size_t i = 0; i < n; i++) {
        wide[2 * i] = word[i];
        wide[2 * i + 1] = '\0';
    }
    return memmem(head->data, head->len, wide, 2 * n) != NULL;
}

static kept_status refuse_ole(const kept_buf *head, const char *shown, kept_err *err)
{
    if (has_utf16(head, "EncryptedPackage"))
        return kept_fail(err, KEPT_EINPUT,
                         "%s is a workbook with a password; save it without one and try again.",
                         shown);
    return kept_fail(err, KEPT_EINPUT,
                     "%s is an old Excel workbook (.xls); save it as .xlsx or CSV and try again.",
                     shown);
}

/* First character that is not blank, after a byte order mark. */
static const char *first_character(const kept_buf *head)
{
    const char *text = kept_buf_text(head);
    if (starts(head, "\xef\xbb\xbf", 3))
        text += 3;
    return text + strspn(text, " \t\r\n");
}

static kept_status recognise(const kept_buf *head, const char *shown, content *ret, kept_err *err)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *what;
    } others[] = {
        {"%PDF", 4, "a PDF document, not a table; export the data as CSV or .xlsx"},
        {"BZh", 3, "packed with bzip2; unpack it first"},
        {"\xfd"
         "7zXZ",
         5, "packed with xz; unpack it first"},
        {"\x28\xb5\x2f\xfd", 4, "packed with zstd; unpack it first"},
        {"7z\xbc\xaf", 4, "a 7z archive; unpack it first"},
        {"Rar!", 4, "a RAR archive; unpack it first"},
        {"SQLite format 3", 15, "an SQLite database; export the table as CSV"},
        {"\x89PNG", 4, "a picture, not a table"},
        {"\xff\xd8\xff", 3, "a picture, not a table"},
    };
    if (starts(head, "\x1f\x8b", 2))
        *ret = GZIP;
    else if (starts(head, "PK\x03\x04", 4) || starts(head, "PK\x05\x06", 4))
        *ret = ZIP;
    else if (starts(head, "PAR1", 4))
        *ret = PARQUET;
    else if (starts(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8))
        return refuse_ole(head, shown, err);
    else
        *ret = TEXT;
    for (size_t i = 0; *ret == TEXT && i < KEPT_N(others); i++)
        if (starts(head, others[i].bytes, others[i].len))
            return kept_fail(err, KEPT_EINPUT, "%s is %s.", shown, others[i].what);
    if (*ret != TEXT)
        return KEPT_OK;
    const char *text = first_character(head);
    if (!strncasecmp(text, "<!doctype html", 14) || !strncasecmp(text, "<html", 5))
        return kept_fail(err, KEPT_EINPUT,
                         "%s is a web page, not a table (often what a download gives when one is "
                         "not logged in); export the data as CSV or .xlsx.",
                         shown);
    if (!strncmp(text, "<?xml", 5))
        return kept_fail(err, KEPT_EINPUT,
                         "%s is XML; save it as .xlsx, CSV or JSON Lines and try again.", shown);
    if (*text == '{' || *text == '[')
        *ret = JSON;
    return KEPT_OK;
}

/* --- Relations --- */

static void add_columns(const kept_source *s, kept_arena *arena, kept_buf *sql)
{
    for (size_t i = 0; i < s->n_columns; i++) {
        char *name = kept_duck_literal(arena, s->columns[i].name);
        kept_buf_printf(sql, "%s%s: 'VARCHAR'", i ? ", " : "", name ? name : "''");
        if (!name)
            sql->failed = true;
    }
}

static kept_status relate_csv(kept_source *s, kept_arena *arena, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    char mark[2] = {s->delimiter, '\0'};
    const char *reading = kept_duck_literal(arena, s->reading);
    const char *delimiter = kept_duck_literal(arena, mark);
    if (!reading || !delimiter)
        return kept_nomem(err);
    kept_buf_printf(&sql,
                    "read_csv(%s, auto_detect = false, header = %s, skip = %zu, delim = %s, "
                    "quote = '%s', escape = '%s', compression = 'none', columns = {",
                    reading, s->has_header ? "true" : "false", s->skip, delimiter,
                    s->quote ? "\"" : "", s->quote ? "\"" : "");
    add_columns(s, arena, &sql);
    kept_buf_add(&sql, "})");
    s->relation = sql.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&sql));
    return s->relation ? KEPT_OK : kept_nomem(err);
}

/* --- CSV and workbooks --- */

static kept_status take_names(kept_source *s, const char *const *names, size_t n, kept_arena *arena,
                              kept_err *err)
{
    s->n_columns = n;
    s->columns = KEPT_NEW_N(arena, kept_source_column, n);
    if (!s->columns)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        s->columns[i].name = names[i];
    return KEPT_OK;
}

static kept_status size_of(kept_source *s, kept_err *err)
{
    struct stat info;
    if (stat(s->reading, &info) != 0)
        return kept_fail(err, KEPT_EIO, "%s cannot be read: %s.", s->path, strerror(errno));
    s->bytes = (uint64_t)info.st_size;
    return KEPT_OK;
}

size_t kept__source_line(const kept_source *s, size_t record, size_t line)
{
    const kept_line_run *runs = s->line_runs;
    size_t low = 0, high = s->n_line_runs;
    if (high == 0)
        return line;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        *(runs[middle].record <= record ? &low : &high) = middle;
    }
    return runs[low].line + record - runs[low].record;
}

static kept_status read_delimiter(const char *given, char *ret, kept_err *err)
{
    *ret = '\0';
    if (!given)
        return KEPT_OK;
    if (!strcasecmp(given, "tab") || !strcmp(given, "\\t"))
        *ret = '\t';
    else if (strlen(given) == 1 && (unsigned char)given[0] < 0x80 && !strchr("\"\r\n", given[0]))
        *ret = given[0];
    else
        return kept_fail(err, KEPT_EARG,
                         "The delimiter is one character such as ; or the word tab, not \"%s\".",
                         given);
    return KEPT_OK;
}

static kept_status find_dialect(kept_source *s, char delimiter, kept_arena *arena, kept__dialect *d,
                                kept_err *err)
{
    KEPT_AUTO_BUF head = KEPT_BUF_INIT;
    bool whole = false;
    KEPT_TRY(kept__file_head(s->reading, s->path, HEAD, &head, &whole, err));
    return kept__dialect_find(kept_buf_text(&head), head.len, whole, delimiter, s->path, arena, d,
                              err);
}

/* s->reading is plain UTF-8 here. */
static kept_status open_csv(kept_source *s, char delimiter, const char *folder, kept_arena *arena,
                            kept_err *err)
{
    kept__dialect d = {0};
    KEPT_TRY(find_dialect(s, delimiter, arena, &d, err));
    if (s->format == KEPT_FORMAT_CSV) {
        const char *before = s->reading;
        KEPT_TRY(kept__text_regular(s, &d, folder, arena, err));
        if (s->reading != before)
            KEPT_TRY(find_dialect(s, d.delimiter, arena, &d, err));
    }
    if (d.has_header && d.first_line == 0)
        return kept_fail(err, KEPT_EINPUT, "%s has a header but no rows below it.", s->path);
    s->delimiter = d.delimiter;
    s->quote = d.quote;
    s->has_header = d.has_header;
    s->skip = d.skip;
    s->first_line = d.first_line;
    KEPT_TRY(size_of(s, err));
    if (s->format == KEPT_FORMAT_XLSX && d.record_bytes > 0)
        s->expected_rows = (size_t)((double)s->bytes / d.record_bytes) + 1;
    return take_names(s, d.names, d.columns, arena, err);
}

/* A name in the private folder, so that the engine need not be told of every file beforehand. */
static kept_status reach(kept_source *s, const char *folder, kept_arena *arena, kept_err *err)
{
    size_t n = strlen(folder);
    if (strncmp(s->reading, folder, n) == 0 && s->reading[n] == '/')
        return KEPT_OK;
    return kept__file_link(folder, s->reading, arena, &s->reading, err);
}

static kept_status finish_csv(kept_source *s, const char *folder, kept_arena *arena, kept_err *err)
{
    KEPT_TRY(reach(s, folder, arena, err));
    return relate_csv(s, arena, err);
}

static kept_status open_text(kept_source *s, const kept_source_opts *opts, kept_arena *arena,
                             kept_err *err)
{
    char delimiter;
    s->format = KEPT_FORMAT_CSV;
    KEPT_TRY(read_delimiter(opts->delimiter, &delimiter, err));
    KEPT_TRY(kept__text_plain(s->reading, s->path, opts->encoding, opts->temp_folder, arena,
                              &s->reading, &s->encoding, err));
    KEPT_TRY(open_csv(s, delimiter, opts->temp_folder, arena, err));
    return finish_csv(s, opts->temp_folder, arena, err);
}

static kept_status open_xlsx(kept_source *s, const kept_source_opts *opts, kept_arena *arena,
                             kept_err *err)
{
    s->format = KEPT_FORMAT_XLSX;
    s->encoding = "utf-8";
    KEPT_TRY(kept__xlsx_to_csv(s->reading, s->path, opts->sheet, opts->temp_folder, arena,
                               &s->reading, &s->sheet, &s->line_runs, &s->n_line_runs, err));
    KEPT_TRY(open_csv(s, ',', opts->temp_folder, arena, err));
    s->first_line = kept__source_line(s, s->skip + s->has_header + 1, s->first_line);
    return finish_csv(s, opts->temp_folder, arena, err);
}

/* --- JSON Lines and Parquet: the columns are what the engine finds --- */

typedef struct found_column {
    const char *name, *type;
} found_column;

static kept_status describe(kept_duck *duck, const char *from, kept_arena *arena,
                            found_column **ret, size_t *ret_n, kept_err *err)
{
    char *sql = kept_arena_printf(
        arena, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM %s)", from);
    if (!sql)
        return kept_nomem(err);
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_duck_query(duck, sql, NULL, 0, &rows, err));
    found_column *columns = NULL;
    size_t total = 0, n = 0;
    for (;;) {
        KEPT_TRY(kept_duck_next(rows, &n, err));
        if (n == 0)
            break;
        found_column *more = KEPT_NEW_N(arena, found_column, total + n);
        if (!more)
            return kept_nomem(err);
        if (total)
            memcpy(more, columns, total * sizeof *more);
        columns = more;
        for (size_t i = 0; i < n; i++, total++)
            for (size_t c = 0; c < 2; c++) {
                size_t len;
                const char *text = kept_duck_text(rows, c, i, &len);
                char *copy = kept_arena_strndup(arena, text ? text : "", len);
                if (!copy)
                    return kept_nomem(err);
                *(c ? &columns[total].type : &columns[total].name) = copy;
            }
    }
    *ret = columns;
    *ret_n = total;
    return KEPT_OK;
}

/* Instants are written in UTC with a Z, whatever the zone of the session. */
static const char *text_of_column(const kept_source *s, const char *type)
{
    if (s->format == KEPT_FORMAT_JSONL)
        return "nullif(%s ->> '$', '')";
    if (strcmp(type, "TIMESTAMP WITH TIME ZONE") == 0)
        return "strftime(timezone('UTC', %s), '%%Y-%%m-%%dT%%H:%%M:%%S.%%fZ')";
    return "nullif(CAST(%s AS VARCHAR), '')";
}

static kept_status select_as_text(kept_source *s, const char *from, const found_column *columns,
                                  kept_arena *arena, kept_err *err)
{
    KEPT_AUTO_BUF sql = KEPT_BUF_INIT;
    kept_buf_add(&sql, "(SELECT ");
    for (size_t i = 0; i < s->n_columns; i++) {
        const char *name = kept_duck_name(arena, columns[i].name);
        if (!name)
            return kept_nomem(err);
        const char *form = text_of_column(s, columns[i].type);
        const char *at = strstr(form, "%s");
        kept_buf_add(&sql, i ? ", " : "");
        kept_buf_add_n(&sql, form, (size_t)(at - form));
        kept_buf_add(&sql, name);
        for (at += 2; *at; at++) /* "%%" is one percent sign, as in printf */
            if (*at != '%' || at[1] != '%')
                kept_buf_add_char(&sql, *at);
        kept_buf_printf(&sql, " AS %s", name);
    }
    kept_buf_printf(&sql, " FROM %s)", from);
    if (sql.failed || !(s->relation = kept_arena_strdup(arena, kept_buf_text(&sql))))
        return kept_nomem(err);
    return KEPT_OK;
}

/* One row per object is wanted; lists and objects within a row have no place in a table. */
static kept_status refuse_nested(kept_duck *duck, const kept_source *s, const char *from,
                                 const found_column *columns, kept_arena *arena, kept_err *err)
{
    for (size_t i = 0; i < s->n_columns; i++) {
        const char *name = kept_duck_name(arena, columns[i].name);
        char *sql = name ? kept_arena_printf(arena,
                                             "SELECT count(*) FROM (SELECT * FROM %s LIMIT %d) "
                                             "WHERE json_type(%s) IN ('OBJECT', 'ARRAY')",
                                             from, LOOK_AT, name)
                         : NULL;
        int64_t nested = 0;
        if (!sql)
            return kept_nomem(err);
        KEPT_TRY(kept_duck_int(duck, sql, NULL, 0, &nested, err));
        if (nested)
            return kept_fail(
                err, KEPT_EINPUT,
                "%s holds lists or objects in \"%s\"; write one line per row with plain "
                "values only.",
                s->path, columns[i].name);
    }
    return KEPT_OK;
}

static kept_status open_found(kept_duck *duck, kept_source *s, const char *from, kept_arena *arena,
                              kept_err *err)
{
    found_column *columns = NULL;
    size_t n = 0;
    KEPT_TRY(describe(duck, from, arena, &columns, &n, err));
    const char **names = KEPT_NEW_N(arena, const char *, n);
    if (!names)
        return kept_nomem(err);
    for (size_t i = 0; i < n; i++)
        names[i] = columns[i].name;
    KEPT_TRY(take_names(s, names, n, arena, err));
    if (s->format == KEPT_FORMAT_JSONL)
        KEPT_TRY(refuse_nested(duck, s, from, columns, arena, err));
    return select_as_text(s, from, columns, arena, err);
}

static kept_status open_json(kept_duck *duck, kept_source *s, const kept_source_opts *opts,
                             kept_arena *arena, kept_err *err)
{
    s->format = KEPT_FORMAT_JSONL;
    s->first_line = 1;
    KEPT_TRY(kept__text_plain(s->reading, s->path, opts->encoding, opts->temp_folder, arena,
                              &s->reading, &s->encoding, err));
    KEPT_TRY(size_of(s, err));
    KEPT_TRY(reach(s, opts->temp_folder, arena, err));
    const char *file = kept_duck_literal(arena, s->reading);
    /* Depth 1: every value stays the text it is, no dates or numbers are guessed. */
    char *from = file ? kept_arena_printf(arena,
                                          "read_json(%s, format = 'auto', records = true, "
                                          "maximum_depth = 1, sample_size = -1, "
                                          "compression = 'uncompressed')",
                                          file)
                      : NULL;
    if (!from)
        return kept_nomem(err);
    kept_err why = KEPT_ERR_INIT;
    kept_status status = open_found(duck, s, from, arena, &why);
    if (status == KEPT_EINTERNAL || status == KEPT_EIO) {
        const char *place = strstr(why.msg, "in line ");
        int digits = place ? (int)strspn(place + 8, "0123456789") : 0;
        if (digits)
            return kept_fail(err, KEPT_EINPUT, "%s, line %.*s: this is not valid JSON.", s->path,
                             digits, place + 8);
        return kept_fail(err, KEPT_EINPUT,
                         "%s looks like JSON but is not: one object per line is wanted, like "
                         "{\"customer\": \"C1\", \"date\": \"2024-03-31\"}.",
                         s->path);
    }
    if (status != KEPT_OK)
        return kept_fail(err, status, "%s", why.msg);
    return KEPT_OK;
}

static kept_status open_parquet(kept_duck *duck, kept_source *s, const kept_source_opts *opts,
                                kept_arena *arena, kept_err *err)
{
    s->format = KEPT_FORMAT_PARQUET;
    s->encoding = "utf-8";
    s->first_line = 1;
    KEPT_TRY(size_of(s, err));
    KEPT_TRY(reach(s, opts->temp_folder, arena, err));
    const char *file = kept_duck_literal(arena, s->reading);
    char *from = file ? kept_arena_printf(arena, "read_parquet(%s)", file) : NULL;
    char *count = from ? kept_arena_printf(arena, "SELECT count(*) FROM %s", from) : NULL;
    if (!count)
        return kept_nomem(err);
    int64_t rows = 0;
    kept_status status = kept_duck_int(duck, count, NULL, 0, &rows, err);
    if (status == KEPT_OK)
        status = open_found(duck, s, from, arena, err);
    if (status != KEPT_OK && status != KEPT_ECANCELLED && status != KEPT_ENOMEM)
        return kept_fail(err, KEPT_EINPUT,
                         "%s begins like a Parquet file but is cut off or damaged; copy it again.",
                         s->path);
    s->expected_rows = (size_t)rows;
    return status;
}

/* --- Samples --- */

/* At most SAMPLE_BYTES, not cut within a character. */
static size_t sample_length(const char *text, size_t len)
{
    if (len <= SAMPLE_BYTES)
        return len;
    len = SAMPLE_BYTES;
    while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return len;
}

static kept_status add_sample(kept_source_column *column, const char *text, size_t len,
                              kept_arena *arena, kept_err *err)
{
    if (len == 0)
        return KEPT_OK;
    column->filled++;
    if (column->samples[KEPT_SAMPLES - 1])
        return KEPT_OK;
    len = sample_length(text, len);
    for (size_t i = 0; i < KEPT_SAMPLES; i++) {
        const char *have = column->samples[i];
        if (!have) {
            column->samples[i] = kept_arena_strndup(arena, text, len);
            return column->samples[i] ? KEPT_OK : kept_nomem(err);
        }
        if (strlen(have) == len && memcmp(have, text, len) == 0)
            return KEPT_OK;
    }
    return KEPT_OK;
}

static kept_status take_samples(kept_duck *duck, kept_source *s, kept_arena *arena, kept_err *err)
{
    char *sql = kept_arena_printf(arena, "SELECT * FROM %s LIMIT %d", s->relation, LOOK_AT);
    if (!sql)
        return kept_nomem(err);
    KEPT_AUTO_ROWS *rows = NULL;
    KEPT_TRY(kept_duck_query(duck, sql, NULL, 0, &rows, err));
    uint64_t bytes = 0;
    for (;;) {
        size_t n = 0;
        KEPT_TRY(kept_duck_next(rows, &n, err));
        if (n == 0)
            break;
        for (size_t c = 0; c < s->n_columns; c++)
            for (size_t i = 0; i < n; i++) {
                size_t len;
                const char *text = kept_duck_text(rows, c, i, &len);
                bytes += len + 1;
                KEPT_TRY(add_sample(&s->columns[c], text ? text : "", len, arena, err));
            }
        s->looked_at += n;
    }
    if (s->looked_at == 0 && s->format != KEPT_FORMAT_CSV)
        return kept_fail(err, KEPT_EINPUT, "%s has no rows.", s->path);
    if (s->format == KEPT_FORMAT_JSONL) /* names and marks stand beside every value */
        s->expected_rows = (size_t)(s->bytes * s->looked_at / (bytes * 2 + 1)) + 1;
    return KEPT_OK;
}

/* --- Opening --- */

static kept_status check_file(const char *path, kept_err *err)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return kept_fail(err, KEPT_ENOTFOUND, "There is no file %s.", path);
        return kept_fail(err, KEPT_EIO, "%s cannot be read: %s.", path, strerror(errno));
    }
    if (S_ISDIR(info.st_mode))
        return kept_fail(err, KEPT_EINPUT, "%s is a folder; name the files in it.", path);
    if (!S_ISREG(info.st_mode))
        return kept_fail(err, KEPT_EINPUT, "%s is not an ordinary file.", path);
    if (info.st_size == 0)
        return kept_fail(err, KEPT_EINPUT, "%s is empty.", path);
    return KEPT_OK;
}

static kept_status open_kind(kept_duck *duck, kept_source *s, const kept_source_opts *opts,
                             kept_arena *arena, kept_err *err)
{
    for (int unpacked = 0; unpacked <= UNPACK_MAX; unpacked++) {
        KEPT_AUTO_BUF head = KEPT_BUF_INIT;
        bool whole;
        content kind = REFUSED;
        KEPT_TRY(kept__file_head(s->reading, s->path, HEAD, &head, &whole, err));
        if (head.len == 0)
            return kept_fail(err, KEPT_EINPUT, "%s holds nothing once unpacked.", s->path);
        KEPT_TRY(recognise(&head, s->path, &kind, err));
        switch (kind) {
        case GZIP:
            KEPT_TRY(kept__gunzip(s->reading, s->path, opts->temp_folder, arena, &s->reading, err));
            continue;
        case ZIP:
            return open_xlsx(s, opts, arena, err);
        case PARQUET:
            return open_parquet(duck, s, opts, arena, err);
        case JSON:
            return open_json(duck, s, opts, arena, err);
        default:
            return open_text(s, opts, arena, err);
        }
    }
    return kept_fail(err, KEPT_EINPUT, "%s is packed with gzip several times over.", s->path);
}

kept_status kept_source_open(kept_duck *duck, const char *path, const kept_source_opts *opts,
                             kept_arena *arena, kept_source **ret_source, kept_err *err)
{
    if (!opts || !opts->temp_folder)
        return kept_fail(err, KEPT_EINTERNAL, "A source needs a temporary folder.");
    KEPT_TRY(check_file(path, err));
    kept_source *s = KEPT_NEW(arena, kept_source);
    if (!s || !(s->path = kept_arena_strdup(arena, path)))
        return kept_nomem(err);
    s->reading = s->path;
    KEPT_TRY(open_kind(duck, s, opts, arena, err));
    KEPT_TRY(take_samples(duck, s, arena, err));
    *ret_source = s;
    return KEPT_OK;
}
