"""One run put together: recipe, run, snapshot, store on disk, presets."""
