"""What anybody must be able to do with a page: read it, enlarge it, go through it by keyboard, in light and in dark."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.support.browsing import axe
from tests.support.visitor import DESKTOP, PHONE, keep_picture

NARROWEST = {"width": 320, "height": 640}
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
_MOST_STOPS = 90

# What axe leaves to the eye, or does not ask.
_OWN = """() => {
  const found = [];
  const visible = e => e.getClientRects().length > 0;
  if (document.documentElement.lang !== 'fr') found.push('the language of the page is not said');
  if (!document.title.trim()) found.push('no title');
  const titles = [...document.querySelectorAll('h1')].filter(visible).length;
  if (titles !== 1) found.push(`${titles} h1`);
  if (document.querySelectorAll('main').length !== 1) found.push('not one main');
  for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
    if (!(e.labels && e.labels.length)) found.push(`no label: ${e.outerHTML.slice(0, 120)}`);
  for (const e of document.querySelectorAll('[aria-describedby], [aria-labelledby]'))
    for (const id of ['aria-describedby', 'aria-labelledby'].flatMap(a => (e.getAttribute(a) || '').split(' ')))
      if (id && !document.getElementById(id)) found.push(`points at nothing: ${id}`);
  return found;
}"""

# Where the page sticks out to the right with its text enlarged, if it does; what scrolls by itself may.
_SPILL = """times => {
  const style = document.documentElement.style;
  style.fontSize = times === 1 ? '' : `${106.25 * times}%`;
  const spill = sticksOut();
  style.fontSize = '';
  return spill;
  function sticksOut() {
  if (document.documentElement.scrollWidth <= window.innerWidth) return [];
  const scrolls = e => { for (let p = e; p; p = p.parentElement)
    if (p !== document.documentElement && /auto|scroll|hidden/.test(getComputedStyle(p).overflowX)) return true; };
  const out = [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1 && !scrolls(e));
  return [`${document.documentElement.scrollWidth} px`, ...out.slice(-3).map(e => e.outerHTML.slice(0, 120))];
  }
}"""


# The element that has the focus: its place in the document, whether it and its focus can be seen.
_FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const box = e.getBoundingClientRect();
  const ring = [e, e.closest('.choice')].some(x => x && getComputedStyle(x).outlineStyle !== 'none'
    && parseFloat(getComputedStyle(x).outlineWidth) > 1);
  const seen = box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0 && box.left < window.innerWidth;
  return { place: [...document.querySelectorAll('*')].indexOf(e), ring, seen, html: e.outerHTML.slice(0, 120) };
}"""


@dataclass
class Inspection:
    """What was found on a page, in words; nothing when all is well."""

    template: str
    findings: list[str] = field(default_factory=list)


def inspect(page: Page, name: str, template: str, *, again: bool = False) -> Inspection:
    """Look at the open page in every way; leave it as it was.

    `again`: a page much like it was looked at so: what its own words and fields can break, at its narrowest.
    """
    size = page.viewport_size or DESKTOP
    found = [*_axe(page, "light"), *page.evaluate(_OWN)]
    if again:
        found += _enlarged(page, NARROWEST, 1)
        page.set_viewport_size(size)  # type: ignore[arg-type]
        keep_picture(page, f"page-{name}-{size['width']}")
        return Inspection(template, found)
    found += _by_keyboard(page)
    page.emulate_media(color_scheme="dark")
    found += _axe(page, "dark")
    page.emulate_media(color_scheme="light")
    for width, times in ((NARROWEST, 1), (PHONE, 1), (DESKTOP, 2), (DESKTOP, 1)):
        found += _enlarged(page, width, times)
        if times == 1 and width != NARROWEST:
            page.evaluate("() => window.scrollTo(0, 0)")
            keep_picture(page, f"page-{name}-{width['width']}")
    page.set_viewport_size(size)  # type: ignore[arg-type]
    return Inspection(template, found)


def _axe(page: Page, scheme: str) -> list[str]:
    """Everything in light; in dark only what differs there."""
    only: dict[str, Any] = {"type": "tag", "values": _WCAG}
    if scheme == "dark":
        only = {"type": "rule", "values": ["color-contrast"]}
    return [f"axe, {scheme}: {violation}" for violation in axe(page, only)]


def _enlarged(page: Page, size: dict[str, int], times: int) -> list[str]:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    spill = page.evaluate(_SPILL, times)
    return [f"sticks out at {size['width']} px, text {times}00 %: {' '.join(spill)}"] if spill else []


def _by_keyboard(page: Page) -> list[str]:
    """Tab from the first stop to the last: in the order of the page, each seen, each with its focus seen."""
    page.evaluate("() => document.querySelector('.skip').focus()")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")  # the focus comes from a key: it is to be seen
    found, last = [], -1
    for _ in range(_MOST_STOPS):
        stop = page.evaluate(_FOCUS)
        if stop is None or stop["place"] <= last:
            break
        last = stop["place"]
        if not stop["seen"]:
            found.append(f"cannot be seen when it has the focus: {stop['html']}")
        elif not stop["ring"]:
            found.append(f"does not show its focus: {stop['html']}")
        page.keyboard.press("Tab")
    if stop and 0 < stop["place"] < last and "skip" not in stop["html"]:
        found.append(f"comes out of order: {stop['html']}")
    return found
