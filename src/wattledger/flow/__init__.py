"""What moves between the meters, the books and the readers; no I/O library."""
