// The server's side of TLS for the mock gateway: libssl as far as it is needed, found at run time. Nothing of it is declared
// by its headers, so that building needs none; what is declared here is the same in OpenSSL 1.1 and 3.

#define _GNU_SOURCE
#include "tls.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// What this program holds of libcrypto for itself must not answer for the library's.
#if defined(RTLD_DEEPBIND) && !defined(__SANITIZE_ADDRESS__)
#define TLS_OPEN (RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND)
#else
#define TLS_OPEN (RTLD_NOW | RTLD_LOCAL)
#endif

enum { key_type_ec = 408, utf8_text = 0x1000, pin_bytes = 64 };

static struct {
    void *(*context_of_key)(int, void *);
    int (*begin_key)(void *);
    int (*set_key)(void *, const char *, const char *);
    int (*make_key)(void *, void **);
    void (*free_key_context)(void *);
    void (*free_key)(void *);
    void *(*new_certificate)(void);
    void (*free_certificate)(void *);
    int (*set_version)(void *, long);
    void *(*serial)(void *);
    int (*set_integer)(void *, long);
    void *(*not_before)(const void *);
    void *(*not_after)(const void *);
    void *(*set_time)(void *, long);
    int (*set_certificate_key)(void *, void *);
    void *(*subject)(const void *);
    int (*add_entry)(void *, const char *, int, const unsigned char *, int, int, int);
    int (*set_issuer)(void *, void *);
    int (*sign)(void *, void *, const void *);
    const void *(*sha256)(void);
    int (*digest)(const void *, size_t, unsigned char *, unsigned int *, const void *, void *);
    int (*encode_key)(const void *, unsigned char **);
    int (*base64)(unsigned char *, const unsigned char *, int);
    void (*free_memory)(void *, const char *, int);
    const void *(*server_method)(void);
    void *(*new_context)(const void *);
    void (*free_context)(void *);
    int (*use_certificate)(void *, void *);
    int (*use_key)(void *, void *);
    void *(*new_connection)(void *);
    void (*free_connection)(void *);
    int (*set_descriptor)(void *, int);
    int (*accept)(void *);
    int (*read)(void *, void *, int);
    int (*write)(void *, const void *, int);
    int (*shutdown)(void *);
} library;

static const char *const names[] = {
    "libssl.so.3", "libssl.so.1.1", "libssl.3.dylib", "/opt/homebrew/opt/openssl@3/lib/libssl.3.dylib",
    "/usr/local/opt/openssl@3/lib/libssl.3.dylib",
};

static int is_loaded = -1;

static int find(void *handle, const char *name, void *place) {
    // libcrypto's are found through libssl, which depends on it.
    void *symbol = dlsym(handle, name);
    memcpy(place, &symbol, sizeof symbol);
    return symbol != NULL;
}

static void load(void) {
    void *handle = NULL;
    for (size_t index = 0; index < sizeof names / sizeof *names && handle == NULL; index++) {
        handle = dlopen(names[index], TLS_OPEN);
    }
    if (handle == NULL) return;
    int found = find(handle, "EVP_PKEY_CTX_new_id", &library.context_of_key)
        && find(handle, "EVP_PKEY_keygen_init", &library.begin_key)
        && find(handle, "EVP_PKEY_CTX_ctrl_str", &library.set_key)
        && find(handle, "EVP_PKEY_keygen", &library.make_key)
        && find(handle, "EVP_PKEY_CTX_free", &library.free_key_context)
        && find(handle, "EVP_PKEY_free", &library.free_key)
        && find(handle, "X509_new", &library.new_certificate)
        && find(handle, "X509_free", &library.free_certificate)
        && find(handle, "X509_set_version", &library.set_version)
        && find(handle, "X509_get_serialNumber", &library.serial)
        && find(handle, "ASN1_INTEGER_set", &library.set_integer)
        && find(handle, "X509_getm_notBefore", &library.not_before)
        && find(handle, "X509_getm_notAfter", &library.not_after)
        && find(handle, "X509_gmtime_adj", &library.set_time)
        && find(handle, "X509_set_pubkey", &library.set_certificate_key)
        && find(handle, "X509_get_subject_name", &library.subject)
        && find(handle, "X509_NAME_add_entry_by_txt", &library.add_entry)
        && find(handle, "X509_set_issuer_name", &library.set_issuer)
        && find(handle, "X509_sign", &library.sign)
        && find(handle, "EVP_sha256", &library.sha256)
        && find(handle, "EVP_Digest", &library.digest)
        && find(handle, "i2d_PUBKEY", &library.encode_key)
        && find(handle, "EVP_EncodeBlock", &library.base64)
        && find(handle, "CRYPTO_free", &library.free_memory)
        && find(handle, "TLS_server_method", &library.server_method)
        && find(handle, "SSL_CTX_new", &library.new_context)
        && find(handle, "SSL_CTX_free", &library.free_context)
        && find(handle, "SSL_CTX_use_certificate", &library.use_certificate)
        && find(handle, "SSL_CTX_use_PrivateKey", &library.use_key)
        && find(handle, "SSL_new", &library.new_connection)
        && find(handle, "SSL_free", &library.free_connection)
        && find(handle, "SSL_set_fd", &library.set_descriptor)
        && find(handle, "SSL_accept", &library.accept)
        && find(handle, "SSL_read", &library.read)
        && find(handle, "SSL_write", &library.write)
        && find(handle, "SSL_shutdown", &library.shutdown);
    is_loaded = found ? 0 : -1;
}

