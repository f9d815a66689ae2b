// Paints what lies over the ground: community and zone borders, gaps and overlaps, names; and on a board of its own
// what is chosen.
"use strict";

bigmap.stroke = function (ctx, strokes) {
  ctx.lineJoin = ctx.lineCap = "round";
  for (const [colour, width, dash] of strokes) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.setLineDash(dash ?? []);
    ctx.lineCap = dash ? "butt" : "round";
    ctx.stroke();
  }
  ctx.setLineDash([]);
};

bigmap.line = function (ctx, place, shapes, polygons, strokes) {
  ctx.beginPath();
  for (const p of polygons) shapes.trace(ctx, p, place);
  bigmap.stroke(ctx, strokes);
};

bigmap.Marks = class {
  constructor(view) {
    this.view = view;
    this.labels = new bigmap.Labels(view);
  }

  paint(ctx, place, size, box) {
    const { scene, by, lines } = this.view;
    if (!scene) return false;
    const all = (shapes) => Array(shapes.count).keys();
    if (scene.overlay && by !== "kind") this._zones(ctx, place, scene, by);
    bigmap.line(ctx, place, scene.communities, all(scene.communities), [["rgba(70, 80, 95, 0.75)", 1, [5, 4]]]);
    ctx.beginPath();
    lines.trace(ctx, place, box);
    const small = this.view.zoneWidth * place.k < 40; // many zones from afar: thin lines
    bigmap.stroke(ctx, small ? [["rgba(255, 255, 255, 0.7)", 2.2], ["#4a5566", 0.9]] : [["rgba(255, 255, 255, 0.85)", 4.5], ["#4a5566", 1.8]]);
    const edge = [["rgba(255, 255, 255, 0.9)", 5], ["#2b3440", 2.4, [12, 4, 2, 4]]];
    bigmap.line(ctx, place, scene.boundary, all(scene.boundary), edge);
    this._gaps(ctx, place, scene, box);
    this.labels.paint(ctx, place, size, box);
    return true;
  }

  // Zones that somebody else drew, over the units.
  _zones(ctx, place, scene, by) {
    const colours = bigmap.zoneColours(scene, by);
    ctx.globalAlpha = 0.6;
    for (let p = 0; p < scene.zones.count; p++) bigmap.fill(ctx, place, scene.zones, [p], colours[scene.zones.owner[p]]);
    ctx.globalAlpha = 1;
  }

  _gaps(ctx, place, scene, box) {
    this.hatches ??= Object.fromEntries(
      Object.values(scene.gap_colours).map((c) => [c, bigmap.hatch(ctx, c, "rgba(255, 255, 255, 0.5)")]),
    );
    const small = [];
    for (const p of scene.gaps.inside(box)) {
      const colour = bigmap.gapColour(scene, scene.gaps.owner[p]);
      const [west, south, east, north] = scene.gaps.boxes.subarray(4 * p, 4 * p + 4);
      const wide = Math.max(east - west, north - south) * place.k;
      if (wide < 9) small.push([(west + east) / 2, (south + north) / 2, colour]);
      if (wide < 2) continue;
      ctx.beginPath();
      scene.gaps.trace(ctx, p, place);
      ctx.fillStyle = this.hatches[colour];
      ctx.fill("evenodd");
      ctx.strokeStyle = colour;
      ctx.lineWidth = 1.4;
      ctx.stroke();
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
};

bigmap.gapColour = function (scene, row) {
  return scene.gap_colours[scene.gap_kinds[row]] ?? scene.gap_colours.gap;
};

bigmap.Chosen = class {
  constructor(view) {
    this.view = view;
  }

  // Many chosen units show by their tint (View.select), few also by their outline.
  paint(ctx, place, size, box) {
    const { scene, chosen, lines, marked } = this.view;
    if (!scene || !(chosen.rows.length || marked.length)) return false;
    if (marked.length && marked.length <= bigmap.FEW) {
      bigmap.line(ctx, place, scene.units, scene.units.of(marked), [["rgba(255, 255, 255, 0.9)", 4], ["#1d5fd6", 1.8]]);
    }
    const strokes = [["rgba(255, 255, 255, 0.95)", 7], ["#1d5fd6", 3.2]];
    if (chosen.layer === "zone" && !scene.overlay) {
      ctx.beginPath();
      lines.trace(ctx, place, box, lines.around(chosen.rows));
      bigmap.stroke(ctx, strokes);
    } else if (chosen.rows.length <= bigmap.FEW) {
      const shapes = scene[`${chosen.layer}s`];
      bigmap.line(ctx, place, shapes, shapes.of(chosen.rows), strokes);
    }
    return true;
  }
};

bigmap.FEW = 200;
