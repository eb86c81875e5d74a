"""Rules on what pictures of the features show."""
