#include "support.h"

#include "source_support.h"
#include "store/facts/mapping.h"

/* --- A mapping of a text, and what came of it --- */

typedef struct
try {
    bench b;
    kept_source *source;
    kept_mapping *mapping;
    kept_status status;
}
try;

static void make(try *t, const char *kind_name, kept_mapping_opts opts)
{
    kept_fact_kinds kinds;
    const kept_fact_kind *kind;
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_fact_kinds_load(NULL, &t->b.arena, &kinds, &err));
    CHECK_OK(kept_fact_kinds_find(&kinds, kind_name, &kind, &err));
    t->mapping = NULL;
    t->b.err = (kept_err)KEPT_ERR_INIT;
    t->status =
        kept_mapping_make(t->b.duck, kind, t->source, &opts, &t->b.arena, &t->mapping, &t->b.err);
    assert_true(t->status == KEPT_OK ? t->mapping != NULL : t->mapping == NULL);
}

static void open_text(try *t, const char *text)
{
    bench_open(&t->b);
    t->source = bench_source(&t->b, bench_file(&t->b, "file.csv", text, strlen(text)),
                             (kept_source_opts){0});
}

/* The mapping of orders as text. */
static void check_map(const char *text, kept_mapping_opts opts, const char *want)
{
    try t;
    open_text(&t, text);
    make(&t, "orders", opts);
    if (t.status != KEPT_OK)
        fail_msg("%s", t.b.err.msg);
    assert_string_equal(t.mapping->as_text, want);
    /* The text gives the same mapping again. */
    opts.map = t.mapping->as_text;
    make(&t, "orders", opts);
    if (t.status != KEPT_OK)
        fail_msg("%s", t.b.err.msg);
    assert_string_equal(t.mapping->as_text, want);
    bench_close(&t.b);
}

static void check_refused(const char *text, kept_mapping_opts opts, kept_status status,
                          const char *part)
{
    try t;
    open_text(&t, text);
    make(&t, "orders", opts);
    assert_int_equal(t.status, status);
    CHECK_CONTAINS(t.b.err.msg, part);
    /* One sentence that was not cut off. */
    assert_true(strlen(t.b.err.msg) < sizeof t.b.err.msg - 1);
    bench_close(&t.b);
}

static const kept_mapped *mapped(const try *t, const char *name)
{
    for (size_t i = 0; i < t->mapping->n; i++)
        if (strcmp(t->mapping->mapped[i].column->name, name) == 0)
            return &t->mapping->mapped[i];
    fail_msg("%s is not mapped", name);
    return NULL;
}

static const kept_mapping_opts plain = {0};
static const kept_mapping_opts money = {.money_needed = true};

/* --- Guessing --- */

void test_mapping__guesses_by_names(void **state)
{
    (void)state;
    check_map("customer,happened_at,amount\nA,2024-01-05,1\n", plain,
              "customer=customer,happened_at=happened_at,amount=amount");
    check_map("Customer ID,Order Date,Net Amount,SKU\nA,2024-01-05,1,x\n", plain,
              "customer=\"Customer ID\",happened_at=\"Order Date\",amount=\"Net Amount\",product="
              "SKU");
    check_map("Kundennummer;Bestelldatum;Umsatz\nA;05.01.2024;1,50\nB;13.01.2024;2,00\n", plain,
              "customer=Kundennummer,happened_at=Bestelldatum,amount=Umsatz");
    /* The price of one piece is no amount. */
    check_map("InvoiceNo,CustomerID,InvoiceDate,Quantity,UnitPrice\n1,A,2024-01-05,2,1.5\n", plain,
              "customer=CustomerID,happened_at=InvoiceDate,order_id=InvoiceNo,quantity=Quantity,"
              "list_price=UnitPrice");
}

void test_mapping__guesses_by_words(void **state)
{
    (void)state;
    check_map("Our customer (debtor),Order Date UTC,Amount (EUR)\nA,2024-01-05,1\n", plain,
              "customer=\"Our customer (debtor)\",happened_at=\"Order Date UTC\",amount=\"Amount "
              "(EUR)\"");
    /* A discount amount is a discount; a tax amount is nothing we know. */
    check_map("customer,date,Tax amount,Discount in EUR\nA,2024-01-05,1,2\n", plain,
              "customer=customer,happened_at=date,discount=\"Discount in EUR\"");
    /* Two headers with the word: not guessed. */
    check_refused("The customer a,The customer b,date\nA,B,2024-01-05\n", plain, KEPT_EINPUT,
                  "no column was found for customer");
}

