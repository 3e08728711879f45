#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "catalogue/fact_kind.h"
#include "catalogue/names.h"

/* --- The built-in kinds --- */

/* The table "Fact kinds and their columns" of the design: scripts and measures of others rest on
 * these names. "!" required, "#" key. */
static const char *const binding[][2] = {
    {"orders",
     "customer! happened_at! order_id# line_id# amount product quantity list_price discount "
     "cost channel invoiced_at due_at paid_at currency"},
    {"deliveries", "customer! delivery_id# order_id line_id product requested_at first_promised_at "
                   "promised_at delivered_at cancelled_at promised_quantity delivered_quantity "
                   "supplier carrier"},
    {"quotes", "customer! happened_at! quote_id# product list_price price result closed_at lost_to "
               "reason"},
    {"touches", "customer! happened_at! touchpoint stage channel person direction minutes cost "
                "campaign"},
    {"tickets",
     "customer! ticket_id# opened_at! responded_at resolved_at category contacts complaint "
     "satisfaction"},
    {"responses", "question!# answer! survey# respondent# customer level happened_at weight"},
    {"outcomes", "customer! measure! happened_at! value! level reported_by baseline"},
    {"usage", "customer! happened_at! feature amount"},
    {"spend", "happened_at! amount! channel purpose campaign currency"},
    {"subscriptions", "customer! started_at! ended_at plan amount billing_period"},
};

static bool is_key(const kept_fact_kind *kind, const char *column)
{
    for (size_t i = 0; i < kind->n_key; i++)
        if (strcmp(kind->key[i], column) == 0)
            return true;
    return false;
}

static kept_fact_kinds load_built_in(kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_fact_kinds kinds;
    CHECK_OK(kept_fact_kinds_load(NULL, arena, &kinds, &err));
    return kinds;
}

static const kept_fact_kind *find_kind(const kept_fact_kinds *kinds, const char *name)
{
    kept_err err = KEPT_ERR_INIT;
    const kept_fact_kind *kind;
    CHECK_OK(kept_fact_kinds_find(kinds, name, &kind, &err));
    return kind;
}

void test_fact_kind__columns_are_those_of_the_design(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_fact_kinds kinds = load_built_in(&arena);
    assert_int_equal(kinds.n, 16);
    for (size_t k = 0; k < sizeof binding / sizeof *binding; k++) {
        const kept_fact_kind *kind = find_kind(&kinds, binding[k][0]);
        KEPT_AUTO_BUF got = KEPT_BUF_INIT;
        for (size_t i = 0; i < kind->n_columns; i++)
            kept_buf_printf(&got, "%s%s%s%s", i ? " " : "", kind->columns[i].name,
                            kind->columns[i].required ? "!" : "",
                            is_key(kind, kind->columns[i].name) ? "#" : "");
        assert_string_equal(kept_buf_text(&got), binding[k][1]);
    }
}

void test_fact_kind__built_in_kinds_are_complete(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_fact_kinds kinds = load_built_in(&arena);
    for (size_t k = 0; k < kinds.n; k++) {
        const kept_fact_kind *kind = kinds.kinds[k];
        if (k > 0)
            assert_true(strcmp(kinds.kinds[k - 1]->name, kind->name) < 0);
        const char *file = kept_arena_printf(&arena, "facts/%s.yaml", kind->name);
        assert_string_equal(kind->source, file);
        assert_non_null(kind->time);
        assert_true(strlen(kind->ids) >= 4);
        for (size_t i = 0; i < kind->n_columns; i++) {
            const kept_fact_column *c = &kind->columns[i];
            if (strlen(c->help) < 10 || c->n_guess < 2)
                fail_msg("%s.%s has no help or no guesses", kind->name, c->name);
        }
    }
}