int tls_load(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return is_loaded;
}

struct tls_server {
    void *context;
    char pin[pin_bytes];
};

static void *make_key(void) {
    void *key = NULL;
    void *context = library.context_of_key(key_type_ec, NULL);
    if (context == NULL) return NULL;
    if (library.begin_key(context) > 0 && library.set_key(context, "ec_paramgen_curve", "P-256") > 0) {
        if (library.make_key(context, &key) <= 0) key = NULL;
    }
    library.free_key_context(context);
    return key;
}

static void *make_certificate(void *key, const char *name) {
    void *certificate = library.new_certificate();
    if (certificate == NULL) return NULL;
    void *subject = library.subject(certificate);
    // Of the third version, from yesterday on, for ten years.
    int is_made = library.set_version(certificate, 2)
        && library.set_integer(library.serial(certificate), 1)
        && library.set_time(library.not_before(certificate), -86400L) != NULL
        && library.set_time(library.not_after(certificate), 315360000L) != NULL
        && library.set_certificate_key(certificate, key)
        && library.add_entry(subject, "CN", utf8_text | 1, (const unsigned char *)name, -1, -1, 0)
        && library.set_issuer(certificate, subject)
        && library.sign(certificate, key, library.sha256());
    if (is_made) return certificate;
    library.free_certificate(certificate);
    return NULL;
}

static int write_pin(void *key, char *text) {
    static const char start[] = "sha256//";
    unsigned char *encoded = NULL;
    unsigned char digest[64];
    unsigned int count = 0;
    int size = library.encode_key(key, &encoded);
    if (size <= 0 || encoded == NULL) return 0;
    int is_made = library.digest(encoded, (size_t)size, digest, &count, library.sha256(), NULL) && count == 32;
    library.free_memory(encoded, "", 0);
    if (!is_made) return 0;
    // 8 signs, 44 of base64 and the end.
    memcpy(text, start, sizeof start - 1);
    return library.base64((unsigned char *)text + sizeof start - 1, digest, 32) == 44;
}

tls_server *tls_server_create(const char *name) {
    if (tls_load() != 0) return NULL;
    tls_server *server = calloc(1, sizeof *server);
    void *key = make_key();
    void *certificate = key == NULL ? NULL : make_certificate(key, name);
    if (server != NULL) server->context = library.new_context(library.server_method());
    int is_made = server != NULL && server->context != NULL && certificate != NULL
        && library.use_certificate(server->context, certificate) == 1
        && library.use_key(server->context, key) == 1 && write_pin(key, server->pin);
    if (certificate != NULL) library.free_certificate(certificate);
    if (key != NULL) library.free_key(key);
    if (is_made) return server;
    tls_server_free(server);
    return NULL;
}

int tls_server_pin(const tls_server *server, char *text, int size) {
    if (size < pin_bytes) return -1;
    memcpy(text, server->pin, pin_bytes);
    return 0;
}

void tls_server_free(tls_server *server) {
    if (server == NULL) return;
    if (server->context != NULL) library.free_context(server->context);
    free(server);
}

tls_connection *tls_accept(tls_server *server, int descriptor) {
    void *connection = library.new_connection(server->context);
    if (connection == NULL) return NULL;
    if (library.set_descriptor(connection, descriptor) == 1 && library.accept(connection) == 1) {
        return connection;
    }
    library.free_connection(connection);
    return NULL;
}

int tls_read(tls_connection *connection, void *bytes, int count) {
    int result = library.read(connection, bytes, count);
    return result < 0 ? -1 : result;
}

int tls_write(tls_connection *connection, const void *bytes, int count) {
    int result = library.write(connection, bytes, count);
    return result <= 0 ? -1 : result;
}

void tls_end(tls_connection *connection) {
    library.shutdown(connection);
    library.free_connection(connection);
}

void tls_drop(tls_connection *connection) { library.free_connection(connection); }
