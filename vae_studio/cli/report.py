"""The figures of a model as lines for people."""

from typing import TYPE_CHECKING

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
        pictures = f"{report.nll_pictures:,} picture{'s' * (report.nll_pictures != 1)}"
        rows.append(("NLL", f"{report.nll:.2f}{error} ({report.nll_samples} importance samples, {pictures})"))
    if report.code_book is not None:
        use = report.code_book
        rows.append(("code book", f"{use.used} of {use.entries} entries in use, perplexity {use.perplexity:.1f}"))
        rows.append(("a picture", f"{use.bits_per_picture:.1f} bits in {use.places} place{'s' * (use.places > 1)}"))
    else:
        rows.append(("active units", f"{report.active_units} of {report.latent_dim}"))
    drawn = "" if report.pixels == "grey" else ", each pixel drawn black or white once"
    return [f"Nats per image on {report.pictures:,} {noun}{drawn}:", *(f"  {name:<14}  {text}" for name, text in rows)]


def reading_lines(readings: "Readings | None") -> list[str]:
    """Return the metrics that were read, and why others were not."""
    if readings is None:
        return []
    width = max((len(reading.title) for reading in readings.readings), default=0)
    lines = [f"  {reading.title:<{width}}  {reading.text}" for reading in readings.readings]
    return lines + [f"  no {name}: {sentence}" for name, sentence in readings.missing.items()]
