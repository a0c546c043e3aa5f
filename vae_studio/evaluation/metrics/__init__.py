"""Figures that are measured when they are asked for; each is a file here and a row in the catalogue."""
