#include "support.h"

#include "base/text.h"
#include "base/yaml.h"
#include "catalogue/record_schema.h"

static const char customer[] =
    "kind: customer\ntitle: Customer\nplural: Customers\nprefix: C\nstage: know\npack: core\n"
    "summary: Whoever buys.\nlabel: name\n"
    "fields: [{name: name, type: text, title: Name, required: yes}]\n";
static const char visit[] =
    "kind: visit\ntitle: Visit\nplural: Visits\nprefix: V\nstage: keep\npack: core\n"
    "summary: Who \"was\" where.\nlabel: words\n"
    "states: {planned: {title: Planned, moves: [made]}, made: {title: Made, closed: yes}}\n"
    "fields:\n"
    "  - {name: words, type: prose, title: Words, help: What for., required: yes, personal: yes}\n"
    "  - {name: place, type: text, title: Place}\n"
    "  - {name: mood, type: choice, title: Mood, choices: [good, so-so], default: so-so,\n"
    "     required: yes}\n"
    "  - {name: again, type: flag, title: Again, default: yes}\n"
    "  - {name: cars, type: integer, title: Cars, min: 0, max: 10, unit: cars, default: 1}\n"
    "  - {name: hours, type: number, title: Hours, min: 0.25}\n"
    "  - {name: hope, type: share, title: Hope, max: 97.5%, default: 50%}\n"
    "  - {name: cost, type: money, title: Cost, max: 12.5, sensitive: yes}\n"
    "  - {name: on_day, type: date, title: Day}\n"
    "  - {name: about, type: ref, title: About, to: [customer, visit]}\n"
    "  - {name: whom, type: choice, title: Whom, choices: [us, them]}\n"
    "  - {name: people, type: refs, title: People, to: customer, required: yes}\n";

/* Keys and values are those of JSON Schema 2020-12 (json-schema.org, Validation, sections 6, 9). */
static const char want_schema[] =
    "{\n"
    "  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
    "  \"title\": \"Visit\",\n"
    "  \"description\": \"Who \\\"was\\\" where.\",\n"
    "  \"type\": \"object\",\n"
    "  \"properties\": {\n"
    "    \"id\": {\"type\": [\"string\", \"integer\"], \"description\": \"Short id such as V-12, "
    "or "
    "the record's id in another system.\"},\n"
    "    \"external_ids\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}, "
    "\"description\": \"Ids in other systems, SOURCE:ID.\"},\n"
    "    \"archived\": {\"type\": \"boolean\"},\n"
    "    \"state\": {\"enum\": [\"planned\", \"made\"], \"default\": \"planned\"},\n"
    "    \"words\": {\"type\": [\"string\"], \"title\": \"Words\", \"description\": \"What for.\", "
    "\"x-kept-type\": \"prose\", \"x-kept-personal\": true},\n"
    "    \"place\": {\"type\": [\"string\", \"null\"], \"pattern\": \"^[^\\\\n]*$\", \"title\": "
    "\"Place\", \"x-kept-type\": \"text\"},\n"
    "    \"mood\": {\"enum\": [\"good\", \"so-so\"], \"title\": \"Mood\", \"default\": \"so-so\", "
    "\"x-kept-type\": \"choice\"},\n"
    "    \"again\": {\"type\": [\"boolean\", \"null\"], \"title\": \"Again\", \"default\": true, "
    "\"x-kept-type\": \"flag\"},\n"
    "    \"cars\": {\"type\": [\"integer\", \"null\"], \"minimum\": 0, \"maximum\": 10, \"title\": "
    "\"Cars\", \"default\": 1, \"x-kept-type\": \"integer\", \"x-kept-unit\": \"cars\"},\n"
    "    \"hours\": {\"type\": [\"number\", \"null\"], \"minimum\": 0.25, \"title\": \"Hours\", "
    "\"x-kept-type\": \"number\"},\n"
    "    \"hope\": {\"type\": [\"number\", \"string\", \"null\"], \"pattern\": "
    "\"^[+-]?[0-9]+([.][0-9]+)? ?%$\", \"maximum\": 0.975, \"title\": \"Hope\", \"default\": 0.5, "
    "\"x-kept-type\": \"share\"},\n"
    "    \"cost\": {\"type\": [\"number\", \"null\"], \"maximum\": 12.5, \"title\": \"Cost\", "
    "\"x-kept-type\": \"money\", \"x-kept-sensitive\": true},\n"
    "    \"on_day\": {\"type\": [\"string\", \"null\"], \"format\": \"date\", \"title\": \"Day\", "
    "\"x-kept-type\": \"date\"},\n"
    "    \"about\": {\"type\": [\"string\", \"integer\", \"null\"], \"x-kept-ref\": [{\"kind\": "
    "\"customer\", \"prefix\": \"C\"}, {\"kind\": \"visit\", \"prefix\": \"V\"}], \"title\": "
    "\"About\", \"x-kept-type\": \"ref\"},\n"
    "    \"whom\": {\"enum\": [\"us\", \"them\", null], \"title\": \"Whom\", \"x-kept-type\": "
    "\"choice\"},\n"
    "    \"people\": {\"type\": [\"array\"], \"items\": {\"type\": [\"string\", \"integer\"]}, "
    "\"uniqueItems\": true, \"minItems\": 1, \"x-kept-ref\": [{\"kind\": \"customer\", \"prefix\": "
    "\"C\"}], \"title\": \"People\", \"x-kept-type\": \"refs\"}\n"
    "  },\n"
    "  \"additionalProperties\": false,\n"
    "  \"required\": [\"words\", \"people\"]\n"
    "}\n";

