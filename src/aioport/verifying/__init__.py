"""Is it right? Checks of converted sources, one a file; none of them changes anything."""
