"""Geometry of the code space: codes, planes, paths, timing, neighbours."""
