// Loaded before the program by LD_PRELOAD: fails the n-th call that changes files, kills the process there, or records
// all such calls, so that a test can rebuild what a power cut would have left. Only paths below FAULT_ROOT count.
//
// FAULT_ROOT  the folder that is watched
// FAULT_AT    the number of the call that fails, from 1; 0 or absent for none
// FAULT_ERRNO the error number it fails with; "kill" ends the process instead
// FAULT_WHILE a file: while it is there, every call fails, with FAULT_ERRNO
// FAULT_LOG   where calls are recorded
// FAULT_READS counts the calls that read instead of those that change files: open, opendir, read, pread
// FAULT_COUNT where the number of counted calls is written when the process ends
//
// A record: "<kind> <length of path> <length of second path or data> <offset>\n", then the path, then the rest.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const char *root;
static size_t root_length;
static long fault_at, calls;
static int fault_errno, log_descriptor = -1, ready, counts_reads;
static const char *count_path, *while_path;

static ssize_t (*real_write)(int, const void *, size_t);

static void prepare(void) {
    if (ready) return;
    ready = 1;
    real_write = dlsym(RTLD_NEXT, "write");
    root = getenv("FAULT_ROOT");
    root_length = root ? strlen(root) : 0;
    const char *at = getenv("FAULT_AT");
    fault_at = at ? atol(at) : 0;
    const char *number = getenv("FAULT_ERRNO");
    fault_errno = number && strcmp(number, "kill") == 0 ? -1 : number ? atoi(number) : EIO;
    while_path = getenv("FAULT_WHILE");
    counts_reads = getenv("FAULT_READS") != NULL;
    count_path = getenv("FAULT_COUNT");
    const char *path = getenv("FAULT_LOG");
    if (path) {
        int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
        log_descriptor = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    }
}

static int is_watched(const char *path) {
    prepare();
    return root && path && strncmp(path, root, root_length) == 0 && !strstr(path, "-shm");
}

/// Finds the path of a descriptor; 0 where it is not watched.
static int path_of(int descriptor, char *path, size_t size) {
    prepare();
    if (!root) return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, size - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_watched(path);
}

__attribute__((destructor)) static void tell_count(void) {
    if (!count_path) return;
    int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    int descriptor = real_open(count_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0) return;
    char text[32];
    int count = snprintf(text, sizeof text, "%ld\n", calls);
    if (real_write(descriptor, text, (size_t)count) < 0) return;
    close(descriptor);
}

/// Counts a call of a kind. Returns 1 where it must fail; errno is set then.
static int counts_and_fails_as(int is_read) {
    if (is_read != counts_reads) return 0;
    pthread_mutex_lock(&mutex);
    long number = ++calls;
    pthread_mutex_unlock(&mutex);
    if (while_path && access(while_path, F_OK) == 0) {
        errno = fault_errno;
        return 1;
    }
    if (fault_at == 0 || number != fault_at) return 0;
    if (fault_errno < 0) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    errno = fault_errno;
    return 1;
}

static int counts_and_fails(void) { return counts_and_fails_as(0); }
static int read_fails(void) { return counts_and_fails_as(1); }

static void record(const char *kind, const char *path, const void *rest, size_t length, long long offset) {
    if (log_descriptor < 0) return;
    int kept = errno;
    char head[128];
    int count = snprintf(head, sizeof head, "%s %zu %zu %lld\n", kind, strlen(path), length, offset);
    pthread_mutex_lock(&mutex);
    real_write(log_descriptor, head, (size_t)count);
    real_write(log_descriptor, path, strlen(path));
    if (length) real_write(log_descriptor, rest, length);
    pthread_mutex_unlock(&mutex);
    errno = kept;
}

static int opened(int descriptor, const char *path, int flags, int existed) {
    if (descriptor >= 0 && (flags & O_CREAT) && !existed) record("create", path, 0, 0, 0);
    if (descriptor >= 0 && (flags & O_TRUNC) && existed) record("truncate", path, 0, 0, 0);
    return descriptor;
}

#define OPENING(name, call)                                                                                            \
    va_list arguments;                                                                                                 \
    va_start(arguments, flags);                                                                                        \
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(arguments, mode_t) : 0;                                     \
    va_end(arguments);                                                                                                 \
    if (is_watched(path) && !(flags & (O_CREAT | O_TRUNC)) && read_fails()) return -1;                                 \
    if (!is_watched(path) || !(flags & (O_CREAT | O_TRUNC))) return call;                                              \
    struct stat status;                                                                                                \
    int existed = stat(path, &status) == 0;                                                                            \
    if (counts_and_fails()) return -1;                                                                                 \
    return opened(call, path, flags, existed);

int open(const char *path, int flags, ...) {
    static int (*real)(const char *, int, ...);
    if (!real) real = dlsym(RTLD_NEXT, "open");
    OPENING("open", real(path, flags, mode))
}

