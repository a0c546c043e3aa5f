"""The objectives and likelihoods that can be chosen."""

from vae_studio.catalogue import Catalogue, Row
from vae_studio.objectives import likelihood_options as likelihood
from vae_studio.objectives import objective_options as objective
from vae_studio.objectives.adversarial_options import AdversarialOptions
from vae_studio.objectives.vq_vae_options import VqVaeOptions

_OBJECTIVES = "vae_studio.objectives"
LIKELIHOODS = Catalogue(
    "likelihood",
    Row(
        "bernoulli",
        "Bernoulli",
        "Cross-entropy per pixel; the usual choice for digits and drawings.",
        f"{_OBJECTIVES}.bernoulli:Bernoulli",
        likelihood.BernoulliOptions,
    ),
    Row(
        "continuous-bernoulli",
        "Continuous Bernoulli",
        "Cross-entropy with the normaliser that makes it a density over greys.",
        f"{_OBJECTIVES}.continuous_bernoulli:ContinuousBernoulli",
        likelihood.ContinuousBernoulliOptions,
    ),
    Row(
        "gaussian",
        "Gaussian",
        "Squared error per pixel, scaled by sigma.",
        f"{_OBJECTIVES}.gaussian:Gaussian",
        likelihood.GaussianOptions,
    ),
    Row(
        "sigma-gaussian",
        "Gaussian, learned sigma",
        "Squared error with the sigma that fits it: no weight to choose (sigma-VAE).",
        f"{_OBJECTIVES}.sigma_gaussian:SigmaGaussian",
        likelihood.SigmaGaussianOptions,
    ),
    Row(
        "laplace",
        "Laplace",
        "Absolute error per pixel: outliers cost less, edges stay sharper.",
        f"{_OBJECTIVES}.laplace:Laplace",
        likelihood.LaplaceOptions,
    ),
    Row(
        "discretised-logistic",
        "Discretised logistic",
        "Probabilities of the 256 levels, with a learned scale: nats that are bits of the file.",
        f"{_OBJECTIVES}.discretised_logistic:DiscretisedLogistic",
        likelihood.DiscretisedLogisticOptions,
    ),
)
OBJECTIVES = Catalogue(
    "objective",
    Row(
        "vae",
        "VAE",
        "Reconstruction plus KL: the evidence lower bound.",
        f"{_OBJECTIVES}.elbo:Elbo",
        objective.VaeOptions,
    ),
    Row(
        "beta-vae",
        "β-VAE",
        "The KL weighs more, so that the dimensions of the code part.",
        f"{_OBJECTIVES}.elbo:Elbo",
        objective.BetaVaeOptions,
    ),
    Row(
        "capacity",
        "β-VAE with capacity",
        "The KL is led to a size that grows over the training.",
        f"{_OBJECTIVES}.capacity:Capacity",
        objective.CapacityOptions,
    ),
    Row(
        "beta-tcvae",
        "β-TCVAE",
        "Only the total correlation weighs more: dimensions part, pictures blur less.",
        f"{_OBJECTIVES}.beta_tcvae:BetaTcVae",
        objective.BetaTcVaeOptions,
    ),
    Row(
        "factor-vae",
        "FactorVAE",
        "As β-TCVAE, with a discriminator that estimates the total correlation.",
        f"{_OBJECTIVES}.factor_vae:FactorVae",
        objective.FactorVaeOptions,
    ),
    Row(
        "info-vae",
        "InfoVAE (MMD-VAE)",
        "Less KL, and a discrepancy that keeps all codes together on the prior.",
        f"{_OBJECTIVES}.info_vae:InfoVae",
        objective.InfoVaeOptions,
    ),
    Row(
        "wae-mmd",
        "Wasserstein autoencoder (MMD)",
        "Reconstruction, with all codes together led to the prior; no noise, no KL.",
        f"{_OBJECTIVES}.wae:WaeMmd",
        objective.WaeOptions,
    ),
    Row(
        "iwae",
        "Importance-weighted (IWAE)",
        "A tighter bound from several samples per picture.",
        f"{_OBJECTIVES}.iwae:Iwae",
        objective.IwaeOptions,
    ),
    Row(
        "adversarial",
        "Sharpened VAE (adversarial)",
        "A discriminator pulls pictures away from blur; the bound is a little worse for it.",
        f"{_OBJECTIVES}.adversarial:Adversarial",
        AdversarialOptions,
    ),
    Row(
        "vq-vae",
        "VQ-VAE",
        "Codes are made of the entries of a code book, and a prior learns which go together.",
        f"{_OBJECTIVES}.vq_vae:VqVae",
        VqVaeOptions,
    ),
    Row(
        "autoencoder",
        "Autoencoder",
        "Reconstruction alone: no prior, so samples mean nothing.",
        f"{_OBJECTIVES}.autoencoder:Autoencoder",
        objective.AutoencoderOptions,
    ),
    Row(
        "denoising",
        "Denoising autoencoder",
        "The clean picture from a spoilt one; its figures are those of spoilt pictures.",
        f"{_OBJECTIVES}.denoising:Denoising",
        objective.DenoisingOptions,
    ),
)
