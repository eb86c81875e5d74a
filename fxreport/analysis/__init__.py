"""From the tidy store to claims: pure functions, no files, no words in a user's language."""
