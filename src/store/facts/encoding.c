#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#include <zlib.h>

#include "base/mem.h"
#include "store/facts/source_int.h"

enum { BLOCK = 1 << 18 };

/* --- gzip --- */

static kept_status unpack(gzFile in, const char *shown, kept__out *out, char *block, kept_err *err)
{
    for (;;) {
        int n = gzread(in, block, BLOCK);
        if (n > 0) {
            kept__out_add(out, block, (size_t)n);
            if (ferror(out->file))
                return KEPT_OK; /* told when it is closed */
            continue;
        }
        int code = Z_OK;
        (void)gzerror(in, &code);
        /* gzread gives the bytes before the fault first; a missing end shows as Z_BUF_ERROR. */
        if (n < 0 || code == Z_BUF_ERROR)
            return kept_fail(err, KEPT_EINPUT,
                             "%s is a gzip file that is cut off or damaged; copy or download it "
                             "again.",
                             shown);
        return KEPT_OK;
    }
}

kept_status kept__gunzip(const char *path, const char *shown, const char *folder, kept_arena *arena,
                         const char **ret_path, kept_err *err)
{
    gzFile in = gzopen(path, "rb");
    if (!in)
        return kept_fail(err, KEPT_EIO, "%s cannot be opened: %s.", shown, strerror(errno));
    gzbuffer(in, BLOCK);
    KEPT_AUTO_OUT out = {0};
    kept_status status = kept__out_open(folder, arena, &out, err);
    char *block = kept_mem_alloc(BLOCK);
    if (status == KEPT_OK)
        status = block ? unpack(in, shown, &out, block, err) : kept_nomem(err);
    kept_mem_free(block);
    gzclose(in);
    KEPT_TRY(status);
    const char *made = out.path;
    KEPT_TRY(kept__out_close(&out, err));
    *ret_path = made;
    return KEPT_OK;
}

/* --- What kind of text it is: one pass over the whole file --- */

typedef struct text_facts {
    bool utf8;
    bool c1; /* bytes 0x80-0x9f that Windows-1252 defines */
    uint64_t bytes, zeros;
    uint64_t zeros_even, zeros_odd; /* at even and odd places of the first block */
} text_facts;

/* Length without the sequence that the end of the block cuts in two (at most three bytes). */
static size_t whole_characters(const unsigned char *text, size_t len)
{
    for (size_t back = 1; back <= 3 && back <= len; back++) {
        unsigned char c = text[len - back];
        if (c < 0x80)
            break;
        if (c >= 0xc0) {
            size_t need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
            return need > back ? len - back : len;
        }
    }
    return len;
}

static bool has_c1(const unsigned char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] >= 0x80 && text[i] < 0xa0 && text[i] != 0x81 && text[i] != 0x8d &&
            text[i] != 0x8f && text[i] != 0x90 && text[i] != 0x9d)
            return true;
    return false;
}

static uint64_t count_zeros(const unsigned char *text, size_t len, uint64_t *even, uint64_t *odd)
{
    uint64_t n = 0;
    const unsigned char *at = text, *end = text + len;
    while ((at = memchr(at, 0, (size_t)(end - at)))) {
        n++;
        if (even)
            ((at - text) % 2 ? (*odd)++ : (*even)++);
        if (++at == end)
            break;
    }
    return n;
}

static void look(text_facts *facts, const unsigned char *block, size_t n, size_t *keep)
{
    bool first = facts->bytes == 0;
    size_t whole = whole_characters(block, n);
    facts->zeros += count_zeros(block + *keep, n - *keep, first ? &facts->zeros_even : NULL,
                                first ? &facts->zeros_odd : NULL);
    if (facts->utf8)
        facts->utf8 = kept_text_utf8((const char *)block, whole);
    if (!facts->c1)
        facts->c1 = has_c1(block, whole);
    facts->bytes += n - *keep;
    *keep = n - whole;
}

static kept_status look_all(const char *path, const char *shown, text_facts *facts, kept_err *err)
{
    FILE *file = NULL;
    KEPT_TRY(kept__file_open(path, shown, &file, err));
    unsigned char *block = kept_mem_alloc(BLOCK + 4);
    size_t keep = 0, n;
    *facts = (text_facts){.utf8 = true};
    while (block && (n = fread(block + keep, 1, BLOCK, file)) > 0) {
        size_t len = keep + n;
        look(facts, block, len, &keep);
        memmove(block, block + len - keep, keep);
    }
    if (keep)
        facts->utf8 = false; /* ends in the middle of a character */
    bool bad = ferror(file) != 0;
    fclose(file);
    kept_mem_free(block);
    if (!block)
        return kept_nomem(err);
    return bad ? kept_fail(err, KEPT_EIO, "%s cannot be read.", shown) : KEPT_OK;
}

/* --- Converting --- */

static kept_status bad_bytes(const char *shown, const char *encoding, uint64_t at, kept_err *err)
{
    return kept_fail(err, KEPT_EINPUT,
                     "%s is not %s text (byte %llu); give the right one with --encoding.", shown,
                     encoding, (unsigned long long)at);
}

