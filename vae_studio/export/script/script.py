"""A whole script: pictures, model, losses and loop in the order in which they are read."""

import json
from dataclasses import dataclass

from vae_studio.export.script.losses import write_likelihood, write_objective
from vae_studio.export.script.networks import write_network
from vae_studio.export.script.optimiser import write_optimiser
from vae_studio.export.script.passage import Shape, named, plain
from vae_studio.models.catalogue import NetworkOptions
from vae_studio.objectives.likelihood_options import LikelihoodOptions, Pixels
from vae_studio.objectives.objective_options import ObjectiveOptions
from vae_studio.training.options import TrainingOptions

_BY_TORCHVISION = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST", "kmnist": "KMNIST"}
_ONE_CYCLE = '''
def learning_rate(progress):
    """Return the step size: along cosines up to RATE over the first steps, then down to almost nothing."""
    rising = progress < RATE_WARMUP
    start, end = (RATE / 25, RATE) if rising else (RATE, RATE / 250_000)
    share = progress / RATE_WARMUP if rising else (progress - RATE_WARMUP) / (1 - RATE_WARMUP)
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * share))
'''
PICTURES = "pictures.npz"  # what a script reads that was told no other name


@dataclass(frozen=True)
class Subject:
    """The pictures of a script: where it finds them, and which of them are held out."""

    shape: Shape
    held_out: int  # how many; 0 when all are trained on, and measured
    in_order: bool  # whether they are the last ones, which are a set's own test part
    file: str = PICTURES  # beside the script, an .npz; empty where torchvision brings the pictures
    torchvision: str = ""  # a name of the catalogue, where torchvision brings the pictures
    root: str = ""  # where torchvision finds them or puts them


def by_torchvision(source: str) -> bool:
    """Tell whether a script gets these pictures from torchvision, so that no file beside it is needed."""
    return source in _BY_TORCHVISION


def write_script(
    subject: Subject,
    network: NetworkOptions,
    likelihood: LikelihoodOptions,
    objective: ObjectiveOptions,
    training: TrainingOptions,
) -> str:
    """Return the Python text; raises UsageError in one sentence where a part cannot be written shortly.

    The options have to be resolved: the kind of the network and the size of the batches are said.
    """
    densities, minimised = write_likelihood(likelihood), write_objective(objective)
    model = write_network(network, subject.shape, densities.expression)
    defined, optimiser = write_optimiser(training)
    constants = (
        f"SEED, EPOCHS = {training.seed}, {training.epochs}",
        f"BATCH, LATENT = {training.batch_size}, {network.latent_dim}",
        *named(RATE=training.learning_rate),
        *(named(RATE_WARMUP=training.rate_warmup) if training.schedule == "one-cycle" else ()),
        *(named(DECAY=training.weight_decay) if training.optimiser != "adam" else ()),
        *(named(CLIP=training.clipping) if training.clipping else ()),
        *densities.constants,
        *minimised.constants,
    )
    parts = [
        _head(subject, objective, likelihood.kind, constants),
        _pictures(subject),
        _batches(likelihood.pixels()),
        model,
        densities.text,
        minimised.text,
        _schedule(training),
        _measure(objective.has_prior),
        defined,
        _loop(training, optimiser, objective.has_prior),
    ]
    return _joined(parts)


def _head(subject: Subject, objective: ObjectiveOptions, likelihood: str, constants: tuple[str, ...]) -> str:
    noun = "A variational autoencoder" if objective.has_prior else "An autoencoder"
    needs = "torch, torchvision and numpy" if subject.torchvision else "torch and numpy"
    file = f" and the file {subject.file} beside it" if not subject.torchvision else ""
    imports = "from torchvision import datasets\n" if subject.torchvision else ""
    path = "" if subject.torchvision else "from pathlib import Path\n"
    functional = "from torch.nn import functional as F\n" if likelihood == "bernoulli" else ""
    names = "\n".join(constants)
    return (
        f'"""{noun} in plain PyTorch: objective {objective.kind}, likelihood {likelihood}.\n\n'
        "Written by VAE Studio from a recipe: the same pictures, model and loop, without the program.\n"
        f'Needs {needs}{file}.\n"""\n\n'
        f"import math\n{path}\nimport numpy as np\nimport torch\nfrom torch import nn\n"
        f"{functional}{imports}\n"
        f"{names}\n\n"
        'device = torch.device("cuda" if torch.cuda.is_available() else "cpu")'
    )


