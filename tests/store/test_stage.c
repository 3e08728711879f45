#include "support.h"

#include <xlsxwriter.h>

#include "catalogue/fact_kind.h"
#include "source_support.h"
#include "store/facts/mapping.h"
#include "store/facts/stage.h"
#include "store/facts/stage_int.h"

static const kept_source_opts plain = {0};

static const kept_fact_kind *find_kind(bench *b, const char *name)
{
    kept_err err = KEPT_ERR_INIT;
    kept_fact_kinds kinds;
    const kept_fact_kind *kind = NULL;
    CHECK_OK(kept_fact_kinds_load(NULL, &b->arena, &kinds, &err));
    CHECK_OK(kept_fact_kinds_find(&kinds, name, &kind, &err));
    return kind;
}

typedef struct staging {
    const kept_source *source;
    const kept_mapping *mapping;
    kept_staged *stage;
} staging;

static kept_status try_stage(bench *b, const char *kind, const char *path, const char *map,
                             kept_stage_opts opts, staging *ret)
{
    kept_err err = KEPT_ERR_INIT;
    kept_mapping *mapping = NULL;
    kept_mapping_opts mapping_opts = {.map = map};
    ret->source = bench_source(b, path, plain);
    CHECK_OK(kept_mapping_make(b->duck, find_kind(b, kind), ret->source, &mapping_opts, &b->arena,
                               &mapping, &err));
    ret->mapping = mapping;
    b->err = (kept_err)KEPT_ERR_INIT;
    return kept_stage_load(b->duck, &ret->source, &ret->mapping, 1, &opts, &b->arena, &ret->stage,
                           &b->err);
}

static staging stage_file(bench *b, const char *kind, const char *path, const char *map,
                          kept_stage_opts opts)
{
    staging s = {0};
    if (try_stage(b, kind, path, map, opts, &s) != KEPT_OK)
        fail_msg("%s (%s:%d)", b->err.msg, b->err.file, b->err.line);
    return s;
}

/* The staged rows as text, all columns. */
static const char *staged(bench *b)
{
    return bench_query(b, "SELECT COLUMNS(*)::VARCHAR FROM stage ORDER BY \"row\"");
}

static const char *columns(bench *b, const kept_staged *stage)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (size_t i = 0; i < stage->n_columns; i++)
        kept_buf_printf(&out, "%s%s", i ? "|" : "", stage->columns[i]);
    return kept_arena_strdup(&b->arena, kept_buf_text(&out));
}

static const char *rejects(bench *b, const kept_staged *stage)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (size_t i = 0; i < stage->n_rejects; i++) {
        const kept_reject *r = &stage->rejects[i];
        kept_buf_printf(&out, "%zu|%s|%s|%s\n", r->line, r->column, r->value, r->reason);
    }
    return kept_arena_strdup(&b->arena, kept_buf_text(&out));
}

static const char *reasons(bench *b, const kept_staged *stage)
{
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    for (size_t i = 0; i < stage->n_reasons; i++)
        kept_buf_printf(&out, "%zu %s\n", stage->reasons[i].n, stage->reasons[i].reason);
    return kept_arena_strdup(&b->arena, kept_buf_text(&out));
}

void test_stage__types_and_computed_columns(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *path = BENCH_TEXT(&b, "orders.csv",
                                  "cust;datum;menge;preis;kanal\n"
                                  "17850.0;31.03.2024;6;2,55;web\n"
                                  " 9001.0 ;01.04.2024 14:05;-1;1.234,5;\n"
                                  ";;;;\n"
                                  "77.0;02.04.2024;3;0,33335;a channel longer than twelve bytes\n");
    staging s = stage_file(&b, "orders", path,
                           "customer=cust,happened_at=datum,quantity=menge,amount=preis*menge,"
                           "list_price=none,channel=kanal",
                           (kept_stage_opts){0});
    assert_string_equal(columns(&b, s.stage),
                        "customer|happened_at|happened_at_clock|amount|quantity|channel");
    /* 0.33335 x 3 = 1.00005, half to even 1.0000 */
    assert_string_equal(staged(&b),
                        "1|17850|2024-03-31|-|15.3000|6.0000|web\n"
                        "2|9001|2024-04-01|14:05:00|-1234.5000|-1.0000|-\n"
                        "4|77|2024-04-02|-|1.0000|3.0000|a channel longer than twelve bytes\n");
    assert_int_equal(s.stage->read, 3);
    assert_int_equal(s.stage->set_aside, 0);
    assert_int_equal(s.stage->negative_amounts, 1);
    bench_close(&b);
}

