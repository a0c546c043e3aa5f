"""Desks: each keeps the state of one task of the window and hands its work to the workers."""
