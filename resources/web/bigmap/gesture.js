// What the tools that choose and change have in common: they ask the window what a gesture would do while it is under
// way, one question at a time, and show the answer ({kind: "preview_result", units, broken, resisted}); red for what would
// break a zone.
"use strict";

bigmap.BLUE = "#1d5fd6";
bigmap.RED = "#d3202f";

bigmap.Gesture = class extends bigmap.Tool {
  begin() {
    this.reset();
  }

  // Nothing is under way.
  reset() {
    Object.assign(this, { points: [], mouse: null, asked: false, next: null, broken: false, resisted: [] });
    this.view.tint([]);
    this.repaint();
  }

  // The same tool with other settings goes on with what it does.
  adopt(options) {
    this.options = options;
    this.repaint();
    return true;
  }

  cancel() {
    this.reset();
  }

  idle() {
    return !this.points.length;
  }

  // Asks what the gesture would do; while an answer is awaited only the latest question is kept.
  ask(kind, fields) {
    if (this.asked) this.next = [kind, fields];
    else bigmap.send(kind, fields);
    this.asked = true;
  }

  preview({ units, broken, resisted }) {
    this.asked = false;
    if (this.idle()) return;
    Object.assign(this, { broken, resisted });
    this.view.tint(units, broken ? bigmap.RED : bigmap.BLUE, broken ? 0.6 : 0.45);
    this.repaint();
    const next = this.next;
    this.next = null;
    if (next) this.ask(...next);
  }

  // Metres between two pixels of the screen.
  metres(pixels) {
    return pixels / 2 ** this.view.map.getZoom();
  }

  near(a, b, pixels) {
    return Math.hypot(a[0] - b[0], a[1] - b[1]) < this.metres(pixels);
  }

  // Points in the project CRS, one after the other.
  told(points) {
    const [x0, y0] = this.view.scene.origin;
    return points.flatMap(([x, y]) => [x0 + x, y0 + y]);
  }

  get colour() {
    return this.broken ? bigmap.RED : bigmap.BLUE;
  }

  line(ctx, { k, dx, dy }, path, closed, corners) {
    const pixels = path.map(([x, y]) => [x * k + dx, dy - y * k]);
    ctx.beginPath();
    pixels.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    if (closed && pixels.length > 2) {
      ctx.closePath();
      ctx.fillStyle = this.broken ? "rgba(211, 32, 47, 0.10)" : "rgba(29, 95, 214, 0.10)";
      ctx.fill();
    }
    bigmap.stroke(ctx, [["rgba(255, 255, 255, 0.95)", 5], [this.colour, 2.2]]);
    for (const [x, y] of corners ? pixels : []) {
      ctx.beginPath();
      ctx.arc(x, y, 3.5, 0, 2 * Math.PI);
      ctx.fillStyle = "#fff";
      ctx.fill();
      bigmap.stroke(ctx, [[this.colour, 2]]);
    }
  }

  // Locked units under the gesture: struck out, so that one sees why they stay.
  stuck(ctx, place) {
    const { units } = this.view.scene;
    if (!this.resisted.length) return;
    this.hatch ??= bigmap.hatch(ctx, "#4b5563", "rgba(255, 255, 255, 0.35)");
    bigmap.fill(ctx, place, units, units.of(this.resisted), this.hatch);
    bigmap.line(ctx, place, units, units.of(this.resisted), [["rgba(255, 255, 255, 0.9)", 4], ["#4b5563", 1.8, [5, 3]]]);
  }
};
