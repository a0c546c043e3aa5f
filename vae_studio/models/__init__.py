"""Networks: encoders, decoders, posterior, prior, VAE."""
