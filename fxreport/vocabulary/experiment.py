"""Names and thresholds that both the measures and the analysis of them go by."""

KMEANS = "kmeans"

#: maps of a network and of one with layers drawn anew that agree this much or more tell of the image alone
MOST_AGREEMENT = 0.5
#: by how much the pixels that a sound attribution names must matter more than those of maps moved at random
LEAST_GAIN = 0.05
#: draws of a layer's own initialiser that its first-layer filters are held against
FILTER_DRAWS = 199
#: share of the dimensions that are shuffled at once
SHUFFLED = 0.1
#: components suffice that keep this share of the accuracy of all dimensions
SUFFICIENT = 0.95
#: in ``<method>_groups``: a point that density clustering leaves out of every group
NOISE = -1
#: what may be looked at inside an extractor beyond its features
INSPECTIONS = ("filters", "layers", "latent", "attribution", "importance", "similarity")
