// Drawing ground or a line: clicks set corners, a drag draws free; a double click, Enter, or the first corner again
// ends it, Backspace takes the last corner back. What it means is asked by the window.
"use strict";

bigmap.Draw = class extends bigmap.Gesture {
  down(at) {
    const point = [at.x, at.y];
    this.pressed = point;
    this.free = false;
    if (this.closed && this.points.length > 2 && this.near(point, this.points[0], 9)) return this.finish();
    if (!this.points.length || !this.near(point, this.points.at(-1), 4)) this.points.push(point);
    this.mouse = null;
    this.tell();
  }

  move(at) {
    if (!this.points.length) return;
    const point = [at.x, at.y];
    if (at.down && this.pressed && (this.free || !this.near(point, this.pressed, 6))) {
      this.free = true;
      if (!this.near(point, this.points.at(-1), 3)) this.points.push(point);
      this.mouse = null;
    } else this.mouse = point;
    this.tell();
  }

  up() {
    this.pressed = null;
    if (this.free) this.finish();
  }

  twice() {
    this.finish();
  }

  key(name) {
    if (name === "Enter") this.finish();
    if (name === "Backspace" && this.points.length) {
      this.points.pop();
      this.tell();
    }
    return name === "Enter" || name === "Backspace";
  }

  get path() {
    return this.mouse ? [...this.points, this.mouse] : this.points;
  }

  tell() {
    this.repaint();
    if (this.path.length >= this.least) this.ask(this.kind, { points: this.told(this.path), done: false });
  }

  finish() {
    const { points } = this;
    this.free = false;
    if (points.length < this.least) return;
    bigmap.send(this.kind, { points: this.told(points), done: true });
    this.reset();
  }

  cancel() {
    if (this.points.length) bigmap.send("gesture_cancelled", {});
    this.reset();
  }

  paint(ctx, place) {
    if (!this.points.length) return false;
    this.stuck(ctx, place);
    this.line(ctx, place, this.path, this.closed, this.points.length < 60);
    return true;
  }
};

bigmap.tool("draw", class extends bigmap.Draw {
  kind = "outlined";
  closed = true;
  least = 3;
});

bigmap.tool("cut", class extends bigmap.Draw {
  kind = "divided";
  closed = false;
  least = 2;
});
