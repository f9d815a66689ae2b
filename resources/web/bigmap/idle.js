// Tells the window when the map is idle: when what it was told until then stands on the screen, whole.
//
//   window -> page   await {number, scene, width, height}   the scene that is meant, the size of the widget in pixels
//   page -> window   idle {number}
//
// A question stands for one state of the window. A later one takes its place, and then the earlier is not answered:
// so no answer can be about a scene or a size that has gone. Nothing is answered while something is missing, however
// long that takes; how long to wait is for the window to say.
"use strict";

bigmap.Idle = class {
  constructor(view) {
    this.view = view;
    this.question = null;
  }

  async answer(question) {
    const open = () => this.question === question, waits = () => open() && this.missing(question) !== "";
    this.question = question;
    do {
      do await bigmap.frame(); while (waits()); // what was asked for in the frame before has begun by now
      for (let i = 0; i < 2 && open(); i++) await bigmap.presented();
    } while (waits());
    if (open()) bigmap.send("idle", { number: question.number });
  }

  // What is not on the screen yet, "" if nothing.
  missing({ scene, width, height } = {}) {
    const { view } = this, { map, tiles, boards, toolbox, hover } = view, size = map.getSize();
    const fits = (wide, high) => Math.abs(size.x - wide) <= 1 && Math.abs(size.y - high) <= 1; // scaled screens round
    const wants = {
      scene: scene !== undefined && scene !== view.shown,
      size: !fits(window.innerWidth, window.innerHeight) || (width !== undefined && !fits(width, height)),
      orders: view.underway > 0,
      movement: map._animatingZoom || map._panAnim?._inProgress || document.getAnimations().length > 0,
      mouse: toolbox.frame || hover.frame,
      borders: view.seeking,
      tiles: tiles.missing(),
      boards: Object.values(boards).some((board) => !board.covers()),
      pictures: boards.base._painter.coming.size > 0,
    };
    return Object.keys(wants).find((what) => wants[what]) ?? "";
  }
};

bigmap.frame = function () {
  return new Promise((resolve) => requestAnimationFrame(resolve));
};

// Waits until what was painted so far was handed to the window. Counting frames does not tell that on a busy machine;
// element timing does: its entry for a text comes when the first frame with it was handed over. The window may not
// have taken that one up yet (13 in 100 on a busy machine), but has before the next is handed over: ask twice.
bigmap.presented = function () {
  return new Promise((resolve) => {
    const mark = Object.assign(document.createElement("span"), { className: "bigmap-mark", textContent: "." });
    const observer = new PerformanceObserver((list) => {
      if (!list.getEntries().some((entry) => entry.element === mark)) return;
      observer.disconnect();
      mark.remove();
      resolve();
    });
    mark.setAttribute("elementtiming", "mark");
    observer.observe({ type: "element" });
    document.body.append(mark);
  });
};