void test_mapping__guesses_days_by_values_only_when_alone(void **state)
{
    (void)state;
    check_map("customer,x,amount\nA,2024-01-05,1\nB,2024-02-05,2\n", plain,
              "customer=customer,happened_at=x,amount=amount");
    check_refused("customer,x,y\nA,2024-01-05,2024-01-05\nB,2024-02-05,2024-02-06\n", plain,
                  KEPT_EINPUT,
                  "no column was found for happened_at (looked for happenedat, orderdate");
    check_refused("customer,x,y\nA,2024-01-05,2024-01-05\nB,2024-02-05,2024-02-06\n", plain,
                  KEPT_EINPUT, "write --map happened_at=x or y.");
    check_refused("customer,x\nA,2024-01-05\nB,soon\n", plain, KEPT_EINPUT,
                  "write --map happened_at=COLUMN");
}

void test_mapping__never_guesses_customers_by_values(void **state)
{
    (void)state;
    check_refused("x,date,amount\nA,2024-01-05,1\nA,2024-02-05,2\n", plain, KEPT_EINPUT,
                  "the file has x, date, amount: write --map customer=COLUMN");
}

void test_mapping__drops_guesses_of_the_wrong_type(void **state)
{
    (void)state;
    check_map("customer,date,discount\nA,2024-01-05,10%\nB,2024-01-06,none\n", plain,
              "customer=customer,happened_at=date");
    try t;
    open_text(&t, "customer,date,discount\nA,2024-01-05,10%\nB,2024-01-06,none\n");
    make(&t, "orders", plain);
    assert_int_equal(t.mapping->n_unused, 1);
    assert_string_equal(t.mapping->unused[0], "discount");
    assert_true(mapped(&t, "customer")->guessed);
    bench_close(&t.b);
}

void test_mapping__asks_for_money_when_needed(void **state)
{
    (void)state;
    check_refused("customer,date\nA,2024-01-05\n", money, KEPT_EINPUT,
                  "no column was found for amount");
    check_refused("customer,date,Price,Quantity\nA,2024-01-05,1.5,2\n", money, KEPT_EINPUT,
                  "write --map amount=Price*Quantity.");
    check_map("customer,date\nA,2024-01-05\n", plain, "customer=customer,happened_at=date");
}

void test_mapping__choices_must_look_like_choices(void **state)
{
    (void)state;
    try t;
    open_text(&t, "account,date,result\nA,2024-01-05,Won\nB,2024-01-06,lost\n");
    make(&t, "quotes", plain);
    assert_int_equal(t.status, KEPT_OK);
    assert_string_equal(t.mapping->as_text, "customer=account,happened_at=date,result=result");
    make(&t, "quotes", (kept_mapping_opts){.map = "result='win'"});
    assert_int_equal(t.status, KEPT_EARG);
    CHECK_CONTAINS(t.b.err.msg, "'win' is not a choice of result; try 'won'");
    make(&t, "quotes", (kept_mapping_opts){.map = "result='Won'"});
    assert_int_equal(t.status, KEPT_OK);
    bench_close(&t.b);
    open_text(&t, "account,date,result\nA,2024-01-05,7\nB,2024-01-06,8\n");
    make(&t, "quotes", plain);
    assert_string_equal(t.mapping->as_text, "customer=account,happened_at=date");
    bench_close(&t.b);
}

/* --- What the user wrote --- */

void test_mapping__map_wins_over_profile_over_guess(void **state)
{
    (void)state;
    const char *text = "customer,person,date,amount,Price,Qty,note\n"
                       "A,P1,2024-01-05,1,2.5,2,x\n";
    check_map(text, (kept_mapping_opts){.map = "customer=person,amount=Price*Qty"},
              "customer=person,happened_at=date,amount=Price*Qty,quantity=Qty,list_price=Price");
    check_map(text,
              (kept_mapping_opts){.map = "customer=person",
                                  .profile = "customer=customer,amount=Price * 2,channel='web'"},
              "customer=person,happened_at=date,amount=Price * "
              "2,quantity=Qty,list_price=Price,channel='web'");
    check_map(text, (kept_mapping_opts){.map = "amount=none,quantity=none,list_price=''"},
              "customer=customer,happened_at=date,amount=none,quantity=none,list_price=''");
    /* As written, in other case, with other signs. */
    check_map(text, (kept_mapping_opts){.map = "customer=PERSON,amount=price*QTY,quantity=none"},
              "customer=PERSON,happened_at=date,amount=price*QTY,quantity=none,list_price=Price");
}

