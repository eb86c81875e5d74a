"""Rules on the study itself: holes, published figures, open questions."""
