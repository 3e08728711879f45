/* What was agreed with somebody is not changed in passing, by whatever way the change comes. */
#include "records_support.h"

#include "store/doctor.h"
#include "store/proof.h"
#include "store/records/apply.h"

static int64_t put_promise(ledger *l, const char *state)
{
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    kept_edit edit = edit_of(
        l, "promise", 0, FIELDS("text=On the day", "judged=counted", "target=95%", "level=whole"));
    edit.state = state;
    CHECK_OK(write_as(l, &all, &edit, &edited, &err));
    return edited.ref.id;
}

static kept_status act(ledger *l, const char *action, const char *const *fields, const char *state,
                       kept_err *err)
{
    kept_edited edited = {0};
    kept_edit edit = edit_of(l, "promise", 1, fields);
    edit.action = action;
    edit.state = state;
    *err = (kept_err)KEPT_ERR_INIT;
    return write_as(l, &all, &edit, &edited, err);
}

void test_settled__what_is_agreed_changes_by_an_amendment_alone(void **state)
{
    (void)state;
    ledger l;
    kept_err err;
    make_ledger(&l);
    put_promise(&l, NULL);
    put(&l, "promise", 1, FIELDS("target=94%", "judged=said"));
    CHECK_OK(act(&l, NULL, NO_FIELDS, "agreed", &err));
    static const char *const in_force[] = {"agreed", "active"};
    for (size_t i = 0; i < KEPT_N(in_force); i++) {
        if (i)
            CHECK_OK(act(&l, NULL, NO_FIELDS, in_force[i], &err));
        assert_int_equal(refused(&l, "promise", 1, FIELDS("target=90%"), &err), KEPT_EINPUT);
        CHECK_CONTAINS(err.msg, "target of P-1 is settled while it is ");
        CHECK_CONTAINS(err.msg, in_force[i]);
        CHECK_CONTAINS(err.msg, "kept promise amend P-1 --target ...");
        assert_int_equal(refused(&l, "promise", 1, FIELDS("target="), &err), KEPT_EINPUT);
        /* What is not settled, or was left open, may be filled in. */
        put(&l, "promise", 1, FIELDS("policy=Call them", "level=strategic"));
        put(&l, "promise", 1, FIELDS("target=94%"));
    }
    put(&l, "promise", 1, FIELDS("due_on=2026-12-31"));
    assert_int_equal(refused(&l, "promise", 1, FIELDS("due_on=2027-01-31"), &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "kept promise amend P-1 --due-on ...");
    CHECK_OK(act(&l, "amend", FIELDS("due_on=2027-01-31", "target=90%"), NULL, &err));
    assert_int_equal(act(&l, "amend", FIELDS("judged=done"), NULL, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "judged of P-1 was fixed when it became agreed");
    kept_record now = get(&l, "promise", 1);
    assert_string_equal(text_in(&l, &now, "target"), "90%");
    assert_string_equal(text_in(&l, &now, "judged"), "said");
    remove_ledger(&l);
}

/* What held before is what was agreed: an amendment is not rewritten, not even where it says that
 * nothing held. */
void test_settled__amendments_and_exemptions_stay_as_they_were_made(void **state)
{
    (void)state;
    ledger l;
    kept_err err;
    make_ledger(&l);
    put_promise(&l, "active");
    put(&l, "amendment", 0,
        FIELDS("change=x", "promise=P-1", "what=amended", "effective_on=2026-07-01", "target=95%"));
    put(&l, "exemption", 0,
        FIELDS("reason=x", "promise=P-1", "starts_on=2026-07-01", "ends_on=2026-07-02"));
    assert_int_equal(refused(&l, "amendment", 1, FIELDS("target=50%"), &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "target of AM-1 was fixed when it was made and does not change");
    assert_int_equal(refused(&l, "amendment", 1, FIELDS("tolerance=5"), &err), KEPT_EINPUT);
    assert_int_equal(refused(&l, "amendment", 1, FIELDS("effective_on=2027-01-01"), &err),
                     KEPT_EINPUT);
    assert_int_equal(refused(&l, "exemption", 1, FIELDS("ends_on=2026-08-01"), &err), KEPT_EINPUT);
    assert_int_equal(refused(&l, "exemption", 1, FIELDS("cases=3"), &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "make another exemption instead");
    put(&l, "amendment", 1, FIELDS("words=Fine", "target=95%"));
    put(&l, "exemption", 1, FIELDS("reason=Strike"));
    remove_ledger(&l);
}

/* A refusal says for which field, so that an import can say where in the file. */
void test_settled__the_field_is_blamed(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    KEPT_AUTO_WRITING *w = NULL;
    make_ledger(&l);
    put_promise(&l, "active");
    kept_edit edit = edit_of(&l, "promise", 1, FIELDS("level=strategic", "target=90%"));
    CHECK_OK(kept_writing_begin(l.store, &all, "test", &w, &err));
    assert_int_equal(kept_record_write(w, &edit, &edited, &err), KEPT_EINPUT);
    assert_string_equal(kept_writing_blames(w), "target");
    edit = (kept_edit){.kind = edit.kind, .id = 1, .state = "closed"};
    assert_int_equal(kept_record_write(w, &edit, &edited, &err), KEPT_EINPUT);
    assert_string_equal(kept_writing_blames(w), "state");
    kept_writing_end(w);
    w = NULL;
    remove_ledger(&l);
}

void test_settled__moves_of_a_command_are_made_by_it_alone(void **state)
{
    (void)state;
    ledger l;
    kept_err err;
    make_ledger(&l);
    put_promise(&l, "active");
    assert_int_equal(act(&l, NULL, NO_FIELDS, "paused", &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "P-1 is active and becomes paused only by a command");
    CHECK_CONTAINS(err.msg, "kept promise pause P-1 ...");
    assert_int_equal(act(&l, "close", NO_FIELDS, "paused", &err), KEPT_EINPUT);
    CHECK_OK(act(&l, "pause", NO_FIELDS, "paused", &err));
    assert_int_equal(act(&l, NULL, NO_FIELDS, "active", &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "kept promise resume P-1 ...");
    CHECK_OK(act(&l, "close", NO_FIELDS, "closed", &err));
    assert_int_equal(refused(&l, "promise", 1, FIELDS("target=90%"), &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "target of P-1 stays as it is: P-1 is closed");
    /* Void is for what should never have stood there. */
    put_promise(&l, "active");
    kept_edited edited = {0};
    kept_edit edit = {.kind = kind_of(&l, "promise"), .id = 2, .state = "void"};
    CHECK_OK(write_as(&l, &all, &edit, &edited, &err));
    remove_ledger(&l);
}

void test_settled__a_revert_is_refused_as_well(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_edited edited = {0};
    make_ledger(&l);
    put_promise(&l, NULL); /* change 1 */
    put(&l, "promise", 1, FIELDS("target=90%"));
    put(&l, "promise", 1, FIELDS("level=strategic"));
    CHECK_OK(act(&l, NULL, NO_FIELDS, "active", &err));
    kept_ref ref = {kind_of(&l, "promise"), 1};
    KEPT_AUTO_WRITING *w = NULL;
    CHECK_OK(kept_writing_begin(l.store, &all, "test", &w, &err));
    assert_int_equal(kept_record_revert(w, ref, 1, NULL, &edited, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "target of P-1 is settled while it is active, so it cannot go back");
    CHECK_CONTAINS(err.msg, "kept promise amend P-1 --target ...");
    /* Back to before only the level changed. */
    CHECK_OK(kept_record_revert(w, ref, 2, NULL, &edited, &err));
    CHECK_OK(kept_writing_commit(w, &err));
    kept_writing_end(w);
    w = NULL;
    kept_record now = get(&l, "promise", 1);
    assert_string_equal(text_in(&l, &now, "target"), "90%");
    assert_string_equal(text_in(&l, &now, "level"), "whole");
    remove_ledger(&l);
}

void test_settled__files_that_are_applied_are_no_way_round(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_applied applied;
    make_ledger(&l);
    put_promise(&l, "active");
    put_file(l.root, "p.yaml", "promise:\n  - id: P-1\n    level: strategic\n    target: 80%\n");
    const char *path = kept_arena_printf(&l.arena, "%s/p.yaml", l.root);
    const kept_apply_opts opts = {.why = NULL};
    KEPT_AUTO_WRITING *w = NULL;
    CHECK_OK(kept_writing_begin(l.store, &all, "apply", &w, &err));
    assert_int_equal(kept_apply_files(w, l.store, &all, &path, 1, &opts, &l.arena, &applied, &err),
                     KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "p.yaml, line 2");
    CHECK_CONTAINS(err.msg, "target of P-1 is settled while it is active");
    kept_writing_end(w);
    w = NULL;
    remove_ledger(&l);
}

/* --- Proofs --- */

static const char *file_in(ledger *l, const char *name, const char *text)
{
    put_file(l->root, name, text);
    return kept_arena_printf(&l->arena, "%s/%s", l->root, name);
}

void test_settled__proofs_are_kept_by_what_they_hold(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_proof proof, again;
    make_ledger(&l);
    const char *path = file_in(&l, "Delivery note (2).txt", "hello\n");
    CHECK_OK(kept_proof_read(path, &l.arena, &proof, &err));
    const char *copy = kept_arena_printf(&l.arena, "%s/%s", l.folder, proof.name);
    /* printf 'hello\\n' | b2sum -l 256 */
    assert_string_equal(proof.hash,
                        "93becc6e9882211c3ec3708c95bcd69baab7bb59c7f4bc84ce637b88a534b783");
    assert_string_equal(proof.name, "files/93becc6e9882211c3ec3708c95bcd69b-Delivery-note-2-.txt");
    assert_int_not_equal(access(copy, F_OK), 0);
    CHECK_OK(kept_proof_keep(l.store, &proof, &err));
    char hash[KEPT_HASH_TEXT];
    int64_t bytes = 0;
    CHECK_OK(kept_file_hash(copy, hash, &bytes, &err));
    assert_string_equal(hash, proof.hash);
    assert_int_equal(bytes, 6);
    /* Again is nothing new; a copy that was damaged is mended. */
    CHECK_OK(kept_proof_read(path, &l.arena, &again, &err));
    assert_string_equal(again.name, proof.name);
    CHECK_OK(kept_proof_keep(l.store, &again, &err));
    put_file(l.folder, proof.name, "jello\n");
    CHECK_OK(kept_proof_keep(l.store, &again, &err));
    CHECK_OK(kept_file_hash(copy, hash, &bytes, &err));
    assert_string_equal(hash, proof.hash);
    remove_ledger(&l);
}

/* The doctor's word on proofs; NULL: none. */
static const kept_doctor_check *look(ledger *l, bool quick)
{
    kept_err err = KEPT_ERR_INIT;
    kept_doctor *doctor = KEPT_NEW(&l->arena, kept_doctor);
    const kept_doctor_opts opts = {.quick = quick};
    CHECK_OK(kept_doctor_look(l->folder, &all, &opts, &l->arena, doctor, &err));
    for (size_t i = 0; i < doctor->n; i++)
        if (strcmp(doctor->checks[i].what, "Proofs") == 0)
            return &doctor->checks[i];
    return NULL;
}

void test_settled__the_doctor_looks_at_proofs(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_proof proof;
    make_ledger(&l);
    put_promise(&l, "active");
    put(&l, "fulfilment", 0,
        FIELDS("words=x", "promise=P-1", "verdict=kept", "proof=minutes of 30 March"));
    assert_null(look(&l, false));
    CHECK_OK(kept_proof_read(file_in(&l, "note.txt", "one"), &l.arena, &proof, &err));
    CHECK_OK(kept_proof_keep(l.store, &proof, &err));
    const char *named = kept_arena_printf(&l.arena, "proof=%s", proof.name);
    put(&l, "fulfilment", 0, FIELDS("words=y", "promise=P-1", "verdict=kept", named));
    const kept_doctor_check *check = look(&l, false);
    assert_int_equal(check->health, KEPT_HEALTHY);
    CHECK_CONTAINS(check->found, "1 file that records name as proof, all as they were kept");
    put_file(l.folder, proof.name, "two");
    assert_int_equal(look(&l, true)->health, KEPT_HEALTHY); /* there, not read */
    check = look(&l, false);
    assert_int_equal(check->health, KEPT_UNHEALTHY);
    CHECK_CONTAINS(check->found, "-note.txt is not what was kept");
    assert_int_equal(unlink(kept_arena_printf(&l.arena, "%s/%s", l.folder, proof.name)), 0);
    CHECK_CONTAINS(look(&l, true)->found, "-note.txt is missing");
    remove_ledger(&l);
}

void test_settled__what_is_no_proof_is_refused(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_proof proof;
    make_ledger(&l);
    assert_int_equal(kept_proof_read(l.folder, &l.arena, &proof, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "is no file");
    assert_int_equal(kept_proof_read("/nowhere/at/all", &l.arena, &proof, &err), KEPT_ENOTFOUND);
    assert_int_equal(kept_proof_read(file_in(&l, "none.txt", ""), &l.arena, &proof, &err),
                     KEPT_EARG);
    CHECK_CONTAINS(err.msg, "is empty");
    const char *large = file_in(&l, "large.bin", "x");
    assert_int_equal(truncate(large, ((off_t)KEPT_PROOF_MOST_MIB << 20) + 1), 0);
    assert_int_equal(kept_proof_read(large, &l.arena, &proof, &err), KEPT_EARG);
    CHECK_CONTAINS(err.msg, "larger than 50 MiB");
    /* Read, then changed before it was copied: nothing is kept under a false name. */
    const char *path = file_in(&l, "note.txt", "one");
    CHECK_OK(kept_proof_read(path, &l.arena, &proof, &err));
    file_in(&l, "note.txt", "two");
    assert_int_equal(kept_proof_keep(l.store, &proof, &err), KEPT_EINPUT);
    CHECK_CONTAINS(err.msg, "changed while it was copied");
    const char *copy = kept_arena_printf(&l.arena, "%s/%s", l.folder, proof.name);
    assert_int_not_equal(access(copy, F_OK), 0);
    remove_ledger(&l);
}

/* Long names keep their beginning and end, letters stay whole. */
void test_settled__names_of_proofs_are_short_and_plain(void **state)
{
    (void)state;
    ledger l;
    kept_err err = KEPT_ERR_INIT;
    kept_proof proof;
    make_ledger(&l);
    CHECK_OK(kept_proof_read(file_in(&l, "Grüße; rm -rf $HOME.pdf", "x"), &l.arena, &proof, &err));
    assert_string_equal(strchr(proof.name, '-'), "-Grüße-rm-rf-HOME.pdf");
    CHECK_OK(
        kept_proof_read(file_in(&l,
                                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                "ÄÄÄÄÄÄÄÄÄÄ-end.eml",
                                "x"),
                        &l.arena, &proof, &err));
    assert_true(strlen(proof.name) <= 6 + 32 + 1 + 62);
    assert_true(kept_text_utf8(proof.name, strlen(proof.name)));
    assert_string_equal(proof.name + strlen(proof.name) - 8, "-end.eml");
    remove_ledger(&l);
}
