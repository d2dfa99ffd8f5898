"""Where functions go that are passed around as values, and what runs without a call expression."""
