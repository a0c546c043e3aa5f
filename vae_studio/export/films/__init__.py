"""Kinds of film files; each writes a reel: (path, reel, options, progress) -> None."""
