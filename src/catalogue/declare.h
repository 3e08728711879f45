/* catalogue/declare.h - what all readers of declarations share: which files there are, and the
 * checks that every declaration goes through. Messages name file, line and column. */
#ifndef KEPT_CATALOGUE_DECLARE_H
#define KEPT_CATALOGUE_DECLARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/yaml.h"
#include "kept/arena.h"
#include "kept/err.h"

/* --- Files --- */

enum { KEPT_DECLARED_OWN_MAX = 500 }; /* files of a workspace in one folder */

typedef struct kept_declared_file {
    const char *name; /* for messages: "facts/orders.yaml", or the path of a workspace's own file */
    const char *text;
    size_t len;
    bool own; /* of the workspace */
} kept_declared_file;

/* The files of one folder ("facts", "records"): those built in, by name, then *.yaml of
 * WORKSPACE/catalogue/FOLDER, by name. workspace_folder NULL: built-in only. A file named .yml is
 * refused, because it looks like a declaration and would silently not count; other files may lie
 * beside them. KEPT_EINPUT, KEPT_EIO. */
KEPT_MUST_CHECK kept_status kept_declared_files(const char *workspace_folder, const char *folder,
                                                kept_arena *arena, kept_declared_file **ret_files,
                                                size_t *ret_n, kept_err *err);
/* The same for one file that stands in the catalogue folder itself ("packs.yaml"): the one built in
 * and the workspace's own, when they are there; at most two. */
KEPT_MUST_CHECK kept_status kept_declared_file_of(const char *workspace_folder, const char *name,
                                                  kept_arena *arena, kept_declared_file **ret_files,
                                                  size_t *ret_n, kept_err *err);

/* --- Fields --- */

/* know make enable keep realise learn general. "general": of no stage; not for facts. */
extern const char *const kept_stages[];
enum { KEPT_STAGE_NAMES = 7 };

/* The text of map's field, which must be there. what says what the map describes: "a column". */
KEPT_MUST_CHECK kept_status kept_declare_text(const kept_yaml_node *map, const char *what,
                                              const char *field, const char **ret_text,
                                              kept_err *err);
/* The same, on one line and without control characters: it will stand in tables and forms. */
KEPT_MUST_CHECK kept_status kept_declare_line(const kept_yaml_node *map, const char *what,
                                              const char *field, const char **ret_text,
                                              kept_err *err);
/* text, which stands at `at`, is on one line. */
KEPT_MUST_CHECK kept_status kept_declare_one_line(const kept_yaml_node *at, const char *text,
                                                  kept_err *err);
/* The position of word in words; otherwise an error at `at` that calls it no `what` ("a stage") and
 * names the nearest word, or all when none is near. */
KEPT_MUST_CHECK kept_status kept_declare_find(const kept_yaml_node *at, const char *what,
                                              const char *word, const char *const *words, size_t n,
                                              size_t *ret_i, kept_err *err);
/* The position in words of the text of map's field, which must be there: "x" is not a FIELD. */
KEPT_MUST_CHECK kept_status kept_declare_word(const kept_yaml_node *map, const char *what,
                                              const char *field, const char *const *words, size_t n,
                                              size_t *ret_i, kept_err *err);
/* The text of map's field as a name that may stand in SQL (catalogue/names.h). A workspace's own
 * name (own) begins with x_, so that no later release takes it; a built-in one does not. */
KEPT_MUST_CHECK kept_status kept_declare_name(const kept_yaml_node *map, const char *what,
                                              const char *field, bool own, const char **ret_name,
                                              kept_err *err);
/* The item's text does not stand before it in the list. */
KEPT_MUST_CHECK kept_status kept_declare_once(const kept_yaml_node *list,
                                              const kept_yaml_node *item, kept_err *err);
/* map's field "requirements", a list or one text, as ids with blanks between; "" when absent. */
KEPT_MUST_CHECK kept_status kept_declare_requirements(const kept_yaml_node *map, kept_arena *arena,
                                                      const char **ret_ids, kept_err *err);

#endif
