// zlib for Swift: its init functions are macros, which Swift cannot call; these are plain functions.
#ifndef SUNVIGIL_CZLIB_SHIM_H
#define SUNVIGIL_CZLIB_SHIM_H

#include <zlib.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

/// Keeps memory that was given back: columns and pages come and go, and the system clears each page it hands out anew.
static inline void sunvigil_keep_memory(void) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_ARENA_MAX, 1);
#endif
}

/// Starts a gzip compressor: 16 stands for the gzip wrapper.
static inline int sunvigil_deflate_init_gzip(z_streamp stream, int level, int window_bits, int memory_level) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits + 16, memory_level, Z_DEFAULT_STRATEGY);
}

/// Starts a decompressor that takes the gzip wrapper and no other.
static inline int sunvigil_inflate_init_gzip(z_streamp stream) {
    return inflateInit2(stream, 15 + 16);
}

/// Starts a decompressor that takes deflated bytes without any wrapper, as members of a ZIP archive have them.
static inline int sunvigil_inflate_init_raw(z_streamp stream) {
    return inflateInit2(stream, -15);
}

#endif