static const char want_form[] =
    "# Visit: Who \"was\" where.\n"
    "# Fill in and load with kept apply; fields left empty stay empty.\n"
    "visit:\n"
    "  -\n"
    "    # Words (required). What for.\n"
    "    words:\n"
    "    # Place.\n"
    "    place:\n"
    "    # Mood (required). Choose good or so-so.\n"
    "    mood: so-so\n"
    "    # Again. Choose yes or no.\n"
    "    again: yes\n"
    "    # Cars. A whole number (cars).\n"
    "    cars: 1\n"
    "    # Hours. A number.\n"
    "    hours:\n"
    "    # Hope. A share such as 95%.\n"
    "    hope: 50%\n"
    "    # Cost. An amount of money.\n"
    "    cost:\n"
    "    # Day. A day such as 2026-03-31.\n"
    "    on_day:\n"
    "    # About. Id or name (customer or visit).\n"
    "    about:\n"
    "    # Whom. Choose us or them.\n"
    "    whom:\n"
    "    # People (required). List of ids or names (customer).\n"
    "    people: []\n"
    "    # State. Choose planned or made.\n"
    "    state: planned\n";

static kept_catalogue build(kept_arena *arena)
{
    static const char packs[] = "- {name: core, title: Core, summary: S, on: yes}\n";
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue catalogue;
    const kept_declared_file files[] = {{"c.yaml", customer, sizeof customer - 1, false},
                                        {"v.yaml", visit, sizeof visit - 1, false}};
    const kept_declared_file pack = {"packs.yaml", packs, sizeof packs - 1, false};
    CHECK_OK(kept_catalogue_build(files, 2, &pack, 1, arena, &catalogue, &err));
    return catalogue;
}

void test_record_schema__every_type(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
    kept_catalogue catalogue = build(&arena);
    kept_record_schema(kept_catalogue_record(&catalogue, "visit"), &catalogue, &buf);
    assert_string_equal(kept_buf_text(&buf), want_schema);
}

void test_record_schema__form_of_every_type(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
    kept_catalogue catalogue = build(&arena);
    kept_record_form(kept_catalogue_record(&catalogue, "visit"), &buf);
    assert_string_equal(kept_buf_text(&buf), want_form);
}

/* JSON is a part of YAML: the schema of every kind reads as a tree with a property per field, and
 * the form as one record with every field. */
void test_record_schema__built_in_kinds_read_back(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept_catalogue catalogue;
    CHECK_OK(kept_catalogue_load(NULL, &arena, &catalogue, &err));
    for (size_t i = 0; i < catalogue.n_records; i++) {
        const kept_record_kind *kind = catalogue.records[i];
        KEPT_AUTO_BUF schema = KEPT_BUF_INIT;
        KEPT_AUTO_BUF form = KEPT_BUF_INIT;
        kept_record_schema(kind, &catalogue, &schema);
        kept_record_form(kind, &form);
        assert_false(schema.failed || form.failed);
        kept_yaml_node *root;
        CHECK_OK(kept_yaml_parse(schema.data, schema.len, "schema.json", &arena, &root, &err));
        const kept_yaml_node *properties = kept_yaml_get(root, "properties");
        CHECK_OK(kept_yaml_parse(form.data, form.len, "form.yaml", &arena, &root, &err));
        const kept_yaml_node *list = kept_yaml_get(root, kind->name);
        assert_true(list->type == KEPT_YAML_LIST && list->n == 1);
        for (size_t k = 0; k < kind->n_fields; k++) {
            const kept_record_field *f = &kind->fields[k];
            const kept_yaml_node *value = kept_yaml_get(list->first, f->name);
            if (!kept_yaml_get(properties, f->name) || !value)
                fail_msg("%s.%s is missing", kind->name, f->name);
            if (f->preset)
                assert_string_equal(value->text, f->preset);
        }
    }
}

/* Texts that mean something to YAML or JSON do no harm. */
void test_record_schema__odd_texts_are_quoted(void **state)
{
    (void)state;
    static const char *const odd[] = {"a: b #c",
                                      "- x",
                                      "null",
                                      "say \"no\" \\ maybe",
                                      " ",
                                      "~",
                                      ".5",
                                      "line\nbreak\ttab\x7f",
                                      "gr\xc3\xbc\xc3\x9f",
                                      "next\xc2\x85line\xe2\x80\xa8\xe2\x80\xa9",
                                      "\xef\xbb\xbfmark\xef\xbf\xbf\xc2\x9f\xf0\x9f\x98\x80"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
        KEPT_AUTO_BUF buf = KEPT_BUF_INIT;
        kept_err err = KEPT_ERR_INIT;
        const kept_record_field field = {
            .name = "f", .title = "F", .help = odd[i], .type = KEPT_RECORD_PROSE, .preset = odd[i]};
        const kept_record_kind kind = {.name = "k",
                                       .title = "K",
                                       .summary = odd[i],
                                       .prefix = "K",
                                       .fields = &field,
                                       .n_fields = 1};
        const kept_catalogue none = {0};
        kept_yaml_node *root;
        kept_record_form(&kind, &buf);
        CHECK_OK(kept_yaml_parse(buf.data, buf.len, "form.yaml", &arena, &root, &err));
        const kept_yaml_node *value = kept_yaml_get(kept_yaml_get(root, "k")->first, "f");
        assert_string_equal(value->text, odd[i]);
        assert_false(kept_yaml_is_empty(value));
        kept_buf_clear(&buf);
        kept_record_schema(&kind, &none, &buf);
        CHECK_OK(kept_yaml_parse(buf.data, buf.len, "schema.json", &arena, &root, &err));
        const kept_yaml_node *f = kept_yaml_get(kept_yaml_get(root, "properties"), "f");
        assert_string_equal(kept_yaml_get(f, "default")->text, odd[i]);
    }
}
