// libcurl as far as it is needed, found at run time: loading, and calls with types. A variadic function must be called as
// one: on Apple's arm64 its arguments travel otherwise than those of others.

#include "transfer.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct transfer_lines {
    char *line;
    struct transfer_lines *next;
};

/// As libcurl lays it out (`struct curl_certinfo`).
typedef struct {
    int count;
    transfer_lines **certificates;
} certificate_info;

struct transfer_library {
    const transfer_library *next;
    void *opened;
    int (*global_init)(long);
    void *(*easy_init)(void);
    void (*easy_cleanup)(void *);
    void (*easy_reset)(void *);
    int (*easy_setopt)(void *, int, ...);
    int (*easy_getinfo)(void *, int, ...);
    int (*easy_perform)(void *);
    transfer_lines *(*slist_append)(transfer_lines *, const char *);
    void (*slist_free_all)(transfer_lines *);
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const transfer_library *loaded;

/// Finds a function; the way round ISO C's silence on pointers to functions is that of POSIX.
#define FIND(library, name) (*(void **)&(library)->name = dlsym((library)->opened, "curl_" #name))

static const transfer_library *known(void *opened) {
    for (const transfer_library *library = loaded; library; library = library->next) {
        if (library->opened == opened) return library;
    }
    transfer_library *library = calloc(1, sizeof *library);
    if (!library) return NULL;
    library->opened = opened;
    const long everything = 3;
    if (FIND(library, global_init) && FIND(library, easy_init) && FIND(library, easy_cleanup)
        && FIND(library, easy_reset) && FIND(library, easy_setopt) && FIND(library, easy_getinfo)
        && FIND(library, easy_perform) && FIND(library, slist_append) && FIND(library, slist_free_all)
        && library->global_init(everything) == CURLE_OK) {
        library->next = loaded;
        loaded = library;
        return library;
    }
    free(library);
    return NULL;
}

const transfer_library *transfer_load(const char *const *names, size_t count) {
    const transfer_library *library = NULL;
    // Setting up libcurl is not safe from two threads in versions before 7.84.
    pthread_mutex_lock(&mutex);
    for (size_t name = 0; name < count && !library; name++) {
        void *opened = dlopen(names[name], RTLD_NOW | RTLD_LOCAL);
        if (!opened) continue;
        library = known(opened);
        // Never unloaded once set up: what it loaded has handlers of the process' end.
        if (!library) dlclose(opened);
    }
    pthread_mutex_unlock(&mutex);
    return library;
}

void *transfer_make(const transfer_library *library) { return library->easy_init(); }

// Versions of libcurl before 7.87 let OpenSSL write to hosts that are gone, and a farewell is such a write; they leave the
// signal to whoever sets CURLOPT_NOSIGNAL.
void transfer_hold_pipe_signal(transfer_pipe_signal *held) {
    sigset_t pipe, waiting;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&waiting);
    pthread_sigmask(SIG_BLOCK, &pipe, &held->before);
    held->has_waited = sigismember(&waiting, SIGPIPE) == 1;
}

void transfer_release_pipe_signal(const transfer_pipe_signal *held) {
    sigset_t pipe, waiting;
    sigpending(&waiting);
    if (!held->has_waited && sigismember(&waiting, SIGPIPE) == 1) {
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
#ifdef __APPLE__
        int taken;
        sigwait(&pipe, &taken);
#else
        const struct timespec at_once = {0, 0};
        sigtimedwait(&pipe, NULL, &at_once);
#endif
    }
    pthread_sigmask(SIG_SETMASK, &held->before, NULL);
}

void transfer_free(const transfer_library *library, void *handle) {
    transfer_pipe_signal held;
    transfer_hold_pipe_signal(&held);
    library->easy_cleanup(handle);
    transfer_release_pipe_signal(&held);
}

void transfer_reset(const transfer_library *library, void *handle) { library->easy_reset(handle); }

int transfer_set_number(const transfer_library *library, void *handle, transfer_option option, long value) {
    return library->easy_setopt(handle, (int)option, value);
}

int transfer_set_address(const transfer_library *library, void *handle, transfer_option option, const void *value) {
    return library->easy_setopt(handle, (int)option, value);
}

int transfer_set_sink(const transfer_library *library, void *handle, transfer_option option, transfer_sink value) {
    return library->easy_setopt(handle, (int)option, value);
}

int transfer_set_watcher(const transfer_library *library, void *handle, transfer_option option, transfer_watcher value) {
    return library->easy_setopt(handle, (int)option, value);
}

int transfer_set_teller(const transfer_library *library, void *handle, transfer_option option, transfer_teller value) {
    return library->easy_setopt(handle, (int)option, value);
}

int transfer_perform(const transfer_library *library, void *handle) {
    transfer_pipe_signal held;
    transfer_hold_pipe_signal(&held);
    int code = library->easy_perform(handle);
    transfer_release_pipe_signal(&held);
    return code;
}

long transfer_number(const transfer_library *library, void *handle, transfer_info info) {
    long value = 0;
    return library->easy_getinfo(handle, (int)info, &value) == CURLE_OK ? value : 0;
}

double transfer_seconds(const transfer_library *library, void *handle, transfer_info info) {
    double value = 0;
    return library->easy_getinfo(handle, (int)info, &value) == CURLE_OK ? value : 0;
}

const char *transfer_certificate(const transfer_library *library, void *handle) {
    certificate_info *chain = NULL;
    const char label[] = "Cert:";
    if (library->easy_getinfo(handle, (int)CURLINFO_CERTINFO, &chain) != CURLE_OK) return NULL;
    // The server's own certificate is the first of its chain.
    if (!chain || chain->count < 1 || !chain->certificates) return NULL;
    for (transfer_lines *field = chain->certificates[0]; field; field = field->next) {
        if (field->line && strncmp(field->line, label, sizeof label - 1) == 0) {
            return field->line + sizeof label - 1;
        }
    }
    return NULL;
}

transfer_lines *transfer_append(const transfer_library *library, transfer_lines *lines, const char *line) {
    return library->slist_append(lines, line);
}

void transfer_free_lines(const transfer_library *library, transfer_lines *lines) {
    library->slist_free_all(lines);
}
