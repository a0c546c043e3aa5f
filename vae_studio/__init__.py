"""VAE Studio: train a variational autoencoder on your own pictures and walk through what it has learned."""

import os

# Torch's threads wait for each other by spinning. Beside any other busy program one of them has no core, and the others
# burn theirs waiting: on two cores a matrix product ran at a fifth of its speed. A short spin and then sleep it is; it
# has to be said before torch loads its OpenMP library.
os.environ.setdefault("GOMP_SPINCOUNT", "2000")

__version__ = "0.1.0"
