// Brush, eraser and bucket. Units under the brush go to the window once a frame, each once a stroke; the window
// answers with `assign`, and with `preview_result` when the stroke breaks a zone or units resist. Alt takes the zone of a unit,
// Ctrl and the wheel change the size of the brush.
"use strict";

bigmap.Pour = class extends bigmap.Gesture {
  // Alt held down makes the tool a pipette.
  sampled(at) {
    const unit = at.alt ? this.view.unitAt(at) : -1;
    if (unit >= 0) bigmap.send("zone_sampled", { unit });
    return at.alt;
  }
};

bigmap.Brush = class extends bigmap.Pour {
  begin() {
    super.begin();
    this.cursor = "none";
  }

  get radius() {
    return Number(this.options.radius_m);
  }

  down(at) {
    if (this.sampled(at)) return;
    this.points = [[at.x, at.y]];
    this.seen = new Set();
    this.resistedAll = [];
    bigmap.send("began", {});
    this.brush();
  }

  move(at) {
    this.mouse = [at.x, at.y];
    this.alt = at.alt;
    if (this.points.length) {
      this.points = [this.points.at(-1), this.mouse];
      this.brush();
    } else this.hover();
    this.repaint();
  }

  // The mouse may be far from where it was a frame ago: all between is brushed.
  brush() {
    const found = this.view.unitsWithin({ path: this.points, reach: this.radius });
    const units = found.filter((unit) => !this.seen.has(unit));
    for (const unit of units) this.seen.add(unit);
    if (units.length) bigmap.send("brushed", { units });
  }

  hover() {
    this.view.tint(this.alt ? [] : this.view.unitsWithin({ path: [this.mouse], reach: this.radius }), this.ink, 0.5);
  }

  preview({ units, broken, resisted }) {
    if (this.idle()) return;
    this.broken = broken;
    this.resisted = this.resistedAll = [...this.resistedAll, ...resisted];
    this.view.tint(units, bigmap.RED, 0.6);
    this.repaint();
  }

  up() {
    if (!this.points.length) return;
    bigmap.send("ended", {});
    this.reset();
  }

  cancel() {
    if (this.points.length) bigmap.send("gesture_cancelled", {});
    const { mouse } = this;
    this.reset();
    this.mouse = mouse;
  }

  wheel(steps) {
    bigmap.send("resized", { factor: 1.15 ** -steps });
    return true;
  }

  get ink() {
    return this.options.colour || "#6b7280";
  }

  paint(ctx, place) {
    this.stuck(ctx, place);
    if (!this.mouse) return this.resisted.length > 0;
    const x = this.mouse[0] * place.k + place.dx, y = place.dy - this.mouse[1] * place.k;
    ctx.beginPath();
    ctx.arc(x, y, Math.max(this.alt ? 5 : this.radius * place.k, 3), 0, 2 * Math.PI);
    bigmap.stroke(ctx, [["rgba(255, 255, 255, 0.95)", 4], [this.broken ? bigmap.RED : "#1f2937", 1.6, this.name === "erase" ? [4, 3] : undefined]]);
    ctx.beginPath();
    ctx.arc(x, y, 2.5, 0, 2 * Math.PI);
    ctx.fillStyle = this.ink;
    ctx.fill();
    bigmap.stroke(ctx, [["#1f2937", 1]]);
    return true;
  }
};

bigmap.tool("paint", class extends bigmap.Brush {
  name = "paint";
});

bigmap.tool("erase", class extends bigmap.Brush {
  name = "erase";

  get ink() {
    return "#ffffff";
  }

  sampled() {
    return false;
  }
});

bigmap.tool("bucket", class extends bigmap.Pour {
  down(at) {
    if (this.sampled(at)) return;
    const unit = this.view.unitAt(at);
    if (unit >= 0) bigmap.send("filled", { unit });
  }
});
