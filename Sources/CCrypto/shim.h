// SHA-256 of libcrypto for Swift: the plain functions, which need no provider to be looked up.
#ifndef SUNVIGIL_CCRYPTO_SHIM_H
#define SUNVIGIL_CCRYPTO_SHIM_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

typedef SHA256_CTX sunvigil_sha256;

static inline void sunvigil_sha256_start(sunvigil_sha256 *hash) { SHA256_Init(hash); }

static inline void sunvigil_sha256_update(sunvigil_sha256 *hash, const void *bytes, size_t count) {
    SHA256_Update(hash, bytes, count);
}

static inline void sunvigil_sha256_finish(sunvigil_sha256 *hash, unsigned char *digest) {
    SHA256_Final(digest, hash);
}

#endif
