// A thin layer over SQLite's own file system: every call goes through as it is, and a page that is read from a file with
// digests is looked at on its way. Nothing is refused here: who opened the file asks afterwards, and decides.
// Source of the form: https://www.sqlite.org/vfs.html, "VFS Shims".

#include "sealed_pages.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct sealed_pages {
    struct sealed_pages *next;
    char *path;
    uint32_t page_bytes;
    uint32_t page_count;
    atomic_int holders;
    atomic_int differ;
    atomic_int stopped;
    uint64_t digests[];
};

typedef struct {
    sqlite3_file base;
    sealed_pages *pages;
} sealed_file;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sealed_pages *expected;
static sqlite3_vfs layer;
static sqlite3_vfs *below;

uint64_t sealed_pages_digest(const void *bytes, size_t count) {
    // Four independent lanes keep the multiplier busy; each step can be undone, so no single change of a page is lost.
    const uint64_t factor = 0x9E3779B97F4A7C15ull;
    uint64_t lanes[4] = {1, 2, 3, 4};
    const unsigned char *at = bytes;
    size_t left = count;
    for (; left >= 32; at += 32, left -= 32) {
        for (int lane = 0; lane < 4; lane++) {
            uint64_t word;
            memcpy(&word, at + 8 * lane, 8);
            lanes[lane] = (lanes[lane] ^ word) * factor;
            lanes[lane] ^= lanes[lane] >> 29;
        }
    }
    uint64_t digest = count;
    for (int lane = 0; lane < 4; lane++) {
        digest = (digest ^ lanes[lane]) * factor;
        digest ^= digest >> 32;
    }
    for (; left > 0; at++, left--) {
        digest = (digest ^ *at) * factor;
        digest ^= digest >> 29;
    }
    return digest;
}

static sqlite3_file *inner(sqlite3_file *file) { return (sqlite3_file *)((sealed_file *)file + 1); }

static void let_go(sealed_pages *pages) {
    if (pages && atomic_fetch_sub(&pages->holders, 1) == 1) {
        free(pages->path);
        free(pages);
    }
}

static int read_checked(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    int answer = inner(file)->pMethods->xRead(inner(file), bytes, count, offset);
    sealed_pages *pages = ((sealed_file *)file)->pages;
    if (answer != SQLITE_OK || !pages || atomic_load_explicit(&pages->stopped, memory_order_relaxed)) return answer;
    if ((uint32_t)count != pages->page_bytes || offset % pages->page_bytes != 0) return answer;
    sqlite3_int64 page = offset / pages->page_bytes;
    if (page >= pages->page_count || sealed_pages_digest(bytes, (size_t)count) != pages->digests[page]) {
        atomic_store(&pages->differ, 1);
    }
    return answer;
}

static int close_file(sqlite3_file *file) {
    int answer = inner(file)->pMethods->xClose(inner(file));
    let_go(((sealed_file *)file)->pages);
    ((sealed_file *)file)->pages = NULL;
    return answer;
}

static int write_file(sqlite3_file *f, const void *b, int n, sqlite3_int64 o) {
    return inner(f)->pMethods->xWrite(inner(f), b, n, o);
}
static int truncate_file(sqlite3_file *f, sqlite3_int64 n) { return inner(f)->pMethods->xTruncate(inner(f), n); }
static int sync_file(sqlite3_file *f, int flags) { return inner(f)->pMethods->xSync(inner(f), flags); }
static int file_size(sqlite3_file *f, sqlite3_int64 *n) { return inner(f)->pMethods->xFileSize(inner(f), n); }
static int lock_file(sqlite3_file *f, int kind) { return inner(f)->pMethods->xLock(inner(f), kind); }
static int unlock_file(sqlite3_file *f, int kind) { return inner(f)->pMethods->xUnlock(inner(f), kind); }
static int check_lock(sqlite3_file *f, int *held) {
    return inner(f)->pMethods->xCheckReservedLock(inner(f), held);
}
static int control(sqlite3_file *f, int what, void *with) {
    return inner(f)->pMethods->xFileControl(inner(f), what, with);
}
static int sector_size(sqlite3_file *f) { return inner(f)->pMethods->xSectorSize(inner(f)); }
static int characteristics(sqlite3_file *f) { return inner(f)->pMethods->xDeviceCharacteristics(inner(f)); }
static int shared_map(sqlite3_file *f, int page, int bytes, int extend, void volatile **memory) {
    return inner(f)->pMethods->xShmMap(inner(f), page, bytes, extend, memory);
}
static int shared_lock(sqlite3_file *f, int offset, int count, int flags) {
    return inner(f)->pMethods->xShmLock(inner(f), offset, count, flags);
}
static void shared_barrier(sqlite3_file *f) { inner(f)->pMethods->xShmBarrier(inner(f)); }
static int shared_unmap(sqlite3_file *f, int remove) { return inner(f)->pMethods->xShmUnmap(inner(f), remove); }

