// Drags the common border of two zones: it bends after the mouse like a rubber band, the wider the farther it is
// pulled. Units that come to lie on the other side change hands when it is let go.
"use strict";

bigmap.tool("border", class extends bigmap.Gesture {
  begin() {
    super.begin();
    this.grip = null;
  }

  move(at) {
    const place = [at.x, at.y];
    if (!this.points.length) this.grip = this.border(place);
    else {
      this.mouse = place;
      this.points = this.bent();
      this.ask("border_dragged", { a: this.grip.a, b: this.grip.b, points: this.told(this.points), done: false });
    }
    this.repaint();
  }

  down(at) {
    this.grip = this.border([at.x, at.y]);
    if (!this.grip) return;
    this.mouse = [at.x, at.y];
    this.points = this.bent();
    this.repaint();
  }

  up(at) {
    if (!this.points.length) return;
    this.mouse = [at.x, at.y];
    const far = !this.near(this.mouse, this.grip.at, 5);
    if (far) bigmap.send("border_dragged", { a: this.grip.a, b: this.grip.b, points: this.told(this.bent()), done: true });
    else bigmap.send("gesture_cancelled", {});
    this.reset();
  }

  cancel() {
    if (this.points.length) bigmap.send("gesture_cancelled", {});
    this.grip = null;
    this.reset();
  }

  // The border of two zones that is nearest to a point and not farther than some pixels from it.
  border([x, y]) {
    const { lines } = this.view, reach = this.metres(10), b = lines.boxes;
    let best = reach ** 2, grip = null;
    for (let line = 0; line < lines.count; line++) {
      if (lines.left[line] < 0 || lines.right[line] < 0 || lines.left[line] === lines.right[line]) continue;
      const i = 4 * line;
      if (b[i] > x + reach || b[i + 2] < x - reach || b[i + 1] > y + reach || b[i + 3] < y - reach) continue;
      for (let v = lines.starts[line]; v < lines.starts[line + 1] - 1; v++) {
        const off = bigmap.off2(x, y, ...lines.xy.subarray(2 * v, 2 * v + 4));
        if (off >= best) continue;
        best = off;
        grip = { line, v, a: lines.left[line], b: lines.right[line] };
      }
    }
    if (grip) Object.assign(grip, this.measured(grip, [x, y]));
    return grip;
  }

  // The line with the way along it to each vertex, and to the point that is gripped.
  measured({ line, v }, [x, y]) {
    const { xy, starts } = this.view.lines, way = [], along = [0];
    for (let i = starts[line]; i < starts[line + 1]; i++) way.push([xy[2 * i], xy[2 * i + 1]]);
    for (let i = 1; i < way.length; i++) along.push(along[i - 1] + Math.hypot(way[i][0] - way[i - 1][0], way[i][1] - way[i - 1][1]));
    const i = v - starts[line], [p, q] = [way[i], way[i + 1]], length = along[i + 1] - along[i];
    const t = length ? Math.min(1, Math.max(0, ((x - p[0]) * (q[0] - p[0]) + (y - p[1]) * (q[1] - p[1])) / length ** 2)) : 0;
    return { way, along, s: along[i] + t * length, at: [p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])] };
  }

  // The border as it lies after the pull: each point of it is moved less the farther it is from the grip.
  bent() {
    const { way, along, s, at } = this.grip, [x, y] = this.mouse, pull = [x - at[0], y - at[1]];
    const wide = Math.max(1.5 * Math.hypot(...pull), this.metres(25)), total = along.at(-1), n = 24;
    const low = Math.max(0, s - wide), high = Math.min(total, s + wide), points = [];
    for (let i = 0; i <= n; i++) {
      const here = low + ((high - low) * i) / n, [px, py] = this.pointAt(way, along, here);
      const rest = here < s ? (s - here) / Math.max(s - low, 1e-9) : (here - s) / Math.max(high - s, 1e-9);
      const share = Math.cos((Math.min(1, rest) * Math.PI) / 2) ** 2;
      points.push([px + share * pull[0], py + share * pull[1]]);
    }
    return points;
  }

  pointAt(way, along, s) {
    let i = 1;
    while (i < along.length - 1 && along[i] < s) i++;
    const length = along[i] - along[i - 1], t = length ? (s - along[i - 1]) / length : 0;
    return [way[i - 1][0] + t * (way[i][0] - way[i - 1][0]), way[i - 1][1] + t * (way[i][1] - way[i - 1][1])];
  }

  paint(ctx, place) {
    if (!this.grip) return false;
    if (this.points.length) this.stuck(ctx, place);
    else {
      const { lines } = this.view, { a, b } = this.grip;
      const shared = [...Array(lines.count).keys()].filter((i) => lines.left[i] === a && lines.right[i] === b);
      ctx.beginPath();
      for (const line of shared) lines._trace(ctx, place, line);
      bigmap.stroke(ctx, [["rgba(255, 255, 255, 0.95)", 7], [bigmap.BLUE, 3.2]]);
    }
    if (this.points.length) this.line(ctx, place, this.points, false, false);
    const [x, y] = this.points.length ? this.mouse : this.grip.at;
    ctx.beginPath();
    ctx.arc(x * place.k + place.dx, place.dy - y * place.k, 5, 0, 2 * Math.PI);
    ctx.fillStyle = "#fff";
    ctx.fill();
    bigmap.stroke(ctx, [[this.colour, 2.4]]);
    return true;
  }
});
