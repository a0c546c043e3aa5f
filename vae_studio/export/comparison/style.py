"""The looks of a sheet: one style for light, dark and paper."""

# Hues that tell settings apart, on white and on a dark ground.
LIGHT = ("#3b5fc0", "#c2571a", "#1c8a5a", "#a8337f", "#7a6a00", "#0f7f86", "#8a4b2f", "#5b5f97")
DARK = ("#8aa6f5", "#f0955c", "#5cc999", "#e07fbd", "#cdbb4a", "#56c6cb", "#d2926f", "#a3a6e0")


def _hues(colours: tuple[str, ...]) -> str:
    return "".join(f".s{number}{{--hue:{colour}}}" for number, colour in enumerate(colours))


STYLE = f"""
:root{{color-scheme:light dark;--paper:#fff;--ink:#20252e;--weak:#5d6672;--rule:#d9dde3;--card:#f6f7f9}}
{_hues(LIGHT)}
@media (prefers-color-scheme:dark){{
:root{{--paper:#191c20;--ink:#e4e7eb;--weak:#9aa3ae;--rule:#363c45;--card:#20242a}}
{_hues(DARK)}
}}
body{{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:1080px;
margin:2rem auto;padding:0 1rem}}
h1{{font-size:1.6rem;margin:0 0 .4rem}} h2{{font-size:1.15rem;margin:2rem 0 .6rem}}
h3{{font-size:.95rem;margin:0 0 .5rem;font-weight:600}}
p,figcaption{{color:var(--weak);margin:.3rem 0}}
table{{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;display:block;overflow-x:auto}}
th,td{{text-align:left;padding:.35rem .7rem;border-bottom:1px solid var(--rule);white-space:nowrap}}
th{{font-weight:600;color:var(--weak)}} .n{{text-align:right}} .best{{font-weight:700}} small{{color:var(--weak)}}
figure{{margin:0}} svg{{width:100%;max-width:860px;height:auto}}
svg text{{fill:var(--weak);font-size:12px}} .grid{{stroke:var(--rule)}}
polyline{{fill:none;stroke:var(--hue);stroke-width:2.2}} polyline.faint{{stroke-width:1;opacity:.4}}
svg line[class^=s]{{stroke:var(--hue)}} circle{{fill:var(--hue)}}
.d1{{stroke-dasharray:7 4}} .d2{{stroke-dasharray:2 4}}
.mark{{display:inline-block;width:.8em;height:.8em;border-radius:2px;background:var(--hue);margin-right:.45em}}
.legend{{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0;margin:.4rem 0}}
.cards{{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:1rem}}
.card{{background:var(--card);border-radius:8px;padding:.8rem;break-inside:avoid}}
.card img{{display:block;width:100%;height:auto;border-radius:4px;margin-top:.4rem;image-rendering:auto}}
pre{{background:var(--card);padding:.8rem;border-radius:8px;overflow-x:auto}}
@media print{{body{{max-width:none;margin:0}} h2{{break-after:avoid}} tr{{break-inside:avoid}}}}
"""