void test_fact_kind__orders_in_detail(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_fact_kinds kinds = load_built_in(&arena);
    const kept_fact_kind *orders = find_kind(&kinds, "orders");
    assert_string_equal(orders->title, "Orders");
    assert_string_equal(orders->stage, "know");
    assert_string_equal(orders->ids, "K006");
    assert_string_equal(orders->time, "happened_at");
    assert_string_equal(orders->numbered, "line_id");
    assert_int_equal(orders->n_key, 2);
    assert_string_equal(orders->key[0], "order_id");
    const kept_fact_column *paid = kept_fact_column_find(orders, "paid_at");
    assert_int_equal(paid->type, KEPT_COL_WHEN);
    assert_string_equal(paid->known, "paid_at");
    assert_null(kept_fact_column_find(orders, "due_at")->known);
    assert_int_equal(kept_fact_column_find(orders, "amount")->type, KEPT_COL_MONEY);
    assert_int_equal(kept_fact_column_find(orders, "quantity")->type, KEPT_COL_NUMBER);
    const kept_fact_kind *spend = find_kind(&kinds, "spend");
    const kept_fact_column *purpose = kept_fact_column_find(spend, "purpose");
    assert_int_equal(purpose->type, KEPT_COL_CHOICE);
    assert_int_equal(purpose->n_choices, 2);
    assert_string_equal(purpose->choices[0], "acquire");
    assert_int_equal(spend->n_key, 0);
    assert_null(spend->numbered);
    assert_null(kept_fact_column_find(spend, "customer"));
}

/* The column of a kind that a header of a file is guessed to be; NULL: none. */
static const char *guess(const kept_fact_kind *kind, const char *header, kept_arena *arena)
{
    const char *squashed = kept_text_squash(arena, header);
    for (size_t i = 0; i < kind->n_columns; i++)
        for (size_t g = 0; g < kind->columns[i].n_guess; g++)
            if (strcmp(kind->columns[i].guess[g], squashed) == 0)
                return kind->columns[i].name;
    return NULL;
}

void test_fact_kind__guesses_headers_of_real_exports(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        /* kind, header as such systems write it, column */
        {"orders", "CustomerID", "customer"},
        {"orders", "sample_id", "customer"},
        {"orders", "Kunden-Nr.", "customer"},
        {"orders", "Debitorennummer", "customer"},
        {"orders", "N° client", "customer"},
        {"orders", "Código cliente", "customer"},
        {"orders", "Codice cliente", "customer"},
        {"orders", "Klantnummer", "customer"},
        {"orders", "Código do cliente", "customer"},
        {"orders", "Sell-to Customer No.", "customer"},
        {"orders", "customer_unique_id", "customer"},
        {"orders", "InvoiceDate", "happened_at"},
        {"orders", "order_purchase_timestamp", "happened_at"},
        {"orders", "Bestelldatum", "happened_at"},
        {"orders", "Date de commande", "happened_at"},
        {"orders", "Fecha del pedido", "happened_at"},
        {"orders", "Data ordine", "happened_at"},
        {"orders", "Data do pedido", "happened_at"},
        {"orders", "InvoiceNo", "order_id"},
        {"orders", "Belegnummer", "order_id"},
        {"orders", "Bestelnummer", "order_id"},
        {"orders", "order_item_id", "line_id"},
        {"orders", "dollars", "amount"},
        {"orders", "Umsatz netto", "amount"},
        {"orders", "Betrag", "amount"},
        {"orders", "Montant HT", "amount"},
        {"orders", "Importe", "amount"},
        {"orders", "Importo", "amount"},
        {"orders", "Bedrag", "amount"},
        {"orders", "Valor total", "amount"},
        {"orders", "StockCode", "product"},
        {"orders", "Artikel-Nr.", "product"},
        {"orders", "Menge", "quantity"},
        {"orders", "Qté", "quantity"},
        /* The price of one is not the amount. */
        {"orders", "UnitPrice", "list_price"},
        {"orders", "Price", "list_price"},
        {"orders", "Einzelpreis", "list_price"},
        {"orders", "Prix unitaire", "list_price"},
        {"orders", "Fälligkeitsdatum", "due_at"},
        {"orders", "Date d'échéance", "due_at"},
        {"orders", "Currency", "currency"},
        {"orders", "Country", NULL},
        {"deliveries", "order_estimated_delivery_date", "promised_at"},
        {"deliveries", "order_delivered_customer_date", "delivered_at"},
        {"deliveries", "order_purchase_timestamp", "requested_at"},
        {"deliveries", "order_delivered_carrier_date", NULL},
        {"deliveries", "Liefertermin", "promised_at"},
        {"deliveries", "Lieferdatum", "delivered_at"},
        {"deliveries", "Lieferschein-Nr.", "delivery_id"},
        {"spend", "Cost", "amount"},
        {"spend", "Kosten", "amount"},
        {"quotes", "opportunity_id", "quote_id"},
        {"quotes", "deal_stage", "result"},
    };
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_fact_kinds kinds = load_built_in(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = guess(find_kind(&kinds, cases[i][0]), cases[i][1], &arena);
        if (!kept_text_equal(got, cases[i][2]))
            fail_msg("%s: \"%s\" is guessed to be %s, want %s", cases[i][0], cases[i][1],
                     got ? got : "nothing", cases[i][2] ? cases[i][2] : "nothing");
    }
}

