"""What need not be found out again: answers of earlier runs, kept in the user's cache folder and checked before use."""
