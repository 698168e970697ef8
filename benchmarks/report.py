"""Tables on the screen and in docs/performance.md, and plots as plain SVG."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
PLOTS = PAGE.parent / "performance"
COLOURS = ("#1f6f5c", "#b5532a", "#3a5a98", "#8a6d1f", "#6b4a86")


@dataclass(frozen=True)
class Table:
    """``note``: the texts, their number, and the meaning of the columns."""

    name: str
    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    def markdown(self) -> str:
        lines = [
            f"### {self.title}",
            "",
            self.note,
            "",
            self._line(self.columns),
            self._line(["---"] * len(self.columns)),
        ]
        return "\n".join([*lines, *(self._line(row) for row in self.rows)]) + "\n"

    @staticmethod
    def _line(cells: Sequence[object]) -> str:
        return "| " + " | ".join(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |"


def publish(table: Table, *, plot: str = "") -> None:
    """Print the table and write it to its section of the page; ``plot`` is an SVG."""
    print(f"\n{table.markdown()}", flush=True)
    text = table.markdown()
    if plot:
        PLOTS.mkdir(parents=True, exist_ok=True)
        (PLOTS / f"{table.name}.svg").write_text(plot, encoding="utf-8")
        text += f"\n![{table.title}](performance/{table.name}.svg)\n"
    text += f"\n_{date.today().isoformat()}, {machine()}; `python -m benchmarks {table.name.partition('-')[0]}`_\n"
    page = PAGE.read_text(encoding="utf-8")
    start, end = f"<!-- {table.name} -->", f"<!-- /{table.name} -->"
    if start not in page:
        page = f"{page.rstrip()}\n\n{start}\n{end}\n"
    section = re.compile(re.escape(start) + ".*?" + re.escape(end), re.DOTALL)
    PAGE.write_text(section.sub(lambda _: f"{start}\n{text}{end}", page), encoding="utf-8")


def machine() -> str:
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {platform.system()}, load average {load:.1f}"


def bars(title: str, unit: str, groups: Mapping[str, Mapping[str, float]]) -> str:
    """Horizontal bars: group → label → value."""
    entries = [(group, label, value) for group, values in groups.items() for label, value in values.items()]
    labels = list(dict.fromkeys(label for _, label, _ in entries))
    largest = max(value for _, _, value in entries) or 1
    height = 40 + 24 * len(entries) + 12 * len(groups)
    parts = [_head(720, height, title)]
    y, last = 40, ""
    for group, label, value in entries:
        if group != last:
            y, last = y + 12, group
        width = max(430 * value / largest, 1)
        colour = COLOURS[labels.index(label) % len(COLOURS)]
        parts.append(f'<text x="210" y="{y + 13}" text-anchor="end">{_plain(group)}: {_plain(label)}</text>')
        parts.append(f'<rect x="218" y="{y}" width="{width:.1f}" height="17" fill="{colour}"/>')
        parts.append(f'<text x="{224 + width:.1f}" y="{y + 13}">{value:.1f} {unit}</text>')
        y += 24
    return "\n".join([*parts, "</svg>\n"])


def lines(title: str, x_unit: str, y_unit: str, series: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Lines from the origin: name → points."""
    points = [point for values in series.values() for point in values]
    right, top = max(x for x, _ in points) or 1, max(y for _, y in points) or 1
    parts = [_head(720, 360, title), '<path d="M70 40V310H700" fill="none" stroke="#888"/>']
    parts.append(f'<text x="700" y="345" text-anchor="end">{right:,.0f} {x_unit}</text>')
    parts.append(f'<text x="64" y="54" text-anchor="end">{top:.1f}</text><text x="74" y="36">{y_unit}</text>')
    for number, (name, values) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        places = [(70 + 620 * x / right, 310 - 260 * y / top) for x, y in values]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        parts.append(f'<text x="80" y="{56 + 18 * number}" fill="{colour}">{_plain(name)}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _head(width: int, height: int, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="16" y="22" font-size="14" font-weight="bold">{_plain(title)}</text>'
    )


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