void test_fact_kind__the_likelier_guess_comes_first(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_fact_kinds kinds = load_built_in(&arena);
    const kept_fact_column *c = kept_fact_column_find(find_kind(&kinds, "orders"), "happened_at");
    assert_string_equal(c->guess[0], "happenedat");
    size_t order = 0, invoice = 0;
    for (size_t i = 0; i < c->n_guess; i++) {
        order = strcmp(c->guess[i], "orderdate") == 0 ? i : order;
        invoice = strcmp(c->guess[i], "invoicedate") == 0 ? i : invoice;
    }
    assert_true(0 < order && order < invoice);
}

void test_fact_kind__unknown_kind_names_the_nearest(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_fact_kinds kinds = load_built_in(&arena);
    const kept_fact_kind *kind;
    assert_int_equal(kept_fact_kinds_find(&kinds, "order", &kind, &err), KEPT_ENOTFOUND);
    assert_string_equal(err.msg, "There is no kind of fact \"order\"; did you mean \"orders\"?");
    assert_int_equal(kept_fact_kinds_find(&kinds, "xyzzyxyzzy", &kind, &err), KEPT_ENOTFOUND);
    CHECK_CONTAINS(err.msg,
                   "there are: choices, deliveries, forecasts, invoices, orders, outages,");
}

/* --- Faults of a declaration: the exact sentence and place --- */

#define HEAD     "kind: x_v\ntitle: V\nsummary: S\nstage: know\n"
#define CUSTOMER "  - {name: customer, type: customer, title: C}\n"
#define WHEN     "  - {name: at_day, type: when, title: D}\n"

