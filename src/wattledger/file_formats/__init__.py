"""Minutes and prices as CSV, tariffs in TOML: out of the books, and into them."""
