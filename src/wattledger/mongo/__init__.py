"""The online copy of the books: a MongoDB that answers history wherever the server runs."""
