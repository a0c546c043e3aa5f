"""Pictures of numbers: the latent map, the loss curves."""
