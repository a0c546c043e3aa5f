"""The sheet of an experiment: one HTML file with its pictures in it, for light and dark and for paper."""

import base64
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
from PIL import Image

from vae_studio.data.image_set import Pictures
from vae_studio.export.comparison.chart import Series, chart, style_of
from vae_studio.export.comparison.comparison import Comparison, Figure
from vae_studio.export.comparison.outcome import COLUMNS
from vae_studio.export.comparison.series import held_out_series, rate_distortion_series, rate_lines
from vae_studio.export.comparison.style import STYLE
from vae_studio.export.sheet import sheet
from vae_studio.files import write_bytes
from vae_studio.plural import counted

SHEET = "sheet.html"
_SIDE = 44  # pixels a reconstruction has at least on the sheet


def write_page(path: Path, comparison: Comparison) -> None:
    """Write the sheet; raises ExportError when the file cannot be written."""
    write_bytes(path, page(comparison).encode())


def page(comparison: Comparison) -> str:
    """Return the sheet as HTML."""
    parts = [
        f"<h1>{escape(comparison.title)}</h1>",
        f"<p>{escape(_summary(comparison))}</p>",
        _table(comparison),
        _failures(comparison),
        _curves(comparison),
        _rate_distortion(comparison),
        _panels(comparison),
        _recipe(comparison),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(comparison.title)}</title><style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _recipe(comparison: Comparison) -> str:
    if not comparison.recipe:
        return ""
    text = escape(comparison.recipe)
    return f"<details><summary>The recipe all runs have in common</summary><pre>{text}</pre></details>"


def _summary(comparison: Comparison) -> str:
    count, seeds = len(comparison.outcomes), comparison.seeds
    under = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {', '.join(map(str, seeds))}" if seeds else "no seed"
    text = f"{counted(count, 'run')} under {under}. Figures are nats per image on held-out pictures"
    text += ", means over the seeds with their standard errors" if len(seeds) > 1 else ""
    text += "; the lowest is bold." if comparison.best("negative_elbo") else "."
    if len(seeds) > 1:
        text += " A seed decides the first weights, the order, the noise and, without a test part, what is held out."
    if not comparison.comparable:
        text += " Pictures or likelihood differ, so the nats of different rows cannot be compared with each other."
    return text


def _table(comparison: Comparison) -> str:
    columns = [column for column in COLUMNS if column.key in comparison.columns()]
    head = "".join(f"<th>{escape(key)}</th>" for key in comparison.keys)
    head += "<th>runs</th>" + "".join(f'<th class="n">{column.title}</th>' for column in columns)
    best = {column.key: comparison.best(column.key) for column in columns if column.key in ("negative_elbo", "nll")}
    rows = []
    for number, group in enumerate(comparison.groups):
        values = dict(group.settings)
        cells = [f"<td>{escape(values.get(key, ''))}</td>" for key in comparison.keys]
        cells[:1] = [f'<td><i class="mark {style_of(number)}"></i>{cell[4:]}' for cell in cells[:1]]
        done = sum(outcome.state == "finished" for outcome in group.outcomes)
        cells.append(f"<td>{done}{f' of {len(group.outcomes)}' if done < len(group.outcomes) else ''}</td>")
        for column in columns:
            strong = ' class="n best"' if best.get(column.key) is group else ' class="n"'
            cells.append(f"<td{strong}>{_figure(group.figure(column.key), column.decimals)}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _figure(figure: Figure | None, decimals: int) -> str:
    if figure is None:
        return "–"
    error = "" if figure.error is None else f" <small>± {figure.error:.{decimals}f}</small>"
    return f"{figure.mean:.{decimals}f}{error}"


def _failures(comparison: Comparison) -> str:
    lost = [outcome for outcome in comparison.outcomes if outcome.state != "finished"]
    if not lost:
        return ""
    items = "".join(f"<li><b>{escape(one.name)}</b> {one.state}: {escape(one.sentence)}</li>" for one in lost)
    return f"<h2>Not finished</h2><ul>{items}</ul>"


def _curves(comparison: Comparison) -> str:
    drawn = held_out_series(comparison)
    if not drawn:
        return ""
    svg = chart(drawn, "epochs", "held out, nats per image", _top(drawn))
    legend = _legend([group.title for group in comparison.groups])
    faint = " Thick lines are means over the seeds." if len(comparison.seeds) > 1 else ""
    return f"<h2>Curves</h2><figure>{svg}{legend}<figcaption>Held-out loss.{faint}</figcaption></figure>"


def _top(drawn: list[Series]) -> float | None:
    """Return where the axis may end: the first tenth of a training is steep and would leave the rest flat."""
    late = np.concatenate([one.y[max(1, len(one.y) // 10) :] for one in drawn if len(one.y) >= 10] or [np.zeros(0)])
    late = late[np.isfinite(late)]
    return float(late.max()) if len(late) else None


def _legend(names: Sequence[str]) -> str:
    items = "".join(
        f'<li><i class="mark {style_of(number)}"></i>{escape(name)}</li>' for number, name in enumerate(names)
    )
    return f'<ul class="legend">{items}</ul>'


def _rate_distortion(comparison: Comparison) -> str:
    drawn = rate_distortion_series(comparison)
    if not drawn:
        return ""
    svg = chart(drawn, "rate: KL, nats per image", "distortion: reconstruction, nats")
    caption = "Each dot is a value of beta: what the code costs against what it leaves out."
    legend = _legend(rate_lines(comparison)) if len(drawn) > 1 else ""
    return f"<h2>Rate and distortion</h2><figure>{svg}{legend}<figcaption>{caption}</figcaption></figure>"


def _panels(comparison: Comparison) -> str:
    cards = []
    for number, group in enumerate(comparison.groups):
        exhibit = comparison.shown_run(group)
        if exhibit is None:
            continue
        inside = [f'<h3><i class="mark {style_of(number)}"></i>{escape(group.title)}</h3>']
        if exhibit.map is not None:
            inside.append(_picture(exhibit.map, f"Map of {group.title}", small=True))
        if exhibit.originals is not None and exhibit.reconstructions is not None:
            pairs = np.concatenate([exhibit.originals, exhibit.reconstructions])
            scale = max(1, _SIDE // pairs.shape[1])
            laid = sheet(pairs, columns=len(exhibit.originals), scale=scale)
            inside.append(_picture(laid, f"Held-out pictures above, reconstructions of {group.title} below"))
        cards.append(f'<div class="card">{"".join(inside)}</div>')
    if not cards:
        return ""
    seed = f" The runs of seed {comparison.seeds[0]}." if len(comparison.seeds) > 1 else ""
    note = f"<p>Maps of all codes; held-out pictures above, what comes back of them below.{seed}</p>"
    return f'<h2>Maps and reconstructions</h2>{note}<div class="cards">{"".join(cards)}</div>'


def _picture(picture: Pictures, text: str, small: bool = False) -> str:
    """Return a picture as a part of the page: exact, or small and almost so."""
    file = io.BytesIO()
    image, kind = Image.fromarray(np.ascontiguousarray(picture)), "webp" if small else "png"
    image.save(file, format=kind, quality=88)
    data = base64.b64encode(file.getvalue()).decode()
    return f'<img alt="{escape(text)}" src="data:image/{kind};base64,{data}">'
