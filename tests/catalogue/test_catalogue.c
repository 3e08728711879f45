/* What kinds of records say about each other, and the catalogue that is built in. */
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/text.h"
#include "catalogue/catalogue.h"

#define KIND_IN(name, prefix, pack, rest)                                                          \
    "kind: " name "\ntitle: T\nplural: T\nprefix: " prefix "\nstage: know\npack: " pack            \
    "\nsummary: S\nlabel: name\n" rest
#define KIND(name, prefix, rest) KIND_IN(name, prefix, "core", rest)
#define FIELDS                   "fields:\n  - {name: name, type: text, title: N}\n"
#define REF(name, to)            "  - {name: " name ", type: ref, title: R, to: " to "}\n"

static const char customer[] = KIND("customer", "C", FIELDS);
static const char packs[] = "- {name: core, title: Core, summary: S, on: yes}\n";
static const char own_packs[] = "- {name: x_field, title: Field, summary: S}\n";

/* Text that begins with "own:" is a file of a workspace. */
static kept_declared_file file_of(const char *text, const char *name)
{
    bool own = kept_text_starts(text, "own:");
    text += own ? 4 : 0;
    return (kept_declared_file){.name = name, .text = text, .len = strlen(text), .own = own};
}

/* customer.yaml, a.yaml, b.yaml, c.yaml; NULL: fewer. */
static kept_status build(const char *const texts[3], kept_arena *arena, kept_catalogue *catalogue,
                         kept_err *err)
{
    static const char *const names[] = {"a.yaml", "b.yaml", "c.yaml"};
    kept_declared_file files[4] = {file_of(customer, "customer.yaml")};
    size_t n = 1;
    for (size_t i = 0; i < 3 && texts[i]; i++)
        files[n++] = file_of(texts[i], names[i]);
    const kept_declared_file pack_files[] = {file_of(packs, "packs.yaml"),
                                             {"own.yaml", own_packs, sizeof own_packs - 1, true}};
    return kept_catalogue_build(files, n, pack_files, 2, arena, catalogue, err);
}

/* --- What is put together --- */

void test_catalogue__extensions_stand_behind_the_kind(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue c;
    const char *const texts[3] = {
        "own:extends: customer\nfields:\n  - {name: x_hue, type: text, title: Hue}\n",
        "own:extends: customer\nfields:\n  - {name: x_friend, type: refs, title: F, to: x_visit}\n",
        "own:" KIND_IN("x_visit", "XV", "x_field",
                       "of: customer\n" FIELDS REF("customer", "customer"))};
    CHECK_OK(build(texts, &arena, &c, &err));
    assert_int_equal(c.n_records, 2);
    const kept_record_kind *kind = kept_catalogue_record(&c, "customer");
    assert_int_equal(kind->n_fields, 3);
    assert_string_equal(kind->fields[1].name, "x_hue");
    assert_string_equal(kind->fields[2].name, "x_friend");
    assert_true(kind->fields[2].own);
    assert_false(kind->own || kind->fields[0].own);
    assert_true(kept_catalogue_record(&c, "x_visit")->own);
    assert_null(kept_catalogue_record(&c, "visit"));
    assert_ptr_equal(kept_catalogue_prefix(&c, "C-7", 1), kind);
    assert_ptr_equal(kept_catalogue_prefix(&c, "xv", 2), kept_catalogue_record(&c, "x_visit"));
    assert_null(kept_catalogue_prefix(&c, "X", 1));
    assert_null(kept_catalogue_prefix(&c, "XVI", 3));
    assert_null(kept_catalogue_prefix(&c, "", 0));
    assert_int_equal(c.n_packs, 2);
    assert_string_equal(c.packs[0].name, "core");
    assert_true(c.packs[0].preset);
    assert_false(kept_catalogue_pack(&c, "x_field")->preset);
    assert_null(kept_catalogue_pack(&c, "field"));
}

/* --- What is refused --- */