/* A time of 0:00 in every row is no time. */
void test_stage__midnight_everywhere_is_a_day(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *path = BENCH_TEXT(&b, "orders.csv",
                                  "customer,date\nA,2024-03-31 00:00:00\n"
                                  "B,2024-04-01 00:00\n");
    staging s = stage_file(&b, "orders", path, NULL, (kept_stage_opts){0});
    assert_string_equal(columns(&b, s.stage), "customer|happened_at");
    assert_string_equal(staged(&b), "1|A|2024-03-31\n2|B|2024-04-01\n");
    bench_close(&b);
}

/* Summer time began in Berlin on 2024-03-31 at 01:00 UTC. */
void test_stage__offsets_become_local_time(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *path = BENCH_TEXT(&b, "orders.csv",
                                  "customer,date\n"
                                  "A,2024-03-31T00:59:59Z\n"
                                  "B,2024-03-31T01:00:00Z\n"
                                  "C,2024-12-31T18:30:00-05:00\n"
                                  "D,2024-12-31T18:30:00\n");
    stage_file(&b, "orders", path, NULL, (kept_stage_opts){.timezone = "Europe/Berlin"});
    assert_string_equal(staged(&b), "1|A|2024-03-31|01:59:59\n2|B|2024-03-31|03:00:00\n"
                                    "3|C|2025-01-01|00:30:00\n4|D|2024-12-31|18:30:00\n");
    bench_close(&b);
}

/* Offsets from our table equal those of the engine at many moments, old and odd ones too. */
void test_stage__zone_table_is_that_of_the_engine(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    kept_err err = KEPT_ERR_INIT;
    static const char *const zones[] = {"Europe/Berlin", "America/New_York", "Asia/Kolkata",
                                        "Australia/Lord_Howe", "UTC"};
    for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
        kept__zone *zone = NULL;
        CHECK_OK(kept__zone_read(b.duck, zones[z], &b.arena, &zone, &err));
        kept_duck_rows *rows = NULL;
        kept_duck_value name = KEPT_DV_TEXT(zones[z]);
        CHECK_OK(kept_duck_query(b.duck,
                                 "SELECT epoch_us(t), epoch_us(timezone($1, timezone('UTC', t))) - "
                                 "epoch_us(t) FROM (SELECT unnest(generate_series(TIMESTAMP "
                                 "'1900-01-01', TIMESTAMP '2100-01-01', INTERVAL 35 HOUR)) AS t)",
                                 &name, 1, &rows, &err));
        size_t checked = 0;
        for (size_t n;;) {
            CHECK_OK(kept_duck_next(rows, &n, &err));
            if (n == 0)
                break;
            const int64_t *t = kept_duck_data(rows, 0), *offset = kept_duck_data(rows, 1);
            for (size_t i = 0; i < n; i++, checked++)
                if (kept__zone_offset(zone, t[i]) != offset[i])
                    fail_msg("%s at %lld", zones[z], (long long)t[i]);
        }
        assert_true(checked > 50000);
        kept_duck_rows_free(rows);
    }
    bench_close(&b);
}

