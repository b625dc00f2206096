// The server's side of TLS for the mock gateway: libssl as far as it is needed, found at run time.

#include "tls.h"

int tls_load(void) { return -1; }
