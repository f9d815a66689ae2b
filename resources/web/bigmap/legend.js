// The north arrow, and the legend: what the colours mean, in the language in use.
"use strict";

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
    const rows = this._colours(scene, words, by);
    if (rows.length > this.most && by === "zone") this._row("none", words.many.replace("{n}", rows.length), {});
    else for (const [colour, text] of rows) this._row("swatch", text, { background: colour });
    this._signs(scene, words);
  },

  _colours: function (scene, words, by) {
    if (by === "kind") {
      const used = new Set(scene.unit_kind);
      const rows = scene.kinds.map((kind, i) => [scene.kind_colours[i], words[`kind_${kind}`]]);
      return rows.filter((_, i) => used.has(i));
    }
    if (by === "zone") return scene.zone_ids.map((id, row) => [scene.zone_colours[row], this._zone(scene, id, row)]);
    const rows = scene.operator_names.map((name, row) => [scene.operator_colours[row], name]);
    const told = scene.gap_kinds.includes("no_operator"); // the hatch says it already
    return scene.zone_operators.includes(-1) && !told ? rows.concat([[scene.nobody, words.nobody]]) : rows;
  },

  _zone: function (scene, id, row) {
    const operator = scene.operator_names[scene.zone_operators[row]];
    return operator ? `${id}  ${operator}` : id;
  },

  _signs: function (scene, words) {
    const kinds = new Set(scene.gap_kinds.map((kind) => (kind in scene.gap_colours ? kind : "gap")));
    for (const [kind, colour] of Object.entries(scene.gap_colours)) {
      if (!kinds.has(kind)) continue;
      const hatch = `repeating-linear-gradient(135deg, ${colour} 0 2px, #fff 2px 5px)`;
      this._row("swatch", words[`gap_${kind}`], { background: hatch, borderColor: colour });
    }
    if (scene.exclusions.count) {
      const hatch = "repeating-linear-gradient(135deg, #d3dde4 0 2px, #e6edf1 2px 6px)";
      this._row("swatch", words.excluded, { background: hatch });
    }
    this._row("line", words.boundary, { borderTop: "2.4px dashed #2b3440" });
    if (scene.communities.count) this._row("line", words.community, { borderTop: "1px dashed #465060" });
  },

  _title: function (text) {
    const title = L.DomUtil.create("div", "title", this._box);
    title.textContent = text;
    title.onclick = () => this._box.classList.toggle("folded");
  },

  _row: function (sign, text, style) {
    const row = L.DomUtil.create("div", "row", this._box);
    Object.assign(L.DomUtil.create("span", sign, row).style, style);
    L.DomUtil.create("span", "text", row).textContent = text;
  },
});