static kept_status convert_block(iconv_t how, char *in, size_t *left, kept__out *out,
                                 const char *shown, const char *encoding, uint64_t at,
                                 kept_err *err)
{
    char text[BLOCK / 4];
    char *from = in;
    size_t n = *left;
    while (n) {
        char *to = text;
        size_t room = sizeof text;
        size_t done = iconv(how, &from, &n, &to, &room);
        kept__out_add(out, text, sizeof text - room);
        if (done == (size_t)-1 && errno == EINVAL)
            break; /* cut in the middle of a character: with the next block */
        if (done == (size_t)-1 && errno != E2BIG)
            return bad_bytes(shown, encoding, at + (uint64_t)(from - in) + 1, err);
    }
    memmove(in, from, n);
    *left = n;
    return KEPT_OK;
}

static kept_status convert_file(iconv_t how, FILE *file, size_t bom, const char *shown,
                                const char *encoding, kept__out *out, kept_err *err)
{
    char *block = kept_mem_alloc(BLOCK);
    if (!block)
        return kept_nomem(err);
    kept_status status = KEPT_OK;
    size_t keep = 0, n;
    uint64_t at = 0;
    bool first = true;
    while (status == KEPT_OK && (n = fread(block + keep, 1, BLOCK - keep, file)) > 0) {
        size_t len = keep + n;
        uint64_t before = at + n - len;
        at += n;
        if (first) {
            len -= bom;
            memmove(block, block + bom, len);
            first = false;
        }
        status = convert_block(how, block, &len, out, shown, encoding, before, err);
        keep = len;
    }
    if (status == KEPT_OK && keep)
        status = bad_bytes(shown, encoding, at, err);
    kept_mem_free(block);
    return status;
}

static kept_status convert(const char *path, const char *shown, const char *encoding, size_t bom,
                           const char *folder, kept_arena *arena, const char **ret_path,
                           kept_err *err)
{
    iconv_t how = iconv_open("UTF-8", encoding);
    if (how == (iconv_t)-1)
        return kept_fail(err, KEPT_EARG,
                         "The encoding \"%s\" is not known; use utf-8, utf-16, latin-1 or "
                         "windows-1252.",
                         encoding);
    KEPT_AUTO_OUT out = {0};
    FILE *file = NULL;
    kept_status status = kept__out_open(folder, arena, &out, err);
    if (status == KEPT_OK)
        status = kept__file_open(path, shown, &file, err);
    if (status == KEPT_OK)
        status = convert_file(how, file, bom, shown, encoding, &out, err);
    if (file)
        fclose(file);
    iconv_close(how);
    KEPT_TRY(status);
    const char *made = out.path;
    KEPT_TRY(kept__out_close(&out, err));
    *ret_path = made;
    return KEPT_OK;
}

/* Stray NUL bytes (fixed-width fields of old systems) are dropped. */
static kept_status drop_zeros(const char *path, const char *shown, const char *folder,
                              kept_arena *arena, const char **ret_path, kept_err *err)
{
    KEPT_AUTO_OUT out = {0};
    FILE *file = NULL;
    KEPT_TRY(kept__out_open(folder, arena, &out, err));
    KEPT_TRY(kept__file_open(path, shown, &file, err));
    char block[16384];
    size_t n;
    while ((n = fread(block, 1, sizeof block, file)) > 0) {
        size_t to = 0;
        for (size_t i = 0; i < n; i++)
            if (block[i])
                block[to++] = block[i];
        kept__out_add(&out, block, to);
    }
    fclose(file);
    const char *made = out.path;
    KEPT_TRY(kept__out_close(&out, err));
    *ret_path = made;
    return KEPT_OK;
}

/* --- Deciding --- */

typedef struct choice {
    const char *shown; /* as in kept_source.encoding */
    const char *iconv; /* NULL: no conversion */
    size_t bom;
} choice;

static bool utf16_found(const text_facts *facts, const unsigned char *head, size_t n, choice *ret)
{
    if (n >= 2 && head[0] == 0xff && head[1] == 0xfe) {
        *ret = (choice){"utf-16", "UTF-16LE", 2};
        return true;
    }
    if (n >= 2 && head[0] == 0xfe && head[1] == 0xff) {
        *ret = (choice){"utf-16", "UTF-16BE", 2};
        return true;
    }
    /* Without a mark: western text has its zero bytes all on one side. */
    uint64_t block = facts->bytes < BLOCK ? facts->bytes : BLOCK;
    uint64_t many = block / 5;
    if (facts->zeros_odd > many && facts->zeros_even <= many / 50) {
        *ret = (choice){"utf-16", "UTF-16LE", 0};
        return true;
    }
    if (facts->zeros_even > many && facts->zeros_odd <= many / 50) {
        *ret = (choice){"utf-16", "UTF-16BE", 0};
        return true;
    }
    return false;
}

static choice find_choice(const text_facts *facts, const unsigned char *head, size_t n)
{
    choice found;
    if (utf16_found(facts, head, n, &found))
        return found;
    if (facts->utf8)
        return (choice){"utf-8", NULL, 0};
    return facts->c1 ? (choice){"windows-1252", "CP1252", 0} : (choice){"latin-1", "ISO-8859-1", 0};
}

