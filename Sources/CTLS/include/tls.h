// The server's side of TLS for the mock gateway: libssl as far as it is needed, found at run time.

#ifndef SUNVIGIL_TLS_H
#define SUNVIGIL_TLS_H

/// Loads libssl at the first call. Returns 0, or -1 where this machine has none.
int tls_load(void);

#endif
