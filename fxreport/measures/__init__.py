"""Features and networks in, measurements and small arrays out; where either came from is no matter here."""
