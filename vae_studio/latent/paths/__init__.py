"""Kinds of paths; each is a function (anchors [S + 1, D], closed, decode, progress)
-> (segment [F], u [F]) -> z [F, D].

A closed path comes with its first stop repeated as its last anchor.
"""

from vae_studio.catalogue import Catalogue, Row

_HERE = "vae_studio.latent.paths"

PATHS = Catalogue(
    "kind of path",
    Row("linear", "Straight", "Straight lines from stop to stop.", f"{_HERE}.linear:linear"),
    Row(
        "slerp",
        "Great circle",
        "Turns around the origin and keeps its distance from it, where the codes of many dimensions live.",
        f"{_HERE}.slerp:slerp",
    ),
    Row("spline", "Smooth curve", "One smooth curve through all stops, without corners.", f"{_HERE}.spline:spline"),
    Row(
        "geodesic",
        "Shortest in pictures",
        "The way on which the pictures change least; takes a moment to find.",
        f"{_HERE}.geodesic:geodesic",
    ),
)

NEEDS_DECODER = frozenset({"geodesic"})