static const char *const faults[][2] = {
    {"kind: x_v\ntitel: V\n",
     "t.yaml, line 2, column 1: \"titel\" is not a field of a kind of fact; did you mean "
     "\"title\"?"},
    {"kind: x_v\nflavour: V\n",
     "t.yaml, line 2, column 1: \"flavour\" is not a field of a kind of fact; the fields are: "
     "kind, "
     "title, summary, stage, requirements, time, key, numbered, columns."},
    {"- kind\n", "t.yaml, line 1, column 1: Expected a kind of fact: lines of the form \"kind: "
                 "...\"."},
    {"title: V\n", "t.yaml, line 1, column 1: \"kind\" is missing; a kind of fact must have it."},
    {"kind:\n", "t.yaml, line 1, column 1: \"kind\" has no value; give one or leave the line out."},
    {"kind: [a, b]\n", "t.yaml, line 1, column 7: \"kind\" must be one text, not a list."},
    {"kind: Visits\n", "t.yaml, line 1, column 7: \"Visits\" is not a name: use small letters a to "
                       "z, digits and _, and "
                       "begin with a letter."},
    {"kind: table\n", "t.yaml, line 1, column 7: \"table\" is a word of SQL; choose another name."},
    {"kind: x_v\ntitle: V\nsummary: S\nstage: knwo\n",
     "t.yaml, line 4, column 8: \"knwo\" is not a stage; did you mean \"know\"?"},
    {"kind: x_v\ntitle: V\nsummary: S\nstage: elsewhere\n",
     "t.yaml, line 4, column 8: \"elsewhere\" is not a stage; choose one of: know, make, enable, "
     "keep, "
     "realise, learn."},
    {"kind: x_v\ntitle: V\nsummary: S\n",
     "t.yaml, line 1, column 1: \"stage\" is missing; a kind of fact must have it."},
    {HEAD, "t.yaml, line 1, column 1: \"columns\" is missing; a kind of fact must have it."},
    {HEAD "columns: none\n",
     "t.yaml, line 5, column 10: \"columns\" must list at least one column: - name: ..."},
    {HEAD "requirements: {K006: yes}\ncolumns:\n" CUSTOMER,
     "t.yaml, line 5, column 15: \"requirements\" must be a list, for example [one, two]."},
    {HEAD "columns:\n  - customer\n",
     "t.yaml, line 6, column 5: Expected a column: lines of the form \"name: ...\"."},
    {HEAD "columns:\n  - name: customer\n    typ: customer\n",
     "t.yaml, line 7, column 5: \"typ\" is not a field of a column; did you mean \"type\"?"},
    {HEAD "columns:\n  - name: customer\n    title: C\n",
     "t.yaml, line 6, column 5: \"type\" is missing; a column must have it."},
    {HEAD "columns:\n  - name: cost\n    type: monney\n    title: C\n",
     "t.yaml, line 7, column 11: \"monney\" is not a type; did you mean \"money\"?"},
    {HEAD "columns:\n  - name: order\n    type: text\n",
     "t.yaml, line 6, column 11: \"order\" is a word of SQL; choose another name."},
    {HEAD "columns:\n  - name: Cost\n", "t.yaml, line 6, column 11: \"Cost\" is not a name: use "
                                        "small letters a to z, digits and _, and "
                                        "begin with a letter."},
    {HEAD "columns:\n  - name: row\n",
     "t.yaml, line 6, column 11: \"row\" is a name that Kept uses itself; choose another name."},
    {HEAD "columns:\n  - name: paid_clock\n", "t.yaml, line 6, column 11: \"paid_clock\" ends in "
                                              "_clock, which Kept uses for the time of day of "
                                              "a date; choose another name."},
    {HEAD "columns:\n" CUSTOMER CUSTOMER,
     "t.yaml, line 7, column 12: The column \"customer\" stands twice."},
    {HEAD "columns:\n  - {name: buyer, type: customer, title: B}\n",
     "t.yaml, line 6, column 12: A column of type customer is named customer, and no other is."},
    {HEAD "columns:\n  - {name: customer, type: text, title: B}\n",
     "t.yaml, line 6, column 12: A column of type customer is named customer, and no other is."},
    {HEAD "columns:\n  - {name: place, type: text, title: P, required: maybe}\n",
     "t.yaml, line 6, column 51: \"required\" must be yes or no."},
    {HEAD "columns:\n  - {name: place, type: text, title: P, choices: [a]}\n",
     "t.yaml, line 6, column 41: Only a column of type choice has choices; \"place\" is of type "
     "text."},
    {HEAD "columns:\n  - {name: place, type: choice, title: P}\n",
     "t.yaml, line 6, column 5: \"place\" is of type choice and needs choices: [...]."},
    {HEAD "columns:\n  - {name: place, type: choice, title: P, choices: [a, b, a]}\n",
     "t.yaml, line 6, column 59: \"a\" stands twice in the list."},
    {HEAD "columns:\n  - {name: place, type: text, title: P, guess: [Shop Name]}\n",
     "t.yaml, line 6, column 49: A guess is written without blanks, signs and capitals: "
     "\"shopname\" "
     "for \"Shop Name\"."},
    {HEAD "columns:\n  - {name: place, type: text, title: P, guess: [shop, place]}\n",
     "t.yaml, line 6, column 55: \"place\" is the column's own name, which always counts; leave it "
     "out."},
    {HEAD "columns:\n  - {name: place, type: text, title: P, guess: [shop, shop]}\n",
     "t.yaml, line 6, column 55: \"shop\" stands twice in the list."},
    {HEAD "columns:\n  - {name: place, type: text, title: P, guess: [shop]}\n"
          "  - {name: seller, type: text, title: S, guess: [agent, shop]}\n",
     "t.yaml, line 7, column 57: \"shop\" is a guess for \"place\" already; one header cannot mean "
     "two "
     "columns."},
    {HEAD "columns:\n  - {name: place, type: text, title: P, guess: [seller]}\n"
          "  - {name: seller, type: text, title: S}\n",
     "t.yaml, line 7, column 12: \"seller\" is a guess for \"place\" already; one header cannot "
     "mean "
     "two columns."},
    {HEAD "columns:\n" WHEN "  - {name: place, type: text, title: P, known: at_dey}\n",
     "t.yaml, line 7, column 48: \"x_v\" has no column \"at_dey\"; did you mean \"at_day\"?"},
    {HEAD "columns:\n" CUSTOMER "  - {name: place, type: text, title: P, known: customer}\n",
     "t.yaml, line 7, column 48: \"known\" must name a column of type when; \"customer\" is of "
     "type "
     "customer."},
    {HEAD "time: day\ncolumns:\n" CUSTOMER,
     "t.yaml, line 5, column 7: \"x_v\" has no column \"day\"."},
    {HEAD "time: customer\ncolumns:\n" CUSTOMER,
     "t.yaml, line 5, column 7: \"time\" must name a column of type when; \"customer\" is of type "
     "customer."},
    {HEAD "key: [customer, cutsomer]\ncolumns:\n" CUSTOMER,
     "t.yaml, line 5, column 17: \"x_v\" has no column \"cutsomer\"; did you mean \"customer\"?"},
    {HEAD "key: [customer, customer]\ncolumns:\n" CUSTOMER,
     "t.yaml, line 5, column 17: \"customer\" stands twice in the list."},
    {HEAD "key: [place]\ncolumns:\n" WHEN
          "  - {name: place, type: text, title: P, known: at_day}\n",
     "t.yaml, line 5, column 7: \"place\" becomes known later (at at_day), so it cannot identify a "
     "row."},
    {HEAD "key: [customer]\nnumbered: customer\ncolumns:\n" CUSTOMER,
     "t.yaml, line 6, column 11: \"numbered\" must name one of at least two key columns; rows are "
     "numbered within the others."},
    {HEAD "key: [customer, at_day]\ncolumns:\n" CUSTOMER WHEN,
     "t.yaml, line 5, column 17: \"at_day\" is of type when and cannot be part of the key, because "
     "times of one day would count as the same; use a number of the row."},
    {HEAD "key: [place, customer]\nnumbered: customer\ncolumns:\n" CUSTOMER
          "  - {name: place, type: text, title: P}\n",
     "t.yaml, line 6, column 11: \"numbered\" must name a column of type text or integer; "
     "\"customer\" is of type customer."},
    {"kind: x_v\nkind: x_w\n",
     "t.yaml, line 2, column 1: \"kind\" stands twice; it was given in line 1 already."},
};

