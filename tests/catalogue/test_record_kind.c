#include "support.h"

#include "base/array.h"
#include "base/number.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "catalogue/names.h"

#define HEAD                                                                                       \
    "kind: visit\ntitle: Visit\nplural: Visits\nprefix: V\nstage: keep\npack: core\n"              \
    "summary: Who was where.\nlabel: name\n" /* 8 lines */
#define NAME        "  - {name: name, type: text, title: Name}\n"
#define FIELD(rest) HEAD "fields:\n" NAME "  - {name: f, title: F, " rest "}\n"

/* --- What is read --- */

static const char full[] =
    "kind: x_visit\n"
    "title: Visit\n"
    "plural: Visits\n"
    "prefix: XV\n"
    "stage: keep\n"
    "pack: x_field\n"
    "requirements: [K001, K002]\n"
    "summary: Who was where.\n"
    "label: words\n"
    "unique: number\n"
    "of: about\n"
    "was: x_trip\n"
    "states:\n"
    "  planned: {title: Planned, help: Not yet., moves: [made, on-hold]}\n"
    "  on-hold: {title: On hold, moves: [planned]}\n"
    "  made: {title: Made, closed: yes}\n"
    "fields:\n"
    "  - {name: words, type: prose, title: Words, help: What for., required: yes, personal: yes}\n"
    "  - {name: number, type: text, title: No., search: no}\n"
    "  - {name: about, type: ref, title: About, to: [customer, need], was: subject}\n"
    "  - {name: people, type: refs, title: People, to: person}\n"
    "  - {name: mood, type: choice, title: Mood, choices: [good, so-so], default: so-so}\n"
    "  - {name: again, type: flag, title: Again, default: yes}\n"
    "  - {name: cars, type: integer, title: Cars, min: 0, max: 10, default: 1}\n"
    "  - {name: hours, type: number, title: Hours, unit: hours, min: 0.25, max: 1000000}\n"
    "  - {name: hope, type: share, title: Hope, min: 0, max: 97.5%, default: 50 %}\n"
    "  - {name: cost, type: money, title: Cost, min: -0.0001, max: 12.5, sensitive: yes}\n"
    "  - {name: on_day, type: date, title: Day, default: 2026-02-28}\n";

static kept_record_kind *parse(const char *text, bool own, kept_arena *arena)
{
    kept_err err = KEPT_ERR_INIT;
    kept_record_kind *kind = NULL;
    CHECK_OK(kept_record_kind_parse(text, strlen(text), "t.yaml", own, arena, &kind, &err));
    return kind;
}

void test_record_kind__reads_the_head(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_record_kind *kind = parse(full, true, &arena);
    assert_string_equal(kind->name, "x_visit");
    assert_string_equal(kind->plural, "Visits");
    assert_string_equal(kind->prefix, "XV");
    assert_string_equal(kind->stage, "keep");
    assert_string_equal(kind->pack, "x_field");
    assert_string_equal(kind->ids, "K001 K002");
    assert_string_equal(kind->label, "words");
    assert_string_equal(kind->unique, "number");
    assert_string_equal(kind->of, "about");
    assert_string_equal(kind->was, "x_trip");
    assert_true(kind->own);
    assert_false(kind->worksheet);
    assert_string_equal(kind->source, "t.yaml");
    assert_int_equal(kind->n_states, 3);
    const kept_record_state *planned = kept_record_state_find(kind, "planned");
    assert_ptr_equal(planned, &kind->states[0]);
    assert_string_equal(planned->help, "Not yet.");
    assert_int_equal(planned->n_moves, 2);
    assert_string_equal(planned->moves[1], "on-hold");
    assert_true(kept_record_state_find(kind, "made")->closed);
    assert_string_equal(kept_record_state_find(kind, "made")->help, "");
    assert_null(kept_record_state_find(kind, "gone"));
}

