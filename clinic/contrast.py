"""How readable one colour is on another."""


def _channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * _channel(red) + 0.7152 * _channel(green) + 0.0722 * _channel(blue)


def contrast_ratio(first: str, second: str) -> float:
    """Return the contrast of two colours written as #rrggbb: 1 (same) to 21 (black on white).

    Raises ValueError on any other notation. Source: WCAG 2.2, definition of contrast ratio.
    """
    if not all(len(colour) == 7 and colour.startswith("#") for colour in (first, second)):
        raise ValueError(f"Write colours as #rrggbb, not {first!r} and {second!r}.")
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
