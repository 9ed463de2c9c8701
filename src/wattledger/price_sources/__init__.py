"""Sources of day-ahead prices, asked over HTTP, each in a file of its own."""