static const struct {
    const char *texts[3];
    const char *want;
} faults[] = {
    {{KIND("customer", "CU", FIELDS)},
     "a.yaml, line 1, column 7: \"customer\" is declared in customer.yaml already."},
    {{KIND("need", "C", FIELDS)},
     "a.yaml, line 4, column 9: C is the prefix of \"customer\" (customer.yaml) already; choose "
     "another."},
    {{KIND("need", "N", "was: customer\n" FIELDS)},
     "a.yaml, line 9, column 6: There is a kind \"customer\" still (customer.yaml); it cannot have "
     "become \"need\"."},
    {{KIND("need", "N", "was: wish\n" FIELDS), KIND("want", "W", "was: wish\n" FIELDS)},
     "b.yaml, line 9, column 6: \"need\" (a.yaml) says that it was \"wish\" too."},
    {{KIND("need", "N", "was: wish\n" FIELDS), KIND("wish", "W", FIELDS)},
     "b.yaml, line 1, column 7: \"need\" (a.yaml) says that it was \"wish\"; no kind can be both."},
    {{KIND_IN("need", "N", "cor", FIELDS)},
     "a.yaml, line 6, column 7: \"cor\" is not a pack; did you mean \"core\"?"},
    {{KIND("need", "N", FIELDS REF("of_whom", "custommer"))},
     "a.yaml, line 11, column 46: \"custommer\" is not a kind of record; did you mean "
     "\"customer\"?"},
    {{KIND("need", "N", FIELDS REF("of_whom", "[customer, zebra]"))},
     "a.yaml, line 11, column 57: \"zebra\" is not a kind of record; choose one of: customer, "
     "need."},
    {{"own:extends: custommer\nfields:\n  - {name: x_hue, type: text, title: Hue}\n"},
     "a.yaml, line 1, column 10: \"custommer\" is not a kind of record; did you mean "
     "\"customer\"?"},
    {{"own:extends: customer\nfields:\n  - {name: x_hue, type: text, title: Hue}\n",
      "own:extends: customer\nfields:\n  - {name: x_hue, type: text, title: Hue}\n"},
     "b.yaml, line 3, column 12: The field \"x_hue\" stands in a.yaml, line 3, already."},
    {{"own:extends: customer\nfields:\n  - {name: x_hue, type: ref, title: Hue, to: hue}\n"},
     "a.yaml, line 3, column 46: \"hue\" is not a kind of record; choose one of: customer."},
    {{KIND("need", "N", "of: part_of\n" FIELDS REF("part_of", "need"))},
     "a.yaml, line 9, column 5: \"of\" must lead to a customer; from \"part_of\" it leads back to "
     "\"need\"."},
    {{KIND("need", "N", "of: to_want\n" FIELDS REF("to_want", "want")),
      KIND("want", "W", "of: to_wish\n" FIELDS REF("to_wish", "[customer, wish]")),
      KIND("wish", "WI", "of: to_want\n" FIELDS REF("to_want", "want"))},
     "c.yaml, line 9, column 5: \"of\" must lead to a customer; from \"to_want\" it leads back to "
     "\"wish\"."},
    {{KIND("need", "N", "of: to_want\n" FIELDS REF("to_want", "want")), KIND("want", "W", FIELDS)},
     "a.yaml, line 9, column 5: \"of\" must lead to a customer; \"to_want\" leads to none."},
};

void test_catalogue__each_fault_is_named_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEPT_N(faults); i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_catalogue c = {0};
        kept_status status = build(faults[i].texts, &arena, &c, &err);
        if (strcmp(err.msg, faults[i].want) != 0)
            print_error("--- case %zu\n", i);
        assert_string_equal(err.msg, faults[i].want);
        assert_int_equal(status, KEPT_EINPUT);
        assert_int_equal(c.n_records, 0);
    }
}

void test_catalogue__a_customer_is_of_no_other(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue c;
    const kept_declared_file file =
        file_of(KIND("customer", "C", "of: part_of\n" FIELDS REF("part_of", "customer")), "c.yaml");
    const kept_declared_file pack = file_of(packs, "packs.yaml");
    assert_int_equal(kept_catalogue_build(&file, 1, &pack, 1, &arena, &c, &err), KEPT_EINPUT);
    assert_string_equal(err.msg, "c.yaml, line 9, column 1: A customer is of no other customer; "
                                 "leave \"of\" out.");
}

/* Over several kinds, and where one of two ways leads to no customer. */
void test_catalogue__of_may_take_several_steps(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue c;
    const char *const texts[3] = {
        KIND("action", "A", "of: about\n" FIELDS REF("about", "[need, rival]")),
        KIND("need", "N", "of: whose\n" FIELDS REF("whose", "customer")),
        KIND("rival", "R", FIELDS REF("part_of", "rival"))};
    CHECK_OK(build(texts, &arena, &c, &err));
    assert_int_equal(c.n_records, 4);
}

static const char *const pack_faults[][2] = {
    {"name: core\n", "p.yaml, line 1, column 1: Expected a list of packs: - name: ..."},
    {"- {name: core, title: C}\n",
     "p.yaml, line 1, column 3: \"summary\" is missing; a pack must have it."},
    {"- {name: x_a, title: C}\n",
     "p.yaml, line 1, column 10: \"x_a\" begins with x_, as only a workspace's own names do."},
    {"- {name: a, title: C, summary: S}\n- {name: a, title: C, summary: S}\n",
     "p.yaml, line 2, column 10: The pack \"a\" stands twice."},
    {"- {name: a, title: C, summary: S, no: yes}\n",
     "p.yaml, line 1, column 35: \"no\" is not a field of a pack; did you mean \"on\"?"},
};

