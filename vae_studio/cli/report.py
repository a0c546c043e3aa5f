"""The figures of a model as lines for people."""

from typing import TYPE_CHECKING

from vae_studio.plural import counted

if TYPE_CHECKING:
    from vae_studio.evaluation.metrics.measure import Readings
    from vae_studio.evaluation.report import Report


def report_lines(report: "Report", noun: str) -> list[str]:
    """Return the figures of a report on pictures that are called `noun`."""
    rows = []
    if report.negative_elbo is not None and report.kl is not None:
        rows.append(
            (
                "negative ELBO",
                f"{report.negative_elbo:.2f} = reconstruction {report.reconstruction:.2f} + KL {report.kl:.2f}",
            )
        )
    else:
        rows.append(("reconstruction", f"{report.reconstruction:.2f}"))
    if report.nll is not None:
        error = f" +- {report.nll_standard_error:.2f}" if report.nll_standard_error is not None else ""
        samples, pictures = counted(report.nll_samples, "importance sample"), counted(report.nll_pictures, "picture")
        rows.append(("NLL", f"{report.nll:.2f}{error} ({samples}, {pictures})"))
    if report.code_book is not None:
        use = report.code_book
        entries = counted(use.entries, "entry", "entries")
        rows.append(("code book", f"{use.used} of {entries} in use, perplexity {use.perplexity:.1f}"))
        rows.append(("a picture", f"{use.bits_per_picture:.1f} bits in {counted(use.places, 'place')}"))
    else:
        rows.append(("active units", f"{report.active_units} of {report.latent_dim}"))
    drawn = "" if report.pixels == "grey" else ", each pixel drawn black or white once"
    pictures = counted(report.pictures, noun.replace("pictures", "picture"), noun)
    return [f"Nats per image on {pictures}{drawn}:", *(f"  {name:<14}  {text}" for name, text in rows)]


def reading_lines(readings: "Readings | None") -> list[str]:
    """Return the metrics that were read, and why others were not."""
    if readings is None:
        return []
    width = max((len(reading.title) for reading in readings.readings), default=0)
    lines = [f"  {reading.title:<{width}}  {reading.text}" for reading in readings.readings]
    return lines + [f"  no {name}: {sentence}" for name, sentence in readings.missing.items()]
