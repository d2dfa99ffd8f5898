"""Which function is called where, on what type: the checker's report joined with the source."""
