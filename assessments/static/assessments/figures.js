/* Lets the first pose of a drawing move to the second and back, when somebody asks for it.
   Without this file, or when the device asks for less motion, the strip of poses says it all.

   Each part of the body is a chain of points. Between two poses its segments turn instead of
   being squeezed; a chain begins where the one it hangs on ends, and a planted foot stays put. */
"use strict";

(() => {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const WAY = 1400; // milliseconds from pose to pose
  const REST = 700; // and at each

  for (const figure of document.querySelectorAll("[data-move]")) offer(figure);

  function offer(figure) {
    const [first, second] = figure.querySelectorAll("g[data-x]");
    const button = document.createElement("button");
    const name = document.createElement("span");
    const label = document.createElement("span");
    button.type = "button";
    button.className = "btn btn-secondary sd-figure-move sd-no-print";
    button.setAttribute("aria-pressed", "false");
    name.className = "visually-hidden";
    name.textContent = ` · ${figure.dataset.name}`;
    label.textContent = figure.dataset.move;
    button.append(label, name);
    figure.append(button);

    const parts = pairs(first, second);
    let begun = 0; // 0 while it stands still
    button.addEventListener("click", () => {
      begun = begun ? 0 : performance.now();
      label.textContent = begun ? figure.dataset.stop : figure.dataset.move;
      button.setAttribute("aria-pressed", String(Boolean(begun)));
      requestAnimationFrame(step);
    });

    function step(now) {
      show(parts, begun ? along(now - begun) : 0);
      if (begun) requestAnimationFrame(step);
    }
  }

  /* How far on the way at a moment: rest, go, rest, come back. */
  function along(passed) {
    const at = Math.max(0, passed) % (2 * (WAY + REST));
    const there = at < WAY + REST;
    const share = Math.max(0, ((there ? at : at - WAY - REST) - REST) / WAY);
    const eased = (1 - Math.cos(Math.PI * share)) / 2;
    return there ? eased : 1 - eased;
  }

  /* The parts that both poses have, with their points in either, both as in the first panel. */
  function pairs(first, second) {
    const found = [];
    for (const path of first.querySelectorAll("[data-part]")) {
      const key = CSS.escape(path.dataset.part);
      const other = second.querySelector(`[data-part="${key}"]`);
      if (!other) continue;
      const from = points(path, 0, 0);
      const to = points(other, Number(second.dataset.x), Number(second.dataset.y));
      if (from.length !== to.length) continue;
      const part = path.dataset.part;
      found.push({ path, part, from, to, tail: path.getAttribute("d").replace(/^M[-\d. L]+/, "") });
    }
    const order = (each) => Number(each.part.replace(/\D/g, "")) + (each.part[0] === "t" ? 1000 : 0);
    return found.sort((a, b) => order(a) - order(b));
  }

  function points(path, x, y) {
    const way = path.getAttribute("d").match(/^M[-\d. L]+/)[0];
    const numbers = way.match(/-?[\d.]+/g).map(Number);
    const found = [];
    for (let i = 0; i + 1 < numbers.length; i += 2) found.push([numbers[i] - x, numbers[i + 1] - y]);
    return found;
  }

  function show(parts, share) {
    const known = []; // joints already placed: where they are in either pose, and now
    const trunk = parts.find((each) => each.part === "b0");
    const root = trunk && { from: trunk.from[0], to: trunk.to[0], now: between(trunk.from[0], trunk.to[0], share) };
    for (const each of parts) {
      const chain = placed(each, known, root, share);
      chain.forEach((now, i) => known.push({ from: each.from[i], to: each.to[i], now }));
      const way = chain.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
      each.path.setAttribute("d", `M${way}${each.tail}`);
    }
  }

  /* A chain from where it hangs: joints that are placed stay, other segments turn at full length. */
  function placed(each, known, root, share) {
    const joints = each.from.map((from, i) => known.find((joint) => near(joint.from, from) && near(joint.to, each.to[i])));
    const chain = [joints[0] ? joints[0].now : begin(each, root, share)];
    for (let i = 1; i < each.from.length; i += 1) {
      const from = less(each.from[i], each.from[i - 1]);
      const to = less(each.to[i], each.to[i - 1]);
      chain.push(joints[i] ? joints[i].now : add(chain[i - 1], turned(from, to, share)));
    }
    const limb = each.from.length === 3 && !joints[1];
    return limb && near(each.from[2], each.to[2], 2) ? bent(each, chain, share) : chain;
  }

  /* What hangs on nothing yet turns with the trunk; things in the room go straight. */
  function begin(each, root, share) {
    const [from, to] = [each.from[0], each.to[0]];
    if (!root || each.part[0] === "t" || near(from, to)) return between(from, to, share);
    return add(root.now, turned(less(from, root.from), less(to, root.to), share));
  }

  /* A limb whose far end stays where it is bends at its middle. */
  function bent(each, chain, share) {
    const start = chain[0];
    const end = between(each.from[2], each.to[2], share);
    const [upper, lower] = [length(less(chain[1], start)), length(less(chain[2], chain[1]))];
    const way = less(end, start);
    const far = Math.min(Math.max(length(way), Math.abs(upper - lower) + 0.1), upper + lower);
    const base = (upper ** 2 + far ** 2 - lower ** 2) / (2 * far);
    const rise = Math.sqrt(Math.max(0, upper ** 2 - base ** 2));
    const [ux, uy] = [way[0] / (length(way) || 1), way[1] / (length(way) || 1)];
    const side = Math.sign(cross(way, less(chain[1], start))) || 1;
    return [start, [start[0] + ux * base - uy * rise * side, start[1] + uy * base + ux * rise * side], end];
  }

  function turned(from, to, share) {
    const begin = Math.atan2(from[1], from[0]);
    let turn = Math.atan2(to[1], to[0]) - begin;
    if (turn > Math.PI) turn -= 2 * Math.PI;
    if (turn < -Math.PI) turn += 2 * Math.PI;
    const long = length(from) + (length(to) - length(from)) * share;
    return [long * Math.cos(begin + turn * share), long * Math.sin(begin + turn * share)];
  }

  function between(a, b, share) { return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]; }
  function add(a, b) { return [a[0] + b[0], a[1] + b[1]]; }
  function less(a, b) { return [a[0] - b[0], a[1] - b[1]]; }
  function length(a) { return Math.hypot(a[0], a[1]); }
  function cross(a, b) { return a[0] * b[1] - a[1] * b[0]; }
  function near(a, b, by = 0.6) { return length(less(a, b)) <= by; }
})();