// Version 2: no pages mapped into memory, which could not be looked at.
static const sqlite3_io_methods methods = {
    2,         close_file,  read_checked,    write_file,  truncate_file, sync_file,
    file_size, lock_file,   unlock_file,     check_lock,  control,       sector_size,
    characteristics, shared_map, shared_lock, shared_barrier, shared_unmap,
};

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out) {
    (void)vfs;
    sealed_file *own = (sealed_file *)file;
    own->base.pMethods = NULL;
    own->pages = NULL;
    inner(file)->pMethods = NULL;
    int answer = below->xOpen(below, path, inner(file), flags, out);
    if (!inner(file)->pMethods) return answer;
    own->base.pMethods = &methods;
    if (answer != SQLITE_OK || !path || !(flags & SQLITE_OPEN_MAIN_DB)) return answer;
    pthread_mutex_lock(&mutex);
    for (sealed_pages **place = &expected; *place; place = &(*place)->next) {
        if (strcmp((*place)->path, path) != 0) continue;
        // What was expected is taken: it held one of two shares for this moment.
        own->pages = *place;
        *place = own->pages->next;
        break;
    }
    pthread_mutex_unlock(&mutex);
    return answer;
}

int sealed_pages_install(void) {
    int answer = SQLITE_OK;
    pthread_mutex_lock(&mutex);
    if (!below) {
        sqlite3_vfs *usual = sqlite3_vfs_find(NULL);
        answer = usual ? SQLITE_OK : SQLITE_ERROR;
        if (usual) {
            layer = *usual;
            layer.pNext = NULL;
            layer.zName = "sunvigil-sealed-pages";
            layer.szOsFile = usual->szOsFile + (int)sizeof(sealed_file);
            layer.xOpen = open_file;
            below = usual;
            answer = sqlite3_vfs_register(&layer, 1);
            if (answer != SQLITE_OK) below = NULL;
        }
    }
    pthread_mutex_unlock(&mutex);
    return answer;
}

sealed_pages *sealed_pages_expect(const char *path, uint32_t page_bytes, uint32_t page_count, const uint64_t *digests) {
    sealed_pages *pages = malloc(sizeof *pages + (size_t)page_count * sizeof *digests);
    char *copy = strdup(path);
    if (!pages || !copy || page_bytes == 0) {
        free(pages);
        free(copy);
        return NULL;
    }
    pages->path = copy;
    pages->page_bytes = page_bytes;
    pages->page_count = page_count;
    // One share is the caller's, the other belongs to the file, or to the list until a file takes it.
    atomic_init(&pages->holders, 2);
    atomic_init(&pages->differ, 0);
    atomic_init(&pages->stopped, 0);
    memcpy(pages->digests, digests, (size_t)page_count * sizeof *digests);
    pthread_mutex_lock(&mutex);
    pages->next = expected;
    expected = pages;
    pthread_mutex_unlock(&mutex);
    return pages;
}

int sealed_pages_differ(const sealed_pages *pages) {
    return atomic_load_explicit(&((sealed_pages *)pages)->differ, memory_order_relaxed);
}

void sealed_pages_stop(sealed_pages *pages) {
    atomic_store(&pages->stopped, 1);
    atomic_store(&pages->differ, 0);
}

static sqlite3_file *main_file(void *connection) {
    sqlite3_file *file = NULL;
    int answer = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    return answer == SQLITE_OK && file && file->pMethods ? file : NULL;
}

int sealed_pages_file_size(void *connection, int64_t *size) {
    sqlite3_file *file = main_file(connection);
    sqlite3_int64 found = 0;
    errno = 0;
    if (!file || file->pMethods->xFileSize(file, &found) != SQLITE_OK) return errno ? errno : EIO;
    *size = found;
    return 0;
}

int sealed_pages_read_file(void *connection, void *bytes, int count, int64_t offset) {
    sqlite3_file *file = main_file(connection);
    errno = 0;
    if (!file || file->pMethods->xRead(file, bytes, count, offset) != SQLITE_OK) return errno ? errno : EIO;
    return 0;
}

void sealed_pages_release(sealed_pages *pages) {
    sealed_pages *untaken = NULL;
    pthread_mutex_lock(&mutex);
    for (sealed_pages **place = &expected; *place; place = &(*place)->next) {
        if (*place != pages) continue;
        *place = pages->next;
        untaken = pages;
        break;
    }
    pthread_mutex_unlock(&mutex);
    let_go(untaken);
    let_go(pages);
}
