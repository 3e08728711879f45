/* base/yaml.h - reads the plain part of YAML into a tree that knows where everything stands.
 *
 * Plain part: lists, maps and texts. Refused, each with its place: anchors and aliases, tags other
 * than !!str, duplicate keys, keys that are not texts, several documents (but where they are asked
 * for), and more than the limits below. Every scalar is kept as text; what it means (number, yes or
 * no) is for the reader who knows the field. All messages read "SOURCE, line L, column C:
 * sentence", counted from 1, the column in characters. */
#ifndef KEPT_BASE_YAML_H
#define KEPT_BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "kept/arena.h"
#include "kept/err.h"

enum {
    KEPT_YAML_MAX_BYTES = 1024 * 1024,
    KEPT_YAML_MAX_DEPTH = 32, /* lists and maps inside each other */
    KEPT_YAML_MAX_NODES = 100000,
    KEPT_YAML_MAX_KEYS = 1000, /* of one map */
};

typedef enum kept_yaml_type {
    KEPT_YAML_TEXT,
    KEPT_YAML_LIST,
    KEPT_YAML_MAP,
} kept_yaml_type;

typedef struct kept_yaml_node kept_yaml_node;
struct kept_yaml_node {
    kept_yaml_type type;
    const char *source; /* name of the file, for messages */
    size_t line, column;
    const char *text;             /* TEXT: UTF-8, no NUL inside; otherwise NULL */
    bool quoted;                  /* TEXT: in quotes, a block, or tagged !!str: never "nothing" */
    size_t n;                     /* LIST, MAP: number of children */
    kept_yaml_node *first, *next; /* children in file order; the next one of the same parent */
    const char *key;              /* when the parent is a map */
    size_t key_line, key_column;
};

/* How large a file may be: declarations are small; records come in any number. */
typedef struct kept_yaml_limits {
    size_t bytes;
    size_t nodes;
} kept_yaml_limits;

extern const kept_yaml_limits kept_yaml_for_records; /* 256 MiB, 10 million nodes */

/* Parses text (UTF-8, a leading byte order mark allowed) into arena. KEPT_EINPUT names the place;
 * an empty text is an error. Fuzzed. */
KEPT_MUST_CHECK kept_status kept_yaml_parse(const char *text, size_t len, const char *source,
                                            kept_arena *arena, kept_yaml_node **ret_root,
                                            kept_err *err);
/* The same with other limits. */
KEPT_MUST_CHECK kept_status kept_yaml_parse_within(const char *text, size_t len, const char *source,
                                                   const kept_yaml_limits *limits,
                                                   kept_arena *arena, kept_yaml_node **ret_root,
                                                   kept_err *err);
/* A text of any number of documents, each begun by "---": a LIST of their roots in order. Those
 * that hold nothing are left out; a text of none but such is an error. */
KEPT_MUST_CHECK kept_status kept_yaml_parse_documents(const char *text, size_t len,
                                                      const char *source,
                                                      const kept_yaml_limits *limits,
                                                      kept_arena *arena, kept_yaml_node **ret_list,
                                                      kept_err *err);
KEPT_MUST_CHECK kept_status kept_yaml_read_within(const char *path, const kept_yaml_limits *limits,
                                                  kept_arena *arena, const char **ret_text,
                                                  size_t *ret_len, kept_err *err);
/* Reads the bytes of a file of at most KEPT_YAML_MAX_BYTES. KEPT_ENOTFOUND, KEPT_EIO, KEPT_EINPUT
 * (too large). */
KEPT_MUST_CHECK kept_status kept_yaml_read_file(const char *path, kept_arena *arena,
                                                const char **ret_text, size_t *ret_len,
                                                kept_err *err);

/* KEPT_EINPUT with the place of node (or of its key) before the sentence. */
kept_status kept_yaml_fail(const kept_yaml_node *node, kept_err *err, const char *fmt, ...)
    KEPT_PRINTF(3, 4);
kept_status kept_yaml_fail_key(const kept_yaml_node *node, kept_err *err, const char *fmt, ...)
    KEPT_PRINTF(3, 4);

/* The child of a map, or NULL. A field written without a value ("help:") counts as absent only to
 * kept_yaml_is_empty. */
const kept_yaml_node *kept_yaml_get(const kept_yaml_node *map, const char *key);
/* An unquoted nothing: "", "~" or "null". */
bool kept_yaml_is_empty(const kept_yaml_node *node);

/* The node is a map and all its keys are among words; the nearest word is named otherwise. what
 * says what the map describes: "a column". */
KEPT_MUST_CHECK kept_status kept_yaml_expect_map(const kept_yaml_node *node, const char *what,
                                                 const char *const *words, size_t n_words,
                                                 kept_err *err);
/* The child `key` of map as text, yes or no, or list of texts. ret stays as it is when the key is
 * absent (KEPT_OK); a value of another type, or none, is an error at its place. */
KEPT_MUST_CHECK kept_status kept_yaml_get_text(const kept_yaml_node *map, const char *key,
                                               const char **ret_text, kept_err *err);
KEPT_MUST_CHECK kept_status kept_yaml_get_flag(const kept_yaml_node *map, const char *key,
                                               bool *ret_flag, kept_err *err);
KEPT_MUST_CHECK kept_status kept_yaml_get_texts(const kept_yaml_node *map, const char *key,
                                                kept_arena *arena, const char *const **ret_texts,
                                                size_t *ret_n, kept_err *err);

#endif