void test_fact_kind__each_fault_is_named_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_fact_kind *kind = NULL;
        kept_status status =
            kept_fact_kind_parse(faults[i][0], strlen(faults[i][0]), "t.yaml", &arena, &kind, &err);
        if (status != KEPT_EINPUT || strcmp(err.msg, faults[i][1]) != 0)
            print_error("--- case %zu:\n%s", i, faults[i][0]);
        assert_string_equal(err.msg, faults[i][1]);
        assert_int_equal(status, KEPT_EINPUT);
        assert_null(kind);
    }
}

/* A declaration that uses every field; memory that runs out anywhere is reported, never used. */
static const char full[] =
    HEAD "requirements: [K001, K002]\n"
         "time: at_day\n"
         "key: [customer, visit_no]\n"
         "numbered: visit_no\n"
         "columns:\n" CUSTOMER WHEN "  - {name: visit_no, type: integer, title: No.}\n"
         "  - name: mood\n"
         "    type: choice\n"
         "    title: Mood\n"
         "    help: How it went.\n"
         "    required: yes\n"
         "    known: at_day\n"
         "    choices: [\"yes\", so-so]\n"
         "    guess: [stimmung, humeur]\n";

void test_fact_kind__reads_every_field(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_fact_kind *kind;
    CHECK_OK(kept_fact_kind_parse(full, strlen(full), "t.yaml", &arena, &kind, &err));
    assert_string_equal(kind->ids, "K001 K002");
    assert_string_equal(kind->numbered, "visit_no");
    assert_string_equal(kind->source, "t.yaml");
    const kept_fact_column *mood = kept_fact_column_find(kind, "mood");
    assert_true(mood->required);
    assert_string_equal(mood->help, "How it went.");
    assert_string_equal(mood->known, "at_day");
    assert_string_equal(mood->choices[0], "yes");
    assert_int_equal(mood->n_guess, 3);
    assert_string_equal(mood->guess[2], "humeur");
    assert_string_equal(kept_fact_column_find(kind, "customer")->help, "");
}

