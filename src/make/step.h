/* make/step.h - what the commands about one promise share: the promise as it stands, the event that
 * is recorded, and what is shown of both. Not for others. */
#ifndef KEPT_MAKE_STEP_H
#define KEPT_MAKE_STEP_H

#include "base/date.h"
#include "op/ctx.h"
#include "op/op.h"
#include "store/proof.h"
#include "store/records/record.h"
#include "store/records/write.h"

/* One step in the life of a promise: one writing. Begun by kept_step_begin, ended by kept_step_end
 * whatever comes of it. */
typedef struct kept_promise_step {
    kept_ctx *ctx;
    const kept_args *args;
    kept_store *store;
    kept_writing *writing;
    kept_record promise; /* as it stood before */
    const char *id;      /* "P-12" */
    kept_day today;
    bool dry_run;
    const kept_proof *proof; /* NULL: none given */
    kept_day seen_on;        /* --on: the day of the acknowledgement, or of the act; else today */
} kept_promise_step;

/* Opens the store, finds the promise and looks at the file of --proof. KEPT_EINPUT for a promise
 * that is archived or in none of the states (space between, NULL: any), with advice. */
KEPT_MUST_CHECK kept_status kept_step_begin(kept_ctx *ctx, const kept_args *args,
                                            const char *states, kept_promise_step *step,
                                            kept_err *err);
kept_status kept_step_end(kept_promise_step *step, kept_status status);

/* --- The event that is recorded: fields of one of the kinds of events --- */

enum { KEPT_EVENT_FIELDS = 64 };

typedef struct kept_event {
    const char *kind; /* "fulfilment" */
    int64_t id;       /* of one that is there already: it is written anew as a whole; 0: new */
    const char *fields[KEPT_EVENT_FIELDS];
    const char *texts[KEPT_EVENT_FIELDS];
    size_t n;
} kept_event;

/* text NULL: the field stays empty. Neither is copied. */
void kept_event_set(kept_event *event, const char *field, const char *text);
KEPT_MUST_CHECK kept_status kept_event_set_day(kept_promise_step *step, kept_event *event,
                                               const char *field, kept_day day, kept_err *err);
/* A field of the event that an option of the command gives as it is; nothing when it is absent. */
void kept_event_take(const kept_promise_step *step, kept_event *event, const char *field,
                     const char *option);

/* Writes the event, with promise and proof, keeps the file, commits (unless it is a trial) and
 * shows what came of it. said: "Closed P-12". */
KEPT_MUST_CHECK kept_status kept_step_finish(kept_promise_step *step, kept_event *event,
                                             const char *said, kept_result *result, kept_err *err);

/* --- Values --- */

/* The value of a field of the promise as people write it; NULL when it is empty. */
const char *kept_step_text(const kept_promise_step *step, const char *field);
/* False when it is empty. */
bool kept_step_day(const kept_promise_step *step, const char *field, kept_day *ret_day);
/* The day an option gives, or another one where it is absent. */
kept_day kept_step_option_day(const kept_promise_step *step, const char *option, kept_day absent);

/* --- Words of the other side --- */

/* Who acknowledged (option by), as a short id, checked: where the promise is to a customer or by
 * one it is for somebody at a customer to say. A person of another customer is noted in result. */
KEPT_MUST_CHECK kept_status kept_step_other_side(kept_promise_step *step, const char *option,
                                                 const char **ret_who, kept_result *result,
                                                 kept_err *err);
/* KEPT_EARG unless --words or --proof is there. */
KEPT_MUST_CHECK kept_status kept_step_need_evidence(const kept_promise_step *step, const char *what,
                                                    kept_err *err);

/* --- Parameters that the commands share --- */

#define KEPT_STEP_ID                                                                               \
    {                                                                                              \
        .name = "id", .type = KEPT_P_TEXT, .value = "ID", .positional = true, .required = true,    \
        .help = "the promise: P-12, or an id of its own"                                           \
    }
#define KEPT_STEP_BY(is_required)                                                                  \
    {                                                                                              \
        .name = "acknowledged-by", .type = KEPT_P_TEXT, .value = "PERSON",                         \
        .required = (is_required),                                                                 \
        .help = "who of the other side acknowledged it: PE-3, or a name"                           \
    }
#define KEPT_STEP_ON                                                                               \
    {                                                                                              \
        .name = "on", .type = KEPT_P_DATE, .value = "DATE",                                        \
        .help = "day they acknowledged it; today when not given"                                   \
    }
#define KEPT_STEP_WORDS                                                                            \
    {                                                                                              \
        .name = "words", .type = KEPT_P_TEXT, .value = "TEXT", .help = "in which words"            \
    }
#define KEPT_STEP_PROOF                                                                            \
    {                                                                                              \
        .name = "proof", .type = KEPT_P_FILE, .value = "FILE",                                     \
        .help = "file that shows it; a copy is kept in the workspace"                              \
    }
#define KEPT_STEP_WHY                                                                              \
    {                                                                                              \
        .name = "why", .type = KEPT_P_TEXT, .value = "WORDS",                                      \
        .help = "reason, kept in the history"                                                      \
    }
#define KEPT_STEP_DRY_RUN                                                                          \
    {                                                                                              \
        .name = "dry-run", .type = KEPT_P_FLAG,                                                    \
        .help = "show what would come of it, change "                                              \
                "nothing"                                                                          \
    }

/* --- What is shown --- */

extern const kept_group_def *const kept_step_groups[];
extern const kept_table_def *const kept_step_tables[];
extern const kept_table_def kept_step_recorded; /* "recorded": field, title, value */
extern const kept_table_def kept_step_changes;  /* "changes": field, title, before, now */

/* --- The commands (promise_*.c) --- */

extern const kept_op kept_op_promise_agree;
extern const kept_op kept_op_promise_pause;
extern const kept_op kept_op_promise_resume;
extern const kept_op kept_op_promise_close;
extern const kept_op kept_op_promise_exempt;
extern const kept_op kept_op_promise_done;
extern const kept_op kept_op_promise_said;
extern const kept_op kept_op_promise_can_we;
extern const kept_op kept_op_promise_wording;
/* Its options are the settled fields of the kind. */
KEPT_MUST_CHECK kept_status kept_op_promise_amend(const kept_record_kind *promise,
                                                  kept_arena *arena, kept_op **ret_op,
                                                  kept_err *err);

#endif
