// The server's side of TLS for the mock gateway: libssl as far as it is needed, found at run time.

#ifndef SUNVIGIL_TLS_H
#define SUNVIGIL_TLS_H

/// A key made at start, its certificate, and what answers with them.
typedef struct tls_server tls_server;
/// A connection over TLS.
typedef struct tls_connection tls_connection;

/// Loads libssl at the first call. Returns 0, or -1 where this machine has none.
int tls_load(void);

/// Makes a key (P-256) and a certificate that it signs itself, for a name. Returns NULL where that fails.
tls_server *tls_server_create(const char *name);
/// Writes the pin of the key, `sha256//` and the base64 of the SHA-256 of its public part; 0, or -1 where `size` is below 64.
int tls_server_pin(const tls_server *server, char *text, int size);
/// Ends a server whose connections have ended.
void tls_server_free(tls_server *server);

/// Takes the client's first words. Returns NULL where they lead to no TLS; the descriptor stays the caller's.
tls_connection *tls_accept(tls_server *server, int descriptor);
/// Reads; returns the number of bytes, 0 at the end, -1 for a failure.
int tls_read(tls_connection *connection, void *bytes, int count);
/// Writes; returns the number of bytes, -1 for a failure.
int tls_write(tls_connection *connection, const void *bytes, int count);
/// Says goodbye and frees.
void tls_end(tls_connection *connection);
/// Frees without a word.
void tls_drop(tls_connection *connection);

#endif