void test_record_kind__reads_fields(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_record_kind *kind = parse(full, true, &arena);
    assert_int_equal(kind->n_fields, 11);
    const kept_record_field *words = kept_record_field_find(kind, "words");
    assert_int_equal(words->type, KEPT_RECORD_PROSE);
    assert_true(words->required && words->personal && words->search && words->own);
    assert_false(words->sensitive);
    assert_string_equal(words->help, "What for.");
    assert_int_equal(words->line, 18);
    assert_false(kept_record_field_find(kind, "number")->search);
    const kept_record_field *about = kept_record_field_find(kind, "about");
    assert_int_equal(about->n_to, 2);
    assert_string_equal(about->to[1], "need");
    assert_string_equal(about->was, "subject");
    assert_false(about->search);
    assert_string_equal(kept_record_field_find(kind, "people")->to[0], "person");
    const kept_record_field *mood = kept_record_field_find(kind, "mood");
    assert_int_equal(mood->n_choices, 2);
    assert_string_equal(mood->preset, "so-so");
    assert_null(kept_record_field_find(kind, "moods"));
}

/* Limits stand in the units of record_kind.h: millionths, ten-thousandths. */
void test_record_kind__limits_are_exact(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_record_kind *kind = parse(full, true, &arena);
    const kept_record_field *f = kept_record_field_find(kind, "cars");
    assert_true(f->has_min && f->has_max && f->min == 0 && f->max == 10);
    f = kept_record_field_find(kind, "hours");
    assert_string_equal(f->unit, "hours");
    assert_true(f->min == 250000 && f->max == INT64_C(1000000000000));
    f = kept_record_field_find(kind, "hope");
    assert_true(f->min == 0 && f->max == 975000);
    f = kept_record_field_find(kind, "cost");
    assert_true(f->sensitive && f->min == -1 && f->max == 125000);
    assert_false(kept_record_field_find(kind, "words")->has_min);
}

static const struct {
    kept_record_type type;
    const char *text;
    bool good;
    int64_t want;
} numbers[] = {
    {KEPT_RECORD_INTEGER, "9223372036854775807", true, INT64_MAX},
    {KEPT_RECORD_INTEGER, "9223372036854775808", false, 0},
    {KEPT_RECORD_INTEGER, "-12", true, -12},
    {KEPT_RECORD_INTEGER, "12.0", true, 12},
    {KEPT_RECORD_INTEGER, "1.5", false, 0},
    {KEPT_RECORD_INTEGER, "1e3", false, 0},
    {KEPT_RECORD_INTEGER, "", false, 0},
    {KEPT_RECORD_NUMBER, "0.000001", true, 1},
    {KEPT_RECORD_NUMBER, "0.0000001", false, 0},
    {KEPT_RECORD_NUMBER, "9223372036854.775807", true, INT64_MAX},
    {KEPT_RECORD_NUMBER, "9223372036854.775808", false, 0},
    {KEPT_RECORD_SHARE, "100%", true, 1000000},
    {KEPT_RECORD_SHARE, "0.0001%", true, 1},
    {KEPT_RECORD_SHARE, "0.00001%", false, 0},
    {KEPT_RECORD_SHARE, "%", false, 0},
    {KEPT_RECORD_SHARE, "1.2", true, 1200000},
    {KEPT_RECORD_NUMBER, "5%", false, 0},
    {KEPT_RECORD_MONEY, "99999999999999.9999", true, KEPT_MONEY_MAX},
    {KEPT_RECORD_MONEY, "100000000000000", false, 0},
    {KEPT_RECORD_MONEY, "12,50", false, 0},
    {KEPT_RECORD_MONEY, "EUR 12", false, 0},
};

void test_record_kind__numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEPT_N(numbers); i++) {
        int64_t got = 0;
        if (kept_record_number(numbers[i].type, numbers[i].text, &got) != numbers[i].good ||
            got != numbers[i].want)
            fail_msg("%s as %s", numbers[i].text, kept_record_type_name(numbers[i].type));
    }
}

void test_record_kind__extension_gives_own_fields_only(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const kept_record_kind *kind = parse(
        "extends: promise\nfields:\n  - {name: x_tone, type: text, title: Tone}\n", true, &arena);
    assert_string_equal(kind->name, "promise");
    assert_int_equal(kind->n_fields, 1);
    assert_true(kind->fields[0].own);
    assert_null(kind->label);
}

/* --- What is refused --- */

