"""The training loop, its events, its history, its checkpoints."""