void test_catalogue__packs_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEPT_N(pack_faults); i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_err err = KEPT_ERR_INIT;
        kept_catalogue c;
        const kept_declared_file pack = file_of(pack_faults[i][0], "p.yaml");
        assert_int_equal(kept_catalogue_build(NULL, 0, &pack, 1, &arena, &c, &err), KEPT_EINPUT);
        assert_string_equal(err.msg, pack_faults[i][1]);
    }
}

void test_catalogue__out_of_memory_anywhere_is_an_error(void **state)
{
    (void)state;
    const char *const texts[3] = {
        "own:extends: customer\nfields:\n  - {name: x_hue, type: ref, title: Hue, to: [customer, "
        "need]}\n",
        KIND("need", "N", "of: whose\n" FIELDS REF("whose", "customer")), NULL};
    for (size_t nth = 1;; nth++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        kept_catalogue c = {0};
        kept_arena_fail_nth(nth);
        kept_status status = build(texts, &arena, &c, NULL);
        kept_arena_fail_nth(0);
        if (status == KEPT_OK) {
            assert_true(nth > 100);
            return;
        }
        assert_int_equal(status, KEPT_ENOMEM);
        assert_int_equal(c.n_records, 0);
    }
}

/* --- Built in --- */

void test_catalogue__what_is_built_in_is_sound(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue c;
    CHECK_OK(kept_catalogue_load(NULL, &arena, &c, &err));
    assert_string_equal(c.packs[0].name, "core");
    assert_non_null(kept_catalogue_record(&c, "customer"));
    for (size_t i = 0; i < c.n_records; i++) {
        const kept_record_kind *kind = c.records[i];
        const char *file = kept_arena_printf(
            &arena, "%s/%s.yaml", kind->worksheet ? "worksheets" : "records", kind->name);
        assert_string_equal(kind->source, file);
        assert_false(kind->own);
        if (strlen(kind->ids) < 4)
            fail_msg("%s has no requirements", kind->name);
        for (size_t k = 0; k < kind->n_fields; k++)
            if (!*kind->fields[k].help)
                fail_msg("%s.%s has no help", kind->name, kind->fields[k].name);
        for (size_t k = 0; k < kind->n_states; k++)
            if (!kind->states[k].closed && kind->states[k].n_moves == 0)
                fail_msg("%s: nothing leads out of %s", kind->name, kind->states[k].name);
    }
}

/* --- A workspace --- */

static void put(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
}

static void drop(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(remove(path), 0);
}

void test_catalogue__a_workspace_adds_kinds_fields_and_packs(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue c;
    char root[] = "/tmp/kept-test-XXXXXX", folder[64], records[96];
    assert_non_null(mkdtemp(root));
    CHECK_OK(kept_catalogue_load(root, &arena, &c, &err)); /* without a folder catalogue */
    size_t n_built_in = c.n_records;
    snprintf(folder, sizeof folder, "%s/catalogue", root);
    snprintf(records, sizeof records, "%s/records", folder);
    assert_int_equal(mkdir(folder, 0700) | mkdir(records, 0700), 0);
    put(folder, "packs.yaml", own_packs);
    put(records, "x_visit.yaml",
        KIND_IN("x_visit", "XV", "x_field", "of: customer\n" FIELDS REF("customer", "customer")));
    put(records, "customer.yaml",
        "extends: customer\nfields:\n  - {name: x_hue, type: text, title: Hue}\n");
    CHECK_OK(kept_catalogue_load(root, &arena, &c, &err));
    assert_int_equal(c.n_records, n_built_in + 1);
    CHECK_CONTAINS(kept_catalogue_record(&c, "x_visit")->source, "/records/x_visit.yaml");
    assert_non_null(kept_record_field_find(kept_catalogue_record(&c, "customer"), "x_hue"));
    assert_non_null(kept_catalogue_pack(&c, "x_field"));
    put(records, "x_more.yml", "kind: x_more\n");
    assert_int_equal(kept_catalogue_load(root, &arena, &c, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "/records/x_more.yml: name the file .yaml to have it read.");
    drop(records, "x_more.yml");
    put(folder, "packs.yaml", "- {name: field, title: F, summary: S}\n");
    assert_int_equal(kept_catalogue_load(root, &arena, &c, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "/catalogue/packs.yaml, line 1, column 10: A name that a workspace");
    drop(records, "x_visit.yaml");
    drop(records, "customer.yaml");
    drop(folder, "packs.yaml");
    drop(folder, "records");
    drop(root, "catalogue");
    assert_int_equal(rmdir(root), 0);
}