void test_stage__sets_rows_aside_with_line_and_reason(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *path = BENCH_TEXT(&b, "tickets.csv",
                                  "customer,ticket,opened,note,complaint,contacts,satisfaction\n"
                                  "A,1,2024-03-31,\"two\nlines\",yes,2,4.5\n"
                                  ",2,2024-03-31,x,no,1,\n"
                                  "B,3,2024-02-30,x,no,1,\n"
                                  "C,4,2024-03-31,x,maybe,1,\n"
                                  "\n"
                                  "D,5,2024-03-31,x,no,1.5,\n"
                                  "E,6,1824-03-31,x,no,1,\n"
                                  "F,7,2424-03-31,x,no,1,\n"
                                  "G,8,2024-03-31,x,no\n"
                                  "H,9,2024-03-31,x,no,1,4,surplus\n"
                                  "I,10,2024-03-31,\"x\"y,no,1,4\n"
                                  "J,11,2024-03-31,x,no,1,999999999999999\n"
                                  "K,12,2024-03-31,x,no,1,good\n"
                                  "L,13,2024-03-31,x,NO,3,-1\n");
    staging s =
        stage_file(&b, "tickets", path,
                   "customer=customer,ticket_id=ticket,opened_at=opened,complaint=complaint,"
                   "contacts=contacts,satisfaction=satisfaction",
                   (kept_stage_opts){0});
    assert_string_equal(rejects(&b, s.stage),
                        "4|customer||customer is missing\n"
                        "5|opened|2024-02-30|2024-02-30 is not a date\n"
                        "6|complaint|maybe|maybe is neither yes nor no\n"
                        "8|contacts|1.5|1.5 is not a whole number\n"
                        "9|opened|1824-03-31|1824-03-31 is before the year 1900\n"
                        "10|opened|2424-03-31|2424-03-31 is more than ten years ahead\n"
                        "11||G,8,2024-03-31,x,no|the row has 5 cells, not 7\n"
                        "12||H,9,2024-03-31,x,no,1,4,surplus|the row has 8 cells, not 7\n"
                        "13||I,10,2024-03-31,\"x\"y,no,1,4|text stands after a closing quote\n"
                        "14|satisfaction|999999999999999|satisfaction is too large\n"
                        "15|satisfaction|good|good is not a number\n");
    assert_int_equal(s.stage->read, 13);
    assert_int_equal(s.stage->set_aside, 11);
    CHECK_CONTAINS(reasons(&b, s.stage), "2 opened_at is before 1900 or more than ten years ahead");
    CHECK_CONTAINS(reasons(&b, s.stage), "1 customer is missing");
    CHECK_CONTAINS(reasons(&b, s.stage), "1 the row has too few cells");
    size_t sum = 0;
    for (size_t i = 0; i < s.stage->n_reasons; i++)
        sum += s.stage->reasons[i].n;
    assert_int_equal(sum, s.stage->set_aside);
    assert_string_equal(bench_query(&b, "SELECT \"row\"::VARCHAR, customer, complaint::VARCHAR, "
                                        "contacts::VARCHAR, satisfaction::VARCHAR FROM stage"),
                        "1|A|true|2|4.5000\n10|L|false|3|-1.0000\n");
    bench_close(&b);
}

void test_stage__choices_are_closed_lists(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *path = BENCH_TEXT(&b, "quotes.csv",
                                  "customer,date,result\nA,2024-03-31,Won\n"
                                  "B,2024-03-31,lsot\nC,2024-03-31,\n");
    staging s = stage_file(&b, "quotes", path, "customer=customer,happened_at=date,result=result",
                           (kept_stage_opts){0});
    assert_string_equal(rejects(&b, s.stage),
                        "3|result|lsot|lsot is not one of open, won, lost; did you mean lost?\n");
    assert_string_equal(bench_query(&b, "SELECT result FROM stage"), "won\n-\n");
    bench_close(&b);
}

/* What systems write into an optional date for "none" is none; a required one is not a date. */
void test_stage__dates_that_mean_none(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *path = BENCH_TEXT(&b, "orders.csv",
                                  "customer,date,paid\nA,2024-03-31,9999-12-31\n"
                                  "B,2024-03-31,0000-00-00\nC,9999-12-31,\n"
                                  "D,2024-03-31,1753-01-01 00:00:00\n"
                                  "E,2024-03-31,00.00.0000\n");
    staging s = stage_file(&b, "orders", path, "customer=customer,happened_at=date,paid_at=paid",
                           (kept_stage_opts){0});
    assert_string_equal(bench_query(&b, "SELECT customer, paid_at::VARCHAR FROM stage"),
                        "A|-\nB|-\nD|-\nE|-\n");
    assert_int_equal(s.stage->set_aside, 1);
    bench_close(&b);
}

