"""Priors: the densities that codes are measured against and drawn from."""
