/* catalogue/record_kind.h - kinds of records, declared in catalogue/records/NAME.yaml.
 *
 * A record is something people state or agree: a customer, a promise, a need. A kind says which
 * fields its records have, through which states they go and how they hang together. Tables,
 * commands, forms, JSON Schemas, import and export all come from it. Kinds are compiled into the
 * program; a workspace adds its own kinds, and fields to built-in ones, in its catalogue/records.
 * The form of the files is described in docs/catalogue.md. */
#ifndef KEPT_CATALOGUE_RECORD_KIND_H
#define KEPT_CATALOGUE_RECORD_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kept/arena.h"
#include "kept/err.h"

/* How a value is written by people, and how it stands in the table of its kind. */
typedef enum kept_record_type {
    KEPT_RECORD_TEXT,    /* one line; TEXT */
    KEPT_RECORD_PROSE,   /* several lines; TEXT */
    KEPT_RECORD_CHOICE,  /* one of a closed list; TEXT */
    KEPT_RECORD_FLAG,    /* yes or no; INTEGER 1, 0 */
    KEPT_RECORD_INTEGER, /* INTEGER */
    KEPT_RECORD_NUMBER,  /* exact, six decimals; INTEGER millionths */
    KEPT_RECORD_SHARE,   /* 95% or 0.95, exact; INTEGER millionths of one */
    KEPT_RECORD_MONEY,   /* in the workspace's currency; INTEGER ten-thousandths */
    KEPT_RECORD_DATE,    /* TEXT, ISO 8601 */
    KEPT_RECORD_REF,     /* one record of the kinds in `to` */
    KEPT_RECORD_REFS,    /* any number of records of the one kind in `to` */
} kept_record_type;

/* Columns: a field is a column of its own name. A REF to several kinds is one column per kind,
 * FIELD_KIND, of which at most one is set. REFS stand in a table of their own, KIND__FIELD, with
 * columns KIND and `to`'s kind (named `other` when both are the same). Every table also has
 *   id, state (when the kind has states), revision, made_at, made_by, changed_at, changed_by,
 *   archived_at
 * which therefore are no names of fields. */

typedef struct kept_record_kind kept_record_kind;

typedef struct kept_record_field {
    const char *name;
    const char *title;
    const char *help; /* one sentence */
    kept_record_type type;
    bool required;
    bool sensitive;     /* margin, CLV, predictions about a customer: shown to some only */
    bool personal;      /* about a person: exported and erased with the person */
    bool search;        /* found by `kept find`; TEXT and PROSE, unless declared `search: no` */
    bool own;           /* declared by the workspace; in a built-in kind its name begins with x_ */
    const char *option; /* what it is called on the command line, when not by its name */
    const char *unit;   /* "days", or NULL */
    const char *preset; /* default, as people write it; NULL: none */
    const char *vcard;  /* property of a vCard that holds it, "TEL"; TEXT, PROSE, REF; NULL: none */
    /* DATE: a day by which something is to be done, while the record is open and in one of the
     * states in due_in (none: in any). */
    bool due;
    const char *const *due_in;
    size_t n_due_in;
    /* DATE that is due: the kind of record that says what came of it, by referring to this record
     * and bearing the same day in a field of the same name; then it is due no more. NULL: none. */
    const char *met_by;
    /* In the states that the kind calls settled it changes only through an amendment (`kept KIND
     * amend`) once it has a value; fixed: it then never changes outside the first state. In a kind
     * without states a fixed field stays as the record was made, empty or not. */
    bool settled, fixed;
    const char *alarm; /* FLAG: the answer, "yes" or "no", that asks for another look; or NULL */
    const char *const *choices;
    size_t n_choices;
    const char *const *to; /* REF, REFS: names of kinds */
    size_t n_to;
    bool has_min, has_max;
    int64_t min, max; /* INTEGER, NUMBER, SHARE, MONEY: in the unit stored */
    const char *was;  /* name in earlier releases, or NULL */
    const char *source;
    size_t line; /* of the declaration, for messages */
} kept_record_field;

typedef struct kept_record_state {
    const char *name;
    const char *title;
    const char *help;
    bool closed;              /* nothing more is to be done: out of lists unless asked for */
    const char *const *moves; /* states it may go to */
    size_t n_moves;
    /* Per move: the command of the kind that alone makes it, "close"; NULL: any edit may. */
    const char *const *commands;
} kept_record_state;

struct kept_record_kind {
    const char *name;   /* "promise": command, table, word in files */
    const char *title;  /* "Promise" */
    const char *plural; /* "Promises" */
    const char *prefix; /* capital letters of the short id: "P" in P-12; no two kinds share one */
    const char *summary;
    const char *stage;
    const char *pack;
    const char *ids;    /* requirement ids */
    const char *was;    /* name in earlier releases, or NULL */
    const char *label;  /* the TEXT or PROSE field that names a record where one line must do */
    const char *unique; /* the field by which people may call a record instead of its id, or NULL */
    /* The REF field that leads to a customer, directly or over the `of` of other kinds, never in a
     * circle: who may not see the customer does not see the record. NULL: not of one customer; so
     * for the kind customer itself. A record whose field is empty, or leads to a record of a kind
     * that is not of a customer, is seen by everybody. */
    const char *of;
    const char *const *list; /* fields shown in lists where room is scarce; none: chosen for it */
    size_t n_list;
    const char *met; /* state of a record made because facts speak of it; NULL: the first */
    /* Fields that the short command takes by place: kept note C-7 "words". None: there is no short
     * command. */
    const char *const *quick;
    size_t n_quick;
    const kept_record_field *fields; /* as declared; a workspace's own behind */
    size_t n_fields;
    const kept_record_state *states; /* first: the state of a new record; none: no states */
    size_t n_states;
    const char *const *settled_in; /* states in which settled fields stand; none: no such fields */
    size_t n_settled_in;
    bool own;           /* declared by the workspace (name begins with x_) */
    bool worksheet;     /* made from a worksheet: its fields are questions */
    const char *source; /* file name, for messages */
};

/* One pack: what belongs together and is switched on together. */
typedef struct kept_pack {
    const char *name;
    const char *title;
    const char *summary;
    bool preset; /* on in a new workspace */
    const char *source;
} kept_pack;

enum { KEPT_RECORD_FIELDS_MAX = 200, KEPT_RECORD_KINDS_MAX = 1000 };

const kept_record_field *kept_record_field_find(const kept_record_kind *kind, const char *name);
const kept_record_state *kept_record_state_find(const kept_record_kind *kind, const char *name);
/* Whether fields that are settled stand in that state; NULL: no. */
bool kept_record_settled(const kept_record_kind *kind, const char *state);
/* The first REF field that leads to records of that kind alone; NULL: none. */
const kept_record_field *kept_record_ref_to(const kept_record_kind *kind, const char *to);
/* The field by whose value people may call a record: the unique one, else the label when it is one
 * line; NULL: neither. Only the former tells two records apart for sure. */
const char *kept_record_name_field(const kept_record_kind *kind);
/* "text", "share" ...: the word in declarations. */
const char *kept_record_type_name(kept_record_type type);
/* Decimals of the unit stored: 0 for INTEGER, 6 for NUMBER and SHARE, 4 for MONEY; -1: no number.
 */
int kept_record_type_scale(kept_record_type type);
/* A plain number of a declaration, "12.50" (SHARE: "95%" too), in the unit stored; false when it is
 * none, has more decimals than are stored, or does not fit. */
bool kept_record_number(kept_record_type type, const char *text, int64_t *ret_number);

#endif
