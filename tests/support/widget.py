"""What a person does with the widget, and what they read off it."""

from playwright.sync_api import Locator, expect


def press(widget: Locator, name: str) -> None:
    """Press one of the widget's buttons."""
    widget.get_by_role("button", name=name, exact=True).click()


def steps(widget: Locator) -> int:
    """Return how many steps the timeline has."""
    return int(widget.get_attribute("data-steps") or "")


def walk(widget: Locator) -> list[str]:
    """Go to the beginning, press Next to the end, and return the counter's words at each step."""
    if widget.get_attribute("data-step") != "0":
        press(widget, "First step")
    expect(widget).to_have_attribute("data-step", "0")
    counters = []
    for step in range(1, steps(widget) + 1):
        press(widget, "Next step")
        expect(widget).to_have_attribute("data-step", str(step))
        counters.append(spoken(widget))
    return counters


def spoken(widget: Locator) -> str:
    """Return what a screen reader is told of the step."""
    return widget.get_by_role("status").inner_text()


def multipliers(widget: Locator) -> dict[int, float]:
    """Return every λ on screen at full length, by node; those not solved yet are left out."""
    cells: dict[str, str | None] = widget.locator("[data-multiplier]").evaluate_all(
        "cells => Object.fromEntries(cells.map(cell => [cell.dataset.multiplier, cell.dataset.value ?? null]))"
    )
    return {int(node): float(value) for node, value in cells.items() if value is not None}


def values(widget: Locator) -> dict[int, float]:
    """Return the value on each card, by node."""
    cards: dict[str, str] = widget.locator("[data-node]").evaluate_all(
        "cards => Object.fromEntries(cards.flatMap(card => {"
        "  const shown = card.querySelector('.lv-value[data-value]') ?? card.querySelector('[data-value]');"
        "  return shown ? [[card.dataset.node, shown.dataset.value]] : [];"
        "}))"
    )
    return {int(node): float(value) for node, value in cards.items()}
