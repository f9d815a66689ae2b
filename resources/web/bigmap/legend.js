// The north arrow, the scale, and the legend: what the colours mean, in the language in use.
"use strict";

// The scale bar with its ratio, for a screen of 96 dots an inch.
bigmap.Scale = L.Control.Scale.extend({
  _updateMetric: function (most) {
    L.Control.Scale.prototype._updateMetric.call(this, most);
    const size = this._map.getSize(), perPixel = most / this.options.maxWidth;
    const ratio = size.x ? perPixel / (0.0254 / 96) : 0, unit = 10 ** Math.max(0, Math.floor(Math.log10(ratio || 1)) - 1);
    this._mScale.dataset.ratio = `1:${(Math.round(ratio / unit) * unit).toLocaleString("en-US")}`;
  },
});

bigmap.North = L.Control.extend({
  options: { position: "topright" },

  onAdd: function () {
    return L.DomUtil.create("div", "bigmap-north");
  },
});

bigmap.Legend = L.Control.extend({
  options: { position: "bottomleft" },
  most: 12,

  onAdd: function () {
    this._box = L.DomUtil.create("div", "bigmap-legend");
    L.DomEvent.disableClickPropagation(this._box);
    L.DomEvent.disableScrollPropagation(this._box);
    return this._box;
  },

  size: function () {
    return [this._box.offsetWidth + 12, this._box.offsetHeight + 12];
  },

  show: function (view) {
    const { scene, words, by } = view;
    this._box.replaceChildren();
    this._box.hidden = !scene;
    if (!scene) return;
    this._title(words[`by_${by}`]);
    const rows = this._colours(scene, words, view);
    if (rows.length > this.most && by === "zone") this._row("none", words.many.replace("{n}", rows.length), {});
    else for (const [colour, text] of rows) this._row("swatch", text, { background: colour });
    this._signs(view);
  },

  _colours: function (scene, words, view) {
    const { by, method } = view;
    if (by === "kind") return this._used(scene.unit_kind, scene.kinds.map((kind, i) => [scene.kind_colours[i], words[`kind_${kind}`]]));
    if (by === "phase") return this._used(scene.unit_phase, scene.phases.map((name, i) => [scene.phase_colours[i], words[`phase_${name}`] ?? name]));
    if (by === "load") return this._classes(scene.load_breaks[method], scene.load_colours, (v) => bigmap.short(v));
    if (by === "balance") return this._classes(scene.balance_breaks, scene.balance_colours, (v) => `${v > 0 ? "+" : v < 0 ? "−" : ""}${Math.round(100 * Math.abs(v))} %`);
    if (by === "zone") return scene.zone_ids.flatMap((id, row) => (id ? [[scene.zone_colours[row], this.zone(scene, id, row)]] : [])); // '': gone
    const rows = scene.operator_names.map((name, row) => [scene.operator_colours[row], name]);
    const told = scene.gap_kinds.includes("no_operator"); // the hatch says it already
    return scene.zone_operators.includes(-1) && !told ? rows.concat([[scene.nobody, words.nobody]]) : rows;
  },

  _used: function (codes, rows) {
    const used = new Set(codes);
    return rows.filter((_, i) => used.has(i));
  },

  _classes: function (breaks, colours, write) {
    const name = (i) => {
      if (i === 0) return `< ${write(breaks[0])}`;
      return i === breaks.length ? `≥ ${write(breaks[i - 1])}` : `${write(breaks[i - 1])} … ${write(breaks[i])}`;
    };
    return breaks.length ? colours.slice(0, breaks.length + 1).map((colour, i) => [colour, name(i)]).reverse() : [];
  },

  zone: function (scene, id, row) {
    const operator = scene.zone_names[row] || scene.operator_names[scene.zone_operators[row]];
    return operator ? `${id}  ${operator}` : id;
  },

  _signs: function ({ scene, words, locks }) {
    const kinds = new Set(scene.gap_kinds.map((kind) => (kind in scene.gap_colours ? kind : "gap")));
    for (const [kind, colour] of Object.entries(scene.gap_colours)) {
      if (!kinds.has(kind)) continue;
      const hatch = `repeating-linear-gradient(135deg, ${colour} 0 2px, #fff 2px 5px)`;
      this._row("swatch", words[`gap_${kind}`], { background: hatch, borderColor: colour });
    }
    for (const [kind, sign] of Object.entries(this._locks(locks))) this._row("swatch", words[kind], { background: sign });
    if (scene.exclusions.count) {
      const hatch = "repeating-linear-gradient(135deg, #d3dde4 0 2px, #e6edf1 2px 6px)";
      this._row("swatch", words.excluded, { background: hatch });
    }
    this._row("line", words.boundary, { borderTop: "2.4px dashed var(--strong)" });
    if (scene.communities.count) this._row("line", words.community, { borderTop: "1px dashed var(--soft)" });
  },

  _locks: function ({ zones, units }) {
    const lines = (angle) => `repeating-linear-gradient(${angle}deg, #8b939e 0 1px, transparent 1px 5px)`;
    return { ...(zones.size && { locked_zone: lines(45) }), ...(units.size && { locked_unit: `${lines(45)}, ${lines(135)}` }) };
  },

  _title: function (text) {
    const title = L.DomUtil.create("div", "title", this._box);
    title.textContent = text;
    title.onclick = () => (this.away = this._box.classList.toggle("folded")); // what a hand folds stays so
  },

  fold: function () {
    this._box.classList.add("folded");
  },

  unfold: function () {
    if (!this.away) this._box.classList.remove("folded");
  },

  _row: function (sign, text, style) {
    const row = L.DomUtil.create("div", "row", this._box);
    Object.assign(L.DomUtil.create("span", sign, row).style, style);
    L.DomUtil.create("span", "text", row).textContent = text;
  },
});

// A number in few digits: 12,300  0.45
bigmap.short = function (value) {
  const digits = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return Number(value.toPrecision(Math.max(2, Math.min(3, digits + 1)))).toLocaleString("en-US", { maximumFractionDigits: 3 });
};
