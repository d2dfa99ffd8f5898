"""What becomes of each function and each call: decisions with reasons, never text."""