void test_fact_kind__out_of_memory_anywhere_is_an_error(void **state)
{
    (void)state;
    for (size_t nth = 1;; nth++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_fact_kind *kind = NULL;
        kept_arena_fail_nth(nth);
        kept_status status =
            kept_fact_kind_parse(full, strlen(full), "t.yaml", &arena, &kind, NULL);
        kept_arena_fail_nth(0);
        if (status == KEPT_OK) {
            assert_true(nth > 30);
            return;
        }
        assert_int_equal(status, KEPT_ENOMEM);
        assert_null(kind);
    }
}

/* --- Names --- */

void test_names__reserved_words_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"add", "all",  "at",    "from",  "group", "order", "oid",
                                      "to",  "when", "where", "table", "with",  "window"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_string_equal(kept_name_fault(bad[i]), "is a word of SQL; choose another name.");
    static const char *const good[] = {"orders", "level", "value", "weight", "x_visits", "a1_"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_null(kept_name_fault(good[i]));
    assert_non_null(kept_name_fault(""));
    assert_non_null(kept_name_fault("1a"));
    assert_non_null(kept_name_fault("_a"));
    assert_non_null(kept_name_fault("a-b"));
    assert_non_null(kept_name_fault("gr\xc3\xb6\xc3\x9f"
                                    "e"));
    assert_null(kept_name_fault("abcdefghijabcdefghijabcdefghijabcdefghijabcdefgh"));
    assert_non_null(kept_name_fault("abcdefghijabcdefghijabcdefghijabcdefghijabcdefghi"));
    assert_non_null(kept_column_name_fault("import"));
    assert_non_null(kept_column_name_fault("kept_line"));
    assert_null(kept_column_name_fault("clock"));
}

/* --- A workspace's own kinds --- */

typedef struct folder {
    char root[64];
    char facts[128];
} folder;

static folder make_workspace(void)
{
    folder f = {.root = "/tmp/kept-test-XXXXXX"};
    assert_non_null(mkdtemp(f.root));
    char catalogue[96];
    snprintf(catalogue, sizeof catalogue, "%s/catalogue", f.root);
    assert_int_equal(mkdir(catalogue, 0700), 0);
    snprintf(f.facts, sizeof f.facts, "%s/facts", catalogue);
    assert_int_equal(mkdir(f.facts, 0700), 0);
    return f;
}

static void put(const folder *f, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->facts, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
}

static void drop(const folder *f, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->facts, name);
    assert_int_equal(unlink(path), 0);
}

static void remove_workspace(const folder *f)
{
    char catalogue[96];
    snprintf(catalogue, sizeof catalogue, "%s/catalogue", f->root);
    assert_int_equal(rmdir(f->facts), 0);
    assert_int_equal(rmdir(catalogue), 0);
    assert_int_equal(rmdir(f->root), 0);
}

static const char visits[] =
    "kind: x_visits\n"
    "title: Visits\n"
    "summary: Who was where.\n"
    "stage: know\n"
    "time: happened_at\n"
    "columns:\n"
    "  - {name: customer, type: customer, title: Customer, required: yes}\n"
    "  - {name: happened_at, type: when, title: When, required: yes}\n"
    "  - {name: place, type: text, title: Place, guess: [ort]}\n";

