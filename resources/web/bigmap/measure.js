// Measures a way or a ground: a click adds a corner, a double click or Enter ends it, Escape begins anew.
// Figures are those of the ellipsoid, so they come from the window: {kind: "measuring", points: [x, y, …], closed}
// in the project CRS, answered by {kind: "measured", lines}.
"use strict";

bigmap.Measure = class extends bigmap.Tool {
  begin() {
    Object.assign(this, { points: [], mouse: null, done: false, lines: [] });
  }

  get closed() {
    return this.options.closed === "yes";
  }

  down(at) {
    if (this.done) this.begin();
    if (!this._onLast(at)) this.points.push([at.x, at.y]);
    this.mouse = null;
    this._ask();
  }

  // The second click of a double click, or a mouse that rests: no new corner.
  _onLast(at) {
    const last = this.points.at(-1);
    return last && Math.hypot(at.x - last[0], at.y - last[1]) * 2 ** this.view.map.getZoom() < 4;
  }

  move(at) {
    if (this.done || !this.points.length) return;
    this.mouse = this._onLast(at) ? null : [at.x, at.y];
    this._ask();
  }

  twice() {
    this._finish();
  }

  key(name) {
    if (name === "Enter") this._finish();
    if (name === "Backspace") this.points.pop();
    if (name === "Enter" || name === "Backspace") this._ask();
    return name === "Enter" || name === "Backspace";
  }

  cancel() {
    this.begin();
  }

  idle() {
    return !this.points.length;
  }

  _finish() {
    this.done = true;
    this.mouse = null;
    this._ask();
  }

  get path() {
    return this.mouse ? [...this.points, this.mouse] : this.points;
  }

  _ask() {
    this.repaint();
    const [x0, y0] = this.view.scene?.origin ?? [0, 0];
    if (this.path.length < 2) this.lines = [];
    else bigmap.send("measuring", { points: this.path.flatMap(([x, y]) => [x0 + x, y0 + y]), closed: this.closed });
  }

  told(lines) {
    this.lines = this.points.length ? lines : [];
    this.repaint();
  }

  paint(ctx, { k, dx, dy }, size) {
    const path = this.path.map(([x, y]) => [x * k + dx, dy - y * k]);
    if (!path.length) return false;
    ctx.beginPath();
    path.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    if (this.closed && path.length > 2) {
      ctx.closePath();
      ctx.fillStyle = "rgba(29, 95, 214, 0.14)";
      ctx.fill();
    }
    bigmap.stroke(ctx, [["rgba(255, 255, 255, 0.95)", 5], ["#1d5fd6", 2.2]]);
    for (const [x, y] of path) {
      ctx.beginPath();
      ctx.arc(x, y, 3.5, 0, 2 * Math.PI);
      ctx.fillStyle = "#fff";
      ctx.fill();
      bigmap.stroke(ctx, [["#1d5fd6", 2]]);
    }
    if (this.lines.length) this._label(ctx, path.at(-1), size);
    return true;
  }

  _label(ctx, [x, y], size) {
    ctx.font = `bold 13px ${getComputedStyle(document.body).fontFamily}`;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    const wide = Math.max(...this.lines.map((line) => ctx.measureText(line).width)) + 16, high = 20 * this.lines.length + 8;
    const left = x + 14 + wide > size.x ? x - 14 - wide : x + 14, top = Math.max(y - high - 8, 4);
    ctx.fillStyle = "rgba(255, 255, 255, 0.96)";
    ctx.strokeStyle = "#c3c9d1";
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.roundRect(left, top, wide, high, 5);
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = "#1f2937";
    this.lines.forEach((line, i) => ctx.fillText(line, left + 8, top + 14 + 20 * i));
  }
};

bigmap.tool("measure", bigmap.Measure);