static kept_status given_choice(const char *encoding, const char *shown, const text_facts *facts,
                                const unsigned char *head, size_t n, choice *ret, kept_err *err)
{
    if (!strcasecmp(encoding, "utf-8") || !strcasecmp(encoding, "utf8")) {
        if (!facts->utf8)
            return kept_fail(err, KEPT_EINPUT,
                             "%s is not valid UTF-8; leave --encoding out to have it found.",
                             shown);
        *ret = (choice){"utf-8", NULL, 0};
    } else if (!strcasecmp(encoding, "utf-16") || !strcasecmp(encoding, "utf16")) {
        if (!utf16_found(facts, head, n, ret))
            *ret = (choice){"utf-16", "UTF-16LE", 0};
    } else if (!strcasecmp(encoding, "latin-1") || !strcasecmp(encoding, "latin1")) {
        *ret = (choice){"latin-1", "ISO-8859-1", 0};
    } else if (!strcasecmp(encoding, "windows-1252")) {
        *ret = (choice){"windows-1252", "CP1252", 0};
    } else {
        *ret = (choice){encoding, encoding, 0}; /* whatever the C library knows, e.g. macintosh */
    }
    return KEPT_OK;
}

/* Text in UTF-8 with a few stray bytes (cut fields, files of two encodings put together) must not
 * be taken for Windows-1252 as a whole: every umlaut would turn into two signs. */
typedef struct stray {
    uint64_t sequences, bytes; /* good sequences beyond ASCII; bytes that belong to none */
    size_t first_line;         /* of the first such byte */
} stray;

static void count_stray(const unsigned char *text, size_t len, size_t *line, stray *s)
{
    for (size_t i = 0; i < len; i++) {
        *line += text[i] == '\n';
        if (text[i] < 0x80)
            continue;
        size_t n = text[i] >= 0xf0 ? 4 : text[i] >= 0xe0 ? 3 : 2;
        if (i + n <= len && kept_text_utf8((const char *)text + i, n)) {
            s->sequences++;
            i += n - 1;
        } else if (s->bytes++ == 0) {
            s->first_line = *line;
        }
    }
}

static kept_status refuse_mixture(const char *path, const char *shown, kept_err *err)
{
    FILE *file = NULL;
    KEPT_TRY(kept__file_open(path, shown, &file, err));
    unsigned char *block = kept_mem_alloc(BLOCK + 4);
    size_t keep = 0, n, line = 1;
    stray s = {0};
    while (block && (n = fread(block + keep, 1, BLOCK, file)) > 0) {
        size_t len = keep + n, whole = whole_characters(block, len);
        count_stray(block, whole, &line, &s);
        keep = len - whole;
        memmove(block, block + whole, keep);
    }
    fclose(file);
    kept_mem_free(block);
    if (!block)
        return kept_nomem(err);
    if (s.sequences < 10 * (s.bytes + 1))
        return KEPT_OK;
    return kept_fail(err, KEPT_EINPUT,
                     "%s, line %zu: the file is in UTF-8, but this line and others (%llu bytes in "
                     "all) are not; mend them, or say which encoding it is with --encoding.",
                     shown, s.first_line, (unsigned long long)s.bytes);
}

kept_status kept__text_plain(const char *path, const char *shown, const char *encoding,
                             const char *folder, kept_arena *arena, const char **ret_path,
                             const char **ret_encoding, kept_err *err)
{
    const char *original = path;
    text_facts facts;
    KEPT_AUTO_BUF head = KEPT_BUF_INIT;
    bool whole;
    KEPT_TRY(look_all(path, shown, &facts, err));
    KEPT_TRY(kept__file_head(path, shown, 4, &head, &whole, err));
    const unsigned char *start = (const unsigned char *)kept_buf_text(&head);
    choice how = {0};
    if (encoding)
        KEPT_TRY(given_choice(encoding, shown, &facts, start, head.len, &how, err));
    else
        how = find_choice(&facts, start, head.len);
    if (!encoding && how.iconv && strncmp(how.iconv, "UTF-16", 6) != 0)
        KEPT_TRY(refuse_mixture(path, shown, err));
    if (!how.iconv || strncmp(how.iconv, "UTF-16", 6) != 0) {
        if (facts.zeros > facts.bytes / 3)
            return kept_fail(err, KEPT_EINPUT,
                             "%s consists of zero bytes for the most part: a copy or download went "
                             "wrong; get the file again.",
                             shown);
        if (facts.zeros)
            KEPT_TRY(drop_zeros(path, shown, folder, arena, &path, err));
    }
    if (how.iconv) {
        const char *step = path;
        kept_status status = convert(step, shown, how.iconv, how.bom, folder, arena, &path, err);
        if (step != original) /* a large file need not lie there three times */
            unlink(step);
        KEPT_TRY(status);
    }
    *ret_path = path;
    *ret_encoding = kept_arena_strdup(arena, how.shown);
    return *ret_encoding ? KEPT_OK : kept_nomem(err);
}
