"""The commands that say what there is to choose from: data and presets."""

from vae_studio.cli.arguments import JsonOption


def data(as_json: JsonOption = False) -> None:
    """List the picture sets that can be had by name."""
    from vae_studio.cli.output import print_json, print_lines, print_table
    from vae_studio.data.catalogue import SOURCES
    from vae_studio.data.folder_cache import PLACE, cache_folder

    if as_json:
        rows = [{"name": row.name, "title": row.title, "summary": row.summary} for row in SOURCES.values()]
        print_json({"sources": rows})
        return
    print_table([(row.name, row.summary) for row in SOURCES.values()])
    print_lines(["", "A folder of images or an .npz, .npy or IDX file will do as well."])
    print_lines([
        f"Folders that were opened once are kept in {cache_folder()}, to open at once the next time.",
        f"It may be removed at any time, and holds 4 GB at most; {PLACE}=DIR puts it elsewhere.",
    ])  # fmt: skip


def presets(as_json: JsonOption = False) -> None:
    """List the ready recipes."""
    from vae_studio.cli.output import print_json, print_lines, print_table
    from vae_studio.runs.presets import presets as all_presets

    known = all_presets()
    if as_json:
        rows = [
            {
                "name": one.name,
                "title": one.title,
                "summary": one.summary,
                "recipe": {part: dict(values) for part, values in one.recipe},
            }
            for one in known.values()
        ]
        print_json({"presets": rows})
        return
    print_table([(one.name, one.summary) for one in known.values()])
    print_lines(["", "Take one with --preset NAME and change its values with --set key=value."])
