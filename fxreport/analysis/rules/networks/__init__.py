"""Rules on what is inside the networks, and how they were trained."""
