"""Rules on which pixels decide, and which errors are sure."""
