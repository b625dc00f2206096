// libmosquitto as far as it is needed, found at run time: the client's side of MQTT 3.1.1, without threads of its own. What is
// asked with it is decided elsewhere. No header of libmosquitto is needed to build; its numbers are part of its binary
// interface.
// Source: https://mosquitto.org/api/files/mosquitto-h.html

#ifndef SUNVIGIL_BROKER_H
#define SUNVIGIL_BROKER_H

#include <stddef.h>

/// The outcomes that are told apart.
enum {
    MOSQ_ERR_CONN_PENDING = -1,
    MOSQ_ERR_SUCCESS = 0,
    MOSQ_ERR_NOMEM = 1,
    MOSQ_ERR_PROTOCOL = 2,
    MOSQ_ERR_INVAL = 3,
    MOSQ_ERR_NO_CONN = 4,
    MOSQ_ERR_CONN_REFUSED = 5,
    MOSQ_ERR_CONN_LOST = 7,
    MOSQ_ERR_TLS = 8,
    MOSQ_ERR_NOT_SUPPORTED = 10,
    MOSQ_ERR_ERRNO = 14,
    MOSQ_ERR_EAI = 15,
    MOSQ_ERR_MALFORMED_PACKET = 21,
};

/// A loaded libmosquitto.
typedef struct broker_library broker_library;

/// Is told a number: the broker's answer to a connection, or the number of a message that the broker has.
typedef void (*broker_number_event)(void *client, void *to, int number);
/// Is told a line of the library's own account; it holds no payload and no password.
typedef void (*broker_text_event)(void *client, void *to, int level, const char *line);

/// Loads the first library of the names that is there, once in a process. Returns NULL where none is.
const broker_library *broker_load(const char *const *names, size_t count);

/// Makes a client without memory of other times (a clean session). The events come from within the calls below, in the
/// same thread, and `to` must last as long as the client. Returns NULL for want of memory.
void *broker_make(const broker_library *library, const char *name, void *to);
void broker_set_events(
    const broker_library *library,
    void *client,
    broker_number_event connected,
    broker_number_event published,
    broker_text_event told
);
/// Closes the connection and forgets the client.
void broker_free(const broker_library *library, void *client);

/// Each returns MOSQ_ERR_SUCCESS or what the library has against it; texts are copied.
int broker_set_login(const broker_library *library, void *client, const char *user, const char *password);
/// Asks for TLS with a certificate that the authorities in a file vouch for; NULL for those of the system.
int broker_set_authority(const broker_library *library, void *client, const char *file);
/// Begins to connect, and waits for nothing but the look-up of the name. `from` is an address of this machine, which settles
/// whether IPv4 or IPv6 is used; NULL for whatever comes first. `system_error` becomes the system's word, 0 for none.
int broker_connect(
    const broker_library *library, void *client, const char *host, int port, const char *from, int *system_error);
/// The descriptor of the connection, -1 for none.
int broker_descriptor(const broker_library *library, void *client);
/// Whether something waits to be written.
int broker_wants_write(const broker_library *library, void *client);
/// Reads and writes what can be without waiting, and keeps the connection alive.
int broker_read(const broker_library *library, void *client);
int broker_write(const broker_library *library, void *client);
int broker_keep(const broker_library *library, void *client);
/// Hands over a message that the broker keeps and acknowledges (QoS 1, retained); `number` becomes its number.
int broker_publish(
    const broker_library *library, void *client, const char *topic, const void *payload, int count, int *number);
/// Says goodbye.
int broker_leave(const broker_library *library, void *client);

#endif