void test_stage__currencies(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *mixed = BENCH_TEXT(&b, "orders.csv",
                                   "customer,date,amount,currency\n"
                                   "A,2024-01-10,10.00,EUR\n"
                                   "B,2024-01-10,10.00,usd\n"
                                   "C,2024-02-10,-0.05,USD\n"
                                   "D,2024-01-01,5,USD\n"
                                   "E,2024-02-10,7,GBP\n"
                                   "F,2024-02-10,8,\n");
    const char *map = "customer=customer,happened_at=date,amount=amount,currency=currency";
    staging s = {0};
    assert_int_equal(try_stage(&b, "orders", mixed, map, (kept_stage_opts){.currency = "EUR"}, &s),
                     KEPT_EINPUT);
    CHECK_CONTAINS(b.err.msg, "EUR, usd and GBP");
    CHECK_CONTAINS(b.err.msg, "--rates");
    const char *rates = BENCH_TEXT(&b, "rates.csv",
                                   "Currency;Date;Rate\n"
                                   "USD;2024-01-05;0,91\nUSD;2024-02-01;0,93\n"
                                   "GBP;2024-01-01;1,1625\n");
    s = stage_file(&b, "orders", mixed, map,
                   (kept_stage_opts){.currency = "EUR", .rates_path = rates});
    /* -0.05 x 0.93 = -0.0465; D has no rate before 5 January */
    assert_string_equal(bench_query(&b, "SELECT customer, amount::VARCHAR, currency FROM stage"),
                        "A|10.0000|EUR\nB|9.1000|EUR\nC|-0.0465|EUR\nE|8.1375|EUR\nF|8.0000|-\n");
    assert_int_equal(s.stage->converted, 3);
    assert_string_equal(rejects(&b, s.stage),
                        "5|currency|USD|there is no rate for USD on that day\n");
    const char *one = BENCH_TEXT(&b, "orders.csv",
                                 "customer,date,amount,currency\n"
                                 "A,2024-01-10,10.00,USD\n");
    assert_int_equal(try_stage(&b, "orders", one, map, (kept_stage_opts){.currency = "EUR"}, &s),
                     KEPT_EINPUT);
    CHECK_CONTAINS(b.err.msg, "in USD but the workspace is in EUR");
    stage_file(&b, "orders", one, map, (kept_stage_opts){.currency = ""});
    stage_file(&b, "orders", one, map, (kept_stage_opts){.currency = "USD"});
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"currency,rate\nUSD,abc\nGBP,1\n", "line 2"},
        {"currency,rate,date\nUSD,0.9,31.01.2024\n", "2024-03-31"},
        {"currency,price\nUSD,1\n", "currency and rate"},
        {"currency,rate\nUSD,1\nusd,2\n", "already"},
        {"currency,rate\nUSD,0\n", "above 0"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        rates = bench_file(&b, "rates.csv", bad[i].text, strlen(bad[i].text));
        assert_int_equal(try_stage(&b, "orders", mixed, map,
                                   (kept_stage_opts){.currency = "EUR", .rates_path = rates}, &s),
                         KEPT_EINPUT);
        CHECK_CONTAINS(b.err.msg, bad[i].says);
    }
    bench_close(&b);
}

void test_stage__several_files_with_different_columns(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    kept_err err = KEPT_ERR_INIT;
    const char *paths[] = {
        BENCH_TEXT(&b, "one.csv", "customer,date,amount\nA,2024-01-10,1\n,2024-01-10,1\n"),
        BENCH_TEXT(&b, "two.csv", "datum;kunde;kanal\n10.01.2024;B;web\nx;B;web\n"),
    };
    const char *maps[] = {"customer=customer,happened_at=date,amount=amount",
                          "customer=kunde,happened_at=datum,channel=kanal"};
    const kept_source *sources[2];
    const kept_mapping *mappings[2];
    for (int i = 0; i < 2; i++) {
        kept_mapping *mapping = NULL;
        kept_mapping_opts opts = {.map = maps[i], .date_format = i ? "dmy" : NULL};
        sources[i] = bench_source(&b, paths[i], plain);
        CHECK_OK(kept_mapping_make(b.duck, find_kind(&b, "orders"), sources[i], &opts, &b.arena,
                                   &mapping, &err));
        mappings[i] = mapping;
    }
    kept_staged *stage = NULL;
    CHECK_OK(kept_stage_load(b.duck, sources, mappings, 2, NULL, &b.arena, &stage, &err));
    assert_string_equal(staged(&b), "1|A|2024-01-10|1.0000|-\n3|B|2024-01-10|-|web\n");
    assert_string_equal(rejects(&b, stage), "3|customer||customer is missing\n"
                                            "3|datum|x|x is not a date\n");
    assert_string_equal(stage->rejects[1].path, paths[1]);
    char *out = kept_arena_printf(&b.arena, "%s/rejects.csv", b.folder);
    CHECK_OK(kept_rejects_write(b.duck, stage, sources, 2, out, &err));
    kept_source *again = bench_source(&b, out, plain);
    assert_string_equal(bench_names(&b, again), "customer|date|amount|datum|kunde|kanal|kept_file|"
                                                "kept_line|kept_column|kept_value|kept_reason");
    bench_close(&b);
}

static char *whole_file(bench *b, const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = kept_arena_alloc(&b->arena, 1 << 16, 1);
    size_t n = fread(text, 1, (1 << 16) - 1, file);
    fclose(file);
    text[n] = '\0';
    return text;
}

