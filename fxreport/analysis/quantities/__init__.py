"""What is computed from a study and used alike by rules, tables and figures; no sentences."""
