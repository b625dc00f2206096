// Holds the pages of a database file against digests that were taken when it was sealed, each page when it is read.

#ifndef SEALED_PAGES_H
#define SEALED_PAGES_H

#include <stddef.h>
#include <stdint.h>

/// Digests of a file's pages; shared by who asks for them and the file that is open.
typedef struct sealed_pages sealed_pages;

/// Returns the digest of a page.
uint64_t sealed_pages_digest(const void *bytes, size_t count);

/// Makes the check known to SQLite. Returns 0, or SQLite's error number; later calls do nothing.
int sealed_pages_install(void);

/// Takes digests for the file that is opened next under this absolute path, links resolved. Returns 0 without memory.
sealed_pages *sealed_pages_expect(const char *path, uint32_t page_bytes, uint32_t page_count, const uint64_t *digests);

/// Tells whether a page was read that is not as it was sealed.
int sealed_pages_differ(const sealed_pages *pages);

/// Ends the check: what is read from here on is not looked at.
void sealed_pages_stop(sealed_pages *pages);

/// Tells the size of the main file of an open connection (a `sqlite3 *`). Returns 0, or an error number of the system.
int sealed_pages_file_size(void *connection, int64_t *size);

/// Reads bytes inside the main file of an open connection as they lie there, through the descriptor that SQLite has: closing
/// another one would let go of its locks. Returns 0, or an error number of the system.
int sealed_pages_read_file(void *connection, void *bytes, int count, int64_t offset);

/// Lets go of the digests.
void sealed_pages_release(sealed_pages *pages);

#endif