/* The rejects file, mended by hand, is imported as it is. */
void test_stage__rejects_can_be_mended(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    kept_err err = KEPT_ERR_INIT;
    const char *path = BENCH_TEXT(&b, "orders.csv",
                                  "customer,date,amount,note\n"
                                  "A,2024-01-10,1,x\n"
                                  ",2024-01-11,2,\"a, \"\"b\"\"\nc\"\n"
                                  "C,2024-01-32,3,M\xc3\xbcller\n"
                                  "D,2024-01-12,4\n"
                                  "E,2024-01-12,5,one,two\n");
    staging s = stage_file(&b, "orders", path, NULL, (kept_stage_opts){0});
    assert_int_equal(s.stage->set_aside, 4);
    char *out = kept_arena_printf(&b.arena, "%s/rejects.csv", b.folder);
    CHECK_OK(kept_rejects_write(b.duck, s.stage, &s.source, 1, out, &err));
    char *text = whole_file(&b, out);
    char *want = kept_arena_printf(
        &b.arena,
        "\xef\xbb\xbf"
        "customer,date,amount,note,kept_file,kept_line,kept_column,kept_value,"
        "kept_reason\n"
        "\"\",2024-01-11,2,\"a, \"\"b\"\"\nc\",%s,3,customer,,customer is missing\n"
        "C,2024-01-32,3,M\xc3\xbcller,%s,5,date,2024-01-32,2024-01-32 is not a date\n"
        "D,2024-01-12,4,,%s,6,,\"D,2024-01-12,4\",\"the row has 3 cells, not 4\"\n"
        "E,2024-01-12,5,\"one,two\",%s,7,,\"E,2024-01-12,5,one,two\",\"the row has 5 cells, not "
        "4\"\n",
        path, path, path, path);
    assert_string_equal(text, want);
    char *at = strstr(text, "\"\",2024-01-11"); /* mended: B for the missing customer */
    memcpy(at, "B ", 2);
    at = strstr(text, "2024-01-32");
    memcpy(at, "2024-01-31", 10);
    const char *mended = bench_file(&b, "mended.csv", text, strlen(text));
    s = stage_file(&b, "orders", mended, NULL, (kept_stage_opts){0});
    assert_int_equal(s.stage->set_aside, 0);
    assert_string_equal(bench_query(&b, "SELECT customer, happened_at::VARCHAR, amount::VARCHAR "
                                        "FROM stage ORDER BY customer"),
                        "B|2024-01-11|2.0000\nC|2024-01-31|3.0000\nD|2024-01-12|4.0000\n"
                        "E|2024-01-12|5.0000\n");
    bench_close(&b);
}

void test_stage__lines_of_workbooks_json_and_parquet(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    kept_err err = KEPT_ERR_INIT;
    char *path = kept_arena_printf(&b.arena, "%s/book.xlsx", b.folder);
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *sheet = workbook_add_worksheet(book, NULL);
    worksheet_write_string(sheet, 1, 0, "customer", NULL);
    worksheet_write_string(sheet, 1, 1, "date", NULL);
    worksheet_write_string(sheet, 2, 0, "A", NULL);
    worksheet_write_string(sheet, 2, 1, "2024-01-10", NULL);
    worksheet_write_string(sheet, 6, 0, "two\nlines", NULL);
    worksheet_write_string(sheet, 6, 1, "2024-01-10", NULL);
    worksheet_write_string(sheet, 8, 1, "2024-01-11", NULL); /* row 9: no customer */
    worksheet_write_string(sheet, 9, 0, "Sum", NULL);
    assert_int_equal(workbook_close(book), LXW_NO_ERROR);
    staging s = stage_file(&b, "orders", path, NULL, (kept_stage_opts){0});
    assert_string_equal(rejects(&b, s.stage),
                        "9|customer||customer is missing\n10|date||happened_at is missing\n");
    const char *json = BENCH_TEXT(&b, "x.jsonl",
                                  "{\"customer\": \"A\", \"date\": \"2024-01-10\"}\n\n"
                                  "{\"customer\": \"B\", \"date\": \"nie\"}\n");
    s = stage_file(&b, "orders", json, NULL, (kept_stage_opts){0});
    assert_string_equal(rejects(&b, s.stage), "3|date|nie|nie is not a date\n");
    char *out = kept_arena_printf(&b.arena, "%s/rejects.csv", b.folder);
    CHECK_OK(kept_rejects_write(b.duck, s.stage, &s.source, 1, out, &err));
    CHECK_CONTAINS(whole_file(&b, out), "\nB,nie,");
    char *parquet = kept_arena_printf(&b.arena, "%s/x.parquet", b.folder);
    CHECK_OK(kept_duck_exec(b.duck,
                            kept_arena_printf(&b.arena,
                                              "COPY (SELECT CASE WHEN range <> 4000 THEN 'C' || "
                                              "range END AS customer, DATE '2024-01-01' AS date, "
                                              "range::DECIMAL(18,4) AS amount "
                                              "FROM range(5000)) TO '%s'",
                                              parquet),
                            NULL, 0, NULL, &err));
    s = stage_file(&b, "orders", parquet, NULL, (kept_stage_opts){0});
    assert_string_equal(rejects(&b, s.stage), "4001|customer||customer is missing\n");
    assert_string_equal(bench_query(&b, "SELECT sum(amount)::VARCHAR FROM stage"),
                        "12493500.0000\n");
    bench_close(&b);
}

