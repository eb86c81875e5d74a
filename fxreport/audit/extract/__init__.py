"""One module a kind of claim; each yields the claims of its kind in a clause or a grid."""
