"""One finger on a tablet: taps what it is told to, swipes to what is not in sight, and counts."""

from playwright.sync_api import Locator, Page

SECONDS_A_TOUCH = 0.8  # to look, reach and tap or swipe; a key under a resting hand takes 0.5
KEYBOARD = 0.4  # of the height is under the keyboard of the screen while somebody types
SWIPE = 0.7  # of what is in sight goes by with one swipe
MOST_SWIPES = 40

# Where to tap an element; or which way, and how far, the page has to move first.
WHERE = """(element, {keyboard, swipe}) => {
  const label = element.matches("[type=radio], [type=checkbox]") && element.closest("label");
  const target = label || element;
  const box = target.getBoundingClientRect();
  const seen = innerHeight * (1 - keyboard);
  const [x, y] = [box.x + Math.min(box.width / 2, 40), box.y + box.height / 2];
  const hit = y > 0 && y < seen && document.elementFromPoint(x, y);
  if (hit && (target.contains(hit) || hit.contains(target))) return {x, y, small: box.height};
  const middle = seen / 2;
  const far = y - middle;
  scrollBy({top: Math.sign(far) * Math.min(Math.abs(far), seen * swipe), behavior: "instant"});
  return null;
}"""


class Finger:
    """Counts touches: taps, swipes and the keys of the keyboard on the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.touches = 0
        self.typing = False

    def tap(self, target: Locator) -> None:
        at = self._reached(target)
        self.page.touchscreen.tap(at["x"], at["y"])
        self.touches += 1
        self.typing = False

    def _reached(self, target: Locator) -> dict:
        """Swipe until the target can be tapped; say where."""
        under = {"keyboard": KEYBOARD if self.typing else 0, "swipe": SWIPE}
        for _ in range(MOST_SWIPES):
            at = target.evaluate(WHERE, under)
            if at is not None:
                return at
            self.touches += 1
        raise AssertionError(f"{target} cannot be reached by swiping")

    def type(self, target: Locator, text: str) -> None:
        self.tap(target)
        self.page.keyboard.type(text)
        self.touches += len(text)
        self.typing = True

    def choose(self, target: Locator, code: str) -> None:
        """A list opens with one tap, and a second one chooses."""
        self.tap(target)
        target.select_option(code)
        self.touches += 1