/* Order, numbers and rejects are right across many chunks and threads. */
void test_stage__many_rows_in_order(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    enum { N = 300000 };
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_buf_add(&text, "customer,date,amount,note\n");
    for (int i = 1; i <= N; i++) {
        if (i % 1000)
            kept_buf_printf(&text, "C%d", i);
        kept_buf_printf(&text, ",2024-01-%02d,%d.25,\"note %d\"\n", i % 31 + 1, i, i);
    }
    const char *path = bench_file(&b, "many.csv", text.data, text.len);
    staging s = stage_file(&b, "orders", path, "customer=customer,happened_at=date,amount=amount",
                           (kept_stage_opts){.rejects_kept = 100});
    assert_int_equal(s.stage->read, N);
    assert_int_equal(s.stage->set_aside, N / 1000);
    assert_int_equal(s.stage->n_rejects, 100);
    assert_int_equal(s.stage->rejects[99].line, 100001);
    assert_string_equal(
        bench_query(&b,
                    "SELECT count(*)::VARCHAR FROM (SELECT substr(customer, 2)::INT AS i, amount, "
                    "\"row\" FROM stage) WHERE amount = i + 0.25 AND "
                    "\"row\" = i"),
        "299700\n");
    bench_close(&b);
}

/* All that staging gives, as text. */
static const char *all_of(bench *b, const kept_staged *stage)
{
    return kept_arena_printf(
        &b->arena, "%zu %zu %zu %zu, keys %zu %zu %d %s %s\n%s%s%s%s", stage->read,
        stage->set_aside, stage->negative_amounts, stage->n_rejects, stage->keys.known,
        stage->keys.without, stage->keys.distinct, stage->keys.min, stage->keys.max,
        rejects(b, stage), reasons(b, stage),
        bench_query(b, "SELECT count(*)::VARCHAR, sum(hash(s)::HUGEINT)::VARCHAR FROM stage s"),
        bench_query(b, "SELECT count(*)::VARCHAR, sum(hash(r)::HUGEINT)::VARCHAR"
                       " FROM stage_rejects r"));
}

void test_stage__is_the_same_for_any_number_of_threads(void **state)
{
    (void)state;
    enum { N = 250000 }; /* more than one thread's share of a file */
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_buf_add(&text, "customer,date,order_id,line_id,amount,channel\n");
    for (int i = 1; i <= N; i++) {
        if (i % 5000 == 0)
            kept_buf_add(&text, ",,,,,\n"); /* not counted */
        kept_buf_printf(&text, "C%d,2024-01-%02d,%d,1,%d.25,\"a channel of number %d\"\n", i % 999,
                        i % 4000 ? i % 31 + 1 : 32, i, i % 7 - 3, i);
    }
    const char *first = NULL;
    bench b;
    bench_open(&b);
    const char *path = bench_file(&b, "orders.csv", text.data, text.len);
    for (size_t threads = 1; threads <= 4; threads += 3) {
        kept_err err = KEPT_ERR_INIT;
        kept_duck_close(b.duck);
        kept_duck_opts opts = {.threads = threads, .temp_folder = b.folder};
        CHECK_OK(kept_duck_open(&opts, &b.duck, &err));
        staging s = stage_file(&b, "orders", path, NULL, (kept_stage_opts){.rejects_kept = 50});
        assert_int_equal(s.stage->read, N);
        assert_true(s.stage->set_aside > 0);
        assert_true(s.stage->keys.distinct);
        const char *all = all_of(&b, s.stage);
        if (first)
            assert_string_equal(all, first);
        first = first ? first : all;
    }
    bench_close(&b);
}