def _pictures(subject: Subject) -> str:
    if subject.torchvision:
        read = (
            f"ROOT = {_quoted(subject.root)}\n"
            f"parts = [datasets.{_BY_TORCHVISION[subject.torchvision]}(ROOT, train=part, download=True)"
            " for part in (True, False)]\n"
            "images = torch.cat([part.data[:, None] for part in parts]).to(device)  # bytes, [N, C, H, W]"
        )
    else:
        read = (
            f"file = Path(__file__).with_name({_quoted(subject.file)})\n"
            'pictures = np.load(file)["pictures"]  # bytes, [N, H, W, C]\n'
            "images = torch.from_numpy(pictures).permute(0, 3, 1, 2).to(device)"
        )
    if not subject.held_out:
        split = (
            "# Nothing is held out: what is measured was trained on as well.\ntrain = held_out = np.arange(len(images))"
        )
    elif subject.in_order:
        split = (
            "# The set's own test pictures are held out: measured, never trained on.\n"
            f"train, held_out = np.split(np.arange(len(images)), [len(images) - {subject.held_out}])"
        )
    else:
        split = (
            "# Some pictures are held out: measured, never trained on.\n"
            "order = np.random.default_rng(SEED).permutation(len(images))\n"
            f"held_out, train = np.sort(order[:{subject.held_out}]), np.sort(order[{subject.held_out}:])"
        )
    return f"{read}\n{split}"


def _quoted(text: str) -> str:
    return json.dumps(text)  # as Python would write it, with the quotes that formatters like


def _batches(pixels: Pixels) -> str:
    head = '''
def batch(indices, noise):
    """Return pictures as numbers from 0 to 1, [N, C, H, W]."""
'''
    grey = "images[torch.from_numpy(indices).to(device)].float() / 255"
    if pixels == "grey":
        return f"{plain(head)}\n    return {grey}"
    drawn = f"""
    grey = {grey}
    return (torch.rand(grey.shape, generator=noise, device=device) < grey).float()  # black or white, by chance
"""
    if pixels == "static":
        once = (
            "# Every pixel is drawn black or white, once.\n"
            "chance = torch.rand(images.shape, generator=torch.Generator(device).manual_seed(SEED), device=device)\n"
            "images = (chance * 255 < images).to(torch.uint8) * 255"
        )
        return f"{once}\n\n\n{plain(head)}\n    return {grey}"
    return plain(head) + "\n" + drawn.strip("\n")


def _schedule(training: TrainingOptions) -> str:
    if training.schedule == "constant":
        return ""
    return plain(_ONE_CYCLE)


def _measure(has_prior: bool) -> str:
    result = "means[0] + means[1], *means" if has_prior else "means[0]"
    noun = "negative ELBO, reconstruction and KL" if has_prior else "reconstruction"
    return plain(f'''
@torch.no_grad()
def measure(model):
    """Return {noun} of the held-out pictures, in nats."""
    noise = torch.Generator(device).manual_seed(2024)  # the same at every measurement
    sums = np.zeros(2)
    for part in np.split(held_out, range(1000, len(held_out), 1000)):
        _, *terms = losses(model, batch(part, noise), noise, progress=1.0)
        sums += len(part) * np.array([term.item() for term in terms])
    means = sums / len(held_out)
    return {result}
''')


def _loop(training: TrainingOptions, optimiser: str, has_prior: bool) -> str:
    clip = """
        # A gradient that is longer than the usual ones is shortened.
        length = nn.utils.clip_grad_norm_(model.parameters(), CLIP * usual if usual else math.inf).item()
        usual = usual + 0.02 * (min(length, 5 * usual) - usual) if usual else length
"""
    rate = '        optimiser.param_groups[0]["lr"] = learning_rate(progress)\n'
    total = "{total:.2f} = reconstruction {reconstruction:.2f} + KL {kl:.2f}" if has_prior else "{total:.2f}"
    names = "total, reconstruction, kl" if has_prior else "total"
    return f"""
torch.manual_seed(SEED)
model = VAE().to(device)
optimiser = {optimiser}
noise = torch.Generator(device).manual_seed(SEED)
{"step, usual = 0, 0.0" if training.clipping else "step = 0"}
steps = EPOCHS * math.ceil(len(train) / BATCH)
for epoch in range(EPOCHS):
    order = train[np.random.default_rng((SEED, epoch)).permutation(len(train))]
    for start in range(0, len(order), BATCH):
        progress = step / steps
{rate if training.schedule != "constant" else ""}\
        loss, _, _ = losses(model, batch(order[start : start + BATCH], noise), noise, progress)
        model.zero_grad()
        loss.backward()
{clip.lstrip(chr(10)) if training.clipping else ""}\
        optimiser.step()
        step += 1
    {names} = measure(model)
    print(f"epoch {{epoch + 1}}: held out {total}", flush=True)
""".strip("\n")


def _joined(parts: list[str]) -> str:
    """Put parts together: two blank lines around functions and classes, one elsewhere."""
    text, before = "", ""
    for part in filter(None, parts):
        apart = before.startswith(" ") or part.startswith(("def ", "class ", "@"))
        text += ("\n" * (2 if apart else 1) if text else "") + part + "\n"
        before = part.rpartition("\n")[2]
    return text
