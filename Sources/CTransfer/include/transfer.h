// libcurl as far as it is needed, found at run time: its variadic calls given types, its numbers given names. What is asked
// with them is decided elsewhere. No header of libcurl is needed to build; its numbers are part of its binary interface and
// never change.
// Source: https://github.com/curl/curl/blob/master/include/curl/curl.h

#ifndef SUNVIGIL_TRANSFER_H
#define SUNVIGIL_TRANSFER_H

#include <signal.h>
#include <stddef.h>

/// The options that are set. Those that begin with 1 take an address, those with 2 a function, the others a number.
typedef enum {
    CURLOPT_WRITEDATA = 10001,
    CURLOPT_URL = 10002,
    CURLOPT_PROXY = 10004,
    CURLOPT_READDATA = 10009,
    CURLOPT_WRITEFUNCTION = 20011,
    CURLOPT_READFUNCTION = 20012,
    CURLOPT_INFILESIZE = 14,
    CURLOPT_USERAGENT = 10018,
    CURLOPT_HTTPHEADER = 10023,
    CURLOPT_HEADERDATA = 10029,
    CURLOPT_XFERINFODATA = 10057,
    CURLOPT_VERBOSE = 41,
    CURLOPT_NOPROGRESS = 43,
    CURLOPT_UPLOAD = 46,
    CURLOPT_POST = 47,
    CURLOPT_FOLLOWLOCATION = 52,
    CURLOPT_POSTFIELDSIZE = 60,
    CURLOPT_SSL_VERIFYPEER = 64,
    CURLOPT_CAINFO = 10065,
    CURLOPT_MAXCONNECTS = 71,
    CURLOPT_FORBID_REUSE = 75,
    CURLOPT_HEADERFUNCTION = 20079,
    CURLOPT_HTTPGET = 80,
    CURLOPT_SSL_VERIFYHOST = 81,
    CURLOPT_HTTP_VERSION = 84,
    CURLOPT_DEBUGFUNCTION = 20094,
    CURLOPT_DEBUGDATA = 10095,
    CURLOPT_CAPATH = 10097,
    CURLOPT_NOSIGNAL = 99,
    CURLOPT_XFERINFOFUNCTION = 20219,
    CURLOPT_HTTPAUTH = 107,
    CURLOPT_USE_SSL = 119,
    CURLOPT_COPYPOSTFIELDS = 10165,
    CURLOPT_SSL_SESSIONID_CACHE = 150,
    CURLOPT_TIMEOUT_MS = 155,
    CURLOPT_CONNECTTIMEOUT_MS = 156,
    CURLOPT_CERTINFO = 172,
    CURLOPT_USERNAME = 10173,
    CURLOPT_PASSWORD = 10174,
    CURLOPT_PROTOCOLS = 181,
    CURLOPT_MAIL_FROM = 10186,
    CURLOPT_MAIL_RCPT = 10187,
    CURLOPT_LOGIN_OPTIONS = 10224,
    CURLOPT_PINNEDPUBLICKEY = 10230,
    CURLOPT_HTTP09_ALLOWED = 285,
    CURLOPT_PROTOCOLS_STR = 10318,
} transfer_option;

/// What is asked about a transfer.
typedef enum {
    CURLINFO_RESPONSE_CODE = 0x200002,
    CURLINFO_TOTAL_TIME = 0x300003,
    CURLINFO_REQUEST_SIZE = 0x20000c,
    CURLINFO_OS_ERRNO = 0x200019,
    CURLINFO_CERTINFO = 0x400022,
    CURLINFO_LOCAL_PORT = 0x20002a,
} transfer_info;

/// The outcomes that are told apart.
enum {
    CURLE_OK = 0,
    CURLE_UNSUPPORTED_PROTOCOL = 1,
    CURLE_FAILED_INIT = 2,
    CURLE_URL_MALFORMAT = 3,
    CURLE_COULDNT_RESOLVE_HOST = 6,
    CURLE_COULDNT_CONNECT = 7,
    CURLE_WEIRD_SERVER_REPLY = 8,
    CURLE_REMOTE_ACCESS_DENIED = 9,
    CURLE_PARTIAL_FILE = 18,
    CURLE_WRITE_ERROR = 23,
    CURLE_OUT_OF_MEMORY = 27,
    CURLE_OPERATION_TIMEDOUT = 28,
    CURLE_SSL_CONNECT_ERROR = 35,
    CURLE_ABORTED_BY_CALLBACK = 42,
    CURLE_BAD_FUNCTION_ARGUMENT = 43,
    CURLE_GOT_NOTHING = 52,
    CURLE_SEND_ERROR = 55,
    CURLE_RECV_ERROR = 56,
    CURLE_PEER_FAILED_VERIFICATION = 60,
    CURLE_USE_SSL_FAILED = 64,
    CURLE_LOGIN_DENIED = 67,
    CURLE_SSL_CACERT_BADFILE = 77,
    CURLE_SSL_PINNEDPUBKEYNOTMATCH = 90,
    CURLE_TOO_LARGE = 100,
};

