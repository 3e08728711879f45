#include <sodium.h>
#include <string.h>

#include "store/records/write_int.h"

void kept_chain__digest(const unsigned char salt[KEPT_SALT], const char *payload, size_t len,
                        unsigned char ret_digest[KEPT_HASH])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, KEPT_HASH);
    crypto_generichash_update(&state, salt, KEPT_SALT);
    crypto_generichash_update(&state, (const unsigned char *)payload, len);
    crypto_generichash_final(&state, ret_digest, KEPT_HASH);
}

static void add_number(crypto_generichash_state *state, uint64_t number, size_t bytes)
{
    unsigned char out[8];
    for (size_t i = 0; i < bytes; i++)
        out[i] = (unsigned char)(number >> (8 * i));
    crypto_generichash_update(state, out, bytes);
}

static void add_text(crypto_generichash_state *state, const char *text)
{
    size_t len = text ? strlen(text) : 0;
    add_number(state, len, 4);
    if (len)
        crypto_generichash_update(state, (const unsigned char *)text, len);
}

void kept_chain__next(const unsigned char before[KEPT_HASH], const kept_link *link,
                      unsigned char ret_chain[KEPT_HASH])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, KEPT_HASH);
    crypto_generichash_update(&state, before, KEPT_HASH);
    add_number(&state, (uint64_t)link->seq, 8);
    add_number(&state, (uint64_t)link->at, 8);
    add_number(&state, (uint64_t)link->record, 8);
    add_text(&state, link->who);
    add_text(&state, link->through);
    add_text(&state, link->kind);
    add_text(&state, link->action);
    crypto_generichash_update(&state, link->digest, KEPT_HASH);
    crypto_generichash_final(&state, ret_chain, KEPT_HASH);
}
