#include "store/proof.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum {
    HASH_SHOWN = 32, /* digits: 128 bits tell any two files apart */
    NAME_MOST = 60,  /* bytes */
    NAME_END = 12,   /* of which at the end, where the name says what kind of file it is */
};

static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c >= 0x80;
}

/* Where a letter begins, at or behind p. */
static const char *letter_at(const char *p)
{
    while (((unsigned char)*p & 0xC0) == 0x80)
        p++;
    return p;
}

/* "Delivery note (2).pdf" is Delivery-note-2-.pdf: a name for any shell and any disk. */
static void add_name(kept_buf *buf, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t len = strlen(name);
    bool text = kept_text_utf8(name, len), dash = true;
    const char *skip = len > NAME_MOST ? letter_at(name + NAME_MOST - NAME_END) : NULL;
    const char *on = skip ? letter_at(name + len - NAME_END) : NULL;
    for (const char *p = name; *p; p++) {
        if (p == skip)
            p = on;
        bool plain = is_plain((unsigned char)*p) && (text || (unsigned char)*p < 0x80);
        if (plain || !dash)
            kept_buf_add_char(buf, plain ? *p : '-');
        dash = !plain;
    }
}

kept_status kept_proof_read(const char *path, kept_arena *arena, kept_proof *ret_proof,
                            kept_err *err)
{
    kept_proof proof = {.path = path};
    KEPT_AUTO_BUF name = KEPT_BUF_INIT;
    struct stat info;
    int64_t bytes = 0;
    if (stat(path, &info) != 0)
        return kept_fail(err, errno == ENOENT ? KEPT_ENOTFOUND : KEPT_EIO,
                         "%s could not be read (%s).", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return kept_fail(err, KEPT_EARG, "%s is no file; a proof is one file.", path);
    if (info.st_size == 0)
        return kept_fail(err, KEPT_EARG, "%s is empty; it shows nothing.", path);
    if (info.st_size > (off_t)KEPT_PROOF_MOST_MIB << 20)
        return kept_fail(err, KEPT_EARG,
                         "%s is larger than %d MiB, the most that is kept as proof; name where it "
                         "can be seen in the words instead.",
                         path, KEPT_PROOF_MOST_MIB);
    KEPT_TRY(kept_file_hash(path, proof.hash, &bytes, err));
    kept_buf_printf(&name, "files/%.*s-", HASH_SHOWN, proof.hash);
    add_name(&name, path);
    proof.name = name.failed ? NULL : kept_arena_strdup(arena, kept_buf_text(&name));
    if (!proof.name)
        return kept_nomem(err);
    *ret_proof = proof;
    return KEPT_OK;
}

bool kept_proof_is_whole(const char *path)
{
    char hash[KEPT_HASH_TEXT];
    int64_t bytes = 0;
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    return access(path, F_OK) == 0 && kept_file_hash(path, hash, &bytes, NULL) == KEPT_OK &&
           strncmp(name, hash, HASH_SHOWN) == 0;
}

kept_status kept_proof_keep(kept_store *store, const kept_proof *proof, kept_err *err)
{
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    const char *folder = kept_store__path(store, &arena, "files");
    const char *path = kept_store__path(store, &arena, proof->name);
    if (!folder || !path)
        return kept_nomem(err);
    if (kept_proof_is_whole(path))
        return KEPT_OK;
    KEPT_TRY(kept_folder_make(folder, err));
    KEPT_TRY(kept_file_copy(proof->path, path, err));
    if (kept_proof_is_whole(path))
        return KEPT_OK;
    unlink(path);
    return kept_fail(err, KEPT_EINPUT, "%s changed while it was copied; try again.", proof->path);
}
