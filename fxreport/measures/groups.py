"""How many groups a reader sees in a picture: density clustering of the plane, blind to the classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fxreport.measures.neighborhoods import NEIGHBORS, Neighborhoods
from fxreport.vocabulary.experiment import NOISE

#: share of the points that are dense: as near to their neighbours as the radius of density asks
DENSE_SHARE = 0.8
#: the fewest points that make a group, as a share of all
LEAST_SHARE = 0.02


def visible_groups(plane: Neighborhoods) -> NDArray[np.int16]:
    """Group of each point of a plane, int16 (m,): 0, 1, … from the largest on, -1 for noise.

    DBSCAN (Ester, Kriegel, Sander & Xu, KDD 1996): points are dense that have 12 others within a radius;
    dense points within that radius of one another are one group. The radius is read off the sorted
    distances to the 12th neighbour, as its authors advise: it makes four fifths of the points dense. Groups
    of less than 2 % of the points (or 5) are noise. A blob and an evenly filled square come out as one
    group, which HDBSCAN does not give: it finds several in a square, and in UMAP's islands of MNIST two,
    because one lies far from the others.
    """
    from sklearn.cluster import DBSCAN

    m = len(plane.distances)
    neighbors = min(NEIGHBORS, m - 1)
    reach = plane.distances[np.arange(m), plane.nearest[:, neighbors - 1]]
    # scikit-learn counts the point itself; a radius of zero, where most points are equal, is not allowed.
    radius = max(float(np.quantile(reach, DENSE_SHARE)), np.finfo(np.float64).tiny)
    found = DBSCAN(eps=radius, min_samples=neighbors + 1, metric="precomputed").fit(plane.distances).labels_
    names, sizes = np.unique(found[found >= 0], return_counts=True)
    large = sizes >= max(5, LEAST_SHARE * m)
    names, sizes = names[large], sizes[large]
    groups = np.full(m, NOISE, dtype=np.int16)
    for new, name in enumerate(names[np.argsort(-sizes, kind="stable")]):
        groups[found == name] = new
    return groups
