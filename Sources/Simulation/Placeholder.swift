// The seeded house comes with its own issue slice.