int open64(const char *path, int flags, ...) {
    static int (*real)(const char *, int, ...);
    if (!real) real = dlsym(RTLD_NEXT, "open64");
    OPENING("open64", real(path, flags, mode))
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    char path[4096];
    prepare();
    if (!path_of(descriptor, path, sizeof path)) return real_write(descriptor, bytes, count);
    if (counts_and_fails()) return -1;
    long long offset = lseek(descriptor, 0, SEEK_CUR);
    ssize_t written = real_write(descriptor, bytes, count);
    if (written > 0) record("write", path, bytes, (size_t)written, offset);
    return written;
}

static ssize_t positioned(int descriptor, const void *bytes, size_t count, long long offset, const char *name) {
    ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, name);
    char path[4096];
    if (!path_of(descriptor, path, sizeof path)) return real(descriptor, bytes, count, offset);
    if (counts_and_fails()) return -1;
    ssize_t written = real(descriptor, bytes, count, offset);
    if (written > 0) record("write", path, bytes, (size_t)written, offset);
    return written;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    return positioned(descriptor, bytes, count, offset, "pwrite");
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off_t offset) {
    return positioned(descriptor, bytes, count, offset, "pwrite64");
}

static int synchronised(int descriptor, const char *name) {
    int (*real)(int) = dlsym(RTLD_NEXT, name);
    char path[4096];
    if (!path_of(descriptor, path, sizeof path)) return real(descriptor);
    if (counts_and_fails()) return -1;
    int answer = real(descriptor);
    if (answer == 0) record("sync", path, 0, 0, 0);
    return answer;
}

int fsync(int descriptor) { return synchronised(descriptor, "fsync"); }
int fdatasync(int descriptor) { return synchronised(descriptor, "fdatasync"); }

static int shortened(int descriptor, long long length, const char *name) {
    int (*real)(int, off_t) = dlsym(RTLD_NEXT, name);
    char path[4096];
    if (!path_of(descriptor, path, sizeof path)) return real(descriptor, length);
    if (counts_and_fails()) return -1;
    int answer = real(descriptor, length);
    if (answer == 0) record("shorten", path, 0, 0, length);
    return answer;
}

int ftruncate(int descriptor, off_t length) { return shortened(descriptor, length, "ftruncate"); }
int ftruncate64(int descriptor, off_t length) { return shortened(descriptor, length, "ftruncate64"); }

int rename(const char *from, const char *to) {
    static int (*real)(const char *, const char *);
    if (!real) real = dlsym(RTLD_NEXT, "rename");
    if (!is_watched(to)) return real(from, to);
    if (counts_and_fails()) return -1;
    int answer = real(from, to);
    if (answer == 0) record("rename", from, to, strlen(to), 0);
    return answer;
}

int unlink(const char *path) {
    static int (*real)(const char *);
    if (!real) real = dlsym(RTLD_NEXT, "unlink");
    if (!is_watched(path)) return real(path);
    if (counts_and_fails()) return -1;
    int answer = real(path);
    if (answer == 0) record("unlink", path, 0, 0, 0);
    return answer;
}

int mkdir(const char *path, mode_t mode) {
    static int (*real)(const char *, mode_t);
    if (!real) real = dlsym(RTLD_NEXT, "mkdir");
    if (!is_watched(path)) return real(path, mode);
    struct stat status;
    if (stat(path, &status) == 0) return real(path, mode);
    if (counts_and_fails()) return -1;
    int answer = real(path, mode);
    if (answer == 0) record("mkdir", path, 0, 0, 0);
    return answer;
}

ssize_t read(int descriptor, void *bytes, size_t count) {
    static ssize_t (*real)(int, void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "read");
    char path[4096];
    if (path_of(descriptor, path, sizeof path) && read_fails()) return -1;
    return real(descriptor, bytes, count);
}

ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) {
    static ssize_t (*real)(int, void *, size_t, off_t);
    if (!real) real = dlsym(RTLD_NEXT, "pread");
    char path[4096];
    if (path_of(descriptor, path, sizeof path) && read_fails()) return -1;
    return real(descriptor, bytes, count, offset);
}

ssize_t pread64(int descriptor, void *bytes, size_t count, off_t offset) {
    static ssize_t (*real)(int, void *, size_t, off_t);
    if (!real) real = dlsym(RTLD_NEXT, "pread64");
    char path[4096];
    if (path_of(descriptor, path, sizeof path) && read_fails()) return -1;
    return real(descriptor, bytes, count, offset);
}

DIR *opendir(const char *path) {
    static DIR *(*real)(const char *);
    if (!real) real = dlsym(RTLD_NEXT, "opendir");
    if (is_watched(path) && read_fails()) return NULL;
    return real(path);
}
