"""The likelihoods and objectives of a script."""

from collections.abc import Callable

from vae_studio.export.script.passage import Passage, named, plain, writer_of
from vae_studio.objectives.likelihood_options import (
    BernoulliOptions,
    GaussianOptions,
    LaplaceOptions,
    LikelihoodOptions,
    SigmaGaussianOptions,
)
from vae_studio.objectives.objective_options import (
    AutoencoderOptions,
    CapacityOptions,
    DenoisingOptions,
    IwaeOptions,
    ObjectiveOptions,
    WeightedKlOptions,
)

_COST = '''
def cost(output, x):
    """Return -log p(x|z) in nats, summed over pixels and channels, one number per picture."""
'''
_PER_DIM = "0.5 * (mu.square() + log_var.exp() - 1 - log_var)"
_LOSSES = '''
def losses(model, x, noise, progress):
    """Return what is minimised, the reconstruction and the KL: means over the batch, in nats."""
'''
_DRAW = "mu + torch.exp(0.5 * log_var) * torch.empty_like(mu).normal_(generator=noise)"
_ELBO = f"""
    mu, log_var = model.encode(x)
    z = {_DRAW}  # a code from each posterior
    reconstruction = cost(model.decode(z), x).mean()
    kl_per_dim = {_PER_DIM}  # KL(q(z|x) || N(0, 1))
    kl = kl_per_dim.sum(dim=1).mean()
"""


def write_likelihood(options: LikelihoodOptions) -> Passage:
    """Return the constants, the function `cost` and what the decoder's numbers are called; raises UsageError."""
    return writer_of("likelihood", options.kind, _LIKELIHOODS)(options)


def write_objective(options: ObjectiveOptions) -> Passage:
    """Return the constants and the function `losses` with what it calls; raises UsageError."""
    return writer_of("objective", options.kind, _OBJECTIVES)(options)


def _bernoulli(_options: BernoulliOptions) -> Passage:
    body = '    return F.binary_cross_entropy_with_logits(output, x, reduction="none").flatten(1).sum(dim=1)'
    return Passage(text=_cost(body), expression="logits")


def _gaussian(options: GaussianOptions) -> Passage:
    body = """
    error = (x - torch.sigmoid(output)) / SIGMA
    return (0.5 * error.square() + math.log(SIGMA) + 0.5 * math.log(2 * math.pi)).flatten(1).sum(dim=1)
"""
    return Passage(named(SIGMA=options.sigma), _cost(body), "means before the sigmoid")


def _laplace(options: LaplaceOptions) -> Passage:
    body = """
    error = (x - torch.sigmoid(output)).abs() / SCALE
    return (error + math.log(2 * SCALE)).flatten(1).sum(dim=1)
"""
    return Passage(named(SCALE=options.scale), _cost(body), "medians before the sigmoid")


def _sigma_gaussian(options: SigmaGaussianOptions) -> Passage:
    if options.estimate != "optimal":
        return writer_of("likelihood", "sigma-gaussian with estimate gradient", _LIKELIHOODS)(options)
    body = """
    squared = (x - torch.sigmoid(output)).square()
    if torch.is_grad_enabled():  # the sigma that fits the batch best, and a memory of it for measuring
        variance = squared.mean().clamp(min=1 / 510**2)
        usual_error.copy_(variance if usual_error == 0 else 0.98 * usual_error + 0.02 * variance.detach())
    else:
        variance = usual_error
    return (0.5 * squared / variance + 0.5 * torch.log(2 * math.pi * variance)).flatten(1).sum(dim=1)
"""
    memory = "usual_error = torch.zeros((), device=device)\n\n\n"
    return Passage(text=memory + _cost(body), expression="means before the sigmoid")


def _elbo(options: WeightedKlOptions) -> Passage:
    constants = named(BETA=options.beta)
    weight, rule = "BETA", ""
    if options.annealing == "cyclical":
        constants += named(RISE=options.warmup, CYCLES=options.cycles)
        weight, rule = "kl_weight(progress)", _CYCLICAL
    elif options.annealing == "linear" and options.warmup > 0:
        constants += named(WARMUP=options.warmup)
        weight, rule = "kl_weight(progress)", _LINEAR
    term, free = "kl", ""
    if options.free_bits > 0:
        constants += named(FREE_NATS=options.free_bits)
        term, free = "paid", "    paid = kl_per_dim.mean(dim=0).clamp(min=FREE_NATS).sum()\n"
    body = f"{_ELBO}{free}    return reconstruction + {weight} * {term}, reconstruction, kl"
    return Passage(constants, _together(rule, _losses(body)))


