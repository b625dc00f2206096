// Loaded by LD_PRELOAD; it has no interface.
