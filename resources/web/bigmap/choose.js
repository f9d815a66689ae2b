// Choosing units by a box, a lasso or along a line that is drawn with the button down. Shift adds to what is chosen,
// Alt or Ctrl takes away from it; a click chooses the unit under it.
"use strict";

bigmap.Choose = class extends bigmap.Gesture {
  down(at) {
    this.points = [[at.x, at.y]];
    this.repaint();
  }

  move(at) {
    if (!this.points.length) return;
    this.extend([at.x, at.y]);
    const shape = this.shape();
    const units = this.still() ? [] : this.view.unitsWithin(shape);
    this.view.tint(units, this.how(at) === "take" ? "#6b7280" : bigmap.BLUE, 0.45);
    this.repaint();
  }

  extend(point) {
    if (!this.near(this.points.at(-1), point, 3)) this.points.push(point);
  }

  still() {
    return this.points.every((point) => this.near(point, this.points[0], 4));
  }

  how({ shift, ctrl, alt }) {
    return alt || ctrl ? "take" : shift ? "add" : "new";
  }

  up(at) {
    if (!this.points.length) return;
    this.extend([at.x, at.y]);
    const still = this.still(), points = still ? [this.points[0]] : this.outline();
    bigmap.send("units_selected", { points: this.told(points), shape: still ? "point" : this.kind, how: this.how(at) });
    this.reset();
  }

  outline() {
    return this.points;
  }

  paint(ctx, place) {
    if (this.points.length < 2) return false;
    this.line(ctx, place, this.outline(), this.kind === "ring", false);
    return true;
  }
};

bigmap.tool("box", class extends bigmap.Choose {
  kind = "ring";

  extend(point) {
    this.points = [this.points[0], point];
  }

  outline() {
    const [[x0, y0], [x1, y1]] = this.points;
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  }

  shape() {
    const [[x0, y0], [x1, y1]] = this.points;
    return { box: [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)] };
  }
});

bigmap.tool("lasso", class extends bigmap.Choose {
  kind = "ring";

  still() {
    return this.points.length < 3 || super.still();
  }

  shape() {
    return { ring: this.points };
  }
});

bigmap.tool("along", class extends bigmap.Choose {
  kind = "line";

  shape() {
    return { path: this.points, reach: 0 };
  }
});
