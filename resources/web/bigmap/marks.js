// Paints what lies over the ground: community and zone borders, gaps and overlaps, zone names; and on a board of
// its own what is chosen and what the mouse is over, so that a move of the mouse repaints next to nothing.
"use strict";

bigmap.line = function (ctx, place, shapes, polygons, strokes) {
  ctx.beginPath();
  for (const p of polygons) shapes.trace(ctx, p, place);
  ctx.lineJoin = "round";
  for (const [colour, width, dash] of strokes) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.setLineDash(dash ?? []);
    ctx.stroke();
  }
  ctx.setLineDash([]);
};

bigmap.Marks = class {
  constructor(view) {
    this.view = view;
  }

  paint(ctx, place, size, box) {
    const scene = this.view.scene;
    if (!scene) return;
    const all = (shapes) => Array(shapes.count).keys();
    bigmap.line(ctx, place, scene.communities, all(scene.communities), [["rgba(70, 80, 95, 0.75)", 1, [5, 4]]]);
    bigmap.line(ctx, place, scene.zones, all(scene.zones), [["rgba(255, 255, 255, 0.85)", 4.5], ["#4a5566", 1.8]]);
    const edge = [["rgba(255, 255, 255, 0.9)", 5], ["#2b3440", 2.4, [12, 4, 2, 4]]];
    bigmap.line(ctx, place, scene.boundary, all(scene.boundary), edge);
    this._gaps(ctx, place, scene, box);
    this._labels(ctx, place, scene);
  }

  _gaps(ctx, place, scene, box) {
    this.hatches ??= Object.fromEntries(
      Object.values(scene.gap_colours).map((c) => [c, bigmap.hatch(ctx, c, "rgba(255, 255, 255, 0.5)")]),
    );
    const small = [];
    for (const p of scene.gaps.inside(box)) {
      const colour = bigmap.gapColour(scene, scene.gaps.owner[p]);
      ctx.beginPath();
      scene.gaps.trace(ctx, p, place);
      ctx.fillStyle = this.hatches[colour];
      ctx.fill("evenodd");
      ctx.strokeStyle = colour;
      ctx.lineWidth = 1.4;
      ctx.stroke();
      const [west, south, east, north] = scene.gaps.boxes.subarray(4 * p, 4 * p + 4);
      if (Math.max(east - west, north - south) * place.k >= 9) continue;
      small.push([(west + east) / 2, (south + north) / 2, colour]);
    }
    this._rings(ctx, place, small);
  }

  // A gap too small to be seen gets a ring; many of them get small ones.
  _rings(ctx, place, small) {
    const radius = small.length > 200 ? 2.5 : 6;
    ctx.lineWidth = 1.6;
    for (const [x, y, colour] of small) {
      ctx.strokeStyle = colour;
      ctx.beginPath();
      ctx.arc(x * place.k + place.dx, place.dy - y * place.k, radius, 0, 2 * Math.PI);
      ctx.stroke();
    }
  }

  // Names in the middle of zones that are large enough on the screen; large zones first, none over another.
  _labels(ctx, place, scene) {
    const taken = [];
    const boxes = scene.zone_ids.map((_, row) => scene.zones.boxOf([row]) ?? [0, 0, 0, 0]);
    const width = (row) => (boxes[row][2] - boxes[row][0]) * place.k;
    ctx.font = `bold 15px ${getComputedStyle(document.body).fontFamily}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    for (const row of [...boxes.keys()].sort((a, b) => width(b) - width(a))) {
      const text = scene.zone_ids[row];
      const half = ctx.measureText(text).width / 2;
      const x = scene.zone_labels[row][0] * place.k + place.dx, y = place.dy - scene.zone_labels[row][1] * place.k;
      const clash = taken.some(([x2, y2, half2]) => Math.abs(x - x2) < half + half2 + 4 && Math.abs(y - y2) < 20);
      if (width(row) < 2 * half || clash) continue;
      taken.push([x, y, half]);
      ctx.lineWidth = 4;
      ctx.strokeStyle = "rgba(255, 255, 255, 0.92)";
      ctx.strokeText(text, x, y);
      ctx.fillStyle = "#1f2937";
      ctx.fillText(text, x, y);
    }
  }
};

bigmap.gapColour = function (scene, row) {
  return scene.gap_colours[scene.gap_kinds[row]] ?? scene.gap_colours.gap;
};

bigmap.Chosen = class {
  constructor(view) {
    this.view = view;
  }

  paint(ctx, place) {
    const { scene, chosen, over } = this.view;
    if (!scene) return;
    if (over >= 0) this._outline(ctx, place, scene.units, [over], [["rgba(31, 41, 55, 0.8)", 1.6]]);
    if (chosen.rows.length) {
      const shapes = scene[`${chosen.layer}s`];
      this._outline(ctx, place, shapes, chosen.rows, [["rgba(255, 255, 255, 0.95)", 7], ["#1d5fd6", 3.2]]);
    }
  }

  _outline(ctx, place, shapes, rows, strokes) {
    const wanted = new Set(rows), polygons = [];
    for (let p = 0; p < shapes.count; p++) if (wanted.has(shapes.owner[p])) polygons.push(p);
    bigmap.line(ctx, place, shapes, polygons, strokes);
  }
};