void test_fact_kind__a_folder_adds_a_kind(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    folder f = make_workspace();
    kept_fact_kinds kinds;
    CHECK_OK(kept_fact_kinds_load(f.root, &arena, &kinds, &err));
    assert_int_equal(kinds.n, 16);
    put(&f, "x_visits.yaml", visits);
    put(&f, "notes.txt", "not a declaration");
    put(&f, ".x_visits.yaml.swp", "an editor's");
    CHECK_OK(kept_fact_kinds_load(f.root, &arena, &kinds, &err));
    assert_int_equal(kinds.n, 17);
    const kept_fact_kind *kind = find_kind(&kinds, "x_visits");
    assert_int_equal(kind->n_columns, 3);
    CHECK_CONTAINS(kind->source, "/catalogue/facts/x_visits.yaml");
    assert_int_equal(kept_fact_kinds_find(&kinds, "x_visit", &kind, &err), KEPT_ENOTFOUND);
    assert_string_equal(err.msg,
                        "There is no kind of fact \"x_visit\"; did you mean \"x_visits\"?");
    drop(&f, "x_visits.yaml");
    drop(&f, "notes.txt");
    drop(&f, ".x_visits.yaml.swp");
    remove_workspace(&f);
}

/* Loads the folder with one file more and compares the message after the folder's own path. */
static void check_refused(const folder *f, const char *name, const char *text, const char *want)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_fact_kinds kinds = {0};
    put(f, name, text);
    assert_int_equal(kept_fact_kinds_load(f->root, &arena, &kinds, &err), KEPT_EINPUT);
    const char *full_want = kept_arena_printf(&arena, "%s/%s%s", f->facts, name, want);
    assert_string_equal(err.msg, full_want);
    assert_int_equal(kinds.n, 0);
    drop(f, name);
}

void test_fact_kind__a_folder_cannot_do_harm(void **state)
{
    (void)state;
    folder f = make_workspace();
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
#define REST "\ntitle: T\nsummary: S\nstage: know\ncolumns: [{name: a, type: text, title: A}]\n"
    check_refused(&f, "orders.yaml", "kind: orders" REST,
                  ": \"orders\" is built in and cannot be declared anew; name your own kind "
                  "x_orders.");
    check_refused(
        &f, "visits.yaml", "kind: visits" REST,
        ": The name of a workspace's own kind begins with x_: x_visits instead of visits.");
    check_refused(&f, "x_bad.yaml", "kind: x_bad\ntitel: T\n",
                  ", line 2, column 1: \"titel\" is not a field of a kind of fact; did you mean "
                  "\"title\"?");
    check_refused(&f, "x_visits.yml", visits, ": name the file .yaml to have it read.");
    check_refused(&f, "x_nothing.yaml", "# nothing yet\n", " is empty.");
    put(&f, "x_a.yaml", visits);
    const char *already =
        kept_arena_printf(&arena, ": \"x_visits\" is declared in %s/x_a.yaml already.", f.facts);
    check_refused(&f, "x_b.yaml", visits, already);
    drop(&f, "x_a.yaml");
    KEPT_AUTO_BUF large = KEPT_BUF_INIT;
    while (large.len <= 1024 * 1024)
        kept_buf_add(&large, "# a long comment that says nothing at all about any kind of fact\n");
    check_refused(&f, "x_large.yaml", kept_buf_text(&large),
                  " is larger than 1024 KiB; split it into several files.");
    kept_fact_kinds kinds;
    char file[256];
    snprintf(file, sizeof file, "%s/x.yaml", f.facts);
    assert_int_equal(mkdir(file, 0700), 0);
    assert_int_equal(kept_fact_kinds_load(f.root, &arena, &kinds, &err), KEPT_EIO);
    CHECK_CONTAINS(err.msg, "/x.yaml: Is a directory.");
    assert_int_equal(rmdir(file), 0);
    remove_workspace(&f);
}
