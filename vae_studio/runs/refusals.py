"""What the map and the morph of a run cannot show, because of what it is: one sentence for each; needs no torch."""

from dataclasses import dataclass, field

from vae_studio.objectives.catalogue import OBJECTIVES
from vae_studio.runs.recipe import Recipe

_BOOK = "The codes of this run are entries of a code book"
NO_LAND = f"{_BOOK} and lie in a few places only: between them there is neither data nor a lack of it."
NO_STRETCH = f"{_BOOK}, which change in steps: nowhere does a picture change little by little."
NO_GEODESIC = f"{_BOOK}, which change in steps, so there is no shortest way in pictures; take a straight one."
NO_TRAVERSAL = f"{_BOOK}, which have no dimensions to go along; look at the entries themselves in its book."


@dataclass(frozen=True)
class Refusals:
    """Reasons by the names of columns, kinds of land, views and kinds of path; what is not named can be had."""

    columns: dict[str, str] = field(default_factory=dict)
    lands: dict[str, str] = field(default_factory=dict)
    views: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    traversals: str = ""


def refusals(recipe: Recipe) -> Refusals:
    """Return what cannot be had of runs with a recipe."""
    objective = recipe.objective
    if not objective.has_density:
        unsure = f"{_BOOK}: which ones is certain, so there is no posterior to draw."
        prior = f"{_BOOK}: its prior says which of them go together, and is no place on the map."
        return Refusals(
            lands={"density": NO_LAND, "support": NO_LAND, "stretch": NO_STRETCH},
            views={"posterior": unsure, "prior": prior},
            paths={"geodesic": NO_GEODESIC},
            traversals=NO_TRAVERSAL,
        )
    if objective.has_prior:
        return Refusals()
    title = OBJECTIVES[objective.kind].title
    points = f"The codes of this run are points: its objective ({title}) learns no posterior around them"
    views = {"posterior": f"{points}."}
    if not objective.has_samples:
        views["prior"] = f"The codes of this run follow no prior: its objective ({title}) has none."
    return Refusals(columns={"kl": f"{points}, so there is no KL."}, views=views)
