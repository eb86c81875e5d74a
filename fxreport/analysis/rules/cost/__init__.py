"""Rules on what extraction costs, and what it buys."""