void test_mapping__joins_and_names_with_signs(void **state)
{
    (void)state;
    const char *text = "shop,nr,Day,Time,Price-EUR\nS1,7,2024-01-05,10:30,1.5\n";
    check_map(text,
              (kept_mapping_opts){.map = "customer=shop & '-' & nr,happened_at=Day & ' ' & "
                                         "Time,amount=Price-EUR"},
              "customer=shop & '-' & nr,happened_at=Day & ' ' & Time,amount=\"Price-EUR\"");
}

void test_mapping__refuses_what_makes_no_sense(void **state)
{
    (void)state;
    static const struct {
        const char *map;
        const char *part;
    } cases[] = {
        {"custmer=customer", "did you mean customer?"},
        {"zzzzzzzzzz=customer", "its columns are customer, happened_at"},
        {"customer=custmer", "did you mean \"customer\"?"},
        {"customer=zzzzzzzzzz", "it has customer, date, amount."},
        {"customer=none", "customer is required and cannot be left out"},
        {"customer=''", "customer is required and cannot be left empty"},
        {"amount=customer&date", "& joins texts"},
        {"amount=date*'abc'", "computes with a text"},
        {"customer=amount&('x'*2)", "computes with a text"},
        {"happened_at=date+1", "cannot be computed"},
        {"happened_at='yesterday'", "'yesterday' is not one such as '2024-03-31'"},
        {"amount=date*", "ends too early"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_refused("customer,date,amount\nA,2024-01-05,1\n",
                      (kept_mapping_opts){.map = cases[i].map}, KEPT_EARG, cases[i].part);
    /* A saved mapping for another file is the file's fault, not the user's spelling. */
    check_refused("customer,date,amount\nA,2024-01-05,1\n",
                  (kept_mapping_opts){.profile = "amount=Prize"}, KEPT_EINPUT,
                  "the saved mapping names the column \"Prize\"");
}

/* --- Orders of day and month --- */

static void check_order(const char *text, const char *option, kept_date_order want)
{
    try t;
    open_text(&t, text);
    make(&t, "orders", (kept_mapping_opts){.date_format = option});
    if (t.status != KEPT_OK)
        fail_msg("%s", t.b.err.msg);
    assert_int_equal(mapped(&t, "happened_at")->order, want);
    bench_close(&t.b);
}

void test_mapping__finds_the_order_of_dates(void **state)
{
    (void)state;
    check_order("customer,date\nA,2024-01-05\nB,2024-02-03\n", NULL, KEPT_YMD);
    check_order("customer,date\nA,03/04/2024\nB,31/04/2024\nC,13/04/2024\n", NULL, KEPT_DMY);
    check_order("customer,date\nA,03/04/2024\nB,04/13/2024\n", NULL, KEPT_MDY);
    check_order("customer,date\nA,03/03/2024\nB,04/04/2024\n", NULL, KEPT_DMY); /* no matter */
    check_order("customer,date\nA,03/04/2024\nB,05/04/2024\n", "dmy", KEPT_DMY);
    check_order("customer,date\nA,03/04/2024\nB,05/04/2024\n", "MDY", KEPT_MDY);
    check_order("customer,date\nA,5 March 2024\nB,6 March 2024\n", NULL, KEPT_YMD);
    /* A month-first date among many day-first ones is a mistake, to be set aside. */
    KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
    kept_buf_add(&buf, "customer,date\nZ,12/31/2024\n");
    for (int i = 0; i < 25; i++)
        kept_buf_printf(&buf, "A,%d/12/2024\n", 13 + i % 15);
    check_order(kept_buf_text(&buf), NULL, KEPT_DMY);
}

void test_mapping__two_digit_years_lie_together(void **state)
{
    (void)state;
    check_order("customer,date\nA,05/01/23\nB,31/12/23\nC,17/02/24\n", NULL, KEPT_DMY);
    check_order("customer,date\nA,12/31/23\nB,01/15/24\n", NULL, KEPT_MDY);
    check_order("customer,date\nA,23-01-05\nB,23-12-31\nC,24-02-17\n", NULL, KEPT_YMD);
    check_refused("customer,date\nA,31/12/23\n", plain, KEPT_EINPUT,
                  "'31/12/23' can be 2031-12-23 (year first) or 2023-12-31 (day first)");
}

void test_mapping__refuses_two_orders(void **state)
{
    (void)state;
    check_refused("customer,date\nA,05/05/2024\nB,03/04/2024\n", plain, KEPT_EINPUT,
                  "column date: '03/04/2024' can be 2024-04-03 (day first) or 2024-03-04 (month "
                  "first), and no other value settles it: say which with --date-format dmy or "
                  "--date-format mdy.");
    check_refused("customer,date\nA,31/12/2024\nB,12/31/2024\n", plain, KEPT_EINPUT,
                  "'31/12/2024' is day first, but '12/31/2024' is month first");
    check_refused("customer,date\nA,2024-01-05\n", (kept_mapping_opts){.date_format = "german"},
                  KEPT_EARG, "--date-format is ymd, dmy or mdy");
    /* Joined from two columns, decided as one. */
    check_refused("customer,d,t\nA,03/04/2024,10:00\n",
                  (kept_mapping_opts){.map = "happened_at=d & ' ' & t"}, KEPT_EINPUT,
                  "'03/04/2024 10:00' can be 2024-04-03");
}

void test_mapping__says_when_a_column_holds_no_dates(void **state)
{
    (void)state;
    check_refused("customer,date,amount\nA,x,1\nB,y,2\nC,2024-01-01,3\n", plain, KEPT_EINPUT,
                  "column date cannot be happened_at: only 1 of 3 values are dates ('x' is not)");
    check_refused("customer,date\nA,31/12/2024\nB,30/12/2024\n",
                  (kept_mapping_opts){.date_format = "mdy"}, KEPT_EINPUT,
                  "only 0 of 2 values are dates with the month first ('31/12/2024' is not)");
}

/* A file of more rows than are looked at first: n rows of one line, then another. */
static const char *long_text(kept_buf *buf, const char *header, const char *line, int n,
                             const char *last)
{
    kept_buf_clear(buf);
    kept_buf_add(buf, header);
    for (int i = 0; i < n; i++)
        kept_buf_add(buf, line);
    kept_buf_add(buf, last);
    return kept_buf_text(buf);
}

void test_mapping__looks_at_the_whole_file_when_it_must(void **state)
{
    (void)state;
    KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
    check_order(long_text(&buf, "customer,date\n", "A,03/04/2024\n", 25000,
                          "B,31/04/2024\nC,31/03/"
                          "2024\n"),
                NULL, KEPT_DMY);
    check_order(long_text(&buf, "customer,date\n", "A,03/04/2024\n", 25000, "B,03/31/2024\n"), NULL,
                KEPT_MDY);
    check_refused(long_text(&buf, "customer,date\n", "A,03/04/2024\n", 25000, ""), plain,
                  KEPT_EINPUT, "no other value settles it");
    /* Whole numbers first, a decimal comma at the very end. */
    try t;
    open_text(&t, long_text(&buf, "customer;date;amount\n", "A;2024-01-01;12\n", 25000,
                            "A;2024-01-01;12,5\n"));
    make(&t, "orders", plain);
    assert_int_equal(t.status, KEPT_OK);
    assert_int_equal(mapped(&t, "amount")->mark, KEPT_MARK_COMMA);
    bench_close(&t.b);
    /* The first rows have no payment date at all. */
    open_text(&t, long_text(&buf, "customer,date,paid_at\n", "A,2024-01-01,\n", 25000,
                            "A,2024-01-01,31.01.2024\n"));
    make(&t, "orders", plain);
    assert_int_equal(t.status, KEPT_OK);
    assert_int_equal(mapped(&t, "paid_at")->order, KEPT_DMY);
    bench_close(&t.b);
}

/* --- Decimal marks --- */

static void check_marks(const char *text, kept_mapping_opts opts, const char *want)
{
    try t;
    open_text(&t, text);
    make(&t, "orders", opts);
    if (t.status != KEPT_OK)
        fail_msg("%s", t.b.err.msg);
    char got[32] = "";
    for (size_t c = 0; c < t.source->n_columns && c < 31; c++)
        got[c] = t.mapping->marks[c] == KEPT_MARK_COMMA ? ',' : '.';
    assert_string_equal(got, want);
    bench_close(&t.b);
}

void test_mapping__finds_decimal_marks(void **state)
{
    (void)state;
    check_marks("customer;date;amount\nA;2024-01-05;1.50\nB;2024-01-05;1,234\n", plain, "...");
    check_marks("customer;date;amount\nA;2024-01-05;1,50\nB;2024-01-05;1.234\n", plain, "..,");
    check_marks("customer;date;amount\nA;2024-01-05;12\nB;2024-01-05;7\n", plain, "...");
    check_marks("customer;date;amount\nA;2024-01-05;1,234\n", (kept_mapping_opts){.decimal = "."},
                "...");
    check_marks("customer;date;amount\nA;2024-01-05;1,234\n", (kept_mapping_opts){.decimal = ","},
                "..,");
    /* Every operand has its mark; a column that fits both goes with the others of the file. */
    check_marks("customer;date;p;q\nA;2024-01-05;1,5;1.000\n",
                (kept_mapping_opts){.map = "amount=p*q"}, "..,,");
    check_marks("customer;date;p;q\nA;2024-01-05;1,5;7\n", (kept_mapping_opts){.map = "amount=p*q"},
                "..,,");
    /* Only columns that are computed with have one. */
    check_marks("customer;date;amount;note\nA;2024-01-05;1.5;1,5\n",
                (kept_mapping_opts){.map = "product=note"}, "....");
}

void test_mapping__refuses_two_marks(void **state)
{
    (void)state;
    check_refused("customer;date;amount\nA;2024-01-05;7\nA;2024-01-05;1,234\n", plain, KEPT_EINPUT,
                  "column amount: '1,234' can be 1234 (decimal point) or 1.234 (decimal comma), "
                  "and no other value settles it: say which with --decimal . or --decimal ,");
    check_refused("customer;date;amount\nA;2024-01-05;1.5\nA;2024-01-05;1,5\n", plain, KEPT_EINPUT,
                  "'1.5' has a decimal point, but '1,5' a decimal comma");
    check_refused("customer;date;amount\nA;2024-01-05;7\n", (kept_mapping_opts){.decimal = ";"},
                  KEPT_EARG, "--decimal is . or ,");
    check_refused("customer;date;x\nA;2024-01-05;red\nB;2024-01-05;7\nC;2024-01-05;blue\n",
                  (kept_mapping_opts){.map = "amount=x"}, KEPT_EINPUT,
                  "column x cannot be amount: only 1 of 3 values are numbers ('red' is not)");
    check_refused("customer;date;amount\nA;2024-01-05;1.50\n", (kept_mapping_opts){.decimal = ","},
                  KEPT_EINPUT, "only 0 of 1 values are numbers with a decimal comma ('1.50' is");
}

void test_mapping__ids_written_with_point_zero(void **state)
{
    (void)state;
    try t;
    open_text(&t, "customer,date,amount,product\n17850.0,2024-01-05,1.0,1.0\n,2024-01-05,2.0,A\n");
    make(&t, "orders", plain);
    assert_int_equal(t.status, KEPT_OK);
    assert_true(mapped(&t, "customer")->strip_point_zero);
    assert_false(mapped(&t, "product")->strip_point_zero); /* A is no number */
    assert_false(mapped(&t, "amount")->strip_point_zero);
    bench_close(&t.b);
}

void test_mapping__empty_file_and_no_memory(void **state)
{
    (void)state;
    try t;
    open_text(&t, "customer,date,amount\nA,2024-01-05,1\n");
    kept_fact_kinds kinds;
    const kept_fact_kind *kind;
    kept_err err = KEPT_ERR_INIT;
    CHECK_OK(kept_fact_kinds_load(NULL, &t.b.arena, &kinds, &err));
    CHECK_OK(kept_fact_kinds_find(&kinds, "orders", &kind, &err));
    for (size_t nth = 1;; nth++) {
        kept_arena_fail_nth(nth);
        kept_status s =
            kept_mapping_make(t.b.duck, kind, t.source, NULL, &t.b.arena, &t.mapping, &err);
        kept_arena_fail_nth(0);
        if (s == KEPT_OK) {
            assert_true(nth > 20);
            break;
        }
        assert_int_equal(s, KEPT_ENOMEM);
    }
    bench_close(&t.b);
}

/* --- Real files --- */

void test_mapping__cdnow(void **state)
{
    (void)state;
    const char *folder = data_folder("cdnow/cdnow_sample.csv");
    if (!folder)
        return;
    try t;
    bench_open(&t.b);
    t.source =
        bench_source(&t.b, kept_arena_printf(&t.b.arena, "%s/cdnow/cdnow_sample.csv", folder),
                     (kept_source_opts){0});
    make(&t, "orders",
         (kept_mapping_opts){.map = "customer=sample_id,happened_at=date,amount=dollars"});
    assert_int_equal(t.status, KEPT_OK);
    assert_string_equal(t.mapping->as_text, "customer=sample_id,happened_at=date,amount=dollars");
    bench_close(&t.b);
}

void test_mapping__online_retail(void **state)
{
    (void)state;
    const char *folder = data_folder("online_retail/online_retail_all.csv.gz");
    if (!folder)
        return;
    try t;
    bench_open(&t.b);
    t.source = bench_source(
        &t.b, kept_arena_printf(&t.b.arena, "%s/online_retail/online_retail_all.csv.gz", folder),
        (kept_source_opts){0});
    make(&t, "orders", (kept_mapping_opts){.money_needed = true});
    assert_int_equal(t.status, KEPT_EINPUT);
    CHECK_CONTAINS(t.b.err.msg, "--map amount=");
    bench_close(&t.b);
}
