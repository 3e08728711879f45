#include "support.h"

#include <jansson.h>

#include "../cli/sample_ops.h"
#include "present/json.h"

static json_t *read_back(const kept_buf *out)
{
    json_error_t error;
    json_t *root = json_loadb(kept_buf_text(out), out->len, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        fail_msg("line %d: %s", error.line, error.text);
    return root;
}

void test_json__stands_side_by_side_at_the_top(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    sample_fit_result(&r);
    kept_present_json(&r, &out);
    json_t *root = read_back(&out);
    assert_string_equal(json_string_value(json_object_get(root, "model")), "bg-nbd");
    assert_int_equal(json_integer_value(json_object_get(root, "customers_seen")), 2357);
    /* the very double that was put in */
    assert_true(json_real_value(json_object_get(root, "log_likelihood")) == -9582.429206859847);
    assert_true(json_is_true(json_object_get(root, "converged")));
    assert_string_equal(json_string_value(json_object_get(root, "until")), "1997-09-30");
    assert_true(json_is_null(json_object_get(root, "half_life"))); /* infinite */
    assert_true(json_is_null(json_object_get(root, "not_measured")));
    CHECK_REL(json_number_value(json_object_get(root, "revenue")), 123456.7891, 1e-15);
    json_t *parameters = json_object_get(root, "parameters");
    assert_true(json_real_value(json_object_get(parameters, "alpha")) == 4.41359091416604);
    assert_true(json_is_null(json_object_get(json_object_get(root, "standard_errors"), "alpha")));
    json_t *customers = json_object_get(root, "customers");
    assert_int_equal(json_array_size(customers), 3);
    json_t *second = json_array_get(customers, 1);
    /* text is text: no guard in JSON */
    assert_string_equal(json_string_value(json_object_get(second, "customer")),
                        "=HYPERLINK(\"http://x\")");
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(root, "more"), "customers")), 2354);
    assert_int_equal(json_array_size(json_object_get(root, "left_out")), 0);
    json_t *note = json_array_get(json_object_get(root, "notes"), 1);
    assert_string_equal(json_string_value(json_object_get(note, "kind")), "warning");
    json_t *chart = json_array_get(json_object_get(root, "charts"), 0);
    assert_int_equal(json_array_size(json_object_get(chart, "y")), 2);
    json_decref(root);
}

void test_json__an_empty_result_is_an_object(void **state)
{
    (void)state;
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_result r;
    kept_result_init(&r, &arena);
    kept_present_json(&r, &out);
    json_t *root = read_back(&out);
    assert_int_equal(json_array_size(json_object_get(root, "notes")), 0);
    json_decref(root);
}

void test_json__any_bytes_make_valid_text(void **state)
{
    (void)state;
    char every[256];
    for (int i = 1; i < 256; i++)
        every[i - 1] = (char)i;
    every[255] = '\0';
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_buf_add(&out, "[");
    kept_json_text(&out, every);
    kept_buf_add(&out, ",");
    kept_json_text(&out, "ä€😀\xe2\x82");
    kept_buf_add(&out, ",");
    kept_json_text(&out, NULL);
    kept_buf_add(&out, "]");
    json_t *root = read_back(&out);
    const char *text = json_string_value(json_array_get(root, 0));
    assert_memory_equal(text, every, 127);
    assert_string_equal(json_string_value(json_array_get(root, 1)), "ä€😀\xef\xbf\xbd\xef\xbf\xbd");
    assert_true(json_is_null(json_array_get(root, 2)));
    json_decref(root);
}

/* RFC 9457, section 3: type, title, status, detail. */
void test_json__errors_are_problems(void **state)
{
    (void)state;
    KEPT_AUTO_BUF out = KEPT_BUF_INIT;
    kept_err err = KEPT_ERR_INIT;
    assert_int_equal(kept_fail(&err, KEPT_EINPUT, "line 3: \"abc\" is no number."), KEPT_EINPUT);
    kept_present_problem(&err, &out);
    json_t *root = read_back(&out);
    assert_string_equal(json_string_value(json_object_get(root, "type")),
                        "urn:kept:problem:bad-input");
    assert_string_equal(json_string_value(json_object_get(root, "title")), "bad input");
    assert_int_equal(json_integer_value(json_object_get(root, "status")), 422);
    assert_int_equal(json_integer_value(json_object_get(root, "exit_code")), 3);
    assert_string_equal(json_string_value(json_object_get(root, "detail")),
                        "line 3: \"abc\" is no number.");
    json_decref(root);
}
