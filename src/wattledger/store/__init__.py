"""The local books: one SQLite file."""