static const char *const faults[][2] = {
    /* head */
    {"kind: visit\ntitel: V\n", "line 2, column 1: \"titel\" is not a field of a kind of record; "
                                "did you mean \"title\"?"},
    {"title: V\n", "line 1, column 1: \"kind\" is missing; a kind of record must have it."},
    {"kind: Visit\n", "line 1, column 7: \"Visit\" is not a name: use small letters a to z, digits "
                      "and _, and begin with a letter."},
    {"kind: order\n", "line 1, column 7: \"order\" is a word of SQL; choose another name."},
    {"kind: import\n",
     "line 1, column 7: \"import\" is a name that Kept uses itself; choose another name."},
    {"kind: sqlite_x\n",
     "line 1, column 7: \"sqlite_x\" is a name that Kept uses itself; choose another name."},
    {"kind: kept_x\n",
     "line 1, column 7: \"kept_x\" is a name that Kept uses itself; choose another name."},
    {"kind: a__b\n", "line 1, column 7: \"a__b\" has two _ in a row or one at its end, which Kept "
                     "uses for tables of references; choose another name."},
    {"kind: a_in_words\n", "line 1, column 7: \"a_in_words\" ends in _in_words, which Kept uses "
                           "for views; choose another name."},
    {"kind: x_visit\n",
     "line 1, column 7: \"x_visit\" begins with x_, as only a workspace's own names do."},
    {"kind: visit\nwas: visit\n", "line 2, column 6: \"was\" is the name in earlier releases, not "
                                  "the name of now."},
    {"kind: visit\n", "line 1, column 1: \"title\" is missing; a kind of record must have it."},
    {"kind: visit\ntitle: \"V\\nW\"\n",
     "line 2, column 8: This must be one line of text without tabs."},
    {"kind: visit\ntitle: V\nplural: V\nprefix: Vi\n",
     "line 4, column 9: A prefix has one to four capital letters A to Z."},
    {"kind: visit\ntitle: V\nplural: V\nprefix: VISIT\n",
     "line 4, column 9: A prefix has one to four capital letters A to Z."},
    {"kind: visit\ntitle: V\nplural: V\nprefix: XV\n",
     "line 4, column 9: Prefixes that begin with X are for a workspace's own kinds."},
    {"kind: visit\ntitle: V\nplural: V\nprefix: V\nsummary: S\nstage: kep\n",
     "line 6, column 8: \"kep\" is not a stage; did you mean \"keep\"?"},
    {"extends: promise\n", "line 1, column 1: Only a workspace extends a kind; add the fields to "
                           "the kind."},
    /* states */
    {HEAD "states: []\nfields:\n" NAME, "line 9, column 9: \"states\" must give at least one "
                                        "state: NAME: {title: ...}."},
    {HEAD "states: {Open: {title: O}}\nfields:\n" NAME,
     "line 9, column 10: \"Open\" is not the name of a state: use small letters a to z, digits, _ "
     "and -, begin with a letter, and take at most 48."},
    {HEAD "states: {all: {title: O}}\nfields:\n" NAME,
     "line 9, column 10: \"all\" means every state where people look for records; choose another "
     "name."},
    {HEAD "states: {a: {}}\nfields:\n" NAME,
     "line 9, column 13: \"title\" is missing; a state must have it."},
    {HEAD "states: {a: {title: A, moves: [bee]}, been: {title: B}}\nfields:\n" NAME,
     "line 9, column 32: \"bee\" is not a state; did you mean \"been\"?"},
    {HEAD "states: {a: {title: A, moves: [b, b]}, b: {title: B}}\nfields:\n" NAME,
     "line 9, column 35: \"b\" stands twice in the list."},
    {HEAD "states: {a: {title: A, moves: [a]}}\nfields:\n" NAME,
     "line 9, column 32: \"a\" cannot move to itself."},
    {HEAD "states: {a: {title: A, closed: maybe}}\nfields:\n" NAME,
     "line 9, column 32: \"closed\" must be yes or no."},
    /* what the kind says of its fields */
    {HEAD, "line 1, column 1: \"fields\" is missing; a kind of record must have it."},
    {HEAD "fields: []\n", "line 9, column 9: \"fields\" must list at least one field: - name: ..."},
    {HEAD "fields:\n  - {name: nam, type: text, title: N}\n",
     "line 8, column 8: \"name\" is not a field of visit; did you mean \"nam\"?"},
    {HEAD "fields:\n  - {name: name, type: flag, title: N}\n",
     "line 8, column 8: \"label\" must name a field of type text or prose; \"name\" is of type "
     "flag."},
    {HEAD "unique: words\nfields:\n" NAME "  - {name: words, type: prose, title: W}\n",
     "line 9, column 9: \"unique\" must name a field of type text; \"words\" is of type prose."},
    {HEAD "of: name\nfields:\n" NAME,
     "line 9, column 5: \"of\" must name a field of type ref; \"name\" is of type text."},
    {HEAD "fields:\n" NAME NAME,
     "line 11, column 12: The field \"name\" stands in t.yaml, line 10, already."},
    {HEAD "fields:\n" NAME "  - {name: f, type: text, title: F, was: name}\n",
     "line 11, column 42: There is a field \"name\" still; it cannot have become \"f\"."},
    {HEAD "fields:\n  - {name: name, type: text, title: N, was: f}\n"
          "  - {name: f, type: text, title: F}\n",
     "line 11, column 12: \"name\" says that it was \"f\"; a field cannot be both."},
    {HEAD "fields:\n  - {name: name, type: text, title: N, was: g}\n"
          "  - {name: f, type: text, title: F, was: g}\n",
     "line 11, column 42: \"name\" says that it was \"g\" too."},
    {HEAD "fields:\n" NAME "  - {name: about_need, type: text, title: A}\n"
          "  - {name: about, type: ref, title: A, to: [customer, need]}\n",
     "line 12, column 12: \"about\" and \"about_need\" would both be stored in a column "
     "about_need; choose another name."},
    {HEAD "fields:\n" NAME "  - {name: external, type: ref, title: A, to: [id, need]}\n",
     "line 11, column 12: \"external\" would be stored in a column external_id, which Kept uses "
     "itself; "
     "choose another name."},
    /* fields */
    {HEAD "fields:\n  - {nam: f}\n",
     "line 10, column 6: \"nam\" is not a field of a field; did you mean \"name\"?"},
    {HEAD "fields:\n  - {name: revision}\n",
     "line 10, column 12: \"revision\" is a name that Kept uses itself; choose another name."},
    {HEAD "fields:\n  - {name: json}\n",
     "line 10, column 12: \"json\" is a name that Kept uses itself; choose another name."},
    {HEAD "fields:\n  - {name: x_f}\n",
     "line 10, column 12: \"x_f\" begins with x_, as only a workspace's own names do."},
    {FIELD("type: prosa"), "line 11, column 31: \"prosa\" is not a type; did you mean \"prose\"?"},
    {FIELD("type: text, choices: [a]"),
     "line 11, column 37: \"f\" is of type text, which has no \"choices\"."},
    {FIELD("type: flag, search: yes"),
     "line 11, column 37: \"f\" is of type flag, which has no \"search\"."},
    {FIELD("type: date, min: 1"), "line 11, column 37: \"f\" is of type date, which has no "
                                  "\"min\"."},
    {FIELD("type: ref, to: a, default: C-1"),
     "line 11, column 43: \"f\" is of type ref, which has no \"default\"."},
    {FIELD("type: choice"), "line 11, column 5: \"f\" is of type choice and needs choices: [...]."},
    {FIELD("type: choice, choices: [a, A]"), "line 11, column 52: \"A\" stands twice in the list."},
    {FIELD("type: choice, choices: [high, low], default: hihg"),
     "line 11, column 70: \"hihg\" is not a choice; did you mean \"high\"?"},
    {FIELD("type: flag, default: maybe"),
     "line 11, column 46: \"maybe\" is not yes or no; choose one of: yes, no, true, false, 1, 0."},
    {FIELD("type: integer, min: 1.5"),
     "line 11, column 45: \"min\" takes a whole number such as 12; \"1.5\" is not."},
    {FIELD("type: share, max: half"),
     "line 11, column 43: \"max\" takes a share such as 95% or 0.95; \"half\" is not."},
    {FIELD("type: money, max: 0.00001"),
     "line 11, column 43: \"max\" takes an amount such as 12.50, with at most four decimals; "
     "\"0.00001\" is not."},
    {FIELD("type: number, default: 1e3"),
     "line 11, column 48: \"default\" takes a number such as 12.5, with at most six decimals; "
     "\"1e3\" is not."},
    {FIELD("type: integer, min: 2, max: 1"), "line 11, column 53: \"max\" is less than \"min\"."},
    {FIELD("type: integer, min: 2, default: 1"),
     "line 11, column 57: \"default\" is less than \"min\"."},
    {FIELD("type: share, max: 90%, default: 0.91"),
     "line 11, column 57: \"default\" is more than \"max\"."},
    {FIELD("type: date, default: 2026-02-29"),
     "line 11, column 46: \"default\" takes a day such as 2026-03-31."},
    {FIELD("type: ref"), "line 11, column 5: \"f\" is of type ref and needs to: KIND."},
    {FIELD("type: ref, to: []"), "line 11, column 40: \"to\" must name at least one kind."},
    {FIELD("type: ref, to: People"), "line 11, column 40: \"People\" is not a name: use small "
                                     "letters a to z, digits and _, and begin "
                                     "with a letter."},
    {FIELD("type: ref, to: [a, group]"),
     "line 11, column 44: \"group\" is a word of SQL; choose another name."},
    {FIELD("type: ref, to: [a, a]"), "line 11, column 44: \"a\" stands twice in the list."},
    {FIELD("type: refs, to: [a, b]"),
     "line 11, column 41: A field of type refs leads to one kind; make a field for each."},
    {FIELD("type: text, was: f"),
     "line 11, column 42: \"was\" is the name in earlier releases, not the name of now."},
};

