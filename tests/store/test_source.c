#include "support.h"

#include <iconv.h>

#include <zlib.h>

#include "kept/random.h"
#include "source_support.h"
#include "store/facts/source_int.h"

static const kept_source_opts plain = {0};

void test_source__reads_plain_csv_in_place(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *path = BENCH_TEXT(&b, "orders.csv",
                                  "customer,date,amount\n"
                                  "C1,2024-01-05,12.50\n"
                                  "C2,2024-01-06,\n"
                                  "C1,2024-01-05,7\n");
    kept_source *s = bench_source(&b, path, plain);
    assert_int_equal(s->format, KEPT_FORMAT_CSV);
    assert_string_equal(s->encoding, "utf-8");
    assert_int_equal(s->delimiter, ',');
    assert_true(s->has_header);
    assert_int_equal(s->first_line, 2);
    assert_string_equal(bench_names(&b, s), "customer|date|amount");
    assert_string_equal(bench_rows(&b, s),
                        "C1|2024-01-05|12.50\nC2|2024-01-06|-\nC1|2024-01-05|7\n");
    assert_int_equal(s->looked_at, 3);
    assert_int_equal(s->columns[2].filled, 2);
    assert_string_equal(s->columns[0].samples[0], "C1");
    assert_string_equal(s->columns[0].samples[1], "C2");
    assert_null(s->columns[0].samples[2]);
    bench_close(&b);
}

/* A file outside the folders the engine knows, with a name that looks like a pattern. */
void test_source__reads_anywhere(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    char folder[] = "/tmp/kept-else[w]here-XXXXXX", path[256], other[256];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a*b?.csv", folder);
    snprintf(other, sizeof other, "%s/axbx.csv", folder);
    const char *paths[] = {path, other};
    for (int i = 0; i < 2; i++) {
        FILE *f = fopen(paths[i], "w");
        assert_non_null(f);
        fprintf(f, "customer;amount\nC%d;1\n", i);
        fclose(f);
    }
    assert_string_equal(bench_rows(&b, bench_source(&b, path, plain)), "C0|1\n");
    remove(path);
    remove(other);
    rmdir(folder);
    bench_close(&b);
}

