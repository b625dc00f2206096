// libcurl as far as it is needed, found at run time.

#ifndef SUNVIGIL_TRANSFER_H
#define SUNVIGIL_TRANSFER_H

/// Loads libcurl at the first call. Returns 0, or -1 where this machine has none.
int transfer_load(void);

#endif