static const char *const own_faults[][2] = {
    {"kind: visit\n", "line 1, column 7: A name that a workspace declares itself begins with x_: "
                      "x_visit instead of visit."},
    {"kind: x_visit\nwas: trip\n", "line 2, column 6: A name that a workspace declares itself "
                                   "begins with x_: x_trip instead of trip."},
    {"kind: x_visit\ntitle: V\nplural: V\nprefix: V\n",
     "line 4, column 9: The prefix of a workspace's own kind begins with X."},
    {"extends: Promise\n",
     "line 1, column 10: \"Promise\" is not a name: use small letters a to z, "
     "digits and _, and begin with a letter."},
    {"extends: promise\ntitle: P\n", "line 2, column 1: \"title\" is not a field of a file that "
                                     "extends a kind; the fields are: extends, fields."},
    {"extends: promise\nfields:\n  - {name: tone}\n",
     "line 3, column 12: A name that a workspace declares itself begins with x_: x_tone instead "
     "of tone."},
};

static void check_fault(const char *text, bool own, const char *want)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_record_kind *kind = NULL;
    const char *full_want = kept_arena_printf(&arena, "t.yaml, %s", want);
    kept_status status =
        kept_record_kind_parse(text, strlen(text), "t.yaml", own, &arena, &kind, &err);
    if (status != KEPT_EINPUT || strcmp(err.msg, full_want) != 0)
        print_error("---\n%s", text);
    assert_string_equal(err.msg, full_want);
    assert_int_equal(status, KEPT_EINPUT);
    assert_null(kind);
}

