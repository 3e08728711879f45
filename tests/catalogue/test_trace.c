#include "own_folder.h"

#include "catalogue/trace.h"

void test_trace__the_built_in_thread_runs_from_need_to_return(void **state)
{
    (void)state;
    own_folder f;
    kept_thread thread;
    kept_err err = KEPT_ERR_INIT;
    own_make(&f);
    CHECK_OK(kept_thread_load(NULL, &f.catalogue, &f.arena, &thread, &err));
    assert_true(thread.n >= 7);
    assert_string_equal(thread.joints[0].from->name, "need");
    assert_string_equal(thread.joints[0].to->name, "proposition");
    /* proposition.needs stands at the other end. */
    assert_string_equal(thread.joints[0].field->name, "needs");
    assert_false(thread.joints[0].field_of_from);
    for (size_t i = 0; i < thread.n; i++)
        assert_true((thread.joints[i].sql != NULL) != (thread.joints[i].field != NULL));
    own_remove(&f);
}

void test_trace__a_workspace_adds_joints_behind(void **state)
{
    (void)state;
    own_folder f;
    kept_thread built_in, thread;
    kept_err err = KEPT_ERR_INIT;
    own_make(&f);
    CHECK_OK(kept_thread_load(NULL, &f.catalogue, &f.arena, &built_in, &err));
    own_put(&f, "trace.yaml",
            "joints:\n"
            "  - {from: promise, to: agreement, by: promise.agreement, orphan: In no agreement.}\n"
            "  - {from: promise, to: sky, sql: \"SELECT 'blue' AS label WHERE :from > 0\"}\n");
    CHECK_OK(kept_thread_load(f.root, &f.catalogue, &f.arena, &thread, &err));
    assert_int_equal(thread.n, built_in.n + 2);
    assert_string_equal(thread.title, built_in.title);
    const kept_joint *own = &thread.joints[built_in.n];
    assert_true(own[0].field_of_from);
    assert_string_equal(own[0].orphan, "In no agreement.");
    assert_null(own[1].to);
    assert_string_equal(own[1].to_name, "sky");
    CHECK_CONTAINS(own[1].source, f.root);
    assert_string_equal(thread.joints[0].source, built_in.joints[0].source);
    own_remove(&f);
}

void test_trace__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"joints: none\n", "must be a list"},
        {"joints:\n  - {from: promis, to: need, by: a.b}\n", "did you mean \"promise\""},
        {"joints:\n  - {from: promise, to: ned, by: promise.owner}\n", "did you mean \"need\""},
        {"joints:\n  - {from: promise, to: need}\n", "\"by\""},
        {"joints:\n  - {from: promise, to: need, by: owner}\n", "KIND.FIELD"},
        {"joints:\n  - {from: promise, to: need, by: action.owner}\n", "neither promise nor need"},
        {"joints:\n  - {from: promise, to: need, by: promise.owner}\n", "refers to need"},
        {"joints:\n  - {from: promise, to: x, by: promise.owner, sql: SELECT 1}\n", "not both"},
    };
    own_folder f;
    own_make(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kept_thread thread;
        kept_err err = KEPT_ERR_INIT;
        own_put(&f, "trace.yaml", cases[i].text);
        if (kept_thread_load(f.root, &f.catalogue, &f.arena, &thread, &err) != KEPT_EINPUT)
            fail_msg("taken: %s", cases[i].text);
        CHECK_CONTAINS(err.msg, cases[i].says);
        CHECK_CONTAINS(err.msg, "trace.yaml");
    }
    own_remove(&f);
}
