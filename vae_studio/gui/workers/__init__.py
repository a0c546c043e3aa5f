"""Threads behind the window: training, decoding, long jobs."""