_LINEAR = '''
def kl_weight(progress):
    """Return the weight of the KL: over the first part of the training it rises from a tenth of BETA to BETA."""
    return BETA * min(1.0, 0.1 + 0.9 * progress / WARMUP)
'''
_CYCLICAL = '''
def kl_weight(progress):
    """Return the weight of the KL: in each cycle it rises from 0 to BETA and stays there; it ends at BETA."""
    within = progress * CYCLES % 1
    return BETA if progress >= 1 or within >= RISE else BETA * within / RISE
'''


def _capacity(options: CapacityOptions) -> Passage:
    constants = named(CAPACITY=options.capacity, GAMMA=options.gamma, RISE=options.rise)
    body = """
    target = CAPACITY if progress >= RISE else CAPACITY * progress / RISE  # the KL is led to this size
    return reconstruction + GAMMA * (kl - target).abs(), reconstruction, kl
"""
    return Passage(constants, _losses(_ELBO + body.lstrip("\n")))


def _iwae(options: IwaeOptions) -> Passage:
    body = f"""
    mu, log_var = model.encode(x)
    kl = ({_PER_DIM}).sum(dim=1).mean()
    mu, log_var = mu.repeat(SAMPLES, 1), log_var.repeat(SAMPLES, 1)
    z = {_DRAW}
    costs = cost(model.decode(z), x.repeat(SAMPLES, 1, 1, 1)).view(SAMPLES, -1)
    log_prior, log_posterior = -0.5 * z.square(), -0.5 * (log_var + (z - mu).square() / log_var.exp())
    log_ratio = (log_prior - log_posterior).sum(dim=1).view(SAMPLES, -1)
    bound = (log_ratio - costs).logsumexp(dim=0) - math.log(SAMPLES)  # of log p(x)
    return -bound.mean(), costs.mean(), kl
"""
    return Passage(named(SAMPLES=options.samples), _losses(body))


def _autoencoder(_options: AutoencoderOptions) -> Passage:
    body = """
    mu, _ = model.encode(x)  # no noise and no prior: a picture's code is a point
    reconstruction = cost(model.decode(mu), x).mean()
    return reconstruction, reconstruction, torch.zeros_like(reconstruction)
"""
    return Passage(text=_losses(body))


def _denoising(options: DenoisingOptions) -> Passage:
    spoil = (
        "x + AMOUNT * torch.empty_like(x).normal_(generator=noise)"
        if options.corruption == "gaussian"
        else "x * (torch.empty_like(x[:, :1]).uniform_(generator=noise) >= AMOUNT)"
    )
    body = f"""
    spoilt = {spoil}
    mu, _ = model.encode(spoilt)  # what is asked for is the clean picture
    reconstruction = cost(model.decode(mu), x).mean()
    return reconstruction, reconstruction, torch.zeros_like(reconstruction)
"""
    return Passage(named(AMOUNT=options.amount), _losses(body))


def _cost(body: str) -> str:
    return plain(_COST) + "\n" + body.strip("\n")


def _losses(body: str) -> str:
    return plain(_LOSSES) + "\n" + body.strip("\n")


def _together(*texts: str) -> str:
    return "\n\n\n".join(plain(text) for text in texts if text)


_LIKELIHOODS: dict[str, Callable[..., Passage]] = {
    "bernoulli": _bernoulli,
    "gaussian": _gaussian,
    "laplace": _laplace,
    "sigma-gaussian": _sigma_gaussian,
}
_OBJECTIVES: dict[str, Callable[..., Passage]] = {
    "vae": _elbo,
    "beta-vae": _elbo,
    "capacity": _capacity,
    "iwae": _iwae,
    "autoencoder": _autoencoder,
    "denoising": _denoising,
}
