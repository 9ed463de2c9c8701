"""The local books: one SQLite file, written by one thread and read by a few."""
