"""Minutes as CSV, out of the books and into them."""