/// Values of options.
enum {
    CURL_HTTP_VERSION_1_1 = 2,
    CURLAUTH_DIGEST = 2,
    CURLPROTO_HTTP = 1,
    CURLPROTO_HTTPS = 2,
    CURLPROTO_SMTP = 1 << 16,
    CURLPROTO_SMTPS = 1 << 17,
    CURLUSESSL_ALL = 3,
};

/// What a teller is told: libcurl's own words, lines of the head or commands of either side, and what they carry.
enum {
    CURLINFO_TEXT = 0,
    CURLINFO_HEADER_IN = 1,
    CURLINFO_HEADER_OUT = 2,
};

/// A loaded libcurl.
typedef struct transfer_library transfer_library;

/// Lines for CURLOPT_HTTPHEADER.
typedef struct transfer_lines transfer_lines;

/// Takes `size` times `count` bytes; fewer in return end the transfer with CURLE_WRITE_ERROR. For CURLOPT_READFUNCTION it fills
/// in up to so many, and 0 is the end.
typedef size_t (*transfer_sink)(char *bytes, size_t size, size_t count, void *to);

/// Is asked while a transfer goes on, once a second at least; anything but 0 ends it with CURLE_ABORTED_BY_CALLBACK. The
/// numbers are bytes, `curl_off_t`, which has 64 bits wherever Swift runs.
typedef int (*transfer_watcher)(void *to, long long, long long, long long, long long);

/// Is told what goes over the connection, of whatever kind. Must return 0.
typedef int (*transfer_teller)(void *handle, int kind, char *bytes, size_t count, void *to);

/// SIGPIPE as it was before it was held off this thread.
typedef struct {
    sigset_t before;
    int has_waited;
} transfer_pipe_signal;

/// Holds SIGPIPE off this thread: a write to an end that is gone is then an error.
void transfer_hold_pipe_signal(transfer_pipe_signal *held);
/// Takes away the signal that came meanwhile, and holds it off no more.
void transfer_release_pipe_signal(const transfer_pipe_signal *held);

/// Loads the first library of the names that is there, once in a process. Returns NULL where none is.
const transfer_library *transfer_load(const char *const *names, size_t count);

/// Makes a handle with its own connections. Returns NULL for want of memory.
void *transfer_make(const transfer_library *library);

/// Closes the connections of a handle and forgets it.
void transfer_free(const transfer_library *library, void *handle);

/// Takes all options back and keeps the connections.
void transfer_reset(const transfer_library *library, void *handle);

/// Sets an option. Each returns CURLE_OK or what libcurl has against it; texts and what is to be posted are
/// copied, lines and the `to` of a sink must last as long as the transfer.
int transfer_set_number(const transfer_library *library, void *handle, transfer_option option, long value);
int transfer_set_address(const transfer_library *library, void *handle, transfer_option option, const void *value);
int transfer_set_sink(const transfer_library *library, void *handle, transfer_option option, transfer_sink value);
int transfer_set_watcher(const transfer_library *library, void *handle, transfer_option option, transfer_watcher value);
int transfer_set_teller(const transfer_library *library, void *handle, transfer_option option, transfer_teller value);

/// Asks and waits for the answer. Returns CURLE_OK or why there is none.
int transfer_perform(const transfer_library *library, void *handle);

/// Tells a number, 0 where there is none.
long transfer_number(const transfer_library *library, void *handle, transfer_info info);
double transfer_seconds(const transfer_library *library, void *handle, transfer_info info);

/// Tells the server's own certificate, as PEM; NULL where no TLS session began. Lasts until the handle is used again.
const char *transfer_certificate(const transfer_library *library, void *handle);

/// Puts a line behind others, which may be NULL. Returns NULL for want of memory, and then the others are as they were.
transfer_lines *transfer_append(const transfer_library *library, transfer_lines *lines, const char *line);
void transfer_free_lines(const transfer_library *library, transfer_lines *lines);

#endif
