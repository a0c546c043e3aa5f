"""A training written out as a plain PyTorch script, for people who learn how it is done."""