void test_source__finds_delimiters(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const struct {
        const char *text;
        char delimiter;
        const char *rows;
    } cases[] = {
        {"kunde;datum;betrag\nA;05.01.2024;1,50\nB;06.01.2024;2,25\n", ';',
         "A|05.01.2024|1,50\nB|06.01.2024|2,25\n"},
        {"a;1,5;2,5\nb;3,5;4,5\n", ';', "a|1,5|2,5\nb|3,5|4,5\n"}, /* no header */
        {"customer\tamount\nC,1\t5\nC,2\t6\n", '\t', "C,1|5\nC,2|6\n"},
        {"customer|amount\nC1|5\n", '|', "C1|5\n"},
        {"customer,note\nC1,\"a;b;c\"\nC2,\"d;e\nf\"\n", ',', "C1|a;b;c\nC2|d;e\nf\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = bench_file(&b, "x", cases[i].text, strlen(cases[i].text));
        kept_source *s = bench_source(&b, path, plain);
        assert_int_equal(s->delimiter, cases[i].delimiter);
        assert_string_equal(bench_rows(&b, s), cases[i].rows);
    }
    const char *path = BENCH_TEXT(&b, "x", "customer~amount\nC1~5\n");
    kept_source *s = bench_source(&b, path, plain);
    assert_int_equal(s->n_columns, 1); /* shown as it is */
    s = bench_source(&b, path, (kept_source_opts){.delimiter = "~"});
    assert_string_equal(bench_rows(&b, s), "C1|5\n");
    CHECK_CONTAINS(bench_refused(&b, path, (kept_source_opts){.delimiter = "ab"}), "\"ab\"");
    bench_close(&b);
}

void test_source__finds_headers(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const struct {
        const char *text, *names;
        bool header;
        size_t first_line;
        const char *rows;
    } cases[] = {
        {"C1,2024-01-05,3\nC2,2024-01-06,4\n", "column1|column2|column3", false, 1,
         "C1|2024-01-05|3\nC2|2024-01-06|4\n"},
        {"Orders of January\n\n\ncustomer,date,amount\nC1,2024-01-05,3\n", "customer|date|amount",
         true, 5, "C1|2024-01-05|3\n"},
        {"Report,,\ncustomer,date,amount\nC1,2024-01-05,3\n", "customer|date|amount", true, 3,
         "C1|2024-01-05|3\n"},
        {"\n\n1,2024-01-05,3\n2,2024-01-06,3\n", "column1|column2|column3", false, 3,
         "1|2024-01-05|3\n2|2024-01-06|3\n"},
        {"customer,Date,date,,amount\nC1,2024-01-05,2024-01-06,x,3\n",
         "customer|Date|date_2|column4|amount", true, 2, "C1|2024-01-05|2024-01-06|x|3\n"},
        {"customer,2023,2024\nC1,5,6\n", "customer|2023|2024", false, 1, NULL},
        {"customer,amount\nC1,5,\nC2,6,\n", "customer|amount", true, 2, "C1|5\nC2|6\n"},
        {"customer,amount\n1,C1,5\n2,C2,6\n", "column1|customer|amount", true, 2,
         "1|C1|5\n2|C2|6\n"},
        {"\"cust\nomer\",\"am \"\"x\"\"\"\nC1,5\n", "cust\nomer|am \"x\"", true, 3, "C1|5\n"},
        {"customer,channel\nanna,web\nberta,shop\n", "customer|channel", true, 2,
         "anna|web\nberta|shop\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (!cases[i].rows)
            continue;
        const char *path = bench_file(&b, "x.csv", cases[i].text, strlen(cases[i].text));
        kept_source *s = bench_source(&b, path, plain);
        assert_string_equal(bench_names(&b, s), cases[i].names);
        assert_int_equal(s->has_header, cases[i].header);
        assert_int_equal(s->first_line, cases[i].first_line);
        assert_string_equal(bench_rows(&b, s), cases[i].rows);
    }
    bench_close(&b);
}

static const char *encoded(bench *b, const char *encoding, const char *bom, size_t bom_len,
                           const char *text)
{
    char out[4096];
    memcpy(out, bom, bom_len);
    char *from = kept_arena_strdup(&b->arena, text), *to = out + bom_len;
    size_t left = strlen(text), room = sizeof out - bom_len;
    iconv_t how = iconv_open(encoding, "UTF-8");
    assert_true(iconv(how, &from, &left, &to, &room) != (size_t)-1);
    iconv_close(how);
    return bench_file(b, "x.csv", out, (size_t)(to - out));
}

void test_source__finds_encodings(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *text = "Kunde;Betrag\nM\xc3\xbcller;5\nGr\xc3\xbcn;6\n";
    const char *euro = "Kunde;Betrag\nM\xc3\xbcller;5 \xe2\x82\xac\nGr\xc3\xbcn;6\n";
    const char *want = "M\xc3\xbcller|5\nGr\xc3\xbcn|6\n";
    const struct {
        const char *encoding, *bom;
        size_t bom_len;
        const char *found;
    } cases[] = {
        {"UTF-8", "", 0, "utf-8"},
        {"UTF-8", "\xef\xbb\xbf", 3, "utf-8"},
        {"UTF-16LE", "\xff\xfe", 2, "utf-16"},
        {"UTF-16BE", "\xfe\xff", 2, "utf-16"},
        {"UTF-16LE", "", 0, "utf-16"},
        {"UTF-16BE", "", 0, "utf-16"},
        {"ISO-8859-1", "", 0, "latin-1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = encoded(&b, cases[i].encoding, cases[i].bom, cases[i].bom_len, text);
        kept_source *s = bench_source(&b, path, plain);
        assert_string_equal(s->encoding, cases[i].found);
        assert_string_equal(bench_names(&b, s), "Kunde|Betrag");
        assert_string_equal(bench_rows(&b, s), want);
    }
    kept_source *s = bench_source(&b, encoded(&b, "CP1252", "", 0, euro), plain);
    assert_string_equal(s->encoding, "windows-1252");
    assert_string_equal(bench_rows(&b, s), "M\xc3\xbcller|5 \xe2\x82\xac\nGr\xc3\xbcn|6\n");
    const char *mac = encoded(&b, "MACINTOSH", "", 0, text);
    s = bench_source(&b, mac, (kept_source_opts){.encoding = "macintosh"});
    assert_string_equal(bench_rows(&b, s), want);
    CHECK_CONTAINS(bench_refused(&b, mac, (kept_source_opts){.encoding = "utf-8"}), "UTF-8");
    CHECK_CONTAINS(bench_refused(&b, mac, (kept_source_opts){.encoding = "klingon"}), "klingon");
    bench_close(&b);
}

void test_source__line_ends_and_zeros(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    static const char *const same[] = {
        "customer,amount\rC1,5\rC2,6\r",     "customer,amount\r\nC1,5\r\nC2,6\r\n",
        "customer,amount\r\nC1,5\nC2,6\r\n", "customer,amount\nC1,5\nC2,6\r\n",
        "customer,amount\nC1,5\rC2,6",
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        const char *path = bench_file(&b, "x.csv", same[i], strlen(same[i]));
        assert_string_equal(bench_rows(&b, bench_source(&b, path, plain)), "C1|5\nC2|6\n");
    }
    const char *path = BENCH_TEXT(&b, "x.csv", "customer,note\r\nC1,\"two\nlines\"\r\nC2,x\r\n");
    kept_source *s = bench_source(&b, path, plain);
    assert_string_equal(bench_rows(&b, s), "C1|two\nlines\nC2|x\n");
    assert_string_equal(s->reading, path); /* read in place */
    path = BENCH_TEXT(&b, "x.csv", "customer,amount\nC1\0\0,5\nC2,6\n");
    assert_string_equal(bench_rows(&b, bench_source(&b, path, plain)), "C1|5\nC2|6\n");
    bench_close(&b);
}

static const char *gzipped(bench *b, const void *data, size_t len)
{
    char *path = kept_arena_printf(&b->arena, "%s/in-%u.gz", b->folder, ++b->files);
    gzFile out = gzopen(path, "wb");
    assert_int_equal(gzwrite(out, data, (unsigned)len), (int)len);
    assert_int_equal(gzclose(out), Z_OK);
    return path;
}

void test_source__unpacks_gzip(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    char text[100000];
    size_t n = (size_t)snprintf(text, sizeof text, "Kunde;Betrag\n");
    kept_rng rng = kept_rng_make(1, 1);
    for (int i = 0; i < 3000; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "M\xfcller%llu;%d\n",
                              (unsigned long long)kept_rng_u64(&rng), i);
    const char *path = gzipped(&b, text, n);
    kept_source *s = bench_source(&b, path, plain);
    assert_string_equal(s->encoding, "latin-1");
    assert_string_equal(s->path, path);
    int64_t rows = 0;
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_duck_int(b.duck,
                           kept_arena_printf(&b.arena,
                                             "SELECT count(*) FROM %s WHERE "
                                             "Kunde LIKE 'M\xc3\xbcller%%'",
                                             s->relation),
                           NULL, 0, &rows, &err));
    assert_int_equal(rows, 3000);
    assert_int_equal(truncate(path, 3000), 0);
    CHECK_CONTAINS(bench_refused(&b, path, plain), "cut off or damaged");
    CHECK_CONTAINS(bench_refused(&b, gzipped(&b, "", 0), plain), "holds nothing");
    bench_close(&b);
}

void test_source__refuses_what_is_no_table(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    static char zeros[5000];
#define WIDE "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"
#define OLE  "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    const struct {
        const char *data;
        size_t len;
        const char *says;
    } cases[] = {
        {"", 0, "is empty"},
        {zeros, sizeof zeros, "zero bytes"},
        {"%PDF-1.7 ...", 12, "PDF"},
        {OLE "....", 12, "save it as .xlsx"},
        {OLE "...." WIDE "...", 47, "password"},
        {"  <!DOCTYPE html><html>", 23, "web page"},
        {"<?xml version='1.0'?><a/>", 25, "XML"},
        {"PAR1 and then nothing", 21, "cut off or damaged"},
        {"PK\x03\x04 and then nothing", 21, "cut off or damaged"},
        {"\n\n\n", 3, "empty lines"},
        {"customer,amount\n", 16, "no rows"},
        {"{\"a\": 1}\n{\"a\": \n", 17, "JSON"},
        {"{\"a\": 1}\n{\"a\": [1, 2]}\n", 23, "\"a\""},
        {"\x89PNG\r\n\x1a\n", 8, "picture"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = bench_file(&b, "what.csv", cases[i].data, cases[i].len);
        const char *said = bench_refused(&b, path, plain);
        CHECK_CONTAINS(said, cases[i].says);
        CHECK_CONTAINS(said, path);
        assert_int_equal(b.err.code, KEPT_EINPUT);
    }
    CHECK_CONTAINS(bench_refused(&b, b.folder, plain), "folder");
    bench_refused(&b, "/nowhere/at/all.csv", plain);
    assert_int_equal(b.err.code, KEPT_ENOTFOUND);
    CHECK_CONTAINS(bench_refused(&b, "/dev/null", plain), "ordinary file");
    bench_close(&b);
}

void test_source__reads_json_lines(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *path =
        BENCH_TEXT(&b, "x.jsonl",
                   "{\"customer\": \"C1\", \"date\": \"05/01/2024\", \"amount\": 12.50}\n"
                   "{\"customer\": 17, \"amount\": null, \"paid\": true}\n"
                   "{\"customer\": \"\", \"date\": \"06/01/2024\", \"amount\": 3}\n");
    kept_source *s = bench_source(&b, path, plain);
    assert_int_equal(s->format, KEPT_FORMAT_JSONL);
    assert_string_equal(bench_names(&b, s), "customer|date|amount|paid");
    assert_string_equal(bench_rows(&b, s), "C1|05/01/2024|12.5|-\n17|-|-|true\n-|06/01/2024|3|-\n");
    path = BENCH_TEXT(&b, "x.json", "[{\"customer\": \"C1\"},\n {\"customer\": \"C2\"}]");
    assert_string_equal(bench_rows(&b, bench_source(&b, path, plain)), "C1\nC2\n");
    bench_close(&b);
}

void test_source__reads_parquet(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    kept_err err = KEPT_ERR_INIT;
    char *path = kept_arena_printf(&b.arena, "%s/x.parquet", b.folder);
    char *sql = kept_arena_printf(
        &b.arena,
        "COPY (SELECT 'C' || range AS customer, DATE '2024-03-30' + range::INTEGER AS day, "
        "TIMESTAMP '2024-03-31 12:30:00' AS at, TIMESTAMPTZ '2024-03-31 12:30:00+02' AS instant, "
        "(range + 0.5)::DECIMAL(18,4) AS amount, CASE WHEN range = 1 THEN NULL ELSE range END AS "
        "line FROM range(2)) TO '%s' (FORMAT parquet)",
        path);
    CHECK_OK(kept_duck_exec(b.duck, sql, NULL, 0, NULL, &err));
    kept_source *s = bench_source(&b, path, plain);
    assert_int_equal(s->format, KEPT_FORMAT_PARQUET);
    assert_int_equal(s->expected_rows, 2);
    assert_string_equal(bench_rows(&b, s),
                        "C0|2024-03-30|2024-03-31 12:30:00|2024-03-31T10:30:00.000000Z|0.5000|0\n"
                        "C1|2024-03-31|2024-03-31 12:30:00|2024-03-31T10:30:00.000000Z|1.5000|-\n");
    bench_close(&b);
}

/* The scanner and the engine cut random small files into the same rows: as many, and the same text
 * in the first cell. Otherwise lines of rejected rows would be wrong. */
void test_source__scanner_cuts_as_the_engine_does(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    kept_rng rng = kept_rng_make(42, 0);
    kept_err err = KEPT_ERR_INIT;
    static const char *const parts[] = {"x",          "12", ",",     ",",       ",",
                                        "\n",         "\n", "\"a\"", "\"p,q\"", "\"l\nm\"",
                                        "\"d\"\"e\"", " ",  "u\"v",  "\"w\"z",  "\"\""};
    int rounds = 0;
    for (int round = 0; round < 300; round++) {
        KEPT_AUTO_BUF text = KEPT_BUF_INIT;
        kept_buf_add(&text, "one,two,three\n");
        for (int i = 0; i < 40; i++) /* so that there is no doubt about the columns */
            kept_buf_add(&text, "alpha,beta,gamma\n");
        for (int i = 0; i < 40; i++)
            kept_buf_add(&text, parts[kept_rng_below(&rng, sizeof parts / sizeof parts[0])]);
        kept_buf_add(&text, "\nomega,psi,chi\n");
        const char *path = bench_file(&b, "fuzz.csv", text.data, text.len);
        kept_source *s = NULL;
        kept_source_opts opts = {.delimiter = ",", .temp_folder = b.folder};
        if (kept_source_open(b.duck, path, &opts, &b.arena, &s, &err) != KEPT_OK) {
            CHECK_CONTAINS(err.msg, "never closed");
            continue;
        }
        rounds++;
        const char *got = bench_query(
            &b, kept_arena_printf(&b.arena,
                                  "SELECT coalesce(nullif(replace(one, ' ', ''), ''), '-') FROM %s",
                                  s->relation));
        KEPT_AUTO_BUF want = KEPT_BUF_INIT;
        KEPT_AUTO_CSV csv = {0};
        CHECK_OK(kept__csv_open(s->reading, ',', '"', &csv, &err));
        kept__record record;
        bool more = true, header = true;
        for (;;) {
            CHECK_OK(kept__csv_next(&csv, &record, &more, &err));
            if (!more)
                break;
            if (!header && kept__csv_fits(&record, s->n_columns)) {
                KEPT_AUTO_BUF cell = KEPT_BUF_INIT;
                size_t at = 0;
                kept__csv_cell(&record, ',', '"', &at, &cell);
                size_t before = want.len;
                for (size_t i = 0; i < cell.len; i++)
                    if (cell.data[i] != ' ')
                        kept_buf_add_char(&want, cell.data[i]);
                kept_buf_add(&want, want.len == before ? "-" : "");
                kept_buf_add_char(&want, '\n');
            }
            header = false;
        }
        if (strcmp(got, kept_buf_text(&want)) != 0)
            fail_msg("round %d\nfile:\n%s\nengine:\n%s\nscanner:\n%s", round, text.data, got,
                     kept_buf_text(&want));
    }
    assert_true(rounds > 100);
    bench_close(&b);
}

void test_source__real_files_open(void **state)
{
    (void)state;
    const char *folder = data_folder("online_retail/online_retail_all.csv.gz");
    if (!folder)
        return;
    bench b;
    bench_open(&b);
    const struct {
        const char *name;
        int64_t rows;
        size_t columns;
    } files[] = {
        {"cdnow/cdnow_sample.csv", 6919, 5},
        {"online_retail/online_retail_all.csv.gz", 541909, 8},
        {"olist/orders_union_18027.csv", 18027, 11},
    };
    kept_err err = KEPT_ERR_INIT;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        kept_source *s =
            bench_source(&b, kept_arena_printf(&b.arena, "%s/%s", folder, files[i].name), plain);
        int64_t rows = 0;
        CHECK_OK(kept_duck_int(b.duck,
                               kept_arena_printf(&b.arena,
                                                 "SELECT count(*) FROM (SELECT \"%s\" AS "
                                                 "x FROM %s)",
                                                 s->columns[1].name, s->relation),
                               NULL, 0, &rows, &err));
        assert_int_equal(rows, files[i].rows);
        assert_int_equal(s->n_columns, files[i].columns);
        assert_true(s->has_header);
    }
    bench_close(&b);
}

/* Rows whose quotes cannot be right leave the others where they are. */
void test_source__broken_quotes(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *path = BENCH_TEXT(&b, "x.csv",
                                  "customer,note,amount\n"
                                  "C1,\"fine\",1\n"
                                  "C2,\"5\" pipe\",2\n"
                                  "C3,\"two\nlines\"x,3\n"
                                  "C4,plain \"quotes\" inside,4\n"
                                  "C5,\"ok\",\"5");
    kept_source *s = bench_source(&b, path, plain);
    assert_string_equal(bench_rows(&b, s), "C1|fine|1\nC4|plain \"quotes\" inside|4\n");
    assert_int_equal(s->n_broken, 3);
    assert_int_equal(s->broken[0].line, 3);
    assert_string_equal(s->broken[1].text, "C3,\"two\nlines\"x,3");
    assert_int_equal(s->broken[2].line, 7);
    assert_int_equal(s->broken[1].why, KEPT_BROKEN_AFTER_QUOTE);
    assert_int_equal(s->broken[2].why, KEPT_BROKEN_UNCLOSED);
    path = BENCH_TEXT(&b, "x.csv", "customer,note\nC1,x\nC2,\"open\nC3,y\nC4,z\n");
    CHECK_CONTAINS(bench_refused(&b, path, plain), "line 3");
    bench_close(&b);
}

/* A few stray bytes do not turn every umlaut of a UTF-8 file into two signs of Windows-1252. */
void test_source__mixed_encodings_are_refused(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_buf_add(&text, "Kunde;Betrag\n");
    for (int i = 0; i < 50; i++)
        kept_buf_add(&text, i == 40 ? "M\xfcller;5\n" : "M\xc3\xbcller;5\n");
    const char *path = bench_file(&b, "x.csv", text.data, text.len);
    CHECK_CONTAINS(bench_refused(&b, path, plain), "line 42");
    kept_source *s = bench_source(&b, path, (kept_source_opts){.encoding = "windows-1252"});
    assert_int_equal(s->looked_at, 50);
    bench_close(&b);
}
