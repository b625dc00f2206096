// libmosquitto as far as it is needed, found at run time: loading, and calls with types.

#include "broker.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

/// Numbers of options, and what they are set to.
enum {
    MOSQ_OPT_PROTOCOL_VERSION = 1,
    MOSQ_OPT_TCP_NODELAY = 11,
    MOSQ_OPT_TLS_USE_OS_CERTS = 13,
    MQTT_PROTOCOL_V311 = 4,
    KEEP_ALIVE_SECONDS = 60,
    AT_LEAST_ONCE = 1,
};

struct broker_library {
    const broker_library *next;
    void *opened;
    int (*lib_init)(void);
    void *(*new)(const char *, bool, void *);
    void (*destroy)(void *);
    int (*opts_set)(void *, int, void *);
    // Since 1.6; NULL before.
    int (*int_option)(void *, int, int);
    int (*username_pw_set)(void *, const char *, const char *);
    int (*tls_set)(void *, const char *, const char *, const char *, const char *, int (*)(char *, int, int, void *));
    void (*connect_callback_set)(void *, broker_number_event);
    void (*publish_callback_set)(void *, broker_number_event);
    void (*log_callback_set)(void *, broker_text_event);
    int (*connect_bind_async)(void *, const char *, int, int, const char *);
    int (*socket)(void *);
    bool (*want_write)(void *);
    int (*loop_read)(void *, int);
    int (*loop_write)(void *, int);
    int (*loop_misc)(void *);
    int (*publish)(void *, int *, const char *, int, const void *, int, bool);
    int (*disconnect)(void *);
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const broker_library *loaded;

/// Finds a function; the way round ISO C's silence on pointers to functions is that of POSIX.
#define FIND(library, name) (*(void **)&(library)->name = dlsym((library)->opened, "mosquitto_" #name))

static const broker_library *known(void *opened) {
    for (const broker_library *library = loaded; library; library = library->next) {
        if (library->opened == opened) return library;
    }
    broker_library *library = calloc(1, sizeof *library);
    if (!library) return NULL;
    library->opened = opened;
    (void)FIND(library, int_option);
    if (FIND(library, lib_init) && FIND(library, new) && FIND(library, destroy) && FIND(library, opts_set)
        && FIND(library, username_pw_set) && FIND(library, tls_set) && FIND(library, connect_callback_set)
        && FIND(library, publish_callback_set) && FIND(library, log_callback_set)
        && FIND(library, connect_bind_async) && FIND(library, socket) && FIND(library, want_write)
        && FIND(library, loop_read) && FIND(library, loop_write) && FIND(library, loop_misc)
        && FIND(library, publish) && FIND(library, disconnect) && library->lib_init() == MOSQ_ERR_SUCCESS) {
        library->next = loaded;
        loaded = library;
        return library;
    }
    free(library);
    return NULL;
}

const broker_library *broker_load(const char *const *names, size_t count) {
    const broker_library *library = NULL;
    // Setting up libmosquitto is not safe from two threads.
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

void *broker_make(const broker_library *library, const char *name, void *to) {
    void *client = library->new(name, true, to);
    int version = MQTT_PROTOCOL_V311;
    if (client && library->opts_set(client, MOSQ_OPT_PROTOCOL_VERSION, &version) != MOSQ_ERR_SUCCESS) {
        library->destroy(client);
        return NULL;
    }
    // Else a small message waits for the acknowledgement of the one before, 40 ms each; versions before 2.0 cannot.
    if (client && library->int_option) (void)library->int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
    return client;
}

void broker_set_events(
    const broker_library *library,
    void *client,
    broker_number_event connected,
    broker_number_event published,
    broker_text_event told
) {
    library->connect_callback_set(client, connected);
    library->publish_callback_set(client, published);
    library->log_callback_set(client, told);
}

void broker_free(const broker_library *library, void *client) { library->destroy(client); }

int broker_set_login(const broker_library *library, void *client, const char *user, const char *password) {
    return library->username_pw_set(client, user, password);
}

int broker_set_authority(const broker_library *library, void *client, const char *file) {
    // Without a word to the contrary the library looks at the certificate and at the host's name in it.
    if (file) return library->tls_set(client, file, NULL, NULL, NULL, NULL);
    if (library->int_option
        && library->int_option(client, MOSQ_OPT_TLS_USE_OS_CERTS, 1) == MOSQ_ERR_SUCCESS) {
        return MOSQ_ERR_SUCCESS;
    }
    // Versions before 2.0 know no store of the system: OpenSSL's folder in Debian and its kin.
    return library->tls_set(client, NULL, "/etc/ssl/certs", NULL, NULL, NULL);
}

int broker_connect(
    const broker_library *library, void *client, const char *host, int port, const char *from, int *system_error
) {
    errno = 0;
    int code = library->connect_bind_async(client, host, port, KEEP_ALIVE_SECONDS, from);
    *system_error = code == MOSQ_ERR_ERRNO ? errno : 0;
    return code;
}

int broker_descriptor(const broker_library *library, void *client) { return library->socket(client); }

int broker_wants_write(const broker_library *library, void *client) { return library->want_write(client); }

int broker_read(const broker_library *library, void *client) { return library->loop_read(client, 1); }

int broker_write(const broker_library *library, void *client) { return library->loop_write(client, 1); }

int broker_keep(const broker_library *library, void *client) { return library->loop_misc(client); }

int broker_publish(
    const broker_library *library, void *client, const char *topic, const void *payload, int count, int *number
) {
    return library->publish(client, number, topic, count, payload, AT_LEAST_ONCE, true);
}

int broker_leave(const broker_library *library, void *client) { return library->disconnect(client); }