void test_record_kind__each_fault_is_named_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEPT_N(faults); i++)
        check_fault(faults[i][0], false, faults[i][1]);
    for (size_t i = 0; i < KEPT_N(own_faults); i++)
        check_fault(own_faults[i][0], true, own_faults[i][1]);
}

void test_record_kind__too_many_fields_are_refused(void **state)
{
    (void)state;
    KEPT_AUTO_BUF text = KEPT_BUF_INIT;
    kept_buf_add(&text, HEAD "fields:\n" NAME);
    for (int i = 0; i < KEPT_RECORD_FIELDS_MAX - 1; i++)
        kept_buf_printf(&text, "  - {name: f%d, type: text, title: F}\n", i);
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    assert_int_equal(parse(kept_buf_text(&text), false, &arena)->n_fields, KEPT_RECORD_FIELDS_MAX);
    kept_buf_add(&text, "  - {name: last_one, type: text, title: F}\n");
    check_fault(kept_buf_text(&text), false, "line 10, column 3: More than 200 fields.");
}

void test_record_kind__out_of_memory_anywhere_is_an_error(void **state)
{
    (void)state;
    for (size_t nth = 1;; nth++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_record_kind *kind = NULL;
        kept_arena_fail_nth(nth);
        kept_status status =
            kept_record_kind_parse(full, strlen(full), "t.yaml", true, &arena, &kind, NULL);
        kept_arena_fail_nth(0);
        if (status == KEPT_OK) {
            assert_true(nth > 100);
            return;
        }
        assert_int_equal(status, KEPT_ENOMEM);
        assert_null(kind);
    }
}

