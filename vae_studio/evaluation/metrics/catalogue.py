"""What can be measured on a run beside its losses."""

from vae_studio.catalogue import Catalogue, Row

_HERE = "vae_studio.evaluation.metrics."

METRICS = Catalogue(
    "metric",
    Row(
        "fidelity", "Reconstructions", "PSNR and SSIM of what comes back of each picture.", f"{_HERE}fidelity:fidelity"
    ),
    Row(
        "information",
        "Mutual information",
        "I(x; z): what the code tells of its picture, beside the most that so many pictures can show.",
        f"{_HERE}information:information",
    ),
    Row("knn", "Neighbours", "How often the label follows from the nearest codes.", f"{_HERE}knn:knn"),
    Row(
        "mig",
        "MIG",
        "Mutual information gap: whether each known factor lies in one dimension (Chen et al., 2018).",
        f"{_HERE}mig:mig",
    ),
    Row(
        "dci",
        "DCI",
        "Disentanglement, completeness, informativeness, from forests (Eastwood and Williams, 2018).",
        f"{_HERE}dci:dci",
    ),
    Row(
        "sap",
        "SAP",
        "Separated attribute predictability: the gap between single dimensions (Kumar et al., 2018).",
        f"{_HERE}sap:sap",
    ),
    Row(
        "frechet",
        "Fréchet distance",
        "Of samples to pictures, in the features of torchvision's ResNet-18, which is 45 MB to download once.",
        f"{_HERE}frechet:frechet",
    ),
    Row(
        "frechet-labels",
        "Fréchet distance, own labels",
        "Of samples to pictures, in the features of a small classifier that is trained on the run's own labels.",
        f"{_HERE}frechet_labels:frechet_labels",
    ),
)
