"""Files out: frames, GIF, sheets, tables."""