void test_stage__tells_of_keys(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    static const struct {
        const char *rows;
        size_t known, without;
        bool distinct;
        const char *min, *max;
    } cases[] = {
        /* The range is of bytes; numbers rise as they are counted. */
        {"A,2024-01-01,9,1,1\nA,2024-01-01,9,2,1\nA,2024-01-01,10,1,1\n", 3, 0, true, "10", "9"},
        {"A,2024-01-01,9,1,1\nA,2024-01-01,10,1,1\nA,2024-01-01,10,1,1\n", 3, 0, false, "10", "9"},
        {"A,2024-01-01,9,2,1\nA,2024-01-01,9,1,1\n", 2, 0, false, "9", "9"}, /* not proved */
        {"A,2024-01-01,,1,1\nA,2024-01-01,7,,1\nA,2024-01-01,8,1,1\n", 1, 2, true, "8", "8"},
        {"A,2024-01-32,1,1,1\nA,2024-01-01,2,1,1\n", 1, 0, true, "2", "2"}, /* one set aside */
        {"A,2024-01-01,a long order number,1,1\nA,2024-01-01,a long order numbfr,1,1\n", 2, 0, true,
         "a long order number", "a long order numbfr"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text =
            kept_arena_printf(&b.arena, "customer,date,order_id,line_id,amount\n%s", cases[i].rows);
        const char *path = bench_file(&b, "orders.csv", text, strlen(text));
        const kept_key_facts *keys =
            &stage_file(&b, "orders", path, NULL, (kept_stage_opts){0}).stage->keys;
        assert_true(keys->counted);
        assert_int_equal(keys->known, cases[i].known);
        assert_int_equal(keys->without, cases[i].without);
        assert_int_equal(keys->distinct, cases[i].distinct);
        assert_string_equal(keys->min, cases[i].min);
        assert_string_equal(keys->max, cases[i].max);
    }
    /* Without the number that the store gives, an order of two lines is not distinct. */
    const char *path = BENCH_TEXT(&b, "orders.csv",
                                  "customer,date,order_id,amount\n"
                                  "A,2024-01-01,1,1\nA,2024-01-01,1,2\n");
    assert_false(stage_file(&b, "orders", path, NULL, (kept_stage_opts){0}).stage->keys.distinct);
    bench_close(&b);
}

void test_stage__faults_are_kept_whole(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    /* A value cut for showing within a character; one that looks like a packed fault. */
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_buf_add(&text, "customer,date\nA,x");
    for (int i = 0; i < 60; i++)
        kept_buf_add(&text, "\xc3\xa4");
    kept_buf_add(&text, "\nB,1 2 3 4 5\n");
    for (int i = 0; i < 9; i++)
        kept_buf_add(&text, "C,2024-01-01\n");
    const char *path = bench_file(&b, "orders.csv", text.data, text.len);
    staging s = stage_file(&b, "orders", path, NULL, (kept_stage_opts){0});
    assert_int_equal(s.stage->set_aside, 2);
    assert_string_equal(s.stage->rejects[1].value, "1 2 3 4 5");
    assert_string_equal(s.stage->rejects[1].column, "date");
    assert_string_equal(s.stage->rejects[1].reason, "1 2 3 4 5 is not a date");
    assert_int_equal(strlen(s.stage->rejects[0].value), 121);
    bench_close(&b);
}

void test_stage__cancels(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    kept_err err = KEPT_ERR_INIT;
    static volatile int cancel;
    cancel = 0;
    const char *path = BENCH_TEXT(&b, "orders.csv", "customer,date\nA,2024-01-10\n");
    kept_duck_close(b.duck);
    kept_duck_opts opts = {.temp_folder = b.folder, .cancel = &cancel};
    CHECK_OK(kept_duck_open(&opts, &b.duck, &err));
    staging s = stage_file(&b, "orders", path, NULL, (kept_stage_opts){0});
    cancel = 1;
    assert_int_equal(
        kept_stage_load(b.duck, &s.source, &s.mapping, 1, NULL, &b.arena, &s.stage, &err),
        KEPT_ECANCELLED);
    bench_close(&b);
}

/* Figures of /data/INDEX.md: 541,909 lines, 135,080 of them without a customer. */
void test_stage__online_retail(void **state)
{
    (void)state;
    const char *name = "online_retail/online_retail_all.csv.gz";
    const char *folder = data_folder(name);
    if (!folder)
        return;
    bench b;
    bench_open(&b);
    staging s = stage_file(&b, "orders", kept_arena_printf(&b.arena, "%s/%s", folder, name),
                           "amount=UnitPrice*Quantity", (kept_stage_opts){0});
    assert_int_equal(s.stage->read, 541909);
    assert_int_equal(s.stage->set_aside, 135080);
    assert_int_equal(s.stage->n_reasons, 1);
    assert_string_equal(s.stage->reasons[0].reason, "customer is missing");
    assert_int_equal(s.stage->n_rejects, 100000);
    /* 4,372 customers; sum over all lines is 9,747,747.93 */
    assert_string_equal(bench_query(&b, "SELECT count(DISTINCT customer)::VARCHAR FROM stage"),
                        "4372\n");
    kept_err err = KEPT_ERR_INIT;
    char *out = kept_arena_printf(&b.arena, "%s/rejects.csv", b.folder);
    CHECK_OK(kept_rejects_write(b.duck, s.stage, &s.source, 1, out, &err));
    assert_string_equal(
        bench_query(&b, kept_arena_printf(&b.arena,
                                          "SELECT count(*)::VARCHAR FROM read_csv('%s', "
                                          "all_varchar = true, header = true)",
                                          out)),
        "135080\n");
    bench_close(&b);
}

/* 6,919 rows; the first and last purchase of the sample are 1997-01-01 and 1998-06-30. */
void test_stage__cdnow(void **state)
{
    (void)state;
    const char *name = "cdnow/cdnow_sample.csv";
    const char *folder = data_folder(name);
    if (!folder)
        return;
    bench b;
    bench_open(&b);
    staging s =
        stage_file(&b, "orders", kept_arena_printf(&b.arena, "%s/%s", folder, name),
                   "customer=sample_id,happened_at=date,amount=dollars", (kept_stage_opts){0});
    assert_int_equal(s.stage->read, 6919);
    assert_int_equal(s.stage->set_aside, 0);
    assert_string_equal(bench_query(&b,
                                    "SELECT min(happened_at)::VARCHAR, max(happened_at)::VARCHAR, "
                                    "count(DISTINCT customer)::VARCHAR, min(customer) FROM stage"),
                        "1997-01-01|1998-06-30|2357|0001\n");
    bench_close(&b);
}

void test_stage__olist(void **state)
{
    (void)state;
    const char *name = "olist/subset_5000/olist_orders_dataset.csv";
    const char *folder = data_folder(name);
    if (!folder)
        return;
    bench b;
    bench_open(&b);
    staging s = stage_file(&b, "deliveries", kept_arena_printf(&b.arena, "%s/%s", folder, name),
                           "customer=customer_id,delivery_id=order_id,"
                           "requested_at=order_purchase_timestamp,"
                           "promised_at=order_estimated_delivery_date,"
                           "delivered_at=order_delivered_customer_date",
                           (kept_stage_opts){0});
    assert_int_equal(s.stage->read, 5000);
    assert_int_equal(s.stage->set_aside, 0);
    assert_string_equal(columns(&b, s.stage),
                        "customer|delivery_id|requested_at|requested_at_clock|"
                        "promised_at|delivered_at|delivered_at_clock");
    /* counted apart with a spreadsheet's reading of the dates: 333 of 4,858 are late by day */
    assert_string_equal(bench_query(&b,
                                    "SELECT count(*)::VARCHAR, count(*) FILTER (delivered_at > "
                                    "promised_at)::VARCHAR FROM stage WHERE delivered_at IS NOT "
                                    "NULL"),
                        "4858|333\n");
    bench_close(&b);
}

/* Whichever allocation fails: a clean "out of memory", and the engine goes on working. */
void test_stage__survives_failing_allocations(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    const char *path = BENCH_TEXT(&b, "orders.csv",
                                  "customer,date,amount\nA,2024-01-10,1\n"
                                  ",2024-01-11,2\nC,x,3\nD\n\"E\"x,2024-01-11,4\n");
    const kept_source_opts opts = {.temp_folder = b.folder};
    staging good = stage_file(&b, "orders", path, NULL, (kept_stage_opts){0});
    size_t failed = 0;
    for (size_t n = 1; n < 150; n++) {
        kept_err err = KEPT_ERR_INIT;
        kept_source *source = NULL;
        kept_staged *stage = NULL;
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_arena_fail_nth(n);
        kept_status status = kept_source_open(b.duck, path, &opts, &arena, &source, &err);
        assert_true(status == KEPT_OK || status == KEPT_ENOMEM);
        failed += status == KEPT_ENOMEM;
        kept_arena_fail_nth(n);
        status =
            kept_stage_load(b.duck, &good.source, &good.mapping, 1, NULL, &arena, &stage, &err);
        assert_true(status == KEPT_OK || status == KEPT_ENOMEM);
        failed += status == KEPT_ENOMEM;
        kept_arena_fail_nth(0);
    }
    assert_true(failed > 40);
    good = stage_file(&b, "orders", path, NULL, (kept_stage_opts){0});
    assert_int_equal(good.stage->read, 5);
    assert_int_equal(good.stage->set_aside, 4);
    bench_close(&b);
}