/* The lists of names are searched by halves: each must be found. */
void test_record_kind__names_of_the_ledger_are_taken(void **state)
{
    (void)state;
    static const char *const tables[] = {"import",
                                         "setting",
                                         "profile",
                                         "fact_file",
                                         "customer_id",
                                         "change_log",
                                         "external_id",
                                         "declaration",
                                         "pack",
                                         "search",
                                         "search_data",
                                         "measure_run",
                                         "measure_value",
                                         "measure_now",
                                         "measure_series",
                                         "firm",
                                         "other",
                                         "warning_state",
                                         "warning_limit",
                                         "document_version",
                                         "measure_definition"};
    for (size_t i = 0; i < KEPT_N(tables); i++)
        if (!kept_record_kind_name_fault(tables[i]))
            fail_msg("%s is free", tables[i]);
    static const char *const columns[] = {
        "id",         "state",       "revision",  "made_at",     "made_by",      "changed_at",
        "changed_by", "archived_at", "other",     "external_id", "external_ids", "why",
        "json",       "dry_run",     "workspace", "xlsx",        "as_of",        "archived"};
    for (size_t i = 0; i < KEPT_N(columns); i++)
        if (!kept_record_field_name_fault(columns[i]))
            fail_msg("%s is free", columns[i]);
    assert_null(kept_record_kind_name_fault("promise"));
    assert_null(kept_record_field_name_fault("level"));
}

/* --- vCards --- */

void test_record_kind__vcard(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static const struct {
        const char *text, *said;
    } wrong[] = {
        {FIELD("type: text, vcard: TELL"), "did you mean \"TEL\""},
        {FIELD("type: date, vcard: TEL"), "is of type date, which has no \"vcard\""},
        {HEAD "fields:\n"
              "  - {name: name, type: text, title: Name, vcard: FN}\n"
              "  - {name: second, type: text, title: Second, vcard: FN}\n",
         "\"name\" is the FN of a vCard already"},
    };
    const kept_record_kind *kind = parse(FIELD("type: text, vcard: TEL"), false, &arena);
    assert_null(kind->fields[0].vcard);
    assert_string_equal(kind->fields[1].vcard, "TEL");
    for (size_t i = 0; i < KEPT_N(wrong); i++) {
        kept_err err = KEPT_ERR_INIT;
        kept_record_kind *none = NULL;
        assert_int_equal(kept_record_kind_parse(wrong[i].text, strlen(wrong[i].text), "t.yaml",
                                                false, &arena, &none, &err),
                         KEPT_EINPUT);
        if (!strstr(err.msg, wrong[i].said))
            fail_msg("%s", err.msg);
    }
}

void test_record_kind__days_that_are_due(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {FIELD("type: text, due: yes"), "is of type text, which has no \"due\""},
        {FIELD("type: date, due: often"), "\"due\""},
        {FIELD("type: date, due: []"), "at least one state"},
        {FIELD("type: date, due: [a, a]"), "twice"},
        {FIELD("type: text, alarm: yes"), "is of type text, which has no \"alarm\""},
        {FIELD("type: flag, alarm: perhaps"), "is not yes or no"},
    };
    const kept_record_kind *kind = parse(FIELD("type: date, due: yes"), false, &arena);
    assert_false(kind->fields[0].due);
    assert_true(kind->fields[1].due);
    assert_int_equal(kind->fields[1].n_due_in, 0);
    kind = parse(FIELD("type: date, due: [open, late]"), false, &arena);
    assert_true(kind->fields[1].due);
    assert_string_equal(kind->fields[1].due_in[1], "late");
    assert_string_equal(parse(FIELD("type: flag, alarm: no"), false, &arena)->fields[1].alarm,
                        "no");
    for (size_t i = 0; i < KEPT_N(cases); i++) {
        kept_err err = KEPT_ERR_INIT;
        kept_record_kind *refused;
        assert_int_equal(kept_record_kind_parse(cases[i].text, strlen(cases[i].text), "t.yaml",
                                                false, &arena, &refused, &err),
                         KEPT_EINPUT);
        CHECK_CONTAINS(err.msg, cases[i].says);
    }
}
